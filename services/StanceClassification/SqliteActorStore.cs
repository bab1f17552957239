using Microsoft.Data.Sqlite;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using static Sikap.ServiceDefaults.SqliteCommands;

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
        using var select = Command(connection, "SELECT COALESCE(MAX(version), 0) FROM actors");
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

    private static void Clear(SqliteConnection connection) => Run(connection, "DELETE FROM actors");

    private static void Write(SqliteConnection connection, StoredActor stored) => Run(
        connection,
        """
        INSERT INTO actors VALUES (@key, @entry, @retired, @version, @at)
        ON CONFLICT (key) DO UPDATE SET entry = excluded.entry, retired = excluded.retired, version = excluded.version, changed_at = excluded.changed_at
        """,
        ("@key", ActorDraft.KeyOf(stored)), ("@entry", ActorDraft.ToJson(stored.Actor)), ("@retired", stored.Retired), ("@version", stored.Version), ("@at", stored.ChangedAt.UtcTicks));

    private static ActorList Read(SqliteConnection connection)
    {
        var actors = Rows(
            connection, "SELECT entry, retired, version, changed_at FROM actors ORDER BY key",
            row => new StoredActor(ActorDraft.FromJson(row.GetString(0)), row.GetBoolean(1), row.GetInt64(2), new DateTimeOffset(row.GetInt64(3), TimeSpan.Zero)));
        return new ActorList(actors.Count == 0 ? 0 : actors.Max(stored => stored.Version), actors);
    }
}
