namespace Sikap.Nlp.Stances;

/// <summary>How a word is built around its root; tells verbs from nouns and active from passive.</summary>
[Flags]
internal enum WordForm
{
    None = 0,
    Bare = 1,
    Active = 2,
    Passive = 4,
    Stative = 8,
    Noun = 16,
    Agent = 32,
    Middle = 64,
    Verb = Bare | Active | Middle | Passive | Stative,
    Any = Verb | Noun | Agent,
}

/// <summary>
/// Reduces an Indonesian word to a key that its inflections share: <c>membuka</c>, <c>pembukaan</c>, <c>dibuka</c> and <c>buka</c> give one key.
/// The key is not a dictionary root. Where a nasal prefix hides the root's first consonant (<c>menolak</c> from <c>tolak</c>, <c>mengirim</c> from <c>kirim</c>)
/// the consonant is folded into its class (p/m, t/n, s/ny, k/nothing), so no root list is needed; the price is a rare clash of two roots.
/// </summary>
internal static class Stemmer
{
    /// <summary>Longest word looked at; longer ones (addresses, hashes) are cut.</summary>
    public const int MaxLength = 48;

    private const int MinStem = 4;

    /// <summary>Roots that begin like a prefix: menerapkan is not ter- with "apkan", memerangi not per- with "angi".</summary>
    private static readonly string[] RootsLikePrefixes = ["terap", "terus", "terbit", "tertib", "terjang", "terjemah", "perang", "periksa", "perintah"];

    /// <summary>Writes the key of <paramref name="word"/> into <paramref name="key"/> (at least <see cref="MaxLength"/> long) and returns its length.</summary>
    public static int Reduce(ReadOnlySpan<char> word, Span<char> key, out WordForm form)
    {
        var length = Math.Min(word.Length, MaxLength);
        Span<char> buffer = stackalloc char[MaxLength];
        for (var i = 0; i < length; i++)
        {
            buffer[i] = char.ToLowerInvariant(word[i]);
        }

        var stem = buffer[..length];
        form = WordForm.Bare;
        if (!IsPlainWord(stem))
        {
            stem.CopyTo(key);
            return length;
        }

        stem = StripClitics(stem);
        var prefix = WordForm.None;
        for (var round = 0; round < 3; round++)
        {
            var found = StripPrefix(ref stem, prefix);
            if (found == WordForm.None)
            {
                break;
            }

            prefix = prefix == WordForm.None ? found : prefix;
            if (IsHiddenRoot(stem))
            {
                break;
            }
        }

        // With a nominal prefix -an and -kan alike make a noun (penolakan = pe + tolak + an); without any, -kan is an imperative (hentikan).
        var nominal = stem.EndsWith("an");
        var imperative = stem.EndsWith("kan");

        // Before a vowel a k may be gone (penguatan = peng + kuat + an), so one letter less may stay.
        nominal &= StripSuffixes(ref stem, IsVowel(stem[0]) ? MinStem - 1 : MinStem);
        form = prefix switch
        {
            WordForm.Agent or WordForm.Noun => nominal ? WordForm.Noun : prefix,
            WordForm.None => nominal && !imperative ? WordForm.Noun : WordForm.Bare,
            _ => prefix,
        };
        return Fold(stem, key);
    }

    /// <summary>The key of <paramref name="word"/> as a string.</summary>
    public static string Key(string word)
    {
        Span<char> key = stackalloc char[MaxLength];
        return new string(key[..Reduce(word, key, out _)]);
    }

    private static bool IsPlainWord(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (c is < 'a' or > 'z')
            {
                return false;
            }
        }

        return word.Length > 3;
    }

    private static Span<char> StripClitics(Span<char> word)
    {
        foreach (var clitic in (ReadOnlySpan<string>)["lah", "kah", "pun", "nya"])
        {
            if (word.Length - clitic.Length >= MinStem && word.EndsWith(clitic))
            {
                word = word[..^clitic.Length];
            }
        }

        return word;
    }

    private static bool IsRootLikePrefix(ReadOnlySpan<char> word)
    {
        foreach (var root in RootsLikePrefixes)
        {
            if (word.StartsWith(root))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same roots with their first consonant hidden by a nasal: (me)nerapkan, (me)merangi.</summary>
    private static bool IsHiddenRoot(ReadOnlySpan<char> stem)
    {
        foreach (var root in RootsLikePrefixes)
        {
            if (stem.Length >= root.Length && stem[0] == (root[0] == 't' ? 'n' : 'm') && stem[1..].StartsWith(root.AsSpan(1)))
            {
                return true;
            }
        }

        return false;
    }

    private static WordForm StripPrefix(ref Span<char> word, WordForm before)
    {
        if (word.StartsWith("memper") && word.Length - 6 >= MinStem)
        {
            word = word[6..];
            return WordForm.Active;
        }

        if (word.StartsWith("diper") && word.Length - 5 >= MinStem && !IsRootLikePrefix(word[2..]))
        {
            word = word[5..];
            return WordForm.Passive;
        }

        // Two irregular but very common words in which ber-/pe- stands before kerja.
        if (word.StartsWith("bekerja") || word.StartsWith("pekerja"))
        {
            var form = word[0] == 'b' ? WordForm.Middle : WordForm.Agent;
            word = word[2..];
            return form;
        }

        // Roots of one syllable take menge-: mengesahkan, pengeboman.
        if ((word.StartsWith("menge") || word.StartsWith("penge")) && word[5..] is "sahkan" or "sahan" or "bom" or "boman" or "cek" or "cekan" or "cap" or "tes")
        {
            var form = word[0] == 'm' ? WordForm.Active : word.EndsWith("an") ? WordForm.Noun : WordForm.Agent;
            word = word[5..8];
            return form;
        }

        if ((word.StartsWith("me") || word.StartsWith("pe")) && TryStripNasal(ref word, out var nasal))
        {
            return nasal;
        }

        if (word.StartsWith("di") && word.Length - 2 >= MinStem)
        {
            word = word[2..];
            return WordForm.Passive;
        }

        // Short roots that are common verbs.
        if (word is "diisi" or "diuji")
        {
            word = word[2..];
            return WordForm.Passive;
        }

        // beri (give) looks like ber- with a root of its own: diberikan, pemberian.
        if (word.Length - 3 >= MinStem && word is not ("berikan" or "berian" or "beritahu") && !IsRootLikePrefix(word))
        {
            var form = word[..3] switch
            {
                "ber" => WordForm.Middle,
                "ter" => WordForm.Stative,
                "per" => WordForm.Noun,
                _ => WordForm.None,
            };
            if (form != WordForm.None)
            {
                word = word[3..];
                return form;
            }
        }

        // ke-...-an only: ke- alone is rarely a prefix of news words (kelas, kepala, kereta). Behind the prefix of a verb it belongs to the root (di-keluar-kan).
        if (before is not (WordForm.Passive or WordForm.Active or WordForm.Middle) && word.StartsWith("ke") && word.EndsWith("an") && word.Length - 4 >= MinStem)
        {
            word = word[2..];
            return WordForm.Noun;
        }

        return WordForm.None;
    }

    private static bool TryStripNasal(ref Span<char> word, out WordForm form)
    {
        form = word[0] == 'm' ? WordForm.Active : WordForm.Agent;
        var rest = word[2..];
        if (rest.Length < MinStem || (word[0] == 'p' && rest[0] == 'r'))
        {
            return false;
        }

        var next = rest[1];
        switch (rest[0])
        {
            case 'l' or 'r' or 'w' or 'y':
                word = rest;
                return true;
            case 'm' when next is 'b' or 'f' or 'v' or 'p':
                word = rest[1..];
                return word.Length >= MinStem - 1;
            case 'm' when IsVowel(next):
                word = rest;
                return true;
            case 'n' when next == 'y' && rest.Length > MinStem:
                rest[1] = 's';
                word = rest[1..];
                return true;
            case 'n' when next == 'g' && rest.Length > MinStem:
                word = rest[2..];
                return true;
            case 'n' when next is 'd' or 'c' or 'j' or 'z' or 't' or 's':
                word = rest[1..];
                return word.Length >= MinStem - 1;
            case 'n' when IsVowel(next):
                word = rest;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Strips -an, -kan and -i; true when anything went.</summary>
    private static bool StripSuffixes(ref Span<char> word, int minimum)
    {
        var stripped = false;
        while (true)
        {
            // Roots that would run into another common one without their k: mendesak and desa, memburuk and memburu.
            if (word is "desak" or "buruk")
            {
                return stripped;
            }

            // -kan loses its k below, so that tindakan (tindak + an) and berikan (beri + kan) both come out right.
            if (word.Length - 2 >= minimum && word.EndsWith("an"))
            {
                word = word[..^2];
            }
            else if (word.Length - 1 >= minimum && word[^1] == 'i')
            {
                word = word[..^1];
            }
            else if (word.Length - 1 >= MinStem - 1 && word[^1] == 'k')
            {
                word = word[..^1];
            }
            else
            {
                return stripped;
            }

            stripped = true;
        }
    }

    private static int Fold(ReadOnlySpan<char> stem, Span<char> key)
    {
        if (stem.Length > 2 && stem[0] == 'k' && IsVowel(stem[1]))
        {
            stem = stem[1..];
        }

        stem.CopyTo(key);
        key[0] = key[0] switch { 'p' => 'm', 't' => 'n', var c => c };
        return stem.Length;
    }

    private static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u';
}
