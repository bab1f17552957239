using System.Collections.Concurrent;
using System.Collections.Frozen;
using Grpc.Client;
using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Protocol;

namespace Grpc.Net.Client;

/// <summary>A logical connection to a gRPC server over HTTP/2; the HTTP handler below opens, shares and reopens the actual connections. Thread-safe.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly bool _ownsHttp;
    private readonly ConcurrentDictionary<IMethod, MethodRoute> _routes = new(ReferenceEqualityComparer.Instance);
    private readonly Func<IMethod, MethodRoute> _createRoute;
    private readonly CancellationTokenSource _disposal = new();
    private readonly CallInvoker _invoker;
    private int _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        if (options.HttpClient is not null && options.HttpHandler is not null)
        {
            throw new ArgumentException($"{nameof(GrpcChannelOptions.HttpClient)} and {nameof(GrpcChannelOptions.HttpHandler)} have been configured. Only one HTTP caller can be specified.");
        }

        Address = address;
        Options = options;
        var providers = options.CompressionProviders ?? Encodings.Defaults();
        Compression = providers.ToFrozenDictionary(provider => provider.EncodingName);
        AcceptEncoding = Encodings.AcceptValue(providers.Select(provider => provider.EncodingName));
        Version = options.HttpVersion ?? System.Net.HttpVersion.Version20;
        VersionPolicy = options.HttpVersionPolicy ?? System.Net.Http.HttpVersionPolicy.RequestVersionExact;
        Secure = address.Scheme == Uri.UriSchemeHttps;
        if (options.Credentials is { } credentials && credentials.IsSecure != Secure)
        {
            throw new InvalidOperationException($"Channel is configured with {(credentials.IsSecure ? "secure" : "insecure")} channel credentials and can't use the scheme '{address.Scheme}'.");
        }

        _createRoute = method => new MethodRoute(new Uri(Address, method.FullName), method.FullName[1..]);
        _ownsHttp = options.DisposeHttpClient || (options.HttpClient is null && options.HttpHandler is null);
        _http = options.HttpClient ?? new HttpMessageInvoker(options.HttpHandler ?? CreateHandler(), _ownsHttp);
        _invoker = new HttpCallInvoker(this);
    }

    internal Uri Address { get; }

    internal GrpcChannelOptions Options { get; }

    internal FrozenDictionary<string, ICompressionProvider> Compression { get; }

    internal string AcceptEncoding { get; }

    internal Version Version { get; }

    internal HttpVersionPolicy VersionPolicy { get; }

    internal bool Secure { get; }

    internal CancellationToken Disposal => _disposal.Token;

    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>Makes a channel for an <c>http</c> (cleartext HTTP/2) or <c>https</c> address; connects with the first call.</summary>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"The address '{address}' is not an http or https address.", nameof(address));
        }

        return new GrpcChannel(address, channelOptions);
    }

    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _invoker;
    }

    /// <summary>Cancels the running calls and closes what the channel owns.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _disposal.Cancel();
        if (_ownsHttp)
        {
            _http.Dispose();
        }
    }

    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    internal MethodRoute Route(IMethod method) => _routes.GetOrAdd(method, _createRoute);

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _http is HttpClient client
        ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
        : _http.SendAsync(request, cancellationToken);

    internal static SocketsHttpHandler CreateHandler() => new()
    {
        // One connection carries at most as many calls as the server allows streams; more calls open more connections instead of waiting.
        EnableMultipleHttp2Connections = true,
        // An address that swallows packets is noticed after this, also by calls without a deadline.
        ConnectTimeout = TimeSpan.FromSeconds(20),
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
    };
}

/// <summary>What the address and a method give for every call.</summary>
internal sealed record MethodRoute(Uri Uri, string TelemetryName);
