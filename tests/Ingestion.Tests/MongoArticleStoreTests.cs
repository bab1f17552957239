using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.ServiceDefaults;
using Sikap.TestKit;

namespace Sikap.Ingestion.Tests;

/// <summary>Against the server that <c>SIKAP_TEST_MONGODB</c> names; each test has a database of its own.</summary>
public sealed class MongoArticleStoreTests : ArticleStoreContract
{
    private readonly MongoTestDatabase _database = new();
    private MongoArticleStore? _store;

    [Fact]
    public async Task Open_DatabaseOfALaterProgram_Refuses()
    {
        using var client = new MongoClient(_database.Url);
        await client.GetDatabase(_database.Name).GetCollection<BsonDocument>("meta").InsertOneAsync(new BsonDocument { { "_id", "schema" }, { "version", 99 } });

        (await Should.ThrowAsync<StoreUnavailableException>(_store!.FindAsync("a", TestContext.Current.CancellationToken))).InnerException.ShouldBeOfType<StoreVersionException>();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_store = new MongoArticleStore(_database.Url));

    protected override Task<object> OpenAnotherAsync() => Task.FromResult<object>(new MongoArticleStore(_database.Url));

    protected override async Task CloseAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }
}

/// <summary>What holds without a server.</summary>
public sealed class MongoArticleStoreAwayTests
{
    [Fact]
    public async Task Find_ServerAway_SaysSoInTime()
    {
        await using var store = new MongoArticleStore($"mongodb://127.0.0.1:{FreePort.Take(1)[0]}/?serverSelectionTimeoutMS=200");

        await Should.ThrowAsync<ServiceDefaults.StoreUnavailableException>(store.FindAsync("a", TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20)));
        await Should.ThrowAsync<ServiceDefaults.StoreUnavailableException>(store.CheckAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void Options_ConnectionStringThatCannotBeFollowed_IsNamed()
    {
        var options = new IngestionOptions { MongoUrl = "mongodb://localhost/?compressors=zlib" };

        options.Validate(new System.ComponentModel.DataAnnotations.ValidationContext(options)).Single().ErrorMessage!.ShouldContain("MongoUrl");
        new IngestionOptions().Validate(new System.ComponentModel.DataAnnotations.ValidationContext(options)).ShouldBeEmpty();
    }
}
