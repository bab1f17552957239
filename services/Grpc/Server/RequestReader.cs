using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Protocol;

namespace Grpc.AspNetCore.Server;

/// <summary>The caller cancelled the call or its connection broke.</summary>
internal sealed class CallAbortedException(Exception? cause) : OperationCanceledException("The caller cancelled the call or its connection broke.", cause)
{
}

/// <summary>Takes messages from the request's body, one at a time; the transport reads no further than its window while nobody asks.</summary>
internal sealed class RequestReader<TRequest>(ServerCall call, Func<DeserializationContext, TRequest> deserializer) : PayloadReader, IAsyncStreamReader<TRequest>
    where TRequest : class
{
    private readonly PipeReader _body = call.Http.Request.BodyReader;
    private TRequest? _current;
    private bool _end;
    private int _reading;

    public TRequest Current => _current ?? throw new InvalidOperationException("There is no current message.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
        {
            throw new InvalidOperationException("Can't read the next message because the previous read is still in progress.");
        }

        try
        {
            _current = await ReadAsync(cancellationToken);
            return _current is not null;
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <summary>The only request of a unary or server streaming call. More or fewer than one are an error of the caller.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TRequest> ReadSingleAsync()
    {
        TRequest? request = null;
        try
        {
            while (!_end)
            {
                var result = await _body.ReadAsync();
                if (request is null)
                {
                    request = Take(result);
                    continue;
                }

                var more = !result.Buffer.IsEmpty;
                _end = result.IsCompleted;
                _body.AdvanceTo(result.Buffer.End);
                if (more)
                {
                    throw new RpcException(new Status(StatusCode.Unimplemented, "The call takes one request message and got more."));
                }
            }
        }
        catch (IOException exception)
        {
            throw new CallAbortedException(exception);
        }

        return request ?? throw new RpcException(new Status(StatusCode.Unimplemented, "The call needs one request message and got none."));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!_end)
            {
                if (Take(await _body.ReadAsync(cancellationToken)) is { } message)
                {
                    return message;
                }
            }

            return null;
        }
        catch (IOException exception)
        {
            throw new CallAbortedException(exception);
        }
    }

    /// <summary>Takes a message if all of it is there, and gives the rest back to the transport.</summary>
    private TRequest? Take(in ReadResult result)
    {
        if (result.IsCanceled)
        {
            throw new CallAbortedException(null);
        }

        var buffer = result.Buffer;
        if (TryRead(ref buffer, out var message))
        {
            _end = result.IsCompleted && buffer.IsEmpty;
            _body.AdvanceTo(buffer.Start);
            return message;
        }

        // Everything is examined: the transport opens its window for the rest of a message larger than it.
        _body.AdvanceTo(buffer.Start, buffer.End);
        if (result.IsCompleted)
        {
            _end = true;
            if (!buffer.IsEmpty)
            {
                throw Errors.Internal("Incomplete message.");
            }
        }

        return null;
    }

    private bool TryRead(ref ReadOnlySequence<byte> buffer, out TRequest? message)
    {
        message = null;
        if (buffer.Length < MessagePrefix.Size)
        {
            return false;
        }

        int length;
        bool compressed;
        if (buffer.FirstSpan.Length >= MessagePrefix.Size)
        {
            length = MessagePrefix.Read(buffer.FirstSpan, call.Settings.MaxReceive, out compressed);
        }
        else
        {
            Span<byte> prefix = stackalloc byte[MessagePrefix.Size];
            buffer.Slice(0, MessagePrefix.Size).CopyTo(prefix);
            length = MessagePrefix.Read(prefix, call.Settings.MaxReceive, out compressed);
        }

        if (compressed && call.RequestEncoding is null)
        {
            throw Errors.Internal("A compressed message came without a grpc-encoding.");
        }

        if (buffer.Length < MessagePrefix.Size + (long)length)
        {
            return false;
        }

        var bytes = buffer.Slice(MessagePrefix.Size, length);
        if (compressed)
        {
            using var plain = Decompressor.Inflate(call.RequestEncoding!, bytes, call.Settings.MaxReceive, out var plainLength);
            message = Deserialize(new ReadOnlySequence<byte>(plain.Array, 0, plainLength), deserializer);
        }
        else
        {
            message = Deserialize(bytes, deserializer);
        }

        buffer = buffer.Slice(bytes.End);
        return true;
    }
}
