using System.Runtime.InteropServices;

namespace Sikap.Benchmarks.Pipeline;

/// <summary>Lets a process run a tenth of the time, as a limit of processor time on its container would. It runs freely again when this is disposed.</summary>
internal sealed class Throttle : IAsyncDisposable
{
    private const int Continue = 18, Stop = 19;

    private static readonly TimeSpan Running = TimeSpan.FromMilliseconds(20), Stopped = TimeSpan.FromMilliseconds(180);

    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;

    public Throttle(int processId) => _loop = Task.Run(async () =>
    {
        while (!_end.IsCancellationRequested)
        {
            Signal(processId, Stop);
            await Task.Delay(Stopped, CancellationToken.None);
            Signal(processId, Continue);
            await Task.Delay(Running, CancellationToken.None);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _end.Dispose();
    }

    private static void Signal(int processId, int signal)
    {
        if (Kill(processId, signal) != 0)
            throw new InvalidOperationException($"signal {signal} to process {processId}: errno {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
