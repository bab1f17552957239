using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace Sikap.Query;

/// <summary>
/// Where a list goes on, opaque to clients: key of the last item and the total of the first page, tied by a checksum to the question they belong to,
/// so that a token of another question or a damaged one is refused instead of answered wrongly.
/// </summary>
internal static class PageToken
{
    private const int ChecksumBytes = 8;

    /// <summary>The token for the following page of <paramref name="question"/>.</summary>
    public static string Encode(IMessage question, string key, long total)
    {
        var content = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{total}\n{key}"));
        return Base64Url.EncodeToString([.. Checksum(question, content), .. content]);
    }

    /// <summary>Key and total of a token made for <paramref name="question"/>.</summary>
    public static bool TryDecode(string token, IMessage question, out string key, out long total)
    {
        key = "";
        total = 0;
        if (!Base64Url.IsValid(token))
        {
            return false;
        }
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length < ChecksumBytes || !Checksum(question, bytes.AsSpan(ChecksumBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, ChecksumBytes)))
        {
            return false;
        }
        var content = Encoding.UTF8.GetString(bytes.AsSpan(ChecksumBytes));
        var end = content.IndexOf('\n', StringComparison.Ordinal);
        key = content[(end + 1)..];
        return end > 0 && long.TryParse(content.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out total);
    }

    private static byte[] Checksum(IMessage question, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(question.Descriptor.FullName));
        hash.AppendData(question.ToByteArray());
        hash.AppendData(content);
        return hash.GetHashAndReset()[..ChecksumBytes];
    }
}
