using Microsoft.Extensions.Hosting;

namespace Sikap.ServiceDefaults;

/// <summary>Lets background work wait for the rest of the host.</summary>
public static class HostStart
{
    /// <summary>Completes when every hosted service has started, the bus among them: what is published earlier finds no queue.</summary>
    /// <exception cref="OperationCanceledException">The host stops first.</exception>
    public static async Task WaitForStartAsync(this IHostApplicationLifetime lifetime, CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stoppingToken);
    }
}
