using Microsoft.Extensions.Hosting;

namespace Sikap.ServiceDefaults;

/// <summary>
/// A background service that publishes. It begins when the host has started and ends before anything of the host stops: a host stops its services in the reverse order of their registration,
/// and a bus registered later would be gone while a message is still under way to it.
/// </summary>
public abstract class PublishingService(IHostApplicationLifetime lifetime) : BackgroundService, IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        // As after a signal. A stop from code would say it only later, and the host would take the end of this service for a failure.
        lifetime.StopApplication();
        return StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The work, until <paramref name="stoppingToken"/> asks for its end; what is under way then is still finished.</summary>
    protected abstract Task RunAsync(CancellationToken stoppingToken);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.WaitForStartAsync(stoppingToken);
        await RunAsync(stoppingToken);
    }
}
