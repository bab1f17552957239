using Sikap.Nlp;
using static Sikap.Query.Tests.Ledger;
using Proto = Sikap.V1;

namespace Sikap.Query.Tests;

/// <summary>The questions over many stances.</summary>
public abstract partial class ReadModelContract
{
    private static readonly Actor Tono = new("Tono Prasetyo", ActorType.Person, "IDN");
    private static readonly PageRequest Whole = new(1000, null);

    [Fact]
    public async Task GetMatrix_RolledUp_GathersWhoSpeaksForTheSame()
    {
        var indonesia = new Actor("Indonesia", ActorType.Country, "IDN");
        await WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan"), Says(Tono, "Setuju juga.", "jembatan"), Says(indonesia, "Indonesia setuju.", "jembatan"), Says(Budi, "Tidak.", "jembatan", StanceLabel.Oppose)]));

        var matrix = await _ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = new Proto.Filter(), RollUp = Proto.RollUp.Represents, CountReports = true }, Whole, Cancel);

        matrix.Rows.Select(row => (row.Holder.Name, row.Cells.Single().Support, row.Cells.Single().Oppose)).ShouldBe([("Indonesia", 3, 0), ("Budi Hartono", 0, 1)]);
        matrix.Rows[0].Cells[0].Reports.ShouldBe(1);
        matrix.Total.ShouldBe(2);
    }

    [Theory]
    [InlineData("a1,a2,a3")]
    [InlineData("a3,a2,a1")]
    [InlineData("a2,a3,a1")]
    public async Task GetMatrix_EquallyGoodEvidence_IsTheSameInWhateverOrderItCame(string order)
    {
        foreach (var id in order.Split(','))
        {
            await WriteAsync(Article(id, [Says(Sari, "Setuju.", "jembatan")]));
        }

        var matrix = await _ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = new Proto.Filter() }, Whole, Cancel);

        matrix.Rows.Single().Cells.Single().Best.ArticleId.ShouldBe(new[] { "a1", "a2", "a3" }.MinBy(LedgerArticle.TieOf));
    }

    [Theory]
    [InlineData(Proto.Period.Year, "2023,2024")]
    [InlineData(Proto.Period.Quarter, "2023,2023-Q3,2024-Q1")]
    [InlineData(Proto.Period.Month, "2023,2023-07,2024-01")]
    [InlineData(Proto.Period.Week, "2023,2023-07,2023-W28,2024-W01")]
    [InlineData(Proto.Period.Day, "2023,2023-07,2023-07-12,2024-01-01")]
    public async Task GetMatrix_ByPeriod_CutsTimeAsFarAsDatesAreKnown(Proto.Period period, string expected)
    {
        await WriteAsync(Article("a1",
            [
                Says(Sari, "Satu.", "jembatan", date: "2023"), Says(Sari, "Dua.", "jembatan", date: "2023-07"),
                Says(Sari, "Tiga.", "jembatan", date: "2023-07-12T14:05+07:00"), Says(Sari, "Empat.", "jembatan", StanceLabel.Oppose, date: "2024-01-01"),
            ]));

        var matrix = await _ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = new Proto.Filter(), Period = period }, Whole, Cancel);

        string.Join(',', matrix.Periods).ShouldBe(expected);
        matrix.Rows.Single().Cells.Select(cell => cell.Period).ShouldBe(matrix.Periods);
        matrix.Rows.Single().Cells[^1].Oppose.ShouldBe(1);
    }

    [Fact]
    public async Task GetMatrix_MoreCellsThanAllowed_GoesOnOnTheNextPage()
    {
        await WriteAsync(Article("a1", [.. Enumerable.Range(0, 7).Select(i => Says(Budi with { Name = $"Orang {i}" }, $"Kalimat {i}.", "jembatan"))]));
        var ledger = new LedgerQuestions(_store, _index, Microsoft.Extensions.Options.Options.Create(new QueryOptions { MaxMatrixCells = 3 }));
        var names = new List<string>();
        string? after = null;

        do
        {
            var matrix = await ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = new Proto.Filter() }, new PageRequest(100, after), Cancel);
            matrix.Rows.Count.ShouldBeInRange(1, 3);
            matrix.Total.ShouldBe(7);
            names.AddRange(matrix.Rows.Select(row => row.Holder.Name));
            after = matrix.NextPageToken.Length > 0 ? matrix.NextPageToken : null;
        }
        while (after is not null);

        names.ShouldBe(Enumerable.Range(0, 7).Select(i => $"Orang {i}"));
    }

    [Fact]
    public async Task ListChanges_OfOneHolder_TellHowThePositionMoved()
    {
        await WriteChangesAsync();

        var changes = (await ChangesAsync(new Proto.ListChangesRequest { Filter = new Proto.Filter() })).Select(change => (change.Kind, change.Stance.Evidence.Text, change.Previous?.Evidence.Text)).ToList();

        changes.ShouldBe(
            [
                (Proto.ChangeKind.FirstStated, "Mendukung.", null),
                (Proto.ChangeKind.Softened, "Mendukung bila murah.", "Tetap mendukung."),
                (Proto.ChangeKind.Softened, "Belum tahu.", "Mendukung bila murah."),
                (Proto.ChangeKind.Hardened, "Menolak.", "Belum tahu."),
                (Proto.ChangeKind.Reversed, "Mendukung lagi.", "Menolak."),
                (Proto.ChangeKind.LastConfirmed, "Masih mendukung.", "Mendukung lagi."),
            ]);
    }

    [Fact]
    public async Task ListChanges_DatesKindsAndLabel_ChooseAmongTheChanges()
    {
        await WriteChangesAsync();

        (await ChangesAsync(new Proto.ListChangesRequest { Filter = new Proto.Filter { FromDate = "2024-02", ToDate = "2024-02" } })).Select(change => change.Kind).ShouldBe([Proto.ChangeKind.Softened, Proto.ChangeKind.Softened]);
        var reversed = (await ChangesAsync(new Proto.ListChangesRequest { Filter = new Proto.Filter(), Kinds = { Proto.ChangeKind.Reversed } })).Single();
        reversed.Article.Id.ShouldBe("a6");
        reversed.Date.Value.ShouldBe("2024-04-01");
        (await ChangesAsync(new Proto.ListChangesRequest { Filter = new Proto.Filter { Label = Proto.StanceLabel.Oppose } })).Single().Stance.Evidence.Text.ShouldBe("Menolak.");
        (await ChangesAsync(new Proto.ListChangesRequest { Filter = new Proto.Filter { ArticleId = "a5" } })).Single().Kind.ShouldBe(Proto.ChangeKind.FirstStated);
    }

    [Fact]
    public async Task ListChanges_OneWeakReadingAmongMany_TurnsNothing()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Mendukung.", "jembatan", date: "2024-01-01")]));
        await WriteAsync(Article("a2", [Says(Sari, "Mendukung lagi.", "jembatan", date: "2024-01-05")]));
        await WriteAsync(Article("a3", [Says(Sari, "Menolak?", "jembatan", StanceLabel.Oppose, 0.4, "2024-01-05")]));

        (await ChangesAsync(new Proto.ListChangesRequest { Filter = new Proto.Filter() })).Select(change => change.Kind).ShouldBe([Proto.ChangeKind.FirstStated, Proto.ChangeKind.LastConfirmed]);
    }

    [Fact]
    public async Task GetTimeline_Entries_SayWhatIsNew()
    {
        await WriteChangesAsync();

        var entries = (await _ledger.GetTimelineAsync(new Proto.Filter { IssueId = "jembatan" }, Whole, Cancel)).Items;

        entries.Select(entry => entry.Change).ShouldBe(
            [
                Proto.ChangeKind.FirstStated, Proto.ChangeKind.Unspecified, Proto.ChangeKind.Softened, Proto.ChangeKind.Softened, Proto.ChangeKind.Hardened,
                Proto.ChangeKind.Reversed, Proto.ChangeKind.Unspecified,
            ]);
    }

    [Fact]
    public async Task ListContradictions_OfStances_AreToldApart()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Sari setuju.", "jembatan", date: "2024-01-01"), Says(Budi, "Budi setuju.", "jembatan", date: "2024-01-01")]));
        await WriteAsync(Article("a2", [Says(Sari, "Sari menolak.", "jembatan", StanceLabel.Oppose, date: "2024-01-04"), Says(Budi, "Budi menolak.", "jembatan", StanceLabel.Oppose, date: "2024-01-01")]));
        await WriteAsync(Article("a3", [Says(Tono, "Tono setuju.", "pajak", date: "2024-03-01"), Says(Sari, "Sari melawan.", "pajak", StanceLabel.Oppose, date: "2024-03-02")]));
        await WriteAsync(Article("a4", [Says(China, "Dulu ya.", "pajak", date: "2023-01-01")]));
        await WriteAsync(Article("a5", [Says(China, "Kini tidak.", "pajak", StanceLabel.Oppose, date: "2024-01-01")]));

        var found = await ContradictionsAsync(new Proto.ListContradictionsRequest { Filter = new Proto.Filter() });

        found.Select(one => (one.Kind, one.IssueId, one.First.Evidence.Text, one.Second.Evidence.Text)).ShouldBe(
            [
                (Proto.ContradictionKind.ConflictingReports, "jembatan", "Budi setuju.", "Budi menolak."),
                (Proto.ContradictionKind.ChangedMind, "jembatan", "Sari setuju.", "Sari menolak."),
                (Proto.ContradictionKind.DifferentSpokesperson, "pajak", "Tono setuju.", "Sari melawan."),
            ]);
        found[0].FirstReports.ShouldBe(1);
        (await ContradictionsAsync(new Proto.ListContradictionsRequest { Filter = new Proto.Filter(), WindowDays = 2 })).Select(one => one.Kind).ShouldBe(
            [Proto.ContradictionKind.ConflictingReports, Proto.ContradictionKind.DifferentSpokesperson]);
        (await ContradictionsAsync(new Proto.ListContradictionsRequest { Filter = new Proto.Filter { Actor = "china" }, WindowDays = 400 })).Single().Kind.ShouldBe(Proto.ContradictionKind.ChangedMind);
    }

    [Fact]
    public async Task ListContradictions_OfStates_AreTheIncompatibleOnesOfTheSameTime()
    {
        await WriteAsync(Article("a1", [], issues: ["jembatan"], states: [Stands("jembatan", ProposalState.Proposed, "Jembatan akan dibangun.", "2024-01-01")]));
        await WriteAsync(Article("a2", [], issues: ["jembatan"], states: [Stands("jembatan", ProposalState.Withdrawn, "Jembatan batal.", "2024-01-03"), Stands("jembatan", ProposalState.Blocked, "Ditahan.", "2024-01-03")]));
        await WriteAsync(Article("a3", [], issues: ["jembatan"], states: [Stands("jembatan", ProposalState.Decided, "Jembatan diresmikan.", "2024-06-01")]));

        var found = (await ContradictionsAsync(new Proto.ListContradictionsRequest { Filter = new Proto.Filter { IssueId = "jembatan" } })).Single();

        found.Kind.ShouldBe(Proto.ContradictionKind.ConflictingFacts);
        (found.FirstState.State, found.SecondState.State).ShouldBe((Proto.ProposalState.Proposed, Proto.ProposalState.Withdrawn));
        found.SecondState.ArticleId.ShouldBe("a2");
    }

    [Fact]
    public async Task ListStates_Filtered_StandInTheOrderOfTheirDatesAndAreReplacedByANewerCodebook()
    {
        await WriteAsync(Article("a1", [], issues: ["jembatan"], states: [Stands("jembatan", ProposalState.Blocked, "Ditahan.", "2024-03-01"), Stands("jembatan", ProposalState.Discussed, "Dibahas.")]));
        await WriteAsync(Article("a2", [], issues: ["jembatan", "pajak"], published: "2024-01-01", states: [Stands("jembatan", ProposalState.Proposed, "Direncanakan."), Stands("pajak", ProposalState.Proposed, "Pajak.")]));

        async Task<IEnumerable<string>> ListAsync(Proto.Filter filter, params Proto.ProposalState[] states) =>
            (await _store.ListStatesAsync(filter, states, Whole, Cancel)).Items.Select(state => state.Evidence.Text);

        (await ListAsync(new Proto.Filter { IssueId = "jembatan" })).ShouldBe(["Direncanakan.", "Dibahas.", "Ditahan."]);
        (await ListAsync(new Proto.Filter { IssueId = "jembatan", FromDate = "2024-02" }, Proto.ProposalState.Blocked)).ShouldBe(["Ditahan."]);
        (await ListAsync(new Proto.Filter { ArticleId = "a2" })).Count().ShouldBe(2);

        await WriteAsync(Article("a1", [], version: 2, issues: ["jembatan"], states: [Stands("jembatan", ProposalState.Decided, "Disetujui.", "2024-03-01")]));
        (await ListAsync(new Proto.Filter { IssueId = "jembatan" })).ShouldBe(["Direncanakan.", "Disetujui."]);
    }

    [Fact]
    public async Task ListRelations_Filtered_StandInTheOrderOfTheirDatesAndAreReplacedWithTheArticle()
    {
        var norway = new Actor("Norwegia", ActorType.Country, "NOR");
        var spokesman = new Actor("Ingrid Solheim", ActorType.Person, "NOR");
        await WriteAsync(Article("a1", [], issues: ["jembatan"], relations: [Faces(Sari, norway, StanceLabel.Oppose, "Sari mengecam Norwegia.", "2024-03-01"), Faces(norway, Budi, StanceLabel.Support, "Norwegia mendukung Budi.")]));
        await WriteAsync(Article("a2", [], issues: ["jembatan"], published: "2024-01-01", relations: [Faces(Budi, spokesman, StanceLabel.Oppose, "Budi mengecam Ingrid Solheim.")]));

        async Task<IEnumerable<string>> ListAsync(Proto.Filter filter, string target = "") =>
            (await _store.ListRelationsAsync(filter, target, Whole, Cancel)).Items.Select(relation => relation.Evidence.Text);

        (await ListAsync(new Proto.Filter())).ShouldBe(["Budi mengecam Ingrid Solheim.", "Norwegia mendukung Budi.", "Sari mengecam Norwegia."]);
        (await ListAsync(new Proto.Filter(), "NOR")).ShouldBe(["Budi mengecam Ingrid Solheim.", "Sari mengecam Norwegia."]);
        (await ListAsync(new Proto.Filter { Label = Proto.StanceLabel.Support }, Budi.Name)).ShouldBe(["Norwegia mendukung Budi."]);
        (await ListAsync(new Proto.Filter { Actor = Sari.Name }, "Norwegia")).ShouldBe(["Sari mengecam Norwegia."]);
        (await ListAsync(new Proto.Filter { Represents = "NOR", FromDate = "2024-02" })).ShouldBe(["Norwegia mendukung Budi."]);

        await WriteAsync(Article("a1", [], version: 2, issues: ["jembatan"], relations: []));
        (await ListAsync(new Proto.Filter())).ShouldBe(["Budi mengecam Ingrid Solheim."]);
        await WriteAsync(Article("a2", [], version: 2, issues: ["jembatan"]));
        (await ListAsync(new Proto.Filter())).ShouldBe(["Budi mengecam Ingrid Solheim."]);
    }

    [Fact]
    public async Task ListReports_CopiesAndRewrites_CountOnce()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Setuju kata Sari.", "jembatan")], publisher: "Kabar Pagi", agencies: ["Antah", "Reutera"], published: "2024-01-01"));
        await WriteAsync(Article("a2", [Says(Sari, "Sari mengatakan setuju.", "jembatan")], publisher: "Warta Sore", agencies: ["Reutera"], published: "2024-01-02"));
        await WriteAsync(Article("a3", [Says(Sari, "Sari setuju sekali.", "jembatan")], publisher: "Berita Kota", agencies: ["Reutera"], published: "2024-05-01"));
        await WriteAsync(Article("a4", [Says(Sari, "Kata Sari setuju.", "jembatan")], publisher: "Pos Desa", published: "2024-02-01", provenance: Edition("a4", 0)));
        await WriteAsync(Article("a5", [Says(Sari, "Kata Sari setuju.", "jembatan")], publisher: "Pos Salinan", published: "2024-02-09", provenance: Edition("a5", 0, "a4")));
        await WriteAsync(Article("a6", [Says(Budi, "Budi lain.", "pajak")], publisher: "Pos Desa", agencies: ["Reutera"], published: "2024-01-01"));

        var (reports, articles) = await _ledger.ListReportsAsync(new Proto.Filter { IssueId = "jembatan" }, Whole, Cancel);

        articles.ShouldBe(5);
        reports.Items.Select(report => (report.Origin, string.Join(',', report.Articles.Select(article => article.Article.Id)), report.SameText)).ShouldBe(
            [("Reutera", "a1,a2", false), ("Pos Desa", "a4,a5", true), ("Reutera", "a3", false)]);
        reports.Items[0].Articles[0].Chain.ShouldBe(["Kabar Pagi", "Antah", "Reutera"]);
        var asked = new Proto.GetMatrixRequest { Filter = new Proto.Filter { IssueId = "jembatan" }, CountReports = true };
        (await _ledger.GetMatrixAsync(asked, Whole, Cancel)).Rows.Single().Cells.Single().Reports.ShouldBe(3);
        (await MatrixAsync(new Proto.Filter { IssueId = "jembatan" })).Rows.Single().Cells.Single().Reports.ShouldBe(0);
        (await _ledger.ListReportsAsync(new Proto.Filter(), Whole, Cancel)).Reports.Total.ShouldBe(4);
    }

    [Fact]
    public async Task CompareOutlets_OnAnIssue_TellsWhatOnlyOneReports()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan"), Says(Budi, "Tidak.", "jembatan", StanceLabel.Oppose)], publisher: "Kabar Pagi"));
        await WriteAsync(Article("a2", [Says(Sari, "Setuju lagi.", "jembatan")], publisher: "Kabar Pagi", agencies: ["Reutera"]));
        await WriteAsync(Article("a3", [Says(Sari, "Ragu.", "jembatan", StanceLabel.Neutral)], publisher: "Warta Sore"));

        var outlets = (await _ledger.CompareOutletsAsync(new Proto.Filter { IssueId = "jembatan" }, Whole, Cancel)).Items;

        outlets.Select(outlet => (outlet.Publisher, outlet.Articles, outlet.Support, outlet.Oppose, outlet.Neutral, outlet.Holders, outlet.TakenOver)).ShouldBe(
            [("Kabar Pagi", 2, 2, 1, 0, 2, 1), ("Warta Sore", 1, 0, 0, 1, 1, 0)]);
        outlets[0].OnlyHere.Select(actor => actor.Name).ShouldBe(["Budi Hartono"]);
        outlets[1].OnlyHere.ShouldBeEmpty();
    }

    [Fact]
    public async Task FindSilence_OfThoseExpected_NamesWhoHasNoPosition()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan"), Says(Budi, "Cuaca baik."), Says(Budi, "Cuaca buruk."), Says(Asean, "Kami rapat.")]));
        await WriteAsync(Article("a2", [Says(Tono, "Tentang pajak.", "pajak")]));

        var quoted = await _ledger.FindSilenceAsync(new Proto.FindSilenceRequest { Filter = new Proto.Filter { IssueId = "jembatan" } }, Cancel);
        var named = await _ledger.FindSilenceAsync(
            new Proto.FindSilenceRequest { Filter = new Proto.Filter { IssueId = "jembatan" }, Expected = { "IDN", "Tono", "Hartono", "Belum Pernah Ada" } }, Cancel);

        quoted.Expected.ShouldBe(3);
        quoted.Silent.Select(actor => (actor.Name, actor.Statements)).ShouldBe([("Budi Hartono", 2), ("ASEAN", 1)]);
        quoted.Positioned.Single().ShouldBe(new Proto.ExpectedActor { Name = "Sari Wulandari", Stances = 1, Prevailing = Proto.StanceLabel.Support, Statements = 1 });
        named.Expected.ShouldBe(4);
        named.Positioned.Single().Name.ShouldBe("IDN");
        named.Silent.Select(actor => actor.Name).ShouldBe(["Hartono", "Belum Pernah Ada", "Tono"]);
    }

    [Fact]
    public async Task Search_WordsPhrasesAndBeginnings_FindArticlesWithTheirPassages()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Pembangunan jembatan baru dimulai."), Says(Budi, "Café itu tutup.")]));
        await WriteAsync(Article("a2", [Says(Sari, "Jembatan lama dibongkar, yang baru menunggu.")], publisher: "Warta Sore"));

        (await SearchAsync("jembatan baru")).Select(hit => hit.Article.Id).ShouldBe(["a2", "a1"]);
        (await SearchAsync("\"jembatan baru\"")).Select(hit => hit.Article.Id).ShouldBe(["a1"]);
        (await SearchAsync("dibong*")).Single().Passages.Single().Hits.Single().Text.ShouldBe("dibongkar");
        (await SearchAsync("tidak-ada")).ShouldBeEmpty();
        (await SearchAsync("jembatan", new Proto.Filter { Publisher = "warta sore" })).Single().Article.Id.ShouldBe("a2");
        var accent = (await SearchAsync("CAFE")).Single();
        accent.Passages.Single().Sentence.Text.ShouldBe("Café itu tutup.");
        accent.Passages.Single().Hits.Single().Text.ShouldBe("Café");
    }

    [Fact]
    public async Task ReadEvents_OfNewStances_SayWhatTheyMean()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan", date: "2024-01-01")]));
        await WriteAsync(Article("a2", [Says(Sari, "Menolak.", "jembatan", StanceLabel.Oppose, date: "2024-01-04")]));
        await WriteAsync(Article("a3", [Says(Sari, "Menolak lagi.", "jembatan", StanceLabel.Oppose, date: "2024-01-05")]));
        await WriteAsync(Article("a4", [Says(Sari, "Setuju lagi.", "jembatan", date: "2024-08-01")]));
        await WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan", StanceLabel.Neutral, date: "2024-01-01")], version: 2));

        var told = (await _store.ReadEventsAsync(0, 100, Cancel)).Items.Where(change => change.Event.StanceAdded is not null).ToList();

        told.Select(change => string.Join('+', change.Event.Kinds)).ShouldBe(
            ["NewStance+FirstStatement", "NewStance+NewOpponent+Reversal+ContradictionOpened", "NewStance", "NewStance+Reversal", "NewStance"]);
        told[1].Event.Other.Evidence.Text.ShouldBe("Setuju.");
        told[3].Event.Other.Evidence.Text.ShouldBe("Menolak lagi.");
    }

    [Fact]
    public async Task ReadEvents_OlderThanTheRetention_AreGoneAndTheFloorSaysSo()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Satu.", "jembatan")]));
        var old = await _store.GetLastEventAsync(Cancel);
        _clock.Now += EventRetention + TimeSpan.FromMinutes(1);

        await WriteAsync(Article("a2", [Says(Sari, "Dua.", "jembatan")]));

        var page = await _store.ReadEventsAsync(0, 100, Cancel);
        page.Floor.ShouldBe(old);
        page.Items.Select(change => change.Cursor).ShouldBe([old + 1, old + 2]);
        var status = await _store.GetStatusAsync(Cancel);
        (status.FirstCursor, status.LastCursor).ShouldBe((old, old + 2));
    }

    [Fact]
    public async Task Index_FarBehindTheEventsThatAreKept_IsReadAnew()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Satu.", "jembatan")]));
        (await StancesAsync(new Proto.Filter())).Count.ShouldBe(1);
        await WriteAsync(Article("a2", [Says(Sari, "Dua.", "jembatan")]));
        _clock.Now += EventRetention + TimeSpan.FromMinutes(1);
        await WriteAsync(Article("a3", [Says(Sari, "Tiga.", "jembatan")]));

        (await StancesAsync(new Proto.Filter())).Count.ShouldBe(3);
    }

    private async Task WriteChangesAsync()
    {
        await WriteAsync(Article("a1", [Says(Sari, "Mendukung.", "jembatan", date: "2024-01-01")]));
        // The order of arrival is not that of the dates.
        await WriteAsync(Article("a5", [Says(Sari, "Menolak.", "jembatan", StanceLabel.Oppose, date: "2024-03-01")]));
        await WriteAsync(Article("a2", [Says(Sari, "Tetap mendukung.", "jembatan", date: "2024-01-20")]));
        await WriteAsync(Article("a3", [Says(Sari, "Mendukung bila murah.", "jembatan", date: "2024-02-01", conditional: true)]));
        await WriteAsync(Article("a4", [Says(Sari, "Belum tahu.", "jembatan", StanceLabel.Neutral, date: "2024-02-10")]));
        await WriteAsync(Article("a6", [Says(Sari, "Mendukung lagi.", "jembatan", date: "2024-04-01")]));
        await WriteAsync(Article("a7", [Says(Sari, "Masih mendukung.", "jembatan", date: "2024-05-01")]));
    }

    private async Task<IReadOnlyList<Proto.Change>> ChangesAsync(Proto.ListChangesRequest request) => (await _ledger.ListChangesAsync(request, Whole, Cancel)).Items;

    private async Task<IReadOnlyList<Proto.Contradiction>> ContradictionsAsync(Proto.ListContradictionsRequest request) => (await _ledger.ListContradictionsAsync(request, Whole, Cancel)).Items;

    private async Task<IReadOnlyList<Proto.SearchHit>> SearchAsync(string text, Proto.Filter? filter = null)
    {
        var query = SearchQuery.Parse(text);
        var found = await _store.SearchAsync(query, filter ?? new Proto.Filter(), Whole, Cancel);
        return found.Select(article =>
        {
            var hit = new Proto.SearchHit { Article = article.Info };
            hit.Passages.AddRange(query.Highlight(article.Article));
            return hit;
        }).Items;
    }

    [Fact]
    public async Task Index_ThatFollowedEveryChange_AnswersLikeOneReadAnew()
    {
        var random = new Random(7);
        Nlp.Actor[] holders = [Sari, Budi, China, Asean];
        string[] issues = ["jembatan", "pajak", "jalan"];
        string?[] dates = ["2024-01-01", "2024-01", "2024", "2024-01-03", "2024-02-05", null];
        await _ledger.ListStancesAsync(new Proto.Filter(), new PageRequest(10, null), Cancel);
        for (var version = 1; version <= 40; version++)
        {
            var lines = Enumerable.Range(0, random.Next(6)).Select(i => Says(
                holders[random.Next(4)], $"Kalimat {i}.", issues[random.Next(3)], (Nlp.StanceLabel)random.Next(3), random.Next(1, 10) / 10.0, dates[random.Next(6)], conditional: random.Next(4) == 0));
            await WriteAsync(Article($"a{random.Next(12)}", [.. lines], version: version, issues: issues, publisher: $"Kabar {random.Next(3)}", published: dates[random.Next(6)]));
            // Some changes are followed one by one, some several at once.
            if (random.Next(2) == 0)
            {
                await _index.CatchUpAsync(Cancel);
            }
        }

        using var fresh = new LedgerIndex(_store);
        var anew = new LedgerQuestions(_store, fresh, Microsoft.Extensions.Options.Options.Create(new QueryOptions()));
        Proto.Filter[] filters =
        [
            new(), new() { IssueId = "pajak" }, new() { Actor = "Sari" }, new() { Actor = "Sari", IssueId = "jalan" }, new() { MinConfidence = 0.5 }, new() { Publisher = "Kabar 1" },
            new() { FromDate = "2024-01-02", ToDate = "2024-01-31" }, new() { Label = Proto.StanceLabel.Oppose }, new() { Represents = "IDN" }, new() { Text = "kalimat 2" },
        ];
        foreach (var filter in filters)
        {
            var page = new PageRequest(7, null);
            (await AnswersAsync(_ledger, filter, page)).ShouldBe(await AnswersAsync(anew, filter, page), filter.ToString());
        }

        async Task<string> AnswersAsync(LedgerQuestions ledger, Proto.Filter filter, PageRequest page)
        {
            var answers = new List<object>();
            foreach (var rollUp in Enum.GetValues<Proto.RollUp>())
            {
                answers.Add(await ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = filter, RollUp = rollUp }, page, Cancel));
                answers.Add(await ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = filter, RollUp = rollUp, Period = Proto.Period.Month, CountReports = true }, page, Cancel));
            }
            var stances = await ledger.ListStancesAsync(filter, page, Cancel);
            answers.AddRange([stances.Total!, .. stances.Items]);
            if (stances.NextKey is not null)
            {
                answers.AddRange((await ledger.ListStancesAsync(filter, page with { After = stances.NextKey }, Cancel)).Items);
            }
            answers.AddRange((await ledger.GetTimelineAsync(filter, page, Cancel)).Items);
            var changes = await ledger.ListChangesAsync(new Proto.ListChangesRequest { Filter = filter }, page, Cancel);
            answers.AddRange([changes.Total!, .. changes.Items]);
            answers.AddRange((await ledger.ListContradictionsAsync(new Proto.ListContradictionsRequest { Filter = filter }, page, Cancel)).Items);
            return string.Join('\n', answers);
        }
    }

    [Fact]
    public async Task Diff_OlderThanTheRetention_IsGoneByWholeVersionsAndDuplicatesBringNothingBack()
    {
        await _store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Satu.")], version: 1, issues: ["jembatan"]));
        await WriteAsync(Article("a2", [Says(Sari, "Dua.")], version: 1, issues: ["jembatan"]));
        await _store.ApplyAsync(Issue("pajak", 2), Cancel);
        var early = Article("a1", [Says(Sari, "Satu.", "pajak")], version: 2, issues: ["pajak"]);
        var late = Article("a2", [Says(Sari, "Dua.", "pajak")], version: 2, issues: ["pajak"]);
        await WriteAsync(early);
        // A part of the same change is younger: all of it stays.
        _clock.Now += DiffRetention - TimeSpan.FromMinutes(1);
        await WriteAsync(late);
        _clock.Now += TimeSpan.FromMinutes(2);
        await _store.ApplyAsync(Issue("jalan", 3), Cancel);
        await WriteAsync(Article("a1", [Says(Sari, "Satu.", "jalan")], version: 3, issues: ["jalan"]));
        (await DiffAsync(1, 3)).Added.ShouldBe(3);

        _clock.Now += DiffRetention - TimeSpan.FromMinutes(1);
        await WriteAsync(Article("a3", []));
        var events = await _store.GetLastEventAsync(Cancel);
        await WriteAsync(early);
        await WriteAsync(late);

        (await _store.GetStanceDiffAsync(1, 3, "", 10, Cancel)).ShouldBe((null, 2L));
        (await DiffAsync(2, 3)).Added.ShouldBe(1);
        (await _store.GetStatusAsync(Cancel)).FirstDiffVersion.ShouldBe(2);
        (await _store.GetLastEventAsync(Cancel)).ShouldBe(events);
        (await StancesAsync(new Proto.Filter())).Count.ShouldBe(3);
        _clock.Now += DiffRetention;
        await WriteAsync(Article("a4", []));
        (await _store.GetStanceDiffAsync(2, 3, "", 10, Cancel)).Floor.ShouldBe(3);
    }

    [Fact]
    public async Task StateChanged_LatestDatedStateIsAnother_IsToldOnceWithTheOneBefore()
    {
        await WriteAsync(Article("a1", [], issues: ["jembatan"], states: [Stands("jembatan", ProposalState.Proposed, "Direncanakan.", "2024-01-01")]));
        // The same again, an older one, and the latest replaced by a newer codebook.
        await WriteAsync(Article("a2", [], issues: ["jembatan"], states: [Stands("jembatan", ProposalState.Proposed, "Masih direncanakan.", "2024-01-05")]));
        await WriteAsync(Article("a3", [], issues: ["jembatan"], states: [Stands("jembatan", ProposalState.Discussed, "Dulu dibahas.", "2023-06-01")]));
        await WriteAsync(Article("a4", [], issues: ["jembatan"], states: [Stands("jembatan", ProposalState.Blocked, "Ditahan.", "2024-02-01"), Stands("pajak", ProposalState.Denied, "Tidak dilihat.", "2024-02-01")]));
        await WriteAsync(Article("a4", [], issues: ["jembatan"], states: [Stands("jembatan", ProposalState.Blocked, "Ditahan.", "2024-02-01")]));
        await WriteAsync(Article("a4", [], version: 2, issues: ["jembatan"]));

        var events = (await _store.ReadEventsAsync(0, 100, Cancel)).Items.Where(change => change.Event.EventCase == Proto.WatchEvent.EventOneofCase.StateChanged).ToList();

        events.Select(change => (change.Event.PreviousState?.Evidence.Text, change.Event.StateChanged.Evidence.Text)).ShouldBe(
            [(null, "Direncanakan."), ("Masih direncanakan.", "Ditahan."), ("Ditahan.", "Masih direncanakan.")]);
        events.ShouldAllBe(change => change.Event.Kinds.Single() == Proto.EventKind.StateChanged);
        bool Told(Proto.Filter filter) => new EventFilter(filter, [Proto.EventKind.StateChanged]).Matches(events[1], null, null);
        Told(new Proto.Filter { IssueId = "jembatan", Publisher = "kabar pagi", FromDate = "2024-02", ArticleId = "a4", MinConfidence = 0.5 }).ShouldBeTrue();
        Told(new Proto.Filter { IssueId = "pajak" }).ShouldBeFalse();
        Told(new Proto.Filter { ToDate = "2024-01" }).ShouldBeFalse();
        Told(new Proto.Filter { Actor = "Sari" }).ShouldBeFalse();
        Told(new Proto.Filter { Label = Proto.StanceLabel.Oppose }).ShouldBeFalse();
    }
}
