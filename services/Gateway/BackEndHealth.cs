using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Sikap.ServiceDefaults;

namespace Sikap.Gateway;

/// <summary>
/// Asks the back ends for their health from time to time and answers from what it knows. The gateway is ready once each of them was seen serving; from then on it stays so while
/// one of them serves, since the loss of a single service must not close the door to the others.
/// </summary>
internal sealed class BackEndHealth(
    BackEnds backEnds, TimeProvider time, IOptions<GatewayOptions> options, IHostApplicationLifetime lifetime, ILogger<BackEndHealth> logger) : BackgroundService, IHealthCheck
{
    private readonly TimeSpan _interval = options.Value.HealthInterval;
    private readonly HashSet<string> _everServing = [];
    private volatile Dictionary<string, string> _down = backEnds.All.Keys.ToDictionary(name => name, _ => "not asked yet");
    private volatile bool _complete;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var down = _down;
        var description = string.Join("; ", down.Select(backEnd => $"{backEnd.Key}: {backEnd.Value}"));
        return Task.FromResult(
            down.Count == 0 ? HealthCheckResult.Healthy()
            : _complete && down.Count < backEnds.All.Count ? HealthCheckResult.Degraded(description)
            : HealthCheckResult.Unhealthy(description));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Where the back ends live in this process, a call before that ends in the middle of a host that may still refuse to start.
            await lifetime.WaitForStartAsync(stoppingToken);
            using var timer = new PeriodicTimer(_interval, time);
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(backEnds.All.Select(async backEnd => (Name: backEnd.Key, Problem: await AskAsync(new Health.HealthClient(backEnd.Value), cancellationToken))));
        foreach (var (name, problem) in answers)
        {
            if (problem is null && (_down.ContainsKey(name) || _everServing.Add(name)))
            {
                _everServing.Add(name);
                Log.BackEndUp(logger, name);
            }
            else if (problem is not null && !_down.ContainsKey(name))
            {
                Log.BackEndDown(logger, name, problem);
            }
        }
        _complete = _everServing.Count == backEnds.All.Count;
        _down = answers.Where(answer => answer.Problem is not null).ToDictionary(answer => answer.Name, answer => answer.Problem!);
    }

    /// <summary>What is wrong; null when it serves.</summary>
    private async Task<string?> AskAsync(Health.HealthClient client, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.CheckAsync(
                new HealthCheckRequest { Service = ServiceDefaultsRegistration.OwnReadinessService }, new CallOptions(deadline: time.GetUtcNow().UtcDateTime + _interval, cancellationToken: cancellationToken));
            return answer.Status is HealthCheckResponse.Types.ServingStatus.Serving ? null : answer.Status.ToString();
        }
        catch (RpcException e)
        {
            return e.StatusCode.ToString();
        }
    }
}
