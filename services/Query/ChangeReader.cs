using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>A point at which a position moved.</summary>
/// <param name="Kind">How.</param>
/// <param name="Row">The stance that shows it.</param>
/// <param name="Label">Its label.</param>
/// <param name="Previous">The stance that shows the position before; 0 for none.</param>
/// <param name="Article">The article of the stance.</param>
/// <param name="Date">Date of the stance.</param>
internal readonly record struct ChangePoint(Proto.ChangeKind Kind, long Row, Proto.StanceLabel Label, long Previous, long Article, long Date);

/// <summary>
/// Reads how a position moved. Stances are gathered by day first: one weak reading must not turn a position that three others of the same day state, and reports of one day have no order.
/// Undated stances tell nothing of order and are left out.
/// </summary>
internal static class ChangeReader
{
    private const long MinutesDigits = 10_000;

    /// <param name="positions">Those of one holder on one issue that count, in the order of their dates.</param>
    /// <param name="changes">Where the changes are added.</param>
    public static void Read(ReadOnlySpan<Entry> positions, List<ChangePoint> changes)
    {
        DayPosition run = default, last = default;
        for (var i = 0; i < positions.Length && positions[i].Date != DateKey.UndatedNumber;)
        {
            var from = i;
            var next = ((positions[i].Date / MinutesDigits) + 1) * MinutesDigits;
            while (i < positions.Length && positions[i].Date < next)
            {
                i++;
            }
            var now = DayPosition.Read(positions, from, i, last);
            var kind = last.IsNone ? Proto.ChangeKind.FirstStated : Compare(last.Force, now.Force);
            if (kind != Proto.ChangeKind.Unspecified)
            {
                changes.Add(Point(positions, kind, now, last));
                run = now;
            }
            last = now;
        }
        if (last != run)
        {
            changes.Add(Point(positions, Proto.ChangeKind.LastConfirmed, last, run));
        }
    }

    /// <summary>What <paramref name="now"/> is against what was: forces run from -2, plainly against, to 2, plainly for.</summary>
    private static Proto.ChangeKind Compare(int before, int now) =>
        before * now < 0 ? Proto.ChangeKind.Reversed
        : Math.Abs(now) < Math.Abs(before) ? Proto.ChangeKind.Softened
        : Math.Abs(now) > Math.Abs(before) ? Proto.ChangeKind.Hardened
        : Proto.ChangeKind.Unspecified;

    private static ChangePoint Point(ReadOnlySpan<Entry> positions, Proto.ChangeKind kind, DayPosition now, DayPosition before)
    {
        ref readonly var best = ref positions[now.Best];
        return new(kind, best.Row, best.Label, before.IsNone ? 0 : positions[before.Best].Row, best.ArticleKey, best.Date);
    }

    /// <param name="Best">Place of the best evidence.</param>
    /// <param name="Label">The position; unspecified for none.</param>
    /// <param name="Force">See <see cref="Compare"/>.</param>
    private readonly record struct DayPosition(int Best, Proto.StanceLabel Label, int Force)
    {
        public bool IsNone => Label == Proto.StanceLabel.Unspecified;

        /// <summary>The position of a day. Of labels with equal confidence the one held before stays, else the better evidence decides.</summary>
        public static DayPosition Read(ReadOnlySpan<Entry> positions, int from, int end, in DayPosition before) =>
            // Most days have one; by itself, since the room for sums is cleared whenever a method that has it is called.
            end - from == 1 ? Of(from, positions[from].Label, !positions[from].IsConditional) : Weigh(positions, from, end, before);

        private static DayPosition Weigh(ReadOnlySpan<Entry> positions, int from, int end, DayPosition before)
        {
            Span<long> sums = stackalloc long[PairSide.Labels];
            Span<bool> plain = stackalloc bool[PairSide.Labels];
            Span<int> best = [-1, -1, -1, -1];
            for (var i = from; i < end; i++)
            {
                ref readonly var one = ref positions[i];
                var label = (int)one.Label;
                sums[label] += one.Confidence;
                plain[label] |= !one.IsConditional;
                best[label] = best[label] < 0 || one.IsBetterThan(positions[best[label]]) ? i : best[label];
            }

            var chosen = 0;
            for (var label = 1; label < PairSide.Labels; label++)
            {
                if (best[label] >= 0 && (chosen == 0 || sums[label] > sums[chosen] || (sums[label] == sums[chosen] && Wins(label, chosen, positions, best))))
                {
                    chosen = label;
                }
            }
            return Of(best[chosen], (Proto.StanceLabel)chosen, plain[chosen]);

            bool Wins(int label, int other, ReadOnlySpan<Entry> positions, ReadOnlySpan<int> best) =>
                label == (int)before.Label || (other != (int)before.Label && positions[best[label]].IsBetterThan(positions[best[other]]));
        }

        private static DayPosition Of(int best, Proto.StanceLabel label, bool isPlain) =>
            new(best, label, (label switch { Proto.StanceLabel.Support => 1, Proto.StanceLabel.Oppose => -1, _ => 0 }) * (isPlain ? 2 : 1));
    }
}
