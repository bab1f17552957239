using System.Globalization;
using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Dates;

/// <summary>Tells when an article was published: from metadata, else from what the text says. The rule is always named; where nothing tells there is no date.</summary>
internal static class PublicationDate
{
    /// <summary>
    /// A year that only a weekday confirms is looked for from the year before one named (a plan may lie ahead) to two years after it; the same day
    /// falls on the same weekday again after five years at the earliest, so that one year of these fits at most.
    /// </summary>
    private const int YearsBefore = 1;

    private const int YearsAfter = 2;

    /// <summary>News on the net begins about here: a story that names only older years is about history, and its own year is not to be had.</summary>
    private const int FirstYear = 2000;

    /// <summary>An attribution and its date stand within so many tokens.</summary>
    private const int CueReach = 20;

    /// <summary>Publication date; null when nothing tells it.</summary>
    public static PartialDate? Of(ArticleWork work)
    {
        if (work.Article.Published is { } metadata)
        {
            return PartialDate.Of(metadata, work.Article.PublishedPrecision, work.Article.PublishedFrom);
        }

        var dateline = Dateline(work);
        if (dateline is { Precision: DatePrecision.Day })
        {
            return dateline;
        }

        // The newest day on which somebody spoke, else the newest the story tells: news is dated by the day it is about, and what it announces lies ahead.
        DateOnly? latest = null;
        DateExpression? partial = null;
        var said = false;
        foreach (var date in work.Dates)
        {
            if (date is not { Weekday: > 0, Day: > 0, LastDay: 0 } || date.Side is DateSide.Ahead or DateSide.Next)
            {
                continue;
            }

            var isSaid = IsSaid(work, date);
            if (isSaid != said)
            {
                if (said)
                {
                    continue;
                }

                (latest, partial, said) = (null, null, true);
            }

            if (date.Year == 0)
            {
                partial = partial is not { } known || (date.Month * 31) + date.Day > (known.Month * 31) + known.Day ? date : partial;
            }
            else if (DateResolver.Date(date.Year, date.Month, date.Day) is { } day && (latest is null || day > latest))
            {
                latest = day;
            }
        }

        if (latest is { } full)
        {
            return Day(full, said ? "latest-said-date" : "latest-full-date");
        }

        if (partial is { } open)
        {
            if (dateline is not null && (dateline.Precision == DatePrecision.Year || dateline.Value.AsSpan(5).SequenceEqual(open.Month.ToString("00", CultureInfo.InvariantCulture)))
                && Fit(int.Parse(dateline.Value.AsSpan(0, 4), CultureInfo.InvariantCulture), open) is { } inDateline)
            {
                return Day(inDateline, "dateline-weekday");
            }

            if (work.Layout.CopyrightYear > 0 && Fit(work.Layout.CopyrightYear, open) is { } inCopyright)
            {
                return Day(inCopyright, "weekday-copyright-year");
            }

            // No year anywhere beside it: among the years around those named the day that lies nearest to a date named with its year.
            if (Nearest(work, open) is { } near)
            {
                return Day(near, "weekday-fits-year");
            }
        }

        return dateline ?? (work.Layout.CopyrightYear > 0 ? new(work.Layout.CopyrightYear.ToString("0000", CultureInfo.InvariantCulture), DatePrecision.Year, "copyright") : null);
    }

    private static DateOnly? Nearest(ArticleWork work, in DateExpression open)
    {
        DateOnly? best = null;
        var distance = int.MaxValue;
        foreach (var date in work.Dates)
        {
            if (date is not { Year: >= FirstYear, Month: > 0 } || DateResolver.Date(date.Year, date.Month, Math.Max(date.Day, 1)) is not { } named)
            {
                continue;
            }

            for (var year = date.Year - YearsBefore; year <= date.Year + YearsAfter; year++)
            {
                if (Fit(year, open) is { } day && Math.Abs(day.DayNumber - named.DayNumber) < distance)
                {
                    (best, distance) = (day, Math.Abs(day.DayNumber - named.DayNumber));
                }
            }
        }

        return best;
    }

    // "kata Rini, Rabu (12/7)", "dilansir Reuters, Rabu (12/7)".
    private static bool IsSaid(ArticleWork work, in DateExpression date)
    {
        for (var i = date.First - 1; i >= 0 && i > date.First - CueReach && work.Tokens[i + 1].Breaks == 0 && work.Tokens[i].Mark is not ('.' or '"' or '”'); i--)
        {
            if (work.Is(i, WordClass.CueBare | WordClass.CueNya))
            {
                return true;
            }
        }

        return false;
    }

    private static PartialDate? Dateline(ArticleWork work)
    {
        if (work.Layout.DatelineDate is not { Year: > 0 } date)
        {
            return null;
        }

        return new DateResolver(null).Resolve(date) is { Known: true } resolved ? (resolved with { Rule = "dateline-date" }).ToPartial() : null;
    }

    private static DateOnly? Fit(int year, in DateExpression date) =>
        DateResolver.Date(year, date.Month, date.Day) is { } day && DateResolver.Number(day) == date.Weekday ? day : null;

    private static PartialDate Day(DateOnly day, string rule) => new(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), DatePrecision.Day, rule);
}
