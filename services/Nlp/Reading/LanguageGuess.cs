using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Reading;

/// <summary>Tells Indonesian from other languages by function words, which make up a quarter of any running text.</summary>
internal static class LanguageGuess
{
    /// <summary>Tokens looked at: the opening of an article decides, the rest only costs time.</summary>
    private const int Sample = 600;

    /// <summary>Up to this many words a text may lack function words by chance.</summary>
    private const int ShortText = 40;

    /// <summary><c>id</c>, <c>en</c>, or <c>und</c> when neither is plain.</summary>
    public static string Of(ReadOnlySpan<Token> tokens, Lexicon lexicon)
    {
        int words = 0, indonesian = 0, english = 0, common = 0;
        foreach (ref readonly var token in tokens)
        {
            if (token.Kind != TokenKind.Word)
            {
                continue;
            }

            words++;
            indonesian += lexicon.IsIndonesianFunctionWord(token.Word) ? 1 : 0;
            common += token.Is(WordClass.Common) ? 1 : 0;
            english += lexicon.IsEnglishFunctionWord(token.Word) ? 1 : 0;
            if (words >= Sample)
            {
                break;
            }
        }

        // Running text has a function word in eight or more; a sentence or two may have none, but then its words are common ones.
        if (words == 0 || (indonesian == 0 && english == 0 && (words > ShortText || common * 2 < words)))
        {
            return "und";
        }

        if ((indonesian * 16 >= words || (words <= ShortText && common * 2 >= words)) && indonesian >= english)
        {
            return "id";
        }

        return english * 10 >= words && english > indonesian ? "en" : "und";
    }
}
