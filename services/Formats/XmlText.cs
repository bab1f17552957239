using System.Text;

namespace Sikap.Formats;

/// <summary>
/// The charset of XML, as RFC 7303 and appendix F of XML 1.0 order its sources: byte order mark, the transport's charset, the first bytes themselves where they are not those of an ASCII-like charset, the declaration, UTF-8.
/// </summary>
internal static class XmlText
{
    private static readonly UTF32Encoding Utf32BigEndian = new(bigEndian: true, byteOrderMark: false);

    /// <summary>Reads an XML document's characters.</summary>
    public static DecodedText Decode(ReadOnlySpan<byte> content, string? contentType)
    {
        if (content.Length >= 4)
        {
            // The four-byte marks begin like two-byte ones, so they come first.
            switch (content[0], content[1], content[2], content[3])
            {
                case (0x00, 0x00, 0xFE, 0xFF):
                    return new(Utf32BigEndian.GetString(content[4..]), "utf-32be", "bom");
                case (0xFF, 0xFE, 0x00, 0x00):
                    return new(Encoding.UTF32.GetString(content[4..]), "utf-32le", "bom");
                case (0x00, 0x00, 0x00, (byte)'<'):
                    return new(Utf32BigEndian.GetString(content), "utf-32be", "bytes");
                case ((byte)'<', 0x00, 0x00, 0x00):
                    return new(Encoding.UTF32.GetString(content), "utf-32le", "bytes");
                case (0x00, (byte)'<', 0x00, _):
                    return new(Encoding.BigEndianUnicode.GetString(content), "utf-16be", "bytes");
                case ((byte)'<', 0x00, _, 0x00):
                    return new(Encoding.Unicode.GetString(content), "utf-16le", "bytes");
                case (0x4C, 0x6F, 0xA7, 0x94) when TextDecoding.Find("IBM037") is { } ebcdic:
                    return new(ebcdic.GetString(content), "ibm037", "bytes");
            }
        }

        return TextDecoding.Decode(content, contentType);
    }

    /// <summary>The byte at which a character stands; -1 where characters and bytes are not in step.</summary>
    public static long OffsetOf(DecodedText decoded, int position) => decoded.Charset switch
    {
        "utf-8" => Encoding.UTF8.GetByteCount(decoded.Text.AsSpan(0, Math.Min(position, decoded.Text.Length))) + (decoded.From == "bom" ? 3 : 0),
        "windows-1252" => position,
        _ => -1,
    };
}
