using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>Activities and instruments; listed in deploy/otel/telemetry.md.</summary>
internal static class Telemetry
{
    public const string Name = "Sikap.StanceClassification";
    public const string LabelTag = "sikap.stance.label";
    public const string OutcomeTag = "sikap.chat.outcome";
    public const string DirectionTag = "sikap.chat.direction";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> ArticlesClassified =
        Meter.CreateCounter<long>("sikap.stance_classification.articles", "{article}", "Articles classified, reclassifications included.");

    public static readonly Counter<long> StancesClassified = Meter.CreateCounter<long>("sikap.stance_classification.stances", "{stance}", "Stances found.");

    public static readonly Counter<long> IssuesBroadcast =
        Meter.CreateCounter<long>("sikap.stance_classification.issues.broadcast", "{issue}", "Issues announced to the other services, repetitions at start included.");

    public static readonly Counter<long> ActorsBroadcast =
        Meter.CreateCounter<long>("sikap.stance_classification.actors.broadcast", "{broadcast}", "Announcements of the list of added actors.");

    public static readonly Histogram<double> Confidence =
        Meter.CreateHistogram("sikap.stance_classification.stance.confidence", "1", "Confidence of the stances found.", advice: TelemetryBuckets.Confidence);

    public static readonly Histogram<double> Duration =
        Meter.CreateHistogram("sikap.stance_classification.duration", "s", "Time the classifier took for the stances of one article.", advice: TelemetryBuckets.Seconds);

    public static readonly Counter<long> ChatAnswers =
        Meter.CreateCounter<long>("sikap.stance_classification.chat.answers", "{question}", "Questions to a model, by what became of them; for all but answered and cached the rules stand in.");

    public static readonly Counter<long> ChatTokens = Meter.CreateCounter<long>("sikap.stance_classification.chat.tokens", "{token}", "Tokens that the endpoint says it took.");

    public static readonly Histogram<double> ChatDuration =
        Meter.CreateHistogram("sikap.stance_classification.chat.duration", "s", "Time of one request to the endpoint, those without an answer included.", advice: TelemetryBuckets.Seconds);
}
