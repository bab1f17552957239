using System.Runtime.CompilerServices;
using MongoDB.Bson;
using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>
/// The added actors in MongoDB, as the log of their changes. Any number of processes may change them. Shard key: <c>actors</c> <c>{ _id: 1 }</c>, whose unique values are the commit; best left on one shard.
/// </summary>
internal sealed class MongoActorStore(MongoStore store) : IActorStore, IDisposable
{
    private readonly MongoChangeLog<StoredActor> _log = new(store, "actors", ToDocument, ToActor, ActorDraft.KeyOf);

    /// <summary>What it keeps, as it is carried to another store; see <see cref="StorePart"/>.</summary>
    public IReadOnlyList<StorePart> Parts =>
    [
        StorePart.Of(
            "actors",
            ActorDraft.KeyOf,
            ReadAllAsync,
            (actors, token) => _log.AppendAllAsync(actors, stored => stored.Version, token),
            async token => (await ListAsync(token)).Actors.Count,
            _log.ClearAsync),
    ];

    public Task<ActorChange> DefineAsync(IReadOnlyList<ActorEntry> actors, int maxActors, DateTimeOffset at, CancellationToken cancellationToken) =>
        _log.ChangeAsync(now => ActorDraft.Define(ToList(now), actors, maxActors, at), stored => stored.Version, cancellationToken);

    public Task<StoredActor?> RetireAsync(string name, DateTimeOffset at, CancellationToken cancellationToken) => _log.ChangeAsync<StoredActor?>(
        now =>
        {
            var (actor, changed) = ActorDraft.Retire(ToList(now), name, at);
            return (actor, changed ? [actor!] : []);
        },
        stored => stored.Version,
        cancellationToken);

    public async Task<ActorList> ListAsync(CancellationToken cancellationToken) => ToList(await _log.CurrentAsync(cancellationToken));

    public Task<long> GetVersionAsync(CancellationToken cancellationToken) => _log.VersionAsync(cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => store.CheckAsync(cancellationToken);

    public void Dispose() => _log.Dispose();

    // As they are: what they were before is kept here and not elsewhere.
    private async IAsyncEnumerable<StoredActor> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var stored in StoredActor.InOrder(await ListAsync(cancellationToken)))
            yield return stored;
    }

    private static ActorList ToList(MongoChangeLog<StoredActor>.State state) => new(state.Version, [.. state.Entries.Values]);

    // The actor's JSON as SQLite has it: nothing asks the server for what is in it.
    private static BsonDocument ToDocument(StoredActor stored) => new()
    {
        { "entry", ActorDraft.ToJson(stored.Actor) }, { "retired", stored.Retired }, { "version", stored.Version }, { "changed", stored.ChangedAt.UtcTicks },
    };

    private static StoredActor ToActor(BsonDocument document) => new(
        ActorDraft.FromJson(document["entry"].AsString), document["retired"].AsBoolean, document["version"].ToInt64(), new DateTimeOffset(document["changed"].ToInt64(), TimeSpan.Zero));
}
