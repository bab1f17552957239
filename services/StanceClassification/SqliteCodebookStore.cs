using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sikap.Nlp;
using Sikap.ServiceDefaults;

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

    private const string Columns = "id, title, proposition, terms, retired, version, changed_at";

    private readonly SqliteDatabase _database = new(directory, FileName, Schema);

    public Task<ChangeResult> DefineAsync(Issue issue, int maxIssues, DateTimeOffset at, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        if (Find(connection, issue.Id) is { } existing)
        {
            if (!SameWording(existing.Issue, issue))
                return new ChangeResult(ChangeOutcome.Taken, existing);
            return existing.Retired ? Change(connection, issue, retired: false, at) : new ChangeResult(ChangeOutcome.Unchanged, existing);
        }

        return Scalar(connection, "SELECT COUNT(*) FROM issues") >= maxIssues
            ? new ChangeResult(ChangeOutcome.Full, null)
            : Change(connection, issue, retired: false, at);
    }, cancellationToken);

    public Task<ChangeResult> UpdateAsync(Issue issue, DateTimeOffset at, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
        Find(connection, issue.Id) is not { } existing ? new ChangeResult(ChangeOutcome.Unknown, null)
        : SameWording(existing.Issue, issue) ? new ChangeResult(ChangeOutcome.Unchanged, existing)
        : Change(connection, issue, existing.Retired, at), cancellationToken);

    public Task<ChangeResult> RetireAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
        Find(connection, id) is not { } existing ? new ChangeResult(ChangeOutcome.Unknown, null)
        : existing.Retired ? new ChangeResult(ChangeOutcome.Unchanged, existing)
        : Change(connection, existing.Issue, retired: true, at), cancellationToken);

    public Task<IReadOnlyList<CodebookEntry>> ListAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<CodebookEntry>>(_database.Read(connection => Select(connection, "ORDER BY id")));

    public Task<long> GetVersionAsync(CancellationToken cancellationToken)
        => Task.FromResult(_database.Read(connection => Scalar(connection, "SELECT COALESCE(MAX(version), 0) FROM issues")));

    public Task<IReadOnlyList<CodebookEntry>> ListUnbroadcastAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<CodebookEntry>>(_database.Read(connection => Select(connection, "WHERE broadcast = 0 ORDER BY version")));

    public Task MarkBroadcastAsync(string id, long version, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        using var update = connection.CreateCommand();
        update.CommandText = "UPDATE issues SET broadcast = 1 WHERE id = @id AND version = @version";
        update.Parameters.AddWithValue("@id", id);
        update.Parameters.AddWithValue("@version", version);
        update.ExecuteNonQuery();
    }, cancellationToken);

    public Task ResetBroadcastAsync(CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        using var update = connection.CreateCommand();
        update.CommandText = "UPDATE issues SET broadcast = 0";
        update.ExecuteNonQuery();
    }, cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => _database.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public void Dispose() => _database.Dispose();

    private static ChangeResult Change(SqliteConnection connection, Issue issue, bool retired, DateTimeOffset at)
    {
        using var upsert = connection.CreateCommand();
        upsert.CommandText = $"""
            INSERT INTO issues ({Columns}, broadcast)
            VALUES (@id, @title, @proposition, @terms, @retired, (SELECT COALESCE(MAX(version), 0) + 1 FROM issues), @at, 0)
            ON CONFLICT (id) DO UPDATE SET title = excluded.title, proposition = excluded.proposition, terms = excluded.terms,
                retired = excluded.retired, version = excluded.version, changed_at = excluded.changed_at, broadcast = 0
            """;
        upsert.Parameters.AddWithValue("@id", issue.Id);
        upsert.Parameters.AddWithValue("@title", issue.Title);
        upsert.Parameters.AddWithValue("@proposition", issue.Proposition);
        upsert.Parameters.AddWithValue("@terms", JsonSerializer.Serialize(issue.Terms));
        upsert.Parameters.AddWithValue("@retired", retired);
        upsert.Parameters.AddWithValue("@at", at.UtcTicks);
        upsert.ExecuteNonQuery();
        return new ChangeResult(ChangeOutcome.Changed, Find(connection, issue.Id));
    }

    private static bool SameWording(Issue left, Issue right)
        => left.Title == right.Title && left.Proposition == right.Proposition && left.Terms.SequenceEqual(right.Terms);

    private static CodebookEntry? Find(SqliteConnection connection, string id) => Select(connection, "WHERE id = @id", id) is [var entry] ? entry : null;

    private static List<CodebookEntry> Select(SqliteConnection connection, string condition, string? id = null)
    {
        using var select = connection.CreateCommand();
#pragma warning disable CA2100 // Conditions are constants of this class.
        select.CommandText = $"SELECT {Columns} FROM issues {condition}";
#pragma warning restore CA2100
        if (id is not null)
            select.Parameters.AddWithValue("@id", id);
        using var rows = select.ExecuteReader();
        var entries = new List<CodebookEntry>();
        while (rows.Read())
        {
            var terms = JsonSerializer.Deserialize<List<string>>(rows.GetString(3)) ?? [];
            entries.Add(new CodebookEntry(new Issue(rows.GetString(0), rows.GetString(1), rows.GetString(2), terms),
                rows.GetBoolean(4), rows.GetInt64(5), new DateTimeOffset(rows.GetInt64(6), TimeSpan.Zero)));
        }

        return entries;
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var select = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        select.CommandText = sql;
#pragma warning restore CA2100
        return (long)select.ExecuteScalar()!;
    }
}
