using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Who is one actor of the ledger.</summary>
internal static class LedgerActor
{
    /// <summary>
    /// The name the ledger keeps an actor under: the known person behind a title or a short name, else what the article says. "Presiden" in two years can be two persons, and one
    /// article's "Menlu Jepang" is the one whom another calls by name.
    /// </summary>
    public static string NameOf(Proto.Actor actor) => actor.Person.Length > 0 ? actor.Person : actor.Name;
}
