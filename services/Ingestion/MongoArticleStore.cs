using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>Articles in MongoDB, one document each under its id. Shard key: <c>{ _id: "hashed" }</c>; ids are hashes of content.</summary>
internal sealed class MongoArticleStore : IArticleStore, IAsyncDisposable, IDisposable
{
    public const string DefaultDatabase = "sikap_ingestion";

    private const string CollectionName = "articles";
    private const string IdentitiesName = "identities";

    private readonly MongoStore _store;
    private readonly IMongoCollection<BsonDocument> _articles;
    private readonly IMongoCollection<BsonDocument> _identities;
    private long? _appended;

    /// <exception cref="MongoConfigurationException">The connection string cannot be followed.</exception>
    public MongoArticleStore(string url)
    {
        _store = new MongoStore(url, DefaultDatabase,
        [
            (database, token) => database.GetCollection<BsonDocument>(CollectionName).Indexes.CreateOneAsync(
                new CreateIndexModel<BsonDocument>(Builders<BsonDocument>.IndexKeys.Ascending("progress").Ascending("order")), cancellationToken: token),
            AddIdentitiesAsync,
        ]);
        _articles = _store.Collection(CollectionName);
        // What an entry is worked out from must not be rolled back.
        _identities = _store.Collection(IdentitiesName).WithReadPreference(ReadPreference.Primary).WithReadConcern(ReadConcern.Majority);
    }

    /// <summary>What it keeps, as it is carried to another store; see <see cref="StorePart"/>.</summary>
    public IReadOnlyList<StorePart> Parts =>
    [
        StorePart.Of<ArticleWithProgress>("articles", stored => stored.Article.Id, ReadAllAsync, AppendAllAsync, CountAllAsync, ClearAsync),
        StorePart.Of<IdentityEntry>(
            "identities", entry => entry.ArticleId,
            token => _store.ReadAllAsync(_identities, Builders<BsonDocument>.Sort.Ascending("_id"), ToEntry, token),
            (entries, token) => _store.WriteAsync(
                async canceled =>
                {
                    await _identities.InsertManyAsync(entries.Select(ToDocument), cancellationToken: canceled);
                    return true;
                },
                token),
            token => _store.ReadAsync(canceled => _identities.CountDocumentsAsync(Filter.Empty, cancellationToken: canceled), token),
            token => _store.WriteAsync(canceled => _identities.DeleteManyAsync(Filter.Empty, canceled), token)),
    ];

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    private static UpdateDefinitionBuilder<BsonDocument> Update => Builders<BsonDocument>.Update;

    public Task<AddResult> AddAsync(ArticleRecord article, CancellationToken cancellationToken) => _store.WriteAsync(
        async token =>
        {
            try
            {
                await _articles.InsertOneAsync(ToDocument(article), cancellationToken: token);
                return new AddResult(true, ArticleProgress.Accepted, article.Coding is not null);
            }
            catch (MongoWriteException taken) when (taken.WriteError?.Category == ServerErrorCategory.DuplicateKey)
            {
                var recoded = article.Coding is { } coding && await RecodeAsync(article.Id, coding, article.AcceptedAt, token);

                // From the primary: another member may not have what was just refused.
                var there = await _articles.WithReadPreference(ReadPreference.Primary).Find(ById(article.Id)).FirstAsync(token);
                return new AddResult(false, ToState(there).Progress, recoded);
            }
        },
        cancellationToken);

    public Task<ArticleRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        _store.ReadAsync(async token => await _articles.Find(ById(id)).FirstOrDefaultAsync(token) is { } found ? ToArticle(found) : null, cancellationToken);

    public Task<ArticleState?> FindStateAsync(string id, CancellationToken cancellationToken) =>
        _store.ReadAsync(async token => await _articles.Find(ById(id)).Project(WithoutText).FirstOrDefaultAsync(token) is { } found ? ToState(found) : null, cancellationToken);

    public Task MarkPublishedAsync(string id, long codingRevision, DateTimeOffset at, CancellationToken cancellationToken) => _store.WriteAsync(
        token => _articles.UpdateOneAsync(
            Filter.And(ById(id), Filter.Eq("progress", (int)ArticleProgress.Accepted), Filter.Lte("revision", codingRevision)),
            Update.Set("progress", (int)ArticleProgress.Published).Set("changed", at.UtcTicks),
            cancellationToken: token),
        cancellationToken);

    public Task<bool> MarkIndexedAsync(string id, string language, bool supported, long codingRevision, DateTimeOffset at, CancellationToken cancellationToken) => _store.WriteAsync(
        async token =>
        {
            var progress = supported ? ArticleProgress.Queryable : ArticleProgress.UnsupportedLanguage;
            var change = Update.Set("progress", (int)progress).Set("language", language).Set("changed", at.UtcTicks).Unset("reason");
            return (await _articles.UpdateOneAsync(Filter.And(ById(id), Filter.Lte("revision", codingRevision)), change, cancellationToken: token)).MatchedCount == 1
                || await _articles.WithReadPreference(ReadPreference.Primary).Find(ById(id)).AnyAsync(token);
        },
        cancellationToken);

    public Task<bool> MarkFailedAsync(string id, string reason, DateTimeOffset at, CancellationToken cancellationToken) => _store.WriteAsync(
        async token =>
        {
            var open = Filter.In("progress", [(int)ArticleProgress.Accepted, (int)ArticleProgress.Published, (int)ArticleProgress.Failed]);
            var change = Update.Set("progress", (int)ArticleProgress.Failed).Set("reason", reason).Set("changed", at.UtcTicks);
            return (await _articles.UpdateOneAsync(Filter.And(ById(id), open), change, cancellationToken: token)).MatchedCount == 1;
        },
        cancellationToken);

    public Task<int> ResetPublishedAsync(CancellationToken cancellationToken) => _store.WriteAsync(
        async token => (int)(await _articles.UpdateManyAsync(
            Filter.Eq("progress", (int)ArticleProgress.Published), Update.Set("progress", (int)ArticleProgress.Accepted), cancellationToken: token)).ModifiedCount,
        cancellationToken);

    public Task<IReadOnlyList<ArticleRecord>> ListAcceptedAsync(int limit, CancellationToken cancellationToken) => _store.ReadAsync<IReadOnlyList<ArticleRecord>>(
        async token =>
        {
            var found = await _articles.Find(Filter.Eq("progress", (int)ArticleProgress.Accepted)).Sort(Builders<BsonDocument>.Sort.Ascending("order")).Limit(limit).ToListAsync(token);
            return found.ConvertAll(ToArticle);
        },
        cancellationToken);

    public Task<IReadOnlyDictionary<ArticleProgress, long>> CountAsync(CancellationToken cancellationToken) => _store.ReadAsync<IReadOnlyDictionary<ArticleProgress, long>>(
        async token =>
        {
            var pipeline = PipelineDefinition<BsonDocument, BsonDocument>.Create(
                new BsonDocument("$group", new BsonDocument { { "_id", "$progress" }, { "count", new BsonDocument("$sum", 1) } }));
            var groups = await (await _articles.AggregateAsync(pipeline, cancellationToken: token)).ToListAsync(token);
            return groups.ToDictionary(group => (ArticleProgress)group["_id"].ToInt32(), group => group["count"].ToInt64());
        },
        cancellationToken);

    public Task<IReadOnlyList<IdentityEntry>> ListIdentitiesAsync(long after, int limit, CancellationToken cancellationToken) => _store.ReadAsync<IReadOnlyList<IdentityEntry>>(
        async token => (await _identities.Find(Filter.Gt("_id", after)).Sort(Builders<BsonDocument>.Sort.Ascending("_id")).Limit(limit).ToListAsync(token)).ConvertAll(ToEntry),
        cancellationToken);

    public Task<bool> AppendIdentitiesAsync(IReadOnlyList<IdentityEntry> entries, CancellationToken cancellationToken) => _store.WriteAsync(
        async token =>
        {
            try
            {
                // In their order, so that the server stops at the first number that is taken: each entry is worked out from those before it only.
                await _identities.InsertManyAsync(entries.Select(ToDocument), new InsertManyOptions { IsOrdered = true }, token);
                return true;
            }
            catch (MongoBulkWriteException taken) when (taken.WriteErrors.Any(error => error.Category == ServerErrorCategory.DuplicateKey))
            {
                return false;
            }
        },
        cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => _store.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    public void Dispose() => _store.Dispose();

    // In the order of the index; where it counts, among the accepted ones, that is the order of their acceptance.
    private IAsyncEnumerable<ArticleWithProgress> ReadAllAsync(CancellationToken cancellationToken) => _store.ReadAllAsync(
        _articles.WithReadPreference(ReadPreference.Primary), Builders<BsonDocument>.Sort.Ascending("progress").Ascending("order"),
        ToStored,
        cancellationToken);

    private async Task AppendAllAsync(IReadOnlyList<ArticleWithProgress> articles, CancellationToken cancellationToken)
    {
        var position = _appended ??= await CountAllAsync(cancellationToken);
        await _store.WriteAsync(
            async token =>
            {
                await _articles.InsertManyAsync(articles.Select(ToDocument), cancellationToken: token);
                return true;
            },
            cancellationToken);
        _appended = position + articles.Count;

        BsonDocument ToDocument(ArticleWithProgress stored, int index)
        {
            var document = MongoArticleStore.ToDocument(stored.Article);
            document["order"] = MongoStore.EarlyOrder(position + index);
            document["progress"] = (int)stored.Progress;
            document["changed"] = stored.ChangedAt.UtcTicks;
            document["revision"] = stored.Article.CodingRevision;
            AddText(document, "reason", stored.Reason);
            AddText(document, "language", stored.Language);
            return document;
        }
    }

    private Task<long> CountAllAsync(CancellationToken cancellationToken) => _store.ReadAsync(
        token => _articles.WithReadPreference(ReadPreference.Primary).CountDocumentsAsync(Filter.Empty, cancellationToken: token), cancellationToken);

    private Task ClearAsync(CancellationToken cancellationToken)
    {
        _appended = null;
        return _store.WriteAsync(token => _articles.DeleteManyAsync(Filter.Empty, token), cancellationToken);
    }

    private static ProjectionDefinition<BsonDocument, BsonDocument> WithoutText => Builders<BsonDocument>.Projection.Exclude("text");

    private static FilterDefinition<BsonDocument> ById(string id) => Filter.Eq("_id", id);

    /// <summary>Another coding gets the next revision, that of a failed article is tried again under its own; both make the article ACCEPTED. True where one of both was so.</summary>
    private async Task<bool> RecodeAsync(string id, string coding, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var again = Update.Set("progress", (int)ArticleProgress.Accepted).Set("changed", at.UtcTicks).Unset("reason");
        var another = await _articles.UpdateOneAsync(Filter.And(ById(id), Filter.Ne("coding", coding)), again.Set("coding", coding).Inc("revision", 1L), cancellationToken: cancellationToken);
        if (another.MatchedCount == 1)
        {
            return true;
        }

        var failed = Filter.And(ById(id), Filter.Eq("coding", coding), Filter.Eq("progress", (int)ArticleProgress.Failed));
        return (await _articles.UpdateOneAsync(failed, again, cancellationToken: cancellationToken)).MatchedCount == 1;
    }

    /// <summary>Times are ticks of UTC: a BSON date would lose what is below a millisecond.</summary>
    private static BsonDocument ToDocument(ArticleRecord article)
    {
        var document = new BsonDocument
        {
            { "_id", article.Id }, { "order", ObjectId.GenerateNewId() }, { "text", article.Text }, { "accepted", article.AcceptedAt.UtcTicks },
            { "progress", (int)ArticleProgress.Accepted }, { "changed", article.AcceptedAt.UtcTicks },
            { "revision", article.Coding is null ? 0L : 1L },
        };
        AddText(document, "title", article.Title);
        AddText(document, "publisher", article.Publisher);
        AddText(document, "url", article.Url);
        AddText(document, "published", article.Published?.ToString("O", CultureInfo.InvariantCulture));
        AddText(document, "trace", article.TraceParent);
        AddText(document, "coding", article.Coding);
        AddText(document, "canonical", article.CanonicalUrl);
        AddText(document, "publishedFrom", article.PublishedFrom);
        AddText(document, "modified", article.Modified?.ToString("O", CultureInfo.InvariantCulture));
        if (article.PublishedPrecision != DatePrecision.Minute)
        {
            document.Add("publishedPrecision", (int)article.PublishedPrecision);
        }

        if (article.Authors.Count > 0)
        {
            document.Add("authors", new BsonArray(article.Authors));
        }

        return document;
    }

    private static ArticleRecord ToArticle(BsonDocument document) => new()
    {
        Id = document["_id"].AsString,
        Text = document["text"].AsString,
        Title = Text(document, "title"),
        Publisher = Text(document, "publisher"),
        Url = Text(document, "url"),
        Published = Stamp(document, "published"),
        AcceptedAt = Time(document, "accepted"),
        TraceParent = Text(document, "trace"),
        Coding = Text(document, "coding"),
        CanonicalUrl = Text(document, "canonical"),
        Authors = document.TryGetValue("authors", out var authors) ? [.. authors.AsBsonArray.Select(author => author.AsString)] : [],
        PublishedPrecision = document.TryGetValue("publishedPrecision", out var precision) ? (DatePrecision)precision.ToInt32() : DatePrecision.Minute,
        PublishedFrom = Text(document, "publishedFrom"),
        Modified = Stamp(document, "modified"),
        CodingRevision = document["revision"].ToInt64(),
    };

    private static ArticleWithProgress ToStored(BsonDocument document)
    {
        var state = ToState(document);
        return new ArticleWithProgress(ToArticle(document), state.Progress, state.Reason, state.Language, state.ChangedAt);
    }

    private static ArticleState ToState(BsonDocument document) => new(
        document["_id"].AsString, (ArticleProgress)document["progress"].ToInt32(), Text(document, "reason"), Text(document, "language"), Time(document, "accepted"), Time(document, "changed"));

    /// <summary>Articles from before have no entry: all are handed on once more, with what is then known of them.</summary>
    private static async Task AddIdentitiesAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await database.GetCollection<BsonDocument>(IdentitiesName).Indexes.CreateOneAsync(
            new CreateIndexModel<BsonDocument>(Builders<BsonDocument>.IndexKeys.Ascending("article"), new CreateIndexOptions { Unique = true }), cancellationToken: cancellationToken);
        await database.GetCollection<BsonDocument>(CollectionName).UpdateManyAsync(
            Filter.In("progress", [(int)ArticleProgress.Published, (int)ArticleProgress.Queryable, (int)ArticleProgress.UnsupportedLanguage]),
            Update.Set("progress", (int)ArticleProgress.Accepted), cancellationToken: cancellationToken);
    }

    private static BsonDocument ToDocument(IdentityEntry entry)
    {
        var document = new BsonDocument
        {
            { "_id", entry.Number }, { "article", entry.ArticleId }, { "publisher", entry.Publisher }, { "title", entry.Title }, { "minute", entry.Minute }, { "minuteKnown", entry.IsMinuteKnown },
            { "runs", entry.Runs }, { "sketch", entry.Sketch }, { "terms", entry.Terms }, { "work", entry.Work }, { "edition", entry.Edition }, { "report", entry.Report }, { "story", entry.Story },
        };
        AddText(document, "address", entry.Address);
        AddText(document, "revisionOf", entry.RevisionOf);
        return document;
    }

    private static IdentityEntry ToEntry(BsonDocument document) => new()
    {
        Number = document["_id"].ToInt64(),
        ArticleId = document["article"].AsString,
        Publisher = document["publisher"].AsString,
        Address = Text(document, "address"),
        Title = document["title"].ToInt64(),
        Minute = document["minute"].ToInt64(),
        IsMinuteKnown = document["minuteKnown"].AsBoolean,
        Runs = document["runs"].ToInt32(),
        Sketch = document["sketch"].AsByteArray,
        Terms = document["terms"].AsByteArray,
        Work = document["work"].AsString,
        Edition = document["edition"].ToInt32(),
        RevisionOf = Text(document, "revisionOf"),
        Report = document["report"].AsString,
        Story = document["story"].AsString,
    };

    private static void AddText(BsonDocument document, string name, string? value)
    {
        if (value is not null)
        {
            document.Add(name, value);
        }
    }

    private static string? Text(BsonDocument document, string name) => document.TryGetValue(name, out var value) ? value.AsString : null;

    private static DateTimeOffset? Stamp(BsonDocument document, string name) =>
        Text(document, name) is { } stamp ? DateTimeOffset.Parse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null;

    private static DateTimeOffset Time(BsonDocument document, string name) => new(document[name].ToInt64(), TimeSpan.Zero);
}
