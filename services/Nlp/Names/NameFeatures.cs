using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Names;

/// <summary>A token as the features see it.</summary>
internal struct NameToken
{
    /// <summary>Hash of the lower-cased form; of a border where the sentence ends.</summary>
    public uint Word;

    /// <summary>Hashes of the first three and the last two, three and four letters.</summary>
    public uint Prefix, Suffix2, Suffix3, Suffix4;

    /// <summary>Clusters of the form, fine and coarse; 0 unknown.</summary>
    public ushort Fine, Coarse;

    /// <summary>What the tables say, in few values.</summary>
    public ushort Class;

    /// <summary>The phrase of the tables the token lies in and whether it opens it.</summary>
    public byte Phrase;

    /// <summary>Letters and digits in a few values.</summary>
    public byte Shape;

    /// <summary>First token of its sentence.</summary>
    public bool Starts;

    /// <summary>Run of capitalised words the token lies in: its first token and the one past its last, as positions in the window.</summary>
    public short RunFirst, RunEnd;
}

/// <summary>
/// What a name is told by: the word and its neighbours, letters, case, clusters of words with like neighbours, the tables, and the run of capitals around it.
/// Trainer and tagger share it. A feature is a 32-bit hash; no string is made.
/// </summary>
internal static class NameFeatures
{
    /// <summary>Most features a token has.</summary>
    public const int Max = 56;

    /// <summary>Places of the window on either side of what is tagged; the outermost is always a border.</summary>
    public const int Margin = 4;

    private const uint Border = 0x9E3779B9;

    /// <summary>Most tokens a stretch has; a longer one is cut.</summary>
    public const int MaxStretch = 250;

    /// <summary>
    /// The next stretch with capitals at or behind a token: capitalised words with what may stand inside a name between them, and one word before. False when there is none.
    /// </summary>
    public static bool Stretch(ReadOnlySpan<Token> tokens, int from, out int first, out int end)
    {
        first = from;
        while (first < tokens.Length && !(tokens[first].Kind == TokenKind.Word && tokens[first].Capital && !tokens[first].Dropped))
        {
            first++;
        }

        end = first;
        if (first == tokens.Length)
        {
            return false;
        }

        var last = first;
        for (var i = first + 1; i < tokens.Length && i <= last + 3 && i - first < MaxStretch - 2; i++)
        {
            if (tokens[i].Breaks > 0 || tokens[i].Dropped)
            {
                break;
            }

            if (Ends(tokens, i - 1))
            {
                break;
            }

            if ((tokens[i].Kind == TokenKind.Word && tokens[i].Capital) || (tokens[i].Kind == TokenKind.Number && i == last + 1))
            {
                last = i;
            }
        }

        end = last + 1;
        // "desa Kalibaru", "kota Surabaya".
        if (first > from && tokens[first].Breaks == 0 && tokens[first - 1].Kind == TokenKind.Word && !tokens[first - 1].Dropped)
        {
            first--;
        }

        return true;
    }

    /// <summary>Describes the tokens [first - Margin, end + Margin) into <paramref name="window"/>.</summary>
    public static void Describe(ArticleWork work, WordClusters clusters, int first, int end, Span<NameToken> window)
    {
        var tokens = work.Tokens;
        var left = first;
        while (left > 0 && left > first - Margin + 1 && tokens[left].Breaks == 0 && !Ends(tokens, left - 1))
        {
            left--;
        }

        var right = end;
        while (right < tokens.Length && right < end + Margin - 1 && tokens[right].Breaks == 0 && !Ends(tokens, right - 1))
        {
            right++;
        }

        var size = end - first + (2 * Margin);
        var offset = first - Margin;
        Span<char> lower = stackalloc char[MaxForm];
        for (var k = 0; k < size; k++)
        {
            ref var item = ref window[k];
            item = default;
            item.RunFirst = -1;
            var i = offset + k;
            if (i < left || i >= right)
            {
                item.Word = i < left ? Border : Border + 1;
                item.Shape = 15;
                continue;
            }

            Describe(work, clusters, i, lower, ref item);
        }

        Tables(work, left, right, offset, window);
        Runs(tokens, left, right, offset, window);
    }

    private const int MaxForm = 24;

    private static void Describe(ArticleWork work, WordClusters clusters, int i, Span<char> lower, ref NameToken item)
    {
        var tokens = work.Tokens;
        ref readonly var token = ref tokens[i];
        item.Starts = i == 0 || token.Breaks > 0 || Ends(tokens, i - 1);
        item.Class = Class(token);
        if (token.Kind is not (TokenKind.Word or TokenKind.Number))
        {
            item.Word = Mix(7, token.Kind is TokenKind.Quote or TokenKind.SingleQuote ? '"' : token.Mark);
            item.Shape = token.Kind switch { TokenKind.Quote => 12, TokenKind.SingleQuote => 13, _ => 14 };
            return;
        }

        var form = work.Form(i);
        var length = Math.Min(form.Length, MaxForm);
        var exact = Seed;
        var folded = Seed;
        var plain = token.Kind == TokenKind.Word;
        var hyphen = false;
        for (var k = 0; k < length; k++)
        {
            var c = form[k];
            // Digits are alike: "301" and "305" are one word.
            c = c is >= '0' and <= '9' ? '0' : c;
            exact = (exact ^ c) * Prime;
            lower[k] = c < 128 ? (char)(c is >= 'A' and <= 'Z' ? c | 0x20 : c) : char.ToLowerInvariant(c);
            folded = (folded ^ lower[k]) * Prime;
            plain &= c != '0';
            hyphen |= c == '-';
        }

        item.Word = folded;
        if (length >= 3)
        {
            item.Prefix = Mix(lower[0], lower[1], lower[2]);
            item.Suffix2 = Mix(11, lower[length - 2], lower[length - 1]);
            item.Suffix3 = Mix(lower[length - 3], lower[length - 2], lower[length - 1]);
            item.Suffix4 = length >= 4 ? Mix(item.Suffix3, lower[length - 4]) : 0;
        }

        (item.Fine, item.Coarse) = clusters.Of(exact, folded);
        item.Shape = token.Kind == TokenKind.Number ? (byte)(length == 4 ? 9 : length <= 2 ? 10 : 8)
            : !plain ? (byte)(token.Capital ? 6 : 7)
            : token.AllCaps ? (byte)(length <= 3 ? 4 : 5)
            : token.Capital ? (byte)(length == 1 ? 3 : hyphen ? 11 : 2)
            : (byte)(form[0] == '@' ? 0 : 1);
    }

    // Each title, actor, place and noun phrase of the tables, longest first match, marked on its tokens.
    private static void Tables(ArticleWork work, int left, int right, int offset, Span<NameToken> window)
    {
        var tokens = work.Tokens;
        var i = left;
        while (i < right)
        {
            var node = 0;
            var kind = 0;
            var length = 0;
            for (var k = i; k < tokens.Length && tokens[k].Kind == TokenKind.Word && (k == i || tokens[k].Breaks == 0); k++)
            {
                node = work.Lexicon.Step(node, tokens[k].Word);
                if (node < 0)
                {
                    break;
                }

                if (work.Lexicon.At(node) is { } found && Kind(found, tokens[i]) is var what and > 0)
                {
                    kind = what;
                    length = k - i + 1;
                }
            }

            for (var k = 0; k < length && i + k < right; k++)
            {
                window[i + k - offset].Phrase = (byte)((kind << 1) | (k == 0 ? 1 : 0));
            }

            i += Math.Max(1, length);
        }
    }

    private static int Kind(PhraseNode node, in Token first)
    {
        if (node.Actor is { } name && first.Capital && (!name.ExactCase || first.AllCaps))
        {
            return name.Actor.Type == ActorType.Country ? 1 : name.Actor.Outlet ? 2 : 3;
        }

        if (node.Place && first.Capital)
        {
            return 4;
        }

        if (node.Title is { } title && (!title.ExactCase || first.AllCaps))
        {
            return 5 + (int)title.Kind;
        }

        return (node.Noun & WordClass.OrgHead) != 0 ? 12 : (node.Noun & (WordClass.Group | WordClass.Leader)) != 0 ? 13 : node.Noun != 0 ? 14 : 0;
    }

    private static void Runs(ReadOnlySpan<Token> tokens, int left, int right, int offset, Span<NameToken> window)
    {
        var i = left;
        while (i < right)
        {
            if (!IsRun(tokens[i]))
            {
                i++;
                continue;
            }

            var end = i + 1;
            while (end < right && tokens[end].Breaks == 0 && IsRun(tokens[end]) && !Ends(tokens, end - 1))
            {
                end++;
            }

            for (var k = i; k < end; k++)
            {
                window[k - offset].RunFirst = (short)(i - offset);
                window[k - offset].RunEnd = (short)(end - offset);
            }

            i = end;
        }
    }

    private static bool IsRun(in Token token) => token.Kind == TokenKind.Word && token.Capital;

    /// <summary>The sentence ends with a token: its stop belongs to no abbreviation or initial.</summary>
    private static bool Ends(ReadOnlySpan<Token> tokens, int i)
    {
        ref readonly var token = ref tokens[i];
        if (token.Mark is '!' or '?')
        {
            return true;
        }

        if (token.Mark != '.' || i + 1 == tokens.Length)
        {
            return false;
        }

        if (i == 0 || tokens[i + 1].Breaks > 0)
        {
            return true;
        }

        ref readonly var before = ref tokens[i - 1];
        return !(before.Kind == TokenKind.Word && before.Capital && (before.End - before.Start <= 2 || before.Is(WordClass.Abbreviation)));
    }

    private static ushort Class(in Token token)
    {
        var c = token.Class;
        var value = 0;
        value |= (c & WordClass.GivenName) != 0 ? 1 : 0;
        value |= (c & WordClass.Common) != 0 ? 2 : 0;
        var role = (c & (WordClass.Weekday | WordClass.Month)) != 0 ? 1
            : (c & (WordClass.CueBare | WordClass.CueNya)) != 0 ? 2
            : (c & WordClass.CueAccording) != 0 ? 3
            : (c & WordClass.CueVerb) != 0 ? 4
            : (c & WordClass.CuePassive) != 0 ? 5
            : (c & WordClass.Pronoun) != 0 ? 6
            : (c & WordClass.Preposition) != 0 ? 7
            : (c & WordClass.Conjunction) != 0 ? 8
            : (c & (WordClass.Subordinator | WordClass.Bahwa | WordClass.Yang)) != 0 ? 9
            : (c & (WordClass.Auxiliary | WordClass.Adverb)) != 0 ? 10
            : (c & WordClass.Determiner) != 0 ? 11
            : (c & WordClass.Landform) != 0 ? 12
            : (c & WordClass.Abbreviation) != 0 ? 13
            : token.Word >= 0 ? 14 : 0;
        return (ushort)(value | (role << 2));
    }

    /// <summary>The features of the token at a position of the window; how many there are.</summary>
    public static int Of(ReadOnlySpan<NameToken> window, int at, Span<uint> features)
    {
        ref readonly var t = ref window[at];
        ref readonly var a = ref window[at - 1];
        ref readonly var b = ref window[at - 2];
        ref readonly var y = ref window[at + 1];
        ref readonly var z = ref window[at + 2];
        var n = 0;
        features[n++] = 1;
        features[n++] = Mix(2, t.Word);
        features[n++] = Mix(3, a.Word);
        features[n++] = Mix(4, y.Word);
        features[n++] = Mix(5, b.Word);
        features[n++] = Mix(6, z.Word);
        features[n++] = Mix(8, a.Word, t.Word);
        features[n++] = Mix(9, t.Word, y.Word);
        features[n++] = Mix(10, Shapes(a, t, y));
        features[n++] = Mix(12, t.Shape, t.Starts ? 1u : 0, t.Class);
        features[n++] = Mix(13, t.Prefix);
        features[n++] = Mix(14, t.Suffix2);
        features[n++] = Mix(15, t.Suffix3);
        features[n++] = Mix(16, t.Suffix4);
        features[n++] = Mix(17, t.Fine, t.Shape);
        features[n++] = Mix(18, a.Fine);
        features[n++] = Mix(19, y.Fine);
        features[n++] = Mix(20, t.Coarse, t.Shape);
        features[n++] = Mix(21, a.Coarse, t.Coarse);
        features[n++] = Mix(22, t.Coarse, y.Coarse);
        features[n++] = Mix(23, a.Coarse, y.Coarse);
        features[n++] = Mix(24, b.Coarse, a.Coarse);
        features[n++] = Mix(25, y.Coarse, z.Coarse);
        features[n++] = Mix(26, t.Phrase, t.Shape);
        features[n++] = Mix(27, a.Phrase, t.Phrase);
        features[n++] = Mix(28, t.Phrase, y.Phrase);
        features[n++] = Mix(29, b.Phrase, a.Phrase);
        features[n++] = Mix(30, a.Class, y.Class);
        features[n++] = Mix(31, a.Class, t.Class);
        features[n++] = Mix(32, t.Class, y.Class);
        features[n++] = Mix(33, a.Phrase, t.Class);
        if (t.RunFirst >= 0)
        {
            var position = (uint)Math.Min(at - t.RunFirst, 3);
            var rest = (uint)Math.Min(t.RunEnd - 1 - at, 3);
            ref readonly var head = ref window[t.RunFirst];
            ref readonly var last = ref window[t.RunEnd - 1];
            ref readonly var before = ref window[t.RunFirst - 1];
            ref readonly var after = ref window[t.RunEnd];
            features[n++] = Mix(40, position, rest);
            features[n++] = Mix(41, head.Word, position);
            features[n++] = Mix(42, head.Fine, position);
            features[n++] = Mix(43, last.Word, rest);
            features[n++] = Mix(44, before.Word, position);
            features[n++] = Mix(45, before.Fine, position);
            features[n++] = Mix(46, after.Word, rest);
            features[n++] = Mix(47, after.Fine, rest);
            features[n++] = Mix(48, head.Class, position, rest);
            features[n++] = Mix(49, head.Phrase, position);
            features[n++] = Mix(50, before.Phrase, position);
            features[n++] = Mix(51, before.Coarse, head.Coarse, position);
            features[n++] = Mix(52, last.Class, rest);
            features[n++] = Mix(53, before.Class, after.Class, position);
        }
        else if (a.RunFirst >= 0)
        {
            // "Kementerian Luar Negeri dan Pertahanan": what the run before begins with.
            features[n++] = Mix(54, window[a.RunFirst].Word);
            features[n++] = Mix(55, window[a.RunFirst].Fine, t.Word);
        }

        if (t.RunFirst >= 0 && at == t.RunFirst && b.RunFirst >= 0)
        {
            features[n++] = Mix(56, window[b.RunFirst].Fine, a.Word);
        }

        return n;
    }

    private static uint Shapes(in NameToken a, in NameToken t, in NameToken y) => ((uint)a.Shape << 8) | ((uint)t.Shape << 4) | y.Shape;

    private const uint Seed = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>Hash of a form as <see cref="WordClusters"/> knows it.</summary>
    public static uint Hash(ReadOnlySpan<char> form)
    {
        var hash = Seed;
        foreach (var c in form[..Math.Min(form.Length, MaxForm)])
        {
            hash = (hash ^ (c is >= '0' and <= '9' ? '0' : c)) * Prime;
        }

        return hash;
    }

    private static uint Mix(uint kind, uint value)
    {
        var h = (kind * 0x9E3779B1) ^ (value * 0x85EBCA77);
        h ^= h >> 15;
        h *= 0x2C1B3C6D;
        h ^= h >> 13;
        return h;
    }

    private static uint Mix(uint kind, uint first, uint second) => Mix(Mix(kind, first), second);

    private static uint Mix(uint kind, uint first, uint second, uint third) => Mix(Mix(Mix(kind, first), second), third);
}
