using System.Text.Json;

namespace Sikap.Cli.Tests;

/// <summary>The output of <c>sikap clean</c>, which other programs rely on.</summary>
public sealed class CleanCommandTests : IDisposable
{
    private const string Page = """
        <!DOCTYPE html><html lang="id"><head><title>Nelayan minta dermaga baru - Warta Contoh</title>
        <meta property="og:site_name" content="Warta Contoh"><meta property="og:type" content="article">
        <meta property="article:published_time" content="2026-08-16T09:30:00+07:00"><meta name="author" content="Rina Contoh">
        <link rel="canonical" href="/berita/dermaga"></head><body><nav><a href="/">Beranda</a></nav>
        <h1>Nelayan minta dermaga baru</h1><div class="isi"><p>Puluhan nelayan di pesisir utara meminta pemerintah kota membangun dermaga baru, kata ketua koperasi mereka, Sabtu.</p>
        <p><a href="/lain">Baca juga: Harga ikan naik</a></p>
        <p>Dermaga lama, menurut dia, sudah tidak sanggup menampung kapal yang datang setiap musim timur sejak tahun lalu.</p></div></body></html>
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Page_WithMetadata_GivesExactlyTheseFields()
    {
        var file = Write("page.html", Page);

        var run = await CommandLineRun.Of("clean", file, "--url", "https://warta.example/x");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        using var json = JsonDocument.Parse(run.Out);
        json.RootElement.EnumerateObject().Select(property => property.Name).ShouldBe(
            ["file", "title", "text", "published", "published_from", "authors", "publisher", "language", "canonical_url", "kind"]);
        Field("file").ShouldBe(file);
        Field("title").ShouldBe("Nelayan minta dermaga baru");
        Field("published").ShouldBe("2026-08-16T09:30:00+07:00");
        Field("published_from").ShouldBe("meta.article:published_time");
        Field("publisher").ShouldBe("Warta Contoh");
        Field("language").ShouldBe("id");
        Field("canonical_url").ShouldBe("https://warta.example/berita/dermaga");
        Field("kind").ShouldBe("article");
        json.RootElement.GetProperty("authors").EnumerateArray().Select(author => author.GetString()).ShouldBe(["Rina Contoh"]);
        var lines = Field("text")!.Split('\n');
        lines.Length.ShouldBe(2);
        lines[0].ShouldStartWith("Puluhan nelayan");
        lines[1].ShouldStartWith("Dermaga lama");

        string? Field(string name) => json.RootElement.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("2026-08-16T09:30:00", "2026-08-16T09:30:00")]
    [InlineData("2026-08-16T09:30", "2026-08-16T09:30")]
    [InlineData("2026-08-16", "2026-08-16")]
    [InlineData("2026-08-16T02:30:00Z", "2026-08-16T02:30:00+00:00")]
    public async Task Published_IsAsExactAsThePageTells(string told, string published)
    {
        var run = await CommandLineRun.Of("clean", Write("page.html", Page.Replace("2026-08-16T09:30:00+07:00", told, StringComparison.Ordinal)));

        run.Out.ShouldContain($"\"published\":\"{published}\"");
    }

    [Theory]
    [InlineData("<html>", "id")]
    [InlineData("<html lang=\"en\">", "id")]
    [InlineData("<html lang=\"id_ID\">", "id-ID")]
    public async Task Language_IsTheTextsWhateverTheTemplateSays(string html, string language)
    {
        var run = await CommandLineRun.Of("clean", Write("page.html", Page.Replace("<html lang=\"id\">", html, StringComparison.Ordinal)));

        run.Out.ShouldContain($"\"language\":\"{language}\"");
    }

    [Fact]
    public async Task PackedPage_InAFolder_IsRead()
    {
        using (var gzip = new System.IO.Compression.GZipStream(File.Create(Path.Combine(_folder, "page.html.gz")), System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(CommandLineRun.Utf8(Page));
        }

        var run = await CommandLineRun.Of("clean", _folder);

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("Nelayan minta dermaga baru");
    }

    [Fact]
    public async Task StandardInput_IsRead()
    {
        var run = await CommandLineRun.OfAsync(["clean", "-"], CommandLineRun.Utf8(Page));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("\"file\":\"-\"");
    }

    [Fact]
    public async Task Files_OneWithoutText_TheOthersAreDone()
    {
        var (empty, good) = (Write("empty.html", ""), Write("good.html", Page));

        var run = await CommandLineRun.Of("clean", empty, good);

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Error.ShouldContain("empty.html: the page is empty");
        run.Out.ShouldContain("good.html");
    }

    [Fact]
    public async Task Url_WithTwoFiles_IsRefused()
    {
        var run = await CommandLineRun.Of("clean", "--url", "https://warta.example/x", Write("a.html", Page), Write("b.html", Page));

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("--url");
        run.Out.ShouldBeEmpty();
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
