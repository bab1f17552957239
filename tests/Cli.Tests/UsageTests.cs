namespace Sikap.Cli.Tests;

/// <summary>Parsing, help, and what the person hears when something is wrong with the command line.</summary>
public sealed class UsageTests
{
    public static TheoryData<string> Commands =>
    [
        "analyze", "clean", "submit", "status", "statements", "stances", "matrix", "timeline", "actors", "articles", "article", "revisions", "clusters", "watch", "changes", "states", "contradictions", "reports", "outlets", "silence", "search", "network", "export", "export network", "export stances", "export dna", "import", "import dna", "issues", "issues list", "issues define", "issues update", "issues retire",
        "issues export", "issues import", "issues merge", "issues split", "issues history", "issues replay", "issues diff", "dead-letters", "dead-letters list", "dead-letters show", "dead-letters retry", "dead-letters drop", "store", "store copy", "feed", "feed read", "actors list", "actors define", "actors retire", "actors export",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_OfEveryCommand_HasExamples(string command)
    {
        var run = await CommandLineRun.Of([.. command.Split(' '), "--help"]);

        run.Code.ShouldBe(ExitCode.Ok);
        run.Out.ShouldContain("Usage:");
        run.Out.ShouldContain($"Examples:{Environment.NewLine}  ");
        run.Out.ShouldContain($"sikap {command}");
    }

    [Fact]
    public async Task Help_OfRoot_ListsExitCodes()
    {
        var run = await CommandLineRun.Of("--help");

        run.Code.ShouldBe(ExitCode.Ok);
        run.Out.ShouldContain("Exit codes:");
        run.Out.ShouldContain("cannot be reached");
    }

    [Theory]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("stances --label maybe", "maybe")]
    [InlineData("stances --from 12/7/2023", "2023-07-12")]
    [InlineData("stances --from 2023-13", "2023-07-12")]
    [InlineData("stances --min-confidence 1.5", "0 to 1")]
    [InlineData("stances --limit -1", "--limit")]
    [InlineData("matrix --gateway localhost:5080", "http://localhost:5080")]
    [InlineData("matrix --timeout 0", "--timeout")]
    [InlineData("matrix --format xml", "xml")]
    [InlineData("matrix --by decade", "decade")]
    [InlineData("changes --kind forgotten", "first-stated")]
    [InlineData("watch --kind rumour", "new-opponent")]
    [InlineData("issues define only-an-id", "--proposition")]
    [InlineData("issues define an-id --file issues.json", "--file")]
    [InlineData("actors define Koptara", "--type")]
    [InlineData("actors define Koptara --type group --file actors.yaml", "--file")]
    [InlineData("actors define Koptara --type robot", "robot")]
    [InlineData("actors define Koptara --type group --office a|b|c|d|e", "no office")]
    [InlineData("issues merge a", "--into")]
    [InlineData("issues split a", "--file")]
    [InlineData("issues diff", "--from")]
    [InlineData("network --nodes places", "two-mode")]
    [InlineData("network --window months", "--window-size")]
    [InlineData("network --window-size 3", "--window")]
    [InlineData("network --limit 0", "--limit")]
    [InlineData("export network --format jsonl --nodes-out nodes.csv", "--nodes-out")]
    [InlineData("export stances --format gexf", "gexf")]
    [InlineData("export dna", "--out")]
    [InlineData("import dna", "dna")]
    [InlineData("submit", "submit")]
    [InlineData("clean page.html --url ftp://warta.example/x", "--url")]
    [InlineData("article", "article")]
    public async Task WrongUsage_ExitsTwo_SaysWhat(string line, string hint)
    {
        var run = await CommandLineRun.Of(line.Split(' '));

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain(hint);
        run.Error.ShouldContain("--help");
        run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task NoGateway_ExitsThree_SaysAddressAndWhatToStart()
    {
        // Port 9 is discard; nothing listens there on a test machine, and connecting is refused at once.
        var run = await CommandLineRun.Of("matrix", "--gateway", "http://127.0.0.1:9");

        run.Code.ShouldBe(ExitCode.Unreachable);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldContain("http://127.0.0.1:9");
        run.Error.ShouldContain("services/Standalone");
    }

    [Fact]
    public async Task Gateway_FromEnvironment_IsUsed()
    {
        var run = await CommandLineRun.OfAsync(["matrix"], environment: new() { ["SIKAP_GATEWAY"] = "http://127.0.0.1:9/" });

        run.Code.ShouldBe(ExitCode.Unreachable);
        run.Error.ShouldContain("http://127.0.0.1:9");
    }

    [Fact]
    public async Task Gateway_WrongInEnvironment_ExitsTwo()
    {
        var run = await CommandLineRun.OfAsync(["matrix"], environment: new() { ["SIKAP_GATEWAY"] = "nowhere" });

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("nowhere");
    }

    [Fact]
    public async Task SearchText_BeginningWithAt_IsNoReplyFile()
    {
        var run = await CommandLineRun.Of("stances", "--text", "@kementerian", "--gateway", "http://127.0.0.1:9");

        run.Code.ShouldBe(ExitCode.Unreachable);
    }
}
