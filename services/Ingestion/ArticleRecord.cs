using System.Text.Json.Serialization;
using Sikap.Nlp;

namespace Sikap.Ingestion;

/// <summary>How far an article has come; the numbers are kept in the store.</summary>
internal enum ArticleProgress
{
    Accepted = 1,
    Published = 2,
    Queryable = 3,
    Failed = 4,
    UnsupportedLanguage = 5,
}

/// <summary>An article as it was accepted. Null means that the metadata did not come with it.</summary>
internal sealed record ArticleRecord
{
    public required string Id { get; init; }

    public required string Text { get; init; }

    public string? Title { get; init; }

    public string? Publisher { get; init; }

    public string? Url { get; init; }

    /// <summary>The address that the page calls its own; null where it names none.</summary>
    public string? CanonicalUrl { get; init; }

    /// <summary>Beginning of the stretch that <see cref="PublishedPrecision"/> tells.</summary>
    public DateTimeOffset? Published { get; init; }

    /// <summary>How much of <see cref="Published"/> is known: year, month, day or minute.</summary>
    public DatePrecision PublishedPrecision { get; init; } = DatePrecision.Minute;

    /// <summary>Where <see cref="Published"/> was read, such as <c>json-ld</c>; null = it came with the submission.</summary>
    public string? PublishedFrom { get; init; }

    /// <summary>When the page says that it was changed last; null where it does not, or not to the minute.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>Names as the metadata gives them, in its order.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary><see cref="Published"/> as far as it is known.</summary>
    [JsonIgnore]
    public PartialDate? PublishedDate => Published is { } at ? PartialDate.Of(at, PublishedPrecision, PublishedFrom) : null;

    /// <summary>What people coded by hand, as JSON of <see cref="Nlp.Coding"/> with revision 0; null = nothing.</summary>
    public string? Coding { get; init; }

    /// <summary>How often it was coded; given by the store.</summary>
    public long CodingRevision { get; init; }

    /// <summary>W3C trace context of the call that brought it, so that a later publish still belongs to that trace.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>How far an article has come.</summary>
/// <param name="Reason">Why it failed; null otherwise.</param>
/// <param name="Language">ISO 639-1; null until it is known.</param>
internal sealed record ArticleState(string Id, ArticleProgress Progress, string? Reason, string? Language, DateTimeOffset AcceptedAt, DateTimeOffset ChangedAt);

/// <summary>What became of an article that was to be stored.</summary>
/// <param name="Added">False when it was there before.</param>
/// <param name="Progress">How far it has come.</param>
/// <param name="CodingChanged">True when it has another coding now.</param>
internal readonly record struct AddResult(bool Added, ArticleProgress Progress, bool CodingChanged = false);

/// <summary>An article with how far it has come, as it goes from store to store.</summary>
internal sealed record ArticleWithProgress(ArticleRecord Article, ArticleProgress Progress, string? Reason, string? Language, DateTimeOffset ChangedAt);
