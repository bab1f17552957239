namespace Sikap.Contracts.Messages;

/// <summary>An article became queryable. Published by Query after its store has it.</summary>
public sealed record ArticleIndexed
{
    /// <summary>The article's id.</summary>
    public required string ArticleId { get; init; }

    /// <summary>ISO 639-1 code of the article's language; <c>und</c> when it cannot be told.</summary>
    public required string Language { get; init; }

    /// <summary>When the read model had it.</summary>
    public required DateTimeOffset IndexedAt { get; init; }

    /// <summary>Revision of the hand-made coding that it has; 0 = none.</summary>
    public long CodingRevision { get; init; }
}
