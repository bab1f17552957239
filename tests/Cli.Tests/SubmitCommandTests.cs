using Google.Protobuf;
using Google.Protobuf.Reflection;
using Sikap.V1;

namespace Sikap.Cli.Tests;

public sealed class SubmitCommandTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-cli-").FullName;
    private FakeGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await FakeGateway.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Folder_TextAndJsonLines_AreSubmittedInOrder()
    {
        Write("b.txt", "Artikel kedua.");
        Write("a/a.txt", "Artikel pertama.");
        Write("c.jsonl", """
            {"id": "r1", "publisher": "WARTA", "url": "https://warta.example/1", "published": "2023-07-12T10:00:00+07:00", "title": "Judul", "text": "Artikel ketiga.", "other": 1}

            {"id": "r2", "text": "Artikel keempat."}
            """);
        Write("readme.md", "not an article");

        var run = await _gateway.RunAsync("submit", _folder, "--publisher", "KABAR");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.Trim().ShouldBe("4 accepted, 0 already known, 0 rejected");
        _gateway.Submitted.Select(request => request.Text).ShouldBe(["Artikel pertama.", "Artikel kedua.", "Artikel ketiga.", "Artikel keempat."]);
        _gateway.Submitted.Select(request => request.Publisher).ShouldBe(["KABAR", "KABAR", "WARTA", "KABAR"]);
        var third = _gateway.Submitted.ElementAt(2);
        third.ClientRef.ShouldBe("r1");
        third.Url.ShouldBe("https://warta.example/1");
        third.Title.ShouldBe("Judul");
        third.Published.ShouldBe("2023-07-12T10:00:00+07:00");
    }

    [Fact]
    public async Task BadItems_AreReportedWithReason_OthersGoThrough()
    {
        Write("1.txt", "Artikel baik.");
        Write("2.txt", "  ");
        File.WriteAllBytes(Path.Combine(_folder, "3.txt"), [0xff, 0xfe, 0x41]);
        Write("4.jsonl", "{\"id\": \"ok\", \"text\": \"Artikel lain.\"}\nnot json\n{\"id\": \"no text\"}\n{\"text\": \"\\ud800 separuh\"}\n");

        var run = await _gateway.RunAsync("submit", _folder);

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Out.Trim().ShouldBe("2 accepted, 0 already known, 5 rejected");
        run.Error.ShouldContain("2.txt: bad article; text: is empty");
        run.Error.ShouldContain("3.txt: is not UTF-8 text");
        run.Error.ShouldContain("4.jsonl:2: is no JSON object");
        run.Error.ShouldContain("4.jsonl:3: has no text");
        run.Error.ShouldContain("4.jsonl:4: is no JSON object");
    }

    [Fact]
    public async Task PublishedNotIso_IsLeftOutWithANote()
    {
        Write("1.jsonl", """{"id": "r1", "published": "10/11/2025 20:00", "text": "Artikel."}""");

        var run = await _gateway.RunAsync("submit", _folder);

        run.Code.ShouldBe(ExitCode.Ok);
        run.Error.ShouldContain("10/11/2025 20:00");
        _gateway.Submitted.Single().Published.ShouldBeEmpty();
    }

    [Fact]
    public async Task PublishedNotIso_ManyTimes_IsNotedAFewTimes()
    {
        Write("1.jsonl", string.Concat(Enumerable.Range(0, 20).Select(i => $"{{\"published\": \"10/11/2025\", \"text\": \"Artikel {i}.\"}}\n")));

        var run = await _gateway.RunAsync("submit", _folder);

        run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(4);
        run.Error.ShouldContain("17 more");
    }

    [Fact]
    public async Task StandardInput_PlainText_IsOneArticle()
    {
        var run = await CommandLineRun.OfAsync(["submit", "-", "--gateway", _gateway.Address], CommandLineRun.Utf8("Baris satu.\nBaris dua."));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        _gateway.Submitted.Single().Text.ShouldBe("Baris satu.\nBaris dua.");
        _gateway.Submitted.Single().ClientRef.ShouldBe("stdin");
    }

    [Fact]
    public async Task StandardInput_JsonLines_AreArticles()
    {
        await CommandLineRun.OfAsync(["submit", "-", "--gateway", _gateway.Address], CommandLineRun.Utf8("{\"text\":\"Satu.\"}\n{\"text\":\"Dua.\"}\n"));

        _gateway.Submitted.Select(request => request.Text).ShouldBe(["Satu.", "Dua."]);
    }

    [Fact]
    public async Task SameArticleTwice_CountsAsKnown()
    {
        Write("1.txt", "Artikel.");
        Write("2.txt", "Artikel.");

        (await _gateway.RunAsync("submit", _folder)).Out.Trim().ShouldBe("1 accepted, 1 already known, 0 rejected");
    }

    [Fact]
    public async Task List_PrintsIdAndOriginOfEachArticle()
    {
        Write("1.txt", "Artikel.");

        (await _gateway.RunAsync("submit", _folder, "--list")).Out.ShouldContain($"accepted id-1 {Path.Combine(_folder, "1.txt")}");
    }

    [Fact]
    public async Task Json_PrintsOneResultALine()
    {
        Write("1.txt", "Artikel.");
        Write("2.txt", " ");
        Write("3.jsonl", "broken");
        var parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(TypeRegistry.FromFiles(Google.Rpc.ErrorDetailsReflection.Descriptor)));

        var results = (await _gateway.RunAsync("submit", _folder, "--format", "json")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => parser.Parse<SubmitArticlesResponse>(line)).ToList();

        results.Count(result => result.OutcomeCase == SubmitArticlesResponse.OutcomeOneofCase.Accepted).ShouldBe(1);
        results.Where(result => result.OutcomeCase == SubmitArticlesResponse.OutcomeOneofCase.Rejected).Select(result => result.Index).ShouldBe([1, -1], ignoreOrder: true);
    }

    [Fact]
    public async Task Wait_UntilQueryable_Ends()
    {
        Write("1.txt", "Artikel.");
        _gateway.AsksUntilQueryable = 3;

        var run = await _gateway.RunAsync("submit", _folder, "--wait");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("1 queryable");
    }

    [Fact]
    public async Task Wait_ArticleFailed_ExitsOneWithTheReason()
    {
        Write("1.txt", "Artikel.");
        _gateway.FinalState = ArticleState.Failed;

        var run = await _gateway.RunAsync("submit", _folder, "--wait");

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Error.ShouldContain("stage gave up");
        run.Out.ShouldContain("1 failed");
    }

    [Fact]
    public async Task Wait_TooLong_ExitsOne()
    {
        Write("1.txt", "Artikel.");
        _gateway.AsksUntilQueryable = int.MaxValue;

        var run = await _gateway.RunAsync("submit", _folder, "--wait", "--wait-timeout", "0.2");

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Error.ShouldContain("sikap status");
    }

    [Fact]
    public async Task StreamBreaks_SaysHowManyWereStored()
    {
        for (var i = 0; i < 50; i++)
        {
            Write($"{i:00}.txt", $"Artikel nomor {i}.");
        }

        _gateway.BreakAfter = 10;

        var run = await _gateway.RunAsync("submit", _folder);

        run.Code.ShouldBe(ExitCode.Unreachable);
        run.Error.ShouldContain("10 articles were stored before that");
    }

    [Fact]
    public async Task NoSuchPath_ExitsTwo()
    {
        var run = await _gateway.RunAsync("submit", Path.Combine(_folder, "absent"));

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("absent");
    }

    [Fact]
    public async Task FolderWithoutArticles_ExitsTwo()
    {
        (await _gateway.RunAsync("submit", _folder)).Code.ShouldBe(ExitCode.Usage);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
