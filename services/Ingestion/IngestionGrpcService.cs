using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Sikap.Contracts;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Ingestion;

internal sealed class IngestionGrpcService(ArticleIntake intake, IArticleStore store, IFeedStore feeds, IdentityQuestions identities, IOptions<IngestionOptions> options, ILogger<IngestionGrpcService> logger)
    : IngestionService.IngestionServiceBase
{
    private static readonly TimeSpan StoreRetryAfter = TimeSpan.FromSeconds(2);

    public override async Task<SubmitArticleResponse> SubmitArticle(SubmitArticleRequest request, ServerCallContext context)
    {
        var violations = SubmissionRules.Check(request);
        if (violations.Count > 0)
        {
            Telemetry.ArticlesRejected.Add(1);
            throw GrpcFault.BadRequest(violations);
        }

        return await intake.AcceptAsync(request, context.CancellationToken);
    }

    public override async Task SubmitArticles(
        IAsyncStreamReader<SubmitArticleRequest> requestStream, IServerStreamWriter<SubmitArticlesResponse> responseStream, ServerCallContext context)
    {
        // Items under way, in their order; reading stops while it is full.
        var results = Channel.CreateBounded<Task<SubmitArticlesResponse>>(options.Value.MaxConcurrentItems);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var reading = ReadItemsAsync(requestStream, results.Writer, context, cancel.Token);
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(cancel.Token))
                await responseStream.WriteAsync(await result, cancel.Token);
        }
        finally
        {
            // Where writing broke, reading must not go on.
            await cancel.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await reading;
    }

    public override async Task<StoredArticle> GetStoredArticle(GetStoredArticleRequest request, ServerCallContext context)
    {
        var article = await store.FindAsync(Required(request.ArticleId), context.CancellationToken) ?? throw GrpcFault.NotFound("article", request.ArticleId);
        var state = await store.FindStateAsync(article.Id, context.CancellationToken) ?? throw GrpcFault.NotFound("article", request.ArticleId);
        var answer = new StoredArticle
        {
            ArticleId = article.Id,
            Text = article.Text,
            Title = article.Title ?? "",
            Publisher = article.Publisher ?? "",
            Url = article.Url ?? "",
            PublishedAt = article.Published?.ToTimestamp(),
            AcceptedAt = article.AcceptedAt.ToTimestamp(),
            Language = state.Language ?? "",
            Status = ToStatus(state),
            CanonicalUrl = article.CanonicalUrl ?? "",
            Published = article.PublishedDate?.ToProto(),
            Identity = await identities.FindAsync(article.Id, context.CancellationToken),
        };
        answer.Authors.AddRange(article.Authors);
        return answer;
    }

    public override async Task<ArticleStatus> GetArticleStatus(GetArticleStatusRequest request, ServerCallContext context)
        => ToStatus(await store.FindStateAsync(Required(request.ArticleId), context.CancellationToken) ?? throw GrpcFault.NotFound("article", request.ArticleId));

    public override async Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext context)
        => await identities.ListRevisionsAsync(Required(request.ArticleId), context.CancellationToken) ?? throw GrpcFault.NotFound("article", request.ArticleId);

    public override Task<ListClustersResponse> ListClusters(ListClustersRequest request, ServerCallContext context) => identities.ListClustersAsync(request, context.CancellationToken);

    public override async Task<IngestionStatus> GetIngestionStatus(GetIngestionStatusRequest request, ServerCallContext context)
    {
        var counts = await store.CountAsync(context.CancellationToken);
        var followed = await feeds.CountAsync(context.CancellationToken);
        return new IngestionStatus
        {
            FeedsNew = followed.GetValueOrDefault(FeedState.New),
            FeedsHealthy = followed.GetValueOrDefault(FeedState.Healthy),
            FeedsFailing = followed.GetValueOrDefault(FeedState.Failing),
            FeedsPaused = followed.GetValueOrDefault(FeedState.Paused) + followed.GetValueOrDefault(FeedState.Gone),
            Accepted = counts.GetValueOrDefault(ArticleProgress.Accepted),
            Published = counts.GetValueOrDefault(ArticleProgress.Published),
            Queryable = counts.GetValueOrDefault(ArticleProgress.Queryable),
            Failed = counts.GetValueOrDefault(ArticleProgress.Failed),
            UnsupportedLanguage = counts.GetValueOrDefault(ArticleProgress.UnsupportedLanguage),
            Total = counts.Values.Sum(),
        };
    }

    private static string Required(string articleId)
        => articleId.Length > 0 ? articleId : throw GrpcFault.BadRequest(new FieldViolation("article_id", "must not be empty"));

    private static ArticleStatus ToStatus(ArticleState state) => new()
    {
        ArticleId = state.Id,
        State = state.Progress.ToProto(),
        Reason = state.Reason ?? "",
        AcceptedAt = state.AcceptedAt.ToTimestamp(),
        ChangedAt = state.ChangedAt.ToTimestamp(),
    };

    private async Task ReadItemsAsync(
        IAsyncStreamReader<SubmitArticleRequest> requests, ChannelWriter<Task<SubmitArticlesResponse>> results, ServerCallContext context, CancellationToken cancellationToken)
    {
        try
        {
            for (var index = 0L; await requests.MoveNext(cancellationToken); index++)
            {
                await results.WaitToWriteAsync(cancellationToken);
                await results.WriteAsync(SubmitItemAsync(requests.Current, index, context), cancellationToken);
            }

            results.Complete();
        }
        catch (Exception exception)
        {
            results.Complete(exception);
            throw;
        }
    }

    private async Task<SubmitArticlesResponse> SubmitItemAsync(SubmitArticleRequest request, long index, ServerCallContext context)
    {
        var result = new SubmitArticlesResponse { Index = index, ClientRef = request.ClientRef.Length <= SubmissionRules.MaxClientRefChars ? request.ClientRef : "" };
        try
        {
            result.Accepted = await SubmitArticle(request, context);
        }
        catch (RpcException exception)
        {
            result.Rejected = exception.ToStatus();
        }
        catch (StoreUnavailableException exception)
        {
            logger.ItemNotStored(index, exception);
            result.Rejected = GrpcFault.Unavailable("the store is away, try again later", StoreRetryAfter).ToStatus();
        }

        return result;
    }
}
