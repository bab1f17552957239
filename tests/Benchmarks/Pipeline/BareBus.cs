using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;
using Sikap.TestKit;

namespace Sikap.Benchmarks.Pipeline;

/// <summary>
/// What the bus alone can do: the same messages, as many and as large, on the same queues with the same confirms, prefetch and concurrency; consumers that do nothing but publish the next message;
/// each stage a process as the services are, but for the first, which this process plays. No store, no engine, no Gateway, no client.
/// </summary>
internal sealed class BareBus : IAsyncDisposable
{
    /// <summary>What it is, for the reader of the figures.</summary>
    public const string Description = "the same messages, as many and as large, on the same queues with the same confirms, prefetch and concurrency, four stages in processes of their own with empty consumers";

    private const int ConcurrentPublishes = 16;

    private static readonly string[] Processes = ["extraction", "stance-classification", "query"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sikap-bare-");
    private readonly Dictionary<string, GuardedProcess> _processes = [];
    private readonly FrozenDictionary<string, ArticleMessages> _messages;
    private readonly Arrivals _arrivals;
    private readonly WebApplication _door;

    private BareBus(FrozenDictionary<string, ArticleMessages> messages, Arrivals arrivals, WebApplication door) => (_messages, _arrivals, _door) = (messages, arrivals, door);

    /// <summary>Starts the four stages.</summary>
    /// <param name="file">Where the articles are.</param>
    /// <param name="count">How many of them are sent.</param>
    /// <param name="settings">Configuration of every stage, the bus above all.</param>
    public static async Task<BareBus> StartAsync(string file, int count, IReadOnlyDictionary<string, string?> settings)
    {
        var messages = ArticleMessages.Of(ArticleMessages.Read(file, count));
        var arrivals = new Arrivals();
        var bare = new BareBus(messages, arrivals, await StartStageAsync("ingestion", messages, settings, arrivals));
        var environment = settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value ?? "");
        // As the services, which are web programs, run by default.
        environment["DOTNET_gcServer"] = "1";
        // Profiles pay for the engine, which these do not run.
        environment["DOTNET_TieredPGO"] = "0";
        foreach (var stage in Processes)
        {
            bare._processes[stage] = GuardedProcess.Start(
                Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet")),
                ["exec", typeof(BareBus).Assembly.Location, "bare-stage", stage, Path.GetFullPath(file), count.ToString(CultureInfo.InvariantCulture)],
                environment,
                Path.Combine(bare._folder.FullName, $"{stage}.out"));
        }

        return bare;
    }

    /// <summary>A stage as a process of its own, until it is ended.</summary>
    public static async Task<int> RunStageAsync(string stage, string file, int count)
    {
        await using var host = await StartStageAsync(stage, ArticleMessages.Of(ArticleMessages.Read(file, count)), new Dictionary<string, string?>(), new Arrivals());
        await host.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Sends every article through all stages; returns how long that took.</summary>
    public async Task<TimeSpan> RunAsync()
    {
        var done = _arrivals.Expect(_messages.Count);
        var publisher = _door.Services.GetRequiredService<BoundedPublisher>();
        var bus = _door.Services.GetRequiredService<IBus>();
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(_messages.Values, new ParallelOptions { MaxDegreeOfParallelism = ConcurrentPublishes },
            async (article, _) => await publisher.PublishAsync(bus, article.Ingested, article.Id));
        await done.WaitAsync(TimeSpan.FromMinutes(10));
        return watch.Elapsed;
    }

    /// <summary>Processor time of all stages up to now.</summary>
    public TimeSpan ProcessorTime()
        => _processes.Values.Select(process => process.ProgramId).Append(Environment.ProcessId).Aggregate(TimeSpan.Zero, (sum, id) => sum + ProcessTimes.Of(id));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values)
            await process.DisposeAsync();
        await _door.StopAsync();
        await _door.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task<WebApplication> StartStageAsync(
        string stage, FrozenDictionary<string, ArticleMessages> messages, IReadOnlyDictionary<string, string?> settings, Arrivals arrivals)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration.AddInMemoryCollection([new("Endpoint:Port", "0")]);
        builder.AddServiceDefaults(stage, defaultPort: 0);
        builder.Services.AddSingleton(messages);
        builder.Services.AddSingleton(arrivals);
        builder.AddBus(bus =>
        {
            switch (stage)
            {
                case "ingestion":
                    bus.AddConsumer<ArticleIndexedConsumer>();
                    bus.Publishes<ArticleIngested>();
                    break;
                case "extraction":
                    bus.AddConsumer<ArticleIngestedConsumer>();
                    bus.Publishes<StatementsExtracted>();
                    break;
                case "stance-classification":
                    bus.AddConsumer<StatementsExtractedConsumer>();
                    bus.Publishes<StancesClassified>();
                    break;
                case "query":
                    bus.AddConsumer<StancesClassifiedConsumer, StancesClassifiedConsumerDefinition>();
                    bus.Publishes<ArticleIndexed>();
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(stage), stage, "no such stage");
            }
        });
        var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync();
        // Started without waiting for the broker; a publish would wait for it, and count as time of the messages.
        await app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(60));
        return app;
    }

    /// <summary>Counts articles that came out at the end.</summary>
    private sealed class Arrivals
    {
        private TaskCompletionSource _done = new();
        private int _expected;

        public Task Expect(int count)
        {
            (_done, _expected) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), count);
            return _done.Task;
        }

        public void One()
        {
            if (Interlocked.Decrement(ref _expected) == 0)
                _done.TrySetResult();
        }
    }

    private sealed class ArticleIngestedConsumer(FrozenDictionary<string, ArticleMessages> messages, BoundedPublisher publisher) : IConsumer<ArticleIngested>
    {
        public Task Consume(ConsumeContext<ArticleIngested> context)
        {
            var article = messages[context.Message.Article.Id];
            return publisher.PublishAsync(context, article.Extracted, article.Id);
        }
    }

    private sealed class StatementsExtractedConsumer(FrozenDictionary<string, ArticleMessages> messages, BoundedPublisher publisher) : IConsumer<StatementsExtracted>
    {
        public Task Consume(ConsumeContext<StatementsExtracted> context)
        {
            var article = messages[context.Message.Article.Id];
            return publisher.PublishAsync(context, article.Classified, article.Id);
        }
    }

    private sealed class StancesClassifiedConsumer(FrozenDictionary<string, ArticleMessages> messages, BoundedPublisher publisher) : IConsumer<StancesClassified>
    {
        public Task Consume(ConsumeContext<StancesClassified> context)
        {
            var article = messages[context.Message.Article.Id];
            return publisher.PublishAsync(context, article.Indexed, article.Id);
        }
    }

    /// <summary>As many at a time as Query takes.</summary>
    private sealed class StancesClassifiedConsumerDefinition : ConsumerDefinition<StancesClassifiedConsumer>
    {
        private const int Batch = 128;

        protected override void ConfigureConsumer(
            IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<StancesClassifiedConsumer> consumerConfigurator, IRegistrationContext context)
        {
            endpointConfigurator.PrefetchCount = Batch;
            endpointConfigurator.ConcurrentMessageLimit = Batch;
        }
    }

    private sealed class ArticleIndexedConsumer(Arrivals arrivals) : IConsumer<ArticleIndexed>
    {
        public Task Consume(ConsumeContext<ArticleIndexed> context)
        {
            arrivals.One();
            return Task.CompletedTask;
        }
    }
}
