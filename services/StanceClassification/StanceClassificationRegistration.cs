using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>Registers the service, in a process of its own or beside others.</summary>
public static class StanceClassificationRegistration
{
    /// <summary>Adds options, store, engine and the work.</summary>
    public static IHostApplicationBuilder AddStanceClassification(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<StanceClassificationOptions>(StanceClassificationOptions.Section);
        // Shared with the other users of the engine where several services live in one process.
        builder.Services.TryAddSingleton(_ => Engine.Create());
        // One database for the stores; made only where one of them asks for it.
        builder.Services.AddSingleton(services => new MongoStanceDatabase(OptionsOf(services).MongoUrl!));
        builder.Services.AddSingleton<ICodebookStore>(services => UsesMongo(services) ? new MongoCodebookStore(Database(services)) : new SqliteCodebookStore(OptionsOf(services).DataDirectory));
        builder.Services.AddSingleton<IActorStore>(services => UsesMongo(services) ? new MongoActorStore(Database(services)) : new SqliteActorStore(OptionsOf(services).DataDirectory));
        builder.Services.AddStoreHealth<ICodebookStore>("stance-classification-store");
        builder.Services.AddStoreHealth<IActorStore>("stance-classification-actors");
        builder.Services.AddSingleton<CurrentCodebook>();
        builder.Services.AddSingleton<CurrentActors>();
        builder.Services.AddSingleton<ActorCatalog>();
        builder.AddClassifier();
        builder.Services.AddSingleton<IssueBroadcaster>();
        builder.Services.AddHostedService(services => services.GetRequiredService<IssueBroadcaster>());
        builder.Services.AddSingleton<ActorBroadcaster>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ActorBroadcaster>());
        return builder;
    }

    private static StanceClassificationOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<StanceClassificationOptions>>().Value;

    private static bool UsesMongo(IServiceProvider services) => !string.IsNullOrEmpty(OptionsOf(services).MongoUrl);

    private static MongoStore Database(IServiceProvider services) => services.GetRequiredService<MongoStanceDatabase>().Store;

    // Which classifier is decided once, at the start: the store of a model that is not asked is not even made.
    private static void AddClassifier(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ChatOptions>(ChatOptions.Section);
        builder.Services.AddSingleton<RuleClassifier>();
        builder.Services.AddSingleton<StanceClassifier>();
        if (builder.Configuration[$"{ChatOptions.Section}:{nameof(ChatOptions.Endpoint)}"] is not { Length: > 0 })
        {
            builder.Services.AddSingleton<IStanceClassifier>(services => services.GetRequiredService<RuleClassifier>());
            return;
        }

        builder.Services.AddSingleton<IChatStore>(services => UsesMongo(services) ? new MongoChatStore(Database(services)) : new SqliteChatStore(OptionsOf(services).DataDirectory));
        builder.Services.AddStoreHealth<IChatStore>("stance-classification-chat");
        builder.Services.AddSingleton<ChatEndpoint>();
        builder.Services.AddSingleton<IStanceClassifier, ChatClassifier>();
    }

    /// <summary>Adds what the service consumes and publishes.</summary>
    public static void AddStanceClassificationConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<StatementsExtractedConsumer, StatementsExtractedConsumerDefinition>();
        bus.AddConsumer<ReclassificationRequestedConsumer, ReclassificationRequestedConsumerDefinition>();
        bus.AddConsumer<ActorsRequestedConsumer, ActorsRequestedConsumerDefinition>();
        bus.Publishes<StancesClassified>();
        bus.Publishes<IssueChanged>();
        bus.Publishes<Fault<StatementsExtracted>>();
    }

    /// <summary>Maps the gRPC services.</summary>
    public static void MapStanceClassification(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<CodebookGrpcService>();
        endpoints.MapGrpcService<AnalysisGrpcService>();
    }
}
