using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>Reads the quotations of a sentence and who said them: attribution behind, before, or the speaker of the text around.</summary>
internal sealed class DirectSpeech(ArticleWork work, Discourse discourse, SpeakerReader reader, Drafts drafts, Clauses clauses)
{
    private int _quotation;

    /// <summary>Adds the quotations of a sentence that somebody is found for.</summary>
    public void Read(Sentence sentence)
    {
        while (_quotation < work.Quotations.Count && work.Quotations[_quotation].First < sentence.First)
        {
            _quotation++;
        }

        for (var q = _quotation; q < work.Quotations.Count && work.Quotations[q].OuterFirst < sentence.End; q++)
        {
            var quotation = work.Quotations[q];
            if (CueAfter(sentence, quotation) || CueBefore(sentence, quotation) || Alone(sentence, quotation))
            {
                drafts.Take(quotation.OuterFirst, quotation.OuterEnd);
            }
        }
    }

    private bool CueAfter(Sentence sentence, Quotation quotation)
    {
        var at = quotation.OuterEnd;
        while (at < sentence.End && work.Tokens[at].Mark is ',' or '-' or '–')
        {
            at++;
        }

        if (at >= sentence.End || work.Tokens[at].Quoted || work.Tokens[at].Capital)
        {
            return false;
        }

        var cue = at;
        var cueEnd = at + 1;
        if (work.IsForm(at, "demikian") || work.IsForm(at, "begitu") || work.IsForm(at, "begitulah") || work.IsForm(at, "demikianlah"))
        {
            // "demikian kata X", "demikian bunyi pernyataan X"
            cueEnd = at + 1;
            while (cueEnd < sentence.End && cueEnd < at + 3 && (work.Is(cueEnd, WordClass.CueAny) || work.IsForm(cueEnd, "bunyi") || work.IsForm(cueEnd, "pernyataan") || work.IsForm(cueEnd, "isi") || work.IsForm(cueEnd, "petikan")))
            {
                cueEnd++;
            }

            if (cueEnd == at + 1)
            {
                return false;
            }
        }
        else if (work.Is(at, WordClass.CueNya))
        {
            var entity = discourse.Same();
            drafts.Take(cue, cueEnd);
            drafts.Add(quotation, StatementKind.Direct, cue, cueEnd, entity is null ? null : new Speaker(entity, cue, cueEnd, cueEnd, null, 0.85), 0.95);
            return true;
        }
        else if (!work.Is(at, WordClass.CueBare))
        {
            // A full verb behind a quotation opens another clause and does not attribute this one.
            return false;
        }

        if (cueEnd < sentence.End && work.Is(cueEnd, WordClass.CueNya))
        {
            cueEnd++;
        }

        var speaker = reader.Read(cueEnd, sentence.End) ?? reader.AnyNoun(cueEnd, sentence.End) ?? Fallback(cue, cueEnd);
        drafts.Take(cue, cueEnd);
        if (speaker is { } told)
        {
            Reports(told, sentence.End);
        }

        drafts.Add(quotation, StatementKind.Direct, cue, cueEnd, speaker, speaker is null ? 0.5 : 0.97);
        return true;
    }

    // "kata X dalam sebuah laporan": the report that later sentences speak of is X's.
    private void Reports(Speaker speaker, int end)
    {
        for (var i = speaker.After; i < end && i < speaker.After + 5; i++)
        {
            if (work.IsForm(i, "laporan") || work.IsForm(i, "laporannya"))
            {
                discourse.Reported(speaker.Entity);
            }
        }
    }

    private Speaker? Fallback(int cue, int cueEnd) => discourse.Speaker is { } last ? new Speaker(last, cue, cueEnd, cueEnd, null, 0.4) : null;

    // X mengatakan, "..." ; X menulis: "..."
    private bool CueBefore(Sentence sentence, Quotation quotation)
    {
        var i = quotation.OuterFirst - 1;
        var marked = false;
        while (i >= sentence.First && work.Tokens[i].Mark is ',' or ':')
        {
            marked = true;
            i--;
        }

        if (i < sentence.First || work.Tokens[i].Quoted)
        {
            return false;
        }

        // The quotation must be a clause of its own: it ends the sentence or a comma follows, and it is more than a label.
        var after = quotation.OuterEnd;
        var ends = after >= sentence.End || work.Tokens[after].Mark is '.' or ',' or ';' or '(' or '!' or '?' || work.Tokens[quotation.End - 1].Mark is '.' or ',' or '!' or '?';
        var words = quotation.End - quotation.First;
        if (!ends || (quotation.Single && words < 4))
        {
            return false;
        }

        var bahwa = work.Is(i, WordClass.Bahwa);
        if (bahwa)
        {
            i--;
        }

        var cue = -1;
        for (var k = i; k >= sentence.First && k > i - 14; k--)
        {
            if (work.Tokens[k].Quoted || work.Tokens[k].Mark is ';' or '.')
            {
                break;
            }

            if (work.Is(k, WordClass.CueVerb))
            {
                cue = k;
                break;
            }

            if (work.Is(k, WordClass.CueBare) && k == i && work.IsMark(k + 1, ':'))
            {
                cue = k;
                break;
            }
        }

        if (cue < 0 || (!marked && !bahwa && cue != i) || (cue != i && !clauses.IsAddressee(cue + 1, i + 1)))
        {
            return false;
        }

        if (!marked && words < 3)
        {
            return false;
        }

        var speaker = reader.Before(sentence.First, cue, drafts.SubjectOf(sentence));
        if (speaker is null && work.Is(cue, WordClass.CueThink | WordClass.CueAsk))
        {
            return false;
        }

        drafts.Take(cue, cue + 1);
        drafts.Add(quotation, StatementKind.Direct, cue, cue + 1, speaker, 0.93);
        return true;
    }

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
        var endsSentence = rest <= 1 || (work.Tokens[after].Mark == '(');
        if (!startsSentence || !endsSentence || quotation.End - quotation.First < 4 || discourse.Continuing is not { } speaker)
        {
            return false;
        }

        drafts.Add(quotation, StatementKind.Direct, -1, -1, new Speaker(speaker, -1, -1, -1, null, 0.7), 0.8);
        return true;
    }
}
