using System.Runtime.CompilerServices;

namespace Sikap.Nlp.Languages;

/// <summary>Letters of a text by script, the Latin ones apart.</summary>
internal struct ScriptCount
{
    public Counts ByScript;

    /// <summary>Letters in all.</summary>
    public int Letters;

    [InlineArray(Scripts.Count)]
    internal struct Counts
    {
        private int _first;
    }

    public void Add(in ScriptCount other)
    {
        if (other.Letters == 0)
        {
            return;
        }

        Letters += other.Letters;
        for (var i = 0; i < Scripts.Count; i++)
        {
            ByScript[i] += other.ByScript[i];
        }
    }

    /// <summary>The language that most letters speak for; <c>und</c> for a script that many share.</summary>
    public readonly string Language => Scripts.LanguageOf(this);
}

/// <summary>Writing systems that tell the language by themselves, or by letters that only one language has.</summary>
internal static class Scripts
{
    // In the order of the blocks below. A language may have several: letters that mark it come first in its script.
    private const int Greek = 0, Cyrillic = 1, Ukrainian = 2, Russian = 3, OtherCyrillic = 4, Armenian = 5, Hebrew = 6, Arabic = 7, Persian = 8, Urdu = 9, Devanagari = 10, Bengali = 11, Tamil = 12, Thai = 13, Lao = 14,
        Burmese = 15, Georgian = 16, Hangul = 17, Khmer = 18, Kana = 19, Han = 20, Javanese = 21, Sundanese = 22, Balinese = 23, Malay = 24, Else = 25;

    /// <summary>Kinds of letters told apart.</summary>
    public const int Count = 26;

    private static readonly string[] Languages =
        ["el", "und", "uk", "ru", "und", "hy", "he", "ar", "fa", "ur", "hi", "bn", "ta", "th", "lo", "my", "ka", "ko", "km", "ja", "zh", "jv", "su", "ban", "ms", "und"];

    /// <summary>Counts a character; false when it is no letter of a script.</summary>
    public static bool Add(ref ScriptCount count, char c)
    {
        var script = Of(c);
        if (script < 0)
        {
            return false;
        }

        count.ByScript[script]++;
        count.Letters++;
        return true;
    }

    private static int Of(char c) => c switch
    {
        < '\u0400' => char.IsLetter(c) ? Greek : -1,
        < '\u0530' => c switch
        {
            'і' or 'ї' or 'є' or 'ґ' or 'І' or 'Ї' or 'Є' or 'Ґ' => Ukrainian,
            'ы' or 'э' or 'ё' or 'Ы' or 'Э' or 'Ё' => Russian,
            'ј' or 'љ' or 'њ' or 'ћ' or 'ђ' or 'џ' or 'ѓ' or 'ќ' or 'ѕ' or 'ў' or (>= '\u0490' and not ('ґ' or 'Ґ')) => OtherCyrillic,
            _ => char.IsLetter(c) ? Cyrillic : -1,
        },
        < '\u0590' => char.IsLetter(c) ? Armenian : -1,
        < '\u0600' => char.IsLetter(c) ? Hebrew : -1,
        < '\u0780' => c switch
        {
            // Jawi, the Arabic script of Malay.
            'ڠ' or 'ڽ' or 'ڤ' or 'ݢ' or 'ۏ' => Malay,
            'ٹ' or 'ڈ' or 'ڑ' or 'ں' or 'ے' or 'ھ' => Urdu,
            'پ' or 'گ' or 'ژ' => Persian,
            _ => char.IsLetter(c) ? Arabic : -1,
        },
        >= '\u0900' and < '\u0980' => char.IsLetter(c) ? Devanagari : -1,
        >= '\u0980' and < '\u0a00' => char.IsLetter(c) ? Bengali : -1,
        >= '\u0b80' and < '\u0c00' => char.IsLetter(c) ? Tamil : -1,
        >= '\u0e00' and < '\u0e80' => char.IsLetter(c) ? Thai : -1,
        >= '\u0e80' and < '\u0f00' => char.IsLetter(c) ? Lao : -1,
        >= '\u1000' and < '\u10a0' => char.IsLetter(c) ? Burmese : -1,
        >= '\u10a0' and < '\u1100' => char.IsLetter(c) ? Georgian : -1,
        >= '\u1100' and < '\u1200' => Hangul,
        >= '\u1780' and < '\u1800' => char.IsLetter(c) ? Khmer : -1,
        >= '\u1b00' and < '\u1b80' => char.IsLetter(c) ? Balinese : -1,
        >= '\u1b80' and < '\u1bc0' => char.IsLetter(c) ? Sundanese : -1,
        >= '\u2000' and < '\u2c00' => -1,
        >= '\u3040' and < '\u3100' => char.IsLetter(c) ? Kana : -1,
        >= '\u3400' and < '\ua000' => Han,
        >= '\ua980' and < '\ua9e0' => char.IsLetter(c) ? Javanese : -1,
        >= '\uac00' and < '\ud7b0' => Hangul,
        _ => char.IsLetter(c) ? Else : -1,
    };

    /// <summary>The language that most letters speak for.</summary>
    public static string LanguageOf(in ScriptCount count)
    {
        // Japanese has more Chinese characters than its own; Persian, Urdu and Jawi share most letters with Arabic, Russian and Ukrainian with each other.
        Span<int> scripts = stackalloc int[Count];
        for (var i = 0; i < Count; i++)
        {
            scripts[i] = count.ByScript[i];
        }

        if (scripts[Kana] * 20 >= scripts[Han])
        {
            Join(scripts, Kana, Han);
        }

        var arabic = scripts[Urdu] * 30 >= scripts[Arabic] && scripts[Urdu] > 0 ? Urdu : scripts[Malay] * 40 >= scripts[Arabic] && scripts[Malay] > 0 ? Malay
            : scripts[Persian] * 60 >= scripts[Arabic] && scripts[Persian] > 0 ? Persian : Arabic;
        Join(scripts, arabic, Arabic, Persian, Urdu, Malay);
        var cyrillic = scripts[OtherCyrillic] * 60 > scripts[Cyrillic] ? OtherCyrillic : scripts[Ukrainian] > scripts[Russian] ? Ukrainian : scripts[Russian] * 200 >= scripts[Cyrillic] && scripts[Russian] > 0 ? Russian : Cyrillic;
        Join(scripts, cyrillic, Cyrillic, Ukrainian, Russian, OtherCyrillic);
        var best = 0;
        for (var i = 1; i < Count; i++)
        {
            best = scripts[i] > scripts[best] ? i : best;
        }

        return Languages[best];
    }

    private static void Join(Span<int> scripts, int into, params ReadOnlySpan<int> from)
    {
        var sum = 0;
        foreach (var script in from)
        {
            sum += scripts[script];
            scripts[script] = 0;
        }

        scripts[into] += sum;
    }
}
