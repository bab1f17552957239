using Grpc.Net.Client;
using Microsoft.Extensions.Options;

namespace Sikap.Gateway;

/// <summary>One channel to each back end, open as long as the host runs.</summary>
internal sealed class BackEnds : IDisposable
{
    // Finds a peer that went away without a word, also below an idle watch stream.
    private static readonly TimeSpan s_pingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pingTimeout = TimeSpan.FromSeconds(10);

    public BackEnds(IOptions<GatewayOptions> options)
    {
        Ingestion = Open(options.Value, options.Value.Ingestion);
        Extraction = Open(options.Value, options.Value.Extraction);
        StanceClassification = Open(options.Value, options.Value.StanceClassification);
        Query = Open(options.Value, options.Value.Query);
        All = new Dictionary<string, GrpcChannel>
        {
            [nameof(Ingestion)] = Ingestion,
            [nameof(Extraction)] = Extraction,
            [nameof(StanceClassification)] = StanceClassification,
            [nameof(Query)] = Query,
        };
    }

    public GrpcChannel Ingestion { get; }

    public GrpcChannel Extraction { get; }

    public GrpcChannel StanceClassification { get; }

    public GrpcChannel Query { get; }

    /// <summary>The channels by the names of their options.</summary>
    public IReadOnlyDictionary<string, GrpcChannel> All { get; }

    public void Dispose()
    {
        foreach (var channel in All.Values)
        {
            channel.Dispose();
        }
    }

    private static GrpcChannel Open(GatewayOptions options, Uri address) =>
        GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                // Back ends are named by the operator; a proxy of the environment has no place between them.
                UseProxy = false,
                ConnectTimeout = options.ConnectTimeout,
                EnableMultipleHttp2Connections = true,
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                KeepAlivePingDelay = s_pingDelay,
                KeepAlivePingTimeout = s_pingTimeout,
            },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.MaxMessageBytes,
            MaxSendMessageSize = options.MaxMessageBytes,
        });
}
