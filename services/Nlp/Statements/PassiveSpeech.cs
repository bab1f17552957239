using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>Reads passives with their agent: "hal itu disampaikan X", "dideskripsikan oleh X sebagai ...", "dikatakan X, ...".</summary>
internal sealed class PassiveSpeech(ArticleWork work, SpeakerReader reader, Drafts drafts, AttributionBeside beside)
{
    /// <summary>Reads the passive cue at a token; false when it attributes nothing.</summary>
    public bool Read(Sentence sentence, int cue)
    {
        // "Hal itu disampaikan X": the sentence before is what X said.
        if (cue - sentence.First <= 4 && (work.IsForm(sentence.First, "hal") || work.IsForm(sentence.First, "demikian")))
        {
            var at = SkipAdverbs(cue + 1, sentence.End);
            // "disampaikan dalam keterangan pers dari X": whoever the paper is from.
            if (work.IsForm(at, "dalam") || work.IsForm(at, "melalui") || work.IsForm(at, "lewat"))
            {
                for (var i = at; i < sentence.End && i < at + 8; i++)
                {
                    if (work.IsForm(i, "dari") || work.IsForm(i, "oleh"))
                    {
                        at = i + 1;
                        break;
                    }
                }
            }

            return reader.Read(at, sentence.End) is { } source && drafts.Previous(cue, cue + 1, source);
        }

        if (reader.Read(cue + 1, sentence.End) is not { } speaker)
        {
            return false;
        }

        // "dideskripsikan oleh X sebagai ..."
        if (speaker.After < sentence.End && work.IsForm(speaker.After, "sebagai") && work.IsForm(cue + 1, "oleh"))
        {
            return drafts.Content(speaker.After + 1, sentence.End, cue, cue + 1, speaker, 0.8);
        }

        if (cue == sentence.First || work.Tokens[cue - 1].Mark == ',')
        {
            return beside.Read(sentence, cue, speaker.After, speaker);
        }

        return false;
    }

    private int SkipAdverbs(int i, int end)
    {
        while (i < end && work.Tokens[i].Is(WordClass.Adverb))
        {
            i++;
        }

        return i;
    }
}
