using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>What a change did to an issue; the numbers are those of the proto less one.</summary>
internal enum IssueChangeKind { Defined, Updated, Retired, Restored, Merged, Split }

/// <summary>An issue as the codebook holds it.</summary>
/// <param name="Issue">Its wording.</param>
/// <param name="Retired">True when it is out of use.</param>
/// <param name="Version">Codebook version of its last change.</param>
/// <param name="ChangedAt">When that was.</param>
internal sealed record CodebookEntry(Issue Issue, bool Retired, long Version, DateTimeOffset ChangedAt)
{
    /// <summary>The wider issue it belongs to; null for none.</summary>
    public string? Parent { get; init; }

    /// <summary>Issues that took its place.</summary>
    public IReadOnlyList<string> ReplacedBy { get; init; } = [];

    /// <summary>What the last change was.</summary>
    public IssueChangeKind Kind { get; init; }

    /// <summary>Names an entry of the history.</summary>
    public static string KeyOf(CodebookEntry entry) => FormattableString.Invariant($"{entry.Version}");
}

/// <summary>What became of a change.</summary>
internal enum ChangeOutcome
{
    /// <summary>The codebook has a new version, which is to be broadcast.</summary>
    Changed,

    /// <summary>It was so already.</summary>
    Unchanged,

    /// <summary>The id is taken by a different issue.</summary>
    Taken,

    /// <summary>There is no such issue, or it is not in use.</summary>
    Unknown,

    /// <summary>The codebook is full.</summary>
    Full,

    /// <summary>The parent is not in use, or the issue would be wider than itself.</summary>
    BadParent,

    /// <summary>The merged issue would have more terms than an issue may have.</summary>
    TooManyTerms,
}

/// <summary>What became of a change.</summary>
/// <param name="Outcome">Whether it was made.</param>
/// <param name="Id">The issue it failed at; null where it did not.</param>
internal sealed record ChangeResult(ChangeOutcome Outcome, string? Id)
{
    /// <summary>The issues that were asked for as they now stand; empty where nothing was done.</summary>
    public IReadOnlyList<CodebookEntry> Entries { get; init; } = [];

    /// <summary>Every issue that changed, in the order of the versions.</summary>
    public IReadOnlyList<CodebookEntry> Changed { get; init; } = [];

    /// <summary>Version of the codebook.</summary>
    public long Version { get; init; }
}

/// <summary>
/// Keeps the codebook and its history. Issues are never deleted, so that the version, which is that of the last change, only rises. A completed change is durable;
/// every method throws <see cref="StoreUnavailableException"/> where the store is away.
/// </summary>
internal interface ICodebookStore : IStore
{
    /// <summary>Changes the codebook as a whole or not at all; what the result says has changed is stored, its history too. <paramref name="change"/> is called again where another process was faster.</summary>
    Task<ChangeResult> ChangeAsync(Func<CodebookDraft, ChangeResult> change, int maxIssues, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>All issues in the order of their ids, retired ones included.</summary>
    /// <param name="atVersion">As they stood at this version; null = as they are.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<CodebookEntry>> ListAsync(long? atVersion, CancellationToken cancellationToken);

    /// <summary>Changes, newest first.</summary>
    /// <param name="id">Of one issue; null = of all.</param>
    /// <param name="before">Only those before this version.</param>
    /// <param name="limit">Most that are returned.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<CodebookEntry>> ListHistoryAsync(string? id, long before, int limit, CancellationToken cancellationToken);

    /// <summary>Version of the last change; 0 for an empty codebook.</summary>
    Task<long> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>Issues whose last change was not broadcast yet, oldest first.</summary>
    Task<IReadOnlyList<CodebookEntry>> ListUnbroadcastAsync(CancellationToken cancellationToken);

    /// <summary>Marks a change as broadcast, unless the issue has changed again since.</summary>
    Task MarkBroadcastAsync(string id, long version, CancellationToken cancellationToken);

    /// <summary>Marks every issue as not broadcast.</summary>
    Task ResetBroadcastAsync(CancellationToken cancellationToken);
}
