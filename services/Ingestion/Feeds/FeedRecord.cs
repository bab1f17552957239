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

    /// <summary>Why it is failing, paused or gone; null otherwise.</summary>
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
}

/// <summary>An entry of a feed, kept for as long as the feed shows it and some time beyond, so that its article is fetched once.</summary>
internal sealed record EntryRecord
{
    /// <summary>Hash of the address, the same in every feed.</summary>
    public required string Key { get; init; }

    /// <summary>The feed that showed it first.</summary>
    public required string FeedId { get; init; }

    /// <summary>Address of its page; null where the feed gives none.</summary>
    public string? Link { get; init; }

    public EntryFate Fate { get; init; } = EntryFate.Waiting;

    /// <summary>Requests for its page that failed.</summary>
    public int Attempts { get; init; }

    /// <summary>When its page is asked for next, while it is waiting.</summary>
    public required DateTimeOffset Next { get; init; }

    /// <summary>Why it was given up, or did not come the last time.</summary>
    public string? Reason { get; init; }

    /// <summary>The article it became.</summary>
    public string? ArticleId { get; init; }

    /// <summary>What the feed tells of it; null once it is done.</summary>
    public EntryDraft? Draft { get; init; }
}

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
