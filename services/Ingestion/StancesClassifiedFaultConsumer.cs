using MassTransit;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>The read model gave up on an article.</summary>
internal sealed class StancesClassifiedFaultConsumer(ArticleTracker tracker) : IConsumer<Fault<StancesClassified>>
{
    public Task Consume(ConsumeContext<Fault<StancesClassified>> context)
        => tracker.FailedAsync(context.Message.Message.Article.Id, nameof(StancesClassified), context.Message.Exceptions.FirstOrDefault()?.Message);
}

internal sealed class StancesClassifiedFaultConsumerDefinition : ConsumerDefinition<StancesClassifiedFaultConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<StancesClassifiedFaultConsumer> consumerConfigurator, IRegistrationContext context)
        => endpointConfigurator.UseShortRetry();
}
