using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sikap.Nlp;

namespace Sikap.Benchmarks.Nlp;

/// <summary>
/// Fits the confidences of statements, speakers and stances to annotated articles and shows how far they hold on others.
/// Isotonic regression by pooling adjacent violators (Zadrozny and Elkan 2002): the only assumption is that a greater certainty is no worse.
/// </summary>
internal static partial class Calibration
{
    /// <summary>A step of the fitted line rests on at least so many observations.</summary>
    private const int MinSupport = 12;

    /// <summary>Observations each step begins with, right at the rate of all: a step of few is not believed to be perfect.</summary>
    private const double Prior = 4;

    private static readonly double[] Bands = [0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0001];

    /// <summary>Runs <c>calibrate fit GOLD TEXTS...</c> or <c>calibrate table GOLD TEXTS...</c>.</summary>
    public static int Run(string[] args)
    {
        if (args.Length < 3 || args[0] is not ("fit" or "table"))
        {
            Console.Error.WriteLine("usage: calibrate fit|table [--half odd|even] GOLD.jsonl TEXTS [GOLD.jsonl TEXTS ...]");
            return 2;
        }

        var half = args[1] == "--half" ? args[2] : "";
        if (half.Length > 0)
        {
            args = [args[0], .. args[3..]];
        }

        var fit = args[0] == "fit";
        var engine = Engine.Create(calibrated: !fit);
        List<(double Confidence, bool Right)> statements = [], speakers = [], both = [], stances = [];
        for (var i = 1; i + 1 < args.Length; i += 2)
        {
            // Every second article of each file, so that one half can be fitted to and the other looked at.
            var lines = File.ReadLines(args[i]).Where(line => line.Length > 0).Where((_, n) => half.Length == 0 || n % 2 == (half == "odd" ? 1 : 0));
            foreach (var line in lines)
            {
                using var gold = JsonDocument.Parse(line);
                Compare(engine, gold.RootElement, args[i + 1], statements, speakers, both);
                CompareStances(engine, gold.RootElement, args[i + 1], stances);
            }
        }

        if (fit)
        {
            Knots("content", statements);
            Knots("speaker", speakers);
            Knots("stance", stances);
            return 0;
        }

        Table("a statement, with these ends", statements);
        Table("the speaker of a statement", speakers);
        Table("a statement with its speaker", both);
        Table("a stance: holder, issue and label", stances);
        return 0;
    }

    private static void Compare(Engine engine, JsonElement gold, string texts, List<(double, bool)> statements, List<(double, bool)> speakers, List<(double, bool)> both)
    {
        var text = File.ReadAllText(Path.Combine(texts, gold.GetProperty("id").GetString() + ".txt"));
        var words = Word().Matches(text).Select(m => (m.Index, End: m.Index + m.Length)).ToList();
        var wanted = gold.GetProperty("statements").EnumerateArray().Select(s => (Words: Covered(words, Find(text, s)), Speaker: s.GetProperty("speaker").GetString()!)).ToList();
        var found = engine.Extract(new() { Id = "c", Text = text }).Statements.Select(s => (Statement: s, Words: Covered(words, s.Content.Span))).ToList();
        var matches = (from i in Enumerable.Range(0, wanted.Count)
                       from j in Enumerable.Range(0, found.Count)
                       let common = wanted[i].Words.Intersect(found[j].Words).Count()
                       where common > 0
                       let overlap = common / (double)(wanted[i].Words.Count + found[j].Words.Count - common)
                       where overlap >= 0.5
                       orderby overlap descending
                       select (Gold: i, System: j)).ToList();
        Dictionary<int, int> goldOf = [];
        foreach (var (g, s) in matches)
        {
            if (!goldOf.ContainsKey(s) && !goldOf.ContainsValue(g))
            {
                goldOf.Add(s, g);
            }
        }

        for (var j = 0; j < found.Count; j++)
        {
            var statement = found[j].Statement;
            var matched = goldOf.TryGetValue(j, out var g);
            var right = matched && SameName(statement.Speaker?.Name, wanted[g].Speaker);
            statements.Add((statement.Confidences!.Content, matched));
            both.Add((statement.Confidence, right));
            if (matched && statement.Speaker is not null)
            {
                speakers.Add((statement.Confidences!.Speaker, right));
            }
        }
    }

    private static void CompareStances(Engine engine, JsonElement gold, string texts, List<(double, bool)> stances)
    {
        var text = File.ReadAllText(Path.Combine(texts, gold.GetProperty("id").GetString() + ".txt"));
        var issues = gold.GetProperty("issues").EnumerateArray().Select(issue => new Issue(
            issue.GetProperty("id").GetString()!, issue.GetProperty("title").GetString()!, issue.GetProperty("proposition").GetString()!,
            [.. issue.GetProperty("terms").EnumerateArray().Select(term => term.GetString()!)])).ToList();
        var wanted = gold.GetProperty("stances").EnumerateArray().ToList();
        // What annotators differ on is neither right nor wrong.
        var optional = gold.TryGetProperty("optional_stances", out var free) ? free.EnumerateArray().ToList() : [];
        foreach (var stance in engine.Classify(engine.Extract(new() { Id = "c", Text = text }), new Codebook(0, issues)))
        {
            bool IsOf(JsonElement one) => one.GetProperty("issue").GetString() == stance.IssueId && SameName(stance.Holder.Name, one.GetProperty("holder").GetString()!);
            var right = wanted.Exists(one => IsOf(one) && string.Equals(one.GetProperty("label").GetString(), stance.Label.ToString(), StringComparison.OrdinalIgnoreCase));
            if (right || !optional.Exists(IsOf))
            {
                stances.Add((stance.Confidence, right));
            }
        }
    }

    private static TextSpan Find(string text, JsonElement statement)
    {
        var wanted = statement.GetProperty("text").GetString()!;
        var at = -1;
        for (var n = statement.TryGetProperty("occurrence", out var occurrence) ? occurrence.GetInt32() : 1; n > 0; n--)
        {
            at = text.IndexOf(wanted, at + 1, StringComparison.Ordinal);
        }

        return new(at, at + wanted.Length);
    }

    private static HashSet<int> Covered(List<(int Start, int End)> words, TextSpan span) =>
        [.. Enumerable.Range(0, words.Count).Where(i => words[i].Start < span.End && words[i].End > span.Start)];

    /// <summary>The words of the shorter name all stand in the longer one; the names countries and capitals share are one.</summary>
    private static bool SameName(string? a, string b)
    {
        var x = Parts(a ?? "");
        var y = Parts(b);
        var (few, many) = x.Length <= y.Length ? (x, y) : (y, x);
        return few.Length > 0 && few.All(many.Contains) && few.Any(part => part.Length > 2 || few.Length == many.Length);
    }

    private static string[] Parts(string name) =>
        [.. Word().Matches(name.ToLowerInvariant()).Select(m => m.Value).Where(part => part is not ("pemerintah" or "para" or "pihak" or "negara"))];

    private static void Knots(string kind, List<(double Confidence, bool Right)> observed)
    {
        var rate = observed.Count(o => o.Right) / (double)observed.Count;
        List<(double Sum, double Right, int Count)> steps = [];
        foreach (var group in observed.GroupBy(o => o.Confidence).OrderBy(g => g.Key))
        {
            steps.Add((group.Sum(o => o.Confidence), group.Count(o => o.Right), group.Count()));
            while (steps.Count > 1 && (Rate(steps[^2]) >= Rate(steps[^1]) || steps[^2].Count < MinSupport))
            {
                steps[^2] = (steps[^2].Sum + steps[^1].Sum, steps[^2].Right + steps[^1].Right, steps[^2].Count + steps[^1].Count);
                steps.RemoveAt(steps.Count - 1);
            }
        }

        foreach (var step in steps)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}\t{step.Sum / step.Count:F3}\t{Rate(step):F3}\t{step.Count}"));
        }

        double Rate((double Sum, double Right, int Count) step) => (step.Right + (Prior * rate)) / (step.Count + Prior);
    }

    private static void Table(string what, List<(double Confidence, bool Right)> observed)
    {
        Console.WriteLine($"\n| confidence: {what} | cases | stated | observed |\n|---|---:|---:|---:|");
        for (var b = 0; b + 1 < Bands.Length; b++)
        {
            var band = observed.Where(o => o.Confidence >= Bands[b] && o.Confidence < Bands[b + 1]).ToList();
            if (band.Count > 0)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {Bands[b]:0.##} to {Math.Min(Bands[b + 1], 1):0.##} | {band.Count} | {band.Average(o => o.Confidence):F2} | {band.Count(o => o.Right) / (double)band.Count:F2} |"));
            }
        }
    }

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Word();
}
