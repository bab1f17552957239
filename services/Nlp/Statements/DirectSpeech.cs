using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>Reads the quotations of a sentence and who said them: attribution behind, before, or the speaker of the text around.</summary>
internal sealed class DirectSpeech(ArticleWork work, Discourse discourse, SpeakerReader reader, Drafts drafts, Clauses clauses)
{
    /// <summary>Longest attribution between two halves of one sentence, in tokens.</summary>
    private const int MaxBreak = 30;

    private int _quotation;

    /// <summary>Adds the quotations of a sentence that somebody is found for.</summary>
    public void Read(Sentence sentence)
    {
        while (_quotation < work.Quotations.Count && work.Quotations[_quotation].First < sentence.First)
        {
            _quotation++;
        }

        var half = -1;
        for (var q = _quotation; q < work.Quotations.Count && work.Quotations[q].OuterFirst < sentence.End; q++)
        {
            var quotation = work.Quotations[q];
            if (CueAfter(sentence, quotation))
            {
                half = quotation.OuterEnd;
            }
            else if (!CueBefore(sentence, quotation) && !SecondHalf(sentence, quotation, half) && !Alone(sentence, quotation))
            {
                continue;
            }

            drafts.Take(quotation.OuterFirst, quotation.OuterEnd);
        }
    }

    private bool CueAfter(Sentence sentence, Quotation quotation)
    {
        var at = quotation.OuterEnd;
        while (at < sentence.End && work.Tokens[at].Mark is ',' or '-' or '–')
        {
            at++;
        }

        if (at >= sentence.End || work.Tokens[at].Quoted)
        {
            return false;
        }

        // "masih kata X": the same speaker goes on.
        if (work.IsForm(at, "masih") && work.Is(at + 1, WordClass.CueBare))
        {
            at++;
        }

        var cue = at;
        var cueEnd = at + 1;
        if (work.IsForm(at, "demikian") || work.IsForm(at, "begitu") || work.IsForm(at, "begitulah") || work.IsForm(at, "demikianlah"))
        {
            // "demikian kata X", "demikian bunyi pernyataan X", "demikian tertulis dalam laporan itu"
            while (cueEnd < sentence.End && cueEnd < at + 4 && (work.Is(cueEnd, WordClass.CueAny) || work.IsForm(cueEnd, "pernyataan") || work.IsForm(cueEnd, "keterangan") || work.IsForm(cueEnd, "rilis") || work.IsForm(cueEnd, "isi") || work.IsForm(cueEnd, "petikan") || work.IsForm(cueEnd, "resmi") || work.IsForm(cueEnd, "tertulis")))
            {
                cueEnd++;
            }

            // "demikian Rini Wulandari", "demikian bunyinya": without a verb the source must stand there.
            if (cueEnd == at + 1 && reader.Read(cueEnd, sentence.End) is null && reader.AnyNoun(cueEnd, sentence.End) is null)
            {
                return false;
            }
        }
        else if (work.Is(at, WordClass.CueNya) && !work.Tokens[at].Capital)
        {
            var entity = discourse.Same();
            drafts.Take(cue, cueEnd);
            drafts.Add(quotation, StatementKind.Direct, cue, cueEnd, entity is null ? null : new Speaker(entity, cue, cueEnd, cueEnd, null, 0.85), 0.95);
            return true;
        }
        else if (!(work.Is(at, WordClass.CueBare) || (work.Is(at, WordClass.Utterance | WordClass.CueStem) && !work.Is(at, WordClass.CueVerb) && reader.Read(cueEnd, sentence.End) is not null)) || (work.Tokens[at].Capital && reader.Read(cueEnd, sentence.End) is null))
        {
            return VerbAfter(sentence, quotation, at);
        }

        if (cueEnd < sentence.End && work.Is(cueEnd, WordClass.CueNya))
        {
            cueEnd++;
        }

        // "lanjut kata X"
        if (cueEnd + 1 < sentence.End && work.Is(cueEnd, WordClass.CueBare) && reader.Read(cueEnd, sentence.End) is null && reader.Read(cueEnd + 1, sentence.End) is not null)
        {
            cueEnd++;
        }

        var speaker = reader.Read(cueEnd, sentence.End) ?? Paper(cueEnd, sentence.End) ?? reader.AnyNoun(cueEnd, sentence.End) ?? Fallback(cue, cueEnd);
        drafts.Take(cue, cueEnd);
        if (speaker is { } told)
        {
            Reports(told, sentence.End);
        }

        drafts.Add(quotation, StatementKind.Direct, cue, cueEnd, speaker, speaker is null ? 0.5 : 0.97);
        return true;
    }

    // "...," tertulis dalam surat itu: the document behind the preposition.
    private Speaker? Paper(int at, int end) =>
        at < end && work.Tokens[at].Is(WordClass.Preposition) && reader.Read(at + 1, end) is { Entity.Type: ActorType.Document } paper ? paper : null;

    // "...," X menegaskan di Jakarta: a full verb with nothing behind it that could be its content attributes like "tegas X".
    private bool VerbAfter(Sentence sentence, Quotation quotation, int at)
    {
        if (reader.Read(at, sentence.End) is not { } speaker)
        {
            return false;
        }

        var verb = speaker.After;
        while (verb < sentence.End && work.Tokens[verb].Is(WordClass.Adverb))
        {
            verb++;
        }

        if (verb >= sentence.End || !work.Is(verb, WordClass.CueSay | WordClass.CueClaim))
        {
            return false;
        }

        var next = verb + 1;
        while (next < sentence.End && (work.Tokens[next].Is(WordClass.Adverb) || work.Tokens[next].Mark == ','))
        {
            next++;
        }

        if (next < sentence.End && work.Tokens[next].Mark is not ('.' or '!' or '?') && !clauses.IsSetting(next) && !work.Tokens[next].Is(WordClass.Subordinator))
        {
            return false;
        }

        for (var i = next; i < sentence.End; i++)
        {
            if (work.Tokens[i].Is(WordClass.Bahwa) || work.Tokens[i].Quoted)
            {
                return false;
            }
        }

        drafts.Take(verb, verb + 1);
        drafts.Add(quotation, StatementKind.Direct, verb, verb + 1, speaker, 0.9);
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

            // "mengecam "kebohongan yang berulang."": a verb of position whose object is quoted.
            if (work.Is(k, WordClass.CueVerb) || (k == i && work.Is(k, WordClass.Position) && !marked))
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

        var colon = work.IsMark(quotation.OuterFirst - 1, ':');
        if (cue < 0)
        {
            return colon && Named(sentence, quotation, i + 1);
        }

        // Behind a colon stands what was said, whatever the verb's object is: "menegaskan sikapnya: ...".
        // "menulis keterangan, ...", "mengunggah pesan singkat, ...": the noun for the words.
        var noun = marked && i - cue <= 2 && work.Is(cue + 1, WordClass.Utterance | WordClass.Channel) && !work.Is(i, WordClass.CueAny);
        if ((!marked && !bahwa && cue != i) || (cue != i && !colon && !noun && !clauses.IsAddressee(cue + 1, i + 1)))
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

    // "Rini Wulandari: ...": a name and a colon, as in a record.
    private bool Named(Sentence sentence, Quotation quotation, int end)
    {
        if (reader.Read(sentence.First, end) is not { Entity.Type: ActorType.Person or ActorType.Organization or ActorType.Country } named || named.After != end)
        {
            return false;
        }

        drafts.Add(quotation, StatementKind.Direct, -1, -1, named, 0.85);
        return true;
    }

    // "A," kata X, "B.": the attribution breaks one sentence; what it goes on with is the same speaker's.
    private bool SecondHalf(Sentence sentence, Quotation quotation, int firstEnd)
    {
        var before = quotation.OuterFirst - 1;
        var after = quotation.OuterEnd;
        if (firstEnd < 0 || quotation.Single || before <= firstEnd || before - firstEnd > MaxBreak || work.Tokens[before].Mark != ','
            || (after < sentence.End && work.Tokens[after].Mark is not ('.' or ',' or '!' or '?' or '(')) || drafts.SpeakerHere is not { } speaker)
        {
            return false;
        }

        drafts.Add(quotation, StatementKind.Direct, -1, -1, new Speaker(speaker.Entity, -1, -1, -1, null, speaker.Certainty), 0.9);
        return true;
    }

    // A quotation that is a sentence of its own belongs to whoever is speaking; who that is the next sentence can tell.
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
        if (!startsSentence || !endsSentence || quotation.End - quotation.First < 4)
        {
            return false;
        }

        var speaker = discourse.Continuing ?? discourse.Person;
        drafts.Add(quotation, StatementKind.Direct, -1, -1, speaker is null ? null : new Speaker(speaker, -1, -1, -1, null, 0.7), 0.8);
        return true;
    }
}
