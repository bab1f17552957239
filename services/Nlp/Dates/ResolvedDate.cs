using System.Globalization;

namespace Sikap.Nlp.Dates;

/// <summary>What an expression stands for, without strings: most dates of an article are only looked at.</summary>
/// <param name="From">First day; of a month or year its first.</param>
/// <param name="Until">Last day, included.</param>
/// <param name="Precision">How much is known.</param>
/// <param name="Rule">The rule that gave it, or why there is no date.</param>
internal readonly record struct ResolvedDate(DateOnly From, DateOnly Until, DatePrecision Precision, string Rule)
{
    /// <summary>A date was found; else only <see cref="Precision"/> and <see cref="Rule"/> mean something.</summary>
    public bool Known { get; init; } = true;

    /// <summary>Minute of the day; null for none.</summary>
    public int? Minute { get; init; }

    /// <summary>Hours from UTC; 0 where the text names no zone.</summary>
    public int Zone { get; init; }

    public static ResolvedDate Unknown(DatePrecision precision, string reason) => new(default, default, precision, reason) { Known = false };

    /// <summary>The date in the form of <see cref="PartialDate.Value"/>; null when it is not known.</summary>
    public string? Value
    {
        get
        {
            if (!Known)
            {
                return null;
            }

            if (Minute is { } minute)
            {
                var offset = Zone == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"+{Zone:00}:00");
                return string.Create(CultureInfo.InvariantCulture, $"{From:yyyy-MM-dd}T{minute / 60:00}:{minute % 60:00}{offset}");
            }

            var format = Precision switch
            {
                DatePrecision.Year => "yyyy",
                DatePrecision.Month or DatePrecision.Quarter => "yyyy-MM",
                _ => "yyyy-MM-dd",
            };
            var from = From.ToString(format, CultureInfo.InvariantCulture);
            var until = Until.ToString(format, CultureInfo.InvariantCulture);
            return from == until ? from : $"{from}/{until}";
        }
    }

    /// <summary>The public form; null when the date is not known.</summary>
    public PartialDate? ToPartial() => Value is { } value ? new(value, Precision, Rule) : null;
}
