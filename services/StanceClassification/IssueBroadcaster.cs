using MassTransit;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>Tells the other services of changes to the codebook: those that were stored and not yet broadcast, and all issues once at every start, since a receiver may have lost its copy.</summary>
internal sealed class IssueBroadcaster(ICodebookStore store, IBus bus, BoundedPublisher publisher, IOptions<StanceClassificationOptions> options,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<IssueBroadcaster> logger) : PublishingService(lifetime)
{
    private readonly WakeSignal _changed = new();

    /// <summary>There is something to broadcast.</summary>
    public void Wake() => _changed.Set();

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        var resetAtStart = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (resetAtStart)
                    await store.ResetBroadcastAsync(stoppingToken);
                resetAtStart = false;
                await BroadcastAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is StoreUnavailableException or PublishOutcomeUnknownException)
            {
                // Not marked, so the next round tries again.
                logger.BroadcastFailed(exception);
            }

            await _changed.WaitAsync(options.Value.BroadcastInterval, time, stoppingToken);
        }
    }

    private async Task BroadcastAsync(CancellationToken stoppingToken)
    {
        foreach (var entry in await store.ListUnbroadcastAsync(stoppingToken))
        {
            var message = new IssueChanged
            {
                Issue = entry.Issue,
                Retired = entry.Retired,
                ParentId = entry.Parent,
                ReplacedBy = entry.ReplacedBy,
                CodebookVersion = entry.Version,
                ChangedAt = entry.ChangedAt,
            };
            await publisher.PublishAsync(bus, message, FormattableString.Invariant($"{entry.Issue.Id} {entry.Version}"));
            await store.MarkBroadcastAsync(entry.Issue.Id, entry.Version, CancellationToken.None);
            Telemetry.IssuesBroadcast.Add(1);
            logger.IssueBroadcast(entry.Issue.Id, entry.Version, entry.Retired);
        }
    }
}
