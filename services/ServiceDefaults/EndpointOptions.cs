using System.ComponentModel.DataAnnotations;

namespace Sikap.ServiceDefaults;

/// <summary>The gRPC listener: HTTP/2 without TLS.</summary>
public sealed class EndpointOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Endpoint";

    /// <summary>IP address to listen on. Default: loopback; <c>0.0.0.0</c> in a container.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>TCP port; 0 = any free one. Default: the service's own.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; }
}
