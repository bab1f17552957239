using MassTransit;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>Statements were found: classify the article against the whole codebook and pass it on.</summary>
internal sealed class StatementsExtractedConsumer(StanceClassifier classifier, CurrentCodebook codebooks, BoundedPublisher publisher) : IConsumer<StatementsExtracted>
{
    public async Task Consume(ConsumeContext<StatementsExtracted> context)
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
            IssueIds = [.. codebook.Issues.Select(issue => issue.Id)],
            Stances = reading.Stances,
            States = reading.States,
            Relations = reading.Relations,
        };
        await publisher.PublishAsync(context, message, $"{article.Id} {article.EngineVersion}{(article.Coding is { } coding ? $" {coding.Revision}" : "")} {codebook.Version}");
    }
}

internal sealed class StatementsExtractedConsumerDefinition : ConsumerDefinition<StatementsExtractedConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<StatementsExtractedConsumer> consumerConfigurator, IRegistrationContext context)
        => endpointConfigurator.UseShortRetry();
}
