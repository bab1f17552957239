using Sikap.Nlp.Statements;

namespace Sikap.Nlp.Dates;

/// <summary>
/// Tells when statements were made: the date in the attribution ("kata X, Rabu (12/7)"), else the day on which the same person is quoted elsewhere in the article,
/// else the publication date. The rule is always named. A date in the attribution that cannot be resolved is never passed over in silence: where the
/// publication is known to the day the statement then has no date, else the coarser publication date under a rule of its own.
/// </summary>
internal sealed class StatementDater
{
    /// <summary>An article gives the day of an occasion once. What was said longer before publication, in days, is background: it dates the quotations that follow on it, no others.</summary>
    private const int OccasionDays = 7;

    /// <summary>A day dates a saying anywhere in its sentence; the bound, in tokens, keeps a text without sentence ends linear.</summary>
    private const int DayReach = 200;

    /// <summary>A month or week dates a saying only this close to the cue, in tokens; a year and a quarter even closer. Farther off they belong to what is told.</summary>
    private const int MonthReach = 12;

    private const int YearReach = 4;

    /// <summary>How many statements away the same person's date is looked for; the bound keeps long texts linear.</summary>
    private const int MaxStatements = 60;

    /// <summary>A place may stand between "kelahiran" and the day.</summary>
    private const int BirthReach = 6;

    private readonly ArticleWork _work;
    private readonly List<Draft> _drafts;
    private readonly DateResolver _resolver;
    private readonly ResolvedDate?[] _own;

    /// <summary>Dates the statements of an article; they are in the order of the text.</summary>
    public StatementDater(ArticleWork work, List<Draft> drafts)
    {
        (_work, _drafts) = (work, drafts);
        _resolver = new(work.Published);
        _own = new ResolvedDate?[drafts.Count];
        for (var i = 0; i < _own.Length; i++)
        {
            _own[i] = Own(drafts[i]);
        }
    }

    /// <summary>Date of a statement; null when nothing is known, not even the publication date.</summary>
    public PartialDate? Of(int statement)
    {
        if (_own[statement] is { } own)
        {
            return own.Known ? own.ToPartial()
                : _work.Published is null || _resolver.Today is not null ? null : _work.Published with { From = "publication-own-unresolved" };
        }

        return Occasion(statement) is { } said ? (said with { Rule = "same-occasion" }).ToPartial() : _work.Published is null ? null : _work.Published with { From = "publication" };
    }

    // The nearest statement of the same person with a day of its own, before rather than behind; background only from the quotation right before.
    private ResolvedDate? Occasion(int statement)
    {
        if (_drafts[statement].Speaker?.Entity is not { Type: ActorType.Person } speaker || _work.IsForm(_work.Sentences[_drafts[statement].Sentence].First, "sebelumnya"))
        {
            return null;
        }

        var inBetween = false;
        for (var i = statement - 1; i >= 0 && i >= statement - MaxStatements; i--)
        {
            if (_drafts[i].Speaker?.Entity == speaker && _own[i] is { } said)
            {
                return said is { Known: true, Precision: DatePrecision.Day } && (IsCurrent(said) || (!inBetween && _drafts[statement].Kind != StatementKind.Indirect)) ? said : null;
            }

            inBetween |= _drafts[i].Speaker?.Entity != speaker;
        }

        for (var i = statement + 1; i < _drafts.Count && i <= statement + MaxStatements; i++)
        {
            if (_drafts[i].Speaker?.Entity == speaker && _own[i] is { } said)
            {
                return said is { Known: true, Precision: DatePrecision.Day } && IsCurrent(said) ? said : null;
            }
        }

        return null;
    }

    private bool IsCurrent(in ResolvedDate said) => _resolver.Today is not { } today || said.From >= today.AddDays(-OccasionDays);

    // The nearest date of the sentence outside the content and outside quotation marks, none to come.
    private ResolvedDate? Own(Draft draft)
    {
        if (draft.CueFirst < 0)
        {
            return null;
        }

        var sentence = _work.Sentences[draft.CueSentence];
        ResolvedDate? best = null;
        var distance = int.MaxValue;
        var end = Math.Min(sentence.End, draft.CueFirst + DayReach);
        for (var k = FirstIn(Math.Max(sentence.First, draft.CueFirst - DayReach)); k < _work.Dates.Count && _work.Dates[k].First < end; k++)
        {
            var date = _work.Dates[k];
            var at = _work.Tokens[date.First].Start;
            if (date.IsTime || Describes(date) || (at >= draft.Start && at < draft.End) || _work.Tokens[date.First].Quoted)
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
        if (date.Year > 0 && (_work.IsForm(date.End, "ini") || _work.IsForm(date.End, "itu")))
        {
            return true;
        }

        for (var i = date.First - 1; i >= 0 && i >= date.First - BirthReach && _work.Tokens[i + 1].Breaks == 0; i--)
        {
            if (_work.IsForm(i, "kelahiran") || _work.IsForm(i, "lahir"))
            {
                return true;
            }
        }

        return false;
    }

    private int FirstIn(int token)
    {
        int low = 0, high = _work.Dates.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_work.Dates[middle].First < token)
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
