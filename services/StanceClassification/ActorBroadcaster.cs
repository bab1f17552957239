using MassTransit;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>Tells every instance that extracts which actors there are: at the start, after every change, and when one of them asks. Each time the whole list, so that none can miss a part.</summary>
internal sealed class ActorBroadcaster(IActorStore store, IBus bus, BoundedPublisher publisher, IOptions<StanceClassificationOptions> options,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ActorBroadcaster> logger) : PublishingService(lifetime)
{
    private readonly WakeSignal _wanted = new();
    private int _asked = 1;

    /// <summary>There is a change, or somebody wants to know.</summary>
    public void Wake()
    {
        Volatile.Write(ref _asked, 1);
        _wanted.Set();
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Taken back before the list is read: who asks in between is answered in the next round.
                if (Interlocked.Exchange(ref _asked, 0) == 1)
                    await BroadcastAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is StoreUnavailableException or PublishOutcomeUnknownException)
            {
                Volatile.Write(ref _asked, 1);
                logger.ActorsBroadcastFailed(exception);
            }

            await _wanted.WaitAsync(options.Value.BroadcastInterval, time, stoppingToken);
        }
    }

    private async Task BroadcastAsync(CancellationToken stoppingToken)
    {
        var list = await store.ListAsync(stoppingToken);
        var message = new ActorsChanged { Version = list.Version, Actors = list.InUse };
        await publisher.PublishAsync(bus, message, FormattableString.Invariant($"{message.Version}"));
        Telemetry.ActorsBroadcast.Add(1);
        logger.ActorsBroadcast(message.Actors.Count, message.Version);
    }
}
