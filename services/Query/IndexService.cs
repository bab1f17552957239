namespace Sikap.Query;

/// <summary>Keeps the index close behind the store, so that whoever asks after a long stretch of writing or first of all does not wait for it.</summary>
internal sealed class IndexService(LedgerIndex index, LedgerSignals signals, TimeProvider time, ILogger<IndexService> logger) : BackgroundService
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var changed = signals.Changed.Next;
                await Signal.WaitAsync(changed, await TryCatchUpAsync(stoppingToken), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>How long to wait for the next change.</summary>
    private async Task<TimeSpan> TryCatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await index.CatchUpAsync(cancellationToken);
            return Timeout.InfiniteTimeSpan;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.IndexBehind(logger, s_retryDelay.TotalSeconds, e);
            return s_retryDelay;
        }
    }
}
