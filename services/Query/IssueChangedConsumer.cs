using MassTransit;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Query;

/// <summary>Takes over changes of the codebook; the replay finds the articles that wait in the store.</summary>
internal sealed class IssueChangedConsumer(IndexWriter writer) : IConsumer<IssueChanged>
{
    public Task Consume(ConsumeContext<IssueChanged> context) => writer.ApplyAsync(context.Message, CancellationToken.None);
}

/// <inheritdoc cref="IssueChangedConsumer"/>
internal sealed class IssueChangedConsumerDefinition : ConsumerDefinition<IssueChangedConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<IssueChangedConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.UseShortRetry();
}
