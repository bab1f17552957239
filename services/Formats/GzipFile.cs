using System.IO.Compression;

namespace Sikap.Formats;

/// <summary>Documents that are kept packed: sitemaps and saved pages.</summary>
internal static class GzipFile
{
    /// <summary>True for the beginning of a gzip file.</summary>
    public static bool Begins(ReadOnlySpan<byte> content) => content.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    /// <summary>What a gzip file holds, of one that is cut off what is there.</summary>
    /// <returns>Null where it is damaged, or holds more than <paramref name="maxBytes"/>.</returns>
    public static byte[]? Inflate(ReadOnlySpan<byte> content, int maxBytes)
    {
        using var source = new GZipStream(new MemoryStream(content.ToArray()), CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        var buffer = new byte[81920];
        try
        {
            int read;
            while ((read = source.Read(buffer)) > 0)
            {
                if (inflated.Length + read > maxBytes)
                {
                    return null;
                }

                inflated.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            // The stream has no other way to say that the file is damaged.
            return null;
        }

        return inflated.ToArray();
    }
}
