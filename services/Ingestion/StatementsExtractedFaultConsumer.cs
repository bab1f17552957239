using MassTransit;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>Stance classification gave up on an article.</summary>
internal sealed class StatementsExtractedFaultConsumer(ArticleTracker tracker) : IConsumer<Fault<StatementsExtracted>>
{
    public Task Consume(ConsumeContext<Fault<StatementsExtracted>> context)
        => tracker.FailedAsync(context.Message.Message.Article.Id, nameof(StatementsExtracted), context.Message.Exceptions.FirstOrDefault()?.Message);
}

internal sealed class StatementsExtractedFaultConsumerDefinition : ConsumerDefinition<StatementsExtractedFaultConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<StatementsExtractedFaultConsumer> consumerConfigurator, IRegistrationContext context)
        => endpointConfigurator.UseShortRetry();
}
