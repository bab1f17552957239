using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Lexicons;

/// <summary>Longest-match look-up of phrases in the running text.</summary>
internal static class Phrases
{
    /// <summary>The longest phrase of the tables that begins at a token; <paramref name="length"/> in tokens.</summary>
    public static PhraseNode? Longest(ArticleWork work, int token, out int length) => Longest(work, token, static _ => true, out length);

    /// <summary>The longest phrase that begins at a token and satisfies a condition.</summary>
    public static PhraseNode? Longest(ArticleWork work, int token, Func<PhraseNode, bool> wanted, out int length)
    {
        PhraseNode? best = null;
        length = 0;
        if (!work.Tokens[token].Is(WordClass.OpensPhrase))
        {
            return null;
        }

        var node = 0;
        for (var i = token; i < work.Tokens.Length; i++)
        {
            ref readonly var current = ref work.Tokens[i];
            if (i > token && (current.Breaks > 0 || current.Kind != TokenKind.Word))
            {
                break;
            }

            node = work.Lexicon.Step(node, current.Word);
            if (node < 0)
            {
                break;
            }

            if (work.Lexicon.At(node) is { } found && wanted(found))
            {
                best = found;
                length = i - token + 1;
            }
        }

        return best;
    }

    /// <summary>The actor whose name begins at a token, in the right case.</summary>
    public static ActorName? Actor(ArticleWork work, int token, out int length)
    {
        ref readonly var first = ref work.Tokens[token];
        if (!first.Capital || first.Word < 0)
        {
            length = 0;
            return null;
        }

        var match = Longest(work, token, static node => node.Actor is not null, out length);
        if (match?.Actor is not { } name)
        {
            return null;
        }

        if (name.ExactCase && length == 1 && !first.AllCaps)
        {
            return null;
        }

        for (var i = token; i < token + length; i++)
        {
            if (!work.Tokens[i].Capital && !work.Tokens[i].Is(WordClass.Function))
            {
                return null;
            }
        }

        return name;
    }

    /// <summary>The title that begins at a token.</summary>
    public static TitleHead? Title(ArticleWork work, int token, out int length)
    {
        length = 0;
        if (work.Tokens[token].Word < 0)
        {
            return null;
        }

        var match = Longest(work, token, static node => node.Title is not null, out length);
        if (match?.Title is not { } title)
        {
            return null;
        }

        return title.ExactCase && !work.Tokens[token].AllCaps ? null : title;
    }
}
