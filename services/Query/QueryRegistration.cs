using MassTransit;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Query;

/// <summary>Wires the read side into a host.</summary>
public static class QueryRegistration
{
    /// <summary>Adds store, replay and answers.</summary>
    public static IHostApplicationBuilder AddQuery(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<QueryOptions>(QueryOptions.Section);
        builder.Services.AddSingleton<IReadModel>(services =>
        {
            var options = services.GetRequiredService<IOptions<QueryOptions>>().Value;
            var time = services.GetRequiredService<TimeProvider>();
            return string.IsNullOrEmpty(options.MongoUrl)
                ? new SqliteReadModel(options.DataDirectory, options.MaxReaders, options.EventRetention, options.DiffRetention, time)
                : new MongoReadModel(options.MongoUrl, options.EventRetention, options.DiffRetention, time);
        });
        builder.Services.AddSingleton<LedgerSignals>();
        builder.Services.AddSingleton<LedgerIndex>();
        builder.Services.AddSingleton<LedgerQuestions>();
        builder.Services.AddSingleton<NetworkReader>();
        builder.Services.AddSingleton<IndexWriter>();
        builder.Services.AddSingleton<WatchStream>();
        builder.Services.AddHostedService<IndexService>();
        builder.Services.AddHostedService<ReplayService>();
        if (!string.IsNullOrEmpty(builder.Configuration[$"{QueryOptions.Section}:{nameof(QueryOptions.MongoUrl)}"]))
        {
            builder.Services.AddSingleton(services => (MongoReadModel)services.GetRequiredService<IReadModel>());
            builder.Services.AddHostedService<MongoFollower>();
        }
        builder.Services.AddStoreHealth<IReadModel>("query-store");
        return builder;
    }

    /// <summary>Adds the consumers, and says what is published.</summary>
    public static void AddQueryConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<StancesClassifiedConsumer, StancesClassifiedConsumerDefinition>();
        bus.AddConsumer<IssueChangedConsumer, IssueChangedConsumerDefinition>();
        bus.Publishes<ArticleIndexed>();
        bus.Publishes<ReclassificationRequested>();
        bus.Publishes<Fault<StancesClassified>>();
    }

    /// <summary>Maps the gRPC service.</summary>
    public static void MapQuery(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<QueryGrpcService>();
}
