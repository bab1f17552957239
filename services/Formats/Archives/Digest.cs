using System.Security.Cryptography;

namespace Sikap.Formats.Archives;

/// <summary>Digests as records state them: <c>algorithm:value</c>, the value in Base32, hexadecimal or Base64 digits. The standard leaves both open; all three notations are written.</summary>
internal static class Digest
{
    private const string Base32Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>Whether <paramref name="bytes"/> have the digest <paramref name="stated"/>.</summary>
    public static DigestCheck Check(string? stated, ReadOnlySpan<byte> bytes)
    {
        if (stated is null)
        {
            return DigestCheck.None;
        }

        var colon = stated.IndexOf(':', StringComparison.Ordinal);
        Span<byte> actual = stackalloc byte[SHA512.HashSizeInBytes];
        int size;
        switch (colon < 0 ? "" : stated[..colon].Replace("-", "", StringComparison.Ordinal).ToLowerInvariant())
        {
#pragma warning disable CA5350, CA5351 // What the archives of the world state; it shows damage, not an attack.
            case "sha1":
                size = SHA1.HashData(bytes, actual);
                break;
            case "md5":
                size = MD5.HashData(bytes, actual);
                break;
#pragma warning restore CA5350, CA5351
            case "sha256":
                size = SHA256.HashData(bytes, actual);
                break;
            case "sha512":
                size = SHA512.HashData(bytes, actual);
                break;
            default:
                return DigestCheck.Unknown;
        }

        actual = actual[..size];
        var value = stated[(colon + 1)..].Trim();
        var bare = value.TrimEnd('=');
        if (bare.Length == size * 2)
        {
            return value.Equals(Convert.ToHexString(actual), StringComparison.OrdinalIgnoreCase) ? DigestCheck.Right : DigestCheck.Wrong;
        }

        if (bare.Length == ((size * 8) + 4) / 5)
        {
            return bare.Equals(Base32(actual), StringComparison.OrdinalIgnoreCase) ? DigestCheck.Right : DigestCheck.Wrong;
        }

        if (bare.Length == ((size * 8) + 5) / 6)
        {
            return bare.Replace('-', '+').Replace('_', '/') == Convert.ToBase64String(actual).TrimEnd('=') ? DigestCheck.Right : DigestCheck.Wrong;
        }

        return DigestCheck.Unknown;
    }

    // RFC 4648, section 6.
    private static string Base32(ReadOnlySpan<byte> bytes)
    {
        var digits = new char[((bytes.Length * 8) + 4) / 5];
        var (bits, held, next) = (0u, 0, 0);
        foreach (var value in bytes)
        {
            bits = (bits << 8) | value;
            for (held += 8; held >= 5; held -= 5)
            {
                digits[next++] = Base32Digits[(int)((bits >> (held - 5)) & 31)];
            }
        }

        if (held > 0)
        {
            digits[next] = Base32Digits[(int)((bits << (5 - held)) & 31)];
        }

        return new string(digits);
    }
}
