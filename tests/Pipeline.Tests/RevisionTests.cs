using Sikap.V1;

namespace Sikap.Pipeline.Tests;

/// <summary>Revisions and copies from the submission to the ledger's answers.</summary>
public sealed class RevisionTests
{
    private const string Body =
        "Wali Kota Sari Wulandari menolak pembangunan jalan tol Teluk Biru. \"Kami menolak jalan tol Teluk Biru karena nelayan kehilangan tempat tambat,\" kata Sari di kantornya. "
        + "Rapat itu dihadiri lurah, ketua koperasi, dan puluhan nelayan yang datang dengan perahu masing-masing. Mereka membawa spanduk dan peta lama pesisir. "
        + "Dinas pekerjaan umum menyiapkan bahan untuk rapat berikutnya di balai warga pada akhir bulan.";

    private const string Gone = " Ketua Koperasi Nelayan Budi Hartono mendukung jalan tol Teluk Biru. \"Kami mendukung jalan tol Teluk Biru,\" kata Budi.";

    [Fact]
    public async Task Revision_WithoutAStatement_TakesItFromTheAnswersAndKeepsItInTheOldArticle()
    {
        await using var host = await PipelineHost.StartAsync();
        await host.DefineAsync([new Issue { Id = "tol-teluk-biru", Title = "Jalan tol Teluk Biru", Proposition = "Pemerintah membangun jalan tol Teluk Biru", Terms = { "jalan tol Teluk Biru" } }]);
        var first = await SubmitAsync(host, "Kabar Teluk", "https://kabar.example/tol", Body + Gone);
        var before = await HoldersAsync(host);

        var second = await SubmitAsync(host, "Kabar Teluk", "https://kabar.example/tol", Body);
        var copy = await SubmitAsync(host, "Warta Pantai", "https://warta.example/tol", Body + " Demikian.");

        before.ShouldBe(["Budi Hartono", "Sari Wulandari"], ignoreOrder: true);
        (await HoldersAsync(host)).Distinct().ShouldBe(["Sari Wulandari"]);
        var old = await host.Query.GetArticleAsync(new GetArticleRequest { ArticleId = first }, PipelineHost.Deadline);
        old.Article.SupersededBy.ShouldBe(second);
        old.Stances.Select(stance => stance.Holder.Name).ShouldContain("Budi Hartono");
        old.Statements.ShouldContain(statement => statement.Content.Text.StartsWith("Kami mendukung"));
        var now = await host.Query.GetArticleAsync(new GetArticleRequest { ArticleId = second }, PipelineHost.Deadline);
        now.Revisions.Select(article => article.Id).ShouldBe([first]);
        now.Copies.Select(article => article.Id).ShouldBe([copy]);
        var reports = await host.Query.ListReportsAsync(new ListReportsRequest(), PipelineHost.Deadline);
        (reports.Total, reports.Articles, reports.Reports.Single().SameText).ShouldBe((1, 2, true));
        host.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task Revision_ThatGoesBackToTheFirstWords_BringsTheirStatementsBackAndTakesTheOthersAway()
    {
        await using var host = await PipelineHost.StartAsync();
        await host.DefineAsync([new Issue { Id = "tol-teluk-biru", Title = "Jalan tol Teluk Biru", Proposition = "Pemerintah membangun jalan tol Teluk Biru", Terms = { "jalan tol Teluk Biru" } }]);
        var first = await SubmitAsync(host, "Kabar Teluk", "https://kabar.example/tol", Body, "2024-05-03T08:00+07:00");
        var second = await SubmitAsync(host, "Kabar Teluk", "https://kabar.example/tol", Body + Gone, "2024-05-03T09:00+07:00");
        (await HoldersAsync(host)).Distinct().ShouldBe(["Budi Hartono", "Sari Wulandari"], ignoreOrder: true);

        (await SubmitAsync(host, "Kabar Teluk", "https://kabar.example/tol", Body, "2024-05-03T08:00+07:00")).ShouldBe(first);
        (await HoldersAsync(host)).ShouldContain("Budi Hartono");
        var third = await SubmitAsync(host, "Kabar Teluk", "https://kabar.example/tol", Body, "2024-05-03T10:00+07:00");
        (await SubmitAsync(host, "Kabar Teluk", "https://kabar.example/tol", Body, "2024-05-03T10:00+07:00")).ShouldBe(third);

        (await HoldersAsync(host)).Distinct().ShouldBe(["Sari Wulandari"]);
        (await host.StancesAsync(new Filter { IssueId = "tol-teluk-biru" })).ShouldAllBe(stance => stance.ArticleId == third);
        var now = await host.Query.GetArticleAsync(new GetArticleRequest { ArticleId = third }, PipelineHost.Deadline);
        now.Revisions.Select(article => article.Id).ShouldBe([first, second], ignoreOrder: true);
        foreach (var before in new[] { first, second })
            (await host.Query.GetArticleAsync(new GetArticleRequest { ArticleId = before }, PipelineHost.Deadline)).Article.SupersededBy.ShouldBe(before == first ? second : third);
        host.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task Withdrawal_UnderTheNameOfTheItem_LeavesNothingOfItInTheAnswers()
    {
        const string name = "urn:newsml:kabar.example:20240503:42";
        await using var host = await PipelineHost.StartAsync();
        await host.DefineAsync([new Issue { Id = "tol-teluk-biru", Title = "Jalan tol Teluk Biru", Proposition = "Pemerintah membangun jalan tol Teluk Biru", Terms = { "jalan tol Teluk Biru" } }]);
        var first = await SubmitAsync(host, "Kabar Teluk", name, Body + Gone);
        (await HoldersAsync(host)).ShouldNotBeEmpty();

        var notice = await SubmitAsync(host, "Kabar Teluk", name, $"Berita {name} telah ditarik oleh Kabar Teluk dan tidak boleh disiarkan lagi.");

        (await HoldersAsync(host)).ShouldBeEmpty();
        var old = await host.Query.GetArticleAsync(new GetArticleRequest { ArticleId = first }, PipelineHost.Deadline);
        old.Article.SupersededBy.ShouldBe(notice);
        host.ShouldHaveNoErrors();
    }

    private static async Task<string> SubmitAsync(PipelineHost host, string publisher, string url, string text, string published = "")
    {
        var answer = await host.Ingestion.SubmitArticleAsync(new SubmitArticleRequest { Text = text, Publisher = publisher, Url = url, Published = published }, PipelineHost.Deadline);
        (await host.WaitForEndAsync(answer.ArticleId)).State.ShouldBe(ArticleState.Queryable);
        return answer.ArticleId;
    }

    private static async Task<IEnumerable<string>> HoldersAsync(PipelineHost host) => (await host.StancesAsync(new Filter { IssueId = "tol-teluk-biru" })).Select(stance => stance.Holder.Name);
}
