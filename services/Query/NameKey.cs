using System.Globalization;
using System.Text;

namespace Sikap.Query;

/// <summary>How names and words are compared: without case and diacritics, blanks collapsed.</summary>
internal static class NameKey
{
    /// <summary>The comparable form of <paramref name="name"/>; empty when it has nothing but blanks.</summary>
    public static string Of(string name)
    {
        var key = new StringBuilder(name.Length);
        var blank = false;
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsWhiteSpace(c))
            {
                blank = key.Length > 0;
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                if (blank)
                {
                    key.Append(' ');
                    blank = false;
                }
                key.Append(char.ToLowerInvariant(c));
            }
        }
        return key.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <summary>The comparable form of whom one speaks for: a country by its code, whichever name it is given.</summary>
    public static string OfRepresented(string name) => Of(Nlp.CountryNames.CodeOf(name) ?? name);

    /// <summary>Runs of letters and digits of the comparable form, the same ones the full-text index takes for words.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        var key = Of(text);
        var start = -1;
        for (var i = 0; i <= key.Length; i++)
        {
            if (i < key.Length && char.IsLetterOrDigit(key[i]))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                words.Add(key[start..i]);
                start = -1;
            }
        }
        return words;
    }
}
