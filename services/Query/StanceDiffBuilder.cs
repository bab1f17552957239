using Sikap.V1;

namespace Sikap.Query;

/// <summary>Nets what came and went, in the order in which it did, into before and after: what went and came back word for word is no difference.</summary>
internal sealed class StanceDiffBuilder
{
    /// <summary>Different stances that one answer looks at; some hundred megabytes at a kilobyte each.</summary>
    public const int MaxStances = 200_000;

    private readonly Dictionary<Stance, Trace> _traces = [];

    /// <summary>Takes the next event.</summary>
    /// <returns>False when there are too many.</returns>
    public bool TryTake(Stance stance, bool added)
    {
        var content = SqliteWriter.ContentOf(stance);
        if (_traces.TryGetValue(content, out var trace))
        {
            _traces[content] = trace with { Stance = stance, After = added };
            return true;
        }

        _traces.Add(content, new Trace(stance, Before: !added, After: added));
        return _traces.Count <= MaxStances;
    }

    /// <summary>The difference. A holder with a stance on an issue in an article before and after has changed it; of several the first goes with the first.</summary>
    public StanceDiff Build(int limit)
    {
        var diff = new StanceDiff();
        foreach (var group in _traces.Values.Where(trace => trace.Before != trace.After)
            .GroupBy(trace => (trace.Stance.IssueId, trace.Stance.ArticleId, Holder: NameKey.Of(LedgerActor.NameOf(trace.Stance.Holder)), trace.Stance.Holder.Type))
            .OrderBy(group => group.Key.IssueId, StringComparer.Ordinal).ThenBy(group => group.Key.ArticleId, StringComparer.Ordinal).ThenBy(group => group.Key.Holder, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Type))
        {
            var before = InOrder(group.Where(trace => trace.Before));
            var after = InOrder(group.Where(trace => trace.After));
            var changed = Math.Min(before.Count, after.Count);
            diff.Changed += changed;
            diff.Removed += before.Count - changed;
            diff.Added += after.Count - changed;
            for (var i = 0; i < Math.Max(before.Count, after.Count) && diff.Entries.Count < limit; i++)
            {
                diff.Entries.Add(new StanceChange { Before = before.ElementAtOrDefault(i), After = after.ElementAtOrDefault(i) });
            }
        }

        return diff;
    }

    private static List<Stance> InOrder(IEnumerable<Trace> traces) => [.. traces.Select(trace => trace.Stance).OrderBy(stance => stance.Evidence?.Start ?? 0).ThenBy(stance => stance.Id, StringComparer.Ordinal)];

    private readonly record struct Trace(Stance Stance, bool Before, bool After);
}
