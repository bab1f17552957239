using System.Globalization;
using Sikap.Nlp.Languages;

namespace Sikap.Benchmarks.Languages;

/// <summary>
/// How often the language reader is right where it states a confidence. Neighbouring sentences of the parts kept aside make texts of several lengths; one half of the texts fits, the other, and collections
/// that nothing was made from, tell whether it holds. As the reader expects Indonesian <c>e^3</c> times as often as anything else, Indonesian texts count so many times: that is the stream of texts its
/// confidence speaks of.
/// </summary>
internal static class LanguageCalibration
{
    private static readonly int[] Lengths = [20, 50, 100, 200, 500, 2_000];
    private static readonly double[] Bands = [0, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 1.0001];

    private static readonly double ExpectedIndonesian = Math.Exp(LanguageReader.IndonesianFirst);

    public static void Run(List<(string Name, List<LanguageSample> Samples)> sets, bool fits)
    {
        var answers = new List<Answer>();
        foreach (var (name, samples) in sets)
        {
            // Single sentences of newspapers and of the web as they are; of the rest texts of several lengths.
            var isForeign = name.StartsWith("dsl", StringComparison.Ordinal) || name.StartsWith("lingua", StringComparison.Ordinal);
            if (isForeign)
            {
                answers.AddRange(samples.Where(static s => s.Text.Contains(' ', StringComparison.Ordinal)).Select(s => Read(name, name, s.Language, s.Text, false)));
                continue;
            }

            foreach (var (i, chunk) in samples.GroupBy(static s => s.Language).SelectMany(static g => g.Chunk(5)).Index())
            {
                var text = string.Join(' ', chunk.Select(static s => s.Text));
                answers.AddRange(Lengths.Where(length => length == Lengths[0] || text.Length > length / 2).Select(length => Read(name, "kept aside", chunk[0].Language, Cut(text, length), i % 2 == 0)));
            }
        }

        Print("kept aside, half that fits", [.. answers.Where(static a => a.Fits)]);
        foreach (var set in answers.Where(static a => !a.Fits).GroupBy(static a => a.Set))
        {
            Print(set.Key == "kept aside" ? "kept aside, other half" : set.Key, [.. set]);
        }

        foreach (var length in answers.Where(static a => !a.Fits && a.Set == "kept aside").GroupBy(static a => a.Length).OrderBy(static g => g.Key))
        {
            Print($"kept aside, other half, {length.Key} characters", [.. length]);
        }

        if (fits)
        {
            Console.WriteLine();
            foreach (var collection in answers.GroupBy(static a => a.Collection))
            {
                var own = Fit([.. collection]);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"fitted to {collection.Key} alone: slope {own.Slope:F2}, shift {own.Shift:F2} (1 and 0: nothing to correct)"));
            }

            var (slope, shift) = Fit([.. answers.Where(static a => a.Fits)]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"fitted to the half that fits: slope {slope:F2}, shift {shift:F2}"));
            foreach (var set in answers.Where(static a => !a.Fits).GroupBy(static a => a.Set))
            {
                Print($"fitted, {set.Key}", [.. set.Select(a => a with { Confidence = 1 / (1 + Math.Exp(-((slope * Logit(a.Confidence)) + shift))) })]);
            }
        }
    }

    private static Answer Read(string collection, string set, string language, string text, bool fits)
    {
        var reading = LanguageReader.Read(text);
        return new(collection, set, Lengths.First(length => text.Length <= length || length == Lengths[^1]), reading.Confidence, reading.Language == language, language == "id" ? ExpectedIndonesian : 1, fits);
    }

    private static string Cut(string text, int length) => length >= text.Length ? text : text.LastIndexOf(' ', length) is > 0 and var at ? text[..at] : text[..length];

    private static void Print(string name, List<Answer> answers)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{name}: {answers.Count} texts, right {Rate(answers):F3}, expected calibration error {Error(answers):F3}, with every text alike {Error([.. answers.Select(static a => a with { Weight = 1 })]):F3}"));
        Console.WriteLine("| band | texts | stated | right | with every text alike: stated | right |\n|---|---:|---:|---:|---:|---:|");
        for (var i = 0; i + 1 < Bands.Length; i++)
        {
            var band = answers.Where(a => a.Confidence >= Bands[i] && a.Confidence < Bands[i + 1]).ToList();
            if (band.Count > 0)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Bands[i]:0.##} to {Math.Min(1, Bands[i + 1]):0.##} | {band.Count} | {Stated(band):F3} | {Rate(band):F3} | {band.Average(static a => a.Confidence):F3} | {band.Average(static a => a.IsRight ? 1.0 : 0):F3} |"));
            }
        }
    }

    private static double Error(List<Answer> answers)
    {
        var all = answers.Sum(static a => a.Weight);
        return Enumerable.Range(0, Bands.Length - 1).Select(i => answers.Where(a => a.Confidence >= Bands[i] && a.Confidence < Bands[i + 1]).ToList()).Where(static band => band.Count > 0)
            .Sum(band => band.Sum(static a => a.Weight) / all * Math.Abs(Stated(band) - Rate(band)));
    }

    private static double Stated(List<Answer> answers) => answers.Sum(static a => a.Weight * a.Confidence) / answers.Sum(static a => a.Weight);

    private static double Rate(List<Answer> answers) => answers.Where(static a => a.IsRight).Sum(static a => a.Weight) / answers.Sum(static a => a.Weight);

    // Two numbers by Newton's method on the likelihood: the logit of what is right is a line in the logit of what is stated.
    private static (double Slope, double Shift) Fit(List<Answer> answers)
    {
        var (slope, shift) = (1.0, 0.0);
        for (var round = 0; round < 50; round++)
        {
            var (g0, g1, h00, h01, h11) = (0.0, 0.0, 0.0, 0.0, 0.0);
            foreach (var answer in answers)
            {
                var logit = Logit(answer.Confidence);
                var p = 1 / (1 + Math.Exp(-((slope * logit) + shift)));
                var (gap, weight) = (answer.Weight * ((answer.IsRight ? 1 : 0) - p), answer.Weight * p * (1 - p));
                (g0, g1) = (g0 + (gap * logit), g1 + gap);
                (h00, h01, h11) = (h00 + (weight * logit * logit), h01 + (weight * logit), h11 + weight);
            }

            var det = (h00 * h11) - (h01 * h01);
            (slope, shift) = (slope + (((h11 * g0) - (h01 * g1)) / det), shift + (((h00 * g1) - (h01 * g0)) / det));
        }

        return (slope, shift);
    }

    private static double Logit(double confidence) => Math.Log(Math.Clamp(confidence, 0.0005, 0.9995) / (1 - Math.Clamp(confidence, 0.0005, 0.9995)));

    private sealed record Answer(string Collection, string Set, int Length, double Confidence, bool IsRight, double Weight, bool Fits);
}
