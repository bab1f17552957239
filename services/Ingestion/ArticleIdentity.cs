using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Sikap.Ingestion;

/// <summary>
/// The id of an article: the first 128 bits, as 32 lower-case hexadecimal digits, of a SHA-256 over its publisher (trimmed, lower case), a line feed, and its text in
/// Unicode form C with every run of white space as one blank and none at the ends. So the same article sent with other line breaks is the same article,
/// and the same text in two outlets is two. A text to which its outlet goes back after other words is an article of its own, see <see cref="OfReturn"/>.
/// </summary>
internal static class ArticleIdentity
{
    private const int IdBytes = 16;

    /// <param name="text">Free of lone surrogates.</param>
    /// <param name="publisher">Null or empty when unknown.</param>
    public static string Of(string text, string? publisher)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes((publisher ?? "").Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant()));
        hash.AppendData("\n"u8);
        var normal = text.Normalize(NormalizationForm.FormC);
        var chars = ArrayPool<char>.Shared.Rent(normal.Length);
        try
        {
            hash.AppendData(Encoding.UTF8.GetBytes(chars, 0, CollapseWhiteSpace(normal, chars)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, IdBytes));
    }

    /// <summary>The id of a text that came back: the same for whoever sees it take the place of the same revision, so that telling of it twice makes one article.</summary>
    /// <param name="id">What <see cref="Of"/> gives for the text.</param>
    /// <param name="before">The revision whose place the text takes.</param>
    public static string OfReturn(string id, string before) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{id}\nafter {before}")).AsSpan(0, IdBytes));

    private static int CollapseWhiteSpace(ReadOnlySpan<char> text, Span<char> target)
    {
        var length = 0;
        var pendingBlank = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                pendingBlank = length > 0;
                continue;
            }

            if (pendingBlank)
                target[length++] = ' ';
            pendingBlank = false;
            target[length++] = c;
        }

        return length;
    }
}
