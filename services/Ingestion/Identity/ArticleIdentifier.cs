using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>
/// Tells of each article which others it revises, copies or goes with. What was told is a log in the store; an instance keeps it in memory and reads what came since. An entry appended under the number
/// behind the last is what tells: of two instances that tell at the same time one finds the number taken and begins again from what the other wrote, so of two copies that come at once the second knows of
/// the first. While one batch is written what comes gathers for the next. Thread-safe.
/// </summary>
internal sealed class ArticleIdentifier(IArticleStore store, IOptions<IngestionOptions> options) : IDisposable
{
    private const int MaxBatch = 256;

    // A quarter of a megabyte; a million entries are read within seconds.
    private const int EntriesPerRead = 512;

    // What is read of so many entries and dropped again takes some 9 MB beside the index.
    private const int EntriesPerCollection = 1 << 13;

    private readonly ConcurrentQueue<Pending> _pending = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly IdentityIndex _index = new(options.Value.ComparedArticles);

    /// <summary>What the article is among those that came before it; told once, the same ever after.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer; nothing may have been told.</exception>
    public async Task<Provenance> IdentifyAsync(ArticleRecord article, CancellationToken cancellationToken)
    {
        var pending = new Pending(Fingerprint.Of(article));
        _pending.Enqueue(pending);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Whoever holds the gate tells for all; most find their own article told by then.
            while (!pending.Told.Task.IsCompleted)
                await TellNextBatchAsync();
        }
        finally
        {
            _gate.Release();
        }

        return await pending.Told.Task;
    }

    /// <summary>Asks the index once it knows everything that was told.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task<T> AskAsync<T>(Func<IdentityIndex, T> question, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await FollowAsync(cancellationToken);
            return question(_index);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task TellNextBatchAsync()
    {
        var batch = new List<Pending>();
        while (batch.Count < MaxBatch && _pending.TryDequeue(out var next))
            batch.Add(next);
        try
        {
            // The batch belongs to many callers; none of them may cancel it for the others.
            await TellAsync(batch, CancellationToken.None);
        }
        catch (Exception exception)
        {
            batch.ForEach(pending => pending.Told.TrySetException(exception));
        }
    }

    private async Task TellAsync(List<Pending> batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            await FollowAsync(cancellationToken);
            batch.RemoveAll(TryTell);
            if (batch.Count == 0)
                return;

            // Each is told from those before it, so they go into the index at once; where they cannot be stored it begins anew with what is.
            var entries = new List<IdentityEntry>();
            var stored = false;
            try
            {
                // What was accepted together comes here in any order.
                foreach (var print in batch.Select(pending => pending.Print).DistinctBy(print => print.ArticleId).OrderBy(print => print.AcceptedAt))
                {
                    var entry = _index.Identify(print, out var doubt);
                    // Where nothing else tells which of two revisions is the later, it is the one that was accepted later.
                    if (doubt is not null && await store.FindStateAsync(doubt.Newest, cancellationToken) is { } newest && print.AcceptedAt < newest.AcceptedAt)
                        entry = doubt.Older;
                    _index.Add(entry);
                    entries.Add(entry);
                }

                stored = await store.AppendIdentitiesAsync(entries, cancellationToken);
            }
            finally
            {
                if (!stored)
                    _index.Remove(entries.Count);
            }

            foreach (var entry in stored ? entries : [])
                Telemetry.ArticlesIdentified.Add(1, new KeyValuePair<string, object?>(Telemetry.IdentityTag, entry.Work != entry.ArticleId ? "Revision" : entry.Report != entry.ArticleId ? "Copy" : "First"));
            Telemetry.IdentitiesHeld.Record(_index.Count);
        }
    }

    private bool TryTell(Pending pending)
    {
        if (_index.TryRead(pending.Print.ArticleId) is not { } told)
            return false;
        pending.Told.TrySetResult(told);
        return true;
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var before = _index.Count;
        var reading = store.ListIdentitiesAsync(before, EntriesPerRead, cancellationToken);
        while (await reading is { Count: > 0 } entries)
        {
            // At a start there are many: the next ones are read while these are taken in.
            reading = Task.Run(() => store.ListIdentitiesAsync(entries[^1].Number, EntriesPerRead, cancellationToken), cancellationToken);
            foreach (var entry in entries)
                _index.Add(entry);

            // Left alone the collector lets some 30 MB of this gather, and the service holds them for good.
            if (entries[^1].Number / EntriesPerCollection != entries[0].Number / EntriesPerCollection)
                GC.Collect(1, GCCollectionMode.Forced, blocking: true);
        }

        if (_index.Count - before > EntriesPerCollection)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private sealed record Pending(Fingerprint Print)
    {
        public TaskCompletionSource<Provenance> Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
