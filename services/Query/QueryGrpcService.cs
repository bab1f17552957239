using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Query;

/// <summary>Answers from the read model.</summary>
internal sealed class QueryGrpcService(IReadModel store, LedgerQuestions ledger, NetworkReader networks, WatchStream watch) : QueryService.QueryServiceBase
{
    private const int MaxExpected = 500;
    private const int MaxTargetChars = 256;

    public override async Task<ListStatementsResponse> ListStatements(ListStatementsRequest request, ServerCallContext context)
    {
        var filter = request.Filter ??= new Filter();
        var answer = new ListStatementsResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(
            new RequestCheck().Filter(filter), request, answer.Statements, page => store.ListStatementsAsync(filter, page, context.CancellationToken));
        return answer;
    }

    public override async Task<ListStancesResponse> ListStances(ListStancesRequest request, ServerCallContext context)
    {
        var filter = request.Filter ??= new Filter();
        var answer = new ListStancesResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(
            new RequestCheck().Filter(filter), request, answer.Stances, page => ledger.ListStancesAsync(filter, page, context.CancellationToken));
        return answer;
    }

    public override async Task<Matrix> GetMatrix(GetMatrixRequest request, ServerCallContext context)
    {
        var check = new RequestCheck().Filter(request.Filter ??= new Filter()).Enum("roll_up", request.RollUp).Enum("period", request.Period);
        var (page, question, _) = check.Page(request);
        check.ThrowIfInvalid();
        var matrix = await ledger.GetMatrixAsync(request, page, context.CancellationToken);
        if (matrix.NextPageToken.Length > 0)
        {
            matrix.NextPageToken = PageToken.Encode(question, matrix.NextPageToken, matrix.Total);
        }
        return matrix;
    }

    public override async Task<GetTimelineResponse> GetTimeline(GetTimelineRequest request, ServerCallContext context)
    {
        var filter = request.Filter ??= new Filter();
        var answer = new GetTimelineResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(
            new RequestCheck().Filter(filter), request, answer.Entries, page => ledger.GetTimelineAsync(filter, page, context.CancellationToken));
        return answer;
    }

    public override async Task<ListActorsResponse> ListActors(ListActorsRequest request, ServerCallContext context)
    {
        var answer = new ListActorsResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(
            new RequestCheck().Text("name_contains", request.NameContains).Text("represents", request.Represents).Enum("type", request.Type), request, answer.Actors,
            page => store.ListActorsAsync(request, page, context.CancellationToken));
        return answer;
    }

    public override async Task<ListArticlesResponse> ListArticles(ListArticlesRequest request, ServerCallContext context)
    {
        var filter = request.Filter ??= new Filter();
        var answer = new ListArticlesResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(
            new RequestCheck().Filter(filter), request, answer.Articles, page => ledger.ListArticlesAsync(filter, page, context.CancellationToken));
        return answer;
    }

    public override async Task<GetArticleResponse> GetArticle(GetArticleRequest request, ServerCallContext context)
    {
        new RequestCheck().Text("article_id", request.ArticleId).Require(request.ArticleId.Length > 0, "article_id", "must not be empty").ThrowIfInvalid();
        return await store.FindArticleAsync(request.ArticleId, context.CancellationToken) ?? throw GrpcFault.NotFound("article", request.ArticleId);
    }

    public override async Task<ListChangesResponse> ListChanges(ListChangesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck().Filter(request.Filter ??= new Filter()).Enums("kinds", request.Kinds);
        var answer = new ListChangesResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(check, request, answer.Changes, page => ledger.ListChangesAsync(request, page, context.CancellationToken));
        return answer;
    }

    public override async Task<ListIssueStatesResponse> ListIssueStates(ListIssueStatesRequest request, ServerCallContext context)
    {
        var filter = request.Filter ??= new Filter();
        var check = new RequestCheck().Filter(filter).Enums("states", request.States)
            .Require(filter.Actor.Length == 0, "filter.actor", "must be empty: a state has no holder")
            .Require(filter.Represents.Length == 0, "filter.represents", "must be empty: a state has no holder")
            .Require(filter.Label == StanceLabel.Unspecified, "filter.label", "must be unspecified: a state has no label")
            .Require(filter.Text.Length == 0, "filter.text", "must be empty; Search finds texts");
        var answer = new ListIssueStatesResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(
            check, request, answer.States, page => store.ListStatesAsync(filter, request.States, page, context.CancellationToken));
        return answer;
    }

    public override async Task<ListRelationsResponse> ListRelations(ListRelationsRequest request, ServerCallContext context)
    {
        var filter = request.Filter ??= new Filter();
        var check = new RequestCheck().Filter(filter)
            .Require(filter.IssueId.Length == 0, "filter.issue_id", "must be empty: a relation has no issue")
            .Require(filter.Text.Length == 0, "filter.text", "must be empty; Search finds texts")
            .Require(request.Target.Length <= MaxTargetChars, "target", $"must have at most {MaxTargetChars} characters");
        var answer = new ListRelationsResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(
            check, request, answer.Relations, page => store.ListRelationsAsync(filter, request.Target, page, context.CancellationToken));
        return answer;
    }

    public override async Task<ListContradictionsResponse> ListContradictions(ListContradictionsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck().Filter(request.Filter ??= new Filter()).Enums("kinds", request.Kinds)
            .Require(request.WindowDays is >= 0 and <= 3650, "window_days", $"must lie between 1 and 3650; 0 means {ContradictionReader.DefaultWindowDays}");
        var answer = new ListContradictionsResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(
            check, request, answer.Contradictions, page => ledger.ListContradictionsAsync(request, page, context.CancellationToken));
        return answer;
    }

    public override async Task<ListReportsResponse> ListReports(ListReportsRequest request, ServerCallContext context)
    {
        var filter = request.Filter ??= new Filter();
        var answer = new ListReportsResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(
            new RequestCheck().Filter(filter), request, answer.Reports,
            async page =>
            {
                (var reports, answer.Articles) = await ledger.ListReportsAsync(filter, page, context.CancellationToken);
                return reports;
            });
        return answer;
    }

    public override async Task<CompareOutletsResponse> CompareOutlets(CompareOutletsRequest request, ServerCallContext context)
    {
        var filter = request.Filter ??= new Filter();
        var answer = new CompareOutletsResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(
            new RequestCheck().Filter(filter), request, answer.Outlets, page => ledger.CompareOutletsAsync(filter, page, context.CancellationToken));
        return answer;
    }

    public override Task<FindSilenceResponse> FindSilence(FindSilenceRequest request, ServerCallContext context)
    {
        var check = new RequestCheck().Filter(request.Filter ??= new Filter())
            .Require(request.Filter.IssueId.Length > 0, "filter.issue_id", "must not be empty")
            .Require(request.Expected.Count <= MaxExpected, "expected", $"must have at most {MaxExpected} entries");
        foreach (var (i, name) in request.Expected.Take(MaxExpected).Index())
        {
            check.Words(string.Create(CultureInfo.InvariantCulture, $"expected[{i}]"), name);
        }
        check.ThrowIfInvalid();
        return ledger.FindSilenceAsync(request, context.CancellationToken);
    }

    public override async Task<SearchResponse> Search(SearchRequest request, ServerCallContext context)
    {
        var filter = request.Filter ??= new Filter();
        var query = SearchQuery.Parse(request.Query);
        var check = new RequestCheck().Filter(filter).Text("query", request.Query).Require(!query.IsEmpty, "query", "must contain a letter or digit");
        var answer = new SearchResponse();
        (answer.NextPageToken, answer.Total) = await ListAsync(
            check, request, answer.Hits,
            async page => (await store.SearchAsync(query, filter, page, context.CancellationToken)).Select(found =>
            {
                var hit = new SearchHit { Article = found.Info };
                hit.Passages.AddRange(query.Highlight(found.Article));
                return hit;
            }));
        return answer;
    }

    public override async Task GetNetwork(GetNetworkRequest request, IServerStreamWriter<NetworkPart> responseStream, ServerCallContext context)
    {
        NetworkCheck.Check(request);
        await foreach (var part in networks.ReadAsync(request, context.CancellationToken))
        {
            await responseStream.WriteAsync(part, context.CancellationToken);
        }
    }

    public override async Task ExportArticles(ExportArticlesRequest request, IServerStreamWriter<ExportedArticle> responseStream, ServerCallContext context)
    {
        new RequestCheck().Filter(request.Filter ??= new Filter()).ThrowIfInvalid();
        await foreach (var article in networks.ExportAsync(request, context.CancellationToken))
        {
            await responseStream.WriteAsync(article, context.CancellationToken);
        }
    }

    public override Task<LedgerStatus> GetLedgerStatus(GetLedgerStatusRequest request, ServerCallContext context) =>
        store.GetStatusAsync(context.CancellationToken);

    public override async Task WatchReplay(WatchReplayRequest request, IServerStreamWriter<ReplayProgress> responseStream, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Require(request.CodebookVersion >= 0, "codebook_version", "must not be negative");
        check.ThrowIfInvalid();
        await watch.RunAsync(request.CodebookVersion, responseStream, context.CancellationToken);
    }

    public override async Task<StanceDiff> GetStanceDiff(GetStanceDiffRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Filter(new Filter { IssueId = request.IssueId });
        var to = request.ToVersion == 0 ? long.MaxValue : request.ToVersion;
        check.Require(request.Limit is >= 0 and <= 1000, "limit", "must lie between 1 and 1000; 0 means 100");
        check.Require(request.FromVersion >= 0, "from_version", "must not be negative");
        check.Require(to > request.FromVersion, "to_version", "must lie behind from_version");
        check.ThrowIfInvalid();
        var (diff, floor) = await store.GetStanceDiffAsync(request.FromVersion, to, request.IssueId, request.Limit == 0 ? 100 : request.Limit, context.CancellationToken);
        return diff ?? throw new RpcException(request.FromVersion < floor
            ? new Status(StatusCode.OutOfRange, $"what changes up to version {floor} did is no longer kept (Query:DiffRetention); ask from version {floor} on")
            : new Status(StatusCode.ResourceExhausted, $"more than {StanceDiffBuilder.MaxStances} stances came or went; ask for fewer versions or for one issue"));
    }

    public override async Task Watch(WatchRequest request, IServerStreamWriter<WatchEvent> responseStream, ServerCallContext context)
    {
        var check = new RequestCheck().Filter(request.Filter ??= new Filter()).Enums("kinds", request.Kinds);
        long? cursor = null;
        if (request.Cursor.Length > 0)
        {
            var valid = long.TryParse(request.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var given);
            check.Require(
                valid && given <= await store.GetLastEventAsync(context.CancellationToken), "cursor", "must be the cursor of an event of this ledger, 0 or empty");
            cursor = given;
        }
        check.ThrowIfInvalid();
        await watch.RunAsync(request, cursor, responseStream, context.CancellationToken);
    }

    private static async Task<(string Token, long Total)> ListAsync<T>(RequestCheck check, IMessage request, RepeatedField<T> items, Func<PageRequest, Task<Page<T>>> list)
    {
        var (wanted, question, counted) = check.Page(request);
        check.ThrowIfInvalid();
        var page = await list(wanted);
        items.AddRange(page.Items);
        var total = page.Total ?? counted ?? 0;
        return (page.NextKey is null ? "" : PageToken.Encode(question, page.NextKey, total), total);
    }
}
