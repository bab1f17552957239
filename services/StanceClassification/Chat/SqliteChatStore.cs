using Microsoft.Data.Sqlite;
using Sikap.ServiceDefaults;

namespace Sikap.StanceClassification;

/// <summary>Answers and budget in a SQLite file.</summary>
internal sealed class SqliteChatStore(string directory) : IChatStore, IAsyncDisposable, IDisposable
{
    public const string FileName = "chat.db";

    private const long MinutesPerHour = 60;
    private const long MinutesPerDay = 24 * MinutesPerHour;

    // The rows of answers rise with every new one, so the oldest are those furthest below the newest.
    private const string Schema = """
        CREATE TABLE answers (
            row INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            answer TEXT NOT NULL);
        CREATE TABLE spent (
            minute INTEGER PRIMARY KEY,     -- since the Unix epoch
            requests INTEGER NOT NULL,
            tokens INTEGER NOT NULL);
        """;

    private readonly SqliteDatabase _database = new(directory, FileName, Schema);

    public Task<string?> FindAnswerAsync(string key, CancellationToken cancellationToken) => Task.FromResult(_database.Read(connection =>
    {
        using var select = Command(connection, "SELECT answer FROM answers WHERE key = @key", ("@key", key));
        return (string?)select.ExecuteScalar();
    }));

    public Task KeepAnswerAsync(string key, string answer, int maxEntries, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        using var keep = Command(
            connection,
            """
            INSERT OR IGNORE INTO answers (key, answer) VALUES (@key, @answer);
            DELETE FROM answers WHERE row <= (SELECT MAX(row) FROM answers) - @max;
            """,
            ("@key", key), ("@answer", answer), ("@max", maxEntries));
        keep.ExecuteNonQuery();
    }, cancellationToken);

    public Task<bool> TryReserveAsync(long tokens, ChatBudget budget, DateTimeOffset now, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        var minute = MinuteOf(now);
        var (hourRequests, hourTokens) = Spent(connection, minute - MinutesPerHour);
        var (dayRequests, dayTokens) = Spent(connection, minute - MinutesPerDay);
        if (hourRequests + 1 > budget.RequestsPerHour || dayRequests + 1 > budget.RequestsPerDay || hourTokens + tokens > budget.TokensPerHour || dayTokens + tokens > budget.TokensPerDay)
            return false;
        using var reserve = Command(
            connection,
            """
            INSERT INTO spent VALUES (@minute, 1, @tokens) ON CONFLICT DO UPDATE SET requests = requests + 1, tokens = tokens + excluded.tokens;
            DELETE FROM spent WHERE minute <= @minute - @kept;
            """,
            ("@minute", minute), ("@tokens", tokens), ("@kept", MinutesPerDay));
        reserve.ExecuteNonQuery();
        return true;
    }, cancellationToken);

    public Task CorrectAsync(DateTimeOffset at, long tokens, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        using var correct = Command(connection, "UPDATE spent SET tokens = MAX(0, tokens + @tokens) WHERE minute = @minute", ("@tokens", tokens), ("@minute", MinuteOf(at)));
        correct.ExecuteNonQuery();
    }, cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => _database.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public void Dispose() => _database.Dispose();

    private static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    private static (long Requests, long Tokens) Spent(SqliteConnection connection, long after)
    {
        using var select = Command(connection, "SELECT COALESCE(SUM(requests), 0), COALESCE(SUM(tokens), 0) FROM spent WHERE minute > @after", ("@after", after));
        using var row = select.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
