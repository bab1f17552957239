namespace Sikap.Nlp;

/// <summary>
/// What an article is among all that came in: a revision, a copy, a report of an event that others report too. Whoever keeps the articles tells it; the engine hands it on unread.
/// It never changes once it was told, so that it can travel with the article. Groups are named by the id of the article that came first in them.
/// </summary>
public sealed record Provenance
{
    /// <summary>Group of the revisions of one article of one outlet.</summary>
    public required string Work { get; init; }

    /// <summary>Order among the revisions, of which the greatest is the one that counts; 0 for the first that came, less for an older one that came late.</summary>
    public required int Edition { get; init; }

    /// <summary>The revision that this one took the place of when it came; null = none.</summary>
    public string? RevisionOf { get; init; }

    /// <summary>Group of the articles with nearly the same text, whatever outlet they stand in: one report, however often it was printed.</summary>
    public required string Report { get; init; }

    /// <summary>Group of the reports on the same event.</summary>
    public required string Story { get; init; }
}
