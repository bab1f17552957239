using MassTransit;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>An instance wants to know the actors: say them to all.</summary>
internal sealed class ActorsRequestedConsumer(ActorBroadcaster broadcaster) : IConsumer<ActorsRequested>
{
    public Task Consume(ConsumeContext<ActorsRequested> context)
    {
        broadcaster.Wake();
        return Task.CompletedTask;
    }
}

internal sealed class ActorsRequestedConsumerDefinition : ConsumerDefinition<ActorsRequestedConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ActorsRequestedConsumer> consumerConfigurator, IRegistrationContext context)
        => endpointConfigurator.UseShortRetry();
}
