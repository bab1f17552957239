using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>Keeps the feeds that are followed, the entries they have shown, and whose turn it is at which host. Shared by all instances over it; every method throws <see cref="StoreUnavailableException"/> where it is away.</summary>
internal interface IFeedStore : IStore, ISharedTurns
{
    /// <summary>Adds a feed. False where its id is there already, which then stays as it is.</summary>
    Task<bool> AddAsync(FeedRecord feed, CancellationToken cancellationToken);

    Task<FeedRecord?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Puts a feed in the place of its last revision. False where it has another revision by now, or is gone.</summary>
    Task<bool> TryReplaceAsync(FeedRecord feed, CancellationToken cancellationToken);

    /// <summary>Removes a feed and its waiting entries; what was fetched is not fetched again should the feed come back. False where there is none.</summary>
    Task<bool> RemoveAsync(string id, CancellationToken cancellationToken);

    /// <summary>Feeds in the order of their addresses.</summary>
    /// <param name="state">Only those; null = all.</param>
    /// <param name="afterUrl">Only those behind this address; null = from the beginning.</param>
    /// <param name="limit">Most feeds.</param>
    Task<IReadOnlyList<FeedRecord>> ListAsync(FeedState? state, string? afterUrl, int limit, CancellationToken cancellationToken);

    /// <summary>Feeds with something to do, the longest waiting first: of each host at most one, and none where another feed of the host is being visited.</summary>
    Task<IReadOnlyList<FeedRecord>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Number of feeds by state; absent = none.</summary>
    Task<IReadOnlyDictionary<FeedState, long>> CountAsync(CancellationToken cancellationToken);

    /// <summary>Keeps the entries that no feed has shown yet, and notes for the others that they are still shown.</summary>
    /// <returns>Number of new ones.</returns>
    Task<int> AddEntriesAsync(IReadOnlyList<EntryRecord> entries, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Entries by their keys; those that no feed has shown are not in it.</summary>
    Task<IReadOnlyDictionary<string, EntryRecord>> FindEntriesAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Puts an entry in the place of the one with its key, unless that has another fate or time by now than <paramref name="before"/>. False then.</summary>
    Task<bool> TryReplaceEntryAsync(EntryRecord before, EntryRecord after, CancellationToken cancellationToken);

    /// <summary>Entries of a feed that are to be fetched and whose time has come, the longest waiting first.</summary>
    Task<IReadOnlyList<EntryRecord>> ListWaitingAsync(string feedId, DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>When the next entry of a feed is to be fetched; null = none is.</summary>
    Task<DateTimeOffset?> NextEntryAsync(string feedId, CancellationToken cancellationToken);

    /// <summary>Puts an entry in the place of the one with its key, which is still to be fetched; one that is not stays as it is.</summary>
    Task ReplaceEntryAsync(EntryRecord entry, CancellationToken cancellationToken);

    /// <summary>Number of a feed's entries by what became of them; absent = none.</summary>
    Task<IReadOnlyDictionary<EntryFate, long>> CountEntriesAsync(string feedId, CancellationToken cancellationToken);

    /// <summary>The entries of a feed that were given up, those first that were due last.</summary>
    Task<IReadOnlyList<EntryRecord>> ListGivenUpAsync(string feedId, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets entries that are done and that no feed has shown since <paramref name="before"/>, and hosts nobody has asked since. Number of entries.</summary>
    Task<long> ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
