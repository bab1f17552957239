using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Events;

namespace Sikap.ServiceDefaults;

/// <summary>
/// Around all that a receive endpoint does on its channel: whatever silences the endpoint becomes a fault of the connection, which the bus answers with a new channel and a new consumer.
/// Two things silence it otherwise, until the process ends: a broker that does not answer in time (a queue without a majority), since the bus takes the library's cancellation for its own stop;
/// and a channel whose end nobody tells the consumer (see <see cref="BusConnection"/>).
/// </summary>
internal sealed class LostChannelFilter(string queue, BusConnection connection, TimeSpan interval, TimeProvider time, ILogger logger) : IFilter<ChannelContext>
{
    // The library closes what it believes to be open and waits for the broker's word.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        // Not disposed: work that outlives the channel may still ask.
        var channelEnded = new CancellationTokenSource();
        context.GetOrAddPayload(() => new ChannelLifetime(channelEnded.Token));
        context.Channel.ChannelShutdownAsync += EndAsync;
        using var ended = new CancellationTokenSource();
        try
        {
            var consuming = next.Send(context);
            await WatchAsync(context, consuming, ended.Token);
            await consuming;
        }
        catch (OperationCanceledException unanswered) when (!context.CancellationToken.IsCancellationRequested)
        {
            logger.EndpointRenewed(queue, "the broker does not answer");
            throw new ConnectionException($"{queue}: the broker does not answer", unanswered);
        }
        finally
        {
            await ended.CancelAsync();
            context.Channel.ChannelShutdownAsync -= EndAsync;
        }

        Task EndAsync(object sender, ShutdownEventArgs reason) => channelEnded.CancelAsync();
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("lost-channel");

    /// <summary>Returns when the consumer has ended; throws when its channel has been closed for a whole interval and it has not noticed.</summary>
    private async Task WatchAsync(ChannelContext context, Task consuming, CancellationToken ended)
    {
        var closedBefore = false;
        while (await Task.WhenAny(consuming, Task.Delay(interval, time, ended)) != consuming)
        {
            var closed = !context.Channel.IsOpen || !context.ConnectionContext.Connection.IsOpen;
            if (closed && closedBefore)
            {
                // Its end is of no interest any more, an exception in it would otherwise go unobserved.
                _ = consuming.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                logger.EndpointRenewed(queue, "its channel is closed and the consumer does not know");
                context.Channel.ContinuationTimeout = Farewell;
                await connection.DropIfClosedAsync(interval, CancellationToken.None);
                throw new ConnectionException($"{queue}: the channel is closed");
            }

            closedBefore = closed;
        }
    }
}

/// <summary>What the work on a channel's messages can know of it.</summary>
/// <param name="Ended">Cancelled when the channel has ended.</param>
internal sealed record ChannelLifetime(CancellationToken Ended);
