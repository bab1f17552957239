using System.Runtime.Intrinsics;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Languages;

/// <summary>
/// Tells in which language a text and each of its paragraphs is written. Letters of other scripts tell by themselves (<see cref="Scripts"/>); Latin text is read word by word, by the weights of
/// <see cref="LanguageModel"/>. One pass over the characters; safe for any number of threads.
/// </summary>
public static class LanguageReader
{
    /// <summary>The share of its letters from which on a mixed text is Indonesian: an Indonesian article that prints a long document in another language is still read.</summary>
    private const double IndonesianShare = 0.3;

    /// <summary>So many times more of a text must be in no known language than in known ones until it is in none.</summary>
    private const int UnknownTimes = 4;

    /// <summary>What speaks for a paragraph being in the language of the text around it, in nats: a name or two in another language does not change it.</summary>
    private const double SameAsText = 6;

    /// <summary>
    /// What speaks for Indonesian before a word is read, in nats: most of what comes in is, and a sentence of words that Malay and Indonesian share is to be read. Without it short texts come out
    /// evenly on both sides, which is how they are measured.
    /// </summary>
    internal const double IndonesianFirst = 3;

    /// <summary>Where this share of its words has a row, a paragraph is not read by its letters too, which costs ten times as much a word.</summary>
    private const double KnownShare = 0.5;

    /// <summary>A paragraph is in another language than the text when that is at least this likely and it has this many words that the model knows.</summary>
    private const double OtherLanguageFrom = 0.9;
    private const int OtherLanguageWords = 4;

    /// <summary>Words of a paragraph are not independent of each other: from this many on evidence counts by its square root. Fitted on the parts kept aside for development.</summary>
    private const double IndependentWords = 4;

    /// <summary>Reads a text.</summary>
    public static LanguageReading Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text, LanguageModel.Shipped);
    }

    internal static LanguageReading Read(string text, LanguageModel model, double indonesianFirst = IndonesianFirst)
    {
        var paragraphs = new PooledList<Shown>((text.Length / 120) + 8);
        try
        {
            Scan(text, model, ref paragraphs);
            return Decide(model, paragraphs.Items, indonesianFirst);
        }
        finally
        {
            paragraphs.Dispose();
        }
    }

    private static void Scan(string text, LanguageModel model, ref PooledList<Shown> paragraphs)
    {
        var line = 0;
        while (line < text.Length)
        {
            var end = text.AsSpan(line).IndexOfAny('\n', '\r');
            end = end < 0 ? text.Length : line + end;
            if (end > line)
            {
                var paragraph = Scan(text, line, end, model, byLetters: false);
                if (paragraph.Known < KnownShare * paragraph.Words)
                {
                    paragraph = Scan(text, line, end, model, byLetters: true);
                }

                if (paragraph.Letters > 0)
                {
                    paragraphs.Add(paragraph);
                }
            }

            line = end + 1;
        }
    }

    // What a paragraph shows: evidence of its Latin words outside and inside quotation marks, and letters of other scripts.
    private struct Shown
    {
        public int Start;
        public int End;
        public Evidence Frame;
        public Evidence Quoted;
        public ScriptCount Scripts;

        public int Words;

        public readonly int Letters => Frame.Letters + Quoted.Letters + Scripts.Letters;

        public readonly int Known => Frame.Known + Quoted.Known;
    }

    // Sums of rows: the last ones in short numbers, which is twice as fast, the others in long ones.
    private struct Evidence
    {
        /// <summary>So many rows of bytes fit into short numbers.</summary>
        private const int MaxPending = short.MaxValue / 128;

        private Vector256<short> _low;
        private Vector256<short> _high;
        private int _pending;
        private Vector256<int> _a;
        private Vector256<int> _b;
        private Vector256<int> _c;
        private Vector256<int> _d;

        /// <summary>Words that count, and those among them with a row of their own.</summary>
        public int Words;
        public int Known;

        public int Letters;

        public void Add(ReadOnlySpan<sbyte> row)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(row));
            _low += low;
            _high += high;
            if (++_pending == MaxPending)
            {
                Settle();
            }
        }

        public void Add(ref Evidence other)
        {
            Settle();
            other.Settle();
            _a += other._a;
            _b += other._b;
            _c += other._c;
            _d += other._d;
            Words += other.Words;
            Known += other.Known;
            Letters += other.Letters;
        }

        public void CopyTo(Span<int> sums)
        {
            Settle();
            _a.CopyTo(sums);
            _b.CopyTo(sums[8..]);
            _c.CopyTo(sums[16..]);
            _d.CopyTo(sums[24..]);
        }

        private void Settle()
        {
            var (a, b) = Vector256.Widen(_low);
            var (c, d) = Vector256.Widen(_high);
            _a += a;
            _b += b;
            _c += c;
            _d += d;
            (_low, _high, _pending) = (default, default, 0);
        }
    }

    private static Shown Scan(string text, int start, int end, LanguageModel model, bool byLetters)
    {
        var result = new Shown();
        Span<char> word = stackalloc char[LanguageFeatures.MaxWord + 2];
        word[0] = LanguageFeatures.Bound;
        var quoted = false;
        var first = -1;
        var i = start;
        while (i < end)
        {
            var c = text[i];
            if (!LanguageFeatures.IsLatin(c))
            {
                if (QuoteMarks.IsDouble(c))
                {
                    quoted = !quoted;
                }
                else if (c >= 0x0370 && Scripts.Add(ref result.Scripts, c))
                {
                    first = first < 0 ? i : first;
                }

                i++;
                continue;
            }

            first = first < 0 ? i : first;
            var from = i;
            var length = LanguageFeatures.ReadWord(text, ref i, end, word, out var hash);
            ref var evidence = ref quoted ? ref result.Quoted : ref result.Frame;
            evidence.Letters += i - from;
            result.Words++;
            // Single letters are initials, numbers of lists or remains of a wrong character set.
            if (length is > 1 and <= LanguageFeatures.MaxWord)
            {
                Add(ref evidence, word[..(length + 2)], hash, model, byLetters);
            }
        }

        if (first < 0)
        {
            return result;
        }

        while (char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        (result.Start, result.End) = (start, end);
        return result;
    }

    private static void Add(ref Evidence evidence, Span<char> word, uint hash, LanguageModel model, bool byLetters)
    {
        var row = model.Word(hash);
        if (!row.IsEmpty)
        {
            evidence.Words++;
            evidence.Known++;
            evidence.Add(row);
            return;
        }

        if (!byLetters)
        {
            return;
        }

        word[^1] = LanguageFeatures.Bound;
        var any = false;
        for (var last = 1; last < word.Length; last++)
        {
            for (var count = 2; count <= LanguageFeatures.MaxGroup && count <= last + 1; count++)
            {
                row = model.Letters(LanguageFeatures.Letters(word, last, count));
                if (!row.IsEmpty)
                {
                    any = true;
                    evidence.Add(row);
                }
            }
        }

        evidence.Words += any ? 1 : 0;
    }

    private static LanguageReading Decide(LanguageModel model, Span<Shown> paragraphs, double indonesianFirst)
    {
        if (paragraphs.IsEmpty)
        {
            return new(LanguageModel.Other, 1, []);
        }

        Span<int> sums = stackalloc int[LanguageModel.Stride];
        var result = new ParagraphLanguage[paragraphs.Length];
        var all = new Evidence();
        var scripts = new ScriptCount();
        foreach (ref var paragraph in paragraphs)
        {
            all.Add(ref paragraph.Frame);
            all.Add(ref paragraph.Quoted);
            scripts.Add(paragraph.Scripts);
        }

        // First by the whole text, then paragraph by paragraph with what that says; where that changes the picture, the paragraphs decide.
        var (language, confidence) = Best(model, ref all, scripts, null, indonesianFirst, sums);
        var letters = new Dictionary<string, int>(StringComparer.Ordinal);
        var total = 0;
        for (var i = 0; i < paragraphs.Length; i++)
        {
            ref var paragraph = ref paragraphs[i];
            var best = Judge(model, ref paragraph, language, indonesianFirst, sums);
            result[i] = new(new(paragraph.Start, paragraph.End), best.Language, best.Confidence);
            letters[best.Language] = letters.GetValueOrDefault(best.Language) + paragraph.Letters;
            total += paragraph.Letters;
        }

        // What is in no known language is noise more often than text: it must be far more than the rest.
        var unknown = letters.GetValueOrDefault(LanguageModel.Other);
        letters.Remove(LanguageModel.Other);
        var (most, count) = letters.Count == 0 ? new(LanguageModel.Other, 0) : letters.MaxBy(static pair => pair.Value);
        most = unknown > UnknownTimes * (total - unknown) ? LanguageModel.Other : letters.GetValueOrDefault(Indonesian) >= IndonesianShare * (total - unknown) && count > 0 ? Indonesian : most;
        if (most != language)
        {
            language = most;
            confidence = 0;
            foreach (var paragraph in result)
            {
                confidence = paragraph.Language == most ? Math.Max(confidence, paragraph.Confidence) : confidence;
            }
        }

        return new(language, Math.Round(confidence, 3), result);
    }

    private const string Indonesian = "id";

    private static (string Language, double Confidence) Judge(LanguageModel model, ref Shown paragraph, string language, double indonesianFirst, Span<int> sums)
    {
        var whole = paragraph.Frame;
        whole.Add(ref paragraph.Quoted);
        var best = Best(model, ref whole, paragraph.Scripts, language, indonesianFirst, sums);
        if (best.Language == language || paragraph.Scripts.Letters > whole.Letters)
        {
            return best;
        }

        // Names and captions are in no language: only words that are known and leave little doubt make a paragraph one in another.
        var frame = paragraph.Quoted.Words > 0 && paragraph.Frame.Known > 0 ? Best(model, ref paragraph.Frame, default, language, indonesianFirst, sums) : best;
        return frame.Language == language ? frame
            : best.Language == LanguageModel.Other || best.Confidence < OtherLanguageFrom || whole.Known < OtherLanguageWords ? (language, 1 - best.Confidence) : best;
    }

    /// <summary>The language of one paragraph in a text of a language; the bounds must hold a letter.</summary>
    internal static ParagraphLanguage Paragraph(string text, TextSpan span, string language, LanguageModel model)
    {
        var paragraph = Scan(text, span.Start, span.End, model, byLetters: false);
        if (paragraph.Known < KnownShare * paragraph.Words)
        {
            paragraph = Scan(text, span.Start, span.End, model, byLetters: true);
        }

        Span<int> sums = stackalloc int[LanguageModel.Stride];
        var best = Judge(model, ref paragraph, language, IndonesianFirst, sums);
        return new(span, best.Language, best.Confidence);
    }

    private static (string Language, double Confidence) Best(LanguageModel model, ref Evidence evidence, in ScriptCount scripts, string? around, double indonesianFirst, Span<int> sums)
    {
        if (scripts.Letters > evidence.Letters)
        {
            return (scripts.Language, 1);
        }

        if (evidence.Words == 0)
        {
            return (around ?? LanguageModel.Other, 0);
        }

        evidence.CopyTo(sums);
        var best = -1;
        var scale = 1 / (LanguageModel.UnitsPerNat * Math.Sqrt(1 + (evidence.Words / IndependentWords)));
        Span<double> nats = stackalloc double[LanguageModel.Stride];
        for (var i = 0; i < model.Languages.Count; i++)
        {
            nats[i] = (sums[i] * scale) + (model.Languages[i] == around ? SameAsText : 0) + (model.Languages[i] == Indonesian ? indonesianFirst : 0);
            best = best < 0 || nats[i] > nats[best] ? i : best;
        }

        var sum = 0.0;
        for (var i = 0; i < model.Languages.Count; i++)
        {
            // Of most languages nothing is left that shows in the confidence.
            sum += nats[i] - nats[best] is > -12 and var behind ? Math.Exp(behind) : 0;
        }

        return (model.Languages[best], 1 / sum);
    }
}
