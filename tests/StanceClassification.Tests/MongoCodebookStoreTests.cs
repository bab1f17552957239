using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.TestKit;

namespace Sikap.StanceClassification.Tests;

/// <summary>Against the server that <c>SIKAP_TEST_MONGODB</c> names; each test has a database of its own.</summary>
public sealed class MongoCodebookStoreTests : CodebookStoreContract
{
    private readonly MongoTestDatabase _database = new();
    private readonly List<MongoStanceDatabase> _clients = [];
    private MongoCodebookStore? _store;

    [Fact]
    public async Task Open_DatabaseOfALaterProgram_Refuses()
    {
        using var client = new MongoClient(_database.Url);
        await client.GetDatabase(_database.Name).GetCollection<BsonDocument>("meta").InsertOneAsync(new BsonDocument { { "_id", "schema" }, { "version", 99 } });

        await Should.ThrowAsync<InvalidOperationException>(_store!.GetVersionAsync(TestContext.Current.CancellationToken));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _clients.ForEach(client => client.Dispose());
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_store = Open());

    protected override Task<object> OpenAnotherAsync() => Task.FromResult<object>(Open());

    protected override Task CloseAsync()
    {
        _store?.Dispose();
        return Task.CompletedTask;
    }

    // Each with connections and memory of its own, as in a process of its own.
    private MongoCodebookStore Open()
    {
        _clients.Add(new MongoStanceDatabase(_database.Url));
        return new MongoCodebookStore(_clients[^1].Store);
    }
}
