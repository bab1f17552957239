using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.ServiceDefaults;
using Sikap.TestKit;

namespace Sikap.Query.Tests;

/// <summary>Against the server that <c>SIKAP_TEST_MONGODB</c> names; each test has a database of its own.</summary>
public sealed class MongoReadModelTests : ReadModelContract
{
    private readonly MongoTestDatabase _database = new();

    internal override IReadModel Open(TimeProvider time) => new MongoReadModel(_database.Url, EventRetention, DiffRetention, time);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Open_DatabaseOfALaterProgram_Refuses()
    {
        using var client = new MongoClient(_database.Url);
        await client.GetDatabase(_database.Name).GetCollection<BsonDocument>("meta").InsertOneAsync(new BsonDocument { { "_id", "schema" }, { "version", 99 } });
        using var store = new MongoReadModel(_database.Url, EventRetention, DiffRetention, TimeProvider.System);

        (await Should.ThrowAsync<StoreUnavailableException>(store.GetStatusAsync(TestContext.Current.CancellationToken))).InnerException.ShouldBeOfType<StoreVersionException>();
    }

    [Fact]
    public async Task Write_MoreThanOneCommitHolds_ComesInSeveral()
    {
        using var store = new MongoReadModel(_database.Url, EventRetention, DiffRetention, TimeProvider.System);
        var text = string.Join(' ', Enumerable.Range(0, 5_000).Select(i => $"kata{i}"));
        var messages = Enumerable.Range(0, 12).Select(i => Ledger.Article($"a{i}", [Ledger.Says(Ledger.Sari, $"{text} {i}.", "jembatan")])).ToList();

        var written = await store.WriteAsync(messages, TestContext.Current.CancellationToken);

        written.Select(article => (article.ArticleId, article.IsNew, article.StancesAdded)).ShouldBe(messages.Select(message => (message.Article.Id, true, 1)));
        (await store.ReadHeadAsync(TestContext.Current.CancellationToken)).Number.ShouldBeInRange(2, 11);
        var events = (await store.ReadEventsAsync(0, 100, TestContext.Current.CancellationToken)).Items;
        events.Select(change => change.Cursor).ShouldBe(Enumerable.Range(1, 24).Select(i => (long)i));
        events.Count(change => change.Event.Kinds.Contains(V1.EventKind.FirstStatement)).ShouldBe(1);
    }
}

/// <summary>What holds without a server.</summary>
public sealed class MongoReadModelAwayTests
{
    [Fact]
    public async Task AnyCall_ServerAway_SaysSoInTime()
    {
        await using var store = new MongoReadModel(
            $"mongodb://127.0.0.1:{FreePort.Take(1)[0]}/?serverSelectionTimeoutMS=200", TimeSpan.FromDays(1), TimeSpan.FromDays(1), TimeProvider.System);

        await Should.ThrowAsync<StoreUnavailableException>(store.GetStatusAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20)));
        await Should.ThrowAsync<StoreUnavailableException>(store.WriteAsync([Ledger.Article("a1", [])], TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20)));
        await Should.ThrowAsync<StoreUnavailableException>(store.CheckAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void Options_ConnectionStringThatCannotBeFollowed_IsNamed()
    {
        var options = new QueryOptions { MongoUrl = "mongodb://localhost/?compressors=zlib" };

        options.Validate(new(options)).Single().ErrorMessage!.ShouldContain("MongoUrl");
        new QueryOptions().Validate(new(options)).ShouldBeEmpty();
    }
}
