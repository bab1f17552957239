using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>An actor that users added.</summary>
/// <param name="Actor">What is known of it.</param>
/// <param name="Retired">True when it is out of use.</param>
/// <param name="Version">Version of the actors at its last change.</param>
/// <param name="ChangedAt">When that was.</param>
internal sealed record StoredActor(ActorEntry Actor, bool Retired, long Version, DateTimeOffset ChangedAt)
{
    /// <summary>The actors of a list in the order of their last changes, as they go from store to store.</summary>
    public static IEnumerable<StoredActor> InOrder(ActorList list) => list.Actors.OrderBy(stored => stored.Version).ThenBy(ActorDraft.KeyOf, StringComparer.Ordinal);
}

/// <summary>The added actors at one version.</summary>
/// <param name="Version">Rises with every change; 0 while there was none.</param>
/// <param name="Actors">In the order of their names, retired ones included.</param>
internal sealed record ActorList(long Version, IReadOnlyList<StoredActor> Actors)
{
    /// <summary>Those that the engine is to know.</summary>
    public IReadOnlyList<ActorEntry> InUse => [.. Actors.Where(stored => !stored.Retired).Select(stored => stored.Actor)];
}

/// <summary>What became of a definition.</summary>
/// <param name="List">The actors as they now stand, unchanged where the definition was refused.</param>
/// <param name="Clashes">Names that other actors in use have: the name, and whose it is.</param>
/// <param name="Full">True when there would be more actors, or more of their JSON, than allowed.</param>
internal sealed record ActorChange(ActorList List, IReadOnlyList<(string Name, string Owner)> Clashes, bool Full);

/// <summary>
/// Keeps the actors that users add. None is ever deleted, so that the version only rises. A completed change is durable;
/// every method throws <see cref="StoreUnavailableException"/> where the store is away.
/// </summary>
internal interface IActorStore : IStore
{
    /// <summary>Adds actors or replaces those of the same name, all or none; the version rises when anything is new.</summary>
    Task<ActorChange> DefineAsync(IReadOnlyList<ActorEntry> actors, int maxActors, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Takes an actor out of use.</summary>
    /// <returns>The actor as it now stands; null where there is none of that name.</returns>
    Task<StoredActor?> RetireAsync(string name, DateTimeOffset at, CancellationToken cancellationToken);

    Task<ActorList> ListAsync(CancellationToken cancellationToken);

    /// <summary>Version of the last change; 0 for none.</summary>
    Task<long> GetVersionAsync(CancellationToken cancellationToken);
}
