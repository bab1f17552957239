using System.Diagnostics.Metrics;

namespace Sikap.Gateway;

/// <summary>Instruments; listed in deploy/otel/telemetry.md. The spans of calls are those of ASP.NET Core and the gRPC runtime.</summary>
internal static class Telemetry
{
    public const string Name = "Sikap.Gateway";
    public const string ReasonTag = "sikap.gateway.reason";

    private static readonly Meter Meter = new(Name);

    public static readonly UpDownCounter<long> CallsActive = Meter.CreateUpDownCounter<long>("sikap.gateway.calls.active", "{call}", "Calls being forwarded.");

    public static readonly Counter<long> CallsRejected =
        Meter.CreateCounter<long>("sikap.gateway.calls.rejected", "{call}", "Calls that were not forwarded, for want of a key or above the limit of an address.");
}
