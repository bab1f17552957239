using Grpc.Core;
using Sikap.V1;

namespace Sikap.Gateway;

/// <summary>Passes calls of the IngestionService on.</summary>
internal sealed class IngestionProxy(BackEnds backEnds, Forwarder forward) : IngestionService.IngestionServiceBase
{
    private readonly IngestionService.IngestionServiceClient _client = new(backEnds.Ingestion);

    public override Task<SubmitArticleResponse> SubmitArticle(SubmitArticleRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.SubmitArticleAsync);

    public override Task<StoredArticle> GetStoredArticle(GetStoredArticleRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.GetStoredArticleAsync);

    public override Task<ArticleStatus> GetArticleStatus(GetArticleStatusRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.GetArticleStatusAsync);

    public override Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListRevisionsAsync);

    public override Task<ListClustersResponse> ListClusters(ListClustersRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.ListClustersAsync);

    public override Task<IngestionStatus> GetIngestionStatus(GetIngestionStatusRequest request, ServerCallContext context) => forward.UnaryAsync(request, context, _client.GetIngestionStatusAsync);

    public override Task SubmitArticles(
        IAsyncStreamReader<SubmitArticleRequest> requestStream, IServerStreamWriter<SubmitArticlesResponse> responseStream, ServerCallContext context) =>
        forward.DuplexStreamingAsync(requestStream, responseStream, context, _client.SubmitArticles);
}
