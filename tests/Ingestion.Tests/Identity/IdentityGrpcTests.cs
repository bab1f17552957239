using Google.Rpc;
using Grpc.Core;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Ingestion.Tests;

/// <summary>What clients and the next stage hear of articles that belong together.</summary>
public sealed class IdentityGrpcTests
{
    private const string Text =
        "Dewan Kelurahan Rawa Embun menyetujui perbaikan saluran air sepanjang tiga kilometer. Lurah Sinta Maharani menyebut pekerjaan dimulai bulan depan. Biaya diambil dari dana kelurahan. "
        + "Warga diminta memindahkan kendaraan dari tepi jalan. Pedagang di pasar kecil mendapat tempat sementara di lapangan.";

    [Fact]
    public async Task Submit_RevisionAndCopy_AreToldToTheNextStageAndToClients()
    {
        await using var host = await IngestionHost.StartAsync();
        var first = await SubmitAsync("Kabar Embun", "https://kabar.example/saluran", Text, "Saluran diperbaiki");
        var revised = await SubmitAsync("Kabar Embun", "https://kabar.example/saluran?utm_source=surel", Text.Replace("bulan depan", "pekan depan", StringComparison.Ordinal), "Saluran segera diperbaiki");
        var copy = await SubmitAsync("Warta Rawa", "https://warta.example/9", Text + " Demikian dilaporkan.", "");

        var told = (await host.Client.GetStoredArticleAsync(new GetStoredArticleRequest { ArticleId = revised }, IngestionHost.Deadline)).Identity;
        (told.WorkId, told.Edition, told.RevisionOf, told.ReportId, told.Revisions, told.StoryArticles).ShouldBe((first, 1, first, first, 2, 3));
        told.Copies.Select(other => other.ArticleId).Order().ShouldBe(new[] { first, copy }.Order());
        told.Copies.ShouldAllBe(other => other.Resemblance > 0.8);

        var revisions = (await host.Client.ListRevisionsAsync(new ListRevisionsRequest { ArticleId = first }, IngestionHost.Deadline)).Revisions;
        revisions.Select(revision => (revision.ArticleId, revision.Edition, revision.TitleChanged)).ShouldBe([(first, 0, false), (revised, 1, true)]);
        revisions[1].Removed.Select(span => span.Text).ShouldBe(["Lurah Sinta Maharani menyebut pekerjaan dimulai bulan depan."]);
        revisions[1].Added.Select(span => span.Text).ShouldBe(["Lurah Sinta Maharani menyebut pekerjaan dimulai pekan depan."]);
        revisions[0].Removed.ShouldBeEmpty();

        var clusters = await host.Client.ListClustersAsync(new ListClustersRequest(), IngestionHost.Deadline);
        clusters.Total.ShouldBe(1);
        clusters.Clusters.Single().ShouldSatisfyAllConditions(
            cluster => cluster.Id.ShouldBe(first), cluster => cluster.Title.ShouldBe("Saluran diperbaiki"), cluster => cluster.ArticleCount.ShouldBe(3),
            cluster => cluster.Articles.Select(article => article.ArticleId).ShouldBe([first, revised, copy]));

        async Task<string> SubmitAsync(string publisher, string url, string text, string title)
        {
            var answer = await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = text, Publisher = publisher, Url = url, Title = title }, IngestionHost.Deadline);
            var published = (await host.NextPublishedAsync()).Message.Article;
            published.Id.ShouldBe(answer.ArticleId);
            published.Provenance.ShouldNotBeNull().Report.Length.ShouldBe(32);
            return answer.ArticleId;
        }
    }

    [Fact]
    public async Task ListClusters_PageByPage_GivesEachOnce()
    {
        await using var host = await IngestionHost.StartAsync();
        foreach (var (outlet, i) in new[] { "A", "B" }.SelectMany(outlet => Enumerable.Range(0, 5).Select(i => (outlet, i))))
        {
            await host.Client.SubmitArticleAsync(
                new SubmitArticleRequest { Text = string.Join(' ', Enumerable.Range(0, 60).Select(word => $"kata{i}x{word}")), Publisher = outlet }, IngestionHost.Deadline);
            await host.NextPublishedAsync();
        }

        var seen = new List<string>();
        var request = new ListClustersRequest { PageSize = 2 };
        do
        {
            var page = await host.Client.ListClustersAsync(request, IngestionHost.Deadline);
            page.Total.ShouldBe(5);
            seen.AddRange(page.Clusters.Select(cluster => cluster.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        seen.Count.ShouldBe(5);
        seen.Distinct().Count().ShouldBe(5);
        (await host.Client.ListClustersAsync(new ListClustersRequest { MinArticles = 3 }, IngestionHost.Deadline)).Clusters.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(-1, "", "min_articles")]
    [InlineData(0, "x", "page_token")]
    public async Task ListClusters_BadRequest_NamesTheField(int least, string token, string field)
    {
        await using var host = await IngestionHost.StartAsync();

        var refused = await Should.ThrowAsync<RpcException>(async () => await host.Client.ListClustersAsync(new ListClustersRequest { MinArticles = least, PageToken = token }, IngestionHost.Deadline));

        refused.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refused.ToStatus().Details.ShouldHaveSingleItem().Unpack<BadRequest>().FieldViolations.ShouldHaveSingleItem().Field.ShouldBe(field);
    }

    [Fact]
    public async Task ListRevisions_UnknownArticle_NotFound()
    {
        await using var host = await IngestionHost.StartAsync();

        (await Should.ThrowAsync<RpcException>(async () => await host.Client.ListRevisionsAsync(new ListRevisionsRequest { ArticleId = "tidak-ada" }, IngestionHost.Deadline))).StatusCode.ShouldBe(StatusCode.NotFound);
    }
}
