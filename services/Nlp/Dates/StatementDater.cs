using Sikap.Nlp.Statements;

namespace Sikap.Nlp.Dates;

/// <summary>
/// Tells when statements were made: the date in the attribution ("kata X, Rabu (12/7)"), else the day on which the same person is quoted elsewhere in the article,
/// else the only recent day the article tells, else the publication date. The rule is always named. What was said earlier by the article's own word
/// ("Sebelumnya, X mengatakan", "X saat itu mengatakan") never takes the publication date. A date in the attribution that cannot be resolved is never passed over in silence: where the
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

    /// <summary>"X saat itu mengatakan": the words stand this close to the cue, in tokens.</summary>
    private const int BackThenReach = 3;

    /// <summary>A place may stand between "kelahiran" and the day.</summary>
    private const int BirthReach = 6;

    private readonly ArticleWork _work;
    private readonly List<Draft> _drafts;
    private readonly DateResolver _resolver;
    private readonly ResolvedDate?[] _own;
    private readonly bool[] _earlier;
    private readonly ResolvedDate? _onlyDay;

    /// <summary>Dates the statements of an article; they are in the order of the text.</summary>
    public StatementDater(ArticleWork work, List<Draft> drafts)
    {
        (_work, _drafts) = (work, drafts);
        _resolver = new(work.Published);
        _own = new ResolvedDate?[drafts.Count];
        _earlier = new bool[drafts.Count];
        for (var i = 0; i < _own.Length; i++)
        {
            _earlier[i] = IsEarlier(drafts[i]);
            // Where the text says that it was then and tells no day, nobody knows: the publication date would be wrong.
            _own[i] = Own(drafts[i])
                ?? (!IsBackThen(drafts[i]) ? null : DayBefore(drafts[i]) is { } then ? then with { Rule = "day-told-before" } : ResolvedDate.Unknown(DatePrecision.Day, "unresolved-told-before"));
        }

        _onlyDay = OnlyDay();
    }

    /// <summary>Date of a statement; null when nothing is known, not even the publication date.</summary>
    public PartialDate? Of(int statement)
    {
        if (_own[statement] is { } own)
        {
            return own.Known ? own.ToPartial()
                : _work.Published is null || _resolver.Today is not null ? null : _work.Published with { From = "publication-own-unresolved" };
        }

        if (Occasion(statement) is { } said)
        {
            return (said with { Rule = "same-occasion" }).ToPartial();
        }

        return _earlier[statement] ? null
            : _onlyDay is { } only ? (only with { Rule = "only-day" }).ToPartial()
            : _work.Published is null ? null : _work.Published with { From = "publication" };
    }

    /// <summary>
    /// The day on which relative dates of a quotation count ("kemarin kami berangkat," kata X, Selasa (22/8)): that of the saying, where the text tells it; null when it does not.
    /// </summary>
    public PartialDate? DayOfSaying(int statement) =>
        _drafts[statement].Kind == StatementKind.Direct && (_own[statement] ?? Occasion(statement) ?? (_earlier[statement] ? null : _onlyDay)) is { Known: true, Precision: DatePrecision.Day } said && said.From == said.Until ? said.ToPartial() : null;

    // "Sebelumnya, X mengatakan", "X sebelumnya mengatakan": before what the article is about.
    private bool IsEarlier(Draft draft)
    {
        var first = _work.Sentences[draft.Sentence].First;
        if (_work.IsForm(first, "sebelumnya"))
        {
            return true;
        }

        for (var i = draft.CueFirst - 1; i >= first && i >= draft.CueFirst - DayReach; i--)
        {
            if (_work.IsForm(i, "sebelumnya") && !_work.Tokens[i].Quoted && !(_work.Tokens[i].Start >= draft.Start && _work.Tokens[i].Start < draft.End) && !_work.IsForm(i - 1, "hari") && !_work.IsForm(i - 1, "tahun"))
            {
                return true;
            }
        }

        return false;
    }

    // An article about one occasion gives its day once, often not with the saying: the only day of the week before publication it tells outside quotation marks.
    private ResolvedDate? OnlyDay()
    {
        if (_resolver.Today is not { } today)
        {
            return null;
        }

        ResolvedDate? only = null;
        foreach (var date in _work.Dates)
        {
            if (date.IsTime || date.Precision != DatePrecision.Day || _work.Tokens[date.First].Quoted || _resolver.Resolve(date) is not { Known: true } day
                || day.Until < today.AddDays(-OccasionDays) || day.From > today)
            {
                continue;
            }

            // "Senin lalu" looks back from the occasion, and one more day may be told without a name ("keesokan harinya").
            if (day.From != day.Until || date.Side == DateSide.Last && date.Weekday > 0 && date.Day == 0 || (only is { } other && other.From != day.From))
            {
                return null;
            }

            only = day;
        }

        return only is null || HasDayAfter() ? null : only;
    }

    private bool HasDayAfter()
    {
        for (var i = 0; i < _work.Tokens.Length; i++)
        {
            if (_work.IsForm(i, "keesokan") || _work.IsForm(i, "keesokannya") || _work.IsForm(i, "esoknya"))
            {
                return true;
            }
        }

        return false;
    }

    // "Tito saat itu mengatakan", "kata Tito kala itu": the saying belongs to the day told before, not to that of the article.
    private bool IsBackThen(Draft draft)
    {
        if (draft.CueFirst < 0)
        {
            return false;
        }

        var sentence = _work.Sentences[draft.CueSentence];
        for (var i = Math.Max(sentence.First, draft.CueFirst - BackThenReach - 1); i + 1 < sentence.End && i <= draft.CueEnd + BackThenReach; i++)
        {
            var at = _work.Tokens[i].Start;
            if (_work.IsForm(i + 1, "itu") && (_work.IsForm(i, "saat") || _work.IsForm(i, "kala") || _work.IsForm(i, "ketika") || _work.IsForm(i, "waktu"))
                && !(at >= draft.Start && at < draft.End) && !_work.Tokens[i].Quoted)
            {
                return true;
            }
        }

        return false;
    }

    // The last day told in the sentence before or, ahead of the cue, in the same one.
    private ResolvedDate? DayBefore(Draft draft)
    {
        var first = _work.Sentences[Math.Max(0, draft.CueSentence - 1)].First;
        for (var k = FirstIn(draft.CueFirst) - 1; k >= 0 && _work.Dates[k].First >= first; k--)
        {
            if (!_work.Dates[k].IsTime && _work.Dates[k].Precision == DatePrecision.Day && _resolver.Resolve(_work.Dates[k]) is { Known: true } day && !_resolver.IsAhead(day.From))
            {
                return day;
            }
        }

        return null;
    }

    // The nearest statement of the same person with a day of its own, before rather than behind; background only from the quotation right before.
    private ResolvedDate? Occasion(int statement)
    {
        if (_drafts[statement].Speaker?.Entity is not { Type: ActorType.Person } speaker)
        {
            return null;
        }

        // Behind "Sebelumnya" another occasion begins: what was said before it is of this one.
        var inBetween = false;
        for (var i = statement - 1; !_earlier[i + 1] && i >= 0 && i >= statement - MaxStatements; i--)
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
            if (date.IsTime || Describes(date) || (date.Precision == DatePrecision.Year && _work.IsForm(date.First - 1, "untuk")) || (at >= draft.Start && at < draft.End) || _work.Tokens[date.First].Quoted)
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
