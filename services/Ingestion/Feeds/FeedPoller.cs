using Microsoft.Extensions.Options;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>Visits feeds when their time has come, together with the other instances over the same store.</summary>
internal sealed class FeedPoller(IFeedStore store, FeedSubscriptions feeds, FeedVisit visits, IOptions<FeedOptions> options, TimeProvider time, ILogger<FeedPoller> logger) : BackgroundService
{
    private static readonly TimeSpan TidyInterval = TimeSpan.FromMinutes(1);

    // A page that is half here would be asked for again; well below what a host gives its services to stop.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly FeedOptions _options = options.Value;
    private readonly WakeSignal _wake = new();
    private readonly string _visitor = Guid.NewGuid().ToString("N");

    /// <summary>A feed has become due.</summary>
    public void WakeUp() => _wake.Set();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Visits end between two requests; one that is under way has some time left.
        using var ended = new CancellationTokenSource();
        await using var stop = stoppingToken.Register(() => ended.CancelAfter(StopGrace));
        var running = new List<Task>();
        var tidyAt = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                running.RemoveAll(visit => visit.IsCompleted);
                var free = _options.MaxConcurrentVisits - running.Count;
                foreach (var due in free > 0 ? await store.ListDueAsync(time.GetUtcNow(), free, stoppingToken) : [])
                {
                    if (await feeds.TakeAsync(due.Id, _visitor, _options.VisitLease, stoppingToken) is { } taken)
                        running.Add(VisitAsync(taken, stoppingToken, ended.Token));
                }

                if (tidyAt <= time.GetUtcNow())
                {
                    tidyAt = time.GetUtcNow() + TidyInterval;
                    await TidyAsync(stoppingToken);
                }
            }
            catch (StoreUnavailableException exception)
            {
                logger.FeedsNotListed(exception);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }

            await _wake.WaitAsync(_options.CheckInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(running);
    }

    private async Task VisitAsync(FeedRecord feed, CancellationToken stoppingToken, CancellationToken ended)
    {
        using var activity = Telemetry.Activities.StartActivity("visit feed");
        try
        {
            try
            {
                await visits.RunAsync(feed, _visitor, stoppingToken, ended);
            }
            finally
            {
                // No token: who stops in the middle still gives the feed back.
                await feeds.EndVisitAsync(feed.Id, _visitor, CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The visit is made again by whoever is there.
        }
        catch (StoreUnavailableException exception)
        {
            logger.VisitBroken(feed.Id, exception);
        }
        catch (Exception exception)
        {
            // A fault of ours must not end the visits of the others; this feed comes again when its time is over.
            logger.VisitFailed(feed.Id, exception);
        }
        finally
        {
            _wake.Set();
        }
    }

    private async Task TidyAsync(CancellationToken cancellationToken)
    {
        var counts = await store.CountAsync(cancellationToken);
        foreach (var state in Enum.GetValues<FeedState>())
            Telemetry.Feeds.Record(counts.GetValueOrDefault(state), new KeyValuePair<string, object?>(Telemetry.StateTag, state.ToString()));
        Telemetry.FeedsOverdue.Record(await store.ListDueAsync(time.GetUtcNow(), 1, cancellationToken) is [var longest] ? (time.GetUtcNow() - longest.Due).TotalSeconds : 0);
        await store.ForgetAsync(time.GetUtcNow() - _options.Retention, cancellationToken);
    }
}
