using System.Text.Json;
using Google.Protobuf.Collections;
using Grpc.Core;
using Grpc.Net.Client;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.RabbitMq.Tests;

/// <summary>A client of the Gateway, as any application would be one.</summary>
internal sealed class SystemClient(Uri gateway) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(gateway);

    public GrpcChannel Channel => _channel;

    public IngestionService.IngestionServiceClient Ingestion => new(_channel);

    public CodebookService.CodebookServiceClient Codebook => new(_channel);

    public QueryService.QueryServiceClient Query => new(_channel);

    /// <summary>The time by which a call must have an answer.</summary>
    public static DateTime In(int seconds) => TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(seconds);

    /// <summary>Texts of the sample articles.</summary>
    public static IReadOnlyList<string> Samples() =>
        [.. Directory.GetFiles(Path.Combine(SharedFolder.Repository, "deploy", "samples", "articles"), "*.txt").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    /// <summary>That many different articles made of the samples.</summary>
    public static IReadOnlyList<string> Samples(int count)
    {
        var samples = Samples();
        return [.. Enumerable.Range(0, count).Select(number => $"{samples[number % samples.Count]}\n\nCatatan redaksi nomor {number}.")];
    }

    /// <summary>Defines the issues of the samples' codebook.</summary>
    public async Task DefineIssuesAsync()
    {
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(SharedFolder.Repository, "deploy", "samples", "issues.json")));
        foreach (var item in document.RootElement.GetProperty("issues").EnumerateArray())
        {
            var issue = new Issue
            {
                Id = item.GetProperty("id").GetString(),
                Title = item.GetProperty("title").GetString(),
                Proposition = item.GetProperty("proposition").GetString(),
            };
            issue.Terms.AddRange(item.GetProperty("terms").EnumerateArray().Select(term => term.GetString()));
            await Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = issue }, deadline: In(20));
        }
    }

    /// <summary>Submits an article; returns its id. Without a publisher: of one outlet, articles made of the same sample would be revisions of each other.</summary>
    public async Task<string> SubmitAsync(string text, int seconds = 20) =>
        (await Ingestion.SubmitArticleAsync(new SubmitArticleRequest { Text = text }, deadline: In(seconds))).ArticleId;

    /// <summary>Submits an article as a careful client does: what is not answered, or refused for the moment, is sent again. Returns its id.</summary>
    public async Task<string> SubmitUntilTakenAsync(string text, TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit);
        while (true)
        {
            try
            {
                return await SubmitAsync(text, seconds: 10);
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted && !end.IsCancellationRequested)
            {
                await Task.Delay(100, CancellationToken.None);
            }
        }
    }

    /// <summary>Submits articles in one stream; returns the ids of those that were accepted, which must be all.</summary>
    public async Task<IReadOnlyList<string>> SubmitAsync(IReadOnlyList<string> texts)
    {
        using var call = Ingestion.SubmitArticles(deadline: In(60));
        var results = Task.Run(async () =>
        {
            var ids = new List<string>();
            await foreach (var result in call.ResponseStream.ReadAllAsync())
            {
                result.OutcomeCase.ShouldBe(SubmitArticlesResponse.OutcomeOneofCase.Accepted, result.Rejected?.Message);
                ids.Add(result.Accepted.ArticleId);
            }

            return ids;
        });
        foreach (var text in texts)
        {
            await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = text });
        }

        await call.RequestStream.CompleteAsync();
        return await results;
    }

    /// <summary>Waits until every accepted article is queryable; fails at once when one failed.</summary>
    public Task<IngestionStatus> QueryableAsync(int articles, int seconds) => Eventually.ShouldAsync(
        async () =>
        {
            var status = await Ingestion.GetIngestionStatusAsync(new GetIngestionStatusRequest(), deadline: In(20));
            status.Failed.ShouldBe(0, status.ToString());
            return status;
        },
        status => status.Queryable == articles && status.Total == articles,
        TimeSpan.FromSeconds(seconds),
        expected: $"{articles} articles queryable");

    /// <summary>All that the read model answers, in an order and with a content that two runs of the same articles must agree on.</summary>
    public async Task<Ledger> LedgerAsync()
    {
        var articles = await PagesAsync(async token =>
        {
            var page = await Query.ListArticlesAsync(new ListArticlesRequest { PageSize = 1000, PageToken = token }, deadline: In(20));
            return (page.Articles, page.NextPageToken);
        });
        var statements = await PagesAsync(async token =>
        {
            var page = await Query.ListStatementsAsync(new ListStatementsRequest { PageSize = 1000, PageToken = token }, deadline: In(20));
            return (page.Statements, page.NextPageToken);
        });
        var stances = await PagesAsync(async token =>
        {
            var page = await Query.ListStancesAsync(new ListStancesRequest { PageSize = 1000, PageToken = token }, deadline: In(20));
            return (page.Stances, page.NextPageToken);
        });
        var matrix = await Query.GetMatrixAsync(new GetMatrixRequest(), deadline: In(20));
        return new(
            [.. articles.Select(article => article.Id).Order(StringComparer.Ordinal)],
            [.. statements.Select(statement => statement.ToString()).Order(StringComparer.Ordinal)],
            [.. stances.Select(stance => stance.ToString()).Order(StringComparer.Ordinal)],
            [.. matrix.Rows.SelectMany(row => row.Cells.Select(cell => $"{row.Holder} {cell}")).Order(StringComparer.Ordinal)]);
    }

    public void Dispose() => _channel.Dispose();

    private static async Task<List<T>> PagesAsync<T>(Func<string, Task<(RepeatedField<T> Items, string Next)>> page)
    {
        var all = new List<T>();
        var token = "";
        do
        {
            (var items, token) = await page(token);
            all.AddRange(items);
        }
        while (token.Length > 0);

        return all;
    }
}

/// <summary>What the read model holds, as sorted text.</summary>
internal sealed record Ledger(IReadOnlyList<string> Articles, IReadOnlyList<string> Statements, IReadOnlyList<string> Stances, IReadOnlyList<string> Matrix)
{
    /// <summary>Fails at the first difference.</summary>
    public void ShouldEqual(Ledger other)
    {
        Articles.ShouldBe(other.Articles);
        Statements.ShouldBe(other.Statements);
        Stances.ShouldBe(other.Stances);
        Matrix.ShouldBe(other.Matrix);
    }
}
