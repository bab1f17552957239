using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>Reads headlines that attribute: "Menlu: ...". They come last, since they name people by what the story tells about them.</summary>
internal sealed class Headlines(ArticleWork work, Discourse discourse, SpeakerReader reader, Drafts drafts)
{
    /// <summary>Fewest words of a clause in a headline; fewer are mostly an object ("Buruh tuntut kenaikan upah").</summary>
    private const int MinClause = 4;

    /// <summary>Adds what a headline attributes: before its colon, or by a verb of saying without its prefix ("Menlu sebut ...").</summary>
    public void Read(Sentence sentence)
    {
        var colon = -1;
        for (var i = sentence.First + 1; i < sentence.End - 2; i++)
        {
            if (work.Tokens[i].Quoted)
            {
                continue;
            }

            if (work.Tokens[i].Mark == ':')
            {
                colon = i;
                break;
            }

            if (work.Tokens[i].Is(WordClass.CueStem | WordClass.CueThink) && Verb(sentence, i))
            {
                return;
            }
        }

        if (colon < 0)
        {
            return;
        }

        var first = colon;
        while (first > sentence.First && work.Tokens[first - 1].Mark is not (',' or '.' or '!' or '?') && !work.Tokens[first - 1].Quoted)
        {
            first--;
        }

        if (colon - first > 7)
        {
            return;
        }

        // "Legislator: ...", "Menlu: ...": whom the story gives that office.
        var speaker = discourse.Holder(work.Words(first, colon)) is { } holder ? new Speaker(holder, first, colon, colon, null, 0.8) : reader.Read(first, colon) ?? default;
        if (speaker.Entity is null || speaker.After < colon || !IsActor(speaker.Entity))
        {
            return;
        }

        drafts.Content(colon + 1, sentence.End, -1, -1, speaker, 0.8);
    }

    // The whole of what stands before the verb names the source, and a clause of some length follows.
    private bool Verb(Sentence sentence, int cue)
    {
        var first = sentence.First;
        for (var i = cue - 1; i > first; i--)
        {
            if (work.Tokens[i].Mark is ',' or '!' or '?' or '.')
            {
                first = i + 1;
                break;
            }
        }

        var content = cue + 1;
        while (content < sentence.End && (work.IsForm(content, "agar") || work.IsForm(content, "supaya") || work.Is(content, WordClass.Bahwa)))
        {
            content++;
        }

        if (cue == first || drafts.Count(content, sentence.End) < MinClause)
        {
            return false;
        }

        // "Menlu sebut ...": whom the story gives that office.
        var speaker = reader.Read(first, cue) ?? default;
        if ((speaker.Entity is null || speaker.First == first) && discourse.Holder(work.Words(first, cue)) is { } holder)
        {
            speaker = new(holder, first, cue, cue, null, 0.8);
        }

        return speaker.Entity is not null && speaker.After == cue && IsActor(speaker.Entity) && drafts.Content(content, sentence.End, cue, cue + 1, speaker, 0.8);
    }

    // Headlines name topics too ("Piala Nusaraya: ..."): an actor is known, has an office, or speaks in the story.
    private bool IsActor(Entity entity) =>
        entity.Type is ActorType.Country or ActorType.Organization || entity.Roles.Count > 0 || drafts.Found.Exists(draft => draft.Speaker?.Entity == entity);
}
