using System.ComponentModel.DataAnnotations;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>Options of the section <c>StanceClassification</c>.</summary>
public sealed class StanceClassificationOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "StanceClassification";

    /// <summary>Folder of the store's files <c>codebook.db</c>, <c>actors.db</c> and <c>chat.db</c>; made when absent. Default: <c>data</c> in the working directory.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// Connection string of MongoDB (<c>mongodb://</c>), which then keeps codebook, actors and a model's answers in place of the SQLite files, for any number of instances; its database is
    /// <c>sikap_stance_classification</c> unless the string names one. Writes wait for a majority and its journals. Null or empty: SQLite. Default: null.
    /// </summary>
    public string? MongoUrl { get; set; }

    /// <summary>Issues the codebook may hold, retired ones included. Default: 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxIssues { get; set; } = 1_000;

    /// <summary>Actors that users may add, those in use counted. Default: 2,000. The limit on their JSON together is fixed, see <c>ActorRules.MaxListBytes</c>.</summary>
    [Range(1, 10_000)]
    public int MaxActors { get; set; } = 2_000;

    /// <summary>How often a change that could not be broadcast is tried again. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00")]
    public TimeSpan BroadcastInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => MongoStore.CheckUrl(MongoUrl, nameof(MongoUrl));
}
