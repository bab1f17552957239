using MassTransit;
using Sikap.Contracts.Messages;

namespace Sikap.Extraction;

/// <summary>The actors that users added are these now: read with them from here on. Every instance hears it.</summary>
internal sealed class ActorsChangedConsumer(CurrentEngine engine) : IConsumer<ActorsChanged>
{
    public Task Consume(ConsumeContext<ActorsChanged> context)
    {
        engine.Learn(context.Message.Actors, context.Message.Version);
        return Task.CompletedTask;
    }
}
