using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>What the questions over many stances need of an article.</summary>
/// <param name="Key">Its key in the store; rises with the order of arrival.</param>
/// <param name="Publisher">Comparable name of the outlet.</param>
/// <param name="Origin">Comparable name of the outlet that its chain of credits ends with; empty when the report is its publisher's own.</param>
/// <param name="Report">Name of the group of articles with nearly the same text; empty when it is not known.</param>
/// <param name="Date">Publication, see <see cref="DateKey.Number"/>.</param>
/// <param name="Tie">Decides between equals by the article's identity, so that the same articles give the same answer in whatever order they arrive; see <see cref="TieOf"/>.</param>
internal sealed record LedgerArticle(long Key, string Publisher, string Origin, string Report, long Date, long Tie)
{
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

/// <summary>What the questions over many stances need of a stance, as a store tells it.</summary>
/// <param name="Row">Its key in the store.</param>
/// <param name="Article">Where it stands.</param>
/// <param name="Start">First UTF-16 code unit of its evidence.</param>
/// <param name="Date">When it was stated, else the article's date; see <see cref="DateKey.Number"/>.</param>
/// <param name="Represents">Comparable name of whom the holder speaks for here; empty when nobody is known.</param>
/// <param name="Label">The position.</param>
/// <param name="IsConditional">True when it holds under a condition only.</param>
/// <param name="Confidence">In millionths, so that sums are exact in whatever order.</param>
internal readonly record struct Position(
    long Row, LedgerArticle Article, int Start, long Date, string Represents, Proto.StanceLabel Label, bool IsConditional, int Confidence);

/// <summary>A position and whose it is on what; keys of the store.</summary>
internal readonly record struct StoredPosition(int Issue, int Holder, Position Position);

/// <summary>That a position came or went.</summary>
/// <param name="Cursor">Cursor of the event; events that concern no stance have a row of 0.</param>
/// <param name="Row">The stance.</param>
/// <param name="Issue">Its issue.</param>
/// <param name="Holder">Its holder.</param>
/// <param name="Added">The position; null when it went, or has gone since.</param>
internal sealed record PositionChange(long Cursor, long Row, int Issue, int Holder, Position? Added);
