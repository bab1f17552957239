using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>
/// Walks through the story sentence by sentence and finds who said what. Direct quotations come first, since their marks are certain; the cues that
/// are left introduce indirect or mixed speech. The discourse is kept along the way, so that a pronoun is resolved where it stands.
/// </summary>
internal sealed class StatementFinder
{
    /// <summary>Longest stretch looked through for one cue, in tokens, so that a text without sentence ends stays linear.</summary>
    private const int MaxScan = 400;

    private readonly ArticleWork _work;
    private readonly Discourse _discourse;
    private readonly SpeakerReader _reader;
    private readonly List<Draft> _drafts = [];
    private readonly bool[] _taken;
    private readonly int[] _wordsBefore;
    private int _sentence;
    private int? _contentSentence;
    private int _quotation;
    private Speaker? _subject;

    private StatementFinder(ArticleWork work, Discourse discourse)
    {
        _work = work;
        _discourse = discourse;
        _reader = new(work, discourse);
        _taken = new bool[work.Tokens.Length];
        _wordsBefore = new int[work.Tokens.Length + 1];
        for (var i = 0; i < work.Tokens.Length; i++)
        {
            _wordsBefore[i + 1] = _wordsBefore[i] + (work.Tokens[i].Kind is TokenKind.Word or TokenKind.Number ? 1 : 0);
        }
    }

    /// <summary>Statements in order of their start.</summary>
    public static List<Draft> Run(ArticleWork work, Discourse discourse)
    {
        var finder = new StatementFinder(work, discourse);
        for (finder._sentence = 0; finder._sentence < work.Sentences.Count; finder._sentence++)
        {
            finder.Read(work.Sentences[finder._sentence]);
        }

        // The headline comes last: it names people by what the story tells about them.
        for (finder._sentence = 0; finder._sentence < work.Sentences.Count; finder._sentence++)
        {
            if (work.Sentences[finder._sentence].Headline)
            {
                finder.Headline(work.Sentences[finder._sentence]);
            }
        }

        finder._drafts.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.End.CompareTo(b.End));
        return finder._drafts;
    }

    private void Read(Sentence sentence)
    {
        var before = _drafts.Count;
        _subject = null;
        ResolveMentions(sentence);
        if (sentence.Headline)
        {
            return;
        }

        Direct(sentence);
        Indirect(sentence);
        if (_drafts.Count == before)
        {
            Follow(sentence);
        }
    }

    // Pronouns and bare titles are resolved in reading order, even where no statement needs them: the mention list shows them.
    private void ResolveMentions(Sentence sentence)
    {
        for (var i = sentence.First; i < sentence.End; i++)
        {
            var index = _work.FoundOf[i];
            if (index < 0 || _work.Found[index].OuterFirst != i)
            {
                continue;
            }

            var found = _work.Found[index];
            if (found.Form == MentionForm.Pronoun)
            {
                found.Entity ??= _discourse.Pronoun(_work.Is(i, WordClass.Pronoun3Plural));
            }
        }
    }

    // A sentence without statements still moves the focus to its subject.
    private void Follow(Sentence sentence)
    {
        for (var i = sentence.First; i < sentence.End; i++)
        {
            var index = _work.FoundOf[i];
            if (index < 0 || _work.Tokens[i].Quoted)
            {
                // Behind the first verb stand objects.
                if (i > sentence.First && !_work.Tokens[i].Capital && !_work.Tokens[i].Quoted && Words.LooksVerb(_work.Form(i)) && !Leading(sentence, i))
                {
                    return;
                }

                continue;
            }

            var found = _work.Found[index];
            var previous = found.OuterFirst - 1;
            if (found.Form != MentionForm.Pronoun && !(previous >= sentence.First && _work.Tokens[previous].Is(WordClass.Preposition)) && _discourse.Resolve(found) is { Outlet: false } entity && (!entity.Weak || found.End - found.First > 1))
            {
                _discourse.Subject(entity);
                return;
            }

            i = found.End - 1;
        }
    }

    // A verb in an adverbial before the subject: "Dalam pidato yang disiarkan televisi, Presiden ...", "Setelah bertemu wartawan, ...".
    private bool Leading(Sentence sentence, int verb)
    {
        ref readonly var first = ref _work.Tokens[sentence.First];
        if (!first.Is(WordClass.Preposition | WordClass.Subordinator) && !Words.LooksVerb(_work.Form(sentence.First)))
        {
            return false;
        }

        for (var i = sentence.First; i < verb; i++)
        {
            if (_work.Tokens[i].Mark == ',')
            {
                return false;
            }
        }

        return true;
    }

    private void Direct(Sentence sentence)
    {
        while (_quotation < _work.Quotations.Count && _work.Quotations[_quotation].First < sentence.First)
        {
            _quotation++;
        }

        for (var q = _quotation; q < _work.Quotations.Count && _work.Quotations[q].OuterFirst < sentence.End; q++)
        {
            var quotation = _work.Quotations[q];
            if (CueAfter(sentence, quotation) || CueBefore(sentence, quotation) || Alone(sentence, quotation))
            {
                for (var i = quotation.OuterFirst; i < quotation.OuterEnd; i++)
                {
                    _taken[i] = true;
                }
            }
        }
    }

    private bool CueAfter(Sentence sentence, Quotation quotation)
    {
        var at = quotation.OuterEnd;
        while (at < sentence.End && _work.Tokens[at].Mark is ',' or '-' or '–')
        {
            at++;
        }

        if (at >= sentence.End || _work.Tokens[at].Quoted || _work.Tokens[at].Capital)
        {
            return false;
        }

        var cue = at;
        var cueEnd = at + 1;
        if (_work.IsForm(at, "demikian") || _work.IsForm(at, "begitu") || _work.IsForm(at, "begitulah") || _work.IsForm(at, "demikianlah"))
        {
            // "demikian kata X", "demikian bunyi pernyataan X"
            cueEnd = at + 1;
            while (cueEnd < sentence.End && cueEnd < at + 3 && (_work.Is(cueEnd, WordClass.CueAny) || _work.IsForm(cueEnd, "bunyi") || _work.IsForm(cueEnd, "pernyataan") || _work.IsForm(cueEnd, "isi") || _work.IsForm(cueEnd, "petikan")))
            {
                cueEnd++;
            }

            if (cueEnd == at + 1)
            {
                return false;
            }
        }
        else if (_work.Is(at, WordClass.CueNya))
        {
            var entity = _discourse.Same();
            Taken(cue, cueEnd);
            Add(quotation, StatementKind.Direct, cue, cueEnd, entity is null ? null : new Speaker(entity, cue, cueEnd, cueEnd, null, 0.85), 0.95);
            return true;
        }
        else if (!_work.Is(at, WordClass.CueBare))
        {
            // A full verb behind a quotation opens another clause and does not attribute this one.
            return false;
        }

        if (cueEnd < sentence.End && _work.Is(cueEnd, WordClass.CueNya))
        {
            cueEnd++;
        }

        var speaker = _reader.Read(cueEnd, sentence.End) ?? _reader.AnyNoun(cueEnd, sentence.End) ?? Fallback(cue, cueEnd);
        Taken(cue, cueEnd);
        if (speaker is { } told)
        {
            Reports(told, sentence.End);
        }

        Add(quotation, StatementKind.Direct, cue, cueEnd, speaker, speaker is null ? 0.5 : 0.97);
        return true;
    }

    private void Taken(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            _taken[i] = true;
        }
    }

    // "kata X dalam sebuah laporan": the report that later sentences speak of is X's.
    private void Reports(Speaker speaker, int end)
    {
        for (var i = speaker.After; i < end && i < speaker.After + 5; i++)
        {
            if (_work.IsForm(i, "laporan") || _work.IsForm(i, "laporannya"))
            {
                _discourse.Reported(speaker.Entity);
            }
        }
    }

    private Speaker? Fallback(int cue, int cueEnd) => _discourse.Speaker is { } last ? new Speaker(last, cue, cueEnd, cueEnd, null, 0.4) : null;

    // X mengatakan, "..." ; X menulis: "..."
    private bool CueBefore(Sentence sentence, Quotation quotation)
    {
        var i = quotation.OuterFirst - 1;
        var marked = false;
        while (i >= sentence.First && _work.Tokens[i].Mark is ',' or ':')
        {
            marked = true;
            i--;
        }

        if (i < sentence.First || _work.Tokens[i].Quoted)
        {
            return false;
        }

        // The quotation must be a clause of its own: it ends the sentence or a comma follows, and it is more than a label.
        var after = quotation.OuterEnd;
        var ends = after >= sentence.End || _work.Tokens[after].Mark is '.' or ',' or ';' or '(' or '!' or '?' || _work.Tokens[quotation.End - 1].Mark is '.' or ',' or '!' or '?';
        var words = quotation.End - quotation.First;
        if (!ends || (quotation.Single && words < 4))
        {
            return false;
        }

        var bahwa = _work.Is(i, WordClass.Bahwa);
        if (bahwa)
        {
            i--;
        }

        var cue = -1;
        for (var k = i; k >= sentence.First && k > i - 14; k--)
        {
            if (_work.Tokens[k].Quoted || _work.Tokens[k].Mark is ';' or '.')
            {
                break;
            }

            if (_work.Is(k, WordClass.CueVerb))
            {
                cue = k;
                break;
            }

            if (_work.Is(k, WordClass.CueBare) && k == i && _work.IsMark(k + 1, ':'))
            {
                cue = k;
                break;
            }
        }

        if (cue < 0 || (!marked && !bahwa && cue != i) || (cue != i && !IsAddressee(cue + 1, i + 1)))
        {
            return false;
        }

        if (!marked && words < 3)
        {
            return false;
        }

        var speaker = _reader.Before(sentence.First, cue, Subject(sentence));
        if (speaker is null && _work.Is(cue, WordClass.CueThink | WordClass.CueAsk))
        {
            return false;
        }

        Taken(cue, cue + 1);
        Add(quotation, StatementKind.Direct, cue, cue + 1, speaker, 0.93);
        return true;
    }

    // Between cue and content: "kepada wartawan", "di Jakarta", "dalam keterangannya", "pada Selasa (3/5)", "lagi", "juga".
    private bool IsAddressee(int first, int end)
    {
        if (first >= end)
        {
            return true;
        }

        var i = first;
        while (i < end && _work.Tokens[i].Is(WordClass.Adverb))
        {
            i++;
        }

        return i >= end || _work.Tokens[i].Is(WordClass.Preposition | WordClass.Weekday | WordClass.Subordinator) || _work.Tokens[i].Mark is ',' or '(';
    }

    // Opens a phrase of addressee, place or time between cue and content; "dari", "untuk", "bagi" open content.
    private bool IsSetting(int i) =>
        (_work.Tokens[i].Is(WordClass.Preposition) && !_work.IsForm(i, "dari") && !_work.IsForm(i, "untuk") && !_work.IsForm(i, "bagi") && !_work.IsForm(i, "selain")
            && !_work.IsForm(i, "sebagai") && !_work.IsForm(i, "dengan") && !_work.IsForm(i, "selama") && !_work.IsForm(i, "tanpa"))
        || _work.Tokens[i].Is(WordClass.Weekday) || _work.IsForm(i, "saat") || _work.IsForm(i, "ketika") || _work.IsForm(i, "usai") || _work.Tokens[i].Mark == '(';

    // A quotation that is a sentence of its own belongs to whoever is speaking.
    private bool Alone(Sentence sentence, Quotation quotation)
    {
        if (quotation.Single)
        {
            return false;
        }

        var startsSentence = quotation.OuterFirst == sentence.First;
        var after = quotation.OuterEnd;
        var rest = sentence.End - after;
        var endsSentence = rest <= 1 || (_work.Tokens[after].Mark == '(');
        if (!startsSentence || !endsSentence || quotation.End - quotation.First < 4 || _discourse.Speaker is null)
        {
            return false;
        }

        var speaker = _discourse.Speaker;
        Add(quotation, StatementKind.Direct, -1, -1, new Speaker(speaker, -1, -1, -1, null, 0.7), 0.8);
        return true;
    }

    private void Add(Quotation quotation, StatementKind kind, int cue, int cueEnd, Speaker? speaker, double certainty)
    {
        if (quotation.First >= quotation.End)
        {
            return;
        }

        Add(_work.Tokens[quotation.First].Start, _work.Tokens[quotation.End - 1].End, kind, cue, cueEnd, speaker, certainty);
    }

    private void Add(int start, int end, StatementKind kind, int cue, int cueEnd, Speaker? speaker, double certainty)
    {
        _drafts.Add(new() { Start = start, End = end, Kind = kind, CueFirst = cue, CueEnd = cueEnd, Speaker = speaker, Sentence = _contentSentence ?? _sentence, CueSentence = _sentence, Certainty = certainty });
        if (speaker is { } known)
        {
            _discourse.Said(known.Entity);
            _subject = known;
        }
    }

    private void Headline(Sentence sentence)
    {
        var colon = -1;
        for (var i = sentence.First + 1; i < sentence.End - 2; i++)
        {
            if (_work.Tokens[i].Mark == ':' && !_work.Tokens[i].Quoted)
            {
                colon = i;
                break;
            }
        }

        if (colon < 0)
        {
            return;
        }

        var first = colon;
        while (first > sentence.First && _work.Tokens[first - 1].Mark is not (',' or '.' or '!' or '?') && !_work.Tokens[first - 1].Quoted)
        {
            first--;
        }

        if (colon - first > 7)
        {
            return;
        }

        // "Legislator: ...", "Menlu: ...": whom the story gives that office.
        var speaker = _discourse.Holder(_work.Words(first, colon)) is { } holder ? new Speaker(holder, first, colon, colon, null, 0.8) : _reader.Read(first, colon) ?? default;
        if (speaker.Entity is null || speaker.After < colon)
        {
            return;
        }

        Content(colon + 1, sentence.End, -1, -1, speaker, 0.8);
    }

    private void Indirect(Sentence sentence)
    {
        for (var i = sentence.First; i < sentence.End; i++)
        {
            ref readonly var token = ref _work.Tokens[i];
            if (_taken[i] || token.Quoted || !token.Is(WordClass.CueAny))
            {
                continue;
            }

            if (token.Is(WordClass.CueAccording) && According(sentence, i))
            {
                continue;
            }

            if (token.Is(WordClass.CueView) && i <= sentence.First + 1 && _reader.Read(i + 1, sentence.End) is { Entity.Type: ActorType.Person } viewer && _work.IsMark(viewer.After, ','))
            {
                Parenthetical(sentence, i, viewer.After, viewer);
                continue;
            }

            if (token.Is(WordClass.CueNya) || _work.IsForm(i, "menurutnya"))
            {
                // "pejabat yang menurutnya menjadi ...": what follows is the content.
                if (i > sentence.First && _work.Is(i - 1, WordClass.Yang) && Own(i) is { } own)
                {
                    Content(i + 1, ClauseEnd(i + 1, sentence.End, WordClass.None), i, i + 1, own, 0.7);
                    continue;
                }

                if (Parenthetical(sentence, i, i + 1, Own(i)))
                {
                    continue;
                }
            }

            if (token.Is(WordClass.CueBare) && i > sentence.First && !token.Capital && BareCue(sentence, i))
            {
                continue;
            }

            if (token.Is(WordClass.CuePassive) && Passive(sentence, i))
            {
                continue;
            }

            if (token.Is(WordClass.CueVerb))
            {
                Verb(sentence, i);
            }
        }
    }

    private Speaker? Own(int cue)
    {
        // "Menurutnya, ..." is about whoever the text has come to, who need not have spoken yet.
        var entity = _work.Is(cue, WordClass.CueNya) && _work.Form(cue).StartsWith("menurut", StringComparison.OrdinalIgnoreCase) ? _discourse.Pronoun(plural: false) : _discourse.Same();
        return entity is null ? null : new Speaker(entity, cue, cue + 1, cue + 1, null, 0.8);
    }

    // "..., kata X." / "..., kata X, ..." / "Namun, kata dia, ..."
    private bool BareCue(Sentence sentence, int cue)
    {
        if (_work.Tokens[cue - 1].Mark != ',' && !_work.IsForm(cue - 1, "begitu") && !_work.IsForm(cue - 1, "demikian") && !_work.Tokens[cue - 1].Is(WordClass.Conjunction))
        {
            return false;
        }

        var speaker = _reader.Read(cue + 1, sentence.End);
        if (speaker is not { } known)
        {
            return false;
        }

        // "Begitu kata X", "Demikian kata X" as a sentence: what stands before is what X said.
        if (cue == sentence.First + 1 && (_work.IsForm(sentence.First, "begitu") || _work.IsForm(sentence.First, "demikian")))
        {
            return Previous(cue, cue + 1, known);
        }

        return Parenthetical(sentence, cue, known.After, known);
    }

    private bool According(Sentence sentence, int cue)
    {
        var at = cue + 1;
        if (_work.Is(cue, WordClass.CueAccording) && _work.IsForm(at, "para") is false && at < sentence.End && _work.IsForm(at, "rencana"))
        {
            return false;
        }

        if (_reader.Read(at, sentence.End) is not { } speaker)
        {
            return false;
        }

        // "menurut Reuters", "menurut laporan AFP": the way the news came, no speaker.
        if (speaker.Entity.Outlet || (speaker.Entity.Type == ActorType.Document && _work.FoundOf[speaker.End - 1] is var owner and >= 0 && _work.Found[owner].Entity is { Outlet: true }))
        {
            return true;
        }

        // "..., yang menurut para pengungsi ditujukan untuk ...": what follows is the content.
        if (cue > sentence.First && _work.Is(cue - 1, WordClass.Yang) && speaker.After < sentence.End)
        {
            return Content(speaker.After, ClauseEnd(speaker.After, sentence.End, WordClass.None), cue, cue + 1, speaker, 0.75);
        }

        if (_work.IsForm(cue, "berdasarkan") && (speaker.Entity.Type != ActorType.Document || (cue > sentence.First && _work.Tokens[cue - 1].Mark != ',') || _work.IsForm(at, "data")))
        {
            return false;
        }

        return Parenthetical(sentence, cue, speaker.After, speaker);
    }

    // The attribution stands at [cue, after); the content is the longer part beside it.
    private bool Parenthetical(Sentence sentence, int cue, int after, Speaker? speaker)
    {
        if (speaker is not { } known)
        {
            return false;
        }

        // The attribution ends at the next comma; what stands between is place, time, apposition.
        var close = after;
        while (close < sentence.End && _work.Tokens[close].Mark != ',' && !_work.Tokens[close].Quoted && close - after < 30)
        {
            close++;
        }

        var comma = close < sentence.End && _work.Tokens[close].Mark == ',';
        // "Menurut Rini, seorang pengamat laut, ...": the apposition is no content.
        if (comma && close + 1 < sentence.End && (_work.Is(close + 1, WordClass.One | WordClass.Yang) || (!_work.Tokens[close + 1].Capital && Phrases.Title(_work, close + 1, out _) is not null)))
        {
            for (var i = close + 2; i < sentence.End && i < close + 20 && !_work.Tokens[i].Quoted; i++)
            {
                if (_work.Tokens[i].Mark == ',')
                {
                    close = i;
                    break;
                }
            }
        }

        var left = cue;
        while (left > sentence.First && (_work.Tokens[left - 1].Mark == ',' || _work.IsForm(left - 1, "begitu") || _work.IsForm(left - 1, "demikian")))
        {
            left--;
        }

        // "Menurut Rini jembatan itu sudah retak": no comma between the source and a clause of its own.
        if (_work.Is(cue, WordClass.CueAccording) && left == cue && Count(sentence.First, cue) <= 2 && after < close && !_work.Tokens[after].Is(WordClass.Function & ~WordClass.Auxiliary)
            && _work.Tokens[after].Kind == TokenKind.Word && HasPredicate(after, close) && (!comma || Count(close, sentence.End) < Count(after, close)))
        {
            return Content(after, ClauseEnd(after, sentence.End, WordClass.None), cue, cue + 1, known, 0.8);
        }

        var leftWords = Count(sentence.First, left);
        var rightFirst = comma ? close + 1 : after;
        var rightWords = comma ? Count(rightFirst, sentence.End) : 0;
        var cueEnd = cue + 1;
        if (rightWords >= 3 && (rightWords > leftWords || _work.Is(sentence.First, WordClass.Preposition)))
        {
            return Content(rightFirst, CreditEnd(rightFirst, sentence.End), cue, cueEnd, known, 0.9);
        }

        if (leftWords >= 3 && !Overlaps(sentence.First, left))
        {
            return Content(sentence.First, left, cue, cueEnd, known, 0.88);
        }

        return false;
    }

    private int CreditEnd(int first, int end)
    {
        for (var i = first + 1; i + 1 < end; i++)
        {
            if (_work.Tokens[i].Mark == ',' && !_work.Tokens[i].Quoted && IsCredit(i + 1))
            {
                return i;
            }
        }

        return end;
    }

    private bool Overlaps(int first, int end)
    {
        // A stretch too long to look through is no clause either.
        if (end - first > MaxScan)
        {
            return true;
        }

        for (var i = first; i < end; i++)
        {
            if (_taken[i])
            {
                return true;
            }
        }

        return false;
    }

    private int Count(int first, int end) => end <= first ? 0 : _wordsBefore[end] - _wordsBefore[first];

    private bool Passive(Sentence sentence, int cue)
    {
        // "Hal itu disampaikan X": the sentence before is what X said.
        if (cue - sentence.First <= 4 && (_work.IsForm(sentence.First, "hal") || _work.IsForm(sentence.First, "demikian")))
        {
            var at = SkipAdverbs(cue + 1, sentence.End);
            // "disampaikan dalam keterangan pers dari X": whoever the paper is from.
            if (_work.IsForm(at, "dalam") || _work.IsForm(at, "melalui") || _work.IsForm(at, "lewat"))
            {
                for (var i = at; i < sentence.End && i < at + 8; i++)
                {
                    if (_work.IsForm(i, "dari") || _work.IsForm(i, "oleh"))
                    {
                        at = i + 1;
                        break;
                    }
                }
            }

            return _reader.Read(at, sentence.End) is { } source && Previous(cue, cue + 1, source);
        }

        if (_reader.Read(cue + 1, sentence.End) is not { } speaker)
        {
            return false;
        }

        // "dideskripsikan oleh X sebagai ..."
        if (speaker.After < sentence.End && _work.IsForm(speaker.After, "sebagai") && _work.IsForm(cue + 1, "oleh"))
        {
            return Content(speaker.After + 1, sentence.End, cue, cue + 1, speaker, 0.8);
        }

        if (cue == sentence.First || _work.Tokens[cue - 1].Mark == ',')
        {
            return Parenthetical(sentence, cue, speaker.After, speaker);
        }

        return false;
    }

    private bool Previous(int cue, int cueEnd, Speaker source)
    {
        if (_sentence == 0)
        {
            return false;
        }

        var previous = _work.Sentences[_sentence - 1];
        if (previous.Headline || _taken[previous.First] || _drafts.Exists(d => d.Sentence == _sentence - 1))
        {
            return false;
        }

        _contentSentence = _sentence - 1;
        var added = Content(previous.First, previous.End, cue, cueEnd, source, 0.8);
        _contentSentence = null;
        return added;
    }

    // "mengatakan juga", "berharap pula": belongs to the cue; other adverbs ("segera", "memang") open the content.
    private int SkipFocus(int i, int end)
    {
        while (i < end && (_work.IsForm(i, "juga") || _work.IsForm(i, "pula") || _work.IsForm(i, "pun") || _work.IsForm(i, "lagi") || _work.IsForm(i, "kembali")))
        {
            i++;
        }

        return i;
    }

    private int SkipAdverbs(int i, int end)
    {
        while (i < end && _work.Tokens[i].Is(WordClass.Adverb))
        {
            i++;
        }

        return i;
    }

    // Whoever the sentence speaks of; at its very start without a subject the speaker goes on ("Tetapi mengakui ...").
    private Speaker? Subject(Sentence sentence)
    {
        if (_subject is not null)
        {
            return _subject;
        }

        var first = sentence.First;
        while (first < sentence.End && _work.Tokens[first].Is(WordClass.Conjunction | WordClass.Adverb))
        {
            first++;
        }

        if (first < sentence.End && _work.Tokens[first].Is(WordClass.CueVerb) && _discourse.Speaker is { } last)
        {
            return new Speaker(last, first, first + 1, first + 1, null, 0.7);
        }

        return _reader.Main(sentence.First, sentence.End);
    }

    private bool Negated(int first, int cue)
    {
        for (var i = cue - 1; i >= first && i >= cue - 4 && _work.Tokens[i].Is(WordClass.Adverb | WordClass.Auxiliary); i--)
        {
            if (_work.Tokens[i].Is(WordClass.Negation | WordClass.Future))
            {
                return true;
            }
        }

        return false;
    }

    private void Verb(Sentence sentence, int cue)
    {
        ref readonly var token = ref _work.Tokens[cue];
        if (cue > sentence.First && _work.Tokens[cue - 1].Is(WordClass.Preposition) && !_work.IsForm(cue - 1, "dengan"))
        {
            return;
        }

        if (Negated(sentence.First, cue) || (cue > sentence.First && (_work.IsForm(cue - 1, "menolak") || _work.IsForm(cue - 1, "batal") || _work.IsForm(cue - 1, "urung"))))
        {
            return;
        }

        // What follows: [adverbs] [addressee, place, time] [bahwa | , | :] content
        var first = SkipFocus(cue + 1, sentence.End);
        var opened = false;
        var bahwa = -1;
        for (var i = first; i < sentence.End && i < first + 30; i++)
        {
            if (_work.Tokens[i].Quoted || (i > first && _work.Tokens[i].Is(WordClass.CueVerb)))
            {
                break;
            }

            if (_work.Tokens[i].Is(WordClass.Bahwa))
            {
                bahwa = i;
                break;
            }
        }

        if (bahwa >= 0 && (bahwa == first || IsAddressee(first, bahwa)))
        {
            first = bahwa + 1;
            opened = true;
        }
        else if (first < sentence.End && _work.Tokens[first].Mark is ',' or ':')
        {
            first++;
            opened = true;
        }
        else if (first < sentence.End && IsSetting(first) && !token.Is(WordClass.CueAsk))
        {
            // "mengatakan kepada wartawan, ..." / "mengatakan pada Rabu, ..."
            var comma = first;
            while (comma < sentence.End && _work.Tokens[comma].Mark != ',' && comma - first < 14)
            {
                comma++;
            }

            if (comma < sentence.End && _work.Tokens[comma].Mark == ',')
            {
                first = comma + 1;
                opened = true;
            }
        }

        // "mengaku kepada penyidik KPK tidak diberi surat": the addressee stands before the content without a comma.
        if (!opened && _work.IsForm(first, "kepada") && !token.Is(WordClass.CueAsk))
        {
            var behind = _reader.Read(first + 1, sentence.End) is { } addressee ? addressee.After : first + 2;
            if (behind < sentence.End && (_work.Is(behind, WordClass.Auxiliary) || HasPredicate(behind, sentence.End)))
            {
                first = behind;
                opened = true;
            }
        }

        if (!opened && _work.Is(first, WordClass.BareObject))
        {
            return;
        }

        if (!opened && _work.Is(first, WordClass.Opener) && !token.Is(WordClass.CueAsk | WordClass.CueThink))
        {
            opened = true;
        }

        if (token.Is(WordClass.NeedsThat) && !opened && !_work.IsForm(first, "agar") && !_work.IsForm(first, "supaya"))
        {
            return;
        }

        if (_work.IsForm(first, "agar") || _work.IsForm(first, "supaya") || token.Is(WordClass.CueAsk))
        {
            while (first < sentence.End && (_work.IsForm(first, "agar") || _work.IsForm(first, "supaya") || _work.IsForm(first, "untuk")))
            {
                first++;
                opened = true;
            }
        }

        first = SkipNoun(sentence, first, ref opened);
        if (first >= sentence.End || Count(first, sentence.End) < 2)
        {
            return;
        }

        var quoted = _work.Tokens[first].Quoted || _work.Tokens[first].Kind is TokenKind.Quote or TokenKind.SingleQuote;
        if (!opened && !quoted && !Acceptable(token.Class, first, sentence.End))
        {
            return;
        }

        var speaker = _reader.Before(sentence.First, cue, Subject(sentence));
        if (speaker is null)
        {
            return;
        }

        if (speaker.Value.Entity.Type != ActorType.Document && _work.IsForm(cue, "menunjukkan"))
        {
            return;
        }

        Content(first, ClauseEnd(first, sentence.End, token.Class), cue, cue + 1, speaker.Value, opened ? 0.92 : 0.82);
    }

    // "menyatakan kesiapannya untuk ...", "mengutarakan harapan agar ...": the noun belongs to the cue; "menegaskan dukungannya terhadap ..." is no content.
    private int SkipNoun(Sentence sentence, int first, ref bool opened)
    {
        if (opened || first + 1 >= sentence.End || !_work.Tokens[first].Is(WordClass.Attitude))
        {
            return first;
        }

        var next = first + 1;
        while (next < sentence.End && (_work.Tokens[next].Is(WordClass.Pronoun | WordClass.Adverb) || _work.FoundOf[next] >= 0) && next < first + 4)
        {
            next++;
        }

        if (_work.IsForm(next, "untuk") || _work.IsForm(next, "agar") || _work.IsForm(next, "supaya") || _work.Is(next, WordClass.Bahwa))
        {
            opened = true;
            return next + 1;
        }

        for (var i = next; i < sentence.End && i < next + MaxScan; i++)
        {
            if (_work.Tokens[i].Quoted)
            {
                opened = true;
                return first;
            }
        }

        return sentence.End;
    }

    // Without bahwa, comma or quotation a claim verb needs a clause behind it, a verb of saying only words.
    private bool Acceptable(WordClass cue, int first, int end)
    {
        if ((cue & WordClass.Promise) != 0)
        {
            return true;
        }

        if ((cue & WordClass.Nominal) != 0 && Count(first, end) >= 3 && !_work.Tokens[first].Is(WordClass.Preposition))
        {
            return true;
        }

        if ((cue & WordClass.CueAsk) != 0)
        {
            for (var i = first; i < end && i < first + 14; i++)
            {
                if (_work.IsForm(i, "agar") || _work.IsForm(i, "supaya") || _work.IsForm(i, "untuk"))
                {
                    return true;
                }
            }
        }

        if ((cue & WordClass.CueSay) != 0)
        {
            return HasPredicate(first, end) || !_work.Tokens[first].Is(WordClass.Preposition) || _work.IsForm(first, "di") || _work.IsForm(first, "untuk");
        }

        if ((cue & WordClass.CueDescribe) != 0)
        {
            for (var i = first; i < end && i < first + 12; i++)
            {
                if (_work.IsForm(i, "sebagai") || _work.IsForm(i, "seperti") || _work.IsForm(i, "ibarat") || (_work.IsForm(i, "dengan") && i < first + 4))
                {
                    return true;
                }
            }
        }

        return HasPredicate(first, end);
    }

    private bool HasPredicate(int first, int end)
    {
        // Each relative clause has a verb of its own that does not count.
        var relative = 0;
        for (var i = first; i < end && i < first + 28; i++)
        {
            ref readonly var token = ref _work.Tokens[i];
            if (token.Mark is ',' or ';' || token.Is(WordClass.Subordinator) || _work.IsForm(i, "untuk") || _work.IsForm(i, "dengan") || _work.IsForm(i, "terhadap") || _work.IsForm(i, "tentang"))
            {
                return false;
            }

            if (token.Is(WordClass.Yang))
            {
                relative++;
                continue;
            }

            // "langkah itu keliru": an adjective behind a closed noun phrase.
            if (relative == 0 && token.Is(WordClass.Determiner) && i + 1 < end && _work.Tokens[i + 1].Kind == TokenKind.Word && !_work.Tokens[i + 1].Is(WordClass.Function | WordClass.CueAny))
            {
                return true;
            }

            var predicate = !token.Capital && (token.Is(WordClass.Auxiliary | WordClass.Degree) || Words.LooksVerb(_work.Form(i)));
            if (!predicate)
            {
                continue;
            }

            if (relative == 0)
            {
                return true;
            }

            // The predicate of the relative clause: "akan memimpin", "tidak bisa dipakai", or one verb.
            relative--;
            if (token.Is(WordClass.Auxiliary | WordClass.Degree))
            {
                while (i + 1 < end && _work.Tokens[i + 1].Is(WordClass.Auxiliary | WordClass.Adverb | WordClass.Degree))
                {
                    i++;
                }

                i++;
            }
        }

        return false;
    }

    // An indirect clause ends where a new clause with a speaker of its own begins.
    private int ClauseEnd(int first, int end, WordClass cue)
    {
        for (var i = first + 1; i < end; i++)
        {
            if (_work.Tokens[i].Mark != ',' || _work.Tokens[i].Quoted || i + 2 >= end)
            {
                continue;
            }

            if (IsCredit(i + 1))
            {
                return i;
            }

            // What the reporter sets against the statement: ", sementara ...", ", kendati ..."; behind a label also ", yang ...".
            if (_work.IsForm(i + 1, "sementara") || _work.IsForm(i + 1, "sedangkan") || _work.IsForm(i + 1, "kendati")
                || (_work.Is(i + 1, WordClass.Yang) && (cue & (WordClass.CueDescribe | WordClass.CueAsk)) != 0))
            {
                return i;
            }

            if (!_work.Tokens[i + 1].Is(WordClass.Subordinator | WordClass.Conjunction))
            {
                continue;
            }

            var verb = i + 2;
            while (verb < end && _work.Tokens[verb].Is(WordClass.Adverb | WordClass.Auxiliary))
            {
                verb++;
            }

            if (_work.Is(verb, WordClass.Position) || (_work.Is(verb, WordClass.CueVerb) && !_work.Is(verb, WordClass.CueThink)))
            {
                return i;
            }

            for (var k = i + 2; k < end && k < i + 14; k++)
            {
                if (_work.Tokens[k].Mark == ',' || _work.Tokens[k].Quoted || _work.Tokens[k].Is(WordClass.Bahwa | WordClass.Yang))
                {
                    break;
                }

                if (_work.Tokens[k].Is(WordClass.CueVerb) && !_work.Tokens[k].Is(WordClass.CueThink))
                {
                    return i;
                }
            }
        }

        return end;
    }

    // ", demikian dikutip dari ...", ", seperti dilansir ...": the way the news came is no content.
    private bool IsCredit(int i) =>
        _work.IsForm(i, "dikutip") || _work.IsForm(i, "dilansir") || _work.IsForm(i, "lapor") || _work.IsForm(i, "melansir") || _work.IsForm(i, "mengutip")
        || ((_work.IsForm(i, "seperti") || _work.IsForm(i, "demikian") || _work.IsForm(i, "sebagaimana") || _work.IsForm(i, "yang"))
            && (_work.IsForm(i + 1, "dikutip") || _work.IsForm(i + 1, "dilansir") || _work.IsForm(i + 1, "dilaporkan") || _work.IsForm(i + 1, "sebagaimana") || _work.IsForm(i + 1, "diberitakan") || _work.IsForm(i + 1, "dikabarkan") || _work.IsForm(i + 1, "seperti")));

    private bool Content(int first, int end, int cue, int cueEnd, Speaker speaker, double certainty)
    {
        var tokens = _work.Tokens;
        while (first < end && (tokens[first].Mark is ',' or ':' or '-' or '–' || (tokens[first].Kind == TokenKind.Punctuation && tokens[first].Mark is not ('(' or '[' or '$' or '@' or '#'))))
        {
            first++;
        }

        while (end > first && !tokens[end - 1].Quoted && tokens[end - 1].Kind == TokenKind.Punctuation && tokens[end - 1].Mark is not (')' or ']' or '%'))
        {
            end--;
        }

        if (Count(first, end) < 2)
        {
            return false;
        }

        var quotes = 0;
        var plain = 0;
        for (var i = first; i < end; i++)
        {
            if (tokens[i].Kind is TokenKind.Quote or TokenKind.SingleQuote)
            {
                continue;
            }

            if (tokens[i].Quoted)
            {
                quotes++;
            }
            else if (tokens[i].Kind is TokenKind.Word or TokenKind.Number)
            {
                plain++;
            }
        }

        var kind = quotes == 0 ? StatementKind.Indirect : plain == 0 ? StatementKind.Direct : StatementKind.Mixed;
        if (kind == StatementKind.Direct)
        {
            first = tokens[first].Quoted ? first : first + 1;
            end = tokens[end - 1].Quoted ? end : end - 1;
            if (first >= end)
            {
                return false;
            }
        }

        for (var i = first; i < end; i++)
        {
            _taken[i] = true;
        }

        Add(tokens[first].Start, tokens[end - 1].End, kind, cue, cueEnd, speaker, certainty);
        return true;
    }
}
