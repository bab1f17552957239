using Grpc.Core;
using Grpc.Net.Compression;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client;

/// <summary>Options of a channel.</summary>
public sealed class GrpcChannelOptions
{
    internal const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    /// <summary>Transport credentials; null takes them from the address' scheme.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Largest message sent, in bytes before compression; null (the default) for no limit. Above it the call ends with RESOURCE_EXHAUSTED.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Largest message received, in bytes after decompression, checked while inflating; default 4 MiB, null for no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = DefaultMaxReceiveMessageSize;

    /// <summary>The algorithms the client understands; null for gzip and deflate.</summary>
    public IList<ICompressionProvider>? CompressionProviders { get; set; }

    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The client to call through, instead of an own one; not together with <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>The handler to call through, instead of an own <see cref="SocketsHttpHandler"/>; not together with <see cref="HttpClient"/>.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>If true, disposing the channel disposes the given client or handler. An own one is always disposed.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>If true, a cancelled call throws <see cref="OperationCanceledException"/> instead of <see cref="RpcException"/>. Default false.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>If true, call credentials are sent over cleartext connections too. Default false.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>HTTP version of the requests; null for 2.0.</summary>
    public Version? HttpVersion { get; set; }

    /// <summary>What other versions are allowed; null for exactly <see cref="HttpVersion"/>.</summary>
    public HttpVersionPolicy? HttpVersionPolicy { get; set; }

    public IServiceProvider? ServiceProvider { get; set; }

    /// <summary>The clock of deadlines.</summary>
    internal TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
