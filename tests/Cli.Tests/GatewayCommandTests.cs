using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Sikap.V1;

namespace Sikap.Cli.Tests;

/// <summary>The commands that ask the Gateway, against a server with made-up answers.</summary>
public sealed class GatewayCommandTests : IAsyncLifetime
{
    private FakeGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await FakeGateway.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Matrix_Text_PrintsHolders()
    {
        _gateway.Matrix = MatrixViewTests.Example;

        var run = await _gateway.RunAsync("matrix");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("Marsudi (Serikat Petani)");
        run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Matrix_Json_IsTheProtobufJson()
    {
        _gateway.Matrix = MatrixViewTests.Example;

        var run = await _gateway.RunAsync("matrix", "--format", "json");

        Matrix.Parser.ParseJson(run.Out).ShouldBe(MatrixViewTests.Example);
    }

    [Fact]
    public async Task Filters_AllGiven_ReachTheServer()
    {
        await _gateway.RunAsync("matrix", "--issue", "i", "--actor", "a", "--represents", "FRA", "--publisher", "p", "--article", "x", "--report", "r", "--story", "s", "--label", "neutral",
            "--from", "2023-05", "--to", "2023-07-12", "--min-confidence", "0.5", "--text", "kantor itu");

        _gateway.Filters.Single().ShouldBe(new Filter
        {
            IssueId = "i",
            Actor = "a",
            Represents = "FRA",
            Publisher = "p",
            ArticleId = "x",
            ReportId = "r",
            StoryId = "s",
            Label = StanceLabel.Neutral,
            FromDate = "2023-05",
            ToDate = "2023-07-12",
            MinConfidence = 0.5,
            Text = "kantor itu",
        });
    }

    [Fact]
    public async Task Key_FromTheEnvironment_IsShownToTheServer()
    {
        await CommandLineRun.OfAsync(["matrix", "--gateway", _gateway.Address], environment: new() { ["SIKAP_API_KEY"] = "secret" });
        await CommandLineRun.OfAsync(["matrix", "--gateway", _gateway.Address]);

        _gateway.Keys.ShouldBe(["secret", null]);
    }

    [Fact]
    public async Task Key_Missing_SaysWhereToSetIt()
    {
        _gateway.Failure = new RpcException(new Grpc.Core.Status(StatusCode.Unauthenticated, "no key"));

        var run = await _gateway.RunAsync("matrix");

        run.Code.ShouldBe(ExitCode.Refused);
        run.Error.ShouldContain("SIKAP_API_KEY");
    }

    [Fact]
    public async Task Stances_MoreThanAPage_AreFetchedUpToTheLimit()
    {
        AddStances(5);

        var run = await _gateway.RunAsync("stances", "--limit", "3");

        run.Out.ShouldContain("kalimat 3");
        run.Out.ShouldNotContain("kalimat 4");
        run.Out.ShouldContain("3 of 5 stances");
        _gateway.PageSizes.ShouldBe([3, 1]);
    }

    [Fact]
    public async Task Stances_LimitZero_FetchesAll()
    {
        AddStances(5);

        var run = await _gateway.RunAsync("stances", "--limit", "0", "--format", "json");

        using var json = JsonDocument.Parse(run.Out);
        json.RootElement.GetProperty("stances").GetArrayLength().ShouldBe(5);
        json.RootElement.GetProperty("stances")[0].GetProperty("label").GetString().ShouldBe("STANCE_LABEL_OPPOSE");
    }

    [Fact]
    public async Task Stances_None_SaysSo()
    {
        (await _gateway.RunAsync("stances")).Out.ShouldContain("No stance found.");
    }

    [Fact]
    public async Task Article_Unknown_ExitsFourWithTheServersWords()
    {
        var run = await _gateway.RunAsync("article", "abc");

        run.Code.ShouldBe(ExitCode.Refused);
        run.Error.ShouldContain("no article 'abc'");
    }

    [Fact]
    public async Task Refusal_WithViolations_NamesTheFields()
    {
        _gateway.Failure = FakeGateway.Refusal(StatusCode.InvalidArgument, "bad request",
            new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "filter.from_date", Description = "is no date" } } });

        var run = await _gateway.RunAsync("matrix");

        run.Code.ShouldBe(ExitCode.Refused);
        run.Error.ShouldContain("filter.from_date: is no date");
    }

    [Fact]
    public async Task Unavailable_WithRetryInfo_SaysWhenToTryAgain()
    {
        _gateway.Failure = FakeGateway.Refusal(StatusCode.Unavailable, "query is away", new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)) });

        var run = await _gateway.RunAsync("matrix");

        run.Code.ShouldBe(ExitCode.Unreachable);
        run.Error.ShouldContain("query is away");
        run.Error.ShouldContain("Try again in 2 s");
    }

    [Fact]
    public async Task Status_All_ShowsArticlesAndLedger()
    {
        var run = await _gateway.RunAsync("status");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("queryable");
        run.Out.ShouldContain("12");
        run.Out.ShouldContain("Feeds: 3 healthy, 1 failing, 0 paused, 0 not visited yet");
    }

    [Fact]
    public async Task Status_AllAsJson_IsOneDocument()
    {
        using var json = JsonDocument.Parse((await _gateway.RunAsync("status", "--format", "json")).Out);

        json.RootElement.GetProperty("ledger").GetProperty("stances").GetString().ShouldBe("12");
        json.RootElement.GetProperty("ingestion").GetProperty("total").GetString().ShouldBe("7");
    }

    [Fact]
    public async Task Status_OfFailedArticle_ExitsOneWithTheReason()
    {
        _gateway.FinalState = ArticleState.Failed;

        var run = await _gateway.RunAsync("status", "abc");

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Out.ShouldContain("stage gave up");
    }

    [Fact]
    public async Task Watch_WithCount_PrintsEventsAndEnds()
    {
        _gateway.Events.Add(new WatchEvent { Cursor = "1", Heartbeat = new Heartbeat() });
        _gateway.Events.Add(new WatchEvent { Cursor = "2", StanceAdded = NewStance(1) });
        _gateway.Events.Add(new WatchEvent { Cursor = "3", ArticleIndexed = new ArticleInfo { Id = "art", Publisher = "WARTA", StanceCount = 1 } });

        var run = await _gateway.RunAsync("watch", "--count", "2");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("+ 2023-07-01 Tokoh 1: oppose toll-road");
        run.Out.ShouldContain("“kalimat 1”");
        run.Out.ShouldContain("article art WARTA: 0 statements, 1 stance");
    }

    [Fact]
    public async Task Watch_StateChanged_SaysWhatItWasAndIs()
    {
        _gateway.Events.Add(new WatchEvent
        {
            Cursor = "1", Kinds = { EventKind.StateChanged },
            StateChanged = new IssueState { IssueId = "toll-road", State = ProposalState.Blocked, Date = new PartialDate { Value = "2023-07-02" }, Evidence = new Span { Text = "ditahan gubernur" }, Publisher = "WARTA" },
            PreviousState = new IssueState { State = ProposalState.Proposed },
        });

        var run = await _gateway.RunAsync("watch", "--count", "1", "--kind", "state-changed");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("* 2023-07-02 proposed > blocked toll-road");
        run.Out.ShouldContain("“ditahan gubernur”");
    }

    [Fact]
    public async Task Actors_ByTypeAndCountry_AsksForThose()
    {
        var run = await _gateway.RunAsync("actors", "tok", "--represents", "Prancis", "--type", "person");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        _gateway.ActorRequests.ShouldHaveSingleItem().ShouldBe(new ListActorsRequest { NameContains = "tok", Represents = "Prancis", Type = ActorType.Person, PageSize = 50 });
        run.Out.ShouldContain("Tokoh 1");
    }

    [Fact]
    public async Task Watch_Json_IsOneEventALine()
    {
        _gateway.Events.Add(new WatchEvent { Cursor = "1", StanceAdded = NewStance(1) });
        _gateway.Events.Add(new WatchEvent { Cursor = "2", StanceRemoved = NewStance(1) });

        var run = await _gateway.RunAsync("watch", "--count", "2", "--format", "json");

        run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => WatchEvent.Parser.ParseJson(line).Cursor).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Watch_Cancelled_ExitsAsInterrupted()
    {
        using var interrupt = new CancellationTokenSource();
        var running = CommandLineRun.OfAsync(["watch", "--gateway", _gateway.Address], cancellation: interrupt.Token);
        while (_gateway.Filters.IsEmpty && !running.IsCompleted)
        {
            await Task.Yield();
        }

        await interrupt.CancelAsync();

        (await running).Code.ShouldBe(ExitCode.Interrupted);
    }

    [Fact]
    public async Task Issues_DefinedByFile_AreListed()
    {
        var file = Path.Combine(TestKit.SharedFolder.Repository, "deploy/samples/issues.json");

        var define = await _gateway.RunAsync("issues", "define", "--file", file);
        var list = await _gateway.RunAsync("issues", "list");

        define.Code.ShouldBe(ExitCode.Ok, define.Error);
        _gateway.Issues.Count.ShouldBe(5);
        list.Out.ShouldContain("nato-tokyo-office");
        list.Out.ShouldContain("5 issues");
    }

    [Fact]
    public async Task Issues_ListedAsJson_CanBeReadBack()
    {
        await _gateway.RunAsync("issues", "define", "toll-road", "--proposition", "Jalan tol dibangun", "--term", "jalan tol", "--term", "tol itu");
        var json = (await _gateway.RunAsync("issues", "list", "--format", "json")).Out;
        _gateway.Issues.Clear();

        var run = await CommandLineRun.OfAsync(["issues", "define", "--file", "-", "--gateway", _gateway.Address], CommandLineRun.Utf8(json));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        _gateway.Issues["toll-road"].Terms.ShouldBe(["jalan tol", "tol itu"]);
        _gateway.Issues["toll-road"].Title.ShouldBe("toll-road");
    }

    [Fact]
    public async Task Issues_IdTakenByAnother_ExitsFour()
    {
        await _gateway.RunAsync("issues", "define", "toll-road", "--proposition", "Jalan tol dibangun");

        var run = await _gateway.RunAsync("issues", "define", "toll-road", "--proposition", "Jalan tol ditutup");

        run.Code.ShouldBe(ExitCode.Refused);
        run.Error.ShouldContain("another issue has this id");
    }

    [Fact]
    public async Task Issues_RetireUnknown_ExitsFour()
    {
        (await _gateway.RunAsync("issues", "retire", "nothing")).Code.ShouldBe(ExitCode.Refused);
    }

    private void AddStances(int count) => _gateway.Stances.AddRange(Enumerable.Range(1, count).Select(NewStance));

    private static Stance NewStance(int number) => new()
    {
        Id = $"s{number}",
        ArticleId = "art",
        Holder = new Actor { Name = $"Tokoh {number}", Type = ActorType.Person },
        IssueId = "toll-road",
        Label = StanceLabel.Oppose,
        Evidence = new Span { Text = $"kalimat {number}" },
        Date = new PartialDate { Value = $"2023-07-0{number}" },
        Publisher = "WARTA",
        Confidence = 0.8,
    };
}
