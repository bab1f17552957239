using System.Collections.Frozen;
using System.Globalization;

namespace Sikap.Formats.Feeds;

/// <summary>
/// Dates as feeds write them: RFC 822 and what passes for it, W3C date and time, ISO 8601 with and without separators, asctime, SQL and version control forms, and the words of some languages for months and days.
/// A time without a zone is taken as UTC, except where the form itself belongs to a place.
/// </summary>
internal static class FeedDates
{
    // More words than any date has.
    private const int MaxTokens = 16;
    private const int MaxChars = 100;

    // Minutes east of Greenwich. A zone that is not here counts as UTC.
    private static readonly FrozenDictionary<string, int> Zones = new Dictionary<string, int>
    {
        ["z"] = 0, ["ut"] = 0, ["utc"] = 0, ["gmt"] = 0, ["wet"] = 0, ["zulu"] = 0,
        // North America as RFC 822 names it, and the short names without season.
        ["adt"] = -180, ["ast"] = -240, ["at"] = -240, ["edt"] = -240, ["est"] = -300, ["et"] = -300, ["cdt"] = -300, ["cst"] = -360, ["ct"] = -360,
        ["mdt"] = -360, ["mst"] = -420, ["mt"] = -420, ["pdt"] = -420, ["pst"] = -480, ["pt"] = -480,
        // The letters of RFC 822 as it means them (later texts turn the sign round, so only these are used at all).
        ["a"] = -60, ["m"] = -720, ["n"] = 60, ["y"] = 720,
        ["bst"] = 60, ["met"] = 60, ["cet"] = 60, ["mest"] = 120, ["cest"] = 120, ["eet"] = 120, ["eest"] = 180, ["msk"] = 180,
        // Indonesia, west to east, and its neighbours.
        ["wib"] = 420, ["wita"] = 480, ["wit"] = 540, ["sgt"] = 480, ["myt"] = 480, ["ict"] = 420, ["pht"] = 480, ["hkt"] = 480, ["jst"] = 540, ["kst"] = 540,
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> IndonesianZones = ["wib", "wita", "wit"];

    // By the letters that tell the month apart; longer words that begin so are meant too, see MonthOf.
    private static readonly FrozenDictionary<string, int> Months = new Dictionary<string, int>
    {
        ["jan"] = 1, ["feb"] = 2, ["mar"] = 3, ["apr"] = 4, ["may"] = 5, ["jun"] = 6, ["jul"] = 7, ["aug"] = 8, ["sep"] = 9, ["oct"] = 10, ["nov"] = 11, ["dec"] = 12,
        // Indonesian and Malay where they differ.
        ["peb"] = 2, ["mac"] = 3, ["mei"] = 5, ["agu"] = 8, ["agt"] = 8, ["ags"] = 8, ["ogo"] = 8, ["okt"] = 10, ["nop"] = 11, ["des"] = 12, ["dis"] = 12,
        // Greek, with and without accents.
        ["ιαν"] = 1, ["φεβ"] = 2, ["μάρ"] = 3, ["μαρ"] = 3, ["μάώ"] = 3, ["μαώ"] = 3, ["απρ"] = 4, ["μάι"] = 5, ["μαϊ"] = 5, ["μαι"] = 5, ["ιού"] = 0, ["ιούν"] = 6, ["ιον"] = 6, ["ιουν"] = 6, ["ιούλ"] = 7, ["ιολ"] = 7, ["ιουλ"] = 7,
        ["αύγ"] = 8, ["αυγ"] = 8, ["σεπ"] = 9, ["οκτ"] = 10, ["νοέ"] = 11, ["νοε"] = 11, ["δεκ"] = 12,
        // Hungarian, whose words are written out.
        ["már"] = 3, ["ápr"] = 4, ["máj"] = 5, ["máu"] = 5, ["jún"] = 6, ["júl"] = 7, ["sze"] = 9,
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Days = new[]
    {
        "sun", "mon", "tue", "wed", "thu", "fri", "sat", "tues", "thur", "thurs", "weds",
        "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
        "min", "sen", "sel", "rab", "kam", "jum", "sab", "minggu", "senin", "selasa", "rabu", "kamis", "jumat", "jum'at", "jum’at", "sabtu", "ahad", "ahd",
        "κυρ", "δευ", "τρι", "τετ", "πεμ", "παρ", "σαβ", "πέμ", "σάβ", "τρί",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> IndonesianDays = ["min", "sen", "sel", "rab", "kam", "jum", "sab", "minggu", "senin", "selasa", "rabu", "kamis", "jumat", "jum'at", "jum’at", "sabtu", "ahad", "ahd"];

    // Words between a date and its time.
    private static readonly FrozenSet<string> Fillers = ["|", "-", "–", "/", "·", "•", "at", "pukul", "pkl", "jam", "tanggal", "tgl", "t", "of", "the"];

    /// <summary>Reads a date.</summary>
    /// <param name="value">The date as written; white space around it does not matter.</param>
    /// <param name="from">What <see cref="Stamp.From"/> is to say.</param>
    /// <param name="stamp">The point in time, with the offset that was written.</param>
    /// <returns>False where no form fits or the date does not exist.</returns>
    public static bool TryParse(ReadOnlySpan<char> value, string from, out Stamp stamp)
    {
        stamp = default;
        value = value.Trim();
        if (value.Length is 0 or > MaxChars)
        {
            return false;
        }

        Span<char> lower = stackalloc char[MaxChars];
        lower = lower[..value.ToLowerInvariant(lower)];
        var parts = default(Parts);
        if (!(Iso(lower, ref parts) || Worded(lower, ref parts) || Korean(lower, ref parts) || Compact(lower, ref parts) || Epoch(lower, ref parts)))
        {
            return false;
        }

        return parts.TryMake(from, out stamp);
    }

    private struct Parts
    {
        public int Year;
        public int Month;
        public int Day;
        public int Hour;
        public int Minute;
        public int Second;
        public int Ticks;
        public int Zone;
        public bool HasTime;
        public bool HasSecond;

        public readonly bool TryMake(string from, out Stamp stamp)
        {
            stamp = default;
            // 24:00 is the end of the day, and second 60 is a leap second.
            var endOfDay = Hour == 24 && Minute == 0 && Second == 0;
            if (Year is < 1 or > 9998 || Month is < 1 or > 12 || Day < 1 || Day > DateTime.DaysInMonth(Year, Month) || Hour > 23 && !endOfDay || Minute > 59 || Second > 60 || Math.Abs(Zone) > 14 * 60)
            {
                return false;
            }

            var local = new DateTime(Year, Month, Day, endOfDay ? 0 : Hour, Minute, Math.Min(Second, 59)).AddDays(endOfDay ? 1 : 0).AddTicks(Ticks);
            // The year 1 in the east begins before time does.
            if (Year == 1)
            {
                return false;
            }

            stamp = new(new DateTimeOffset(local, TimeSpan.FromMinutes(Zone)), !HasTime ? StampPrecision.Day : HasSecond ? StampPrecision.Second : StampPrecision.Minute, from);
            return true;
        }
    }

    // 2023, 2023-07, 2023-7-12, 2023-07-12T10:00:00.5+07:00, 2023-07-12 10:00:00 +0700, 2023/07/12 10:00:00 WIB, 2004-július-13T9:15-05:00
    private static bool Iso(ReadOnlySpan<char> text, ref Parts parts)
    {
        var result = default(Parts);
        if (!Number(ref text, 4, 4, out result.Year))
        {
            return false;
        }

        (result.Month, result.Day) = (1, 1);
        if (text.IsEmpty)
        {
            parts = result;
            return true;
        }

        var separator = text[0];
        if (separator is not ('-' or '/'))
        {
            return false;
        }

        text = text[1..];
        if (!text.IsEmpty && char.IsLetter(text[0]))
        {
            var end = text.IndexOf(separator);
            if (end < 0 || MonthOf(text[..end]) is not { } month)
            {
                return false;
            }

            result.Month = month;
            text = text[end..];
        }
        else if (!Number(ref text, 1, 2, out result.Month))
        {
            return false;
        }

        if (!text.IsEmpty && text[0] == separator)
        {
            text = text[1..];
            if (!Number(ref text, 1, 2, out result.Day))
            {
                return false;
            }
        }

        if (!text.IsEmpty && text[0] == 't')
        {
            text = text[1..];
        }
        else if (!text.IsEmpty && !char.IsWhiteSpace(text[0]))
        {
            return false;
        }

        text = text.Trim();
        if (!text.IsEmpty && (!Time(ref text, ref result) || !Zone(text.Trim(), ref result)))
        {
            return false;
        }

        parts = result;
        return true;
    }

    // Wed, 12 Jul 2023 10:00:00 +0700; July 12, 2023; Wed Jul 12 10:00:00 WIB 2023; Rabu, 12/07/2023 10:00 WIB; Fri, 2006/09/15 08:19:53 EDT
    private static bool Worded(ReadOnlySpan<char> text, ref Parts parts)
    {
        Span<Range> ranges = stackalloc Range[MaxTokens];
        var count = text.SplitAny(ranges, " \t\r\n,\u00A0", StringSplitOptions.RemoveEmptyEntries);
        if (count is 0 or MaxTokens)
        {
            return false;
        }

        var result = default(Parts);
        var (day, month, year, hasZone, indonesian) = (-1, -1, -1, false, false);
        // Numbers met before the month and year are known.
        var pending = -1;
        for (var i = 0; i < count; i++)
        {
            var token = text[ranges[i]];
            if (token[0] is '(')
            {
                // A comment of RFC 822: the zone's name once more.
                break;
            }

            if (Fillers.GetAlternateLookup<ReadOnlySpan<char>>().Contains(token) && !(token is "at" && result.HasTime))
            {
                continue;
            }

            if (i == 0 && (Days.GetAlternateLookup<ReadOnlySpan<char>>().Contains(token.TrimEnd('.')) || token.Length >= 3 && EnglishDay(token)))
            {
                indonesian = IndonesianDays.GetAlternateLookup<ReadOnlySpan<char>>().Contains(token.TrimEnd('.'));
                continue;
            }

            if (!result.HasTime && year >= 0 | month >= 0 && token.IndexOfAny(':', '.') is > 0 and < 3 && char.IsAsciiDigit(token[0]) && token[^1] is not '.')
            {
                var rest = token;
                if (Time(ref rest, ref result))
                {
                    if (!rest.IsEmpty)
                    {
                        if (!Zone(rest, ref result))
                        {
                            return false;
                        }

                        hasZone |= rest is not ("am" or "pm");
                    }

                    continue;
                }

                return false;
            }

            if (Whole(token, out var number, out var digits) || token.Length > 2 && token[^2..] is "st" or "nd" or "rd" or "th" && Whole(token[..^2], out number, out digits) || token[^1] == '.' && Whole(token[..^1], out number, out digits))
            {
                if (digits == 4 && result.HasTime && year >= 0 && !hasZone)
                {
                    // "0000", "0700": a zone without its sign.
                    hasZone = true;
                }
                else if (digits == 4 && year < 0)
                {
                    year = number;
                }
                else if (day < 0 && number <= 31 && digits <= 2)
                {
                    day = number;
                }
                else if (year < 0 && digits <= 2)
                {
                    year = number + (number < 90 ? 2000 : 1900);
                }
                else if (pending < 0)
                {
                    pending = number;
                }
                else
                {
                    return false;
                }

                continue;
            }

            if (month < 0 && char.IsLetter(token[0]) && MonthOf(token.TrimEnd('.')) is { } named)
            {
                month = named;
                continue;
            }

            if (month < 0 && char.IsAsciiDigit(token[0]) && token.IndexOfAny('/', '-', '.') > 0 && Joined(token, ref day, ref month, ref year, IndonesianAround(text, indonesian)))
            {
                continue;
            }

            if (result.HasTime && token is "am" or "pm")
            {
                Half(token, ref result);
                continue;
            }

            if (result.HasTime && !hasZone)
            {
                if (!Zone(token, ref result))
                {
                    return false;
                }

                hasZone = true;
                continue;
            }

            if (i == 0 && char.IsLetter(token[0]))
            {
                // A day of the week in a language not known here; nothing depends on it.
                continue;
            }

            if (!result.HasTime)
            {
                return false;
            }
        }

        if (day < 0 || month < 0 || year < 0 || pending >= 0)
        {
            return false;
        }

        (result.Day, result.Month, result.Year) = (day, month, year);
        parts = result;
        return true;
    }

    // 12/07/2023, 12-Jul-2023, 12-jul-23, 2006/09/15. Which of two small numbers is the day depends on the country; only Indonesia tells itself apart here.
    private static bool Joined(ReadOnlySpan<char> token, ref int day, ref int month, ref int year, bool dayFirst)
    {
        var separator = token[token.IndexOfAny('/', '-', '.')];
        Span<Range> ranges = stackalloc Range[4];
        if (token.Split(ranges, separator) != 3)
        {
            return false;
        }

        var first = token[ranges[0]];
        var middle = token[ranges[1]];
        var last = token[ranges[2]];
        if (!Whole(first, out var a, out var digitsOfFirst) || !Whole(last, out var c, out var digitsOfLast))
        {
            return false;
        }

        if (!Whole(middle, out var b, out _))
        {
            if (MonthOf(middle) is not { } named)
            {
                return false;
            }

            (day, month, year) = digitsOfFirst == 4 ? (c, named, a) : (a, named, Century(c, digitsOfLast));
            return true;
        }

        if (digitsOfFirst == 4)
        {
            (year, month, day) = (a, b, c);
            return true;
        }

        if (separator == '-' && digitsOfLast == 2 && !dayFirst)
        {
            // 03-12-31 is ISO 8601 with a short year.
            return false;
        }

        if (a > 12 || dayFirst)
        {
            (day, month, year) = (a, b, Century(c, digitsOfLast));
            return true;
        }

        if (b > 12)
        {
            (month, day, year) = (a, b, Century(c, digitsOfLast));
            return true;
        }

        return false;
    }

    private static int Century(int year, int digits) => digits > 2 ? year : year + (year < 90 ? 2000 : 1900);

    private static bool IndonesianAround(ReadOnlySpan<char> text, bool indonesianDay)
    {
        var last = text[(text.LastIndexOf(' ') + 1)..];
        return indonesianDay || IndonesianZones.GetAlternateLookup<ReadOnlySpan<char>>().Contains(last);
    }

    // 2004년 05월 28일 01:31:15 (OnBlog); 2004-05-25 오후 11:23:17 (Nate). Both write Korean time.
    private static bool Korean(ReadOnlySpan<char> text, ref Parts parts)
    {
        var result = default(Parts);
        result.Zone = 9 * 60;
        if (!Number(ref text, 4, 4, out result.Year) || text.IsEmpty || text[0] is not ('년' or '-'))
        {
            return false;
        }

        text = text[1..].TrimStart();
        if (!Number(ref text, 1, 2, out result.Month) || text.IsEmpty || text[0] is not ('월' or '-'))
        {
            return false;
        }

        text = text[1..].TrimStart();
        if (!Number(ref text, 1, 2, out result.Day))
        {
            return false;
        }

        text = text.TrimStart('일').TrimStart();
        var afternoon = text.StartsWith("오후", StringComparison.Ordinal);
        if (afternoon || text.StartsWith("오전", StringComparison.Ordinal))
        {
            text = text[2..].TrimStart();
        }

        if (!Time(ref text, ref result) || !text.IsEmpty)
        {
            return false;
        }

        if (afternoon && result.Hour < 12)
        {
            result.Hour += 12;
        }

        parts = result;
        return true;
    }

    // 20230712, 20230712T100000Z, 2023193, 2023-193, 230712, each with a time or without. Forms of ISO 8601 that leave the year to the reader are not dates one can rely on.
    private static bool Compact(ReadOnlySpan<char> text, ref Parts parts)
    {
        var result = default(Parts);
        var date = text;
        var end = text.IndexOfAny('t', ' ');
        if (end >= 0)
        {
            date = text[..end];
        }

        var dashed = date.IndexOf('-') is 4 or 2;
        Span<char> digits = stackalloc char[8];
        var length = 0;
        foreach (var character in date)
        {
            if (character == '-' && dashed)
            {
                continue;
            }

            if (!char.IsAsciiDigit(character) || length == digits.Length)
            {
                return false;
            }

            digits[length++] = character;
        }

        digits = digits[..length];
        switch (length)
        {
            case 8:
                (result.Year, result.Month, result.Day) = (Value(digits[..4]), Value(digits[4..6]), Value(digits[6..]));
                break;
            case 7:
                result.Year = Value(digits[..4]);
                FromDayOfYear(Value(digits[4..]), ref result);
                break;
            case 6:
                (result.Year, result.Month, result.Day) = (2000 + Value(digits[..2]), Value(digits[2..4]), Value(digits[4..]));
                break;
            case 5 when dashed:
                result.Year = 2000 + Value(digits[..2]);
                FromDayOfYear(Value(digits[2..]), ref result);
                break;
            default:
                return false;
        }

        if (end >= 0)
        {
            var time = text[(end + 1)..].Trim();
            if (!time.Contains(':') && time.Length >= 4 && Value(time[..2]) >= 0 && Value(time[2..4]) >= 0)
            {
                (result.Hour, result.Minute, result.HasTime) = (Value(time[..2]), Value(time[2..4]), true);
                time = time[4..];
                if (time.Length >= 2 && Value(time[..2]) is >= 0 and var second)
                {
                    (result.Second, result.HasSecond) = (second, true);
                    time = time[2..];
                }
            }
            else if (!Time(ref time, ref result))
            {
                return false;
            }

            if (!Zone(time.Trim(), ref result))
            {
                return false;
            }
        }

        parts = result;
        return true;
    }

    // Seconds or milliseconds since 1970, of this century.
    private static bool Epoch(ReadOnlySpan<char> text, ref Parts parts)
    {
        if (text.Length is not (10 or 13) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(text.Length == 13 ? number / 1000 : number);
        if (time.Year is < 2000 or > 2100)
        {
            return false;
        }

        parts = new() { Year = time.Year, Month = time.Month, Day = time.Day, Hour = time.Hour, Minute = time.Minute, Second = time.Second, HasTime = true, HasSecond = true };
        return true;
    }

    private static void FromDayOfYear(int ordinal, ref Parts parts)
    {
        if (parts.Year > 0 && ordinal >= 1 && ordinal <= (DateTime.IsLeapYear(parts.Year) ? 366 : 365))
        {
            var date = new DateTime(parts.Year, 1, 1).AddDays(ordinal - 1);
            (parts.Month, parts.Day) = (date.Month, date.Day);
        }
    }

    // 10, 10:00, 9:5:7, 10:00:00.123, 10.00: the clock, and what follows it stays in text.
    private static bool Time(ref ReadOnlySpan<char> text, ref Parts parts)
    {
        if (!Number(ref text, 1, 2, out parts.Hour))
        {
            return false;
        }

        parts.HasTime = true;
        if (!Part(ref text, out parts.Minute))
        {
            return true;
        }

        if (Part(ref text, out parts.Second))
        {
            parts.HasSecond = true;
            if (text.Length > 1 && text[0] is '.' or ',' && char.IsAsciiDigit(text[1]))
            {
                var (fraction, unit) = (0L, TimeSpan.TicksPerSecond);
                text = text[1..];
                while (!text.IsEmpty && char.IsAsciiDigit(text[0]))
                {
                    unit /= 10;
                    fraction += (text[0] - '0') * unit;
                    text = text[1..];
                }

                parts.Ticks = (int)fraction;
            }
        }

        return true;

        static bool Part(ref ReadOnlySpan<char> text, out int value)
        {
            value = 0;
            if (text.Length < 2 || text[0] is not (':' or '.') || !char.IsAsciiDigit(text[1]))
            {
                return false;
            }

            text = text[1..];
            return Number(ref text, 1, 2, out value);
        }
    }

    // z, +07:00, +0700, +7, gmt+7, utc+07:00, etc/gmt, wib, am wib
    private static bool Zone(ReadOnlySpan<char> text, ref Parts parts)
    {
        if (text.StartsWith("am", StringComparison.Ordinal) || text.StartsWith("pm", StringComparison.Ordinal))
        {
            if (text.Length == 2 || !char.IsLetter(text[2]))
            {
                Half(text[..2], ref parts);
                text = text[2..].TrimStart();
            }
        }

        if (text.StartsWith("etc/", StringComparison.Ordinal))
        {
            text = text[4..];
        }

        if (text.Length > 3 && (text.StartsWith("gmt", StringComparison.Ordinal) || text.StartsWith("utc", StringComparison.Ordinal)) && text[3] is '+' or '-')
        {
            text = text[3..];
        }

        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] is not ('+' or '-' or '−'))
        {
            // An unknown name says nothing: UTC.
            parts.Zone = Zones.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var minutes) ? minutes : 0;
            return char.IsLetter(text[0]) || text.TrimStart('0').IsEmpty;
        }

        var sign = text[0] == '+' ? 1 : -1;
        text = text[1..].TrimStart();
        if (!Number(ref text, 1, 2, out var hours))
        {
            return false;
        }

        text = text.TrimStart(':');
        if (!Number(ref text, 2, 2, out var rest))
        {
            rest = 0;
        }

        parts.Zone = sign * (hours * 60 + rest);
        return true;
    }

    private static void Half(ReadOnlySpan<char> half, ref Parts parts)
    {
        if (half is "pm" && parts.Hour < 12)
        {
            parts.Hour += 12;
        }
        else if (half is "am" && parts.Hour == 12)
        {
            parts.Hour = 0;
        }
    }

    private static bool EnglishDay(ReadOnlySpan<char> token) => token[..3] is "sun" or "mon" or "tue" or "wed" or "thu" or "fri" or "sat";

    private static int? MonthOf(ReadOnlySpan<char> word)
    {
        var months = Months.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var length in (ReadOnlySpan<int>)[4, 3])
        {
            if (word.Length >= length && months.TryGetValue(word[..length], out var month) && month > 0)
            {
                return month;
            }
        }

        return null;
    }

    private static bool Number(ref ReadOnlySpan<char> text, int least, int most, out int value)
    {
        var length = 0;
        value = 0;
        while (length < most && length < text.Length && char.IsAsciiDigit(text[length]))
        {
            value = value * 10 + (text[length] - '0');
            length++;
        }

        if (length < least)
        {
            return false;
        }

        text = text[length..];
        return true;
    }

    private static bool Whole(ReadOnlySpan<char> token, out int value, out int digits)
    {
        (value, digits) = (0, token.Length);
        return token.Length is > 0 and <= 4 && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static int Value(ReadOnlySpan<char> digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1;
}
