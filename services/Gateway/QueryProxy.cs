using Grpc.Core;
using Sikap.V1;

namespace Sikap.Gateway;

/// <summary>Passes calls of the QueryService on.</summary>
internal sealed class QueryProxy(BackEnds backEnds, Forwarder forward) : QueryService.QueryServiceBase
{
    private readonly QueryService.QueryServiceClient _client = new(backEnds.Query);

    public override Task<ListStatementsResponse> ListStatements(ListStatementsRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListStatementsAsync);

    public override Task<ListStancesResponse> ListStances(ListStancesRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListStancesAsync);

    public override Task<Matrix> GetMatrix(GetMatrixRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.GetMatrixAsync);

    public override Task<GetTimelineResponse> GetTimeline(GetTimelineRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.GetTimelineAsync);

    public override Task<ListActorsResponse> ListActors(ListActorsRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListActorsAsync);

    public override Task<ListArticlesResponse> ListArticles(ListArticlesRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListArticlesAsync);

    public override Task<GetArticleResponse> GetArticle(GetArticleRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.GetArticleAsync);

    public override Task<ListChangesResponse> ListChanges(ListChangesRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListChangesAsync);

    public override Task<ListIssueStatesResponse> ListIssueStates(ListIssueStatesRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListIssueStatesAsync);

    public override Task<ListRelationsResponse> ListRelations(ListRelationsRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListRelationsAsync);

    public override Task<ListContradictionsResponse> ListContradictions(ListContradictionsRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListContradictionsAsync);

    public override Task<ListReportsResponse> ListReports(ListReportsRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListReportsAsync);

    public override Task<CompareOutletsResponse> CompareOutlets(CompareOutletsRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.CompareOutletsAsync);

    public override Task<FindSilenceResponse> FindSilence(FindSilenceRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.FindSilenceAsync);

    public override Task<SearchResponse> Search(SearchRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.SearchAsync);

    public override Task GetNetwork(GetNetworkRequest request, IServerStreamWriter<NetworkPart> responseStream, ServerCallContext context) =>
        forward.ServerStreamingAsync(request, responseStream, context, _client.GetNetwork);

    public override Task ExportArticles(ExportArticlesRequest request, IServerStreamWriter<ExportedArticle> responseStream, ServerCallContext context) =>
        forward.ServerStreamingAsync(request, responseStream, context, _client.ExportArticles);

    public override Task<LedgerStatus> GetLedgerStatus(GetLedgerStatusRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.GetLedgerStatusAsync);

    public override Task WatchReplay(WatchReplayRequest request, IServerStreamWriter<ReplayProgress> responseStream, ServerCallContext context) =>
        forward.ServerStreamingAsync(request, responseStream, context, _client.WatchReplay);

    public override Task<StanceDiff> GetStanceDiff(GetStanceDiffRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.GetStanceDiffAsync);

    public override Task Watch(WatchRequest request, IServerStreamWriter<WatchEvent> responseStream, ServerCallContext context) =>
        forward.ServerStreamingAsync(request, responseStream, context, _client.Watch);
}
