namespace Sikap.Nlp.Dates;

/// <summary>A stretch of time that counts back from the day of publication.</summary>
internal enum Ago { None, Today, Yesterday, Week, Month, Year }

/// <summary>A date as the text gives it; what it leaves out is 0.</summary>
/// <param name="First">First token.</param>
/// <param name="End">One past the last token.</param>
/// <param name="Year">Year, or 0.</param>
/// <param name="Month">Month, or 0.</param>
/// <param name="Day">Day of the month, or 0.</param>
/// <param name="Weekday">1 (Monday) to 7, or 0.</param>
/// <param name="Ago">Counted back from publication.</param>
internal readonly record struct DateExpression(int First, int End, int Year, int Month, int Day, int Weekday, Ago Ago)
{
    /// <summary>Day, month and year all stand in the text.</summary>
    public bool IsFull => Year > 0 && Month > 0 && Day > 0;
}
