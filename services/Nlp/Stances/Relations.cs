using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sikap.Nlp.Stances;

/// <summary>
/// Reads who is for and who is against whom, whatever the matter: a verb of attitude whose subject or agent is one actor and whose object or subject is another
/// ("China mengecam NATO", "X, yang didukung Y"), in the narration and in what speakers say of themselves and of others. Stateless.
/// </summary>
internal static class Relations
{
    /// <summary>
    /// How often such a relation was right, read by eye on articles the rules were not written for: told plainly, or put as a condition or a former position.
    /// </summary>
    private const double Plain = 0.8;

    private const double Weak = 0.5;

    /// <summary>One relation for each holder and target, the side with more evidence; in the order of the evidence.</summary>
    public static IReadOnlyList<ActorStance> Read(Passages passages)
    {
        var found = new List<(Actor Holder, Actor Target, int Sign, int Verb, int Statement, bool Weak)>();
        for (var s = 0; s < passages.Article.Sentences.Count; s++)
        {
            var (from, to) = passages.TokensOf(passages.Article.Sentences[s]);
            if (!HasAttitude(passages, from, to))
            {
                continue;
            }

            foreach (var (start, end) in StanceClassifier.Clauses(passages, from, to))
            {
                ReadClause(passages, s, start, end, found);
            }
        }

        return
        [
            .. found.GroupBy(one => (one.Holder.Name, Target: one.Target.Name))
                .Select(pair => Make(passages, [.. pair]))
                .OrderBy(relation => relation.Evidence.Start).ThenBy(relation => relation.Holder.Name, StringComparer.Ordinal).ThenBy(relation => relation.Target.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Most sentences have no verb of attitude; cutting them into clauses would be for nothing.</summary>
    private static bool HasAttitude(Passages passages, int from, int to)
    {
        for (var t = from; t < to; t++)
        {
            if (passages.Stream.Tokens[t] is { Frame.Kind: FrameKind.Stand, Form: WordForm.Active or WordForm.Passive })
            {
                return true;
            }
        }

        return false;
    }

    private static void ReadClause(Passages passages, int sentence, int start, int end, List<(Actor Holder, Actor Target, int Sign, int Verb, int Statement, bool Weak)> found)
    {
        for (var t = start; t < end; t++)
        {
            ref var token = ref passages.Stream.Tokens[t];
            if (token.InsideFrame || token.Frame is not { Kind: FrameKind.Stand, Sign: not 0 } frame || token.Form is not (WordForm.Active or WordForm.Passive) || (token.Class & FunctionWord.Impersonal) != 0 || StanceClassifier.IsWished(passages, start, t))
            {
                continue;
            }

            // An attitude toward what an actor wants or says is one toward the actor; toward what is done to the actor it is not ("mengecam serangan terhadap X").
            var target = token.Form == WordForm.Passive
                ? IsJoined(passages, t) ? null : Holders.Subject(passages, sentence, t)
                : Holders.Object(passages, t + token.FrameSpan, end, needsNoun: false) ?? PointedBackTo(passages, sentence, start, t + token.FrameSpan, end);
            if (target is not { Type: ActorType.Person or ActorType.Organization or ActorType.Country })
            {
                continue;
            }

            var statement = StanceClassifier.IsNarrated(passages, t) ? -1 : passages.Statement[t];
            if (statement >= 0 && StanceClassifier.IsAsked(passages, statement))
            {
                continue;
            }

            var speaker = statement < 0 ? null : passages.Article.Statements[statement].Speaker;
            IReadOnlyList<Actor> holders = Holders.Of(passages, sentence, t, end);
            if (holders.Count == 0 && speaker is not null && token.Form == WordForm.Active && SpeaksOfSelf(passages, start, t))
            {
                // "kami mendukung X": the speaker.
                holders = Holders.Speakers(passages, passages.Article.Statements[statement], speaker);
            }

            var sign = StanceClassifier.WithNegator(passages, start, t) < t ? -frame.Sign : frame.Sign;
            foreach (var holder in holders)
            {
                if (holder.Name != target.Name && holder.Type is not (ActorType.Group or ActorType.Document))
                {
                    found.Add((holder, target, sign, t, statement, StanceClassifier.IsFormer(passages, start, end) || StanceClassifier.IsHypothetical(passages, start, t)));
                }
            }
        }
    }

    /// <summary>"ditentang X dan didukung Y": the second verb's subject is that of the first, which is further back.</summary>
    private static bool IsJoined(Passages passages, int t) => t > 0 && passages.Stream.Lower(t - 1) is "dan" or "serta";

    /// <summary>"kami mendukung X"; "..., mendukung X" at the head of what is said.</summary>
    private static bool SpeaksOfSelf(Passages passages, int start, int t)
    {
        for (var i = start; i < t; i++)
        {
            if ((passages.Stream.Tokens[i].Class & FunctionWord.Self) != 0 || passages.Stream.Lower(i) is "mereka" or "pihaknya" or "negaranya" or "partainya" or "dirinya" or "pemerintahnya")
            {
                return true;
            }
        }

        return t == start;
    }

    /// <summary>"X menganjurkan perluasan, Y menolak upaya tersebut": whose upaya it is stands in the clause before.</summary>
    private static Actor? PointedBackTo(Passages passages, int sentence, int start, int from, int end)
    {
        if (from + 1 >= end || (passages.Stream.Tokens[from].Class & FunctionWord.Anaphor) == 0 || (passages.Stream.Tokens[from + 1].Class & FunctionWord.Demonstrative) == 0)
        {
            return null;
        }

        for (var t = passages.TokensOf(passages.Article.Sentences[sentence]).From; t < start; t++)
        {
            if (passages.Stream.Tokens[t] is { Form: WordForm.Active, Capital: false, Frame: not null })
            {
                return Holders.Of(passages, sentence, t, start) is [var actor] ? actor : null;
            }
        }

        return null;
    }

    private static ActorStance Make(Passages passages, IReadOnlyList<(Actor Holder, Actor Target, int Sign, int Verb, int Statement, bool Weak)> pieces)
    {
        var sum = pieces.Sum(piece => piece.Weak ? piece.Sign : 2 * piece.Sign);
        var side = sum != 0 ? Math.Sign(sum) : pieces[^1].Sign;
        var best = pieces.Where(piece => piece.Sign == side).OrderBy(piece => piece.Weak).First();
        var article = passages.Article;
        var evidence = article.Sentences[passages.Sentence[best.Verb]].Slice(article.Text);
        var statement = best.Statement >= 0 ? article.Statements[best.Statement] : null;
        var key = string.Create(CultureInfo.InvariantCulture, $"{article.Id}\n{evidence.Start}\n{evidence.End}\n{best.Holder.Name}\n{best.Target.Name}");
        return new()
        {
            Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16)),
            Holder = best.Holder,
            Target = best.Target,
            Label = side > 0 ? StanceLabel.Support : StanceLabel.Oppose,
            Evidence = evidence,
            Cue = passages.Stream.Tokens[best.Verb].Span.Slice(article.Text),
            StatementId = statement?.Id,
            Date = statement?.Date ?? article.Published,
            Confidence = best.Weak ? Weak : Plain,
            Why = $"{best.Holder.Name} {passages.Stream.Word(best.Verb)} ({(side > 0 ? "+" : "-")}) {best.Target.Name}{(best.Weak ? ", once or under a condition" : "")}",
        };
    }
}
