using System.Text.RegularExpressions;

namespace Sikap.Formats.Wires;

/// <summary>The names in a byline.</summary>
internal static partial class Bylines
{
    // More than anyone signs with; what is longer is no byline.
    private const int MaxChars = 300;

    // What agencies write before the names, in English, Indonesian, German, French, Spanish.
    [GeneratedRegex(@"^(?:by|oleh|von|par|por|reporting by|pewarta|penulis|reporter)\s*:?\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Lead();

    [GeneratedRegex(@"\s*(?:,|;|\band\b|\bdan\b|\bund\b|\bet\b|&)\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Between();

    /// <summary>A byline without what stands before the names; null where there is nothing.</summary>
    public static string? Clean(string? byline)
    {
        var clean = byline is null || byline.Length > MaxChars ? "" : Lead().Replace(byline.Trim().TrimEnd('='), "").Trim();
        return clean.Length == 0 ? null : clean;
    }

    /// <summary>The names of a byline that was cleaned. One part of it may be the name of the agency: a name of a person has two words.</summary>
    public static IReadOnlyList<string> Names(string? byline) =>
        byline is null ? [] : [.. Between().Split(byline).Select(name => name.Trim()).Where(name => name.Contains(' ', StringComparison.Ordinal)).Distinct()];
}
