using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.Contracts;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>
/// The read model in MongoDB, for several instances of the service at once; <see cref="MongoLedger"/> says how they write, <see cref="MongoSchema"/> what lies where and how it is sharded. Lists and the search
/// read where the connection string prefers to; whatever goes with the events and their cursors is read from the primary.
/// </summary>
internal sealed class MongoReadModel : IReadModel, IDisposable, IAsyncDisposable
{
    /// <summary>How long another instance may stand still with a commit that is not applied.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long positions that went stay marked. Whoever writes must not have stood still for longer, see <see cref="MongoLedger"/>.</summary>
    private static readonly TimeSpan s_markRetention = TimeSpan.FromDays(1);

    private readonly MongoStore _store;
    private readonly MongoLedger _ledger;
    private readonly TimeProvider _time;
    private readonly TimeSpan _eventRetention;
    private readonly TimeSpan _diffRetention;
    private DateTimeOffset _marksDropped;

    /// <param name="url">Connection string; the database it names, else <see cref="MongoSchema.DefaultDatabase"/>.</param>
    /// <param name="eventRetention">How long events are kept at least.</param>
    /// <param name="diffRetention">How long it is kept at least what a change of the codebook did.</param>
    /// <param name="time">Clock of the events.</param>
    /// <param name="patience">How long another instance may stand still before its commit is applied for it; null = <see cref="Patience"/>.</param>
    /// <exception cref="MongoConfigurationException">The connection string cannot be followed.</exception>
    public MongoReadModel(string url, TimeSpan eventRetention, TimeSpan diffRetention, TimeProvider time, TimeSpan? patience = null)
    {
        _store = new MongoStore(url, MongoSchema.DefaultDatabase, MongoSchema.Migrations);
        _ledger = new MongoLedger(_store, patience ?? Patience);
        (_eventRetention, _diffRetention, _time) = (eventRetention, diffRetention, time);
    }

    public Task CheckAsync(CancellationToken cancellationToken) => _store.CheckAsync(cancellationToken);

    public Task<IReadOnlyList<IndexedArticle>> WriteAsync(IReadOnlyList<StancesClassified> messages, CancellationToken cancellationToken) =>
        _store.WriteAsync<IReadOnlyList<IndexedArticle>>(
            async token =>
            {
                await DropMarksAsync(token);
                var written = new List<IndexedArticle>();
                while (written.Count < messages.Count)
                {
                    var (next, pairs, done) = await _ledger.CommitAsync(
                        async (head, cancel) =>
                        {
                            var writer = new MongoWriter(_ledger, head, _time.GetUtcNow());
                            await writer.TrimEventsAsync(_eventRetention, cancel);
                            await writer.TrimEffectsAsync(_diffRetention, cancel);
                            var done = await writer.WriteAsync([.. messages.Skip(written.Count)], cancel);
                            var (next, commit) = writer.Finish();
                            return (next, commit, (next, writer.Pairs, done));
                        },
                        token);
                    // A head that was committed has the number it was given then.
                    if (!next.IsApplied)
                    {
                        _ledger.KeepPairs(next.Number, pairs);
                    }
                    written.AddRange(done);
                }
                return written;
            },
            cancellationToken);

    public Task ApplyAsync(IssueChanged change, CancellationToken cancellationToken) =>
        _store.WriteAsync(
            async token =>
            {
                var isDone = false;
                while (!isDone)
                {
                    isDone = await _ledger.CommitAsync(
                        async (head, cancel) =>
                        {
                            var writer = new MongoWriter(_ledger, head, _time.GetUtcNow());
                            var done = await writer.ApplyAsync(change, cancel);
                            var (next, commit) = writer.Finish();
                            return (next, commit, done);
                        },
                        token);
                }
                return isDone;
            },
            cancellationToken);

    /// <summary>The newest commit; whether it is applied is told too.</summary>
    public Task<MongoHead> ReadHeadAsync(CancellationToken cancellationToken) => ReadAsync(_ledger.ReadHeadAsync, cancellationToken);

    /// <summary>Applies a commit that whoever made it has not applied.</summary>
    public Task<bool> RecoverAsync(MongoHead head, CancellationToken cancellationToken) => _store.WriteAsync(token => _ledger.RecoverAsync(head, token), cancellationToken);

    public Task<IReadOnlyList<WaitingArticle>> ReadWaitingAsync(long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<WaitingArticle>>(
            async token =>
            {
                var live = (await _ledger.ReadIssuesAsync(await _ledger.ReadHeadAsync(token), token)).Values.Where(issue => !issue.IsRetired && issue.Version > 0).OrderBy(issue => issue.Key).ToList();
                var found = await _ledger.Collection(MongoSchema.Articles).Find(new BsonDocument { { "waits", true }, { "row", new BsonDocument("$gt", after) } })
                    .Sort(new BsonDocument("row", 1)).Limit(limit).Project(Fields("row", "accepted", "classified")).ToListAsync(token);
                var texts = await ReadTextsAsync(found.ConvertAll(article => article["_id"].AsString), token);
                return [.. found.Select(article =>
                {
                    var text = texts[article["_id"].AsString];
                    var classified = article["classified"].AsBsonDocument;
                    return new WaitingArticle(
                        article["row"].ToInt64(), ArticlePayload.Unpack(text["json"].AsByteArray), text["url"].IsBsonNull ? null : text["url"].AsString,
                        new DateTimeOffset(article["accepted"].ToInt64(), TimeSpan.Zero),
                        [.. live.Where(issue => !classified.TryGetValue(issue.Key.ToString(CultureInfo.InvariantCulture), out var version) || issue.Version > version.ToInt64()).Select(issue => issue.Id)]);
                })];
            },
            cancellationToken);

    public Task<long> CountWaitingAsync(long after, long upTo, CancellationToken cancellationToken) =>
        ReadAsync(
            token => _ledger.Collection(MongoSchema.Articles).CountDocumentsAsync(
                new BsonDocument { { "waits", true }, { "row", new BsonDocument { { "$gt", after }, { "$lte", upTo } } } }, cancellationToken: token),
            cancellationToken);

    public Task<Page<Proto.Statement>> ListStatementsAsync(Proto.Filter filter, PageRequest page, CancellationToken cancellationToken) =>
        ReadAsync(
            async token =>
            {
                var (actors, issue) = await ResolveKeysAsync(filter, token);
                var articles = MongoFilter.ForStatements(filter);
                var item = MongoFilter.Statement(filter, actors, issue, "");
                var isAll = articles.IsEmpty && item.IsEmpty;
                var wanted = MongoFilter.Statement(filter, actors, issue, "statements.");
                if (!item.IsEmpty)
                {
                    articles.Add("statements", new BsonDocument("$elemMatch", item.Document));
                }
                long? total = page.After is not null ? null
                    : isAll ? (await _ledger.ReadHeadAsync(token)).Statements
                    : await CountStatementsAsync(articles, wanted, token);
                if (page.After is not null)
                {
                    var key = ReadKey(page.After, 2);
                    articles.Add("row", new BsonDocument("$gte", key[0]));
                    // They lie in their array in the order of the text.
                    wanted.Add(MongoFilter.Behind([("row", key[0]), ("n", key[1])]));
                }
                var found = await AggregateAsync(
                    _store.Collection(MongoSchema.Articles),
                    [
                        new("$match", articles.Document), new("$sort", new BsonDocument("row", 1)), new("$project", new BsonDocument { { "row", 1 }, { "statements", 1 } }),
                        new("$unwind", new BsonDocument { { "path", "$statements" }, { "includeArrayIndex", "n" } }), new("$match", wanted.Document), new("$limit", page.Size + 1),
                        new("$project", new BsonDocument { { "row", 1 }, { "n", 1 }, { "statements.info", 1 } }),
                    ],
                    token);
                return PageOf(found, page, ["row", "n"], total, statement => Proto.Statement.Parser.ParseFrom(statement["statements"]["info"].AsByteArray));
            },
            cancellationToken);

    public Task<Page<Proto.ActorSummary>> ListActorsAsync(Proto.ListActorsRequest request, PageRequest page, CancellationToken cancellationToken) =>
        ReadAsync(
            token => ListAsync(
                MongoSchema.Actors, MongoFilter.ForActors(request), ["key", "type"], false, page, Fields("key", "name", "type", "represents", "statements", "stances"),
                actor => new Proto.ActorSummary { Actor = Actor(actor), StatementCount = actor["statements"].ToInt32(), StanceCount = actor["stances"].ToInt32() }, token),
            cancellationToken);

    public Task<Page<Proto.ArticleInfo>> ListArticlesAsync(Proto.Filter filter, PageRequest page, CancellationToken cancellationToken) =>
        ReadAsync(
            async token =>
            {
                var (actors, issue) = await ResolveKeysAsync(filter, token);
                return await ListAsync(MongoSchema.Articles, MongoFilter.ForArticles(filter, actors, issue), ["date", "row"], true, page, Fields("date", "row", "info", "stanceCount"), Article, token);
            },
            cancellationToken);

    public Task<Page<Proto.ActorStance>> ListRelationsAsync(Proto.Filter filter, string target, PageRequest page, CancellationToken cancellationToken) =>
        ReadAsync(
            async token => await ListAsync(
                MongoSchema.Relations,
                MongoFilter.ForRelations(filter, await FindGroupAsync(filter, token), await FindActorsAsync(filter.Actor, token), target, await FindActorsAsync(target, token)),
                ["date", "article", "start", "n"], false, page, Fields("date", "article", "start", "n", "info"), relation => Proto.ActorStance.Parser.ParseFrom(relation["info"].AsByteArray), token),
            cancellationToken);

    public Task<Page<Proto.IssueState>> ListStatesAsync(Proto.Filter filter, IReadOnlyList<Proto.ProposalState> states, PageRequest page, CancellationToken cancellationToken) =>
        ReadAsync(
            async token => await ListAsync(
                MongoSchema.States, MongoFilter.ForStates(filter, await FindGroupAsync(filter, token), states), ["date", "article", "start", "n"], false, page, Fields("date", "article", "start", "n", "info"),
                state => Proto.IssueState.Parser.ParseFrom(state["info"].AsByteArray), token),
            cancellationToken);

    public Task<Page<FoundArticle>> SearchAsync(SearchQuery query, Proto.Filter filter, PageRequest page, CancellationToken cancellationToken) =>
        ReadAsync(
            async token =>
            {
                if (query.IsEmpty)
                {
                    return new Page<FoundArticle>([], null, page.After is null ? 0 : null);
                }
                var (actors, issue) = await ResolveKeysAsync(filter, token);
                var found = await ListAsync(
                    MongoSchema.Articles, MongoFilter.ForArticles(filter, actors, issue).AddSearch(query), ["row"], true, page, Fields("row", "info", "stanceCount"),
                    document => (Id: document["_id"].AsString, Info: Article(document)), token);
                // The text of an article is in its id: whichever extraction is read here holds the words.
                var texts = await ReadTextsAsync([.. found.Items.Select(article => article.Id)], token);
                return found.Select(article => new FoundArticle(article.Info, ArticlePayload.Unpack(texts[article.Id]["json"].AsByteArray)));
            },
            cancellationToken);

    public Task<Proto.GetArticleResponse?> FindArticleAsync(string articleId, CancellationToken cancellationToken) =>
        ReadAsync(
            async token =>
            {
                var found = await _store.Collection(MongoSchema.Articles).Find(new BsonDocument("_id", articleId)).Project(Fields("info", "stanceCount", "statements.info", "stances.info", "stances.start", "report", "work", "history"))
                    .FirstOrDefaultAsync(token);
                if (found is null)
                {
                    return null;
                }

                var article = ArticlePayload.Unpack((await ReadTextsAsync([articleId], token))[articleId]["json"].AsByteArray);
                var response = new Proto.GetArticleResponse { Article = Article(found), Text = article.Text };
                response.Dates.AddRange(article.Dates.Select(mention => mention.ToProto(article)));
                response.Statements.AddRange(found["statements"].AsBsonArray.Select(statement => Proto.Statement.Parser.ParseFrom(statement["info"].AsByteArray)));
                response.Stances.AddRange(found["stances"].AsBsonArray.OrderBy(stance => stance["start"].ToInt32()).Select(stance => Proto.Stance.Parser.ParseFrom(stance["info"].AsByteArray)));
                SupersededArticle.Recall(response, article, found.TryGetValue("history", out var history) && !history.IsBsonNull ? history.AsByteArray : null);
                response.Copies.AddRange(await ReadOthersAsync(found, "report", Current, "date", token));
                response.Revisions.AddRange(await ReadOthersAsync(found, "work", [], "edition", token));
                ReportChain.Tell(response);
                return response;
            },
            cancellationToken);

    // Articles from before do not tell.
    private static BsonDocument Current => new("superseded", new BsonDocument("$ne", true));

    /// <summary>The other articles of a group, in the order of a field.</summary>
    private async Task<IEnumerable<Proto.ArticleInfo>> ReadOthersAsync(BsonDocument article, string group, BsonDocument filter, string order, CancellationToken cancellationToken)
    {
        if (!article.TryGetValue(group, out var name) || name.AsString.Length == 0)
        {
            return [];
        }
        filter.Add(group, name).Add("_id", new BsonDocument("$ne", article["_id"]));
        var found = await _store.Collection(MongoSchema.Articles).Find(filter).Sort(new BsonDocument { { order, 1 }, { "row", 1 } }).Limit(ReportChain.MaxOthers).Project(Fields("info", "stanceCount"))
            .ToListAsync(cancellationToken);
        return found.Select(Article);
    }

    public Task<Proto.LedgerStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            async token =>
            {
                var head = await _ledger.ReadHeadAsync(token);
                return new Proto.LedgerStatus
                {
                    Articles = head.Articles, Statements = head.Statements, Stances = head.Stances, Actors = head.Actors, CodebookVersion = head.CodebookVersion,
                    Replaying = await CountWaitingNowAsync(token), FirstCursor = head.EventFloor, LastCursor = head.VisibleEvent, FirstDiffVersion = head.EffectFloor,
                };
            },
            cancellationToken);

    public Task<Proto.ReplayProgress> GetReplayProgressAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            async token =>
            {
                var waiting = await CountWaitingNowAsync(token);
                var newest = await _ledger.Collection(MongoSchema.Issues).Find(new BsonDocument()).Sort(new BsonDocument("version", -1)).Limit(1).Project(Fields("version", "concerned"))
                    .FirstOrDefaultAsync(token);
                var concerned = newest is not null && newest.TryGetValue("concerned", out var counted) && !counted.IsBsonNull ? counted.ToInt64() : 0;
                return new Proto.ReplayProgress { CodebookVersion = newest?["version"].ToInt64() ?? 0, Waiting = waiting, Concerned = Math.Max(waiting, concerned) };
            },
            cancellationToken);

    public Task<(Proto.StanceDiff? Diff, long Floor)> GetStanceDiffAsync(long from, long to, string issueId, int limit, CancellationToken cancellationToken) =>
        ReadAsync<(Proto.StanceDiff? Diff, long Floor)>(
            async token =>
            {
                var head = await _ledger.ReadHeadAsync(token);
                if (from < head.EffectFloor)
                {
                    return (null, head.EffectFloor);
                }
                var filter = new BsonDocument("version", new BsonDocument { { "$gt", from }, { "$lte", to } });
                if (issueId.Length > 0)
                {
                    filter.Add("issue", (await _ledger.ReadIssuesAsync(head, token)).GetValueOrDefault(issueId)?.Key ?? 0);
                }
                var builder = new StanceDiffBuilder();
                using var effects = await _ledger.Collection(MongoSchema.Effects).FindAsync(
                    filter, new FindOptions<BsonDocument, BsonDocument> { Sort = new BsonDocument("_id", 1), Projection = Fields("added", "stance") }, token);
                while (await effects.MoveNextAsync(token))
                {
                    if (!effects.Current.All(effect => builder.TryTake(Proto.Stance.Parser.ParseFrom(effect["stance"].AsByteArray), effect["added"].AsBoolean)))
                    {
                        return (null, head.EffectFloor);
                    }
                }
                // What was let go while it was read is missing from it.
                var after = await _ledger.ReadHeadAsync(token);
                if (from < after.EffectFloor)
                {
                    return (null, after.EffectFloor);
                }

                var diff = builder.Build(limit);
                (diff.FromVersion, diff.ToVersion, diff.Waiting) = (from, Math.Min(to, after.CodebookVersion), await CountWaitingNowAsync(token));
                return (diff, after.EffectFloor);
            },
            cancellationToken);

    public Task<FilterKeys> ResolveAsync(Proto.Filter filter, CancellationToken cancellationToken) =>
        ReadAsync(
            async token =>
            {
                var (actors, issue) = await ResolveKeysAsync(filter, token);
                long? article = null;
                if (filter.ArticleId.Length > 0)
                {
                    var found = await _ledger.Collection(MongoSchema.Articles).Find(new BsonDocument("_id", filter.ArticleId)).Project(Fields("row")).FirstOrDefaultAsync(token);
                    article = found?["row"].ToInt64() ?? 0;
                }
                return new FilterKeys(
                    filter.IssueId.Length == 0 ? null : issue, filter.Actor.Length == 0 ? null : actors.ToHashSet(), article, filter.Text.Length == 0 ? null : await StancesWithAsync(filter.Text, token), await FindGroupAsync(filter, token));
            },
            cancellationToken);

    public Task<long> ReadPositionsAsync(Action<StoredPosition> take, CancellationToken cancellationToken) =>
        ReadAsync(
            async token =>
            {
                // First of all: what is committed from here on may or may not be among the positions, and comes again with its event.
                var cursor = (await _ledger.ReadHeadAsync(token)).VisibleEvent;
                var articles = new Dictionary<long, LedgerArticle>();
                var strings = new Dictionary<string, string>(StringComparer.Ordinal);
                // Nearly all of them are wanted: by the index each would be looked up.
                await _ledger.Collection(MongoSchema.Positions).Find(new BsonDocument("live", true), new FindOptions { Hint = new BsonDocument("$natural", 1) }).ForEachAsync(
                    position =>
                    {
                        var key = position["article"].ToInt64();
                        if (!articles.TryGetValue(key, out var article))
                        {
                            articles[key] = article = ReadArticle(position, Shared);
                        }
                        take(new StoredPosition(position["issue"].ToInt32(), position["holder"].ToInt32(), ReadPosition(position, article, Shared)));
                    },
                    token);
                return cursor;

                string Shared(string text) => strings.TryGetValue(text, out var known) ? known : strings[text] = text;
            },
            cancellationToken);

    public Task<EventPage<PositionChange>> ReadPositionChangesAsync(long after, int limit, CancellationToken cancellationToken) =>
        ReadEventsAsync(
            after, limit, Fields("stance", "issue", "holder", "position"),
            change => new PositionChange(
                change["_id"].ToInt64(), change["stance"].ToInt64(), change["issue"].ToInt32(), change["holder"].ToInt32(),
                change.TryGetValue("position", out var position) ? ReadPosition(position.AsBsonDocument, ReadArticle(position.AsBsonDocument, text => text), text => text) : null),
            cancellationToken);

    public Task<IReadOnlyDictionary<long, Proto.Stance>> ReadStancesAsync(IReadOnlyCollection<long> rows, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<long, Proto.Stance>>(
            async token =>
            {
                var positions = await FindAsync(MongoSchema.Positions, "_id", rows, Fields("articleId"), token);
                var articles = await FindAsync(MongoSchema.Articles, "_id", positions.Select(position => position["articleId"].AsString).ToHashSet(), Fields("stances.row", "stances.info"), token);
                var wanted = rows.ToHashSet();
                return articles.SelectMany(article => article["stances"].AsBsonArray).Where(stance => wanted.Contains(stance["row"].ToInt64()))
                    .ToDictionary(stance => stance["row"].ToInt64(), stance => Proto.Stance.Parser.ParseFrom(stance["info"].AsByteArray));
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<long, Proto.ArticleInfo>> ReadArticlesAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<long, Proto.ArticleInfo>>(
            async token => (await FindAsync(MongoSchema.Articles, "row", keys, Fields("row", "info", "stanceCount"), token)).ToDictionary(article => article["row"].ToInt64(), Article),
            cancellationToken);

    public Task<IReadOnlyDictionary<int, Proto.Actor>> ReadActorsAsync(IReadOnlyCollection<int>? keys, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<int, Proto.Actor>>(
            async token =>
            {
                var fields = Fields("name", "type", "represents");
                var found = keys is null ? await _ledger.Collection(MongoSchema.Actors).Find(new BsonDocument()).Project(fields).ToListAsync(token) : await FindAsync(MongoSchema.Actors, "_id", keys, fields, token);
                return found.ToDictionary(actor => actor["_id"].ToInt32(), Actor);
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<int, Proto.Issue>> ReadIssuesAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<int, Proto.Issue>>(
            async token => (await _ledger.Collection(MongoSchema.Issues).Find(new BsonDocument()).Project(Fields("info")).ToListAsync(token))
                .ToDictionary(issue => issue["_id"].ToInt32(), issue => Proto.Issue.Parser.ParseFrom(issue["info"].AsByteArray)),
            cancellationToken);

    public Task<IReadOnlyDictionary<int, int>> ReadSpeakersAsync(int issue, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<int, int>>(
            async token => (await AggregateAsync(
                _store.Collection(MongoSchema.Articles),
                [
                    new("$match", new BsonDocument("stances.issue", issue)), new("$project", new BsonDocument("statements", 1)), new("$unwind", "$statements"),
                    new("$match", new BsonDocument("statements.speaker", new BsonDocument("$ne", BsonNull.Value))),
                    new("$group", new BsonDocument { { "_id", "$statements.speaker" }, { "count", new BsonDocument("$sum", 1) } }),
                ],
                token)).ToDictionary(speaker => speaker["_id"].ToInt32(), speaker => speaker["count"].ToInt32()),
            cancellationToken);

    public Task<EventPage<LedgerEvent>> ReadEventsAsync(long after, int limit, CancellationToken cancellationToken) =>
        ReadEventsAsync(
            after, limit, Fields("event", "date", "context", "holder"),
            change => new LedgerEvent(
                change["_id"].ToInt64(), Proto.WatchEvent.Parser.ParseFrom(change["event"].AsByteArray), change["date"].AsString, change["context"].AsString, change["holder"].ToInt32()),
            cancellationToken);

    public Task<long> GetLastEventAsync(CancellationToken cancellationToken) => ReadAsync(async token => (await _ledger.ReadHeadAsync(token)).VisibleEvent, cancellationToken);

    public void Dispose()
    {
        _ledger.Dispose();
        _store.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _ledger.Dispose();
        return _store.DisposeAsync();
    }

    private static ProjectionDefinition<BsonDocument, BsonDocument> Fields(params string[] names) => new BsonDocument(names.Select(name => new BsonElement(name, 1)));

    private static Proto.Actor Actor(BsonDocument actor) =>
        new() { Name = actor["name"].AsString, Type = (Proto.ActorType)actor["type"].ToInt32(), Represents = actor["represents"].AsString };

    private static Proto.ArticleInfo Article(BsonDocument document)
    {
        var article = Proto.ArticleInfo.Parser.ParseFrom(document["info"].AsByteArray);
        article.StanceCount = document["stanceCount"].ToInt32();
        return article;
    }

    private static LedgerArticle ReadArticle(BsonDocument position, Func<string, string> shared) => new(
        position["article"].ToInt64(), shared(position["publisher"].AsString), shared(position["origin"].AsString), shared(position.TryGetValue("report", out var report) ? report.AsString : ""), DateKey.Number(position["published"].AsString),
        LedgerArticle.TieOf(position["articleId"].AsString));

    private static Position ReadPosition(BsonDocument position, LedgerArticle article, Func<string, string> shared) => new(
        position["_id"].ToInt64(), article, position["start"].ToInt32(), DateKey.Number(position["date"].AsString), shared(position["represents"].AsString),
        (Proto.StanceLabel)position["label"].ToInt32(), position["conditional"].AsBoolean, (int)Math.Round(position["confidence"].ToDouble() * 1_000_000));

    private static Page<T> PageOf<T>(List<BsonDocument> found, PageRequest page, string[] key, long? total, Func<BsonDocument, T> map) => new(
        [.. found.Take(page.Size).Select(map)], found.Count <= page.Size ? null : KeysetKey.Format(key.Select(field => found[page.Size - 1][field]).Select(value => value.IsString ? (object)value.AsString : value.ToInt64())), total);

    private static BsonValue[] ReadKey(string key, int count) => [.. KeysetKey.Parse(key, count).Select(BsonValue.Create)];

    private Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken) => _store.ReadAsync(read, cancellationToken);

    /// <summary>A page by keyset: the key of the last item is part of the next question, so that a page costs the same wherever it lies and nothing shifts under writes.</summary>
    private async Task<Page<T>> ListAsync<T>(
        string collection, MongoFilter filter, string[] key, bool descending, PageRequest page, ProjectionDefinition<BsonDocument, BsonDocument> fields, Func<BsonDocument, T> map,
        CancellationToken cancellationToken)
    {
        long? total = page.After is not null ? null
            : filter.IsEmpty && collection == MongoSchema.Articles ? (await _ledger.ReadHeadAsync(cancellationToken)).Articles
            : await _store.Collection(collection).CountDocumentsAsync(filter.Document, cancellationToken: cancellationToken);
        if (page.After is not null)
        {
            filter.Add(MongoFilter.Behind([.. key.Zip(ReadKey(page.After, key.Length))], descending));
        }
        using var cursor = await _store.Collection(collection).FindAsync(
            filter.Document,
            new FindOptions<BsonDocument, BsonDocument>
            {
                Sort = new BsonDocument(key.Select(field => new BsonElement(field, descending ? -1 : 1))), Limit = page.Size + 1, Projection = fields,
            },
            cancellationToken);
        return PageOf(await cursor.ToListAsync(cancellationToken), page, key, total, map);
    }

    private async Task<EventPage<T>> ReadEventsAsync<T>(
        long after, int limit, ProjectionDefinition<BsonDocument, BsonDocument> fields, Func<BsonDocument, T> map, CancellationToken cancellationToken) =>
        await ReadAsync(
            async token =>
            {
                var head = await _ledger.ReadHeadAsync(token);
                var range = new BsonDocument { { "$gt", Math.Max(after, head.EventFloor) }, { "$lte", head.VisibleEvent } };
                var events = await _ledger.Collection(MongoSchema.Events).Find(new BsonDocument("_id", range)).Sort(new BsonDocument("_id", 1)).Limit(limit).Project(fields).ToListAsync(token);
                // Behind the events: those that were let go while they were read must not be missed in silence.
                return new EventPage<T>(events.ConvertAll(change => map(change)), (await _ledger.ReadHeadAsync(token)).EventFloor);
            },
            cancellationToken);

    private async Task<long> CountStatementsAsync(MongoFilter articles, MongoFilter wanted, CancellationToken cancellationToken)
    {
        var counted = await AggregateAsync(
            _store.Collection(MongoSchema.Articles),
            [
                new("$match", articles.Document), new("$project", new BsonDocument("statements", 1)), new("$unwind", "$statements"), new("$match", wanted.Document),
                new("$group", new BsonDocument { { "_id", BsonNull.Value }, { "count", new BsonDocument("$sum", 1) } }),
            ],
            cancellationToken);
        return counted.Count == 0 ? 0 : counted[0]["count"].ToInt64();
    }

    private static async Task<List<BsonDocument>> AggregateAsync(IMongoCollection<BsonDocument> collection, BsonDocument[] stages, CancellationToken cancellationToken)
    {
        using var cursor = await collection.AggregateAsync(
            PipelineDefinition<BsonDocument, BsonDocument>.Create(stages), new AggregateOptions { AllowDiskUse = true }, cancellationToken);
        return await cursor.ToListAsync(cancellationToken);
    }

    private async Task<List<BsonDocument>> FindAsync<T>(
        string collection, string field, IReadOnlyCollection<T> keys, ProjectionDefinition<BsonDocument, BsonDocument> fields, CancellationToken cancellationToken) =>
        keys.Count == 0 ? [] : await _ledger.Collection(collection).Find(new BsonDocument(field, MongoFilter.In(keys))).Project(fields).ToListAsync(cancellationToken);

    /// <summary>Texts by the ids of their articles. Where a secondary has the article and not yet its text, the primary has it.</summary>
    private async Task<Dictionary<string, BsonDocument>> ReadTextsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<string, BsonDocument>(StringComparer.Ordinal);
        foreach (var collection in new[] { _store.Collection(MongoSchema.Texts), _ledger.Collection(MongoSchema.Texts) })
        {
            var wanted = ids.Where(id => !texts.ContainsKey(id)).ToList();
            foreach (var text in wanted.Count == 0 ? [] : await collection.Find(new BsonDocument("_id", MongoFilter.In(wanted))).ToListAsync(cancellationToken))
            {
                texts[text["_id"].AsString] = text;
            }
        }
        return texts;
    }

    private async Task<(IReadOnlyCollection<int> Actors, int Issue)> ResolveKeysAsync(Proto.Filter filter, CancellationToken cancellationToken)
    {
        var issue = filter.IssueId.Length == 0 ? null
            : await _ledger.Collection(MongoSchema.Issues).Find(new BsonDocument("id", filter.IssueId)).Project(Fields("id")).FirstOrDefaultAsync(cancellationToken);
        return (await FindActorsAsync(filter.Actor, cancellationToken), issue?["_id"].ToInt32() ?? 0);
    }

    private async Task<IReadOnlyCollection<long>?> FindGroupAsync(Proto.Filter filter, CancellationToken cancellationToken) =>
        MongoFilter.ForGroups(filter) is { } groups
            ? (await _ledger.Collection(MongoSchema.Articles).Find(groups.Document).Project(Fields("row")).ToListAsync(cancellationToken)).ConvertAll(article => article["row"].ToInt64())
            : null;

    private async Task<IReadOnlyCollection<int>> FindActorsAsync(string actor, CancellationToken cancellationToken) =>
        actor.Length == 0 ? [] : (await _ledger.Collection(MongoSchema.Actors).Find(MongoFilter.Named(actor)).Project(Fields("_id")).ToListAsync(cancellationToken)).ConvertAll(found => found["_id"].ToInt32());

    private async Task<IReadOnlyCollection<long>> StancesWithAsync(string text, CancellationToken cancellationToken)
    {
        var found = await AggregateAsync(
            _ledger.Collection(MongoSchema.Articles),
            [
                new("$match", new BsonDocument("stances", new BsonDocument("$elemMatch", MongoFilter.Words("words", text)))), new("$project", new BsonDocument("stances", 1)),
                new("$unwind", "$stances"), new("$match", MongoFilter.Words("stances.words", text)), new("$project", new BsonDocument("stances.row", 1)),
            ],
            cancellationToken);
        return found.ConvertAll(stance => stance["stances"]["row"].ToInt64());
    }

    private Task<long> CountWaitingNowAsync(CancellationToken cancellationToken) =>
        _ledger.Collection(MongoSchema.Articles).CountDocumentsAsync(new BsonDocument("waits", true), cancellationToken: cancellationToken);

    private async Task DropMarksAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (now - _marksDropped < s_markRetention)
        {
            return;
        }
        await _ledger.Collection(MongoSchema.Positions).DeleteManyAsync(
            new BsonDocument { { "live", false }, { "gone", new BsonDocument("$lt", (now - s_markRetention).UtcTicks) } }, cancellationToken);
        _marksDropped = now;
    }
}
