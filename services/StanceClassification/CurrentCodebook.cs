using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>The codebook as it is now.</summary>
/// <param name="Codebook">All issues in use.</param>
/// <param name="Merges">What became of those that were merged.</param>
internal sealed record IssuesInUse(Codebook Codebook, IssueMerges Merges);

/// <summary>
/// The codebook in the engine's form, the same instance until it changes, since the engine keeps what it prepared for an instance.
/// The store's version is asked each time, so that a change made by another replica counts at once. Thread-safe.
/// </summary>
internal sealed class CurrentCodebook(ICodebookStore store)
{
    private volatile IssuesInUse? _loaded;

    /// <summary>All issues in use.</summary>
    public async Task<IssuesInUse> GetAsync(CancellationToken cancellationToken)
    {
        var version = await store.GetVersionAsync(cancellationToken);
        if (_loaded is { } loaded && loaded.Codebook.Version == version)
            return loaded;
        var entries = await store.ListAsync(atVersion: null, cancellationToken);
        // The list may be newer than the version read before it.
        var codebook = new Codebook(entries.Count == 0 ? 0 : entries.Max(entry => entry.Version), [.. entries.Where(entry => !entry.Retired).Select(entry => entry.Issue)]);
        var history = entries.Any(IssueMerges.IsMerged) ? await store.ListHistoryAsync(id: null, long.MaxValue, int.MaxValue, cancellationToken) : [];
        return _loaded = new IssuesInUse(codebook, new IssueMerges(entries, history));
    }
}
