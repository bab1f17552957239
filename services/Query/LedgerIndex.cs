using System.Buffers;
using System.Runtime.InteropServices;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>
/// All positions in memory, by holder and issue: what the questions over many stances are answered from. It is read from the store once and then follows the store's events,
/// so whoever asks after a write sees it, whatever process wrote. About 150 bytes per stance. Thread-safe.
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
    private readonly EntryTable _table = new();
    private readonly List<Pair> _pairs = [];
    // Beside the pairs, by their numbers: what is added up over all pairs is not looked up in each.
    private readonly List<int> _holderOfPair = [];
    private readonly List<int> _issueOfPair = [];
    private readonly Dictionary<(int Issue, int Holder), int> _numbers = [];
    private readonly Dictionary<int, List<Pair>> _byIssue = [];
    private readonly Dictionary<int, Holder> _byKey = [];
    private readonly List<Holder> _holders = [];
    private readonly Dictionary<int, HolderGroup> _groups = [];
    private readonly Dictionary<long, int> _articleNumbers = [];
    private readonly List<ArticleEntry> _articles = [];
    private readonly Dictionary<string, int> _nameNumbers = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<string> _names = [""];

    /// <summary>Everybody who holds or held positions, in the order in which they came into the ledger.</summary>
    public IReadOnlyList<Holder> Holders => _holders;

    /// <summary>How many articles have numbers.</summary>
    public int Articles => _articles.Count;

    /// <summary>How many positions there are, those that have gone since not always taken off.</summary>
    public int Positions => _table.Slots.Length;

    /// <summary>The pairs that <paramref name="filter"/> takes; one whose positions have all gone stays without any.</summary>
    public IEnumerable<Pair> Pairs(StanceFilter filter)
    {
        IEnumerable<Pair> narrowed =
            filter.Holders is { } holders ? holders.SelectMany(PairsOfHolder)
            : filter.Issue is { } issue ? PairsOn(issue)
            : _pairs;
        return filter.Holders is null || filter.Issue is null ? narrowed : narrowed.Where(pair => pair.Issue == filter.Issue);
    }

    /// <summary>The pairs that <paramref name="filter"/> takes, issue by issue.</summary>
    public IEnumerable<IEnumerable<Pair>> PairsByIssue(StanceFilter filter) =>
        filter.Holders is null && filter.Issue is null ? _byIssue.Values : Pairs(filter).GroupBy(pair => pair.Issue);

    /// <summary>The pairs of everybody on an issue.</summary>
    public IReadOnlyList<Pair> PairsOn(int issue) => _byIssue.GetValueOrDefault(issue, []);

    /// <summary>Stretches of memory that hold all positions that <paramref name="filter"/> takes, and others.</summary>
    public IEnumerable<ReadOnlyMemory<Entry>> Stretches(StanceFilter filter) =>
        filter.Holders is null && filter.Issue is null ? [_table.Slots] : Pairs(filter).Select(pair => pair.Entries);

    /// <summary>How many positions of each pair <paramref name="filter"/> takes, by the pair's number. The array comes from the shared pool and may be longer.</summary>
    public int[] Count(StanceFilter filter)
    {
        var counts = ArrayPool<int>.Shared.Rent(_pairs.Count);
        Array.Clear(counts, 0, _pairs.Count);
        foreach (var stretch in Stretches(filter))
        {
            foreach (ref readonly var entry in stretch.Span)
            {
                if (filter.Takes(entry))
                {
                    counts[entry.Pair]++;
                }
            }
        }
        return counts;
    }

    /// <summary>Numbers of the holders of the pairs, by the pairs' numbers.</summary>
    public ReadOnlySpan<int> HolderOfPair => CollectionsMarshal.AsSpan(_holderOfPair);

    /// <summary>Keys of the issues of the pairs, by the pairs' numbers.</summary>
    public ReadOnlySpan<int> IssueOfPair => CollectionsMarshal.AsSpan(_issueOfPair);

    /// <summary>The pair of this number.</summary>
    public Pair Pair(int number) => _pairs[number];

    /// <summary>The pair of a holder on an issue, by their keys; null when there is none.</summary>
    public Pair? Find(int issue, int holder) => _numbers.TryGetValue((issue, holder), out var number) ? _pairs[number] : null;

    /// <summary>The article of this number.</summary>
    public ref readonly ArticleEntry Article(int number) => ref CollectionsMarshal.AsSpan(_articles)[number];

    /// <summary>The comparable name of this number.</summary>
    public string Name(int number) => _names[number];

    /// <summary>Number of a comparable name; -1 when nothing bears it.</summary>
    public int NumberOf(string name) => _nameNumbers.GetValueOrDefault(name, -1);

    /// <summary>True when nothing more can be learnt of a holder.</summary>
    public bool Knows(int holder) => _byKey.TryGetValue(holder, out var known) && known.Actor is { Represents.Length: > 0 };

    public void Know(IReadOnlyDictionary<int, Proto.Actor> actors)
    {
        foreach (var (key, actor) in actors)
        {
            var holder = Ensure(key);
            holder.Actor = actor;
            holder.Name = Number(NameKey.Of(actor.Name));
            var name = Number(NameKey.Of(actor.Represents));
            if ((holder.Group?.Name ?? 0) == name)
            {
                continue;
            }
            Move(holder, name == 0 ? null : CollectionsMarshal.GetValueRefOrAddDefault(_groups, name, out _) ??= new HolderGroup(name));
        }
    }

    /// <summary>Appends without order; <see cref="Sort"/> follows.</summary>
    public void Append(StoredPosition stored)
    {
        var pair = Ensure(stored.Issue, stored.Holder);
        _table.Add(EntryOf(stored.Position, pair));
        pair.Holder.Count++;
    }

    /// <summary>Puts in order what was appended, and works out how each position moved and what is counted, so that the first who asks does not wait for it.</summary>
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
            pair.Holder.Group?.Add(pair);
        }
    }

    public void Apply(PositionChange change)
    {
        if (change.Added is { } position)
        {
            var pair = Ensure(change.Issue, change.Holder);
            Remove(pair, change.Row);
            var entry = EntryOf(position, pair);
            pair.Add(entry);
            pair.Holder.Count++;
            pair.Holder.Group?.Add(pair.Issue, entry);
        }
        else if (Find(change.Issue, change.Holder) is { } pair)
        {
            Remove(pair, change.Row);
        }
    }

    private static void Remove(Pair pair, long row)
    {
        if (pair.Remove(row))
        {
            pair.Holder.Count--;
            pair.Holder.Group?.Forget(pair.Issue);
        }
    }

    private static void Move(Holder holder, HolderGroup? group)
    {
        holder.Group?.Holders.Remove(holder);
        group?.Holders.Add(holder);
        foreach (var pair in holder.Pairs)
        {
            holder.Group?.Forget(pair.Issue);
            group?.Forget(pair.Issue);
        }
        holder.Group = group;
    }

    private List<Pair> PairsOfHolder(int key) => _byKey.TryGetValue(key, out var holder) ? holder.Pairs : [];

    private Entry EntryOf(in Position position, Pair pair)
    {
        var article = position.Article;
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_articleNumbers, article.Key, out var known);
        var told = new ArticleEntry(article.Key, Number(article.Origin), Number(article.Report), article.Date);
        if (known)
        {
            _articles[number] = told;
        }
        else
        {
            number = _articles.Count;
            _articles.Add(told);
        }
        return new Entry(position, number, pair.Number, Number(position.Represents), Number(article.Publisher));
    }

    private int Number(string name)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_nameNumbers, name, out var known);
        if (!known)
        {
            number = _names.Count;
            _names.Add(name);
        }
        return number;
    }

    private Holder Ensure(int key)
    {
        ref var holder = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKey, key, out _);
        if (holder is null)
        {
            holder = new Holder(_holders.Count, key);
            _holders.Add(holder);
        }
        return holder;
    }

    private Pair Ensure(int issue, int holder)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, (issue, holder), out var known);
        if (!known)
        {
            number = _pairs.Count;
            var whose = Ensure(holder);
            var pair = new Pair(_table, number, issue, whose);
            _pairs.Add(pair);
            _holderOfPair.Add(whose.Number);
            _issueOfPair.Add(issue);
            (CollectionsMarshal.GetValueRefOrAddDefault(_byIssue, issue, out _) ??= []).Add(pair);
            whose.Pairs.Add(pair);
            whose.Group?.Forget(issue);
        }
        return _pairs[number];
    }
}
