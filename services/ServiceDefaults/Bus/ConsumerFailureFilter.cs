using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;

namespace Sikap.ServiceDefaults;

/// <summary>Puts a <see cref="ConsumerFailureFilter{TConsumer, TMessage}"/> around every consumer of the bus, innermost, so that faults, headers and retries all see the trimmed exception.</summary>
internal sealed class ConsumerFailureObserver(ILogger logger, TimeSpan limit, TimeProvider time) : IConsumerConfigurationObserver
{
    public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator)
        where TConsumer : class
    {
    }

    public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
        where TConsumer : class
        where TMessage : class
        => configurator.UseFilter(new ConsumerFailureFilter<TConsumer, TMessage>(logger, limit, time));
}

/// <summary>The work on a message did not end in time; it may go on for ever, but no longer on the message's behalf.</summary>
public sealed class MessageTookTooLongException(string messageType, TimeSpan limit)
    : Exception(FormattableString.Invariant($"{messageType} was not done after {limit.TotalSeconds:0.#} s"));

/// <summary>
/// Rethrows whatever a consumer throws as <see cref="ConsumerFailure"/> and logs it. While the store or the broker is away it asks the consumer again and again instead: nothing is wrong with
/// the message, so nothing may end in the error queue for it. An attempt that does not end in time has failed. When the broker has gone away it will deliver the message again by itself, and waiting here would keep
/// the connection from ending and all that is on it from hearing so.
/// </summary>
internal sealed class ConsumerFailureFilter<TConsumer, TMessage>(ILogger logger, TimeSpan limit, TimeProvider time) : IFilter<ConsumerConsumeContext<TConsumer, TMessage>>
    where TConsumer : class
    where TMessage : class
{
    // Stack traces help, megabytes of them do not.
    private const int MaxDetailBytes = 8_192;

    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(1);

    public async Task Send(ConsumerConsumeContext<TConsumer, TMessage> context, IPipe<ConsumerConsumeContext<TConsumer, TMessage>> next)
    {
        var channelEnded = context.TryGetPayload(out ChannelContext? delivery) && delivery.TryGetPayload(out ChannelLifetime? lifetime) ? lifetime.Ended : CancellationToken.None;
        while (true)
        {
            try
            {
                await LimitedAsync(context, next, channelEnded);
                return;
            }
            catch (ChannelEndedException)
            {
                logger.ConsumerDisowned(typeof(TMessage).Name);
                return;
            }
            catch (Exception outage) when (outage is StoreUnavailableException or PublishOutcomeUnknownException)
            {
                logger.ConsumerWaits(typeof(TMessage).Name, outage.Message.CutToUtf8Bytes(MaxDetailBytes));
                if (delivery is { Channel.IsOpen: false })
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

    // On a thread of its own: work that never ends may not even come to its first wait, and would take the endpoint with it.
    private async Task LimitedAsync(ConsumerConsumeContext<TConsumer, TMessage> context, IPipe<ConsumerConsumeContext<TConsumer, TMessage>> next, CancellationToken channelEnded)
    {
        var work = Task.Run(() => next.Send(context), CancellationToken.None);
        try
        {
            await work.WaitAsync(limit, time, channelEnded);
        }
        catch (Exception given) when (given is TimeoutException or OperationCanceledException && !work.IsCompleted)
        {
            // Its end is of no interest any more, an exception in it would otherwise go unobserved.
            _ = work.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw given is TimeoutException ? new MessageTookTooLongException(typeof(TMessage).Name, limit) : new ChannelEndedException();
        }
    }

    private sealed class ChannelEndedException : Exception;
}
