using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Protocol;

namespace Grpc.AspNetCore.Server;

/// <summary>Puts messages into the response's body; a write ends when the transport took it, so a slow caller slows the handler.</summary>
internal sealed class ResponseWriter<TResponse>(ServerCall call, Action<TResponse, SerializationContext> serializer) : SerializationContext, IServerStreamWriter<TResponse>
    where TResponse : class
{
    private PipeWriter? _body;
    private bool _prefixed;
    private bool _complete;

    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        call.BeginWrite();
        try
        {
            await PutAsync(message);
            if (call.WriteOptions is not { } options || (options.Flags & WriteFlags.BufferHint) == 0)
            {
                var result = await _body!.FlushAsync(cancellationToken);
                if (result.IsCompleted || result.IsCanceled)
                {
                    // Nobody reads any more; a handler that writes for ever has to learn it.
                    throw new CallAbortedException(null);
                }
            }
        }
        finally
        {
            call.EndWrite();
        }
    }

    /// <summary>Puts a message into the body without a flush; the end of the call flushes.</summary>
    public Task PutAsync(TResponse message)
    {
        var headers = call.EnsureHeadersAsync();
        if (headers.IsCompletedSuccessfully)
        {
            Put(message);
            return Task.CompletedTask;
        }

        return Slow(headers, message);

        async Task Slow(Task task, TResponse value)
        {
            await task;
            Put(value);
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        if (call.Settings.MaxSend is { } max && payloadLength > max)
        {
            throw Errors.SentTooLarge();
        }

        MessagePrefix.Write(_body!.GetSpan(MessagePrefix.Size), compressed: false, payloadLength);
        _body.Advance(MessagePrefix.Size);
        _prefixed = true;
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (!_prefixed)
        {
            SetPayloadLength(payload.Length);
        }

        _body!.Write(payload);
        _complete = true;
    }

    public override IBufferWriter<byte> GetBufferWriter() => _prefixed ? _body! : throw new LengthUnknownException();

    public override void Complete() => _complete = true;

    private void Put(TResponse message)
    {
        _body ??= call.Http.Response.BodyWriter;
        var compressor = call.CompressorFor(call.WriteOptions);
        if (compressor is null)
        {
            _prefixed = false;
            _complete = false;
            try
            {
                serializer(message, this);
                if (!_complete)
                {
                    throw Errors.Internal("The serializer did not complete the message.");
                }

                return;
            }
            catch (LengthUnknownException)
            {
                // A serializer that does not know the length in advance goes through a buffer of its own.
            }
            catch (Exception) when (_prefixed)
            {
                // Half a message is in the body: what follows could not be told from it.
                call.Http.Abort();
                throw;
            }
        }

        using var buffer = new MessageBuffer();
        _body.Write(buffer.Write(message, serializer, compressor, call.Settings.MaxSend).Span);
    }

    private sealed class LengthUnknownException : Exception
    {
    }
}
