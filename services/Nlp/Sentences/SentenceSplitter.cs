using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Sentences;

/// <summary>Cuts the story into sentences. A quotation is never cut, so that it stays with its attribution.</summary>
internal static class SentenceSplitter
{
    /// <summary>
    /// Tokens of a sentence, quotations aside: what is longer is a list without marks or no language at all. Within a sentence each cue is weighed against the others, so its length is what a hostile text can cost.
    /// </summary>
    public const int MaxTokens = 600;

    /// <summary>Fills <see cref="ArticleWork.Sentences"/>.</summary>
    public static void Run(ArticleWork work)
    {
        var tokens = work.Tokens;
        var line = 0;
        var start = -1;
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Breaks > 0)
            {
                line++;
            }

            if (tokens[i].Dropped)
            {
                Close(work, start, i, line);
                start = -1;
                continue;
            }

            if (start >= 0 && tokens[i].Breaks > 0 && !ContinuesLine(work, i))
            {
                Close(work, start, i, line - 1);
                start = -1;
            }

            if (start < 0)
            {
                start = i;
            }

            if (EndsAfter(work, i) || (i - start >= MaxTokens && !tokens[i].Quoted))
            {
                Close(work, start, i + 1, line);
                start = -1;
            }
        }

        Close(work, start, tokens.Length, line);
    }

    private static void Close(ArticleWork work, int start, int end, int line)
    {
        if (start < 0 || start >= end)
        {
            return;
        }

        for (var i = start; i < end; i++)
        {
            if (work.Tokens[i].Kind is TokenKind.Word or TokenKind.Number)
            {
                work.Sentences.Add(new(start, end, line, work.Layout.IsHeadline(work.Tokens[start].Start)));
                return;
            }
        }
    }

    // An attribution that slipped onto the next line: "... pagi ini,\nkata Rini".
    private static bool ContinuesLine(ArticleWork work, int i) =>
        !work.Tokens[i].Capital && work.Is(i, WordClass.CueBare | WordClass.CueNya) && work.Tokens[i].Breaks == 1;

    private static bool EndsAfter(ArticleWork work, int i)
    {
        var tokens = work.Tokens;
        ref readonly var token = ref tokens[i];
        if (token.Quoted)
        {
            return false;
        }

        var next = i + 1;
        if (token.Kind is TokenKind.Quote or TokenKind.SingleQuote)
        {
            // A closing mark ends the sentence when the quotation ended one and what follows begins one.
            return i > 0 && token.Breaks == 0 && tokens[i - 1].Quoted && tokens[i - 1].Mark is '.' or '!' or '?' or '…' && BeginsSentence(work, next);
        }

        if (token.Mark is ')' && i > 0 && tokens[i - 1].Mark is '.' or '!' or '?')
        {
            return BeginsSentence(work, next);
        }

        if (token.Mark is not ('.' or '!' or '?' or '…'))
        {
            return false;
        }

        if (token.Mark == '.' && i > 0 && !token.Space && tokens[i - 1].Kind == TokenKind.Word)
        {
            // Abbreviation or initial before a name or number.
            var before = tokens[i - 1];
            if (before.Is(WordClass.Abbreviation) && !before.Is(WordClass.Pronoun) && next < tokens.Length && tokens[next].Breaks == 0)
            {
                return false;
            }

            if (before.End - before.Start == 1 && before.Capital && next < tokens.Length && tokens[next].Capital && tokens[next].Breaks == 0)
            {
                return false;
            }
        }

        return BeginsSentence(work, next);
    }

    private static bool BeginsSentence(ArticleWork work, int next)
    {
        var tokens = work.Tokens;
        if (next >= tokens.Length || tokens[next].Breaks > 0 || tokens[next].Dropped)
        {
            return true;
        }

        ref readonly var token = ref tokens[next];
        return token.Kind switch
        {
            TokenKind.Word => token.Capital,
            TokenKind.Number => token.Space,
            TokenKind.Quote or TokenKind.SingleQuote => next + 1 < tokens.Length && tokens[next + 1].Quoted,
            _ => token.Mark is '(' or '[' && next + 1 < tokens.Length && tokens[next + 1].Capital,
        };
    }
}
