using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sikap.ServiceDefaults;

namespace Sikap.Extraction;

/// <summary>Activities and instruments; listed in deploy/otel/telemetry.md.</summary>
internal static class Telemetry
{
    public const string Name = "Sikap.Extraction";
    public const string LanguageTag = "sikap.language";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> ArticlesExtracted = Meter.CreateCounter<long>("sikap.extraction.articles", "{article}", "Articles read by the engine.");

    public static readonly Counter<long> StatementsExtracted = Meter.CreateCounter<long>("sikap.extraction.statements", "{statement}", "Statements found.");

    public static readonly Histogram<double> Confidence =
        Meter.CreateHistogram("sikap.extraction.statement.confidence", "1", "Confidence of the statements found.", advice: TelemetryBuckets.Confidence);

    public static readonly Histogram<double> Duration =
        Meter.CreateHistogram("sikap.extraction.duration", "s", "Time the engine took for the statements of one article.", advice: TelemetryBuckets.Seconds);
}
