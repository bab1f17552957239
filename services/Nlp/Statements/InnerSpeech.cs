using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>
/// Reads the attributions inside the content of a statement: A says that B said. The same readers run over the content as over the story, but what they
/// find moves no focus and is no statement of its own. A speaker who quotes himself makes no chain.
/// </summary>
internal sealed class InnerSpeech(ArticleWork work, Discourse discourse, SpeakerReader reader, Drafts outer, Clauses clauses)
{
    /// <summary>A report of a report of a report; whatever lies deeper is misread.</summary>
    private const int MaxLevel = 3;

    // Made when the first content with a cue is met; most articles have none.
    private Drafts? _drafts;
    private IndirectSpeech? _indirect;


    /// <summary>Fills <see cref="Draft.Inner"/>.</summary>
    public void Read(Draft statement) => Read(statement, statement, 1);

    private void Read(Draft statement, Draft within, int level)
    {
        if (within.End <= within.Start || level > MaxLevel || !HasCue(within))
        {
            return;
        }

        _drafts ??= new(work, discourse, reader, outer);
        _indirect ??= new(work, discourse, reader, _drafts, clauses);

        // Inside the marks of the outer quotation words stand as in the story.
        var tokens = work.Tokens;
        for (var i = within.First; i < within.Past; i++)
        {
            tokens[i].Quoted = false;
        }

        var before = _drafts.Found.Count;
        var first = within.First;
        for (var i = within.First; i < within.Past; i++)
        {
            if (i + 1 == within.Past || i - first >= SentenceSplitter.MaxTokens || (tokens[i].Mark is '.' or '!' or '?' && tokens[i + 1].Capital && tokens[i + 1].Space))
            {
                _drafts.Begin(within.Sentence);
                _indirect.Read(new(first, i + 1, 0, false));
                first = i + 1;
            }
        }

        for (var i = within.First; i < within.Past; i++)
        {
            tokens[i].Quoted = work.QuotationOf[i] >= 0;
        }

        var end = _drafts.Found.Count;
        for (var i = before; i < end; i++)
        {
            var found = _drafts.Found[i];
            if (found.Speaker is not { } speaker || speaker.Entity == within.Speaker?.Entity || found.First < within.First || found.Past > within.Past || !Happened(within, found, speaker))
            {
                continue;
            }

            found.Level = level;
            (statement.Inner ??= []).Add(found);
            _drafts.Release(found.First, found.Past);
            Read(statement, found, level + 1);
        }
    }

    // "masyarakat bisa menilai", "harus mengatakan", "akan membantu memastikan": what might be said has not been. "Pihaknya" is the speaker's own side.
    private bool Happened(Draft within, Draft found, Speaker speaker)
    {
        if (work.IsForm(speaker.First, "pihaknya"))
        {
            return false;
        }

        var i = found.CueFirst - 1;
        while (i >= within.First && work.Tokens[i].Is(WordClass.Adverb))
        {
            i--;
        }

        return i < within.First || i < speaker.End
            || !(Words.LooksVerb(work.Form(i)) || (work.Tokens[i].Is(WordClass.Auxiliary) && !work.IsForm(i, "telah") && !work.IsForm(i, "sudah") && !work.IsForm(i, "masih") && !work.IsForm(i, "sedang")));
    }

    private bool HasCue(Draft within)
    {
        for (var i = within.First; i < within.Past; i++)
        {
            if (work.Tokens[i].Is(IndirectSpeech.Cues))
            {
                return true;
            }
        }

        return false;
    }
}
