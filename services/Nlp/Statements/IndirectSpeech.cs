using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>Walks along a sentence from cue to cue and hands each to the reader of its kind.</summary>
internal sealed class IndirectSpeech
{
    /// <summary>Every word that can attribute.</summary>
    public const WordClass Cues = WordClass.CueAny | WordClass.Viewpoint | WordClass.CueStem | WordClass.Utterance;

    private readonly ArticleWork _work;
    private readonly Drafts _drafts;
    private readonly AttributionBeside _beside;
    private readonly PassiveSpeech _passive;
    private readonly NounSpeech _noun;
    private readonly ActiveSpeech _active;

    public IndirectSpeech(ArticleWork work, Discourse discourse, SpeakerReader reader, Drafts drafts, Clauses clauses)
    {
        _work = work;
        _drafts = drafts;
        _beside = new(work, discourse, reader, drafts, clauses);
        _passive = new(work, reader, drafts, _beside, clauses);
        _noun = new(work, reader, drafts, clauses);
        _active = new(work, reader, drafts, clauses);
    }

    /// <summary>Adds what the cues of a sentence introduce that no statement has taken yet.</summary>
    public void Read(Sentence sentence)
    {
        for (var i = sentence.First; i < sentence.End; i++)
        {
            ref readonly var token = ref _work.Tokens[i];
            if (_drafts.IsTaken(i) || token.Quoted || !token.Is(Cues) || _beside.Read(sentence, i))
            {
                continue;
            }

            if (token.Is(WordClass.CuePassive | WordClass.CueStem) && _passive.Read(sentence, i))
            {
                continue;
            }

            if (token.Is(WordClass.Utterance) && _noun.Read(sentence, i))
            {
                continue;
            }

            if (token.Is(WordClass.CueVerb))
            {
                _active.Read(sentence, i);
            }
        }
    }
}
