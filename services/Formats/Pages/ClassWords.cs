using System.Collections.Frozen;

namespace Sikap.Formats.Pages;

/// <summary>What the name of an element says about it.</summary>
internal enum NameVerdict : byte
{
    None,
    Drop,
    Never,
    Body,
    Lead,
    Caption,
    Byline,
    Pager,
}

/// <summary>The vocabulary of class and id attributes (<c>class-words.txt</c>).</summary>
internal static class ClassWords
{
    // Longer attributes are generated; their first names say what there is to say.
    private const int MaxChars = 400;

    // Before other words these say that they are about the neighbours of the element or its parts: "has-post-thumbnail", "no-comments", "label-hidden". "is" speaks of a state of its own, in one word.
    private static readonly FrozenSet<string> States = FrozenSet.Create("has", "no", "not", "with", "without", "hide", "enable", "disable", "can", "label");

    // What stands in the table for a whole name.
    private const char WholeName = '=';

    private const string PostPrefix = "post-";

    private static readonly FrozenDictionary<string, NameVerdict> Table = LoadTable();

    private static readonly FrozenDictionary<string, NameVerdict>.AlternateLookup<ReadOnlySpan<char>> Lookup = Table.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> StateLookup = States.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// What a class or id attribute says. The text's names win over those of parts, since templates name the parts of a text after it and the other way round
    /// ("article-body article-body--with-related"). Behind the number of a WordPress post stand its terms ("post-12 hentry category-video tag-cookies"): what the article is about, not what the element is.
    /// </summary>
    public static NameVerdict Of(string? names)
    {
        if (string.IsNullOrEmpty(names))
        {
            return NameVerdict.None;
        }

        Span<char> lower = stackalloc char[MaxChars * 2];
        Span<Range> words = stackalloc Range[64];
        var verdict = NameVerdict.None;
        foreach (var range in names.AsSpan(0, Math.Min(names.Length, MaxChars)).SplitAny(' ', '\t', '\n'))
        {
            var name = names.AsSpan(range);
            // Utility classes ("md:hidden", "w-[20px]") speak of layout.
            if (name.Length is < 2 or > 100 || name.IndexOfAny(":[/") >= 0)
            {
                continue;
            }

            if (IsPostNumber(name))
            {
                return verdict == NameVerdict.None && names.Contains("hentry", StringComparison.Ordinal) ? NameVerdict.Body : verdict;
            }

            var of = OfName(name, lower, words);
            if (of == NameVerdict.Never || of == NameVerdict.Drop && verdict is not (NameVerdict.Body or NameVerdict.Never) || of != NameVerdict.None && verdict == NameVerdict.None
                || of == NameVerdict.Body && verdict is not (NameVerdict.Drop or NameVerdict.Never))
            {
                verdict = of;
            }
        }

        return verdict;
    }

    private static bool IsPostNumber(ReadOnlySpan<char> name) =>
        name.StartsWith(PostPrefix) && name.Length > PostPrefix.Length && !name[PostPrefix.Length..].ContainsAnyExceptInRange('0', '9');

    private static NameVerdict OfName(ReadOnlySpan<char> name, Span<char> lower, Span<Range> words)
    {
        // The words, joined by '+' in one buffer, so that a sequence of words is a slice of it; before them the mark of whole names.
        lower[0] = WholeName;
        var (length, count, start) = (1, 0, 1);
        for (var i = 0; i <= name.Length; i++)
        {
            var c = i < name.Length ? name[i] : '-';
            var part = !char.IsLetter(c);
            var rise = !part && i > 0 && char.IsUpper(c) && (char.IsLower(name[i - 1]) || i + 1 < name.Length && char.IsLower(name[i + 1]) && char.IsUpper(name[i - 1]));
            if ((part || rise) && length > start)
            {
                if (count == words.Length)
                {
                    break;
                }

                words[count++] = start..length;
                lower[length++] = '+';
                start = length;
            }

            if (!part)
            {
                lower[length++] = char.ToLowerInvariant(c);
            }
        }

        if (count > 0 && Lookup.TryGetValue(lower[..words[count - 1].End.Value], out var whole))
        {
            return whole;
        }

        var best = NameVerdict.None;
        for (var i = 0; i < count; i++)
        {
            if (i > 0 && StateLookup.Contains(lower[words[i - 1]]))
            {
                break;
            }

            var shortest = i > 0 && lower[words[i - 1]] is "is" ? i + 1 : i;
            for (var last = Math.Min(count - 1, i + 2); last >= shortest; last--)
            {
                if (Lookup.TryGetValue(lower[words[i].Start.Value..words[last].End.Value], out var verdict))
                {
                    // "article-body__related" is the related part of a body.
                    best = verdict == NameVerdict.Never || verdict == NameVerdict.Drop && best != NameVerdict.Never || best == NameVerdict.None || best == NameVerdict.Body ? verdict : best;
                    i = last;
                    break;
                }
            }
        }

        return best;
    }

    private static FrozenDictionary<string, NameVerdict> LoadTable()
    {
        var table = new Dictionary<string, NameVerdict>(StringComparer.Ordinal);
        foreach (var (number, fields) in PageTables.Lines("class-words.txt"))
        {
            if (fields.Length != 2 || !Enum.TryParse<NameVerdict>(fields[1], ignoreCase: true, out var verdict))
            {
                throw new InvalidDataException($"class-words.txt line {number}: WORD VERDICT expected");
            }

            table[fields[0]] = verdict;
        }

        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
