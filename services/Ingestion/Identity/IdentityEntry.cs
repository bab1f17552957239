using System.Text.Json.Serialization;
using Sikap.Nlp;

namespace Sikap.Ingestion;

/// <summary>
/// What was found out about one article when it came, in the order in which articles came: one entry for each, under numbers without gaps, never changed afterwards. All that is known of copies, revisions
/// and stories follows from these entries, so every instance that reads them knows the same.
/// </summary>
internal sealed record IdentityEntry
{
    /// <summary>From 1.</summary>
    public required long Number { get; init; }

    public required string ArticleId { get; init; }

    /// <summary>Comparable name of the outlet; empty when unknown.</summary>
    public required string Publisher { get; init; }

    /// <summary>See <see cref="CanonicalAddress"/>; null when it has none.</summary>
    public string? Address { get; init; }

    /// <summary>Hash of the headline's words; 0 when there is none.</summary>
    public required long Title { get; init; }

    /// <summary>When it was published, else when it was accepted; minutes of UTC since the year 1.</summary>
    public required long Minute { get; init; }

    /// <summary>Whether <see cref="Minute"/> is known to the minute; else it is the beginning of the day, month or year.</summary>
    public required bool IsMinuteKnown { get; init; }

    /// <summary>Runs of words, see <see cref="TextSketch.Runs"/>; 0 where the text is too short for a sketch.</summary>
    public required int Runs { get; init; }

    /// <summary>See <see cref="TextSketch.ToBytes"/>; empty where the text is too short.</summary>
    public required byte[] Sketch { get; init; }

    /// <summary>See <see cref="StoryTerms"/>; four bytes each.</summary>
    public required byte[] Terms { get; init; }

    public required string Work { get; init; }

    public required int Edition { get; init; }

    public string? RevisionOf { get; init; }

    public required string Report { get; init; }

    public required string Story { get; init; }

    /// <summary>What goes with the article.</summary>
    [JsonIgnore]
    public Provenance Provenance => new() { Work = Work, Edition = Edition, RevisionOf = RevisionOf, Report = Report, Story = Story };
}
