using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Sikap.Nlp;
using Sikap.Nlp.Actors;
using Sikap.Nlp.Dates;
using Sikap.Nlp.Languages;
using Sikap.Nlp.Layout;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Sentences;
using Sikap.Nlp.Statements;

namespace Sikap.Benchmarks.Nlp;

/// <summary>
/// Throughput of the engine on one core: extraction as a whole, extraction with classification, and each stage by itself. Articles come from a gzipped
/// JSON-lines file (<c>text</c> per line); without one the sample articles of the repository are read over and over.
/// </summary>
internal static class NlpBenchmark
{
    /// <summary>Words of the article the figures are brought to, so that they compare across collections.</summary>
    private const double WordsPerArticle = 350;

    /// <summary>Root of the repository.</summary>
    internal static readonly string Repository = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    public static int Run(string[] args)
    {
        var file = args.Length > 0 ? args[0] : Path.Combine(Repository, "..", "shared", "data", "articles", "bench.jsonl.gz");
        var rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
        var texts = File.Exists(file) ? Read(file) : Samples();
        if (texts.Count == 0)
        {
            Console.Error.WriteLine($"no articles: neither {file} nor deploy/samples");
            return 1;
        }

        var words = texts.Sum(t => t.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length);
        var chars = texts.Sum(t => (long)t.Length);
        Console.WriteLine($"{texts.Count} articles, {words} words, {chars / 1e6:F1} million characters; best of {rounds} rounds after one to warm up");
        var engine = Engine.Create();
        var codebook = new Codebook(0, Issues());

        Console.WriteLine();
        Console.WriteLine($"| what | articles of {WordsPerArticle:F0} words per second | million characters per second | bytes allocated per article |");
        Console.WriteLine("|---|---:|---:|---:|");
        Measure("extract", () => texts.Sum(t => engine.Extract(new() { Id = "b", Text = t }).Statements.Count));
        Measure($"extract and classify ({codebook.Issues.Count} issues)", () => texts.Sum(t =>
        {
            var extracted = engine.Extract(new() { Id = "b", Text = t });
            return extracted.Statements.Count + engine.Classify(extracted, codebook).Count;
        }));
        Console.WriteLine();
        Stages(texts, rounds);
        return 0;

        void Measure(string name, Func<int> run)
        {
            _ = run();
            var best = TimeSpan.MaxValue;
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < rounds; i++)
            {
                var watch = Stopwatch.StartNew();
                _ = run();
                best = watch.Elapsed < best ? watch.Elapsed : best;
            }

            allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / rounds / texts.Count;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {words / WordsPerArticle / best.TotalSeconds:F0} | {chars / 1e6 / best.TotalSeconds:F1} | {allocated} |"));
        }
    }

    // Each stage on the result of those before it; the share of the sum is what matters.
    private static void Stages(List<string> texts, int rounds)
    {
        var lexicon = Lexicon.Load("id");
        string[] names = ["read (normalise, tokens)", "languages", "layout", "quotations", "sentences", "mentions", "statements", "dates and output"];
        var best = new long[names.Length];
        var bytes = new long[names.Length];
        Array.Fill(best, long.MaxValue);
        for (var round = 0; round <= rounds; round++)
        {
            var spent = new long[names.Length];
            Array.Clear(bytes);
            foreach (var text in texts)
            {
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                var at = Stopwatch.GetTimestamp();
                using var work = new ArticleWork(new() { Id = "b", Text = text }, lexicon);
                Lap(0);
                _ = ArticleLanguages.Read(work);
                Lap(1);
                LayoutFinder.Run(work);
                Lap(2);
                QuotationFinder.Run(work);
                Lap(3);
                SentenceSplitter.Run(work);
                Lap(4);
                var book = MentionFinder.Run(work);
                Lap(5);
                var drafts = StatementFinder.Run(work, new Discourse(work, book));
                Lap(6);
                _ = Output.Build(work, "id", "1", drafts, ConfidenceTable.Raw);
                Lap(7);

                void Lap(int stage)
                {
                    var now = Stopwatch.GetTimestamp();
                    spent[stage] += now - at;
                    var total = GC.GetAllocatedBytesForCurrentThread();
                    bytes[stage] += total - allocated;
                    (allocated, at) = (total, Stopwatch.GetTimestamp());
                }
            }

            for (var i = 0; i < names.Length && round > 0; i++)
            {
                best[i] = Math.Min(best[i], spent[i]);
            }
        }

        Console.WriteLine("| stage | microseconds per article | share | bytes allocated per article |");
        Console.WriteLine("|---|---:|---:|---:|");
        var sum = (double)best.Sum();
        for (var i = 0; i < names.Length; i++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {names[i]} | {best[i] * 1e6 / Stopwatch.Frequency / texts.Count:F1} | {best[i] / sum:P0} | {bytes[i] / texts.Count} |"));
        }
    }

    private static List<string> Read(string file)
    {
        var texts = new List<string>();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.GetProperty("text").GetString() is { Length: <= Engine.MaxTextChars } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    private static List<string> Samples()
    {
        var folder = Path.Combine(Repository, "deploy", "samples");
        var texts = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.txt").Order().Select(File.ReadAllText).ToList() : [];
        return [.. Enumerable.Repeat(texts, 100).SelectMany(t => t)];
    }

    private static IReadOnlyList<Issue> Issues()
    {
        var file = Directory.EnumerateFiles(Path.Combine(Repository, "deploy", "samples"), "*.json").FirstOrDefault();
        return file is null ? [] : JsonSerializer.Deserialize<Codebook>(File.ReadAllText(file), JsonSerializerOptions.Web)!.Issues;
    }
}
