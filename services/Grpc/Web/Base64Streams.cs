using System.Buffers;
using System.Buffers.Text;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Web;

/// <summary>Decodes base64 as it is read; padding may stand wherever a chunk ended. Not thread-safe.</summary>
internal sealed class Base64ReadStream(Stream encoded) : OneWayStream
{
    private const int GroupChars = 4;
    private const int GroupBytes = 3;

    private readonly byte[] _input = new byte[4096];
    private readonly byte[] _group = new byte[GroupChars];
    private int _grouped;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length < GroupBytes)
        {
            throw new ArgumentException("At least three bytes are decoded at a time.", nameof(buffer));
        }

        while (true)
        {
            var wanted = Math.Min(_input.Length, (buffer.Length / GroupBytes * GroupChars) - _grouped);
            var read = await encoded.ReadAsync(_input.AsMemory(0, wanted), cancellationToken);
            if (read == 0)
            {
                return _grouped == 0 ? 0 : throw new BadHttpRequestException("The base64 body ends within a group of four.");
            }

            var written = Decode(_input.AsSpan(0, read), buffer.Span);
            if (written > 0)
            {
                return written;
            }
        }
    }

    private int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var written = 0;
        foreach (var letter in input)
        {
            if (letter is (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            _group[_grouped++] = letter;
            if (_grouped < GroupChars)
            {
                continue;
            }

            _grouped = 0;
            if (Base64.DecodeFromUtf8(_group, output[written..], out _, out var bytes) != OperationStatus.Done)
            {
                throw new BadHttpRequestException("The body is not base64.");
            }

            written += bytes;
        }

        return written;
    }
}

/// <summary>Encodes each write as a chunk of base64 with padding of its own.</summary>
internal sealed class Base64WriteStream(Stream target) : OneWayStream
{
    public override bool CanWrite => true;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(buffer.Length));
        try
        {
            Base64.EncodeToUtf8(buffer.Span, chunk, out _, out var written);
            await target.WriteAsync(chunk.AsMemory(0, written), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);
}

/// <summary>A stream that is only read or only written, and only asynchronously.</summary>
internal abstract class OneWayStream : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
