using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Actors;

/// <summary>The actors of one article, each once, with the names that lead to it.</summary>
internal sealed class EntityBook(Lexicon lexicon)
{
    /// <summary>Persons a name is compared with, latest first: an article has tens, a list of thousands of names must not cost their square.</summary>
    private const int MaxPersons = 400;

    /// <summary>Shorter beginnings of a name are words of their own too often.</summary>
    private const int MinClipped = 4;

    private readonly List<(Entity Entity, string[] Tokens)> _persons = [];
    private readonly Dictionary<string, Entity?> _heads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entity> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Entity> _aliases = new(StringComparer.Ordinal);

    /// <summary>An actor of the knowledge base.</summary>
    public Entity Known(KnownActor actor)
    {
        if (!_names.TryGetValue(actor.Name, out var entity))
        {
            entity = new() { Name = actor.Name, Type = actor.Type, Represents = actor.Represents, Outlet = actor.Outlet };
            _names.Add(actor.Name, entity);
        }

        return entity;
    }

    /// <summary>An organisation named in the article.</summary>
    public Entity Organisation(string name, string? represents, bool weak = false)
    {
        if (_aliases.TryGetValue(name, out var alias))
        {
            return alias;
        }

        // "Aliansi Nelayan" behind "Aliansi Nelayan Utara": a name cut short at its end.
        if (!_names.ContainsKey(name) && name.Contains(' ') && _heads.GetValueOrDefault(name.Split(' ')[0].ToLowerInvariant()) is { } whole
            && whole.Full.StartsWith(name + " ", StringComparison.Ordinal))
        {
            return _names[name] = whole;
        }

        if (!_names.TryGetValue(name, out var entity))
        {
            entity = new() { Name = name, Full = name, Type = ActorType.Organization, Represents = represents, Weak = weak, Head = name.Split(' ')[0].ToLowerInvariant() };
            _names.Add(name, entity);
            // Two organisations with the same first word: the word alone names neither.
            _heads[entity.Head!] = _heads.ContainsKey(entity.Head!) ? null : entity;
        }

        return entity;
    }

    /// <summary>A person by name; a fuller name, an office or what the office stands for are added to what is known.</summary>
    public Entity Person(string name, string? role, string? represents, bool weak, int at, bool loose = false, OfficeTitle? office = null)
    {
        // "Bupati Uci" where Uci is what the article says Rini is called.
        if (_aliases.TryGetValue(name, out var called) && called.Type == ActorType.Person)
        {
            name = called.Name;
        }

        var known = lexicon.Holders.Person(name);
        if (known is { Added: true })
        {
            (name, represents, weak) = (known.Name, known.Represents ?? represents, false);
        }

        // The tables know whose the office is and for whom it speaks ("Kepala Kepolisian Negara Republik Indonesia" for Polri).
        if (office is { Standing: Standing.Holds, Of: { } of })
        {
            (represents, loose) = (lexicon.Represents(of), false);
        }

        var parts = Split(name);
        // Another name of somebody met before ("Jokowi" behind "Joko Widodo") is that person, whatever words it shares.
        var entity = (known is null ? null : ByKnown(known)) ?? Match(parts, known: known, role: role) ?? Respelled(parts, known, role);
        if (entity is null)
        {
            entity = new() { Name = name, Type = ActorType.Person, Represents = represents, LooseRepresents = loose, Weak = weak, FirstAt = at };
            _persons.Add((entity, parts));
        }
        else
        {
            var index = _persons.FindLastIndex(p => p.Entity == entity);
            // Of two spellings the one of the tables stands: "Tjahja" was a slip.
            if (parts.Length > _persons[index].Tokens.Length || (parts.Length == _persons[index].Tokens.Length && known?.Name == name))
            {
                entity.Name = name;
                _persons[index] = (entity, parts);
            }

            if (represents is not null && (entity.Represents is null || (entity.LooseRepresents && !loose)))
            {
                (entity.Represents, entity.LooseRepresents) = (represents, loose);
            }

            entity.Weak &= weak;
        }

        entity.Known ??= known;
        if (office is not null && entity.Offices?.Contains(office) != true)
        {
            (entity.Offices ??= []).Add(office);
        }

        if (role is not null && !entity.Roles.Contains(role))
        {
            entity.Roles.Add(role);
        }

        return entity;
    }

    /// <summary>The person a short name at a token belongs to: named before, or named later with an office; null when nobody is.</summary>
    public Entity? ShortName(string name, int at)
    {
        if (_aliases.TryGetValue(name, out var alias))
        {
            return alias;
        }

        var parts = Split(name);
        return Match(parts, before: at) ?? Match(parts, knownOnly: true) ?? Clipped(parts, at) ?? Respelled(parts, at);
    }

    // "Prasetio Marsudi ... kata Prasetyo": a bare name that only one person of the article, introduced before, is called by in another spelling.
    private Entity? Respelled(string[] parts, int at)
    {
        if (parts is not [var bare])
        {
            return null;
        }

        Entity? only = null;
        for (var i = _persons.Count - 1; i >= 0 && i >= _persons.Count - MaxPersons; i--)
        {
            var (entity, names) = _persons[i];
            if (entity.Weak || entity.FirstAt >= at || !Array.Exists(names, name => Spelling.Near(name, bare)))
            {
                continue;
            }

            if (only is not null)
            {
                return null;
            }

            only = entity;
        }

        return only;
    }

    // "Abdul Fatah Salim ... Abdel Fatah Salim": a full name with one part in another spelling. Of two parts the other may be a sibling's, of three it is a slip;
    // of one the office decides.
    private Entity? Respelled(string[] parts, KnownPerson? known, string? role)
    {
        for (var i = _persons.Count - 1; i >= 0 && i >= _persons.Count - MaxPersons; i--)
        {
            var (entity, names) = _persons[i];
            if (names.Length != parts.Length || (known is not null && entity.Known is not null))
            {
                continue;
            }

            var other = 0;
            for (var k = 0; k < parts.Length && other <= 1; k++)
            {
                other += parts[k].Equals(names[k], StringComparison.OrdinalIgnoreCase) ? 0 : (parts.Length == 2 ? Spelling.Variant(parts[k], names[k]) : Spelling.Near(parts[k], names[k])) ? 1 : 2;
            }

            if (other == 1 && (parts.Length > 1 || (role is not null && HasOffice(entity, role))))
            {
                return entity;
            }
        }

        return null;
    }

    // "Rahmat Budiharjo ... kata Budi": Indonesians are called by the beginning of any of their names. Only where one person of the article can be meant.
    private Entity? Clipped(string[] parts, int at)
    {
        if (parts is not [{ Length: >= MinClipped } clipped])
        {
            return null;
        }

        Entity? only = null;
        for (var i = _persons.Count - 1; i >= 0 && i >= _persons.Count - MaxPersons; i--)
        {
            var (entity, names) = _persons[i];
            if (entity.Weak || entity.FirstAt >= at || names.Length < 2)
            {
                continue;
            }

            foreach (var name in names)
            {
                if (name.Length > clipped.Length + 1 && name.StartsWith(clipped, StringComparison.Ordinal) && only != entity)
                {
                    if (only is not null)
                    {
                        return null;
                    }

                    only = entity;
                }
            }
        }

        return only;
    }

    /// <summary>A person known by name before a token.</summary>
    public Entity? NamedBefore(string name, int at) => Match(Split(name), before: at);

    /// <summary>A person of the article by another name, which the article has told or the tables know ("Ahok"); null when it leads to nobody named so far.</summary>
    public Entity? CalledBefore(string name) => _aliases.GetValueOrDefault(name) is { Type: ActorType.Person } alias ? alias : lexicon.Holders.Person(name) is { } known ? ByKnown(known) : null;

    /// <summary>The persons in the order of their first mention.</summary>
    public IEnumerable<Entity> Persons
    {
        get
        {
            for (var i = Math.Max(0, _persons.Count - MaxPersons); i < _persons.Count; i++)
            {
                yield return _persons[i].Entity;
            }
        }
    }

    /// <summary>Whose account on a social network a handle is ("@dinas_air", "@rini.wulandari"), by its letters; null when the article names nobody of those.</summary>
    public Entity? Account(string handle)
    {
        var letters = Letters(handle);
        foreach (var (entity, parts) in _persons)
        {
            if (parts.Length > 1 && Array.TrueForAll(parts, part => letters.Contains(part.ToLowerInvariant(), StringComparison.Ordinal)))
            {
                return entity;
            }
        }

        foreach (var (name, entity) in _aliases.Concat(_names))
        {
            // What countries and offices add behind the name: "ri", "id", "_official".
            if (Letters(name) is { Length: > 2 } own && letters.StartsWith(own, StringComparison.Ordinal) && letters[own.Length..] is "" or "ri" or "id" or "official" or "resmi")
            {
                return entity;
            }
        }

        // "@blu_unka": two names of the article together.
        var words = handle.TrimStart('@').Split(['_', '.'], StringSplitOptions.RemoveEmptyEntries);
        var names = Array.ConvertAll(words, word => _aliases.Keys.Concat(_names.Keys).FirstOrDefault(name => name.Equals(word, StringComparison.OrdinalIgnoreCase)));
        return words.Length > 1 && Array.TrueForAll(names, name => name is not null) ? new Entity { Name = string.Join(' ', names), Type = ActorType.Organization } : null;
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>An organisation or country of the article by its name; null when it names none so.</summary>
    public Entity? Named(string name) => _names.GetValueOrDefault(name) ?? _aliases.GetValueOrDefault(name);

    /// <summary>An office whose holder the article does not name.</summary>
    public Entity Office(Entity entity) => _names.TryGetValue(entity.Name, out var known) ? known : _names[entity.Name] = entity;

    /// <summary>
    /// Learns an acronym. One that begins as the organisation's name does is what the organisation is usually called; others ("Kementerian Pekerjaan Umum (PU)", an acronym
    /// of the foreign name) are where the article goes on with them.
    /// </summary>
    public void Alias(string acronym, Entity entity, bool used = false)
    {
        if (_aliases.TryAdd(acronym, entity) && entity is { Head: not null, Type: ActorType.Organization } && acronym.Length > 2 && (used || char.ToUpperInvariant(acronym[0]) == char.ToUpperInvariant(entity.Name[0])))
        {
            entity.Name = acronym;
        }
    }

    /// <summary>Learns a part of a name that stands for the whole.</summary>
    public void Short(string part, Entity entity) => _aliases.TryAdd(part, entity);

    public bool HasAliases => _aliases.Count > 0;

    /// <summary>The actor of a learned acronym. An organisation that the article goes on to call by its acronym is named by it; two letters name too many.</summary>
    public Entity? ByAlias(string text)
    {
        var entity = _aliases.GetValueOrDefault(text);
        if (entity is { Head: not null } && text.Length > 2 && !entity.Full.Contains(text, StringComparison.Ordinal))
        {
            entity.Name = text;
        }

        return entity;
    }

    /// <summary>The organisation of the article whose name begins with a common noun ("forum", "partai"); null when none or several do.</summary>
    public Entity? ByHead(string head) => _heads.GetValueOrDefault(head);

    private Entity? ByKnown(KnownPerson known)
    {
        for (var i = _persons.Count - 1; i >= 0 && i >= _persons.Count - MaxPersons; i--)
        {
            if (_persons[i].Entity.Known == known)
            {
                return _persons[i].Entity;
            }
        }

        return null;
    }

    private static string[] Split(string name) => name.Split([' ', '.', '-', '"', '“', '”'], StringSplitOptions.RemoveEmptyEntries);

    // The person whose name holds all parts of the other's. Of several the one who holds the office that stands before the name, then one known as a person
    // before a mere capitalised phrase ("Wijaya Tower"), then one called so by the first name, as Indonesians are, then who was spoken of last.
    private Entity? Match(string[] parts, int before = int.MaxValue, bool knownOnly = false, KnownPerson? known = null, string? role = null)
    {
        Entity? best = null;
        var bestRank = (Class: -1, At: -1);
        for (var i = _persons.Count - 1; i >= 0 && i >= _persons.Count - MaxPersons; i--)
        {
            var (entity, other) = _persons[i];
            if (entity.FirstAt >= before || (knownOnly && entity.Weak) || !(parts.Length <= other.Length ? HasAll(other, parts) : HasAll(parts, other)) || IsRelative(entity.Known, known, other, parts))
            {
                continue;
            }

            // Offices are compared only where there is somebody to choose from.
            var rank = ((entity.Weak ? 0 : 2) + (parts[0].Equals(other[0], StringComparison.OrdinalIgnoreCase) ? 1 : 0), entity.LastAt < before ? entity.LastAt : entity.FirstAt);
            var office = best is not null && role is not null ? HasOffice(entity, role).CompareTo(HasOffice(best, role)) : 0;
            if (best is null || office > 0 || (office == 0 && rank.CompareTo(bestRank) > 0))
            {
                (best, bestRank) = (entity, rank);
            }
        }

        return best;
    }

    private static bool HasOffice(Entity entity, string role)
    {
        foreach (var known in entity.Roles)
        {
            if (Offices.Same(known, role))
            {
                return true;
            }
        }

        return false;
    }

    // "Sinta Arya Wijaya" is not the known Arya Wijaya, and one known person is not another.
    private static bool IsRelative(KnownPerson? one, KnownPerson? other, string[] oneParts, string[] otherParts) =>
        one is not null && other is not null ? one != other
        : one is not null ? otherParts.Length > oneParts.Length && oneParts.Length > 1 && !otherParts[0].Equals(oneParts[0], StringComparison.OrdinalIgnoreCase)
        : other is not null && oneParts.Length > otherParts.Length && otherParts.Length > 1 && !oneParts[0].Equals(otherParts[0], StringComparison.OrdinalIgnoreCase);

    // Loops, not lambdas: every capitalised phrase is compared with every person of the article.
    private static bool HasAll(string[] longer, string[] shorter)
    {
        foreach (var part in shorter)
        {
            var found = false;
            foreach (var other in longer)
            {
                found |= other.Equals(part, StringComparison.OrdinalIgnoreCase);
            }

            if (!found)
            {
                return false;
            }
        }

        return true;
    }
}
