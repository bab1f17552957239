using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>Moves the focus of the discourse along sentences that hold no statement: who is their subject, and who has the word after them.</summary>
internal sealed class Focus(ArticleWork work, Discourse discourse, SpeakerReader reader)
{
    /// <summary>Longest way from a subject to its verb, in tokens.</summary>
    private const int MaxSubject = 40;

    /// <summary>The text has come to a sentence without statements.</summary>
    public void Follow(Sentence sentence)
    {
        var tokens = work.Tokens;
        for (var i = sentence.First; i < sentence.End; i++)
        {
            var index = work.FoundOf[i];
            if (index < 0 || tokens[i].Quoted)
            {
                // "Hal senada disampaikan Rini Wulandari.": her words follow.
                if (!tokens[i].Quoted && tokens[i].Is(WordClass.CuePassive) && Teller(i + 1, sentence.End) is { } teller)
                {
                    discourse.Enters(teller);
                    return;
                }

                // Behind the first verb stand objects.
                if (i > sentence.First && !tokens[i].Capital && !tokens[i].Quoted && Words.LooksVerb(work.Form(i)) && !Leading(sentence, i))
                {
                    return;
                }

                continue;
            }

            var found = work.Found[index];
            var previous = found.OuterFirst - 1;
            if (found.Form != MentionForm.Pronoun && !(previous >= sentence.First && tokens[previous].Is(WordClass.Preposition)) && discourse.Resolve(found) is { Outlet: false } entity && (!entity.Weak || found.End - found.First > 1))
            {
                if (found.Form == MentionForm.Name && Voices(sentence, found, entity))
                {
                    discourse.Enters(entity);
                }
                else
                {
                    discourse.Subject(entity);
                }

                return;
            }

            i = found.After - 1;
        }
    }

    private Entity? Teller(int at, int end)
    {
        while (at < end && work.Tokens[at].Is(WordClass.Adverb))
        {
            at++;
        }

        return reader.Read(at, end) is { Entity: { Type: ActorType.Person, Outlet: false } person } ? person : null;
    }

    // "Rini menyambut baik usul itu.", "Rini Wulandari, ketua forum, bertemu warga.": who takes a position or is brought in as one who acts speaks next;
    // "Rini diyakini mampu ...", "Rini adalah ...": who is only spoken of does not.
    private bool Voices(Sentence sentence, Found subject, Entity entity)
    {
        var introduced = !entity.Weak && entity.FirstAt >= sentence.First;
        var relative = false;
        for (var i = subject.After; i < sentence.End && i < subject.After + MaxSubject; i++)
        {
            ref readonly var token = ref work.Tokens[i];
            if (token.Quoted)
            {
                return false;
            }

            if (token.Is(WordClass.Yang))
            {
                relative = true;
            }
            else if (token.Mark == ',')
            {
                relative = false;
            }
            else if (!relative && token.Kind == TokenKind.Word && !token.Capital)
            {
                if (token.Is(WordClass.CueVerb | WordClass.Position))
                {
                    return true;
                }

                if (!token.Is(WordClass.Adverb) && (token.Is(WordClass.Auxiliary) || Words.LooksVerb(work.Form(i))))
                {
                    return introduced && !token.Is(WordClass.Auxiliary) && work.Form(i)[0] is 'm' or 'b';
                }
            }
        }

        return introduced && !relative;
    }

    // A verb in an adverbial before the subject: "Dalam pidato yang disiarkan televisi, Presiden ...", "Setelah bertemu wartawan, ...".
    private bool Leading(Sentence sentence, int verb)
    {
        ref readonly var first = ref work.Tokens[sentence.First];
        if (!first.Is(WordClass.Preposition | WordClass.Subordinator) && !Words.LooksVerb(work.Form(sentence.First)))
        {
            return false;
        }

        for (var i = sentence.First; i < verb; i++)
        {
            if (work.Tokens[i].Mark == ',')
            {
                return false;
            }
        }

        return true;
    }
}
