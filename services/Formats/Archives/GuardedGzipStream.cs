using System.Globalization;
using System.IO.Compression;

namespace Sikap.Formats.Archives;

/// <summary>Unpacks gzip and stops with an <see cref="InvalidDataException"/> where that would pass <see cref="ArchiveLimits.MaxRatio"/>. The packed stream stays open.</summary>
public sealed class GuardedGzipStream : Stream
{
    private readonly Counting _packed;
    private readonly GZipStream _gzip;
    private readonly ArchiveLimits _limits;
    private long _unpacked;

    /// <summary>Unpacks <paramref name="packed"/>.</summary>
    public GuardedGzipStream(Stream packed, ArchiveLimits? limits = null)
    {
        _packed = new Counting(packed);
        _gzip = new GZipStream(_packed, CompressionMode.Decompress, leaveOpen: true);
        _limits = limits ?? ArchiveLimits.Default;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = _gzip.Read(buffer);
        _unpacked += read;
        return _unpacked <= _limits.RatioFreeBytes || _unpacked <= _packed.Count * _limits.MaxRatio ? read
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"it unpacks to more than {_limits.MaxRatio} times its size"));
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class Counting(Stream inner) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            Count += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
