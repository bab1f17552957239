using System.Text.Json.Serialization;
using Sikap.Formats;
using Sikap.Formats.Feeds;

namespace Sikap.Ingestion;

/// <summary>How a feed fares; the numbers are kept in the store.</summary>
internal enum FeedState
{
    /// <summary>Not asked yet.</summary>
    New = 1,

    Healthy = 2,

    /// <summary>The last visit failed; asked again later and later.</summary>
    Failing = 3,

    /// <summary>Left alone because somebody said so.</summary>
    Paused = 4,

    /// <summary>Left alone because its host says that it is gone for good.</summary>
    Gone = 5,
}

/// <summary>A feed that is followed.</summary>
internal sealed record FeedRecord
{
    /// <summary>Hash of the address it was added under.</summary>
    public required string Id { get; init; }

    public required string Url { get; init; }

    /// <summary>See <see cref="AddressGuard.HostKey"/>.</summary>
    public required string Host { get; init; }

    /// <summary>The outlet as whoever added the feed calls it, for pages that do not tell; null = the feed's own word counts.</summary>
    public string? Publisher { get; init; }

    public string? Title { get; init; }

    public FeedKind? Kind { get; init; }

    public FeedState State { get; init; } = FeedState.New;

    /// <summary>Why it is failing, paused or gone, or why its host is left alone for a while; null otherwise.</summary>
    public string? Reason { get; init; }

    public string? ETag { get; init; }

    public string? LastModified { get; init; }

    /// <summary>Where it has moved for good; null = it is where it was.</summary>
    public string? MovedTo { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    public DateTimeOffset? PolledAt { get; init; }

    public DateTimeOffset? SucceededAt { get; init; }

    /// <summary>When the feed itself is asked next.</summary>
    public required DateTimeOffset NextPoll { get; init; }

    /// <summary>When there is something to do next, for the feed or one of its entries; <see cref="DateTimeOffset.MaxValue"/> = never.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>When somebody last asked for a poll out of turn.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Present pause between polls.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Failed visits in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Who visits it; null = nobody.</summary>
    public string? Visitor { get; init; }

    /// <summary>Until when the visitor has it for himself.</summary>
    public DateTimeOffset VisitUntil { get; init; }

    /// <summary>Raised with each change; a change holds only when nobody else made one in between.</summary>
    public long Revision { get; init; }

    /// <summary>Where it is fetched.</summary>
    [JsonIgnore]
    public Uri FetchUrl => new(MovedTo ?? Url);

    [JsonIgnore]
    public bool IsFollowed => State is FeedState.New or FeedState.Healthy or FeedState.Failing;
}

/// <summary>What became of an entry; the numbers are kept in the store.</summary>
internal enum EntryFate
{
    /// <summary>Its page is still to be fetched.</summary>
    Waiting = 1,

    /// <summary>Its article is stored.</summary>
    Stored = 2,

    /// <summary>There is no article to be had.</summary>
    GivenUp = 3,

    /// <summary>Its article is stored, and its page is to be fetched once more: a feed told of a change.</summary>
    Revisiting = 4,
}

/// <summary>An entry of a feed, kept for as long as the feed shows it and some time beyond, so that its article is fetched once, and again only where a feed tells of a change.</summary>
internal sealed record EntryRecord
{
    /// <summary>Hash of the address, the same in every feed.</summary>
    public required string Key { get; init; }

    /// <summary>The feed that showed it first, or told of a change last.</summary>
    public required string FeedId { get; init; }

    /// <summary>Address of its page; null where the feed gives none.</summary>
    public string? Link { get; init; }

    public EntryFate Fate { get; init; } = EntryFate.Waiting;

    /// <summary>Requests for its page that failed, since it is to be fetched.</summary>
    public int Attempts { get; init; }

    /// <summary>When its page is asked for next, while it is to be fetched.</summary>
    public required DateTimeOffset Next { get; init; }

    /// <summary>Why it was given up, or did not come the last time.</summary>
    public string? Reason { get; init; }

    /// <summary>The article it became.</summary>
    public string? ArticleId { get; init; }

    /// <summary>What the feed tells of it; null once it is done.</summary>
    public EntryDraft? Draft { get; init; }

    /// <summary>What the feeds that show it said last, one for each; null = nobody looked.</summary>
    public IReadOnlyList<EntryMark>? Marks { get; init; }

    /// <summary>When its page was last asked for and the answer was one; null = never.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>How often its page was fetched again.</summary>
    public int Revisits { get; init; }

    /// <summary>The entity tag that came with the page; null = none, or the article has several pages.</summary>
    public string? ETag { get; init; }

    /// <summary><c>Last-Modified</c> as it came with the page; null as for <see cref="ETag"/>.</summary>
    public string? LastModified { get; init; }

    /// <summary>The outlet the article was stored under, which its revisions keep.</summary>
    public string? Publisher { get; init; }

    /// <summary>True when the article was made of the feed's own content.</summary>
    public bool IsOfTheFeed { get; init; }
}

/// <summary>What a feed said of an entry, in short.</summary>
/// <param name="FeedId">The feed.</param>
/// <param name="Dated">The newest date it gave, of the publication or of a change; null = none.</param>
/// <param name="Words">Hash of headline, summary and content.</param>
internal sealed record EntryMark(string FeedId, DateTimeOffset? Dated, string Words);

/// <summary>What a feed tells of an entry, for what its page does not tell.</summary>
internal sealed record EntryDraft
{
    public string? Title { get; init; }

    public Stamp? Published { get; init; }

    public string? Publisher { get; init; }

    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>Full content as HTML.</summary>
    public string? Content { get; init; }
}

/// <summary>An entry with the last time a feed showed it, as it goes from store to store.</summary>
internal sealed record KeptEntry(EntryRecord Entry, DateTimeOffset SeenAt);
