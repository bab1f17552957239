using System.Text;

namespace Sikap.Nlp.Stances;

/// <summary>What a stretch of text says about an issue.</summary>
/// <param name="Sign">1 for the proposition, -1 against, 0 no side.</param>
/// <param name="Strength">0 to 1.</param>
/// <param name="Open">The stretch says that no side is taken.</param>
/// <param name="Why">The rule path.</param>
/// <param name="Conditional">Under a condition.</param>
/// <param name="Denied">The content is denied.</param>
/// <param name="Shared">A predicate of the proposition itself stands in the stretch.</param>
internal readonly record struct Signal(int Sign, double Strength, bool Open, string Why, bool Conditional, bool Denied, bool Shared)
{
    public static Signal None { get; } = new(0, 0, false, "", false, false, false);
}

/// <summary>Reads the polarity of a stretch of words toward an issue: frames, their negation and their scope.</summary>
internal static class Signals
{
    private const int NegationReach = 4;

    /// <summary>Reads tokens [from, to), one clause or a few.</summary>
    public static Signal Read(Reading reading, int from, int to, int issue)
    {
        var stream = reading.Stream;
        var compiled = reading.Codebook.Issues[issue];
        int product = 1, judge = 0, negatedAt = int.MinValue / 2;
        double strength = 0;
        bool governed = false, stand = false, shared = false, open = false, conditional = false, denied = false;
        var why = new StringBuilder();

        void Note(string what, int sign)
        {
            why.Append(why.Length == 0 ? "" : ", ").Append(what).Append(sign > 0 ? " (+)" : sign < 0 ? " (-)" : " (0)");
        }

        for (var t = from; t < to; t++)
        {
            ref var token = ref stream.Tokens[t];
            if (token.InsideFrame)
            {
                continue;
            }

            conditional |= (token.Class & WordClass.Hedge) != 0;
            if (token.Frame is null && (token.Class & WordClass.Negator) != 0)
            {
                if (!IsNotOnly(stream, t, to))
                {
                    negatedAt = t;
                }

                continue;
            }

            var negated = negatedAt >= t - NegationReach;
            var flip = negated ? -1 : 1;
            var word = reading.WordAt(t, issue);
            if (word is { Orientation: not 0 } predicate)
            {
                shared = true;
                product *= predicate.Orientation * flip;
                strength = Math.Max(strength, 0.8);
                Note($"{(negated ? "tidak " : "")}{stream.Word(t)}, as in the proposition", predicate.Orientation * flip);
                negatedAt = int.MinValue / 2;
                continue;
            }

            if (token.Frame is { } frame)
            {
                if (word is not null && (token.Form & (WordForm.Noun | WordForm.Bare | WordForm.Agent)) != 0 && frame.Kind is FrameKind.Judge or FrameKind.Act)
                {
                    continue;
                }

                var sign = frame.Sign * flip;
                switch (frame.Kind)
                {
                    case FrameKind.Open:
                        open = true;
                        strength = Math.Max(strength, 0.9);
                        Note(frame.Phrase, 0);
                        break;
                    case FrameKind.Judge:
                        judge += sign;
                        strength = Math.Max(strength, 0.5);
                        Note((negated ? "tidak " : "") + stream.Word(t), sign);
                        break;
                    case FrameKind.Duty:
                        if (negated)
                        {
                            governed = true;
                            product = -product;
                        }

                        strength = Math.Max(strength, 0.6);
                        Note((negated ? "tidak " : "") + frame.Phrase, sign);
                        break;
                    default:
                        governed = true;
                        stand |= frame.Kind is FrameKind.Stand or FrameKind.Deny || frame is { Kind: FrameKind.Act, Sign: < 0 };
                        denied |= frame.Kind == FrameKind.Deny;
                        product *= sign;
                        strength = Math.Max(strength, Weight(frame));
                        Note((negated ? "tidak " : "") + frame.Phrase, sign);
                        break;
                }

                negatedAt = int.MinValue / 2;
                continue;
            }

            if (negated && (token.Form & (WordForm.Active | WordForm.Passive | WordForm.Stative)) != 0 && (token.Class & WordClass.Stop) == 0)
            {
                governed = true;
                product = -product;
                strength = Math.Max(strength, 0.5);
                Note("tidak " + stream.Word(t), -1);
                negatedAt = int.MinValue / 2;
            }
        }

        if (negatedAt >= from && negatedAt >= to - NegationReach - 1)
        {
            governed = true;
            product = -product;
            strength = Math.Max(strength, 0.4);
            Note(stream.Word(negatedAt), -1);
        }

        if (!stand && judge != 0)
        {
            product *= Math.Sign(judge);
            governed = true;
        }

        var side = reading.TermOrientation(from, to, issue);
        if (side != 0 && !shared)
        {
            // The term has its own polarity words counted above; what remains of the product is what stands over it.
            Note("term takes a side", side);
            return new Signal(Math.Sign(side), 0.8, open, why.ToString(), conditional, denied, true);
        }

        if (!governed && !shared && !open)
        {
            return strength > 0
                ? new Signal(compiled.Sign, strength * 0.5, false, why.ToString(), conditional, denied, false)
                : Signal.None with { Conditional = conditional };
        }

        var final = shared ? product : product * compiled.Sign;
        return new Signal(open && !stand ? 0 : final, strength, open && !stand, why.ToString(), conditional, denied, shared);
    }

    private static double Weight(Frame frame) => frame.Kind switch
    {
        FrameKind.Stand or FrameKind.Deny => 1,
        FrameKind.Demand => frame.Phrase is "akan" or "bakal" ? 0.3 : 0.8,
        FrameKind.Act => frame.Sign < 0 ? 0.7 : 0.4,
        _ => 0.6,
    };

    /// <summary>"tidak hanya", "bukan cuma": no negation.</summary>
    private static bool IsNotOnly(TokenStream stream, int negator, int to) =>
        negator + 1 < to && stream.Lower(negator + 1) is "hanya" or "cuma" or "sekadar" or "saja" or "semata";
}
