using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.MongoClient.Tests.Mock;
using Sikap.TestKit;

namespace Sikap.MongoClient.Tests;

/// <summary>What the stores ask of a collection; the same against the server of this process and against a real one.</summary>
public abstract class CollectionContract : IAsyncLifetime
{
    protected IMongoCollection<BsonDocument> Collection { get; private set; } = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static FilterDefinitionBuilder<BsonDocument> Filter => Builders<BsonDocument>.Filter;

    private static UpdateDefinitionBuilder<BsonDocument> Update => Builders<BsonDocument>.Update;

    public async ValueTask InitializeAsync() => Collection = await OpenAsync();

    public abstract ValueTask DisposeAsync();

    protected abstract Task<IMongoCollection<BsonDocument>> OpenAsync();

    [Fact]
    public async Task Insert_ThenFind_GivesTheDocumentBack()
    {
        var document = new BsonDocument { { "name", "Koptara" }, { "list", new BsonArray { 1, "dua" } }, { "when", new BsonDateTime(1_700_000_000_123) }, { "inner", new BsonDocument("x", 1.5) } };

        await Collection.InsertOneAsync(document, cancellationToken: Cancel);

        document["_id"].IsObjectId.ShouldBeTrue();
        (await Collection.Find(Filter.Eq("_id", document["_id"])).FirstOrDefaultAsync(Cancel)).ShouldBe(document);
        (await Collection.Find(Filter.Eq("_id", "nobody")).FirstOrDefaultAsync(Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Insert_TheSameIdTwice_IsADuplicateKey()
    {
        await Collection.InsertOneAsync(new BsonDocument("_id", "a"), cancellationToken: Cancel);

        var refused = await Should.ThrowAsync<MongoWriteException>(Collection.InsertOneAsync(new BsonDocument("_id", "a"), cancellationToken: Cancel));

        refused.WriteError!.Category.ShouldBe(ServerErrorCategory.DuplicateKey);
    }

    [Fact]
    public async Task InsertMany_Unordered_StoresAllButTheRefused()
    {
        await Collection.InsertOneAsync(new BsonDocument("_id", 2), cancellationToken: Cancel);

        var refused = await Should.ThrowAsync<MongoBulkWriteException<BsonDocument>>(Collection.InsertManyAsync(
            Enumerable.Range(1, 4).Select(n => new BsonDocument("_id", n)), new InsertManyOptions { IsOrdered = false }, Cancel));

        refused.WriteErrors.Single().Index.ShouldBe(1);
        (await Collection.CountDocumentsAsync(Filter.Empty, cancellationToken: Cancel)).ShouldBe(4);
    }

    [Fact]
    public async Task InsertMany_Ordered_StopsAtTheRefused()
    {
        var refused = await Should.ThrowAsync<MongoBulkWriteException<BsonDocument>>(Collection.InsertManyAsync(
            new[] { 1, 1, 3 }.Select(n => new BsonDocument("_id", n)), cancellationToken: Cancel));

        refused.WriteErrors.Single().Index.ShouldBe(1);
        refused.UnprocessedRequests.Count.ShouldBe(1);
        (await Collection.CountDocumentsAsync(Filter.Empty, cancellationToken: Cancel)).ShouldBe(1);
    }

    [Fact]
    public async Task Bulk_OfEveryKind_CountsEach()
    {
        await Collection.InsertManyAsync(Enumerable.Range(1, 5).Select(n => new BsonDocument { { "_id", n }, { "x", n } }), cancellationToken: Cancel);

        var result = await Collection.BulkWriteAsync(
            [
                new InsertOneModel<BsonDocument>(new BsonDocument { { "_id", 6 }, { "x", 6 } }),
                new UpdateOneModel<BsonDocument>(Filter.Eq("_id", 1), Update.Set("x", 100)),
                new UpdateManyModel<BsonDocument>(Filter.Gte("x", 5), Update.Inc("x", 1)),
                new UpdateOneModel<BsonDocument>(Filter.Eq("_id", 7), Update.Set("x", 7)) { IsUpsert = true },
                new ReplaceOneModel<BsonDocument>(Filter.Eq("_id", 2), new BsonDocument("y", 2)),
                new DeleteOneModel<BsonDocument>(Filter.Eq("_id", 3)),
                new DeleteManyModel<BsonDocument>(Filter.In("_id", [4, 99])),
            ],
            cancellationToken: Cancel);

        (result.InsertedCount, result.MatchedCount, result.ModifiedCount, result.DeletedCount).ShouldBe((1, 5, 5, 2));
        result.Upserts.Single().Index.ShouldBe(3);
        result.Upserts.Single().Id.ToInt32().ShouldBe(7);
        var left = await Collection.Find(Filter.Empty).Sort(Builders<BsonDocument>.Sort.Ascending("_id")).ToListAsync(Cancel);
        left.Select(document => document["_id"].ToInt32()).ShouldBe([1, 2, 5, 6, 7]);
        left[1].ShouldBe(new BsonDocument { { "_id", 2 }, { "y", 2 } });
    }

    [Fact]
    public async Task Replace_Upsert_InsertsThenReplaces()
    {
        var first = await Collection.ReplaceOneAsync(Filter.Eq("_id", "k"), new BsonDocument { { "_id", "k" }, { "v", 1 } }, new ReplaceOptions { IsUpsert = true }, Cancel);
        var second = await Collection.ReplaceOneAsync(Filter.Eq("_id", "k"), new BsonDocument { { "_id", "k" }, { "v", 2 } }, new ReplaceOptions { IsUpsert = true }, Cancel);

        first.UpsertedId!.AsString.ShouldBe("k");
        (second.MatchedCount, second.ModifiedCount, second.UpsertedId).ShouldBe((1L, 1L, (BsonValue?)null));
        (await Collection.Find(Filter.Empty).ToListAsync(Cancel)).Single()["v"].ToInt32().ShouldBe(2);
    }

    [Fact]
    public async Task UpdateAndDelete_OfManyAndNone_CountRight()
    {
        await Collection.InsertManyAsync(Enumerable.Range(1, 3).Select(n => new BsonDocument { { "_id", n }, { "x", 0 } }), cancellationToken: Cancel);

        var update = await Collection.UpdateManyAsync(Filter.Empty, Update.Set("x", 0).Set("y", 1), cancellationToken: Cancel);
        var none = await Collection.UpdateOneAsync(Filter.Eq("_id", 9), Update.Unset("x"), cancellationToken: Cancel);
        var deleted = await Collection.DeleteManyAsync(Filter.Ne("_id", 1), Cancel);
        var notDeleted = await Collection.DeleteOneAsync(Filter.Eq("_id", 9), Cancel);

        (update.MatchedCount, update.ModifiedCount).ShouldBe((3L, 3L));
        none.MatchedCount.ShouldBe(0);
        deleted.DeletedCount.ShouldBe(2);
        notDeleted.DeletedCount.ShouldBe(0);
    }

    [Fact]
    public async Task FindOneAnd_BeforeAndAfter_GiveTheStateAskedFor()
    {
        await Collection.InsertManyAsync([new BsonDocument { { "_id", 1 }, { "x", 1 } }, new BsonDocument { { "_id", 2 }, { "x", 2 } }], cancellationToken: Cancel);

        var before = await Collection.FindOneAndUpdateAsync(Filter.Eq("_id", 1), Update.Inc("x", 10), cancellationToken: Cancel);
        var after = await Collection.FindOneAndUpdateAsync(Filter.Eq("_id", 1), Update.Inc("x", 10), new FindOneAndUpdateOptions<BsonDocument> { ReturnDocument = ReturnDocument.After }, Cancel);
        var upserted = await Collection.FindOneAndReplaceAsync(Filter.Eq("_id", 3), new BsonDocument("x", 3), new FindOneAndReplaceOptions<BsonDocument> { IsUpsert = true, ReturnDocument = ReturnDocument.After }, Cancel);
        var deleted = await Collection.FindOneAndDeleteAsync(Filter.Empty, new FindOneAndDeleteOptions<BsonDocument> { Sort = Builders<BsonDocument>.Sort.Descending("x") }, Cancel);
        var none = await Collection.FindOneAndDeleteAsync(Filter.Eq("_id", 99), cancellationToken: Cancel);

        before!["x"].ToInt32().ShouldBe(1);
        after!["x"].ToInt32().ShouldBe(21);
        upserted!["_id"].ToInt32().ShouldBe(3);
        deleted!["_id"].ToInt32().ShouldBe(1);
        none.ShouldBeNull();
    }

    [Fact]
    public async Task Find_InBatches_GivesAllInOrder()
    {
        await Collection.InsertManyAsync(Enumerable.Range(0, 57).Select(n => new BsonDocument { { "_id", n }, { "x", 57 - n } }), cancellationToken: Cancel);

        using var cursor = await Collection.FindAsync(Filter.Empty, new FindOptions<BsonDocument> { BatchSize = 10, Sort = Builders<BsonDocument>.Sort.Ascending("x") }, Cancel);
        var batches = new List<int>();
        var ids = new List<int>();
        while (await cursor.MoveNextAsync(Cancel))
        {
            batches.Add(cursor.Current.Count());
            ids.AddRange(cursor.Current.Select(document => document["_id"].ToInt32()));
        }

        ids.ShouldBe(Enumerable.Range(0, 57).Reverse());
        batches.ShouldAllBe(size => size <= 10);
        (await Collection.Find(Filter.Empty, new FindOptions { BatchSize = 10 }).Limit(25).ToListAsync(Cancel)).Count.ShouldBe(25);
        (await Collection.Find(Filter.Gt("_id", 49)).Skip(2).ToListAsync(Cancel)).Count.ShouldBe(5);
        (await Collection.Find(Filter.Empty).AnyAsync(Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task Cursor_LeftEarly_LeavesTheClientUsable()
    {
        await Collection.InsertManyAsync(Enumerable.Range(0, 30).Select(n => new BsonDocument("_id", n)), cancellationToken: Cancel);
        using (var cursor = await Collection.FindAsync(Filter.Empty, new FindOptions<BsonDocument> { BatchSize = 5 }, Cancel))
        {
            (await cursor.MoveNextAsync(Cancel)).ShouldBeTrue();
        }

        (await Collection.CountDocumentsAsync(Filter.Lt("_id", 10), cancellationToken: Cancel)).ShouldBe(10);
    }

    [Fact]
    public async Task CountAndDistinct_OfSome_AreRight()
    {
        await Collection.InsertManyAsync(new[] { "a", "b", "a", "c" }.Select((name, n) => new BsonDocument { { "_id", n }, { "name", name } }), cancellationToken: Cancel);

        (await Collection.CountDocumentsAsync(Filter.Eq("name", "a"), cancellationToken: Cancel)).ShouldBe(2);
        (await Collection.CountDocumentsAsync(Filter.Eq("name", "z"), cancellationToken: Cancel)).ShouldBe(0);
        (await Collection.EstimatedDocumentCountAsync(cancellationToken: Cancel)).ShouldBe(4);
        (await (await Collection.DistinctAsync<string>("name", Filter.Empty, cancellationToken: Cancel)).ToListAsync(Cancel)).Order().ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task Aggregate_MatchSortLimit_GivesThoseDocuments()
    {
        await Collection.InsertManyAsync(Enumerable.Range(0, 20).Select(n => new BsonDocument("_id", n)), cancellationToken: Cancel);
        var pipeline = PipelineDefinition<BsonDocument, BsonDocument>.Create(
            new BsonDocument("$match", new BsonDocument("_id", new BsonDocument("$gte", 5))), new BsonDocument("$sort", new BsonDocument("_id", -1)), new BsonDocument("$limit", 7));

        var found = await (await Collection.AggregateAsync(pipeline, new AggregateOptions { BatchSize = 3 }, Cancel)).ToListAsync(Cancel);

        found.Select(document => document["_id"].ToInt32()).ShouldBe([19, 18, 17, 16, 15, 14, 13]);
    }

    [Fact]
    public async Task Command_ThatDoesNotExist_IsRefusedWithItsCode()
    {
        var refused = await Should.ThrowAsync<MongoCommandException>(Collection.Database.RunCommandAsync<BsonDocument>(new BsonDocument("noSuchThing", 1), cancellationToken: Cancel));

        refused.Code.ShouldBe(59);
    }
}

/// <summary>Against the server of this process.</summary>
public sealed class MockCollectionTests : CollectionContract
{
    private readonly MockDeployment _deployment = MockDeployment.Start(MockTopology.ReplicaSet);
    private MongoDB.Driver.MongoClient? _client;

    public override async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _deployment.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Task<IMongoCollection<BsonDocument>> OpenAsync()
    {
        _client = new MongoDB.Driver.MongoClient(_deployment.Url());
        return Task.FromResult(_client.GetDatabase("contract").GetCollection<BsonDocument>("things"));
    }
}

/// <summary>Against the server that <c>SIKAP_TEST_MONGODB</c> names, a connection string; each test has a collection of its own.</summary>
public sealed class LiveCollectionTests : CollectionContract
{
    private static readonly string? Address = Environment.GetEnvironmentVariable("SIKAP_TEST_MONGODB");

    private MongoDB.Driver.MongoClient? _client;

    [Fact]
    public async Task Indexes_CreatedTwice_AreThereOnce()
    {
        var keys = Builders<BsonDocument>.IndexKeys;
        await Collection.InsertOneAsync(new BsonDocument("a", 1), cancellationToken: Cancel);
        for (var time = 0; time < 2; time++)
        {
            var names = await Collection.Indexes.CreateManyAsync(
                [new CreateIndexModel<BsonDocument>(keys.Ascending("a").Descending("b")), new CreateIndexModel<BsonDocument>(keys.Ascending("c"), new CreateIndexOptions { Unique = true, Name = "only" })], Cancel);
            names.ShouldBe(["a_1_b_-1", "only"]);
        }

        var listed = await (await Collection.Indexes.ListAsync(Cancel)).ToListAsync(Cancel);

        listed.Select(index => index["name"].AsString).Order().ShouldBe(["_id_", "a_1_b_-1", "only"]);
        await Collection.InsertOneAsync(new BsonDocument("c", 5), cancellationToken: Cancel);
        (await Should.ThrowAsync<MongoWriteException>(Collection.InsertOneAsync(new BsonDocument("c", 5), cancellationToken: Cancel))).WriteError!.Category.ShouldBe(ServerErrorCategory.DuplicateKey);
        await Collection.Indexes.DropOneAsync("only", Cancel);
        await Collection.InsertOneAsync(new BsonDocument("c", 5), cancellationToken: Cancel);
    }

    [Fact]
    public async Task Aggregate_Group_SumsOnTheServer()
    {
        await Collection.InsertManyAsync(Enumerable.Range(0, 100).Select(n => new BsonDocument { { "_id", n }, { "side", n % 3 }, { "n", n } }), cancellationToken: Cancel);
        var pipeline = PipelineDefinition<BsonDocument, BsonDocument>.Create(
            new BsonDocument("$group", new BsonDocument { { "_id", "$side" }, { "count", new BsonDocument("$sum", 1) }, { "total", new BsonDocument("$sum", "$n") } }), new BsonDocument("$sort", new BsonDocument("_id", 1)));

        var groups = await (await Collection.AggregateAsync(pipeline, cancellationToken: Cancel)).ToListAsync(Cancel);

        groups.Select(group => (group["count"].ToInt32(), group["total"].ToInt32())).ShouldBe([(34, 1683), (33, 1617), (33, 1650)]);
    }

    [Fact]
    public async Task Documents_OfEveryType_ComeBackAsTheyWere()
    {
        var document = new BsonDocument
        {
            { "_id", "every" }, { "double", 1.5 }, { "string", "dermaga" }, { "document", new BsonDocument("a", 1) }, { "array", new BsonArray { 1, 2 } }, { "binary", new BsonBinaryData([1, 2, 3]) },
            { "id", ObjectId.GenerateNewId() }, { "truth", true }, { "time", new BsonDateTime(-1) }, { "nothing", BsonNull.Value }, { "regex", new BsonRegularExpression("a+", "i") }, { "int", 7 },
            { "timestamp", new BsonTimestamp(1, 2) }, { "long", 1L << 50 }, { "uuid", new BsonBinaryData(Guid.NewGuid(), GuidRepresentation.Standard) },
        };

        await Collection.InsertOneAsync(document, cancellationToken: Cancel);

        (await Collection.Find(Builders<BsonDocument>.Filter.Eq("_id", "every")).FirstAsync(Cancel)).ShouldBe(document);
    }

    [Fact]
    public async Task ManyAtATime_OverFewConnections_AllArrive()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Cancel }, async (n, token) =>
            await Collection.ReplaceOneAsync(Builders<BsonDocument>.Filter.Eq("_id", n % 250), new BsonDocument { { "_id", n % 250 }, { "n", n } }, new ReplaceOptions { IsUpsert = true }, token));

        (await Collection.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken: Cancel)).ShouldBe(250);
    }

    [Fact]
    public async Task Names_OfCollectionsAndDatabases_HoldTheNewOne()
    {
        await Collection.InsertOneAsync(new BsonDocument("a", 1), cancellationToken: Cancel);

        (await (await Collection.Database.ListCollectionNamesAsync(cancellationToken: Cancel)).ToListAsync(Cancel)).ShouldContain(Collection.CollectionNamespace.CollectionName);
        (await (await _client!.ListDatabaseNamesAsync(Cancel)).ToListAsync(Cancel)).ShouldContain("sikap_client_tests");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await Collection.Database.DropCollectionAsync(Collection.CollectionNamespace.CollectionName);
            _client.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    protected override Task<IMongoCollection<BsonDocument>> OpenAsync()
    {
        Assert.SkipUnless(Address is { Length: > 0 }, "SIKAP_TEST_MONGODB names no server");
        var settings = MongoClientSettings.FromConnectionString(Address!);
        settings.MaxConnectionPoolSize = 8;
        _client = new MongoDB.Driver.MongoClient(settings);
        return Task.FromResult(_client.GetDatabase("sikap_client_tests").GetCollection<BsonDocument>($"c{Guid.NewGuid():n}"));
    }
}
