namespace Sikap.Nlp;

/// <summary>An actor that users add to what the engine knows: its names, what it is, and whom it speaks for when.</summary>
public sealed record ActorEntry
{
    /// <summary>Usual name, without titles: what statements and stances show. An entry with the name of an actor of the engine's own tables goes before it.</summary>
    public required string Name { get; init; }

    /// <summary>Person, organisation, country or group.</summary>
    public required ActorType Type { get; init; }

    /// <summary>Other names it goes by, acronyms and short names among them.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>ISO 3166-1 alpha-3 code or organisation it always speaks for; null = as the article or an office makes plain.</summary>
    public string? Represents { get; init; }

    /// <summary>Offices it holds or held.</summary>
    public IReadOnlyList<OfficeTerm> Offices { get; init; } = [];
}

/// <summary>An office and when it was held.</summary>
/// <param name="Role">Its Indonesian name, such as <c>Menteri Luar Negeri</c>.</param>
/// <param name="Of">ISO 3166-1 alpha-3 code of the country or name of the organisation whose office it is; null when it is nobody's.</param>
/// <param name="From">First day in office; null = unknown, so from ever.</param>
/// <param name="Until">Last day in office; null = still.</param>
public sealed record OfficeTerm(string Role, string? Of, DateOnly? From, DateOnly? Until);
