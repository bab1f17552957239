using System.Text.Json;
using Sikap.Contracts;
using Sikap.Nlp;

namespace Sikap.StanceClassification;

/// <summary>What is to become of the added actors: the rules every store follows inside its write.</summary>
internal static class ActorDraft
{
    /// <summary>Adds actors or replaces those of the same name, all or none.</summary>
    /// <returns>What became of it with the list as it then stands, and what is to be stored: nothing where it was refused or so already.</returns>
    public static (ActorChange Change, IReadOnlyList<StoredActor> Changed) Define(ActorList list, IReadOnlyList<ActorEntry> actors, int maxActors, DateTimeOffset at)
    {
        var replaced = actors.ToDictionary(actor => ActorRules.KeyOf(actor.Name));
        var others = list.Actors.Where(stored => !stored.Retired && !replaced.ContainsKey(KeyOf(stored))).ToList();
        var owners = others.SelectMany(stored => NamesOf(stored.Actor).Select(name => (Key: ActorRules.KeyOf(name), stored.Actor.Name)))
            .ToDictionary(pair => pair.Key, pair => pair.Name);
        var clashes = actors.SelectMany(NamesOf).Where(name => owners.ContainsKey(ActorRules.KeyOf(name))).Select(name => (name, owners[ActorRules.KeyOf(name)])).ToList();
        if (clashes.Count > 0)
            return (new ActorChange(list, clashes, Full: false), []);
        if (others.Count + actors.Count > maxActors || JsonSerializer.SerializeToUtf8Bytes(others.Select(stored => stored.Actor).Concat(actors)).Length > ActorRules.MaxListBytes)
            return (new ActorChange(list, [], Full: true), []);

        var known = list.Actors.ToDictionary(KeyOf);
        var changed = replaced.Where(pair => known.GetValueOrDefault(pair.Key) is not { Retired: false } stored || ToJson(stored.Actor) != ToJson(pair.Value))
            .Select(pair => new StoredActor(pair.Value, Retired: false, list.Version + 1, at)).ToList();
        foreach (var stored in changed)
            known[KeyOf(stored)] = stored;
        return (new ActorChange(ListOf(known.Values), [], Full: false), changed);
    }

    /// <summary>Takes an actor out of use.</summary>
    /// <returns>The actor as it then stands, null where there is none of that name, and whether it is to be stored.</returns>
    public static (StoredActor? Actor, bool Changed) Retire(ActorList list, string name, DateTimeOffset at)
    {
        var key = ActorRules.KeyOf(name);
        var known = list.Actors.FirstOrDefault(stored => KeyOf(stored) == key);
        return known is { Retired: false } ? (known with { Retired = true, Version = list.Version + 1, ChangedAt = at }, true) : (known, false);
    }

    /// <summary>The key actors are told apart by.</summary>
    public static string KeyOf(StoredActor stored) => ActorRules.KeyOf(stored.Actor.Name);

    /// <summary>An actor as stores keep it.</summary>
    public static string ToJson(ActorEntry actor) => JsonSerializer.Serialize(actor);

    /// <summary>An actor from what <see cref="ToJson"/> made.</summary>
    public static ActorEntry FromJson(string json) => JsonSerializer.Deserialize<ActorEntry>(json)!;

    /// <summary>A list in the order of the keys.</summary>
    public static ActorList ListOf(IReadOnlyCollection<StoredActor> actors) =>
        new(actors.Count == 0 ? 0 : actors.Max(stored => stored.Version), [.. actors.OrderBy(KeyOf, StringComparer.Ordinal)]);

    private static IEnumerable<string> NamesOf(ActorEntry actor) => actor.Aliases.Prepend(actor.Name);
}
