using Sikap.Nlp;
using static Sikap.Query.Tests.Ledger;
using Proto = Sikap.V1;

namespace Sikap.Query.Tests;

/// <summary>Revisions of an article and copies of it.</summary>
public abstract partial class ReadModelContract
{
    [Fact]
    public async Task Write_LaterRevision_TakesThePlaceOfTheOneBeforeWhichKeepsWhatItSaid()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan"), Says(Budi, "Tunda dulu.", "jembatan", StanceLabel.Oppose)],
            states: [Stands("jembatan", ProposalState.Proposed, "Direncanakan.", "2024-02-10")], relations: [Faces(Sari, Budi, StanceLabel.Oppose, "Sari mengecam Budi.")], provenance: Edition("a1", 0)));
        await WriteAsync(Article("a2", [Says(Sari, "Jembatan harus dibangun.", "jembatan")], states: [Stands("jembatan", ProposalState.Proposed, "Direncanakan.", "2024-02-10")], relations: [], provenance: Edition("a1", 1)));

        (await MatrixAsync(new Proto.Filter())).Rows.Select(row => row.Holder.Name).ShouldBe([Sari.Name]);
        (await _store.ListStatementsAsync(new Proto.Filter(), Whole, Cancel)).Items.Select(statement => statement.ArticleId).ShouldBe(["a2"]);
        (await _store.ListArticlesAsync(new Proto.Filter(), Whole, Cancel)).Items.Select(article => article.Id).ShouldBe(["a2"]);
        (await _store.ListStatesAsync(new Proto.Filter(), [], Whole, Cancel)).Items.Select(state => state.ArticleId).ShouldBe(["a2"]);
        (await _store.ListRelationsAsync(new Proto.Filter(), "", Whole, Cancel)).Items.ShouldBeEmpty();
        (await SearchAsync("tunda")).ShouldBeEmpty();
        (await _ledger.ListReportsAsync(new Proto.Filter(), Whole, Cancel)).Articles.ShouldBe(1);
        (await _store.ListActorsAsync(new Proto.ListActorsRequest(), Whole, Cancel)).Items.Select(actor => actor.Actor.Name).ShouldBe([Sari.Name]);

        var old = (await _store.FindArticleAsync("a1", Cancel))!;
        old.Article.SupersededBy.ShouldBe("a2");
        old.Statements.Select(statement => statement.Content.Text).ShouldBe(["Jembatan harus dibangun.", "Tunda dulu."]);
        old.Stances.Select(stance => stance.Holder.Name).ShouldBe([Sari.Name, Budi.Name]);
        old.Revisions.Select(article => article.Id).ShouldBe(["a2"]);
        (await _store.ListArticlesAsync(new Proto.Filter { ArticleId = "a1" }, Whole, Cancel)).Items.Count.ShouldBe(1);
        (await _store.FindArticleAsync("a2", Cancel))!.Article.SupersededBy.ShouldBeEmpty();
    }

    [Fact]
    public async Task Filter_ReportAndStory_TakeWhatTheirArticlesSay()
    {
        await WriteAsync(Told("a1", Sari, StanceLabel.Support, "a1", "a1"));
        await WriteAsync(Told("a2", Budi, StanceLabel.Oppose, "a1", "a1"));
        await WriteAsync(Told("a3", China, StanceLabel.Neutral, "a3", "a1"));
        await WriteAsync(Told("a4", Asean, StanceLabel.Support, "a4", "a4"));

        await TakesAsync(new Proto.Filter { ReportId = "a1" }, "a1", "a2");
        await TakesAsync(new Proto.Filter { StoryId = "a1" }, "a1", "a2", "a3");
        await TakesAsync(new Proto.Filter { StoryId = "a1", ReportId = "a3" }, "a3");
        await TakesAsync(new Proto.Filter { StoryId = "a1", Label = Proto.StanceLabel.Oppose }, "a2");
        await TakesAsync(new Proto.Filter { StoryId = "a1", ArticleId = "a4" });
        await TakesAsync(new Proto.Filter { StoryId = "a9" });
        (await MatrixAsync(new Proto.Filter { StoryId = "a1" })).Rows.Select(row => row.Holder.Name).ShouldBe([Sari.Name, Budi.Name, China.Name], ignoreOrder: true);
        (await _store.ListStatesAsync(new Proto.Filter { ReportId = "a1" }, [], Whole, Cancel)).Items.Select(state => state.ArticleId).ShouldBe(["a1", "a2"]);
        (await _store.ListRelationsAsync(new Proto.Filter { ReportId = "a3" }, "", Whole, Cancel)).Items.Select(relation => relation.ArticleId).ShouldBe(["a3"]);
        (await _store.ListArticlesAsync(new Proto.Filter { StoryId = "a1" }, Whole, Cancel)).Items.Select(article => article.Id).ShouldBe(["a1", "a2", "a3"], ignoreOrder: true);
        (await SearchAsync("harus", new Proto.Filter { ReportId = "a1" })).Select(hit => hit.Article.Id).ShouldBe(["a1", "a2"], ignoreOrder: true);

        // What watchers hear, by the ids of the group's articles.
        var events = (await _store.ReadEventsAsync(0, 100, Cancel)).Items;
        events.Where(change => new EventFilter(new Proto.Filter { ReportId = "a1" }, []).Matches(change, null, new HashSet<string> { "a1", "a2" }))
            .Select(change => change.Event.StanceAdded?.ArticleId ?? change.Event.StateChanged?.ArticleId ?? change.Event.ArticleIndexed.Id).Distinct().ShouldBe(["a1", "a2"]);

        // A revision joins the groups of the one before, whose place it takes.
        await WriteAsync(Told("a5", Sari, StanceLabel.Oppose, "a1", "a1", "a1", 1));
        await TakesAsync(new Proto.Filter { StoryId = "a1" }, "a2", "a3", "a5");

        async Task TakesAsync(Proto.Filter filter, params string[] articles)
        {
            (await StancesAsync(filter)).Select(stance => stance.ArticleId).ShouldBe(articles, ignoreOrder: true);
            (await _store.ListStatementsAsync(filter, Whole, Cancel)).Items.Select(statement => statement.ArticleId).ShouldBe(articles, ignoreOrder: true);
        }

        Contracts.Messages.StancesClassified Told(string id, Actor holder, StanceLabel label, string report, string story, string? work = null, int edition = 0) => Article(
            id, [Says(holder, $"Jembatan {id} harus dibahas.", "jembatan", label)], states: [Stands("jembatan", ProposalState.Proposed, $"Direncanakan {id}.", "2024-02-10")],
            relations: [Faces(holder, Budi, StanceLabel.Oppose, $"Mengecam {id}.")], provenance: new Provenance { Work = work ?? id, Edition = edition, Report = report, Story = story });
    }

    [Fact]
    public async Task Write_LaterRevision_TellsWatchersOnlyOfWhatChanged()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Jembatan harus dibangun.", "jembatan"), Says(Budi, "Tunda dulu.", "jembatan", StanceLabel.Oppose)],
            states: [Stands("jembatan", ProposalState.Proposed, "Direncanakan.", "2024-02-10")], provenance: Edition("a1", 0)));
        var before = await _store.GetLastEventAsync(Cancel);

        await WriteAsync(Article("a2", [Says(Sari, "Jembatan harus dibangun.", "jembatan"), Says(Budi, "Batalkan saja.", "jembatan", StanceLabel.Oppose)],
            states: [Stands("jembatan", ProposalState.Proposed, "Direncanakan.", "2024-02-10")], provenance: Edition("a1", 1)));

        (await _store.ReadEventsAsync(before, 100, Cancel)).Items.Select(change => $"{change.Event.EventCase} {change.Event.StanceAdded?.Holder.Name ?? change.Event.StanceRemoved?.Holder.Name}: {string.Join('+', change.Event.Kinds)}").ShouldBe(
        [
            "StanceRemoved Sari Wulandari: Revised", "StanceRemoved Budi Hartono: StanceRemoved", "StanceAdded Sari Wulandari: Revised", "StanceAdded Budi Hartono: NewStance", "ArticleIndexed : ArticleIndexed",
        ]);
    }

    [Theory]
    [InlineData("a1,a2,a3")]
    [InlineData("a3,a2,a1")]
    [InlineData("a2,a3,a1")]
    public async Task Write_RevisionsInWhateverOrder_TheLatestCounts(string order)
    {
        var editions = new Dictionary<string, int> { ["a1"] = 0, ["a2"] = 1, ["a3"] = 2 };
        foreach (var id in order.Split(','))
        {
            await WriteAsync(Article(id, [Says(Sari, $"Kata {id}.", "jembatan")], states: [Stands("jembatan", ProposalState.Discussed, "Dibahas.")], provenance: Edition("a1", editions[id])));
        }

        (await MatrixAsync(new Proto.Filter())).Rows.Single().Cells.Single().Best.ArticleId.ShouldBe("a3");
        (await _store.ListStatesAsync(new Proto.Filter(), [], Whole, Cancel)).Items.Select(state => state.ArticleId).ShouldBe(["a3"]);
        foreach (var id in new[] { "a1", "a2" })
        {
            var old = (await _store.FindArticleAsync(id, Cancel))!;
            old.Article.SupersededBy.ShouldNotBeEmpty();
            old.Statements.Single().Content.Text.ShouldBe($"Kata {id}.");
            old.Stances.Single().ArticleId.ShouldBe(id);
        }
        (await _store.FindArticleAsync("a3", Cancel))!.Revisions.Select(article => article.Id).ShouldBe(["a1", "a2"]);
    }

    [Theory]
    [InlineData("a1,a2,a3")]
    [InlineData("a1,a3,a2")]
    [InlineData("a3,a2,a1")]
    [InlineData("a1,a2,a3,a2,a1,a3")]
    public async Task Write_RevisionWithTheWordsOfTheFirst_TheyCountAgainAndThoseBetweenDoNot(string order)
    {
        var editions = new Dictionary<string, int> { ["a1"] = 0, ["a2"] = 1, ["a3"] = 2 };
        foreach (var id in order.Split(','))
        {
            await WriteAsync(Article(id, [id == "a2" ? Says(Budi, "Tunda dulu.", "jembatan", StanceLabel.Oppose) : Says(Sari, "Jembatan harus dibangun.", "jembatan")], provenance: Edition("a1", editions[id])));
        }

        (await StancesAsync(new Proto.Filter())).Select(stance => (stance.ArticleId, stance.Holder.Name)).ShouldBe([("a3", "Sari Wulandari")]);
        (await _store.ListStatementsAsync(new Proto.Filter(), Whole, Cancel)).Items.Select(statement => statement.ArticleId).ShouldBe(["a3"]);
        (await _store.FindArticleAsync("a3", Cancel))!.Revisions.Select(article => article.Id).ShouldBe(["a1", "a2"]);
    }

    [Fact]
    public async Task Write_SupersededRevisionAgain_ChangesNothing()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Kata a1.", "jembatan")], provenance: Edition("a1", 0)));
        await WriteAsync(Article("a2", [Says(Sari, "Kata a2.", "jembatan")], provenance: Edition("a1", 1)));
        var before = await _store.GetLastEventAsync(Cancel);

        await WriteAsync(Article("a1", [Says(Sari, "Kata a1.", "jembatan")], provenance: Edition("a1", 0)));
        await WriteAsync(Article("a1", [Says(Sari, "Kata a1.", "jembatan")], version: 2, provenance: Edition("a1", 0)));
        await _store.ApplyAsync(Issue("pajak", 3), Cancel);

        (await _store.GetLastEventAsync(Cancel)).ShouldBe(before);
        (await MatrixAsync(new Proto.Filter())).Rows.Single().Cells.Single().Best.ArticleId.ShouldBe("a2");
        (await _store.ReadWaitingAsync(0, 10, Cancel)).Select(waiting => waiting.Article.Id).ShouldBe(["a2"]);
    }

    [Fact]
    public async Task Write_StoredArticlesTurnOutToBeRevisions_TheEarlierGivesWay()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Kata a1.", "jembatan")]));
        await WriteAsync(Article("a2", [Says(Sari, "Kata a2.", "jembatan")]));

        await WriteAsync(Article("a2", [Says(Sari, "Kata a2.", "jembatan")], provenance: Edition("a1", 1)));
        await WriteAsync(Article("a1", [Says(Sari, "Kata a1.", "jembatan")], provenance: Edition("a1", 0)));

        (await _store.ListStatementsAsync(new Proto.Filter(), Whole, Cancel)).Items.Select(statement => statement.ArticleId).ShouldBe(["a2"]);
        (await MatrixAsync(new Proto.Filter())).Rows.Single().Cells.Single().Support.ShouldBe(1);
        (await _store.FindArticleAsync("a1", Cancel))!.Stances.Count.ShouldBe(1);
    }

    [Fact]
    public async Task FindArticle_WithCopies_TellsChainOriginAndCopies()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Kata.", "jembatan")], publisher: "Kabar Pagi", published: "2024-02-02", provenance: Edition("a1", 0)));
        await WriteAsync(Article("a2", [Says(Sari, "Kata.", "jembatan")], publisher: "Warta Sore", published: "2024-02-01", provenance: Edition("a2", 0, "a1")));
        await WriteAsync(Article("b1", [Says(Budi, "Lain.", "jembatan")], publisher: "Pos Desa", published: "2024-02-01", provenance: Edition("b1", 0)));

        var copied = (await _store.FindArticleAsync("a1", Cancel))!;
        var alone = (await _store.FindArticleAsync("b1", Cancel))!;
        await WriteAsync(Article("a3", [Says(Sari, "Kata.", "jembatan")], publisher: "Pos Salinan", agencies: ["Warta Sore"], published: "2024-02-03", provenance: Edition("a3", 0, "a1")));
        var told = (await _store.FindArticleAsync("a1", Cancel))!;
        var credited = (await _store.FindArticleAsync("a3", Cancel))!;

        copied.Copies.Select(article => article.Id).ShouldBe(["a2"]);
        copied.Origin.ShouldBe(new Proto.Origin { Outlet = "Warta Sore", ArticleId = "a2", Basis = Proto.OriginBasis.FirstCopy });
        alone.Origin.ShouldBe(new Proto.Origin { Outlet = "Pos Desa", ArticleId = "b1", Basis = Proto.OriginBasis.Own });
        told.Origin.ShouldBe(new Proto.Origin { Outlet = "Warta Sore", ArticleId = "a2", Basis = Proto.OriginBasis.CreditsOfCopy });
        credited.Origin.Basis.ShouldBe(Proto.OriginBasis.Credits);
        credited.Chain.ShouldBe(["Pos Salinan", "Warta Sore"]);
        credited.Article.ReportId.ShouldBe("a1");
    }
}
