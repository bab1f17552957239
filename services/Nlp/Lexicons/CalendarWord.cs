namespace Sikap.Nlp.Lexicons;

/// <summary>What a calendar word is; the table tells what its number means.</summary>
internal enum CalendarKind : byte { None, Month, Weekday, Unit, OneUnit, Half, Day, DayPart, Part, Past, Next, This, Ahead, Behind, Clock, Zone, Count, Ordinal }

/// <summary>A word of the calendar table.</summary>
internal readonly record struct CalendarWord(CalendarKind Kind, int Number);
