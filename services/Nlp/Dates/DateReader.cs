using System.Globalization;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Dates;

/// <summary>
/// Reads dates as Indonesian news writes them ("Rabu (12/7)", "13 Juli 2023", "Selasa lalu", "pada Mei") and resolves them against the day of
/// publication. Every result names its rule; where the text leaves a gap that no rule closes there is no date.
/// </summary>
internal static class DateReader
{
    /// <summary>A year that only a weekday confirms is looked for among this many years: the same day falls on the same weekday again after five or six.</summary>
    private const int WeekdayYears = 5;

    private const int MinYear = 1945;
    private const int MaxYear = 2100;

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

    /// <summary>All dates of the story in order.</summary>
    public static List<DateExpression> Run(ArticleWork work)
    {
        var result = new List<DateExpression>();
        for (var i = 0; i < work.Tokens.Length; i++)
        {
            if (work.Tokens[i].Dropped)
            {
                continue;
            }

            if (Read(work, i) is { } mention)
            {
                result.Add(mention);
                i = mention.End - 1;
            }
        }

        return result;
    }

    /// <summary>Publication date: from metadata, else from what the text says.</summary>
    public static PartialDate? Published(ArticleWork work, List<DateExpression> mentions)
    {
        if (work.Article.Published is { } published)
        {
            return new(published.ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture), DatePrecision.Minute, "metadata");
        }

        var dateline = work.Layout.DatelineDate;
        DateOnly? latest = null;
        var lastYear = work.Layout.CopyrightYear;
        foreach (var mention in mentions)
        {
            lastYear = Math.Max(lastYear, mention.Year);
            if (mention.IsFull && mention.Weekday > 0 && !IsAhead(work, mention.First) && Date(mention.Year, mention.Month, mention.Day) is { } day && (latest is null || day > latest))
            {
                latest = day;
            }
        }

        if (dateline is { Precision: DatePrecision.Day })
        {
            return dateline;
        }

        if (latest is { } full)
        {
            return Day(full, "latest-full-date");
        }

        DateExpression? last = null;
        foreach (var mention in mentions)
        {
            if (mention is { Weekday: > 0, Day: > 0, Month: > 0, Year: 0 } && !IsAhead(work, mention.First) && (last is null || mention.Month * 31 + mention.Day > last.Value.Month * 31 + last.Value.Day))
            {
                last = mention;
            }
        }

        if (last is { } partial)
        {
            if (dateline is { Precision: DatePrecision.Month } && dateline.Value[5..] == partial.Month.ToString("00", CultureInfo.InvariantCulture)
                && Date(int.Parse(dateline.Value[..4], CultureInfo.InvariantCulture), partial.Month, partial.Day) is { } inMonth)
            {
                return Day(inMonth, "dateline-weekday");
            }

            if (work.Layout.CopyrightYear > 0 && Date(work.Layout.CopyrightYear, partial.Month, partial.Day) is { } inYear && Weekday(inYear) == partial.Weekday)
            {
                return Day(inYear, "weekday-copyright-year");
            }

            // No year anywhere beside it: the first year not before the latest one named in which that day has that weekday.
            if (lastYear > 0)
            {
                for (var year = lastYear; year < lastYear + WeekdayYears; year++)
                {
                    if (Date(year, partial.Month, partial.Day) is { } candidate && Weekday(candidate) == partial.Weekday)
                    {
                        return Day(candidate, "weekday-fits-year");
                    }
                }
            }
        }

        return dateline ?? (work.Layout.CopyrightYear > 0 ? new(work.Layout.CopyrightYear.ToString("0000", CultureInfo.InvariantCulture), DatePrecision.Year, "copyright") : null);
    }

    /// <summary>The calendar date a mention stands for; null where it cannot be told.</summary>
    public static PartialDate? Resolve(in DateExpression mention, PartialDate? published)
    {
        var year = mention.Year;
        if (mention is { Day: > 0, Month: > 0 })
        {
            if (year > 0)
            {
                return Date(year, mention.Month, mention.Day) is { } full ? Day(full, "date") : null;
            }

            if (Year(published) is not { } pubYear)
            {
                return null;
            }

            // A day later in the year than the publication belongs to the year before.
            for (var back = 0; back < 2; back++)
            {
                if (Date(pubYear - back, mention.Month, mention.Day) is { } day && (mention.Weekday == 0 || Weekday(day) == mention.Weekday) && !IsAfter(day, published))
                {
                    return Day(day, mention.Weekday > 0 ? "weekday-date" : "day-month");
                }
            }

            return null;
        }

        if (mention.Month > 0)
        {
            if (year == 0)
            {
                if (Year(published) is not { } pubYear)
                {
                    return null;
                }

                year = Month(published) is { } pubMonth && mention.Month > pubMonth ? pubYear - 1 : pubYear;
                return new($"{year:0000}-{mention.Month:00}", DatePrecision.Month, "month-before-publication");
            }

            return new($"{year:0000}-{mention.Month:00}", DatePrecision.Month, "month-year");
        }

        if (DayOf(published) is { } today)
        {
            if (mention.Weekday > 0)
            {
                // "Selasa lalu" written on a Tuesday is a week ago.
                var back = (Weekday(today) - mention.Weekday + 7) % 7;
                back = back == 0 && mention.Ago == Ago.Week ? 7 : back;
                return Day(today.AddDays(-back), "weekday-before-publication");
            }

            switch (mention.Ago)
            {
                case Ago.Today:
                    return Day(today, "today");
                case Ago.Yesterday:
                    return Day(today.AddDays(-1), "yesterday");
                case Ago.Month:
                    return new(today.AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture), DatePrecision.Month, "last-month");
                case Ago.Year:
                    return new((today.Year - 1).ToString("0000", CultureInfo.InvariantCulture), DatePrecision.Year, "last-year");
                default:
                    return null;
            }
        }

        if (mention.Ago == Ago.Month && Month(published) is { } month && Year(published) is { } y)
        {
            return new(new DateOnly(y, month, 1).AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture), DatePrecision.Month, "last-month");
        }

        return null;
    }

    // "akan tiba pada Jumat (4/8)": a day to come says nothing about the day of publication.
    private static bool IsAhead(ArticleWork work, int at)
    {
        for (var i = at - 1; i >= 0 && i >= at - 14 && work.Tokens[i].Breaks == 0 && work.Tokens[i].Mark is not ('.' or ',' or '"' or '”') && !work.Is(i, WordClass.CueAccording); i--)
        {
            if (work.Is(i, WordClass.Future))
            {
                return true;
            }
        }

        return false;
    }

    private static DateExpression? Read(ArticleWork work, int at)
    {
        var tokens = work.Tokens;
        ref readonly var token = ref tokens[at];
        if (token.Is(WordClass.Weekday) && token.Capital)
        {
            var weekday = work.Lexicon.CalendarNumber(token.Word);
            var i = at + 1;
            if (work.IsMark(i, ','))
            {
                i++;
            }

            var bracket = work.IsMark(i, '(');
            i += bracket ? 1 : 0;
            if (Numeric(work, i, out var end, out var d, out var m, out var y) || Spelled(work, i, out end, out d, out m, out y))
            {
                end += bracket && work.IsMark(end, ')') ? 1 : 0;
                return new(at, end, y, m, d, weekday, Ago.None);
            }

            // "Minggu" is the week as well as the day: "pekan ini, minggu depan" are lower case.
            var last = at + 1 < tokens.Length && (work.IsForm(at + 1, "lalu") || work.IsForm(at + 1, "kemarin"));
            return new(at, last ? at + 2 : at + 1, 0, 0, 0, weekday, last ? Ago.Week : Ago.None);
        }

        if (token.Kind == TokenKind.Number && Spelled(work, at, out var stop, out var day, out var month, out var year))
        {
            return new(at, stop, year, month, day, 0, Ago.None);
        }

        if (token.Mark == '(' && Numeric(work, at + 1, out stop, out day, out month, out year) && work.IsMark(stop, ')'))
        {
            return new(at, stop + 1, year, month, day, 0, Ago.None);
        }

        if (token.Is(WordClass.Month) && token.Capital && (at == 0 || tokens[at - 1].Kind != TokenKind.Number) && token.End - token.Start > 2)
        {
            year = YearAt(work, at + 1);
            // A month without a year is one only beside "pada", "bulan", "sejak" or "lalu"; else it may be a name.
            if (year == 0 && !(work.IsForm(at - 1, "pada") || work.IsForm(at - 1, "bulan") || work.IsForm(at - 1, "sejak") || work.IsForm(at + 1, "lalu") || work.IsForm(at - 1, "awal") || work.IsForm(at - 1, "akhir")))
            {
                return null;
            }

            return new(at, year > 0 || work.IsForm(at + 1, "lalu") ? at + 2 : at + 1, year, work.Lexicon.CalendarNumber(token.Word), 0, 0, Ago.None);
        }

        if (work.IsForm(at + 1, "lalu"))
        {
            var ago = work.IsForm(at, "bulan") ? Ago.Month : work.IsForm(at, "tahun") ? Ago.Year : work.IsForm(at, "pekan") || work.IsForm(at, "minggu") ? Ago.Week : Ago.None;
            if (ago != Ago.None && (at == 0 || tokens[at - 1].Kind != TokenKind.Number))
            {
                return new(at, at + 2, 0, 0, 0, 0, ago);
            }
        }

        if (work.IsForm(at, "hari") && work.IsForm(at + 1, "ini"))
        {
            return new(at, at + 2, 0, 0, 0, 0, Ago.Today);
        }

        return work.IsForm(at, "kemarin") ? new(at, at + 1, 0, 0, 0, 0, Ago.Yesterday) : null;
    }

    // 12/7, 12/7/2023, 12/07/23, 12-7-2023
    private static bool Numeric(ArticleWork work, int at, out int end, out int day, out int month, out int year)
    {
        (end, day, month, year) = (at, 0, 0, 0);
        var tokens = work.Tokens;
        if (at + 2 >= tokens.Length || !Number(work, at, 1, 31, out day) || tokens[at + 1].Mark != '/' || !Number(work, at + 2, 1, 12, out month))
        {
            return false;
        }

        end = at + 3;
        if (end + 1 < tokens.Length && tokens[end].Mark == '/' && Number(work, end + 1, 0, MaxYear, out year))
        {
            year = year < 100 ? year + 2000 : year;
            end += 2;
        }

        return year == 0 || year is >= MinYear and <= MaxYear;
    }

    // 12 Juli, 12 Juli 2023
    private static bool Spelled(ArticleWork work, int at, out int end, out int day, out int month, out int year)
    {
        (end, day, month, year) = (at, 0, 0, 0);
        if (at + 1 >= work.Tokens.Length || !Number(work, at, 1, 31, out day) || !work.Is(at + 1, WordClass.Month) || !work.Tokens[at + 1].Capital)
        {
            return false;
        }

        month = work.Lexicon.CalendarNumber(work.Tokens[at + 1].Word);
        year = YearAt(work, at + 2);
        end = year > 0 ? at + 3 : at + 2;
        return true;
    }

    private static int YearAt(ArticleWork work, int at) => Number(work, at, MinYear, MaxYear, out var year) ? year : 0;

    private static bool Number(ArticleWork work, int at, int min, int max, out int value)
    {
        value = 0;
        return at >= 0 && at < work.Tokens.Length && work.Tokens[at].Kind == TokenKind.Number && work.Tokens[at].End - work.Tokens[at].Start <= 4
            && int.TryParse(work.Form(at), NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;
    }

    private static DateOnly? Date(int year, int month, int day) =>
        month is >= 1 and <= 12 && day >= 1 && year is >= 1 and <= 9999 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;

    private static int Weekday(DateOnly date) => date.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)date.DayOfWeek;

    private static PartialDate Day(DateOnly day, string rule) => new(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), DatePrecision.Day, rule);

    private static int? Year(PartialDate? date) => date is null ? null : int.Parse(date.Value.AsSpan(0, 4), CultureInfo.InvariantCulture);

    private static int? Month(PartialDate? date) => date is null || date.Precision == DatePrecision.Year ? null : int.Parse(date.Value.AsSpan(5, 2), CultureInfo.InvariantCulture);

    private static DateOnly? DayOf(PartialDate? date) =>
        date is { Precision: DatePrecision.Day or DatePrecision.Minute } ? DateOnly.ParseExact(date.Value.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    private static bool IsAfter(DateOnly day, PartialDate? published) => DayOf(published) is { } pub && day > pub.AddDays(1);
}
