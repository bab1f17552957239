namespace Sikap.Nlp.Tests;

/// <summary>What holds for the result of every text, whatever the text is.</summary>
internal static class ResultRules
{
    /// <summary>Throws where a span lies outside its text, is not its slice, or stands out of order; plain comparisons, since this runs hundreds of thousands of times.</summary>
    public static void Check(ExtractedArticle result, IReadOnlyList<Stance> stances)
    {
        var text = result.Text;
        var last = 0;
        foreach (var statement in result.Statements)
        {
            Slice(statement.Content, text);
            Slice(statement.Cue, text);
            Slice(statement.Mention, text);
            Require(statement.Confidence is >= 0 and <= 1, "a confidence between 0 and 1");
            Require(statement.Content.Span.Length > 0, "content");
            Require(statement.Content.Start >= last, "statements in order");
            Require(statement.Date is not { From: "" }, "a date with its rule");
            last = statement.Content.Start;
        }

        foreach (var stance in stances)
        {
            Slice(stance.Evidence, text);
            Require(stance.Confidence is >= 0 and <= 1, "a confidence between 0 and 1");
        }

        InOrder(result.Sentences, text);
        InOrder(result.Boilerplate, text);
        InOrder(result.Mentions.Select(m => m.Span), text);
    }

    private static void Slice(TextSlice? slice, string text)
    {
        if (slice is not null)
        {
            Require(slice.Start >= 0 && slice.End <= text.Length && slice.Start <= slice.End, "a span inside the text");
            Require(text.AsSpan(slice.Start, slice.End - slice.Start).SequenceEqual(slice.Text), "a text equal to its slice");
        }
    }

    private static void InOrder(IEnumerable<TextSpan> spans, string text)
    {
        var last = 0;
        foreach (var span in spans)
        {
            Require(span.Start >= last && span.End > span.Start && span.End <= text.Length, "spans in order, inside the text and not empty");
            last = span.End;
        }
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"The result lacks {what}.");
        }
    }
}
