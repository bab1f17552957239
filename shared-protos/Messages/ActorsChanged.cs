using Sikap.Nlp;

namespace Sikap.Contracts.Messages;

/// <summary>
/// The actors that users added, as they now stand. Published by StanceClassification at its start, after every change and when somebody asks; every instance that extracts hears it.
/// At most <see cref="ActorRules.MaxListBytes"/> bytes of JSON.
/// </summary>
public sealed record ActorsChanged
{
    /// <summary>Rises with every change; 0 while none was ever added.</summary>
    public required long Version { get; init; }

    /// <summary>The actors in use, by name.</summary>
    public required IReadOnlyList<ActorEntry> Actors { get; init; }
}
