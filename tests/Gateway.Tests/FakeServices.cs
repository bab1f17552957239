using Grpc.Core;
using Sikap.V1;

namespace Sikap.Gateway.Tests;

internal sealed class FakeQuery(BackEnd backEnd) : QueryService.QueryServiceBase
{
    public override async Task<LedgerStatus> GetLedgerStatus(GetLedgerStatusRequest request, ServerCallContext context)
    {
        await backEnd.EnterAsync(context);
        context.ResponseTrailers.Add("x-cost", "7");
        return new LedgerStatus { Articles = 42 };
    }

    public override async Task<GetArticleResponse> GetArticle(GetArticleRequest request, ServerCallContext context)
    {
        await backEnd.EnterAsync(context);
        return new GetArticleResponse { Text = new string('x', int.Parse(request.ArticleId, System.Globalization.CultureInfo.InvariantCulture)) };
    }

    /// <summary>Writes without end, each event as soon as the one before was taken, unless it is to hold after the first.</summary>
    public override async Task Watch(WatchRequest request, IServerStreamWriter<WatchEvent> responseStream, ServerCallContext context)
    {
        backEnd.Calls.Enqueue(context);
        backEnd.Entered.TrySetResult();
        try
        {
            for (var i = 1; ; i++)
            {
                await responseStream.WriteAsync(new WatchEvent { Cursor = $"{i}", StanceAdded = new Stance { Why = request.Cursor.Length > 0 ? new string('x', 10_000) : "" } }, context.CancellationToken);
                backEnd.Written = i;
                if (backEnd.Holds)
                {
                    await backEnd.HoldAsync(context);
                }
            }
        }
        finally
        {
            backEnd.Cancelled.TrySetResult();
        }
    }
}

internal sealed class FakeIngestion(BackEnd backEnd) : IngestionService.IngestionServiceBase
{
    public override async Task SubmitArticles(
        IAsyncStreamReader<SubmitArticleRequest> requestStream, IServerStreamWriter<SubmitArticlesResponse> responseStream, ServerCallContext context)
    {
        backEnd.Calls.Enqueue(context);
        var index = 0L;
        try
        {
            await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            {
                if (request.Text == "end")
                {
                    throw backEnd.Fault!;
                }
                await responseStream.WriteAsync(
                    new SubmitArticlesResponse { Index = index++, ClientRef = request.ClientRef, Accepted = new SubmitArticleResponse { ArticleId = request.Text } }, context.CancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            backEnd.Cancelled.TrySetResult();
            throw;
        }
    }

    public override Task<IngestionStatus> GetIngestionStatus(GetIngestionStatusRequest request, ServerCallContext context) => Task.FromResult(new IngestionStatus { Total = 1 });
}

internal sealed class FakeCodebook : CodebookService.CodebookServiceBase
{
    public override Task<ListIssuesResponse> ListIssues(ListIssuesRequest request, ServerCallContext context) => Task.FromResult(new ListIssuesResponse { CodebookVersion = 2 });
}

internal sealed class FakeAnalysis : AnalysisService.AnalysisServiceBase
{
    public override Task<AnalyzeResponse> Analyze(AnalyzeRequest request, ServerCallContext context) =>
        Task.FromResult(new AnalyzeResponse { Article = new ArticleInfo { Title = request.Title } });
}

internal sealed class FakeExtraction : ExtractionService.ExtractionServiceBase
{
    public override Task<ExtractResponse> Extract(ExtractRequest request, ServerCallContext context) =>
        Task.FromResult(new ExtractResponse { Article = new ArticleInfo { Title = request.Title } });
}
