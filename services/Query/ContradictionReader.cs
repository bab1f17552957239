using System.Runtime.InteropServices;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Two sides that do not go together.</summary>
/// <param name="Kind">How they came about.</param>
/// <param name="Issue">The issue.</param>
/// <param name="First">The earlier side.</param>
/// <param name="Second">The later side.</param>
internal sealed record Contradiction(Proto.ContradictionKind Kind, int Issue, ContradictionSide First, ContradictionSide Second);

/// <param name="Best">Best evidence of the side.</param>
/// <param name="Articles">Numbers of its articles.</param>
internal readonly record struct ContradictionSide(Entry Best, int[] Articles);

/// <summary>
/// Finds support and opposition that belong to the same time. Positions are cut into stretches without a gap longer than the window; a stretch with both sides is one contradiction,
/// however many reports it has. Undated stances belong to no time.
/// </summary>
internal static class ContradictionReader
{
    /// <summary>Days that may lie between two sides unless asked otherwise.</summary>
    public const int DefaultWindowDays = 7;

    private static readonly (Proto.ProposalState, Proto.ProposalState)[] s_incompatible =
    [
        (Proto.ProposalState.Decided, Proto.ProposalState.Blocked),
        (Proto.ProposalState.Decided, Proto.ProposalState.Denied),
        (Proto.ProposalState.Decided, Proto.ProposalState.Withdrawn),
        (Proto.ProposalState.Proposed, Proto.ProposalState.Denied),
        (Proto.ProposalState.Proposed, Proto.ProposalState.Withdrawn),
        (Proto.ProposalState.Discussed, Proto.ProposalState.Decided),
        (Proto.ProposalState.Discussed, Proto.ProposalState.Withdrawn),
    ];

    /// <param name="view">All positions.</param>
    /// <param name="filter">Which of them count.</param>
    /// <param name="windowDays">Days without a position that end a stretch.</param>
    /// <param name="found">Hears of each.</param>
    public static void Read(LedgerView view, StanceFilter filter, int windowDays, Action<Contradiction> found)
    {
        var own = new List<Entry>();
        var sides = new Dictionary<int, List<Entry>>();
        var holders = new Dictionary<int, int>();
        foreach (var pairs in view.PairsByIssue(filter))
        {
            foreach (var pair in pairs)
            {
                own.Clear();
                foreach (ref readonly var entry in pair.Entries.Span)
                {
                    if (entry.Label is Proto.StanceLabel.Support or Proto.StanceLabel.Oppose && entry.Date != DateKey.UndatedNumber && filter.Takes(entry))
                    {
                        own.Add(entry);
                        if (entry.Represents != 0)
                        {
                            (CollectionsMarshal.GetValueRefOrAddDefault(sides, entry.Represents, out _) ??= []).Add(entry);
                        }
                    }
                }
                foreach (var (from, end) in Stretches(own, windowDays))
                {
                    var stretch = CollectionsMarshal.AsSpan(own)[from..end];
                    found(Make(IsOneTurn(stretch) ? Proto.ContradictionKind.ChangedMind : Proto.ContradictionKind.ConflictingReports, pair.Issue, stretch));
                }
            }

            foreach (var all in sides.Values.Where(all => all.Count > 0))
            {
                all.Sort(static (left, right) => left.ByDate.CompareTo(right.ByDate));
                foreach (var (from, end) in Stretches(all, windowDays))
                {
                    // Whoever stands on both sides is reported above; what is left speaks with one voice each.
                    var stretch = CollectionsMarshal.AsSpan(all)[from..end];
                    holders.Clear();
                    foreach (ref readonly var entry in stretch)
                    {
                        CollectionsMarshal.GetValueRefOrAddDefault(holders, entry.Pair, out _) |= 1 << (int)entry.Label;
                    }
                    own.Clear();
                    foreach (ref readonly var entry in stretch)
                    {
                        if (int.IsPow2(holders[entry.Pair]))
                        {
                            own.Add(entry);
                        }
                    }
                    if (HasBothSides(CollectionsMarshal.AsSpan(own)))
                    {
                        found(Make(Proto.ContradictionKind.DifferentSpokesperson, view.Pair(own[0].Pair).Issue, CollectionsMarshal.AsSpan(own)));
                    }
                }
                all.Clear();
            }
        }
    }

    /// <summary>States of one issue's proposal that cannot both be true; the earlier first.</summary>
    public static IEnumerable<(Proto.IssueState First, Proto.IssueState Second)> Read(IReadOnlyList<(Proto.IssueState State, long Date)> states, int windowDays)
    {
        var dated = states.Where(state => state.Date != DateKey.UndatedNumber).ToList();
        foreach (var (one, other) in s_incompatible)
        {
            foreach (var stretch in Cut([.. dated.Where(state => state.State.State == one || state.State.State == other)], state => state.Date, windowDays))
            {
                var left = stretch.Where(state => state.State.State == one).ToList();
                var right = stretch.Where(state => state.State.State == other).ToList();
                if (left.Count > 0 && right.Count > 0)
                {
                    var (a, b) = (left.MaxBy(state => state.State.Confidence), right.MaxBy(state => state.State.Confidence));
                    yield return a.Date <= b.Date ? (a.State, b.State) : (b.State, a.State);
                }
            }
        }
    }

    /// <summary>The stretches that have both sides, as places in <paramref name="entries"/>.</summary>
    private static IEnumerable<(int From, int End)> Stretches(List<Entry> entries, int windowDays)
    {
        if (!HasBothSides(CollectionsMarshal.AsSpan(entries)))
        {
            yield break;
        }
        int from = 0, end = 0;
        (int First, int Last) days = default;
        for (var i = 0; i < entries.Count; i++)
        {
            if (i == 0 || entries[i].Date != entries[i - 1].Date)
            {
                days = DateKey.Days(entries[i].Date);
            }
            if (i > from && days.First - end > windowDays)
            {
                if (HasBothSides(CollectionsMarshal.AsSpan(entries)[from..i]))
                {
                    yield return (from, i);
                }
                from = i;
            }
            end = i == from ? days.Last : Math.Max(end, days.Last);
        }
        if (HasBothSides(CollectionsMarshal.AsSpan(entries)[from..]))
        {
            yield return (from, entries.Count);
        }
    }

    private static IEnumerable<List<T>> Cut<T>(IReadOnlyList<T> items, Func<T, long> dateOf, int windowDays)
    {
        var stretch = new List<T>();
        var end = 0;
        foreach (var item in items)
        {
            var (first, last) = DateKey.Days(dateOf(item));
            if (stretch.Count > 0 && first - end > windowDays)
            {
                yield return stretch;
                stretch = [];
            }
            end = stretch.Count == 0 ? last : Math.Max(end, last);
            stretch.Add(item);
        }
        if (stretch.Count > 0)
        {
            yield return stretch;
        }
    }

    private static bool HasBothSides(ReadOnlySpan<Entry> entries)
    {
        foreach (ref readonly var entry in entries)
        {
            if (entry.Label != entries[0].Label)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>All of one side lies on earlier days than all of the other.</summary>
    private static bool IsOneTurn(ReadOnlySpan<Entry> stretch)
    {
        var turn = 0;
        var last = 0;
        for (; stretch[turn].Label == stretch[0].Label; turn++)
        {
            last = Math.Max(last, DateKey.Days(stretch[turn].Date).Last);
        }
        foreach (ref readonly var entry in stretch[turn..])
        {
            if (entry.Label == stretch[0].Label)
            {
                return false;
            }
        }
        return last < DateKey.Days(stretch[turn].Date).First;
    }

    private static Contradiction Make(Proto.ContradictionKind kind, int issue, ReadOnlySpan<Entry> stretch)
    {
        var support = Side(stretch, Proto.StanceLabel.Support);
        var oppose = Side(stretch, Proto.StanceLabel.Oppose);
        return support.Best.ByDate.CompareTo(oppose.Best.ByDate) < 0 ? new Contradiction(kind, issue, support, oppose) : new Contradiction(kind, issue, oppose, support);
    }

    private static ContradictionSide Side(ReadOnlySpan<Entry> stretch, Proto.StanceLabel label)
    {
        var (count, best) = (0, -1);
        for (var i = 0; i < stretch.Length; i++)
        {
            if (stretch[i].Label == label)
            {
                count++;
                best = best < 0 || stretch[i].IsBetterThan(stretch[best]) ? i : best;
            }
        }
        var articles = new int[count];
        foreach (ref readonly var entry in stretch)
        {
            if (entry.Label == label)
            {
                articles[^count--] = entry.Article;
            }
        }
        return new ContradictionSide(stretch[best], articles);
    }
}
