using Google.Protobuf;
using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sikap.Contracts;
using Sikap.Standalone;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Pipeline.Tests;

/// <summary>The whole system in this process on free ports and a temporary folder, asked through the Gateway's gRPC like by any client.</summary>
internal sealed class PipelineHost : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(20);

    private readonly WebApplication _app;
    private readonly Listeners _listeners;
    private readonly string _folder;
    private readonly GrpcChannel _channel;
    private readonly ErrorCollector _errors;

    private PipelineHost(WebApplication app, Listeners listeners, string folder, ErrorCollector errors)
    {
        _app = app;
        _listeners = listeners;
        _folder = folder;
        _errors = errors;
        _channel = GrpcChannel.ForAddress(listeners.AddressOf(ServiceDoor.Gateway));
        Ingestion = new IngestionService.IngestionServiceClient(_channel);
        Codebook = new CodebookService.CodebookServiceClient(_channel);
        Analysis = new AnalysisService.AnalysisServiceClient(_channel);
        Extraction = new ExtractionService.ExtractionServiceClient(_channel);
        Query = new QueryService.QueryServiceClient(_channel);
    }

    public IngestionService.IngestionServiceClient Ingestion { get; }

    public CodebookService.CodebookServiceClient Codebook { get; }

    public AnalysisService.AnalysisServiceClient Analysis { get; }

    public ExtractionService.ExtractionServiceClient Extraction { get; }

    public QueryService.QueryServiceClient Query { get; }

    /// <summary>Deadline of a single call; long enough for a busy machine, short enough that a hanging test ends.</summary>
    public static CallOptions Deadline => new(deadline: DateTime.UtcNow + Limit);

    public static async Task<PipelineHost> StartAsync()
    {
        var listeners = Listeners.Bind(IPAddress.Loopback, 0, null);
        var folder = Directory.CreateTempSubdirectory("sikap-pipeline-").FullName;
        var errors = new ErrorCollector();
        var app = StandaloneHost.Build(new StandaloneSettings(folder, listeners, Verbose: false), builder =>
        {
            builder.Logging.ClearProviders();
            builder.Logging.AddProvider(errors);
        });
        await app.StartAsync().WaitAsync(Limit);
        return new PipelineHost(app, listeners, folder, errors);
    }

    /// <summary>Address of one of the services, past the Gateway.</summary>
    public Uri AddressOf(ServiceDoor door) => _listeners.AddressOf(door);

    public async Task DefineAsync(params IEnumerable<Issue> issues)
    {
        foreach (var issue in issues)
        {
            await Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = issue }, Deadline);
        }
    }

    public static IReadOnlyList<Issue> ReadIssues(string file) =>
        JsonParser.Default.Parse<ListIssuesResponse>(File.ReadAllText(file)).Issues;

    /// <summary>Submits an article and waits until it has come to its end.</summary>
    /// <returns>The article's id.</returns>
    public async Task<string> SubmitAsync(string text, string publisher = "")
    {
        var response = await Ingestion.SubmitArticleAsync(new SubmitArticleRequest { Text = text, Publisher = publisher }, Deadline);
        await WaitForEndAsync(response.ArticleId);
        return response.ArticleId;
    }

    /// <summary>Submits the <c>.txt</c> files of a folder in one stream and waits until all have come to their end.</summary>
    /// <returns>Id of each article by the file's name without extension.</returns>
    public async Task<IReadOnlyDictionary<string, string>> SubmitFolderAsync(string folder)
    {
        var ids = new Dictionary<string, string>();
        using var call = Ingestion.SubmitArticles(Deadline);
        foreach (var file in Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal))
        {
            await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = await File.ReadAllTextAsync(file), ClientRef = Path.GetFileNameWithoutExtension(file) });
        }

        await call.RequestStream.CompleteAsync();
        await foreach (var result in call.ResponseStream.ReadAllAsync())
        {
            result.OutcomeCase.ShouldBe(SubmitArticlesResponse.OutcomeOneofCase.Accepted, result.ToString());
            ids.Add(result.ClientRef, result.Accepted.ArticleId);
        }

        foreach (var id in ids.Values)
        {
            (await WaitForEndAsync(id)).State.ShouldBe(ArticleState.Queryable);
        }

        await WaitForCodebookAsync();
        return ids;
    }

    /// <summary>Waits until an article is queryable, failed or in an unsupported language.</summary>
    public Task<ArticleStatus> WaitForEndAsync(string id) => WaitAsync(
        async () => await Ingestion.GetArticleStatusAsync(new GetArticleStatusRequest { ArticleId = id }, Deadline),
        status => status.State is ArticleState.Queryable or ArticleState.Failed or ArticleState.UnsupportedLanguage);

    /// <summary>Waits until the read model has caught up with the codebook as it now is.</summary>
    public async Task WaitForCodebookAsync()
    {
        var version = (await Codebook.ListIssuesAsync(new ListIssuesRequest(), Deadline)).CodebookVersion;
        await WaitAsync(
            async () => await Query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), Deadline),
            ledger => ledger.CodebookVersion >= version && ledger.Replaying == 0);
    }

    /// <summary>Asks until the answer is as wanted.</summary>
    public static async Task<T> WaitAsync<T>(Func<Task<T>> ask, Func<T, bool> done, TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? Limit, TimeProvider.System);
        while (true)
        {
            var answer = await ask();
            if (done(answer))
            {
                return answer;
            }

            try
            {
                await Task.Delay(PollPause, TimeProvider.System, limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"after {within ?? Limit} the answer still is {answer}");
            }
        }
    }

    public async Task<IReadOnlyList<Stance>> StancesAsync(Filter filter) =>
        (await Query.ListStancesAsync(new ListStancesRequest { Filter = filter, PageSize = 1000 }, Deadline)).Stances;

    /// <summary>Fails the test when anything logged an error that it did not expect.</summary>
    public void ShouldHaveNoErrors() => _errors.Errors.ShouldBeEmpty();

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync().WaitAsync(Limit);
        await _app.DisposeAsync();
        _listeners.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class ErrorCollector : ILoggerProvider
    {
        public ConcurrentQueue<string> Errors { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Logger(ErrorCollector collector, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel))
                {
                    collector.Errors.Enqueue($"{category}: {formatter(state, exception)} {exception}");
                }
            }
        }
    }
}
