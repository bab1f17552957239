using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>What a network needs of a stance.</summary>
/// <param name="Actor">Number of the actor's node.</param>
/// <param name="Issue">Number of the issue's node.</param>
/// <param name="Label">Support, oppose or neutral.</param>
/// <param name="Article">Key of the article it stands in.</param>
/// <param name="Date">When it was stated, see <see cref="DateKey.Number"/>.</param>
/// <param name="Start">First UTF-16 code unit of its evidence.</param>
internal readonly record struct NetworkStatement(int Actor, int Issue, Proto.StanceLabel Label, int Article, long Date, int Start)
{
    /// <summary>The day, see <see cref="DateOnly.DayNumber"/>: of a stretch of time the first; <see cref="int.MaxValue"/> when undated.</summary>
    public int Day { get; } = Date == DateKey.UndatedNumber ? int.MaxValue : DateKey.Days(Date).First;

    /// <summary>Order in time; at the same time that of articles and text.</summary>
    public static int Compare(NetworkStatement left, NetworkStatement right) =>
        left.Day != right.Day ? left.Day.CompareTo(right.Day)
        : left.Date != right.Date ? left.Date.CompareTo(right.Date)
        : left.Article != right.Article ? left.Article.CompareTo(right.Article)
        : left.Start.CompareTo(right.Start);
}

/// <summary>Duplicates, by the definitions of Discourse Network Analyzer.</summary>
internal static class NetworkDuplicates
{
    /// <summary>The statements, in the order of time, without those that repeat an earlier one.</summary>
    /// <param name="statements">In the order of time; overwritten.</param>
    /// <param name="duplicates">What a repetition is.</param>
    /// <param name="byLabel">True when statements with different labels are different.</param>
    public static Memory<NetworkStatement> LeaveOut(Memory<NetworkStatement> statements, Proto.Duplicates duplicates, bool byLabel)
    {
        if (duplicates == Proto.Duplicates.Unspecified)
        {
            return statements;
        }
        var seen = new HashSet<(int Actor, int Issue, Proto.StanceLabel Label, long Scope)>();
        var all = statements.Span;
        var (kept, before) = (0, long.MinValue);
        foreach (var statement in all)
        {
            var scope = ScopeOf(statement, duplicates);
            // Weeks, months and years come one after the other: what was seen in the last is of no use any more, and would grow with all statements.
            if (duplicates != Proto.Duplicates.Article && scope != before)
            {
                seen.Clear();
                before = scope;
            }
            if (seen.Add((statement.Actor, statement.Issue, byLabel ? statement.Label : Proto.StanceLabel.Unspecified, scope)))
            {
                all[kept++] = statement;
            }
        }
        return statements[..kept];
    }

    /// <summary>A number that statements share which can be duplicates. The years differ where the months do not: a position that is stated every May is stated anew every May.</summary>
    private static long ScopeOf(in NetworkStatement statement, Proto.Duplicates duplicates)
    {
        if (duplicates == Proto.Duplicates.Article)
        {
            return statement.Article;
        }
        if (duplicates == Proto.Duplicates.Range || statement.Day == int.MaxValue)
        {
            return -1;
        }
        var day = DateOnly.FromDayNumber(statement.Day);
        return duplicates switch
        {
            // Day 0 is a Monday.
            Proto.Duplicates.Week => statement.Day / 7,
            Proto.Duplicates.Month => (day.Year * 12) + day.Month,
            _ => day.Year,
        };
    }
}

/// <summary>A window of time over statements.</summary>
/// <param name="First">Number of its first statement.</param>
/// <param name="Count">How many there are.</param>
/// <param name="FromDay">First day, see <see cref="DateOnly.DayNumber"/>; null where no statement is dated.</param>
/// <param name="ToDay">Last day, inclusive.</param>
/// <param name="CenterDay">The day in its middle.</param>
internal readonly record struct StatementWindow(int First, int Count, int? FromDay, int? ToDay, int? CenterDay);

/// <summary>Moving windows, by the definitions of Discourse Network Analyzer at the precision of days.</summary>
internal static class NetworkWindows
{
    /// <summary>The windows in the order of time. Statements without a date are in none of them, save in the one of all.</summary>
    /// <param name="statements">In the order of time.</param>
    /// <param name="unit">What moves the window.</param>
    /// <param name="size">Its size in units.</param>
    /// <param name="fromDay">Where time begins; null = with the first statement.</param>
    /// <param name="toDay">Where it ends, inclusive; null = with the last statement.</param>
    public static IEnumerable<StatementWindow> Over(ReadOnlyMemory<NetworkStatement> statements, Proto.TimeWindow unit, int size, int? fromDay, int? toDay)
    {
        var dated = Below(statements, int.MaxValue);
        int? from = fromDay ?? (dated == 0 ? null : statements.Span[0].Day);
        int? to = toDay ?? (dated == 0 ? null : statements.Span[dated - 1].Day);
        if (unit == Proto.TimeWindow.Unspecified)
        {
            return [new StatementWindow(0, statements.Length, from, to, from is null || to is null ? null : from + ((to - from) / 2))];
        }
        if (from is null || to is null)
        {
            return [];
        }
        return unit == Proto.TimeWindow.Events ? OverEvents(statements, dated, size / 2) : OverDays(statements, unit, (int)Math.Floor(((size - 1) / 2.0) + 0.5), from.Value, to.Value);
    }

    private static IEnumerable<StatementWindow> OverEvents(ReadOnlyMemory<NetworkStatement> statements, int dated, int reach)
    {
        // Of statements of the same time those next to the centre are taken; the original draws among them.
        for (var center = reach; center + reach < dated; center++)
        {
            yield return new StatementWindow(center - reach, (2 * reach) + 1, statements.Span[center - reach].Day, statements.Span[center + reach].Day, statements.Span[center].Day);
        }
    }

    private static IEnumerable<StatementWindow> OverDays(ReadOnlyMemory<NetworkStatement> statements, Proto.TimeWindow unit, int reach, int from, int to)
    {
        for (var center = from; center <= to; center = Move(center, unit, 1))
        {
            // A window that would leave the calendar leaves the selection too.
            var (first, last) = (Move(center, unit, -reach), Move(center, unit, reach));
            if (first >= from && last <= to)
            {
                var begin = Below(statements, first);
                yield return new StatementWindow(begin, Below(statements, last + 1) - begin, first, last, center);
            }
        }
    }

    /// <summary>How many statements lie before <paramref name="day"/>.</summary>
    private static int Below(ReadOnlyMemory<NetworkStatement> statements, int day)
    {
        int low = 0, high = statements.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = statements.Span[middle].Day < day ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    private static int Move(int day, Proto.TimeWindow unit, int count)
    {
        var months = unit switch { Proto.TimeWindow.Months => count, Proto.TimeWindow.Years => count * 12, _ => 0 };
        if (months == 0)
        {
            return day + (count * (unit == Proto.TimeWindow.Weeks ? 7 : 1));
        }
        // Beyond the calendar any number outside of it will do.
        var date = DateOnly.FromDayNumber(day);
        var month = (date.Year * 12) + date.Month - 1 + months;
        return month < 12 ? -1 : month >= 10_000 * 12 ? int.MaxValue - 1 : date.AddMonths(months).DayNumber;
    }
}
