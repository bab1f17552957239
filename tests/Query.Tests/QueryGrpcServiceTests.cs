using Google.Rpc;
using Grpc.Core;
using Sikap.ServiceDefaults;
using Sikap.V1;
using static Sikap.Query.Tests.Ledger;

namespace Sikap.Query.Tests;

public sealed class QueryGrpcServiceTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private QueryHost _host = null!;

    private QueryService.QueryServiceClient Client => _host.Client;

    public async ValueTask InitializeAsync() => _host = await QueryHost.StartAsync(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task AllLists_PageByPage_GiveEveryItemOnceAndTheTotalOnEachPage()
    {
        for (var i = 0; i < 5; i++)
        {
            await _host.WriteAsync(Article($"a{i}", [Says(Sari with { Name = $"Orang {i}" }, $"Kalimat {i}.", "jembatan")]));
        }

        (await PagesAsync(async (size, token) => await Client.ListStancesAsync(new ListStancesRequest { PageSize = size, PageToken = token }) is var page
            ? (page.Stances.Select(stance => stance.Id), page.NextPageToken, page.Total) : default)).ShouldBe(5);
        (await PagesAsync(async (size, token) => await Client.ListStatementsAsync(new ListStatementsRequest { PageSize = size, PageToken = token }) is var page
            ? (page.Statements.Select(statement => statement.Id), page.NextPageToken, page.Total) : default)).ShouldBe(5);
        (await PagesAsync(async (size, token) => await Client.GetTimelineAsync(new GetTimelineRequest { PageSize = size, PageToken = token }) is var page
            ? (page.Entries.Select(entry => entry.Stance.Id), page.NextPageToken, page.Total) : default)).ShouldBe(5);
        (await PagesAsync(async (size, token) => await Client.ListActorsAsync(new ListActorsRequest { PageSize = size, PageToken = token }) is var page
            ? (page.Actors.Select(actor => actor.Actor.Name), page.NextPageToken, page.Total) : default)).ShouldBe(5);
        (await PagesAsync(async (size, token) => await Client.ListArticlesAsync(new ListArticlesRequest { PageSize = size, PageToken = token }) is var page
            ? (page.Articles.Select(article => article.Id), page.NextPageToken, page.Total) : default)).ShouldBe(5);
    }

    [Fact]
    public async Task List_TokenOfAnotherQuestion_IsRefused()
    {
        await _host.WriteAsync(Article("a1", [Says(Sari, "Satu.", "jembatan"), Says(Sari, "Dua.", "jembatan")]));
        var token = (await Client.ListStancesAsync(new ListStancesRequest { PageSize = 1 })).NextPageToken;

        (await ViolationsAsync(Client.ListStancesAsync(new ListStancesRequest { PageSize = 1, PageToken = token, Filter = new Filter { IssueId = "pajak" } }).ResponseAsync)).ShouldBe(["page_token"]);
        (await ViolationsAsync(Client.ListStatementsAsync(new ListStatementsRequest { PageToken = token }).ResponseAsync)).ShouldBe(["page_token"]);
        (await ViolationsAsync(Client.ListStancesAsync(new ListStancesRequest { PageToken = "no token!" }).ResponseAsync)).ShouldBe(["page_token"]);
        (await ViolationsAsync(Client.ListStancesAsync(new ListStancesRequest { PageToken = token[..^2] }).ResponseAsync)).ShouldBe(["page_token"]);
        (await Client.ListStancesAsync(new ListStancesRequest { PageSize = 7, PageToken = token })).Stances.Single().Evidence.Text.ShouldBe("Dua.");
    }

    [Fact]
    public async Task List_BadRequest_NamesEveryField()
    {
        var filter = new Filter
        {
            IssueId = "Not An Id",
            Actor = new string('x', 257),
            Label = (StanceLabel)99,
            FromDate = "2023-13",
            ToDate = "kemarin",
            MinConfidence = double.NaN,
            Text = "?!",
        };

        var fields = await ViolationsAsync(Client.ListStancesAsync(new ListStancesRequest { Filter = filter, PageSize = 1001 }).ResponseAsync);

        fields.ShouldBe(
            ["filter.actor", "filter.text", "filter.issue_id", "filter.label", "filter.min_confidence", "filter.from_date", "filter.to_date", "page_size"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("2023-07", "2023-06", false)]
    [InlineData("2023-07-12", "2023-07", true)]
    [InlineData("2023", "2023-01-01", true)]
    public async Task GetMatrix_DateRange_MustNotBeEmpty(string from, string to, bool valid)
    {
        var call = Client.GetMatrixAsync(new GetMatrixRequest { Filter = new Filter { FromDate = from, ToDate = to } }).ResponseAsync;

        if (valid)
        {
            (await call).Rows.ShouldBeEmpty();
        }
        else
        {
            (await ViolationsAsync(call)).ShouldBe(["filter.to_date"]);
        }
    }

    [Fact]
    public async Task Questions_BadRequest_NameEveryField()
    {
        (await ViolationsAsync(Client.ListContradictionsAsync(new ListContradictionsRequest { WindowDays = -1, Kinds = { (ContradictionKind)77 } }).ResponseAsync)).ShouldBe(["kinds[0]", "window_days"]);
        (await ViolationsAsync(Client.GetMatrixAsync(new GetMatrixRequest { Period = (Period)9, RollUp = (RollUp)9 }).ResponseAsync)).ShouldBe(["roll_up", "period"]);
        (await ViolationsAsync(Client.FindSilenceAsync(new FindSilenceRequest { Expected = { "?" } }).ResponseAsync)).ShouldBe(["filter.issue_id", "expected[0]"]);
        (await ViolationsAsync(Client.SearchAsync(new SearchRequest { Query = "\"!\"" }).ResponseAsync)).ShouldBe(["query"]);
        (await ViolationsAsync(Client.ListRelationsAsync(new ListRelationsRequest { Filter = new Filter { IssueId = "a", Text = "b" }, Target = new string('x', 300) }).ResponseAsync)).ShouldBe(["filter.issue_id", "filter.text", "target"]);
        (await ViolationsAsync(Client.ListIssueStatesAsync(new ListIssueStatesRequest { Filter = new Filter { Actor = "a", Label = StanceLabel.Support } }).ResponseAsync)).ShouldBe(["filter.actor", "filter.label"]);
        (await Should.ThrowAsync<RpcException>(() => Client.FindSilenceAsync(new FindSilenceRequest { Filter = new Filter { IssueId = "tidak-ada" } }).ResponseAsync)).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task GetMatrix_SmallPages_GiveEveryRowOnce()
    {
        await _host.WriteAsync(Article("a1", [.. Enumerable.Range(0, 5).Select(i => Says(Sari with { Name = $"Orang {i}" }, $"Kalimat {i}.", "jembatan"))]));

        (await PagesAsync(async (size, token) => await Client.GetMatrixAsync(new GetMatrixRequest { PageSize = size, PageToken = token }) is var page
            ? (page.Rows.Select(row => row.Holder.Name), page.NextPageToken, page.Total) : default)).ShouldBe(5);
        (await PagesAsync(async (size, token) => await Client.ListChangesAsync(new ListChangesRequest { PageSize = size, PageToken = token }) is var page
            ? (page.Changes.Select(change => change.Stance.Holder.Name), page.NextPageToken, page.Total) : default)).ShouldBe(5);
    }

    [Fact]
    public async Task GetArticle_UnknownOrEmptyId_IsNotFoundOrInvalid()
    {
        (await Should.ThrowAsync<RpcException>(() => Client.GetArticleAsync(new GetArticleRequest { ArticleId = "a1" }).ResponseAsync)).StatusCode.ShouldBe(StatusCode.NotFound);
        (await ViolationsAsync(Client.GetArticleAsync(new GetArticleRequest()).ResponseAsync)).ShouldBe(["article_id"]);
    }

    [Fact]
    public async Task GetMatrix_WithStances_ShowsWhoStandsWhere()
    {
        await _host.WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan"), Says(Budi, "Tidak.", "jembatan", StanceLabelOf.Oppose)]));

        var matrix = await Client.GetMatrixAsync(new GetMatrixRequest { Filter = new Filter { Label = StanceLabel.Oppose } });

        matrix.Rows.Single().Holder.Name.ShouldBe("Budi Hartono");
        matrix.Rows.Single().Cells.Single().Best.Evidence.Text.ShouldBe("Tidak.");
    }

    private static async Task<int> PagesAsync(Func<int, string, Task<(IEnumerable<string> Items, string Next, long Total)>> list)
    {
        var seen = new List<string>();
        var token = "";
        do
        {
            var (items, next, total) = await list(2, token);
            seen.AddRange(items);
            total.ShouldBe(5);
            token = next;
        }
        while (token.Length > 0);
        seen.Distinct().Count().ShouldBe(seen.Count);
        return seen.Count;
    }

    private static async Task<IReadOnlyList<string>> ViolationsAsync(Task call)
    {
        var failure = await Should.ThrowAsync<RpcException>(() => call);
        failure.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        return [.. failure.ToStatus().Details.Single().Unpack<BadRequest>().FieldViolations.Select(violation => violation.Field)];
    }

    private static class StanceLabelOf
    {
        public const Nlp.StanceLabel Oppose = Nlp.StanceLabel.Oppose;
    }
}
