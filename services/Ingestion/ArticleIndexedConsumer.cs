using MassTransit;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>The read model has an article.</summary>
internal sealed class ArticleIndexedConsumer(ArticleTracker tracker) : IConsumer<ArticleIndexed>
{
    public Task Consume(ConsumeContext<ArticleIndexed> context)
        => tracker.IndexedAsync(context.Message.ArticleId, context.Message.Language, context.Message.CodingRevision, context.Message.IndexedAt);
}

internal sealed class ArticleIndexedConsumerDefinition : ConsumerDefinition<ArticleIndexedConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ArticleIndexedConsumer> consumerConfigurator, IRegistrationContext context)
        => endpointConfigurator.UseShortRetry();
}
