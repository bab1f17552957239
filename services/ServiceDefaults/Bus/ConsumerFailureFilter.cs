using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;

namespace Sikap.ServiceDefaults;

/// <summary>Puts a <see cref="ConsumerFailureFilter{TConsumer, TMessage}"/> around every consumer of the bus, innermost, so that faults, headers and retries all see the trimmed exception.</summary>
internal sealed class ConsumerFailureObserver(ILogger logger, TimeProvider time) : IConsumerConfigurationObserver
{
    public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator)
        where TConsumer : class
    {
    }

    public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
        where TConsumer : class
        where TMessage : class
        => configurator.UseFilter(new ConsumerFailureFilter<TConsumer, TMessage>(logger, time));
}

/// <summary>
/// Rethrows whatever a consumer throws as <see cref="ConsumerFailure"/> and logs it. While the store or the broker is away it asks the consumer again and again instead: nothing is wrong with
/// the message, so nothing may end in the error queue for it. When the broker has gone away it will deliver the message again by itself, and waiting here would keep the endpoint from reconnecting.
/// </summary>
internal sealed class ConsumerFailureFilter<TConsumer, TMessage>(ILogger logger, TimeProvider time) : IFilter<ConsumerConsumeContext<TConsumer, TMessage>>
    where TConsumer : class
    where TMessage : class
{
    // Stack traces help, megabytes of them do not.
    private const int MaxDetailBytes = 8_192;

    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(1);

    public async Task Send(ConsumerConsumeContext<TConsumer, TMessage> context, IPipe<ConsumerConsumeContext<TConsumer, TMessage>> next)
    {
        while (true)
        {
            try
            {
                await next.Send(context);
                return;
            }
            catch (Exception outage) when (outage is StoreUnavailableException or PublishOutcomeUnknownException)
            {
                logger.ConsumerWaits(typeof(TMessage).Name, outage.Message.CutToUtf8Bytes(MaxDetailBytes));
                if (context.TryGetPayload(out ChannelContext? delivery) && !delivery.Channel.IsOpen)
                {
                    // Not done, but nothing can be acknowledged on a closed channel either.
                    return;
                }

                await Task.Delay(OutagePause, time, CancellationToken.None);
            }
            catch (Exception exception) when (exception is not ConsumerFailure)
            {
                var failure = ConsumerFailure.From(exception);
                Telemetry.ConsumerFailures.Add(1, new KeyValuePair<string, object?>(Telemetry.MessageTypeTag, typeof(TMessage).Name));
                logger.ConsumerFailed(typeof(TMessage).Name, failure.IsTransient, exception.ToString().CutToUtf8Bytes(MaxDetailBytes));
                throw failure;
            }
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("consumer-failure");
}
