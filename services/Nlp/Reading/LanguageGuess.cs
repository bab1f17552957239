using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Reading;

/// <summary>Tells Indonesian from other languages by function words, which make up a quarter of any running text.</summary>
internal static class LanguageGuess
{
    /// <summary>Tokens looked at: the opening of an article decides, the rest only costs time.</summary>
    private const int Sample = 600;

    /// <summary><c>id</c>, <c>en</c>, or <c>und</c> when neither is plain.</summary>
    public static string Of(ReadOnlySpan<Token> tokens, Lexicon lexicon)
    {
        int words = 0, indonesian = 0, english = 0;
        foreach (ref readonly var token in tokens)
        {
            if (token.Kind != TokenKind.Word)
            {
                continue;
            }

            words++;
            indonesian += lexicon.IsIndonesianFunctionWord(token.Word) ? 1 : 0;
            english += lexicon.IsEnglishFunctionWord(token.Word) ? 1 : 0;
            if (words >= Sample)
            {
                break;
            }
        }

        // Short headlines may have a single function word; running text has one word in eight or more.
        if (words == 0 || (indonesian == 0 && english == 0))
        {
            return "und";
        }

        if (indonesian * 16 >= words && indonesian >= english)
        {
            return "id";
        }

        return english * 10 >= words && english > indonesian ? "en" : "und";
    }
}
