using Microsoft.Extensions.Options;

namespace Sikap.Query;

/// <summary>
/// Tells this process what others commit to the store they share, applies a commit that another left behind half done, and takes up a replay that nobody drives any more.
/// </summary>
internal sealed class MongoFollower(MongoReadModel store, LedgerSignals signals, TimeProvider time, IOptions<QueryOptions> options, ILogger<MongoFollower> logger) : BackgroundService
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(1);

    private readonly QueryOptions _options = options.Value;
    private (long Number, bool IsApplied) _seen = (-1, true);
    private long _seenAt;
    private long _waiting;
    private long _waitingAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            _seenAt = _waitingAt = time.GetTimestamp();
            while (true)
            {
                await Task.Delay(await TryLookAsync(stoppingToken), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>How long to wait before the next look.</summary>
    private async Task<TimeSpan> TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
            return _options.MongoPollInterval;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.FollowerBehind(logger, s_retryDelay.TotalSeconds, e);
            return s_retryDelay;
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var head = await store.ReadHeadAsync(cancellationToken);
        var state = (head.Number, head.IsApplied);
        if (state != _seen)
        {
            (_seen, _seenAt) = (state, time.GetTimestamp());
            signals.Changed.Raise();
        }
        else if (!head.IsApplied && time.GetElapsedTime(_seenAt) > MongoReadModel.Patience && await store.RecoverAsync(head, cancellationToken))
        {
            Log.CommitRecovered(logger, head.Number);
        }

        if (time.GetElapsedTime(_waitingAt) > _options.ReplayRetryDelay)
        {
            var waiting = await store.CountWaitingAsync(0, long.MaxValue, cancellationToken);
            if (waiting > 0 && waiting == _waiting)
            {
                signals.Waiting.Raise();
            }
            (_waiting, _waitingAt) = (waiting, time.GetTimestamp());
        }
    }
}
