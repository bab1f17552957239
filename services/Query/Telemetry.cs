using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sikap.ServiceDefaults;

namespace Sikap.Query;

/// <summary>Activities and instruments; listed in deploy/otel/telemetry.md.</summary>
internal static class Telemetry
{
    public const string Name = "Sikap.Query";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> ArticlesIndexed = Meter.CreateCounter<long>("sikap.query.articles.indexed", "{article}", "Articles that became queryable.");

    public static readonly Counter<long> StancesAdded = Meter.CreateCounter<long>("sikap.query.stances.added", "{stance}", "Stances added to the ledger.");

    public static readonly Counter<long> StancesRemoved =
        Meter.CreateCounter<long>("sikap.query.stances.removed", "{stance}", "Stances that a newer classification of their article took out of the ledger.");

    public static readonly Histogram<long> BatchSize = Meter.CreateHistogram<long>("sikap.query.batch.size", "{message}", "Messages written together.");

    public static readonly Histogram<double> WriteDuration =
        Meter.CreateHistogram("sikap.query.write.duration", "s", "Time of one write transaction.", advice: TelemetryBuckets.Seconds);

    public static readonly Histogram<double> EndToEndDuration =
        Meter.CreateHistogram("sikap.article.end_to_end.duration", "s", "From acceptance of an article until it is queryable.", advice: TelemetryBuckets.Seconds);

    public static readonly UpDownCounter<long> Watchers = Meter.CreateUpDownCounter<long>("sikap.query.watchers", "{stream}", "Open watch streams.");

    public static readonly Counter<long> ArticlesReplayed =
        Meter.CreateCounter<long>("sikap.query.replay.requested", "{article}", "Stored articles sent to be classified again.");

    public static readonly Gauge<long> ArticlesWaiting =
        Meter.CreateGauge<long>("sikap.query.replay.waiting", "{article}", "Stored articles that wait for classification against a changed codebook.");

    public static readonly Counter<long> CommitConflicts =
        Meter.CreateCounter<long>("sikap.query.commit.conflicts", "{commit}", "Commits to MongoDB that were worked out anew since another instance was first.");

    public static readonly Counter<long> CommitsRecovered =
        Meter.CreateCounter<long>("sikap.query.commit.recovered", "{commit}", "Commits to MongoDB that were left half done and applied by somebody else.");
}
