using Sikap.Nlp.Statements;

namespace Sikap.Nlp.Dates;

/// <summary>
/// Tells when statements were made: the date in the attribution ("kata X, Rabu (12/7)"), else the date of the same speaker's statement before it,
/// else the publication date. The rule is always named.
/// </summary>
internal sealed class StatementDater(ArticleWork work, List<DateExpression> mentions, PartialDate? published)
{
    private Actors.Entity? _speaker;
    private PartialDate? _said;

    /// <summary>Date of a statement; statements are asked for in the order of the text.</summary>
    public PartialDate? Of(Draft draft)
    {
        var own = Own(draft);
        var speaker = draft.Speaker?.Entity;
        if (own is null && speaker is not null && speaker == _speaker && _said is not null && draft.Kind != StatementKind.Indirect)
        {
            return _said with { From = "same-occasion" };
        }

        _speaker = speaker;
        _said = own;
        return own ?? (published is null ? null : published with { From = "publication" });
    }

    // The nearest date of the sentence outside the content and outside quotation marks.
    private PartialDate? Own(Draft draft)
    {
        if (draft.CueFirst < 0)
        {
            return null;
        }

        var sentence = work.Sentences[draft.CueSentence];
        PartialDate? best = null;
        var distance = int.MaxValue;
        var low = FirstIn(sentence.First);
        for (var k = low; k < mentions.Count && mentions[k].First < sentence.End; k++)
        {
            var mention = mentions[k];
            var at = work.Tokens[mention.First].Start;
            if ((at >= draft.Start && at < draft.End) || work.Tokens[mention.First].Quoted)
            {
                continue;
            }

            var gap = Math.Abs(mention.First - draft.CueFirst);
            if (gap < distance && DateReader.Resolve(mention, published) is { } date)
            {
                (best, distance) = (date, gap);
            }
        }

        return best;
    }

    private int FirstIn(int token)
    {
        int low = 0, high = mentions.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (mentions[middle].First < token)
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
