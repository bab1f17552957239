using System.Globalization;

namespace Sikap.Nlp.Lexicons;

/// <summary>Gathers the lines of the tables of office holders into persons.</summary>
/// <param name="offices">Offices by name.</param>
/// <param name="owners">Countries by code, organisations and provinces by name: how they are written in a role and whom their offices speak for.</param>
internal sealed class HolderTable(IReadOnlyDictionary<string, Office> offices, IReadOnlyDictionary<string, (string Written, string Represents)> owners)
{
    private readonly Dictionary<string, KnownPerson> _byName = new(StringComparer.Ordinal);

    /// <summary>The persons.</summary>
    public IEnumerable<KnownPerson> Persons => _byName.Values;

    /// <summary>Persons by the key of each name that leads to them alone.</summary>
    public Dictionary<string, KnownPerson> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes a line: person, other names, office ("Plt" before it for an acting holder), whose, from, until. Returns whose office it is.</summary>
    /// <exception cref="InvalidOperationException">The line is bad.</exception>
    public string Read(LexiconLine line)
    {
        // A name that others bear too, and one of a single word, leads to this person only beside the office.
        var shared = line.Fields[0][^1] == '*';
        var name = shared ? line.Fields[0][..^1] : line.Fields[0];
        if (!_byName.TryGetValue(name, out var person))
        {
            _byName.Add(name, person = new(name));
            person.Names.Add(Officeholders.Words(name));
            if (!shared && name.Contains(' ', StringComparison.Ordinal))
            {
                Name(line, person, name);
            }
        }

        foreach (var other in line.List(1))
        {
            Name(line, person, other);
            person.Names.Add(Officeholders.Words(other));
        }

        var acting = line.Fields[2].StartsWith("Plt ", StringComparison.Ordinal);
        if (!offices.TryGetValue(acting ? line.Fields[2][4..] : line.Fields[2], out var office))
        {
            throw line.Fault($"no office {line.Fields[2]} in offices.tsv");
        }

        var of = office.Of ?? line.Fields[3];
        if ((office.Of is not null && line.Fields[3] is not "-" && line.Fields[3] != office.Of) || !owners.TryGetValue(of, out var owner))
        {
            throw line.Fault($"{line.Fields[3]} is no country code, organisation or province that can have a {office.Name}");
        }

        var (from, until) = (From(line), Until(line));
        if (from.First > until.Last)
        {
            throw line.Fault("the term ends before it begins");
        }

        person.Tenures.Add(new(person, office, of, owner.Represents, office.Of is null ? $"{office.Name} {owner.Written}" : office.Name, from, until, acting));
        return of;
    }

    // From the name alone to the person.
    private void Name(LexiconLine line, KnownPerson person, string name)
    {
        var key = Officeholders.Key(name);
        if (!Names.TryAdd(key, person) && Names[key] != person)
        {
            throw line.Fault($"{name} already stands for {Names[key].Name}");
        }
    }

    private static Days From(LexiconLine line) => Date(line, line.Fields[4]);

    // ">2025-06": still in office then, and presumed to be for a time after.
    private static Days Until(LexiconLine line)
    {
        var field = line.Fields[5];
        if (field[0] != '>')
        {
            return Date(line, field);
        }

        var last = Date(line, field[1..]).Last.AddMonths(Officeholders.PresumedMonths);
        return new(last, last);
    }

    private static Days Date(LexiconLine line, string field)
    {
        var full = field.Length switch { 4 => field + "-01-01", 7 => field + "-01", _ => field };
        return DateOnly.TryParseExact(full, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? Days.Of(field)
            : throw line.Fault($"{field} is no date: 2023, 2023-05 or 2023-05-03 is expected, the end of a running term as >2025-05");
    }
}
