using System.Buffers;
using System.Collections.Frozen;

namespace Sikap.Formats.Pages;

/// <summary>Recognises paragraphs that promote something instead of telling the story, by how they begin (<c>promotions.txt</c>).</summary>
internal static class Promotions
{
    private enum How : byte
    {
        All,
        Start,
        Opens,
        Short,
        Lead,
        Tail,
        Ask,
        Channel,
        Box,
        Ends,
        Pages,
    }

    // The phrases by their first two characters, so that a paragraph is compared with few of them.
    private static readonly Dictionary<(char, char), List<(How How, string Text)>> Table = Load();

    // Where readers are asked to follow; both by all texts of the table, in one search.
    private static readonly SearchValues<string> Channels = SearchValues.Create([.. Phrases(How.Channel)], StringComparison.OrdinalIgnoreCase);

    private static readonly string[] Endings = [.. Phrases(How.Ends)];

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> PageWords = Phrases(How.Pages).ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    // "Skip what is most read and continue reading"; "Halaman : 1 2 3 Semua Halaman".
    private const int MaxEndingChars = 120;
    private const int MaxPageLineChars = 60;

    // An invitation is a sentence or three.
    private const int MaxInvitationChars = 420;

    private static readonly SearchValues<char> SentenceMarks = SearchValues.Create(".!?:\u00BF\u00A1");
    private static readonly SearchValues<char> Quotes = SearchValues.Create("\"“”„«»'‘’");

    // A promoted headline with what stands before it is rarely longer.
    private const int MaxStartChars = 220;

    // "Scroll to continue" "with content"; "Stand:" and a date.
    private const int MaxShortRest = 40;

    private static readonly SearchValues<char> Around = SearchValues.Create(" \t-–—*•·.:|[]()<>»«›‹▶►→▼#\"“”'’_=+~■◆●▲>/");

    /// <summary>True for a paragraph that is no part of the article.</summary>
    /// <param name="text">The paragraph.</param>
    /// <param name="linkDensity">Share of its characters in links.</param>
    public static bool IsPromotion(ReadOnlySpan<char> text, double linkDensity)
    {
        var trimmed = Trim(text);
        if (trimmed.IsEmpty)
        {
            return true;
        }

        // Brackets may be part of the phrase ("[gambas:video]").
        return Matches(trimmed, text, linkDensity) || trimmed.Length != text.Length && Matches(text, text, linkDensity) || IsInvitation(text) || IsEnding(trimmed) || IsPageLine(text);
    }

    private static bool IsEnding(ReadOnlySpan<char> text)
    {
        foreach (var ending in Endings)
        {
            if (text.Length <= MaxEndingChars && text.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // Numbers and words for pages, at least one of each: "2 dari 4 halaman", "Page 1/3".
    private static bool IsPageLine(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxPageLineChars || text.IndexOfAnyInRange('0', '9') < 0)
        {
            return false;
        }

        var words = 0;
        foreach (var range in text.SplitAny(" \u00A0/:|.,-–()[]>»›"))
        {
            var word = text[range];
            if (!word.IsEmpty && word.ContainsAnyExceptInRange('0', '9'))
            {
                if (!PageWords.Contains(word))
                {
                    return false;
                }

                words++;
            }
        }

        return words > 0;
    }

    // Asks readers, at the beginning of a sentence, to follow the outlet somewhere.
    private static bool IsInvitation(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxInvitationChars || text.IndexOfAny(Channels) < 0)
        {
            return false;
        }

        for (var rest = text; !rest.IsEmpty;)
        {
            var sentence = Trim(rest);
            if (Of(sentence) is { } phrases)
            {
                foreach (var (how, phrase) in phrases)
                {
                    if (how == How.Ask && sentence.StartsWith(phrase, StringComparison.OrdinalIgnoreCase) && (sentence.Length == phrase.Length || !char.IsLetter(sentence[phrase.Length])))
                    {
                        return true;
                    }
                }
            }

            var mark = rest.IndexOfAny(SentenceMarks);
            rest = mark < 0 ? [] : rest[(mark + 1)..];
        }

        return false;
    }

    /// <summary>True for a heading or short line that begins the lists after an article.</summary>
    public static bool IsTail(ReadOnlySpan<char> text) => Is(How.Tail, text);

    /// <summary>True for a line that heads a summary made by a machine.</summary>
    public static bool IsBox(ReadOnlySpan<char> text) => Is(How.Box, text);

    private static bool Is(How kind, ReadOnlySpan<char> text)
    {
        const int maxChars = 60;
        if (text.Length >= maxChars || Trim(text) is not { Length: > 1 } trimmed || Of(trimmed) is not { } phrases)
        {
            return false;
        }

        foreach (var (how, phrase) in phrases)
        {
            if (how == kind && trimmed.Equals(phrase, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> full, double linkDensity)
    {
        if (Of(text) is not { } phrases)
        {
            return false;
        }

        foreach (var (how, phrase) in phrases)
        {
            if (!text.StartsWith(phrase, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var rest = text[phrase.Length..];
            // "Related" does not begin "Relatedness": a phrase ends where a word does, unless it ends within one on purpose.
            var next = rest.IsEmpty ? ' ' : rest[0];
            var mark = rest.TrimStart() is [var first, ..] ? first : ' ';
            switch (how)
            {
                case How.Lead:
                    return true;
                case How.All when rest.IsEmpty || Trim(rest).IsEmpty:
                    return true;
                // What somebody says begins with a quotation mark.
                case How.Opens when full.Length <= MaxStartChars && !char.IsLetter(next) && !Quotes.Contains(full[0]):
                    return true;
                case How.Short when full.Length <= phrase.Length + MaxShortRest && !char.IsLetter(next):
                    return true;
                case How.Start when full.Length <= MaxStartChars && !char.IsLetter(next) && (linkDensity > 0.3 || mark is ':' or '：' or '»' or '>' or '—' or '–' or '|' || phrase[^1] == ':' || Trim(rest).IsEmpty):
                    return true;
            }
        }

        return false;
    }

    private static List<(How How, string Text)>? Of(ReadOnlySpan<char> text) =>
        text.Length < 2 ? null : Table.GetValueOrDefault((char.ToLowerInvariant(text[0]), char.ToLowerInvariant(text[1])));

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        var first = text.IndexOfAnyExcept(Around);
        return first < 0 ? [] : text[first..(text.LastIndexOfAnyExcept(Around) + 1)];
    }

    private static IEnumerable<string> Phrases(How how) => Table.Values.SelectMany(phrases => phrases).Where(phrase => phrase.How == how).Select(phrase => phrase.Text);

    private static Dictionary<(char, char), List<(How How, string Text)>> Load()
    {
        var table = new Dictionary<(char, char), List<(How, string)>>();
        foreach (var (number, fields) in PageTables.Lines("promotions.txt"))
        {
            if (fields.Length < 2 || !Enum.TryParse<How>(fields[0], ignoreCase: true, out var how))
            {
                throw new InvalidDataException($"promotions.txt line {number}: HOW TEXT expected");
            }

            var text = string.Join(' ', fields[1..]);
            if (text.Length < 2)
            {
                throw new InvalidDataException($"promotions.txt line {number}: at least two characters expected");
            }

            var key = (char.ToLowerInvariant(text[0]), char.ToLowerInvariant(text[1]));
            if (!table.TryGetValue(key, out var phrases))
            {
                table[key] = phrases = [];
            }

            phrases.Add((how, text));
        }

        return table;
    }
}
