using System.Buffers;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Protocol;

namespace Grpc.Client;

/// <summary>Takes messages from the response's body through one pooled buffer that grows with what has arrived, not with what a prefix claims.</summary>
internal sealed class MessageStream(Stream stream) : PayloadReader, IDisposable
{
    private const int InitialSize = 4096;
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _start;
    private int _end;
    private bool _reading;
    private bool _disposed;

    /// <summary>The next message, or null at the end of the body.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadAsync<T>(Func<DeserializationContext, T> deserializer, ICompressionProvider? encoding, int? maxSize, CancellationToken cancellationToken)
        where T : class
    {
        if (!await FillAsync(MessagePrefix.Size, cancellationToken))
        {
            return _start == _end ? null : throw Errors.Internal("Incomplete message.");
        }

        var length = MessagePrefix.Read(_buffer.AsSpan(_start, MessagePrefix.Size), maxSize, out var compressed);
        if (compressed && encoding is null)
        {
            throw Errors.Internal("A compressed message came without a grpc-encoding.");
        }

        _start += MessagePrefix.Size;
        if (!await FillAsync(length, cancellationToken))
        {
            throw Errors.Internal("Incomplete message.");
        }

        var bytes = new ReadOnlySequence<byte>(_buffer!, _start, length);
        _start += length;
        if (!compressed)
        {
            return Deserialize(bytes, deserializer);
        }

        using var plain = Decompressor.Inflate(encoding!, bytes, maxSize, out var plainLength);
        return Deserialize(new ReadOnlySequence<byte>(plain.Array, 0, plainLength), deserializer);
    }

    /// <summary>False at the end of the body.</summary>
    public ValueTask<bool> HasMoreAsync(CancellationToken cancellationToken) => FillAsync(1, cancellationToken);

    /// <summary>Frees the buffer, or leaves that to the read that is using it.</summary>
    public void Dispose()
    {
        lock (this)
        {
            _disposed = true;
            if (!_reading)
            {
                Return();
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        lock (this)
        {
            if (_disposed)
            {
                throw new OperationCanceledException("The call ended.");
            }

            _reading = true;
        }

        try
        {
            while (_end - _start < count)
            {
                MakeRoom(count);
                var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
                if (read == 0)
                {
                    return false;
                }

                _end += read;
            }

            return true;
        }
        finally
        {
            lock (this)
            {
                _reading = false;
                if (_disposed)
                {
                    Return();
                }
            }
        }
    }

    private void MakeRoom(int count)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        if (_end < _buffer!.Length && _buffer.Length - _start >= Math.Min(count, InitialSize))
        {
            return;
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_buffer.Length * 2L, Array.MaxLength));
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }

    private void Return()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
