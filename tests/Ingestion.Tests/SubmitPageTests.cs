using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Ingestion.Tests;

/// <summary>Pages that are handed in place of a text.</summary>
public sealed class SubmitPageTests
{
    private const string Head = """<meta property="article:published_time" content="2023-07-12T10:00:00+07:00"><meta property="og:site_name" content="Kabar Hilir">""";

    [Fact]
    public async Task SubmitArticle_Page_ArticleIsReadOutOfIt()
    {
        await using var host = await IngestionHost.StartAsync();

        var response = await host.Client.SubmitArticleAsync(
            new SubmitArticleRequest { Url = "https://kabar.example/a", Page = PageOf(NewsSite.Page("Sukamaju", Head)), ClientRef = "r" }, IngestionHost.Deadline);

        response.ClientRef.ShouldBe("r");
        var article = await host.Client.GetStoredArticleAsync(new GetStoredArticleRequest { ArticleId = response.ArticleId }, IngestionHost.Deadline);
        article.Text.ShouldStartWith("Warga Desa Sukamaju sudah tiga pekan");
        article.Text.ShouldNotContain("Beranda");
        article.Title.ShouldBe("Warga Sukamaju menunggu air bersih");
        article.Publisher.ShouldBe("Kabar Hilir");
        article.Url.ShouldBe("https://kabar.example/a");
        article.PublishedAt.ToDateTimeOffset().ShouldBe(new DateTimeOffset(2023, 7, 12, 3, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task SubmitArticle_PageWithMetadata_TheRequestWins()
    {
        await using var host = await IngestionHost.StartAsync();
        var at = new DateTimeOffset(2023, 8, 1, 0, 0, 0, TimeSpan.Zero);

        var response = await host.Client.SubmitArticleAsync(
            new SubmitArticleRequest { Title = "Judul", Publisher = "Kabar Kita", PublishedAt = at.ToTimestamp(), Page = PageOf(NewsSite.Page("Sukamaju", Head)) }, IngestionHost.Deadline);

        var article = await host.Client.GetStoredArticleAsync(new GetStoredArticleRequest { ArticleId = response.ArticleId }, IngestionHost.Deadline);
        (article.Title, article.Publisher, article.PublishedAt.ToDateTimeOffset()).ShouldBe(("Judul", "Kabar Kita", at));
    }

    [Theory]
    [InlineData("<html><body><ul><li><a href='/a'>Satu</a><li><a href='/b'>Dua</a></ul></body></html>", "", "page.content")]
    [InlineData("", "", "page.content")]
    [InlineData("\0\u0001\u0002\0\0\0", "", "page.content")]
    [InlineData("<p>x</p>", "text/html\r\nX: y", "page.media_type")]
    public async Task SubmitArticle_PageWithoutAnArticle_IsRefused(string page, string mediaType, string field)
    {
        await using var host = await IngestionHost.StartAsync();

        var violations = await ViolationsAsync(host, new SubmitArticleRequest { Page = new Page { Content = ByteString.CopyFromUtf8(page), MediaType = mediaType } });

        violations.ShouldBe([field]);
    }

    [Fact]
    public async Task SubmitArticle_PageBesideTextAndCoding_IsRefused()
    {
        await using var host = await IngestionHost.StartAsync();

        var violations = await ViolationsAsync(host, new SubmitArticleRequest { Text = "Teks.", Coding = new Coding(), Page = PageOf(NewsSite.Page("Sukamaju")) });

        violations.ShouldBe(["page", "coding"]);
    }

    [Fact]
    public async Task SubmitArticle_PageTooLarge_IsRefused()
    {
        await using var host = await IngestionHost.StartAsync();

        var violations = await ViolationsAsync(host, new SubmitArticleRequest { Page = PageOf(new string('a', SubmissionRules.MaxPageBytes + 1)) });

        violations.ShouldBe(["page.content"]);
    }

    private static Page PageOf(string html) => new() { Content = ByteString.CopyFromUtf8(html), MediaType = "text/html; charset=utf-8" };

    private static async Task<IEnumerable<string>> ViolationsAsync(IngestionHost host, SubmitArticleRequest request)
    {
        var error = await Should.ThrowAsync<RpcException>(host.Client.SubmitArticleAsync(request, IngestionHost.Deadline).ResponseAsync);
        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        return error.ToStatus().Details.ShouldHaveSingleItem().Unpack<Google.Rpc.BadRequest>().FieldViolations.Select(violation => violation.Field);
    }
}
