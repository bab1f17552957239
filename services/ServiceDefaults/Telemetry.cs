using System.Diagnostics.Metrics;

namespace Sikap.ServiceDefaults;

/// <summary>Instruments of the common parts; listed in deploy/otel/telemetry.md.</summary>
internal static class Telemetry
{
    public const string Name = "Sikap.ServiceDefaults";
    public const string MessageTypeTag = "sikap.message.type";

    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> OutcomesUnknown =
        Meter.CreateCounter<long>("sikap.bus.publish.outcomes_unknown", "{message}", "Publishes without a confirm in time; they are tried again.");

    public static readonly Counter<long> ConsumerFailures =
        Meter.CreateCounter<long>("sikap.bus.consumer.failures", "{failure}", "Attempts to process a message that ended in an exception.");
}
