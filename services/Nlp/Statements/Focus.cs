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
        if (Source(sentence) is { } source)
        {
            discourse.Enters(source);
            return;
        }

        if (Crowd(sentence))
        {
            return;
        }

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
            // "Saat ditanya soal isu yang dilakukan Rini, ia diam": the agent or object of the clause before is not whom the sentence is about.
            if (previous > sentence.First && !tokens[previous].Capital && Words.LooksVerb(work.Form(previous)) && Leading(sentence, previous))
            {
                i = found.After - 1;
                continue;
            }

            // "mantan kekasih Rini Wulandari itu tersenyum": somebody described by her name, whom the text has had before.
            if (found.Form == MentionForm.Name && found.After < sentence.End && tokens[found.After].Is(WordClass.Determiner) && previous >= sentence.First && tokens[previous] is { Capital: false, Kind: TokenKind.Word } && !tokens[previous].Is(WordClass.Preposition))
            {
                return;
            }

            if (found.Form != MentionForm.Pronoun && !(previous >= sentence.First && tokens[previous].Is(WordClass.Preposition)) && discourse.Resolve(found) is { Outlet: false } entity && (!entity.Weak || entity.Type != ActorType.Person || IsCalled(found) || (discourse.Same() is null && found.End - found.First > 1)))
            {
                switch (RoleOf(sentence, found, entity))
                {
                    case Role.Speaks when found.Form == MentionForm.Name:
                        discourse.Enters(entity);
                        break;
                    // "Rini akan dipanggil. Ia mengatakan ...": who is only acted on takes the word from nobody.
                    case Role.Undergoes when entity.Type == ActorType.Person && discourse.Speaker is { Type: ActorType.Person }:
                        break;
                    default:
                        discourse.Subject(entity);
                        break;
                }

                return;
            }

            i = found.After - 1;
        }
    }

    // "Lomba itu mendapat apresiasi dari Ketua RW Rini Wulandari.", "Hal itu menurut Rini belum cukup.": whose words the sentence speaks of has the word after it.
    private Entity? Source(Sentence sentence)
    {
        var tokens = work.Tokens;
        for (var i = sentence.First + 1; i < sentence.End - 1 && i < sentence.First + Drafts.MaxScan; i++)
        {
            // "Rencana itu sebelumnya disampaikan oleh Menteri Rini Wulandari.", "Salah satu warga yang keberatan adalah Rini Wulandari.": who says, or is singled out.
            if (!tokens[i].Quoted && ((tokens[i].Is(WordClass.CuePassive) && !tokens[i].Is(WordClass.Judged | WordClass.CueNya) && work.IsForm(i + 1, "oleh"))
                || (work.IsForm(i, "adalah") && work.IsForm(sentence.First, "salah"))) && Teller(i + 1, sentence.End) is { } singled)
            {
                return singled;
            }

            if (tokens[i].Quoted || tokens[i].Capital || (!tokens[i].Is(WordClass.CueAccording) && !(work.IsForm(i, "dari") && tokens[i - 1].Is(WordClass.Utterance | WordClass.Attitude) && Receives(sentence.First, i - 1))))
            {
                continue;
            }

            if (!(work.FoundOf[i + 1] is var index and >= 0 && work.Found[index].Form == MentionForm.Pronoun) && Teller(i + 1, sentence.End) is { } teller)
            {
                return teller;
            }
        }

        return null;
    }

    // "Massa dari Forum Warga Kalibaru berkumpul.", "Ribuan nelayan yang tergabung dalam Aliansi Utara datang.": "mereka" and "massa" are the organisation's from here on.
    private bool Crowd(Sentence sentence)
    {
        var tokens = work.Tokens;
        var i = sentence.First;
        while (i < sentence.End && (tokens[i].Is(WordClass.Plural | WordClass.Adverb) || tokens[i].Kind == TokenKind.Number || IsDozens(work.Form(i))))
        {
            i++;
        }

        if (i >= sentence.End || tokens[i].Quoted || Phrases.Longest(work, i, static node => (node.Noun & WordClass.Group) != 0, out var length) is null)
        {
            return false;
        }

        var noun = i;
        i += length;
        if (work.Is(i, WordClass.Yang) && (work.IsForm(i + 1, "tergabung") || work.IsForm(i + 1, "berasal")))
        {
            i += 2;
        }

        if (i + 1 >= sentence.End || !(work.IsForm(i, "dari") || work.IsForm(i, "dalam")) || work.FoundOf[i + 1] is not (var index and >= 0)
            || work.Found[index] is not { Form: MentionForm.Name or MentionForm.Alias } found || found.OuterFirst != i + 1 || discourse.Resolve(found) is not { Type: ActorType.Organization, Outlet: false } body)
        {
            return false;
        }

        discourse.Gathers(work.Words(noun, noun + length), body);
        return true;
    }

    private static bool IsDozens(ReadOnlySpan<char> form) => form is "Puluhan" or "puluhan" or "Ratusan" or "ratusan" or "Ribuan" or "ribuan" or "Belasan" or "belasan";

    // "mendapat apresiasi", "menuai banyak kritik": the words come to somebody; "menjawab permintaan dari Rini" lets somebody else speak.
    private bool Receives(int first, int noun)
    {
        for (var i = noun - 1; i >= first && i >= noun - 3; i--)
        {
            if (work.Form(i) is "mendapat" or "mendapatkan" or "menuai" or "memperoleh" or "menerima" or "mengundang" or "memicu" or "beroleh" or "ada" or "terdapat" or "datang" or "muncul" or "menunjukkan" or "memuat" or "menampilkan")
            {
                return true;
            }
        }

        return false;
    }

    // A capitalised phrase that nobody has introduced is a person where what somebody is called by stands in it, or a given name and more ("Lalu" alone is an adverb).
    private bool IsCalled(Found found)
    {
        // "Rini (45)": only people have an age.
        if (found.After > found.End)
        {
            return true;
        }

        for (var i = found.First; i < found.End; i++)
        {
            if ((work.Tokens[i].Is(WordClass.GivenName) && found.End - found.First > 1) || work.AreIn(work.CalledNames, i, i + 1))
            {
                return true;
            }
        }

        return false;
    }

    private Entity? Teller(int at, int end)
    {
        while (at < end && work.Tokens[at].Is(WordClass.Adverb))
        {
            at++;
        }

        return reader.Read(at, end) is { Entity: { Type: ActorType.Person, Outlet: false } person } ? person : null;
    }

    /// <summary>What a sentence does with its subject.</summary>
    private enum Role { Acts, Speaks, Undergoes }

    // "Rini menyambut baik usul itu.", "Rini Wulandari, ketua forum, bertemu warga.": who takes a position or is brought in as one who acts speaks next;
    // "Rini diyakini mampu ...", "Rini adalah ...": who is only spoken of does not.
    private Role RoleOf(Sentence sentence, Found subject, Entity entity)
    {
        var introduced = !entity.Weak && entity.FirstAt >= sentence.First;
        var relative = false;
        var words = false;
        for (var i = subject.After; i < sentence.End && i < subject.After + MaxSubject; i++)
        {
            ref readonly var token = ref work.Tokens[i];
            if (token.Quoted)
            {
                return Role.Acts;
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
                words = true;
                if (token.Is(WordClass.CueVerb | WordClass.Position))
                {
                    return Role.Speaks;
                }

                var verb = Words.LooksVerb(work.Form(i));
                if (verb && work.Form(i)[0] is 'd' or 't' && work.Form(i).Length > 5)
                {
                    return Role.Undergoes;
                }

                if (verb)
                {
                    return introduced && work.Form(i)[0] is 'm' or 'b' ? Role.Speaks : Role.Acts;
                }

                introduced &= token.Is(WordClass.Adverb) || !token.Is(WordClass.Auxiliary);
            }
        }

        // A line of capitals alone is a headline.
        return introduced && words && !relative ? Role.Speaks : Role.Acts;
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
