using System.Net;
using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.TestKit;

namespace Sikap.ServiceDefaults.Tests;

public sealed class MongoStoreTests
{
    [Fact]
    public async Task AnyUse_UserWithoutRights_StoreIsUnavailableUntilSomebodyGivesThem()
    {
        await using var server = new RefusingMongo();
        await using var store = new MongoStore(server.Url, "x", []);

        var read = await Should.ThrowAsync<StoreUnavailableException>(store.ReadAsync(token => store.Collection("c").CountDocumentsAsync(new BsonDocument(), cancellationToken: token), TestContext.Current.CancellationToken));
        var write = await Should.ThrowAsync<StoreUnavailableException>(store.WriteAsync(
            async token =>
            {
                await store.Collection("c").InsertOneAsync(new BsonDocument("_id", 1), cancellationToken: token);
                return true;
            },
            TestContext.Current.CancellationToken));

        (read.IsRefusal, write.IsRefusal).ShouldBe((true, true));
        read.Message.ShouldContain("not authorized");
    }

    [Theory]
    [InlineData(133)]
    [InlineData(262)]
    [InlineData(43)]
    [InlineData(14031)]
    public async Task Read_ServerThatCannotNow_IsAnOutageAndNoFaultOfAMessage(int code)
    {
        await using var server = new RefusingMongo(_ => new BsonDocument { { "ok", 0 }, { "code", code }, { "errmsg", "not now" } });
        await using var store = new MongoStore(server.Url, "x", []);

        (await Should.ThrowAsync<StoreUnavailableException>(CountAsync(store))).IsRefusal.ShouldBeFalse();
    }

    [Fact]
    public async Task Write_ServerWithAFullDisk_IsAnOutageAndADuplicateIsNone()
    {
        var code = 14031;
        await using var server = new RefusingMongo(command => command == "insert"
            ? new BsonDocument { { "ok", 1 }, { "n", 0 }, { "writeErrors", new BsonArray { new BsonDocument { { "index", 0 }, { "code", code }, { "errmsg", "no" } } } } }
            : new BsonDocument { { "ok", 1 }, { "cursor", new BsonDocument { { "id", 0L }, { "ns", "x.meta" }, { "firstBatch", new BsonArray() } } } });
        await using var store = new MongoStore(server.Url, "x", []);

        await Should.ThrowAsync<StoreUnavailableException>(() => InsertAsync(store));
        code = 11000;
        await Should.ThrowAsync<MongoWriteException>(() => InsertAsync(store));

        static Task<bool> InsertAsync(MongoStore store) => store.WriteAsync(
            async token =>
            {
                await store.Collection("c").InsertOneAsync(new BsonDocument("_id", 1), cancellationToken: token);
                return true;
            },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task AnyUse_DatabaseOfALaterVersion_StoreIsUnavailableAndSaysSo()
    {
        // Not a message's fault: thrown as one, a service rolled back too far would empty its queue into the dead letters.
        await using var server = new RefusingMongo(_ => new BsonDocument
        {
            { "ok", 1 },
            { "cursor", new BsonDocument { { "id", 0L }, { "ns", "x.meta" }, { "firstBatch", new BsonArray { new BsonDocument { { "_id", "schema" }, { "version", 9 } } } } } },
        });
        await using var store = new MongoStore(server.Url, "x", []);

        var unusable = await Should.ThrowAsync<StoreUnavailableException>(CountAsync(store));

        unusable.InnerException.ShouldBeOfType<StoreVersionException>();
        unusable.Message.ShouldContain("version 9");
    }

    [Fact]
    public async Task Server_FallenSilent_IsAnOutageWithinTheTimeOfTheString()
    {
        // Takes connections and never answers.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var store = new MongoStore($"mongodb://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/?serverSelectionTimeoutMS=400", "x", []);

        (await Should.ThrowAsync<StoreUnavailableException>(CountAsync(store))).Message.ShouldContain("400 ms");
    }

    [Fact]
    public void Settings_StringSaysNothing_WaitsEndBeforeACallersDeadline()
    {
        var own = MongoStore.SettingsOf("mongodb://h/");
        var said = MongoStore.SettingsOf("mongodb://h/?connecttimeoutms=30000&heartbeatFrequencyMS=10000&serverSelectionTimeoutMS=60000");

        // A silent server is found after the first two, a server in its place is awaited for the third; the Gateway's calls end after 30 s.
        (own.HeartbeatInterval + own.ConnectTimeout + own.ServerSelectionTimeout).ShouldBeLessThan(TimeSpan.FromSeconds(30));
        (said.ConnectTimeout.TotalSeconds, said.HeartbeatInterval.TotalSeconds, said.ServerSelectionTimeout.TotalSeconds).ShouldBe((30, 10, 60));
    }

    private static Task<long> CountAsync(MongoStore store)
        => store.ReadAsync(token => store.Collection("c").CountDocumentsAsync(new BsonDocument(), cancellationToken: token), TestContext.Current.CancellationToken);
}
