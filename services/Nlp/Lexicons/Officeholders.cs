using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Sikap.Nlp.Lexicons;

/// <summary>An office as the tables know it.</summary>
/// <param name="Name">Its Indonesian name in writing: <c>Menteri Luar Negeri</c>.</param>
/// <param name="Single">One person holds it at a time, so that the title alone names somebody.</param>
/// <param name="Global">An office of states: with a part of the name it names one person of the world.</param>
/// <param name="Of">The country or organisation whose office it always is (<c>Polri</c> for <c>Kapolri</c>); null = told by the words behind it.</param>
internal sealed record Office(string Name, bool Single, bool Global, string? Of);

/// <summary>A person of the tables or of a user's list.</summary>
internal sealed class KnownPerson(string name)
{
    /// <summary>Full name in its usual spelling.</summary>
    public string Name { get; } = name;

    /// <summary>Each name split into the words a shorter form is compared with.</summary>
    public List<string[]> Names { get; } = [];

    /// <summary>Offices held, those that say most about whom the person speaks for first.</summary>
    public List<Tenure> Tenures { get; } = [];

    /// <summary>Country or organisation the person always speaks for; null = as the offices say.</summary>
    public string? Represents { get; init; }

    /// <summary>Comes from a user: statements show the person under this name.</summary>
    public bool Added { get; init; }

    /// <summary>One of the names holds all words of a shorter form ("Retno" of "Retno Marsudi").</summary>
    public bool IsCalled(string[] parts)
    {
        foreach (var own in Names)
        {
            if (Array.TrueForAll(parts, part => Array.Exists(own, word => word == part)))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A stretch of calendar days, both ends included: a date that is known to the month is the whole month.</summary>
internal readonly record struct Days(DateOnly First, DateOnly Last)
{
    /// <summary>The days a date or interval may mean.</summary>
    public static Days? Of(PartialDate? date) => date is null ? null : Of(date.Value);

    /// <summary>The days of 2023, 2023-05, 2023-05-03 (a time behind it makes no difference), or of an interval of two such dates.</summary>
    public static Days Of(ReadOnlySpan<char> value)
    {
        var slash = value.IndexOf('/');
        if (slash >= 0)
        {
            return new(Of(value[..slash]).First, Of(value[(slash + 1)..]).Last);
        }

        var year = int.Parse(value[..4], CultureInfo.InvariantCulture);
        if (value.Length < 7)
        {
            return new(new(year, 1, 1), new(year, 12, 31));
        }

        var month = int.Parse(value[5..7], CultureInfo.InvariantCulture);
        if (value.Length < 10)
        {
            return new(new(year, month, 1), new(year, month, DateTime.DaysInMonth(year, month)));
        }

        var day = new DateOnly(year, month, int.Parse(value[8..10], CultureInfo.InvariantCulture));
        return new(day, day);
    }
}

/// <summary>An office held by a person from one date until another, each as exact as it is known.</summary>
/// <param name="Person">Who.</param>
/// <param name="Office">Which office.</param>
/// <param name="Of">ISO alpha-3 code, organisation or province whose office it is; null when it is nobody's.</param>
/// <param name="Represents">Whom a holder speaks for.</param>
/// <param name="Role">The office written out: <c>Menteri Luar Negeri Jepang</c>.</param>
/// <param name="From">Days that may be the first in office.</param>
/// <param name="Until">Days that may be the last.</param>
/// <param name="Acting">Held for want of a regular holder.</param>
internal sealed record Tenure(KnownPerson Person, Office Office, string? Of, string? Represents, string Role, Days From, Days Until, bool Acting)
{
    /// <summary>The person surely held the office on all of these days.</summary>
    public bool Covers(Days days) => From.Last <= days.First && days.Last <= Until.First;

    /// <summary>The person may have held the office on one of these days.</summary>
    public bool Touches(Days days) => From.First <= days.Last && days.First <= Until.Last;
}

/// <summary>Who held which office when. Immutable once built; safe for any number of threads.</summary>
internal sealed class Officeholders
{
    /// <summary>A term that was running when its line was last looked at is taken to go on for this long: after that nobody knows.</summary>
    public const int PresumedMonths = 12;

    private readonly Officeholders? _tables;
    private readonly FrozenDictionary<string, KnownPerson> _persons;
    private readonly FrozenDictionary<string, Tenure[]> _tenures;

    // The same by whose office it is: an office of states has a thousand terms, a country's a dozen.
    private readonly FrozenDictionary<(string Office, string? Of), Tenure[]> _ofOwner;

    /// <summary>Takes persons, and those whom a name alone leads to by its key; with <paramref name="tables"/> they go before those. Costs as much as there are persons.</summary>
    public Officeholders(IEnumerable<KnownPerson> persons, Dictionary<string, KnownPerson> names, Officeholders? tables = null)
    {
        _tables = tables;
        _persons = names.ToFrozenDictionary(StringComparer.Ordinal);
        _tenures = persons.SelectMany(p => p.Tenures).GroupBy(t => t.Office.Name, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        _ofOwner = Tenures.GroupBy(t => (t.Office.Name, t.Of)).ToFrozenDictionary(g => g.Key, g => g.ToArray());
    }

    /// <summary>All terms, those of the tables behind these not among them.</summary>
    public IEnumerable<Tenure> Tenures => _tenures.Values.SelectMany(list => list);

    /// <summary>All terms of an office, whoever's office it is.</summary>
    public ReadOnlySpan<Tenure> Of(Office office) => _tenures.GetValueOrDefault(office.Name) ?? [];

    /// <summary>The person with this full name or alias; null when nobody is known by it.</summary>
    public KnownPerson? Person(string name) => ByKey(Key(name));

    /// <summary>Who held an office on these days; null when nobody is known or it changed hands.</summary>
    public Tenure? Holder(Office office, string? of, Days days) => office.Single ? Sole(Of(office, of), days) ?? _tables?.Holder(office, of, days) : null;

    /// <summary>
    /// The person who held an office and is called by these words; of several the one who held it on these days, else null.
    /// Without a country or organisation every holder of such an office is looked at.
    /// </summary>
    public KnownPerson? Called(string[] parts, Office office, string? of, Days? days)
    {
        KnownPerson? one = null;
        KnownPerson? then = null;
        var several = false;
        foreach (var tenure in of is null ? Of(office) : Of(office, of))
        {
            if (!tenure.Person.IsCalled(parts))
            {
                continue;
            }

            several |= one is not null && one != tenure.Person;
            one ??= tenure.Person;
            then ??= days is { } when && tenure.Covers(when) ? tenure.Person : null;
        }

        return one is null ? _tables?.Called(parts, office, of, days) : then ?? (several ? null : one);
    }

    private ReadOnlySpan<Tenure> Of(Office office, string? of) => _ofOwner.GetValueOrDefault((office.Name, of)) ?? [];

    private KnownPerson? ByKey(string key) => _persons.GetValueOrDefault(key) ?? _tables?.ByKey(key);

    /// <summary>A name as its words are compared with those of another.</summary>
    public static string[] Words(string name) => Key(name).Split(' ');

    /// <summary>A name as it is compared: lower case without accents, hyphens, stops and initials in the middle.</summary>
    public static string Key(string name)
    {
        Span<char> key = name.Length <= 128 ? stackalloc char[name.Length] : new char[name.Length];
        var length = 0;
        var word = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var c = i < name.Length ? name[i] : ' ';
            if (c is ' ' or '-' or '.' or '\u00a0')
            {
                // An initial between names ("Donald J. Trump") is left out; one that begins a name stays.
                length = length - word == 1 && word > 0 && i < name.Length ? word : length;
                if (length > 0 && key[length - 1] != ' ' && i < name.Length)
                {
                    key[length++] = ' ';
                }

                word = length;
            }
            else if (c is not ('\'' or '’' or '‘' or '`'))
            {
                key[length++] = c < 128 ? char.ToLowerInvariant(c) : Bare(c);
            }
        }

        return new(key[..length].TrimEnd(' '));
    }

    // A letter without its accents.
    private static char Bare(char c) => char.ToLowerInvariant(c) switch
    {
        'ı' => 'i',
        'ø' => 'o',
        'ł' => 'l',
        'đ' => 'd',
        var other => !char.IsLetter(other) ? other : other.ToString().Normalize(NormalizationForm.FormD)[0],
    };

    // Acting holders count only where nobody regular is known; a day on which the office changed hands names nobody.
    private static Tenure? Sole(ReadOnlySpan<Tenure> tenures, Days days)
    {
        Tenure? regular = null;
        Tenure? acting = null;
        foreach (var tenure in tenures)
        {
            if (!tenure.Touches(days))
            {
                continue;
            }

            if (!tenure.Covers(days) || (tenure.Acting ? acting : regular) is not null)
            {
                return null;
            }

            if (tenure.Acting)
            {
                acting = tenure;
            }
            else
            {
                regular = tenure;
            }
        }

        return regular ?? acting;
    }
}
