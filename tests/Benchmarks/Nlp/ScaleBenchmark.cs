using System.Diagnostics;
using System.Globalization;
using Sikap.Nlp;
using Sikap.Nlp.Tests;

namespace Sikap.Benchmarks.Nlp;

/// <summary>How the engine's time grows with the length of a text: time per character of a million characters against that of a hundred thousand; 1 is linear, 10 the square.</summary>
internal static class ScaleBenchmark
{
    private const int Short = 100_000;

    public static int Run()
    {
        var engine = Engine.Create();
        var codebook = new Codebook(1, [new Issue("pasar", "Pasar apung", "Pasar apung dibuka", ["pasar apung", "jalan", "Rini"])]);
        var articles = string.Join("\n\n", Directory.EnumerateFiles(Path.Combine(NlpBenchmark.Repository, "deploy", "samples", "articles"), "*.txt").Order().Select(File.ReadAllText)) + "\n\n";
        Console.WriteLine($"| text | ns per character, {Short} characters | ns per character, {Engine.MaxTextChars} characters | ratio |");
        Console.WriteLine("|---|---:|---:|---:|");
        foreach (var (name, unit) in HostileTexts.Units.Append(("articles one after the other", articles)))
        {
            var small = Time(HostileTexts.Fill(unit, Short));
            var large = Time(HostileTexts.Fill(unit, Engine.MaxTextChars));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {small:F0} | {large:F0} | {large / small:F1} |"));
        }

        return 0;

        // Best of some, after one to warm up: what the machine does beside it only ever adds.
        double Time(string text)
        {
            var best = TimeSpan.MaxValue;
            for (var round = 0; round < 4; round++)
            {
                var watch = Stopwatch.StartNew();
                var extracted = engine.Extract(new() { Id = "s", Text = text });
                _ = engine.Classify(extracted, codebook);
                best = watch.Elapsed < best ? watch.Elapsed : best;
            }

            return best.TotalNanoseconds / text.Length;
        }
    }
}
