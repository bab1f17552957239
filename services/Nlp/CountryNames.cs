using System.Collections.Frozen;
using System.Globalization;
using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp;

/// <summary>Countries by any of the names in the lexicon, seats of government and adjectives of nationality included. Thread-safe.</summary>
public static class CountryNames
{
    private static readonly Lazy<FrozenDictionary<string, string>> Names = new(Load);
    private static readonly Lazy<FrozenDictionary<string, string>> Codes = new(LoadCodes);
    private static readonly Lazy<FrozenDictionary<string, string>> ByCode = new(() =>
        LexiconTable.Load("id/countries.tsv", 4).ToFrozenDictionary(line => line.Fields[0], line => line.Fields[1], StringComparer.Ordinal));

    /// <summary>The short Indonesian name that statements and stances use for the country called <paramref name="name"/>, compared without case; null when no country is.</summary>
    /// <exception cref="InvalidOperationException">The lexicon has a bad line.</exception>
    public static string? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Names.Value.GetValueOrDefault(name.Trim());
    }

    /// <summary>The short Indonesian name of the country with an ISO 3166-1 alpha-3 code; null when no country has it.</summary>
    internal static string? OfCode(string? code) => code is null ? null : ByCode.Value.GetValueOrDefault(code);

    /// <summary>
    /// The ISO 3166-1 alpha-3 code of the country called <paramref name="name"/>, by any name that <see cref="Find"/> knows or its English name, compared without case; null when no country is.
    /// </summary>
    /// <exception cref="InvalidOperationException">The lexicon has a bad line.</exception>
    public static string? CodeOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Codes.Value.GetValueOrDefault(Find(name) ?? name.Trim());
    }

    private static FrozenDictionary<string, string> LoadCodes()
    {
        var codes = LexiconTable.Load("id/countries.tsv", 4).ToDictionary(line => line.Fields[1], line => line.Fields[0], StringComparer.OrdinalIgnoreCase);
        // The lexicon has no English name that means something else in a text too; who asks for a country means the country.
        foreach (var region in CultureInfo.GetCultures(CultureTypes.SpecificCultures).Select(culture => new RegionInfo(culture.Name)).Where(region => codes.ContainsValue(region.ThreeLetterISORegionName)).ToList())
        {
            codes.TryAdd(region.EnglishName, region.ThreeLetterISORegionName);
        }

        return codes.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static FrozenDictionary<string, string> Load()
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var byCode = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in LexiconTable.Load("id/countries.tsv", 4))
        {
            byCode.Add(line.Fields[0], line.Fields[1]);
            foreach (var name in line.List(2).Concat(line.List(3)).Prepend(line.Fields[1]))
            {
                names.TryAdd(name, line.Fields[1]);
            }
        }

        foreach (var line in LexiconTable.Load("id/demonyms.tsv", 2))
        {
            names.TryAdd(line.Fields[0], byCode.TryGetValue(line.Fields[1], out var country) ? country : throw line.Fault($"no country has the code {line.Fields[1]}"));
        }

        return names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
