using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Layout;

/// <summary>
/// Reads an article's frame: headline, dateline, credits, and the lines that are no story (links to other articles, calls to join channels,
/// captions, copyright). What is no story is marked on the tokens so that later stages never see it.
/// </summary>
internal static class LayoutFinder
{
    /// <summary>A headline is shorter than this; a longer first line is a paragraph.</summary>
    private const int MaxTitleChars = 180;

    /// <summary>A dateline stands behind headline and captions at most; behind more text a dash is punctuation.</summary>
    private const int MaxCharsBeforeDateline = 800;

    private const int MaxDatelineLine = 12;

    /// <summary>Reads the frame and marks the tokens outside the story.</summary>
    public static void Run(ArticleWork work)
    {
        var result = work.Layout;
        var lines = Lines(work.Text);
        var drop = new bool[lines.Count];
        var credits = new CreditReader(work);
        var story = -1;
        var starts = new int[lines.Count];
        var before = 0;
        var last = -1;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            starts[i] = line.Start;
            if (drop[i])
            {
                continue;
            }

            if (credits.Label(line) is { } behind)
            {
                (starts[i], last) = (behind, i);
                continue;
            }

            if (credits.Line(line, i + 1 < lines.Count ? lines[i + 1] : null, out var tookNext))
            {
                drop[i] = true;
                if (tookNext)
                {
                    drop[i + 1] = true;
                }

                continue;
            }

            last = i;
            if (story < 0 && i < MaxDatelineLine && before <= MaxCharsBeforeDateline && DatelineReader.Read(work, line) is { } end)
            {
                (story, starts[i]) = (i, end);
            }

            before += line.Length;
        }

        if (story > 0)
        {
            Head(work, credits, lines, drop, story);
        }
        else if (story < 0)
        {
            Title(work, lines, drop);
        }

        for (var i = 0; i < lines.Count; i++)
        {
            if (drop[i])
            {
                result.Boilerplate.Add(lines[i]);
                continue;
            }

            if (starts[i] > lines[i].Start)
            {
                result.Boilerplate.Add(new(lines[i].Start, starts[i]));
            }

            if (starts[i] < lines[i].End && credits.Tail(new(starts[i], lines[i].End), i == last) is { } tail)
            {
                result.Boilerplate.Add(tail);
            }
        }

        result.Publisher ??= OwnName(work);
        result.Boilerplate.Sort((a, b) => a.Start.CompareTo(b.Start));
        Mark(work);
    }

    // "kata Rini kepada kabarkota (kabarkota.com)": an outlet that gives its address behind its name speaks of itself, unless it is quoted from.
    private static string? OwnName(ArticleWork work)
    {
        var tokens = work.Tokens;
        for (var i = 0; i + 3 < tokens.Length; i++)
        {
            if (tokens[i].Kind == TokenKind.Word && tokens[i + 1].Mark == '(' && tokens[i + 3].Mark == ')' && work.Form(i + 2) is var address && address.IndexOf('.') is > 2 and var dot
                && address[..dot].Equals(work.Form(i), StringComparison.OrdinalIgnoreCase) && (i == 0 || tokens[i].Breaks > 0 || tokens[i - 1].Mark == '.' || work.IsForm(i - 1, "kepada") || work.IsForm(i - 1, "pantauan")))
            {
                return work.Form(i).ToString();
            }
        }

        return null;
    }

    /// <summary>First token at or behind a position.</summary>
    public static int FirstToken(ReadOnlySpan<Token> tokens, int position)
    {
        int low = 0, high = tokens.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (tokens[middle].Start < position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static List<TextSpan> Lines(string text)
    {
        var lines = new List<TextSpan>();
        var start = 0;
        while (start < text.Length)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            var (a, b) = Trim(text, start, end);
            if (a < b)
            {
                lines.Add(new(a, b));
            }

            start = end + 1;
        }

        return lines;
    }

    /// <summary>The bounds without blanks around.</summary>
    public static (int Start, int End) Trim(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return (start, end);
    }

    // Everything before the dateline is headline, repeated headline, or the caption of the picture between them.
    private static void Head(ArticleWork work, CreditReader credits, List<TextSpan> lines, bool[] drop, int story)
    {
        for (var i = 0; i < story; i++)
        {
            if (drop[i])
            {
                continue;
            }

            if (work.Layout.TitleSpan is null && lines[i].Length <= MaxTitleChars)
            {
                work.Layout.TitleSpan = lines[i];
                continue;
            }

            drop[i] = true;
            credits.Caption(lines[i]);
        }
    }

    private static void Title(ArticleWork work, List<TextSpan> lines, bool[] drop)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (drop[i])
            {
                continue;
            }

            var last = work.Text[lines[i].End - 1];
            if (i + 1 < lines.Count && lines[i].Length <= MaxTitleChars && last is not ('.' or ',' or '"' or '”' or ':' or ')'))
            {
                work.Layout.TitleSpan = lines[i];
            }

            return;
        }
    }

    private static void Mark(ArticleWork work)
    {
        foreach (var span in work.Layout.Boilerplate)
        {
            work.Drop(span);
        }
    }
}
