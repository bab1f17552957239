using Sikap.Nlp;

namespace Sikap.Contracts.Messages;

/// <summary>The statements of an article were extracted. Published by Extraction.</summary>
public sealed record StatementsExtracted
{
    /// <summary>Text, metadata, sentences, mentions and statements.</summary>
    public required ExtractedArticle Article { get; init; }

    /// <summary>Where it was found; null when unknown.</summary>
    public string? Url { get; init; }

    /// <summary>When Ingestion accepted it.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }
}
