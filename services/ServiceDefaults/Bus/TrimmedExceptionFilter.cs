using MassTransit;

namespace Sikap.ServiceDefaults;

/// <summary>Outermost filter of every receive endpoint: what was thrown outside the consumers (filters, a scope that cannot be built) leaves trimmed too.</summary>
internal sealed class TrimmedExceptionFilter : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (Exception exception) when (exception is not ConsumerFailure)
        {
            throw ConsumerFailure.From(exception);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("trimmed-exception");
}
