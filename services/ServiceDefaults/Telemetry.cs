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

    public static readonly Histogram<double> MessageAge =
        Meter.CreateHistogram("sikap.bus.message.age", "s", "How long a message had waited when its processing began.", advice: TelemetryBuckets.Seconds);

    // From here on names, units and attributes are those of the semantic conventions 1.44, see MessagingMeter and SqliteDatabase.
    public static readonly Histogram<double> MessagingOperationDuration =
        Meter.CreateHistogram("messaging.client.operation.duration", "s", "From a publish to the broker's confirm.", advice: TelemetryBuckets.Seconds);

    public static readonly Counter<long> MessagesSent = Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Publishes, failed ones with `error.type`.");

    public static readonly Counter<long> MessagesConsumed =
        Meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Messages processed, failed ones with `error.type`.");

    public static readonly Histogram<double> MessageProcessDuration =
        Meter.CreateHistogram("messaging.process.duration", "s", "Time of processing a message, its share of waiting for a batch included.", advice: TelemetryBuckets.Seconds);

    public static readonly Histogram<double> DbOperationDuration =
        Meter.CreateHistogram("db.client.operation.duration", "s", "Time of one read of the store, or of one transaction that several writes share; in MongoDB of one write with its wait for the majority.", advice: TelemetryBuckets.Seconds);
}
