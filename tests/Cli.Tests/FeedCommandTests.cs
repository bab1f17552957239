using System.Text;
using System.Text.Json;

namespace Sikap.Cli.Tests;

/// <summary><c>sikap feed read</c> on files.</summary>
public sealed class FeedCommandTests
{
    private const string Rss = """
        <rss version="2.0"><channel><title>Kabar Pagi</title><link>https://kabar.example/</link>
        <item><title>Menteri: subsidi tetap</title><link>/a/1</link><guid isPermaLink="false">a1</guid><pubDate>Rab, 12 Jul 2023 10:00:00 WIB</pubDate><description>Subsidi &lt;b&gt;tetap&lt;/b&gt;.</description></item>
        </channel></rss>
        """;

    [Fact]
    public async Task Read_File_PrintsOneObject()
    {
        var run = await CommandLineRun.OfAsync(["feed", "read", "-", "--url", "https://kabar.example/rss"], CommandLineRun.Utf8(Rss));

        run.Code.ShouldBe(ExitCode.Ok);
        run.Error.ShouldBeEmpty();
        JsonDocument.Parse(run.Out).RootElement.GetRawText().ShouldBe(
            """{"title":"Kabar Pagi","link":"https://kabar.example/","entries":[{"id":"a1","title":"Menteri: subsidi tetap","link":"https://kabar.example/a/1","published":"2023-07-12T03:00:00Z","summary":"Subsidi <b>tetap</b>."}]}""");
    }

    [Fact]
    public async Task Read_BrokenFeed_PrintsItAndSaysWhatIsBroken()
    {
        var run = await CommandLineRun.OfAsync(["feed", "read", "-"], Encoding.UTF8.GetBytes(Rss.Replace("</title><link>/a", "<link>/a", StringComparison.Ordinal)));

        run.Code.ShouldBe(ExitCode.Ok);
        run.Error.ShouldContain("title");
        run.Out.ShouldContain("Menteri: subsidi tetap");
    }

    [Fact]
    public async Task Read_NoFeed_ExitsOne_SaysWhy()
    {
        var run = await CommandLineRun.OfAsync(["feed", "read", "-"], CommandLineRun.Utf8("<html><body>404</body></html>"));

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Error.ShouldContain("<html>");
        run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_MissingFile_ExitsTwo()
    {
        var run = await CommandLineRun.Of("feed", "read", "no-such-feed.xml");

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("no-such-feed.xml");
    }
}
