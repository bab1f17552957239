namespace Sikap.Nlp.Lexicons;

/// <summary>
/// What users' actors add to the tables of a language: words, phrases and persons that are looked up before those of the tables. Building it costs as much
/// as there are entries; the tables themselves are shared and stay as they are.
/// </summary>
internal sealed class AddedActors
{
    private readonly Lexicon _tables;
    private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly Dictionary<int, WordClass> _classes = [];
    private readonly Dictionary<long, int> _edges = [];
    private readonly Dictionary<int, PhraseNode> _nodes = [];
    private readonly Dictionary<string, KnownPerson> _persons = new(StringComparer.Ordinal);
    private int _nextNode;

    public AddedActors(Lexicon tables, IReadOnlyList<ActorEntry> entries)
    {
        (_tables, _nextNode, _lookup) = (tables, tables.NodeCount, _words.GetAlternateLookup<ReadOnlySpan<char>>());
        // Organisations first: an office may be one of theirs.
        foreach (var entry in entries)
        {
            if (entry.Type != ActorType.Person)
            {
                Named(entry);
            }
        }

        foreach (var entry in entries)
        {
            if (entry.Type == ActorType.Person)
            {
                Person(entry);
            }
        }

        Holders = new(_persons.Values.Distinct(), _persons, tables.Holders);
    }

    /// <summary>Office holders with those of the entries before those of the tables.</summary>
    public Officeholders Holders { get; }

    public bool Word(ReadOnlySpan<char> lower, out int word) => _lookup.TryGetValue(lower, out word);

    public bool Class(int word, out WordClass found) => _classes.TryGetValue(word, out found);

    public bool Step(long edge, out int node) => _edges.TryGetValue(edge, out node);

    public PhraseNode? At(int node) => _nodes.GetValueOrDefault(node);

    // Of two entries with the same name the first has it.
    private void Named(ActorEntry entry)
    {
        var actor = new KnownActor(entry.Name, entry.Type, entry.Represents ?? (entry.Type == ActorType.Organization ? entry.Name : null)) { Added = true };
        foreach (var name in entry.Aliases.Prepend(entry.Name))
        {
            var node = Phrase(name);
            if (node.Actor is not { Actor.Added: true })
            {
                node.Actor = new(actor, name == entry.Name ? MentionForm.Name : MentionForm.Alias, Lexicon.IsAcronym(name));
            }
        }
    }

    private void Person(ActorEntry entry)
    {
        var person = new KnownPerson(entry.Name) { Represents = entry.Represents, Added = true };
        foreach (var name in entry.Aliases.Prepend(entry.Name))
        {
            if (_persons.TryAdd(Officeholders.Key(name), person))
            {
                person.Names.Add(Officeholders.Words(name));
                // A name may begin with a common word ("Raja Tambak").
                var word = WordOf(name.Split(' ')[0]);
                _classes[word] = ClassOf(word) | WordClass.GivenName;
            }
        }

        foreach (var term in entry.Offices)
        {
            person.Tenures.Add(Tenure(person, term));
        }
    }

    private Tenure Tenure(KnownPerson person, OfficeTerm term)
    {
        var node = Phrase(term.Role);
        var office = node.Office ??= new(term.Role, Single: true, Global: false, null);
        var of = office.Of ?? term.Of;
        var represents = of;
        var written = of;
        if (office.Of is null && of is not null && !_tables.Owners.ContainsKey(of))
        {
            // An organisation that is known by its offices alone.
            var owner = Phrase(of);
            owner.Actor ??= new(new(of, ActorType.Organization, of) { Added = true }, MentionForm.Name, Lexicon.IsAcronym(of));
            (of, represents, written) = (owner.Actor.Actor.Name, owner.Actor.Actor.Represents ?? owner.Actor.Actor.Name, owner.Actor.Actor.Name);
        }
        else if (of is not null)
        {
            (written, represents) = _tables.Owners[of];
        }

        var first = term.From ?? DateOnly.MinValue;
        var last = term.Until ?? DateOnly.MaxValue;
        return new(person, office, of, represents, office.Of is null && written is not null ? $"{office.Name} {written}" : office.Name, new(first, first), new(last, last), Acting: false);
    }

    // The node of a phrase, ready to be changed: a copy where the tables have it.
    private PhraseNode Phrase(string phrase)
    {
        var node = 0;
        foreach (var part in phrase.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var word = WordOf(part);
            var edge = ((long)node << 32) | (uint)word;
            if (_edges.TryGetValue(edge, out var next))
            {
                node = next;
                continue;
            }

            next = _tables.Step(node, word);
            if (next < 0)
            {
                next = _nextNode++;
                _edges.Add(edge, next);
                if (node == 0)
                {
                    _classes[word] = ClassOf(word) | WordClass.OpensPhrase;
                }
            }

            node = next;
        }

        if (!_nodes.TryGetValue(node, out var found))
        {
            _nodes.Add(node, found = _tables.At(node)?.Copy() ?? new());
        }

        return found;
    }

    private int WordOf(string form)
    {
        var lower = form.ToLowerInvariant();
        var word = _tables.WordOf(lower);
        if (word < 0 && !_words.TryGetValue(lower, out word))
        {
            word = _tables.WordCount + _words.Count;
            _words.Add(lower, word);
        }

        return word;
    }

    private WordClass ClassOf(int word) => _classes.TryGetValue(word, out var found) ? found : _tables.ClassOf(word);
}
