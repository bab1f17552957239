using System.Globalization;
using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.ServiceDefaults;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>The ledger in MongoDB, part by part, for copying it. What each document holds is said by those who write it: <see cref="MongoWriter"/>, <see cref="MongoArticle"/>. No instance may run meanwhile.</summary>
internal sealed class MongoLedgerParts(MongoStore store)
{
    private const int ArticlesPerPage = 50;

    // Keys begin with 1.
    private const int NoActor = 0;

    // Copied documents count as older than the first commit, so that any may change them.
    private const long BeforeAnyCommit = 0;

    private static FilterDefinition<BsonDocument> Everything => new BsonDocument();

    private static BsonDocument Head => new("_id", MongoHead.Id);

    public IReadOnlyList<StorePart> All =>
    [
        StorePart.Of<CursorsRow>("cursors", _ => "cursors", ReadCursorsAsync, AppendAsync, async token => await ReadHeadAsync(token) is { LastEvent: 0, EffectFloor: 0 } ? 0 : 1,
            token => SetHeadAsync(new BsonDocument { { "event", 0L }, { "eventBefore", 0L }, { "eventFloor", 0L }, { "effectFloor", 0L } }, token)),
        StorePart.Of<IssueRow>("issues", issue => issue.Id,
            token => store.ReadAllAsync(Collection(MongoSchema.Issues), ById, ReadIssue, token),
            (rows, token) => PutAsync(MongoSchema.Issues, rows.Select(ToDocument), token), token => CountAsync(MongoSchema.Issues, token), token => ClearAsync(token, MongoSchema.Issues)),
        StorePart.Of<ActorRow>("actors", actor => Text(actor.Key),
            token => store.ReadAllAsync(Collection(MongoSchema.Actors), ById, ReadActor, token),
            (rows, token) => PutAsync(MongoSchema.Actors, rows.Select(ToDocument), token), token => CountAsync(MongoSchema.Actors, token), token => ClearAsync(token, MongoSchema.Actors)),
        StorePart.Of<ArticleRow>("articles of the ledger", article => article.Id, ReadArticlesAsync, AppendAsync, token => CountAsync(MongoSchema.Articles, token),
            token => ClearAsync(token, MongoSchema.Articles, MongoSchema.Texts, MongoSchema.Positions, MongoSchema.States, MongoSchema.Relations)),
        StorePart.Of<EventRow>("events", one => Text(one.Cursor), token => store.ReadAllAsync(Collection(MongoSchema.Events), ById, ReadEvent, token), AppendAsync,
            token => CountAsync(MongoSchema.Events, token), token => ClearAsync(token, MongoSchema.Events)),
        StorePart.Of<EffectRow>("effects", effect => Text(effect.Key), token => store.ReadAllAsync(Collection(MongoSchema.Effects), ById, ReadEffect, token),
            (rows, token) => PutAsync(MongoSchema.Effects, rows.Select(ToDocument), token), token => CountAsync(MongoSchema.Effects, token), token => ClearAsync(token, MongoSchema.Effects),
            CountUpAsync),
    ];

    private static SortDefinition<BsonDocument> ById => new BsonDocument("_id", 1);

    private static string Text(long key) => key.ToString(CultureInfo.InvariantCulture);

    private static IssueRow ReadIssue(BsonDocument document)
    {
        var issue = MongoIssue.From(document);
        return issue.IsClearing
            ? throw HalfDone()
            : new IssueRow(issue.Key, issue.Id, issue.Version, issue.IsRetired, document.TryGetValue("concerned", out var concerned) && !concerned.IsBsonNull ? concerned.ToInt64() : 0, issue.Info);
    }

    private static BsonDocument ToDocument(IssueRow row) => new MongoIssue(row.Key, row.Id, row.Version, row.Retired, IsClearing: false, row.Info).ToDocument().Add("concerned", row.Concerned);

    private static ActorRow ReadActor(BsonDocument document) => new(
        document["_id"].ToInt32(), document["key"].AsString, document["type"].ToInt32(), document["name"].AsString, document["represents"].AsString,
        [.. document["aliases"].AsBsonArray.Select(alias => alias.AsString).Order(StringComparer.Ordinal)]);

    private static BsonDocument ToDocument(ActorRow row)
    {
        var actor = new MongoActor(row.Key, row.NameKey, (Proto.ActorType)row.Type, row.Name) { Represents = row.Represents };
        foreach (var alias in row.Aliases)
        {
            actor.AddAlias(alias);
        }
        return actor.ToDocument();
    }

    private static EventRow ReadEvent(BsonDocument document) => new(
        document["_id"].ToInt64(), document["event"].AsByteArray, document["date"].AsString, document["context"].AsString, document["at"].ToInt64(), document["change"].ToInt32(), document["stance"].ToInt64(),
        document["issue"].ToInt32(), document["holder"].ToInt32());

    private static EffectRow ReadEffect(BsonDocument document) => new(
        document["_id"].ToInt64(), document["version"].ToInt64(), document["issue"].ToInt32(), document["added"].AsBoolean, document["stance"].AsByteArray, document["at"].ToInt64());

    private static BsonDocument ToDocument(EffectRow row) => new()
    {
        { "_id", row.Key }, { "version", row.Version }, { "issue", row.Issue }, { "added", row.Added }, { "stance", row.Stance }, { "at", row.At },
    };

    private static StoreUnavailableException HalfDone() => new("a change of the ledger is half written; start Query, let it finish and stop it again");

    private static StateRow ReadState(BsonDocument document) => new(
        document["issue"].ToInt32(), document["state"].ToInt32(), document["date"].AsString, document["start"].ToInt32(), document["confidence"].ToDouble(), document["info"].AsByteArray);

    private static RelationRow ReadRelation(BsonDocument document) => new(
        document["holder"].ToInt32(), document["target"].ToInt32(), document["represents"].AsString, document["targetRepresents"].AsString, document["label"].ToInt32(), document["date"].AsString,
        document["start"].ToInt32(), document["confidence"].ToDouble(), document["info"].AsByteArray);

    private static ArticleRow ReadArticle(BsonDocument document, BsonDocument text, IEnumerable<BsonDocument> states, IEnumerable<BsonDocument> relations)
    {
        var article = new MongoArticle(document);
        var info = document["info"].AsByteArray;
        return new ArticleRow(
            article.Key, article.Id, article.Publisher, article.Date, Proto.ArticleInfo.Parser.ParseFrom(info).Language, article.EngineVersion, article.Coding, document["accepted"].ToInt64(), article.Waits, info,
            article.Origin, article.Report, article.Work, article.Edition, article.IsSuperseded, article.History, text["url"].IsBsonNull ? null : text["url"].AsString, text["json"].AsByteArray,
            [.. article.Classified.OrderBy(one => one.Key).Select(one => new ClassifiedRow(one.Key, one.Value))],
            [.. article.Statements.Select(one => new StatementRow(
                one["id"].AsString, one["start"].ToInt32(), one["speaker"].IsBsonNull ? null : one["speaker"].ToInt32(), one["represents"].AsString, one["date"].AsString, one["confidence"].ToDouble(),
                one["info"].AsByteArray))],
            [.. article.Stances.OrderBy(one => one.Row).Select(one => new StanceRow(
                one.Row, one.Document["id"].AsString, one.Issue, one.Holder, one.Document["represents"].AsString, one.Document["label"].ToInt32(), one.Document["conditional"].AsBoolean,
                one.Document["confidence"].ToDouble(), one.Date, one.Document["start"].ToInt32(), one.Document["statement"].AsString, one.Info))],
            ArticleRow.Order(states.Select(ReadState)),
            ArticleRow.Order(relations.Select(ReadRelation)));
    }

    private static MongoArticle ToArticle(ArticleRow row)
    {
        var extracted = ArticlePayload.Unpack(row.Payload);
        var texts = row.Statements.ToDictionary(one => one.Id, one => Proto.Statement.Parser.ParseFrom(one.Info).Content.Text, StringComparer.Ordinal);
        var article = new MongoArticle(row.Id, row.Key);
        article.Restore(row, extracted.Title, extracted.Text,
        [
            .. row.Statements.Select(one => new BsonDocument
            {
                { "id", one.Id }, { "start", one.Start }, { "speaker", one.Speaker is { } speaker ? speaker : BsonNull.Value }, { "represents", one.Represents }, { "date", one.Date },
                { "confidence", one.Confidence }, { "info", one.Info }, { "words", MongoWriter.Words(texts[one.Id]) },
            }),
        ]);
        article.Stances.AddRange(row.Stances.Select(one => new StoredStance(new BsonDocument
        {
            { "row", one.Key }, { "id", one.Id }, { "issue", one.Issue }, { "holder", one.Holder }, { "represents", one.Represents }, { "label", one.Label }, { "conditional", one.Conditional },
            { "confidence", one.Confidence }, { "date", one.Date }, { "start", one.Start }, { "statement", one.Statement }, { "info", one.Info },
            { "words", MongoWriter.Words(Proto.Stance.Parser.ParseFrom(one.Info).Evidence.Text + "\n" + texts.GetValueOrDefault(one.Statement, "")) },
        })));
        return article;
    }

    private static BsonDocument ToDocument(MongoArticle article, int slot, RelationRow row) => new()
    {
        { "_id", article.SlotKey(slot) }, { "live", true }, { "article", article.Key }, { "n", slot }, { "articleId", article.Id }, { "publisher", article.Publisher }, { "holder", row.Holder }, { "target", row.Target },
        { "represents", row.Represents }, { "targetRepresents", row.TargetRepresents }, { "label", row.Label }, { "date", row.Date }, { "start", row.Start }, { "confidence", row.Confidence }, { "info", row.Info },
    };

    private IMongoCollection<BsonDocument> Collection(string name) => store.Collection(name).WithReadPreference(ReadPreference.Primary).WithReadConcern(ReadConcern.Majority);

    private async Task<MongoHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var head = MongoHead.From(await store.ReadAsync(token => Collection(MongoSchema.Ledger).Find(Head).FirstAsync(token), cancellationToken));
        return head.IsApplied ? head : throw HalfDone();
    }

    private Task<UpdateResult> SetHeadAsync(BsonDocument fields, CancellationToken cancellationToken) => store.WriteAsync(
        token => Collection(MongoSchema.Ledger).UpdateOneAsync(Head, new BsonDocument("$set", fields), cancellationToken: token), cancellationToken);

    private async IAsyncEnumerable<CursorsRow> ReadCursorsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await ReadHeadAsync(cancellationToken) is { } head && (head.LastEvent > 0 || head.EffectFloor > 0))
        {
            yield return new CursorsRow(head.LastEvent, head.EffectFloor);
        }
    }

    private Task AppendAsync(IReadOnlyList<CursorsRow> rows, CancellationToken cancellationToken) =>
        SetHeadAsync(new BsonDocument { { "event", rows[0].LastEvent }, { "eventBefore", rows[0].LastEvent }, { "effectFloor", rows[0].EffectFloor } }, cancellationToken);

    private async IAsyncEnumerable<ArticleRow> ReadArticlesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            var filter = new BsonDocument("row", new BsonDocument("$gt", after));
            var found = await store.ReadAsync(token => Collection(MongoSchema.Articles).Find(filter).Sort(new BsonDocument("row", 1)).Limit(ArticlesPerPage).ToListAsync(token), cancellationToken);
            if (found.Count == 0)
            {
                yield break;
            }
            var texts = (await InAsync(MongoSchema.Texts, "_id", found.Select(article => article["_id"]), live: false)).ToDictionary(text => text["_id"].AsString);
            var keys = found.ConvertAll(article => article["row"]);
            var states = (await InAsync(MongoSchema.States, "article", keys, live: true)).ToLookup(state => state["article"].ToInt64());
            var relations = (await InAsync(MongoSchema.Relations, "article", keys, live: true)).ToLookup(relation => relation["article"].ToInt64());
            foreach (var article in found)
            {
                after = article["row"].ToInt64();
                yield return ReadArticle(article, texts[article["_id"].AsString], states[after], relations[after]);
            }
        }

        Task<List<BsonDocument>> InAsync(string collection, string field, IEnumerable<BsonValue> values, bool live)
        {
            var filter = new BsonDocument(field, new BsonDocument("$in", new BsonArray(values)));
            if (live)
            {
                filter.Add("live", true);
            }
            return store.ReadAsync(token => Collection(collection).Find(filter).ToListAsync(token), cancellationToken);
        }
    }

    private async Task AppendAsync(IReadOnlyList<ArticleRow> rows, CancellationToken cancellationToken)
    {
        var articles = rows.Select(row => (Row: row, Article: ToArticle(row))).ToList();
        await PutAsync(MongoSchema.Texts, rows.Select(row => new BsonDocument { { "_id", row.Id }, { "url", row.Url is null ? BsonNull.Value : row.Url }, { "json", row.Payload } }), cancellationToken);
        await PutAsync(MongoSchema.Positions, articles.SelectMany(pair => pair.Article.Stances.Select(stance => stance.ToPosition(pair.Article).Add("live", true))), cancellationToken);
        await PutAsync(
            MongoSchema.States,
            articles.SelectMany(pair => pair.Row.States.Select((state, slot) => new StoredState(
                state.Issue, pair.Article.Key, slot, state.Date, state.Confidence, Proto.IssueState.Parser.ParseFrom(state.Info)).ToDocument(pair.Article))),
            cancellationToken);
        await PutAsync(MongoSchema.Relations, articles.SelectMany(pair => pair.Row.Relations.Select((relation, slot) => ToDocument(pair.Article, slot, relation))), cancellationToken);
        // Last: an article that is there has all that belongs to it.
        await PutAsync(MongoSchema.Articles, articles.Select(pair => pair.Article.ToDocument()), cancellationToken);
    }

    private async Task AppendAsync(IReadOnlyList<EventRow> rows, CancellationToken cancellationToken)
    {
        var added = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(rows.Where(row => row.Change > 0).Select(row => row.Stance))));
        var positions = (await store.ReadAsync(token => Collection(MongoSchema.Positions).Find(added).ToListAsync(token), cancellationToken)).ToDictionary(position => position["_id"].ToInt64());
        await PutAsync(
            MongoSchema.Events,
            rows.Select(row =>
            {
                var document = new BsonDocument
                {
                    { "_id", row.Cursor }, { "event", row.Event }, { "date", row.Date }, { "context", row.Context }, { "at", row.At }, { "change", row.Change }, { "stance", row.Stance }, { "issue", row.Issue },
                    { "holder", row.Holder },
                };
                // Of a stance that has gone since nobody asks for it.
                return row.Change > 0 && positions.TryGetValue(row.Stance, out var position)
                    ? document.Add("position", new BsonDocument(position.Elements.Where(element => element.Name is not ("live" or "c"))))
                    : document;
            }),
            cancellationToken);
    }

    /// <summary>Writes documents in their order; one that an interrupted copy left there is written again.</summary>
    private async Task PutAsync(string collection, IEnumerable<BsonDocument> documents, CancellationToken cancellationToken)
    {
        var isCommitted = collection is not (MongoSchema.Events or MongoSchema.Effects);
        var writes = documents.Select(document => (WriteModel<BsonDocument>)new ReplaceOneModel<BsonDocument>(
            new BsonDocument("_id", document["_id"]), isCommitted ? document.Set("c", BeforeAnyCommit) : document) { IsUpsert = true }).ToList();
        if (writes.Count > 0)
        {
            await store.WriteAsync(token => Collection(collection).BulkWriteAsync(writes, cancellationToken: token), cancellationToken);
        }
    }

    private Task<long> CountAsync(string collection, CancellationToken cancellationToken) =>
        store.ReadAsync(token => Collection(collection).CountDocumentsAsync(Everything, cancellationToken: token), cancellationToken);

    private async Task ClearAsync(CancellationToken cancellationToken, params string[] collections)
    {
        foreach (var collection in collections)
        {
            await store.WriteAsync(token => Collection(collection).DeleteManyAsync(Everything, token), cancellationToken);
        }
    }

    /// <summary>What the head and the actors count, and the keys given out last.</summary>
    private async Task CountUpAsync(CancellationToken cancellationToken)
    {
        var statements = await CountByActorAsync("statements", "speaker", cancellationToken);
        var stances = await CountByActorAsync("stances", "holder", cancellationToken);
        var used = statements.Keys.Union(stances.Keys).Where(key => key != NoActor).ToList();
        foreach (var some in used.Chunk(1_000))
        {
            var writes = some.Select(key => (WriteModel<BsonDocument>)new UpdateOneModel<BsonDocument>(
                new BsonDocument("_id", key),
                new BsonDocument("$set", new BsonDocument { { "statements", statements.GetValueOrDefault(key) }, { "stances", stances.GetValueOrDefault(key) }, { "used", true } })));
            await store.WriteAsync(token => Collection(MongoSchema.Actors).BulkWriteAsync(writes, cancellationToken: token), cancellationToken);
        }

        var last = (await ReadHeadAsync(cancellationToken)).LastEvent;
        await SetHeadAsync(
            new BsonDocument
            {
                { "articles", await CountAsync(MongoSchema.Articles, cancellationToken) }, { "statements", (long)statements.Values.Sum() }, { "stances", (long)stances.Values.Sum() }, { "actors", (long)used.Count },
                { "codebook", await LastAsync(MongoSchema.Issues, "version", cancellationToken) },
                { "eventFloor", await EndAsync(MongoSchema.Events, "_id", 1, cancellationToken) is { } first ? first - 1 : last },
                { "articleKey", await LastAsync(MongoSchema.Articles, "row", cancellationToken) },
                // The key of a stance that has gone is not given out again while events name it.
                { "stanceKey", Math.Max(await LastAsync(MongoSchema.Positions, "_id", cancellationToken), await LastAsync(MongoSchema.Events, "stance", cancellationToken)) },
                { "actorKey", (int)await LastAsync(MongoSchema.Actors, "_id", cancellationToken) }, { "issueKey", (int)await LastAsync(MongoSchema.Issues, "_id", cancellationToken) },
                { "effectKey", await LastAsync(MongoSchema.Effects, "_id", cancellationToken) },
            },
            cancellationToken);
    }

    private async Task<long> LastAsync(string collection, string field, CancellationToken cancellationToken) => await EndAsync(collection, field, -1, cancellationToken) ?? 0;

    private Task<long?> EndAsync(string collection, string field, int direction, CancellationToken cancellationToken) => store.ReadAsync(
        async token => (await Collection(collection).Find(Everything).Sort(new BsonDocument(field, direction)).Limit(1).Project(new BsonDocument(field, 1)).FirstOrDefaultAsync(token))?[field].ToInt64(),
        cancellationToken);

    /// <summary>How many there are of each actor in all articles; those of none under <see cref="NoActor"/>.</summary>
    private async Task<Dictionary<int, int>> CountByActorAsync(string list, string field, CancellationToken cancellationToken)
    {
        var pipeline = PipelineDefinition<BsonDocument, BsonDocument>.Create(
            new BsonDocument("$unwind", $"${list}"), new BsonDocument("$group", new BsonDocument { { "_id", $"${list}.{field}" }, { "count", new BsonDocument("$sum", 1) } }));
        var groups = await store.ReadAsync(async token => await (await Collection(MongoSchema.Articles).AggregateAsync(pipeline, cancellationToken: token)).ToListAsync(token), cancellationToken);
        return groups.ToDictionary(group => group["_id"].IsBsonNull ? NoActor : group["_id"].ToInt32(), group => group["count"].ToInt32());
    }
}
