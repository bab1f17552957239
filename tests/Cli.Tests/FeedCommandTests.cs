using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

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
        run.Error.ShouldContain("is no feed but an HTML page");
        run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_MissingFile_ExitsTwo()
    {
        var run = await CommandLineRun.Of("feed", "read", "no-such-feed.xml");

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("no-such-feed.xml");
    }

    [Fact]
    public async Task Read_Address_PrintsWhatIsFetchedAndSeesLinksFromThere()
    {
        await using var site = await SiteAsync();

        var run = await CommandLineRun.Of("feed", "read", $"{site.Urls.Single()}/rss");

        run.Error.ShouldBeEmpty();
        run.Code.ShouldBe(ExitCode.Ok);
        JsonDocument.Parse(run.Out).RootElement.GetProperty("entries")[0].GetProperty("link").GetString().ShouldBe($"{site.Urls.Single()}/a/1");
    }

    [Theory]
    [InlineData("/to-metadata", "redirect")]
    [InlineData("/to-file", "redirect")]
    [InlineData("/missing", "404")]
    public async Task Read_AddressThatLeadsNowhere_ExitsOne_SaysWhy(string path, string reason)
    {
        await using var site = await SiteAsync();

        var run = await CommandLineRun.Of("feed", "read", site.Urls.Single() + path);

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Error.ShouldContain(reason);
        run.Out.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("file:///etc/hostname")]
    [InlineData("gopher://a.example/")]
    public async Task Read_OtherAddress_ExitsTwo(string address)
    {
        var run = await CommandLineRun.Of("feed", "read", address);

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("no http or https address");
    }

    private static async Task<WebApplication> SiteAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var site = builder.Build();
        site.MapGet("/rss", () => Results.Text(Rss, "application/rss+xml"));
        site.MapGet("/to-metadata", () => Results.Redirect("http://169.254.169.254/latest/"));
        site.MapGet("/to-file", () => Results.Redirect("file:///etc/hostname"));
        await site.StartAsync();
        return site;
    }
}
