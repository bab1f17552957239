using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Sentences;

/// <summary>
/// Pairs quotation marks paragraph by paragraph. Outlets mix mark styles, close with the opening mark, forget one of a pair or put the blank on
/// the wrong side, so a mark is judged by the state (inside or outside) first and by its shape and the blanks around it second.
/// </summary>
internal static class QuotationFinder
{
    /// <summary>Fills <see cref="ArticleWork.Quotations"/> and <see cref="ArticleWork.QuotationOf"/>.</summary>
    public static void Run(ArticleWork work)
    {
        var tokens = work.Tokens;
        work.QuotationOf = new int[tokens.Length];
        Array.Fill(work.QuotationOf, -1);
        var i = 0;
        while (i < tokens.Length)
        {
            var end = i + 1;
            while (end < tokens.Length && tokens[end].Breaks == 0 && tokens[end].Dropped == tokens[i].Dropped)
            {
                end++;
            }

            if (!tokens[i].Dropped)
            {
                Paragraph(work, i, end);
            }

            i = end;
        }
    }

    private static void Paragraph(ArticleWork work, int first, int end)
    {
        var tokens = work.Tokens;
        var open = -1;
        var nested = 0;
        var after = first;
        for (var i = first; i < end; i++)
        {
            if (tokens[i].Kind == TokenKind.SingleQuote && open < 0)
            {
                var close = SingleClose(work, i, end);
                if (close > 0)
                {
                    Add(work, i, close, single: true);
                    i = close;
                }

                continue;
            }

            if (tokens[i].Kind != TokenKind.Quote)
            {
                continue;
            }

            if (open < 0)
            {
                // A mark that can only close, with an attribution behind it: the opening mark is missing.
                if (LooksClosing(work, i, first, end) && i > after && CueFollows(work, i, end))
                {
                    Add(work, after, i);
                    after = i + 1;
                }
                else if (i > first && tokens[i - 1].Kind == TokenKind.Number && !tokens[i].Space && SpaceAfter(work, i, end))
                {
                    // 32": inches.
                    continue;
                }
                else
                {
                    open = i;
                    nested = 0;
                }

                continue;
            }

            if (IsNestedOpening(work, open, i, end))
            {
                nested++;
            }
            else if (nested > 0)
            {
                nested--;
            }
            else
            {
                Add(work, open, i, single: false);
                open = -1;
                after = i + 1;
            }
        }

        if (open >= 0 && open + 1 < end)
        {
            Unclosed(work, open, end);
        }
    }

    // "..., kata Rini" inside an unclosed quotation ends it before the comma's end; otherwise it runs to the end of the paragraph.
    private static void Unclosed(ArticleWork work, int open, int end)
    {
        var stop = end;
        for (var i = open + 2; i + 1 < end; i++)
        {
            if (work.Tokens[i].Mark is ',' or '.' or '?' or '!' && work.Is(i + 1, WordClass.CueBare | WordClass.CueNya) && !work.Tokens[i + 1].Capital
                && (work.Is(i + 1, WordClass.CueNya) || (i + 2 < end && work.Tokens[i + 2].Capital) || work.Is(i + 2, WordClass.Pronoun3)))
            {
                stop = i + 1;
                break;
            }
        }

        Record(work, new(open, open + 1, stop, -1, false));
    }

    private static void Add(ArticleWork work, int open, int close, bool single)
    {
        if (close > open + 1)
        {
            Record(work, new(open, open + 1, close, close, single));
        }
    }

    private static void Add(ArticleWork work, int first, int close) => Record(work, new(-1, first, close, close, false));

    private static void Record(ArticleWork work, Quotation quotation)
    {
        for (var i = quotation.First; i < quotation.End; i++)
        {
            work.Tokens[i].Quoted = true;
            work.QuotationOf[i] = work.Quotations.Count;
        }

        work.Quotations.Add(quotation);
    }

    private static bool SpaceAfter(ArticleWork work, int i, int end) => i + 1 >= end || work.Tokens[i + 1].Space;

    private static bool LooksClosing(ArticleWork work, int i, int first, int end) =>
        i > first && !QuoteMarks.OnlyOpens(work.Tokens[i].Mark)
        && (CueFollows(work, i, end) || (!work.Tokens[i].Space && (SpaceAfter(work, i, end) || work.Tokens[i + 1].Kind == TokenKind.Punctuation)));

    private static bool CueFollows(ArticleWork work, int i, int end)
    {
        var next = i + 1;
        if (next < end && work.Tokens[next].Mark == ',')
        {
            next++;
        }

        return next < end && work.Is(next, WordClass.CueBare | WordClass.CueNya) && !work.Tokens[next].Capital;
    }

    // Opening shape inside an open quotation, not after a clause end, no attribution behind it, and enough marks left to close both.
    private static bool IsNestedOpening(ArticleWork work, int open, int i, int end)
    {
        var tokens = work.Tokens;
        if (i == open + 1)
        {
            return false;
        }

        if (!tokens[i].Space || SpaceAfter(work, i, end) || CueFollows(work, i, end) || tokens[i - 1].Mark is ',' or '.' or '!' or '?')
        {
            return false;
        }

        var left = 0;
        for (var k = i + 1; k < end && k < i + 400; k++)
        {
            if (tokens[k].Kind == TokenKind.Quote && ++left == 2)
            {
                return true;
            }
        }

        return false;
    }

    private static int SingleClose(ArticleWork work, int open, int end)
    {
        var tokens = work.Tokens;
        var mark = tokens[open].Mark;
        if (mark is '’' or '´' or '›' || open + 1 >= end || (open > 0 && !tokens[open].Space && tokens[open].Breaks == 0 && tokens[open - 1].Mark is '\0'))
        {
            return -1;
        }

        if (mark is '\'' or '`' && tokens[open + 1].Space)
        {
            return -1;
        }

        for (var i = open + 2; i < end && i < open + 120; i++)
        {
            if (tokens[i].Kind == TokenKind.Quote)
            {
                return -1;
            }

            if (tokens[i].Kind == TokenKind.SingleQuote && !tokens[i].Space && (SpaceAfter(work, i, end) || tokens[i + 1].Kind != TokenKind.Word))
            {
                return i;
            }
        }

        return -1;
    }
}
