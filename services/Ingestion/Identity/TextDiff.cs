using Sikap.Nlp;

namespace Sikap.Ingestion;

/// <summary>What changed from one text to another, sentence by sentence.</summary>
internal static class TextDiff
{
    // Beyond that the part that differs is told as gone and new as a whole; the table has four bytes for each pair.
    private const int MaxPairs = 4_000_000;

    /// <summary>Sentences of <paramref name="before"/> that are gone and sentences of <paramref name="after"/> that are new; white space between words does not count.</summary>
    public static (IReadOnlyList<TextSpan> Removed, IReadOnlyList<TextSpan> Added) Between(string before, string after)
    {
        var (left, right) = (Sentences(before), Sentences(after));
        var (lefts, rights) = (Keys(before, left), Keys(after, right));
        var first = 0;
        while (first < lefts.Length && first < rights.Length && lefts[first] == rights[first])
            first++;
        var last = 0;
        while (last < lefts.Length - first && last < rights.Length - first && lefts[^(last + 1)] == rights[^(last + 1)])
            last++;
        var (rows, columns) = (lefts.Length - first - last, rights.Length - first - last);
        var (removed, added) = (new List<TextSpan>(), new List<TextSpan>());
        if ((long)rows * columns > MaxPairs)
            return ([.. left.Skip(first).Take(rows)], [.. right.Skip(first).Take(columns)]);

        // Longest common sequence of what is left, from the end.
        var common = new int[rows + 1, columns + 1];
        for (var row = rows - 1; row >= 0; row--)
        {
            for (var column = columns - 1; column >= 0; column--)
            {
                common[row, column] = lefts[first + row] == rights[first + column]
                    ? common[row + 1, column + 1] + 1
                    : Math.Max(common[row + 1, column], common[row, column + 1]);
            }
        }

        for (int row = 0, column = 0; row < rows || column < columns;)
        {
            if (row < rows && column < columns && lefts[first + row] == rights[first + column])
                (row, column) = (row + 1, column + 1);
            else if (column == columns || (row < rows && common[row + 1, column] >= common[row, column + 1]))
                removed.Add(left[first + row++]);
            else
                added.Add(right[first + column++]);
        }

        return (removed, added);
    }

    /// <summary>Parts of the text that end with a line or with a mark that ends a sentence and a blank; good enough to show what changed.</summary>
    private static List<TextSpan> Sentences(string text)
    {
        var sentences = new List<TextSpan>();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            var ends = i == text.Length || text[i] is '\n' or '\r' || (char.IsWhiteSpace(text[i]) && i > start && EndsSentence(text, i));
            if (!ends)
                continue;
            Add(start, i);
            start = i + 1;
        }

        return sentences;

        void Add(int from, int to)
        {
            while (from < to && char.IsWhiteSpace(text[from]))
                from++;
            while (to > from && char.IsWhiteSpace(text[to - 1]))
                to--;
            if (from < to)
                sentences.Add(new TextSpan(from, to));
        }
    }

    private static bool EndsSentence(string text, int blank)
    {
        var at = blank - 1;
        while (at > 0 && text[at] is '"' or '\u201d' or '\u2019' or ')' or '\'')
            at--;
        return text[at] is '.' or '!' or '?' or '\u2026';
    }

    private static string[] Keys(string text, List<TextSpan> sentences) =>
        [.. sentences.Select(sentence => string.Join(' ', text[sentence.Start..sentence.End].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
}
