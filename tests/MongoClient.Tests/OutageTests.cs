using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core;
using Sikap.MongoClient.Tests.Mock;
using Sikap.TestKit;

namespace Sikap.MongoClient.Tests;

using MongoClient = MongoDB.Driver.MongoClient;

/// <summary>Servers that go, come back, change their parts, fall silent or talk nonsense: every wait has an end, and the client goes on by itself.</summary>
public sealed class OutageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static FilterDefinition<BsonDocument> All => FilterDefinition<BsonDocument>.Empty;

    [Fact]
    public async Task Server_ThatNeverWas_EndsTheWaitInTime()
    {
        using var client = new MongoClient($"mongodb://127.0.0.1:{FreePort.Take(1)[0]}/?serverSelectionTimeoutMS=300");

        var late = await Should.ThrowAsync<TimeoutException>(Things(client).CountDocumentsAsync(All).WaitAsync(Patience));

        late.Message.ShouldContain("300 ms");
        late.Message.ShouldContain("Unknown");
    }

    [Fact]
    public async Task Server_KilledAndBack_IsUsedAgainByItself()
    {
        await using var deployment = MockDeployment.Start();
        using var client = Open(deployment, "serverSelectionTimeoutMS=2000&heartbeatFrequencyMS=500");
        await Things(client).InsertOneAsync(new BsonDocument("_id", 1)).WaitAsync(Patience);

        deployment.Primary.Kill();
        var failure = await Should.ThrowAsync<Exception>(Things(client).InsertOneAsync(new BsonDocument("_id", 2)).WaitAsync(Patience));
        (failure is MongoConnectionException or MongoConnectionPoolPausedException or TimeoutException).ShouldBeTrue(failure.ToString());
        await Should.ThrowAsync<Exception>(Things(client).CountDocumentsAsync(All).WaitAsync(Patience));
        deployment.Primary.Listen();

        await Eventually.GetAsync(() => CountAsync(client), count => count >= 1);
        await Things(client).InsertOneAsync(new BsonDocument("_id", 3)).WaitAsync(Patience);
    }

    [Fact]
    public async Task Election_InTheMiddleOfWrites_LosesAndDoublesNone()
    {
        await using var deployment = MockDeployment.Start(MockTopology.ReplicaSet);
        using var client = Open(deployment, "");
        for (var n = 0; n < 60; n++)
        {
            if (n is 20 or 40)
            {
                deployment.Elect((deployment.PrimaryIndex + 1) % 3);
            }

            await Things(client).InsertOneAsync(new BsonDocument("_id", n)).WaitAsync(Patience);
        }

        (await Things(client).CountDocumentsAsync(All).WaitAsync(Patience)).ShouldBe(60);
    }

    [Fact]
    public async Task Primary_KilledAfterElection_ReadsGoOnWithTheOthers()
    {
        await using var deployment = MockDeployment.Start(MockTopology.ReplicaSet);
        using var client = Open(deployment, "");
        await Things(client).InsertOneAsync(new BsonDocument("_id", 1)).WaitAsync(Patience);
        var old = deployment.Primary;

        deployment.Elect(2);
        old.Kill();

        (await Things(client).CountDocumentsAsync(All).WaitAsync(Patience)).ShouldBe(1);
        await Things(client).InsertOneAsync(new BsonDocument("_id", 2)).WaitAsync(Patience);
    }

    [Fact]
    public async Task Secondary_ByPreference_AnswersReads()
    {
        await using var deployment = MockDeployment.Start(MockTopology.ReplicaSet);
        using var client = Open(deployment, "readPreference=secondary");
        await Things(client).InsertOneAsync(new BsonDocument("_id", 1)).WaitAsync(Patience);

        (await Things(client).Find(All).ToListAsync().WaitAsync(Patience)).Count.ShouldBe(1);

        deployment.Primary.Received.ShouldNotContain(received => received.Name == "find");
        deployment.Members.SelectMany(member => member.Received).Single(received => received.Name == "find").Command["$readPreference"]["mode"].AsString.ShouldBe("secondary");
    }

    [Fact]
    public async Task Pool_Full_EndsTheWaitInTimeAndServesInTurn()
    {
        await using var deployment = MockDeployment.Start();
        var gate = new TaskCompletionSource();
        deployment.Primary.Script = async (received, token) =>
        {
            if (received.Name == "find")
            {
                await gate.Task.WaitAsync(token);
            }

            return null;
        };
        using var client = Open(deployment, "maxPoolSize=2&waitQueueTimeoutMS=300");
        var busy = Enumerable.Range(0, 2).Select(_ => Things(client).Find(All).ToListAsync()).ToList();
        await Eventually.IsTrueAsync(() => deployment.Primary.Received.Count(received => received.Name == "find") == 2);

        var late = await Should.ThrowAsync<MongoConnectionException>(Things(client).CountDocumentsAsync(All).WaitAsync(Patience));
        late.Message.ShouldContain("maxPoolSize 2");
        using var unlimited = Open(deployment, "maxPoolSize=1&waitQueueTimeoutMS=0");
        busy.Add(Things(unlimited).Find(All).ToListAsync());
        await Eventually.IsTrueAsync(() => deployment.Primary.Received.Count(received => received.Name == "find") == 3);
        var waits = Things(unlimited).CountDocumentsAsync(All);
        gate.SetResult();
        await Task.WhenAll(busy).WaitAsync(Patience);
        await waits.WaitAsync(Patience);

        using var patient = Open(deployment, "maxPoolSize=2");
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Things(patient).CountDocumentsAsync(All))).WaitAsync(Patience);
        patient.Cluster.Find(MongoServerAddress.Parse(deployment.Primary.Address))!.Pool.Count.Total.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Cancellation_OfARunningQuery_EndsItAndOnlyIt()
    {
        await using var deployment = MockDeployment.Start();
        deployment.Primary.Script = async (received, token) =>
        {
            if (received.Name == "find")
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return null;
        };
        using var client = Open(deployment, "");
        using var cancel = new CancellationTokenSource();
        var running = Things(client).Find(All).ToListAsync(cancel.Token);
        await Eventually.IsTrueAsync(() => deployment.Primary.Received.Any(received => received.Name == "find"));

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running.WaitAsync(Patience));
        await Things(client).InsertOneAsync([]).WaitAsync(Patience);
        client.Cluster.Find(MongoServerAddress.Parse(deployment.Primary.Address))!.Pool.Count.InUse.ShouldBe(0);
    }

    [Theory]
    [InlineData("timeoutMS=300")]
    [InlineData("socketTimeoutMS=300&retryReads=false")]
    public async Task Silence_OfAServer_EndsWithTheTimeout(string options)
    {
        await using var deployment = MockDeployment.Start();
        deployment.Primary.Script = async (received, token) =>
        {
            if (received.Name == "find")
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return null;
        };
        using var client = Open(deployment, options);

        var late = await Should.ThrowAsync<Exception>(Things(client).Find(All).ToListAsync().WaitAsync(Patience));

        (late is TimeoutException or MongoConnectionException { ContainsTimeoutException: true }).ShouldBeTrue(late.ToString());
        await Things(client).InsertOneAsync([]).WaitAsync(Patience);
    }

    [Fact]
    public async Task Cursor_ThatTheServerForgot_SaysSo()
    {
        await using var deployment = MockDeployment.Start();
        using var client = Open(deployment, "");
        await Things(client).InsertManyAsync(Enumerable.Range(0, 10).Select(n => new BsonDocument("_id", n))).WaitAsync(Patience);
        using var cursor = await Things(client).FindAsync(All, new FindOptions<BsonDocument> { BatchSize = 3 }).WaitAsync(Patience);
        await cursor.MoveNextAsync().WaitAsync(Patience);
        await client.GetDatabase("d").RunCommandAsync<BsonDocument>(new BsonDocument { { "killCursors", "things" }, { "cursors", new BsonArray(Enumerable.Range(1000, 100)) } }).WaitAsync(Patience);

        await Should.ThrowAsync<MongoCursorNotFoundException>(cursor.MoveNextAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task Cursor_LeftEarly_IsClosedOnItsServer()
    {
        await using var deployment = MockDeployment.Start();
        using var client = Open(deployment, "");
        await Things(client).InsertManyAsync(Enumerable.Range(0, 10).Select(n => new BsonDocument("_id", n))).WaitAsync(Patience);

        await Things(client).Find(All, new FindOptions { BatchSize = 3 }).FirstAsync().WaitAsync(Patience);

        await Eventually.IsTrueAsync(() => deployment.Primary.Received.Any(received => received.Name == "killCursors"));
    }

    [Fact]
    public async Task Bulk_OverTheServersLimit_IsCutIntoCommandsAndCountsRight()
    {
        await using var deployment = MockDeployment.Start(MockTopology.ReplicaSet);
        deployment.MaxBatch = 100;
        using var client = Open(deployment, "");

        var result = await Things(client).BulkWriteAsync(
            Enumerable.Range(0, 250).Select(n => new ReplaceOneModel<BsonDocument>(new BsonDocument("_id", n), new BsonDocument("n", n)) { IsUpsert = true })).WaitAsync(Patience);

        result.Upserts.Select(upsert => (upsert.Index, upsert.Id.ToInt32())).ShouldBe(Enumerable.Range(0, 250).Select(n => (n, n)));
        deployment.Primary.Received.Where(received => received.Name == "update").Select(received => received.Command["updates"].AsBsonArray.Count).ShouldBe([100, 100, 50]);
        deployment.Primary.Received.Where(received => received.Name == "update").Select(received => received.Command["txnNumber"].ToInt64()).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Bulk_PrimaryStepsDownInTheMiddle_WritesEachOnceAndCountsRight()
    {
        await using var deployment = MockDeployment.Start(MockTopology.ReplicaSet);
        deployment.MaxBatch = 50;
        using var client = Open(deployment, "");
        var elected = 0;
        foreach (var member in deployment.Members)
        {
            // Every third command finds that its server has just stepped down.
            var commands = 0;
            member.Script = (received, _) =>
            {
                if (received.Name == "update" && Interlocked.Increment(ref commands) % 3 == 0)
                {
                    Interlocked.Increment(ref elected);
                    deployment.Elect((deployment.PrimaryIndex + 1) % 3);
                }

                return Task.FromResult<BsonDocument?>(null);
            };
        }

        var result = await Things(client).BulkWriteAsync(
            Enumerable.Range(0, 500).Select(n => new UpdateOneModel<BsonDocument>(new BsonDocument("_id", n), new BsonDocument("$inc", new BsonDocument("times", 1))) { IsUpsert = true })).WaitAsync(Patience);

        elected.ShouldBeGreaterThan(0);
        result.Upserts.Select(upsert => upsert.Index).ShouldBe(Enumerable.Range(0, 500));
        (await Things(client).Find(All).ToListAsync().WaitAsync(Patience)).Select(document => (document["_id"].ToInt32(), document["times"].ToInt32())).Order().ShouldBe(Enumerable.Range(0, 500).Select(n => (n, 1)));
    }

    [Fact]
    public async Task Pool_ManyCancelledWhileTheyWaitOrConnect_LosesNoPlace()
    {
        await using var deployment = MockDeployment.Start();
        using var client = Open(deployment, "maxPoolSize=3&maxConnecting=1");
        var pool = await Eventually.GetAsync(async () =>
        {
            await Things(client).CountDocumentsAsync(All).WaitAsync(Patience);
            return client.Cluster.Find(MongoServerAddress.Parse(deployment.Primary.Address))!.Pool;
        }, found => found is not null);
        var random = new Random(11);

        // Each is given up at another moment: at once, in the queue, while its connection is made, while its answer is awaited, or never.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 400).Select(async n =>
        {
            using var cancel = new CancellationTokenSource();
            var running = Things(client).CountDocumentsAsync(All, cancellationToken: cancel.Token);
            int yields;
            lock (random)
            {
                yields = random.Next(40);
            }

            for (var turn = 0; turn < yields; turn++)
            {
                await Task.Yield();
            }

            if (n % 4 != 0)
            {
                await cancel.CancelAsync();
            }

            try
            {
                await running.WaitAsync(Patience);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }));

        outcomes.Count(done => done).ShouldBeGreaterThanOrEqualTo(100);
        outcomes.ShouldContain(false);
        await Eventually.IsTrueAsync(() => pool.Count is { InUse: 0, Waiting: 0, Total: <= 3 });
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Things(client).CountDocumentsAsync(All))).WaitAsync(Patience);
    }

    [Fact]
    public async Task Cursor_NextBatchCancelled_IsClosedOnItsServer()
    {
        await using var deployment = MockDeployment.Start();
        using var client = Open(deployment, "");
        await Things(client).InsertManyAsync(Enumerable.Range(0, 10).Select(n => new BsonDocument("_id", n))).WaitAsync(Patience);
        deployment.Primary.Script = async (received, token) =>
        {
            if (received.Name == "getMore")
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return null;
        };
        using var cancel = new CancellationTokenSource();
        var cursor = await Things(client).FindAsync(All, new FindOptions<BsonDocument> { BatchSize = 3 }).WaitAsync(Patience);
        await cursor.MoveNextAsync().WaitAsync(Patience);
        var next = cursor.MoveNextAsync(cancel.Token);
        await Eventually.IsTrueAsync(() => deployment.Primary.Received.Any(received => received.Name == "getMore"));

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(next.WaitAsync(Patience));
        cursor.Dispose();

        await Eventually.IsTrueAsync(() => deployment.Primary.Received.Any(received => received.Name == "killCursors"));
    }

    [Fact]
    public async Task Cursor_ServerKilledBetweenBatches_FailsAndTheNextReadGoesToTheNewPrimary()
    {
        await using var deployment = MockDeployment.Start(MockTopology.ReplicaSet);
        using var client = Open(deployment, "");
        await Things(client).InsertManyAsync(Enumerable.Range(0, 10).Select(n => new BsonDocument("_id", n))).WaitAsync(Patience);
        using var cursor = await Things(client).FindAsync(All, new FindOptions<BsonDocument> { BatchSize = 3 }).WaitAsync(Patience);
        await cursor.MoveNextAsync().WaitAsync(Patience);
        var old = deployment.Primary;

        deployment.Elect(1);
        old.Kill();

        // What is left of the cursor is gone with its server: never the rest silently missing.
        await Should.ThrowAsync<MongoException>(cursor.MoveNextAsync().WaitAsync(Patience));
        (await Things(client).Find(All).ToListAsync().WaitAsync(Patience)).Count.ShouldBe(10);
    }

    [Fact]
    public async Task Unacknowledged_Writes_AskForNoAnswer()
    {
        await using var deployment = MockDeployment.Start(MockTopology.ReplicaSet);
        using var client = Open(deployment, "w=0");

        var result = await Things(client).UpdateOneAsync(new BsonDocument("_id", 1), new BsonDocument("$set", new BsonDocument("x", 1)), new UpdateOptions { IsUpsert = true }).WaitAsync(Patience);

        result.IsAcknowledged.ShouldBeFalse();
        Should.Throw<NotSupportedException>(() => result.MatchedCount);
        await Eventually.IsTrueAsync(() => deployment.Primary.Received.Any(received => received.Name == "update"));
        deployment.Primary.Received.Single(received => received.Name == "update").Command.Contains("txnNumber").ShouldBeFalse();
    }

    [Fact]
    public async Task Concerns_OfTheString_AreInTheCommands()
    {
        await using var deployment = MockDeployment.Start(MockTopology.ReplicaSet);
        using var client = Open(deployment, "w=majority&journal=true&readConcernLevel=majority");

        await Things(client).InsertOneAsync([]).WaitAsync(Patience);
        await Things(client).Find(All).ToListAsync().WaitAsync(Patience);

        deployment.Primary.Received.Single(received => received.Name == "insert").Command["writeConcern"].ToString().ShouldBe("{ \"w\" : \"majority\", \"j\" : true }");
        deployment.Primary.Received.Single(received => received.Name == "find").Command["readConcern"]["level"].AsString.ShouldBe("majority");
        deployment.Primary.Received.ShouldContain(received => received.Name == "find" && received.Command.Contains("$clusterTime") && received.Command.Contains("lsid"));
    }

    [Fact]
    public async Task Answers_Mutated_AreErrorsOrAnswersInTime()
    {
        // Most of the time is waiting for answers that never come, so several wait at a time.
        var rounds = await Task.WhenAll(Enumerable.Range(0, 6).Select(MutateAsync));

        rounds.Sum(round => round.Good).ShouldBeGreaterThan(0);
        rounds.Sum(round => round.Bad).ShouldBeGreaterThan(0);
    }

    private static async Task<(int Good, int Bad)> MutateAsync(int seed)
    {
        await using var deployment = MockDeployment.Start();
        var random = new Random(seed);
        deployment.Primary.Distort = message =>
        {
            lock (random)
            {
                return random.Next(3) == 0 ? message : Mutation.Of(message, random);
            }
        };
        using var client = Open(deployment, "serverMonitoringMode=poll&heartbeatFrequencyMS=60000&timeoutMS=200&retryReads=false&retryWrites=false");
        var (good, bad) = (0, 0);
        for (var round = 0; round < 50; round++)
        {
            try
            {
                await Things(client).Find(All).ToListAsync().WaitAsync(Patience);
                good++;
            }
            catch (Exception expected) when (expected is MongoException or FormatException || (expected is TimeoutException && expected.Message.Contains("200 ms", StringComparison.Ordinal)))
            {
                bad++;
            }
        }

        return (good, bad);
    }

    [Fact]
    public void WireMessage_MutatedBytes_ReadsOrRefuses()
    {
        var random = new Random(7);
        using var buffer = new BsonBuffer();
        WireMessage.Write(buffer, 5, new CommandMessage("d", BsonBinary.ReadDocument(BsonFuzzTests.Samples()[0])));
        var sample = buffer.Written.ToArray();
        var refused = 0;
        for (var round = 0; round < BsonFuzzTests.Rounds(3_000); round++)
        {
            try
            {
                WireMessage.Read(Mutation.Of(sample, random), 0, out _, out _);
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void GetCollection_OfAnotherType_IsRefused()
    {
        using var client = new MongoClient("mongodb://localhost/");

        Should.Throw<NotSupportedException>(() => client.GetDatabase("d").GetCollection<string>("c"));
    }

    [Fact]
    public async Task Client_Disposed_EndsWhatIsUnderWay()
    {
        await using var deployment = MockDeployment.Start();
        deployment.Primary.Script = async (received, token) =>
        {
            if (received.Name == "find")
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return null;
        };
        var client = Open(deployment, "retryReads=false");
        var running = Things(client).Find(All).ToListAsync();
        await Eventually.IsTrueAsync(() => deployment.Primary.Received.Any(received => received.Name == "find"));

        client.Dispose();

        await Should.ThrowAsync<MongoConnectionException>(running.WaitAsync(Patience));
        await Should.ThrowAsync<ObjectDisposedException>(Things(client).CountDocumentsAsync(All).WaitAsync(Patience));
        await Eventually.IsTrueAsync(() => deployment.Primary.OpenConnections == 0);
    }

    private static MongoClient Open(MockDeployment deployment, string options)
    {
        var settings = MongoClientSettings.FromConnectionString(deployment.Url(options));
        settings.MinHeartbeatInterval = TimeSpan.FromMilliseconds(20);
        return new MongoClient(settings);
    }

    private static IMongoCollection<BsonDocument> Things(IMongoClient client) => client.GetDatabase("d").GetCollection<BsonDocument>("things");

    private static async Task<long> CountAsync(IMongoClient client)
    {
        try
        {
            return await Things(client).CountDocumentsAsync(All).WaitAsync(Patience);
        }
        catch (Exception away) when (away is MongoException or TimeoutException)
        {
            return -1;
        }
    }
}
