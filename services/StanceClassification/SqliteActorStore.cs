using Microsoft.Data.Sqlite;
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

    /// <summary>What it keeps, as it is carried to another store; see <see cref="StorePart"/>.</summary>
    public IReadOnlyList<StorePart> Parts =>
    [
        StorePart.Of(
            "actors",
            ActorDraft.KeyOf,
            _ => StoredActor.InOrder(_database.Read(Read)).ToAsyncEnumerable(),
            (actors, token) => _database.WriteAsync(connection => Append(connection, actors), token),
            _ => Task.FromResult((long)_database.Read(Read).Actors.Count),
            token => _database.WriteAsync(Clear, token)),
    ];

    public Task<ActorChange> DefineAsync(IReadOnlyList<ActorEntry> actors, int maxActors, DateTimeOffset at, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        var (change, changed) = ActorDraft.Define(Read(connection), actors, maxActors, at);
        foreach (var stored in changed)
            Write(connection, stored);
        return change;
    }, cancellationToken);

    public Task<StoredActor?> RetireAsync(string name, DateTimeOffset at, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        var (actor, changed) = ActorDraft.Retire(Read(connection), name, at);
        if (changed)
            Write(connection, actor!);
        return actor;
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

    private static void Append(SqliteConnection connection, IReadOnlyList<StoredActor> actors)
    {
        foreach (var stored in actors)
            Write(connection, stored);
    }

    private static void Clear(SqliteConnection connection)
    {
        using var clear = connection.CreateCommand();
        clear.CommandText = "DELETE FROM actors";
        clear.ExecuteNonQuery();
    }

    private static void Write(SqliteConnection connection, StoredActor stored)
    {
        using var upsert = connection.CreateCommand();
        upsert.CommandText = """
            INSERT INTO actors VALUES (@key, @entry, @retired, @version, @at)
            ON CONFLICT (key) DO UPDATE SET entry = excluded.entry, retired = excluded.retired, version = excluded.version, changed_at = excluded.changed_at
            """;
        upsert.Parameters.AddWithValue("@key", ActorDraft.KeyOf(stored));
        upsert.Parameters.AddWithValue("@entry", ActorDraft.ToJson(stored.Actor));
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
            actors.Add(new StoredActor(ActorDraft.FromJson(rows.GetString(0)), rows.GetBoolean(1), rows.GetInt64(2), new DateTimeOffset(rows.GetInt64(3), TimeSpan.Zero)));
        }

        return new ActorList(actors.Count == 0 ? 0 : actors.Max(stored => stored.Version), actors);
    }
}
