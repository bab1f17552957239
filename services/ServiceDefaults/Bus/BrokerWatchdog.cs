using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sikap.ServiceDefaults;

/// <summary>
/// Makes readiness tell the truth. The bus's own health stays green while a consumer is gone or a publisher hangs, so this asks the broker over a connection of its own:
/// a queue of this service without a consumer, or with messages of which none arrives here, is unready; a bus that stays stuck although the broker answers ends the process,
/// since only a new start is known to cure it.
/// </summary>
internal sealed class BrokerWatchdog(IOptions<BusOptions> options, BusActivity activity, BoundedPublisher publisher, IBrokerProbe probe, BusConnection connection,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<BrokerWatchdog> logger) : BackgroundService, IHealthCheck
{
    private volatile string? _problem = "the broker was not asked yet";
    private DateTimeOffset? _stuckSince;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        => Task.FromResult(_problem is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.WatchdogInterval, time);
        do
        {
            await LookAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One look at the broker.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        string? away = null;
        string? stuck = null;
        try
        {
            stuck = await FindStuckAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // Whatever keeps the broker from answering makes the service unready; a restart of this process would not help.
            away = BrokerConnection.Describe(exception, options.Value);
        }

        Report(away ?? stuck);
        StopIfStuck(stuck);
    }

    private async Task<string?> FindStuckAsync(CancellationToken cancellationToken)
    {
        string? stuck = null;
        // A service that only publishes has no queue to ask about.
        if (activity.Queues.Count == 0)
            await probe.PingAsync(cancellationToken);
        foreach (var queue in activity.Queues)
        {
            var state = await probe.GetQueueAsync(queue, cancellationToken);
            if (state is null)
                stuck ??= $"queue {queue} does not exist";
            else if (state.Value.Consumers == 0)
                stuck ??= $"queue {queue} has no consumer, {state.Value.Ready} messages wait";
            else if (state.Value.Ready == 0)
                activity.Touch(queue);
            else if (time.GetUtcNow() - activity.LastReceived(queue) > options.Value.StallTimeout)
                stuck ??= $"queue {queue} delivers nothing here, {state.Value.Ready} messages wait";
        }

        // The broker answers, so what hangs here may hang on a connection that is gone.
        var unknown = publisher.UnknownOutcomesInARow;
        if (unknown > 0)
            await connection.DropIfClosedAsync(options.Value.WatchdogInterval, cancellationToken);

        // A broker that accepts nothing from anybody (memory or disk alarm) is not ours to cure: the probe then fails by its own timeout.
        if (stuck is not null || unknown >= options.Value.MaxUnknownOutcomes)
        {
            await probe.PublishAsync(cancellationToken);
            stuck ??= $"{unknown} publishes in a row have no known outcome";
        }

        return stuck;
    }

    private void Report(string? problem)
    {
        var before = _problem;
        _problem = problem;
        if (problem is null && before is not null)
            logger.BusReady();
        else if (problem is not null && problem != before)
            logger.BusUnready(problem);
    }

    private void StopIfStuck(string? stuck)
    {
        if (stuck is null || options.Value.StopAfterStuck == TimeSpan.Zero)
        {
            _stuckSince = null;
            return;
        }

        var now = time.GetUtcNow();
        _stuckSince ??= now;
        if (now - _stuckSince < options.Value.StopAfterStuck || lifetime.ApplicationStopping.IsCancellationRequested)
            return;
        logger.StoppingProcess((now - _stuckSince.Value).TotalSeconds, stuck);
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }
}
