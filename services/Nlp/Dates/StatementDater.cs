using Sikap.Nlp.Statements;

namespace Sikap.Nlp.Dates;

/// <summary>
/// Tells when statements were made: the date in the attribution ("kata X, Rabu (12/7)"), else the date of the same speaker's statement before it,
/// else the publication date. The rule is always named. A date in the attribution that cannot be resolved is never passed over in silence: where the
/// publication is known to the day the statement then has no date, else the coarser publication date under a rule of its own.
/// </summary>
internal sealed class StatementDater(ArticleWork work)
{
    /// <summary>A day dates a saying anywhere in its sentence; the bound, in tokens, keeps a text without sentence ends linear.</summary>
    private const int DayReach = 200;

    /// <summary>A month or week dates a saying only this close to the cue, in tokens; a year and a quarter even closer. Farther off they belong to what is told.</summary>
    private const int MonthReach = 12;

    private const int YearReach = 4;

    /// <summary>A place may stand between "kelahiran" and the day.</summary>
    private const int BirthReach = 6;

    private readonly DateResolver _resolver = new(work.Published);
    private Actors.Entity? _speaker;
    private ResolvedDate? _said;

    /// <summary>Date of a statement; statements are asked for in the order of the text.</summary>
    public PartialDate? Of(Draft draft)
    {
        var own = Own(draft);
        var speaker = draft.Speaker?.Entity;
        if (own is null && speaker is not null && speaker == _speaker && _said is { Known: true } said && draft.Kind != StatementKind.Indirect)
        {
            return (said with { Rule = "same-occasion" }).ToPartial();
        }

        _speaker = speaker;
        _said = own;
        if (own is { Known: true } date)
        {
            return date.ToPartial();
        }

        if (own is null)
        {
            return work.Published is null ? null : work.Published with { From = "publication" };
        }

        return work.Published is null || _resolver.Today is not null ? null : work.Published with { From = "publication-own-unresolved" };
    }

    // The nearest date of the sentence outside the content and outside quotation marks, none to come.
    private ResolvedDate? Own(Draft draft)
    {
        if (draft.CueFirst < 0)
        {
            return null;
        }

        var sentence = work.Sentences[draft.CueSentence];
        ResolvedDate? best = null;
        var distance = int.MaxValue;
        var end = Math.Min(sentence.End, draft.CueFirst + DayReach);
        for (var k = FirstIn(Math.Max(sentence.First, draft.CueFirst - DayReach)); k < work.Dates.Count && work.Dates[k].First < end; k++)
        {
            var date = work.Dates[k];
            var at = work.Tokens[date.First].Start;
            if (date.IsTime || Describes(date) || (at >= draft.Start && at < draft.End) || work.Tokens[date.First].Quoted)
            {
                continue;
            }

            var gap = Math.Abs(date.First - draft.CueFirst);
            var reach = date.Precision switch { DatePrecision.Day => DayReach, DatePrecision.Month or DatePrecision.Week => MonthReach, _ => YearReach };
            if (gap >= distance || gap > reach)
            {
                continue;
            }

            var resolved = _resolver.Resolve(date);
            if (!resolved.Known || !_resolver.IsAhead(resolved.From))
            {
                (best, distance) = (resolved, gap);
            }
        }

        return best;
    }

    // "perempuan kelahiran Bandung, 8 Mei 1984 ini": the date says who speaks.
    private bool Describes(in DateExpression date)
    {
        if (date.Year > 0 && (work.IsForm(date.End, "ini") || work.IsForm(date.End, "itu")))
        {
            return true;
        }

        for (var i = date.First - 1; i >= 0 && i >= date.First - BirthReach && work.Tokens[i + 1].Breaks == 0; i--)
        {
            if (work.IsForm(i, "kelahiran") || work.IsForm(i, "lahir"))
            {
                return true;
            }
        }

        return false;
    }

    private int FirstIn(int token)
    {
        int low = 0, high = work.Dates.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (work.Dates[middle].First < token)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
