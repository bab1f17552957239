namespace Sikap.Nlp.Languages;

/// <summary>What the model looks at in a word: the word, and its groups of two to four letters with the bounds of the word as letters. Training and reading share it.</summary>
internal static class LanguageFeatures
{
    /// <summary>A longer run of letters is no word; its letters are not looked at.</summary>
    public const int MaxWord = 32;

    /// <summary>Longest group of letters.</summary>
    public const int MaxGroup = 4;

    /// <summary>Stands for the bounds of a word in groups of letters.</summary>
    public const char Bound = ' ';

    /// <summary>Beginning of a word's hash.</summary>
    public const uint Seed = 2166136261;

    /// <summary>The hash with one more letter.</summary>
    public static uint Add(uint hash, char letter) => (hash ^ letter) * 16777619;

    /// <summary>The hash when the word is over; never 0.</summary>
    public static uint Finish(uint hash)
    {
        hash ^= hash >> 15;
        hash *= 0x85EBCA6B;
        hash ^= hash >> 13;
        return hash == 0 ? 1 : hash;
    }

    /// <summary>Hash of a word in small letters.</summary>
    public static uint Word(ReadOnlySpan<char> word)
    {
        var hash = Seed;
        foreach (var letter in word)
        {
            hash = Add(hash, letter);
        }

        return Finish(hash);
    }

    /// <summary>Hash of the <paramref name="count"/> letters, at most four, that end at <paramref name="last"/>; never 0.</summary>
    public static uint Letters(ReadOnlySpan<char> letters, int last, int count)
    {
        ulong packed = 0;
        for (var i = last - count + 1; i <= last; i++)
        {
            packed = (packed << 16) | letters[i];
        }

        var hash = (uint)((packed * 0x9E3779B97F4A7C15) >> 32);
        return hash == 0 ? 1 : hash;
    }

    /// <summary>A letter in the form the model knows: small, the curly apostrophe straight.</summary>
    public static char Fold(char c) => c switch
    {
        >= 'A' and <= 'Z' => (char)(c | 0x20),
        < (char)0x80 => c,
        '’' or 'ʼ' or '‘' => '\'',
        _ => char.ToLowerInvariant(c),
    };

    /// <summary>Latin letters and the marks set upon them.</summary>
    public static bool IsLatin(char c) => c < 0x80 ? (uint)((c | 0x20) - 'a') < 26 : c is (>= '\u00c0' and <= '\u024f' and not ('×' or '÷')) or (>= '\u1e00' and <= '\u1eff') or (>= '\u0300' and <= '\u036f');

    /// <summary>
    /// Reads the word that begins with the Latin letter at <paramref name="at"/>: letters, and apostrophes between them. Its small letters go to <paramref name="word"/> behind a first character,
    /// as far as <see cref="MaxWord"/>.
    /// </summary>
    /// <returns>Its length, greater than <see cref="MaxWord"/> for what is no word; <paramref name="at"/> is behind it.</returns>
    public static int ReadWord(string text, ref int at, int end, Span<char> word, out uint hash)
    {
        var length = 0;
        hash = Seed;
        for (; at < end; at++)
        {
            var c = text[at];
            var small = (char)(c | 0x20);
            if (small is < 'a' or > 'z')
            {
                if (!IsLatin(c) && !(c is '\'' or '’' or 'ʼ' && at + 1 < end && IsLatin(text[at + 1])))
                {
                    break;
                }

                small = Fold(c);
            }

            hash = Add(hash, small);
            if (length < MaxWord)
            {
                word[length + 1] = small;
            }

            length++;
        }

        hash = Finish(hash);
        return length;
    }

    /// <summary>The words of a text in small letters.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        Span<char> word = stackalloc char[MaxWord + 2];
        var at = 0;
        while (at < text.Length)
        {
            if (!IsLatin(text[at]))
            {
                at++;
            }
            else if (ReadWord(text, ref at, text.Length, word, out _) is <= MaxWord and var length)
            {
                words.Add(new(word.Slice(1, length)));
            }
        }

        return words;
    }
}
