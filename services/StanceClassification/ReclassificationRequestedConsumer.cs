using MassTransit;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>An article is to be classified again: do so against those of the wanted issues that are in use. A wanted issue that is not keeps no stances.</summary>
internal sealed class ReclassificationRequestedConsumer(StanceClassifier classifier, CurrentCodebook codebooks, BoundedPublisher publisher) : IConsumer<ReclassificationRequested>
{
    public async Task Consume(ConsumeContext<ReclassificationRequested> context)
    {
        // No token: what was received is finished, a stop waits for it.
        var codebook = await codebooks.SelectAsync(context.Message.IssueIds, CancellationToken.None);
        var article = context.Message.Article;
        var reading = await classifier.ClassifyAsync(article, codebook, CancellationToken.None);
        var message = new StancesClassified
        {
            Article = article,
            Url = context.Message.Url,
            AcceptedAt = context.Message.AcceptedAt,
            CodebookVersion = codebook.Version,
            IssueIds = context.Message.IssueIds,
            Stances = reading.Stances,
            States = reading.States,
            Relations = reading.Relations,
        };
        await publisher.PublishAsync(context, message, $"{article.Id} {article.EngineVersion}{(article.Coding is { } coding ? $" {coding.Revision}" : "")} {codebook.Version} {string.Join(' ', message.IssueIds)}");
    }
}

internal sealed class ReclassificationRequestedConsumerDefinition : ConsumerDefinition<ReclassificationRequestedConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ReclassificationRequestedConsumer> consumerConfigurator, IRegistrationContext context)
        => endpointConfigurator.UseShortRetry();
}
