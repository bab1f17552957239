using System.Globalization;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Dates;

/// <summary>Finds dates and times as Indonesian news writes them: "Rabu (12/7)", "13 Juli 2023", "Selasa lalu", "awal tahun ini", "pukul 14.05 WIB".</summary>
internal sealed class DateReader
{
    private const int MinYear = 1800;
    private const int MaxYear = 2100;

    /// <summary>How far back in its clause a date looks for a word that tells past from future.</summary>
    private const int ClauseTokens = 14;

    /// <summary>Lengths of two weekdays or months joined by a hyphen: "Mei-Juni", "September-November".</summary>
    private const int MinJoined = 7;

    private const int MaxJoined = 20;

    private readonly ArticleWork _work;
    private readonly Lexicon _lexicon;

    private DateReader(ArticleWork work) => (_work, _lexicon) = (work, work.Lexicon);

    /// <summary>All dates of the story in order.</summary>
    public static List<DateExpression> Run(ArticleWork work)
    {
        var reader = new DateReader(work);
        var result = new List<DateExpression>();
        var tokens = work.Tokens;
        for (var i = 0; i < tokens.Length; i++)
        {
            ref readonly var token = ref tokens[i];
            if (token.Dropped || !(token.Kind == TokenKind.Number || token.Is(WordClass.Weekday | WordClass.Month | WordClass.Calendar) || token.Mark == '(' || reader.IsJoined(i)))
            {
                continue;
            }

            if ((reader.Read(i) ?? reader.NextYear(i, result)) is { } found)
            {
                result.Add(found);
                i = found.End - 1;
            }
        }

        return result;
    }

    /// <summary>The date written between two tokens, as a dateline gives it; null when there is none.</summary>
    public static DateExpression? At(ArticleWork work, int token) => new DateReader(work).Read(token);

    private DateExpression? Read(int at)
    {
        var found = _work.Tokens[at].Kind switch
        {
            TokenKind.Number => Number(at),
            TokenKind.Word => Word(at),
            _ => Bracketed(at),
        };
        if (found is { Unit: DateUnit.Day, Minute: null } deictic && Beside(deictic.End) is { } named)
        {
            return named with { First = at, Side = deictic.Offset > 0 ? DateSide.Ahead : DateSide.Behind };
        }

        if (found is { } each && (_work.IsForm(at - 1, "setiap") || _work.IsForm(at - 1, "tiap") || ((_work.IsForm(at - 1, "hari") || _work.IsForm(at - 1, "tanggal")) && (_work.IsForm(at - 2, "setiap") || _work.IsForm(at - 2, "tiap")))))
        {
            return each with { Recurring = true, Side = DateSide.Behind };
        }

        return found is not { Side: DateSide.Open, Minute: null } open ? found : open with { Side = Side(open) };
    }

    // "hari ini, Sabtu (8/7)", "kemarin (12/7)": the day is named beside.
    private DateExpression? Beside(int at)
    {
        if (at >= _work.Tokens.Length || _work.Tokens[at].Breaks > 0)
        {
            return null;
        }

        var i = at + (Mark(at) == ',' ? 1 : 0);
        return i < _work.Tokens.Length && (Mark(i) == '(' || (i > at && _work.Tokens[i].Is(WordClass.Weekday))) && Read(i) is { Day: > 0, LastDay: 0, Minute: null } named ? named : null;
    }

    private DateExpression? Word(int at)
    {
        ref readonly var token = ref _work.Tokens[at];
        if (token.Capital && (token.Is(WordClass.Weekday) || IsJoinedRange(at, WordClass.Weekday, out _, out _)))
        {
            // "Minggu lalu" at the start of a sentence is last week or last Sunday; the week holds both.
            if (_lexicon.CalendarNumber(token.Word) == 7 && token.Is(WordClass.Weekday) && StartsSentence(at) && Which(at + 1, out _) is not null && !IsParenthesis(at + 2))
            {
                return Relative(at, at, DateUnit.Week);
            }

            return Weekday(at);
        }

        if (token.Capital && (token.Is(WordClass.Month) || IsJoinedRange(at, WordClass.Month, out _, out _)))
        {
            return Month(at, at, DatePart.Whole);
        }

        if (token.Is(WordClass.Weekday) && _work.IsForm(at, "minggu"))
        {
            return Relative(at, at, DateUnit.Week);
        }

        var word = _lexicon.CalendarWord(token.Word);
        switch (word.Kind)
        {
            case CalendarKind.Half:
                return Quarter(at, at, half: true);
            case CalendarKind.Unit:
                return Unit(at, at, (DateUnit)word.Number, DatePart.Whole);
            case CalendarKind.OneUnit:
                return Ago(at, at + 1, (DateUnit)word.Number, 1, indefinite: false);
            case CalendarKind.Count:
                return Counted(at, word.Number);
            case CalendarKind.Day:
                return Deictic(at, word.Number);
            case CalendarKind.DayPart:
                return DayPart(at);
            case CalendarKind.Part:
                return Partial(at, (DatePart)word.Number);
            case CalendarKind.Past when _work.IsForm(at, "tadi") && Kind(at + 1) == CalendarKind.DayPart && !_work.IsForm(at + 1, "dini"):
                // "tadi malam" is yesterday's evening, "tadi pagi" today's morning.
                return Day(at, at + 2, _work.IsForm(at + 1, "malam") ? -1 : 0);
            case CalendarKind.Clock:
                return Clock(at);
            default:
                return null;
        }
    }

    // "Rabu (12/7)", "Rabu malam, 12 Juli 2023", "Selasa-Kamis", "Selasa pekan lalu".
    private DateExpression? Weekday(int at)
    {
        var last = 0;
        if (!IsJoinedRange(at, WordClass.Weekday, out var weekday, out last))
        {
            weekday = _lexicon.CalendarNumber(_work.Tokens[at].Word);
        }

        var i = at + 1;
        if (last == 0 && (Mark(i) is '-' or '–' || IsUntil(i)) && i + 1 < _work.Tokens.Length && _work.Tokens[i + 1].Is(WordClass.Weekday) && _work.Tokens[i + 1].Capital)
        {
            last = _lexicon.CalendarNumber(_work.Tokens[i + 1].Word);
            i += 2;
        }

        i = SkipDayPart(i);
        var found = new DateExpression { First = at, End = i, Weekday = weekday, LastWeekday = last };
        var side = DateSide.Open;
        if (Which(i, out var which) is { } direction)
        {
            // "Rabu ini" is the nearest one the clause leaves open.
            side = direction < 0 ? DateSide.Last : direction > 0 ? DateSide.Next : DateSide.Open;
            found = found with { End = which, Side = side };
            i = which;
        }
        else if (IsWeek(i) && Which(i + 1, out which) is { } week)
        {
            found = found with { End = which, Unit = DateUnit.Week, Offset = week };
            i = which;
        }

        i += Mark(i) == ',' ? 1 : 0;
        i += _work.IsForm(i, "tanggal") ? 1 : 0;
        var bracket = Mark(i) == '(';
        i += bracket ? 1 : 0;
        if (Numeric(i, out var date) || Spelled(i, out date))
        {
            var end = date.End + (bracket && Mark(date.End) == ')' ? 1 : 0);
            end = bracket ? SkipDayPart(end) : end;
            // "Senin (10/7) lalu", "Sabtu (22/7) mendatang"
            if (Which(end, out which) is { } behind and not 0)
            {
                (side, end) = (behind < 0 ? DateSide.Last : DateSide.Next, which);
            }

            return date with { First = at, End = end, Weekday = weekday, LastWeekday = last, Side = side };
        }

        return found;
    }

    private int SkipDayPart(int i) => i < _work.Tokens.Length && _work.Tokens[i].Breaks == 0 ? PastDayPart(i) : i;

    private int PastDayPart(int i)
    {
        if (Kind(i) != CalendarKind.DayPart)
        {
            return i;
        }

        return _work.IsForm(i, "dini") ? (_work.IsForm(i + 1, "hari") ? i + 2 : i) : i + 1;
    }

    // "(12/7)", "(10-12/7/2023)": in brackets a day and month of numbers are a date, elsewhere they may be a fraction.
    private DateExpression? Bracketed(int at) =>
        Mark(at) == '(' && Numeric(at + 1, out var date) && Mark(date.End) == ')' && !_work.Layout.IsHeadline(_work.Tokens[at].Start)
            ? date with { First = at, End = date.End + 1 }
            : null;

    private DateExpression? Number(int at)
    {
        if (Spelled(at, out var spelled))
        {
            return spelled;
        }

        if (Numeric(at, out var numeric))
        {
            return numeric.Year > 0 && numeric.Month > 0 ? numeric : null;
        }

        if (Iso(at) is { } iso)
        {
            return iso;
        }

        if (Int(at, MinYear, MaxYear, out var year) && IsYear(at))
        {
            return Years(at, at, year);
        }

        // "2016-2021" is one token.
        if (_work.Form(at) is { Length: 9 } range && range[4] == '-' && Int(range[..4], MinYear, MaxYear, out year) && Int(range[5..], year, MaxYear, out var lastYear) && IsYear(at))
        {
            return new DateExpression { First = at, End = at + 1, Year = year, LastYear = lastYear };
        }

        // "22 dan 23 April 2025": the first day borrows month and year of the second.
        if (_work.IsForm(at + 1, "dan") && Int(at, 1, 31, out var day) && Spelled(at + 2, out var second) && second.Day > day)
        {
            return second with { First = at, End = at + 1, Day = day, LastDay = 0, LastMonth = 0 };
        }

        // "2-3" is one token.
        return Int(at, 1, 999, out var count) ? Counted(at, count) : Days(at, out _, out var last, out _) && last > 0 ? Counted(at, 0) : null;
    }

    // "2023-07-12", "2023-07".
    private DateExpression? Iso(int at)
    {
        var form = _work.Form(at);
        return form.Length is 7 or 10 && DateOnly.TryParseExact(form, form.Length == 7 ? "yyyy-MM" : "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DateExpression { First = at, End = at + 1, Year = day.Year, Month = day.Month, Day = form.Length == 7 ? 0 : day.Day }
            : null;
    }

    // "pada 2020, 2023, dan 2024": years go on behind a year.
    private DateExpression? NextYear(int at, List<DateExpression> before)
    {
        if (before.Count == 0 || before[^1] is not { Year: > 0, Month: 0, Quarter: 0 } last || at - last.End is < 1 or > 2 || !Int(at, MinYear, MaxYear, out var year) || _work.Form(at).Length != 4)
        {
            return null;
        }

        for (var i = last.End; i < at; i++)
        {
            if (Mark(i) != ',' && !_work.IsForm(i, "dan") && !_work.IsForm(i, "serta"))
            {
                return null;
            }
        }

        return new DateExpression { First = at, End = at + 1, Year = year };
    }

    // "2023", "2023 lalu", "2016 - 2021"; "1960 - an" is a decade and no year.
    private DateExpression? Years(int first, int at, int year)
    {
        if (Mark(at + 1) is '-' or '–')
        {
            return _work.IsForm(at + 2, "an") ? null
                : Int(at + 2, year + 1, MaxYear, out var last) ? new DateExpression { First = first, End = at + 3, Year = year, LastYear = last }
                : new DateExpression { First = first, End = at + 1, Year = year };
        }

        return new DateExpression { First = first, End = Which(at + 1, out var end) is not null and not 0 ? end : at + 1, Year = year };
    }

    // Four figures are a year behind a preposition of time; elsewhere they count things.
    private bool IsYear(int at) =>
        Kind(at + 1) is CalendarKind.Past or CalendarKind.Next
        || (_work.Form(at).Length is 4 or 9 && Kind(at + 1) is not CalendarKind.Unit && !_work.Is(at + 1, WordClass.Month)
            && (_work.IsForm(at - 1, "pada") || _work.IsForm(at - 1, "sejak") || _work.IsForm(at - 1, "memasuki") || _work.IsForm(at - 1, "menjelang") || _work.IsForm(at - 1, "jelang")
                || ((_work.IsForm(at - 1, "musim") || _work.IsForm(at - 1, "anggaran") || _work.IsForm(at - 1, "rentang") || _work.IsForm(at - 1, "untuk")) && EndsPhrase(at + 1)) || (_work.IsForm(at - 1, "di") && EndsPhrase(at + 1))
                || ((_work.IsForm(at - 1, "hingga") || _work.IsForm(at - 1, "sampai") || _work.IsForm(at - 1, "dari")) && EndsPhrase(at + 1))));

    private bool EndsPhrase(int at) =>
        at >= _work.Tokens.Length || _work.Tokens[at].Breaks > 0 || _work.Tokens[at].Kind != TokenKind.Word || _work.Is(at, WordClass.Function) || IsUntil(at);

    // "tiga hari lalu", "dua tahun yang lalu", "5 hari lagi".
    private DateExpression? Counted(int at, int count)
    {
        // "2-3 bulan lalu", "dua hingga tiga bulan lalu"
        var i = at + 1;
        var isRange = i + 1 < _work.Tokens.Length && (Mark(i) is '-' or '–' || IsUntil(i)) && (_work.Tokens[i + 1].Kind == TokenKind.Number || Kind(i + 1) == CalendarKind.Count);
        i += isRange ? 2 : 0;
        var unit = i < _work.Tokens.Length && _work.Tokens[i].Kind == TokenKind.Word ? UnitAt(i) : DateUnit.None;
        return unit == DateUnit.None ? null : Ago(at, i + 1, unit, count, count == 0 || isRange);
    }

    private DateExpression? Ago(int at, int i, DateUnit unit, int count, bool indefinite)
    {
        i += _work.IsForm(i, "yang") ? 1 : 0;
        var direction = _work.IsForm(i, "lagi") || _work.IsForm(i, "mendatang") ? 1 : _work.IsForm(i, "lalu") || _work.IsForm(i, "silam") ? -1 : 0;
        return direction == 0
            ? null
            : new DateExpression { First = at, End = i + 1, Unit = unit, Offset = direction * count, Indefinite = indefinite, Side = direction < 0 ? DateSide.Last : DateSide.Next };
    }

    // "kemarin", "kemarin malam", "besok pagi".
    private DateExpression? Deictic(int at, int offset)
    {
        var end = SkipDayPart(at + 1);
        if (offset == -1 && _work.IsForm(end, "lusa"))
        {
            return Day(at, end + 1, -2);
        }

        return Day(at, end, offset);
    }

    // "malam ini", "sore tadi", "pagi nanti".
    private DateExpression? DayPart(int at)
    {
        var end = PastDayPart(at);
        return end > at && Kind(end) is CalendarKind.This or CalendarKind.Past or CalendarKind.Next && !_work.IsForm(end, "lalu") && !_work.IsForm(end, "silam") && !_work.IsForm(end, "depan")
            ? Day(at, end + 1, 0)
            : null;
    }

    private static DateExpression Day(int at, int end, int offset) =>
        new() { First = at, End = end, Unit = DateUnit.Day, Offset = offset, Side = offset < 0 ? DateSide.Last : offset > 0 ? DateSide.Next : DateSide.Behind };

    // "awal tahun ini", "akhir Juli", "pertengahan 2022", "akhir pekan lalu".
    private DateExpression? Partial(int at, DatePart part)
    {
        var i = at + 1;
        if (i >= _work.Tokens.Length || _work.Tokens[i].Breaks > 0)
        {
            return null;
        }

        if (_work.Is(i, WordClass.Month) && _work.Tokens[i].Capital)
        {
            return Month(at, i, part);
        }

        if (Int(i, MinYear, MaxYear, out var year) && _work.Form(i).Length == 4)
        {
            return new DateExpression { First = at, End = i + 1, Year = year, Part = part };
        }

        var unit = UnitAt(i);
        if (unit == DateUnit.Month && _work.Is(i + 1, WordClass.Month) && _work.Tokens[i + 1].Capital)
        {
            return Month(at, i + 1, part);
        }

        if (part == DatePart.Late && IsWeek(i))
        {
            // "akhir pekan nanti" is the one that comes, "akhir pekan depan" the one after it.
            return Relative(at, i, DateUnit.Week) is { } weekend ? weekend with { Unit = DateUnit.Weekend, Offset = _work.IsForm(weekend.End - 1, "nanti") ? 0 : weekend.Offset } : null;
        }

        return unit is DateUnit.Month or DateUnit.Year or DateUnit.Week ? Unit(at, i, unit, part) : null;
    }

    // "Juli 2023", "pada Mei", "Juni lalu", "Mei tahun lalu", "Juli-Agustus"; "Mei" alone may be a name.
    private DateExpression? Month(int first, int at, DatePart part)
    {
        if (!IsJoinedRange(at, WordClass.Month, out var number, out var last))
        {
            number = _lexicon.CalendarNumber(_work.Tokens[at].Word);
        }

        var end = at + 1;
        if (last == 0 && (Mark(end) is '-' or '–' || IsUntil(end)) && _work.Is(end + 1, WordClass.Month) && _work.Tokens[end + 1].Capital)
        {
            last = _lexicon.CalendarNumber(_work.Tokens[end + 1].Word);
            end += 2;
        }

        var result = new DateExpression { First = first, End = end, Month = number, LastMonth = last, Part = part };
        if (YearAt(end, out var year, out var afterYear))
        {
            return result with { Year = year, End = afterYear };
        }

        if (_work.IsForm(end, "tahun") && Which(end + 1, out var which) is { } ofYear)
        {
            return result with { Unit = DateUnit.Year, Offset = ofYear, End = which };
        }

        if (Which(end, out which) is { } direction)
        {
            return result with { End = which, Side = direction < 0 ? DateSide.Last : direction > 0 ? DateSide.Next : DateSide.Open };
        }

        var opened = part != DatePart.Whole || last > 0 || (_work.IsForm(at - 1, "dan") && _work.Is(at - 2, WordClass.Month)) || _work.IsForm(at - 1, "pada") || _work.IsForm(at - 1, "bulan") || _work.IsForm(at - 1, "sejak") || _work.IsForm(at - 1, "hingga")
            || _work.IsForm(at - 1, "sampai") || _work.IsForm(at - 1, "dari") || _work.IsForm(at - 1, "per") || _work.IsForm(at - 1, "selama");
        return opened ? result : null;
    }

    // "pekan lalu", "bulan ini", "tahun 2023", "hari ini", "kuartal III 2023".
    private DateExpression? Unit(int first, int at, DateUnit unit, DatePart part)
    {
        if (unit == DateUnit.Quarter)
        {
            return Quarter(first, at, half: false);
        }

        // "Nomor 7 Tahun 2006", "Tahun 1995 Nomor 77" are laws.
        if (first == at && (IsCounted(at) || _work.IsForm(at + 2, "nomor")))
        {
            return null;
        }

        if (unit == DateUnit.Year && Int(at + 1, MinYear, MaxYear, out var year) && _work.Form(at + 1).Length == 4)
        {
            return Years(first, at + 1, year) is { } years ? years with { Part = part } : null;
        }

        return unit == DateUnit.Day && !_work.IsForm(at + 1, "ini") ? null : Relative(first, at, unit) is { } relative ? relative with { Part = part } : null;
    }

    private DateExpression? Relative(int first, int at, DateUnit unit)
    {
        // "63 tahun ini" is an age, "dua minggu ini" lasts.
        if (Which(at + 1, out var end) is not { } direction || (first == at && IsCounted(at)))
        {
            return null;
        }

        var side = direction < 0 ? DateSide.Last : direction > 0 ? DateSide.Next : DateSide.Behind;
        return new DateExpression { First = first, End = end, Unit = unit, Offset = direction, Side = side };
    }

    // "kuartal III 2023"; "semester I 2023" is the months of a half year.
    private DateExpression? Quarter(int first, int at, bool half)
    {
        var i = at + 1;
        if (i >= _work.Tokens.Length || _work.Tokens[i].Breaks > 0)
        {
            return null;
        }

        var result = new DateExpression { First = first, End = i };
        var number = Kind(i) == CalendarKind.Ordinal ? _lexicon.CalendarNumber(_work.Tokens[i].Word) : Int(i, 1, 4, out var figure) ? figure : 0;
        if (number == 0)
        {
            // "kuartal III-2023" is one token.
            var form = _work.Form(i);
            var hyphen = form.IndexOfAny('-', '/');
            number = hyphen < 0 ? 0 : Roman(form[..hyphen]);
            if (number == 0 || !int.TryParse(form[(hyphen + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var joined) || joined is < MinYear or > MaxYear)
            {
                return !half && Which(i, out var which) is { } direction ? result with { End = which, Unit = DateUnit.Quarter, Offset = direction } : null;
            }

            return Numbered(result with { End = i + 1, Year = joined }, number, half);
        }

        result = Numbered(result with { End = i + 1 }, number, half);
        if (YearAt(i + 1, out var year, out var after) || (Mark(i + 1) is '/' or '-' && YearAt(i + 2, out year, out after)))
        {
            return result with { Year = year, End = after };
        }

        return _work.IsForm(i + 1, "tahun") && Which(i + 2, out var end) is { } ofYear ? result with { Unit = DateUnit.Year, Offset = ofYear, End = end } : result;
    }

    private static DateExpression Numbered(DateExpression date, int number, bool half) =>
        half ? date with { Month = number == 1 ? 1 : 7, LastMonth = number == 1 ? 6 : 12 } : date with { Quarter = number };

    private static int Roman(ReadOnlySpan<char> form) => form switch { "I" => 1, "II" => 2, "III" => 3, "IV" => 4, _ => 0 };

    // "pukul 14.05 WIB", "pukul 9 pagi", "jam 10.00".
    private DateExpression? Clock(int at)
    {
        if (at + 1 >= _work.Tokens.Length || _work.Tokens[at + 1].Kind != TokenKind.Number)
        {
            return null;
        }

        var form = _work.Form(at + 1);
        var until = form.IndexOf('-');
        form = until > 0 ? form[..until] : form;
        var dot = form.IndexOfAny('.', ':');
        var minute = 0;
        if (!int.TryParse(dot < 0 ? form : form[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var hour) || hour > 24 || dot >= 0 && (form.Length < dot + 3 || !int.TryParse(form.Slice(dot + 1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out minute) || minute > 59))
        {
            return null;
        }

        var end = at + 2;
        if (dot < 0 && Kind(end) == CalendarKind.DayPart && !_work.IsForm(end, "dini"))
        {
            // Twelve hours and a part of the day: afternoon and evening are behind noon.
            hour += hour < 12 && !_work.IsForm(end, "pagi") && !_work.IsForm(end, "subuh") && !(_work.IsForm(end, "siang") && hour > 8) ? 12 : 0;
            end++;
        }

        var zone = 0;
        if (Kind(end) == CalendarKind.Zone)
        {
            zone = _lexicon.CalendarNumber(_work.Tokens[end].Word);
            end++;
        }

        return new DateExpression { First = at, End = end, Minute = ((hour * 60) + minute) % (24 * 60), Zone = zone };
    }

    // 12/7, 12/7/2023, 12/07/23, 10-12/7
    private bool Numeric(int at, out DateExpression date)
    {
        date = default;
        if (!Days(at, out var day, out var last, out var i) || Mark(i) != '/' || !Int(i + 1, 1, 12, out var month))
        {
            return false;
        }

        var end = i + 2;
        var year = 0;
        if (Mark(end) is '/' && Int(end + 1, 0, MaxYear, out year))
        {
            year += year < 100 ? 2000 : 0;
            end += 2;
        }

        // "30/6-2/7".
        var lastMonth = 0;
        if (last == 0 && Mark(end) is '-' or '–' && Int(end + 1, 1, 31, out var until) && Mark(end + 2) == '/' && Int(end + 3, 1, 12, out lastMonth))
        {
            last = until;
            end += 4;
            if (Mark(end) is '/' && Int(end + 1, 0, MaxYear, out year))
            {
                year += year < 100 ? 2000 : 0;
                end += 2;
            }
        }

        date = new DateExpression { First = at, End = end, Day = day, Month = month, Year = year, LastDay = last, LastMonth = lastMonth };
        return year == 0 || year is >= MinYear and <= MaxYear;
    }

    // 12 Juli, 12 Juli 2023, 10-12 Juli, 28 Juni - 3 Juli 2023
    private bool Spelled(int at, out DateExpression date)
    {
        date = default;
        if (!Days(at, out var day, out var last, out var i) || !_work.Is(i, WordClass.Month) || !_work.Tokens[i].Capital || _work.Tokens[i].Breaks > 0)
        {
            return false;
        }

        var month = _lexicon.CalendarNumber(_work.Tokens[i].Word);
        var lastMonth = 0;
        var end = i + 1;
        if (last == 0 && (Mark(end) is '-' or '–' || IsUntil(end)) && Int(end + 1, 1, 31, out var until) && _work.Is(end + 2, WordClass.Month) && _work.Tokens[end + 2].Capital)
        {
            last = until;
            lastMonth = _lexicon.CalendarNumber(_work.Tokens[end + 2].Word);
            end += 3;
        }

        date = new DateExpression { First = at, End = end, Day = day, Month = month, LastDay = last, LastMonth = lastMonth };
        if (YearAt(end, out var year, out var after))
        {
            date = date with { Year = year, End = after };
        }
        else if (_work.IsForm(end, "tahun") && Which(end + 1, out after) is { } ofYear)
        {
            date = date with { Unit = DateUnit.Year, Offset = ofYear, End = after };
        }
        else if (Which(end, out after) is { } direction)
        {
            date = date with { Side = direction < 0 ? DateSide.Last : direction > 0 ? DateSide.Next : DateSide.Open, End = after };
        }

        return true;
    }

    // A day or several: "12", "10-12", "10 - 12", "10 hingga 12".
    private bool Days(int at, out int day, out int last, out int end)
    {
        (last, end) = (0, at + 1);
        if (Int(at, 1, 31, out day))
        {
            if ((Mark(at + 1) is '-' or '–' || IsUntil(at + 1)) && Int(at + 2, 1, 31, out var until) && until > day)
            {
                (last, end) = (until, at + 3);
            }

            return true;
        }

        if (at >= _work.Tokens.Length || _work.Tokens[at].Kind != TokenKind.Number)
        {
            return false;
        }

        var form = _work.Form(at);
        var hyphen = form.IndexOf('-');
        return hyphen > 0 && Int(form[..hyphen], 1, 31, out day) && Int(form[(hyphen + 1)..], 1, 31, out last) && last > day;
    }

    private bool YearAt(int at, out int year, out int end)
    {
        end = at + 1;
        if (_work.IsForm(at, "tahun") && Int(at + 1, MinYear, MaxYear, out year) && _work.Form(at + 1).Length == 4)
        {
            end = at + 2;
            return true;
        }

        return Int(at, MinYear, MaxYear, out year) && _work.Tokens[at].Breaks == 0 && _work.Form(at).Length == 4;
    }

    // "lalu", "yang lalu" -1; "ini" 0; "depan", "mendatang" 1.
    private int? Which(int at, out int end)
    {
        end = at + 1;
        if (at >= _work.Tokens.Length || _work.Tokens[at].Breaks > 0)
        {
            return null;
        }

        if (_work.IsForm(at, "yang"))
        {
            end = at + 2;
            return _work.IsForm(at + 1, "lalu") || _work.IsForm(at + 1, "silam") ? -1 : null;
        }

        return Kind(at) switch
        {
            CalendarKind.Past => -1,
            CalendarKind.This => 0,
            CalendarKind.Next => 1,
            CalendarKind.Day when _work.IsForm(at, "kemarin") => -1,
            CalendarKind.Day when _work.IsForm(at, "besok") => 1,
            _ => null,
        };
    }

    // The side of the publication, by the words of the clause before the date and right behind it.
    private DateSide Side(in DateExpression date)
    {
        var next = date.End < _work.Tokens.Length && Mark(date.End) == ',' ? date.End + 1 : date.End;
        if (_work.Is(next, WordClass.Future) || Kind(next) == CalendarKind.Ahead)
        {
            return DateSide.Ahead;
        }

        for (var i = date.First - 1; i >= 0 && i >= date.First - ClauseTokens && _work.Tokens[i + 1].Breaks == 0 && Mark(i) is not ('.' or ',' or '"' or '”') && !_work.Is(i, WordClass.CueAccording); i--)
        {
            if (_work.Is(i, WordClass.Future) || Kind(i) == CalendarKind.Ahead || _work.IsForm(i, "nanti"))
            {
                return DateSide.Ahead;
            }

            if (Kind(i) == CalendarKind.Behind)
            {
                return DateSide.Behind;
            }
        }

        return DateSide.Open;
    }

    private bool StartsSentence(int at) => at == 0 || _work.Tokens[at].Breaks > 0 || Mark(at - 1) is '.' or '"' or '“' or '”';

    private bool IsParenthesis(int at) => Mark(at) == '(';

    private bool IsCounted(int at) => at > 0 && (_work.Tokens[at - 1].Kind == TokenKind.Number || Kind(at - 1) == CalendarKind.Count);

    private DateUnit UnitAt(int at) => IsWeek(at) ? DateUnit.Week : Kind(at) == CalendarKind.Unit ? (DateUnit)_lexicon.CalendarNumber(_work.Tokens[at].Word) : DateUnit.None;

    private bool IsWeek(int at) => _work.IsForm(at, "pekan") || (_work.IsForm(at, "minggu") && !_work.Tokens[at].Capital);

    private bool IsUntil(int at) => _work.IsForm(at, "hingga") || _work.IsForm(at, "sampai");

    // "Selasa-Kamis" and "Januari-Agustus" are one token.
    private bool IsJoined(int at) => IsJoinedRange(at, WordClass.Weekday, out _, out _) || IsJoinedRange(at, WordClass.Month, out _, out _);

    private bool IsJoinedRange(int at, WordClass kind, out int first, out int last)
    {
        (first, last) = (0, 0);
        ref readonly var token = ref _work.Tokens[at];
        if (token.Kind != TokenKind.Word || token.Word >= 0 || !token.Capital || token.End - token.Start is < MinJoined or > MaxJoined)
        {
            return false;
        }

        var form = _work.Form(at);
        var hyphen = form.IndexOf('-');
        return hyphen > 2 && Calendar(form[..hyphen], kind, out first) && Calendar(form[(hyphen + 1)..], kind, out last);
    }

    private bool Calendar(ReadOnlySpan<char> form, WordClass kind, out int number)
    {
        Span<char> lower = stackalloc char[MaxJoined];
        var word = _lexicon.WordOf(lower[..form.ToLowerInvariant(lower)]);
        number = _lexicon.CalendarNumber(word);
        return char.IsUpper(form.Length > 0 ? form[0] : ' ') && (_lexicon.ClassOf(word) & kind) != 0;
    }

    private char Mark(int at) => at >= 0 && at < _work.Tokens.Length ? _work.Tokens[at].Mark : '\0';

    private CalendarKind Kind(int at) =>
        at >= 0 && at < _work.Tokens.Length && _work.Tokens[at].Is(WordClass.Calendar) ? _lexicon.CalendarWord(_work.Tokens[at].Word).Kind : CalendarKind.None;

    private bool Int(int at, int min, int max, out int value)
    {
        value = 0;
        return at >= 0 && at < _work.Tokens.Length && _work.Tokens[at].Kind == TokenKind.Number && Int(_work.Form(at), min, max, out value);
    }

    private static bool Int(ReadOnlySpan<char> form, int min, int max, out int value)
    {
        value = 0;
        return form.Length <= 4 && int.TryParse(form, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;
    }
}
