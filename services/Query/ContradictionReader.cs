using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Two sides that do not go together.</summary>
/// <param name="Kind">How they came about.</param>
/// <param name="Issue">The issue.</param>
/// <param name="First">Best evidence of the earlier side.</param>
/// <param name="Second">Best evidence of the later side.</param>
/// <param name="FirstReports">Independent reports of the earlier side.</param>
/// <param name="SecondReports">Independent reports of the later side.</param>
internal sealed record Contradiction(Proto.ContradictionKind Kind, int Issue, Position First, Position Second, int FirstReports, int SecondReports);

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

    public static IEnumerable<Contradiction> Read(LedgerView view, StanceFilter filter, int windowDays)
    {
        var sides = new Dictionary<(int Issue, string Represents), List<Sided>>();
        foreach (var pair in view.Pairs(filter))
        {
            var own = new List<Sided>();
            foreach (ref readonly var position in pair.Positions.Span)
            {
                if (position.Label is Proto.StanceLabel.Support or Proto.StanceLabel.Oppose && position.Date != DateKey.UndatedNumber && filter.Takes(position))
                {
                    own.Add(new Sided(pair.Holder, position));
                }
            }
            foreach (var stretch in Stretches(own, windowDays))
            {
                yield return Make(IsOneTurn(stretch) ? Proto.ContradictionKind.ChangedMind : Proto.ContradictionKind.ConflictingReports, pair.Issue, stretch);
            }
            foreach (var position in own.Where(position => position.Position.Represents.Length > 0))
            {
                (System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(sides, (pair.Issue, position.Position.Represents), out _) ??= []).Add(position);
            }
        }

        foreach (var ((issue, _), all) in sides)
        {
            foreach (var stretch in Stretches([.. all.OrderBy(position => position.Position.Date)], windowDays))
            {
                // Whoever stands on both sides is reported above; what is left speaks with one voice each.
                var torn = stretch.GroupBy(position => position.Holder).Where(holder => HasBothSides(holder)).Select(holder => holder.Key).ToHashSet();
                var steady = stretch.Where(position => !torn.Contains(position.Holder)).ToList();
                if (HasBothSides(steady))
                {
                    yield return Make(Proto.ContradictionKind.DifferentSpokesperson, issue, steady);
                }
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

    private static IEnumerable<List<Sided>> Stretches(List<Sided> positions, int windowDays) =>
        HasBothSides(positions) ? Cut(positions, position => position.Position.Date, windowDays).Where(HasBothSides) : [];

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

    private static bool HasBothSides(IEnumerable<Sided> positions)
    {
        var labels = positions.Select(position => position.Position.Label).Distinct().Take(2).Count();
        return labels == 2;
    }

    /// <summary>All of one side lies on earlier days than all of the other.</summary>
    private static bool IsOneTurn(List<Sided> stretch)
    {
        var turn = stretch.FindIndex(position => position.Position.Label != stretch[0].Position.Label);
        return stretch.Skip(turn).All(position => position.Position.Label != stretch[0].Position.Label)
            && stretch.Take(turn).Max(position => DateKey.Days(position.Position.Date).Last) < DateKey.Days(stretch[turn].Position.Date).First;
    }

    private static Contradiction Make(Proto.ContradictionKind kind, int issue, IReadOnlyCollection<Sided> stretch)
    {
        var sides = stretch.GroupBy(position => position.Position.Label)
            .Select(side => (Best: side.Select(position => position.Position).Aggregate((best, next) => next.IsBetterThan(best) ? next : best),
                Reports: ReportGroups.Count(side.Select(position => position.Position.Article))))
            .OrderBy(side => side.Best.ByDate)
            .ToList();
        return new Contradiction(kind, issue, sides[0].Best, sides[1].Best, sides[0].Reports, sides[1].Reports);
    }

    private readonly record struct Sided(int Holder, Position Position);
}
