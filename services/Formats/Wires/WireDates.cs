using System.Globalization;

namespace Sikap.Formats.Wires;

/// <summary>The notations of ISO 8601 that wires use, basic and extended, and that of the old transmissions.</summary>
internal static class WireDates
{
    private static readonly string[] Days = ["yyyy-MM-dd", "yyyyMMdd"];

    private static readonly string[] Minutes = ["yyyy-MM-ddTHH:mmK", "yyyyMMddTHHmmK", "yyyy-MM-dd HH:mmK"];

    private static readonly string[] Seconds =
    [
        "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyyMMddTHHmmss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyyMMddHHmmss",
        "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", "yyyyMMddTHHmmsszzz", "yyyyMMddTHHmmss.FFFFFFFzzz",
    ];

    /// <summary>Beginnings of months' names in the languages of transmissions seen: English, German, French, Indonesian.</summary>
    private static readonly string[][] Months =
    [
        ["jan"], ["feb", "fév", "peb"], ["mar", "mär", "mrz", "mae"], ["apr", "avr"], ["may", "mai", "mei"], ["jun", "juin"], ["jul", "juil"], ["aug", "aoû", "agu", "ags"], ["sep"], ["oct", "okt"], ["nov", "nop"], ["dec", "dez", "déc", "des"],
    ];

    /// <summary>A point in time; null where the text is none, as templates that were never filled in leave.</summary>
    public static Stamp? Read(string? text, string from)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        // "+0300" without a colon, which the format strings read only together with one.
        var sign = text.LastIndexOfAny(['+', '-']);
        var whole = sign > "yyyyMMdd".Length && sign == text.Length - 5 && text.AsSpan(sign + 1).ContainsAnyExceptInRange('0', '9') is false && text.Contains('T', StringComparison.Ordinal)
            ? $"{text[..(sign + 3)]}:{text[(sign + 3)..]}" : text;
        foreach (var (formats, precision) in new[] { (Days, StampPrecision.Day), (Minutes, StampPrecision.Minute), (Seconds, StampPrecision.Second) })
        {
            if (DateTimeOffset.TryParseExact(whole, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value))
            {
                return new Stamp(value, precision, from);
            }
        }

        return null;
    }

    /// <summary>The number of the month whose name begins a word; zero where none does.</summary>
    public static int Month(ReadOnlySpan<char> word)
    {
        for (var i = 0; i < Months.Length; i++)
        {
            foreach (var beginning in Months[i])
            {
                if (word.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                {
                    return i + 1;
                }
            }
        }

        return 0;
    }

    /// <summary>A minute of a day, all in figures; null where there is no such.</summary>
    public static Stamp? Of(int year, int month, int day, int hour, int minute, string from) =>
        month is >= 1 and <= 12 && year is >= 1 and <= 9999 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour is >= 0 and <= 23 && minute is >= 0 and <= 59
            ? new Stamp(new DateTimeOffset(year, month, day, hour, minute, 0, TimeSpan.Zero), StampPrecision.Minute, from) : null;

    /// <summary>A year of two figures: the next twenty years and the eighty before, as seen from when these formats were in use.</summary>
    public static int Century(int year) => year < 70 ? 2000 + year : 1900 + year;
}
