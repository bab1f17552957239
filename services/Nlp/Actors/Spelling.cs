namespace Sikap.Nlp.Actors;

/// <summary>
/// Compares names as articles spell them: Indonesian names keep the spellings of several times (before 1972 "tj" for "c", "dj" for "j", "oe" for "u") and of Arabic ("kh", "sy", doubled letters), and a reporter's
/// memory takes one for the other within an article.
/// </summary>
internal static class Spelling
{
    /// <summary>Shorter names differ by one letter and are other names ("Rina", "Rini").</summary>
    private const int MinLetters = 5;

    /// <summary>From here on one other consonant is a slip too.</summary>
    private const int MinLettersForConsonants = 8;

    /// <summary>Longest name compared, so that the buffers stay on the stack.</summary>
    private const int MaxLetters = 40;

    /// <summary>The same name by the rules of spelling alone: "Prasetio" and "Prasetyo", "Afifuddin" and "Affifudin".</summary>
    public static bool Variant(string a, string b)
    {
        if (a.Length is < MinLetters or > MaxLetters || b.Length is < MinLetters or > MaxLetters || char.ToUpperInvariant(a[0]) != char.ToUpperInvariant(b[0]))
        {
            return false;
        }

        Span<char> x = stackalloc char[MaxLetters];
        Span<char> y = stackalloc char[MaxLetters];
        return x[..Fold(a, x)].SequenceEqual(y[..Fold(b, y)]);
    }

    /// <summary>A variant, or one letter more, less or other: never the first, and never another last one, which tells women from men ("Putra", "Putri").</summary>
    public static bool Near(string a, string b)
    {
        if (Variant(a, b))
        {
            return true;
        }

        var (shorter, longer) = a.Length <= b.Length ? (a, b) : (b, a);
        if (shorter.Length < MinLetters || longer.Length - shorter.Length > 1 || char.ToUpperInvariant(a[0]) != char.ToUpperInvariant(b[0]))
        {
            return false;
        }

        var at = 0;
        while (at < shorter.Length && char.ToLowerInvariant(shorter[at]) == char.ToLowerInvariant(longer[at]))
        {
            at++;
        }

        if (shorter.Length < longer.Length)
        {
            return at < shorter.Length && longer.AsSpan(at + 1).Equals(shorter.AsSpan(at), StringComparison.OrdinalIgnoreCase);
        }

        return at < shorter.Length - 1 && longer.AsSpan(at + 1).Equals(shorter.AsSpan(at + 1), StringComparison.OrdinalIgnoreCase)
            && (shorter.Length >= MinLettersForConsonants || (IsVowel(shorter[at]) && IsVowel(longer[at])));
    }

    private static bool IsVowel(char letter) => char.ToLowerInvariant(letter) is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';

    private static int Fold(string name, Span<char> folded)
    {
        var length = 0;
        for (var i = 0; i < name.Length; i++)
        {
            var letter = char.ToLowerInvariant(name[i]);
            var next = i + 1 < name.Length ? char.ToLowerInvariant(name[i + 1]) : '\0';
            var (one, skip) = (letter, next) switch
            {
                ('t', 'j') => ('c', 1),
                ('d', 'j') => ('j', 1),
                ('o', 'e') => ('u', 1),
                ('s', 'y') or ('s', 'j') or ('s', 'h') => ('s', 1),
                ('k', 'h') or ('c', 'h') => ('h', 1),
                ('d', 'h') => ('d', 1),
                ('t', 'h') => ('t', 1),
                ('p', 'h') => ('f', 1),
                ('v', _) => ('f', 0),
                ('y', _) => ('i', 0),
                ('q', _) => ('k', 0),
                ('d', '\0') => ('t', 0),
                _ => (letter, 0),
            };
            i += skip;
            if (length == 0 || folded[length - 1] != one)
            {
                folded[length++] = one;
            }
        }

        return length;
    }
}
