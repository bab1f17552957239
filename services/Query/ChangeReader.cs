using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>A point at which a position moved.</summary>
/// <param name="Kind">How.</param>
/// <param name="Row">The stance that shows it.</param>
/// <param name="Label">Its label.</param>
/// <param name="Previous">The stance that shows the position before; 0 for none.</param>
/// <param name="Article">The article of the stance.</param>
/// <param name="Date">Date of the stance.</param>
internal sealed record ChangePoint(Proto.ChangeKind Kind, long Row, Proto.StanceLabel Label, long Previous, long Article, long Date);

/// <summary>
/// Reads how a position moved. Stances are gathered by day first: one weak reading must not turn a position that three others of the same day state, and reports of one day have no order.
/// Undated stances tell nothing of order and are left out.
/// </summary>
internal static class ChangeReader
{
    private const long MinutesDigits = 10_000;

    /// <param name="positions">Of one holder on one issue, in the order of their dates.</param>
    /// <param name="filter">Which of them count.</param>
    public static IReadOnlyList<ChangePoint> Read(ReadOnlySpan<Position> positions, StanceFilter filter)
    {
        var changes = new List<ChangePoint>();
        DayPosition? run = null, last = null;
        for (var i = 0; i < positions.Length && positions[i].Date != DateKey.UndatedNumber;)
        {
            var day = positions[i].Date / MinutesDigits;
            var from = i;
            while (i < positions.Length && positions[i].Date / MinutesDigits == day)
            {
                i++;
            }
            if (DayPosition.Of(positions[from..i], filter, last?.Best.Label) is not { } now)
            {
                continue;
            }

            var kind = last is null ? Proto.ChangeKind.FirstStated : Compare(last.Force, now.Force);
            if (kind != Proto.ChangeKind.Unspecified)
            {
                changes.Add(Point(kind, now, last));
                run = now;
            }
            last = now;
        }
        if (last != run)
        {
            changes.Add(Point(Proto.ChangeKind.LastConfirmed, last!, run));
        }
        return changes;
    }

    /// <summary>What <paramref name="now"/> is against what was: forces run from -2, plainly against, to 2, plainly for.</summary>
    private static Proto.ChangeKind Compare(int before, int now) =>
        before * now < 0 ? Proto.ChangeKind.Reversed
        : Math.Abs(now) < Math.Abs(before) ? Proto.ChangeKind.Softened
        : Math.Abs(now) > Math.Abs(before) ? Proto.ChangeKind.Hardened
        : Proto.ChangeKind.Unspecified;

    private static ChangePoint Point(Proto.ChangeKind kind, DayPosition now, DayPosition? before) =>
        new(kind, now.Best.Row, now.Best.Label, before?.Best.Row ?? 0, now.Best.Article.Key, now.Best.Date);

    private sealed record DayPosition(Position Best, int Force)
    {
        /// <summary>The position of a day; null when no stance counts. Of labels with equal confidence the one held before stays, else the better evidence decides.</summary>
        public static DayPosition? Of(ReadOnlySpan<Position> day, StanceFilter filter, Proto.StanceLabel? before)
        {
            Span<long> sums = stackalloc long[4];
            Span<bool> plain = stackalloc bool[4];
            Span<int> best = [-1, -1, -1, -1];
            for (var i = 0; i < day.Length; i++)
            {
                if (filter.Takes(day[i]))
                {
                    var label = (int)day[i].Label;
                    sums[label] += day[i].Confidence;
                    plain[label] |= !day[i].IsConditional;
                    best[label] = best[label] < 0 || day[i].IsBetterThan(day[best[label]]) ? i : best[label];
                }
            }

            var chosen = 0;
            for (var label = 1; label < 4; label++)
            {
                if (best[label] >= 0 && (chosen == 0 || sums[label] > sums[chosen] || (sums[label] == sums[chosen] && Wins(label, chosen, day, best))))
                {
                    chosen = label;
                }
            }
            if (chosen == 0)
            {
                return null;
            }
            var sign = (Proto.StanceLabel)chosen switch { Proto.StanceLabel.Support => 1, Proto.StanceLabel.Oppose => -1, _ => 0 };
            return new DayPosition(day[best[chosen]], sign * (plain[chosen] ? 2 : 1));

            bool Wins(int label, int other, ReadOnlySpan<Position> day, ReadOnlySpan<int> best) =>
                label == (int?)before || (other != (int?)before && day[best[label]].IsBetterThan(day[best[other]]));
        }
    }
}
