namespace Sikap.Formats.Archives;

/// <summary>What a record of a web archive is (ISO 28500, section 6). ARC knows only <see cref="WarcInfo"/> (its file description) and <see cref="Response"/>.</summary>
public enum WebRecordType
{
    WarcInfo,
    Response,
    Resource,
    Request,
    Metadata,

    /// <summary>The same content as an earlier record: it has no payload of its own.</summary>
    Revisit,
    Conversion,
    Continuation,

    /// <summary>A type that the standard does not name.</summary>
    Other,
}

/// <summary>Whether the bytes have the digest that the record states.</summary>
public enum DigestCheck
{
    /// <summary>None is stated, or it does not tell about the bytes at hand (a revisit's payload, a record that the crawler cut).</summary>
    None,
    Right,
    Wrong,

    /// <summary>Of an algorithm or in a notation that is not known here.</summary>
    Unknown,
}

/// <summary>One record of a WARC or ARC file.</summary>
public sealed record WebRecord
{
    /// <summary>Byte of the file where the record begins; of a packed file where its gzip member begins.</summary>
    public required long Offset { get; init; }

    /// <summary>Byte of the unpacked member where the record begins; zero where each record is a member of its own, and in a plain file.</summary>
    public required long InnerOffset { get; init; }

    /// <summary>For example <c>WARC/1.0</c> or <c>ARC/1</c>.</summary>
    public required string Version { get; init; }

    public required WebRecordType Type { get; init; }

    /// <summary>WARC-Record-ID without its angle brackets; null in ARC.</summary>
    public string? Id { get; init; }

    /// <summary>What was visited, as the crawler wrote it.</summary>
    public string? Target { get; init; }

    /// <summary>When it was visited.</summary>
    public Stamp? Date { get; init; }

    /// <summary>Media type of the block, for example <c>application/http; msgtype=response</c>.</summary>
    public string? ContentType { get; init; }

    /// <summary>The header's fields in their order; none in ARC.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>The block. Valid until the next record is read; what is to stay is copied.</summary>
    public required ReadOnlyMemory<byte> Block { get; init; }

    public DigestCheck BlockDigest { get; init; }

    public DigestCheck PayloadDigest { get; init; }

    /// <summary>What is wrong with the record (cut off, length wrong, digest wrong); null where nothing is. It is also among the problems of the reader.</summary>
    public string? Problem { get; init; }

    /// <summary>The first field of that name, in any case; null where there is none.</summary>
    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }
}
