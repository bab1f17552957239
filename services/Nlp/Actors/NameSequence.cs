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
        if (OpensWithParticle(work, at))
        {
            end = at + 3;
            return true;
        }

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
        while (i < tokens.Length && i < at + MaxTokens)
        {
            // "Hendrik "Uci" Wijaya": what somebody is called between the names.
            if (i + 3 < tokens.Length && tokens[i].Kind is TokenKind.Quote && tokens[i + 2].Kind is TokenKind.Quote && tokens[i + 1].Capital && tokens[i + 3].Capital && tokens[i + 3].Breaks == 0 && !tokens[at].Quoted)
            {
                i += 4;
                continue;
            }

            if (tokens[i].Breaks > 0 || tokens[i].Dropped || tokens[i].Quoted != tokens[at].Quoted)
            {
                break;
            }

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

                // "Filologi Universitas Kalibaru": what heads an organisation stands in no name.
                if (!token.Is(WordClass.GivenName) && !tokens[i - 1].AllCaps && next > 0 && tokens[next].Capital && !work.IsForm(i, "bank") && TitlePhrase.IsOrganisationHead(work, i))
                {
                    break;
                }

                // "Bina Marga Sumatera Selatan Rini": a place inside is no part of a name; at the end it can be a surname.
                if (!token.Is(WordClass.GivenName) && Phrases.Longest(work, i, static node => node.Place, out var length) is not null
                    && (length > 1 || (i + length < tokens.Length && tokens[i + length].Capital && tokens[i + length].Breaks == 0)))
                {
                    break;
                }

                i++;
                continue;
            }

            // An initial keeps its stop: "Richard C. Wijaya".
            if (token.Mark == '.' && next > 0 && tokens[next].Capital && tokens[next].Space && IsInitial(work.Form(i - 1)))
            {
                i++;
                continue;
            }

            // "S&P Global"
            if (token.Mark == '&' && !token.Space && next > 0 && tokens[next].Capital && !tokens[next].Space)
            {
                i += 2;
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

    // "C", "Ch", "Md": one letter, or two without a vowel behind the first; "Uu" is a name.
    private static bool IsInitial(ReadOnlySpan<char> form) => form.Length == 1 ? char.IsUpper(form[0]) : form.Length == 2 && char.IsUpper(form[0]) && form[1] is not ('a' or 'e' or 'i' or 'o' or 'u');

    /// <summary>"al - Nasser": the family name alone, with blanks around its hyphen.</summary>
    public static bool OpensWithParticle(ArticleWork work, int at) =>
        at + 2 < work.Tokens.Length && work.Form(at) is "al" or "el" or "Al" or "El" && work.Tokens[at + 1].Mark == '-' && work.Tokens[at + 1].Breaks == 0
        && work.Tokens[at + 2] is { Capital: true, Breaks: 0, Kind: TokenKind.Word };

    private static bool IsParticle(ReadOnlySpan<char> form) =>
        form is "bin" or "binti" or "al" or "el" or "van" or "von" or "de" or "der" or "den" or "da" or "dos" or "du" or "ibn" or "ben" or "Al" or "El";
}
