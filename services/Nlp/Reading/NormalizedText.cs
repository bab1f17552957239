using System.Text;

namespace Sikap.Nlp.Reading;

/// <summary>
/// The text the stages read: composed characters, no invisible characters, plain blanks. Positions in it map back to the original,
/// so that every span a caller sees refers to the text as it came.
/// </summary>
internal sealed class NormalizedText
{
    private readonly int[]? _map;

    private NormalizedText(string original, string text, int[]? map)
    {
        Original = original;
        Text = text;
        _map = map;
    }

    /// <summary>The text as it came.</summary>
    public string Original { get; }

    /// <summary>The text to read.</summary>
    public string Text { get; }

    /// <summary>Reads a text; nothing is copied where nothing is to be changed.</summary>
    public static NormalizedText From(string original)
    {
        foreach (var c in original)
        {
            if (NeedsWork(c))
            {
                return Rewrite(original);
            }
        }

        return new(original, original, null);
    }

    /// <summary>The span of the original that a span of <see cref="Text"/> stands for.</summary>
    public TextSpan ToOriginal(int start, int end)
    {
        if (_map is null)
        {
            return new(start, end);
        }

        return start >= end ? new(_map[start], _map[start]) : new(_map[start], EndOf(end));
    }

    // The end of a span is the end of its last character, not the start of the next: invisible characters after it stay outside.
    private int EndOf(int end)
    {
        var last = _map![end - 1];
        var stop = _map[end];
        var position = last + 1;
        while (position < stop && !IsInvisible(Original[position]))
        {
            position++;
        }

        return position;
    }

    private static NormalizedText Rewrite(string original)
    {
        var text = new StringBuilder(original.Length);
        var map = new List<int>(original.Length + 1);
        var i = 0;
        while (i < original.Length)
        {
            var c = original[i];
            if (IsInvisible(c))
            {
                i++;
                continue;
            }

            var marks = i + 1;
            while (marks < original.Length && IsCombining(original[marks]))
            {
                marks++;
            }

            if (marks > i + 1 && !char.IsSurrogate(c))
            {
                var composed = original[i..Math.Min(marks, i + MaxMarks)].Normalize(NormalizationForm.FormC);
                foreach (var part in composed)
                {
                    text.Append(part);
                    map.Add(i);
                }

                i = marks;
                continue;
            }

            text.Append(IsBlank(c) ? ' ' : c == '\r' ? '\n' : c);
            map.Add(i);
            // A line end of two characters is one line end.
            i += c == '\r' && i + 1 < original.Length && original[i + 1] == '\n' ? 2 : 1;
        }

        map.Add(original.Length);
        return new(original, text.ToString(), [.. map]);
    }

    /// <summary>A base character never carries more marks than this in any language; a longer run is an attack or noise.</summary>
    private const int MaxMarks = 8;

    private static bool NeedsWork(char c) => c == '\r' || (c >= '\u00a0' && (IsInvisible(c) || IsBlank(c) || IsCombining(c)));

    private static bool IsInvisible(char c) => c is '\u00ad' or '\u200b' or '\u200c' or '\u200d' or '\u200e' or '\u200f' or '\u2060' or '\ufeff'
        or (>= '\u202a' and <= '\u202e');

    private static bool IsBlank(char c) => c is '\u00a0' or '\u1680' or (>= '\u2000' and <= '\u200a') or '\u202f' or '\u205f' or '\u3000';

    private static bool IsCombining(char c) => c is >= '\u0300' and <= '\u036f';
}
