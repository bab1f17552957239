using MongoDB.Bson;
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
}
