using Microsoft.Extensions.Options;

namespace Sikap.Ingestion;

/// <summary>
/// How many stored articles the bus has not taken yet. Above <see cref="IngestionOptions.MaxUnpublished"/> no more are accepted, so that a long outage of the broker ends in a refusal and not in a
/// full disk. Counted here as articles come and go and corrected from the store, which other instances may share, at the sweeps; so the limit holds roughly. Thread-safe.
/// </summary>
internal sealed class Backlog(IOptions<IngestionOptions> options)
{
    private long _count;
    private volatile bool _known;

    public bool IsFull => Volatile.Read(ref _count) >= options.Value.MaxUnpublished;

    /// <summary>True when the store should be asked: at first, and where the limit comes near.</summary>
    public bool IsDue => !_known || Volatile.Read(ref _count) >= options.Value.MaxUnpublished / 2;

    public void Add() => Interlocked.Increment(ref _count);

    public void Remove() => Interlocked.Decrement(ref _count);

    /// <summary>What the store says.</summary>
    public void Set(long count)
    {
        Volatile.Write(ref _count, count);
        _known = true;
    }
}
