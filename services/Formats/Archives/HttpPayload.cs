using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Sikap.Formats.Archives;

/// <summary>What a server answered, out of a record.</summary>
public sealed record HttpPayload
{
    private const int MaxHeaderLines = 1000;

    /// <summary>Status code; 200 for a record without HTTP headers.</summary>
    public required int Status { get; init; }

    /// <summary>Content-Type of the response or of the resource; null where none is stated.</summary>
    public string? ContentType { get; init; }

    /// <summary>Last-Modified as it was written.</summary>
    public string? LastModified { get; init; }

    /// <summary>The content, chunks joined and unpacked.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The media type alone, in small letters; empty where none is stated.</summary>
    public string MediaType => ContentType is null ? "" : ContentType.Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The payload of <paramref name="record"/>, or why there is none to be had.</summary>
    /// <remarks>A chunked body that is not, and a body that is called packed and is not, are taken as they are: crawlers unpack and leave the headers.</remarks>
    public static Reading<HttpPayload> Of(WebRecord record, ArchiveLimits? limits = null)
    {
        limits ??= ArchiveLimits.Default;
        if (!Holds(record))
        {
            return new HttpPayload { Status = 200, ContentType = record.ContentType, Content = record.Block };
        }

        var block = record.Block;
        var bodyAt = BodyStart(block.Span);
        var lines = Encoding.Latin1.GetString(block.Span[..bodyAt]).Split('\n', MaxHeaderLines);
        var status = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (status.Length < 2 || !int.TryParse(status[1].AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return new ReadingProblem(record.Offset, "the response begins with no HTTP status");
        }

        var content = block[bodyAt..];
        if (Value(lines, "Transfer-Encoding")?.Contains("chunked", StringComparison.OrdinalIgnoreCase) == true && Chunks.TryJoin(content.Span, out var joined))
        {
            content = joined;
        }

        var encoding = Value(lines, "Content-Encoding")?.Trim().ToLowerInvariant();
        if (encoding is { Length: > 0 } && encoding != "identity" && content.Length > 0)
        {
            var unpacked = Unpack(content, encoding, limits);
            if (unpacked.Problem is not null)
            {
                return new ReadingProblem(record.Offset, unpacked.Problem);
            }

            content = unpacked.Content;
        }

        return new HttpPayload { Status = code, ContentType = Value(lines, "Content-Type"), LastModified = Value(lines, "Last-Modified"), Content = content };
    }

    /// <summary>True when the block is an HTTP message.</summary>
    internal static bool Holds(WebRecord record) =>
        record.Block.Span.StartsWith("HTTP/"u8)
        || record.ContentType?.StartsWith("application/http", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>What stands behind the empty line.</summary>
    internal static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> block) => block[BodyStart(block)..];

    private static int BodyStart(ReadOnlySpan<byte> block)
    {
        for (var at = 0; at < block.Length;)
        {
            var line = block[at..].IndexOf((byte)'\n');
            if (line < 0)
            {
                break;
            }

            if (line == 0 || (line == 1 && block[at] == '\r'))
            {
                return at + line + 1;
            }

            at += line + 1;
        }

        return block.Length;
    }

    private static string? Value(string[] lines, string name)
    {
        foreach (var line in lines.AsSpan(1))
        {
            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return line[(name.Length + 1)..].Trim();
            }
        }

        return null;
    }

    private static (ReadOnlyMemory<byte> Content, string? Problem) Unpack(ReadOnlyMemory<byte> packed, string encoding, ArchiveLimits limits)
    {
        var source = new MemoryStream(packed.ToArray(), writable: false);
        var span = packed.Span;
        Stream unpacking;
        switch (encoding)
        {
            case "gzip" or "x-gzip" when span is [0x1F, 0x8B, ..]:
                unpacking = new GZipStream(source, CompressionMode.Decompress);
                break;
            case "deflate" when span.Length > 1 && (span[0] & 0x0F) == 8 && ((span[0] << 8) | span[1]) % 31 == 0:
                unpacking = new ZLibStream(source, CompressionMode.Decompress);
                break;
            case "deflate" when !LooksLikeText(span):
                // Some servers leave out the two bytes that the standard asks for.
                unpacking = new DeflateStream(source, CompressionMode.Decompress);
                break;
            case "br" when !LooksLikeText(span):
                unpacking = new BrotliStream(source, CompressionMode.Decompress);
                break;
            case "gzip" or "x-gzip" or "deflate" or "br":
                return (packed, null);
            default:
                return (default, $"content encoding '{(encoding.Length <= 40 ? encoding : encoding[..40])}' is not read");
        }

        using (unpacking)
        {
            var content = new MemoryStream();
            var buffer = new byte[16 * 1024];
            var limit = Math.Min(limits.MaxRecordBytes, Math.Max((long)limits.RatioFreeBytes, (long)packed.Length * limits.MaxRatio));
            try
            {
                for (int read; (read = unpacking.Read(buffer)) > 0;)
                {
                    if (content.Length + read > limit)
                    {
                        return (default, string.Create(CultureInfo.InvariantCulture, $"the content unpacks to more than {limit} bytes and was not read"));
                    }

                    content.Write(buffer, 0, read);
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or IOException)
            {
                return (default, "the packed content is damaged or cut off");
            }

            var unpacked = content.GetBuffer().AsMemory(0, (int)content.Length);
            return unpacked.Span is [0x1F, 0x8B, 0x08, ..] ? (default, "content that is packed twice is not read") : (unpacked, null);
        }
    }

    private static bool LooksLikeText(ReadOnlySpan<byte> bytes)
    {
        var begin = bytes.TrimStart(" \t\r\n"u8);
        return begin.IsEmpty || (begin[0] is (byte)'<' or (byte)'{' or (byte)'[' && begin[..Math.Min(64, begin.Length)].IndexOfAnyInRange((byte)0, (byte)8) < 0);
    }
}

/// <summary>The chunked transfer coding (RFC 9112, section 7.1).</summary>
internal static class Chunks
{
    private const int MaxSizeDigits = 8;

    /// <summary>Joins the chunks of <paramref name="body"/>. A last chunk that is cut off is taken as far as it goes.</summary>
    /// <returns>False when the body does not begin with a chunk, or what stands between its chunks is none.</returns>
    public static bool TryJoin(ReadOnlySpan<byte> body, out ReadOnlyMemory<byte> joined)
    {
        joined = default;
        var content = new byte[body.Length];
        var length = 0;
        while (true)
        {
            var line = body[..Math.Min(body.Length, 1024)].IndexOf((byte)'\n');
            if (line < 0)
            {
                // No room for another size: the body ends here without the chunk of length zero.
                if (length == 0 || body.Length > 2)
                {
                    return false;
                }

                break;
            }

            var digits = body[..line].TrimEnd("\r "u8);
            var extension = digits.IndexOf((byte)';');
            digits = extension >= 0 ? digits[..extension].TrimEnd(" "u8) : digits;
            if (digits.Length is 0 or > MaxSizeDigits || !int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size < 0)
            {
                return false;
            }

            body = body[(line + 1)..];
            if (size == 0)
            {
                break;
            }

            var taken = Math.Min(size, body.Length);
            body[..taken].CopyTo(content.AsSpan(length));
            length += taken;
            body = body[taken..];
            if (body.IsEmpty)
            {
                break;
            }

            if (body.StartsWith("\r\n"u8) || body.StartsWith("\n"u8))
            {
                body = body[(body[0] == '\r' ? 2 : 1)..];
            }
            else
            {
                return false;
            }
        }

        joined = content.AsMemory(0, length);
        return true;
    }
}
