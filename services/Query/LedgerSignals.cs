namespace Sikap.Query;

/// <summary>Who wakes whom in this process.</summary>
internal sealed class LedgerSignals
{
    /// <summary>Something was committed.</summary>
    public Signal Changed { get; } = new();

    /// <summary>Articles wait for classification that did not before.</summary>
    public Signal Waiting { get; } = new();
}

/// <summary>Wakes everybody who waits. Carries nothing: who wakes up reads what is new from the store, so a slow one misses nothing and nobody buffers. Thread-safe.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = New();

    /// <summary>Completes at the next signal. Take it before reading, so that a change in between is noticed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes the waiters.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, New()).SetResult();

    /// <summary>Until <paramref name="next"/> completes or <paramref name="atMost"/> has passed; true for the first.</summary>
    public static async Task<bool> WaitAsync(Task next, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var delay = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(next, Task.Delay(atMost, time, delay.Token));
        await delay.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return next.IsCompleted;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
