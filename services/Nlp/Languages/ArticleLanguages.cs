using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Languages;

/// <summary>
/// The languages of an article whose words have been looked up already. Nine of ten words of Indonesian news stand in the lexicon: their weights tell nearly every paragraph without a second reading.
/// What they leave open goes to <see cref="LanguageReader"/>, whose answers these are.
/// </summary>
internal static class ArticleLanguages
{
    /// <summary>Evidence, in nats, from which on an article is Indonesian and not Malay: more than the reader asks for, so that it decides in doubt.</summary>
    private const int Clear = 8;

    /// <summary>
    /// Evidence, in nats, from which on a paragraph is in one of both. Each word counts against the nearest of all other languages, so the sum is less than against any one of them, and the reader
    /// would add what speaks for the language of the text around.
    /// </summary>
    private const int ClearParagraph = 1;

    /// <summary>Where more of its words stand in the lexicon than this share, a paragraph is clear without evidence too: another language would show.</summary>
    private const double KnownShare = 0.6;

    /// <summary>Evidence for Malay against Indonesian, in nats, from which on a paragraph is looked at by itself.</summary>
    private const int Malay = 5;

    /// <summary>Shorter paragraphs are never in a language of their own.</summary>
    private const int MinWords = 4;

    /// <summary>The language of the article, and in normalised coordinates the paragraphs in others.</summary>
    public static (string Language, List<TextSpan> Others) Read(ArticleWork work)
    {
        var doubtful = new List<TextSpan>();
        if (IsIndonesian(work, doubtful))
        {
            doubtful.RemoveAll(span => LanguageReader.Paragraph(work.Text, span, work.Lexicon.Language, LanguageModel.Shipped).Language == work.Lexicon.Language);
            return (work.Lexicon.Language, doubtful);
        }

        var reading = LanguageReader.Read(work.Text);
        return (reading.Language, [.. reading.Paragraphs.Where(p => p.Language != reading.Language).Select(static p => p.Span)]);
    }

    private static bool IsIndonesian(ArticleWork work, List<TextSpan> doubtful)
    {
        var tokens = work.Tokens;
        var signs = work.Lexicon.Signs;
        int clear = 0, open = 0, all = 0;
        for (var first = 0; first < tokens.Length;)
        {
            int words = 0, known = 0, malay = 0, rest = 0;
            var end = first;
            do
            {
                ref readonly var token = ref tokens[end];
                if (token.Kind == TokenKind.Word)
                {
                    words++;
                    if ((uint)token.Word < (uint)signs.Count)
                    {
                        known++;
                        var (againstMalay, againstRest) = signs[token.Word];
                        malay += againstMalay;
                        rest += againstRest;
                    }
                }

                end++;
            }
            while (end < tokens.Length && tokens[end].Breaks == 0);

            var length = tokens[end - 1].End - tokens[first].Start;
            var isClear = rest >= ClearParagraph * LanguageModel.UnitsPerNat || (known > KnownShare * words && rest > -ClearParagraph * LanguageModel.UnitsPerNat);
            if (isClear && malay > -Malay * LanguageModel.UnitsPerNat)
            {
                clear += length;
                all += malay;
            }
            else
            {
                open += length;
                if (words >= MinWords)
                {
                    doubtful.Add(new(tokens[first].Start, tokens[end - 1].End));
                }
            }

            first = end;
        }

        return clear > open && all >= Clear * LanguageModel.UnitsPerNat;
    }
}

/// <summary>What each word of a lexicon says for Indonesian: against Malay, and against the nearest of all other languages, in the units of <see cref="LanguageModel"/>. Immutable.</summary>
internal sealed class LanguageSigns
{
    private readonly (short Malay, short Others)[] _signs;

    /// <param name="words">The words by number.</param>
    public LanguageSigns(IReadOnlyDictionary<string, int> words, LanguageModel model)
    {
        var languages = model.Languages.ToList();
        var (indonesian, malay) = (languages.IndexOf("id"), languages.IndexOf("ms"));
        _signs = new (short, short)[words.Count];
        foreach (var (word, number) in words)
        {
            var row = model.Word(LanguageFeatures.Word(word));
            if (row.IsEmpty || word.Length < 2)
            {
                continue;
            }

            var nearest = sbyte.MinValue;
            for (var i = 0; i < languages.Count; i++)
            {
                nearest = i == indonesian || i == malay ? nearest : Math.Max(nearest, row[i]);
            }

            // Against the rest Malay counts for Indonesian: which of both it is has a sum of its own.
            _signs[number] = ((short)(row[indonesian] - row[malay]), (short)(Math.Max(row[indonesian], row[malay]) - nearest));
        }
    }

    /// <summary>Words there are.</summary>
    public int Count => _signs.Length;

    /// <summary>The two signs of a word by its number.</summary>
    public (short Malay, short Others) this[int word] => _signs[word];
}
