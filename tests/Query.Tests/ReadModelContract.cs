using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using static Sikap.Query.Tests.Ledger;
using Proto = Sikap.V1;

namespace Sikap.Query.Tests;

/// <summary>What every read model must do, whatever it stores in.</summary>
public abstract partial class ReadModelContract : IAsyncLifetime
{
    /// <summary>How long the store keeps events.</summary>
    internal static readonly TimeSpan EventRetention = TimeSpan.FromHours(1);
    internal static readonly TimeSpan DiffRetention = TimeSpan.FromHours(2);

    private readonly Clock _clock = new();
    private IReadModel _store = null!;
    private LedgerIndex _index = null!;
    private LedgerQuestions _ledger = null!;

    /// <summary>A new store over this test's own data; called again, it opens the same data.</summary>
    internal abstract IReadModel Open(TimeProvider time);

    public ValueTask InitializeAsync()
    {
        OpenAgain();
        return ValueTask.CompletedTask;
    }

    public virtual ValueTask DisposeAsync()
    {
        Close();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private void OpenAgain()
    {
        _store = Open(_clock);
        _index = new LedgerIndex(_store);
        _ledger = new LedgerQuestions(_store, _index, Options.Create(new QueryOptions()));
    }

    private void Close()
    {
        _index.Dispose();
        (_store as IDisposable)?.Dispose();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FindArticle_AfterWrite_GivesTextStatementsAndStances()
    {
        var message = Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan"), Says(null, "Warga menunggu.")]);

        await WriteAsync(message);

        var found = (await _store.FindArticleAsync("a1", Cancel)).ShouldNotBeNull();
        found.Text.ShouldBe(message.Article.Text);
        found.Article.Title.ShouldBe("Judul a1");
        found.Article.Url.ShouldBe("https://example.org/a1");
        found.Article.AcceptedAt.ToDateTimeOffset().ShouldBe(Accepted);
        found.Article.StatementCount.ShouldBe(2);
        found.Article.StanceCount.ShouldBe(1);
        found.Article.Credits.Single().Name.ShouldBe("Penulis");
        found.Dates.Single().ShouldBe(new Proto.DateMention { Span = new Proto.Span { Start = 0, End = 8, Text = "Jembatan" }, Value = "2023-07-10/2023-07-16", Precision = Proto.DatePrecision.Week, Rule = "last-week" });
        found.Statements[0].Via.ShouldBe(["Kabar Kota"]);
        found.Statements.Select(statement => statement.Content.Text).ShouldBe(["Jembatan harus dibangun.", "Warga menunggu."]);
        found.Statements[1].Speaker.ShouldBeNull();
        var stance = found.Stances.Single();
        stance.Holder.Name.ShouldBe("Sari Wulandari");
        stance.Label.ShouldBe(Proto.StanceLabel.Support);
        stance.StatementId.ShouldBe(found.Statements[0].Id);
        stance.Publisher.ShouldBe("Kabar Pagi");
    }

    [Fact]
    public async Task FindArticle_UnknownId_GivesNull()
    {
        (await _store.FindArticleAsync("a1", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Write_SameMessageAgain_ChangesNothingAndTellsNobody()
    {
        var message = Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan"), Says(Budi, "Jangan dibangun.", "jembatan", StanceLabel.Oppose)]);
        var first = await WriteAsync(message);
        var status = await _store.GetStatusAsync(Cancel);
        var events = await _store.GetLastEventAsync(Cancel);

        var again = await WriteAsync(message);

        first.ShouldBe(new IndexedArticle("a1", "id", IsNew: true, StancesAdded: 2, StancesRemoved: 0, BeganToWait: false));
        again.ShouldBe(new IndexedArticle("a1", "id", IsNew: false, StancesAdded: 0, StancesRemoved: 0, BeganToWait: false));
        (await _store.GetStatusAsync(Cancel)).ShouldBe(status);
        (await _store.GetLastEventAsync(Cancel)).ShouldBe(events);
        status.ShouldBe(new Proto.LedgerStatus { Articles = 1, Statements = 2, Stances = 2, Actors = 2, LastCursor = 3 });
    }

    [Fact]
    public async Task Write_CodedByHand_TakesThePlaceOfTheClassifiedAndStays()
    {
        var classified = Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan")], version: 2);
        var coded = Coded(Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan", StanceLabel.Oppose)], version: 2), 1);
        await WriteAsync(classified);

        var written = await WriteAsync(coded);
        var late = await WriteAsync(classified);

        (written.StancesAdded, written.StancesRemoved, written.CodingRevision).ShouldBe((1, 1, 1L));
        // An answer from before the coding, on its way when it came.
        (late.StancesAdded, late.StancesRemoved, late.CodingRevision).ShouldBe((0, 0, 1L));
        (await StancesAsync(new Proto.Filter())).Single().Label.ShouldBe(Proto.StanceLabel.Oppose);
    }

    [Fact]
    public async Task Apply_CodedArticleInAnotherLanguage_WaitsWithItsCoding()
    {
        await WriteAsync(Coded(Article("a1", [Says(Sari, "The bridge is good.", "jembatan")], language: "en"), 3));
        await WriteAsync(Article("a2", [Says(Sari, "The bridge is bad.", "jembatan")], language: "en"));

        await _store.ApplyAsync(Issue("pajak", 2), Cancel);

        var waiting = (await _store.ReadWaitingAsync(0, 10, Cancel)).Single();
        (waiting.Article.Id, waiting.Article.Coding!.Revision).ShouldBe(("a1", 3L));
        waiting.IssueIds.ShouldBe(["pajak"]);
    }

    private static StancesClassified Coded(StancesClassified message, long revision) => message with
    {
        Article = message.Article with { Coding = new Coding { Revision = revision, IssueIds = ["jembatan"], Stances = [] } },
    };

    [Fact]
    public async Task Write_SameArticleTwiceInOneBatch_StoresItOnce()
    {
        var message = Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan")]);

        var indexed = await _store.WriteAsync([message, message], Cancel);

        indexed.Select(article => article.IsNew).ShouldBe([true, false]);
        (await _store.GetStatusAsync(Cancel)).Stances.ShouldBe(1);
    }

    [Fact]
    public async Task Write_NewerCodebookVersion_ReplacesTheStancesOfTheIssueOnly()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan"), Says(Sari, "Pajak baik.", "pajak")], version: 1));

        var indexed = await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan", StanceLabel.Oppose), Says(Sari, "Pajak baik.")], version: 2));

        indexed.StancesAdded.ShouldBe(1);
        indexed.StancesRemoved.ShouldBe(1);
        var stances = await StancesAsync(new Proto.Filter());
        stances.Select(stance => (stance.IssueId, stance.Label)).ShouldBe([("jembatan", Proto.StanceLabel.Oppose), ("pajak", Proto.StanceLabel.Support)]);
    }

    [Fact]
    public async Task Write_OlderCodebookVersion_LeavesNewerStances()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan", StanceLabel.Oppose)], version: 3));

        var indexed = await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 2));

        indexed.StancesAdded.ShouldBe(0);
        (await StancesAsync(new Proto.Filter())).Single().Label.ShouldBe(Proto.StanceLabel.Oppose);
    }

    [Fact]
    public async Task Write_NewerVersionSaysTheSame_KeepsTheStanceAndItsId()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 1));
        var events = await _store.GetLastEventAsync(Cancel);

        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 2));

        (await StancesAsync(new Proto.Filter())).Single().Id.ShouldEndWith("-v1");
        (await _store.GetLastEventAsync(Cancel)).ShouldBe(events);
    }

    [Fact]
    public async Task Write_AnotherClassifierSaysTheSame_KeepsTheStanceAndWhoFoundItFirst()
    {
        var message = Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 1);
        await WriteAsync(message with { Stances = [message.Stances[0] with { Classifier = "rules 1" }] });
        var events = await _store.GetLastEventAsync(Cancel);

        await WriteAsync(message with { CodebookVersion = 2, Stances = [message.Stances[0] with { Classifier = "rules 2" }] });

        (await StancesAsync(new Proto.Filter())).Single().Classifier.ShouldBe("rules 1");
        (await _store.GetLastEventAsync(Cancel)).ShouldBe(events);
    }

    [Fact]
    public async Task Write_NewerVersionFindsNothing_RemovesTheStance()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 1));

        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.")], version: 2, issues: ["jembatan"]));

        (await StancesAsync(new Proto.Filter())).ShouldBeEmpty();
        (await StancesAsync(new Proto.Filter { Text = "jembatan" })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_NewerEngine_ReplacesStatementsAndAsksForAllIssuesAgain()
    {
        await _store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await _store.ApplyAsync(Issue("pajak", 2), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan"), Says(Sari, "Pajak baik.", "pajak")], version: 2, engine: "9"));

        var indexed = await WriteAsync(Article("a1", [Says(Budi, "Jembatan baik.", "jembatan")], version: 2, issues: ["jembatan"], engine: "10"));

        indexed.BeganToWait.ShouldBeTrue();
        (await _store.FindArticleAsync("a1", Cancel))!.Statements.Single().Speaker.Name.ShouldBe("Budi Hartono");
        (await _store.ReadWaitingAsync(0, 10, Cancel)).Single().IssueIds.ShouldBe(["pajak"]);
    }

    [Fact]
    public async Task Write_LateAnswerOfOlderEngine_IsIgnored()
    {
        await WriteAsync(Article("a1", [Says(Budi, "Jembatan baik.", "jembatan")], engine: "10"));

        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 5, engine: "9"));

        (await StancesAsync(new Proto.Filter())).Single().Holder.Name.ShouldBe("Budi Hartono");
    }

    [Fact]
    public async Task Apply_NewIssue_MarksStoredArticlesUntilTheyAreClassified()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.")]));
        await WriteAsync(Article("a2", [Says(Sari, "Jembatan buruk.")]));
        await WriteAsync(Article("a3", [Says(Sari, "The bridge is good.")], language: "en"));

        await _store.ApplyAsync(Issue("jembatan", 2), Cancel);

        var waiting = await _store.ReadWaitingAsync(0, 10, Cancel);
        waiting.Select(article => article.Article.Id).ShouldBe(["a1", "a2"]);
        waiting[0].Article.Statements.Single().Content.Text.ShouldBe("Jembatan baik.");
        waiting[0].Url.ShouldBe("https://example.org/a1");
        waiting[0].AcceptedAt.ShouldBe(Accepted);
        waiting[0].IssueIds.ShouldBe(["jembatan"]);
        (await _store.GetStatusAsync(Cancel)).Replaying.ShouldBe(2);

        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 2));

        (await _store.ReadWaitingAsync(0, 10, Cancel)).Single().Article.Id.ShouldBe("a2");
        (await _store.CountWaitingAsync(0, waiting[0].Position, Cancel)).ShouldBe(0);
        (await _store.CountWaitingAsync(waiting[0].Position, long.MaxValue, Cancel)).ShouldBe(1);
    }

    [Fact]
    public async Task Apply_SameOrOlderVersion_ChangesNothing()
    {
        await _store.ApplyAsync(Issue("jembatan", 3), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 3));

        await _store.ApplyAsync(Issue("jembatan", 3), Cancel);
        await _store.ApplyAsync(Issue("jembatan", 2, retired: true), Cancel);

        (await _store.GetStatusAsync(Cancel)).ShouldBe(new Proto.LedgerStatus { Articles = 1, Statements = 1, Stances = 1, Actors = 1, CodebookVersion = 3, LastCursor = 2 });
    }

    [Fact]
    public async Task Apply_IssueThatStancesNamedFirst_DoesNotAskAgain()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 4));

        await _store.ApplyAsync(Issue("jembatan", 4), Cancel);

        (await _store.GetStatusAsync(Cancel)).Replaying.ShouldBe(0);
        (await MatrixAsync(new Proto.Filter())).Issues.Single().Title.ShouldBe("Judul jembatan");
    }

    [Fact]
    public async Task Write_ClassifiedWithOlderCodebook_AsksForTheMissingIssues()
    {
        await _store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await _store.ApplyAsync(Issue("pajak", 2), Cancel);

        var indexed = await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 1));

        indexed.BeganToWait.ShouldBeTrue();
        (await _store.ReadWaitingAsync(0, 10, Cancel)).Single().IssueIds.ShouldBe(["pajak"]);
    }

    [Fact]
    public async Task Write_AnswerThatIsStillTooOld_WaitsOnWithoutAskingAtOnce()
    {
        await _store.ApplyAsync(Issue("jembatan", 5), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.")], version: 1));

        var indexed = await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 4));

        indexed.BeganToWait.ShouldBeFalse();
        (await _store.GetStatusAsync(Cancel)).Replaying.ShouldBe(1);
    }

    [Fact]
    public async Task Apply_RetiredIssue_RemovesItsStancesAndIgnoresLateOnes()
    {
        await _store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan"), Says(Sari, "Pajak baik.", "pajak")], version: 1));
        await WriteAsync(Article("a2", [Says(Sari, "Jalan baik.")], version: 0, issues: []));

        await _store.ApplyAsync(Issue("jembatan", 2, retired: true), Cancel);
        await WriteAsync(Article("a3", [Says(Budi, "Jembatan baik.", "jembatan")], version: 1));

        (await StancesAsync(new Proto.Filter())).Single().IssueId.ShouldBe("pajak");
        // a2 was never classified with it, and what is said of it in a3 came too late to count.
        (await _store.ReadWaitingAsync(0, 10, Cancel)).ShouldHaveSingleItem().Article.Id.ShouldBe("a1");
        var removed = (await _store.ReadEventsAsync(0, 100, Cancel)).Items.Single(change => change.Event.StanceRemoved is not null);
        removed.Event.StanceRemoved.Evidence.Text.ShouldBe("Jembatan baik.");
    }

    [Fact]
    public async Task Apply_RetiredIssue_ItsArticlesWaitToBeClassifiedWithoutItAndTheDiffShowsWhatComes()
    {
        await _store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await _store.ApplyAsync(Issue("pajak", 2), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 2, issues: ["jembatan", "pajak"]));
        await _store.ApplyAsync(Issue("jembatan", 3, retired: true), Cancel);
        var waiting = await _store.ReadWaitingAsync(0, 10, Cancel);

        // An answer that was on its way when the issue ended does not know of its end.
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 2, issues: ["jembatan", "pajak"]));
        var late = await _store.GetStatusAsync(Cancel);
        // The sentence falls to the issue that is left.
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "pajak")], version: 3, issues: ["pajak"]));

        waiting.ShouldHaveSingleItem().IssueIds.ShouldBeEmpty();
        (late.Replaying, late.Stances).ShouldBe((1, 0));
        (await _store.GetStatusAsync(Cancel)).Replaying.ShouldBe(0);
        var diff = await DiffAsync(2, 3);
        (diff.Removed, diff.Added, diff.Waiting).ShouldBe((1, 1, 0));
        (await StancesAsync(new Proto.Filter())).ShouldHaveSingleItem().IssueId.ShouldBe("pajak");
        // Whatever comes now was classified without it.
        await WriteAsync(Article("a2", [], version: 3, issues: ["pajak"]));
        (await _store.GetStatusAsync(Cancel)).Replaying.ShouldBe(0);
    }

    [Fact]
    public async Task Apply_RetiredIssueDefinedAgain_ClassifiesEverythingAgain()
    {
        await _store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 1));
        await _store.ApplyAsync(Issue("jembatan", 2, retired: true), Cancel);

        await _store.ApplyAsync(Issue("jembatan", 3), Cancel);

        (await _store.ReadWaitingAsync(0, 10, Cancel)).Single().IssueIds.ShouldBe(["jembatan"]);
    }

    [Fact]
    public async Task Apply_OtherParentOnly_AsksForNothingAndKeepsEverything()
    {
        await _store.ApplyAsync(Issue("jembatan", 2), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan")], version: 2));
        await WriteAsync(Article("a2", [Says(Sari, "Jembatan harus dibangun.")], version: 1, issues: ["jembatan"]));
        var events = await _store.GetLastEventAsync(Cancel);

        await _store.ApplyAsync(Issue("jembatan", 3) with { ParentId = "prasarana" }, Cancel);

        // a2 waited before, a1 does not begin to.
        (await _store.ReadWaitingAsync(0, 10, Cancel)).ShouldHaveSingleItem().Article.Id.ShouldBe("a2");
        (await _store.GetLastEventAsync(Cancel)).ShouldBe(events);
        (await _store.ReadIssuesAsync(Cancel)).Values.Single().ParentId.ShouldBe("prasarana");
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan jangan dibangun.", "jembatan", StanceLabel.Oppose)], version: 2));
        (await _store.FindArticleAsync("a1", Cancel))!.Stances.Single().Label.ShouldBe(Proto.StanceLabel.Support);
    }

    [Fact]
    public async Task Diff_ChangesOfTheCodebook_AddedRemovedChangedWithoutNewArticles()
    {
        await _store.ApplyAsync(Issue("jembatan", 1), Cancel);
        var said = Says(Sari, "Jembatan harus dibangun.", "jembatan");
        var also = Says(Budi, "Jembatan perlu.", "jembatan");
        await WriteAsync(Article("a1", [said, Says(Budi, "Jembatan perlu.")], version: 1));
        await WriteAsync(Article("a2", [said, also], version: 1));
        await WriteAsync(Article("a3", [said], version: 1));

        await _store.ApplyAsync(Issue("jembatan", 2) with { Issue = new Issue("jembatan", "J", "Kota membongkar jembatan", ["jembatan"]) }, Cancel);
        var before = await DiffAsync(1, 2);
        await WriteAsync(Article("a1", [said with { Label = StanceLabel.Oppose }, also], version: 2));
        await WriteAsync(Article("a2", [said, Says(Budi, "Jembatan perlu.")], version: 2, issues: ["jembatan"]));
        await WriteAsync(Article("a3", [said], version: 2));
        // A new article is no effect of the change.
        await WriteAsync(Article("a4", [said], version: 2));
        var after = await DiffAsync(1, 2);

        (before.Waiting, before.Added, before.Removed, before.Changed).ShouldBe((3, 0, 0, 0));
        (after.Waiting, after.Added, after.Removed, after.Changed, after.ToVersion).ShouldBe((0, 1, 1, 1, 2));
        after.Entries.Select(entry => (entry.Before?.ArticleId ?? entry.After.ArticleId, entry.Before?.Holder.Name, entry.Before?.Label, entry.After?.Holder.Name, entry.After?.Label)).ShouldBe(
            [
                ("a1", null, null, "Budi Hartono", Proto.StanceLabel.Support),
                ("a1", "Sari Wulandari", Proto.StanceLabel.Support, "Sari Wulandari", Proto.StanceLabel.Oppose),
                ("a2", "Budi Hartono", Proto.StanceLabel.Support, null, null),
            ]);
        (await DiffAsync(1, 2, limit: 1)).Entries.Count.ShouldBe(1);
        (await DiffAsync(1, 2, "pajak")).Entries.ShouldBeEmpty();
        (await DiffAsync(0, 1)).Entries.ShouldBeEmpty();

        // Back to the old wording: over both changes nothing has happened to these articles, but a4 is one of them now.
        await _store.ApplyAsync(Issue("jembatan", 3), Cancel);
        await WriteAsync(Article("a1", [said, Says(Budi, "Jembatan perlu.")], version: 3, issues: ["jembatan"]));
        await WriteAsync(Article("a2", [said, also], version: 3));
        await WriteAsync(Article("a3", [said], version: 3));
        await WriteAsync(Article("a4", [said], version: 3) with { Stances = [] });
        var over = await DiffAsync(1, 3);
        (over.Added, over.Removed, over.Changed).ShouldBe((0, 1, 0));
        over.Entries.Single().Before.ArticleId.ShouldBe("a4");
        (await DiffAsync(2, 3)).Changed.ShouldBe(1);
    }

    [Fact]
    public async Task Diff_RetiredIssue_ItsStancesAreRemoved()
    {
        await _store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan")], version: 1));

        await _store.ApplyAsync(Issue("jembatan", 2, retired: true), Cancel);

        var diff = await DiffAsync(1, long.MaxValue);
        (diff.Removed, diff.Added, diff.Changed, diff.Waiting).ShouldBe((1, 0, 0, 1));
        diff.Entries.Single().After.ShouldBeNull();
    }

    [Fact]
    public async Task ReplayProgress_AfterAChange_CountsDown()
    {
        await _store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan")], version: 1));
        await WriteAsync(Article("a2", [Says(Sari, "Jembatan harus dibangun.", "jembatan")], version: 1));
        await _store.ApplyAsync(Issue("pajak", 2), Cancel);

        var begun = await _store.GetReplayProgressAsync(Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan harus dibangun.", "pajak")], version: 2));
        var half = await _store.GetReplayProgressAsync(Cancel);

        begun.ShouldBe(new Proto.ReplayProgress { CodebookVersion = 2, Waiting = 2, Concerned = 2 });
        half.ShouldBe(new Proto.ReplayProgress { CodebookVersion = 2, Waiting = 1, Concerned = 2 });
    }

    [Fact]
    public async Task ListStances_Filters_AreJoinedByAnd()
    {
        await WriteFilterLedgerAsync();

        (await EvidenceAsync(new Proto.Filter { IssueId = "jembatan" })).ShouldBe(["Sari mendukung.", "Budi menolak.", "China netral."]);
        (await EvidenceAsync(new Proto.Filter { IssueId = "jembatan", Label = Proto.StanceLabel.Oppose })).ShouldBe(["Budi menolak."]);
        (await EvidenceAsync(new Proto.Filter { Publisher = "warta sore" })).ShouldBe(["China netral.", "Pajak naik."]);
        (await EvidenceAsync(new Proto.Filter { ArticleId = "a2", IssueId = "pajak" })).ShouldBe(["Pajak naik."]);
        foreach (var china in new[] { "chn", "Tiongkok", "china", "Beijing" })
        {
            (await EvidenceAsync(new Proto.Filter { Represents = china })).ShouldBe(["China netral."], china);
        }
        (await EvidenceAsync(new Proto.Filter { MinConfidence = 0.8 })).ShouldBe(["Sari mendukung.", "China netral."]);
        (await EvidenceAsync(new Proto.Filter { IssueId = "tidak-ada" })).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sari wulandari", "Sari mendukung.,Pajak naik.")]
    [InlineData("Wulandari", "Sari mendukung.,Pajak naik.")]
    [InlineData("WULANDARI Sari", "Sari mendukung.,Pajak naik.")]
    [InlineData("china", "China netral.")]
    [InlineData("Tiongkok", "China netral.")]
    [InlineData("beijing", "China netral.")]
    [InlineData("Negeri Tirai Bambu", "China netral.")]
    [InlineData("Istana Naga", "China netral.")]
    [InlineData("Wulan", "")]
    [InlineData("Sari Hartono", "")]
    public async Task ListStances_ByActor_ComparesNamesWordsAndAliases(string actor, string expected)
    {
        await WriteFilterLedgerAsync();

        (await EvidenceAsync(new Proto.Filter { Actor = actor })).ShouldBe(expected.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("2024-02", "", "Budi menolak.,China netral.,Pajak naik.")]
    [InlineData("", "2024-01", "Sari mendukung.,Pajak naik.")]
    [InlineData("2024-01-15", "2024-02-10", "Sari mendukung.,Budi menolak.,Pajak naik.")]
    [InlineData("2024-01-16", "2024-02-09", "Pajak naik.")]
    [InlineData("2023", "2023", "")]
    [InlineData("2024", "2024", "Sari mendukung.,Budi menolak.,China netral.,Pajak naik.")]
    public async Task ListStances_ByDate_TakesTheStatementsElseTheArticlesDate(string from, string to, string expected)
    {
        await WriteFilterLedgerAsync();
        await WriteAsync(Article("a9", [Says(Sari, "Tanpa tanggal.", "jalan")], published: null));

        (await EvidenceAsync(new Proto.Filter { FromDate = from, ToDate = to })).ShouldBe(expected.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task ListStances_ByText_SearchesEvidenceAndStatement()
    {
        var message = Article("a1", [Says(Sari, "Pembangunan jembatan harus segera dimulai.", "jembatan"), Says(Budi, "Café itu ditutup.", "kafe")]);
        var shortened = message.Stances[0] with { Evidence = new TextSlice(0, 11, "Pembangunan") };
        await WriteAsync(message with { Stances = [shortened, message.Stances[1]] });

        (await EvidenceAsync(new Proto.Filter { Text = "PEMBANGUNAN" })).ShouldBe(["Pembangunan"]);
        (await EvidenceAsync(new Proto.Filter { Text = "segera jembatan" })).ShouldBe(["Pembangunan"]);
        (await EvidenceAsync(new Proto.Filter { Text = "cafe" })).ShouldBe(["Café itu ditutup."]);
        (await EvidenceAsync(new Proto.Filter { Text = "\"segera\" OR ditutup" })).ShouldBeEmpty();
        (await EvidenceAsync(new Proto.Filter { Text = "jembat" })).ShouldBeEmpty();
    }

    [Fact]
    public async Task ListStatements_Filters_ReachThroughToStances()
    {
        await WriteFilterLedgerAsync();

        (await StatementsAsync(new Proto.Filter())).Count.ShouldBe(4);
        (await StatementsAsync(new Proto.Filter { IssueId = "jembatan" })).ShouldBe(["Sari mendukung.", "Budi menolak.", "China netral."]);
        (await StatementsAsync(new Proto.Filter { IssueId = "jembatan", Label = Proto.StanceLabel.Support })).ShouldBe(["Sari mendukung."]);
        (await StatementsAsync(new Proto.Filter { Actor = "hartono" })).ShouldBe(["Budi menolak."]);
        (await StatementsAsync(new Proto.Filter { Text = "netral" })).ShouldBe(["China netral."]);
        (await StatementsAsync(new Proto.Filter { FromDate = "2024-02-10", ToDate = "2024-02-10" })).ShouldBe(["Budi menolak.", "Pajak naik."]);
    }

    [Fact]
    public async Task ListArticles_Filters_FindArticlesByWhatTheyHold()
    {
        await WriteFilterLedgerAsync();
        await WriteAsync(Article("a3", [Says(Asean, "Kami belum tahu.")], published: "2024-05-01"));
        await WriteAsync(Article("a4", [], published: "2024-06-01"));

        (await ArticlesAsync(new Proto.Filter())).ShouldBe(["a4", "a3", "a2", "a1"]);
        (await ArticlesAsync(new Proto.Filter { Actor = "asean" })).ShouldBe(["a3"]);
        (await ArticlesAsync(new Proto.Filter { IssueId = "jembatan" })).ShouldBe(["a2", "a1"]);
        (await ArticlesAsync(new Proto.Filter { IssueId = "jembatan", Actor = "china" })).ShouldBe(["a2"]);
        (await ArticlesAsync(new Proto.Filter { FromDate = "2024-05" })).ShouldBe(["a4", "a3"]);
        (await ArticlesAsync(new Proto.Filter { Publisher = "Warta Sore" })).ShouldBe(["a2"]);
    }

    [Fact]
    public async Task List_PageByPage_GivesEverythingOnceWhileNewOnesArrive()
    {
        for (var i = 0; i < 7; i++)
        {
            await WriteAsync(Article($"a{i}", [Says(Sari, $"Kalimat satu {i}.", "jembatan"), Says(Sari, $"Kalimat dua {i}.", "jembatan")]));
        }

        var seen = new List<string>();
        string? after = null;
        var pages = 0;
        do
        {
            var page = await _ledger.ListStancesAsync(new Proto.Filter(), new PageRequest(3, after), Cancel);
            page.Total.ShouldBe(pages < 2 ? 14 : 15);
            page.Items.Count.ShouldBeInRange(1, 3);
            seen.AddRange(page.Items.Select(stance => stance.Id));
            after = page.NextKey;
            pages++;
            if (pages == 2)
            {
                await WriteAsync(Article("b", [Says(Sari, "Kalimat baru.", "jembatan")]));
            }
        }
        while (after is not null);

        seen.Count.ShouldBe(15);
        seen.Distinct().Count().ShouldBe(15);
        pages.ShouldBe(5);
    }

    [Fact]
    public async Task GetTimeline_Stances_StandInTheOrderOfTheirDates()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Kedua.", "jembatan", date: "2024-02"), Says(Sari, "Keempat.", "jembatan", date: "2024-03-01T09:30+07:00")], published: "2024-03-02"));
        await WriteAsync(Article("a2", [Says(Budi, "Terakhir.", "jembatan")], published: null));
        await WriteAsync(Article("a3", [Says(Budi, "Pertama.", "jembatan", date: "2023"), Says(Budi, "Ketiga.", "jembatan")], published: "2024-02-20"));

        var first = await _ledger.GetTimelineAsync(new Proto.Filter { IssueId = "jembatan" }, new PageRequest(3, null), Cancel);
        var second = await _ledger.GetTimelineAsync(new Proto.Filter { IssueId = "jembatan" }, new PageRequest(3, first.NextKey), Cancel);

        first.Items.Concat(second.Items).Select(entry => entry.Stance.Evidence.Text).ShouldBe(["Pertama.", "Kedua.", "Ketiga.", "Keempat.", "Terakhir."]);
        first.Items[2].Date.Value.ShouldBe("2024-02-20");
        first.Items.Concat(second.Items).Select(entry => entry.DateBasis).ShouldBe(
            [Proto.DateBasis.Stance, Proto.DateBasis.Stance, Proto.DateBasis.Publication, Proto.DateBasis.Stance, Proto.DateBasis.Unspecified]);
        (await _ledger.ListChangesAsync(new Proto.ListChangesRequest { Filter = new Proto.Filter { Actor = "Budi" } }, new PageRequest(10, null), Cancel)).Items
            .Select(change => (change.Date.Value, change.DateBasis)).ShouldBe([("2023", Proto.DateBasis.Stance), ("2024-02-20", Proto.DateBasis.Publication)]);
        first.Items[2].Article.Id.ShouldBe("a3");
        first.Items[2].Article.StanceCount.ShouldBe(2);
        second.Items[1].Date.ShouldBeNull();
        second.NextKey.ShouldBeNull();
    }

    [Fact]
    public async Task GetMatrix_Cells_CountAndPrevailByConfidence()
    {
        await _store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await WriteAsync(Article("a1",
            [
                Says(Sari, "Ragu satu.", "jembatan", StanceLabel.Neutral, 0.4),
                Says(Sari, "Ragu dua.", "jembatan", StanceLabel.Neutral, 0.4),
                Says(Sari, "Setuju.", "jembatan", StanceLabel.Support, 0.9),
                Says(Sari, "Pajak ya.", "pajak", StanceLabel.Support, 0.5),
                Says(Budi, "Tidak.", "jembatan", StanceLabel.Oppose, 0.7),
                Says(Asean, "Ya.", "jembatan", StanceLabel.Support, 0.7),
            ]));

        var matrix = await MatrixAsync(new Proto.Filter());

        matrix.Issues.Select(issue => issue.Id).ShouldBe(["jembatan", "pajak"]);
        matrix.Rows.Select(row => row.Holder.Name).ShouldBe(["Sari Wulandari", "Budi Hartono", "ASEAN"]);
        matrix.Rows[0].Holder.Represents.ShouldBe("IDN");
        var cell = matrix.Rows[0].Cells[0];
        (cell.IssueId, cell.Support, cell.Oppose, cell.Neutral).ShouldBe(("jembatan", 1, 0, 2));
        cell.Prevailing.ShouldBe(Proto.StanceLabel.Support);
        cell.Best.Evidence.Text.ShouldBe("Setuju.");
        matrix.Rows[0].Cells[1].IssueId.ShouldBe("pajak");

        (await MatrixAsync(new Proto.Filter { Actor = "budi" })).Rows.Single().Cells.Single().Oppose.ShouldBe(1);
    }

    [Fact]
    public async Task GetMatrix_EqualConfidence_TheLatestWins()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Dulu setuju.", "jembatan", StanceLabel.Support, 0.6, "2024-01-01"), Says(Sari, "Kini menolak.", "jembatan", StanceLabel.Oppose, 0.6, "2024-02-01")]));
        await WriteAsync(Article("a2", [Says(Budi, "Kini setuju.", "jembatan", StanceLabel.Support, 0.6, "2024-02-01"), Says(Budi, "Dulu menolak.", "jembatan", StanceLabel.Oppose, 0.6, "2024-01-01")]));

        var rows = (await MatrixAsync(new Proto.Filter())).Rows;

        rows.Select(row => (row.Holder.Name, row.Cells.Single().Prevailing)).ShouldBe(
            [("Sari Wulandari", Proto.StanceLabel.Oppose), ("Budi Hartono", Proto.StanceLabel.Support)]);
    }

    [Fact]
    public async Task GetMatrix_AfterReplacementsAndRemovals_EqualsThatOfANewlyReadIndex()
    {
        var random = new Random(7);
        await _store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await _store.ApplyAsync(Issue("pajak", 1), Cancel);
        for (var step = 0; step < 60; step++)
        {
            Actor[] holders = [Sari, Budi, China];
            if (step % 7 == 0)
            {
                // The index has to follow, not to begin anew.
                await MatrixAsync(new Proto.Filter());
            }
            await WriteAsync(Article(
                $"a{random.Next(12)}",
                [.. Enumerable.Range(0, random.Next(5)).Select(i => Says(
                    holders[random.Next(3)], $"Kalimat {i}.", random.Next(2) == 0 ? "jembatan" : "pajak", (StanceLabel)random.Next(3), random.Next(1, 10) / 10.0, $"2024-0{random.Next(1, 9)}"))],
                version: 2 + step, issues: ["jembatan", "pajak"]));
        }
        await _store.ApplyAsync(Issue("pajak", 100, retired: true), Cancel);

        var kept = await MatrixAsync(new Proto.Filter());
        var timeline = await _ledger.GetTimelineAsync(new Proto.Filter(), new PageRequest(1000, null), Cancel);
        Close();
        OpenAgain();
        var counted = await MatrixAsync(new Proto.Filter());

        kept.ShouldBe(counted);
        (await _ledger.GetTimelineAsync(new Proto.Filter(), new PageRequest(1000, null), Cancel)).Items.ShouldBe(timeline.Items);
        kept.Rows.Count.ShouldBe(3);
        kept.Rows.Sum(row => row.Cells.Sum(cell => cell.Support + cell.Oppose + cell.Neutral)).ShouldBe((await StancesAsync(new Proto.Filter())).Count);
    }

    [Fact]
    public async Task ListActors_SpeakersAndHolders_AreCountedOncePerPerson()
    {
        await WriteAsync(Article("a1", [Says(Sari with { Represents = null }, "Satu.", "jembatan"), Says(Budi, "Dua.")]));
        await WriteAsync(Article("a2", [Says(Sari, "Tiga.", "jembatan", reported: true)]));

        var actors = await _store.ListActorsAsync(new(), new PageRequest(10, null), Cancel);

        actors.Total.ShouldBe(2);
        actors.Items.Select(actor => (actor.Actor.Name, actor.Actor.Represents, actor.StatementCount, actor.StanceCount)).ShouldBe(
            [("Budi Hartono", "", 1, 0), ("Sari Wulandari", "IDN", 1, 2)]);
        (await _store.ListActorsAsync(new() { NameContains = "WULAN" }, new PageRequest(10, null), Cancel)).Items.Single().Actor.Name.ShouldBe("Sari Wulandari");
    }

    [Fact]
    public async Task ListActors_ByTypeAndWhomTheySpeakFor_GivesThoseOnly()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Satu."), Says(Budi, "Dua."), Says(China, "Tiga."), Says(Asean, "Empat.")]));

        async Task<IEnumerable<string>> NamesAsync(Proto.ListActorsRequest request)
        {
            var page = await _store.ListActorsAsync(request, new PageRequest(10, null), Cancel);
            page.Total.ShouldBe(page.Items.Count);
            return page.Items.Select(actor => actor.Actor.Name);
        }

        (await NamesAsync(new() { Type = Proto.ActorType.Person })).ShouldBe(["Budi Hartono", "Sari Wulandari"]);
        (await NamesAsync(new() { Represents = "Indonesia" })).ShouldBe(["Sari Wulandari"]);
        (await NamesAsync(new() { Represents = "idn", Type = Proto.ActorType.Country })).ShouldBeEmpty();
        (await NamesAsync(new() { Represents = "asean" })).ShouldBe(["ASEAN"]);
        (await NamesAsync(new() { Represents = "Tiongkok", NameContains = "chi" })).ShouldBe(["China"]);
    }

    [Fact]
    public async Task ListActors_TitleHereNameThere_AreOneWhereThePersonIsKnown()
    {
        var kenji = new Actor("Kenji Mori", ActorType.Person, "JPN") { Person = "Kenji Mori" };
        var president = new Actor("Presiden", ActorType.Person, "IDN");
        await WriteAsync(Article("a1", [Says(kenji with { Name = "Menlu Jepang" }, "Satu.", "jembatan", date: "2024-01-01")]));
        await WriteAsync(Article("a2", [Says(kenji, "Dua.", "jembatan", StanceLabel.Oppose, date: "2024-02-01")]));
        await WriteAsync(Article("a3", [Says(president with { Person = "Sari Wulandari" }, "Tiga.", "jembatan")]));
        await WriteAsync(Article("a4", [Says(president with { Person = "Budi Hartono" }, "Empat.", "jembatan")]));
        await WriteAsync(Article("a5", [Says(president, "Lima.", "jembatan")]));

        var actors = await _store.ListActorsAsync(new(), new PageRequest(10, null), Cancel);

        actors.Items.Select(actor => (actor.Actor.Name, actor.StatementCount, actor.StanceCount)).ShouldBe([("Budi Hartono", 1, 1), ("Kenji Mori", 2, 2), ("Presiden", 1, 1), ("Sari Wulandari", 1, 1)]);
        (await EvidenceAsync(new Proto.Filter { Actor = "menlu jepang" })).ShouldBe(["Satu.", "Dua."]);
        (await EvidenceAsync(new Proto.Filter { Actor = "Presiden" })).ShouldBe(["Tiga.", "Empat.", "Lima."], ignoreOrder: true);
        (await EvidenceAsync(new Proto.Filter { Actor = "Sari Wulandari" })).ShouldBe(["Tiga."]);
    }

    [Fact]
    public async Task ReadEvents_FromACursor_GivesWhatCameAfterInOrder()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Satu.", "jembatan")]));
        var cursor = await _store.GetLastEventAsync(Cancel);
        await WriteAsync(Article("a2", [Says(Budi, "Dua.", "jembatan")]));

        var all = (await _store.ReadEventsAsync(0, 100, Cancel)).Items;
        var after = (await _store.ReadEventsAsync(cursor, 100, Cancel)).Items;

        all.Select(change => change.Event.EventCase.ToString()).ShouldBe(["StanceAdded", "ArticleIndexed", "StanceAdded", "ArticleIndexed"]);
        all.Select(change => change.Cursor).ShouldBeInOrder();
        after.Select(change => change.Cursor).ShouldBe(all.Skip(2).Select(change => change.Cursor));
        after[1].Event.ArticleIndexed.StanceCount.ShouldBe(1);
        (await _store.ReadEventsAsync(0, 3, Cancel)).Items.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Open_Again_FindsEverything()
    {
        await _store.ApplyAsync(Issue("jembatan", 2), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Satu.", "jembatan")], version: 2));
        await WriteAsync(Article("a2", [Says(Sari, "Dua.")], version: 1));
        var status = await _store.GetStatusAsync(Cancel);
        Close();

        OpenAgain();

        (await _store.GetStatusAsync(Cancel)).ShouldBe(status);
        (await _store.ReadWaitingAsync(0, 10, Cancel)).Single().Article.Id.ShouldBe("a2");
        (await WriteAsync(Article("a1", [Says(Sari, "Satu.", "jembatan")], version: 2))).IsNew.ShouldBeFalse();
    }

    [Fact]
    public async Task Write_WhileReadersRead_NeverShowsHalfAnArticle()
    {
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await WriteAsync(Article($"a{i}", [.. Enumerable.Range(0, 5).Select(n => Says(Sari, $"Kalimat {n}.", "jembatan"))]));
            }
        });
        while (!writing.IsCompleted)
        {
            var page = await _store.ListArticlesAsync(new Proto.Filter(), new PageRequest(100, null), Cancel);
            page.Items.ShouldAllBe(article => article.StanceCount == 5);
        }

        await writing;
        (await _store.GetStatusAsync(Cancel)).Stances.ShouldBe(200);
    }

    public static TheoryData<Proto.Filter> Filters =>
    [
        new Proto.Filter(),
        new Proto.Filter { IssueId = "jembatan" },
        new Proto.Filter { Label = Proto.StanceLabel.Neutral },
        new Proto.Filter { Actor = "wulandari" },
        new Proto.Filter { Actor = "Istana  naga" },
        new Proto.Filter { Actor = "tiongkok" },
        new Proto.Filter { Actor = "Hartono Sari" },
        new Proto.Filter { Represents = "idn" },
        new Proto.Filter { Publisher = "WARTA SORE" },
        new Proto.Filter { ArticleId = "a1" },
        new Proto.Filter { MinConfidence = 0.6 },
        new Proto.Filter { Text = "Tolak! menolak" },
        new Proto.Filter { Text = "MENOLAK budi" },
        new Proto.Filter { FromDate = "2024-02" },
        new Proto.Filter { ToDate = "2024-02" },
        new Proto.Filter { FromDate = "2024-01-15", ToDate = "2024-02" },
        new Proto.Filter { FromDate = "2024-03-02", ToDate = "2024-03-02" },
        new Proto.Filter { IssueId = "jembatan", Publisher = "Kabar Pagi", MinConfidence = 0.5, Text = "budi" },
    ];

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task EventFilter_AnyFilter_TakesWhatTheListTakes(Proto.Filter filter)
    {
        await WriteFilterLedgerAsync();
        await WriteAsync(Article("a9", [Says(Asean, "Tanpa tanggal.", "jalan")], published: null));
        var holders = (await _store.ResolveAsync(filter, Cancel)).Actors;
        var matcher = new EventFilter(filter, []);

        var told = (await _store.ReadEventsAsync(0, 100, Cancel)).Items.Where(change => change.Event.StanceAdded is not null && matcher.Matches(change, holders, null));

        told.Select(change => change.Event.StanceAdded.Id).ShouldBe((await StancesAsync(filter)).Select(stance => stance.Id), ignoreOrder: true);
    }

    private async Task WriteFilterLedgerAsync()
    {
        await WriteAsync(Article("a1",
            [
                Says(Sari, "Sari mendukung.", "jembatan", StanceLabel.Support, 0.9, "2024-01-15"),
                Says(Budi, "Budi menolak.", "jembatan", StanceLabel.Oppose, 0.6),
            ]));
        await WriteAsync(Article("a2",
            [
                Says(China, "China netral.", "jembatan", StanceLabel.Neutral, 0.8, "2024-03"),
                Says(Sari, "Pajak naik.", "pajak", StanceLabel.Support, 0.5, "2024"),
            ],
            publisher: "Warta Sore", published: "2024-03-05",
            mentions: [("Istana Naga", China, MentionForm.Metonym), ("negara itu", China, MentionForm.Description)]));
    }

    private Task<Proto.Matrix> MatrixAsync(Proto.Filter filter) =>
        _ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = filter }, new PageRequest(100, null), Cancel);

    private async Task<Proto.StanceDiff> DiffAsync(long from, long to, string issue = "", int limit = 100) =>
        (await _store.GetStanceDiffAsync(from, to, issue, limit, Cancel)).Diff.ShouldNotBeNull();

    private async Task<IndexedArticle> WriteAsync(StancesClassified message) => (await _store.WriteAsync([message], Cancel)).Single();

    private async Task<IReadOnlyList<Proto.Stance>> StancesAsync(Proto.Filter filter)
    {
        var page = await _ledger.ListStancesAsync(filter, new PageRequest(1000, null), Cancel);
        page.Total.ShouldBe(page.Items.Count);
        return page.Items;
    }

    private async Task<IReadOnlyList<string>> EvidenceAsync(Proto.Filter filter) => [.. (await StancesAsync(filter)).Select(stance => stance.Evidence.Text)];

    private async Task<IReadOnlyList<string>> StatementsAsync(Proto.Filter filter)
    {
        var page = await _store.ListStatementsAsync(filter, new PageRequest(1000, null), Cancel);
        page.Total.ShouldBe(page.Items.Count);
        return [.. page.Items.Select(statement => statement.Content.Text)];
    }

    // The index answers what the store would.
    private async Task<IReadOnlyList<string>> ArticlesAsync(Proto.Filter filter)
    {
        var page = await _ledger.ListArticlesAsync(filter, new PageRequest(1000, null), Cancel);
        var stored = await _store.ListArticlesAsync(filter, new PageRequest(1000, null), Cancel);
        page.Items.ShouldBe(stored.Items);
        page.Total.ShouldBe(stored.Total);
        return [.. page.Items.Select(article => article.Id)];
    }
}
