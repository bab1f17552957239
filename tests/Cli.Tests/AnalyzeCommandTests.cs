using System.Text;
using System.Text.Json;
using Sikap.TestKit;

namespace Sikap.Cli.Tests;

/// <summary>The output of <c>sikap analyze</c> against the schema that other programs rely on.</summary>
public sealed class AnalyzeCommandTests : IDisposable
{
    private static readonly string Articles = Path.Combine(SharedFolder.Repository, "deploy/samples/articles");
    private static readonly string Issues = Path.Combine(SharedFolder.Repository, "deploy/samples/issues.json");

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Samples_JsonLines_FollowTheSchema()
    {
        var run = await CommandLineRun.Of("analyze", "--issues", Issues, Articles);

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Error.ShouldBeEmpty();
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var files = Directory.GetFiles(Articles, "*.txt").Order(StringComparer.Ordinal).ToList();
        lines.Length.ShouldBe(files.Count);
        foreach (var (line, file) in lines.Zip(files))
        {
            using var json = JsonDocument.Parse(line);
            json.RootElement.GetProperty("id").GetString().ShouldBe(Path.GetFileNameWithoutExtension(file));
            CheckArticle(json.RootElement, File.ReadAllText(file, new UTF8Encoding(false)));
        }
    }

    [Fact]
    public async Task Samples_WithIssues_HaveStances()
    {
        var run = await CommandLineRun.Of("analyze", "--issues", Issues, Path.Combine(Articles, "01-macron-tolak-kantor-tokyo.txt"));

        using var json = JsonDocument.Parse(run.Out);
        json.RootElement.GetProperty("stances").EnumerateArray().ShouldContain(stance =>
            stance.GetProperty("holder").GetProperty("name").GetString() == "Emmanuel Macron"
            && stance.GetProperty("issue").GetString() == "nato-tokyo-office"
            && stance.GetProperty("label").GetString() == "oppose");
    }

    [Fact]
    public async Task WithoutIssues_HasNoStances()
    {
        var run = await CommandLineRun.Of("analyze", Path.Combine(Articles, "01-macron-tolak-kantor-tokyo.txt"));

        using var json = JsonDocument.Parse(run.Out);
        json.RootElement.GetProperty("stances").GetArrayLength().ShouldBe(0);
        json.RootElement.GetProperty("statements").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Text_ForPeople_ShowsSpeakersAndNoEscapes()
    {
        var run = await CommandLineRun.Of("analyze", "--format", "text", "--issues", Issues, Path.Combine(Articles, "01-macron-tolak-kantor-tokyo.txt"));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("Emmanuel Macron");
        run.Out.ShouldContain("Kami tidak mendukung kantor itu");
        run.Out.ShouldMatch(@"2023-\S+\s+(proposed|discussed|blocked)\s+nato-tokyo-office");
        run.Out.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Text_ForPeople_ShowsDatesWithTheirRulesAndOutlets()
    {
        var run = await CommandLineRun.OfAsync(["analyze", "--format", "text", "-"],
            CommandLineRun.Utf8("\"Kami menolak usulan itu,\" kata Bupati Kandilo Ratna Wulandari kepada AFP, dikutip Reuters, Rabu (12/7/2023). Rapat digelar kemarin."));

        run.Out.ShouldContain("published 2023-07-12 (from latest-said-date)");
        run.Out.ShouldContain("Rabu (12/7/2023) = 2023-07-12 (date); kemarin = 2023-07-11 (yesterday)");
        run.Out.ShouldContain("via Reuters, before it AFP · dated by date");
    }

    [Fact]
    public async Task StandardInput_Dash_IsRead()
    {
        var run = await CommandLineRun.OfAsync(["analyze", "-"], CommandLineRun.Utf8("\"Kami menolak usulan itu,\" kata Bupati Kandilo Ratna Wulandari."));

        using var json = JsonDocument.Parse(run.Out);
        json.RootElement.GetProperty("id").GetString().ShouldBe("stdin");
        json.RootElement.GetProperty("statements").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task FileNotUtf8_IsReported_OthersAreAnalysed()
    {
        File.WriteAllBytes(Path.Combine(_folder, "a.txt"), [0x41, 0xff]);
        File.WriteAllText(Path.Combine(_folder, "b.txt"), "Gubernur mengatakan jalan itu rusak.");

        var run = await CommandLineRun.Of("analyze", _folder);

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Error.ShouldContain("a.txt is not UTF-8 text");
        run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
    }

    [Fact]
    public async Task FileTooLong_IsReported()
    {
        File.WriteAllText(Path.Combine(_folder, "a.txt"), new string('a', Nlp.Engine.MaxTextChars + 1));

        var run = await CommandLineRun.Of("analyze", _folder);

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Error.ShouldContain($"is longer than {Nlp.Engine.MaxTextChars} characters");
        run.Out.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "is no issues file")]
    [InlineData("[]", "is no issues file")]
    [InlineData("{\"issues\": []}", "no issues in it")]
    [InlineData("{\"issues\": [{\"id\": \"a\", \"proposition\": \"b\"}, {\"id\": \"a\", \"proposition\": \"c\"}]}", "more than once")]
    [InlineData("{\"issues\": [{\"id\": \"a\"}]}", "lacks")]
    public async Task IssuesFile_Wrong_ExitsTwoWithTheReason(string content, string reason)
    {
        var file = Path.Combine(_folder, "issues.json");
        File.WriteAllText(file, content);

        var run = await CommandLineRun.Of("analyze", "--issues", file, Articles);

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain(reason);
        run.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task NoSuchFile_ExitsTwo()
    {
        (await CommandLineRun.Of("analyze", Path.Combine(_folder, "absent.txt"))).Code.ShouldBe(ExitCode.Usage);
    }

    private static void CheckArticle(JsonElement article, string text)
    {
        foreach (var relation in article.GetProperty("relations").EnumerateArray())
        {
            Names(relation).ShouldBe(["id", "holder", "target", "label", "evidence", "cue", "statement", "confidence"]);
            Names(relation.GetProperty("target")).ShouldBe(["name", "type", "represents", "person"]);
            relation.GetProperty("label").GetString().ShouldBeOneOf("support", "oppose");
            CheckSpan(relation.GetProperty("evidence"), text);
            CheckSpan(relation.GetProperty("cue"), text);
        }

        Names(article).ShouldBe(["id", "language", "title", "publisher", "dateline", "published", "credits", "boilerplate", "dates", "statements", "stances", "states", "relations"]);
        article.GetProperty("language").GetString().ShouldBe("id");
        foreach (var credit in article.GetProperty("credits").EnumerateArray())
        {
            Names(credit).ShouldBe(["role", "name"]);
        }

        foreach (var span in article.GetProperty("boilerplate").EnumerateArray())
        {
            Names(span).ShouldBe(["start", "end"]);
            span.GetProperty("end").GetInt32().ShouldBeInRange(span.GetProperty("start").GetInt32(), text.Length);
        }

        var ids = new HashSet<string>();
        foreach (var statement in article.GetProperty("statements").EnumerateArray())
        {
            Names(statement).ShouldBe(["id", "start", "end", "text", "kind", "cue", "speaker", "date", "via", "inner", "confidence", "confidences", "uncertain"]);
            ids.Add(statement.GetProperty("id").GetString()!).ShouldBeTrue();
            CheckSpan(statement, text);
            statement.GetProperty("kind").GetString().ShouldBeOneOf("direct", "indirect", "mixed");
            statement.GetProperty("confidence").GetDouble().ShouldBeInRange(0, 1);
            if (statement.GetProperty("cue") is { ValueKind: JsonValueKind.Object } cue)
            {
                CheckSpan(cue, text);
            }

            if (statement.GetProperty("speaker") is { ValueKind: JsonValueKind.Object } speaker)
            {
                Names(speaker).ShouldBe(["name", "type", "mention", "role", "represents", "person"]);
                speaker.GetProperty("type").GetString().ShouldBeOneOf("person", "organization", "country", "group", "document");
                if (speaker.GetProperty("mention") is { ValueKind: JsonValueKind.Object } mention)
                {
                    CheckSpan(mention, text);
                }
            }
        }

        foreach (var state in article.GetProperty("states").EnumerateArray())
        {
            Names(state).ShouldBe(["issue", "state", "evidence", "cue", "date", "confidence"]);
            state.GetProperty("state").GetString().ShouldBeOneOf("proposed", "discussed", "decided", "blocked", "denied", "withdrawn");
            CheckSpan(state.GetProperty("evidence"), text);
            CheckSpan(state.GetProperty("cue"), text);
        }

        foreach (var stance in article.GetProperty("stances").EnumerateArray())
        {
            Names(stance).ShouldBe(["id", "holder", "issue", "label", "modality", "evidence", "statement", "confidence", "classifier"]);
            Names(stance.GetProperty("holder")).ShouldBe(["name", "type", "represents", "person"]);
            stance.GetProperty("label").GetString().ShouldBeOneOf("support", "oppose", "neutral");
            stance.GetProperty("modality").GetString().ShouldBeOneOf("asserted", "conditional", "denied", "reported");
            CheckSpan(stance.GetProperty("evidence"), text);
            if (stance.GetProperty("statement").GetString() is { } statement)
            {
                ids.ShouldContain(statement);
            }
        }
    }

    private static void CheckSpan(JsonElement span, string text) =>
        text[span.GetProperty("start").GetInt32()..span.GetProperty("end").GetInt32()].ShouldBe(span.GetProperty("text").GetString());

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
