using System.ComponentModel.DataAnnotations;

namespace Sikap.Extraction;

/// <summary>Options of the section <c>Extraction</c>.</summary>
public sealed class ExtractionOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Extraction";

    /// <summary>
    /// How long after the start articles wait until the instance has heard of the actors that users added. After that they are read without, since StanceClassification, which keeps them,
    /// may be away for long. Zero = they do not wait. Default: 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ActorsTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
