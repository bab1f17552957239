using MassTransit;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Query;

/// <summary>
/// Sends stored articles through the classifier again when the codebook has changed. Which articles wait is written in the store, so a restart goes on where it
/// stopped; a window bounds how many are under way, so that new articles are not held up behind a long replay.
/// </summary>
internal sealed class ReplayService(
    IReadModel store, LedgerSignals signals, IBus bus, BoundedPublisher publisher, TimeProvider time, IHostApplicationLifetime lifetime,
    IOptions<QueryOptions> options, ILogger<ReplayService> logger) : PublishingService(lifetime)
{
    private readonly QueryOptions _options = options.Value;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var waiting = signals.Waiting.Next;
            var delay = await TryRunPassAsync(stoppingToken);
            await Signal.WaitAsync(waiting, delay, time, stoppingToken);
            await Task.Delay(_options.ReplayPause, time, stoppingToken);
        }
    }

    /// <summary>Requests everything that waits; how long to wait before the next pass unless something new comes up.</summary>
    private async Task<TimeSpan> TryRunPassAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunPassAsync(cancellationToken);
            var left = await store.CountWaitingAsync(0, long.MaxValue, cancellationToken);
            Telemetry.ArticlesWaiting.Record(left);
            if (left > 0)
            {
                Log.ReplayUnanswered(logger, left, _options.ReplayRetryDelay.TotalSeconds);
                return _options.ReplayRetryDelay;
            }
            return Timeout.InfiniteTimeSpan;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.ReplayFailed(logger, _options.ReplayPatience.TotalSeconds, e);
            return _options.ReplayPatience;
        }
    }

    private async Task RunPassAsync(CancellationToken cancellationToken)
    {
        var position = 0L;
        Telemetry.ArticlesWaiting.Record(await store.CountWaitingAsync(0, long.MaxValue, cancellationToken));
        while (await store.ReadWaitingAsync(position, _options.ReplayWindow, cancellationToken) is { Count: > 0 } window)
        {
            await Task.WhenAll(window.Select(RequestAsync));
            Telemetry.ArticlesReplayed.Add(window.Count);
            Log.ReplayRequested(logger, window.Count);
            await WaitForAnswersAsync(position, window[^1].Position, cancellationToken);
            position = window[^1].Position;
            Telemetry.ArticlesWaiting.Record(await store.CountWaitingAsync(0, long.MaxValue, cancellationToken));
        }
    }

    private Task RequestAsync(WaitingArticle waiting) =>
        publisher.PublishAsync(
            bus,
            new ReclassificationRequested { Article = waiting.Article, Url = waiting.Url, AcceptedAt = waiting.AcceptedAt, IssueIds = waiting.IssueIds },
            $"{waiting.Article.Id}\n{waiting.Article.EngineVersion}\n{string.Join(',', waiting.IssueIds)}\n{time.GetUtcNow().UtcTicks}");

    /// <summary>Until every article of the window is answered, or patience is over: an article that cannot be classified must not stop the others.</summary>
    private async Task WaitForAnswersAsync(long after, long upTo, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var changed = signals.Changed.Next;
            var left = _options.ReplayPatience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || await store.CountWaitingAsync(after, upTo, cancellationToken) == 0)
            {
                return;
            }
            await Signal.WaitAsync(changed, left, time, cancellationToken);
        }
    }
}
