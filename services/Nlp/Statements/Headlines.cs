using Sikap.Nlp.Actors;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>Reads headlines that attribute: "Menlu: ...". They come last, since they name people by what the story tells about them.</summary>
internal sealed class Headlines(ArticleWork work, Discourse discourse, SpeakerReader reader, Drafts drafts)
{
    /// <summary>Adds what a headline attributes before its colon.</summary>
    public void Read(Sentence sentence)
    {
        var colon = -1;
        for (var i = sentence.First + 1; i < sentence.End - 2; i++)
        {
            if (work.Tokens[i].Mark == ':' && !work.Tokens[i].Quoted)
            {
                colon = i;
                break;
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
        if (speaker.Entity is null || speaker.After < colon)
        {
            return;
        }

        drafts.Content(colon + 1, sentence.End, -1, -1, speaker, 0.8);
    }
}
