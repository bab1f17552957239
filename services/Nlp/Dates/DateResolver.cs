using System.Globalization;

namespace Sikap.Nlp.Dates;

/// <summary>
/// Resolves expressions against the day of publication. Every result names its rule; where the text leaves a gap that no rule closes there is no date,
/// and the rule says why.
/// </summary>
internal readonly struct DateResolver
{
    /// <summary>Without a word that tells the side, a month or day this close ahead is meant, not the one almost a year back, which news gives with its year.</summary>
    private const int MonthsAhead = 3;

    /// <summary>A day that was so many days ago at most is meant also where the clause looks ahead: the other is almost a year off.</summary>
    private const int JustPast = 14;

    /// <summary>A weekday that does not fit its day and month is a slip of the pen when the day lies this close to publication.</summary>
    private const int SlipDays = 31;

    /// <summary>News is read in Indonesia: a publication time of another zone is taken to the day it was in Jakarta.</summary>
    private static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    private readonly int _year;
    private readonly int _month;
    private readonly DateOnly? _day;

    /// <param name="published">Publication date as far as it is known; null when nothing is.</param>
    public DateResolver(PartialDate? published)
    {
        if (published is null)
        {
            return;
        }

        var value = published.Value.AsSpan();
        if (published.Precision == DatePrecision.Minute)
        {
            var time = DateTimeOffset.Parse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            _day = DateOnly.FromDateTime(time.Offset.Hours is >= 7 and <= 9 ? time.DateTime : time.ToOffset(Jakarta).DateTime);
        }
        else if (published.Precision == DatePrecision.Day)
        {
            _day = DateOnly.ParseExact(value[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        _year = _day?.Year ?? int.Parse(value[..4], CultureInfo.InvariantCulture);
        _month = _day?.Month ?? (published.Precision == DatePrecision.Month ? int.Parse(value.Slice(5, 2), CultureInfo.InvariantCulture) : 0);
    }

    /// <summary>Day of publication, in Indonesian time; null when it is not known to the day.</summary>
    public DateOnly? Today => _day;

    /// <summary>True when a day cannot be that of something said before publication.</summary>
    public bool IsAhead(DateOnly from) => _day is { } day ? from > day.AddDays(1) : _year > 0 && (from.Year > _year || (_month > 0 && from.Year == _year && from.Month > _month));

    /// <summary>What an expression stands for. A time of day takes its day from <paramref name="beside"/>, the date it stands beside.</summary>
    public ResolvedDate Resolve(in DateExpression date, in ResolvedDate? beside = null)
    {
        if (date.Minute is { } minute)
        {
            return beside is { Known: true, Precision: DatePrecision.Day } day && day.From == day.Until
                ? day with { Precision = DatePrecision.Minute, Minute = minute, Zone = date.Zone, Rule = "time-of-date-beside" }
                : ResolvedDate.Unknown(DatePrecision.Minute, "unresolved-time-without-day");
        }

        if (date.Indefinite)
        {
            return Unknown(date, "unresolved-indefinite-count");
        }

        if (date.Recurring)
        {
            return Unknown(date, "unresolved-recurring");
        }

        var resolved = date switch
        {
            { Day: > 0 } => DayOfMonth(date),
            { Quarter: > 0 } => Quarter(date),
            { Month: > 0 } => Month(date),
            { Weekday: > 0 } => Weekday(date),
            { Year: > 0 } => Years(date.Year, Math.Max(date.Year, date.LastYear), "year"),
            _ => Relative(date),
        };
        return date.Part == DatePart.Whole || !resolved.Known ? resolved : resolved with { Rule = $"{(date.Part == DatePart.Early ? "early" : date.Part == DatePart.Middle ? "middle" : "late")}-{resolved.Rule}" };
    }

    private static ResolvedDate Unknown(in DateExpression date, string reason) => ResolvedDate.Unknown(date.Precision, reason);

    private string WithoutPublication => _year == 0 ? "unresolved-no-publication-date" : "unresolved-publication-not-known-to-the-day";

    private ResolvedDate DayOfMonth(in DateExpression date)
    {
        if (date.Year > 0)
        {
            if (date.Weekday == 0 || Date(date.Year, date.Month, date.Day) is not { } exact || Number(exact) == date.Weekday)
            {
                return Days(date, date.Year, "date");
            }

            // A day to come whose weekday fits the year of publication: the year is a slip of the pen.
            if (IsAhead(exact) && Date(_year, date.Month, date.Day) is { } slip && Number(slip) == date.Weekday && !IsAhead(slip))
            {
                return Days(date with { Year = 0 }, _year, "date-year-differs");
            }

            // The weekday and the day of the month are those of a day right before publication: month or year are a slip.
            return LastBefore(date) is { } meant ? new(meant, meant, DatePrecision.Day, "date-month-or-year-differs") : Days(date, date.Year, "date-weekday-differs");
        }

        if (_year == 0)
        {
            return Unknown(date, WithoutPublication);
        }

        if (date.Unit == DateUnit.Year)
        {
            return Days(date, _year + date.Offset, "day-month-relative-year");
        }

        if (date.Weekday > 0)
        {
            // The same day has that weekday again only after five years or more, so that the years around the publication hold it once at most.
            for (var back = 0; back < 3; back++)
            {
                var year = back == 2 ? _year + 1 : _year - back;
                if (Date(year, date.Month, date.Day) is { } fit && Number(fit) == date.Weekday)
                {
                    return Days(date, year, "weekday-date");
                }
            }
        }

        if (_day is not { } today)
        {
            return date.Weekday > 0 || _month == 0 ? Unknown(date, date.Weekday > 0 ? "unresolved-weekday-contradicts" : WithoutPublication) : Days(date, NearYear(date, date.Month), "day-month-near-publication");
        }

        if (Date(_year, date.Month, date.Day) is null && Date(_year - 1, date.Month, date.Day) is null && Date(_year + 1, date.Month, date.Day) is null)
        {
            return Unknown(date, "unresolved-no-such-day");
        }

        var near = NearDay(date, today);
        if (date.Weekday > 0)
        {
            return Math.Abs(near.DayNumber - today.DayNumber) <= SlipDays ? Days(date, near.Year, "day-month-weekday-differs") : Unknown(date, "unresolved-weekday-contradicts");
        }

        return Days(date, near.Year, near > today ? "day-month-after-publication" : "day-month-before-publication");
    }

    // The day of the week of publication that has a date's weekday and day of the month.
    private DateOnly? LastBefore(in DateExpression date)
    {
        if (_day is not { } today || date.LastDay > 0 || date.LastWeekday > 0)
        {
            return null;
        }

        var day = today.AddDays(-((Number(today) - date.Weekday + 7) % 7));
        return day.Day == date.Day ? day : null;
    }

    // The day before publication, or ahead where the clause says so or it is close.
    private static DateOnly NearDay(in DateExpression date, DateOnly today)
    {
        DateOnly? before = null;
        DateOnly? after = null;
        for (var year = today.Year - 1; year <= today.Year + 1; year++)
        {
            if (Date(year, date.Month, date.Day) is { } day)
            {
                before = day <= today ? day : before;
                after ??= day > today ? day : null;
            }
        }

        var ahead = date.Side is DateSide.Next or DateSide.Ahead || (date.Side == DateSide.Open && after < today.AddMonths(MonthsAhead));
        if (ahead && before >= today.AddDays(-JustPast) && after > today.AddMonths(MonthsAhead))
        {
            ahead = false;
        }

        return (ahead ? after ?? before : before ?? after)!.Value;
    }

    private static ResolvedDate Days(in DateExpression date, int year, string rule)
    {
        var lastMonth = date.LastMonth > 0 ? date.LastMonth : date.Month;
        var lastDay = date.LastDay > 0 ? date.LastDay : date.Day;
        // "28 Desember - 3 Januari 2023": the year stands with the end.
        var firstYear = date.Year > 0 && lastMonth < date.Month ? year - 1 : year;
        var lastYear = lastMonth < date.Month ? firstYear + 1 : firstYear;
        return Date(firstYear, date.Month, date.Day) is { } from && Date(lastYear, lastMonth, lastDay) is { } until && from <= until
            ? new(from, until, DatePrecision.Day, rule)
            : Unknown(date, "unresolved-no-such-day");
    }

    private ResolvedDate Month(in DateExpression date)
    {
        if (date.Year > 0)
        {
            return Months(date, date.Year, "month-year");
        }

        if (_year == 0)
        {
            return Unknown(date, WithoutPublication);
        }

        if (date.Unit == DateUnit.Year)
        {
            return Months(date, _year + date.Offset, "month-relative-year");
        }

        if (_month == 0)
        {
            // A year of publication alone does not tell whether its May was over.
            return Months(date, _year, "month-of-publication-year");
        }

        // Of several months the last one tells: "Januari hingga Oktober" in October is this year's.
        var month = date.LastMonth > 0 ? date.LastMonth : date.Month;
        var year = NearYear(date, month);
        return Months(date, month < date.Month ? year - 1 : year, year > _year || (year == _year && month > _month) ? "month-after-publication" : "month-before-publication");
    }

    private int NearYear(in DateExpression date, int month)
    {
        var ahead = (month - _month + 12) % 12;
        var isAhead = ahead > 0 && (date.Side is DateSide.Next or DateSide.Ahead || (date.Side == DateSide.Open && ahead <= MonthsAhead));
        return isAhead ? month > _month ? _year : _year + 1 : month > _month ? _year - 1 : _year;
    }

    private static ResolvedDate Months(in DateExpression date, int year, string rule)
    {
        var last = date.LastMonth > 0 ? date.LastMonth : date.Month;
        var from = new DateOnly(date.Year > 0 && last < date.Month ? year - 1 : year, date.Month, 1);
        return new(from, EndOfMonth(new DateOnly(last < date.Month ? from.Year + 1 : from.Year, last, 1)), DatePrecision.Month, rule);
    }

    private ResolvedDate Quarter(in DateExpression date)
    {
        var first = (date.Quarter * 3) - 2;
        if (date.Year > 0)
        {
            return QuarterOf(date.Year, first, "quarter-year");
        }

        if (_year == 0)
        {
            return Unknown(date, WithoutPublication);
        }

        if (date.Unit == DateUnit.Year)
        {
            return QuarterOf(_year + date.Offset, first, "quarter-relative-year");
        }

        if (_month == 0)
        {
            return QuarterOf(_year, first, "quarter-of-publication-year");
        }

        var ahead = first > _month;
        return ahead && date.Side is DateSide.Behind or DateSide.Last ? QuarterOf(_year - 1, first, "quarter-before-publication") : QuarterOf(_year, first, ahead ? "quarter-after-publication" : "quarter-before-publication");
    }

    private static ResolvedDate QuarterOf(int year, int month, string rule)
    {
        var from = new DateOnly(year, month, 1);
        return new(from, EndOfMonth(from.AddMonths(2)), DatePrecision.Quarter, rule);
    }

    private ResolvedDate Weekday(in DateExpression date)
    {
        if (_day is not { } today)
        {
            return Unknown(date, WithoutPublication);
        }

        var length = date.LastWeekday > 0 ? (date.LastWeekday - date.Weekday + 7) % 7 : 0;
        if (date.Unit == DateUnit.Week)
        {
            var day = Monday(today).AddDays((7 * date.Offset) + date.Weekday - 1);
            return new(day, day.AddDays(length), DatePrecision.Day, date.Offset < 0 ? "weekday-of-last-week" : date.Offset > 0 ? "weekday-of-next-week" : "weekday-of-this-week");
        }

        if (date.Side is DateSide.Next or DateSide.Ahead)
        {
            var ahead = (date.Weekday - Number(today) + 7) % 7;
            var next = today.AddDays(ahead == 0 && date.Side == DateSide.Next ? 7 : ahead);
            return new(next, next.AddDays(length), DatePrecision.Day, "weekday-after-publication");
        }

        // "Selasa lalu" written on a Tuesday is a week ago.
        var back = (Number(today) - date.Weekday + 7) % 7;
        var last = today.AddDays(-(back == 0 && date.Side == DateSide.Last ? 7 : back));
        return new(last, last.AddDays(length), DatePrecision.Day, "weekday-before-publication");
    }

    private ResolvedDate Relative(in DateExpression date)
    {
        var known = date.Unit switch
        {
            DateUnit.Year => _year > 0,
            DateUnit.Month or DateUnit.Quarter => _month > 0,
            _ => _day is not null,
        };
        if (!known)
        {
            return Unknown(date, WithoutPublication);
        }

        switch (date.Unit)
        {
            case DateUnit.Year:
                return Years(_year + date.Offset, _year + date.Offset, Counted(date.Offset, "last-year", "this-year", "next-year", "years-ago", "years-ahead"));
            case DateUnit.Month:
                var month = new DateOnly(_year, _month, 1).AddMonths(date.Offset);
                return new(month, EndOfMonth(month), DatePrecision.Month, Counted(date.Offset, "last-month", "this-month", "next-month", "months-ago", "months-ahead"));
            case DateUnit.Quarter:
                var quarter = new DateOnly(_year, ((_month - 1) / 3 * 3) + 1, 1).AddMonths(3 * date.Offset);
                return QuarterOf(quarter.Year, quarter.Month, Counted(date.Offset, "last-quarter", "this-quarter", "next-quarter", "quarters-ago", "quarters-ahead"));
            case DateUnit.Week:
                var monday = Monday(_day!.Value).AddDays(7 * date.Offset);
                return new(monday, monday.AddDays(6), DatePrecision.Week, Counted(date.Offset, "last-week", "this-week", "next-week", "weeks-ago", "weeks-ahead"));
            case DateUnit.Weekend:
                var saturday = Monday(_day!.Value).AddDays((7 * date.Offset) + 5);
                return new(saturday, saturday.AddDays(1), DatePrecision.Day, Counted(date.Offset, "last-weekend", "this-weekend", "next-weekend", "", ""));
            default:
                var day = _day!.Value.AddDays(date.Offset);
                return new(day, day, DatePrecision.Day, Counted(date.Offset, "yesterday", "today", "tomorrow", "days-ago", "days-ahead"));
        }
    }

    private static string Counted(int offset, string last, string present, string next, string ago, string ahead) => offset switch { -1 => last, 0 => present, 1 => next, < 0 => ago, _ => ahead };

    private static ResolvedDate Years(int first, int last, string rule) => new(new(first, 1, 1), new(last, 12, 31), DatePrecision.Year, rule);

    private static DateOnly Monday(DateOnly day) => day.AddDays(1 - Number(day));

    private static DateOnly EndOfMonth(DateOnly month) => new(month.Year, month.Month, DateTime.DaysInMonth(month.Year, month.Month));

    /// <summary>1 (Monday) to 7.</summary>
    public static int Number(DateOnly date) => date.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)date.DayOfWeek;

    /// <summary>The day, if there is such a day.</summary>
    public static DateOnly? Date(int year, int month, int day) =>
        month is >= 1 and <= 12 && day >= 1 && year is >= 1 and <= 9998 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;
}
