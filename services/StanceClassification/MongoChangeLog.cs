using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>
/// Changes in the order of their versions, one document each, under the version its first entry has. Inserting it under the number behind the last one is what commits a change: of two processes that change at
/// the same time one finds the number taken and begins again from what the other wrote, so versions have neither gaps nor doubles, and a change of many entries is there wholly or not at all. What there is now is
/// the last entry of each key; a process keeps that in memory and reads what came since.
/// Reads go to the primary and see what a majority has: a version that was seen never goes away. Thread-safe.
/// </summary>
/// <param name="store">The database.</param>
/// <param name="collection">Name of the collection. Entries are in the array <c>entries</c>.</param>
/// <param name="toDocument">An entry as it is stored.</param>
/// <param name="fromDocument">The entry back.</param>
/// <param name="keyOf">Whose place an entry takes.</param>
internal sealed class MongoChangeLog<T>(MongoStore store, string collection, Func<T, BsonDocument> toDocument, Func<BsonDocument, T> fromDocument, Func<T, string> keyOf) : IDisposable
{
    private readonly IMongoCollection<BsonDocument> _log = store.Collection(collection).WithReadPreference(ReadPreference.Primary).WithReadConcern(ReadConcern.Majority);
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile State _known = Nothing();

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    private static SortDefinition<BsonDocument> Rising => Builders<BsonDocument>.Sort.Ascending("_id");

    /// <summary>What there is, and the version of its last change; 0 for nothing.</summary>
    public Task<State> CurrentAsync(CancellationToken cancellationToken) => store.ReadAsync(ReadAsync, cancellationToken);

    /// <summary>The version of the last change; 0 for none.</summary>
    public Task<long> VersionAsync(CancellationToken cancellationToken) => store.ReadAsync(
        async token => await _log.Find(Filter.Empty).Sort(Builders<BsonDocument>.Sort.Descending("_id")).Limit(1).Project(Builders<BsonDocument>.Projection.Include("last")).FirstOrDefaultAsync(token) is { } found
            ? found["last"].ToInt64()
            : 0,
        cancellationToken);

    /// <summary>Makes a change from what there is; <paramref name="change"/> is called again where another process was faster.</summary>
    /// <param name="change">The answer, and the entries to be added, whose first has the version behind the last one; none = nothing changes.</param>
    /// <param name="versionOf">Version of an entry.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TResult> ChangeAsync<TResult>(Func<State, (TResult Result, IReadOnlyList<T> Entries)> change, Func<T, long> versionOf, CancellationToken cancellationToken)
    {
        // Changes of this process wait for each other here, not by running into each other there.
        await _changing.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                var now = await CurrentAsync(cancellationToken);
                var (result, entries) = change(now);
                if (entries.Count == 0 || await TryAppendAsync(now.Version + 1, versionOf(entries[^1]), entries, cancellationToken))
                    return result;
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Documents that fit, in the order of their versions or against it.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="newestFirst">Whether the last one comes first.</param>
    /// <param name="limit">Most documents; null = all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<List<BsonDocument>> FindAsync(FilterDefinition<BsonDocument> filter, bool newestFirst, int? limit, CancellationToken cancellationToken) => store.ReadAsync(
        token => _log.Find(filter).Sort(newestFirst ? Builders<BsonDocument>.Sort.Descending("_id") : Rising).Limit(limit).ToListAsync(token), cancellationToken);

    /// <summary>All entries there ever were, in their order.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var document in store.ReadAllAsync(_log, Rising, document => document, cancellationToken))
        {
            foreach (var entry in EntriesOf(document))
                yield return entry;
        }
    }

    /// <summary>Puts entries from elsewhere behind those that are there; entries of one version become one document. Only while nobody changes anything.</summary>
    public async Task AppendAllAsync(IReadOnlyList<T> entries, Func<T, long> versionOf, CancellationToken cancellationToken)
    {
        foreach (var version in entries.GroupBy(versionOf))
        {
            var push = new BsonDocument("$push", new BsonDocument("entries", new BsonDocument("$each", new BsonArray(version.Select(toDocument)))));
            push.Add("$set", new BsonDocument("last", version.Key));
            await store.WriteAsync(token => _log.UpdateOneAsync(Filter.Eq("_id", version.Key), push, new UpdateOptions { IsUpsert = true }, token), cancellationToken);
        }
    }

    /// <summary>Number of all entries there ever were.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var _ in ReadAllAsync(cancellationToken))
            count++;
        return count;
    }

    /// <summary>Removes everything.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await store.WriteAsync(token => _log.DeleteManyAsync(Filter.Empty, token), cancellationToken);
        _known = Nothing();
    }

    /// <summary>The entries of a document.</summary>
    public IEnumerable<T> EntriesOf(BsonDocument document) => document["entries"].AsBsonArray.Select(entry => fromDocument(entry.AsBsonDocument));

    public void Dispose() => _changing.Dispose();

    private static State Nothing() => new(0, ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal));

    private async Task<State> ReadAsync(CancellationToken cancellationToken)
    {
        var known = _known;
        var newer = await _log.Find(Filter.Gt("_id", known.Version)).Sort(Rising).ToListAsync(cancellationToken);
        if (newer.Count == 0)
            return known;
        var entries = known.Entries.ToBuilder();
        foreach (var entry in newer.SelectMany(EntriesOf))
            entries[keyOf(entry)] = entry;
        return _known = new State(newer[^1]["last"].ToInt64(), entries.ToImmutable());
    }

    private Task<bool> TryAppendAsync(long first, long last, IReadOnlyList<T> entries, CancellationToken cancellationToken) => store.WriteAsync(
        async token =>
        {
            try
            {
                await _log.InsertOneAsync(new BsonDocument { { "_id", first }, { "last", last }, { "entries", new BsonArray(entries.Select(toDocument)) } }, cancellationToken: token);
                return true;
            }
            catch (MongoWriteException taken) when (taken.WriteError?.Category == ServerErrorCategory.DuplicateKey)
            {
                return false;
            }
        },
        cancellationToken);

    /// <summary>What there is at a version.</summary>
    /// <param name="Version">Of the last change.</param>
    /// <param name="Entries">By key, in ordinal order.</param>
    internal sealed record State(long Version, ImmutableSortedDictionary<string, T> Entries);
}
