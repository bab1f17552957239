using Grpc.Core;
using Grpc.Net.Client;
using Sikap.V1;

namespace Sikap.Standalone.Tests;

/// <summary>The process dies without a word in the middle of a batch; what it had accepted must not be lost, nor appear twice.</summary>
public sealed class CrashTests : IDisposable
{
    private const int Articles = 300;
    private const int AcceptedBeforeKill = 120;
    private const int SentBeforeKill = 200;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(50);

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-crash-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Sigkill_InTheMiddleOfABatch_LosesAndDoublesNothing()
    {
        HashSet<string> accepted;
        await using (var first = StandaloneProcess.Start("--port-base", "0", "--data", _folder))
        {
            using var channel = GrpcChannel.ForAddress(await first.GatewayAsync());
            await new CodebookService.CodebookServiceClient(channel).DefineIssueAsync(new DefineIssueRequest
            {
                Issue = new Issue { Id = "toll-road", Title = "Jalan tol", Proposition = "Jalan tol Lembah Sagara dibangun", Terms = { "jalan tol" } },
            });
            accepted = await SubmitUntilKilledAsync(first, new IngestionService.IngestionServiceClient(channel));
        }

        accepted.Count.ShouldBeInRange(AcceptedBeforeKill, SentBeforeKill);

        await using var second = StandaloneProcess.Start("--port-base", "0", "--data", _folder);
        using var again = GrpcChannel.ForAddress(await second.GatewayAsync());
        var ingestion = new IngestionService.IngestionServiceClient(again);
        var query = new QueryService.QueryServiceClient(again);
        var status = await WaitUntilSettledAsync(ingestion);

        status.Queryable.ShouldBe(status.Total);
        status.Total.ShouldBeInRange(accepted.Count, SentBeforeKill);
        var articles = await ArticlesAsync(query);
        articles.Select(article => article.Id).ShouldBeUnique();
        articles.Count.ShouldBe((int)status.Total);
        accepted.Except(articles.Select(article => article.Id)).ShouldBeEmpty();
        // Each generated article holds one statement and one holder with a position.
        articles.ShouldAllBe(article => article.StatementCount == 1 && article.StanceCount == 1);
        (await query.GetLedgerStatusAsync(new GetLedgerStatusRequest())).Stances.ShouldBe(status.Total);

        // What was in flight when the process died can be sent again, and nothing is doubled by that.
        var resubmitted = await SubmitAllAsync(ingestion);
        resubmitted.Count(result => result.Accepted.AlreadyExists).ShouldBe((int)status.Total);
        (await WaitUntilSettledAsync(ingestion)).Queryable.ShouldBe(Articles);
        (await ArticlesAsync(query)).Select(article => article.Id).Distinct().Count().ShouldBe(Articles);
    }

    private static string Article(int number) =>
        $"""
        Tirtapura (NUSAKABAR) - Kepala Desa Sagara {number} Bambang Setiawan menolak pembangunan jalan tol Lembah Sagara.

        "Kami menolak jalan tol nomor {number} itu," kata Bambang di Tirtapura, Senin (4/3/2024).
        """;

    private static async Task<HashSet<string>> SubmitUntilKilledAsync(StandaloneProcess process, IngestionService.IngestionServiceClient ingestion)
    {
        var accepted = new HashSet<string>();
        using var limit = new CancellationTokenSource(Limit);
        using var call = ingestion.SubmitArticles(cancellationToken: limit.Token);
        var killed = new TaskCompletionSource();
        var sending = SendAsync(call.RequestStream, killed.Task);
        try
        {
            await foreach (var result in call.ResponseStream.ReadAllAsync(limit.Token))
            {
                accepted.Add(result.Accepted.ArticleId);
                if (accepted.Count == AcceptedBeforeKill)
                {
                    await process.KillAsync();
                    killed.SetResult();
                }
            }
        }
        catch (RpcException) when (accepted.Count >= AcceptedBeforeKill)
        {
            // The call broke with the process.
        }

        await sending;
        return accepted;

        static async Task SendAsync(IClientStreamWriter<SubmitArticleRequest> stream, Task killed)
        {
            try
            {
                for (var number = 0; number < Articles; number++)
                {
                    if (number == SentBeforeKill)
                    {
                        await killed;
                    }

                    await stream.WriteAsync(new SubmitArticleRequest { Text = Article(number) });
                }
            }
            catch (Exception exception) when (exception is RpcException or InvalidOperationException or OperationCanceledException)
            {
                // The stream breaks under the writer when the process dies.
            }
        }
    }

    private static async Task<List<SubmitArticlesResponse>> SubmitAllAsync(IngestionService.IngestionServiceClient ingestion)
    {
        using var call = ingestion.SubmitArticles(deadline: DateTime.UtcNow + Limit);
        var reading = call.ResponseStream.ReadAllAsync().ToListAsync();
        for (var number = 0; number < Articles; number++)
        {
            await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = Article(number) });
        }

        await call.RequestStream.CompleteAsync();
        return await reading;
    }

    private static async Task<IngestionStatus> WaitUntilSettledAsync(IngestionService.IngestionServiceClient ingestion)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        while (true)
        {
            var status = await ingestion.GetIngestionStatusAsync(new GetIngestionStatusRequest(), cancellationToken: limit.Token);
            if (status.Accepted == 0 && status.Published == 0)
            {
                return status;
            }

            await Task.Delay(PollPause, TimeProvider.System, limit.Token);
        }
    }

    private static async Task<List<ArticleInfo>> ArticlesAsync(QueryService.QueryServiceClient query)
    {
        var articles = new List<ArticleInfo>();
        var token = "";
        do
        {
            var page = await query.ListArticlesAsync(new ListArticlesRequest { PageSize = 100, PageToken = token }, deadline: DateTime.UtcNow + Limit);
            articles.AddRange(page.Articles);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        return articles;
    }
}
