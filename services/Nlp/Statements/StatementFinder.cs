using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>
/// Walks through the story sentence by sentence and finds who said what. Direct quotations come first, since their marks are certain; the cues that
/// are left introduce indirect or mixed speech. The discourse is kept along the way, so that a pronoun is resolved where it stands.
/// </summary>
internal sealed class StatementFinder
{
    private readonly ArticleWork _work;
    private readonly Discourse _discourse;
    private readonly Drafts _drafts;
    private readonly DirectSpeech _direct;
    private readonly IndirectSpeech _indirect;
    private readonly InnerSpeech _inner;
    private readonly Headlines _headlines;
    private readonly Focus _focus;

    private StatementFinder(ArticleWork work, Discourse discourse)
    {
        var reader = new SpeakerReader(work, discourse);
        var clauses = new Clauses(work);
        _work = work;
        _discourse = discourse;
        _drafts = new(work, discourse, reader);
        _direct = new(work, discourse, reader, _drafts, clauses);
        _indirect = new(work, discourse, reader, _drafts, clauses);
        _inner = new(work, discourse, reader, _drafts, clauses);
        _headlines = new(work, discourse, reader, _drafts);
        _focus = new(work, discourse, reader);
    }

    /// <summary>Statements in order of their start.</summary>
    public static List<Draft> Run(ArticleWork work, Discourse discourse)
    {
        var finder = new StatementFinder(work, discourse);
        for (var i = 0; i < work.Sentences.Count; i++)
        {
            finder._drafts.Begin(i);
            finder.Read(work.Sentences[i]);
        }

        Introduced(work, finder._drafts.Found);

        // The headline comes last: it names people by what the story tells about them.
        for (var i = 0; i < work.Sentences.Count; i++)
        {
            if (work.Sentences[i].Headline)
            {
                finder._drafts.Begin(i);
                finder._headlines.Read(work.Sentences[i]);
            }
        }

        var found = finder._drafts.Found;
        found.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.End.CompareTo(b.End));
        return found;
    }

    // "..., kata pejabat kementerian, Jumat. Deputi Kelautan Rini Wulandari mengatakan ...": news opens with the office and gives the name in the next sentence. The nameless
    // official is who is named there, when nobody else has come in between and both speak for the same house.
    private static void Introduced(ArticleWork work, List<Draft> drafts)
    {
        for (var i = 0; i + 1 < drafts.Count; i++)
        {
            if (drafts[i].Speaker is not { } nameless || drafts[i + 1].Speaker is not { } named || drafts[i + 1].CueSentence - drafts[i].CueSentence != 1
                || nameless.Entity is not { IsUnnamed: true } official || named.Entity is not { Type: ActorType.Person, IsUnnamed: false, Roles.Count: > 0, Office: null } person
                || named.First < 0 || person.FirstAt != named.First || (official.Represents is { } house && person.Represents is { } other && house != other))
            {
                continue;
            }

            drafts[i].Speaker = nameless with { Entity = person, Certainty = 0.6 };
            for (var back = i - 1; back >= 0 && drafts[back].Speaker is { } same && same.Entity == official; back--)
            {
                drafts[back].Speaker = same with { Entity = person, Certainty = 0.6 };
            }
        }
    }

    private void Read(Sentence sentence)
    {
        var before = _drafts.Found.Count;
        ResolveMentions(sentence);
        if (sentence.Headline)
        {
            return;
        }

        _direct.Read(sentence);
        _indirect.Read(sentence);
        if (_drafts.Found.Count == before)
        {
            _focus.Follow(sentence);
        }

        for (var i = before; i < _drafts.Found.Count; i++)
        {
            _inner.Read(_drafts.Found[i]);
        }
    }

    // Pronouns and bare titles are resolved in reading order, even where no statement needs them: the mention list shows them.
    private void ResolveMentions(Sentence sentence)
    {
        for (var i = sentence.First; i < sentence.End; i++)
        {
            var index = _work.FoundOf[i];
            if (index < 0 || _work.Found[index].OuterFirst != i)
            {
                continue;
            }

            var found = _work.Found[index];
            if (found.Form == MentionForm.Pronoun)
            {
                found.Entity ??= _discourse.Pronoun(_work.Is(i, WordClass.Pronoun3Plural));
            }
        }
    }
}
