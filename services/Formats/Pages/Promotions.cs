namespace Sikap.Formats.Pages;

/// <summary>Recognises paragraphs that promote something instead of telling the story, by how they begin (<c>promotions.txt</c>).</summary>
internal static class Promotions
{
    private enum How : byte
    {
        All,
        Start,
        Short,
        Lead,
        Tail,
    }

    // The phrases by their first two characters, so that a paragraph is compared with few of them.
    private static readonly Dictionary<(char, char), List<(How How, string Text)>> Table = Load();

    // A promoted headline with what stands before it is rarely longer.
    private const int MaxStartChars = 220;

    // "Scroll to continue" "with content"; "Stand:" and a date.
    private const int MaxShortRest = 40;

    private static readonly System.Buffers.SearchValues<char> Around = System.Buffers.SearchValues.Create(" \t-–—*•·.:|[]()<>»«›‹▶►→▼#\"“”'’_=+~■◆●▲>/");

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
        return Matches(trimmed, text.Length, linkDensity) || trimmed.Length != text.Length && Matches(text, text.Length, linkDensity);
    }

    /// <summary>True for a heading or short line that begins the lists after an article.</summary>
    public static bool IsTail(ReadOnlySpan<char> text)
    {
        var trimmed = Trim(text);
        return trimmed.Length is > 1 and < 60 && Of(trimmed) is { } phrases && Contains(phrases, trimmed);

        static bool Contains(List<(How How, string Text)> phrases, ReadOnlySpan<char> trimmed)
        {
            foreach (var (how, phrase) in phrases)
            {
                if (how == How.Tail && trimmed.Equals(phrase, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static bool Matches(ReadOnlySpan<char> text, int fullLength, double linkDensity)
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
            switch (how)
            {
                case How.Lead:
                    return true;
                case How.All when rest.IsEmpty || Trim(rest).IsEmpty:
                    return true;
                case How.Short when fullLength <= phrase.Length + MaxShortRest && !char.IsLetter(next):
                    return true;
                case How.Start when fullLength <= MaxStartChars && !char.IsLetter(next) && (linkDensity > 0.3 || next is ':' or '：' or '»' or '>' or '—' or '–' or '|' || phrase[^1] == ':' || Trim(rest).IsEmpty):
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
