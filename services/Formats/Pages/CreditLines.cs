using System.Buffers;
using System.Collections.Frozen;

namespace Sikap.Formats.Pages;

/// <summary>Recognises the lines around a text that say where it comes from or who worked on it (<c>credit-openings.txt</c>): no part of the story, but its source hangs on them.</summary>
internal static class CreditLines
{
    // A line of credits names an outlet or a few people.
    private const int MaxChars = 160;
    private const int MaxLabelChars = 40;

    // Agencies and initials in brackets: "(Reuters/ANTARA)".
    private const int MaxBracketChars = 60;

    private static readonly SearchValues<char> Alphanumeric = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    private static readonly SearchValues<char> NoName = SearchValues.Create("()[]!?");
    private static readonly SearchValues<char> NoCredit = SearchValues.Create("()[].!?");
    private static readonly FrozenSet<string> Labels = Of("label");
    private static readonly string[] Starts = [.. Of("start")];
    private static readonly string[] Notices = [.. Of("notice")];
    private static readonly string[] Ends = [.. Of("end")];

    // A notice gives the headline and often the address under which the article appeared first.
    private const int MaxNoticeChars = 400;

    /// <summary>True for such a line.</summary>
    public static bool IsCredit(ReadOnlySpan<char> text)
    {
        if (IsNotice(text))
        {
            return true;
        }

        text = text.Trim(" \t\u00A0*•·–—-");
        if (text.Length is < 4 or > MaxChars)
        {
            return false;
        }

        if (Begins(text, Starts))
        {
            return true;
        }

        if ((text[0], text[^1]) is ('(', ')') or ('[', ']') && text.Length <= MaxBracketChars)
        {
            return char.IsLetter(text[1]) && (text[1..^1].IndexOfAny(NoCredit) < 0 || text.Contains('/') && !text.Contains(". ", StringComparison.Ordinal) && !text[1..^1].ContainsAny(NoName));
        }

        var colon = text.IndexOf(':');
        if (colon is < 1 or > MaxLabelChars || text[(colon + 1)..].Trim().IsEmpty)
        {
            return false;
        }

        var label = text[..colon];
        var end = label.IndexOfAny(" /&,");
        return Labels.GetAlternateLookup<ReadOnlySpan<char>>().Contains(end < 0 ? label : label[..end]);
    }

    /// <summary>True for a line that says where the article appeared first, or who helped to write it: in no place is it part of the story.</summary>
    public static bool IsNotice(ReadOnlySpan<char> text)
    {
        text = text.Trim(" \t\u00A0*•·–—-.");
        if (text.Length > MaxNoticeChars)
        {
            return false;
        }

        foreach (var end in Ends)
        {
            if (text.Length <= MaxChars && text.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return Begins(text, Notices);
    }

    private static bool Begins(ReadOnlySpan<char> text, string[] openings)
    {
        foreach (var opening in openings)
        {
            if (text.StartsWith(opening, StringComparison.OrdinalIgnoreCase) && text.Length > opening.Length && !char.IsLetter(text[opening.Length]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for the initials of authors and editors, alone in brackets: "(abc/def)", "[ian]", "(Ant/E-3)". They stand behind the text, or behind each of its pages.</summary>
    public static bool IsInitials(ReadOnlySpan<char> text)
    {
        const int maxChars = 24;
        const int maxAlone = 4;
        const int maxBesideOthers = 8;
        if (text.Length is < 3 or > maxChars || (text[0], text[^1]) is not (('(', ')') or ('[', ']')))
        {
            return false;
        }

        var inner = text[1..^1];
        var several = inner.Contains('/');
        foreach (var range in inner.SplitAny('/', '-'))
        {
            var part = inner[range];
            if (part.IsEmpty || part.Length > (several ? maxBesideOthers : maxAlone) || part.ContainsAnyExcept(Alphanumeric))
            {
                return false;
            }
        }

        return char.IsLetter(inner[0]);
    }

    /// <summary>The credits of a line, each by itself: breaks between them are blanks in a paragraph ("Pewarta: Rini Editor: Budi").</summary>
    public static IEnumerable<string> Split(string line)
    {
        // The outlet's own line may run on from the last name.
        var copyright = line.IndexOf("copyright", StringComparison.OrdinalIgnoreCase);
        line = copyright > 0 ? line[..copyright].TrimEnd() : line;
        var from = 0;
        for (var blank = line.IndexOf(' ', StringComparison.Ordinal); blank >= 0; blank = line.IndexOf(' ', blank + 1))
        {
            var word = line.AsSpan(blank + 1);
            var end = word.IndexOfAny(" :/");
            if (end > 0 && word[end] != '/' && Labels.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word[..end]) && char.IsUpper(word[0]) && word[end..].TrimStart() is [':', ..])
            {
                yield return line[from..blank].TrimEnd(' ', '|', '/', ',', ';');
                from = blank + 1;
            }
        }

        yield return line[from..];
    }

    private static FrozenSet<string> Of(string kind) =>
        PageTables.Lines("credit-openings.txt").Where(line => line.Fields[0] == kind).Select(line => string.Join(' ', line.Fields[1..])).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
