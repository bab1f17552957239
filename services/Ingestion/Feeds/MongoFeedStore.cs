using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>
/// Feeds in MongoDB, beside the articles. Records are kept as JSON; what is asked for stands in fields beside it. Reads go to the primary: who is sent to a host must know what the others did.
/// Shard keys: <c>{ _id: "hashed" }</c> for all three collections.
/// </summary>
internal sealed class MongoFeedStore : IFeedStore, IAsyncDisposable, IDisposable
{
    private const string FeedsName = "feeds";
    private const string EntriesName = "feed_entries";

    private static readonly string[] FeedIndexes = ["url", "due", "visit_until"];

    private readonly MongoStore _store;
    private readonly IMongoCollection<BsonDocument> _feeds;
    private readonly IMongoCollection<BsonDocument> _entries;
    private readonly IMongoCollection<BsonDocument> _turns;

    /// <exception cref="MongoConfigurationException">The connection string cannot be followed.</exception>
    public MongoFeedStore(string url)
    {
        _store = new MongoStore(url, MongoArticleStore.DefaultDatabase,
        [
            async (database, token) =>
            {
                foreach (var field in FeedIndexes)
                {
                    await database.GetCollection<BsonDocument>(FeedsName).Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(Builders<BsonDocument>.IndexKeys.Ascending(field)), cancellationToken: token);
                }

                var entries = database.GetCollection<BsonDocument>(EntriesName).Indexes;
                await entries.CreateOneAsync(new CreateIndexModel<BsonDocument>(Builders<BsonDocument>.IndexKeys.Ascending("feed").Ascending("fate").Ascending("next")), cancellationToken: token);
                await entries.CreateOneAsync(new CreateIndexModel<BsonDocument>(Builders<BsonDocument>.IndexKeys.Ascending("seen")), cancellationToken: token);
            },
        ], "feeds-schema");
        _feeds = _store.Collection(FeedsName).WithReadPreference(ReadPreference.Primary);
        _entries = _store.Collection(EntriesName).WithReadPreference(ReadPreference.Primary);
        _turns = _store.Collection("feed_turns").WithReadPreference(ReadPreference.Primary);
    }

    /// <summary>What it keeps, as it is carried to another store; see <see cref="StorePart"/>.</summary>
    public IReadOnlyList<StorePart> Parts =>
    [
        StorePart.Of<FeedRecord>(
            "feeds", feed => feed.Id, token => _store.ReadAllAsync(_feeds, Sort.Ascending("_id"), Feed, token), (feeds, token) => InsertAsync(_feeds, feeds.Select(ToDocument), token),
            token => CountAsync(_feeds, token), token => ClearAsync(_feeds, token)),
        StorePart.Of<KeptEntry>(
            "feed-entries", kept => kept.Entry.Key, token => _store.ReadAllAsync(_entries, Sort.Ascending("_id"), document => new KeptEntry(Entry(document), Time(document, "seen")), token),
            (entries, token) => InsertAsync(_entries, entries.Select(kept => ToDocument(kept.Entry, kept.SeenAt)), token), token => CountAsync(_entries, token), token => ClearAsync(_entries, token)),
    ];

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    private static UpdateDefinitionBuilder<BsonDocument> Update => Builders<BsonDocument>.Update;

    private static SortDefinitionBuilder<BsonDocument> Sort => Builders<BsonDocument>.Sort;

    public Task<bool> AddAsync(FeedRecord feed, CancellationToken cancellationToken) => _store.WriteAsync(token => TryInsertAsync(_feeds, ToDocument(feed), token), cancellationToken);

    public Task<FeedRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        _store.ReadAsync(async token => await _feeds.Find(ById(id)).FirstOrDefaultAsync(token) is { } found ? Feed(found) : null, cancellationToken);

    public Task<bool> TryReplaceAsync(FeedRecord feed, CancellationToken cancellationToken) => _store.WriteAsync(
        async token => (await _feeds.ReplaceOneAsync(ById(feed.Id) & Filter.Eq("revision", feed.Revision), ToDocument(feed with { Revision = feed.Revision + 1 }), cancellationToken: token)).MatchedCount == 1,
        cancellationToken);

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => _store.WriteAsync(
        async token =>
        {
            var removed = (await _feeds.DeleteOneAsync(ById(id), token)).DeletedCount == 1;
            // After the feed, so that its visitor, who finds it gone, adds no more.
            await _entries.DeleteManyAsync(OfFeed(id) & Waiting, token);
            return removed;
        },
        cancellationToken);

    public Task<IReadOnlyList<FeedRecord>> ListAsync(FeedState? state, string? afterUrl, int limit, CancellationToken cancellationToken) => _store.ReadAsync<IReadOnlyList<FeedRecord>>(
        async token =>
        {
            var wanted = Filter.Gt("url", afterUrl ?? "");
            var found = await _feeds.Find(state is { } one ? wanted & Filter.Eq("state", (int)one) : wanted).Sort(Sort.Ascending("url").Ascending("_id")).Limit(limit).ToListAsync(token);
            return found.ConvertAll(Feed);
        },
        cancellationToken);

    public Task<IReadOnlyList<FeedRecord>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => _store.ReadAsync<IReadOnlyList<FeedRecord>>(
        async token =>
        {
            var visited = await _feeds.Find(Filter.Gt("visit_until", now.UtcTicks)).Project(Builders<BsonDocument>.Projection.Include("host")).ToListAsync(token);
            var pipeline = PipelineDefinition<BsonDocument, BsonDocument>.Create(
                new BsonDocument("$match", new BsonDocument
                {
                    { "due", new BsonDocument("$lte", now.UtcTicks) }, { "host", new BsonDocument("$nin", new BsonArray(visited.Select(feed => feed["host"]).Distinct())) },
                }),
                new BsonDocument("$sort", new BsonDocument { { "due", 1 }, { "_id", 1 } }),
                new BsonDocument("$group", new BsonDocument { { "_id", "$host" }, { "due", new BsonDocument("$first", "$due") }, { "body", new BsonDocument("$first", "$body") } }),
                new BsonDocument("$sort", new BsonDocument("due", 1)),
                new BsonDocument("$limit", limit));
            return (await (await _feeds.AggregateAsync(pipeline, cancellationToken: token)).ToListAsync(token)).ConvertAll(Feed);
        },
        cancellationToken);

    public Task<IReadOnlyDictionary<FeedState, long>> CountAsync(CancellationToken cancellationToken) => _store.ReadAsync<IReadOnlyDictionary<FeedState, long>>(
        async token => (await GroupAsync(_feeds, [], "$state", token)).ToDictionary(group => (FeedState)group["_id"].ToInt32(), group => group["count"].ToInt64()), cancellationToken);

    public Task<int> AddEntriesAsync(IReadOnlyList<EntryRecord> entries, DateTimeOffset now, CancellationToken cancellationToken) => _store.WriteAsync(
        async token =>
        {
            var keys = entries.Select(entry => entry.Key).Distinct().ToList();
            var known = (await _entries.Find(Filter.In("_id", keys)).Project(Builders<BsonDocument>.Projection.Include("_id")).ToListAsync(token)).Select(document => document["_id"].AsString).ToHashSet();
            await _entries.UpdateManyAsync(Filter.In("_id", known) & Filter.Lt("seen", now.UtcTicks), Update.Set("seen", now.UtcTicks), cancellationToken: token);
            var added = 0;
            foreach (var entry in entries.Where(entry => known.Add(entry.Key)))
            {
                // Another feed may have shown it in between.
                if (await TryInsertAsync(_entries, ToDocument(entry, now), token))
                {
                    added++;
                }
            }

            return added;
        },
        cancellationToken);

    public Task<IReadOnlyDictionary<string, EntryRecord>> FindEntriesAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => _store.ReadAsync<IReadOnlyDictionary<string, EntryRecord>>(
        async token => (await _entries.Find(Filter.In("_id", keys)).ToListAsync(token)).Select(Entry).ToDictionary(entry => entry.Key, StringComparer.Ordinal), cancellationToken);

    public Task<bool> TryReplaceEntryAsync(EntryRecord before, EntryRecord after, CancellationToken cancellationToken) => _store.WriteAsync(
        async token => (await _entries.UpdateOneAsync(
            ById(after.Key) & Filter.Eq("fate", (int)before.Fate) & Filter.Eq("next", before.Next.UtcTicks),
            Update.Set("feed", after.FeedId).Set("fate", (int)after.Fate).Set("next", after.Next.UtcTicks).Set("body", JsonSerializer.Serialize(after)), cancellationToken: token)).MatchedCount == 1,
        cancellationToken);

    public Task<IReadOnlyList<EntryRecord>> ListWaitingAsync(string feedId, DateTimeOffset now, int limit, CancellationToken cancellationToken) => _store.ReadAsync<IReadOnlyList<EntryRecord>>(
        async token => (await _entries.Find(OfFeed(feedId) & ToFetch & Filter.Lte("next", now.UtcTicks)).Sort(Sort.Ascending("next").Ascending("_id")).Limit(limit).ToListAsync(token)).ConvertAll(Entry),
        cancellationToken);

    public Task<DateTimeOffset?> NextEntryAsync(string feedId, CancellationToken cancellationToken) => _store.ReadAsync<DateTimeOffset?>(
        async token => await _entries.Find(OfFeed(feedId) & ToFetch).Sort(Sort.Ascending("next")).Limit(1).FirstOrDefaultAsync(token) is { } first ? Time(first, "next") : null, cancellationToken);

    public Task ReplaceEntryAsync(EntryRecord entry, CancellationToken cancellationToken) => _store.WriteAsync(
        token => _entries.UpdateOneAsync(
            ById(entry.Key) & ToFetch, Update.Set("fate", (int)entry.Fate).Set("next", entry.Next.UtcTicks).Set("body", JsonSerializer.Serialize(entry)), cancellationToken: token),
        cancellationToken);

    public Task<IReadOnlyDictionary<EntryFate, long>> CountEntriesAsync(string feedId, CancellationToken cancellationToken) => _store.ReadAsync<IReadOnlyDictionary<EntryFate, long>>(
        async token => (await GroupAsync(_entries, new BsonDocument("feed", feedId), "$fate", token)).ToDictionary(group => (EntryFate)group["_id"].ToInt32(), group => group["count"].ToInt64()), cancellationToken);

    public Task<IReadOnlyList<EntryRecord>> ListGivenUpAsync(string feedId, int limit, CancellationToken cancellationToken) => _store.ReadAsync<IReadOnlyList<EntryRecord>>(
        async token => (await _entries.Find(OfFeed(feedId) & Filter.Eq("fate", (int)EntryFate.GivenUp)).Sort(Sort.Descending("next")).Limit(limit).ToListAsync(token)).ConvertAll(Entry),
        cancellationToken);

    public Task<long> ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) => _store.WriteAsync(
        async token =>
        {
            await _turns.DeleteManyAsync(Filter.Lt("next", before.UtcTicks) & Filter.Lt("until", before.UtcTicks), token);
            return (await _entries.DeleteManyAsync(Filter.Lt("seen", before.UtcTicks) & Filter.In("fate", [(int)EntryFate.Stored, (int)EntryFate.GivenUp, (int)EntryFate.Revisiting]), token)).DeletedCount;
        },
        cancellationToken);

    public Task<DateTimeOffset?> TakeTurnAsync(string host, string holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => _store.WriteAsync<DateTimeOffset?>(
        async token =>
        {
            var free = ById(host) & Filter.Lte("until", now.UtcTicks) & Filter.Lte("next", now.UtcTicks);
            if ((await _turns.UpdateOneAsync(free, Update.Set("holder", holder).Set("until", until.UtcTicks), cancellationToken: token)).MatchedCount == 1)
            {
                return null;
            }

            if (await _turns.Find(ById(host)).FirstOrDefaultAsync(token) is { } taken)
            {
                return new DateTimeOffset(Math.Max(taken["next"].ToInt64(), now.UtcTicks), TimeSpan.Zero);
            }

            // Where somebody else is quicker, he has it until he gives it back.
            return await TryInsertAsync(_turns, new BsonDocument { { "_id", host }, { "holder", holder }, { "until", until.UtcTicks }, { "next", 0L } }, token) ? null : now;
        },
        cancellationToken);

    public Task EndTurnAsync(string host, string holder, DateTimeOffset next, CancellationToken cancellationToken) => _store.WriteAsync(
        token => _turns.UpdateOneAsync(ById(host) & Filter.Eq("holder", holder), Update.Set("until", 0L).Set("next", next.UtcTicks), cancellationToken: token), cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => _store.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    public void Dispose() => _store.Dispose();

    private static FilterDefinition<BsonDocument> Waiting => Filter.Eq("fate", (int)EntryFate.Waiting);

    private static FilterDefinition<BsonDocument> ToFetch => Filter.In("fate", [(int)EntryFate.Waiting, (int)EntryFate.Revisiting]);

    private static FilterDefinition<BsonDocument> ById(string id) => Filter.Eq("_id", id);

    private static FilterDefinition<BsonDocument> OfFeed(string id) => Filter.Eq("feed", id);

    private static BsonDocument ToDocument(FeedRecord feed) => new()
    {
        { "_id", feed.Id }, { "url", feed.Url }, { "host", feed.Host }, { "state", (int)feed.State }, { "due", feed.Due.UtcTicks }, { "visit_until", feed.VisitUntil.UtcTicks },
        { "revision", feed.Revision }, { "body", JsonSerializer.Serialize(feed) },
    };

    private static BsonDocument ToDocument(EntryRecord entry, DateTimeOffset seen) => new()
    {
        { "_id", entry.Key }, { "feed", entry.FeedId }, { "fate", (int)entry.Fate }, { "next", entry.Next.UtcTicks }, { "seen", seen.UtcTicks }, { "body", JsonSerializer.Serialize(entry) },
    };

    private static FeedRecord Feed(BsonDocument document) => JsonSerializer.Deserialize<FeedRecord>(document["body"].AsString)!;

    private static EntryRecord Entry(BsonDocument document) => JsonSerializer.Deserialize<EntryRecord>(document["body"].AsString)!;

    private static DateTimeOffset Time(BsonDocument document, string name) => new(document[name].ToInt64(), TimeSpan.Zero);

    private static async Task<bool> TryInsertAsync(IMongoCollection<BsonDocument> collection, BsonDocument document, CancellationToken cancellationToken)
    {
        try
        {
            await collection.InsertOneAsync(document, cancellationToken: cancellationToken);
            return true;
        }
        catch (MongoWriteException taken) when (taken.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }

    private static async Task<List<BsonDocument>> GroupAsync(IMongoCollection<BsonDocument> collection, BsonDocument match, string by, CancellationToken cancellationToken) =>
        await (await collection.AggregateAsync(
            PipelineDefinition<BsonDocument, BsonDocument>.Create(
                new BsonDocument("$match", match), new BsonDocument("$group", new BsonDocument { { "_id", by }, { "count", new BsonDocument("$sum", 1) } })),
            cancellationToken: cancellationToken)).ToListAsync(cancellationToken);

    private Task<bool> InsertAsync(IMongoCollection<BsonDocument> collection, IEnumerable<BsonDocument> documents, CancellationToken cancellationToken) => _store.WriteAsync(
        async token =>
        {
            await collection.InsertManyAsync(documents, cancellationToken: token);
            return true;
        },
        cancellationToken);

    private Task<long> CountAsync(IMongoCollection<BsonDocument> collection, CancellationToken cancellationToken) =>
        _store.ReadAsync(token => collection.CountDocumentsAsync(Filter.Empty, cancellationToken: token), cancellationToken);

    private Task<DeleteResult> ClearAsync(IMongoCollection<BsonDocument> collection, CancellationToken cancellationToken) => _store.WriteAsync(token => collection.DeleteManyAsync(Filter.Empty, token), cancellationToken);
}
