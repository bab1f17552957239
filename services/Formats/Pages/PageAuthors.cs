using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Sikap.Formats.Pages;

/// <summary>Cuts what pages give as author into names.</summary>
internal static partial class PageAuthors
{
    private static readonly char[] Digits = [.. "0123456789"];

    // What systems call whoever wrote nothing in, and degrees behind a comma.
    private static readonly FrozenSet<string> NoNames = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "admin", "administrator", "author", "no author", "webmaster", "undefined", "null", "phd", "ph.d", "md", "m.d", "jr", "sr");

    /// <summary>Whether <paramref name="text"/> has the form of a person's name: two to five words, all but small ones with a capital.</summary>
    public static bool IsName(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length is >= 2 and <= 5 && char.IsUpper(words[0][0]) && char.IsUpper(words[^1][0]) && words.All(word => char.IsUpper(word[0]) || word.Length <= 4 && word.All(char.IsLower)) && text.All(c => char.IsLetter(c) || c is ' ' or '.' or '\'' or '’' or '-');
    }

    /// <summary>The names in <paramref name="text"/>: without "By", without addresses and roles, parted at commas and words for "and".</summary>
    public static IEnumerable<string> Split(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > 300 || text.Contains("://", StringComparison.Ordinal) || text.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
        {
            yield break;
        }

        foreach (var part in Separators().Split(Opening().Replace(System.Net.WebUtility.HtmlDecode(text).Trim(), "")))
        {
            // Who edited or took the pictures is named beside the authors, with a label.
            if (part.Contains(':', StringComparison.Ordinal) && CreditLines.IsCredit(part))
            {
                continue;
            }

            var whole = Remark().Replace(part, "");
            var name = Tail().Replace(whole, "").Trim(' ', '\t', '\n', '\r', '\u00A0', '-', '–', '|', ':', ';', '.', ',');
            if (name.Length < whole.Length && name.LastIndexOf(' ') is var last and > 0 && PageDates.IsMonth(name[(last + 1)..]))
            {
                name = name[..last];
            }

            // A number is an account, a date or a time, a name without a letter none at all.
            if (name.Length > 1 && char.IsAsciiDigit(name[0]) && !char.IsLetter(name.TrimStart(Digits) is [var next, ..] ? next : ' '))
            {
                continue;
            }

            if (name.Length is >= 2 and <= 80 && !name.Contains('@', StringComparison.Ordinal) && name.Any(char.IsLetter) && name[0] != '(' && name[^1] is not ('→' or '»' or '›') && !NoNames.Contains(name) && !PageDates.IsMonth(name))
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

    // What begins with a digit is a date, a time or a count; what is behind a dash, an outlet.
    [GeneratedRegex(@"\s+[-–—|•·]\s+.*$|(?:\s+(?:le|am|on|el|il|op|pada|published|posted|updated))?\s+[0-9].*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex Tail();

    [GeneratedRegex(@"^(?:(?:written |reported |posted |view all posts |all posts |posts )?by|(?:ditulis |dilaporkan )?oleh|penulis|reporter|laporan(?:\s+(?:wartawan|reporter|jurnalis|kontributor)(?:\s+\S+\.\p{L}+,?)?)?|pewarta|von|par|por|door|di|av|af|autor|auteur|text|автор|著者|記者)(?:\s*:\s*|\s+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Opening();

    [GeneratedRegex(@"\s*[,;|/]\s+|\s*;\s*|\s+(?:and|dan|und|et|y|e|en|och|og|&|i|и|та|ve)\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Separators();
}
