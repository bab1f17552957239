using System.Diagnostics.Metrics;

namespace Sikap.Gateway;

/// <summary>Instruments of the public door; listed in deploy/otel/telemetry.md.</summary>
internal sealed class Telemetry
{
    public const string MeterName = "Sikap.Gateway";
    public const string CallsActive = "sikap.gateway.calls.active";
    public const string CallsRejected = "sikap.gateway.calls.rejected";
    public const string ReasonTag = "sikap.reason";

    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _rejected;

    public Telemetry(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _active = meter.CreateUpDownCounter<long>(CallsActive, "{call}", "Calls that are being forwarded.");
        _rejected = meter.CreateCounter<long>(CallsRejected, "{call}", "Calls that were not forwarded.");
    }

    public void CallStarted() => _active.Add(1);

    public void CallEnded() => _active.Add(-1);

    public void Rejected(string reason) => _rejected.Add(1, new KeyValuePair<string, object?>(ReasonTag, reason));
}
