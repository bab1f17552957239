using System.Globalization;
using MassTransit;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Query;

/// <summary>Puts classified articles into the read model, and says so once they are there.</summary>
internal sealed class StancesClassifiedConsumer(IndexWriter writer, BoundedPublisher publisher, TimeProvider time) : IConsumer<StancesClassified>
{
    public async Task Consume(ConsumeContext<StancesClassified> context)
    {
        // No token: what was received is finished, a stop waits for it.
        var article = await writer.WriteAsync(context.Message, CancellationToken.None);
        await publisher.PublishAsync(
            context,
            new ArticleIndexed { ArticleId = article.ArticleId, Language = article.Language, CodingRevision = article.CodingRevision, IndexedAt = time.GetUtcNow() },
            article.CodingRevision == 0 ? article.ArticleId : string.Create(CultureInfo.InvariantCulture, $"{article.ArticleId} {article.CodingRevision}"));
    }
}

/// <summary>Takes a batch of messages at a time, see <see cref="IndexWriter"/>.</summary>
internal sealed class StancesClassifiedConsumerDefinition(IOptions<QueryOptions> options) : ConsumerDefinition<StancesClassifiedConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<StancesClassifiedConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = options.Value.MaxBatch;
        endpointConfigurator.ConcurrentMessageLimit = options.Value.MaxBatch;
        endpointConfigurator.UseShortRetry();
    }
}
