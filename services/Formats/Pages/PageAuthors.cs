using System.Text.RegularExpressions;

namespace Sikap.Formats.Pages;

/// <summary>Cuts what pages give as author into names.</summary>
internal static partial class PageAuthors
{
    /// <summary>The names in <paramref name="text"/>: without "By", without addresses and roles, parted at commas and words for "and".</summary>
    public static IEnumerable<string> Split(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > 300 || text.Contains("://", StringComparison.Ordinal) || text.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
        {
            yield break;
        }

        foreach (var part in Separators().Split(Opening().Replace(System.Net.WebUtility.HtmlDecode(text).Trim(), "")))
        {
            var name = Remark().Replace(part, "").Trim(' ', '\t', '\n', '\r', '\u00A0', '-', '–', '|', ':', ';', '.', ',');
            // A number is an account, a name without a letter none at all.
            if (name.Length is >= 2 and <= 80 && !name.Contains('@', StringComparison.Ordinal) && name.Any(char.IsLetter) && name[0] != '(')
            {
                yield return name;
            }
        }
    }

    /// <summary>The text after an opening that names an author ("By ", "Oleh: "); null where there is none.</summary>
    public static string? AfterOpening(string text) => Opening().Match(text) is { Success: true, Length: > 0 } opening ? text[opening.Length..] : null;

    // Initials or a place in brackets behind a name; the word for reporter behind a Korean one.
    [GeneratedRegex(@"\s*\([^()]{1,40}\)\s*$|\s*기자$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Remark();

    [GeneratedRegex(@"^(?:(?:written |reported |posted )?by|oleh|penulis|reporter|laporan|pewarta|von|par|por|door|di|av|af|autor|auteur|text|автор|著者|記者)(?:\s*:\s*|\s+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Opening();

    [GeneratedRegex(@"\s*[,;|/]\s+|\s*;\s*|\s+(?:and|dan|und|et|y|e|en|och|og|&|i|и|та|ve)\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Separators();
}
