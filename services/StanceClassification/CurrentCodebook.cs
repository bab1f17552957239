using System.Collections.Concurrent;
using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>
/// The codebook in the engine's form, the same instance until it changes, since the engine keeps what it prepared for an instance.
/// The store's version is asked each time, so that a change made by another replica counts at once. Thread-safe.
/// </summary>
internal sealed class CurrentCodebook(ICodebookStore store)
{
    // Reclassifications ask for one or a few issues; more different selections than this at one time are unlikely, and preparing one again is cheap.
    private const int MaxSelections = 32;

    private volatile Loaded? _loaded;

    /// <summary>All issues in use.</summary>
    public async Task<Codebook> GetAsync(CancellationToken cancellationToken) => (await LoadAsync(cancellationToken)).All;

    /// <summary>Those issues in use whose ids are asked for.</summary>
    public async Task<Codebook> SelectAsync(IReadOnlyCollection<string> issueIds, CancellationToken cancellationToken)
    {
        var loaded = await LoadAsync(cancellationToken);
        var key = string.Join(' ', issueIds.Distinct().Order(StringComparer.Ordinal));
        if (loaded.Selections.TryGetValue(key, out var known))
            return known;
        if (loaded.Selections.Count >= MaxSelections)
            loaded.Selections.Clear();
        return loaded.Selections.GetOrAdd(key, _ => new Codebook(loaded.All.Version, [.. loaded.All.Issues.Where(issue => issueIds.Contains(issue.Id))]));
    }

    private async Task<Loaded> LoadAsync(CancellationToken cancellationToken)
    {
        var version = await store.GetVersionAsync(cancellationToken);
        if (_loaded is { } loaded && loaded.All.Version == version)
            return loaded;
        var entries = await store.ListAsync(atVersion: null, cancellationToken);
        // The list may be newer than the version read before it.
        var codebook = new Codebook(entries.Count == 0 ? 0 : entries.Max(entry => entry.Version), [.. entries.Where(entry => !entry.Retired).Select(entry => entry.Issue)]);
        return _loaded = new Loaded(codebook);
    }

    private sealed record Loaded(Codebook All)
    {
        public ConcurrentDictionary<string, Codebook> Selections { get; } = new();
    }
}
