using Sikap.Nlp;

namespace Sikap.Contracts.Messages;

/// <summary>An article was stored and waits for extraction. Published by Ingestion.</summary>
public sealed record ArticleIngested
{
    /// <summary>The article with the metadata that came with it.</summary>
    public required Article Article { get; init; }

    /// <summary>Where it was found; null when unknown.</summary>
    public string? Url { get; init; }

    /// <summary>When Ingestion accepted it; the start of the end-to-end latency.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }
}
