using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Sikap.Nlp.Stances;

/// <summary>
/// Decides who is for, against or undecided on which issue of a codebook. Deterministic; built once, immutable and thread-safe.
/// What a codebook needs prepared is prepared once and kept as long as the codebook object lives.
/// </summary>
internal sealed class StanceClassifier
{
    /// <summary>Weight below which nothing is said; tuned on development articles.</summary>
    private const double Threshold = 0.3;

    private readonly StanceLexicon _lexicon;
    private readonly ConditionalWeakTable<Codebook, CompiledCodebook> _compiled = [];

    private StanceClassifier(StanceLexicon lexicon) => _lexicon = lexicon;

    /// <summary>Loads the tables.</summary>
    /// <exception cref="InvalidOperationException">A table has a bad line.</exception>
    public static StanceClassifier Create() => new(StanceLexicon.Load());

    /// <summary>Stances of the holders in <paramref name="article"/>, one per holder and issue, in the order of the evidence.</summary>
    public IReadOnlyList<Stance> Classify(ExtractedArticle article, Codebook codebook)
    {
        if (codebook.Issues.Count == 0 || article.Sentences.Count == 0)
        {
            return [];
        }

        var compiled = _compiled.GetValue(codebook, c => CompiledCodebook.Compile(c, _lexicon));
        var reading = Reading.Create(article, compiled, _lexicon);
        var ledger = new Ledger();
        ReadStatements(reading, ledger);
        ReadNarrative(reading, ledger);
        return ledger.Decide(reading, codebook.Version, Threshold);
    }

    private static void ReadStatements(Reading reading, Ledger ledger)
    {
        for (var s = 0; s < reading.Article.Statements.Count; s++)
        {
            var statement = reading.Article.Statements[s];
            if (statement.Speaker is not { } speaker)
            {
                continue;
            }

            var (from, to) = reading.TokensOf(statement.Content.Span);
            var cue = statement.Cue is { } c ? CueFrame(reading, c.Span) : null;
            for (var issue = 0; issue < reading.Codebook.Issues.Length; issue++)
            {
                if (reading.Share[issue] == 0)
                {
                    continue;
                }

                ReadContent(reading, ledger, s, speaker, from, to, issue, cue);
            }
        }
    }

    private static Frame? CueFrame(Reading reading, TextSpan cue)
    {
        var (from, to) = reading.TokensOf(cue);
        for (var t = from; t < to; t++)
        {
            if (reading.Stream.Tokens[t].Frame is { } frame)
            {
                return frame;
            }
        }

        return null;
    }

    private static void ReadContent(Reading reading, Ledger ledger, int statement, Actor speaker, int from, int to, int issue, Frame? cue)
    {
        var whole = reading.RelevanceOf(from, to, issue);
        foreach (var (start, end) in Clauses(reading, from, to))
        {
            var sentence = reading.Sentence[start];
            if (sentence < 0)
            {
                continue;
            }

            var own = reading.RelevanceOf(start, end, issue);
            var relevance = Math.Max(own, 0.6 * Math.Max(whole, reading.Relevance[sentence, issue]));
            if (relevance < 0.4)
            {
                continue;
            }

            var signal = Signals.Read(reading, start, end, issue);
            var sign = signal.Sign;
            if (cue is { Kind: FrameKind.Deny })
            {
                sign = signal.Sign == 0 ? -reading.Codebook.Issues[issue].Sign : -signal.Sign;
            }

            if (signal.Open)
            {
                ledger.Add(speaker, issue, 0, signal.Strength * relevance, sentence, statement, signal, $"statement of {speaker.Name} · {signal.Why}");
            }
            else if (sign != 0)
            {
                ledger.Add(speaker, issue, sign, signal.Strength * relevance, sentence, statement, signal, $"statement of {speaker.Name} · {signal.Why}");
            }
        }

        var first = reading.Sentence[from];
        var about = first < 0 ? whole : Math.Max(whole, 0.6 * reading.Relevance[first, issue]);
        if (first >= 0 && about >= 0.6)
        {
            ledger.Add(speaker, issue, 1, 0.35 * about, first, statement, Signal.None, $"statement of {speaker.Name} · speaks of the matter without opposing it");
        }
    }

    private static void ReadNarrative(Reading reading, Ledger ledger)
    {
        var stream = reading.Stream;
        for (var s = 0; s < reading.Article.Sentences.Count; s++)
        {
            var (from, to) = reading.TokensOf(reading.Article.Sentences[s]);
            foreach (var (start, end) in Clauses(reading, from, to))
            {
                if (reading.Statement[start] >= 0)
                {
                    continue;
                }

                var verb = FindVerb(reading, start, end);
                if (verb < 0)
                {
                    continue;
                }

                var holders = Holders.Of(reading, s, verb, start, end);
                if (holders.Count == 0)
                {
                    continue;
                }

                for (var issue = 0; issue < reading.Codebook.Issues.Length; issue++)
                {
                    if (reading.Share[issue] == 0)
                    {
                        continue;
                    }

                    var own = reading.RelevanceOf(start, to, issue);
                    var relevance = Math.Max(own, 0.6 * reading.Relevance[s, issue]);
                    if (relevance < 0.5)
                    {
                        continue;
                    }

                    var signal = Signals.Read(reading, start, end, issue);
                    if (signal.Sign == 0 && !signal.Open)
                    {
                        continue;
                    }

                    foreach (var holder in holders)
                    {
                        ledger.Add(holder, issue, signal.Sign, 0.8 * signal.Strength * relevance, s, -1, signal, $"{signal.Why} · holder {holder.Name} of '{stream.Word(verb)}'");
                    }
                }
            }
        }
    }

    /// <summary>The first word of the clause that can carry a position; -1 when none.</summary>
    private static int FindVerb(Reading reading, int start, int end)
    {
        for (var t = start; t < end; t++)
        {
            ref var token = ref reading.Stream.Tokens[t];
            if (token.InsideFrame)
            {
                continue;
            }

            if (token.Frame is { Kind: not (FrameKind.Judge or FrameKind.Duty) })
            {
                return t;
            }

            if ((token.Form & (WordForm.Active | WordForm.Passive)) != 0 && token.Postings.Any(p => reading.Codebook.Issues[p.Issue].Words[p.Word].Orientation != 0))
            {
                return t;
            }
        }

        return -1;
    }

    /// <summary>Cuts tokens [from, to) into clauses: at pauses, at conjunctions and where a statement begins or ends.</summary>
    private static List<(int From, int To)> Clauses(Reading reading, int from, int to)
    {
        var clauses = new List<(int, int)>();
        var start = from;
        for (var t = from + 1; t < to; t++)
        {
            ref var token = ref reading.Stream.Tokens[t];
            var breaks = token.AfterPause || (token.Class & WordClass.Break) != 0 || reading.Statement[t] != reading.Statement[t - 1];
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

    /// <summary>What was found for each holder and issue.</summary>
    private sealed class Ledger
    {
        private readonly Dictionary<(string Holder, int Issue), Account> _accounts = [];

        public void Add(Actor holder, int issue, int sign, double weight, int sentence, int statement, Signal signal, string why)
        {
            ref var account = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_accounts, (holder.Name, issue), out _);
            account ??= new Account(holder);
            account.Add(new Item(sign, weight, sentence, statement, signal, why));
        }

        public IReadOnlyList<Stance> Decide(Reading reading, long version, double threshold)
        {
            var stances = new List<Stance>();
            foreach (var ((_, issue), account) in _accounts)
            {
                if (account.Decide(threshold) is not { } decision)
                {
                    continue;
                }

                var (label, best, confidence) = decision;
                var evidence = reading.Article.Sentences[best.Sentence].Slice(reading.Article.Text);
                var issueId = reading.Codebook.Issues[issue].Issue.Id;
                var statement = best.Statement >= 0 ? reading.Article.Statements[best.Statement] : null;
                stances.Add(new Stance
                {
                    Id = Identify(reading.Article.Id, evidence, account.Holder.Name, issueId, version),
                    Holder = account.Holder,
                    IssueId = issueId,
                    Label = label,
                    Modality = best.Signal.Denied ? StanceModality.Denied : best.Signal.Conditional ? StanceModality.Conditional : StanceModality.Asserted,
                    Evidence = evidence,
                    StatementId = statement?.Id,
                    Date = statement?.Date ?? reading.Article.Published,
                    Confidence = confidence,
                    Why = best.Why,
                });
            }

            return [.. stances.OrderBy(s => s.Evidence.Start).ThenBy(s => s.IssueId, StringComparer.Ordinal).ThenBy(s => s.Holder.Name, StringComparer.Ordinal)];
        }

        private static string Identify(string article, TextSlice evidence, string holder, string issue, long version)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{article}\n{evidence.Start}\n{evidence.End}\n{holder}\n{issue}\n{version}");
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
        }
    }

    private sealed record Item(int Sign, double Weight, int Sentence, int Statement, Signal Signal, string Why);

    private sealed class Account(Actor holder)
    {
        private readonly List<Item> _items = [];

        public Actor Holder { get; } = holder;

        public void Add(Item item) => _items.Add(item);

        public (StanceLabel Label, Item Best, double Confidence)? Decide(double threshold)
        {
            Span<double> total = stackalloc double[3];
            Span<double> top = stackalloc double[3];
            foreach (var item in _items)
            {
                total[item.Sign + 1] += item.Weight;
                top[item.Sign + 1] = Math.Max(top[item.Sign + 1], item.Weight);
            }

            // The strongest single piece counts in full, the rest of the same side by half: many weak hints do not beat one plain word.
            Span<double> score = stackalloc double[3];
            for (var i = 0; i < 3; i++)
            {
                score[i] = top[i] + (0.5 * (total[i] - top[i]));
            }

            var side = score[2] > score[0] ? 1 : -1;
            if (score[1] > score[side + 1])
            {
                side = 0;
            }

            if (score[side + 1] < threshold)
            {
                return null;
            }

            var best = _items.Where(i => i.Sign == side).MaxBy(i => i.Weight)!;
            var rest = score[0] + score[1] + score[2] - score[side + 1];
            var margin = score[side + 1] / (score[side + 1] + rest + 0.3);
            return (side switch { 1 => StanceLabel.Support, -1 => StanceLabel.Oppose, _ => StanceLabel.Neutral }, best, Math.Round(margin, 2));
        }
    }
}
