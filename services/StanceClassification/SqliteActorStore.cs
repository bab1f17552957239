using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sikap.Contracts;
using Sikap.Nlp;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>The added actors in a SQLite file beside the codebook's. There are thousands at most, so every change reads them all.</summary>
internal sealed class SqliteActorStore(string directory) : IActorStore, IAsyncDisposable, IDisposable
{
    public const string FileName = "actors.db";

    private const string Schema = """
        CREATE TABLE actors (
            key TEXT PRIMARY KEY,
            entry TEXT NOT NULL,
            retired INTEGER NOT NULL,
            version INTEGER NOT NULL,
            changed_at INTEGER NOT NULL) WITHOUT ROWID;
        """;

    private readonly SqliteDatabase _database = new(directory, FileName, Schema);

    public Task<ActorChange> DefineAsync(IReadOnlyList<ActorEntry> actors, int maxActors, DateTimeOffset at, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        var list = Read(connection);
        var replaced = actors.ToDictionary(actor => ActorRules.KeyOf(actor.Name));
        var others = list.Actors.Where(stored => !stored.Retired && !replaced.ContainsKey(ActorRules.KeyOf(stored.Actor.Name))).ToList();
        var owners = others.SelectMany(stored => NamesOf(stored.Actor).Select(name => (Key: ActorRules.KeyOf(name), stored.Actor.Name)))
            .ToDictionary(pair => pair.Key, pair => pair.Name);
        var clashes = actors.SelectMany(NamesOf).Where(name => owners.ContainsKey(ActorRules.KeyOf(name))).Select(name => (name, owners[ActorRules.KeyOf(name)])).ToList();
        if (clashes.Count > 0)
            return new ActorChange(list, clashes, Full: false);
        if (others.Count + actors.Count > maxActors || JsonSerializer.SerializeToUtf8Bytes(others.Select(stored => stored.Actor).Concat(actors)).Length > ActorRules.MaxListBytes)
            return new ActorChange(list, [], Full: true);

        var known = list.Actors.ToDictionary(stored => ActorRules.KeyOf(stored.Actor.Name));
        foreach (var (key, actor) in replaced)
        {
            if (known.GetValueOrDefault(key) is not { Retired: false } stored || Json(stored.Actor) != Json(actor))
                Write(connection, key, new StoredActor(actor, Retired: false, list.Version + 1, at));
        }

        return new ActorChange(Read(connection), [], Full: false);
    }, cancellationToken);

    public Task<StoredActor?> RetireAsync(string name, DateTimeOffset at, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        var list = Read(connection);
        var key = ActorRules.KeyOf(name);
        var known = list.Actors.FirstOrDefault(stored => ActorRules.KeyOf(stored.Actor.Name) == key);
        if (known is not { Retired: false })
            return known;
        var retired = known with { Retired = true, Version = list.Version + 1, ChangedAt = at };
        Write(connection, key, retired);
        return retired;
    }, cancellationToken);

    public Task<ActorList> ListAsync(CancellationToken cancellationToken) => Task.FromResult(_database.Read(Read));

    public Task<long> GetVersionAsync(CancellationToken cancellationToken) => Task.FromResult(_database.Read(connection =>
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT COALESCE(MAX(version), 0) FROM actors";
        return (long)select.ExecuteScalar()!;
    }));

    public Task CheckAsync(CancellationToken cancellationToken) => _database.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public void Dispose() => _database.Dispose();

    private static IEnumerable<string> NamesOf(ActorEntry actor) => actor.Aliases.Prepend(actor.Name);

    private static string Json(ActorEntry actor) => JsonSerializer.Serialize(actor);

    private static void Write(SqliteConnection connection, string key, StoredActor stored)
    {
        using var upsert = connection.CreateCommand();
        upsert.CommandText = """
            INSERT INTO actors VALUES (@key, @entry, @retired, @version, @at)
            ON CONFLICT (key) DO UPDATE SET entry = excluded.entry, retired = excluded.retired, version = excluded.version, changed_at = excluded.changed_at
            """;
        upsert.Parameters.AddWithValue("@key", key);
        upsert.Parameters.AddWithValue("@entry", Json(stored.Actor));
        upsert.Parameters.AddWithValue("@retired", stored.Retired);
        upsert.Parameters.AddWithValue("@version", stored.Version);
        upsert.Parameters.AddWithValue("@at", stored.ChangedAt.UtcTicks);
        upsert.ExecuteNonQuery();
    }

    private static ActorList Read(SqliteConnection connection)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT entry, retired, version, changed_at FROM actors ORDER BY key";
        using var rows = select.ExecuteReader();
        var actors = new List<StoredActor>();
        while (rows.Read())
        {
            actors.Add(new StoredActor(JsonSerializer.Deserialize<ActorEntry>(rows.GetString(0))!, rows.GetBoolean(1), rows.GetInt64(2), new DateTimeOffset(rows.GetInt64(3), TimeSpan.Zero)));
        }

        return new ActorList(actors.Count == 0 ? 0 : actors.Max(stored => stored.Version), actors);
    }
}
