using Sikap.Nlp;

namespace Sikap.Contracts.Messages;

/// <summary>A stored article is to be classified again, against the whole codebook. Published by Query when the codebook changed.</summary>
public sealed record ReclassificationRequested
{
    /// <summary>The article with its statements.</summary>
    public required ExtractedArticle Article { get; init; }

    /// <summary>Where it was found; null when unknown.</summary>
    public string? Url { get; init; }

    /// <summary>When Ingestion accepted it.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The changed issues that it waits for: they are part of the answer also when they are no longer in use.</summary>
    public required IReadOnlyList<string> IssueIds { get; init; }
}
