using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;

namespace Sikap.Query;

/// <summary>
/// Writes classified articles in bulk: while one transaction is under way, what arrives gathers and goes into the next one together.
/// Each message still has its own outcome, so that one which cannot be stored does not take its neighbours along to the error queue.
/// </summary>
internal sealed class IndexWriter(IReadModel store, LedgerSignals signals, TimeProvider time, IOptions<QueryOptions> options) : IDisposable
{
    private readonly ConcurrentQueue<Pending> _pending = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly int _maxBatch = options.Value.MaxBatch;

    /// <summary>Completes when <paramref name="message"/> is committed.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task<IndexedArticle> WriteAsync(StancesClassified message, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity("index article");
        var pending = new Pending(message);
        _pending.Enqueue(pending);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Whoever holds the gate writes for all; most find their own message done by then.
            while (!pending.Outcome.Task.IsCompleted)
            {
                await WriteNextBatchAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
        return await pending.Outcome.Task;
    }

    /// <summary>Takes over a change of the codebook.</summary>
    public async Task ApplyAsync(IssueChanged change, CancellationToken cancellationToken)
    {
        await store.ApplyAsync(change, cancellationToken);
        signals.Changed.Raise();
        signals.Waiting.Raise();
    }

    public void Dispose() => _gate.Dispose();

    private async Task WriteNextBatchAsync()
    {
        var batch = new List<Pending>();
        while (batch.Count < _maxBatch && _pending.TryDequeue(out var next))
        {
            batch.Add(next);
        }

        try
        {
            await WriteAsync(batch);
        }
        catch (Exception e) when (e is not StoreUnavailableException && batch.Count > 1)
        {
            foreach (var one in batch)
            {
                await TryWriteAsync([one]);
            }
        }
        catch (Exception e)
        {
            Fail(batch, e);
        }
    }

    private async Task TryWriteAsync(List<Pending> batch)
    {
        try
        {
            await WriteAsync(batch);
        }
        catch (Exception e)
        {
            Fail(batch, e);
        }
    }

    private async Task WriteAsync(List<Pending> batch)
    {
        var started = time.GetTimestamp();
        // The batch belongs to many callers; none of them may cancel it for the others.
        var indexed = await store.WriteAsync([.. batch.Select(pending => pending.Message)], CancellationToken.None);
        var now = time.GetUtcNow();
        Telemetry.BatchSize.Record(batch.Count);
        Telemetry.WriteDuration.Record(time.GetElapsedTime(started).TotalSeconds);
        foreach (var (pending, article) in batch.Zip(indexed))
        {
            Telemetry.StancesAdded.Add(article.StancesAdded);
            Telemetry.StancesRemoved.Add(article.StancesRemoved);
            if (article.IsNew)
            {
                Telemetry.ArticlesIndexed.Add(1);
                Telemetry.EndToEndDuration.Record((now - pending.Message.AcceptedAt).TotalSeconds);
            }
            pending.Outcome.SetResult(article);
        }
        signals.Changed.Raise();
        // One that waited before is on its way or will be asked for again; a classifier that stays behind must not keep the replay spinning.
        if (indexed.Any(article => article.BeganToWait))
        {
            signals.Waiting.Raise();
        }
    }

    private static void Fail(List<Pending> batch, Exception e)
    {
        foreach (var pending in batch)
        {
            pending.Outcome.SetException(e);
        }
    }

    private sealed record Pending(StancesClassified Message)
    {
        public TaskCompletionSource<IndexedArticle> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
