using System.ComponentModel.DataAnnotations;

namespace Sikap.Ingestion;

/// <summary>Options of the section <c>Ingestion:Feeds</c>: how often feeds are visited and how much of what they show is fetched.</summary>
public sealed class FeedOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Ingestion:Feeds";

    /// <summary>Least pause between two visits of a feed; one with news at each visit comes down to it. Default: 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "7.00:00:00")]
    public TimeSpan MinInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest pause between two visits of a feed, and longest wish of its own (ttl) that is kept to. A failing one comes up to it too. Default: 6 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "30.00:00:00")]
    public TimeSpan MaxInterval { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Feeds visited at the same time by one instance; of each host at most one. Default: 16.</summary>
    [Range(1, 1_000)]
    public int MaxConcurrentVisits { get; set; } = 16;

    /// <summary>How long an instance has a feed for itself; it is renewed while the visit lasts, and falls back when the instance dies. Default: 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan VisitLease { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often feeds with something to do are looked for. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Feeds that may be followed. Default: 20,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxFeeds { get; set; } = 20_000;

    /// <summary>Requests for the page of an entry before it is given up, where they fail for a reason that may pass. Default: 5.</summary>
    [Range(1, 100)]
    public int MaxEntryAttempts { get; set; } = 5;

    /// <summary>Pause before the second request for a page; doubled with each further one, a part of it random. Default: 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan EntryRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Least time from the last request for a page until it is fetched again because a feed shows it with a newer date or other words; doubled with each time it was. Default: 15 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "7.00:00:00")]
    public TimeSpan RevisitDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a page is fetched again at most; with <see cref="RevisitDelay"/> of 15 minutes the last of 10 is five days behind the first. 0 = never. Default: 10.</summary>
    [Range(0, 30)]
    public int MaxRevisits { get; set; } = 10;

    /// <summary>Pages that one article may be spread over. Default: 10.</summary>
    [Range(1, 100)]
    public int MaxPagesPerArticle { get; set; } = 10;

    /// <summary>Addresses of a sitemap that it dates longer ago than this are left out: sitemaps list whole archives. Default: 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan SitemapAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long an entry is remembered after its feed last showed it, so that it is not fetched again should it come back. Default: 60 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(60);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => MinInterval <= MaxInterval
        ? []
        : [new ValidationResult($"{nameof(MinInterval)}: must not be longer than {nameof(MaxInterval)}", [nameof(MinInterval)])];
}
