using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;
using Sikap.Nlp.Statements;

namespace Sikap.Nlp.Layout;

/// <summary>
/// Finds the outlets through which the news came, as the story names them: "dilansir kantor berita AFP", "seperti dikutip dari South China Morning Post",
/// "mengutip Reuters yang melansir Kyodo", "kata Rini kepada Reuters". Within a sentence they are put in order, nearest to the article first.
/// </summary>
internal sealed class ReportChain
{
    /// <summary>Words that may stand between the verb and the outlet ("oleh kantor berita lokal Jepang").</summary>
    private const int MaxBetween = 7;

    /// <summary>"kata Rini ... kepada Reuters": the cue stands at most so many tokens before.</summary>
    private const int CueReach = 12;

    private const int MaxNameTokens = 4;

    /// <summary>A report passes through few hands; more names than this are a list, and looking through them must not grow with the text.</summary>
    private const int MaxOutlets = 50;

    private readonly ArticleWork _work;

    private static readonly string[] GluedVerbs = ["melansir", "dilansir", "mengutip", "dikutip"];

    // Outlets in order of the text, each with its sentence; within a sentence already nearest first.
    private readonly List<(int Sentence, int Token, string Name, bool Told)> _reports = [];
    private int _sentence = -1;
    private int _sentenceStart;

    private ReportChain(ArticleWork work) => _work = work;

    /// <summary>Reads the story.</summary>
    public static ReportChain Run(ArticleWork work)
    {
        var chain = new ReportChain(work);
        for (var s = 0; s < work.Sentences.Count; s++)
        {
            chain.Read(s);
        }

        return chain;
    }

    /// <summary>Adds the outlets that the story is taken from and that no credit line names.</summary>
    public void AddCredits(List<Credit> credits)
    {
        if (_reports.Count == 0)
        {
            return;
        }

        // A credit line may use another of the outlet's names ("Sumber: SCMP").
        var named = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (at, credit) in _work.Layout.Credits)
        {
            if (credit.Role is "agency" or "syndication")
            {
                named.Add(credit.Name);
                var token = LayoutFinder.FirstToken(_work.Tokens, at);
                if (token < _work.Tokens.Length && Outlet(token, _work.Tokens.Length, known: true, out var usual, out _))
                {
                    named.Add(usual);
                }
            }
        }

        foreach (var report in _reports)
        {
            if (credits.Count >= MaxOutlets)
            {
                return;
            }

            // "(Metro)" at the end of a story that quotes Metro is the outlet, not a colleague.
            if (credits.FindIndex(c => c.Role == "contributor" && Same(c.Name, report.Name)) is >= 0 and var colleague)
            {
                credits[colleague] = credits[colleague] with { Role = "agency" };
                named.Add(report.Name);
            }

            // Whom somebody spoke to did not pass the whole story on.
            if (!report.Told && !IsOwn(report.Name) && named.Add(report.Name))
            {
                credits.Add(new("agency", report.Name));
            }
        }
    }

    /// <summary>Outlets through which a statement came, nearest first.</summary>
    public IReadOnlyList<string> Via(Draft draft)
    {
        List<string>? via = null;
        Add(draft.CueSentence);
        if (draft.Sentence != draft.CueSentence)
        {
            Add(draft.Sentence);
        }

        return via ?? (IReadOnlyList<string>)[];

        void Add(int sentence)
        {
            for (var i = FirstOf(sentence); i < _reports.Count && _reports[i].Sentence == sentence && via is not { Count: >= MaxOutlets }; i++)
            {
                var name = _reports[i].Name;
                if (!IsOwn(name) && !(draft.Speaker?.Entity is { } speaker && Same(speaker.Name, name)) && via?.Contains(name) != true)
                {
                    (via ??= []).Add(name);
                }
            }
        }
    }

    private int FirstOf(int sentence)
    {
        int low = 0, high = _reports.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _reports[middle].Sentence < sentence ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void Read(int sentence)
    {
        var (first, end) = (_work.Sentences[sentence].First, _work.Sentences[sentence].End);
        _sentence = sentence;
        _sentenceStart = _reports.Count;
        for (var i = first; i < end; i++)
        {
            ref readonly var token = ref _work.Tokens[i];
            if (token.Quoted || token.Dropped)
            {
                continue;
            }

            if (token.Is(WordClass.Report))
            {
                i = Word(i, first, end);
            }
            else if (Glued(i) is { } glued)
            {
                Nearer(i, glued);
            }
            else if (token.Is(WordClass.CueBare) && Outlet(i + 1, end, known: true, out var name, out var after) && IsReport(after, end))
            {
                // "kata Nikkei Asia dalam laporannya"
                Nearer(i, name);
                i = after - 1;
            }
            else if (token.Capital && Outlet(i, end, known: true, out name, out after))
            {
                if (after < end && Kind(after) == ReportKind.Tells)
                {
                    Nearer(i, name);
                }

                i = after - 1;
            }
        }
    }

    // A word of reporting; the last token that was used.
    private int Word(int at, int first, int end)
    {
        var kind = Kind(at);
        var i = at + 1;
        switch (kind)
        {
            case ReportKind.Passive:
            case ReportKind.Active:
                break;
            case ReportKind.Told:
                if (!HasCue(at, first))
                {
                    return at;
                }

                break;
            case ReportKind.Report:
                // "menurut laporan CNN", "mengutip laporan CNN"; the report of somebody else is no outlet's.
                if (at != first && Kind(at - 1) is not (ReportKind.Source or ReportKind.Active or ReportKind.Passive or ReportKind.Filler))
                {
                    return at;
                }

                break;
            case ReportKind.Source:
                break;
            default:
                return at;
        }

        var medium = false;
        while (i < end && i - at <= MaxBetween && (Kind(i) is ReportKind.Medium or ReportKind.Filler or ReportKind.Report || IsCountry(i, out _)))
        {
            if (Outlet(i, end, known: true, out _, out _))
            {
                break;
            }

            medium |= Kind(i) == ReportKind.Medium;
            i += IsCountry(i, out var length) ? length : 1;
        }

        // A name nobody listed is an outlet's behind "dilansir" and behind "laman ..."; one quotes ministers, too.
        var open = medium || (_work.IsForm(i - 1, "dari") && !_work.Is(i, WordClass.Common) && (_work.IsForm(at, "dikutip") || _work.IsForm(at, "disadur") || _work.IsForm(at, "dinukil") || _work.IsForm(at, "lansiran"))) || _work.IsForm(at, "dilansir") || _work.IsForm(at, "melansir") || _work.IsForm(at, "disitat") || _work.IsForm(at, "lansir")
            || (kind == ReportKind.Passive && (at == first || _work.IsForm(at - 1, "seperti") || _work.IsForm(at - 1, "sebagaimana")) && (!_work.Is(i, WordClass.Common) || _work.IsForm(i, "the")));
        if (!Outlet(i, end, known: !open || kind is ReportKind.Told or ReportKind.Source, out var name, out var after))
        {
            return at;
        }

        if (kind == ReportKind.Active)
        {
            Farther(i, name, told: false);
        }
        else if (kind == ReportKind.Told)
        {
            Farther(i, name, told: true);
        }
        else
        {
            Nearer(i, name);
        }

        // "dilansir Antara dari AFP", "dilansir AFP dan Reuters"
        while (after + 1 < end && (_work.IsForm(after, "dari") || _work.IsForm(after, "dan") || _work.IsForm(after, "via") || _work.IsForm(after, "melalui")) && Outlet(after + 1, end, known: !_work.IsForm(after, "dari"), out name, out var next))
        {
            Farther(after + 1, name, told: kind == ReportKind.Told);
            after = next;
        }

        return after - 1;
    }

    private void Nearer(int token, string name)
    {
        if (IsNew(name))
        {
            _reports.Insert(_sentenceStart, (_sentence, token, name, false));
        }
    }

    private void Farther(int token, string name, bool told)
    {
        if (IsNew(name))
        {
            _reports.Add((_sentence, token, name, told));
        }
    }

    private bool IsNew(string name)
    {
        if (_reports.Count - _sentenceStart >= MaxOutlets)
        {
            return false;
        }

        for (var i = _sentenceStart; i < _reports.Count; i++)
        {
            if (_reports[i].Name == name)
            {
                return false;
            }
        }

        return true;
    }

    private bool HasCue(int at, int first)
    {
        for (var i = at - 1; i >= first && i >= at - CueReach; i--)
        {
            if (_work.Is(i, WordClass.CueBare | WordClass.CueNya | WordClass.CueSay))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsReport(int at, int end)
    {
        for (var i = at; i < end && i < at + 4; i++)
        {
            if (_work.IsForm(i, "laporan") || _work.IsForm(i, "laporannya"))
            {
                return true;
            }
        }

        return false;
    }

    // An outlet of the tables by its usual name, an internet address, or (unless only known ones will do) a run of capitalised words that is nobody else.
    private bool Outlet(int at, int end, bool known, out string name, out int after)
    {
        (name, after) = ("", at);
        if (at >= end || _work.Tokens[at].Kind != TokenKind.Word)
        {
            return false;
        }

        // "detikJabar" is written so; "daridetikJabar" lost the blank before a link.
        var inner = Inner(at);
        if (inner > 0 && _work.Form(at).StartsWith("dari", StringComparison.Ordinal) && inner > 4)
        {
            (name, after) = (_work.Form(at)[4..].ToString(), at + 1);
            return true;
        }

        if (inner > 0 && Phrases.Longest(_work, at, static node => node.Actor is { Actor.Outlet: true }, out var words)?.Actor is { } brand)
        {
            (name, after) = (brand.Actor.Name, at + words);
            return true;
        }

        if (_work.Tokens[at].Capital && Phrases.Actor(_work, at, out var length) is { } actor)
        {
            (name, after) = (actor.Actor.Name, at + length);
            // "South China Morning Post (SCMP)"
            after += after + 2 < end && _work.IsMark(after, '(') && _work.IsMark(after + 2, ')') ? 3 : 0;
            return actor.Actor.Outlet;
        }

        var form = _work.Form(at);
        if (form.IndexOf('.') is > 0 and var dot && dot < form.Length - 2)
        {
            (name, after) = (form.ToString(), at + 1);
            return true;
        }

        // Offices and bodies are quoted, too, but are no outlets ("dikutip dari Pemkab Garut").
        if (known || Kind(at) == ReportKind.Platform || Phrases.Longest(_work, at, static node => node.Noun != WordClass.None || node.Place, out _) is not null || (_work.Tokens[at].Word >= 0 && !_work.Tokens[at].Capital) || (_work.Tokens[at].Is(WordClass.Weekday | WordClass.Month | WordClass.Function) && !_work.IsForm(at, "the")) || Phrases.Title(_work, at, out _) is not null)
        {
            return false;
        }

        after = at + 1;
        while (after < end && after - at < MaxNameTokens)
        {
            // "Al - Arabiya": some feeds put blanks around hyphens.
            var next = _work.IsMark(after, '-') ? after + 1 : after;
            if (next >= end || !_work.Tokens[next].Capital || _work.Tokens[next].Kind != TokenKind.Word || _work.Tokens[next].Is(WordClass.Weekday | WordClass.Month))
            {
                break;
            }

            after = next + 1;
        }

        // A single letter is half a name ("E!", "X").
        name = _work.Words(at, after);
        if (name.Length < 2)
        {
            return false;
        }

        // A name is closed by a comma, a day or the end of its clause; before a verb it is a subject.
        return after >= end || _work.Tokens[after].Kind == TokenKind.Punctuation || _work.Is(after, WordClass.Weekday | WordClass.Preposition | WordClass.Yang);
    }

    // "melansirkabarKota": the blank before a link was lost.
    private string? Glued(int at)
    {
        var inner = Inner(at);
        foreach (var verb in inner > 0 ? GluedVerbs : [])
        {
            if (_work.Form(at).StartsWith(verb, StringComparison.OrdinalIgnoreCase) && inner > verb.Length)
            {
                return _work.Form(at)[verb.Length..].ToString();
            }
        }

        return null;
    }

    // Where a capital stands inside a word that begins small; 0 for none.
    private int Inner(int at)
    {
        var form = _work.Form(at);
        return form.Length > 3 && char.IsLower(form[0]) ? Math.Max(0, form.IndexOfAnyInRange('A', 'Z')) : 0;
    }

    private bool IsCountry(int at, out int length)
    {
        length = 1;
        return _work.Tokens[at].Capital && Phrases.Actor(_work, at, out length) is { Actor.Type: ActorType.Country };
    }

    private ReportKind Kind(int at) => at >= 0 && at < _work.Tokens.Length && _work.Tokens[at].Is(WordClass.Report) ? _work.Lexicon.ReportOf(_work.Tokens[at].Word) : ReportKind.None;

    // The article's own outlet under any of its names ("ANTARA News" is ANTARA).
    private bool IsOwn(string name) => (_work.Article.Publisher ?? _work.Layout.Publisher) is { } publisher && (publisher.StartsWith(name, StringComparison.OrdinalIgnoreCase) || name.StartsWith(publisher, StringComparison.OrdinalIgnoreCase));

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
