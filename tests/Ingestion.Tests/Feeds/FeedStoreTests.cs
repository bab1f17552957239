using Sikap.ServiceDefaults;
using Sikap.TestKit;

namespace Sikap.Ingestion.Tests;

public sealed class SqliteFeedStoreTests : FeedStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
    private SqliteFeedStore? _store;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_store = new SqliteFeedStore(_folder));

    protected override async Task CloseAsync() => await _store!.DisposeAsync();
}

/// <summary>Against the server that <c>SIKAP_TEST_MONGODB</c> names; each test has a database of its own.</summary>
public sealed class MongoFeedStoreTests : FeedStoreContract
{
    private readonly MongoTestDatabase _database = new();
    private MongoFeedStore? _store;

    [Fact]
    public async Task Open_BesideTheArticles_BothAreMade()
    {
        await using var articles = new MongoArticleStore(_database.Url);

        (await articles.FindAsync("a", TestContext.Current.CancellationToken)).ShouldBeNull();
        (await _store!.FindAsync("a", TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override Task<object> OpenAsync() => Task.FromResult<object>(_store = new MongoFeedStore(_database.Url));

    protected override async Task CloseAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }
}

/// <summary>Feeds that are carried to another store are the same there.</summary>
public sealed class FeedCopyTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Then = new(2023, 7, 12, 10, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
    private readonly MongoTestDatabase _from = new();
    private readonly MongoTestDatabase _to = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Copy_FeedsAndEntries_AreTheSame(bool fromMongo, bool toMongo)
    {
        var (from, to) = (fromMongo ? _from.Url : Path.Combine(_folder, "dari"), toMongo ? _to.Url : Path.Combine(_folder, "ke"));
        using (var source = IngestionStores.Open(from, create: true)!)
        {
            var store = (IFeedStore)(fromMongo ? new MongoFeedStore(from) : new SqliteFeedStore(from));
            for (var i = 0; i < 450; i++)
                await store.AddAsync(new FeedRecord { Id = $"{i:D3}", Url = $"https://{i}.example/", Host = $"{i}.example", AddedAt = Then, NextPoll = Then, Due = Then, ETag = $"\"{i}\"" }, Token);
            await store.AddEntriesAsync([.. Enumerable.Range(0, 450).Select(i => new EntryRecord { Key = $"k{i:D3}", FeedId = "001", Next = Then, Draft = new EntryDraft { Content = new string('a', i) } })], Then.AddTicks(7), Token);
            ((IDisposable)store).Dispose();

            using var target = IngestionStores.Open(to, create: true)!;
            foreach (var (part, copy) in source.Parts.Zip(target.Parts).Where(pair => pair.First.Name.StartsWith("feed", StringComparison.Ordinal)))
            {
                var records = await part.ReadAsync(Token).ToListAsync(Token);
                await copy.AppendAsync(records, Token);
                (await copy.CountAsync(Token)).ShouldBe(records.Count);
                (await copy.ReadAsync(Token).ToListAsync(Token)).ShouldBe(records);
            }

            source.Parts.Select(part => part.Name).ShouldBe(["articles", "identities", "feeds", "feed-entries"]);
            foreach (var part in target.Parts)
            {
                await part.ClearAsync(Token);
                (await part.CountAsync(Token)).ShouldBe(0);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await _from.DisposeAsync();
        await _to.DisposeAsync();
    }
}
