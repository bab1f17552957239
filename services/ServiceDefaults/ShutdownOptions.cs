using System.ComponentModel.DataAnnotations;

namespace Sikap.ServiceDefaults;

/// <summary>How a service goes down.</summary>
public sealed class ShutdownOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Shutdown";

    /// <summary>How long the service still answers after its health says NOT_SERVING, so that load balancers notice. Default: none; 5 s behind a balancer.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan DrainDelay { get; set; } = TimeSpan.Zero;

    /// <summary>How long running calls and consumers may take to end after that; then they are cut off. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}
