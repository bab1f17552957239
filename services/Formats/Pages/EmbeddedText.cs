using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sikap.Formats.Pages;

/// <summary>
/// The text of pages that are built in the browser: their HTML has none, and their scripts hold the paragraphs as strings of escaped HTML. The longest run of paragraphs is the article.
/// </summary>
internal static partial class EmbeddedText
{
    // Scripts are as long as the page; data of an article that is longer than this is a whole site's.
    private const int MaxScriptChars = 2 * 1024 * 1024;

    // Between two paragraphs stand images and boxes.
    private const int MaxGap = 3000;

    private const int MaxParagraphChars = 6000;

    private static readonly (string Name, string Close)[] Elements = [("p", "</p>"), ("h2", "</h2>"), ("h3", "</h3>"), ("li", "</li>")];

    /// <summary>HTML of the paragraphs; null where no script has any.</summary>
    public static string? Html(PageTree tree)
    {
        string? best = null;
        foreach (var code in Scripts(tree))
        {
            if (code.Length > 300 && (code.Contains("\\u003cp", StringComparison.OrdinalIgnoreCase) || code.Contains("<p", StringComparison.OrdinalIgnoreCase)))
            {
                // Data of a script inside data of a script is escaped twice.
                var text = Unescape(code);
                text = text.Contains("\\u003cp", StringComparison.OrdinalIgnoreCase) || text.Contains("\\\"", StringComparison.Ordinal) ? Unescape(text) : text;
                var run = LongestRun(text);
                best = run.Length > (best?.Length ?? 0) ? run : best;
            }
        }

        return best;
    }

    /// <summary>The date of publication that the data of scripts names; null where they name none, or several days, as those of related articles.</summary>
    public static Stamp? Published(PageTree tree)
    {
        Stamp? published = null;
        foreach (var code in Scripts(tree))
        {
            foreach (Match match in PublicationMember().Matches(code))
            {
                if (PageDates.Read(match.Groups["value"].ValueSpan, "script." + match.Groups["name"].Value) is not { } stamp)
                {
                    continue;
                }

                if (published is { } known && known.Value.Date != stamp.Value.Date)
                {
                    return null;
                }

                published ??= stamp;
            }
        }

        return published;
    }

    // "publishedAt": "..." and its like; the marks have backslashes where the data is a string of a script.
    [GeneratedRegex("""[{,\s]\\{0,3}["']?(?<name>(?:date_?published|published?_?(?:at|on|date|time)|publication_?date|pub_?date|first_?published(?:_?(?:at|date))?))\\{0,3}["']?\s*:\s*\\{0,3}["']?(?<value>[0-9][0-9A-Za-z :.+/-]{7,39})""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex PublicationMember();

    // One pass: where the next end of each element lies is looked up once, not from every beginning.
    private static string LongestRun(string text)
    {
        var (best, run, end) = ("", new StringBuilder(), 0);
        Span<int> closes = stackalloc int[Elements.Length];
        closes.Fill(-1);
        for (var at = text.IndexOf('<', StringComparison.Ordinal); at >= 0; at = text.IndexOf('<', at))
        {
            var element = OfElement(text.AsSpan(at + 1));
            if (element < 0)
            {
                at++;
                continue;
            }

            var close = Elements[element].Close;
            if (closes[element] >= 0 && closes[element] < at || closes[element] < 0)
            {
                closes[element] = text.IndexOf(close, at, StringComparison.OrdinalIgnoreCase) is var next and >= 0 ? next : int.MaxValue;
            }

            if (closes[element] == int.MaxValue || closes[element] - at > MaxParagraphChars)
            {
                at++;
                continue;
            }

            if (at - end > MaxGap)
            {
                best = run.Length > best.Length ? run.ToString() : best;
                run.Clear();
            }

            end = closes[element] + close.Length;
            run.Append(text, at, end - at);
            at = end;
        }

        return run.Length > best.Length ? run.ToString() : best;
    }

    private static int OfElement(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < Elements.Length; i++)
        {
            var name = Elements[i].Name;
            if (text.StartsWith(name, StringComparison.OrdinalIgnoreCase) && text.Length > name.Length && (text[name.Length] is '>' or ' '))
            {
                return i;
            }
        }

        return -1;
    }

    // The first ones, as far as they are read.
    private static IEnumerable<string> Scripts(PageTree tree)
    {
        var total = 0;
        foreach (var script in tree.Scripts)
        {
            var code = script.TextContent;
            total += code.Length;
            if (total > MaxScriptChars)
            {
                yield break;
            }

            yield return code;
        }
    }

    private static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                plain.Append(text[i]);
                continue;
            }

            i++;
            if (text[i] == 'u' && i + 4 < text.Length && ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                plain.Append((char)unit);
                i += 4;
            }
            else
            {
                plain.Append(text[i] switch { 'n' or 'r' or 't' => ' ', var other => other });
            }
        }

        return plain.ToString();
    }
}
