using System.Collections.Frozen;
using System.Diagnostics;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Benchmarks.Pipeline;

/// <summary>The messages an article makes, computed beforehand.</summary>
internal sealed record ArticleMessages(ArticleIngested Ingested, StatementsExtracted Extracted, StancesClassified Classified, ArticleIndexed Indexed)
{
    public string Id => Ingested.Article.Id;
}

/// <summary>
/// What the bus alone can do: the same messages on the same queues with the same settings, four stages with a connection each, and consumers that do nothing but publish the next message.
/// No store, no engine, no Gateway.
/// </summary>
internal sealed class BareBus
{
    private const int ConcurrentPublishes = 16;

    private readonly FrozenDictionary<string, ArticleMessages> _messages;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _arrived;

    private BareBus(FrozenDictionary<string, ArticleMessages> messages) => _messages = messages;

    /// <summary>Sends every article through all stages; returns how long that took.</summary>
    public static async Task<TimeSpan> RunAsync(FrozenDictionary<string, ArticleMessages> messages, IReadOnlyDictionary<string, string?> settings)
    {
        var run = new BareBus(messages);
        var hosts = new List<WebApplication>();
        try
        {
            hosts.Add(await run.HostAsync("ingestion", settings, bus => bus.AddConsumer<ArticleIndexedConsumer>(), bus => bus.Publishes<ArticleIngested>()));
            hosts.Add(await run.HostAsync("extraction", settings, bus => bus.AddConsumer<ArticleIngestedConsumer>(), bus => bus.Publishes<StatementsExtracted>()));
            hosts.Add(await run.HostAsync("stance-classification", settings, bus => bus.AddConsumer<StatementsExtractedConsumer>(), bus => bus.Publishes<StancesClassified>()));
            hosts.Add(await run.HostAsync("query", settings, bus => bus.AddConsumer<StancesClassifiedConsumer, StancesClassifiedConsumerDefinition>(), bus => bus.Publishes<ArticleIndexed>()));
            var publisher = hosts[0].Services.GetRequiredService<BoundedPublisher>();
            var door = hosts[0].Services.GetRequiredService<IBus>();
            var watch = Stopwatch.StartNew();
            await Parallel.ForEachAsync(messages.Values, new ParallelOptions { MaxDegreeOfParallelism = ConcurrentPublishes },
                async (article, _) => await publisher.PublishAsync(door, article.Ingested, article.Id));
            await run._done.Task.WaitAsync(TimeSpan.FromMinutes(10));
            return watch.Elapsed;
        }
        finally
        {
            foreach (var host in hosts)
            {
                await host.StopAsync();
                await host.DisposeAsync();
            }
        }
    }

    private async Task<WebApplication> HostAsync(
        string name, IReadOnlyDictionary<string, string?> settings, Action<IBusRegistrationConfigurator> consumes, Action<IBusRegistrationConfigurator> publishes)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration.AddInMemoryCollection([new("Endpoint:Port", "0")]);
        builder.AddServiceDefaults(name, defaultPort: 0);
        builder.Services.AddSingleton(this);
        builder.AddBus(bus =>
        {
            publishes(bus);
            consumes(bus);
        });
        var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync();
        // Started without waiting for the broker; a publish would wait for it, and count as time of the messages.
        await app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(60));
        return app;
    }

    private void Arrived()
    {
        if (Interlocked.Increment(ref _arrived) == _messages.Count)
            _done.TrySetResult();
    }

    private sealed class ArticleIngestedConsumer(BareBus run, BoundedPublisher publisher) : IConsumer<ArticleIngested>
    {
        public Task Consume(ConsumeContext<ArticleIngested> context)
        {
            var article = run._messages[context.Message.Article.Id];
            return publisher.PublishAsync(context, article.Extracted, article.Id);
        }
    }

    private sealed class StatementsExtractedConsumer(BareBus run, BoundedPublisher publisher) : IConsumer<StatementsExtracted>
    {
        public Task Consume(ConsumeContext<StatementsExtracted> context)
        {
            var article = run._messages[context.Message.Article.Id];
            return publisher.PublishAsync(context, article.Classified, article.Id);
        }
    }

    private sealed class StancesClassifiedConsumer(BareBus run, BoundedPublisher publisher) : IConsumer<StancesClassified>
    {
        public Task Consume(ConsumeContext<StancesClassified> context)
        {
            var article = run._messages[context.Message.Article.Id];
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

    private sealed class ArticleIndexedConsumer(BareBus run) : IConsumer<ArticleIndexed>
    {
        public Task Consume(ConsumeContext<ArticleIndexed> context)
        {
            run.Arrived();
            return Task.CompletedTask;
        }
    }
}
