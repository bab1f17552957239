using MassTransit;
using Microsoft.Extensions.Logging;

namespace Sikap.ServiceDefaults;

/// <summary>Puts a <see cref="ConsumerFailureFilter{TConsumer, TMessage}"/> around every consumer of the bus, innermost, so that faults, headers and retries all see the trimmed exception.</summary>
internal sealed class ConsumerFailureObserver(ILogger logger) : IConsumerConfigurationObserver
{
    public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator)
        where TConsumer : class
    {
    }

    public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
        where TConsumer : class
        where TMessage : class
        => configurator.UseFilter(new ConsumerFailureFilter<TConsumer, TMessage>(logger));
}

/// <summary>Rethrows whatever a consumer throws as <see cref="ConsumerFailure"/> and logs it.</summary>
internal sealed class ConsumerFailureFilter<TConsumer, TMessage>(ILogger logger) : IFilter<ConsumerConsumeContext<TConsumer, TMessage>>
    where TConsumer : class
    where TMessage : class
{
    // Stack traces help, megabytes of them do not.
    private const int MaxDetailBytes = 8_192;

    public async Task Send(ConsumerConsumeContext<TConsumer, TMessage> context, IPipe<ConsumerConsumeContext<TConsumer, TMessage>> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (Exception exception) when (exception is not ConsumerFailure)
        {
            var failure = ConsumerFailure.From(exception);
            Telemetry.ConsumerFailures.Add(1, new KeyValuePair<string, object?>(Telemetry.MessageTypeTag, typeof(TMessage).Name));
            logger.ConsumerFailed(typeof(TMessage).Name, failure.IsTransient, exception.ToString().CutToUtf8Bytes(MaxDetailBytes));
            throw failure;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("consumer-failure");
}
