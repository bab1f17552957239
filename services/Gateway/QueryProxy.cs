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

    public override Task<LedgerStatus> GetLedgerStatus(GetLedgerStatusRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.GetLedgerStatusAsync);

    public override Task Watch(WatchRequest request, IServerStreamWriter<WatchEvent> responseStream, ServerCallContext context) =>
        forward.ServerStreamingAsync(request, responseStream, context, _client.Watch);
}
