using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Actors;

/// <summary>Who the article is speaking of at a point of the text: resolves pronouns, bare titles and descriptions.</summary>
internal sealed class Discourse(ArticleWork work, EntityBook book)
{
    /// <summary>Person of the latest statement or subject.</summary>
    public Entity? Person { get; private set; }

    /// <summary>Organisation, country or group of the latest statement or subject.</summary>
    public Entity? Collective { get; private set; }

    /// <summary>Speaker of the latest statement.</summary>
    public Entity? Speaker { get; private set; }

    /// <summary>Latest document that speaks and what issued it.</summary>
    public Entity? Document { get; private set; }

    /// <summary>A person who became the subject after the latest statement and has said nothing yet.</summary>
    private Entity? _newcomer;

    private (string Noun, Entity Body)? _crowd;

    /// <summary>People of an organisation come together under a noun ("massa", "nelayan"): the noun alone means the organisation from here on.</summary>
    public void Gathers(string noun, Entity body)
    {
        _crowd = (noun, body);
        Subject(body);
    }

    /// <summary>The organisation whose people a noun alone stands for; null when none has gathered under it.</summary>
    public Entity? Gathered(string noun) => _crowd is { } crowd && crowd.Noun.Equals(noun, StringComparison.OrdinalIgnoreCase) ? crowd.Body : null;

    /// <summary>The text has come to a statement of this speaker.</summary>
    public void Said(Entity speaker)
    {
        Speaker = speaker;
        _newcomer = null;
        speaker.Weak = false;
        Subject(speaker);
    }

    /// <summary>A sentence without a statement is about this actor.</summary>
    public void Enters(Entity entity)
    {
        Subject(entity);
        if (entity.Type == ActorType.Person)
        {
            _newcomer = entity;
        }
    }

    /// <summary>The text has come to a sentence about this actor.</summary>
    public void Subject(Entity entity)
    {
        if (entity.Type == ActorType.Person || entity.OnePerson)
        {
            Person = entity;
        }
        else if (entity.Type == ActorType.Document)
        {
            Document = entity;
        }
        else
        {
            Collective = entity;
        }
    }

    /// <summary>The document that "laporan tersebut" means: the latest one of that noun, or the issuer of the report spoken of; another noun is another document.</summary>
    public Entity? Paper(string noun) => Document is { } latest && (latest.Type != ActorType.Document || Holds(latest.Name, noun) || (IsResearch(noun) && Array.Exists(latest.Name.Split(' '), IsResearch))) ? latest : null;

    private static bool Holds(string name, string noun) => name.StartsWith(noun, StringComparison.OrdinalIgnoreCase) || name.Contains(' ' + noun, StringComparison.OrdinalIgnoreCase);

    private static bool IsResearch(string noun) => noun.ToLowerInvariant() is "laporan" or "studi" or "penelitian" or "riset" or "kajian" or "survei" or "artikel" or "temuan" or "hasil";

    /// <summary>A report of an outlet: "laporan tersebut" later means that outlet.</summary>
    public void Reported(Entity issuer) => Document = issuer;

    /// <summary>Whose account a handle is; null when the article does not tell.</summary>
    public Entity? Account(string handle) => book.Account(handle);

    /// <summary>An organisation by the common noun of its name ("kata forum itu").</summary>
    public Entity? ByHead(string head) => book.ByHead(head);

    /// <summary>The person whom the article has described by these words, or by these and more: "istri Budi" for "Istri Budi Hartono, Rini".</summary>
    public Entity? Described(string words)
    {
        foreach (var person in book.Persons)
        {
            if (person.Roles.Exists(role => role.StartsWith(words, StringComparison.OrdinalIgnoreCase) && (role.Length == words.Length || role[words.Length] == ' ')))
            {
                return person;
            }
        }

        return null;
    }

    /// <summary>The person who holds an office, whatever it is for ("Legislator: ..." in a headline).</summary>
    public Entity? Holder(string office)
    {
        foreach (var person in book.Persons)
        {
            if (person.Roles.Exists(role => Offices.Same(role, office)))
            {
                return person;
            }
        }

        return null;
    }

    /// <summary>The first of the article who has an office or speaks: whom it is about, as long as nobody has spoken or acted.</summary>
    public Entity? Foremost()
    {
        foreach (var person in book.Persons)
        {
            if (!person.Weak || Array.Exists(person.Name.Split(' '), work.CalledNames.Contains))
            {
                return person;
            }
        }

        return null;
    }

    /// <summary>Resolves a third-person pronoun. "Mereka" behind the words of one person alone are those whom the person speaks for.</summary>
    public Entity? Pronoun(bool plural) => plural ? Collective ?? (Speaker is { Type: ActorType.Person, Represents: { } house } && book.Named(house) is { } body ? body : Speaker) : Person ?? Speaker;

    /// <summary>Who "katanya", "kata dia" goes on with: a person whom the text has brought in since, else the latest speaker if that is one person, else the latest person.</summary>
    public Entity? Same() => _newcomer ?? (Speaker is { } last && (last.Type == ActorType.Person || last.OnePerson) ? last : Person ?? Speaker);

    /// <summary>Who goes on without a cue: a person brought in since the latest statement, else its speaker.</summary>
    public Entity? Continuing => _newcomer ?? Speaker;

    /// <summary>Resolves a mention; bare titles are looked up among the offices the article gave.</summary>
    public Entity? Resolve(Found found)
    {
        if (found.Entity is not null)
        {
            return found.Entity;
        }

        if (found.Form == MentionForm.Pronoun)
        {
            return Pronoun(work.Is(found.First, WordClass.Pronoun3Plural));
        }

        found.Entity = Title(found);
        return found.Entity;
    }

    private Entity? Title(Found found)
    {
        var role = found.Role!;
        Entity? sameHead = null;
        foreach (var person in book.Persons)
        {
            foreach (var other in person.Roles)
            {
                if (Offices.Same(other, role))
                {
                    if (found.RoleRepresents is null || person.Represents is null || found.RoleRepresents == person.Represents)
                    {
                        return person;
                    }

                    // "Presiden" in an article about another country is the president it names.
                    sameHead ??= found.PointsBack || (found.LooseRepresents && found.RoleRepresents != "IDN") ? person : null;
                }
            }
        }

        if (found.PointsBack)
        {
            var who = sameHead ?? Same();
            if (who is not null && who.Type == ActorType.Person && !who.Roles.Contains(role))
            {
                who.Roles.Add(role);
                who.Represents ??= found.RoleRepresents;
            }

            return who;
        }

        if (sameHead is not null)
        {
            return sameHead;
        }

        if (found.Office is { } title && Incumbents.Named(work, book, title) is { } holder)
        {
            return holder;
        }

        var entity = new Entity { Name = role, Type = ActorType.Person, Represents = found.RoleRepresents, Office = found.Office, IsUnnamed = found.Office is null && (work.IsForm(found.First, "juru") || work.IsForm(found.First, "jubir")) };
        return book.Office(entity);
    }
}
