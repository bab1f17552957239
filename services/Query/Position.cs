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
/// <param name="Label">The position.</param>
/// <param name="IsConditional">True when it holds under a condition only.</param>
/// <param name="Confidence">In millionths, so that sums are exact in whatever order.</param>
internal readonly record struct Position(
    long Row, LedgerArticle Article, int Start, long Date, string Represents, Proto.StanceLabel Label, bool IsConditional, int Confidence)
{
    /// <summary>Order of a timeline.</summary>
    public ListKey ByDate => new(Date, Article.Key, Start, Row);

    /// <summary>Order of articles and text.</summary>
    public ListKey ByText => new(Article.Key, Start, Row, 0);

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

/// <summary>All positions of one holder on one issue, in the order of their dates.</summary>
internal sealed class Pair(int issue, int holder)
{
    private readonly List<Position> _positions = [];
    private IReadOnlyList<ChangePoint>? _changes;

    public int Issue { get; } = issue;

    public int Holder { get; } = holder;

    public ReadOnlySpan<Position> Positions => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_positions);

    /// <summary>How the position moved, by all that is known. Kept until something changes; readers may work it out twice at the same time.</summary>
    public IReadOnlyList<ChangePoint> Changes => _changes ??= ChangeReader.Read(Positions, StanceFilter.None);

    /// <summary>Appends without order; <see cref="Sort"/> follows.</summary>
    public void Append(in Position position) => _positions.Add(position);

    public void Sort() => _positions.Sort(static (left, right) => left.ByDate.CompareTo(right.ByDate));

    public void Add(in Position position)
    {
        Remove(position.Row);
        int low = 0, high = _positions.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _positions[middle].ByDate.CompareTo(position.ByDate) < 0 ? (middle + 1, high) : (low, middle);
        }
        _positions.Insert(low, position);
        _changes = null;
    }

    public void Remove(long row)
    {
        if (_positions.FindIndex(position => position.Row == row) is var index and >= 0)
        {
            _positions.RemoveAt(index);
            _changes = null;
        }
    }
}
