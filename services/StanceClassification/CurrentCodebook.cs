using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>
/// The codebook in the engine's form, the same instance until it changes, since the engine keeps what it prepared for an instance.
/// The store's version is asked each time, so that a change made by another replica counts at once. Thread-safe.
/// </summary>
internal sealed class CurrentCodebook(ICodebookStore store)
{
    private volatile Codebook? _loaded;

    /// <summary>All issues in use.</summary>
    public async Task<Codebook> GetAsync(CancellationToken cancellationToken)
    {
        var version = await store.GetVersionAsync(cancellationToken);
        if (_loaded is { } loaded && loaded.Version == version)
            return loaded;
        var entries = await store.ListAsync(atVersion: null, cancellationToken);
        // The list may be newer than the version read before it.
        return _loaded = new Codebook(entries.Count == 0 ? 0 : entries.Max(entry => entry.Version), [.. entries.Where(entry => !entry.Retired).Select(entry => entry.Issue)]);
    }
}
