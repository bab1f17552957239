using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Sikap.Contracts.Messages;
using Sikap.Ingestion;
using Sikap.Nlp;
using Sikap.Query;
using Sikap.ServiceDefaults;
using Sikap.StanceClassification;
using Sikap.TestKit;

namespace Sikap.Cli.Tests;

/// <summary>Moving what the services keep.</summary>
public sealed class StoreCommandTests : IAsyncLifetime
{
    private const int Articles = 1_203;

    private static readonly Lazy<Engine> Engine = new(() => Nlp.Engine.Create());
    private static readonly DateTimeOffset Then = new(2023, 7, 12, 10, 0, 0, 123, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
    private readonly MongoTestDatabase _articles = new();
    private readonly MongoTestDatabase _codebook = new();
    private readonly MongoTestDatabase _ledger = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string From => Path.Combine(_folder, "from");

    private string To => Path.Combine(_folder, "to");

    public async ValueTask InitializeAsync()
    {
        await using var articles = new SqliteArticleStore(From);
        await articles.Parts[0].AppendAsync([], Token);
        await Task.WhenAll(Enumerable.Range(0, Articles).Select(i => articles.AddAsync(
            new ArticleRecord { Id = $"a{i * 7919 % Articles}", Text = $"Teks {i}: \"kutipan\" – naïf", Title = i % 2 == 0 ? $"Judul {i}" : null, Published = Then.ToOffset(TimeSpan.FromHours(7)), AcceptedAt = Then.AddTicks(i) }, Token)));
        await articles.AddAsync(new ArticleRecord { Id = "a1", Text = "x", AcceptedAt = Then, Coding = "{}" }, Token);
        await articles.MarkPublishedAsync("a2", 0, Then.AddMinutes(1), Token);
        await articles.MarkFailedAsync("a3", "rusak", Then.AddMinutes(2), Token);
        await articles.MarkIndexedAsync("a4", "id", supported: true, 0, Then.AddMinutes(3), Token);
        var told = new IdentityEntry
        {
            Number = 1, ArticleId = "a1", Publisher = "kabar", Title = 7, Minute = 9, IsMinuteKnown = true, Runs = 3, Sketch = [1, 255], Terms = [0, 0, 0, 9], Work = "a1", Edition = 0, Report = "a1", Story = "a1",
        };
        await articles.AppendIdentitiesAsync([told, told with { Number = 2, ArticleId = "a2", Address = "kabar.example/a2", RevisionOf = "a1", Work = "a1", Edition = 1 }], Token);

        await using var codebook = new SqliteCodebookStore(From);
        var port = new Issue("pelabuhan", "Pelabuhan", "Pemerintah membangun pelabuhan", ["pelabuhan"]);
        await codebook.ChangeAsync(draft => draft.Import([(port, null, false), (port with { Id = "dermaga" }, "pelabuhan", false), (port with { Id = "tol" }, null, false)]), 10, Then, Token);
        await codebook.ChangeAsync(draft => draft.Merge(["tol"], port with { Title = "", Proposition = "", Terms = [] }, null), 10, Then.AddMinutes(1), Token);
        await using var actors = new SqliteActorStore(From);
        await actors.DefineAsync([new ActorEntry { Name = "Koptara", Type = ActorType.Organization }, new ActorEntry { Name = "Rano", Type = ActorType.Person }], 10, Then, Token);
        await actors.RetireAsync("Koptara", Then.AddMinutes(1), Token);
        await using var chat = new SqliteChatStore(From);
        await chat.KeepAnswerAsync("k2", "satu", 10, Token);
        await chat.KeepAnswerAsync("k1", "dua", 10, Token);
        using var ledger = new SqliteReadModel(From, 1, TimeSpan.FromDays(1), TimeSpan.FromDays(1), TimeProvider.System);
        await ledger.WriteAsync([new StancesClassified { Article = Engine.Value.Extract(new Article { Id = "a1", Text = "\"Jembatan harus dibangun,\" kata Budi Raharja." }), AcceptedAt = Then, CodebookVersion = 4, IssueIds = [], Stances = [] }], Token);
        await chat.TryReserveAsync(10, new ChatBudget(100, 100, 100, 100), Then, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _articles.DisposeAsync();
        await _codebook.DisposeAsync();
        await _ledger.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Copy_SqliteToSqlite_EverythingIsThereAndSaidSo()
    {
        var run = await CopyAsync();

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        foreach (var row in new[] { "articles 1,203 0", "identities 2 0", "codebook 4 0", "actors 2 0", "answers 2 0", "budget 1 0", "cursors 1 0", "articles of the ledger 1 0", "events 1 0" })
            Words(run.Out).ShouldContain(row);
        await using var articles = new SqliteArticleStore(To);
        (await articles.FindStateAsync("a3", Token)).ShouldBe(new ArticleState("a3", ArticleProgress.Failed, "rusak", null, (await articles.FindAsync("a3", Token))!.AcceptedAt, Then.AddMinutes(2)));
        (await articles.FindAsync("a1", Token))!.ShouldSatisfyAllConditions(found => found.CodingRevision.ShouldBe(1), found => found.Coding.ShouldBe("{}"), found => found.Published!.Value.Offset.Hours.ShouldBe(7));
        await using var before = new SqliteArticleStore(From);
        (await articles.ListAcceptedAsync(2_000, Token)).ShouldBe(await before.ListAcceptedAsync(2_000, Token));
        await using var codebook = new SqliteCodebookStore(To);
        (await codebook.GetVersionAsync(Token)).ShouldBe(4);
        (await codebook.ListAsync(null, Token)).Single(entry => entry.Issue.Id == "tol").ReplacedBy.ShouldBe(["pelabuhan"]);
        (await codebook.ListAsync(3, Token)).ShouldAllBe(entry => !entry.Retired);
    }

    [Fact]
    public async Task Copy_AfterAnInterruption_GoesOnWhereItWas()
    {
        await using (var before = new SqliteArticleStore(From))
        await using (var half = new SqliteArticleStore(To))
            await half.Parts[0].AppendAsync(await TakeAsync(before.Parts[0], 700), Token);

        var run = await CopyAsync();
        var again = await CopyAsync();

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        Words(run.Out).ShouldContain("articles 1,203 700");
        Words(again.Out).ShouldContain("articles 1,203 1,203");
    }

    [Fact]
    public async Task Copy_StoppedOnTheWay_Exits130AndGoesOn()
    {
        using var stop = new CancellationTokenSource();
        var (from, to) = (Part(Records(2_000)), Part([], onAppend: _ => stop.Cancel()));
        using var terminal = Quiet(out _, out _);

        await Should.ThrowAsync<OperationCanceledException>(StoreCommand.CopyAsync([new StoreCopy(from.Part, to.Part)], overwrite: false, terminal, TimeProvider.System, stop.Token));
        to.Records.Count.ShouldBe(500);
        var code = await StoreCommand.CopyAsync([new StoreCopy(from.Part, Part(to.Records).Part)], overwrite: false, terminal, TimeProvider.System, Token);

        code.ShouldBe(ExitCode.Ok);
        to.Records.ShouldBe(from.Records);
    }

    [Fact]
    public async Task Copy_TargetWithOtherData_RefusedUntouchedUnlessTold()
    {
        await using (var other = new SqliteCodebookStore(To))
            await other.ChangeAsync(draft => draft.Define(new Issue("lain", "Lain", "Lain", []), null), 10, Then, Token);

        var refused = await CopyAsync();

        refused.Code.ShouldBe(ExitCode.Usage);
        refused.Error.ShouldContain("other codebook than the source");
        await using (var articles = new SqliteArticleStore(To))
            (await articles.CountAsync(Token)).ShouldBeEmpty();
        await using (var other = new SqliteCodebookStore(To))
            (await other.ListAsync(null, Token)).ShouldHaveSingleItem().Issue.Id.ShouldBe("lain");

        var told = await CopyAsync("--overwrite");

        told.Code.ShouldBe(ExitCode.Ok, told.Error);
        await using var copied = new SqliteCodebookStore(To);
        (await copied.ListAsync(null, Token)).Select(entry => entry.Issue.Id).ShouldBe(["dermaga", "pelabuhan", "tol"]);
    }

    [Fact]
    public async Task Copy_SourceWrittenSince_RefusedWithTheReason()
    {
        await CopyAsync();
        await using (var articles = new SqliteArticleStore(From))
            await articles.MarkFailedAsync("a5", "rusak", Then, Token);

        var run = await CopyAsync();

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("the source was written since");
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("changed")]
    public async Task Compare_TargetKeptSomethingElse_Exits1AndNamesTheFirstDifference(string how)
    {
        var from = Part(Records(10));
        var to = Part([], keep: record => record.Key != "k7" ? record : how == "lost" ? null : record with { Content = "\"lain\"" });
        using var terminal = Quiet(out _, out var error);

        var code = await StoreCommand.CopyAsync([new StoreCopy(from.Part, to.Part)], overwrite: false, terminal, TimeProvider.System, Token);

        code.ShouldBe(ExitCode.ItemsFailed);
        error.ToString().ShouldContain("k7");
        error.ToString().ShouldContain("things differ");
    }

    [Fact]
    public async Task Copy_LongOne_SaysHowFarItIs()
    {
        var (from, to) = (Part(Records(1_200)), Part([]));
        using var terminal = Quiet(out _, out var error);
        var clock = new LateClock();

        await StoreCommand.CopyAsync([new StoreCopy(from.Part, to.Part)], overwrite: false, terminal, clock, Token);

        error.ToString().ShouldContain("things: 500 of 1,200");
    }

    [Theory]
    [InlineData("--from nowhere-at-all --to x", "nowhere-at-all")]
    [InlineData("--from . --to .", "same place")]
    [InlineData("--to x", "--from")]
    [InlineData("--from .", "SIKAP_STORE_TO")]
    [InlineData("--from . --to mongodb://localhost/news", "--service")]
    [InlineData("--from . --to mongodb://localhost/?compressors=zlib", "compressors")]
    [InlineData("--service query --from mongodb://localhost/news --to mongodb://localhost/?compressors=zlib", "compressors")]
    public async Task Copy_WrongUsage_ExitsTwoAndSaysWhy(string line, string hint)
    {
        var run = await CommandLineRun.Of(["store", "copy", .. line.Split(' ')]);

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain(hint);
    }

    [Fact]
    public async Task Copy_FromAFolderWithoutStores_SaysSoAndMakesNothingThere()
    {
        var empty = Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName;

        var run = await CommandLineRun.Of("store", "copy", "--from", empty, "--to", To);

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("holds nothing");
        Directory.EnumerateFileSystemEntries(empty).ShouldBeEmpty();
    }

    [Fact]
    public async Task Copy_StoreOfALaterProgram_ExitsTwoAndSaysSo()
    {
        Directory.CreateDirectory(To);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(To, SqliteCodebookStore.FileName)};Pooling=False"))
        {
            await connection.OpenAsync(Token);
            await using var newer = connection.CreateCommand();
            newer.CommandText = "PRAGMA user_version = 1000";
            await newer.ExecuteNonQueryAsync(Token);
        }

        var run = await CopyAsync();

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("schema version 1000");
    }

    [Fact]
    public async Task Copy_ServerAway_ExitsThree()
    {
        var run = await CommandLineRun.Of("store", "copy", "--from", From, "--to", $"mongodb://127.0.0.1:{FreePort.Take(1)[0]}/?serverSelectionTimeoutMS=200");

        run.Code.ShouldBe(ExitCode.Unreachable);
        run.Error.ShouldContain("run it again");
    }

    [Fact]
    public async Task Copy_UserWithoutRights_ExitsFourAndSaysSo()
    {
        await using var server = new RefusingMongo();

        var there = await CommandLineRun.Of("store", "copy", "--from", From, "--to", server.Url);
        var back = await CommandLineRun.Of("store", "copy", "--from", server.Url, "--to", To);

        (there.Code, back.Code).ShouldBe((ExitCode.Refused, ExitCode.Refused), there.Error);
        there.Error.ShouldContain("does not let this user");
        there.Error.ShouldContain("not authorized");
        there.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Copy_ToMongoAndBack_IsWhatItWas()
    {
        foreach (var (service, url) in new[] { ("ingestion", _articles.Url), ("stance", _codebook.Url), ("query", _ledger.Url) })
        {
            var there = await CommandLineRun.Of("store", "copy", "--service", service, "--from", From, "--to", url);
            there.Code.ShouldBe(ExitCode.Ok, there.Error);
            var again = await CommandLineRun.Of("store", "copy", "--service", service, "--from", From, "--to", url);
            again.Code.ShouldBe(ExitCode.Ok, again.Error);
            var back = await CommandLineRun.Of("store", "copy", "--service", service, "--from", url, "--to", To);
            back.Code.ShouldBe(ExitCode.Ok, back.Error);
            var other = await CommandLineRun.Of("store", "copy", "--service", service, "--from", From, "--to", url, "--overwrite");
            other.Code.ShouldBe(ExitCode.Ok, other.Error);
        }

        // The copy back was held against MongoDB; this holds it against what there was in the beginning.
        Words((await CopyAsync()).Out).ShouldContain("articles 1,203 1,203");

        // What comes after the copy goes on from it.
        using var database = new MongoStanceDatabase(_codebook.Url);
        using var codebook = new MongoCodebookStore(database.Store);
        (await codebook.ChangeAsync(draft => draft.Retire("dermaga"), 10, Then, Token)).Version.ShouldBe(5);
        using var actors = new MongoActorStore(database.Store);
        (await actors.RetireAsync("Rano", Then, Token))!.Version.ShouldBe(3);
        await using var articles = new MongoArticleStore(_articles.Url);
        await articles.AddAsync(new ArticleRecord { Id = "baru", Text = "x", AcceptedAt = Then.AddYears(-1) }, Token);
        (await articles.ListAcceptedAsync(2_000, Token))[^1].Id.ShouldBe("baru");
    }

    private static string Words(string text) => string.Join(' ', text.Split([' ', '\n', '\r', '│', '─'], StringSplitOptions.RemoveEmptyEntries));

    private static List<StoreRecord> Records(int count) => [.. Enumerable.Range(0, count).Select(i => new StoreRecord($"k{i}", $"\"{i}\""))];

    private static async Task<List<StoreRecord>> TakeAsync(StorePart part, int count)
    {
        var records = new List<StoreRecord>();
        await foreach (var record in part.ReadAsync(Token))
        {
            if (records.Count == count)
                break;
            records.Add(record);
        }

        return records;
    }

    private static (StorePart Part, List<StoreRecord> Records) Part(List<StoreRecord> records, Func<StoreRecord, StoreRecord?>? keep = null, Action<int>? onAppend = null)
    {
        var part = new StorePart(
            "things",
            ReadAsync,
            (added, token) =>
            {
                token.ThrowIfCancellationRequested();
                records.AddRange(added.Select(record => keep is null ? record : keep(record)).OfType<StoreRecord>());
                onAppend?.Invoke(records.Count);
                return Task.CompletedTask;
            },
            _ => Task.FromResult((long)records.Count),
            _ =>
            {
                records.Clear();
                return Task.CompletedTask;
            });
        return (part, records);

        async IAsyncEnumerable<StoreRecord> ReadAsync([EnumeratorCancellation] CancellationToken token)
        {
            await Task.CompletedTask;
            foreach (var record in records.ToList())
            {
                token.ThrowIfCancellationRequested();
                yield return record;
            }
        }
    }

    private static Terminal Quiet(out StringWriter output, out StringWriter error) =>
        new(output = new StringWriter(), error = new StringWriter(), () => Stream.Null, outputWidth: null, errorIsTerminal: false, _ => null);

    private Task<CommandLineRun> CopyAsync(params string[] more) => CommandLineRun.Of(["store", "copy", "--from", From, "--to", To, .. more]);

    /// <summary>Every look at it is a minute later.</summary>
    private sealed class LateClock : TimeProvider
    {
        private long _ticks;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, TimeSpan.TicksPerMinute);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
