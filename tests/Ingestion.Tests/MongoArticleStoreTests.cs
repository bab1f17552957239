using MongoDB.Bson;
using MongoDB.Driver;

namespace Sikap.Ingestion.Tests;

/// <summary>Against the server that <c>SIKAP_TEST_MONGODB</c> names; each test has a database of its own.</summary>
public sealed class MongoArticleStoreTests : ArticleStoreContract
{
    private static readonly string? Address = Environment.GetEnvironmentVariable("SIKAP_TEST_MONGODB");

    private readonly string _database = $"sikap_test_{Guid.NewGuid():n}";
    private MongoArticleStore? _store;

    [Fact]
    public async Task Open_DatabaseOfALaterProgram_Refuses()
    {
        using var client = new MongoClient(Url());
        await client.GetDatabase(_database).GetCollection<BsonDocument>("meta").InsertOneAsync(new BsonDocument { { "_id", "schema" }, { "version", 99 } });

        await Should.ThrowAsync<InvalidOperationException>(_store!.FindAsync("a", TestContext.Current.CancellationToken));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_store is not null)
        {
            using var client = new MongoClient(Url());
            await client.DropDatabaseAsync(_database);
        }

        GC.SuppressFinalize(this);
    }

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_store = new MongoArticleStore(Url()));

    protected override async Task CloseAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    private string Url()
    {
        Assert.SkipUnless(Address is { Length: > 0 }, "SIKAP_TEST_MONGODB names no server");
        var parts = Address!.Split('?', 2);
        var hosts = parts[0].TrimEnd('/');
        return $"{hosts}/{_database}{(parts.Length > 1 ? $"?{parts[1]}" : "")}";
    }
}

/// <summary>What holds without a server.</summary>
public sealed class MongoArticleStoreAwayTests
{
    [Fact]
    public async Task Find_ServerAway_SaysSoInTime()
    {
        await using var store = new MongoArticleStore($"mongodb://127.0.0.1:{TestKit.FreePort.Take(1)[0]}/?serverSelectionTimeoutMS=200");

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
