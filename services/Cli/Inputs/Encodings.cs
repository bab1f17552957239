using System.Text;
using Sikap.Formats;

namespace Sikap.Cli;

/// <summary>Charsets of texts, tables and lines.</summary>
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
    /// A stream in a charset whose first half is ASCII, and that charset: UTF-16 is turned into UTF-8. What is not said by a mark or by <paramref name="given"/> is told by the beginning; it refuses bytes that it does not have.
    /// </summary>
    public static (Stream Stream, Encoding Encoding) Open(Stream stream, ReadOnlySpan<byte> head, Encoding? given)
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        // What was looked at may end within a character; in UTF-16 it cannot be cut behind the byte of a line end.
        var whole = head.Length >= InputFormats.HeadBytes && head.LastIndexOf((byte)'\n') is var line and >= 0 ? head[..(line + 1)] : head;
        var told = head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? TextDecoding.OfPlainText(head[..2]) : given ?? TextDecoding.OfPlainText(whole.Length % 2 == 1 && head.Contains((byte)0) ? head : whole);
        return told?.CodePage is 1200 or 1201 or 12000 or 12001 ? (Encoding.CreateTranscodingStream(stream, told, strict, leaveOpen: true), strict)
            : (stream, told is null || told.CodePage == strict.CodePage ? strict : Strict(told));
    }

    /// <summary>The text of a file, and the charset it was read in where that was guessed; null and null for what is no text.</summary>
    public static (string? Text, string? Guessed) Read(ReadOnlySpan<byte> bytes, Encoding? given)
    {
        var encoding = bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? TextDecoding.OfPlainText(bytes[..2]) : given ?? TextDecoding.OfPlainText(bytes);
        if (encoding is null)
        {
            return default;
        }

        try
        {
            var text = Strict(encoding).GetString(bytes);
            // In UTF-8 the mark stays, as spans of the text count it.
            return encoding.CodePage == Encoding.UTF8.CodePage ? (text, null)
                : (text.TrimStart('\uFEFF'), given is null && encoding.CodePage is not (1200 or 1201) ? encoding.WebName : null);
        }
        catch (DecoderFallbackException)
        {
            return default;
        }
    }

    private static Encoding Strict(Encoding encoding)
    {
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return strict;
    }
}
