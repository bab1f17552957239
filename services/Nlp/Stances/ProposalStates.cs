using System.Collections.Frozen;
using System.Globalization;
using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Stances;

/// <summary>A word or phrase that tells a state of a proposal.</summary>
internal sealed record StateCue(string Phrase, string[] Words, ProposalState State, WordForm Forms, bool Exact, double Share);

/// <summary>
/// Reads what sentences say has become of an issue's proposal: from the words of the table, and from the tense of the proposition's own verb ("akan membuka kantor", "telah membuka kantor").
/// Immutable and thread-safe.
/// </summary>
internal sealed class ProposalStates
{
    private const string Table = "id/proposal-states.tsv";

    /// <summary>Relevance from which a sentence that points back ("rencana tersebut") is about what was spoken of before.</summary>
    private const double PointsBackRelevance = 0.6;

    /// <summary>What an issue has to reach of the most relevant one of the clause, or of the sentence where that points back.</summary>
    private const double ShareOfBest = 0.85;

    /// <summary>How far the clause of a cue must be about an issue that its sentence names.</summary>
    private const double ClauseRelevance = 0.6;

    private const double OwnCertainty = 0.85;
    private const double PointsBackCertainty = 0.65;

    /// <summary>What a state weighs that is put as a possibility.</summary>
    private const double HedgedShare = 0.7;

    /// <summary>Adverbs between "akan" or "telah" and the verb.</summary>
    private const int TenseReach = 3;

    /// <summary>Words behind such a verb that may name its object.</summary>
    private const int ObjectReach = 3;

    /// <summary>Words between a cue and one of the issue's.</summary>
    private const int Reach = 8;

    private const double MinConfidence = 0.3;

    private readonly FrozenDictionary<string, StateCue[]>.AlternateLookup<ReadOnlySpan<char>> _byForm;
    private readonly FrozenDictionary<string, StateCue[]>.AlternateLookup<ReadOnlySpan<char>> _byKey;

    private ProposalStates(List<StateCue> cues)
    {
        _byForm = Index(cues.Where(cue => cue.Exact));
        _byKey = Index(cues.Where(cue => !cue.Exact));

        // The longest phrase first, so that "tidak berencana" is seen before "berencana".
        static FrozenDictionary<string, StateCue[]>.AlternateLookup<ReadOnlySpan<char>> Index(IEnumerable<StateCue> cues) =>
            cues.GroupBy(cue => cue.Words[0], StringComparer.Ordinal)
                .ToFrozenDictionary(group => group.Key, group => group.OrderByDescending(cue => cue.Words.Length).ToArray(), StringComparer.Ordinal)
                .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Reads the table built into the assembly.</summary>
    /// <exception cref="InvalidOperationException">A line is bad; the message names table and line.</exception>
    public static ProposalStates Load() => new(Read(LexiconTable.Load(Table, 4)));

    /// <summary>Reads a table from text.</summary>
    /// <exception cref="InvalidOperationException">A line is bad; the message names table and line.</exception>
    public static ProposalStates Parse(string content) => new(Read(LexiconTable.Parse(Table, content, 4)));

    /// <summary>The states that an article tells, each once a sentence, in the order of the text.</summary>
    public IReadOnlyList<IssueState> Read(Passages passages)
    {
        if (passages.Active.Length == 0)
        {
            return [];
        }

        var states = new List<IssueState>();
        var found = new List<Found>();
        for (var sentence = 0; sentence < passages.Article.Sentences.Count; sentence++)
        {
            if (!IsAboutAny(passages, sentence))
            {
                continue;
            }

            var (from, to) = passages.TokensOf(passages.Article.Sentences[sentence]);
            found.Clear();
            Find(passages, from, to, found);
            foreach (var issue in passages.Active)
            {
                Add(passages, sentence, issue, from, to, found, states);
            }
        }

        return states;
    }

    private static List<StateCue> Read(List<LexiconLine> lines)
    {
        var cues = new List<StateCue>();
        foreach (var line in lines)
        {
            if (!Enum.TryParse<ProposalState>(line.Fields[1], ignoreCase: true, out var state))
            {
                throw line.Fault($"unknown state {line.Fields[1]}");
            }

            var exact = line.Fields[2] == "exact";
            var forms = line.Fields[2] switch
            {
                "any" or "exact" => WordForm.Any,
                "verb" => WordForm.Verb,
                "noun" => WordForm.Noun | WordForm.Agent,
                "active" => WordForm.Bare | WordForm.Active | WordForm.Middle,
                "passive" => WordForm.Passive,
                _ => throw line.Fault($"unknown form {line.Fields[2]}"),
            };
            if (!double.TryParse(line.Fields[3], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) || share is <= 0 or > 1)
            {
                throw line.Fault("the share is a number above 0, up to 1");
            }

            foreach (var phrase in line.List(0))
            {
                var words = phrase.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                cues.Add(new StateCue(phrase, exact ? words : [.. words.Select(Stemmer.Key)], state, forms, exact, share));
            }
        }

        return cues;
    }

    private static bool IsAboutAny(Passages passages, int sentence)
    {
        foreach (var issue in passages.Active)
        {
            if (Certainty(passages, sentence, issue) > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How surely a sentence is about an issue's proposal; 0 when it is not. Which of several it is about, the clause decides.</summary>
    private static double Certainty(Passages passages, int sentence, int issue)
    {
        double best = 0, own = 0;
        foreach (var other in passages.Active)
        {
            best = Math.Max(best, passages.Relevance[sentence, other]);
            own = Math.Max(own, passages.Own[sentence, other]);
        }

        if (passages.Own[sentence, issue] >= Passages.Linked)
        {
            return OwnCertainty;
        }

        // A sentence with another issue's words does not point back to this one.
        return own < Passages.Linked && passages.PointsBack[sentence] && passages.Relevance[sentence, issue] >= Math.Max(PointsBackRelevance, ShareOfBest * best) ? PointsBackCertainty : 0;
    }

    private void Find(Passages passages, int from, int to, List<Found> found)
    {
        for (var t = from; t < to; t++)
        {
            if (Match(passages, t, to) is { } cue)
            {
                var state = IsWanted(passages, from, t, cue.State) ? null : Negated(passages, from, t, cue);
                if (state is not null)
                {
                    found.Add(new Found(state.Value, t, t + cue.Words.Length, cue.Share, cue.Phrase));
                }

                t += cue.Words.Length - 1;
            }
        }
    }

    private StateCue? Match(Passages passages, int t, int to)
    {
        var stream = passages.Stream;
        if (_byForm.TryGetValue(stream.Lower(t), out var exact))
        {
            foreach (var cue in exact)
            {
                if (t + cue.Words.Length <= to && Follows(stream, t, cue))
                {
                    return cue;
                }
            }
        }

        if (!stream.Tokens[t].Capital && _byKey.TryGetValue(stream.Key(t), out var keyed))
        {
            foreach (var cue in keyed)
            {
                // The bare word of a verb is mostly a noun here: "rencana", "usul"; those that are no nouns stand in the table as written.
                if (t + cue.Words.Length <= to && (stream.Tokens[t].Form & cue.Forms & ~WordForm.Bare) != 0 && IsBuiltLike(stream.Lower(t), cue.Phrase) && Follows(stream, t, cue))
                {
                    return cue;
                }
            }
        }

        return null;
    }

    /// <summary>"putuskan" stands for memutuskan, not for memutus.</summary>
    private static bool IsBuiltLike(ReadOnlySpan<char> word, string phrase) => !phrase.EndsWith("kan", StringComparison.Ordinal) || word.EndsWith("kan");

    private static bool Follows(TokenStream stream, int t, StateCue cue)
    {
        for (var w = 1; w < cue.Words.Length; w++)
        {
            if (!(cue.Exact ? stream.Lower(t + w) : stream.Key(t + w)).SequenceEqual(cue.Words[w]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Asked for, aimed at or only possible: "meminta agar ditunda", "mendesak X membatalkan", "untuk menetapkan", "bisa dibatalkan". Who meets to discuss something does discuss it.
    /// </summary>
    private static bool IsWanted(Passages passages, int from, int t, ProposalState state)
    {
        if (state == ProposalState.Denied)
        {
            return false;
        }

        var stream = passages.Stream;
        if (t > from && (stream.Lower(t - 1) is "bisa" or "dapat" or "boleh" or "harus" or "perlu" || (state != ProposalState.Discussed && stream.Lower(t - 1) is "untuk" or "guna" or "demi")))
        {
            return true;
        }

        for (var i = t - 1; i >= Math.Max(from, t - Reach) && !stream.Tokens[i + 1].AfterPause; i--)
        {
            if (stream.Lower(i) is "agar" or "supaya" || stream.Tokens[i] is { Frame.Kind: FrameKind.Demand, Form: WordForm.Active })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The state under a negation: what is not planned is denied, what is not agreed yet is discussed; a negated talk or stop says nothing. Null for nothing.</summary>
    private static ProposalState? Negated(Passages passages, int from, int t, StateCue cue)
    {
        var negator = -1;
        for (var i = t - 1; i >= Math.Max(from, t - 2) && negator < 0; i--)
        {
            negator = (passages.Stream.Tokens[i].Class & FunctionWord.Negator) != 0 ? i : -1;
            if (passages.Stream.Tokens[i + 1].AfterPause)
            {
                break;
            }
        }

        if (negator < 0)
        {
            return cue.State;
        }

        return cue.State switch
        {
            ProposalState.Proposed => ProposalState.Denied,
            ProposalState.Decided => passages.Stream.Lower(negator) is "belum" ? ProposalState.Discussed : ProposalState.Blocked,
            _ => null,
        };
    }

    private static void Add(Passages passages, int sentence, int issue, int from, int to, List<Found> found, List<IssueState> states)
    {
        // What a proposition says to be so was never proposed.
        var certainty = passages.Codebook.Issues[issue].Claim ? 0 : Certainty(passages, sentence, issue);
        if (certainty == 0)
        {
            return;
        }

        Span<double> best = stackalloc double[6];
        var at = new Found?[6];
        var named = passages.Own[sentence, issue] >= Passages.Linked;
        foreach (var cue in found)
        {
            if (!named || (IsNear(passages, from, to, cue, issue) && IsInClause(passages, from, to, cue, issue)))
            {
                // Of "X dibatalkan" as the matter itself the word says that it is done.
                var itself = cue.State is ProposalState.Withdrawn or ProposalState.Blocked && passages.WordAt(cue.From, issue) is not null;
                Keep(itself ? cue with { State = ProposalState.Decided } : cue, best, at);
            }
        }

        for (var t = from; t < to && named; t++)
        {
            if (Tense(passages, from, t, to, issue) is { } tense && IsInClause(passages, from, to, tense, issue))
            {
                Keep(tense, best, at);
            }
        }

        // A plan that is talked about, stopped or given up is still called one: the nouns and the tense of the plan add nothing beside it.
        if (Later(best) > best[(int)ProposalState.Proposed])
        {
            best[(int)ProposalState.Proposed] = 0;
        }

        for (var state = 0; state < best.Length; state++)
        {
            if (best[state] == 0)
            {
                continue;
            }

            var cue = at[state]!.Value;
            if (IsConditional(passages, from, cue.From))
            {
                continue;
            }

            var hedged = IsHedged(passages, from, cue.From);
            var confidence = Math.Round(certainty * cue.Share * (hedged ? HedgedShare : 1), 2);
            if (confidence >= MinConfidence)
            {
                states.Add(Make(passages, sentence, issue, cue, confidence, hedged));
            }
        }

        static void Keep(Found cue, Span<double> best, Found?[] at)
        {
            if (cue.Share > best[(int)cue.State])
            {
                best[(int)cue.State] = cue.Share;
                at[(int)cue.State] = cue;
            }
        }

        static double Later(Span<double> best)
        {
            var later = 0.0;
            for (var state = (int)ProposalState.Discussed; state < best.Length; state++)
            {
                later = Math.Max(later, best[state]);
            }

            return later;
        }
    }

    /// <summary>"akan" or "hendak" before a verb of the proposition plans it, "telah" or "resmi" has carried it out.</summary>
    private static Found? Tense(Passages passages, int from, int t, int to, int issue)
    {
        var stream = passages.Stream;
        var plans = stream.Lower(t) is "akan" or "bakal" or "hendak";
        if (!plans && stream.Lower(t) is not ("telah" or "sudah" or "resmi"))
        {
            return null;
        }

        if (t > 0 && (stream.Tokens[t - 1].Class & FunctionWord.Negator) != 0)
        {
            return null;
        }

        var v = t + 1;
        while (v < to && v <= t + TenseReach && stream.Tokens[v] is { AfterPause: false, Frame: null } && (stream.Tokens[v].Class & FunctionWord.Adverb) != 0)
        {
            v++;
        }

        if (v >= to || stream.Tokens[v] is { AfterPause: true } or { Capital: true } || (stream.Tokens[v].Form & (WordForm.Active | WordForm.Passive)) == 0)
        {
            return null;
        }

        // "akan membangun kantor penghubung" of a proposition that says "membuka": the object tells the matter. A verb that takes a position toward it plans nothing.
        var own = passages.WordAt(v, issue) is not null;
        if (IsWanted(passages, from, t, ProposalState.Decided))
        {
            return null;
        }

        if (!own && (!plans || stream.Tokens[v] is not { Form: WordForm.Active, Frame: { Kind: FrameKind.Act, Sign: > 0 } } || (stream.Tokens[v].Class & (FunctionWord.Stop | FunctionWord.Light)) != 0 || passages.RelevanceOf(v + 1, Math.Min(to, v + 1 + ObjectReach), issue) < Passages.Linked))
        {
            return null;
        }

        return new Found(plans ? ProposalState.Proposed : ProposalState.Decided, t, v + 1, own ? plans ? 0.8 : 0.7 : 0.6, $"{stream.Word(t)} {stream.Word(v)}");
    }

    /// <summary>A word of the issue stands near the cue and on the same side of the quotation marks: "..., kata X saat membahas hal lain" tells nothing of what X speaks of.</summary>
    private static bool IsNear(Passages passages, int from, int to, Found cue, int issue)
    {
        for (var t = Math.Max(from, cue.From - Reach); t < Math.Min(to, cue.To + Reach); t++)
        {
            if (passages.Statement[t] == passages.Statement[cue.From] && (t < cue.From || t >= cue.To) && passages.WordAt(t, issue) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The clause of the cue is about the issue, and no less than about another: "X tidak berencana ikut serta, meskipun dermaga dibahas" denies no plan of the dermaga.</summary>
    private static bool IsInClause(Passages passages, int from, int to, Found cue, int issue)
    {
        foreach (var (start, end) in StanceClassifier.Clauses(passages, from, to))
        {
            if (start <= cue.From && cue.From < end)
            {
                var own = passages.RelevanceOf(start, end, issue);
                return own >= ClauseRelevance && passages.Active.All(other => own >= ShareOfBest * passages.RelevanceOf(start, end, other));
            }
        }

        return false;
    }

    /// <summary>"jika rencana itu dibatalkan": nothing has happened yet.</summary>
    private static bool IsConditional(Passages passages, int from, int t)
    {
        for (var i = t - 1; i >= from && !passages.Stream.Tokens[i + 1].AfterPause; i--)
        {
            if ((passages.Stream.Tokens[i].Class & FunctionWord.Hedge) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsHedged(Passages passages, int from, int t)
    {
        for (var i = t - 1; i >= from && !passages.Stream.Tokens[i + 1].AfterPause; i--)
        {
            if (passages.Stream.Lower(i) is "mungkin" or "kemungkinan" or "nampaknya" or "tampaknya" or "diduga" or "konon" or "kabarnya" or "disebut" or "dikabarkan" or "bisa" or "dapat")
            {
                return true;
            }
        }

        return false;
    }

    private static IssueState Make(Passages passages, int sentence, int issue, Found cue, double confidence, bool hedged)
    {
        var statement = passages.Statement[cue.From];
        var span = new TextSpan(passages.Stream.Tokens[cue.From].Start, passages.Stream.Tokens[cue.To - 1].End);
        var name = cue.State.ToString().ToLowerInvariant();
        return new()
        {
            IssueId = passages.Codebook.Issues[issue].Issue.Id,
            State = cue.State,
            Evidence = passages.Article.Sentences[sentence].Slice(passages.Article.Text),
            Cue = span.Slice(passages.Article.Text),
            Date = (statement >= 0 ? passages.Article.Statements[statement].Date : null) ?? passages.Article.Published,
            Confidence = confidence,
            Why = $"{(passages.Own[sentence, issue] >= Passages.Linked ? "names the matter" : "points back to the matter")} · {cue.Phrase} > {name}{(hedged ? ", as a possibility" : "")}",
        };
    }

    /// <param name="State">The state.</param>
    /// <param name="From">First token.</param>
    /// <param name="To">One past the last token.</param>
    /// <param name="Share">How plainly it tells the state.</param>
    /// <param name="Phrase">For explanations.</param>
    private readonly record struct Found(ProposalState State, int From, int To, double Share, string Phrase);
}
