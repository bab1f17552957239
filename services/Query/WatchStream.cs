using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Sikap.ServiceDefaults;
using Sikap.V1;

namespace Sikap.Query;

/// <summary>
/// Tells a watcher what changes. It reads the events table by cursor and writes one event after the other, each once the stream has taken the one before:
/// nothing is held for a slow reader but the page being written, and whoever comes back with a cursor finds the same events in the same order.
/// </summary>
internal sealed class WatchStream(
    IReadModel store, LedgerSignals signals, TimeProvider time, IHostApplicationLifetime lifetime, IOptions<QueryOptions> options)
{
    private const int EventsAtATime = 256;

    private readonly QueryOptions _options = options.Value;
    // People look at progress; a busy replay commits far more often.
    private static readonly TimeSpan ProgressPause = TimeSpan.FromMilliseconds(200);

    private int _watchers;

    /// <summary>Writes events behind <paramref name="cursor"/>, null = from now on, until the caller or the host stops.</summary>
    public Task RunAsync(WatchRequest request, long? cursor, IServerStreamWriter<WatchEvent> stream, CancellationToken cancellationToken) =>
        AdmitAsync(async stopping => await FollowAsync(request, cursor ?? await store.GetLastEventAsync(stopping), stream, stopping), cancellationToken);

    /// <summary>Writes how far the replay has come until it has caught up with <paramref name="codebookVersion"/>.</summary>
    public Task RunAsync(long codebookVersion, IServerStreamWriter<ReplayProgress> stream, CancellationToken cancellationToken) =>
        AdmitAsync(stopping => FollowReplayAsync(codebookVersion, stream, stopping), cancellationToken);

    private async Task AdmitAsync(Func<CancellationToken, Task> follow, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _watchers) > _options.MaxWatchers)
        {
            Interlocked.Decrement(ref _watchers);
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "too many watch streams are open"));
        }

        Telemetry.Watchers.Add(1);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await follow(stopping.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw GrpcFault.Unavailable("The service stops; go on with the last cursor.", TimeSpan.FromSeconds(1));
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
            Telemetry.Watchers.Add(-1);
        }
    }

    private async Task FollowAsync(WatchRequest request, long cursor, IServerStreamWriter<WatchEvent> stream, CancellationToken cancellationToken)
    {
        var filter = request.Filter ?? new Filter();
        var named = new Filter { Actor = filter.Actor, ReportId = filter.ReportId, StoryId = filter.StoryId };
        var isGroup = filter.ReportId.Length > 0 || filter.StoryId.Length > 0;
        var matcher = new EventFilter(filter, request.Kinds);
        // At once, so that the client knows that it is heard and where to go on if it is cut off before the first event.
        await BeatAsync(cursor, stream, cancellationToken);
        var beaten = time.GetTimestamp();
        while (true)
        {
            var changed = signals.Changed.Next;
            var (events, floor) = await store.ReadEventsAsync(cursor, EventsAtATime, cancellationToken);
            if (cursor < floor)
            {
                throw TooOld(cursor, floor);
            }

            // Asked again for each page: an actor may have come into the ledger with it, or an article into the group.
            var keys = events.Count > 0 && (filter.Actor.Length > 0 || isGroup) ? await store.ResolveAsync(named, cancellationToken) : null;
            var group = keys?.Group is { } articles ? (await store.ReadArticlesAsync(articles, cancellationToken)).Values.Select(article => article.Id).ToHashSet(StringComparer.Ordinal) : null;
            foreach (var change in events)
            {
                cursor = change.Cursor;
                if (matcher.Matches(change, keys?.Actors, group))
                {
                    change.Event.Cursor = Format(cursor);
                    await stream.WriteAsync(change.Event, cancellationToken);
                    beaten = time.GetTimestamp();
                }
            }

            var silence = _options.HeartbeatInterval - time.GetElapsedTime(beaten);
            if (silence <= TimeSpan.Zero || (events.Count < EventsAtATime && !await Signal.WaitAsync(changed, silence, time, cancellationToken)))
            {
                // Its cursor spares a client with a narrow filter from reading again what did not concern it.
                await BeatAsync(cursor, stream, cancellationToken);
                beaten = time.GetTimestamp();
            }
        }
    }

    private RpcException TooOld(long cursor, long floor) => new(new Status(
        StatusCode.OutOfRange,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Events up to cursor {floor} are no longer kept (Query:EventRetention is {_options.EventRetention}); {floor - cursor} of them came after cursor {cursor}. "
            + $"To catch up take last_cursor of GetLedgerStatus, read what you need with ListStances or ListChanges, then watch from that cursor.")));

    private async Task FollowReplayAsync(long codebookVersion, IServerStreamWriter<ReplayProgress> stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = signals.Changed.Next;
            var progress = await store.GetReplayProgressAsync(cancellationToken);
            progress.Complete = progress.Waiting == 0 && progress.CodebookVersion >= codebookVersion;
            await stream.WriteAsync(progress, cancellationToken);
            if (progress.Complete)
            {
                return;
            }

            await Signal.WaitAsync(changed, _options.HeartbeatInterval, time, cancellationToken);
            await Task.Delay(ProgressPause, time, cancellationToken);
        }
    }

    private Task BeatAsync(long cursor, IServerStreamWriter<WatchEvent> stream, CancellationToken cancellationToken) =>
        stream.WriteAsync(new WatchEvent { Cursor = Format(cursor), At = time.GetUtcNow().ToTimestamp(), Heartbeat = new Heartbeat() }, cancellationToken);

    private static string Format(long cursor) => cursor.ToString(CultureInfo.InvariantCulture);
}
