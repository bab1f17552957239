using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>What the call objects share: headers, status, trailers and disposal, which cancels a call that still runs.</summary>
internal sealed class CallState(Func<Task<Metadata>> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
{
    public Task<Metadata> Headers() => headers();

    public Status Status() => status();

    public Metadata Trailers() => trailers();

    public void Dispose() => dispose();
}

/// <summary>A running call with one request and one response; await it for the response.</summary>
public sealed class AsyncUnaryCall<TResponse> : IDisposable
{
    private readonly Task<TResponse> _response;
    private readonly Task<Metadata>? _headers;
    private readonly CallState? _state;
    private readonly Client.IClientCall? _call;

    public AsyncUnaryCall(Task<TResponse> responseAsync, Task<Metadata> responseHeadersAsync, Func<Status> getStatusFunc, Func<Metadata> getTrailersFunc, Action disposeAction)
    {
        _response = responseAsync;
        _headers = responseHeadersAsync;
        _state = new CallState(() => _headers, getStatusFunc, getTrailersFunc, disposeAction);
    }

    public AsyncUnaryCall(
        Task<TResponse> responseAsync,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        _response = responseAsync;
        _state = new CallState(() => responseHeadersAsync(state), () => getStatusFunc(state), () => getTrailersFunc(state), () => disposeAction(state));
    }

    internal AsyncUnaryCall(Task<TResponse> responseAsync, Client.IClientCall call)
    {
        _response = responseAsync;
        _call = call;
    }

    /// <summary>The response; faulted with <see cref="RpcException"/> where the call failed.</summary>
    public Task<TResponse> ResponseAsync => _response;

    /// <summary>The response headers, there before the response itself.</summary>
    public Task<Metadata> ResponseHeadersAsync => _call is null ? _state!.Headers() : _call.ResponseHeadersAsync;

    public TaskAwaiter<TResponse> GetAwaiter() => _response.GetAwaiter();

    public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) => _response.ConfigureAwait(continueOnCapturedContext);

    /// <summary>The status of an ended call. Throws <see cref="InvalidOperationException"/> while it runs.</summary>
    public Status GetStatus() => _call is null ? _state!.Status() : _call.GetStatus();

    /// <summary>The trailers of an ended call. Throws <see cref="InvalidOperationException"/> while it runs.</summary>
    public Metadata GetTrailers() => _call is null ? _state!.Trailers() : _call.GetTrailers();

    /// <summary>Cancels the call if it still runs and frees what it holds.</summary>
    public void Dispose()
    {
        if (_call is null)
        {
            _state!.Dispose();
        }
        else
        {
            _call.Dispose();
        }
    }
}

/// <summary>A running call with one request and a stream of responses.</summary>
public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
{
    private readonly CallState _state;

    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
    {
        ResponseStream = responseStream;
        _state = new CallState(() => responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction);
    }

    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        ResponseStream = responseStream;
        _state = new CallState(() => responseHeadersAsync(state), () => getStatusFunc(state), () => getTrailersFunc(state), () => disposeAction(state));
    }

    internal AsyncServerStreamingCall(IAsyncStreamReader<TResponse> responseStream, Client.IClientCall call)
    {
        ResponseStream = responseStream;
        _state = Client.ClientCallState.Of(call);
    }

    /// <summary>The responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.ResponseHeadersAsync"/>
    public Task<Metadata> ResponseHeadersAsync => _state.Headers();

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.GetStatus"/>
    public Status GetStatus() => _state.Status();

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.GetTrailers"/>
    public Metadata GetTrailers() => _state.Trailers();

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.Dispose"/>
    public void Dispose() => _state.Dispose();
}

/// <summary>A running call with a stream of requests and one response; await it for the response.</summary>
public sealed class AsyncClientStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly CallState _state;

    public AsyncClientStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        Task<TResponse> responseAsync,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
    {
        RequestStream = requestStream;
        ResponseAsync = responseAsync;
        _state = new CallState(() => responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction);
    }

    public AsyncClientStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        Task<TResponse> responseAsync,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        RequestStream = requestStream;
        ResponseAsync = responseAsync;
        _state = new CallState(() => responseHeadersAsync(state), () => getStatusFunc(state), () => getTrailersFunc(state), () => disposeAction(state));
    }

    internal AsyncClientStreamingCall(IClientStreamWriter<TRequest> requestStream, Task<TResponse> responseAsync, Client.IClientCall call)
    {
        RequestStream = requestStream;
        ResponseAsync = responseAsync;
        _state = Client.ClientCallState.Of(call);
    }

    /// <summary>The requests.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.ResponseAsync"/>
    public Task<TResponse> ResponseAsync { get; }

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.ResponseHeadersAsync"/>
    public Task<Metadata> ResponseHeadersAsync => _state.Headers();

    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();

    public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) => ResponseAsync.ConfigureAwait(continueOnCapturedContext);

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.GetStatus"/>
    public Status GetStatus() => _state.Status();

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.GetTrailers"/>
    public Metadata GetTrailers() => _state.Trailers();

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.Dispose"/>
    public void Dispose() => _state.Dispose();
}

/// <summary>A running call with a stream of requests and a stream of responses.</summary>
public sealed class AsyncDuplexStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly CallState _state;

    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        IAsyncStreamReader<TResponse> responseStream,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
    {
        RequestStream = requestStream;
        ResponseStream = responseStream;
        _state = new CallState(() => responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction);
    }

    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        IAsyncStreamReader<TResponse> responseStream,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        RequestStream = requestStream;
        ResponseStream = responseStream;
        _state = new CallState(() => responseHeadersAsync(state), () => getStatusFunc(state), () => getTrailersFunc(state), () => disposeAction(state));
    }

    internal AsyncDuplexStreamingCall(IClientStreamWriter<TRequest> requestStream, IAsyncStreamReader<TResponse> responseStream, Client.IClientCall call)
    {
        RequestStream = requestStream;
        ResponseStream = responseStream;
        _state = Client.ClientCallState.Of(call);
    }

    /// <summary>The responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <summary>The requests.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.ResponseHeadersAsync"/>
    public Task<Metadata> ResponseHeadersAsync => _state.Headers();

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.GetStatus"/>
    public Status GetStatus() => _state.Status();

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.GetTrailers"/>
    public Metadata GetTrailers() => _state.Trailers();

    /// <inheritdoc cref="AsyncUnaryCall{TResponse}.Dispose"/>
    public void Dispose() => _state.Dispose();
}
