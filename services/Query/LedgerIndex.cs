using System.Runtime.InteropServices;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>
/// All positions in memory, by holder and issue: what the questions over many stances are answered from. It is read from the store once and then follows the store's events,
/// so whoever asks after a write sees it, whatever process wrote. About 100 bytes per stance. Thread-safe.
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
    private readonly Dictionary<(int Issue, int Holder), Pair> _pairs = [];
    private readonly Dictionary<int, List<Pair>> _byIssue = [];
    private readonly Dictionary<int, List<Pair>> _byHolder = [];
    private readonly Dictionary<int, Proto.Actor> _actors = [];

    /// <summary>The pairs that <paramref name="filter"/> takes.</summary>
    public IEnumerable<Pair> Pairs(StanceFilter filter)
    {
        IEnumerable<Pair> narrowed =
            filter.Holders is { } holders ? holders.SelectMany(holder => _byHolder.GetValueOrDefault(holder, []))
            : filter.Issue is { } issue ? _byIssue.GetValueOrDefault(issue, [])
            : _pairs.Values;
        return narrowed.Where(filter.Takes);
    }

    /// <summary>The pair of a holder on an issue; null when there is none.</summary>
    public Pair? Find(int issue, int holder) => _pairs.GetValueOrDefault((issue, holder));

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

    public void Append(StoredPosition stored) => Ensure(stored.Issue, stored.Holder).Append(stored.Position);

    public void Sort()
    {
        foreach (var pair in _pairs.Values)
        {
            pair.Sort();
        }
    }

    public void Apply(PositionChange change)
    {
        if (change.Added is { } position)
        {
            Ensure(change.Issue, change.Holder).Add(position);
        }
        else if (Find(change.Issue, change.Holder) is { } pair)
        {
            pair.Remove(change.Row);
            if (pair.Positions.IsEmpty)
            {
                _pairs.Remove((change.Issue, change.Holder));
                _byIssue[change.Issue].Remove(pair);
                _byHolder[change.Holder].Remove(pair);
            }
        }
    }

    private Pair Ensure(int issue, int holder)
    {
        ref var pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, (issue, holder), out var known);
        if (!known)
        {
            pair = new Pair(issue, holder);
            List(_byIssue, issue).Add(pair);
            List(_byHolder, holder).Add(pair);
        }
        return pair!;

        static List<Pair> List(Dictionary<int, List<Pair>> lists, int key) => CollectionsMarshal.GetValueRefOrAddDefault(lists, key, out _) ??= [];
    }
}
