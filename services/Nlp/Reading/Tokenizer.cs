using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Reading;

/// <summary>Cuts a text into words, numbers and punctuation in one pass and looks every word up.</summary>
internal static class Tokenizer
{
    /// <summary>Longest form that is looked up; a longer run of letters is no word.</summary>
    private const int MaxLookup = 64;

    /// <summary>Tokens of the text in order, on a rented array that the caller disposes of.</summary>
    public static PooledList<Token> Run(string text, Lexicon lexicon)
    {
        var tokens = new PooledList<Token>(text.Length / 5 + 16);
        Span<char> lower = stackalloc char[MaxLookup];
        var breaks = 0;
        var space = true;
        var i = 0;
        while (i < text.Length)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                breaks += c == '\n' ? 1 : 0;
                space = true;
                i++;
                continue;
            }

            var token = new Token { Start = i, Space = space, Breaks = (byte)Math.Min(breaks, 255), Word = -1 };
            if (char.IsLetter(c) || (c == '@' && i + 1 < text.Length && char.IsLetterOrDigit(text[i + 1])) || char.IsSurrogate(c))
            {
                i = WordEnd(text, i, lexicon);
                token.End = i;
                token.Kind = TokenKind.Word;
                Describe(ref token, text.AsSpan(token.Start, i - token.Start), lower, lexicon);
            }
            else if (char.IsDigit(c))
            {
                i = NumberEnd(text, i);
                token.End = i;
                token.Kind = TokenKind.Number;
                Describe(ref token, text.AsSpan(token.Start, i - token.Start), lower, lexicon);
            }
            else
            {
                token.Mark = c;
                token.Kind = QuoteMarks.IsDouble(c) ? TokenKind.Quote : QuoteMarks.IsSingle(c) ? TokenKind.SingleQuote : TokenKind.Punctuation;
                i++;
                // Two single marks side by side are one double mark.
                if (token.Kind == TokenKind.SingleQuote && i < text.Length && text[i] == c)
                {
                    token.Kind = TokenKind.Quote;
                    i++;
                }

                token.End = i;
            }

            tokens.Add(token);
            breaks = 0;
            space = false;
        }

        return tokens;
    }

    private static void Describe(ref Token token, ReadOnlySpan<char> form, Span<char> lower, Lexicon lexicon)
    {
        token.Capital = char.IsUpper(form[0]);
        if (token.Capital && form.Length > 1)
        {
            token.AllCaps = true;
            foreach (var c in form)
            {
                if (char.IsLower(c))
                {
                    token.AllCaps = false;
                    break;
                }
            }
        }

        if (form.Length <= MaxLookup)
        {
            var length = form.ToLowerInvariant(lower);
            for (var k = 0; k < length; k++)
            {
                lower[k] = lower[k] == '’' ? '\'' : lower[k];
            }

            token.Word = lexicon.WordOf(lower[..length]);
            token.Class = lexicon.ClassOf(token.Word);
        }
    }

    private static int WordEnd(string text, int i, Lexicon lexicon)
    {
        var start = i;
        i++;
        while (i < text.Length)
        {
            var c = text[i];
            if (char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c))
            {
                i++;
                continue;
            }

            var next = i + 1 < text.Length ? text[i + 1] : '\0';
            if (c is '-' or '\'' or '’' or '‘' or '`' && char.IsLetterOrDigit(next) && char.IsLetterOrDigit(text[i - 1]))
            {
                // An apostrophe belongs to the word between letters (Ma'ruf); a digit before a hyphen does too (KRI-301).
                i++;
                continue;
            }

            // A full stop belongs to the word in "detik.com": letters after it that are an internet suffix and end there.
            if (c == '.' && char.IsLetter(next) && IsSuffixAt(text, i + 1, lexicon))
            {
                i++;
                continue;
            }

            // Initials such as "D.C." keep together when single capitals alternate with stops.
            if (c == '.' && i - start == 1 && char.IsUpper(text[start]) && char.IsUpper(next) && i + 2 < text.Length && text[i + 2] == '.')
            {
                i += 3;
                continue;
            }

            break;
        }

        return i;
    }

    private static bool IsSuffixAt(string text, int at, Lexicon lexicon)
    {
        var end = at;
        while (end < text.Length && char.IsLetter(text[end]) && end - at < 6)
        {
            end++;
        }

        if (end < text.Length && char.IsLetterOrDigit(text[end]))
        {
            return false;
        }

        return lexicon.IsDomainSuffix(text.AsSpan(at, end - at));
    }

    private static int NumberEnd(string text, int i)
    {
        i++;
        while (i < text.Length)
        {
            var c = text[i];
            if (char.IsLetterOrDigit(c))
            {
                i++;
                continue;
            }

            if (c is '.' or ',' or ':' or '-' && i + 1 < text.Length && char.IsDigit(text[i + 1]))
            {
                i += 2;
                continue;
            }

            break;
        }

        return i;
    }
}
