using System.Text;

namespace Sikap.Nlp.Stances;

/// <summary>What a stretch of text says about an issue.</summary>
/// <param name="Sign">1 for the proposition, -1 against, 0 no side.</param>
/// <param name="Strength">0 to 1; 0 when the stretch says nothing.</param>
/// <param name="Why">The rule path.</param>
/// <param name="Conditional">Under a condition.</param>
/// <param name="Denied">The content is denied.</param>
/// <param name="Governed">Rests on a verb or noun of position, not only on words of praise or blame.</param>
/// <param name="NeedsObject">The words take an object (ask for, do something): without the issue in reach they speak of something else.</param>
internal readonly record struct Signal(int Sign, double Strength, string Why, bool Conditional, bool Denied, bool NeedsObject, bool Governed)
{
    /// <summary>A position is taken against what is spoken of, whatever the issue makes of that.</summary>
    public bool Refusal { get; init; }

    /// <summary>The words of the proposition's own predicate were affirmed or denied.</summary>
    public bool Own { get; init; }

    /// <summary>Told of somebody by another speaker.</summary>
    public bool Reported { get; init; }

    /// <summary>No word for or against was found.</summary>
    public bool Presumed { get; init; }

    /// <summary>Rests on passive verbs of doing alone: tells what was done.</summary>
    public bool Event { get; init; }

    /// <summary>Somebody else's attitude is passed on: says nothing of the one who passes it on.</summary>
    public bool Conveyed { get; init; }

    public static Signal None { get; } = new(0, 0, "", false, false, false, false);
}

/// <summary>Reads the polarity of a stretch of words toward an issue: frames, their negation and their scope.</summary>
internal static class Signals
{
    /// <summary>Tokens after which a negation has lost its predicate.</summary>
    private const int NegationReach = 5;

    /// <summary>Reads tokens [from, to), a clause.</summary>
    public static Signal Read(Passages passages, int from, int to, int issue)
    {
        var stream = passages.Stream;
        var compiled = passages.Codebook.Issues[issue];
        int product = 1, judge = 0, noun = 0, negatedAt = -1, relativeTo = -1, lastGoverning = -1;
        double strength = 0;
        bool governed = false, closed = false, blamed = false, stand = false, shared = false, open = false, conditional = false, denied = false, positive = false, refused = false, framed = false, reopened = false, acted = false, verbal = false, happened = false, wanted = false;
        var about = passages.RelevanceOf(from, to, issue) >= Passages.Linked;
        var why = new StringBuilder();

        void Note(string what, int sign) =>
            why.Append(why.Length == 0 ? "" : ", ").Append(what).Append(sign > 0 ? " (+)" : sign < 0 ? " (-)" : " (0)");

        for (var t = from; t < to; t++)
        {
            ref var token = ref stream.Tokens[t];
            if (token.InsideFrame)
            {
                continue;
            }

            if (stream.Lower(t) is "yang")
            {
                // A relative clause describes its noun: verbs in it are not what the clause as a whole wants.
                closed |= governed;
                relativeTo = t + 4;
                continue;
            }

            if ((token.Class & FunctionWord.Reporter) != 0 && judge < 0 && !governed)
            {
                // "pemikiran absurd bahwa X akan ...": the judgement turns what follows.
                product = -product;
                judge = 0;
                governed = true;
            }

            if ((token.Class & FunctionWord.Reporter) != 0 && !shared)
            {
                // "menghormati putusan bahwa ... tidak bisa ...": what is decided or said is read in its turn.
                closed = false;
                reopened = true;
            }

            conditional |= (token.Class & FunctionWord.Hedge) != 0;
            if (token.Frame is null && (token.Class & FunctionWord.Negator) != 0)
            {
                negatedAt = IsNoNegation(stream, t, to) ? -1 : t;
                continue;
            }

            var negated = negatedAt >= 0 && t - negatedAt <= NegationReach;
            var flip = negated ? -1 : 1;
            var not = negated ? stream.Word(negatedAt) + " " : "";
            var word = passages.WordAt(t, issue);
            if (about && !closed && word is { Orientation: not 0 } named && ((named.Deed && token.Form == WordForm.Bare) || (token.Form & (WordForm.Noun | WordForm.Agent)) != 0) && !(token.Capital && !token.AfterPause))
            {
                // The noun of the proposition's predicate names the matter ("pembatasan truk"): what is for it is for the proposition, be that for or against something.
                noun = named.Orientation * flip;
                closed = governed;
                negatedAt = -1;
                if (!IsCarried(stream, t) || IsTold(passages, t))
                {
                    continue;
                }
            }

            if (governed && !reopened && !token.Capital && word is not null && (token.Class & FunctionWord.Anaphor) == 0 && (Orientation(word, token.Form, IsCarried(stream, t), compiled) == 0 || token.Frame is { Kind: FrameKind.Judge }))
            {
                // The matter itself, under the predicate that governs it: what comes after describes the matter.
                if (negated && !closed && token.Frame is null && (token.Class & FunctionWord.Stop) == 0 && stream.Lower(negatedAt) is not "tanpa" && !IsContrast(stream, negatedAt, t, to))
                {
                    // "memutuskan untuk tidak pulang".
                    product = -product;
                    strength = Math.Max(strength, 0.6);
                    Note(not + stream.Word(t), -1);
                    negatedAt = -1;
                }

                closed = true;
            }

            var orientation = token.Capital && !token.AfterPause ? 0 : Orientation(word, token.Form, IsCarried(stream, t) && !IsTold(passages, t), compiled);
            if (orientation != 0 && token is { Form: WordForm.Active, Frame.Kind: FrameKind.Act } && !HasMatterBehind(passages, t, to, issue))
            {
                // "menggelar rapat" is no word about the rally that is to be held.
                orientation = 0;
            }

            if (about && !closed && (t >= relativeTo || (token.Form == WordForm.Passive && !governed)) && orientation != 0)
            {
                governed = shared = closed = true;
                product *= orientation * flip;
                strength = Math.Max(strength, 0.8);
                Note($"{not}{stream.Word(t)} of the issue", orientation * flip);
                negatedAt = -1;
                continue;
            }

            if (stand && !closed && compiled.Addressee.Length > 0 && stream.Key(t).SequenceEqual(compiled.Addressee[0]))
            {
                blamed = closed = true;
            }

            if (token.Frame is { } frame)
            {
                if (frame.Kind is FrameKind.Idiom or FrameKind.Appraise || (frame.Kind == FrameKind.Evil && word is not null))
                {
                    continue;
                }

                if (closed && shared && frame.Kind is FrameKind.Judge or FrameKind.Evil or FrameKind.Lack)
                {
                    // "ditangkap atas tuduhan memicu kekerasan": what comes behind the predicate of the issue explains it.
                    continue;
                }

                if ((closed || (t < relativeTo && !(token.Form == WordForm.Passive && !governed))) && frame.Kind is not (FrameKind.Open or FrameKind.Judge or FrameKind.Evil or FrameKind.Lack))
                {
                    negatedAt = frame.Kind == FrameKind.Duty ? negatedAt : -1;
                    continue;
                }

                if (word is { Orientation: 0 } && frame.Kind == FrameKind.Stand && (token.Form & WordForm.Noun) != 0 && !IsCarried(stream, t))
                {
                    // "api dan kemarahan": a noun of attitude that names the matter.
                    continue;
                }

                if (word is not null && frame.Kind is FrameKind.Judge or FrameKind.Act or FrameKind.Intent && (token.Form & (WordForm.Noun | WordForm.Bare | WordForm.Agent)) != 0 && !IsCarried(stream, t))
                {
                    continue;
                }

                if (word is { Nominal: true, Orientation: 0 } && frame.Kind == FrameKind.Act && token.Form == WordForm.Passive)
                {
                    // "X ditangkap" where the matter is the arrest: tells of the matter, takes no side.
                    continue;
                }

                if (t > from && IsConveyed(passages, t))
                {
                    // "menyampaikan keberatan mereka": passed on for others, and nothing of one's own.
                    return Signal.None with { Conveyed = true };
                }

                reopened = false;
                if (frame.Untrue && compiled.Claim)
                {
                    Note(not + stream.Word(t), -flip);
                    return new Signal(-flip, 0.9, why.ToString(), conditional, true, false, true) { Own = true };
                }

                if (frame.Accuses && compiled.Claim)
                {
                    // "menuduh X melakukan ..." of a proposition that X does it.
                    Note(not + stream.Word(t), flip);
                    return new Signal(flip, 1, why.ToString(), conditional, false, !about, true);
                }

                var sign = frame.Sign * flip;
                if (frame.Kind is FrameKind.Stand or FrameKind.Demand or FrameKind.Act && governed && t > from && stream.Lower(t - 1) is "dan" or "atau" or "serta")
                {
                    // "marah dan kecewa": the second says the same of the same, it does not turn the first.
                    continue;
                }

                if (frame is { Kind: FrameKind.Act, Sign: < 0 } && IsRemedy(passages, t, to, issue))
                {
                    // "mencegah konflik", "memberantas korupsi": against an evil is for the good.
                    continue;
                }

                if ((frame.Kind == FrameKind.Warn && HasAhead(stream, t, to)) || IsThreatToDo(stream, t, to))
                {
                    sign = -sign;
                }

                if (frame.Kind is FrameKind.Judge or FrameKind.Evil && sign < 0 && IsRemedied(stream, t, from))
                {
                    // "meredakan bahaya perang": what lessens a bad thing is good.
                    sign = -sign;
                }

                switch (frame.Kind)
                {
                    case FrameKind.Open:
                        open |= !shared;
                        break;
                    case FrameKind.Judge or FrameKind.Evil:
                        judge += sign;
                        break;
                    case FrameKind.Lack when governed && !closed:
                        product = -product * flip;
                        break;
                    case FrameKind.Lack:
                        judge += sign;
                        break;
                    case FrameKind.Instead when IsAboutIssue(passages, from, t, issue) && !IsAboutIssue(passages, t + token.FrameSpan, to, issue):
                        governed = stand = true;
                        product = -compiled.Sign;
                        closed = true;
                        break;
                    case FrameKind.Instead:
                        continue;
                    case FrameKind.Duty or FrameKind.Intent:
                        governed |= negated;
                        framed |= negated;
                        refused |= negated;
                        product *= flip;
                        positive |= !negated;
                        break;
                    default:
                        governed = framed = true;
                        verbal |= (token.Form & (WordForm.Noun | WordForm.Agent)) == 0 || IsCarried(stream, t);
                        stand |= frame.Kind is FrameKind.Stand or FrameKind.Deny || (frame.Kind == FrameKind.Warn && sign < 0) || frame is { Kind: FrameKind.Act, Sign: < 0 };
                        denied |= frame.Kind == FrameKind.Deny;
                        acted |= frame.Kind == FrameKind.Act;
                        product *= sign;
                        lastGoverning = t + token.FrameSpan;
                        break;
                }

                var happens = frame.Kind == FrameKind.Act && token.Form == WordForm.Passive && !negated && !(t > from && stream.Lower(t - 1) is "akan" or "bakal" or "segera" or "dapat" or "agar" or "supaya");
                happened |= happens;
                wanted |= !happens;
                strength = Math.Max(strength, Weight(frame) * (frame.Kind != FrameKind.Intent && IsBareNoun(stream, t) ? 0.5 : 1));
                Note(not + stream.Word(t), sign);
                negatedAt = -1;
                continue;
            }

            if (negated && !closed && (token.Class & FunctionWord.Stop) == 0)
            {
                if (stream.Lower(negatedAt) is "tanpa")
                {
                    // "tanpa korupsi": leaves a thing out, denies no predicate.
                    negatedAt = -1;
                    continue;
                }

                governed = true;
                product = -product;
                strength = Math.Max(strength, 0.6);
                Note(not + stream.Word(t), -1);
                negatedAt = -1;
            }
        }

        if (negatedAt >= 0 && !closed && stream.Lower(negatedAt) is not "tanpa")
        {
            governed = true;
            product = -product;
            strength = Math.Max(strength, 0.5);
            Note(stream.Word(negatedAt), -1);
        }

        if (open && !(stand && verbal))
        {
            return new Signal(0, 0.9, why.ToString(), conditional, denied, false, true);
        }

        if (judge != 0 && (stand ? denied && judge < 0 && !compiled.Claim : !(refused && judge < 0)))
        {
            // "membantah proyek itu merugikan": to deny the bad of a thing is to speak for it.
            product *= Math.Sign(judge);
        }

        if (!governed && !shared && judge == 0 && !positive)
        {
            return Signal.None with { Conditional = conditional };
        }

        if (denied && compiled.Claim)
        {
            return new Signal(shared ? product : -1, strength, why.ToString(), conditional, true, HasObject(stream, lastGoverning, to), true);
        }

        var against = compiled.Sign < 0 && !(compiled.Deed && !NamesPatient(passages, from, to, issue));
        if (noun != 0 && !shared)
        {
            return new Signal(product * noun, strength, why.ToString(), conditional, denied, !stand && judge == 0, governed);
        }

        if (against && product > 0 && !shared && !stand && !(acted && compiled.Deed))
        {
            // A proposition against something, and words for something: most likely for the remedy, not for what it is against.
            return new Signal(1, 0.5 * strength, why.ToString(), conditional, denied, true, governed);
        }

        if (compiled.LaysBlame && governed && !framed && !shared && judge == 0 && product < 0)
        {
            // Only a denial of some predicate: the blame is denied.
            return new Signal(-1, strength, why.ToString(), conditional, denied, true, true);
        }

        if (blamed && !shared)
        {
            return new Signal(-product, strength, why.ToString() + ", of whom the issue demands", conditional, denied, false, true);
        }

        return new Signal(
            shared ? product : against ? -product : product, strength, why.ToString(), conditional, denied, stand ? HasObject(stream, lastGoverning, to) : judge == 0, governed && !shared)
        {
            Refusal = stand && product < 0 && !shared,
            Own = shared,
            Event = happened && !wanted && !shared,
        };
    }

    /// <summary>"bukan X yang ...": what is denied is what follows "yang".</summary>
    private static bool IsContrast(TokenStream stream, int negator, int t, int to)
    {
        for (var i = t + 1; i < Math.Min(to, t + 4) && stream.Lower(negator) is "bukan"; i++)
        {
            if (stream.Lower(i) is "yang")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"menyatakan penetapan X tidak sah": the verb belongs to the speaker's telling and carries no noun of what is told.</summary>
    private static bool IsTold(Passages passages, int t) => (t > 0 && passages.Cue[t - 1]) || (t > 1 && passages.Cue[t - 2]);

    /// <summary>A word of the issue, or one that points back to it, follows a verb closely.</summary>
    private static bool HasMatterBehind(Passages passages, int t, int to, int issue)
    {
        for (var i = t + 1; i < Math.Min(to, t + 4); i++)
        {
            if (passages.WordAt(i, issue) is not null || (passages.Stream.Tokens[i].Class & (FunctionWord.Demonstrative | FunctionWord.Anaphor)) != 0)
            {
                return true;
            }
        }

        return passages.Stream.Lower(t).EndsWith("nya");
    }

    private static bool NamesPatient(Passages passages, int from, int to, int issue)
    {
        for (var t = from; t < to; t++)
        {
            if (passages.WordAt(t, issue) is { Patient: true })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An issue word other than a name stands in [from, to), or before a predicate any issue word.</summary>
    private static bool IsAboutIssue(Passages passages, int from, int to, int issue)
    {
        for (var t = from; t < to; t++)
        {
            if (passages.WordAt(t, issue) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a word of the issue says by itself; a noun says nothing ("pembukaan kantor masih dibahas") unless a light verb carries it ("melakukan pelanggaran").</summary>
    private static int Orientation(IssueWord? word, WordForm form, bool carried, CompiledIssue issue) => word switch
    {
        null => 0,
        _ when (form & (WordForm.Noun | WordForm.Agent)) != 0 && !carried => 0,
        // "Y ditangkap", where the proposition wants Y freed: told, not wanted.
        { Own: false } when form == WordForm.Passive => 0,
        { Orientation: not 0 } known => known.Orientation,
        { Nominal: true } when form is WordForm.Active => issue.Sign,
        _ => 0,
    };

    /// <summary>Three or more words of content follow: what the position is taken toward is said here.</summary>
    private static bool HasObject(TokenStream stream, int from, int to)
    {
        var content = 0;
        for (var t = Math.Max(0, from); t < to && from >= 0; t++)
        {
            content += (stream.Tokens[t].Class & (FunctionWord.Stop | FunctionWord.Adverb)) == 0 ? 1 : 0;
        }

        return content >= 3;
    }

    /// <summary>A light verb stands one or two words before.</summary>
    private static bool IsCarried(TokenStream stream, int t) =>
        (t > 0 && !stream.Tokens[t].AfterPause && (stream.Tokens[t - 1].Class & FunctionWord.Light) != 0) || (t > 1 && !stream.Tokens[t].AfterPause && !stream.Tokens[t - 1].AfterPause && (stream.Tokens[t - 2].Class & FunctionWord.Light) != 0);

    /// <summary>A verb of ending or preventing with an evil as its object, unless the proposition is itself against that evil.</summary>
    private static bool IsRemedy(Passages passages, int t, int to, int issue)
    {
        for (var i = t + 1; i < Math.Min(to, t + 4); i++)
        {
            if (passages.Stream.Tokens[i].Frame is { Kind: FrameKind.Judge or FrameKind.Evil, Sign: < 0 })
            {
                return passages.WordAt(i, issue) is not { } word || (word.Orientation == 0 && passages.Codebook.Issues[issue].Sign > 0);
            }
        }

        return false;
    }

    /// <summary>"agar" or "supaya" follows: the warning asks for something.</summary>
    private static bool HasAhead(TokenStream stream, int t, int to)
    {
        for (var i = t + 1; i < Math.Min(to, t + 8); i++)
        {
            if (stream.Lower(i) is "agar" or "supaya")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"mengancam akan melakukan", "mengancam meningkatkan": the threat is to do what follows.</summary>
    private static bool IsThreatToDo(TokenStream stream, int t, int to) =>
        stream.Lower(t) is "mengancam" && t + 1 < to && !stream.Tokens[t + 1].AfterPause && (stream.Lower(t + 1) is "akan" or "untuk" || (stream.Tokens[t + 1].Form == WordForm.Active && !stream.Tokens[t + 1].Capital));

    /// <summary>A verb of remedy stands up to three words before, in the same clause.</summary>
    private static bool IsRemedied(TokenStream stream, int t, int from)
    {
        for (var i = t - 1; i >= Math.Max(from, t - 3) && !stream.Tokens[i + 1].AfterPause; i--)
        {
            if ((stream.Tokens[i].Class & FunctionWord.Remedy) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A noun of attitude that is passed on for those who stand behind it: "meneruskan penolakan warga", "menyampaikan keberatan mereka".</summary>
    internal static bool IsConveyed(Passages passages, int t)
    {
        var stream = passages.Stream;
        return t > 0 && t + 1 < stream.Tokens.Length && (stream.Tokens[t - 1].Class & FunctionWord.Convey) != 0 && !stream.Tokens[t].AfterPause && !stream.Tokens[t + 1].AfterPause
            && stream.Tokens[t] is { Frame: { Kind: FrameKind.Stand or FrameKind.Demand, Sign: not 0 }, FrameSpan: 1, Form: not WordForm.Active } && !stream.Lower(t).EndsWith("nya")
            && (stream.Lower(t + 1) is "mereka" or "para" || (stream.Tokens[t + 1].Class & FunctionWord.Crowd) != 0 || Holders.AnyNamed(passages, t + 1, t + 2));
    }

    /// <summary>A noun of position that nobody is said to voice: "dukungan itu keputusan partai".</summary>
    private static bool IsBareNoun(TokenStream stream, int t) =>
        (stream.Tokens[t].Form & (WordForm.Noun | WordForm.Agent)) != 0 && (t == 0 || (stream.Tokens[t - 1].Class & FunctionWord.Light) == 0);

    private static double Weight(Frame frame) => frame.Kind switch
    {
        FrameKind.Stand or FrameKind.Deny or FrameKind.Warn => 1,
        FrameKind.Demand => 0.8,
        FrameKind.Act => frame.Sign < 0 ? 0.7 : 0.45,
        FrameKind.Judge or FrameKind.Evil or FrameKind.Lack => 0.6,
        FrameKind.Duty => 0.5,
        FrameKind.Intent => 0.45,
        FrameKind.Instead => 0.9,
        _ => 0.6,
    };

    /// <summary>"tidak hanya", "bukan cuma", "mau tidak mau": no negation.</summary>
    private static bool IsNoNegation(TokenStream stream, int negator, int to) =>
        (negator + 1 < to && stream.Lower(negator + 1) is "hanya" or "cuma" or "sekadar" or "saja" or "semata" or "lain" or "kalah" or "mau" && stream.Lower(negator + 1) is not "mau")
        || (negator > 0 && stream.Lower(negator - 1) is "mau" or "atau");
}
