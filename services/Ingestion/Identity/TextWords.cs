using System.Text;

namespace Sikap.Ingestion;

/// <summary>The words of a text as numbers: runs of letters and digits in Unicode form C and lower case, hashed (FNV-1a, 64 bits), the same in every process.</summary>
internal static class TextWords
{
    /// <summary>Calls <paramref name="take"/> with the hash, the first character and the length of each word, in their order.</summary>
    public static void Read(string text, Action<ulong, char, int> take)
    {
        var normal = text.IsNormalized(NormalizationForm.FormC) ? text : text.Normalize(NormalizationForm.FormC);
        for (var i = 0; i < normal.Length; i++)
        {
            if (!char.IsLetterOrDigit(normal[i]))
                continue;

            var start = i;
            var hash = 14695981039346656037UL;
            for (; i < normal.Length && char.IsLetterOrDigit(normal[i]); i++)
                hash = (hash ^ char.ToLowerInvariant(normal[i])) * 1099511628211UL;
            take(hash, normal[start], i - start);
        }
    }
}
