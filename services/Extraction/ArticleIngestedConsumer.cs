using MassTransit;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Extraction;

/// <summary>An article came in: extract its statements and pass them on.</summary>
internal sealed class ArticleIngestedConsumer(StatementExtractor extractor, CurrentEngine engine, BoundedPublisher publisher) : IConsumer<ArticleIngested>
{
    public async Task Consume(ConsumeContext<ArticleIngested> context)
    {
        var article = extractor.Extract(await engine.GetAsync(), context.Message.Article);
        var message = new StatementsExtracted { Article = article, Url = context.Message.Url, AcceptedAt = context.Message.AcceptedAt };
        await publisher.PublishAsync(context, message, $"{article.Id} {article.EngineVersion}{(article.Coding is { } coding ? $" {coding.Revision}" : "")}");
    }
}

internal sealed class ArticleIngestedConsumerDefinition : ConsumerDefinition<ArticleIngestedConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ArticleIngestedConsumer> consumerConfigurator, IRegistrationContext context)
        => endpointConfigurator.UseShortRetry();
}
