using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>The codebook inside one transaction, and what is to become of it: either everything that was asked for or nothing.</summary>
/// <param name="entries">All issues, retired ones included.</param>
/// <param name="maxIssues">Issues it may hold, retired ones included.</param>
/// <param name="at">Time of the change.</param>
internal sealed class CodebookDraft(IReadOnlyList<CodebookEntry> entries, int maxIssues, DateTimeOffset at)
{
    private readonly Dictionary<string, CodebookEntry> _before = entries.ToDictionary(entry => entry.Issue.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, CodebookEntry> _now = entries.ToDictionary(entry => entry.Issue.Id, StringComparer.Ordinal);

    /// <summary>Adds an issue, or takes a retired one of the same wording back into use.</summary>
    public ChangeResult Define(Issue issue, string? parent) => Finish([issue.Id], () =>
        _now.TryGetValue(issue.Id, out var known) && !(SameWording(known.Issue, issue) && known.Parent == parent) ? new ChangeResult(ChangeOutcome.Taken, issue.Id) : Put(issue, parent));

    /// <summary>Replaces wording and parent; a retired issue stays retired.</summary>
    public ChangeResult Update(Issue issue, string? parent) => Finish([issue.Id], () =>
    {
        if (!_now.TryGetValue(issue.Id, out var known))
            return new ChangeResult(ChangeOutcome.Unknown, issue.Id);
        Set(known with { Issue = issue, Parent = parent });
        return null;
    });

    /// <summary>Takes an issue out of use.</summary>
    public ChangeResult Retire(string id) => Finish([id], () =>
    {
        if (!_now.TryGetValue(id, out var known))
            return new ChangeResult(ChangeOutcome.Unknown, id);
        End(id, IssueChangeKind.Retired, [], known.Parent);
        return null;
    });

    /// <summary>Adds or replaces issues; retired ones end out of use.</summary>
    public ChangeResult Import(IReadOnlyList<(Issue Issue, string? Parent, bool Retired)> issues) => Finish([.. issues.Select(item => item.Issue.Id)], () =>
    {
        foreach (var (issue, parent, retired) in issues)
        {
            if (retired && _now.TryGetValue(issue.Id, out var known) && known.Retired)
                Set(known with { Issue = issue, Parent = parent });
            else if (Put(issue, parent) is { } refused)
                return refused;
        }

        foreach (var (issue, _, _) in issues.Where(item => item.Retired))
            End(issue.Id, IssueChangeKind.Retired, [], parentOfChildren: _now[issue.Id].Parent);
        return null;
    });

    /// <summary>Puts one issue in the place of several.</summary>
    /// <param name="sources">Issues in use.</param>
    /// <param name="into">What takes their place; one without a proposition is in use and keeps its wording.</param>
    /// <param name="parent">Its parent; not looked at where it keeps its wording.</param>
    public ChangeResult Merge(IReadOnlyList<string> sources, Issue into, string? parent) => Finish([into.Id], () =>
    {
        if (into.Proposition.Length == 0)
        {
            if (!InUse(into.Id))
                return new ChangeResult(ChangeOutcome.Unknown, into.Id);
            (into, parent) = (_now[into.Id].Issue, _now[into.Id].Parent);
        }

        foreach (var source in sources)
        {
            if (!InUse(source))
                return new ChangeResult(ChangeOutcome.Unknown, source);
        }

        // What belonged to one of them cannot stay below it.
        while (parent is not null && sources.Contains(parent))
            parent = _now[parent].Parent;
        var terms = into.Terms.Concat(sources.SelectMany(source => _now[source].Issue.Terms)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (terms.Count > IssueRules.MaxTerms)
            return new ChangeResult(ChangeOutcome.TooManyTerms, into.Id);
        if (Put(into with { Terms = terms }, parent) is { } refused)
            return refused;
        foreach (var source in sources)
            End(source, IssueChangeKind.Merged, [into.Id], parentOfChildren: into.Id);
        return null;
    });

    /// <summary>Puts new issues in the place of one.</summary>
    public ChangeResult Split(string id, IReadOnlyList<(Issue Issue, string? Parent)> parts) => Finish([.. parts.Select(part => part.Issue.Id)], () =>
    {
        if (!InUse(id))
            return new ChangeResult(ChangeOutcome.Unknown, id);
        var parent = _now[id].Parent;
        foreach (var part in parts)
        {
            if (_now.ContainsKey(part.Issue.Id))
                return new ChangeResult(ChangeOutcome.Taken, part.Issue.Id);
            if (Put(part.Issue, part.Parent ?? parent) is { } refused)
                return refused;
        }

        End(id, IssueChangeKind.Split, [.. parts.Select(part => part.Issue.Id)], parentOfChildren: parent);
        return null;
    });

    private static bool SameWording(Issue left, Issue right)
        => left.Title == right.Title && left.Proposition == right.Proposition && left.Terms.SequenceEqual(right.Terms);

    private static bool Same(CodebookEntry left, CodebookEntry right)
        => SameWording(left.Issue, right.Issue) && left.Retired == right.Retired && left.Parent == right.Parent && left.ReplacedBy.SequenceEqual(right.ReplacedBy);

    private bool InUse(string id) => _now.TryGetValue(id, out var entry) && !entry.Retired;

    private ChangeResult? Put(Issue issue, string? parent)
    {
        if (_now.TryGetValue(issue.Id, out var known))
        {
            Set(known with { Issue = issue, Parent = parent, Retired = false, ReplacedBy = [] }, known.Retired ? IssueChangeKind.Restored : IssueChangeKind.Updated);
            return null;
        }

        if (_now.Count >= maxIssues)
            return new ChangeResult(ChangeOutcome.Full, issue.Id);
        _now[issue.Id] = new CodebookEntry(issue, Retired: false, Version: 0, at) { Parent = parent, Kind = IssueChangeKind.Defined };
        return null;
    }

    private void Set(CodebookEntry entry, IssueChangeKind kind = IssueChangeKind.Updated)
    {
        if (!Same(_now[entry.Issue.Id], entry))
            _now[entry.Issue.Id] = entry with { Kind = kind };
    }

    private void End(string id, IssueChangeKind kind, IReadOnlyList<string> replacedBy, string? parentOfChildren)
    {
        if (!_now[id].Retired)
            _now[id] = _now[id] with { Retired = true, ReplacedBy = replacedBy, Kind = kind };
        foreach (var child in _now.Values.Where(entry => entry.Parent == id && !entry.Retired).ToList())
            Set(child with { Parent = parentOfChildren == child.Issue.Id ? null : parentOfChildren });
    }

    // Parents are looked at once everything is in place: in a file the wider issue may stand behind the narrower one.
    private ChangeResult Finish(IReadOnlyList<string> asked, Func<ChangeResult?> edit)
    {
        if (edit() is { } refused)
            return refused;
        foreach (var entry in _now.Values.Where(entry => !entry.Retired && entry.Parent is not null))
        {
            if (!InUse(entry.Parent!) || IsBelowItself(entry))
                return new ChangeResult(ChangeOutcome.BadParent, entry.Issue.Id);
        }

        var version = _before.Count == 0 ? 0 : _before.Values.Max(entry => entry.Version);
        var changed = new List<CodebookEntry>();
        // In the order of the request, then what moved along with it.
        foreach (var id in asked.Concat(_now.Keys.Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal))
        {
            if (_before.TryGetValue(id, out var before) && Same(before, _now[id]))
                continue;
            changed.Add(_now[id] = _now[id] with { Version = ++version, ChangedAt = at });
        }

        return new ChangeResult(changed.Count > 0 ? ChangeOutcome.Changed : ChangeOutcome.Unchanged, null) { Entries = [.. asked.Select(id => _now[id])], Changed = changed, Version = version };
    }

    private bool IsBelowItself(CodebookEntry entry)
    {
        var steps = 0;
        for (var parent = entry.Parent; parent is not null; parent = _now.GetValueOrDefault(parent)?.Parent)
        {
            if (parent == entry.Issue.Id || ++steps > _now.Count)
                return true;
        }

        return false;
    }
}
