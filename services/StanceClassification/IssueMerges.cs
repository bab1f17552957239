namespace Sikap.StanceClassification;

/// <summary>What became of issues that were merged, so that what people coded on them counts for the issue in their place. A split is another matter: nobody has said which part a code belongs to. Immutable.</summary>
internal sealed class IssueMerges
{
    private readonly Dictionary<string, CodebookEntry> _entries;
    private readonly Dictionary<string, List<string>> _sources;
    private readonly HashSet<string> _made;

    /// <param name="entries">All issues, retired ones included.</param>
    /// <param name="history">All changes; not looked at where nothing was merged.</param>
    public IssueMerges(IEnumerable<CodebookEntry> entries, IReadOnlyList<CodebookEntry> history)
    {
        _entries = entries.ToDictionary(entry => entry.Issue.Id, StringComparer.Ordinal);
        _sources = _entries.Values.Where(IsMerged).GroupBy(entry => entry.ReplacedBy[0], entry => entry.Issue.Id).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        // One change has one time: an issue that was defined at the time of a merge into it was made by the merge.
        var merges = history.Where(change => change.Kind == IssueChangeKind.Merged).SelectMany(change => change.ReplacedBy, (change, into) => (into, change.ChangedAt)).ToHashSet();
        _made = history.Where(change => change.Kind == IssueChangeKind.Defined && merges.Contains((change.Issue.Id, change.ChangedAt))).Select(change => change.Issue.Id).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>True for an issue that ended in another.</summary>
    public static bool IsMerged(CodebookEntry entry) => entry.Retired && entry.ReplacedBy.Count == 1;

    /// <summary>The issue in use that stands for <paramref name="id"/> now: itself, or what it was merged into; null when there is none.</summary>
    public string? InUse(string id)
    {
        while (_entries.TryGetValue(id, out var entry))
        {
            if (!entry.Retired)
                return id;
            if (!IsMerged(entry))
                return null;
            id = entry.ReplacedBy[0];
        }

        return null;
    }

    /// <summary>True when somebody who looked at <paramref name="looked"/> has looked at all of an issue: at itself, or at everything that a merge made it of.</summary>
    public bool IsLookedAt(string id, IReadOnlySet<string> looked) =>
        looked.Contains(id) || (_made.Contains(id) && _sources.TryGetValue(id, out var sources) && sources.TrueForAll(source => IsLookedAt(source, looked)));
}
