using System.Net;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>Registers the service, in a process of its own or beside others.</summary>
public static class IngestionRegistration
{
    /// <summary>Adds options, store and the work.</summary>
    public static IHostApplicationBuilder AddIngestion(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<IngestionOptions>(IngestionOptions.Section);
        builder.Services.AddSingleton<IArticleStore>(services =>
        {
            var options = services.GetRequiredService<IOptions<IngestionOptions>>().Value;
            return string.IsNullOrEmpty(options.MongoUrl) ? new SqliteArticleStore(options.DataDirectory) : new MongoArticleStore(options.MongoUrl);
        });
        builder.Services.AddStoreHealth<IArticleStore>("ingestion-store");
        builder.Services.AddSingleton<Backlog>();
        builder.Services.AddSingleton<ArticleIntake>();
        builder.Services.AddSingleton<ArticleIdentifier>();
        builder.Services.AddSingleton<ReturnedTexts>();
        builder.Services.AddSingleton<IdentityQuestions>();
        builder.Services.AddSingleton<ArticleTracker>();
        builder.Services.AddSingleton<ArticlePublisher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ArticlePublisher>());
        builder.AddFeeds();
        return builder;
    }

    private static void AddFeeds(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<FetchOptions>(FetchOptions.Section);
        builder.AddValidatedOptions<FeedOptions>(FeedOptions.Section);
        builder.Services.AddSingleton<IFeedStore>(services =>
        {
            var options = services.GetRequiredService<IOptions<IngestionOptions>>().Value;
            return string.IsNullOrEmpty(options.MongoUrl) ? new SqliteFeedStore(options.DataDirectory) : new MongoFeedStore(options.MongoUrl);
        });
        builder.Services.AddStoreHealth<IFeedStore>("feed-store");
        builder.Services.TryAddSingleton<NameResolver>(_ => Dns.GetHostAddressesAsync);
        builder.Services.AddSingleton(services => new WebFetcher(
            services.GetRequiredService<IOptions<FetchOptions>>().Value, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IFeedStore>(), services.GetRequiredService<NameResolver>()));
        builder.Services.AddSingleton<FeedSubscriptions>();
        builder.Services.AddSingleton<EntryReader>();
        builder.Services.AddSingleton<FeedVisit>();
        builder.Services.AddSingleton<FeedPoller>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FeedPoller>());
    }

    /// <summary>Adds what the service consumes and publishes.</summary>
    public static void AddIngestionConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ArticleIndexedConsumer, ArticleIndexedConsumerDefinition>();
        bus.AddConsumer<ArticleIngestedFaultConsumer, ArticleIngestedFaultConsumerDefinition>();
        bus.AddConsumer<StatementsExtractedFaultConsumer, StatementsExtractedFaultConsumerDefinition>();
        bus.AddConsumer<StancesClassifiedFaultConsumer, StancesClassifiedFaultConsumerDefinition>();
        bus.Publishes<ArticleIngested>();
    }

    /// <summary>Maps the gRPC services.</summary>
    public static void MapIngestion(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<IngestionGrpcService>();
        endpoints.MapGrpcService<DeadLetterGrpcService>();
        endpoints.MapGrpcService<FeedGrpcService>();
    }
}
