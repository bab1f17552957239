using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>An issue as the codebook holds it.</summary>
/// <param name="Issue">Its wording.</param>
/// <param name="Retired">True when it is out of use.</param>
/// <param name="Version">Codebook version of its last change.</param>
/// <param name="ChangedAt">When that was.</param>
internal sealed record CodebookEntry(Issue Issue, bool Retired, long Version, DateTimeOffset ChangedAt);

/// <summary>What became of a change.</summary>
internal enum ChangeOutcome
{
    /// <summary>The codebook has a new version, which is to be broadcast.</summary>
    Changed,

    /// <summary>It was so already.</summary>
    Unchanged,

    /// <summary>The id is taken by a different issue.</summary>
    Taken,

    /// <summary>There is no such issue.</summary>
    Unknown,

    /// <summary>The codebook is full.</summary>
    Full,
}

/// <summary>What became of a change, and the issue as it now stands; null for <see cref="ChangeOutcome.Unknown"/> and <see cref="ChangeOutcome.Full"/>.</summary>
internal readonly record struct ChangeResult(ChangeOutcome Outcome, CodebookEntry? Entry);

/// <summary>
/// Keeps the codebook. Issues are never deleted, so that the version, which is that of the last change, only rises. A completed change is durable;
/// every method throws <see cref="StoreUnavailableException"/> where the store is away.
/// </summary>
internal interface ICodebookStore : IStore
{
    /// <summary>Adds an issue, or takes a retired one of the same wording back into use.</summary>
    Task<ChangeResult> DefineAsync(Issue issue, int maxIssues, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Replaces the wording; a retired issue stays retired.</summary>
    Task<ChangeResult> UpdateAsync(Issue issue, DateTimeOffset at, CancellationToken cancellationToken);

    Task<ChangeResult> RetireAsync(string id, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>All issues in the order of their ids, retired ones included.</summary>
    Task<IReadOnlyList<CodebookEntry>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Version of the last change; 0 for an empty codebook.</summary>
    Task<long> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>Issues whose last change was not broadcast yet, oldest first.</summary>
    Task<IReadOnlyList<CodebookEntry>> ListUnbroadcastAsync(CancellationToken cancellationToken);

    /// <summary>Marks a change as broadcast, unless the issue has changed again since.</summary>
    Task MarkBroadcastAsync(string id, long version, CancellationToken cancellationToken);

    /// <summary>Marks every issue as not broadcast.</summary>
    Task ResetBroadcastAsync(CancellationToken cancellationToken);
}
