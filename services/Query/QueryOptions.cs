using System.ComponentModel.DataAnnotations;
using Sikap.ServiceDefaults;

namespace Sikap.Query;

/// <summary>Options of the read side, section <c>Query</c>.</summary>
internal sealed class QueryOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Query";

    /// <summary>Folder of the read model's file <c>query.db</c>; created when absent. Default <c>data</c> under the working folder.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// Connection string of MongoDB (<c>mongodb://</c>), which then keeps the read model in place of the SQLite file, for any number of instances; its database is <c>sikap_query</c> unless the string names one.
    /// Writes wait for a majority and its journals; lists, the search and silence are read where its read preference says, all else from the primary. Null or empty: SQLite. Default null.
    /// </summary>
    public string? MongoUrl { get; set; }

    /// <summary>How often MongoDB is asked what other instances wrote, so that this one's watchers hear of it. 10 ms to 1 minute, default 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan MongoPollInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Classified articles that are written in one transaction at most; also how many the bus hands over at a time. 1 to 1000, default 128.</summary>
    [Range(1, 1000)]
    public int MaxBatch { get; set; } = 128;

    /// <summary>Reads of the store that run at the same time; others wait. 1 to 64, default 8.</summary>
    [Range(1, 64)]
    public int MaxReaders { get; set; } = 8;

    /// <summary>Articles that are on their way to be classified anew after a change of the codebook. 1 to 10,000, default 256; new articles share the classifier with them.</summary>
    [Range(1, 10_000)]
    public int ReplayWindow { get; set; } = 256;

    /// <summary>How long the replay waits for the answers to a window before it goes on without the missing ones. 100 ms to 1 hour, default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan ReplayPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after a full pass the articles that stayed unanswered are requested again. 100 ms to 1 day, default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan ReplayRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Shortest time between two passes of the replay; changes that come in quick succession are gathered in one. 1 ms to 1 minute, default 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan ReplayPause { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest silence of a watch stream; a heartbeat ends it. 100 ms to 10 minutes, default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Watch streams that are open at the same time; further ones get RESOURCE_EXHAUSTED. 1 to 100,000, default 1000.</summary>
    [Range(1, 100_000)]
    public int MaxWatchers { get; set; } = 1000;

    /// <summary>How long watchers may come back to an event at least; older ones are deleted as new ones are written. 1 minute to 10 years, default 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan EventRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long it can be asked at least what a change of the codebook did to the stances; about 1 KB for each stance that came or went. 1 minute to 10 years, default 365 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan DiffRetention { get; set; } = TimeSpan.FromDays(365);

    /// <summary>Cells that one page of a matrix shows at most. 1 to 4000, default 1000; about 1 KB each, and 4000 stay below the usual message limit of 4 MiB.</summary>
    [Range(1, 4000)]
    public int MaxMatrixCells { get; set; } = 1000;

    /// <summary>Windows of time that one network may have. 1 to 1,000,000, default 5000; each is a network of its own, worked out one after the other while the client reads.</summary>
    [Range(1, 1_000_000)]
    public int MaxNetworkWindows { get; set; } = 5000;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => MongoStore.CheckUrl(MongoUrl, nameof(MongoUrl));
}
