using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core;
using Sikap.MongoClient.Tests.Mock;

namespace Sikap.MongoClient.Tests.Unified;

using MongoClient = MongoDB.Driver.MongoClient;

/// <summary>Runs one test of the unified format against a <see cref="MockDeployment"/> that fits its requirements.</summary>
internal sealed class UnifiedRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly (MockTopology Topology, string Name, string Version)[] Candidates =
    [
        (MockTopology.ReplicaSet, "replicaset", "8.0.0"), (MockTopology.Sharded, "sharded", "8.0.0"), (MockTopology.Single, "single", "8.0.0"),
        (MockTopology.ReplicaSet, "replicaset", "4.2.20"), (MockTopology.Sharded, "sharded", "4.2.20"), (MockTopology.Single, "single", "4.2.20"),
    ];

    private readonly MockDeployment _deployment;
    private readonly BsonDocument _file;
    private readonly Dictionary<string, ClientEntity> _clients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IMongoDatabase> _databases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IMongoCollection<BsonDocument>> _collections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _threads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TopologyDescription> _topologies = new(StringComparer.Ordinal);

    private UnifiedRun(MockDeployment deployment, BsonDocument file)
    {
        _deployment = deployment;
        _file = file;
    }

    /// <summary>A deployment that fits; null where this project has none.</summary>
    internal static (MockTopology Topology, string Version)? Fitting(BsonDocument file, BsonDocument test)
    {
        foreach (var (topology, name, version) in Candidates)
        {
            if (Fits(file, name, version) && Fits(test, name, version))
            {
                return (topology, version);
            }
        }

        return null;
    }

    internal static async Task RunAsync(BsonDocument file, BsonDocument test)
    {
        var (topology, version) = Fitting(file, test) ?? throw new InvalidOperationException("no deployment fits");
        await using var deployment = MockDeployment.Start(topology, version, user: "user");
        await using var run = new UnifiedRun(deployment, file);
        run.Load();
        run.CreateEntities(file.GetValue("createEntities", null) as BsonArray ?? []);
        foreach (var operation in test["operations"].AsBsonArray)
        {
            await run.OperateAsync(operation.AsBsonDocument).WaitAsync(Patience);
        }

        foreach (var expected in test.GetValue("expectEvents", null) as BsonArray ?? [])
        {
            run.CheckEvents(expected.AsBsonDocument);
        }

        foreach (var expected in test.GetValue("outcome", null) as BsonArray ?? [])
        {
            run.CheckOutcome(expected.AsBsonDocument);
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static bool Fits(BsonDocument holder, string topology, string version)
    {
        if (holder.GetValue("runOnRequirements", null) is not BsonArray requirements)
        {
            return true;
        }

        return requirements.Select(each => each.AsBsonDocument).Any(each =>
            (each.GetValue("minServerVersion", null) is not BsonString least || Number(least.Value, 0) <= Number(version, 0))
            && (each.GetValue("maxServerVersion", null) is not BsonString most || Number(version, 0) <= Number(most.Value, 99))
            && (each.GetValue("topologies", null) is not BsonArray topologies || topologies.Any(name => name.AsString == topology)));
    }

    private static Version Number(string version, int otherwise)
    {
        var parts = version.Split('.').Select(part => int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        return new Version(parts[0], parts.ElementAtOrDefault(1), parts.Count > 2 ? parts[2] : otherwise);
    }

    private void Load()
    {
        foreach (var data in (_file.GetValue("initialData", null) as BsonArray ?? []).Select(item => item.AsBsonDocument))
        {
            _deployment.Store.Collection(data["databaseName"].AsString, data["collectionName"].AsString).AddRange(data["documents"].AsBsonArray.Select(document => (BsonDocument)document.DeepClone()));
        }
    }

    private void CreateEntities(BsonArray entities)
    {
        foreach (var (kind, entity) in entities.Select(item => item.AsBsonDocument.GetElement(0)).Select(element => (element.Name, element.Value.AsBsonDocument)))
        {
            var id = entity["id"].AsString;
            switch (kind)
            {
                case "client":
                    _clients.Add(id, new ClientEntity(_deployment, entity));
                    break;
                case "database":
                    var database = _clients[entity["client"].AsString].Client.GetDatabase(entity["databaseName"].AsString);
                    _databases.Add(id, WithOptions(database, entity.GetValue("databaseOptions", null) as BsonDocument));
                    break;
                case "collection":
                    var collection = _databases[entity["database"].AsString].GetCollection<BsonDocument>(entity["collectionName"].AsString);
                    var concern = (entity.GetValue("collectionOptions", null) as BsonDocument)?.GetValue("writeConcern", null) as BsonDocument;
                    _collections.Add(id, concern is null ? collection : collection.WithWriteConcern(Concern(concern)));
                    break;
                case "thread":
                    _threads.Add(id, Task.CompletedTask);
                    break;
                default:
                    throw new NotSupportedException($"entity {kind}");
            }
        }
    }

    private static IMongoDatabase WithOptions(IMongoDatabase database, BsonDocument? options) =>
        options?.GetValue("writeConcern", null) is BsonDocument concern ? database.WithWriteConcern(Concern(concern)) : database;

    private static WriteConcern Concern(BsonDocument concern) => new(concern.GetValue("w", null) switch { BsonInt32 number => number.Value, BsonString name => name.Value, _ => null });

    private async Task OperateAsync(BsonDocument operation)
    {
        BsonValue? result = null;
        Exception? failure = null;
        try
        {
            result = await PerformAsync(operation["name"].AsString, operation["object"].AsString, operation.GetValue("arguments", null) as BsonDocument ?? []);
        }
        catch (Exception thrown) when (thrown is MongoException or TimeoutException or FormatException or ArgumentException)
        {
            failure = thrown;
        }

        if (operation.GetValue("expectError", null) is BsonDocument expected)
        {
            failure.ShouldNotBeNull($"{operation["name"]} must fail");
            CheckError(expected, failure);
        }
        else if (failure is not null)
        {
            throw new InvalidOperationException($"{operation["name"]} failed: {failure.Message}", failure);
        }

        if (operation.TryGetValue("expectResult", out var wanted))
        {
            UnifiedMatch.Difference(wanted, result).ShouldBeNull($"{operation["name"]}");
        }
    }

    private static void CheckError(BsonDocument expected, Exception failure)
    {
        foreach (var rule in expected)
        {
            switch (rule.Name)
            {
                case "isError":
                    break;
                case "isClientError":
                    (failure is not MongoServerException).ShouldBe(rule.Value.AsBoolean, failure.Message);
                    break;
                case "errorCode":
                    CodeOf(failure).ShouldBe(rule.Value.ToInt32());
                    break;
                case "errorLabelsContain":
                    rule.Value.AsBsonArray.Select(label => label.AsString).Except(((MongoException)failure).ErrorLabels).ShouldBeEmpty(failure.ToString());
                    break;
                case "errorLabelsOmit":
                    ((failure as MongoException)?.ErrorLabels ?? []).Intersect(rule.Value.AsBsonArray.Select(label => label.AsString)).ShouldBeEmpty();
                    break;
                case "expectResult":
                    // A connection's error carries no result; what was done then shows in the outcome.
                    if (failure is MongoBulkWriteException<BsonDocument> bulk)
                    {
                        UnifiedMatch.Difference(rule.Value, Result(bulk.Result, [])).ShouldBeNull();
                    }

                    break;
                default:
                    throw new NotSupportedException($"expectError {rule.Name}");
            }
        }
    }

    private static int? CodeOf(Exception failure) => failure switch
    {
        MongoCommandException command => command.Code,
        MongoWriteException { WriteError: { } error } => error.Code,
        MongoWriteException { WriteConcernError: { } error } => error.Code,
        MongoBulkWriteException { WriteErrors: [var error, ..] } => error.Code,
        _ => null,
    };

    private async Task<BsonValue?> PerformAsync(string name, string target, BsonDocument arguments)
    {
        if (target == "testRunner")
        {
            return await PerformForRunnerAsync(name, arguments);
        }

        if (name == "close")
        {
            _clients[target].Client.Dispose();
            return null;
        }

        if (_databases.TryGetValue(target, out var database))
        {
            return name switch
            {
                "runCommand" => await database.RunCommandAsync<BsonDocument>(arguments["command"].AsBsonDocument, Preference(arguments)),
                _ => throw new NotSupportedException($"database.{name}"),
            };
        }

        return await PerformOnAsync(_collections[target], name, arguments);
    }

    private static ReadPreference? Preference(BsonDocument arguments) =>
        arguments.GetValue("readPreference", null) is BsonDocument preference ? new ReadPreference(Enum.Parse<ReadPreferenceMode>(preference["mode"].AsString, ignoreCase: true)) : null;

    private static async Task<BsonValue?> PerformOnAsync(IMongoCollection<BsonDocument> collection, string name, BsonDocument arguments)
    {
        FilterDefinition<BsonDocument> filter = arguments.GetValue("filter", null) as BsonDocument ?? [];
        var upsert = arguments.GetValue("upsert", BsonBoolean.False).AsBoolean;
        var returned = arguments.GetValue("returnDocument", "Before").AsString == "After" ? ReturnDocument.After : ReturnDocument.Before;
        var given = arguments.GetValue("sort", null) as BsonDocument;
        var sort = given is null ? null : (SortDefinition<BsonDocument>)given;
        switch (name)
        {
            case "find":
                return new BsonArray(await collection.Find(filter).ToListAsync());
            case "aggregate":
                var pipeline = PipelineDefinition<BsonDocument, BsonDocument>.Create(arguments["pipeline"].AsBsonArray.Select(stage => stage.AsBsonDocument));
                return new BsonArray(await (await collection.AggregateAsync(pipeline)).ToListAsync());
            case "insertOne":
                var document = (BsonDocument)arguments["document"].DeepClone();
                await collection.InsertOneAsync(document);
                return new BsonDocument("insertedId", document["_id"]);
            case "insertMany":
                var documents = arguments["documents"].AsBsonArray.Select(each => (BsonDocument)each.DeepClone()).ToList();
                await collection.InsertManyAsync(documents, new InsertManyOptions { IsOrdered = arguments.GetValue("ordered", BsonBoolean.True).AsBoolean });
                return new BsonDocument("insertedIds", new BsonDocument(documents.Select((each, at) => new BsonElement($"{at}", each["_id"]))));
            case "updateOne":
                return Result(await collection.UpdateOneAsync(filter, arguments["update"].AsBsonDocument, new UpdateOptions { IsUpsert = upsert }));
            case "updateMany":
                return Result(await collection.UpdateManyAsync(filter, arguments["update"].AsBsonDocument, new UpdateOptions { IsUpsert = upsert }));
            case "replaceOne":
                return Result(await collection.ReplaceOneAsync(filter, arguments["replacement"].AsBsonDocument, new ReplaceOptions { IsUpsert = upsert }));
            case "deleteOne":
                return new BsonDocument("deletedCount", (await collection.DeleteOneAsync(filter)).DeletedCount);
            case "deleteMany":
                return new BsonDocument("deletedCount", (await collection.DeleteManyAsync(filter)).DeletedCount);
            case "findOneAndDelete":
                return (BsonValue?)await collection.FindOneAndDeleteAsync(filter, new FindOneAndDeleteOptions<BsonDocument> { Sort = sort }) ?? BsonNull.Value;
            case "findOneAndReplace":
                return (BsonValue?)await collection.FindOneAndReplaceAsync(filter, arguments["replacement"].AsBsonDocument,
                    new FindOneAndReplaceOptions<BsonDocument> { Sort = sort, ReturnDocument = returned, IsUpsert = upsert }) ?? BsonNull.Value;
            case "findOneAndUpdate":
                return (BsonValue?)await collection.FindOneAndUpdateAsync(filter, arguments["update"].AsBsonDocument,
                    new FindOneAndUpdateOptions<BsonDocument> { Sort = sort, ReturnDocument = returned, IsUpsert = upsert }) ?? BsonNull.Value;
            case "bulkWrite":
                var requests = arguments["requests"].AsBsonArray.Select(request => Model(request.AsBsonDocument.GetElement(0))).ToList();
                var result = await collection.BulkWriteAsync(requests, new BulkWriteOptions { IsOrdered = arguments.GetValue("ordered", BsonBoolean.True).AsBoolean });
                return Result(result, requests);
            default:
                throw new NotSupportedException($"collection.{name}");
        }
    }

    private static WriteModel<BsonDocument> Model(BsonElement request)
    {
        var arguments = request.Value.AsBsonDocument;
        FilterDefinition<BsonDocument> filter = arguments.GetValue("filter", null) as BsonDocument ?? [];
        var upsert = arguments.GetValue("upsert", BsonBoolean.False).AsBoolean;
        return request.Name switch
        {
            "insertOne" => new InsertOneModel<BsonDocument>((BsonDocument)arguments["document"].DeepClone()),
            "updateOne" => new UpdateOneModel<BsonDocument>(filter, arguments["update"].AsBsonDocument) { IsUpsert = upsert },
            "updateMany" => new UpdateManyModel<BsonDocument>(filter, arguments["update"].AsBsonDocument) { IsUpsert = upsert },
            "replaceOne" => new ReplaceOneModel<BsonDocument>(filter, arguments["replacement"].AsBsonDocument) { IsUpsert = upsert },
            "deleteOne" => new DeleteOneModel<BsonDocument>(filter),
            "deleteMany" => new DeleteManyModel<BsonDocument>(filter),
            _ => throw new NotSupportedException(request.Name),
        };
    }

    private static BsonDocument? Result(UpdateResult result)
    {
        if (!result.IsAcknowledged)
        {
            return null;
        }

        var document = new BsonDocument { { "matchedCount", result.MatchedCount }, { "modifiedCount", result.ModifiedCount }, { "upsertedCount", result.UpsertedId is null ? 0 : 1 } };
        return result.UpsertedId is null ? document : document.Add("upsertedId", result.UpsertedId);
    }

    private static BsonDocument? Result(BulkWriteResult<BsonDocument> result, IReadOnlyList<WriteModel<BsonDocument>> requests) => !result.IsAcknowledged ? null : new BsonDocument
    {
        { "deletedCount", result.DeletedCount }, { "insertedCount", result.InsertedCount }, { "matchedCount", result.MatchedCount }, { "modifiedCount", result.ModifiedCount },
        { "upsertedCount", result.Upserts.Count }, { "upsertedIds", new BsonDocument(result.Upserts.Select(each => new BsonElement($"{each.Index}", each.Id))) },
        { "insertedIds", new BsonDocument(requests.Index().Where(each => each.Item is InsertOneModel<BsonDocument>).Select(each => new BsonElement($"{each.Index}", ((InsertOneModel<BsonDocument>)each.Item).Document["_id"]))) },
    };

    private async Task<BsonValue?> PerformForRunnerAsync(string name, BsonDocument arguments)
    {
        switch (name)
        {
            case "failPoint":
                await _clients[arguments["client"].AsString].Client.GetDatabase("admin").RunCommandAsync<BsonDocument>((BsonDocument)arguments["failPoint"].DeepClone());
                return null;
            case "createEntities":
                CreateEntities(arguments["entities"].AsBsonArray);
                return null;
            case "waitForEvent":
                await _clients[arguments["client"].AsString].WaitAsync(arguments["event"].AsBsonDocument, arguments["count"].ToInt32());
                return null;
            case "assertEventCount":
                _clients[arguments["client"].AsString].Count(arguments["event"].AsBsonDocument).ShouldBe(arguments["count"].ToInt32(), arguments["event"].ToString());
                return null;
            case "wait":
                // The format's own word: the test says that nothing happens in this time.
                await Task.Delay(arguments["ms"].ToInt32());
                return null;
            case "runOnThread":
                var thread = arguments["thread"].AsString;
                var before = _threads[thread];
                var operation = arguments["operation"].AsBsonDocument;
                _threads[thread] = Task.Run(async () =>
                {
                    await before;
                    await OperateAsync(operation);
                });
                return null;
            case "waitForThread":
                await _threads[arguments["thread"].AsString];
                return null;
            case "recordTopologyDescription":
                _topologies[arguments["id"].AsString] = _clients[arguments["client"].AsString].Client.Cluster.Topology;
                return null;
            case "assertTopologyType":
                _topologies[arguments["topologyDescription"].AsString].Kind.ToString().ShouldBe(arguments["topologyType"].AsString);
                return null;
            case "waitForPrimaryChange":
                var prior = PrimaryOf(_topologies[arguments["priorTopologyDescription"].AsString]);
                await _clients[arguments["client"].AsString].WaitAsync(
                    happened => happened is TopologyChanged changed && PrimaryOf(changed.Next) is { } primary && primary != prior, 1);
                return null;
            default:
                throw new NotSupportedException($"testRunner.{name}");
        }
    }

    private static MongoServerAddress? PrimaryOf(TopologyDescription topology) => topology.Servers.Values.FirstOrDefault(server => server.Kind == ServerKind.RSPrimary)?.Address;

    private void CheckEvents(BsonDocument expected)
    {
        var client = _clients[expected["client"].AsString];
        var kind = expected.GetValue("eventType", "command").AsString;
        var wanted = expected["events"].AsBsonArray.Select(item => item.AsBsonDocument.GetElement(0)).ToList();
        var seen = client.Events.Where(happened => happened is not (CommandStarted { Name: "configureFailPoint" } or CommandSucceeded { Name: "configureFailPoint" })).Select(UnifiedEvents.ToElement).OfType<BsonElement>().Where(happened => client.Observed.Contains(happened.Name) && UnifiedEvents.KindOf(happened.Name) == kind).ToList();
        var list = string.Join('\n', seen);
        if (expected.GetValue("ignoreExtraEvents", BsonBoolean.False).AsBoolean)
        {
            seen = [.. seen.Take(wanted.Count)];
        }

        seen.Select(happened => happened.Name).ShouldBe(wanted.Select(happened => happened.Name), list);
        foreach (var (want, see) in wanted.Zip(seen))
        {
            UnifiedMatch.Difference(UnifiedEvents.Comparable(want), see.Value).ShouldBeNull(list);
        }
    }

    private void CheckOutcome(BsonDocument expected)
    {
        lock (_deployment.StoreLock)
        {
            var documents = _deployment.Store.Collection(expected["databaseName"].AsString, expected["collectionName"].AsString).OrderBy(document => document["_id"]);
            UnifiedMatch.Difference(expected["documents"], new BsonArray(documents), root: false).ShouldBeNull();
        }
    }

    /// <summary>A client and what it told.</summary>
    private sealed class ClientEntity : IDisposable
    {
        // Not disposed: events may still come while the client goes.
        private readonly SemaphoreSlim _happened = new(0);

        internal ClientEntity(MockDeployment deployment, BsonDocument entity)
        {
            Observed = [.. (entity.GetValue("observeEvents", null) as BsonArray ?? []).Select(name => name.AsString)];
            var options = entity.GetValue("uriOptions", null) as BsonDocument ?? [];
            var settings = MongoClientSettings.FromConnectionString(deployment.Url(
                string.Join('&', options.Elements.Select(option => $"{option.Name}={option.Value}")), allSeeds: deployment.Topology == MockTopology.Sharded && entity.GetValue("useMultipleMongoses", BsonBoolean.True).AsBoolean));
            if (!options.Contains("heartbeatFrequencyMS"))
            {
                settings.MinHeartbeatInterval = TimeSpan.FromMilliseconds(20);
            }

            settings.EventSink = happened =>
            {
                Events.Enqueue(happened);
                _happened.Release();
            };
            Client = new MongoClient(settings);
            if (Observed.Count > 0)
            {
                // The format's clients watch from their birth.
                Client.Cluster.Start();
            }
        }

        internal MongoClient Client { get; }

        internal HashSet<string> Observed { get; }

        internal ConcurrentQueue<MongoEvent> Events { get; } = [];

        internal int Count(BsonDocument wanted) => Events.Count(happened => IsLike(happened, wanted));

        internal Task WaitAsync(BsonDocument wanted, int count) => WaitAsync(happened => IsLike(happened, wanted), count);

        internal async Task WaitAsync(Func<MongoEvent, bool> wanted, int count)
        {
            while (Events.Count(wanted) < count)
            {
                (await _happened.WaitAsync(Patience)).ShouldBeTrue($"waited for {count}, had {Events.Count(wanted)} among\n{string.Join('\n', Events.Select(UnifiedEvents.ToElement).OfType<BsonElement>())}");
            }
        }

        public void Dispose() => Client.Dispose();

        private static bool IsLike(MongoEvent happened, BsonDocument wanted)
        {
            var want = wanted.GetElement(0);
            return UnifiedEvents.ToElement(happened) is { } see && see.Name == want.Name && UnifiedMatch.Difference(UnifiedEvents.Comparable(want), see.Value) is null;
        }
    }
}
