using System.Runtime.InteropServices;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>
/// All positions in memory, by holder and issue: what the questions over many stances are answered from. It is read from the store once and then follows the store's events,
/// so whoever asks after a write sees it, whatever process wrote. About 140 bytes per stance. Thread-safe.
/// </summary>
internal sealed class LedgerIndex(IReadModel store) : IDisposable
{
    private const int ChangesAtATime = 4096;

    private readonly SemaphoreSlim _updating = new(1, 1);
    private readonly ReaderWriterLockSlim _lock = new();
    private LedgerView _view = new();
    private long _cursor = -1;

    /// <summary>Answers from all that is committed. <paramref name="question"/> must not keep spans of the view.</summary>
    public async Task<T> AskAsync<T>(Func<LedgerView, T> question, CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken);
        _lock.EnterReadLock();
        try
        {
            return question(_view);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>Takes over what was committed since the last time.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (await store.GetLastEventAsync(cancellationToken) <= Volatile.Read(ref _cursor))
        {
            return;
        }
        await _updating.WaitAsync(cancellationToken);
        try
        {
            while (_cursor < 0 || !await TryFollowAsync(cancellationToken))
            {
                await LoadAsync(cancellationToken);
            }
        }
        finally
        {
            _updating.Release();
        }
    }

    public void Dispose()
    {
        _updating.Dispose();
        _lock.Dispose();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var view = new LedgerView();
        var cursor = await store.ReadPositionsAsync(view.Append, cancellationToken);
        view.Know(await store.ReadActorsAsync(null, cancellationToken));
        view.Sort();
        Change(() => _view = view, cursor);
    }

    /// <summary>False when events that were not read yet are no longer kept.</summary>
    private async Task<bool> TryFollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changes = await store.ReadPositionChangesAsync(_cursor, ChangesAtATime, cancellationToken);
            if (_cursor < changes.Floor)
            {
                return false;
            }
            if (changes.Items.Count == 0)
            {
                return true;
            }

            var unknown = changes.Items.Where(change => change.Added is not null && !_view.Knows(change.Holder)).Select(change => change.Holder).ToHashSet();
            var actors = await store.ReadActorsAsync(unknown, cancellationToken);
            Change(
                () =>
                {
                    _view.Know(actors);
                    foreach (var change in changes.Items.Where(change => change.Row > 0))
                    {
                        _view.Apply(change);
                    }
                },
                changes.Items[^1].Cursor);
        }
    }

    private void Change(Action change, long cursor)
    {
        _lock.EnterWriteLock();
        try
        {
            change();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
        Volatile.Write(ref _cursor, cursor);
    }
}

/// <summary>The positions as a question sees them; valid while it is asked.</summary>
internal sealed class LedgerView
{
    private readonly PositionTable _table = new();
    private readonly List<Pair> _pairs = [];
    private readonly Dictionary<(int Issue, int Holder), int> _numbers = [];
    private readonly Dictionary<int, List<Pair>> _byIssue = [];
    private readonly Dictionary<int, List<Pair>> _byHolder = [];
    private readonly Dictionary<int, Proto.Actor> _actors = [];

    /// <summary>The pairs that <paramref name="filter"/> takes; one whose positions have all gone stays without any.</summary>
    public IEnumerable<Pair> Pairs(StanceFilter filter)
    {
        IEnumerable<Pair> narrowed =
            filter.Holders is { } holders ? holders.SelectMany(holder => _byHolder.GetValueOrDefault(holder, []))
            : filter.Issue is { } issue ? _byIssue.GetValueOrDefault(issue, [])
            : _pairs;
        return narrowed.Where(filter.Takes);
    }

    /// <summary>Stretches of memory that hold all positions that <paramref name="filter"/> takes, and others.</summary>
    public IEnumerable<ReadOnlyMemory<Position>> Stretches(StanceFilter filter) =>
        filter.Holders is null && filter.Issue is null ? [_table.Slots] : Pairs(filter).Select(pair => pair.Positions);

    /// <summary>How many positions of each pair <paramref name="filter"/> takes, by the pair's number; null when it takes whole pairs.</summary>
    public int[]? Count(StanceFilter filter)
    {
        if (filter.TakesWholePairs)
        {
            return null;
        }
        var counts = new int[_pairs.Count];
        foreach (var stretch in Stretches(filter))
        {
            foreach (ref readonly var position in stretch.Span)
            {
                if (filter.Takes(position))
                {
                    counts[position.Pair]++;
                }
            }
        }
        return counts;
    }

    /// <summary>The pairs that <paramref name="filter"/> takes with one position at least.</summary>
    public IEnumerable<Pair> PairsWithPositions(StanceFilter filter)
    {
        var counts = filter.Holders is null && filter.Issue is null ? Count(filter) : null;
        return Pairs(filter).Where(pair => counts is null ? pair.Count > 0 : counts[pair.Number] > 0);
    }

    /// <summary>Pairs, those of one holder together, among them all that <paramref name="filter"/> takes.</summary>
    public IEnumerable<IReadOnlyList<Pair>> ByHolder(StanceFilter filter) =>
        filter.Holders is { } holders ? holders.Select(holder => _byHolder.GetValueOrDefault(holder, []))
        : filter.Issue is { } issue ? _byIssue.GetValueOrDefault(issue, []).Select(pair => (IReadOnlyList<Pair>)[pair])
        : _byHolder.Values;

    /// <summary>Values by the number of their pairs.</summary>
    public T?[] ByNumber<T>(IEnumerable<(Pair Pair, T Value)> values)
        where T : class
    {
        var byNumber = new T?[_pairs.Count];
        foreach (var (pair, value) in values)
        {
            byNumber[pair.Number] = value;
        }
        return byNumber;
    }

    /// <summary>How many positions there are, those that have gone since not always taken off.</summary>
    public int Positions => _table.Slots.Length;

    /// <summary>The pair of this number.</summary>
    public Pair Pair(int number) => _pairs[number];

    /// <summary>The pair of a holder on an issue; null when there is none.</summary>
    public Pair? Find(int issue, int holder) => _numbers.TryGetValue((issue, holder), out var number) ? _pairs[number] : null;

    /// <summary>The holder as it is shown.</summary>
    public Proto.Actor Actor(int holder) => _actors[holder];

    /// <summary>True when nothing more can be learnt of a holder.</summary>
    public bool Knows(int holder) => _actors.TryGetValue(holder, out var actor) && actor.Represents.Length > 0;

    public void Know(IReadOnlyDictionary<int, Proto.Actor> actors)
    {
        foreach (var (key, actor) in actors)
        {
            _actors[key] = actor;
        }
    }

    /// <summary>Appends without order; <see cref="Sort"/> follows.</summary>
    public void Append(StoredPosition stored) => _table.Add(stored.Position with { Pair = Ensure(stored.Issue, stored.Holder) });

    /// <summary>Puts in order what was appended, and works out how each position moved, so that the first who asks does not wait for it.</summary>
    public void Sort()
    {
        _table.Sort();
        var slots = _table.Slots.Span;
        for (var slot = 0; slot < slots.Length; slot++)
        {
            _pairs[slots[slot].Pair].Adopt(slot);
        }
        foreach (var pair in _pairs)
        {
            _ = pair.Changes;
        }
    }

    public void Apply(PositionChange change)
    {
        if (change.Added is { } position)
        {
            _pairs[Ensure(change.Issue, change.Holder)].Add(position);
        }
        else
        {
            Find(change.Issue, change.Holder)?.Remove(change.Row);
        }
    }

    private int Ensure(int issue, int holder)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, (issue, holder), out var known);
        if (!known)
        {
            number = _pairs.Count;
            var pair = new Pair(_table, number, issue, holder);
            _pairs.Add(pair);
            List(_byIssue, issue).Add(pair);
            List(_byHolder, holder).Add(pair);
        }
        return number;

        static List<Pair> List(Dictionary<int, List<Pair>> lists, int key) => CollectionsMarshal.GetValueRefOrAddDefault(lists, key, out _) ??= [];
    }
}
