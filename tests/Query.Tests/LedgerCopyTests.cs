using Microsoft.Extensions.Options;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using static Sikap.Query.Tests.Ledger;
using Proto = Sikap.V1;

namespace Sikap.Query.Tests;

/// <summary>A ledger that is carried elsewhere answers as before, and goes on as if it had always been there.</summary>
public sealed class LedgerCopyTests : IAsyncLifetime
{
    private static readonly PageRequest All = new(1_000, null);

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, MongoTestDatabase> _databases = new() { ["mongo-from"] = new(), ["mongo-to"] = new() };
    private readonly Clock _clock = new();

    /// <summary>From where to where.</summary>
    public static TheoryData<string, string> Ways => new() { { "from", "to" }, { "from", "mongo-to" }, { "mongo-from", "to" }, { "mongo-from", "mongo-to" } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        foreach (var database in _databases.Values)
            await database.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Copy_Ledger_AnswersAreTheSame(string source, string target)
    {
        await FillAsync(Place(source));

        await CopyAsync(Place(source), Place(target));

        using var before = (IDisposable)Open(Place(source));
        using var after = (IDisposable)Open(Place(target));
        (await AnswersAsync((IReadModel)after)).ShouldBe(await AnswersAsync((IReadModel)before));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Copy_ThenWritten_GoesOnBehindTheLastEventAndKnowsWhatIsThere(string source, string target)
    {
        await FillAsync(Place(source));
        await CopyAsync(Place(source), Place(target));

        await WriteOnAsync(Place(source));
        await WriteOnAsync(Place(target));

        using var before = (IDisposable)Open(Place(source));
        using var after = (IDisposable)Open(Place(target));
        (await AnswersAsync((IReadModel)after)).ShouldBe(await AnswersAsync((IReadModel)before));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Copy_EveryEventIsGoneByItsAge_CursorsStillRise(string source, string target)
    {
        using (var opened = (IDisposable)Open(Place(source)))
        {
            var store = (IReadModel)opened;
            await store.WriteAsync([Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan")])], Cancel);
            _clock.Now += ReadModelContract.EventRetention * 2;
            await store.WriteAsync([Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan")])], Cancel);
            (await store.ReadEventsAsync(0, 10, Cancel)).Items.ShouldBeEmpty();
        }

        await CopyAsync(Place(source), Place(target));

        using var there = (IDisposable)Open(Place(target));
        var copy = (IReadModel)there;
        (await copy.GetLastEventAsync(Cancel)).ShouldBe(2);
        await copy.WriteAsync([Article("a2", [])], Cancel);
        (await copy.ReadEventsAsync(2, 10, Cancel)).Items.ShouldHaveSingleItem().Cursor.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Copy_InterruptedAfterEachPart_GoesOn(string source, string target)
    {
        await FillAsync(Place(source));
        using (var from = QueryStores.Open(Place(source), create: false)!)
        {
            for (var parts = 1; parts <= from.Parts.Count; parts++)
            {
                using var to = QueryStores.Open(Place(target), create: true)!;
                var copies = from.Parts.Zip(to.Parts, (one, other) => new StoreCopy(one, other)).ToList();
                var there = new List<long>();
                foreach (var copy in copies)
                {
                    var (same, other) = await copy.FindBeginningAsync(Cancel);
                    other.ShouldBeNull($"{copy.Name} after {parts - 1}");
                    there.Add(same);
                }

                foreach (var (copy, same) in copies.Zip(there).Take(parts))
                    await copy.CopyAsync(same, (_, _) => { }, Cancel);
            }
        }

        using var before = (IDisposable)Open(Place(source));
        using var after = (IDisposable)Open(Place(target));
        (await AnswersAsync((IReadModel)after)).ShouldBe(await AnswersAsync((IReadModel)before));
    }

    private string Place(string name) => _databases.TryGetValue(name, out var database) ? database.Url : Path.Combine(_folder.Path, name);

    private IReadModel Open(string place) => ServiceStores.IsMongo(place)
        ? new MongoReadModel(place, ReadModelContract.EventRetention, ReadModelContract.DiffRetention, _clock)
        : new SqliteReadModel(place, 4, ReadModelContract.EventRetention, ReadModelContract.DiffRetention, _clock);

    private static async Task CopyAsync(string fromPlace, string toPlace)
    {
        using var from = QueryStores.Open(fromPlace, create: false)!;
        using var to = QueryStores.Open(toPlace, create: true)!;
        foreach (var (source, target) in from.Parts.Zip(to.Parts))
        {
            var copy = new StoreCopy(source, target);
            (await copy.FindBeginningAsync(Cancel)).ShouldBe((0L, null));
            await copy.CopyAsync(0, (_, _) => { }, Cancel);
            var check = await copy.CompareAsync(Cancel);
            check.IsSame.ShouldBeTrue($"{check}");
        }
    }

    /// <summary>A ledger with something in every table.</summary>
    private async Task FillAsync(string place)
    {
        using var opened = (IDisposable)Open(place);
        var store = (IReadModel)opened;
        await store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await store.WriteAsync(
        [
            Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan", date: "2024-01-01"), Says(Budi, "Jembatan itu boros.", "jembatan", StanceLabel.Oppose, 0.7), Says(null, "Warga menunggu.")],
                mentions: [("Tiongkok", China, MentionForm.Alias)], states: [Stands("jembatan", ProposalState.Proposed, "Jembatan diusulkan.", "2024-01-01")],
                relations: [Faces(China, Asean, StanceLabel.Support, "China mendukung ASEAN."), Faces(Sari, Budi, StanceLabel.Oppose, "Sari menentang Budi.", "2024-01-02")]),
            Article("a2", [Says(Sari, "Jembatan jangan dibangun.", "jembatan", StanceLabel.Oppose, 0.6, "2024-02-01", conditional: true)], publisher: "Kabar Sore", agencies: ["Kantor Berita"], published: null),
            Article("a3", [Says(China, "Pajak baik.", "pajak", reported: true)], language: "en"),
        ], Cancel);
        // What changes of the codebook do: articles that wait, stances that come and go, an issue that is retired.
        await store.ApplyAsync(Issue("tol", 2), Cancel);
        await store.WriteAsync([Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan", date: "2024-01-01"), Says(Budi, "Jembatan itu boros.", "tol", StanceLabel.Oppose, 0.7), Says(null, "Warga menunggu.")],
            version: 2, issues: ["jembatan", "tol"], states: [Stands("jembatan", ProposalState.Proposed, "Jembatan diusulkan.", "2024-01-01"), Stands("jembatan", ProposalState.Decided, "Jembatan diputuskan.", "2024-01-01")])], Cancel);
        await store.ApplyAsync(Issue("pajak", 3, retired: true), Cancel);
        await store.WriteAsync([Article("a4", [])], Cancel);
        // A revision and the one whose place it took.
        await store.WriteAsync([Article("a6", [Says(Budi, "Jembatan tunggu dulu.", "jembatan", StanceLabel.Oppose)], version: 3, states: [Stands("jembatan", ProposalState.Discussed, "Dibahas.")],
            relations: [Faces(Budi, Sari, StanceLabel.Oppose, "Budi menentang Sari.")], provenance: Edition("a6", 0))], Cancel);
        await store.WriteAsync([Article("a7", [Says(Budi, "Jembatan tunggu lama.", "jembatan", StanceLabel.Oppose)], version: 3, provenance: Edition("a6", 1))], Cancel);
    }

    private async Task WriteOnAsync(string place)
    {
        using var opened = (IDisposable)Open(place);
        var store = (IReadModel)opened;
        await store.WriteAsync([Article("a5", [Says(Sari, "Jembatan jelek.", "jembatan", StanceLabel.Oppose, date: "2024-03-01"), Says(new Actor("Tono", ActorType.Person, null), "Ya.", "bandara")], version: 3)], Cancel);
        await store.ApplyAsync(Issue("tol", 4, retired: true), Cancel);
        await store.WriteAsync([Article("a1", [Says(Budi, "Jembatan itu boros.", "jembatan", StanceLabel.Oppose, 0.7)], version: 4, engine: "2")], Cancel);
    }

    /// <summary>Everything that a store can be asked.</summary>
    private static async Task<string> AnswersAsync(IReadModel store)
    {
        var index = new LedgerIndex(store);
        var ledger = new LedgerQuestions(store, index, Options.Create(new QueryOptions()));
        var none = new Proto.Filter();
        var answers = new List<object?>
        {
            await store.GetStatusAsync(Cancel), await store.GetReplayProgressAsync(Cancel),
        };
        answers.AddRange((await store.ListStatementsAsync(none, All, Cancel)).Items);
        answers.AddRange((await store.ListStatementsAsync(new Proto.Filter { Actor = "Sari Wulandari" }, All, Cancel)).Items);
        answers.AddRange((await store.ListActorsAsync(new(), All, Cancel)).Items);
        answers.AddRange((await store.ListArticlesAsync(none, All, Cancel)).Items);
        answers.AddRange((await store.ListRelationsAsync(new Proto.Filter { Actor = "Tiongkok" }, "", All, Cancel)).Items);
        answers.AddRange((await store.ListRelationsAsync(none, "", All, Cancel)).Items.OrderBy(relation => relation.Id, StringComparer.Ordinal));
        answers.AddRange((await store.ListStatesAsync(none, [], All, Cancel)).Items.OrderBy(state => $"{state}", StringComparer.Ordinal));
        answers.AddRange((await store.SearchAsync(SearchQuery.Parse("jembatan"), none, All, Cancel)).Items.Select(found => found.Info));
        answers.AddRange((await ledger.ListStancesAsync(new Proto.Filter { Text = "boros" }, All, Cancel)).Items);
        answers.AddRange((await ledger.ListStancesAsync(none, All, Cancel)).Items);
        answers.Add(await ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = none }, All, Cancel));
        answers.AddRange((await store.ReadIssuesAsync(Cancel)).OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"));
        answers.AddRange((await store.ReadActorsAsync(null, Cancel)).OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"));
        answers.AddRange((await store.ReadWaitingAsync(0, 100, Cancel)).Select(waiting => $"{waiting.Position} {waiting.Article.Id} {waiting.Url} {waiting.AcceptedAt:O} {string.Join(' ', waiting.IssueIds.Order())}"));
        var events = await store.ReadEventsAsync(0, 1_000, Cancel);
        answers.Add(events.Floor);
        answers.AddRange(events.Items.Select(one => $"{one.Cursor} {one.Date} {one.Context} {one.Holder} {one.Event}"));
        answers.Add((await store.GetStanceDiffAsync(0, 10, "", 100, Cancel)).Diff);
        answers.Add(await store.GetLastEventAsync(Cancel));
        foreach (var id in new[] { "a1", "a2", "a3", "a4", "a5" })
            answers.Add(await store.FindArticleAsync(id, Cancel));
        index.Dispose();
        return string.Join('\n', answers);
    }
}
