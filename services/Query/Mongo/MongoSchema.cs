using MongoDB.Bson;
using MongoDB.Driver;

namespace Sikap.Query;

/// <summary>
/// Collections of the read model. Each document but events and effects, which never change, carries in <c>c</c> the number of the commit that wrote it last, see <see cref="MongoLedger"/>.
/// Shard keys: <c>{ _id: "hashed" }</c> for <see cref="Articles"/>, <see cref="Texts"/>, <see cref="Positions"/>, <see cref="States"/>, <see cref="Relations"/> and <see cref="Actors"/>, since every write
/// goes by <c>_id</c> and lists ask all shards anyway; <c>{ _id: 1 }</c> for <see cref="Events"/> and <see cref="Effects"/>, which are read in that order. <see cref="Ledger"/> is one document and
/// <see cref="Issues"/> some thousand: they stay unsharded.
/// </summary>
internal static class MongoSchema
{
    public const string DefaultDatabase = "sikap_query";

    /// <summary>The head: what was committed last.</summary>
    public const string Ledger = "ledger";

    /// <summary>An article with its statements and stances, what the lists and the search look through.</summary>
    public const string Articles = "articles";

    /// <summary>The article as it was extracted, compressed.</summary>
    public const string Texts = "texts";

    /// <summary>The numbers of each stance: what <see cref="LedgerIndex"/> reads at start, and what a new stance is compared with.</summary>
    public const string Positions = "positions";

    /// <summary>States of proposals.</summary>
    public const string States = "states";

    /// <summary>Who is for or against whom.</summary>
    public const string Relations = "relations";

    public const string Actors = "actors";

    public const string Issues = "issues";

    public const string Events = "events";

    /// <summary>What changes of the codebook did.</summary>
    public const string Effects = "effects";

    /// <summary>Steps from an empty database to the present one. A change is a new step at the end; steps that were released stay as they are. Each may run twice.</summary>
    public static IReadOnlyList<Func<IMongoDatabase, CancellationToken, Task>> Migrations { get; } = [CreateAsync, AddGroupsAsync, AddStoriesAsync];

    private static async Task CreateAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await IndexAsync(database, Articles, cancellationToken,
            "row",
            "-date -row",
            "publisher row",
            "waits row",
            "words",
            "stances.issue stances.label",
            "stances.holder",
            "stances.represents",
            "stances.words",
            "statements.speaker",
            "statements.represents",
            "statements.words");
        await IndexAsync(database, Positions, cancellationToken, "holder issue live", "live gone");
        await IndexAsync(database, States, cancellationToken,
            "article",
            "issue live date article start n",
            "live date article start n");
        await IndexAsync(database, Relations, cancellationToken,
            "live date article start n",
            "holder live date",
            "target live date");
        await IndexAsync(database, Actors, cancellationToken, "key type", "aliases", "words");
        await IndexAsync(database, Issues, cancellationToken, "id");
        await IndexAsync(database, Effects, cancellationToken, "version _id");
        await database.GetCollection<BsonDocument>(Ledger).UpdateOneAsync(
            new BsonDocument("_id", MongoHead.Id), new BsonDocument("$setOnInsert", new MongoHead().ToDocument()), new UpdateOptions { IsUpsert = true }, cancellationToken);
    }

    // What Ingestion found out: copies and revisions. Articles from before are handed on by it once more and get theirs then.
    private static Task<IEnumerable<string>> AddGroupsAsync(IMongoDatabase database, CancellationToken cancellationToken) => IndexAsync(database, Articles, cancellationToken, "report date", "work edition");

    // Articles from before tell theirs in their metadata.
    private static async Task AddStoriesAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        await IndexAsync(database, Articles, cancellationToken, "story");
        var articles = database.GetCollection<BsonDocument>(Articles);
        using var untold = await articles.Find(new BsonDocument("story", new BsonDocument("$exists", false))).Project(Builders<BsonDocument>.Projection.Include("info")).ToCursorAsync(cancellationToken);
        await untold.ForEachAsync(
            async article => await articles.UpdateOneAsync(
                new BsonDocument("_id", article["_id"]), new BsonDocument("$set", new BsonDocument("story", Sikap.V1.ArticleInfo.Parser.ParseFrom(article["info"].AsByteArray).StoryId)), cancellationToken: cancellationToken),
            cancellationToken);
    }

    /// <summary>Each index names its fields between blanks, those in falling order with a minus.</summary>
    private static Task<IEnumerable<string>> IndexAsync(IMongoDatabase database, string collection, CancellationToken cancellationToken, params IEnumerable<string> indexes) =>
        database.GetCollection<BsonDocument>(collection).Indexes.CreateManyAsync(
            indexes.Select(index => new CreateIndexModel<BsonDocument>(new BsonDocument(index.Split(' ').Select(field => new BsonElement(field.TrimStart('-'), field.StartsWith('-') ? -1 : 1))))),
            cancellationToken);
}
