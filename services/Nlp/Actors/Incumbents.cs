using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Actors;

/// <summary>
/// Joins the persons and titles of an article with who held which office: a title alone leads to its holder on the day, a name to the office held that day.
/// The article's own naming goes before the tables; without a date nothing is taken from a term of office.
/// </summary>
internal static class Incumbents
{
    private const string Indonesia = "IDN";

    /// <summary>Settles after the first reading who the persons are and whose the offices without an owner: those of the country the article is about, which is returned.</summary>
    public static Entity Settle(ArticleWork work, EntityBook book)
    {
        var days = Days.Of(work.Published);
        foreach (var person in book.Persons)
        {
            person.Known ??= ByOffice(work.Lexicon, person, null, days);
        }

        var home = Home(work, book, days);
        foreach (var person in book.Persons)
        {
            person.Known ??= ByOffice(work.Lexicon, person, home.Represents, days);
            if (person.Offices is not null && (person.LooseRepresents || person.Represents is null))
            {
                person.Represents = Held(person, days)?.Represents ?? (person.Represents is null ? null : person.Known is null ? home.Represents : Country(person.Known) ?? person.Represents);
            }
        }

        foreach (var found in work.Found)
        {
            if (found is { Entity: null, Office: { Standing: Standing.Holds, Of: { } of } })
            {
                found.RoleRepresents = work.Lexicon.Represents(of);
            }
            else if (found is { Entity: null, RoleRepresents: not null, LooseRepresents: true })
            {
                found.RoleRepresents = home.Represents;
                found.Office = found.Office is { Of: null } title ? title with { Of = home.Represents } : found.Office;
            }
        }

        return home;
    }

    // What the article is about: Indonesia where anything Indonesian is named, else the country it speaks of most.
    private static Entity Home(ArticleWork work, EntityBook book, Days? days)
    {
        var counts = new Dictionary<string, int>();
        foreach (var found in work.Found)
        {
            // "Perdana Menteri Thailand" speaks of Thailand as well as "Thailand" does.
            var code = found.Entity is { Type: ActorType.Country, Represents: { } country } ? country
                : found is { LooseRepresents: false, RoleRepresents: { Length: 3 } named } && work.Lexicon.Countries.ContainsKey(named) ? named
                : found.Entity is { Known: not null } person && Held(person, days)?.Of is { } of ? of
                : found.Entity is { Type: ActorType.Organization } body ? body.Name : null;
            if (code is null)
            {
                continue;
            }

            if (found.Form != MentionForm.Metonym && (code == Indonesia || work.Lexicon.Domestic.Contains(code)))
            {
                return book.Known(work.Lexicon.Countries[Indonesia]);
            }

            counts[code] = counts.GetValueOrDefault(code) + 1;
        }

        var best = (Code: Indonesia, Count: 1);
        foreach (var (code, count) in counts)
        {
            best = count > best.Count && work.Lexicon.Countries.ContainsKey(code) ? (code, count) : best;
        }

        if (best.Code != Indonesia && Provinces(work) > best.Count)
        {
            best.Code = Indonesia;
        }

        return book.Known(work.Lexicon.Countries[best.Code]);
    }

    private static int Provinces(ArticleWork work)
    {
        var count = 0;
        for (var i = 0; i < work.Tokens.Length; i++)
        {
            ref readonly var token = ref work.Tokens[i];
            if (token is { Capital: true, Dropped: false } && Phrases.Longest(work, i, static node => node.Province is not null, out var length) is not null)
            {
                count++;
                i += length - 1;
            }
        }

        return count;
    }

    /// <summary>The person of the article who holds the office of a bare title on the day of publication; null when nobody named does.</summary>
    public static Entity? Named(ArticleWork work, EntityBook book, OfficeTitle title)
    {
        if (title.Standing != Standing.Holds)
        {
            return null;
        }

        if (Days.Of(work.Published) is not { } days)
        {
            return OnlyHolder(book, title);
        }

        if (work.Lexicon.Holders.Holder(title.Office, title.Of, days) is not { } tenure)
        {
            return null;
        }

        foreach (var person in book.Persons)
        {
            if (person.Known == tenure.Person)
            {
                return person;
            }
        }

        return null;
    }

    // Without a date: the one person the article names of whom the tables know the office at any time, unless the article calls that over.
    private static Entity? OnlyHolder(EntityBook book, OfficeTitle title)
    {
        Entity? only = null;
        foreach (var person in book.Persons)
        {
            if (person.Known?.Tenures.Exists(t => t.Office == title.Office && t.Of == title.Of) == true)
            {
                if (only is not null || person.Offices?.Exists(o => o.Office == title.Office && o.Standing != Standing.Holds) == true)
                {
                    return null;
                }

                only = person;
            }
        }

        return only;
    }

    /// <summary>An actor as callers see it, for what it says on a date; <paramref name="role"/> is the office held then where the article gives the person none.</summary>
    public static Actor Actor(ArticleWork work, Entity entity, PartialDate? date, out string? role)
    {
        role = null;
        var days = Days.Of(date);
        if (entity.Type != ActorType.Person)
        {
            return entity.ToActor();
        }

        if (entity.Office is { } title)
        {
            var holder = title.Standing == Standing.Holds && days is { } when ? work.Lexicon.Holders.Holder(title.Office, title.Of, when) : null;
            return entity.ToActor() with { Person = holder?.Person.Name };
        }

        if (entity.Known is not { } known)
        {
            return entity.ToActor();
        }

        var actor = entity.ToActor() with { Person = known.Name };
        if (known.Represents is not null || days is not { } day)
        {
            return actor with { Represents = known.Represents ?? actor.Represents };
        }

        if (entity.Roles.Count == 0)
        {
            var held = known.Tenures.Find(t => t.Covers(day));
            role = held?.Role;
            return actor with { Represents = actor.Represents ?? held?.Represents };
        }

        // The article gives an office that the person is known to have left, or not to have entered yet: nobody speaks by it.
        if (entity.Offices is { } offices && offices.Exists(o => o.Standing == Standing.Holds && Knows(known, o)) && !known.Tenures.Exists(t => t.Touches(day) && offices.Exists(o => o.Office == t.Office))
            && entity.Roles.Count == offices.Count)
        {
            return actor with { Represents = null };
        }

        return actor;
    }

    /// <summary>A person of one name is also called by <paramref name="spelling"/>: where the tables know the holder of the office by it, that is the name, and the one before was a slip.</summary>
    public static void Respell(ArticleWork work, Entity person, string spelling, Entity home)
    {
        if (person is not { Known: null, Offices: { } offices } || person.Name.Contains(' ') || spelling.Contains(' ') || person.Name == spelling)
        {
            return;
        }

        foreach (var title in offices)
        {
            if ((title.Of ?? home.Represents) is { } of && work.Lexicon.Holders.Called(Officeholders.Words(spelling), title.Office, of, Days.Of(work.Published)) is { } known)
            {
                (person.Name, person.Known) = (spelling, known);
                return;
            }
        }
    }

    // "Presiden Wijaya": the part of a name and the office together name one person.
    private static KnownPerson? ByOffice(Lexicon lexicon, Entity person, string? home, Days? days)
    {
        foreach (var title in person.Offices ?? [])
        {
            var parts = Officeholders.Words(person.Name);
            var of = title.Of ?? home;
            if ((of is not null || title.Office.Global) && lexicon.Holders.Called(parts, title.Office, of, days) is { } known)
            {
                return known;
            }
        }

        return null;
    }

    // The term behind an office that the article names without its owner.
    private static Tenure? Held(Entity person, Days? days)
    {
        foreach (var title in person.Offices ?? [])
        {
            foreach (var tenure in person.Known?.Tenures ?? [])
            {
                if (title.Standing == Standing.Holds && tenure.Office == title.Office && (days is not { } when || tenure.Touches(when)))
                {
                    return tenure;
                }
            }
        }

        return null;
    }

    // "Wakil Presiden Wijaya", whom the tables know in another office of the same country.
    private static string? Country(KnownPerson known)
    {
        foreach (var tenure in known.Tenures)
        {
            if (tenure is { Of.Length: 3, Office.Global: true })
            {
                return tenure.Of;
            }
        }

        return null;
    }

    private static bool Knows(KnownPerson known, OfficeTitle title) => known.Tenures.Exists(t => t.Office == title.Office && (title.Of is null || t.Of == title.Of));
}
