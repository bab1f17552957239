using System.Diagnostics;
using System.Text.Json;
using Sikap.TestKit;

namespace Sikap.Nlp.Tests.Stances;

/// <summary>The stance figures on the annotated articles beside the repository; skipped, saying so, where they are not.</summary>
public sealed class StanceGoldTests
{
    [Theory]
    [InlineData("eval/seeds/gold.jsonl", "seeds", "eval/seeds/issues.json", 0.86)]
    [InlineData("eval/dev/gold.jsonl", "eval/dev/texts", "eval/dev/issues.json", 0.74)]
    public async Task Classify_AnnotatedArticles_ReachTheirFigure(string gold, string texts, string issues, double target)
    {
        var goldPath = SharedFolder.RequireOrSkip(gold);
        var textFolder = SharedFolder.RequireOrSkip(texts);
        var scorer = SharedFolder.RequireOrSkip("eval/score.py");
        var codebook = IssuesOf(SharedFolder.RequireOrSkip(issues));
        var engine = Engine.Create();
        var output = Path.Combine(Path.GetTempPath(), $"sikap-stance-{Guid.NewGuid():n}.jsonl");
        try
        {
            await File.WriteAllLinesAsync(output, Directory.EnumerateFiles(textFolder, "*.txt").Select(file => Line(engine, codebook, file)), TestContext.Current.CancellationToken);

            var scores = await ScoreAsync(scorer, goldPath, output, textFolder);

            scores.GetProperty("missing").GetInt32().ShouldBe(0);
            scores.GetProperty("stance_micro_F1").GetDouble().ShouldBeGreaterThanOrEqualTo(target);
        }
        finally
        {
            File.Delete(output);
        }
    }

    private static string Line(Engine engine, Codebook codebook, string file)
    {
        var id = Path.GetFileNameWithoutExtension(file);
        var article = engine.Extract(new Article { Id = id, Text = File.ReadAllText(file) });
        var stances = engine.Classify(article, codebook);
        return JsonSerializer.Serialize(new
        {
            id,
            statements = Array.Empty<object>(),
            stances = stances.Select(s => new { holder = new { name = s.Holder.Name }, issue = s.IssueId, label = s.Label.ToString().ToLowerInvariant() }),
        });
    }

    private static Codebook IssuesOf(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return new Codebook(0, [.. document.RootElement.GetProperty("issues").EnumerateArray().Select(issue => new Issue(
            issue.GetProperty("id").GetString()!,
            issue.GetProperty("title").GetString()!,
            issue.GetProperty("proposition").GetString()!,
            [.. issue.GetProperty("terms").EnumerateArray().Select(term => term.GetString()!)]))]);
    }

    private static async Task<JsonElement> ScoreAsync(string scorer, string gold, string system, string texts)
    {
        using var process = Process.Start(new ProcessStartInfo("python3", [scorer, gold, system, texts, "--json"]) { RedirectStandardOutput = true })!;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(2));
        var json = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        process.ExitCode.ShouldBe(0);
        return JsonDocument.Parse(json).RootElement.Clone();
    }
}
