using MassTransit;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>Extraction gave up on an article.</summary>
internal sealed class ArticleIngestedFaultConsumer(ArticleTracker tracker) : IConsumer<Fault<ArticleIngested>>
{
    public Task Consume(ConsumeContext<Fault<ArticleIngested>> context)
        => tracker.FailedAsync(context.Message.Message.Article.Id, nameof(ArticleIngested), context.Message.Exceptions.FirstOrDefault()?.Message);
}

internal sealed class ArticleIngestedFaultConsumerDefinition : ConsumerDefinition<ArticleIngestedFaultConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ArticleIngestedFaultConsumer> consumerConfigurator, IRegistrationContext context)
        => endpointConfigurator.UseShortRetry();
}
