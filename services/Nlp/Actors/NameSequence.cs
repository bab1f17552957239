using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Actors;

/// <summary>A person's name: capitalised words, initials, particles.</summary>
internal static class NameSequence
{
    /// <summary>Longest name in tokens.</summary>
    private const int MaxTokens = 8;

    /// <summary>Reads the name that begins at a token; false when none begins there.</summary>
    public static bool Read(ArticleWork work, int at, out int end)
    {
        end = at;
        var tokens = work.Tokens;
        if (at >= tokens.Length || !tokens[at].Capital || tokens[at].Kind != TokenKind.Word)
        {
            return false;
        }

        // A common word opens a name only if it is known as one.
        if (tokens[at].Is(WordClass.Common | WordClass.Weekday | WordClass.Month) && !tokens[at].Is(WordClass.GivenName))
        {
            return false;
        }

        if (Phrases.Actor(work, at, out _) is not null)
        {
            return false;
        }

        // "Teluk Arumdalu", "Gunung Kidang": what a landform is called is no person.
        if (at > 0 && tokens[at].Breaks == 0 && tokens[at - 1].Capital && tokens[at - 1].Is(WordClass.Landform))
        {
            return false;
        }

        var i = at + 1;
        while (i < tokens.Length && i < at + MaxTokens && tokens[i].Breaks == 0 && !tokens[i].Dropped && tokens[i].Quoted == tokens[at].Quoted)
        {
            ref readonly var token = ref tokens[i];
            var next = i + 1 < tokens.Length && tokens[i + 1].Breaks == 0 ? i + 1 : -1;
            if (token.Kind == TokenKind.Word && token.Capital)
            {
                // Headlines capitalise every word: there a common word ends the name.
                if (token.Is(WordClass.Common) && !token.Is(WordClass.GivenName) && work.Layout.IsHeadline(token.Start))
                {
                    break;
                }

                // Short months ("Jun", "Mar") are names in other languages.
                if (token.Is(WordClass.Weekday) || (token.Is(WordClass.Month) && (token.End - token.Start > 3 || work.IsForm(i, "mei"))) || Phrases.Actor(work, i, out _) is { Form: not MentionForm.Metonym } || (Phrases.Title(work, i, out _) is { Kind: TitleKind.Office or TitleKind.Company or TitleKind.Place or TitleKind.Rank } && !token.Is(WordClass.GivenName)))
                {
                    break;
                }

                i++;
                continue;
            }

            // An initial keeps its stop: "Richard C. Wijaya".
            if (token.Mark == '.' && next > 0 && tokens[next].Capital && tokens[next].Space && tokens[i - 1].End - tokens[i - 1].Start <= 2 && tokens[i - 1].Capital)
            {
                i++;
                continue;
            }

            if (token.Kind == TokenKind.Word && next > 0 && IsParticle(work.Form(i)) && (tokens[next].Capital || tokens[next].Mark == '-'))
            {
                i++;
                continue;
            }

            // "al - Harithi", "Min - ho": some sources put blanks around the hyphen.
            if (token.Mark == '-' && next > 0 && token.Space && tokens[next].Space && tokens[next].Kind == TokenKind.Word
                && (IsParticle(work.Form(i - 1)) || (!tokens[next].Capital && tokens[next].End - tokens[next].Start <= 5 && !tokens[next].Is(WordClass.Function | WordClass.CueAny | WordClass.Adverb | WordClass.Common))
                    || (i == at + 1 && tokens[next].Capital && !tokens[next].Is(WordClass.Common) && next + 1 < tokens.Length && tokens[next + 1].Capital && tokens[next + 1].Breaks == 0)))
            {
                i += 2;
                continue;
            }

            break;
        }

        end = i;
        return true;
    }

    private static bool IsParticle(ReadOnlySpan<char> form) =>
        form is "bin" or "binti" or "al" or "el" or "van" or "von" or "de" or "der" or "den" or "da" or "dos" or "du" or "ibn" or "ben" or "Al" or "El";
}
