namespace Sikap.ServiceDefaults.Tests;

public sealed class WakeSignalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    public async Task Wait_SetBefore_CompletesOnceAndIsTakenBack()
    {
        var signal = new WakeSignal();
        signal.Set();
        signal.Set();

        await signal.WaitAsync(Long, TimeProvider.System, CancellationToken.None).WaitAsync(Patience);

        var second = signal.WaitAsync(Long, TimeProvider.System, CancellationToken.None);
        second.IsCompleted.ShouldBeFalse();
        signal.Set();
        await second.WaitAsync(Patience);
    }

    [Fact]
    public async Task Wait_NeverSet_CompletesWithTime()
    {
        await new WakeSignal().WaitAsync(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task Wait_Cancelled_Throws()
    {
        using var cancel = new CancellationTokenSource();
        var wait = new WakeSignal().WaitAsync(Long, TimeProvider.System, cancel.Token);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => wait.WaitAsync(Patience));
    }
}
