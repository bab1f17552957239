using Sikap.Nlp;

namespace Sikap.Contracts.Messages;

/// <summary>A stored article is to be classified again against some issues. Published by Query when the codebook changed.</summary>
public sealed record ReclassificationRequested
{
    /// <summary>The article with its statements.</summary>
    public required ExtractedArticle Article { get; init; }

    /// <summary>Where it was found; null when unknown.</summary>
    public string? Url { get; init; }

    /// <summary>When Ingestion accepted it.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The issues to classify against.</summary>
    public required IReadOnlyList<string> IssueIds { get; init; }
}
