using System.Globalization;

namespace Sikap.Nlp.Dates;

/// <summary>Reads dates as Indonesian news writes them.</summary>
internal static class DateReader
{
    /// <summary>A date written as 2023, 2023-05 or 2023-05-03; null when it is none.</summary>
    public static PartialDate? FromIso(string value, string rule)
    {
        var (format, precision) = value.Length switch
        {
            4 => ("yyyy", DatePrecision.Year),
            7 => ("yyyy-MM", DatePrecision.Month),
            10 => ("yyyy-MM-dd", DatePrecision.Day),
            _ => ("", DatePrecision.Year),
        };
        return format.Length > 0 && DateTime.TryParseExact(value, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1900 and < 2200
            ? new(value, precision, rule)
            : null;
    }

    /// <summary>Publication date: from metadata, else as the text gives it.</summary>
    public static PartialDate? Published(ArticleWork work)
    {
        if (work.Article.Published is { } published)
        {
            return new(published.ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture), DatePrecision.Minute, "metadata");
        }

        return work.Layout.DatelineDate;
    }
}
