using MassTransit;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Extraction;

/// <summary>Asks for the actors each time this instance can hear the answer: what was announced before that, or during a lost connection, passed it by.</summary>
internal sealed class ActorsRequestPublisher(InstanceInbox<ActorsChangedConsumer> inbox, IBus bus, BoundedPublisher publisher, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ActorsRequestPublisher> logger)
    : PublishingService(lifetime)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        for (var asked = 0; ; asked++)
        {
            await inbox.Ready.WaitAsync(Timeout.InfiniteTimeSpan, time, stoppingToken);
            while (!await TryAskAsync(asked))
                await Task.Delay(RetryPause, time, stoppingToken);
        }
    }

    private async Task<bool> TryAskAsync(int asked)
    {
        try
        {
            await publisher.PublishAsync(bus, new ActorsRequested { Queue = inbox.Name }, FormattableString.Invariant($"{inbox.Name} {asked}"));
            return true;
        }
        catch (PublishOutcomeUnknownException exception)
        {
            logger.ActorsRequestFailed(exception);
            return false;
        }
    }
}
