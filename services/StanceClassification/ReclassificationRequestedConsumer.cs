using MassTransit;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>
/// An article is to be classified again: do so against the whole codebook, since issues compete for a sentence and the answer must not depend on which of them changed first.
/// An issue that it waits for and that is not in use keeps no stances.
/// </summary>
internal sealed class ReclassificationRequestedConsumer(StanceClassifier classifier, CurrentCodebook codebooks, BoundedPublisher publisher) : IConsumer<ReclassificationRequested>
{
    public async Task Consume(ConsumeContext<ReclassificationRequested> context)
    {
        // No token: what was received is finished, a stop waits for it.
        var issues = await codebooks.GetAsync(CancellationToken.None);
        var codebook = issues.Codebook;
        var article = context.Message.Article;
        var reading = await classifier.ClassifyAsync(article, issues, CancellationToken.None);
        var message = new StancesClassified
        {
            Article = article,
            Url = context.Message.Url,
            AcceptedAt = context.Message.AcceptedAt,
            CodebookVersion = codebook.Version,
            IssueIds = [.. codebook.Issues.Select(issue => issue.Id).Union(context.Message.IssueIds)],
            Stances = reading.Stances,
            States = reading.States,
            Relations = reading.Relations,
        };
        await publisher.PublishAsync(context, message, $"{article.Id} {article.EngineVersion}{(article.Coding is { } coding ? $" {coding.Revision}" : "")} {codebook.Version} {string.Join(' ', context.Message.IssueIds)}");
    }
}

internal sealed class ReclassificationRequestedConsumerDefinition : ConsumerDefinition<ReclassificationRequestedConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ReclassificationRequestedConsumer> consumerConfigurator, IRegistrationContext context)
        => endpointConfigurator.UseShortRetry();
}
