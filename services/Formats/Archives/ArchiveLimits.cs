namespace Sikap.Formats.Archives;

/// <summary>What an archive may ask of this machine.</summary>
public sealed record ArchiveLimits
{
    /// <summary>The limits that commands and services use.</summary>
    public static ArchiveLimits Default { get; } = new();

    /// <summary>Longest record or entry that is read, in unpacked bytes; a longer one is reported and passed over. A page of text is far below it, videos and disk images are above.</summary>
    public int MaxRecordBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Longest header of a record, in bytes. Crawlers write one to four thousand.</summary>
    public int MaxHeaderBytes { get; init; } = 64 * 1024;

    /// <summary>Unpacked bytes for one packed byte, above which data count as a bomb. Deflate reaches 1032; logs and pages of one repeated line stay below 200.</summary>
    public int MaxRatio { get; init; } = 250;

    /// <summary>Unpacked bytes up to which <see cref="MaxRatio"/> is not looked at: what is small does no harm.</summary>
    public int RatioFreeBytes { get; init; } = 1024 * 1024;

    /// <summary>Entries of a zip or tar file. Each costs some memory in the directory of the file.</summary>
    public int MaxEntries { get; init; } = 1_000_000;
}
