using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sikap.Cli;

/// <summary>
/// Makes text of articles fit for a terminal. An article is foreign input: control characters in it could move the cursor, colour the screen or, as
/// direction marks, show a sentence in another order than it has.
/// </summary>
internal static class TerminalText
{
    // Bidirectional embeddings, overrides and isolates.
    private static readonly SearchValues<char> DirectionMarks = SearchValues.Create("\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\u200E\u200F\u061C");

    /// <summary>One line: runs of white space become one blank, control characters and direction marks vanish.</summary>
    public static string OneLine(string text)
    {
        var result = new StringBuilder(text.Length);
        var pending = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                pending = result.Length > 0;
            }
            else if (IsPrintable(c))
            {
                if (pending)
                {
                    result.Append(' ');
                    pending = false;
                }

                result.Append(c);
            }
        }

        return result.ToString();
    }

    /// <summary>As <see cref="OneLine"/>, with line breaks kept.</summary>
    public static string Lines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(OneLine));

    private static bool IsPrintable(char c) => !char.IsControl(c) && !DirectionMarks.Contains(c) && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.OtherNotAssigned;
}
