using System.ComponentModel.DataAnnotations;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>Options of the section <c>Ingestion</c>.</summary>
public sealed class IngestionOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Ingestion";

    internal const int DefaultComparedArticles = 100_000;

    /// <summary>Folder of the store's file <c>ingestion.db</c>; made when absent. Default: <c>data</c> in the working directory.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// Connection string of MongoDB (<c>mongodb://</c>), which then keeps the articles in place of the SQLite file; its database is <c>sikap_ingestion</c> unless the string names one.
    /// Writes wait for a majority and its journals. Null or empty: SQLite. Default: null.
    /// </summary>
    public string? MongoUrl { get; set; }

    /// <summary>Items of one <c>SubmitArticles</c> stream that are stored at the same time; the client is held back beyond that. Default: 32.</summary>
    [Range(1, 1_000)]
    public int MaxConcurrentItems { get; set; } = 32;

    /// <summary>Articles handed to the bus at the same time. Default: 16.</summary>
    [Range(1, 100)]
    public int MaxConcurrentPublishes { get; set; } = 16;

    /// <summary>How often stored articles that never reached the bus are looked for. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Stored articles that the broker has not taken yet, above which submissions get UNAVAILABLE with RetryInfo; repeated ones too. Roughly kept. Default: 100,000.</summary>
    [Range(1, 100_000_000)]
    public int MaxUnpublished { get; set; } = 100_000;

    /// <summary>
    /// How many of the newest articles each new one is compared with, for copies and reports on the same event; about 570 bytes of memory each. Revisions under the same address are known however old the article is.
    /// An archive of several outlets that is submitted one outlet after the other needs as many as it has articles. Default: 100,000.
    /// </summary>
    [Range(1_000, 10_000_000)]
    public int ComparedArticles { get; set; } = DefaultComparedArticles;

    /// <summary>Hands everything unfinished to the bus again at start. Null: only where the bus is in memory, whose content a crash loses. Default: null.</summary>
    public bool? RepublishUnfinishedAtStart { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => MongoStore.CheckUrl(MongoUrl, nameof(MongoUrl));
}
