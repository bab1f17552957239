using System.ComponentModel.DataAnnotations;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.StanceClassification.Tests;

/// <summary>Two instances over one store: what one is told the other knows.</summary>
public sealed class InstancesTests : IAsyncLifetime
{
    private const string Text = "Gubernur Sari Wulandari mendukung pembangunan pelabuhan di Teluk Sagara. \"Pelabuhan itu harus dibangun,\" kata Sari Wulandari.";

    private static readonly Lazy<Engine> Engine = new(() => Nlp.Engine.Create());

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
    private readonly MongoTestDatabase _database = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Classify_AfterAChangeThroughAnotherInstance_UsesTheNewCodebook(bool mongo)
    {
        var settings = Settings(mongo);
        await using var changed = await ClassificationHost.StartAsync(settings);
        await using var other = await ClassificationHost.StartAsync(settings);
        await other.PublishAsync(Extracted("before"));
        (await other.NextClassifiedAsync()).CodebookVersion.ShouldBe(0);

        await changed.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = Port() }, ClassificationHost.Deadline);
        await other.PublishAsync(Extracted("after"));

        var after = await other.NextClassifiedAsync();
        (after.CodebookVersion, after.IssueIds.Single()).ShouldBe((1L, "pelabuhan"));
        (await other.Codebook.ListIssuesAsync(new ListIssuesRequest(), ClassificationHost.Deadline)).Issues.ShouldHaveSingleItem().Id.ShouldBe("pelabuhan");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Broadcast_OfAnInstanceThatEndedBeforeIt_IsMadeByTheOther(bool mongo)
    {
        await using var other = await ClassificationHost.StartAsync(Settings(mongo));
        await other.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = Port() }, ClassificationHost.Deadline);
        (await other.NextChangeAsync()).CodebookVersion.ShouldBe(1);

        // The change is stored and whoever stored it says nothing.
        await ChangeSilentlyAsync(mongo, draft => draft.Retire("pelabuhan"));

        var taken = await other.NextChangeAsync();
        (taken.CodebookVersion, taken.Retired).ShouldBe((2L, true));
    }

    [Fact]
    public void Options_ConnectionStringThatCannotBeFollowed_IsNamed()
    {
        var options = new StanceClassificationOptions { MongoUrl = "mongodb://localhost/?compressors=zlib" };

        options.Validate(new ValidationContext(options)).Single().ErrorMessage!.ShouldContain("MongoUrl");
        new StanceClassificationOptions().Validate(new ValidationContext(new StanceClassificationOptions())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Version_ServerAway_SaysSoInTime()
    {
        using var database = new MongoStanceDatabase($"mongodb://127.0.0.1:{FreePort.Take(1)[0]}/?serverSelectionTimeoutMS=200");
        using var codebook = new MongoCodebookStore(database.Store);
        using var actors = new MongoActorStore(database.Store);
        using var chat = new MongoChatStore(database.Store);
        var token = TestContext.Current.CancellationToken;

        foreach (var ask in new Func<Task>[] { () => codebook.GetVersionAsync(token), () => actors.ListAsync(token), () => chat.FindAnswerAsync("k", token), () => codebook.CheckAsync(token) })
            await Should.ThrowAsync<StoreUnavailableException>(ask().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private static StatementsExtracted Extracted(string id) => new()
    {
        Article = Engine.Value.Extract(new Article { Id = id, Text = Text, Title = "Pelabuhan", Publisher = "Kabar" }),
        AcceptedAt = DateTimeOffset.UnixEpoch,
    };

    private static V1.Issue Port() => new() { Id = "pelabuhan", Title = "Pelabuhan", Proposition = "Pemerintah membangun pelabuhan di Teluk Sagara", Terms = { "pelabuhan" } };

    private async Task ChangeSilentlyAsync(bool mongo, Func<CodebookDraft, ChangeResult> change)
    {
        using var database = mongo ? new MongoStanceDatabase(_database.Url) : null;
        var store = database is null ? (ICodebookStore)new SqliteCodebookStore(_folder) : new MongoCodebookStore(database.Store);
        using (store as IDisposable)
            (await store.ChangeAsync(change, 10, DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken)).Outcome.ShouldBe(ChangeOutcome.Changed);
    }

    private Dictionary<string, string?> Settings(bool mongo) => new()
    {
        ["StanceClassification:DataDirectory"] = _folder,
        ["StanceClassification:MongoUrl"] = mongo ? _database.Url : null,
    };
}
