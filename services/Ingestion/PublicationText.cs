using System.Globalization;
using Sikap.Nlp;

namespace Sikap.Ingestion;

/// <summary>Reads a publication date as submissions write it.</summary>
internal static class PublicationText
{
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>The point in time with the offset it was written with, and how exactly it is known; null for anything else than a day or a time with its offset.</summary>
    public static (DateTimeOffset Value, DatePrecision Precision)? Parse(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return (new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero), DatePrecision.Day);
        // Without an offset the day itself is not certain.
        var hasOffset = text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal);
        return hasOffset && DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time, DatePrecision.Minute) : null;
    }
}
