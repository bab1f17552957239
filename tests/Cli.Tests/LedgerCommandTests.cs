using Sikap.V1;

namespace Sikap.Cli.Tests;

/// <summary>The questions over many stances, against a server with made-up answers.</summary>
public sealed class LedgerCommandTests : IAsyncLifetime
{
    private FakeGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await FakeGateway.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Changes_Text_ShowWhatWasBefore()
    {
        _gateway.Answers.Add(new ListChangesResponse
        {
            Changes =
            {
                new Change
                {
                    Kind = ChangeKind.Reversed, Date = Day("2024-04-01"), Stance = NewStance("Rini", StanceLabel.Oppose, "Kami menolak."),
                    Previous = NewStance("Rini", StanceLabel.Support, "Kami setuju."), Article = new ArticleInfo { Id = "art", Publisher = "WARTA" },
                },
            },
            Total = 1,
        });

        var run = await _gateway.RunAsync("changes", "--issue", "toll-road", "--kind", "reversed", "--kind", "first-stated");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("reversed");
        run.Out.ShouldContain("“Kami menolak.”");
        run.Out.ShouldContain("before: support 2024-01-01 “Kami setuju.” · WARTA · article art");
        run.Out.ShouldContain("1 change");
        _gateway.Questions.Single().ShouldBe(new ListChangesRequest
        {
            Filter = new Filter { IssueId = "toll-road" }, Kinds = { ChangeKind.Reversed, ChangeKind.FirstStated }, PageSize = 50,
        });
    }

    [Fact]
    public async Task States_Text_ShowTheSentence()
    {
        _gateway.Answers.Add(new ListIssueStatesResponse { States = { State(ProposalState.Blocked, "Usulan itu ditahan.") }, Total = 1 });

        var run = await _gateway.RunAsync("states", "--issue", "toll-road", "--state", "blocked");

        run.Out.ShouldContain("blocked");
        run.Out.ShouldContain("“Usulan itu ditahan.”");
        ((ListIssueStatesRequest)_gateway.Questions.Single()).States.ShouldBe([ProposalState.Blocked]);
    }

    [Fact]
    public async Task Relations_Text_ShowBothActors()
    {
        _gateway.Answers.Add(new ListRelationsResponse
        {
            Relations = { new ActorStance { Holder = new Actor { Name = "Rini" }, Target = new Actor { Name = "Tono" }, Label = StanceLabel.Oppose, Evidence = new Span { Text = "Rini mengecam Tono." } } }, Total = 1,
        });

        var run = await _gateway.RunAsync("relations", "--actor", "Rini", "--toward", "Tono");

        run.Out.ShouldContain("Rini");
        run.Out.ShouldContain("“Rini mengecam Tono.”");
        var asked = (ListRelationsRequest)_gateway.Questions.Single();
        (asked.Filter.Actor, asked.Target).ShouldBe(("Rini", "Tono"));
    }

    [Fact]
    public async Task Contradictions_Text_ShowBothSides()
    {
        _gateway.Answers.Add(new ListContradictionsResponse
        {
            Contradictions =
            {
                new Contradiction
                {
                    Kind = ContradictionKind.DifferentSpokesperson, IssueId = "toll-road", First = NewStance("Rini", StanceLabel.Support, "Kami setuju."),
                    Second = NewStance("Tono", StanceLabel.Oppose, "Kami menolak."), FirstReports = 2, SecondReports = 1,
                },
                new Contradiction
                {
                    Kind = ContradictionKind.ConflictingFacts, IssueId = "toll-road", FirstState = State(ProposalState.Proposed, "Akan dibangun."),
                    SecondState = State(ProposalState.Withdrawn, "Batal dibangun."),
                },
            },
            Total = 2,
        });

        var run = await _gateway.RunAsync("contradictions", "--window", "3");

        run.Out.ShouldContain("different spokesperson: toll-road");
        run.Out.ShouldContain("“Kami setuju.”");
        run.Out.ShouldContain("2 independent reports");
        run.Out.ShouldContain("conflicting facts: toll-road");
        run.Out.ShouldContain("“Batal dibangun.”");
        ((ListContradictionsRequest)_gateway.Questions.Single()).WindowDays.ShouldBe(3);
    }

    [Fact]
    public async Task Reports_Text_ShowTheChain()
    {
        _gateway.Answers.Add(new ListReportsResponse
        {
            Reports = { new Report { Origin = "Reutera", StanceCount = 3, Articles = { new ReportArticle { Article = new ArticleInfo { Id = "art" }, Chain = { "WARTA", "Antah", "Reutera" } } } } },
            Total = 1,
        });

        var run = await _gateway.RunAsync("reports");

        run.Out.ShouldContain("Reutera: 1 article, 3 stances");
        run.Out.ShouldContain("WARTA < Antah < Reutera");
    }

    [Fact]
    public async Task Outlets_Text_ShowWhatOnlyOneReports()
    {
        _gateway.Answers.Add(new CompareOutletsResponse { Outlets = { new Outlet { Publisher = "WARTA", Articles = 2, Oppose = 4, OnlyHere = { new Actor { Name = "Rini" } } } }, Total = 1 });

        var run = await _gateway.RunAsync("outlets");

        run.Out.ShouldContain("WARTA");
        run.Out.ShouldContain("Rini");
    }

    [Fact]
    public async Task Silence_Text_GivesTheDenominator()
    {
        _gateway.Answers.Add(new FindSilenceResponse
        {
            Silent = { new ExpectedActor { Name = "Tono", Statements = 2 } },
            Positioned = { new ExpectedActor { Name = "Rini", Stances = 1, Prevailing = StanceLabel.Oppose } },
            Expected = 2,
        });

        var run = await _gateway.RunAsync("silence", "--issue", "toll-road", "--expect", "Tono", "Rini");

        run.Out.ShouldContain("none recorded");
        run.Out.ShouldContain("1 of 2 expected without a recorded position");
        ((FindSilenceRequest)_gateway.Questions.Single()).Expected.ShouldBe(["Tono", "Rini"]);
    }

    [Fact]
    public async Task Search_Text_ShowsThePassages()
    {
        _gateway.Answers.Add(new SearchResponse
        {
            Hits =
            {
                new SearchHit
                {
                    Article = new ArticleInfo { Id = "art", Publisher = "WARTA", Published = Day("2024-01-01") },
                    Passages = { new Passage { Sentence = new Span { Start = 10, End = 29, Text = "Jalan tol dibangun." }, Hits = { new Span { Start = 16, End = 19, Text = "tol" } } } },
                },
            },
            Total = 1,
        });

        var run = await _gateway.RunAsync("search", "\"jalan tol\"", "bangun*");

        run.Out.ShouldContain("Jalan tol dibangun.");
        ((SearchRequest)_gateway.Questions.Single()).Query.ShouldBe("\"jalan tol\" bangun*");
    }

    [Fact]
    public async Task Watch_OfKinds_AsksForThemAndSaysWhatAnEventMeans()
    {
        _gateway.Events.Add(new WatchEvent { Cursor = "1", StanceAdded = NewStance("Rini", StanceLabel.Oppose, "Kami menolak."), Kinds = { EventKind.NewStance, EventKind.NewOpponent } });

        var run = await _gateway.RunAsync("watch", "--count", "1", "--kind", "new-opponent");

        run.Out.ShouldContain("new opponent · WARTA");
    }

    private static PartialDate Day(string value) => new() { Value = value, Precision = DatePrecision.Day };

    private static Stance NewStance(string holder, StanceLabel label, string sentence) => new()
    {
        ArticleId = "art",
        Holder = new Actor { Name = holder, Type = ActorType.Person },
        IssueId = "toll-road",
        Label = label,
        Evidence = new Span { Text = sentence },
        Date = Day("2024-01-01"),
        Publisher = "WARTA",
        Confidence = 0.8,
    };

    private static IssueState State(ProposalState state, string sentence) => new()
    {
        ArticleId = "art", IssueId = "toll-road", State = state, Evidence = new Span { Text = sentence }, Date = Day("2024-01-01"), Publisher = "WARTA", Confidence = 0.7, Why = "test",
    };
}
