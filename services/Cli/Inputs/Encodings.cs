using System.Text;
using System.Text.Unicode;

namespace Sikap.Cli;

/// <summary>Charsets of tables.</summary>
internal static class Encodings
{
    /// <summary>The charset of that name; null when there is none.</summary>
    public static Encoding? Find(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// A stream in a charset whose first half is ASCII, and that charset: UTF-16 is turned into UTF-8. What is not said by a mark or by <paramref name="given"/> is UTF-8 where the beginning is, else what spreadsheets of western
    /// systems write, windows-1252.
    /// </summary>
    public static (Stream Stream, Encoding Encoding) Open(Stream stream, ReadOnlySpan<byte> head, Encoding? given)
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        var wide = head is [0xFF, 0xFE, ..] ? Encoding.Unicode : head is [0xFE, 0xFF, ..] ? Encoding.BigEndianUnicode : given?.CodePage is 1200 or 1201 or 12000 or 12001 ? given : null;
        if (wide is not null)
        {
            return (Encoding.CreateTranscodingStream(stream, wide, strict, leaveOpen: true), strict);
        }

        // What was looked at may end within a character.
        return (stream, given ?? (Utf8.IsValid(head) || (head.Length >= InputFormats.HeadBytes && Utf8.IsValid(head[..(head.LastIndexOf((byte)'\n') + 1)])) ? strict : Find("windows-1252")!));
    }
}
