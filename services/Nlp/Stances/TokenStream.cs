using System.Buffers;

namespace Sikap.Nlp.Stances;

/// <summary>A word of a text as the classifier sees it. Positions are UTF-16 code units of the text.</summary>
internal struct Token
{
    public int Start;
    public int End;
    public int KeyStart;
    public int KeyLength;
    public WordForm Form;
    public FunctionWord Class;

    /// <summary>The frame that starts here; null when none.</summary>
    public Frame? Frame;

    /// <summary>Tokens the frame covers, this one included.</summary>
    public int FrameSpan;

    /// <summary>A word of a frame that started earlier.</summary>
    public bool InsideFrame;

    /// <summary>A comma, full stop, bracket or the like stands between the previous word and this one.</summary>
    public bool AfterPause;

    /// <summary>Starts with a capital letter.</summary>
    public bool Capital;

    /// <summary>Issue words this token stands for.</summary>
    public Posting[] Postings;

    public readonly TextSpan Span => new(Start, End);
}

/// <summary>The words of a text with their keys, forms and frames. Built in one pass; belongs to one call, which disposes of it.</summary>
internal sealed class TokenStream : IDisposable
{
    private const int MaxFrameGap = 1;

    private readonly string _text;
    private readonly char[] _lower;
    private char[] _keys;
    private int _keyEnd;
    private PooledList<Token> _tokens;

    private TokenStream(string text)
    {
        _text = text;
        _lower = ArrayPool<char>.Shared.Rent(text.Length);
        _keys = ArrayPool<char>.Shared.Rent(text.Length + Stemmer.MaxLength);
        _tokens = new(text.Length / 6 + 16);
        for (var i = 0; i < text.Length; i++)
        {
            _lower[i] = char.ToLowerInvariant(text[i]);
        }
    }

    /// <summary>The words in order.</summary>
    public Span<Token> Tokens => _tokens.Items;

    /// <summary>Reads a text.</summary>
    public static TokenStream Read(string text, StanceLexicon lexicon, CompiledCodebook? codebook)
    {
        var stream = new TokenStream(text);
        stream.Split(lexicon, codebook);
        stream.MarkFrames(lexicon);
        return stream;
    }

    public void Dispose()
    {
        _tokens.Dispose();
        ArrayPool<char>.Shared.Return(_lower);
        ArrayPool<char>.Shared.Return(_keys);
    }

    /// <summary>The word in lower case.</summary>
    public ReadOnlySpan<char> Lower(int index) => _lower.AsSpan(Tokens[index].Start, Tokens[index].End - Tokens[index].Start);

    /// <summary>The word's key, see <see cref="Stemmer"/>.</summary>
    public ReadOnlySpan<char> Key(int index) => _keys.AsSpan(Tokens[index].KeyStart, Tokens[index].KeyLength);

    /// <summary>The word as written.</summary>
    public string Word(int index) => _text[Tokens[index].Start..Tokens[index].End];

    /// <summary>Index of the first token that starts at or after <paramref name="position"/>.</summary>
    public int FirstFrom(int position)
    {
        int low = 0, high = Tokens.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Tokens[middle].Start < position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Split(StanceLexicon lexicon, CompiledCodebook? codebook)
    {
        var pause = true;
        for (var i = 0; i < _text.Length;)
        {
            if (!char.IsLetterOrDigit(_text[i]))
            {
                pause |= IsPause(_text, i);
                i++;
                continue;
            }

            var start = i;
            while (i < _text.Length && char.IsLetterOrDigit(_text[i]))
            {
                i++;
            }

            var lower = _lower.AsSpan(start, i - start);
            if (_keys.Length - _keyEnd < Stemmer.MaxLength)
            {
                var larger = ArrayPool<char>.Shared.Rent(_keys.Length * 2);
                _keys.AsSpan(0, _keyEnd).CopyTo(larger);
                ArrayPool<char>.Shared.Return(_keys);
                _keys = larger;
            }

            var keyLength = Stemmer.Reduce(lower, _keys.AsSpan(_keyEnd), out var form);
            var function = lexicon.Classify(lower);
            if (lower.Length > 6 && lower.EndsWith("tidak"))
            {
                // Copied text loses blanks around italics: "jettidak".
                function |= FunctionWord.Negator;
            }

            _tokens.Add(new Token
            {
                Start = start,
                End = i,
                KeyStart = _keyEnd,
                KeyLength = keyLength,
                Form = (function & FunctionWord.Root) != 0 ? WordForm.Bare : form,
                Class = function,
                AfterPause = pause,
                Capital = char.IsUpper(_text[start]),
                Postings = (function & FunctionWord.Stop) != 0 ? [] : codebook?.Find(_keys.AsSpan(_keyEnd, keyLength)) ?? [],
            });
            _keyEnd += keyLength;
            pause = false;
        }
    }

    private static bool IsPause(string text, int i) => text[i] switch
    {
        ',' or ';' or ':' or '.' or '!' or '?' or '—' or '–' or '\n' => true,
        '-' => i + 1 < text.Length && text[i + 1] == '-',
        _ => false,
    };

    private void MarkFrames(StanceLexicon lexicon)
    {
        for (var i = 0; i < Tokens.Length; i++)
        {
            ref var token = ref Tokens[i];
            if (token.InsideFrame)
            {
                continue;
            }

            // A reduplicated word is an adverb or a plural: benar-benar, tindakan-tindakan. The first half says nothing by itself.
            if (i + 1 < Tokens.Length && Tokens[i + 1].Start == token.End + 1 && Lower(i).SequenceEqual(Lower(i + 1)))
            {
                Tokens[i + 1].InsideFrame = IsAdverbWhenDoubled(Lower(i));
                continue;
            }

            if (IsInName(i))
            {
                continue;
            }

            var lower = Lower(i);
            if (TryFrame(i, lexicon.StartingWithForm(lower), out var end)
                || (WithoutClitic(lower) is var bare && bare.Length < lower.Length && TryFrame(i, lexicon.StartingWithForm(bare), out end))
                || TryFrame(i, lexicon.StartingWithKey(Key(i)), out end))
            {
                for (var j = i + 1; j < end; j++)
                {
                    Tokens[j].InsideFrame = true;
                }
            }
        }
    }

    /// <summary>Capitalised between other capitalised words, in a line that is not all in capitals like a headline: "Gerakan Perempuan Anti Korupsi".</summary>
    private bool IsInName(int i)
    {
        if (!Tokens[i].Capital || Tokens[i].AfterPause || i == 0 || !Tokens[i - 1].Capital)
        {
            return false;
        }

        int capitals = 0, words = 0;
        for (var j = i; j >= 0 && j > i - 8 && (j == i || !Tokens[j + 1].AfterPause); j--, words++)
        {
            capitals += Tokens[j].Capital ? 1 : 0;
        }

        for (var j = i + 1; j < Tokens.Length && j < i + 8 && !Tokens[j].AfterPause; j++, words++)
        {
            capitals += Tokens[j].Capital ? 1 : 0;
        }

        return capitals < 0.7 * words;
    }

    private static bool IsAdverbWhenDoubled(ReadOnlySpan<char> word) => word is "benar" or "baik" or "sama" or "mau" or "layak" or "ingin";

    private bool TryFrame(int start, Frame[] candidates, out int end)
    {
        end = start;
        foreach (var frame in candidates)
        {
            if (((Tokens[start].Form & frame.Forms) == 0 && !(frame.Kind == FrameKind.Act && IsCarriedNoun(start))) || !(frame.IsBuiltLike(WithoutClitic(Lower(start))) || (frame.Kind == FrameKind.Act && IsCarriedNoun(start))) || !Continues(start, frame, out end))
            {
                continue;
            }

            Tokens[start].Frame = frame;
            Tokens[start].FrameSpan = end - start;
            return true;
        }

        return false;
    }

    /// <summary>"melakukan percepatan": the light verb makes the noun a deed.</summary>
    private bool IsCarriedNoun(int i) => Tokens[i].Form == WordForm.Noun && i > 0 && !Tokens[i].AfterPause && (Tokens[i - 1].Class & FunctionWord.Light) != 0;

    private bool Continues(int start, Frame frame, out int end)
    {
        end = start + 1;
        for (var word = 1; word < frame.Words.Length; word++)
        {
            var gap = 0;
            while (end < Tokens.Length && !Tokens[end].AfterPause && !Matches(end, frame, frame.Words[word]))
            {
                if (++gap > MaxFrameGap || (Tokens[end].Class & FunctionWord.Stop) == 0)
                {
                    return false;
                }

                end++;
            }

            if (end >= Tokens.Length || Tokens[end].AfterPause)
            {
                return false;
            }

            end++;
        }

        return true;
    }

    private bool Matches(int index, Frame frame, string word) =>
        frame.Exact ? Lower(index).SequenceEqual(word) || WithoutClitic(Lower(index)).SequenceEqual(word) : Key(index).SequenceEqual(word);

    private static ReadOnlySpan<char> WithoutClitic(ReadOnlySpan<char> word) =>
        word.Length > 6 && (word.EndsWith("nya") || word.EndsWith("lah") || word.EndsWith("kah") || word.EndsWith("pun")) ? word[..^3] : word;
}
