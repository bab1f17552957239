using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>
/// Reads passives: "hal itu disampaikan X", "hal itu ia sampaikan", "dideskripsikan oleh X sebagai ...", "dinilai X terlalu mahal", "dikatakan X, ...",
/// "dalam laporan itu disebutkan bahwa ...".
/// </summary>
internal sealed class PassiveSpeech(ArticleWork work, SpeakerReader reader, Drafts drafts, AttributionBeside beside, Clauses clauses)
{
    /// <summary>Longest way from "hal itu" to its passive, in tokens.</summary>
    private const int MaxBack = 3;

    /// <summary>Reads the passive cue, or the stem behind its agent, at a token; false when it attributes nothing.</summary>
    public bool Read(Sentence sentence, int cue)
    {
        if (Labelled(sentence, cue))
        {
            return true;
        }

        var back = PointsBack(sentence, cue);
        if (work.Is(cue, WordClass.CueStem) && !work.Is(cue, WordClass.CuePassive))
        {
            // "Hal itu ia sampaikan di ...": the agent stands before the stem.
            return back >= 0 && reader.Read(back, sentence.End) is { } agent && agent.After == cue && drafts.Previous(cue, cue + 1, agent);
        }

        // "Hal itu disampaikan X": the sentence before is what X said.
        if (back >= 0)
        {
            return reader.Read(Agent(cue + 1, sentence.End), sentence.End) is { } source && drafts.Previous(cue, cue + 1, source);
        }

        // "Dikatakan, anggaran itu ...": the opening cue of a report that goes on with whoever has the word.
        if (cue == sentence.First && work.IsMark(cue + 1, ',') && work.Form(cue) is "Dikatakan" or "Dijelaskan" or "Ditambahkan" or "Ditegaskan" or "Diungkapkan" or "Dipaparkan" or "Disampaikan" && beside.Continues(sentence, cue))
        {
            return true;
        }

        if ((reader.Read(cue + 1, sentence.End) ?? (cue == sentence.First ? beside.Introduced(cue + 1, sentence.End) : null)) is not { } speaker)
        {
            return Written(sentence, cue);
        }

        var by = work.IsForm(cue + 1, "oleh");
        if (speaker.After < sentence.End && work.IsForm(speaker.After, "sebagai") && by)
        {
            // "dideskripsikan oleh X sebagai ..."
            return drafts.Content(speaker.After + 1, clauses.End(speaker.After + 1, sentence.End, WordClass.CueDescribe), cue, cue + 1, speaker, 0.8);
        }

        // "Seperti dilaporkan pihak bank bahwa ...": what is reported follows its agent.
        if (speaker.After + 2 < sentence.End && work.Is(speaker.After, WordClass.Bahwa) && speaker.Entity is { Outlet: false })
        {
            return drafts.Content(speaker.After + 1, clauses.End(speaker.After + 1, sentence.End, WordClass.None), cue, cue + 1, speaker, 0.8);
        }

        var set = cue == sentence.First || work.Tokens[cue - 1].Mark == ',' || work.IsForm(cue - 1, "demikian") || work.IsForm(cue - 1, "seperti") || work.IsForm(cue - 1, "sebagaimana")
            || (work.Is(cue - 1, WordClass.Yang) && (work.IsForm(cue - 2, "seperti") || work.IsForm(cue - 2, "sebagaimana")) && !speaker.Entity.Outlet);
        // "yang dianggap X sebagai ..." is the reporter's label; elsewhere the judgement is what is reported.
        // Without "oleh" what follows the verb can be its subject: "diharapkan PBB bisa ...", "..., disebut Rini akan ...".
        var judgement = work.IsForm(cue, "dianggap") || work.IsForm(cue, "dinilai") || work.IsForm(cue, "dituduh") || work.IsForm(cue, "dituding");
        var sure = by || (cue > sentence.First && work.Tokens[cue - 1].Mark != ',' && (judgement || !work.Is(cue, WordClass.Negation)) && (speaker.Entity.Type is not (ActorType.Group or ActorType.Document) || (judgement && work.Is(cue + 1, WordClass.Plural))) && (!speaker.Entity.Weak || speaker.End - speaker.First > 1));
        if ((work.Is(cue, WordClass.Judged) || by) && sure && !work.Is(cue - 1, WordClass.Yang) && Judged(sentence, cue, speaker))
        {
            return true;
        }

        set &= by || !work.Is(cue, WordClass.Judged) || speaker.After >= sentence.End || work.Tokens[speaker.After].Mark is ',' or '.';
        return set && beside.Read(sentence, cue, speaker.After, speaker);
    }

    // "apa yang Rini sebut sebagai kebohongan", "apa yang disebut Rini sebagai kebohongan": the label is the source's.
    private bool Labelled(Sentence sentence, int cue)
    {
        var yang = cue - 1;
        Speaker? agent = null;
        if (work.Is(cue, WordClass.CueStem) && yang > sentence.First && work.FoundOf[yang] is var index and >= 0)
        {
            yang = work.Found[index].OuterFirst - 1;
            agent = reader.Read(yang + 1, cue);
        }

        if (yang <= sentence.First || !work.Is(yang, WordClass.Yang) || !work.IsForm(yang - 1, "apa"))
        {
            return false;
        }

        var first = cue + 1;
        if (agent is null && work.Is(cue, WordClass.CuePassive) && !work.Is(cue, WordClass.CueNya))
        {
            agent = reader.Read(cue + 1, sentence.End);
            first = agent?.After ?? first;
        }

        if (agent is not { } source || !(work.IsForm(first, "sebagai") || work.IsForm(first, "adalah") || work.IsForm(first, "merupakan")))
        {
            return false;
        }

        return drafts.Content(first + 1, clauses.End(first + 1, sentence.End, WordClass.CueDescribe), cue, cue + 1, source, 0.7);
    }

    // "Kapal itu disebut X sudah tua", "Warga diminta oleh X untuk pergi": content is what follows the agent.
    private bool Judged(Sentence sentence, int cue, Speaker speaker)
    {
        var first = speaker.After;
        if (work.IsForm(first, "untuk") || work.IsForm(first, "agar") || work.IsForm(first, "supaya") || work.IsForm(first, "sebagai") || work.Is(first, WordClass.Bahwa))
        {
            first++;
        }
        else if (!clauses.IsPredicate(first, sentence.End) && !(work.Is(first, WordClass.Adjective) && work.Is(cue, WordClass.Judged)))
        {
            return false;
        }

        return drafts.Content(first, clauses.End(first, sentence.End, WordClass.CueDescribe), cue, cue + 1, speaker, 0.75);
    }

    // "Dalam laporan itu disebutkan bahwa ...": the paper the sentence opens on is the source of a passive without an agent.
    private bool Written(Sentence sentence, int cue)
    {
        var first = sentence.First;
        var content = cue + 1;
        while (content < sentence.End && work.Tokens[content].Is(WordClass.Adverb))
        {
            content++;
        }

        if (work.Is(cue, WordClass.Judged) || content >= sentence.End || (!work.Is(content, WordClass.Bahwa) && work.Tokens[content].Mark != ',' && !clauses.HasPredicate(content, sentence.End)))
        {
            return false;
        }

        while (first < cue && work.Tokens[first].Is(WordClass.Adverb | WordClass.Conjunction))
        {
            first++;
        }

        if (!(work.IsForm(first, "dalam") || work.IsForm(first, "di") || work.IsForm(first, "pada") || work.IsForm(first, "dari") || work.IsForm(first, "melalui") || work.IsForm(first, "lewat") || work.IsForm(first, "berdasarkan") || work.IsForm(first, "menurut")))
        {
            return false;
        }

        if (work.IsForm(first, "di") && work.IsForm(first + 1, "dalam"))
        {
            first++;
        }

        if (reader.Read(first + 1, cue) is not { Entity: { Type: ActorType.Document, Outlet: false } } paper || !(paper.After == cue || (paper.After == cue - 1 && work.IsMark(cue - 1, ','))))
        {
            return false;
        }

        while (content < sentence.End && (work.Tokens[content].Is(WordClass.Bahwa) || work.Tokens[content].Mark is ',' or ':'))
        {
            content++;
        }

        return drafts.Content(content, clauses.End(content, sentence.End, WordClass.None), cue, cue + 1, paper, 0.8);
    }

    // "disampaikan langsung oleh X", "disampaikan dalam keterangan pers dari X": whoever the paper is from.
    private int Agent(int at, int end)
    {
        while (at < end && work.Tokens[at].Is(WordClass.Adverb))
        {
            at++;
        }

        if (work.IsForm(at, "dalam") || work.IsForm(at, "melalui") || work.IsForm(at, "lewat"))
        {
            for (var i = at; i < end && i < at + 8; i++)
            {
                if (work.IsForm(i, "dari") || work.IsForm(i, "oleh"))
                {
                    return i + 1;
                }
            }
        }

        return at;
    }

    // Where "Hal itu", "Demikian", "Pernyataan tersebut", "Itu" at the start of the sentence ends, if the cue stands close behind; else -1.
    private int PointsBack(Sentence sentence, int cue)
    {
        var i = sentence.First;
        if (i + 2 < cue && work.Tokens[i].Is(WordClass.Adverb | WordClass.Conjunction) && work.Tokens[i + 1].Mark == ',')
        {
            i += 2;
        }
        else if (work.IsForm(i, "dikutip") || work.IsForm(i, "dilansir") || work.IsForm(i, "mengutip") || work.IsForm(i, "melansir") || work.IsForm(i, "seperti"))
        {
            // "Dikutip dari Kyodo, informasi itu disampaikan ...": the way the news came.
            for (var comma = i + 1; comma < cue && comma < i + 8; comma++)
            {
                if (work.Tokens[comma].Mark == ',')
                {
                    i = comma + 1;
                    break;
                }
            }
        }

        if (work.IsForm(i, "demikian") || work.IsForm(i, "itu"))
        {
            i++;
        }
        else if ((work.IsForm(i, "hal") || work.Is(i, WordClass.Utterance)) && (work.Is(i + 1, WordClass.Determiner) || work.IsForm(i + 1, "demikian")))
        {
            i += 2;
        }
        else
        {
            return -1;
        }

        return i <= cue && (cue - i <= MaxBack || work.Is(cue, WordClass.CueStem)) ? i : -1;
    }
}
