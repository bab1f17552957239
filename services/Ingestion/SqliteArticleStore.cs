using System.Globalization;
using Microsoft.Data.Sqlite;
using Sikap.ServiceDefaults;

namespace Sikap.Ingestion;

/// <summary>Articles in a SQLite file.</summary>
internal sealed class SqliteArticleStore(string directory) : IArticleStore, IAsyncDisposable, IDisposable
{
    public const string FileName = "ingestion.db";

    private const string Schema = """
        CREATE TABLE articles (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            text TEXT NOT NULL,
            title TEXT,
            publisher TEXT,
            url TEXT,
            published TEXT,
            accepted_at INTEGER NOT NULL,
            trace_parent TEXT,
            progress INTEGER NOT NULL,
            reason TEXT,
            language TEXT,
            changed_at INTEGER NOT NULL);
        CREATE INDEX articles_progress ON articles (progress);
        """;

    private const string CodingSchema = """
        ALTER TABLE articles ADD COLUMN coding TEXT;
        ALTER TABLE articles ADD COLUMN coding_revision INTEGER NOT NULL DEFAULT 0;
        """;

    private const string Columns = "id, text, title, publisher, url, published, accepted_at, trace_parent, coding, coding_revision";

    private readonly SqliteDatabase _database = new(directory, FileName, Schema, CodingSchema);

    public Task<AddResult> AddAsync(ArticleRecord article, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        using var insert = connection.CreateCommand();
        insert.CommandText = $"""
            INSERT INTO articles ({Columns}, progress, changed_at)
            VALUES (@id, @text, @title, @publisher, @url, @published, @accepted, @trace, @coding, @coding IS NOT NULL, {(int)ArticleProgress.Accepted}, @accepted)
            ON CONFLICT (id) DO NOTHING
            """;
        Bind(insert, "@id", article.Id);
        Bind(insert, "@text", article.Text);
        Bind(insert, "@title", article.Title);
        Bind(insert, "@publisher", article.Publisher);
        Bind(insert, "@url", article.Url);
        Bind(insert, "@published", article.Published?.ToString("O", CultureInfo.InvariantCulture));
        Bind(insert, "@accepted", article.AcceptedAt.UtcTicks);
        Bind(insert, "@trace", article.TraceParent);
        Bind(insert, "@coding", article.Coding);
        if (insert.ExecuteNonQuery() == 1)
            return new AddResult(true, ArticleProgress.Accepted, article.Coding is not null);

        using var recode = connection.CreateCommand();
        recode.CommandText = $"""
            UPDATE articles SET coding_revision = coding_revision + (coding IS NOT @coding), coding = @coding, progress = {(int)ArticleProgress.Accepted}, reason = NULL, changed_at = @at
            WHERE id = @id AND @coding IS NOT NULL AND (coding IS NOT @coding OR progress = {(int)ArticleProgress.Failed})
            """;
        Bind(recode, "@id", article.Id);
        Bind(recode, "@coding", article.Coding);
        Bind(recode, "@at", article.AcceptedAt.UtcTicks);
        return new AddResult(false, CodingChanged: recode.ExecuteNonQuery() == 1, Progress: FindState(connection, article.Id)!.Progress);
    }, cancellationToken);

    public Task<ArticleRecord?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult(_database.Read(connection =>
    {
        using var select = connection.CreateCommand();
        select.CommandText = $"SELECT {Columns} FROM articles WHERE id = @id";
        Bind(select, "@id", id);
        using var rows = select.ExecuteReader();
        return rows.Read() ? ReadArticle(rows) : null;
    }));

    public Task<ArticleState?> FindStateAsync(string id, CancellationToken cancellationToken)
        => Task.FromResult(_database.Read(connection => FindState(connection, id)));

    public Task MarkPublishedAsync(string id, long codingRevision, DateTimeOffset at, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        using var update = connection.CreateCommand();
        update.CommandText = $"""
            UPDATE articles SET progress = {(int)ArticleProgress.Published}, changed_at = @at
            WHERE id = @id AND progress = {(int)ArticleProgress.Accepted} AND coding_revision <= @revision
            """;
        Bind(update, "@id", id);
        Bind(update, "@revision", codingRevision);
        Bind(update, "@at", at.UtcTicks);
        update.ExecuteNonQuery();
    }, cancellationToken);

    public Task<bool> MarkIndexedAsync(string id, string language, bool supported, long codingRevision, DateTimeOffset at, CancellationToken cancellationToken)
        => _database.WriteAsync(connection =>
        {
            using var update = connection.CreateCommand();
            update.CommandText = "UPDATE articles SET progress = @progress, reason = NULL, language = @language, changed_at = @at WHERE id = @id AND coding_revision <= @revision";
            Bind(update, "@id", id);
            Bind(update, "@revision", codingRevision);
            Bind(update, "@progress", (int)(supported ? ArticleProgress.Queryable : ArticleProgress.UnsupportedLanguage));
            Bind(update, "@language", language);
            Bind(update, "@at", at.UtcTicks);
            return update.ExecuteNonQuery() == 1 || FindState(connection, id) is not null;
        }, cancellationToken);

    public Task<bool> MarkFailedAsync(string id, string reason, DateTimeOffset at, CancellationToken cancellationToken)
        => _database.WriteAsync(connection =>
        {
            using var update = connection.CreateCommand();
            update.CommandText = $"""
                UPDATE articles SET progress = {(int)ArticleProgress.Failed}, reason = @reason, changed_at = @at
                WHERE id = @id AND progress IN ({(int)ArticleProgress.Accepted}, {(int)ArticleProgress.Published}, {(int)ArticleProgress.Failed})
                """;
            Bind(update, "@id", id);
            Bind(update, "@reason", reason);
            Bind(update, "@at", at.UtcTicks);
            return update.ExecuteNonQuery() == 1;
        }, cancellationToken);

    public Task<int> ResetPublishedAsync(CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        using var update = connection.CreateCommand();
        update.CommandText = $"UPDATE articles SET progress = {(int)ArticleProgress.Accepted} WHERE progress = {(int)ArticleProgress.Published}";
        return update.ExecuteNonQuery();
    }, cancellationToken);

    public Task<IReadOnlyList<ArticleRecord>> ListAcceptedAsync(int limit, CancellationToken cancellationToken)
        => Task.FromResult(_database.Read<IReadOnlyList<ArticleRecord>>(connection =>
        {
            using var select = connection.CreateCommand();
            select.CommandText = $"SELECT {Columns} FROM articles WHERE progress = {(int)ArticleProgress.Accepted} ORDER BY sequence LIMIT @limit";
            Bind(select, "@limit", limit);
            using var rows = select.ExecuteReader();
            var articles = new List<ArticleRecord>();
            while (rows.Read())
                articles.Add(ReadArticle(rows));
            return articles;
        }));

    public Task<IReadOnlyDictionary<ArticleProgress, long>> CountAsync(CancellationToken cancellationToken)
        => Task.FromResult(_database.Read<IReadOnlyDictionary<ArticleProgress, long>>(connection =>
        {
            using var select = connection.CreateCommand();
            select.CommandText = "SELECT progress, COUNT(*) FROM articles GROUP BY progress";
            using var rows = select.ExecuteReader();
            var counts = new Dictionary<ArticleProgress, long>();
            while (rows.Read())
                counts.Add((ArticleProgress)rows.GetInt32(0), rows.GetInt64(1));
            return counts;
        }));

    public Task CheckAsync(CancellationToken cancellationToken) => _database.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public void Dispose() => _database.Dispose();

    private static ArticleState? FindState(SqliteConnection connection, string id)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT progress, reason, language, accepted_at, changed_at FROM articles WHERE id = @id";
        Bind(select, "@id", id);
        using var rows = select.ExecuteReader();
        return rows.Read()
            ? new ArticleState(id, (ArticleProgress)rows.GetInt32(0), Text(rows, 1), Text(rows, 2), Time(rows, 3), Time(rows, 4))
            : null;
    }

    private static ArticleRecord ReadArticle(SqliteDataReader rows) => new()
    {
        Id = rows.GetString(0),
        Text = rows.GetString(1),
        Title = Text(rows, 2),
        Publisher = Text(rows, 3),
        Url = Text(rows, 4),
        Published = Text(rows, 5) is { } published ? DateTimeOffset.Parse(published, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null,
        AcceptedAt = Time(rows, 6),
        TraceParent = Text(rows, 7),
        Coding = Text(rows, 8),
        CodingRevision = rows.GetInt64(9),
    };

    private static string? Text(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    private static DateTimeOffset Time(SqliteDataReader rows, int column) => new(rows.GetInt64(column), TimeSpan.Zero);

    private static void Bind(SqliteCommand command, string name, object? value) => command.Parameters.AddWithValue(name, value ?? DBNull.Value);
}
