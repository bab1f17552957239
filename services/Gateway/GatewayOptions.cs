using System.ComponentModel.DataAnnotations;

namespace Sikap.Gateway;

/// <summary>Options of the public door, section <c>Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Gateway";

    /// <summary>Address of Ingestion. Default <c>http://localhost:5091</c>.</summary>
    [Required]
    public Uri Ingestion { get; set; } = new("http://localhost:5091");

    /// <summary>Address of Extraction. Default <c>http://localhost:5092</c>.</summary>
    [Required]
    public Uri Extraction { get; set; } = new("http://localhost:5092");

    /// <summary>Address of StanceClassification, which serves analysis and codebook. Default <c>http://localhost:5093</c>.</summary>
    [Required]
    public Uri StanceClassification { get; set; } = new("http://localhost:5093");

    /// <summary>Address of Query. Default <c>http://localhost:5094</c>.</summary>
    [Required]
    public Uri Query { get; set; } = new("http://localhost:5094");

    /// <summary>Deadline of a call whose client gave none. 10 ms to 1 hour, default 30 s. Watch has none.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan DefaultDeadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Deadline of a stream of submissions whose client gave none. 10 ms to 1 day, default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan DefaultStreamDeadline { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a connection to a back end may take before it counts as unreachable. 10 ms to 1 minute, default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>After which time a client is told to try again when a back end is unreachable. 1 ms to 1 hour, default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Largest message to or from a back end in bytes. 1 KiB to 256 MiB, default 4 MiB. What clients send is limited by the gRPC server's own limit besides.</summary>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxMessageBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Calls that one client address may have running; further ones get RESOURCE_EXHAUSTED. 1 to 100,000, default 200. Streams count as long as they are open.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrentCallsPerClient { get; set; } = 200;

    /// <summary>SHA-256 hashes (64 hexadecimal digits) of the keys that callers must show in <c>x-api-key</c> or as a bearer token. Empty = no key is asked for, see <see cref="AllowAnonymous"/>.</summary>
    public IReadOnlyList<string> ApiKeys { get; set; } = [];

    /// <summary>Lets everybody in who reaches a non-loopback address although no key is configured. Default false: the host refuses to start then.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>Names of request headers that go on to the back ends besides the trace context. Default <c>x-request-id</c>.</summary>
    public IReadOnlyList<string> ForwardedMetadata { get; set; } = ["x-request-id"];

    /// <summary>Port of gRPC-Web over HTTP/1.1, on the same address as <c>Endpoint:Address</c>; 0 = any free one. Default null: no such door.</summary>
    [Range(0, 65_535)]
    public int? WebPort { get; set; }

    /// <summary>Origins such as <c>https://desk.example.org</c> whose pages may call through <see cref="WebPort"/>. Default none.</summary>
    public IReadOnlyList<string> WebOrigins { get; set; } = [];

    /// <summary>How often the back ends are asked for their health. 10 ms to 10 minutes, default 5 s; each answer is waited for as long at most.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan HealthInterval { get; set; } = TimeSpan.FromSeconds(5);
}
