using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using static Sikap.ServiceDefaults.SqliteCommands;

namespace Sikap.StanceClassification;

/// <summary>The codebook in a SQLite file.</summary>
internal sealed class SqliteCodebookStore(string directory) : ICodebookStore, IAsyncDisposable, IDisposable
{
    public const string FileName = "codebook.db";

    private const string Schema = """
        CREATE TABLE issues (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            proposition TEXT NOT NULL,
            terms TEXT NOT NULL,
            retired INTEGER NOT NULL,
            version INTEGER NOT NULL UNIQUE,
            changed_at INTEGER NOT NULL,
            broadcast INTEGER NOT NULL) WITHOUT ROWID;
        """;

    // What there is becomes the beginning of the history.
    private const string History = """
        ALTER TABLE issues ADD COLUMN parent TEXT;
        ALTER TABLE issues ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE issues ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
        UPDATE issues SET kind = 2 WHERE retired = 1;
        CREATE TABLE history (
            version INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            title TEXT NOT NULL,
            proposition TEXT NOT NULL,
            terms TEXT NOT NULL,
            retired INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            parent TEXT,
            replaced_by TEXT NOT NULL,
            kind INTEGER NOT NULL);
        CREATE INDEX history_by_id ON history (id, version);
        INSERT INTO history SELECT version, id, title, proposition, terms, retired, changed_at, parent, replaced_by, kind FROM issues;
        """;

    private const string Columns = "version, id, title, proposition, terms, retired, changed_at, parent, replaced_by, kind";

    private readonly SqliteDatabase _database = new(directory, FileName, Schema, History);

    // The history alone: the issues are its last entries. What was broadcast is not carried along, it is said again at every start.
    /// <summary>What it keeps, as it is carried to another store; see <see cref="StorePart"/>.</summary>
    public IReadOnlyList<StorePart> Parts =>
    [
        StorePart.Of(
            "codebook",
            CodebookEntry.KeyOf,
            _ => _database.Read(connection => Select(connection, "history ORDER BY version")).ToAsyncEnumerable(),
            (entries, token) => _database.WriteAsync(connection => Append(connection, entries), token),
            _ => Task.FromResult(_database.Read(connection => Scalar(connection, "SELECT COUNT(*) FROM history"))),
            token => _database.WriteAsync(Clear, token)),
    ];

    public Task<ChangeResult> ChangeAsync(Func<CodebookDraft, ChangeResult> change, int maxIssues, DateTimeOffset at, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        var result = change(new CodebookDraft(Select(connection, "issues"), maxIssues, at));
        foreach (var entry in result.Changed)
            Write(connection, entry);
        return result;
    }, cancellationToken);

    public Task<IReadOnlyList<CodebookEntry>> ListAsync(long? atVersion, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<CodebookEntry>>(_database.Read(connection => atVersion is null
            ? Select(connection, "issues ORDER BY id")
            : Select(connection, "history h WHERE version = (SELECT MAX(o.version) FROM history o WHERE o.id = h.id AND o.version <= @version) ORDER BY id", ("@version", atVersion.Value))));

    public Task<IReadOnlyList<CodebookEntry>> ListHistoryAsync(string? id, long before, int limit, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<CodebookEntry>>(_database.Read(connection => id is null
            ? Select(connection, "history WHERE version < @before ORDER BY version DESC LIMIT @limit", ("@before", before), ("@limit", limit))
            : Select(connection, "history WHERE id = @id AND version < @before ORDER BY version DESC LIMIT @limit", ("@before", before), ("@limit", limit), ("@id", id))));

    public Task<long> GetVersionAsync(CancellationToken cancellationToken)
        => Task.FromResult(_database.Read(connection => Scalar(connection, "SELECT COALESCE(MAX(version), 0) FROM issues")));

    public Task<IReadOnlyList<CodebookEntry>> ListUnbroadcastAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<CodebookEntry>>(_database.Read(connection => Select(connection, "issues WHERE broadcast = 0 ORDER BY version")));

    public Task MarkBroadcastAsync(string id, long version, CancellationToken cancellationToken) => _database.WriteAsync(
        connection => Run(connection, "UPDATE issues SET broadcast = 1 WHERE id = @id AND version = @version", ("@id", id), ("@version", version)), cancellationToken);

    public Task ResetBroadcastAsync(CancellationToken cancellationToken) => _database.WriteAsync(connection => Run(connection, "UPDATE issues SET broadcast = 0"), cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => _database.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public void Dispose() => _database.Dispose();

    private static void Append(SqliteConnection connection, IReadOnlyList<CodebookEntry> entries)
    {
        foreach (var entry in entries)
            Write(connection, entry);
    }

    private static void Clear(SqliteConnection connection) => Run(connection, "DELETE FROM history; DELETE FROM issues");

    private static void Write(SqliteConnection connection, CodebookEntry entry) => Run(
        connection,
        $"""
        INSERT OR REPLACE INTO issues ({Columns}, broadcast) VALUES (@version, @id, @title, @proposition, @terms, @retired, @at, @parent, @replaced, @kind, 0);
        INSERT INTO history ({Columns}) VALUES (@version, @id, @title, @proposition, @terms, @retired, @at, @parent, @replaced, @kind);
        """,
        ("@version", entry.Version), ("@id", entry.Issue.Id), ("@title", entry.Issue.Title), ("@proposition", entry.Issue.Proposition), ("@terms", JsonSerializer.Serialize(entry.Issue.Terms)),
        ("@retired", entry.Retired), ("@at", entry.ChangedAt.UtcTicks), ("@parent", (object?)entry.Parent ?? DBNull.Value), ("@replaced", JsonSerializer.Serialize(entry.ReplacedBy)),
        ("@kind", (int)entry.Kind));

    private static List<CodebookEntry> Select(SqliteConnection connection, string from, params ReadOnlySpan<(string Name, object Value)> parameters) => Rows(
        connection,
        $"SELECT {Columns} FROM {from}",
        row => new CodebookEntry(
            new Issue(row.GetString(1), row.GetString(2), row.GetString(3), Strings(row.GetString(4))), row.GetBoolean(5), row.GetInt64(0), new DateTimeOffset(row.GetInt64(6), TimeSpan.Zero))
        {
            Parent = row.IsDBNull(7) ? null : row.GetString(7),
            ReplacedBy = Strings(row.GetString(8)),
            Kind = (IssueChangeKind)row.GetInt32(9),
        },
        parameters);

    private static List<string> Strings(string json) => JsonSerializer.Deserialize<List<string>>(json) ?? [];

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var select = Command(connection, sql);
        return (long)select.ExecuteScalar()!;
    }
}
