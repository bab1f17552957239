using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Sikap.ServiceDefaults;

/// <summary>A message's channel has ended: it cannot be acknowledged any more, and the broker delivers it again.</summary>
public sealed class DeliveryEndedException() : Exception("The channel is closed; the broker delivers the message again.");

/// <summary>
/// Keeps messages of a closed channel from being acknowledged. The bus would close the channel once more over it, from within the work that this waits for, and so would wait for itself;
/// the connection then never ends, or, where only the channel was closed, reads nothing any more.
/// </summary>
internal sealed class ClosedChannelGuard : IFilter<ReceiveContext>, IReceiveObserver
{
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        try
        {
            await next.Send(context);
        }
        finally
        {
            // Whatever became of it, such as a failure that could not be written to the error queue either.
            ThrowIfClosed(context);
        }
    }

    public Task PreReceive(ReceiveContext context)
    {
        ThrowIfClosed(context);
        return Task.CompletedTask;
    }

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class
        => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class
        => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;

    public void Probe(ProbeContext context) => context.CreateFilterScope("closed-channel");

    private static void ThrowIfClosed(ReceiveContext context)
    {
        if (context.TryGetPayload(out ChannelContext? delivery) && delivery.Channel.IsClosed)
            throw new DeliveryEndedException();
    }
}
