using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Sikap.Formats.Pages;

/// <summary>Reads points in time as pages write them: machine formats, and dates in words of many languages (<c>months.txt</c>).</summary>
internal static partial class PageDates
{
    // A machine's date or a line that people wrote is short; what is longer is a text that mentions a day.
    private const int MaxChars = 200;

    // Nothing was on the web before; and a page may come from a zone ahead, or announce, but not from years ahead of its reader: callers judge that.
    private const int FirstYear = 1990;
    private const int LastYear = 2100;

    private static readonly FrozenDictionary<string, int> Months = LoadMonths();

    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> MonthLookup = Months.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Names of zones that stand in datelines, in minutes from UTC. Names that several countries use for different zones are left out.</summary>
    private static readonly FrozenDictionary<string, int> Zones = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)
    {
        ["WIB"] = 420, ["WITA"] = 480, ["WIT"] = 540, ["Z"] = 0, ["UTC"] = 0, ["GMT"] = 0, ["CET"] = 60, ["CEST"] = 120, ["MEZ"] = 60, ["MESZ"] = 120, ["EET"] = 120, ["EEST"] = 180, ["MSK"] = 180,
        ["EST"] = -300, ["EDT"] = -240, ["PST"] = -480, ["PDT"] = -420, ["JST"] = 540, ["KST"] = 540, ["SGT"] = 480, ["MYT"] = 480, ["ICT"] = 420, ["HKT"] = 480, ["AEST"] = 600, ["AEDT"] = 660,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The point in time that <paramref name="text"/> gives; null when it gives none.</summary>
    /// <param name="text">An attribute's value or a short line.</param>
    /// <param name="from">Where it stands, kept with the value.</param>
    /// <param name="monthFirst">Whether 4/5/2024 is the fifth of April.</param>
    public static Stamp? Read(ReadOnlySpan<char> text, string from, bool monthFirst = false)
    {
        text = text.Trim();
        if (text.Length is < 6 or > MaxChars)
        {
            return null;
        }

        var value = text.ToString();
        return Iso(value, from) ?? UnixTime(value, from) ?? EastAsian(value, from) ?? Named(value, from) ?? Numeric(value, from, monthFirst);
    }

    /// <summary>True for the name of a month.</summary>
    public static bool IsMonth(string word) => Months.ContainsKey(word.ToLowerInvariant());

    /// <summary>The day in an address such as <c>/2024/05/03/</c>, <c>/2024-05-03-</c> or <c>/20240503</c>.</summary>
    public static Stamp? OfAddress(Uri? address)
    {
        if (address is null)
        {
            return null;
        }

        var match = AddressDay().Match(address.AbsolutePath);
        return match.Success ? Day(Number(match, "y"), Number(match, "m"), Number(match, "d"), "url") : null;
    }

    private static Stamp? Iso(string value, string from)
    {
        var match = IsoPattern().Match(value);
        if (!match.Success)
        {
            return null;
        }

        return Make(Number(match, "y"), Number(match, "m"), Number(match, "d"), match, value, from);
    }

    private static Stamp? UnixTime(string value, string from)
    {
        if (value.Length is not (10 or 13) || value.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var number = long.Parse(value, CultureInfo.InvariantCulture);
        var time = value.Length == 13 ? DateTimeOffset.FromUnixTimeMilliseconds(number) : DateTimeOffset.FromUnixTimeSeconds(number);
        return time.Year is >= FirstYear and <= LastYear ? new Stamp(time, StampPrecision.Second, from) : null;
    }

    private static Stamp? EastAsian(string value, string from)
    {
        var match = EastAsianPattern().Match(value);
        return match.Success ? Make(Number(match, "y"), Number(match, "m"), Number(match, "d"), TimePattern().Match(value, match.Index + match.Length), value, from) : null;
    }

    // A month's name with the day on one side and the year behind.
    private static Stamp? Named(string value, string from)
    {
        Span<char> lower = stackalloc char[32];
        foreach (var word in WordPattern().EnumerateMatches(value))
        {
            if (word.Length > lower.Length)
            {
                continue;
            }

            var length = value.AsSpan(word.Index, word.Length).ToLowerInvariant(lower);
            if (length < 2 || !MonthLookup.TryGetValue(lower[..length], out var month))
            {
                continue;
            }

            var before = DayBefore().Match(value, 0, word.Index);
            var after = value[(word.Index + word.Length)..];
            if (before.Success && YearAfter().Match(after) is { Success: true } year)
            {
                return Make(Number(year, "y"), month, Number(before, "d"), TimePattern().Match(after, year.Index + year.Length), value, from);
            }

            if (DayYearAfter().Match(after) is { Success: true } both)
            {
                return Make(Number(both, "y"), month, Number(both, "d"), TimePattern().Match(after, both.Index + both.Length), value, from);
            }

            if (YearBefore().Match(value, 0, word.Index) is { Success: true } first && DayAfter().Match(after) is { Success: true } day)
            {
                return Make(Number(first, "y"), month, Number(day, "d"), TimePattern().Match(after, day.Index + day.Length), value, from);
            }
        }

        // Vietnamese counts its months.
        var counted = CountedMonth().Match(value);
        return counted.Success ? Make(Number(counted, "y"), Number(counted, "m"), Number(counted, "d"), TimePattern().Match(value, counted.Index + counted.Length), value, from) : null;
    }

    private static Stamp? Numeric(string value, string from, bool monthFirst)
    {
        var match = NumericPattern().Match(value);
        if (!match.Success)
        {
            return null;
        }

        var (first, second) = (Number(match, "a"), Number(match, "b"));
        var (day, month) = first > 12 || !monthFirst && second <= 12 ? (first, second) : (second, first);
        var year = Number(match, "y");
        var time = TimePattern().Match(value, match.Index + match.Length);
        return Make(year < 100 ? 2000 + year : year, month, day, time.Success ? time : TimePattern().Match(value), value, from);
    }

    private static Stamp? Day(int year, int month, int day, string from) =>
        year is >= FirstYear and <= LastYear && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new Stamp(new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero), StampPrecision.Day, from)
            : null;

    private static Stamp? Make(int year, int month, int day, Match time, string value, string from)
    {
        if (Day(year, month, day, from) is not { } stamp || !time.Groups["h"].Success)
        {
            return Day(year, month, day, from);
        }

        var (hour, minute) = (Number(time, "h"), Number(time, "min"));
        var second = time.Groups["s"].Success ? Number(time, "s") : 0;
        var half = time.Groups["half"].Value;
        if (half.Length > 0)
        {
            hour = hour % 12 + (half[0] is 'p' or 'P' ? 12 : 0);
        }

        if (hour > 23 || minute > 59 || second > 60)
        {
            return stamp;
        }

        var zone = Zone(time);
        return new Stamp(
            new DateTimeOffset(stamp.Value.Ticks, TimeSpan.FromMinutes(zone ?? 0)).AddHours(hour).AddMinutes(minute).AddSeconds(Math.Min(second, 59)),
            time.Groups["s"].Success ? StampPrecision.Second : StampPrecision.Minute,
            from)
        {
            IsZoneUnknown = zone is null,
        };
    }

    // In minutes from UTC; null where none is given.
    private static int? Zone(Match time)
    {
        if (time.Groups["sign"].Success)
        {
            var minutes = Number(time, "zh") * 60 + (time.Groups["zm"].Success ? Number(time, "zm") : 0);
            return minutes > 14 * 60 ? null : time.Groups["sign"].Value is "-" or "−" ? -minutes : minutes;
        }

        return time.Groups["zone"].Success && Zones.TryGetValue(time.Groups["zone"].Value, out var named) ? named : null;
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    // +07:00, GMT+7, (UTC+07.00) or a zone's name. What follows GMT says how far it is from there; only then may the hour have one digit.
    private const string Offset = @"(?:(?:GMT|UTC)\s?(?<sign>[+\-−])(?<zh>[01]?[0-9])(?:[:.]?(?<zm>[0-5][0-9]))?|(?<sign>[+\-−])(?<zh>[01][0-9]):?(?<zm>[0-5][0-9])?|(?<zone>[A-Za-z]{1,5})\b)";

    private const string Time = @"(?<h>[01]?[0-9]|2[0-3])[:.h](?<min>[0-5][0-9])(?:[:.](?<s>[0-5][0-9])(?:[.,][0-9]{1,9})?)?(?:\s*(?<half>[ap])\.?m\b\.?)?(?:\s*\(?" + Offset + ")?";

    [GeneratedRegex(@"(?<![0-9])(?<y>(?:19|20)[0-9]{2})(?:-|/|\.)?(?<m>0[1-9]|1[0-2])(?:-|/|\.)?(?<d>0[1-9]|[12][0-9]|3[01])(?:(?:[T ]|,\s|\sT)\s*(?<h>[01][0-9]|2[0-3]):?(?<min>[0-5][0-9])(?::?(?<s>[0-5][0-9])(?:[.,][0-9]{1,9})?)?\s*" + Offset + @"?)?(?![0-9])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex IsoPattern();

    [GeneratedRegex(@"(?<y>(?:19|20)[0-9]{2})\s*[年년]\s*(?<m>[0-9]{1,2})\s*[月월]\s*(?<d>[0-9]{1,2})\s*[日일]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex EastAsianPattern();

    [GeneratedRegex(@"(?<![0-9:.])" + Time, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex TimePattern();

    [GeneratedRegex(@"\p{L}[\p{L}\p{M}]*", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"(?<![0-9])(?<d>[0-9]{1,2})(?:st|nd|rd|th|er|º|ª|\.|-an?)?(?:\s+(?:de|di|of|d'))?[\s\-/.,]*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex DayBefore();

    [GeneratedRegex(@"^[\s.,\-/']*(?:(?:de|del|di|of)\s+)?(?<y>(?:19|20)[0-9]{2})(?![0-9])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex YearAfter();

    [GeneratedRegex(@"^[\s.\-/]*(?<d>[0-9]{1,2})(?:st|nd|rd|th|d\.)?[\s.,\-/]+(?<y>(?:19|20)[0-9]{2})(?![0-9])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex DayYearAfter();

    [GeneratedRegex(@"(?<![0-9])(?<y>(?:19|20)[0-9]{2})(?:[\s.,\-/]|m\.)*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex YearBefore();

    [GeneratedRegex(@"^[\s.\-/]*(?<d>[0-9]{1,2})(?![0-9])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DayAfter();

    [GeneratedRegex(@"(?<![0-9])(?<d>[0-9]{1,2})\s+tháng\s+(?<m>[0-9]{1,2}),?\s+(?:năm\s+)?(?<y>(?:19|20)[0-9]{2})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex CountedMonth();

    [GeneratedRegex(@"(?<![0-9])(?<a>[0-9]{1,2})\s?[./\-|]\s?(?<b>[0-9]{1,2})\s?[./\-|]\s?(?<y>(?:19|20)[0-9]{2}|[0-9]{2})(?![0-9])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NumericPattern();

    [GeneratedRegex(@"(?<![0-9])(?<y>(?:19|20)[0-9]{2})(?<sep>[/\-_.]?)(?<m>0?[1-9]|1[0-2])\k<sep>(?<d>0[1-9]|[12][0-9]|3[01])(?![0-9])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AddressDay();

    private static FrozenDictionary<string, int> LoadMonths()
    {
        var months = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (number, fields) in PageTables.Lines("months.txt"))
        {
            if (fields.Length < 2 || !int.TryParse(fields[0], CultureInfo.InvariantCulture, out var month) || month is < 1 or > 12)
            {
                throw new InvalidDataException($"months.txt line {number}: NUMBER NAMES expected");
            }

            foreach (var name in fields[1..])
            {
                months.TryAdd(name, month);
            }
        }

        return months.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
