using System.Runtime.CompilerServices;
using Sikap.Nlp.Statements;

namespace Sikap.Nlp.Stances;

/// <summary>
/// Decides who is for, against or undecided on which issue of a codebook. Deterministic; built once, immutable and thread-safe.
/// What a codebook needs prepared is prepared once and kept as long as the codebook object lives.
/// </summary>
internal sealed class StanceClassifier
{
    /// <summary>Weight below which nothing is said; tuned on development articles.</summary>
    private const double Threshold = 0.45;

    /// <summary>Relevance below which a signal is taken to be about something else.</summary>
    private const double MinRelevance = 0.3;

    /// <summary>Relevance of sentence and statement below which no clause in them reaches <see cref="MinRelevance"/>; saves reading them.</summary>
    private const double Reachable = 0.4;

    /// <summary>What a position under "jika" weighs against one put plainly.</summary>
    private const double HypotheticalShare = 0.5;

    /// <summary>What a position weighs that unnamed people voice: mostly they inform.</summary>
    private const double UnnamedShare = 0.75;

    /// <summary>Relevance from which a clause is about an issue by its own words.</summary>
    private const double OwnRelevance = 0.65;

    /// <summary>Relevance of a clause that has a word or two of an issue, and what such a clause weighs in a passage on it.</summary>
    private const double SomeWords = 0.25;

    private const double SomeWordsShare = 0.35;

    /// <summary>Tokens a rule looks across; text without full stops must not make the work grow with the square of its length.</summary>
    private const int MaxReach = 120;

    /// <summary>Tokens between a cue and the content it governs.</summary>
    private const int CueReach = 4;

    private readonly StanceLexicon _lexicon;
    private readonly ConditionalWeakTable<Codebook, CompiledCodebook> _compiled = [];

    private readonly ProposalStates _states = ProposalStates.Load();

    private readonly ConfidenceTable _confidences;

    private StanceClassifier(StanceLexicon lexicon, ConfidenceTable confidences) => (_lexicon, _confidences) = (lexicon, confidences);

    /// <summary>Loads the tables.</summary>
    /// <exception cref="InvalidOperationException">A table has a bad line.</exception>
    public static StanceClassifier Create() => Create(ConfidenceTable.Load("id"));

    /// <summary>Loads the tables, with confidences of their own.</summary>
    /// <exception cref="InvalidOperationException">A table has a bad line.</exception>
    public static StanceClassifier Create(ConfidenceTable confidences) => new(StanceLexicon.Load(), confidences);

    /// <summary>Stances of the holders in <paramref name="article"/>, one per holder and issue, in the order of the evidence.</summary>
    public IReadOnlyList<Stance> Classify(ExtractedArticle article, Codebook codebook)
    {
        if (codebook.Issues.Count == 0 || article.Sentences.Count == 0)
        {
            return [];
        }

        using var passages = Place(article, codebook);
        return Weigh(passages).Decide(passages, codebook.Version, Threshold, _confidences);
    }

    /// <summary>Stances as <see cref="Classify"/> gives them, the states of the issues' proposals, and who is for or against whom, in one reading.</summary>
    public IssueReading Read(ExtractedArticle article, Codebook codebook)
    {
        if (article.Sentences.Count == 0)
        {
            return new([], []);
        }

        using var passages = Place(article, codebook);
        return new(Weigh(passages).Decide(passages, codebook.Version, Threshold, _confidences), _states.Read(passages)) { Relations = Relations.Read(passages) };
    }

    /// <summary>Everything that was weighed, one line per piece of evidence; for people who ask why a stance came out or did not.</summary>
    public IReadOnlyList<string> Explain(ExtractedArticle article, Codebook codebook)
    {
        using var passages = Place(article, codebook);
        return [.. Weigh(passages).Explain(passages)];
    }

    private Passages Place(ExtractedArticle article, Codebook codebook) =>
        Passages.Create(article, _compiled.GetValue(codebook, c => CompiledCodebook.Compile(c, _lexicon)), _lexicon);

    private static Ledger Weigh(Passages passages)
    {
        var ledger = new Ledger(passages.Article);
        ReadStatements(passages, ledger);
        ReadNarrative(passages, ledger);
        ledger.Settle(passages, Threshold);
        return ledger;
    }

    private static void ReadStatements(Passages passages, Ledger ledger)
    {
        for (var s = 0; s < passages.Article.Statements.Count; s++)
        {
            var statement = passages.Article.Statements[s];
            if (statement.Speaker is not { } speaker || (speaker.Type == ActorType.Document && !Holders.TryIssuer(passages, statement, ref speaker)))
            {
                continue;
            }

            var (from, to) = passages.TokensOf(statement.Content.Span);
            if (from == to)
            {
                continue;
            }

            var cueAt = statement.Cue is { } c ? CueToken(passages, c.Span) : -1;
            foreach (var holder in Holders.Speakers(passages, statement, speaker))
            {
                foreach (var issue in passages.Active)
                {
                    ReadContent(passages, ledger, s, holder, from, to, issue, cueAt);
                }
            }

            foreach (var inner in statement.Inner)
            {
                var (innerFrom, innerTo) = passages.TokensOf(inner.Content.Span);
                if (innerFrom < innerTo && inner.Speaker.Type is ActorType.Person)
                {
                    foreach (var issue in passages.Active)
                    {
                        ReadContent(passages, ledger, s, inner.Speaker, innerFrom, innerTo, issue, CueToken(passages, inner.Cue.Span));
                    }
                }
            }
        }
    }

    /// <summary>"meminta X menghentikan ...": the content is asked for, not told.</summary>
    internal static bool IsAsked(Passages passages, int statement) =>
        passages.Article.Statements[statement].Cue is { } cue && CueToken(passages, cue.Span) is >= 0 and var t && passages.Stream.Tokens[t].Frame is { Kind: FrameKind.Demand };

    /// <summary>The token of a cue that starts a frame; -1 when none does.</summary>
    private static int CueToken(Passages passages, TextSpan cue)
    {
        var (from, to) = passages.TokensOf(cue);
        for (var t = from; t < to; t++)
        {
            if (passages.Stream.Tokens[t].Frame is not null)
            {
                return t;
            }
        }

        return -1;
    }

    private static void ReadContent(Passages passages, Ledger ledger, int statement, Actor speaker, int from, int to, int issue, int cueAt)
    {
        var cue = cueAt >= 0 ? passages.Stream.Tokens[cueAt].Frame : null;
        var whole = passages.RelevanceOf(from, to, issue);
        var known = Acknowledged(passages, from, to, cue);
        if (known >= 0 && whole >= 0.5 && passages.Sentence[from] >= 0 && !passages.Codebook.Issues[issue].Claim)
        {
            // "mengakui rencana ...", "mengaku mengetahui rencana ...": that there is one, no more.
            ledger.Add(speaker, issue, 0, 0.9 * Saturate(whole), passages.Sentence[from], statement, Signal.None, $"statement of {speaker.Name} · acknowledges {passages.Stream.Word(known)}");
            return;
        }

        bool found = false, blame = false, blamed = cue is { Kind: FrameKind.Warn or FrameKind.Stand, Sign: < 0 }, conditional = false, faulted = false, faults = false, others = false;
        foreach (var (start, end) in Clauses(passages, from, to))
        {
            var sentence = passages.Sentence[start];
            if (sentence < 0)
            {
                continue;
            }

            if (whole < Reachable && passages.Relevance[sentence, issue] < Reachable)
            {
                continue;
            }

            // "menuduh X melakukan ...", "menolak jika ...": the cue itself takes the position and governs what follows it.
            var governedByCue = start == from && cue is { Kind: FrameKind.Stand or FrameKind.Warn } && cueAt < from && from - cueAt <= CueReach;
            var signal = Signals.Read(passages, governedByCue ? cueAt : start, end, issue);
            if (conditional && passages.Stream.Lower(start) is "dan" or "serta")
            {
                // "jika A datang dan B menolak": the condition covers both.
                signal = signal with { Conditional = true };
            }

            found |= signal.Conveyed;
            others = IsOthersDoing(passages, start, end, speaker) || (others && ContinuesSubject(passages, start));
            conditional = signal.Conditional;
            (faulted, faults) = (faults, IsBlame(passages, start, end, judged: true));
            (blame, blamed) = (blamed, IsBlame(passages, start, end, judged: false) || (blamed && start == from));
            if (!signal.Governed && !signal.Own && IsTime(passages, start))
            {
                // "sejak konflik dimulai": says when.
                continue;
            }

            if (signal.Event && signal.Sign < 0)
            {
                // "150 orang ditangkap": told by somebody, wanted by nobody.
                found = true;
                continue;
            }

            if (signal.Strength == 0 || ((signal.Governed || signal.Own) && IsRelative(passages, start)))
            {
                    continue;
            }

            var relevance = Relevance(passages, start, end, whole, sentence, issue, signal, spoken: true);
            if (relevance < MinRelevance)
            {
                continue;
            }

            if (Sides(passages, start, end, speaker) is var (verb, target) && target is not null)
            {
                // "kami mendukung upaya X": the speaker takes X's side, whatever that is.
                ledger.Align(speaker, target, verb, sentence, statement, $"{speaker.Name} {(verb > 0 ? "backs" : "turns down")} {target.Name}");
                if (passages.RelevanceOf(start, end, issue) < OwnRelevance)
                {
                    continue;
                }
            }

            found = true;
            var sign = cue is { Kind: FrameKind.Deny } ? -signal.Sign : signal.Sign;
            if (passages.Codebook.Issues[issue] is { Claim: true, Blames: true } claim && sign > 0 && !signal.Own && claim.IsAddressee(speaker))
            {
                // Whom the proposition accuses and who speaks against something speaks against the accusation.
                sign = -sign;
            }

            if (!governedByCue && (sign < 0 || speaker.Type == ActorType.Group) && others)
            {
                // "X mangkir", said by somebody else: it is X who stands against it, and the speaker seldom with X. Unnamed people only inform.
                found = true;
                continue;
            }

            if (!governedByCue && ((blame && (passages.Stream.Tokens[start].Class & FunctionWord.Cause) != 0) || (faulted && passages.Stream.Lower(start) is "dengan")))
            {
                // "salah karena tidak mengizinkan": what is blamed is that it was not done.
                sign = -sign;
            }

            var strength = cue is { Kind: FrameKind.Demand or FrameKind.Deny } ? Math.Max(0.8, signal.Strength) : signal.Strength;
            strength *= speaker.Type == ActorType.Group ? UnnamedShare : 1;
            strength *= signal.Conditional || IsFormer(passages, start, end) ? HypotheticalShare : 1;
            if (!governedByCue && Reported(passages, start, end, speaker) is { } other)
            {
                // "... karena partainya mendukung": the quoted speaker tells of somebody else's position, which ReadClause books.
                found = false;
                continue;
            }

            var denies = cue is { Kind: FrameKind.Deny } ? $"{passages.Stream.Word(cueAt)} (-), " : "";
            ledger.Add(speaker, issue, sign, strength * relevance, sentence, statement, signal, $"statement of {speaker.Name} · {denies}{signal.Why}");
        }

        if (found || passages.Sentence[from] < 0)
        {
            return;
        }

        if (cue is { Kind: FrameKind.Stand or FrameKind.Deny or FrameKind.Demand } && whole >= 0.5 && !passages.HasOpen(from, to))
        {
            var compiled = passages.Codebook.Issues[issue];
            var sign = cue.Kind == FrameKind.Demand ? 1 : cue.Sign * compiled.Sign;
            ledger.Add(speaker, issue, sign, Saturate(whole) * 0.8, passages.Sentence[from], statement, Signal.None, $"statement of {speaker.Name} · cue {cue.Phrase}");
        }
        else if (whole >= Passages.Linked && speaker.Type is not ActorType.Group)
        {
            // Whom the proposition accuses speaks in defence; everybody else mostly takes for granted what is not opposed.
            var accused = passages.Codebook.Issues[issue] is { Claim: true, Blames: true } claim && claim.IsAddressee(speaker);
            ledger.Add(speaker, issue, accused ? -1 : 1, 0.4 * Saturate(whole), passages.Sentence[from], statement, Signal.None with { Presumed = true }, $"statement of {speaker.Name} · speaks of the matter {(accused ? "that it is accused of" : "without opposing it")}");
        }
    }

    /// <summary>The noun for the matter that a statement only owns to ("mengakui rencana ...") or to know of ("mengetahui rencana ..."); -1 when it says more.</summary>
    private static int Acknowledged(Passages passages, int from, int to, Frame? cue)
    {
        var tokens = passages.Stream.Tokens;
        var t = from;
        while (t < to && (tokens[t].Class & (FunctionWord.Adverb | FunctionWord.Self)) != 0)
        {
            t++;
        }

        var aware = t < to && tokens[t].Frame is null && (tokens[t].Class & FunctionWord.Aware) != 0;
        t = aware ? t + 1 : from;
        return (aware || cue is { Phrase: "akui" }) && t < to && (tokens[t].Class & FunctionWord.Anaphor) != 0 ? t : -1;
    }

    /// <summary>The actor that the first verb of attitude of a clause has as its object, and the side taken; null when there is none or another actor takes it.</summary>
    private static (int Sign, Actor? Target) Sides(Passages passages, int start, int end, Actor speaker)
    {
        for (var t = start; t < end; t++)
        {
            ref var token = ref passages.Stream.Tokens[t];
            if (token is { Frame: { Kind: FrameKind.Stand, Sign: not 0 } frame, Form: WordForm.Active })
            {
                if (Holders.RightBefore(passages, t) is { } actor && actor.Name != speaker.Name)
                {
                    return (0, null);
                }

                var target = Holders.Object(passages, t + token.FrameSpan, end, frame.Sign < 0);
                return (WithNegator(passages, Math.Max(start, t - 3), t) < t ? -frame.Sign : frame.Sign, target?.Name == speaker.Name ? null : target);
            }

            if (token.Frame is { Kind: not FrameKind.Idiom } || IsRelative(passages, t))
            {
                return (0, null);
            }
        }

        return (0, null);
    }

    /// <summary>The actor right before a verb of position inside somebody else's statement; null when the speaker takes the position.</summary>
    private static Actor? Reported(Passages passages, int start, int end, Actor speaker)
    {
        for (var t = start; t < end; t++)
        {
            ref var token = ref passages.Stream.Tokens[t];
            if (token.Frame is null && (token.Class & FunctionWord.Negator) != 0 || token.Frame is { Kind: FrameKind.Judge })
            {
                return null;
            }

            if (token is { Frame.Kind: FrameKind.Stand or FrameKind.Deny, Form: WordForm.Active })
            {
                return Holders.RightBefore(passages, t) is { } actor && actor.Name != speaker.Name ? actor : null;
            }

            if (token.Frame is { Kind: FrameKind.Stand or FrameKind.Demand or FrameKind.Deny })
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The first predicate of the issue or act in [start, end) has another actor than the speaker right before it.</summary>
    private static bool IsOthersDoing(Passages passages, int start, int end, Actor speaker)
    {
        for (var t = start; t < end; t++)
        {
            ref var token = ref passages.Stream.Tokens[t];
            if ((token.Class & FunctionWord.Negator) != 0 || token.Frame is { Kind: FrameKind.Judge })
            {
                // The speaker's own denial or judgement comes first.
                return false;
            }

            if (token is { Form: WordForm.Active or WordForm.Middle or WordForm.Bare, Capital: false } && (token.Frame is { Kind: FrameKind.Act or FrameKind.Stand } || (token.Frame is null && CarriesPosition(passages, t))))
            {
                return Holders.RightBefore(passages, t) is { } actor && actor.Name != speaker.Name && actor.Name != speaker.Represents;
            }
        }

        return false;
    }

    /// <summary>Opens with a conjunction of time.</summary>
    private static bool IsTime(Passages passages, int start) => passages.Stream.Lower(start) is "sejak" or "ketika" or "saat" or "setelah" or "sebelum" or "sesudah" or "selama" or "hingga" or "sampai";

    /// <summary>A clause that opens with its verb, perhaps behind "dan", goes on with the subject of the clause before.</summary>
    private static bool ContinuesSubject(Passages passages, int start)
    {
        var t = start;
        var last = Math.Min(passages.Stream.Tokens.Length, start + CueReach);
        while (t < last && (passages.Stream.Lower(t) is "dan" or "serta" or "lalu" or "juga" || (passages.Stream.Tokens[t].Class & FunctionWord.Adverb) != 0))
        {
            t++;
        }

        return t < last && passages.Stream.Tokens[t] is { Form: WordForm.Active or WordForm.Middle, Capital: false } verb && (verb.Class & FunctionWord.Stop) == 0;
    }

    /// <summary>Ends in a word of blame, so that a reason that follows is what is blamed.</summary>
    private static bool IsBlame(Passages passages, int start, int end, bool judged)
    {
        for (var t = end - 1; t >= start; t--)
        {
            if (passages.Stream.Tokens[t].Frame is { Kind: FrameKind.Judge, Sign: < 0 } || (!judged && passages.Stream.Tokens[t].Frame is { Kind: FrameKind.Stand, Sign: < 0 }))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"apakah langkahnya ...": asked, not taken.</summary>
    private static bool IsQuestion(Passages passages, int start, int t)
    {
        for (var i = start; i < t; i++)
        {
            if (passages.Stream.Lower(i) is "apakah" or "akankah" or "mengapa" or "kenapa")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"jika X mendukung Y", "mungkin": not said to be so.</summary>
    internal static bool IsHypothetical(Passages passages, int start, int t)
    {
        for (var i = start; i < t; i++)
        {
            if ((passages.Stream.Tokens[i].Class & FunctionWord.Hedge) != 0 || passages.Stream.Lower(i) is "mungkin" or "kemungkinan" or "diduga" or "akan" or "bisa" or "dapat")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"agar X mendukung Y", "apakah", "harus": asked for or asked, not told.</summary>
    internal static bool IsWished(Passages passages, int start, int t)
    {
        for (var i = start; i < t; i++)
        {
            if (passages.Stream.Tokens[i].Frame is { Kind: FrameKind.Duty or FrameKind.Demand } || passages.Stream.Lower(i) is "agar" or "supaya" or "apakah" or "untuk" or "guna")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"awalnya menolak": a position that the text goes on to say was given up.</summary>
    internal static bool IsFormer(Passages passages, int start, int end)
    {
        for (var t = start; t < end; t++)
        {
            if (passages.Stream.Lower(t) is "awalnya" or "semula" or "tadinya" or "mulanya" or "dulunya" or "sempat")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// What a speaker tells of others is their position only where it is told as a fact: not what they are said to want or think, must, may or could do, and not what is denied.
    /// </summary>
    private static bool IsToldAsFact(Passages passages, int start, int t)
    {
        ref var verb = ref passages.Stream.Tokens[t];
        if (verb is { Form: WordForm.Bare, Frame.Kind: not FrameKind.Intent }
            || verb.Frame is { Kind: FrameKind.Appraise }
            || (verb.Form is WordForm.Active or WordForm.Middle && (verb.Frame is { Kind: FrameKind.Demand } || !Holders.AnyNamed(passages, start, t))))
        {
            return false;
        }

        for (var i = start; i < t; i++)
        {
            ref var token = ref passages.Stream.Tokens[i];
            if (token.Frame is { Kind: FrameKind.Duty } || (token.Class & (FunctionWord.Hedge | FunctionWord.Negator)) != 0 || passages.Stream.Lower(i) is "diduga" or "mungkin" or "kemungkinan" or "agar" or "supaya" or "untuk")
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Opens with "yang": describes somebody or something and says nothing by itself of what the speaker wants.</summary>
    private static bool IsRelative(Passages passages, int start) => passages.Stream.Lower(start) is "yang";

    /// <summary>How far a clause with a signal is about an issue: by its own words, else by those around it.</summary>
    private static double Relevance(Passages passages, int start, int end, double around, int sentence, int issue, Signal signal, bool spoken)
    {
        if (passages.Stream.Lower(start) is "dan" or "serta" && !HasOwnObject(passages, start, end, issue))
        {
            // "ditentang X dan didukung Y": the second verb shares what the first is about.
            start = Math.Max(start - MaxReach, passages.TokensOf(passages.Article.Sentences[sentence]).From);
        }

        var own = passages.RelevanceOf(start, end, issue);
        double best = own, topic = passages.Relevance[sentence, issue];
        foreach (var other in passages.Active)
        {
            best = Math.Max(best, passages.RelevanceOf(start, end, other));
            topic = Math.Max(topic, passages.Relevance[sentence, other]);
        }

        if (own >= OwnRelevance)
        {
            // A clause that speaks far more of another issue is about that one.
            return Saturate(own) * (own < 0.75 * best ? 0.6 * own / best : 1);
        }

        if (best < OwnRelevance && PointsBackWithin(passages, start, end, sentence) is var (earlier, before) && earlier < before)
        {
            // "X menganjurkan kerja sama, Y menolak upaya itu": the clause before says what "upaya itu" is.
            var named = passages.RelevanceOf(earlier, before, issue);
            foreach (var other in passages.Active)
            {
                best = Math.Max(best, passages.RelevanceOf(earlier, before, other));
            }

            if (best >= OwnRelevance)
            {
                return named < 0.75 * best ? 0 : 0.8 * Saturate(named);
            }
        }

        // Without words enough of its own a clause is about what is under discussion, and about that alone.
        if (best >= OwnRelevance || passages.Relevance[sentence, issue] < 0.85 * topic)
        {
            return 0;
        }

        var context = Math.Max(around, passages.Relevance[sentence, issue]);
        if (!spoken && !signal.NeedsObject && around >= Passages.Linked)
        {
            return 0.6 * Saturate(around);
        }

        if (signal.NeedsObject && own >= SomeWords && context >= Passages.Linked)
        {
            // A word or two of the matter in a passage that is about it.
            return SomeWordsShare * Saturate(context);
        }

        return passages.PointsBack[sentence] || ((spoken || signal.Sign == 0) && !signal.NeedsObject) ? (signal.Governed ? 0.6 : 0.5) * Saturate(context) : 0;
    }

    /// <summary>Names stand in the clause and no word of the issue: "dan membuka pintu bagi Y".</summary>
    private static bool HasOwnObject(Passages passages, int start, int end, int issue)
    {
        var named = false;
        for (var t = start + 1; t < end; t++)
        {
            if (passages.WordAt(t, issue) is not null)
            {
                return false;
            }

            named |= passages.Stream.Tokens[t].Capital && !passages.Stream.Tokens[t].AfterPause;
        }

        return named;
    }

    /// <summary>The tokens of the sentence before a clause that points back by a noun such as "upaya itu" or "..., usulan yang ..."; an empty stretch when it does not.</summary>
    private static (int From, int To) PointsBackWithin(Passages passages, int start, int end, int sentence)
    {
        var from = passages.TokensOf(passages.Article.Sentences[sentence]).From;
        from = Math.Max(from, start - MaxReach);
        for (var t = start; t + 1 < end && from < start; t++)
        {
            if ((passages.Stream.Tokens[t].Class & FunctionWord.Anaphor) != 0
                && ((passages.Stream.Tokens[t + 1].Class & FunctionWord.Demonstrative) != 0 || (t == start && passages.Stream.Lower(t + 1) is "yang")))
            {
                return (from, start);
            }
        }

        return (start, start);
    }

    private static double Saturate(double relevance) => Math.Min(1, relevance) + (0.15 * Math.Clamp(relevance - 1, 0, 2));

    private static void ReadNarrative(Passages passages, Ledger ledger)
    {
        for (var s = 0; s < passages.Article.Sentences.Count; s++)
        {
            var reachable = false;
            foreach (var issue in passages.Active)
            {
                reachable |= passages.Relevance[s, issue] >= Reachable;
            }

            if (!reachable)
            {
                continue;
            }

            var (from, to) = passages.TokensOf(passages.Article.Sentences[s]);
            foreach (var (start, end) in Clauses(passages, from, to))
            {
                ReadClause(passages, ledger, s, start, end, to);
            }
        }
    }

    /// <summary>Stands outside every statement, or in one whose source is a document and so has no position of its own.</summary>
    internal static bool IsNarrated(Passages passages, int token) =>
        passages.Statement[token] < 0 || passages.Article.Statements[passages.Statement[token]].Speaker is null or { Type: ActorType.Document };

    private static void ReadClause(Passages passages, Ledger ledger, int sentence, int start, int end, int sentenceEnd)
    {
        var active = false;
        var statement = IsNarrated(passages, start) ? -1 : passages.Statement[start];
        var teller = statement < 0 ? null : passages.Article.Statements[statement].Speaker;
        var asked = statement >= 0 && IsAsked(passages, statement);
        for (var t = start; t < end; t++)
        {
            ref var token = ref passages.Stream.Tokens[t];
            if (token.InsideFrame || !CarriesPosition(passages, t))
            {
                continue;
            }

            if (IsQuestion(passages, start, t) || (t + 1 < end && Signals.IsConveyed(passages, t + 1)))
            {
                continue;
            }

            var passive = token.Form == WordForm.Passive;
            if (passive && token.Frame is { } toward && toward.Phrase.Contains(" ke", StringComparison.Ordinal) && !Holders.HasAgent(passages, t, end))
            {
                // "dilaporkan ke polisi": to whom, not by whom.
                continue;
            }

            var intent = token.Frame is { Kind: FrameKind.Intent };
            if ((active && !passive && !intent) || (intent && !HasContent(passages, t, end)) || (!active && !passive && !IsPurpose(passages, t, start) && IsComplement(passages, t, start)))
            {
                continue;
            }

            var holders = !passive && IsPurpose(passages, t, start) ? Holders.MainSubject(passages, sentence, t) : Holders.Of(passages, sentence, t, end);
            if (teller is not null && (asked || !IsToldAsFact(passages, start, t)))
            {
                continue;
            }

            if (teller is not null)
            {
                // A speaker who tells what others did or said; what the speaker wants is read with the statement.
                holders.RemoveAll(h => h.Type == ActorType.Group || h.Name == teller.Name);
            }

            if (holders.Count == 0)
            {
                continue;
            }

            // "keputusan X membuka ...": what X decided is read once, with the noun.
            active |= !passive;
            ReadAlignment(passages, ledger, sentence, statement, t, end, holders);
            var (regionStart, regionEnd) = passive ? (WithNegator(passages, start, t), Math.Min(end, t + Math.Max(1, token.FrameSpan))) : (WithNegator(passages, start, t), end);
            foreach (var issue in passages.Active)
            {
                if (passages.Relevance[sentence, issue] < Reachable || !CarriesPosition(passages, t, issue))
                {
                    continue;
                }

                var signal = Signals.Read(passages, regionStart, regionEnd, issue);
                if (signal.Strength == 0)
                {
                    continue;
                }

                var relevance = passive
                    ? Relevance(passages, start, end, passages.Own[sentence, issue], sentence, issue, signal, spoken: false)
                    : Relevance(passages, t, end, passages.RelevanceOf(t, Math.Min(sentenceEnd, t + MaxReach), issue), sentence, issue, signal, spoken: false);
                if (relevance < MinRelevance)
                {
                    continue;
                }

                foreach (var holder in holders)
                {
                    var sign = OwnSign(passages, holder, issue, signal);
                    if (passages.Codebook.Issues[issue] is { Claim: true, Blames: true } claim && sign > 0 && claim.IsAddressee(holder))
                    {
                        // What one is accused of doing is no position of one's own.
                        continue;
                    }

                    ledger.Add(
                        holder,
                        issue,
                        sign,
                        0.9 * signal.Strength * (signal.Conditional || IsFormer(passages, start, end) ? HypotheticalShare : 1) * relevance,
                        sentence,
                        statement,
                        signal with { Reported = teller is not null },
                        $"{(teller is null ? "" : $"{teller.Name} tells · ")}{signal.Why} · {holder.Name} {passages.Stream.Word(t)}");
                }
            }
        }
    }

    /// <summary>
    /// "Rusia mendukung pernyataan Belarus", "X, yang didukung oleh Y": who backs an actor, or turns down what an actor wants, takes that actor's side or the other one
    /// on whatever is under discussion.
    /// </summary>
    private static void ReadAlignment(Passages passages, Ledger ledger, int sentence, int statement, int t, int end, List<Actor> holders)
    {
        ref var token = ref passages.Stream.Tokens[t];
        if (token.Frame is not { Kind: FrameKind.Stand, Sign: not 0 } frame || (token.Form & (WordForm.Active | WordForm.Passive)) == 0)
        {
            return;
        }

        var target = token.Form == WordForm.Passive ? Holders.Subject(passages, sentence, t) : Holders.Object(passages, t + token.FrameSpan, end, frame.Sign < 0);
        target ??= token.Form == WordForm.Active && frame.Sign < 0 && passages.Stream.Lower(t) is not "melawan" ? Holders.SourceBehind(passages, t + token.FrameSpan, sentence) : null;
        if (target is null)
        {
            return;
        }

        var sign = WithNegator(passages, Math.Max(0, t - 3), t) < t ? -frame.Sign : frame.Sign;
        foreach (var holder in holders)
        {
            ledger.Align(holder, target, sign, sentence, statement, $"{holder.Name} {passages.Stream.Word(t)} {target.Name}");
        }
    }

    /// <summary>After a noun of intent and its possessor comes what is intended: "keputusan X membuka ...", "rencana X untuk ...", not "rencana X itu".</summary>
    private static bool HasContent(Passages passages, int t, int end)
    {
        for (var i = t + 1; i < Math.Min(end, t + 8); i++)
        {
            ref var token = ref passages.Stream.Tokens[i];
            if (passages.Stream.Lower(i) is "untuk" or "agar" or "supaya" or "yang" or "atas" or "tentang" or "mengenai" or "soal" or "terkait" || (token.Form == WordForm.Active && !token.Capital))
            {
                return true;
            }

            if (!token.Capital && (token.Class & FunctionWord.Demonstrative) != 0)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>"untuk" or "guna" before a verb, perhaps with an adverb between: "untuk secara tegas menolak".</summary>
    private static bool IsPurpose(Passages passages, int t, int start)
    {
        var before = t - 1;
        while (before > start && (passages.Stream.Tokens[before].Class & FunctionWord.Adverb) != 0)
        {
            before--;
        }

        return before >= start && passages.Stream.Lower(before) is "untuk" or "guna" && passages.Stream.Tokens[t].Form == WordForm.Active;
    }

    /// <summary>"untuk meminta ...": belongs to a verb before it, whose subject is looked for there.</summary>
    private static bool IsComplement(Passages passages, int t, int start)
    {
        var before = t - 1;
        while (before > start && (passages.Stream.Tokens[before].Class & FunctionWord.Negator) != 0)
        {
            before--;
        }

        if (before < start)
        {
            return false;
        }

        ref var token = ref passages.Stream.Tokens[before];
        return passages.Stream.Lower(before) is "agar" or "supaya" or "kemungkinan" || token is { Form: WordForm.Passive, Frame: { Accuses: true } or { Kind: FrameKind.Appraise } } || (token.Class & FunctionWord.Preposition) != 0;
    }

    /// <summary>
    /// One of whom the proposition demands or to whom it lays something ("Israel harus ...", "X bersalah atas ...") and who refuses whatever is spoken of refuses the demand;
    /// for everybody else the sign depends on what the proposition is against.
    /// </summary>
    private static int OwnSign(Passages passages, Actor holder, int issue, Signal signal)
    {
        var compiled = passages.Codebook.Issues[issue];
        return compiled.Sign < 0 && signal.Sign > 0 && (signal.Refusal || compiled.Blames) && compiled.IsAddressee(holder) ? -signal.Sign : signal.Sign;
    }

    /// <summary>A cue right before the content of its statement, read together with it.</summary>
    private static bool GovernsStatement(Passages passages, int t)
    {
        if (!passages.Cue[t])
        {
            return false;
        }

        for (var i = t + 1; i < Math.Min(passages.Stream.Tokens.Length, t + CueReach + 1); i++)
        {
            if (passages.Statement[i] >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The negator shortly before token <paramref name="t"/>, else the token itself.</summary>
    internal static int WithNegator(Passages passages, int start, int t)
    {
        for (var i = t - 1; i >= Math.Max(start, t - 3); i--)
        {
            if ((passages.Stream.Tokens[i].Class & FunctionWord.Negator) != 0)
            {
                return i;
            }

            if ((passages.Stream.Tokens[i].Class & FunctionWord.Stop) == 0)
            {
                break;
            }
        }

        return t;
    }

    /// <summary>A word whose subject or agent holds a position: a governing frame, or a predicate of some issue.</summary>
    private static bool CarriesPosition(Passages passages, int t, int issue = -1)
    {
        ref var token = ref passages.Stream.Tokens[t];
        if (token.Frame is { } frame)
        {
            return frame.Kind switch
            {
                FrameKind.Judge or FrameKind.Evil or FrameKind.Lack or FrameKind.Duty or FrameKind.Idiom => false,
                FrameKind.Deny or FrameKind.Open => true,
                FrameKind.Stand => !GovernsStatement(passages, t),
                FrameKind.Act when token.Form == WordForm.Passive && frame.Sign > 0 => Holders.HasAgent(passages, t, passages.Stream.Tokens.Length),
                _ => !passages.Cue[t],
            };
        }

        if (passages.Cue[t] || (token.Form & (WordForm.Active | WordForm.Middle | WordForm.Passive)) == 0 || (token.Capital && !token.AfterPause))
        {
            return false;
        }

        foreach (var posting in token.Postings)
        {
            if ((issue < 0 || posting.Issue == issue) && passages.Codebook.Issues[posting.Issue].Words[posting.Word].Orientation != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Cuts tokens [from, to) into clauses: at pauses, at conjunctions and where a statement begins or ends.</summary>
    internal static List<(int From, int To)> Clauses(Passages passages, int from, int to)
    {
        var clauses = new List<(int, int)>();
        var start = from;
        for (var t = from + 1; t < to; t++)
        {
            ref var token = ref passages.Stream.Tokens[t];
            var breaks = token.AfterPause || (token.Class & (FunctionWord.Break | FunctionWord.Hedge)) != 0 || passages.Statement[t] != passages.Statement[t - 1];
            breaks |= passages.Stream.Lower(t) is "dengan" && t > start + 1 && IsManner(passages, t, to);
            breaks |= passages.Stream.Lower(t) is "dan" or "serta" && StartsPredicate(passages, t + 1, to) && HasPredicate(passages, start, t);
            if (breaks && !token.InsideFrame && t - start >= 2)
            {
                clauses.Add((start, t));
                start = t;
            }
        }

        if (start < to)
        {
            clauses.Add((start, to));
        }

        return clauses;
    }

    /// <summary>"dengan" and an active verb: tells how, is not what the verb before is about.</summary>
    private static bool IsManner(Passages passages, int t, int to)
    {
        for (var i = t + 1; i < Math.Min(to, t + 3); i++)
        {
            ref var token = ref passages.Stream.Tokens[i];
            if (token is { Form: WordForm.Active, Capital: false } && (token.Class & (FunctionWord.Stop | FunctionWord.Root | FunctionWord.Preposition)) == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A verb stands here, perhaps behind an auxiliary: "dan akan memburu ...".</summary>
    private static bool StartsPredicate(Passages passages, int t, int to)
    {
        var tokens = passages.Stream.Tokens;
        while (t < to && (tokens[t].Class & (FunctionWord.Adverb | FunctionWord.Negator)) != 0 && tokens[t].Frame is null)
        {
            t++;
        }

        return t < to && !tokens[t].Capital && (tokens[t].Form is WordForm.Active or WordForm.Passive) && (tokens[t].Class & (FunctionWord.Stop | FunctionWord.Root)) == 0;
    }

    private static bool HasPredicate(Passages passages, int from, int to)
    {
        for (var t = from; t < to; t++)
        {
            ref var token = ref passages.Stream.Tokens[t];
            if (!token.Capital && token.Form is WordForm.Active or WordForm.Passive && (token.Class & (FunctionWord.Stop | FunctionWord.Root)) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
