using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Sikap.ServiceDefaults;
using static Sikap.ServiceDefaults.SqliteCommands;

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

    private const int CopyPage = 1_000;

    private readonly SqliteDatabase _database = new(directory, FileName, Schema);

    /// <summary>What it keeps, as it is carried to another store; see <see cref="StorePart"/>.</summary>
    public IReadOnlyList<StorePart> Parts =>
    [
        StorePart.Of<KeptAnswer>("answers", kept => kept.Key, ReadAnswersAsync, AppendAnswersAsync, _ => CountAsync("SELECT COUNT(*) FROM answers"), token => RunAsync("DELETE FROM answers", token)),
        StorePart.Of<SpentMinute>("budget", SpentMinute.KeyOf, _ => ReadSpent().ToAsyncEnumerable(), AppendSpentAsync, _ => CountAsync("SELECT COUNT(*) FROM spent"), token => RunAsync("DELETE FROM spent", token)),
    ];

    public Task<string?> FindAnswerAsync(string key, CancellationToken cancellationToken) => Task.FromResult(_database.Read(connection =>
    {
        using var select = Command(connection, "SELECT answer FROM answers WHERE key = @key", ("@key", key));
        return (string?)select.ExecuteScalar();
    }));

    public Task KeepAnswerAsync(string key, string answer, int maxEntries, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        Run(
            connection,
            """
            INSERT OR IGNORE INTO answers (key, answer) VALUES (@key, @answer);
            DELETE FROM answers WHERE row <= (SELECT MAX(row) FROM answers) - @max;
            """,
            ("@key", key), ("@answer", answer), ("@max", maxEntries));
    }, cancellationToken);

    public Task<bool> TryReserveAsync(long tokens, ChatBudget budget, DateTimeOffset now, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        var minute = MinuteOf(now);
        var (hourRequests, hourTokens) = Spent(connection, minute - MinutesPerHour);
        var (dayRequests, dayTokens) = Spent(connection, minute - MinutesPerDay);
        if (hourRequests + 1 > budget.RequestsPerHour || dayRequests + 1 > budget.RequestsPerDay || hourTokens + tokens > budget.TokensPerHour || dayTokens + tokens > budget.TokensPerDay)
            return false;
        Run(
            connection,
            """
            INSERT INTO spent VALUES (@minute, 1, @tokens) ON CONFLICT DO UPDATE SET requests = requests + 1, tokens = tokens + excluded.tokens;
            DELETE FROM spent WHERE minute <= @minute - @kept;
            """,
            ("@minute", minute), ("@tokens", tokens), ("@kept", MinutesPerDay));
        return true;
    }, cancellationToken);

    public Task CorrectAsync(DateTimeOffset at, long tokens, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
        Run(connection, "UPDATE spent SET tokens = MAX(0, tokens + @tokens) WHERE minute = @minute", ("@tokens", tokens), ("@minute", MinuteOf(at))), cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => _database.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public void Dispose() => _database.Dispose();

    private async IAsyncEnumerable<KeptAnswer> ReadAnswersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = _database.Read(connection => Rows(
                connection, "SELECT row, key, answer FROM answers WHERE row > @after ORDER BY row LIMIT @limit",
                row => (Row: row.GetInt64(0), Kept: new KeptAnswer(row.GetString(1), row.GetString(2))), ("@after", after), ("@limit", CopyPage)));
            if (page.Count == 0)
                yield break;
            foreach (var (_, answer) in page)
                yield return answer;
            after = page[^1].Row;
        }
    }

    private Task AppendAnswersAsync(IReadOnlyList<KeptAnswer> answers, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        foreach (var (key, answer) in answers)
        {
            Run(connection, "INSERT INTO answers (key, answer) VALUES (@key, @answer)", ("@key", key), ("@answer", answer));
        }
    }, cancellationToken);

    private List<SpentMinute> ReadSpent() => _database.Read(connection => Rows(
        connection, "SELECT minute, requests, tokens FROM spent ORDER BY minute", row => new SpentMinute(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2))));

    private Task AppendSpentAsync(IReadOnlyList<SpentMinute> minutes, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        foreach (var (minute, requests, tokens) in minutes)
        {
            Run(connection, "INSERT INTO spent VALUES (@minute, @requests, @tokens)", ("@minute", minute), ("@requests", requests), ("@tokens", tokens));
        }
    }, cancellationToken);

    private Task<long> CountAsync(string sql) => Task.FromResult(_database.Read(connection =>
    {
        using var select = Command(connection, sql);
        return (long)select.ExecuteScalar()!;
    }));

    private Task RunAsync(string sql, CancellationToken cancellationToken) => _database.WriteAsync(connection => Run(connection, sql), cancellationToken);

    private static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    private static (long Requests, long Tokens) Spent(SqliteConnection connection, long after)
    {
        using var select = Command(connection, "SELECT COALESCE(SUM(requests), 0), COALESCE(SUM(tokens), 0) FROM spent WHERE minute > @after", ("@after", after));
        using var row = select.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }
}
