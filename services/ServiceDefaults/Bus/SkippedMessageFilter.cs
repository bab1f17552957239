using MassTransit;
using MassTransit.Middleware.Rescue;
using MassTransit.Transports;

namespace Sikap.ServiceDefaults;

/// <summary>Moves what no consumer of the endpoint takes, a type of message that is not known here, to the error queue as any message that cannot be processed.</summary>
internal sealed class SkippedMessageFilter : IFilter<ReceiveContext>
{
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (!context.TryGetPayload(out IErrorTransport? errors))
            throw new TransportException(context.InputAddress, "There is no error queue.");
        await errors.Send(new RescueExceptionReceiveContext(context, ConsumerFailure.From(new MessageNotConsumedException(context.InputAddress, "no consumer takes a message of this type"))));
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("skipped-message");
}
