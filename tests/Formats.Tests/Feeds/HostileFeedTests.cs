using System.Text;
using Sikap.Formats.Feeds;

namespace Sikap.Formats.Tests.Feeds;

/// <summary>Feeds made to cost memory or time, or to reach for files. Each is refused, or read without what it hides; what it may cost is measured in bytes allocated.</summary>
public sealed class HostileFeedTests
{
    private const string Item = "<item><title>Kapal</title></item>";

    public static TheoryData<string, string, string> Refused => new()
    {
        { "billion laughs", $"<!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><rss><channel><title>&c;</title>{Item}</channel></rss>", "by others" },
        { "quadratic blow-up", $"<!DOCTYPE rss [<!ENTITY a \"{new string('a', 50_000)}\">]><rss><channel><item><title>{string.Concat(Enumerable.Repeat("&a;", 50_000))}</title></item></channel></rss>", "entities that add more" },
        { "quadratic blow-up in attributes", $"<!DOCTYPE rss [<!ENTITY a \"{new string('a', 50_000)}\">]><rss><channel><link href=\"{string.Concat(Enumerable.Repeat("&a;", 50_000))}\"/></channel></rss>", "entities that add more" },
        { "parameter entity", $"<!DOCTYPE rss [<!ENTITY % a SYSTEM \"http://127.0.0.1/a.dtd\"> %a;]><rss><channel>{Item}</channel></rss>", "parameter entity" },
        { "external entity", $"<!DOCTYPE rss [<!ENTITY a SYSTEM \"file:///etc/hostname\">]><rss><channel><title>&a;</title>{Item}</channel></rss>", "external entity" },
        { "external entity by public name", $"<!DOCTYPE rss [<!ENTITY a PUBLIC \"x\" \"file:///etc/hostname\">]><rss><channel><title>&a;</title>{Item}</channel></rss>", "external entity" },
        { "entity with markup", $"<!DOCTYPE rss [<!ENTITY a \"<item><title>x</title></item>\">]><rss><channel>&a;</channel></rss>", "with markup" },
        { "endless document type", $"<!DOCTYPE rss [{new string(' ', 100_000)}]><rss/>", "document type longer" },
        { "document type without end", $"<!DOCTYPE rss \"{new string('x', 100_000)}", "document type longer" },
        { "deep nesting", string.Concat(Enumerable.Repeat("<a>", 100_000)), "deeper" },
        { "deep nesting in an entry", $"<rss><channel><item>{string.Concat(Enumerable.Repeat("<a>", 100_000))}", "deeper" },
        { "deep nesting in content", $"<rss><channel><item><description>{string.Concat(Enumerable.Repeat("<b>", 100_000))}", "deeper" },
        { "gigantic attribute", $"<rss a=\"{new string('a', 2_000_000)}\"><channel/></rss>", "attribute longer" },
        { "gigantic attribute without quotation marks", $"<rss a={new string('a', 2_000_000)}><channel/></rss>", "attribute longer" },
        { "gigantic name", $"<rss><{new string('a', 2_000_000)}/></rss>", "name longer" },
        { "many attributes", $"<rss {string.Concat(Enumerable.Range(0, 100_000).Select(number => $"a{number}='' "))}><channel/></rss>", "attributes" },
        { "many namespaces", string.Concat(Enumerable.Range(0, 100).Select(depth => $"<a {string.Concat(Enumerable.Range(0, 100).Select(number => $"xmlns:x{number}='{depth}' "))}>")), "namespaces" },
        { "many entries", $"<rss><channel>{string.Concat(Enumerable.Repeat("<item/>", 60_000))}</channel></rss>", "more than 50000 entries" },
        { "many items of JSON", $"{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{string.Join(',', Enumerable.Repeat("{}", 60_000))}]}}", "more than 50000 entries" },
        { "deep JSON", $"{{\"version\":\"https://jsonfeed.org/version/1\",\"_x\":{new string('[', 100_000)}", "JSON" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_HostileDocument_IsRefusedWithTheReason(string name, string text, string reason)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var content = Encoding.UTF8.GetBytes(text);

        var reading = FeedReader.Read(content);

        reading.Value.ShouldBeNull(name);
        reading.Refusal!.Value.Message.ShouldContain(reason);
        // The characters are twice the bytes, and the smallest entry is a hundred times its tag; nothing grows faster than the document.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100L * content.Length + 4_000_000);
    }

    [Fact]
    public void Read_TooLong_IsRefusedBeforeItIsRead()
    {
        var content = new byte[FormatLimits.MaxFeedBytes + 1];
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = FeedReader.Read(content);

        reading.Refusal!.Value.Message.ShouldContain("longer than");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100_000);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void Read_BombInAnotherCharset_IsRefusedAllTheSame(string charset)
    {
        var text = $"<?xml version='1.0' encoding='{charset}'?><!DOCTYPE rss [<!ENTITY a SYSTEM \"file:///etc/hostname\">]><rss><channel><title>&a;</title></channel></rss>";

        FeedReader.Read(Encoding.GetEncoding(charset).GetBytes(text)).Refusal!.Value.Message.ShouldContain("external entity");
    }

    [Fact]
    public void Read_Utf7_IsNeverDecoded()
    {
        // "+ADw-" is "<" in UTF-7: a document that looks harmless to whoever checks it as ASCII.
        var feed = FeedReader.Read(Encoding.ASCII.GetBytes("<?xml version='1.0' encoding='utf-7'?><rss><channel><title>+ADw-script+AD4-</title></channel></rss>"), "text/xml; charset=utf-7").Value;

        feed!.Title.ShouldBe("+ADw-script+AD4-");
    }

    [Theory]
    // Beginnings without ends: each would be looked for from each beginning.
    [InlineData("<!-- ")]
    [InlineData("<![CDATA[</a ")]
    [InlineData("<?x ")]
    [InlineData("<a b=\"")]
    [InlineData("<a b='x")]
    [InlineData("<")]
    [InlineData("</a")]
    [InlineData("&")]
    [InlineData("&#")]
    [InlineData("<!x")]
    [InlineData("<item><title>&bogus;<b>")]
    [InlineData("<item xmlns:a='b'>")]
    [InlineData("<author>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("</b><b>")]
    public async Task Read_ManyBeginningsWithoutEnds_Ends(string piece)
    {
        var content = Encoding.UTF8.GetBytes("<rss><channel>" + string.Concat(Enumerable.Repeat(piece, 4_000_000 / piece.Length)));

        // Takes a fraction of a second; work that grows with the square of the length would take many minutes, so this tells them apart on the slowest machine.
        await Task.Run(() => FeedReader.Read(content)).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Read_AuthorWithoutEnd_IsNoName()
    {
        var feed = FeedReader.Read(Encoding.UTF8.GetBytes($"<rss><channel><item><author>{new string('a', 3_000_000)}</author></item></channel></rss>")).Value;

        feed!.Entries[0].Authors.ShouldBeEmpty();
    }

    [Fact]
    public void Read_HarmlessDocumentType_IsPassedOver()
    {
        var feed = FeedReader.Read("""
            <!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss-0.91.dtd" [<!-- ]> --><!ENTITY kapal "Kapal &#38; pelabuhan"><!ATTLIST a b CDATA "]>">]>
            <rss version="0.91"><channel><title>&kapal;</title></channel></rss>
            """u8).Value;

        feed!.Title.ShouldBe("Kapal & pelabuhan");
    }
}
