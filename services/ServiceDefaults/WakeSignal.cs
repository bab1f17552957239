namespace Sikap.ServiceDefaults;

/// <summary>Lets a background loop sleep until its next round is due or there is something to do. Thread-safe; one waiter at a time.</summary>
public sealed class WakeSignal
{
    private volatile TaskCompletionSource _set = New();

    /// <summary>There is something to do: the current or the next wait ends at once.</summary>
    public void Set() => _set.TrySetResult();

    /// <summary>Completes when the signal is set, and takes it back, or when <paramref name="atMost"/> has passed.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_set.Task, Task.Delay(atMost, time, cancel.Token));
        await cancel.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (_set.Task.IsCompleted)
            _set = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
