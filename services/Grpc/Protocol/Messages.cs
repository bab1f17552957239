using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Protocol;

/// <summary>The five bytes before each message: a flag and the length, big-endian.</summary>
internal static class MessagePrefix
{
    public const int Size = 5;

    public static void Write(Span<byte> target, bool compressed, int length)
    {
        target[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(target[1..], (uint)length);
    }

    /// <summary>Reads and checks a prefix. Throws <see cref="RpcException"/> for an unknown flag or a length above the limit, before anything of the message is kept.</summary>
    public static int Read(ReadOnlySpan<byte> prefix, int? maxSize, out bool compressed)
    {
        if (prefix[0] > 1)
        {
            throw Errors.Internal("Unexpected compressed flag in the message prefix.");
        }

        compressed = prefix[0] == 1;
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > int.MaxValue || (maxSize is { } max && length > (uint)max))
        {
            throw Errors.ReceivedTooLarge();
        }

        return (int)length;
    }
}

/// <summary>The errors the library itself raises; texts carry nothing of the message.</summary>
internal static class Errors
{
    public static RpcException Internal(string detail) => new(new Status(StatusCode.Internal, detail));

    public static RpcException ReceivedTooLarge() => new(new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));

    public static RpcException SentTooLarge() => new(new Status(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));

    public static RpcException Undecodable(Exception exception) =>
        new(new Status(StatusCode.Internal, "The message could not be decoded.", exception));
}

/// <summary>Gives payloads in memory to the deserializer. The readers of messages derive from it, one object per stream instead of two.</summary>
internal abstract class PayloadReader : DeserializationContext
{
    private ReadOnlySequence<byte> _bytes;

    public override int PayloadLength => (int)_bytes.Length;

    public override byte[] PayloadAsNewBuffer() => _bytes.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _bytes;

    protected T Deserialize<T>(ReadOnlySequence<byte> bytes, Func<DeserializationContext, T> deserializer)
    {
        _bytes = bytes;
        try
        {
            return deserializer(this);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Errors.Undecodable(exception);
        }
        finally
        {
            _bytes = default;
        }
    }
}

/// <summary>One outgoing message, prefix and payload in one pooled array. Reused for the messages of a stream.</summary>
internal sealed class MessageBuffer : SerializationContext, IBufferWriter<byte>, IDisposable
{
    private const int InitialSize = 512;
    private byte[]? _buffer;
    private int _length;
    private bool _complete;

    /// <summary>Serializes a message behind its prefix. The result is valid until the next call or disposal.</summary>
    public ReadOnlyMemory<byte> Write<T>(T message, Action<T, SerializationContext> serializer, Compressor? compressor, int? maxSize)
    {
        Begin();
        try
        {
            serializer(message, this);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The message could not be serialized.", exception));
        }

        if (!_complete)
        {
            throw Errors.Internal("The serializer did not complete the message.");
        }

        var payload = _length - MessagePrefix.Size;
        if (maxSize is { } max && payload > max)
        {
            throw Errors.SentTooLarge();
        }

        if (compressor is null)
        {
            MessagePrefix.Write(_buffer, compressed: false, payload);
            return _buffer.AsMemory(0, _length);
        }

        using var plain = ReplaceBuffer(out var plainBuffer);
        compressor.Compress(plainBuffer.AsMemory(MessagePrefix.Size, payload), this);
        MessagePrefix.Write(_buffer, compressed: true, _length - MessagePrefix.Size);
        return _buffer.AsMemory(0, _length);
    }

    public override void SetPayloadLength(int payloadLength) => EnsureFree(payloadLength);

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        EnsureFree(payload.Length);
        payload.CopyTo(_buffer.AsSpan(_length));
        _length += payload.Length;
        _complete = true;
    }

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void Complete() => _complete = true;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_length);
    }

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Begin()
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(InitialSize);
        _length = MessagePrefix.Size;
        _complete = false;
    }

    private PooledArray ReplaceBuffer(out byte[] old)
    {
        old = _buffer!;
        _buffer = null;
        Begin();
        return new PooledArray(old);
    }

    private void EnsureFree(int count)
    {
        var needed = checked(_length + count);
        if (needed <= _buffer!.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2L > Array.MaxLength ? needed : _buffer.Length * 2));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}

/// <summary>Gives an array back to the pool at the end of a using block.</summary>
internal readonly struct PooledArray(byte[] array) : IDisposable
{
    public byte[] Array => array;

    public void Dispose() => ArrayPool<byte>.Shared.Return(array);
}
