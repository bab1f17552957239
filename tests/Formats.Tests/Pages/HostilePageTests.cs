using System.Text;
using Sikap.Formats.Pages;

namespace Sikap.Formats.Tests.Pages;

/// <summary>Pages made to cost more than they weigh. Those that are read return; those that are not say why. A parser without the limits takes hours for some of them, or the stack.</summary>
public sealed class HostilePageTests
{
    public static TheoryData<string, string> Refused => new()
    {
        { "deep blocks", Repeat("<div>", 300_000) },
        { "deep styles", Repeat("<b>", 300_000) },
        { "formatting that every paragraph opens again", string.Concat(Enumerable.Range(0, 300).Select(i => $"<font class={i}>")) + Repeat("<p>x", 310_000) },
        { "tables in tables", Repeat("<table>", 100_000) },
        { "lists in lists", Repeat("<ul><li>", 100_000) },
        { "drawings in drawings", Repeat("<svg><g>", 100_000) },
        { "elements without end", Repeat("<p>", 400_000) },
        { "templates in templates", Repeat("<template>", 100_000) },
        { "a drawing that HTML ends", "<svg><p>" + Repeat("<path/>", 300_000) },
    };

    public static TheoryData<string, string> Read => new()
    {
        { "attributes by the thousand", "<p " + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"a{i}=1 ")) + ">x</p>" },
        { "the same attribute by the thousand", "<p " + Repeat("class=a ", 300_000) + ">x</p>" },
        { "an attribute of megabytes", "<p class='" + Repeat("related-", 500_000) + "'>x</p>" },
        { "signs that begin nothing", Repeat("<", 4_000_000) },
        { "references without end", Repeat("&amp", 1_000_000) },
        { "a comment without end", "<!--" + Repeat("-", 4_000_000) },
        { "a script without end", "<script>" + Repeat("<!--<script>", 300_000) },
        { "JSON-LD of brackets alone", "<script type='application/ld+json'>" + Repeat("[", 500_000) + "</script>" },
        { "JSON-LD by the thousand", Repeat("<script type='application/ld+json'>{\"@type\":\"NewsArticle\"}</script>", 20_000) },
        { "paragraphs in scripts that never end", "<script>" + Repeat("\\u003cp\\u003e", 150_000) + "</script>" },
        { "cards by the thousand", Repeat("<ul><li><a href=x>Judul berita yang panjang sekali</a> ringkasan</li></ul>", 20_000) },
        { "images by the thousand, deep inside", Repeat("<div>", 390) + Repeat("<div><img><i>x</i></div>", 15_000) },
        { "a link of slashes", "<h1>x</h1><a href='///'>2</a><a href='/'>2</a><a href='?'>2</a>" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_BeyondALimit_SaysWhy(string what, string html)
    {
        var reading = PageReader.Read(Encoding.UTF8.GetBytes(html), contentType: null, url: null);

        reading.Value.ShouldBeNull(what);
        reading.Refusal.ShouldNotBeNull();
        reading.Refusal.Value.Message.ShouldContain("more than");
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void Read_HeavyButWithinLimits_Returns(string what, string html) =>
        PageReader.Read(Encoding.UTF8.GetBytes(html), contentType: null, new Uri("https://warta.example/a/1")).Value.ShouldNotBeNull(what);

    [Fact]
    public void Read_TooManyBytes_IsRefused()
    {
        var reading = PageReader.Read(new byte[FormatLimits.MaxPageBytes + 1], contentType: null, url: null);

        reading.Refusal!.Value.Message.ShouldContain($"{FormatLimits.MaxPageBytes}");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("GIF89a\0\0\0", "NUL")]
    public void Read_WhatIsNoPage_IsRefused(string content, string why) =>
        PageReader.Read(Encoding.UTF8.GetBytes(content), contentType: null, url: null).Refusal!.Value.Message.ShouldContain(why);

    [Fact]
    public void Read_BrokenPages_NeverThrows()
    {
        // A page with a bit of everything, cut and stirred at random places that are the same in every run.
        const string page = """
            <!DOCTYPE html><html lang="id"><head><title>Dermaga - Warta</title><meta property="og:title" content="Dermaga"><script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-08-16T09:30:00+07:00","author":{"name":"Rina"}}</script></head>
            <body><nav><a href="/">Beranda</a></nav><h1>Dermaga</h1><time datetime="2026-08-16">16 Agustus 2026</time><div class="isi"><p>Nelayan meminta dermaga baru, kata ketua koperasi.</p><ul><li><a href="?page=2">2</a></li></ul><figure><img><figcaption>Foto</figcaption></figure><table><tr><td>1<td>2</table><p>© Warta</div>
            """;
        var random = new Random(16);
        for (var i = 0; i < 3000; i++)
        {
            var text = new StringBuilder(page);
            for (var edits = random.Next(1, 8); edits > 0 && text.Length > 20; edits--)
            {
                var at = random.Next(text.Length - 10);
                switch (random.Next(3))
                {
                    case 0:
                        text.Remove(at, random.Next(1, 10));
                        break;
                    case 1:
                        text.Insert(at, "<>\"'&/=!-\0 \n"[random.Next(12)]);
                        break;
                    default:
                        text.Insert(at, page.AsSpan(random.Next(page.Length - 40), random.Next(40)));
                        break;
                }
            }

            var html = text.ToString();

            Should.NotThrow(() => PageReader.Read(html, new Uri("https://warta.example/2026/08/16/a")), html);
        }
    }

    [Theory]
    [InlineData(" \r\n\t", "is empty")]
    [InlineData("\uFEFF", "is empty")]
    [InlineData("%PDF-1.7\n1 0 obj", "PDF")]
    [InlineData("<?xml version='1.0'?><!-- a --><rss version='2.0'><channel/></rss>", "root element rss")]
    [InlineData("<feed xmlns='http://www.w3.org/2005/Atom'/>", "root element feed")]
    public void Read_WhatIsNoPage_SaysWhatItIs(string content, string reason) =>
        PageReader.Read(Encoding.UTF8.GetBytes(content), contentType: null, url: null).Refusal!.Value.Message.ShouldContain(reason);

    [Fact]
    public void Read_PackedPage_IsInflatedWithinTheLimit()
    {
        PageReader.Read(Packed("<title>Nelayan minta dermaga baru</title>"), contentType: null, url: null).Value!.Title.ShouldBe("Nelayan minta dermaga baru");
        PageReader.Read(Packed(new string('a', FormatLimits.MaxPageBytes + 1)), contentType: null, url: null).Refusal!.Value.Message.ShouldContain("gzip");
        PageReader.Read([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Repeat("Nelayan minta dermaga baru. ", 50))], contentType: null, url: null).Refusal!.Value.Message.ShouldContain("damaged");
    }

    private static byte[] Packed(string content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(content));
        }

        return packed.ToArray();
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
