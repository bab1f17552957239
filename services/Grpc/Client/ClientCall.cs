using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Grpc.Protocol;

namespace Grpc.Client;

/// <summary>A call without its message types.</summary>
internal interface IClientCall : IDisposable
{
    Task<Metadata> ResponseHeadersAsync { get; }

    Status GetStatus();

    Metadata GetTrailers();
}

internal static class ClientCallState
{
    public static CallState Of(IClientCall call) => new(() => call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
}

/// <summary>One call from the request's headers to the status.</summary>
internal sealed class ClientCall<TRequest, TResponse> : IClientCall
    where TRequest : class
    where TResponse : class
{
    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(20);

    private readonly GrpcChannel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CallOptions _options;
    private readonly MethodRoute _route;
    private readonly HttpRequestMessage _request;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenRegistration _callerRegistration;
    private readonly CancellationTokenRegistration _propagatedRegistration;
    private readonly CancellationTokenRegistration _disposalRegistration;
    private readonly DateTime _deadline;
    private readonly ITimer? _timer;
    private readonly long _begun;
    private readonly Compressor? _compressor;
    private Activity? _activity;
    private Task<HttpResponseMessage>? _responseTask;
    private Task? _single;
    private HttpResponseMessage? _response;
    private MessageStream? _body;
    private TaskCompletionSource<Metadata>? _headers;
    private Exception? _failureBeforeHeaders;
    private Status? _status;
    private Metadata? _trailers;
    private bool _finished;
    private ICompressionProvider? _responseEncoding;

    public ClientCall(GrpcChannel channel, Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        _channel = channel;
        _method = method;
        _options = options;
        _route = channel.Route(method);
        _begun = ClientTelemetry.Begin();

        var request = new HttpRequestMessage(HttpMethod.Post, _route.Uri) { Version = channel.Version, VersionPolicy = channel.VersionPolicy };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("TE", "trailers");
        headers.TryAddWithoutValidation("User-Agent", ClientTelemetry.UserAgent);
        headers.TryAddWithoutValidation(Encodings.AcceptHeaderName, channel.AcceptEncoding);
        if (host is not null)
        {
            headers.Host = host;
        }

        if (options.Headers is { } metadata)
        {
            foreach (var entry in metadata)
            {
                if (entry.Key == Encodings.RequestHeaderName)
                {
                    _compressor = FindCompressor(entry.Value, headers);
                }
                else if (!MetadataCoding.IsReserved(entry.Key))
                {
                    headers.TryAddWithoutValidation(entry.Key, MetadataCoding.Encode(entry));
                }
            }
        }

        _request = request;
        var propagated = options.PropagationToken as AspNetCore.Server.CallPropagation;
        _deadline = Earlier(options.Deadline ?? DateTime.MaxValue, propagated?.Deadline ?? DateTime.MaxValue);
        if (_deadline != DateTime.MaxValue)
        {
            var left = _deadline - channel.Options.TimeProvider.GetUtcNow().UtcDateTime;
            headers.TryAddWithoutValidation(GrpcTimeout.HeaderName, GrpcTimeout.Format(left));
            if (left <= TimeSpan.Zero)
            {
                Fail(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"));
            }
            else if (left.TotalMilliseconds < uint.MaxValue - 1)
            {
                _timer = channel.Options.TimeProvider.CreateTimer(
                    static state => ((ClientCall<TRequest, TResponse>)state!).Fail(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded")), this, left, Timeout.InfiniteTimeSpan);
            }
        }

        Requests = null!;
        Responses = null!;
        if (method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming)
        {
            Requests = new RequestWriter<TRequest, TResponse>(this, options.WriteOptions);
        }

        if (method.Type is MethodType.ServerStreaming or MethodType.DuplexStreaming)
        {
            Responses = new ResponseReader<TRequest, TResponse>(this);
        }

        // Last, for a token that is cancelled already calls back at once.
        _callerRegistration = Register(options.CancellationToken);
        _propagatedRegistration = Register(propagated?.CancellationToken ?? default);
        _disposalRegistration = Register(channel.Disposal);
    }

    public RequestWriter<TRequest, TResponse> Requests { get; }

    public ResponseReader<TRequest, TResponse> Responses { get; }

    public Method<TRequest, TResponse> Method => _method;

    public int? MaxSend => _channel.Options.MaxSendMessageSize;

    public CancellationToken Token => _cancellation.Token;

    public Task<Metadata> ResponseHeadersAsync
    {
        get
        {
            lock (this)
            {
                if (_headers is null)
                {
                    _headers = new TaskCompletionSource<Metadata>(TaskCreationOptions.RunContinuationsAsynchronously);
                    if (_response is { } response)
                    {
                        SetHeaders(response);
                    }
                    else if (_failureBeforeHeaders is { } failure)
                    {
                        _headers.SetException(failure);
                        _ = _headers.Task.Exception;
                    }
                }

                return _headers.Task;
            }
        }
    }

    public Status GetStatus()
    {
        lock (this)
        {
            return _finished && _status is { } status ? status : throw new InvalidOperationException("Unable to get the status because the call is not complete.");
        }
    }

    public Metadata GetTrailers()
    {
        lock (this)
        {
            return _finished ? _trailers ?? [] : throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");
        }
    }

    public void Dispose() => Fail(new Status(StatusCode.Cancelled, "gRPC call disposed."));

    /// <summary>The compressor for a message written now, or null.</summary>
    public Compressor? CompressorFor(WriteOptions? options) => options is not null && (options.Flags & WriteFlags.NoCompress) != 0 ? null : _compressor;

    public Task<TResponse> RunUnaryAsync(TRequest request) => RunSingleAsync(request);

    public Task<TResponse> RunClientStreamingAsync()
    {
        var single = RunSingleAsync(null);
        _single = single;
        return single;
    }

    // From the request to the status in one async method: each further one would cost on every call.
    private async Task<TResponse> RunSingleAsync(TRequest? request)
    {
        try
        {
            HttpResponseMessage response;
            try
            {
                _request.Content = request is null ? new StreamingContent<TRequest, TResponse>(Requests) : Content(request);

                // Here, not earlier: what an async method sets as the current activity does not leak to its caller.
                _activity = ClientTelemetry.StartActivity(_route.TelemetryName, _channel.Address);
                if (NeedsCredentials)
                {
                    await ApplyCredentialsAsync();
                }

                Token.ThrowIfCancellationRequested();
                response = await _channel.SendAsync(_request, Token);
                Accept(response, CheckResponse(response) ? await response.Content.ReadAsStreamAsync(Token) : null);
            }
            catch (Exception exception)
            {
                throw FailBeforeHeaders(exception);
            }

            TResponse? message = null;
            if (_body is { } body)
            {
                message = await body.ReadAsync(_method.ResponseMarshaller.ContextualDeserializer, _responseEncoding, _channel.Options.MaxReceiveMessageSize, Token);
                if (message is not null && await body.HasMoreAsync(Token))
                {
                    throw new RpcException(new Status(StatusCode.Unimplemented, "The call takes one response message and got more."));
                }
            }

            FinishWithTrailers(response, hasMessage: message is not null);
            return message!;
        }
        catch (Exception exception)
        {
            throw Finish(exception);
        }
    }

    public void StartServerStreaming(TRequest request)
    {
        _request.Content = new UnaryContent<TRequest, TResponse>(this, request, _options.WriteOptions);
        Observe(SendAsync());
    }

    public void StartDuplexStreaming()
    {
        _request.Content = new StreamingContent<TRequest, TResponse>(Requests);
        Observe(SendAsync());
    }

    private HttpContent Content(TRequest request)
    {
        if (request is not Google.Protobuf.IMessage message || message.CalculateSize() > SmallUnaryContent.MaxSize)
        {
            return new UnaryContent<TRequest, TResponse>(this, request, _options.WriteOptions);
        }

        using var buffer = new MessageBuffer();
        return new SmallUnaryContent(buffer.Write(request, _method.RequestMarshaller.ContextualSerializer, CompressorFor(_options.WriteOptions), MaxSend).ToArray());
    }

    /// <summary>The next response message, or null at the end of a call that ended with OK.</summary>
    public async ValueTask<TResponse?> ReadNextAsync(CancellationToken cancellationToken)
    {
        // The token of one read cancels the whole call: a message half read cannot be given back.
        using var registration = cancellationToken.CanBeCanceled ? Register(cancellationToken) : default;
        try
        {
            lock (this)
            {
                if (_finished)
                {
                    return _status!.Value.StatusCode == StatusCode.OK ? null : throw Failure(_status.Value);
                }
            }

            var response = await _responseTask!;
            if (_body is not null)
            {
                var message = await _body.ReadAsync(_method.ResponseMarshaller.ContextualDeserializer, _responseEncoding, _channel.Options.MaxReceiveMessageSize, Token);
                if (message is not null)
                {
                    return message;
                }
            }

            FinishWithTrailers(response, hasMessage: true);
            return null;
        }
        catch (Exception exception)
        {
            throw Finish(exception);
        }
    }

    /// <summary>The exception a writer sees: the status of the call if it has ended, else what the transport said.</summary>
    public async Task<Exception> WriteFailureAsync(Exception exception)
    {
        // A server that answers early stops reading; its status tells why, the broken write does not. The reading side is about to learn it.
        try
        {
            await (_single ?? _responseTask)!;
        }
        catch (Exception failure)
        {
            return Finish(failure);
        }

        lock (this)
        {
            if (_finished && _status is { } status)
            {
                return status.StatusCode == StatusCode.OK
                    ? new InvalidOperationException("Can't write the message because the call is complete.")
                    : Failure(status);
            }
        }

        return _cancellation.IsCancellationRequested
            ? Failure(Status.DefaultCancelled)
            : new RpcException(new Status(StatusCode.Cancelled, "The server ended the call before it read this message; the response tells its status.", exception));
    }

    private static DateTime Earlier(DateTime one, DateTime other)
    {
        if (one != DateTime.MaxValue && one.Kind != DateTimeKind.Utc)
        {
            throw new InvalidOperationException("Deadline must have a kind DateTimeKind.Utc.");
        }

        return one < other ? one : other;
    }

    // Who starts a stream and never reads is not to crash on an unobserved task.
    private static void Observe(Task task) =>
        task.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private CancellationTokenRegistration Register(CancellationToken token) => token.CanBeCanceled
        ? token.UnsafeRegister(static state => ((ClientCall<TRequest, TResponse>)state!).Fail(new Status(StatusCode.Cancelled, "Call canceled by the client.")), this)
        : default;

    private Compressor? FindCompressor(string name, HttpRequestHeaders headers)
    {
        if (name == Encodings.Identity)
        {
            return null;
        }

        if (!_channel.Compression.TryGetValue(name, out var provider))
        {
            throw new InvalidOperationException($"Could not find compression provider for '{name}'.");
        }

        headers.TryAddWithoutValidation(Encodings.HeaderName, name);
        return new Compressor(provider, level: null);
    }

    private bool NeedsCredentials => _options.Credentials is not null || _channel.Options.Credentials?.CallCredentials is not null;

    private Task<HttpResponseMessage> SendAsync() => _responseTask = SendCoreAsync();

    private async Task<HttpResponseMessage> SendCoreAsync()
    {
        try
        {
            _activity = ClientTelemetry.StartActivity(_route.TelemetryName, _channel.Address);
            if (NeedsCredentials)
            {
                await ApplyCredentialsAsync();
            }

            Token.ThrowIfCancellationRequested();
            var response = await _channel.SendAsync(_request, Token);
            Accept(response, CheckResponse(response) ? await response.Content.ReadAsStreamAsync(Token) : null);
            return response;
        }
        catch (Exception exception)
        {
            throw FailBeforeHeaders(exception);
        }
    }

    /// <summary>Throws for a response that is no gRPC response; else true if a body follows, false for trailers only.</summary>
    private bool CheckResponse(HttpResponseMessage response)
    {
        if (Refusal(response) is { } refusal)
        {
            response.Dispose();
            throw new RpcException(refusal);
        }

        var headers = response.Headers.NonValidated;
        if (headers.TryGetValues(Encodings.HeaderName, out var encodings) && encodings.ToString() is var encoding && encoding != Encodings.Identity
            && !_channel.Compression.TryGetValue(encoding, out _responseEncoding))
        {
            response.Dispose();
            throw new RpcException(new Status(StatusCode.Internal, "The grpc-encoding of the response is not supported."));
        }

        return !headers.Contains("grpc-status");
    }

    private void Accept(HttpResponseMessage response, Stream? body)
    {
        lock (this)
        {
            _response = response;
            _body = body is null ? null : new MessageStream(body);
            if (_headers is not null)
            {
                SetHeaders(response);
            }

            if (!_finished)
            {
                return;
            }
        }

        // The call was ended from this side while the headers arrived.
        _body?.Dispose();
        response.Dispose();
    }

    private Exception FailBeforeHeaders(Exception exception)
    {
        var failure = Finish(exception);
        lock (this)
        {
            _failureBeforeHeaders = failure;
            if (_headers?.TrySetException(failure) == true)
            {
                _ = _headers.Task.Exception;
            }
        }

        return failure;
    }

    private static Status? Refusal(HttpResponseMessage response)
    {
        var headers = response.Headers.NonValidated;
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return AspNetCore.Server.RequestCheck.IsGrpc(ContentType(response))
                ? null
                : new Status(StatusCode.Unknown, $"Bad gRPC response. Invalid content-type value: {ContentType(response) ?? "(none)"}");
        }

        if (headers.TryGetValues("grpc-status", out var status) && TryParseStatus(status.ToString(), out var code))
        {
            return new Status(code, headers.TryGetValues("grpc-message", out var message) ? PercentEncoding.Decode(message.ToString()) : "");
        }

        return new Status(StatusMapping.FromHttpStatus((int)response.StatusCode), $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}");
    }

    private static string? ContentType(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;

    private static bool TryParseStatus(string text, out StatusCode code)
    {
        code = StatusCode.Unknown;
        if (!int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        // Codes nobody has defined yet mean UNKNOWN.
        code = number <= (int)StatusCode.Unauthenticated ? (StatusCode)number : StatusCode.Unknown;
        return true;
    }

    private void SetHeaders(HttpResponseMessage response)
    {
        var metadata = new Metadata();
        AddMetadata(metadata, response.Headers.NonValidated);
        _headers!.TrySetResult(metadata);
    }

    private static void AddMetadata(Metadata metadata, HttpHeadersNonValidated headers)
    {
        foreach (var header in headers)
        {
            if (MetadataCoding.IsReserved(header.Key))
            {
                continue;
            }

            foreach (var value in header.Value)
            {
                // A peer's broken binary value is not worth losing the call's status for; the entry is left out.
                _ = MetadataCoding.TryAdd(metadata, header.Key, value);
            }
        }
    }

    private void FinishWithTrailers(HttpResponseMessage response, bool hasMessage)
    {
        var trailersOnly = _body is null;
        var headers = trailersOnly ? response.Headers.NonValidated : response.TrailingHeaders.NonValidated;
        Status status;
        if (!headers.TryGetValues("grpc-status", out var text))
        {
            status = new Status(StatusCode.Unknown, "The response ended without a grpc-status.");
        }
        else if (!TryParseStatus(text.ToString(), out var code))
        {
            status = new Status(StatusCode.Unknown, "The response has a malformed grpc-status.");
        }
        else
        {
            status = new Status(code, headers.TryGetValues("grpc-message", out var message) ? PercentEncoding.Decode(message.ToString()) : "");
        }

        Metadata? trailers = null;
        if (headers.Count > 1)
        {
            trailers = [];
            AddMetadata(trailers, headers);
        }

        if (status.StatusCode == StatusCode.OK && !hasMessage)
        {
            status = new Status(StatusCode.Unimplemented, "The call needs one response message and got none.");
        }

        SetFinished(status, trailers, overrideLocal: true);
        if (_status!.Value.StatusCode != StatusCode.OK)
        {
            throw Failure(_status.Value);
        }
    }

    /// <summary>Ends the call by an exception and gives the one the caller sees.</summary>
    private Exception Finish(Exception exception)
    {
        lock (this)
        {
            if (_finished)
            {
                return exception is RpcException ? exception : Failure(_status!.Value);
            }
        }

        var status = exception is RpcException rpc ? rpc.Status : TransportFailure.Status(exception);
        if (status.StatusCode == StatusCode.Cancelled && _deadline != DateTime.MaxValue && _deadline - TimerResolution <= _channel.Options.TimeProvider.GetUtcNow().UtcDateTime)
        {
            // The server's clock was first: it reset the stream for the deadline before the timer here fired.
            status = new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded", exception);
        }

        SetFinished(status, null, overrideLocal: false);
        return Failure(_status!.Value);
    }

    /// <summary>Ends the call from this side and tells the server by resetting the stream.</summary>
    public void Fail(Status status)
    {
        lock (this)
        {
            if (_finished)
            {
                return;
            }

            _status ??= status;
        }

        SetFinished(status, null, overrideLocal: false);
    }

    private void SetFinished(Status status, Metadata? trailers, bool overrideLocal)
    {
        lock (this)
        {
            if (_finished)
            {
                return;
            }

            _finished = true;
            _status = overrideLocal ? status : _status ?? status;
            _trailers = trailers;
        }

        _timer?.Dispose();
        _callerRegistration.Dispose();
        _propagatedRegistration.Dispose();
        _disposalRegistration.Dispose();
        if (_status.Value.StatusCode != StatusCode.OK)
        {
            // Whatever still runs (an unread body, an unsent request) ends here.
            _cancellation.Cancel();
        }

        Requests?.CallEnded();

        _body?.Dispose();
        _response?.Dispose();
        ClientTelemetry.End(_begun, _activity, _route.TelemetryName, _channel.Address, _status.Value.StatusCode);
    }

    private Exception Failure(Status status) => _channel.Options.ThrowOperationCanceledOnCancellation
        && (status.StatusCode == StatusCode.Cancelled || (status.StatusCode == StatusCode.DeadlineExceeded && _options.CancellationToken.IsCancellationRequested))
            ? new OperationCanceledException(status.Detail, new RpcException(status, _trailers ?? []), _options.CancellationToken)
            : new RpcException(status, _trailers ?? []);

    private async Task ApplyCredentialsAsync()
    {
        if (!_channel.Secure && !_channel.Options.UnsafeUseInsecureChannelCallCredentials)
        {
            throw new InvalidOperationException("Call credentials need a secure channel.");
        }

        var metadata = new Metadata();
        var context = new AuthInterceptorContext(new Uri(_channel.Address, "/" + _method.ServiceName).ToString(), _method.Name, Token);
        foreach (var credentials in new[] { _channel.Options.Credentials?.CallCredentials, _options.Credentials })
        {
            if (credentials is not null)
            {
                await credentials.ApplyAsync(context, metadata);
            }
        }

        foreach (var entry in metadata)
        {
            _request.Headers.TryAddWithoutValidation(entry.Key, MetadataCoding.Encode(entry));
        }
    }
}
