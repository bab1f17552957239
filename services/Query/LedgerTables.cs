using System.Runtime.InteropServices;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>
/// A position as the index keeps it: 48 bytes of numbers. There are millions of them, and neither a scan nor the garbage collector may follow a reference for each.
/// </summary>
internal readonly struct Entry
{
    private const int LabelShift = 24;
    private const int ConditionalBit = 1 << 30;

    // Confidence, label and condition in one number: two bytes more would cost eight.
    private readonly int _packed;

    /// <param name="position">As the store tells it.</param>
    /// <param name="article">Number of its article.</param>
    /// <param name="pair">Number of its holder and issue.</param>
    /// <param name="represents">Number of the name of whom the holder speaks for here.</param>
    /// <param name="publisher">Number of the outlet's name.</param>
    public Entry(in Position position, int article, int pair, int represents, int publisher)
    {
        (Row, Date, Start) = (position.Row, position.Date, position.Start);
        ArticleKey = checked((int)position.Article.Key);
        Tie = (int)(position.Article.Tie >> 32);
        (Article, Pair, Represents, Publisher) = (article, pair, represents, publisher);
        _packed = position.Confidence | ((int)position.Label << LabelShift) | (position.IsConditional ? ConditionalBit : 0);
    }

    /// <summary>Key of the stance in the store.</summary>
    public long Row { get; }

    /// <summary>When it was stated, else the article's date; see <see cref="DateKey.Number"/>.</summary>
    public long Date { get; }

    /// <summary>Number of the article, see <see cref="LedgerView.Article"/>.</summary>
    public int Article { get; }

    /// <summary>Key of the article in the store.</summary>
    public int ArticleKey { get; }

    /// <summary>First UTF-16 code unit of its evidence.</summary>
    public int Start { get; }

    /// <summary>Number of the holder and issue, see <see cref="LedgerView.Pair"/>.</summary>
    public int Pair { get; }

    /// <summary>Number of the name of whom the holder speaks for here, see <see cref="LedgerView.Name"/>; 0 when nobody is known.</summary>
    public int Represents { get; }

    /// <summary>Number of the outlet's name.</summary>
    public int Publisher { get; }

    /// <summary>See <see cref="LedgerArticle.Tie"/>; half of its bits.</summary>
    public int Tie { get; }

    /// <summary>In millionths.</summary>
    public int Confidence => _packed & ((1 << LabelShift) - 1);

    /// <summary>The position; unspecified in a slot of the table that is free.</summary>
    public Proto.StanceLabel Label => (Proto.StanceLabel)((_packed & ~ConditionalBit) >> LabelShift);

    /// <summary>True when it holds under a condition only.</summary>
    public bool IsConditional => (_packed & ConditionalBit) != 0;

    /// <summary>Order of a timeline.</summary>
    public ListKey ByDate => new(Date, ArticleKey, Start, Row);

    /// <summary>Order of articles and text.</summary>
    public ListKey ByText => new(ArticleKey, Start, Row, 0);

    /// <summary>Order of evidence: more confidence, then the later date, then an order that does not depend on what was stored first.</summary>
    public bool IsBetterThan(in Entry other) =>
        Confidence != other.Confidence ? Confidence > other.Confidence
        : Day != other.Day ? Day > other.Day
        : Tie != other.Tie ? Tie < other.Tie
        : Start < other.Start;

    private long Day => Date == DateKey.UndatedNumber ? 0 : Date;
}

/// <summary>An article as the index keeps it; numbers only, like <see cref="Entry"/>.</summary>
/// <param name="Key">Its key in the store.</param>
/// <param name="Origin">Number of the name of the outlet that its chain of credits ends with; 0 when the report is its publisher's own.</param>
/// <param name="Report">Number of the name of the group of articles with nearly the same text; 0 when it is not known.</param>
/// <param name="Date">Publication, see <see cref="DateKey.Number"/>.</param>
internal readonly record struct ArticleEntry(long Key, int Origin, int Report, long Date);

/// <summary>All positions, one after the other in memory: to look at each of a million takes some milliseconds, to follow a reference to each a hundred.</summary>
internal sealed class EntryTable
{
    private const int FirstSize = 1024;

    private readonly Stack<int> _free = new();
    private Entry[] _slots = new Entry[FirstSize];
    private int _end;

    /// <summary>Every slot, free ones included.</summary>
    public ReadOnlyMemory<Entry> Slots => _slots.AsMemory(0, _end);

    public ref readonly Entry this[int slot] => ref _slots[slot];

    /// <summary>Adds one and says where.</summary>
    public int Add(in Entry entry)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _end++;
            if (slot == _slots.Length)
            {
                Array.Resize(ref _slots, slot * 2);
            }
        }
        _slots[slot] = entry;
        return slot;
    }

    public void Remove(int slot)
    {
        _slots[slot] = default;
        _free.Push(slot);
    }

    /// <summary>Puts each pair's entries together, in the order of their dates; before any is removed.</summary>
    public void Sort() => Array.Sort(
        _slots, 0, _end, Comparer<Entry>.Create(static (left, right) => left.Pair != right.Pair ? left.Pair.CompareTo(right.Pair) : left.ByDate.CompareTo(right.ByDate)));
}

/// <summary>Whoever holds positions.</summary>
internal sealed class Holder(int number, int key)
{
    /// <summary>Number in the index, from 0.</summary>
    public int Number { get; } = number;

    /// <summary>Key in the store.</summary>
    public int Key { get; } = key;

    /// <summary>As it is shown; null until the store has told.</summary>
    public Proto.Actor? Actor { get; set; }

    /// <summary>Number of its comparable name.</summary>
    public int Name { get; set; }

    /// <summary>Those who speak for the same country or organisation; null for nobody known.</summary>
    public HolderGroup? Group { get; set; }

    /// <summary>Its pairs; one whose positions have all gone stays without any.</summary>
    public List<Pair> Pairs { get; } = [];

    /// <summary>All of its positions.</summary>
    public int Count { get; set; }
}

/// <summary>Holders that speak for the same country or organisation, and the counts of all their positions by issue: a matrix that is rolled up adds up no pair while it is asked.</summary>
internal sealed class HolderGroup(int name)
{
    private static readonly PairSide[] s_none = new PairSide[PairSide.Labels];

    private readonly Dictionary<int, Counted> _byIssue = [];

    /// <summary>Number of the comparable name.</summary>
    public int Name { get; } = name;

    public HashSet<Holder> Holders { get; } = [];

    /// <summary>Issues that there were positions on.</summary>
    public IEnumerable<int> Issues => _byIssue.Keys;

    /// <summary>Counts all positions on an issue; <paramref name="pairs"/> are those of everybody.</summary>
    public PairSide[] Sides(int issue, IEnumerable<Pair> pairs)
    {
        if (!_byIssue.TryGetValue(issue, out var counted))
        {
            return s_none;
        }
        if (counted.Sides is { } known)
        {
            return known;
        }
        // Several questions may do this at the same time; that nothing is added meanwhile is the index's affair.
        var sides = new PairSide[PairSide.Labels];
        foreach (var pair in pairs.Where(pair => pair.Holder.Group == this))
        {
            pair.AddTo(sides);
        }
        return counted.Sides = sides;
    }

    /// <summary>Adds all positions of a pair of one of the holders.</summary>
    public void Add(Pair pair) => pair.AddTo(CountedOn(pair.Issue).Sides ??= new PairSide[PairSide.Labels]);

    /// <summary>Adds a position of one of the holders.</summary>
    public void Add(int issue, in Entry entry) => CountedOn(issue).Sides?[(int)entry.Label].Add(entry);

    /// <summary>Counts the issue again when it is asked for.</summary>
    public void Forget(int issue) => CountedOn(issue).Sides = null;

    private Counted CountedOn(int issue) => CollectionsMarshal.GetValueRefOrAddDefault(_byIssue, issue, out _) ??= new Counted();

    private sealed class Counted
    {
        /// <summary>Null where something went away since it was counted.</summary>
        public PairSide[]? Sides { get; set; }
    }
}

/// <summary>All positions of one holder on one issue, in the order of their dates.</summary>
internal sealed class Pair(EntryTable table, int number, int issue, Holder holder)
{
    // Fewer are counted as fast as their counts are added, which take the room of five.
    private const int MinCounted = 8;

    // Null while the positions lie together in the table, from _first on, as they do after it was sorted.
    private List<int>? _slots;
    private int _first;
    private int _count;
    private ChangePoint[]? _changes;
    private PairSide[]? _sides;

    public int Number { get; } = number;

    /// <summary>Key of the issue in the store.</summary>
    public int Issue { get; } = issue;

    public Holder Holder { get; } = holder;

    public int Count => _slots?.Count ?? _count;

    public ReadOnlyMemory<Entry> Entries => _slots is null ? table.Slots.Slice(_first, _count) : _slots.ConvertAll(slot => table[slot]).ToArray();

    /// <summary>How the position moved, by all that is known. Kept until something changes; readers may work it out twice at the same time.</summary>
    public ChangePoint[] Changes => _changes ??= ReadChanges();

    /// <summary>Adds all positions to the counts of a cell; the counts of many are kept like <see cref="Changes"/>.</summary>
    public void AddTo(Span<PairSide> sides)
    {
        if (Count < MinCounted)
        {
            CountInto(sides);
            return;
        }
        if (_sides is not { } own)
        {
            own = new PairSide[PairSide.Labels];
            CountInto(own);
            _sides = own;
        }
        for (var label = 0; label < own.Length; label++)
        {
            sides[label].Add(own[label]);
        }
    }

    /// <summary>Takes over the next slots of a sorted table.</summary>
    public void Adopt(int slot)
    {
        _first = _count == 0 ? slot : _first;
        _count++;
    }

    public void Add(in Entry entry)
    {
        _slots ??= [.. Enumerable.Range(_first, _count)];
        var key = entry.ByDate;
        int low = 0, high = _slots.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = table[_slots[middle]].ByDate.CompareTo(key) < 0 ? (middle + 1, high) : (low, middle);
        }
        _slots.Insert(low, table.Add(entry));
        (_changes, _sides) = (null, null);
    }

    /// <summary>False when there was none.</summary>
    public bool Remove(long row)
    {
        _slots ??= [.. Enumerable.Range(_first, _count)];
        var index = _slots.FindIndex(slot => table[slot].Row == row);
        if (index < 0)
        {
            return false;
        }
        table.Remove(_slots[index]);
        _slots.RemoveAt(index);
        (_changes, _sides) = (null, null);
        return true;
    }

    private ChangePoint[] ReadChanges()
    {
        var changes = new List<ChangePoint>();
        ChangeReader.Read(Entries.Span, changes);
        return [.. changes];
    }

    private void CountInto(Span<PairSide> sides)
    {
        foreach (ref readonly var entry in Entries.Span)
        {
            sides[(int)entry.Label].Add(entry);
        }
    }
}

/// <summary>What is counted of positions with one label.</summary>
internal struct PairSide
{
    /// <summary>How many labels there are, the unspecified one included.</summary>
    public const int Labels = 4;

    public int Count { get; private set; }

    public long Confidence { get; private set; }

    /// <summary>Date of the latest; 0 when none has one.</summary>
    public long Latest { get; private set; }

    /// <summary>The best evidence.</summary>
    public Entry Best { get; private set; }

    public void Add(in Entry entry)
    {
        if (Count == 0 || entry.IsBetterThan(Best))
        {
            Best = entry;
        }
        Latest = Math.Max(Latest, entry.Date == DateKey.UndatedNumber ? 0 : entry.Date);
        Confidence += entry.Confidence;
        Count++;
    }

    public void Add(in PairSide other)
    {
        if (other.Count == 0)
        {
            return;
        }
        if (Count == 0 || other.Best.IsBetterThan(Best))
        {
            Best = other.Best;
        }
        Latest = Math.Max(Latest, other.Latest);
        Confidence += other.Confidence;
        Count += other.Count;
    }
}
