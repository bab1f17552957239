using Sikap.V1;

namespace Sikap.Cli.Tests;

/// <summary>The subcommands of <c>sikap issues</c> that change several issues or show what changes did.</summary>
public sealed class CodebookCommandTests : IAsyncLifetime
{
    private const string Parts = "issues:\n- id: tol-utara\n  title: Tol utara\n  proposition: Tol utara dibangun\n  terms: [tol utara]\n  parentId: jalan\n- id: tol-selatan\n  proposition: Tol selatan dibangun\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
    private FakeGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await FakeGateway.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "parts.yaml"), Parts);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Import_ThenExport_GivesTheSameIssuesInBothFormats()
    {
        var imported = await _gateway.RunAsync("issues", "import", Path.Combine(_folder, "parts.yaml"));
        var before = _gateway.Issues.ToDictionary();
        foreach (var format in new[] { "yaml", "json" })
        {
            var exported = await _gateway.RunAsync("issues", "export", "--format", format);
            var file = Path.Combine(_folder, $"out.{format}");
            await File.WriteAllTextAsync(file, exported.Out);
            _gateway.Issues.Clear();
            (await _gateway.RunAsync("issues", "import", file)).Code.ShouldBe(ExitCode.Ok);
            _gateway.Issues.ToDictionary().ShouldBe(before, ignoreOrder: true);
        }

        imported.Code.ShouldBe(ExitCode.Ok, imported.Error);
        before["tol-utara"].ParentId.ShouldBe("jalan");
        before.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Merge_IntoOneInUseOrANewOne_SendsItsWordingOnlyWhenGiven()
    {
        var into = await _gateway.RunAsync("issues", "merge", "tol-utara", "tol-selatan", "--into", "tol");
        await _gateway.RunAsync("issues", "merge", "tol-utara", "--into", "tol-baru", "--proposition", "Tol dibangun", "--term", "tol");
        var wrong = await _gateway.RunAsync("issues", "merge", "tol-utara", "--into", "tol", "--term", "tol");

        into.Out.ShouldContain("tol: in use since codebook version 4");
        _gateway.Merges.ShouldBe(
        [
            new MergeIssuesRequest { SourceIds = { "tol-utara", "tol-selatan" }, Into = new Issue { Id = "tol" } },
            new MergeIssuesRequest { SourceIds = { "tol-utara" }, Into = new Issue { Id = "tol-baru", Title = "tol-baru", Proposition = "Tol dibangun", Terms = { "tol" } } },
        ]);
        wrong.Code.ShouldBe(ExitCode.Usage);
        wrong.Error.ShouldContain("--proposition");
    }

    [Fact]
    public async Task Split_File_SendsTheParts()
    {
        var run = await _gateway.RunAsync("issues", "split", "tol", "--file", Path.Combine(_folder, "parts.yaml"));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        var request = _gateway.Splits.ShouldHaveSingleItem();
        (request.Id, request.Parts.Count, request.Parts[0].ParentId).ShouldBe(("tol", 2, "jalan"));
    }

    [Fact]
    public async Task History_OfAMergedIssue_SaysIntoWhat()
    {
        var run = await _gateway.RunAsync("issues", "history", "tol");

        run.Out.ShouldContain("merged into tol-baru");
        run.Out.ShouldContain("1970-01-01 00:00Z");
        run.Out.ShouldContain("--limit shows more");
    }

    [Fact]
    public async Task Replay_UntilComplete_CountsDown()
    {
        _gateway.Issues["tol"] = new Issue { Id = "tol" };

        var run = await _gateway.RunAsync("issues", "replay");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            ["codebook version 1 of 1: 2 of 2 articles wait", "codebook version 1 of 1: 1 of 2 articles wait", "codebook version 1: no article waits"]);
    }

    [Fact]
    public async Task Diff_EveryKind_ShownWithBeforeAndAfter()
    {
        static Stance Stance(string holder, StanceLabel label) => new()
        {
            Holder = new Actor { Name = holder, Type = ActorType.Person }, Label = label, IssueId = "tol", ArticleId = "a1", Evidence = new Span { Text = $"Kata {holder}." },
        };
        _gateway.Diff = new StanceDiff
        {
            Added = 1, Removed = 1, Changed = 1, Waiting = 3,
            Entries =
            {
                new StanceChange { After = Stance("Ani", StanceLabel.Support) },
                new StanceChange { Before = Stance("Budi", StanceLabel.Oppose) },
                new StanceChange { Before = Stance("Cici", StanceLabel.Oppose), After = Stance("Cici", StanceLabel.Neutral) },
            },
        };

        var run = await _gateway.RunAsync("issues", "diff", "--from", "3");
        var json = await _gateway.RunAsync("issues", "diff", "--from", "3", "--format", "json");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldMatch("added +Ani +support +tol");
        run.Out.ShouldMatch("removed +Budi +oppose +tol");
        run.Out.ShouldMatch("changed +Cici +oppose > neutral +tol");
        run.Out.ShouldContain("Kata Cici.");
        run.Out.ShouldContain("versions 3 to 5: 1 added, 1 removed, 1 changed; 3 articles still to be classified");
        StanceDiff.Parser.ParseJson(json.Out).Entries.Count.ShouldBe(3);
    }
}
