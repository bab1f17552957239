using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server;

/// <summary>One running call: its context for the handler, and the rules of how it ends.</summary>
internal sealed class ServerCall : ServerCallContext
{
    // Hard limit of request metadata in bytes, keys and values; well above the 8 KiB the specification suggests and below the host's own header limit. It is checked when the
    // metadata is asked for: for the many calls that never look at it, the host's limit is enough.
    private const int MaxMetadataBytes = 16 * 1024;

    private readonly MethodSettings _settings;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private Status _status = Status.DefaultSuccess;
    private DateTime _deadline = DateTime.MaxValue;
    private CancellationTokenSource? _cancellation;
    private ITimer? _timer;
    private Compressor? _compressor;
    private Task? _deadlineEnd;
    private bool _headersSent;
    private bool _writing;
    private bool _ended;
    private bool _final;

    public ServerCall(HttpContext http, MethodSettings settings)
    {
        Http = http;
        _settings = settings;
    }

    public HttpContext Http { get; }

    public MethodSettings Settings => _settings;

    /// <summary>The algorithm of the request's compressed messages; null if the caller named none.</summary>
    public ICompressionProvider? RequestEncoding { get; private set; }

    public StatusCode StatusCode => _status.StatusCode;

    public bool HasDeadline => _timer is not null;

    /// <summary>Reads the request's headers that steer the call. Throws <see cref="RpcException"/> where they are wrong.</summary>
    public void Start()
    {
        var headers = Http.Request.Headers;
        var response = Http.Response;
        response.ContentType = "application/grpc";

        if (headers.GrpcEncoding is { Count: > 0 } encoding && encoding != Encodings.Identity)
        {
            if (!_settings.Providers.TryGetValue(encoding.ToString(), out var provider))
            {
                response.Headers[Encodings.AcceptHeaderName] = _settings.AcceptEncoding;
                throw new RpcException(new Status(StatusCode.Unimplemented, "The grpc-encoding of the request is not supported."));
            }

            RequestEncoding = provider;
        }

        if (_settings.ResponseCompressor is { } compressor && Encodings.Accepts(headers.GrpcAcceptEncoding, compressor.Name))
        {
            _compressor = compressor;
            response.Headers[Encodings.HeaderName] = compressor.Name;
        }

        if (headers.GrpcTimeout is { Count: > 0 } timeout)
        {
            if (timeout.Count != 1 || !GrpcTimeout.TryParse(timeout.ToString(), out var span))
            {
                throw Errors.Internal("The request's grpc-timeout is malformed.");
            }

            StartDeadline(span);
        }
    }

    /// <summary>Ends the deadline's timer; must run when the handler is done.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        _cancellation?.Dispose();
    }

    /// <summary>Claims the end of the call. False if the deadline ended it already.</summary>
    public bool TryEnd()
    {
        if (_final)
        {
            return true;
        }

        if (_timer is null)
        {
            _ended = true;
            return true;
        }

        lock (this)
        {
            if (_ended)
            {
                return false;
            }

            _ended = true;
            return true;
        }
    }

    /// <summary>Claims the response for the last message; from then on the deadline no longer ends the call. False if it did already.</summary>
    public bool TryBeginFinalWrite() => TryEnd() && (_final = true);

    /// <summary>What the deadline still has to do after it ended the call.</summary>
    public Task DeadlineEnd() => _deadlineEnd ?? Task.CompletedTask;

    /// <summary>Claims the response for one write. Throws if the call ended or another write runs.</summary>
    public void BeginWrite()
    {
        lock (this)
        {
            if (_ended)
            {
                _cancellation?.Token.ThrowIfCancellationRequested();
                throw new InvalidOperationException("Can't write the message because the request is complete.");
            }

            if (_writing)
            {
                throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
            }

            _writing = true;
        }
    }

    public void EndWrite()
    {
        lock (this)
        {
            _writing = false;
        }
    }

    /// <summary>The compressor for a message written now, or null.</summary>
    public Compressor? CompressorFor(WriteOptions? options) => options is not null && (options.Flags & WriteFlags.NoCompress) != 0 ? null : _compressor;

    /// <summary>Sets the status that an exception of the handler stands for.</summary>
    public void SetFailure(Exception exception)
    {
        if (exception is RpcException rpc)
        {
            if (!ReferenceEquals(rpc.Trailers, Metadata.Empty) && !ReferenceEquals(rpc.Trailers, _responseTrailers))
            {
                foreach (var entry in rpc.Trailers)
                {
                    ResponseTrailers.Add(entry);
                }
            }

            _status = rpc.Status;
            ServerLog.RpcFailed(_settings.Logger, rpc.Status.DebugException, _settings.Method.FullName, rpc.StatusCode);
        }
        else if (exception is CallAbortedException || (exception is OperationCanceledException or IOException && CancellationToken.IsCancellationRequested))
        {
            _status = Deadline <= _settings.Time.GetUtcNow().UtcDateTime ? new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded") : Status.DefaultCancelled;
            ServerLog.Cancelled(_settings.Logger, _settings.Method.FullName);
        }
        else
        {
            // The text of an unexpected exception may hold anything; callers see it only where that was asked for.
            var detail = _settings.DetailedErrors
                ? $"Exception was thrown by handler. {exception.GetType().Name}: {exception.Message}"
                : "Exception was thrown by handler.";
            _status = new Status(StatusCode.Unknown, detail, exception);
            ServerLog.HandlerFailed(_settings.Logger, exception, _settings.Method.FullName);
        }
    }

    /// <summary>Puts status and trailers on the response: as headers if nothing was sent yet, else as trailers.</summary>
    public void WriteStatus()
    {
        var response = Http.Response;
        IHeaderDictionary target;
        if (!response.HasStarted)
        {
            target = response.Headers;
            target.Remove(Encodings.HeaderName);
        }
        else
        {
            target = Http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        }

        if (_responseTrailers is not null)
        {
            AppendMetadata(target, _responseTrailers);
        }

        target.GrpcStatus = StatusMapping.Number(_status.StatusCode);
        if (_status.Detail.Length > 0)
        {
            target.GrpcMessage = PercentEncoding.Encode(_status.Detail);
        }
    }

    /// <summary>Sends the headers if they were not sent, so that the body may be written.</summary>
    public Task EnsureHeadersAsync()
    {
        if (_headersSent)
        {
            return Task.CompletedTask;
        }

        _headersSent = true;
        return Http.Response.StartAsync(CancellationToken.None);
    }

    protected override string MethodCore => _settings.Method.FullName;

    protected override string HostCore => Http.Request.Host.Value ?? "";

    protected override string PeerCore
    {
        get
        {
            var connection = Http.Connection;
            return connection.RemoteIpAddress switch
            {
                null => "unknown",
                { AddressFamily: AddressFamily.InterNetworkV6 } address =>
                    string.Create(CultureInfo.InvariantCulture, $"ipv6:[{address}]:{connection.RemotePort}"),
                var address => string.Create(CultureInfo.InvariantCulture, $"ipv4:{address}:{connection.RemotePort}"),
            };
        }
    }

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore
    {
        get
        {
            if (_requestHeaders is null)
            {
                var size = 0;
                var metadata = new Metadata();
                foreach (var header in Http.Request.Headers)
                {
                    if (MetadataCoding.IsReserved(header.Key))
                    {
                        continue;
                    }

                    foreach (var value in header.Value)
                    {
                        size += header.Key.Length + (value?.Length ?? 0);
                        if (!MetadataCoding.TryAdd(metadata, header.Key, value))
                        {
                            throw Errors.Internal("A binary header of the request is not valid base64.");
                        }
                    }
                }

                if (size > MaxMetadataBytes)
                {
                    throw new RpcException(new Status(StatusCode.ResourceExhausted, "The request's metadata is too large."));
                }

                _requestHeaders = metadata;
            }

            return _requestHeaders;
        }
    }

    protected override CancellationToken CancellationTokenCore => _cancellation?.Token ?? Http.RequestAborted;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore
    {
        get => _status;
        set
        {
            lock (this)
            {
                if (!_ended)
                {
                    _status = value;
                }
            }
        }
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= CreateAuthContext();

    protected override IDictionary<object, object> UserStateCore => Http.Items!;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options)
    {
        options ??= ContextPropagationOptions.Default;
        return new CallPropagation(options.IsPropagateDeadline ? _deadline : null, options.IsPropagateCancellation ? CancellationToken : CancellationToken.None);
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        BeginWrite();
        try
        {
            if (Http.Response.HasStarted)
            {
                throw new InvalidOperationException("Response headers can only be sent once per call.");
            }

            AppendMetadata(Http.Response.Headers, responseHeaders);
            _headersSent = true;
            await Http.Response.BodyWriter.FlushAsync();
        }
        finally
        {
            EndWrite();
        }
    }

    private void AppendMetadata(IHeaderDictionary target, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            if (entry.Key == Encodings.RequestHeaderName)
            {
                ChooseCompression(entry.Value);
            }
            else if (!MetadataCoding.IsReserved(entry.Key))
            {
                target.Append(entry.Key, MetadataCoding.Encode(entry));
            }
        }
    }

    private void ChooseCompression(string name)
    {
        if (name == Encodings.Identity)
        {
            _compressor = null;
            Http.Response.Headers.Remove(Encodings.HeaderName);
        }
        else if (_settings.Providers.TryGetValue(name, out var provider))
        {
            if (Encodings.Accepts(Http.Request.Headers[Encodings.AcceptHeaderName], name))
            {
                _compressor = new Compressor(provider, _settings.Level);
                Http.Response.Headers[Encodings.HeaderName] = name;
            }
        }
        else
        {
            throw new InvalidOperationException($"There is no compression provider for '{name}'.");
        }
    }

    private void StartDeadline(TimeSpan timeout)
    {
        // Longer than a timer can wait is as good as no deadline for the timer; the handler still sees it.
        var now = _settings.Time.GetUtcNow().UtcDateTime;
        _deadline = timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(Http.RequestAborted);
        if (timeout.TotalMilliseconds < uint.MaxValue - 1)
        {
            _timer = _settings.Time.CreateTimer(static state => ((ServerCall)state!).OnDeadline(), this, timeout, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnDeadline()
    {
        bool writing;
        lock (this)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            writing = _writing;
            _status = new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded");
            ServerLog.DeadlineExceeded(_settings.Logger, _settings.Method.FullName);
            _deadlineEnd = EndByDeadlineAsync(writing);
        }

        // After the status is on its way: the handler stops at its next look at the token.
        try
        {
            _cancellation!.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The handler ended at this very moment; there is nothing left to cancel.
        }
    }

    private async Task EndByDeadlineAsync(bool writing)
    {
        await Task.Yield();
        try
        {
            if (writing)
            {
                // A write is stuck in flow control, so no trailers can pass it.
                Http.Features.Get<IHttpResetFeature>()?.Reset(0x8);
                return;
            }

            _responseTrailers = null;
            WriteStatus();
            await Http.Response.CompleteAsync();
            Http.Features.Get<IHttpResetFeature>()?.Reset(0x0);
        }
        catch (Exception exception)
        {
            ServerLog.DeadlineEndFailed(_settings.Logger, exception, _settings.Method.FullName);
            Http.Abort();
        }
    }

    private AuthContext CreateAuthContext()
    {
        var certificate = Http.Connection.ClientCertificate;
        if (certificate is null)
        {
            return new AuthContext(null, []);
        }

        var name = certificate.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, forIssuer: false);
        return new AuthContext("x509_common_name", new()
        {
            ["x509_common_name"] = [AuthProperty.Create("x509_common_name", System.Text.Encoding.UTF8.GetBytes(name))],
        });
    }
}

internal sealed class CallPropagation(DateTime? deadline, CancellationToken cancellationToken) : ContextPropagationToken
{
    public DateTime? Deadline => deadline;

    public CancellationToken CancellationToken => cancellationToken;
}
