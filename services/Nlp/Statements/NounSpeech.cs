using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>Reads clauses that hang on a noun for something said, whose possessor is the source: "menanggapi klaim X bahwa ...".</summary>
internal sealed class NounSpeech(ArticleWork work, SpeakerReader reader, Drafts drafts, Clauses clauses)
{
    /// <summary>Reads the noun at a token; false when it brings no clause with a source.</summary>
    public bool Read(Sentence sentence, int cue)
    {
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
}
