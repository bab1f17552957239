using Sikap.Nlp;

namespace Sikap.Contracts.Messages;

/// <summary>An article was classified against issues of the codebook. Published by StanceClassification; replaces what was known of the article on these issues.</summary>
public sealed record StancesClassified
{
    /// <summary>The article with its statements.</summary>
    public required ExtractedArticle Article { get; init; }

    /// <summary>Where it was found; null when unknown.</summary>
    public string? Url { get; init; }

    /// <summary>When Ingestion accepted it.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Codebook version that was classified against.</summary>
    public required long CodebookVersion { get; init; }

    /// <summary>Issues that were looked at; an issue listed here without a stance has none in this article.</summary>
    public required IReadOnlyList<string> IssueIds { get; init; }

    /// <summary>The stances found.</summary>
    public required IReadOnlyList<Stance> Stances { get; init; }

    /// <summary>What the article says has become of the issues' proposals.</summary>
    public IReadOnlyList<IssueState> States { get; init; } = [];

    /// <summary>Who is for or against whom, whatever the issues; replaces what was known of the article. Null from a classifier that did not look.</summary>
    public IReadOnlyList<ActorStance>? Relations { get; init; }
}
