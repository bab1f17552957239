using System.IO.Compression;

namespace Sikap.Ingestion;

/// <summary>Reads a body and inflates it, within limits that hold while it is read.</summary>
internal static class BodyReader
{
    // Text inflates to ten times its size, repetitive markup to thirty. Above a hundred something else is meant; small bodies may be anything.
    private const int MaxRatio = 100;
    private const int RatioFreeBytes = 1_048_576;
    private const int ReadBytes = 32_768;

    /// <summary>Reads to the end.</summary>
    /// <param name="body">As it comes from the connection.</param>
    /// <param name="encodings">Values of <c>Content-Encoding</c>.</param>
    /// <param name="maxBytes">Limit of the bytes that come and of the bytes they inflate to.</param>
    /// <param name="cutOff">True where what is beyond the limit is left out instead of refused.</param>
    /// <param name="beforeRead">Called before each wait for the connection.</param>
    /// <returns>The content, or why there is none.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<(ReadOnlyMemory<byte> Content, FetchFailure? Failure)> ReadAsync(
        Stream body, IEnumerable<string> encodings, int maxBytes, bool cutOff, Action beforeRead, CancellationToken cancellationToken)
    {
        var layers = encodings.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(layer => !layer.Equals("identity", StringComparison.OrdinalIgnoreCase)).Take(3).ToList();
        if (layers.Count > 1)
            return (default, new FetchFailure(FetchFailureKind.BadEncoding, "the body is encoded more than once"));
        var metered = new MeteredStream(body, maxBytes, beforeRead);
        await using var closing = metered;
        var start = await metered.PeekAsync(cancellationToken);
        await using var plain = Open(metered, layers.FirstOrDefault(), start);
        if (plain is null)
            return (default, new FetchFailure(FetchFailureKind.BadEncoding, $"the body's encoding is unknown: {Shorten(layers[0])}"));
        using var content = new MemoryStream();
        var buffer = new byte[ReadBytes];
        try
        {
            while (await plain.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                if (content.Length + read > maxBytes)
                {
                    if (!cutOff)
                        return (default, new FetchFailure(FetchFailureKind.TooLarge, $"the body has more than {maxBytes} bytes"));
                    content.Write(buffer, 0, (int)(maxBytes - content.Length));
                    break;
                }

                content.Write(buffer, 0, read);
                if (content.Length > RatioFreeBytes && content.Length / MaxRatio > metered.Taken)
                    return (default, new FetchFailure(FetchFailureKind.TooLarge, $"the body inflates to more than {MaxRatio} times its size"));
            }
        }
        catch (BodyTooLargeException) when (!cutOff)
        {
            return (default, new FetchFailure(FetchFailureKind.TooLarge, $"the body has more than {maxBytes} bytes"));
        }
        catch (BodyTooLargeException)
        {
            // What was read up to the limit counts.
        }
        catch (InvalidDataException)
        {
            return (default, new FetchFailure(FetchFailureKind.BadEncoding, "the body cannot be inflated"));
        }
        catch (InvalidOperationException) when (plain is BrotliStream)
        {
            // What BrotliStream throws for data that is no Brotli.
            return (default, new FetchFailure(FetchFailureKind.BadEncoding, "the body cannot be inflated"));
        }

        return (content.GetBuffer().AsMemory(0, (int)content.Length), null);
    }

    // A file that is compressed by itself (sitemap.xml.gz) is one layer too; a body that is declared as compressed and is not is taken as it is.
    private static Stream? Open(MeteredStream body, string? layer, ReadOnlySpan<byte> start) => layer?.ToLowerInvariant() switch
    {
        null or "gzip" or "x-gzip" => start is [0x1F, 0x8B] ? new GZipStream(body, CompressionMode.Decompress, leaveOpen: true) : body,
        "br" => new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true),
        // By the RFC with zlib's frame, by many servers without.
        "deflate" => start is [var method, var flags] && (method & 0x0F) == 8 && ((method * 256) + flags) % 31 == 0
            ? new ZLibStream(body, CompressionMode.Decompress, leaveOpen: true)
            : new DeflateStream(body, CompressionMode.Decompress, leaveOpen: true),
        _ => null,
    };

    private static string Shorten(string value) => value.Length <= 50 ? value : value[..50] + "…";

    private sealed class BodyTooLargeException : Exception;

    /// <summary>Counts what is read, ends it at the limit, and can look at the first two bytes beforehand.</summary>
    private sealed class MeteredStream(Stream inner, int maxBytes, Action beforeRead) : Stream
    {
        private readonly byte[] _start = new byte[2];
        private int _startLength;
        private int _startAt;

        /// <summary>Bytes that came so far.</summary>
        public long Taken { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        /// <summary>The first two bytes, or as many as there are; they are read again afterwards.</summary>
        public async Task<byte[]> PeekAsync(CancellationToken cancellationToken)
        {
            while (_startLength < _start.Length && await TakeAsync(_start.AsMemory(_startLength), cancellationToken) is > 0 and var read)
                _startLength += read;
            return _start[.._startLength];
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_startAt == _startLength || buffer.IsEmpty)
                return await TakeAsync(buffer, cancellationToken);
            var length = Math.Min(buffer.Length, _startLength - _startAt);
            _start.AsMemory(_startAt, length).CopyTo(buffer);
            _startAt += length;
            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        private async ValueTask<int> TakeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            beforeRead();
            var read = await inner.ReadAsync(buffer, cancellationToken);
            Taken += read;
            return Taken > maxBytes ? throw new BodyTooLargeException() : read;
        }
    }
}
