using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Protocol;

namespace Grpc.Client;

/// <summary>
/// The request's body with a single message that surely fits into the first flow control window. It is written before the response is looked at, which spares the transport from
/// watching both at once.
/// </summary>
internal sealed class SmallUnaryContent : ByteArrayContent
{
    /// <summary>Well below the 65,535 bytes every HTTP/2 stream begins with.</summary>
    public const int MaxSize = 16 * 1024;

    private readonly byte[] _message;

    public SmallUnaryContent(byte[] message)
        : base(message)
    {
        _message = message;
        Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_message, 0, _message.Length, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>The request's body with a single message.</summary>
internal sealed class UnaryContent<TRequest, TResponse> : HttpContent
    where TRequest : class
    where TResponse : class
{
    private readonly ClientCall<TRequest, TResponse> _call;
    private readonly TRequest _message;
    private readonly WriteOptions? _options;

    public UnaryContent(ClientCall<TRequest, TResponse> call, TRequest message, WriteOptions? options)
    {
        _call = call;
        _message = message;
        _options = options;
        Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var buffer = new MessageBuffer();
        await stream.WriteAsync(buffer.Write(_message, _call.Method.RequestMarshaller.ContextualSerializer, _call.CompressorFor(_options), _call.MaxSend), cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>The request's body of a stream: hands the transport's stream to the writer and waits until that is done.</summary>
internal sealed class StreamingContent<TRequest, TResponse> : HttpContent
    where TRequest : class
    where TResponse : class
{
    private readonly RequestWriter<TRequest, TResponse> _writer;

    public StreamingContent(RequestWriter<TRequest, TResponse> writer)
    {
        _writer = writer;
        Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The request's headers go out now, with or without a message.
        await stream.FlushAsync(cancellationToken);
        await _writer.RunAsync(stream).WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>Writes the requests of a stream.</summary>
internal sealed class RequestWriter<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, WriteOptions? writeOptions) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private bool _writing;
    private bool _written;
    private bool _closed;

    public WriteOptions? WriteOptions { get; set; } = writeOptions;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_closed)
            {
                throw new InvalidOperationException("Request stream has already been completed.");
            }

            if (_writing)
            {
                throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
            }

            _writing = true;
        }

        try
        {
            var stream = await _stream.Task.WaitAsync(cancellationToken);
            _written = true;
            using var buffer = new MessageBuffer();
            var options = WriteOptions;
            await stream.WriteAsync(buffer.Write(message, call.Method.RequestMarshaller.ContextualSerializer, call.CompressorFor(options), call.MaxSend), cancellationToken);
            if (options is null || (options.Flags & WriteFlags.BufferHint) == 0)
            {
                await stream.FlushAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                // Part of the message may be on its way; nothing can follow it.
                call.Fail(new Status(StatusCode.Cancelled, "Call canceled by the client."));
            }

            throw await call.WriteFailureAsync(exception);
        }
        finally
        {
            lock (_gate)
            {
                _writing = false;
            }
        }
    }

    public Task CompleteAsync()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return Task.CompletedTask;
            }

            if (_writing)
            {
                throw new InvalidOperationException("Can't complete the client stream writer because the previous write is in progress.");
            }

            _closed = true;
        }

        _complete.TrySetResult();
        return Task.CompletedTask;
    }

    /// <summary>Takes the transport's stream; the task ends when the caller half-closes or the call ends.</summary>
    public Task RunAsync(Stream stream)
    {
        if (!_stream.TrySetResult(stream))
        {
            // The transport tries again on another connection, because the first one never processed the request. That is fine until a message has gone the other way.
            if (_written || _stream.Task.IsCanceled)
            {
                throw new IOException("The connection was lost after part of the request stream had been sent.");
            }

            _stream = new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously);
            _stream.SetResult(stream);
        }

        return _complete.Task;
    }

    /// <summary>Wakes whoever waits for the transport. A stream the caller has not half-closed ends as broken: the server must not take a cancelled stream for a complete one.</summary>
    public void CallEnded()
    {
        _stream.TrySetCanceled();
        _complete.TrySetCanceled();
    }
}

/// <summary>Reads the responses of a stream.</summary>
internal sealed class ResponseReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private TResponse? _current;
    private int _reading;

    public TResponse Current => _current ?? throw new InvalidOperationException("No current element is available.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
        {
            throw new InvalidOperationException("Can't read the next message because the previous read is still in progress.");
        }

        try
        {
            _current = await call.ReadNextAsync(cancellationToken);
            return _current is not null;
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }
}
