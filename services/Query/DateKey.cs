using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>
/// Partial dates as comparable strings: ISO 8601 cut to the minute, local time of the article, so that ordinal order is order in time.
/// A stretch of time stands where it begins.
/// A date that is known to the month or year only belongs to every range that it may lie in.
/// </summary>
internal static class DateKey
{
    /// <summary>Sorts after every date; never inside a range.</summary>
    public const string Undated = "~";

    private const int MinuteLength = 16;

    /// <summary>Key of a date in ISO 8601; <see cref="Undated"/> for null.</summary>
    public static string Of(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return Undated;
        }

        var interval = value.IndexOf('/', StringComparison.Ordinal);
        return value[..Math.Min(MinuteLength, interval < 0 ? value.Length : interval)];
    }

    /// <summary>Key of <paramref name="own"/>, else of <paramref name="article"/>.</summary>
    public static string Of(Proto.PartialDate? own, Proto.PartialDate? article) => Of((own ?? article)?.Value);

    /// <summary>True when <paramref name="key"/> may lie between both bounds (inclusive, at their own precision; empty = open).</summary>
    public static bool InRange(string key, string from, string to) =>
        (from.Length == 0 || (key != Undated && (string.CompareOrdinal(key, from) >= 0 || from.StartsWith(key, StringComparison.Ordinal))))
        && (to.Length == 0 || (key != Undated && string.CompareOrdinal(key, Upper(to)) <= 0));

    /// <summary>Smallest string above every date within <paramref name="to"/>.</summary>
    public static string Upper(string to) => to + "~";

    /// <summary>Number of <see cref="Undated"/>: above every date.</summary>
    public const long UndatedNumber = long.MaxValue;

    /// <summary>The key as a number in the same order: year, month, day, hour and minute in two digits each, unknown ones 00.</summary>
    public static long Number(string key)
    {
        if (key == Undated)
        {
            return UndatedNumber;
        }
        var number = 0L;
        var digits = 0;
        foreach (var c in key.AsSpan(0, Math.Min(key.Length, MinuteLength)))
        {
            if (char.IsAsciiDigit(c))
            {
                number = (number * 10) + (c - '0');
                digits++;
            }
        }
        for (; digits < 12; digits++)
        {
            number *= 10;
        }
        return number;
    }

    /// <summary>The first and the last day that a dated number may mean, counted as <see cref="DateOnly.DayNumber"/>.</summary>
    public static (int First, int Last) Days(long number)
    {
        var (year, month, day) = Parts(number);
        var first = new DateOnly(year, Math.Max(1, month), Math.Max(1, day));
        var last = month == 0 ? new DateOnly(year, 12, 31) : day == 0 ? first.AddMonths(1).AddDays(-1) : first;
        return (first.DayNumber, last.DayNumber);
    }

    /// <summary>Year, month and day of a dated number; 0 where unknown. What is no date of the calendar loses the part that is wrong.</summary>
    public static (int Year, int Month, int Day) Parts(long number)
    {
        var year = (int)Math.Clamp(number / 100_000_000, 1, 9999);
        var month = (int)(number / 1_000_000 % 100);
        var day = (int)(number / 10_000 % 100);
        month = month > 12 ? 0 : month;
        return (year, month, month == 0 || day > DateTime.DaysInMonth(year, month) ? 0 : day);
    }

    /// <summary>The lowest and the highest number of the dates between two bounds (inclusive, at their own precision; empty = open).</summary>
    public static (long From, long To) Bounds(string from, string to) =>
        (from.Length == 0 ? 0 : Number(from), to.Length == 0 ? UndatedNumber - 1 : Highest(Number(to)));

    /// <summary>The highest number that a date may mean: unknown parts at their end.</summary>
    public static long Highest(long number)
    {
        if (number == UndatedNumber)
        {
            return number;
        }
        return (number / 1_000_000 % 100, number / 10_000 % 100) switch
        {
            (0, _) => number + 99_99_99_99,
            (_, 0) => number + 99_99_99,
            _ => number % 10_000 == 0 ? number + 99_99 : number,
        };
    }
}
