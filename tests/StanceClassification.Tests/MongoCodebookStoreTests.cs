using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification.Tests;

/// <summary>Against the server that <c>SIKAP_TEST_MONGODB</c> names; each test has a database of its own.</summary>
public sealed class MongoCodebookStoreTests : CodebookStoreContract
{
    private readonly MongoStores<MongoCodebookStore> _stores = new(store => new MongoCodebookStore(store));

    [Fact]
    public async Task Open_DatabaseOfALaterProgram_Refuses()
    {
        using var client = new MongoClient(_stores.Database.Url);
        await client.GetDatabase(_stores.Database.Name).GetCollection<BsonDocument>("meta").InsertOneAsync(new BsonDocument { { "_id", "schema" }, { "version", 99 } });

        (await Should.ThrowAsync<StoreUnavailableException>(_stores.Open().GetVersionAsync(TestContext.Current.CancellationToken))).InnerException.ShouldBeOfType<StoreVersionException>();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _stores.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_stores.Open());

    protected override Task<object> OpenAnotherAsync() => OpenAsync();

    protected override Task CloseAsync() => _stores.CloseAsync();
}
