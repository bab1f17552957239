using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>
/// Reads clauses that hang on a noun for something said, whose source is its possessor ("menanggapi klaim X bahwa ...") or the subject of the verb that only carries it
/// ("X melayangkan ancaman bahwa ...").
/// </summary>
internal sealed class NounSpeech(ArticleWork work, SpeakerReader reader, Drafts drafts, Clauses clauses)
{
    /// <summary>Reads the noun at a token; false when it brings no clause with a source.</summary>
    public bool Read(Sentence sentence, int cue)
    {
        if (Given(sentence, cue))
        {
            return true;
        }

        // A subject's own clause has no end that can be told from the predicate behind it.
        if (cue == sentence.First || cue + 2 >= sentence.End || reader.Read(cue + 1, sentence.End) is not { Entity: { Outlet: false, Type: not ActorType.Document } } speaker)
        {
            return false;
        }

        var first = speaker.After;
        if (!work.Is(first, WordClass.Bahwa) && !work.IsForm(first, "agar") && !work.IsForm(first, "supaya"))
        {
            return false;
        }

        return drafts.Content(first + 1, clauses.End(first + 1, sentence.End, WordClass.None), cue, cue + 1, speaker, 0.7);
    }

    // "melayangkan ancaman bahwa ...", "mengeluarkan perintah agar ...", "memberi penjelasan kepada warga bahwa ...": the verb only carries the noun.
    private bool Given(Sentence sentence, int noun)
    {
        var verb = noun - 1;
        if (verb <= sentence.First || !work.Is(verb, WordClass.Carrier))
        {
            return false;
        }

        var first = noun + 1;
        while (first < sentence.End && first < noun + 9 && !work.Is(first, WordClass.Bahwa | WordClass.CueAny) && work.Tokens[first].Mark != ',' && !work.IsForm(first, "agar") && !work.IsForm(first, "supaya") && !work.IsForm(first, "untuk"))
        {
            first++;
        }

        if (first + 2 >= sentence.End || !(work.Is(first, WordClass.Bahwa) || work.IsForm(first, "agar") || work.IsForm(first, "supaya") || (work.IsForm(first, "untuk") && work.IsForm(noun + 1, "kepada")))
            || reader.Before(sentence.First, verb, drafts.SubjectOf(sentence)) is not { Entity.Type: not ActorType.Document } speaker)
        {
            return false;
        }

        // Whom a request is addressed to stays in it.
        var content = work.IsForm(first, "untuk") ? noun + 1 : first + 1;
        return drafts.Content(content, clauses.End(content, sentence.End, WordClass.None), verb, noun + 1, speaker, 0.75);
    }
}
