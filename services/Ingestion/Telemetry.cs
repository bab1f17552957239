using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>Activities and instruments; listed in deploy/otel/telemetry.md.</summary>
internal static class Telemetry
{
    public const string Name = "Sikap.Ingestion";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> ArticlesAccepted = Meter.CreateCounter<long>("sikap.ingestion.articles.accepted", "{article}", "Articles stored for the first time.");

    public static readonly Counter<long> ArticlesRepeated = Meter.CreateCounter<long>("sikap.ingestion.articles.repeated", "{article}", "Submissions of an article that was stored before.");

    public static readonly Counter<long> ArticlesRejected = Meter.CreateCounter<long>("sikap.ingestion.articles.rejected", "{article}", "Submissions refused as invalid.");

    public static readonly Counter<long> ArticlesFailed = Meter.CreateCounter<long>("sikap.ingestion.articles.failed", "{article}", "Articles that a stage gave up on.");

    public static readonly Counter<long> ArticlesSwept =
        Meter.CreateCounter<long>("sikap.ingestion.articles.swept", "{article}", "Stored articles that the sweep handed to the bus: left over from a burst, an outage or a crash.");

    public static readonly Gauge<double> OldestWaiting =
        Meter.CreateGauge<double>("sikap.ingestion.articles.oldest_waiting", "s", "Age of the oldest stored article that the bus has not taken yet, as each sweep finds it; 0 = none.");

    public static readonly Histogram<double> PublishDuration =
        Meter.CreateHistogram("sikap.ingestion.publish.duration", "s", "From acceptance to the broker's confirm.", advice: TelemetryBuckets.Seconds);

    /// <summary>What an article was found to be when it came: <c>First</c>, <c>Copy</c> of one in another or the same outlet, <c>Revision</c> of its outlet's own.</summary>
    public const string IdentityTag = "sikap.article.identity";

    public static readonly Counter<long> ArticlesIdentified =
        Meter.CreateCounter<long>("sikap.ingestion.articles.identified", "{article}", "Articles compared with all before them, by what they were found to be.");

    public static readonly Gauge<long> IdentitiesHeld = Meter.CreateGauge<long>("sikap.ingestion.identities", "{article}", "Articles an instance holds in memory to compare new ones with.");

    /// <summary>What became of a fetch: <c>Fetched</c>, <c>NotModified</c> or a <see cref="FetchFailureKind"/>.</summary>
    public const string OutcomeTag = "sikap.fetch.outcome";

    public static readonly Histogram<double> FetchDuration =
        Meter.CreateHistogram("sikap.ingestion.fetch.duration", "s", "From the wish for a document to its last byte, the wait for the host's turn included; by outcome.", advice: TelemetryBuckets.Seconds);

    public static readonly Counter<long> FetchedBytes = Meter.CreateCounter<long>("sikap.ingestion.fetch.bytes", "By", "Bytes of fetched documents, inflated.");

    /// <summary>State of a feed, as in <see cref="FeedState"/>.</summary>
    public const string StateTag = "sikap.feed.state";

    /// <summary>What became of an entry, as in <see cref="EntryFate"/>; <c>Waiting</c> = it is tried again.</summary>
    public const string FateTag = "sikap.feed.entry.fate";

    public static readonly Gauge<long> Feeds = Meter.CreateGauge<long>("sikap.ingestion.feeds", "{feed}", "Feeds in the store by state; each instance tells the same.");

    public static readonly Gauge<double> FeedsOverdue =
        Meter.CreateGauge<double>("sikap.ingestion.feeds.overdue", "s", "How long the longest waiting feed has been due; 0 = none.");

    public static readonly Counter<long> FeedPolls = Meter.CreateCounter<long>("sikap.ingestion.feed.polls", "{poll}", "Visits that asked for a feed, by outcome.");

    public static readonly Counter<long> FeedEntriesFound = Meter.CreateCounter<long>("sikap.ingestion.feed.entries.found", "{entry}", "Entries that no feed had shown before.");

    public static readonly Counter<long> FeedEntriesRead = Meter.CreateCounter<long>("sikap.ingestion.feed.entries.read", "{entry}", "Attempts to make an article of an entry, by what became of it.");

    /// <summary>What became of a page that was fetched again: <c>Unchanged</c>, <c>Revised</c>, <c>Failed</c>, or <c>Later</c> = it is tried again.</summary>
    public const string RevisitTag = "sikap.feed.revisit.outcome";

    public static readonly Counter<long> FeedRevisits =
        Meter.CreateCounter<long>("sikap.ingestion.feed.revisits", "{request}", "Pages fetched again because a feed told of a change, by what became of it.");
}
