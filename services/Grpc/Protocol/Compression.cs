using System.Buffers;
using System.IO.Compression;

namespace Grpc.Net.Compression
{
    /// <summary>A compression algorithm for messages.</summary>
    public interface ICompressionProvider
    {
        /// <summary>The name in <c>grpc-encoding</c>.</summary>
        string EncodingName { get; }

        /// <summary>A stream that compresses what is written to it; disposing it ends the compressed data and leaves <paramref name="stream"/> open.</summary>
        Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

        /// <summary>A stream that decompresses what is read from it.</summary>
        Stream CreateDecompressionStream(Stream stream);
    }

    /// <summary>gzip.</summary>
    public sealed class GzipCompressionProvider(CompressionLevel defaultCompressionLevel) : ICompressionProvider
    {
        public string EncodingName => "gzip";

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => new GZipStream(stream, compressionLevel ?? defaultCompressionLevel, leaveOpen: true);

        public Stream CreateDecompressionStream(Stream stream) => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <summary>deflate in the zlib format.</summary>
    public sealed class DeflateCompressionProvider(CompressionLevel defaultCompressionLevel) : ICompressionProvider
    {
        public string EncodingName => "deflate";

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => new ZLibStream(stream, compressionLevel ?? defaultCompressionLevel, leaveOpen: true);

        public Stream CreateDecompressionStream(Stream stream) => new ZLibStream(stream, CompressionMode.Decompress, leaveOpen: true);
    }
}

namespace Grpc.Protocol
{
    using Grpc.Net.Compression;

    /// <summary>The header names of message compression and what belongs to them.</summary>
    internal static class Encodings
    {
        public const string HeaderName = "grpc-encoding";
        public const string AcceptHeaderName = "grpc-accept-encoding";
        public const string Identity = "identity";

        /// <summary>A metadata entry by which a caller or handler asks for compression of its messages; it does not travel.</summary>
        public const string RequestHeaderName = "grpc-internal-encoding-request";

        public static List<ICompressionProvider> Defaults() => [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)];

        public static string AcceptValue(IEnumerable<string> names) => string.Join(',', names.Prepend(Identity));

        public static bool Accepts(string? acceptHeader, string name)
        {
            foreach (var part in acceptHeader.AsSpan().Split(','))
            {
                if (acceptHeader.AsSpan()[part].Trim(' ').SequenceEqual(name))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>An algorithm with its level.</summary>
    internal sealed class Compressor(ICompressionProvider provider, CompressionLevel? level)
    {
        public string Name => provider.EncodingName;

        /// <summary>Compresses one message; each has a compression context of its own.</summary>
        public void Compress(ReadOnlyMemory<byte> plain, IBufferWriter<byte> target)
        {
            using var sink = new BufferWriterStream(target);
            using var compression = provider.CreateCompressionStream(sink, level);
            compression.Write(plain.Span);
        }
    }

    /// <summary>Inflates messages, never beyond the receive limit.</summary>
    internal static class Decompressor
    {
        private const int FirstChunk = 16 * 1024;

        /// <summary>
        /// Inflates <paramref name="compressed"/> into a pooled array. The limit holds while inflating: memory in use never exceeds twice the limit whatever the data claims to be.
        /// Throws RESOURCE_EXHAUSTED above the limit and INTERNAL for broken data.
        /// </summary>
        public static PooledArray Inflate(ICompressionProvider provider, in ReadOnlySequence<byte> compressed, int? maxSize, out int length)
        {
            var limit = maxSize ?? Array.MaxLength - 1;
            using var source = new SequenceStream(compressed);
            var buffer = ArrayPool<byte>.Shared.Rent(FirstChunk);
            length = 0;
            try
            {
                using var inflater = provider.CreateDecompressionStream(source);
                while (true)
                {
                    if (length == buffer.Length)
                    {
                        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, limit + 1L));
                        buffer.AsSpan(0, length).CopyTo(larger);
                        ArrayPool<byte>.Shared.Return(buffer);
                        buffer = larger;
                    }

                    // One byte more than allowed is asked for: if it comes, the message is too large.
                    var room = (int)Math.Min(buffer.Length - length, (long)limit + 1 - length);
                    var read = inflater.Read(buffer, length, room);
                    if (read == 0)
                    {
                        return new PooledArray(buffer);
                    }

                    length += read;
                    if (length > limit)
                    {
                        throw Errors.ReceivedTooLarge();
                    }
                }
            }
            catch (Exception exception)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                if (exception is InvalidDataException)
                {
                    throw new Core.RpcException(new Core.Status(Core.StatusCode.Internal, "The compressed message could not be decompressed.", exception));
                }

                throw;
            }
        }
    }

    internal sealed class BufferWriterStream(IBufferWriter<byte> writer) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => writer.Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => writer.Write(buffer);
    }

    internal sealed class SequenceStream(ReadOnlySequence<byte> sequence) : Stream
    {
        private ReadOnlySequence<byte> _rest = sequence;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, _rest.Length);
            _rest.Slice(0, count).CopyTo(buffer);
            _rest = _rest.Slice(count);
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
