using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Sikap.TestKit;

namespace Sikap.Nlp.Tests;

/// <summary>Scores the engine with the scorer of the shared test material against its gold; the floors are what the project promises.</summary>
public sealed class GoldTests
{
    private static readonly Engine Engine = Engine.Create();

    [Theory]
    [InlineData("eval/seeds/gold.jsonl", "seeds", 0.97, 0.88, 0.95)]
    [InlineData("eval/dev/gold.jsonl", "eval/dev/texts", 0.95, 0.85, 0.92)]
    public async Task Extract_GoldArticles_ReachesTheFloors(string gold, string texts, double statements, double exact, double attributed)
    {
        var goldPath = SharedFolder.RequireOrSkip(gold);
        var textsPath = SharedFolder.RequireOrSkip(texts);
        var scorer = SharedFolder.RequireOrSkip("eval/score.py");
        Assert.SkipUnless(File.Exists("/usr/bin/env"), "no /usr/bin/env to find python3 with");
        var system = Path.Combine(Path.GetTempPath(), $"sikap-gold-{Guid.NewGuid():N}.jsonl");
        try
        {
            var lines = Directory.EnumerateFiles(textsPath, "*.txt").Order()
                .Select(f => AnalysisJson.Write(Engine.Extract(new() { Id = Path.GetFileNameWithoutExtension(f), Text = File.ReadAllText(f) }), new([], [])));
            await File.WriteAllLinesAsync(system, lines, TestContext.Current.CancellationToken);

            var result = await Score(scorer, goldPath, system, textsPath);

            result.GetProperty("statement_F1").GetDouble().ShouldBeGreaterThanOrEqualTo(statements);
            result.GetProperty("statement_exact_F1").GetDouble().ShouldBeGreaterThanOrEqualTo(exact);
            result.GetProperty("attributed_F1").GetDouble().ShouldBeGreaterThanOrEqualTo(attributed);
        }
        finally
        {
            File.Delete(system);
        }
    }

    private static async Task<JsonElement> Score(string scorer, string gold, string system, string texts)
    {
        var start = new ProcessStartInfo("/usr/bin/env") { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        foreach (var argument in new[] { "python3", scorer, gold, system, texts, "--json" })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(1));
        var output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = await process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        process.ExitCode.ShouldBe(0, errors);
        return JsonDocument.Parse(output).RootElement.Clone();
    }
}
