using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>What the questions over many stances need of an article.</summary>
/// <param name="Key">Its key in the store; rises with the order of arrival.</param>
/// <param name="Publisher">Comparable name of the outlet.</param>
/// <param name="Origin">Comparable name of the outlet that its chain of credits ends with; empty when the report is its publisher's own.</param>
/// <param name="Signature">See <see cref="TextSignature"/>; 0 = none.</param>
/// <param name="Date">Publication, see <see cref="DateKey.Number"/>.</param>
/// <param name="Tie">Decides between equals by the article's identity, so that the same articles give the same answer in whatever order they arrive; see <see cref="TieOf"/>.</param>
internal sealed record LedgerArticle(long Key, string Publisher, string Origin, long Signature, long Date, long Tie)
{
    public bool Equals(LedgerArticle? other) => other is not null && Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode();

    /// <summary>The same number for the same id in every process (FNV-1a, 64 bits).</summary>
    public static long TieOf(string id)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in id)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }
        return (long)hash;
    }
}

/// <summary>What the questions over many stances need of a stance.</summary>
/// <param name="Row">Its key in the store.</param>
/// <param name="Article">Where it stands.</param>
/// <param name="Start">First UTF-16 code unit of its evidence.</param>
/// <param name="Date">When it was stated, else the article's date; see <see cref="DateKey.Number"/>.</param>
/// <param name="Represents">Comparable name of whom the holder speaks for here; empty when nobody is known.</param>
/// <param name="Label">The position; unspecified in a slot of the table that is free.</param>
/// <param name="IsConditional">True when it holds under a condition only.</param>
/// <param name="Confidence">In millionths, so that sums are exact in whatever order.</param>
internal readonly record struct Position(
    long Row, LedgerArticle Article, int Start, long Date, string Represents, Proto.StanceLabel Label, bool IsConditional, int Confidence)
{
    /// <summary>Number of the holder and issue, see <see cref="LedgerView.Pair"/>.</summary>
    public int Pair { get; init; }

    // Kept beside the article: a scan over everything must not follow a reference for each stance.
    private readonly int _articleKey = (int)Article.Key;

    /// <summary>Comparable name of the outlet.</summary>
    public string Publisher { get; } = Article.Publisher;

    /// <summary>Order of a timeline.</summary>
    public ListKey ByDate => new(Date, _articleKey, Start, Row);

    /// <summary>Order of articles and text.</summary>
    public ListKey ByText => new(_articleKey, Start, Row, 0);

    /// <summary>Order of evidence: more confidence, then the later date, then an order that does not depend on what was stored first.</summary>
    public bool IsBetterThan(in Position other) =>
        Confidence != other.Confidence ? Confidence > other.Confidence
        : Day != other.Day ? Day > other.Day
        : Article.Tie != other.Article.Tie ? Article.Tie < other.Article.Tie
        : Start < other.Start;

    private long Day => Date == DateKey.UndatedNumber ? 0 : Date;
}

/// <summary>A position and whose it is on what; keys of the store.</summary>
internal readonly record struct StoredPosition(int Issue, int Holder, Position Position);

/// <summary>That a position came or went.</summary>
/// <param name="Cursor">Cursor of the event; events that concern no stance have a row of 0.</param>
/// <param name="Row">The stance.</param>
/// <param name="Issue">Its issue.</param>
/// <param name="Holder">Its holder.</param>
/// <param name="Added">The position; null when it went, or has gone since.</param>
internal sealed record PositionChange(long Cursor, long Row, int Issue, int Holder, Position? Added);

/// <summary>All positions, one after the other in memory: to look at each of a million takes some milliseconds, to follow a reference to each a hundred.</summary>
internal sealed class PositionTable
{
    private const int FirstSize = 1024;

    private readonly Stack<int> _free = new();
    private Position[] _slots = new Position[FirstSize];
    private int _end;

    /// <summary>Every slot, free ones included.</summary>
    public ReadOnlyMemory<Position> Slots => _slots.AsMemory(0, _end);

    public ref readonly Position this[int slot] => ref _slots[slot];

    /// <summary>Adds one and says where.</summary>
    public int Add(in Position position)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _end++;
            if (slot == _slots.Length)
            {
                Array.Resize(ref _slots, slot * 2);
            }
        }
        _slots[slot] = position;
        return slot;
    }

    public void Remove(int slot)
    {
        _slots[slot] = default;
        _free.Push(slot);
    }

    /// <summary>Puts each pair's positions together, in the order of their dates; before any is removed.</summary>
    public void Sort() => Array.Sort(
        _slots, 0, _end, Comparer<Position>.Create(static (left, right) => left.Pair != right.Pair ? left.Pair.CompareTo(right.Pair) : left.ByDate.CompareTo(right.ByDate)));
}

/// <summary>All positions of one holder on one issue, in the order of their dates.</summary>
internal sealed class Pair(PositionTable table, int number, int issue, int holder)
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

    public int Issue { get; } = issue;

    public int Holder { get; } = holder;

    public int Count => _slots?.Count ?? _count;

    public ReadOnlyMemory<Position> Positions => _slots is null ? table.Slots.Slice(_first, _count) : _slots.ConvertAll(slot => table[slot]).ToArray();

    /// <summary>How the position moved, by all that is known. Kept until something changes; readers may work it out twice at the same time.</summary>
    public ChangePoint[] Changes => _changes ??= ChangeReader.Read(Positions.Span, StanceFilter.None);

    /// <summary>Adds all positions to a cell; the counts of many are kept like <see cref="Changes"/>.</summary>
    public void AddTo(MatrixCellCount cell)
    {
        if (Count >= MinCounted)
        {
            cell.Add(_sides ??= CountSides());
            return;
        }
        foreach (ref readonly var position in Positions.Span)
        {
            cell.Add(position);
        }
    }

    /// <summary>Takes over the next slots of a sorted table.</summary>
    public void Adopt(int slot)
    {
        _first = _count == 0 ? slot : _first;
        _count++;
    }

    public void Add(in Position position)
    {
        Remove(position.Row);
        _slots ??= [.. Enumerable.Range(_first, _count)];
        var key = position.ByDate;
        int low = 0, high = _slots.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = table[_slots[middle]].ByDate.CompareTo(key) < 0 ? (middle + 1, high) : (low, middle);
        }
        _slots.Insert(low, table.Add(position with { Pair = Number }));
        (_changes, _sides) = (null, null);
    }

    public void Remove(long row)
    {
        _slots ??= [.. Enumerable.Range(_first, _count)];
        if (_slots.FindIndex(slot => table[slot].Row == row) is var index and >= 0)
        {
            table.Remove(_slots[index]);
            _slots.RemoveAt(index);
            (_changes, _sides) = (null, null);
        }
    }

    private PairSide[] CountSides()
    {
        var sides = new PairSide[4];
        foreach (ref readonly var position in Positions.Span)
        {
            sides[(int)position.Label].Add(position);
        }
        return sides;
    }
}
