using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Sikap.Formats.Archives;

/// <summary>A document out of a zip or tar file.</summary>
/// <param name="Name">Its name there, with folders; never used as a path.</param>
/// <param name="Offset">Byte of the (unpacked) archive where its entry begins; -1 in a zip file, whose entries are found by name.</param>
/// <param name="Content">What it holds; empty where it was not read.</param>
/// <param name="Problem">Why it was not read; null where it was.</param>
public sealed record ArchivedDocument(string Name, long Offset, ReadOnlyMemory<byte> Content, string? Problem);

/// <summary>Reads the documents of zip and tar files one after the other. Nothing is written anywhere; names that lead out of the archive are refused all the same, as nobody honest makes them.</summary>
public static class DocumentArchive
{
    private const int TarBlock = 512;
    private const int MaxTarNameBytes = 64 * 1024;
    private const int ZipEndBytes = 22;
    private const int ZipCommentBytes = 65_535;
    private const int ZipDirectoryEntryBytes = 46;

    /// <summary>The documents of a zip file.</summary>
    /// <param name="stream">The file, seekable; stays open.</param>
    /// <param name="limits">What it may cost.</param>
    /// <returns>Each document, or what is wrong with it; one without a name where the file itself is wrong.</returns>
    public static IEnumerable<ArchivedDocument> ReadZip(Stream stream, ArchiveLimits? limits = null)
    {
        limits ??= ArchiveLimits.Default;
        if (CheckZip(stream, limits) is { } refusal)
        {
            yield return new ArchivedDocument("", 0, default, refusal);
            yield break;
        }

        ZipArchive? zip = null;
        var problem = "";
        try
        {
            zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            _ = zip.Entries.Count;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or ArgumentException or OverflowException)
        {
            problem = $"is a damaged zip file: {exception.Message}";
        }

        if (zip is null || problem.Length > 0)
        {
            zip?.Dispose();
            yield return new ArchivedDocument("", 0, default, problem);
            yield break;
        }

        using (zip)
        {
            // Entries that share their data, of which each unpacks to gigabytes.
            if (zip.Entries.Sum(entry => (decimal)entry.CompressedLength) > stream.Length)
            {
                yield return new ArchivedDocument("", 0, default, "is refused: its entries overlap");
                yield break;
            }

            var budget = Budget(stream.Length, limits);
            foreach (var entry in zip.Entries)
            {
                if (entry.FullName.EndsWith('/') && entry.Length == 0)
                {
                    continue;
                }

                var document = ReadZipEntry(entry, Math.Min(budget, limits.MaxRecordBytes), limits);
                budget -= document.Content.Length;
                yield return document;
                if (budget <= 0)
                {
                    yield return new ArchivedDocument("", 0, default, $"unpacks to more than {limits.MaxRatio} times its size; the rest was not read");
                    yield break;
                }
            }
        }
    }

    /// <summary>The documents of a tar file (ustar, GNU, pax), unpacked.</summary>
    /// <param name="stream">The file; stays open.</param>
    /// <param name="limits">What it may cost.</param>
    /// <returns>Each document, or what is wrong with it; one without a name where the file itself is wrong.</returns>
    public static IEnumerable<ArchivedDocument> ReadTar(Stream stream, ArchiveLimits? limits = null)
    {
        limits ??= ArchiveLimits.Default;
        var header = new byte[TarBlock];
        long offset = 0;
        string? longName = null;
        long? longSize = null;
        var lost = false;
        for (var entries = 0; ; entries++)
        {
            var at = offset;
            string? problem = null;
            var read = 0;
            try
            {
                read = stream.ReadAtLeast(header, TarBlock, throwOnEndOfStream: false);
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException)
            {
                problem = $"cannot be read further: {exception.Message}";
            }

            offset += read;
            if (problem is not null || (read > 0 && read < TarBlock) || (entries > limits.MaxEntries))
            {
                yield return new ArchivedDocument("", at, default, problem ?? (read < TarBlock ? "ends within the header of an entry" : $"has more than {limits.MaxEntries} entries; the rest was not read"));
                yield break;
            }

            if (read == 0 || !header.AsSpan().ContainsAnyExcept((byte)0))
            {
                yield break;
            }

            if (!HasTarChecksum(header))
            {
                if (!lost)
                {
                    lost = true;
                    yield return new ArchivedDocument("", at, default, "no entry of a tar file begins here; passed over up to the next one");
                }

                continue;
            }

            lost = false;
            var type = (char)header[156];
            var size = longSize ?? TarNumber(header.AsSpan(124, 12));
            var name = longName ?? TarName(header);
            if (size < 0)
            {
                yield return new ArchivedDocument(name, at, default, "states no length");
                continue;
            }

            var isName = type is 'L' or 'x';
            var isDocument = type is '0' or '\0' or '7';
            problem = isDocument ? NameProblem(name) ?? (size > limits.MaxRecordBytes ? $"is longer than {limits.MaxRecordBytes} bytes" : null)
                : isName && size > MaxTarNameBytes ? "has a name that is too long" : null;
            byte[]? content = null;
            string? broken = null;
            try
            {
                if ((isDocument || isName) && problem is null)
                {
                    content = new byte[size];
                    var got = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
                    offset += got;
                    broken = got < content.Length ? $"is cut off: {got} of its {size} bytes are there" : null;
                }
                else
                {
                    broken = Skip(stream, size, ref offset) ? null : "is cut off";
                }

                broken ??= Skip(stream, -size & (TarBlock - 1), ref offset) || size == 0 ? null : content is null ? "is cut off" : null;
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException)
            {
                broken = $"cannot be read further: {exception.Message}";
            }

            if (broken is not null)
            {
                yield return new ArchivedDocument(name, at, default, broken);
                yield break;
            }

            if (isName && content is not null)
            {
                if (type == 'L')
                {
                    longName = Encoding.UTF8.GetString(content).TrimEnd('\0');
                }
                else
                {
                    var fields = Pax(content);
                    longName = fields.Path ?? longName;
                    longSize = fields.Size;
                }

                continue;
            }

            (longName, longSize) = (null, null);
            if (isDocument)
            {
                yield return new ArchivedDocument(name, at, content, problem);
            }
            else if (type is not ('5' or 'g' or 'K' or 'L' or 'x'))
            {
                yield return new ArchivedDocument(name, at, default, "is a link or a device");
            }
            else if (problem is not null)
            {
                yield return new ArchivedDocument(name, at, default, problem);
            }
        }
    }

    /// <summary>True when <paramref name="head"/> begins a tar file.</summary>
    public static bool BeginsTar(ReadOnlySpan<byte> head) => head.Length >= TarBlock && HasTarChecksum(head[..TarBlock]);

    private static long Budget(long packed, ArchiveLimits limits) => Math.Max(limits.RatioFreeBytes, packed > long.MaxValue / limits.MaxRatio ? long.MaxValue : packed * limits.MaxRatio);

    // What stands in the directory is read into memory as a whole: how much that is has to be known before.
    private static string? CheckZip(Stream stream, ArchiveLimits limits)
    {
        var tail = new byte[(int)Math.Min(stream.Length, ZipEndBytes + ZipCommentBytes)];
        stream.Position = stream.Length - tail.Length;
        stream.ReadExactly(tail);
        stream.Position = 0;
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end + ZipEndBytes > tail.Length)
        {
            return "is a damaged zip file: its directory is missing";
        }

        // 0xFFFFFFFF: the true place stands in another record; then the whole file could be directory.
        long directory = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        var directoryBytes = stream.Length - tail.Length + end - (directory == uint.MaxValue ? 0 : directory);
        return BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10)) > limits.MaxEntries || (directory != uint.MaxValue && directoryBytes / ZipDirectoryEntryBytes > limits.MaxEntries)
            ? $"is refused: its directory has room for more than {limits.MaxEntries} entries" : null;
    }

    private static ArchivedDocument ReadZipEntry(ZipArchiveEntry entry, long limit, ArchiveLimits limits)
    {
        if (NameProblem(entry.FullName) is { } problem)
        {
            return new ArchivedDocument(entry.FullName, -1, default, problem);
        }

        if (entry.IsEncrypted)
        {
            return new ArchivedDocument(entry.FullName, -1, default, "is encrypted");
        }

        var allowed = Math.Min(limit, Math.Max(limits.RatioFreeBytes, entry.CompressedLength * limits.MaxRatio));
        try
        {
            using var stream = entry.Open();
            var content = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                if (content.Length + read > allowed)
                {
                    return new ArchivedDocument(entry.FullName, -1, default, string.Create(CultureInfo.InvariantCulture, $"unpacks to more than the {allowed} bytes allowed"));
                }

                content.Write(buffer, 0, read);
            }

            return content.Length == entry.Length ? new ArchivedDocument(entry.FullName, -1, content.GetBuffer().AsMemory(0, (int)content.Length), null)
                : new ArchivedDocument(entry.FullName, -1, default, "does not have the length that the directory states");
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException)
        {
            return new ArchivedDocument(entry.FullName, -1, default, $"is damaged: {exception.Message}");
        }
    }

    private static string? NameProblem(string name) =>
        name.Length == 0 || name.AsSpan().ContainsAnyInRange('\0', '\x1F') ? "has no usable name"
        : name[0] is '/' or '\\' || (name.Length > 1 && name[1] == ':') || name.Split('/', '\\').Contains("..") ? "is refused: its name leads out of the archive"
        : null;

    private static bool HasTarChecksum(ReadOnlySpan<byte> header)
    {
        var sum = 8 * ' ';
        for (var i = 0; i < header.Length; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : header[i];
        }

        return TarNumber(header.Slice(148, 8)) == sum;
    }

    // Octal digits; or, with the highest bit set, a number of base 256.
    private static long TarNumber(ReadOnlySpan<byte> field)
    {
        if (field[0] == 0x80)
        {
            var number = BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
            return field[1..^8].ContainsAnyExcept((byte)0) ? -1 : number;
        }

        var digits = field.Trim(" \0"u8);
        long value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return -1;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return digits.IsEmpty ? -1 : value;
    }

    private static string TarName(ReadOnlySpan<byte> header)
    {
        var name = Text(header[..100]);
        var prefix = header.Slice(257, 6).SequenceEqual("ustar\0"u8) ? Text(header.Slice(345, 155)) : "";
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);

    // "LENGTH key=value\n" (POSIX.1-2001)
    private static (string? Path, long? Size) Pax(ReadOnlySpan<byte> content)
    {
        string? path = null;
        long? size = null;
        while (!content.IsEmpty)
        {
            var blank = content.IndexOf((byte)' ');
            if (blank <= 0 || !int.TryParse(content[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length <= blank + 1 || length > content.Length)
            {
                break;
            }

            var field = content[(blank + 1)..length].TrimEnd((byte)'\n');
            if (field.StartsWith("path="u8))
            {
                path = Encoding.UTF8.GetString(field[5..]);
            }
            else if (field.StartsWith("size="u8) && long.TryParse(field[5..], NumberStyles.None, CultureInfo.InvariantCulture, out var stated))
            {
                size = stated;
            }

            content = content[length..];
        }

        return (path, size);
    }

    private static bool Skip(Stream stream, long count, ref long offset)
    {
        var buffer = new byte[(int)Math.Min(count, 64 * 1024)];
        while (count > 0)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(count, buffer.Length));
            if (read == 0)
            {
                return false;
            }

            count -= read;
            offset += read;
        }

        return true;
    }
}
