using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.Extraction;

/// <summary>Registers the service, in a process of its own or beside others. It stores nothing; the actors that users added it hears from the bus.</summary>
public static class ExtractionRegistration
{
    /// <summary>Adds the engine and what runs it.</summary>
    public static IHostApplicationBuilder AddExtraction(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<ExtractionOptions>(ExtractionOptions.Section);
        // Shared with the other users of the engine where several services live in one process.
        builder.Services.TryAddSingleton(_ => Engine.Create());
        builder.Services.AddSingleton<CurrentEngine>();
        builder.Services.AddSingleton<StatementExtractor>();
        builder.Services.AddHostedService<ActorsRequestPublisher>();
        return builder;
    }

    /// <summary>Adds what the service consumes and publishes.</summary>
    public static void AddExtractionConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ArticleIngestedConsumer, ArticleIngestedConsumerDefinition>();
        bus.AddInstanceConsumer<ActorsChangedConsumer>();
        bus.Publishes<StatementsExtracted>();
        bus.Publishes<ActorsRequested>();
        bus.Publishes<Fault<ArticleIngested>>();
    }

    /// <summary>Maps the gRPC service.</summary>
    public static void MapExtraction(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<ExtractionGrpcService>();
}
