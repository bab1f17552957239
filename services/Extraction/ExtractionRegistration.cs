using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.Extraction;

/// <summary>Registers the service, in a process of its own or beside others. It keeps no state and has no options beyond the bus's.</summary>
public static class ExtractionRegistration
{
    /// <summary>Adds the engine and what runs it.</summary>
    public static IHostApplicationBuilder AddExtraction(this IHostApplicationBuilder builder)
    {
        // Shared with the other users of the engine where several services live in one process.
        builder.Services.TryAddSingleton(_ => Engine.Create());
        builder.Services.AddSingleton<StatementExtractor>();
        return builder;
    }

    /// <summary>Adds what the service consumes and publishes.</summary>
    public static void AddExtractionConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ArticleIngestedConsumer, ArticleIngestedConsumerDefinition>();
        bus.Publishes<StatementsExtracted>();
        bus.Publishes<Fault<ArticleIngested>>();
    }

    /// <summary>Maps the gRPC service.</summary>
    public static void MapExtraction(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<ExtractionGrpcService>();
}
