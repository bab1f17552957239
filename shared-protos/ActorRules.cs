using System.Globalization;
using Google.Protobuf.Collections;
using Sikap.V1;

namespace Sikap.Contracts;

/// <summary>What an actor that users add must keep to, wherever it comes in.</summary>
public static class ActorRules
{
    /// <summary>Longest name, alias, office or represented organisation in UTF-16 code units.</summary>
    public const int MaxNameChars = 100;

    /// <summary>Aliases of one actor.</summary>
    public const int MaxAliases = 50;

    /// <summary>Offices of one actor.</summary>
    public const int MaxOffices = 30;

    /// <summary>Actors of one request.</summary>
    public const int MaxBatch = 1_000;

    /// <summary>All actors in use together, in bytes of JSON: the whole list travels in one message, which the bus limits to a mebibyte.</summary>
    public const int MaxListBytes = 700_000;

    /// <summary>What identifies an actor among the others, and a name among names: case does not count.</summary>
    public static string KeyOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Normalize().ToUpperInvariant();
    }

    /// <summary>Every violation of a list of actors, those between them included: field and description; empty when the list is good.</summary>
    /// <param name="actors">The actors.</param>
    /// <param name="field">Path of the actor with this index in the request.</param>
    public static IReadOnlyList<(string Field, string Description)> Check(IReadOnlyList<ActorEntry> actors, Func<int, string> field)
    {
        ArgumentNullException.ThrowIfNull(actors);
        ArgumentNullException.ThrowIfNull(field);
        var problems = new List<(string, string)>();
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < actors.Count; i++)
        {
            Check(problems, actors[i], field(i));
            foreach (var (name, path) in NamesOf(actors[i], field(i)))
            {
                // Half a surrogate pair cannot be normalised, and two empty names are no clash.
                if (LineProblem(name) is null && !names.TryAdd(KeyOf(name), i))
                {
                    var other = names[KeyOf(name)];
                    problems.Add((path, other == i ? "is there twice" : $"already names {actors[other].Name}"));
                }
            }
        }

        return problems;
    }

    /// <summary>Name and aliases with their paths in the request.</summary>
    public static IEnumerable<(string Name, string Field)> NamesOf(ActorEntry actor, string field)
    {
        ArgumentNullException.ThrowIfNull(actor);
        yield return (actor.Name, $"{field}.name");
        for (var i = 0; i < actor.Aliases.Count; i++)
            yield return (actor.Aliases[i], Indexed(field, "aliases", i));
    }

    private static void Check(List<(string, string)> problems, ActorEntry actor, string field)
    {
        foreach (var (name, path) in NamesOf(actor, field))
        {
            if (LineProblem(name) is { } problem)
                problems.Add((path, problem));
            else if (!char.IsUpper(name[0]))
                problems.Add((path, "must begin with a capital letter: in lower case articles write no names"));
        }

        if (actor.Type is not (ActorType.Person or ActorType.Organization or ActorType.Country or ActorType.Group))
            problems.Add(($"{field}.type", "must be person, organization, country or group"));
        if (actor.Aliases.Count > MaxAliases)
            problems.Add(($"{field}.aliases", TooMany(actor.Aliases.Count, MaxAliases)));
        if (actor.Represents.Length > 0 && LineProblem(actor.Represents) is { } represents)
            problems.Add(($"{field}.represents", represents));
        if (actor.Offices.Count > MaxOffices)
            problems.Add(($"{field}.offices", TooMany(actor.Offices.Count, MaxOffices)));
        CheckOffices(problems, actor.Offices, field);
    }

    private static void CheckOffices(List<(string, string)> problems, RepeatedField<OfficeTerm> offices, string field)
    {
        for (var i = 0; i < offices.Count; i++)
        {
            var path = Indexed(field, "offices", i);
            if (LineProblem(offices[i].Role) is { } role)
                problems.Add(($"{path}.role", role));
            if (offices[i].Of.Length > 0 && LineProblem(offices[i].Of) is { } of)
                problems.Add(($"{path}.of", of));
            var from = CheckDay(problems, offices[i].From, $"{path}.from");
            var until = CheckDay(problems, offices[i].Until, $"{path}.until");
            if (from > until)
                problems.Add(($"{path}.until", "must not be before from"));
        }
    }

    private static DateOnly? CheckDay(List<(string, string)> problems, string day, string field)
    {
        if (day.Length == 0)
            return null;
        if (DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        problems.Add((field, "must be a day such as 2023-07-12, or empty"));
        return null;
    }

    private static string? LineProblem(string value)
        => string.IsNullOrWhiteSpace(value) ? "must not be empty"
            : value.Length > MaxNameChars ? string.Create(CultureInfo.InvariantCulture, $"has {value.Length} characters; at most {MaxNameChars} are allowed")
            : char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]) || value.Any(char.IsControl) || ArticleRules.HasLoneSurrogate(value)
                ? "must be one line of text without control characters or blanks around it"
            : null;

    private static string TooMany(int count, int most) => string.Create(CultureInfo.InvariantCulture, $"has {count} entries; at most {most} are allowed");

    private static string Indexed(string field, string list, int index) => string.Create(CultureInfo.InvariantCulture, $"{field}.{list}[{index}]");
}
