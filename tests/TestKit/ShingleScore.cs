using System.Text.RegularExpressions;

namespace Sikap.TestKit;

/// <summary>
/// The measure of scrapinghub's article-extraction-benchmark: shingles of four tokens, counted; matches, extras and misses of a page as shares of their sum; precision and recall averaged over the pages, F1 of the averages.
/// </summary>
public static partial class ShingleScore
{
    private const int Size = 4;

    /// <summary>Shares of one page.</summary>
    /// <param name="Matched">In both.</param>
    /// <param name="Extra">In the prediction only.</param>
    /// <param name="Missed">In the truth only.</param>
    public readonly record struct Shares(double Matched, double Extra, double Missed)
    {
        /// <summary>F1 of the page alone, to find the worst ones.</summary>
        public double F1 => Matched == 0 ? Extra + Missed == 0 ? 1 : 0 : 2 * Matched / (2 * Matched + Extra + Missed);
    }

    /// <summary>Compares one page.</summary>
    public static Shares Of(string truth, string prediction)
    {
        var (expected, found) = (Shingles(truth), Shingles(prediction));
        var (matched, extra, missed) = (0.0, 0.0, 0.0);
        foreach (var (shingle, count) in expected)
        {
            var other = found.GetValueOrDefault(shingle);
            matched += Math.Min(count, other);
            missed += Math.Max(0, count - other);
            extra += Math.Max(0, other - count);
        }

        extra += found.Where(pair => !expected.ContainsKey(pair.Key)).Sum(pair => pair.Value);
        var sum = matched + extra + missed;
        return sum == 0 ? default : new Shares(matched / sum, extra / sum, missed / sum);
    }

    /// <summary>The figures of a set of pages.</summary>
    public static (double F1, double Precision, double Recall) Of(IReadOnlyCollection<Shares> pages)
    {
        var precision = pages.Where(page => page.Matched + page.Extra > 0).Average(page => page.Matched / (page.Matched + page.Extra));
        var recall = pages.Where(page => page.Matched + page.Missed > 0).Average(page => page.Matched / (page.Matched + page.Missed));
        return (2 * precision * recall / (precision + recall), precision, recall);
    }

    private static Dictionary<string, int> Shingles(string text)
    {
        var tokens = Token().Matches(text).Select(match => match.Value).ToArray();
        var shingles = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Max(1, tokens.Length - Size + 1) && tokens.Length > 0; i++)
        {
            var shingle = string.Join(' ', tokens[i..Math.Min(i + Size, tokens.Length)]);
            shingles[shingle] = shingles.GetValueOrDefault(shingle) + 1;
        }

        return shingles;
    }

    // What Python's \w is: letters, numbers of all kinds and the underscore, but no combining marks.
    [GeneratedRegex(@"[\p{L}\p{N}_]+", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
