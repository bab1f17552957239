namespace Sikap.Nlp.Dates;

/// <summary>A stretch of time that is counted.</summary>
internal enum DateUnit : byte { None, Day, Week, Month, Quarter, Year, Weekend }

/// <summary>On which side of the publication the text puts a date.</summary>
internal enum DateSide : byte
{
    /// <summary>It does not say.</summary>
    Open,

    /// <summary>The clause speaks of what was ("telah", "sejak").</summary>
    Behind,

    /// <summary>The clause speaks of what is to come ("akan", "dijadwalkan").</summary>
    Ahead,

    /// <summary>The expression says so itself ("lalu").</summary>
    Last,

    /// <summary>The expression says so itself ("mendatang", "depan").</summary>
    Next,
}

/// <summary>Part of a month or year.</summary>
internal enum DatePart : byte { Whole, Early, Middle, Late }

/// <summary>A date as the text gives it; what it leaves out is 0.</summary>
internal readonly record struct DateExpression
{
    /// <summary>First token.</summary>
    public required int First { get; init; }

    /// <summary>One past the last token.</summary>
    public required int End { get; init; }

    public int Year { get; init; }
    public int Month { get; init; }
    public int Day { get; init; }

    /// <summary>1 (Monday) to 7.</summary>
    public int Weekday { get; init; }

    /// <summary>1 to 4.</summary>
    public int Quarter { get; init; }

    /// <summary>Last day of several ("10-12 Juli").</summary>
    public int LastDay { get; init; }

    /// <summary>Month of <see cref="LastDay"/>, or the last of several months, where it is another one.</summary>
    public int LastMonth { get; init; }

    /// <summary>Last of several years ("2016-2021").</summary>
    public int LastYear { get; init; }

    /// <summary>Last of several weekdays ("Selasa-Kamis").</summary>
    public int LastWeekday { get; init; }

    /// <summary>Counted from the publication: so many of this unit on (negative: back).</summary>
    public DateUnit Unit { get; init; }

    /// <summary>How many of <see cref="Unit"/>; 0 is the one of the publication.</summary>
    public int Offset { get; init; }

    /// <summary>"beberapa hari lalu": counted, but nobody says how many.</summary>
    public bool Indefinite { get; init; }

    /// <summary>"setiap Kamis": no single day.</summary>
    public bool Recurring { get; init; }

    public DateSide Side { get; init; }
    public DatePart Part { get; init; }

    /// <summary>Minute of the day of a time ("pukul 14.05"); null for a date.</summary>
    public int? Minute { get; init; }

    /// <summary>Hours from UTC the text names with a time; 0 for none.</summary>
    public int Zone { get; init; }

    public bool IsTime => Minute is not null;

    /// <summary>Day, month and year all stand in the text.</summary>
    public bool IsFull => Year > 0 && Month > 0 && Day > 0;

    /// <summary>What the words tell, whether it can be resolved or not.</summary>
    public DatePrecision Precision =>
        IsTime ? DatePrecision.Minute
        : Day > 0 || Weekday > 0 || Unit is DateUnit.Day or DateUnit.Weekend ? DatePrecision.Day
        : Quarter > 0 || Unit == DateUnit.Quarter ? DatePrecision.Quarter
        : Month > 0 || Unit == DateUnit.Month ? DatePrecision.Month
        : Unit == DateUnit.Week ? DatePrecision.Week
        : DatePrecision.Year;
}
