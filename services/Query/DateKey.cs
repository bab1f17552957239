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
}
