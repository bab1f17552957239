using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using static Sikap.ServiceDefaults.SqliteCommands;

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

    private const string PageSchema = $"""
        ALTER TABLE articles ADD COLUMN canonical_url TEXT;
        ALTER TABLE articles ADD COLUMN authors TEXT; -- JSON; NULL = none
        ALTER TABLE articles ADD COLUMN published_precision INTEGER NOT NULL DEFAULT 3; -- by Nlp.DatePrecision
        ALTER TABLE articles ADD COLUMN published_from TEXT;
        """;

    // Articles from before have no entry: all are handed on once more, with what is then known of them.
    private static readonly string s_identitySchema = $"""
        CREATE TABLE identities (
            number INTEGER PRIMARY KEY,
            article TEXT NOT NULL UNIQUE,
            publisher TEXT NOT NULL,
            address TEXT,
            title INTEGER NOT NULL,
            minute INTEGER NOT NULL,
            minute_known INTEGER NOT NULL,
            runs INTEGER NOT NULL,
            sketch BLOB NOT NULL,
            terms BLOB NOT NULL,
            work TEXT NOT NULL,
            edition INTEGER NOT NULL,
            revision_of TEXT,
            report TEXT NOT NULL,
            story TEXT NOT NULL);
        UPDATE articles SET progress = {(int)ArticleProgress.Accepted}
        WHERE progress IN ({(int)ArticleProgress.Published}, {(int)ArticleProgress.Queryable}, {(int)ArticleProgress.UnsupportedLanguage});
        """;

    private const string ModifiedSchema = "ALTER TABLE articles ADD COLUMN modified TEXT;";

    private const string IdentityColumns = "number, article, publisher, address, title, minute, minute_known, runs, sketch, terms, work, edition, revision_of, report, story";

    private const string Columns = "id, text, title, publisher, url, published, accepted_at, trace_parent, coding, canonical_url, authors, published_precision, published_from, modified, coding_revision";
    private const int ColumnCount = 15;

    // About 100 articles of usual length in one go.
    private const int CopyPage = 100;

    private readonly SqliteDatabase _database = new(directory, FileName, Schema, CodingSchema, PageSchema, s_identitySchema, ModifiedSchema);

    // In the order of the index; where it counts, among the accepted ones, that is the order of their acceptance.
    /// <summary>What it keeps, as it is carried to another store; see <see cref="StorePart"/>.</summary>
    public IReadOnlyList<StorePart> Parts =>
    [
        StorePart.Of<ArticleWithProgress>("articles", stored => stored.Article.Id, ReadAllAsync, AppendAllAsync, _ => CountAllAsync("articles"), token => ClearAsync("articles", token)),
        StorePart.Of<IdentityEntry>("identities", entry => entry.ArticleId, ReadAllIdentitiesAsync, AppendIdentitiesAsync, _ => CountAllAsync("identities"), token => ClearAsync("identities", token)),
    ];

    public Task<AddResult> AddAsync(ArticleRecord article, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        using var insert = connection.CreateCommand();
        insert.CommandText = $"""
            INSERT INTO articles ({Columns}, progress, changed_at)
            VALUES (@id, @text, @title, @publisher, @url, @published, @accepted, @trace, @coding, @canonical, @authors, @precision, @from, @modified, @coding IS NOT NULL, {(int)ArticleProgress.Accepted}, @accepted)
            ON CONFLICT (id) DO NOTHING
            """;
        BindArticle(insert, article);
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

    public Task<IReadOnlyList<IdentityEntry>> ListIdentitiesAsync(long after, int limit, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<IdentityEntry>>(_database.Read(connection => Rows(
            connection, $"SELECT {IdentityColumns} FROM identities WHERE number > @after ORDER BY number LIMIT @limit", ReadIdentity, ("@after", after), ("@limit", limit))));

    public Task<bool> AppendIdentitiesAsync(IReadOnlyList<IdentityEntry> entries, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        if (Rows(connection, "SELECT coalesce(max(number), 0) FROM identities", row => row.GetInt64(0))[0] != entries[0].Number - 1)
            return false;
        foreach (var entry in entries)
        {
            Run(connection,
                $"""
                INSERT INTO identities ({IdentityColumns})
                VALUES (@number, @article, @publisher, @address, @title, @minute, @known, @runs, @sketch, @terms, @work, @edition, @revision, @report, @story)
                """,
                ("@number", entry.Number), ("@article", entry.ArticleId), ("@publisher", entry.Publisher), ("@address", (object?)entry.Address ?? DBNull.Value), ("@title", entry.Title),
                ("@minute", entry.Minute), ("@known", entry.IsMinuteKnown), ("@runs", entry.Runs), ("@sketch", entry.Sketch), ("@terms", entry.Terms), ("@work", entry.Work),
                ("@edition", entry.Edition), ("@revision", (object?)entry.RevisionOf ?? DBNull.Value), ("@report", entry.Report), ("@story", entry.Story));
        }

        return true;
    }, cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => _database.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public void Dispose() => _database.Dispose();

    private async IAsyncEnumerable<ArticleWithProgress> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = (Progress: 0, Sequence: 0L);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = _database.Read(connection =>
            {
                using var select = connection.CreateCommand();
                select.CommandText = $"SELECT {Columns}, progress, reason, language, changed_at, sequence FROM articles WHERE (progress, sequence) > (@progress, @sequence) ORDER BY progress, sequence LIMIT {CopyPage}";
                Bind(select, "@progress", after.Progress);
                Bind(select, "@sequence", after.Sequence);
                using var rows = select.ExecuteReader();
                var articles = new List<ArticleWithProgress>();
                while (rows.Read())
                {
                    articles.Add(new ArticleWithProgress(ReadArticle(rows), (ArticleProgress)rows.GetInt32(ColumnCount), Text(rows, ColumnCount + 1), Text(rows, ColumnCount + 2), Time(rows, ColumnCount + 3)));
                    after = (rows.GetInt32(ColumnCount), rows.GetInt64(ColumnCount + 4));
                }

                return articles;
            });
            if (page.Count == 0)
                yield break;
            foreach (var article in page)
                yield return article;
        }
    }

    private Task AppendAllAsync(IReadOnlyList<ArticleWithProgress> articles, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        foreach (var (article, progress, reason, language, changedAt) in articles)
        {
            using var insert = connection.CreateCommand();
            insert.CommandText = $"""
                INSERT INTO articles ({Columns}, progress, reason, language, changed_at)
                VALUES (@id, @text, @title, @publisher, @url, @published, @accepted, @trace, @coding, @canonical, @authors, @precision, @from, @modified, @revision, @progress, @reason, @language, @changed)
                """;
            BindArticle(insert, article);
            Bind(insert, "@revision", article.CodingRevision);
            Bind(insert, "@progress", (int)progress);
            Bind(insert, "@reason", reason);
            Bind(insert, "@language", language);
            Bind(insert, "@changed", changedAt.UtcTicks);
            insert.ExecuteNonQuery();
        }
    }, cancellationToken);

    private async IAsyncEnumerable<IdentityEntry> ReadAllIdentitiesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var page = await ListIdentitiesAsync(0, CopyPage, cancellationToken); page.Count > 0; page = await ListIdentitiesAsync(page[^1].Number, CopyPage, cancellationToken))
        {
            foreach (var entry in page)
                yield return entry;
        }
    }

    private Task<long> CountAllAsync(string table) => Task.FromResult(_database.Read(connection => Rows(connection, $"SELECT COUNT(*) FROM {table}", row => row.GetInt64(0))[0]));

    private Task ClearAsync(string table, CancellationToken cancellationToken) => _database.WriteAsync(connection => Run(connection, $"DELETE FROM {table}"), cancellationToken);

    private static IdentityEntry ReadIdentity(SqliteDataReader row) => new()
    {
        Number = row.GetInt64(0),
        ArticleId = row.GetString(1),
        Publisher = row.GetString(2),
        Address = Text(row, 3),
        Title = row.GetInt64(4),
        Minute = row.GetInt64(5),
        IsMinuteKnown = row.GetBoolean(6),
        Runs = row.GetInt32(7),
        Sketch = row.GetFieldValue<byte[]>(8),
        Terms = row.GetFieldValue<byte[]>(9),
        Work = row.GetString(10),
        Edition = row.GetInt32(11),
        RevisionOf = Text(row, 12),
        Report = row.GetString(13),
        Story = row.GetString(14),
    };

    private static void BindArticle(SqliteCommand command, ArticleRecord article)
    {
        Bind(command, "@id", article.Id);
        Bind(command, "@text", article.Text);
        Bind(command, "@title", article.Title);
        Bind(command, "@publisher", article.Publisher);
        Bind(command, "@url", article.Url);
        Bind(command, "@published", article.Published?.ToString("O", CultureInfo.InvariantCulture));
        Bind(command, "@accepted", article.AcceptedAt.UtcTicks);
        Bind(command, "@trace", article.TraceParent);
        Bind(command, "@coding", article.Coding);
        Bind(command, "@canonical", article.CanonicalUrl);
        Bind(command, "@authors", article.Authors.Count == 0 ? null : JsonSerializer.Serialize(article.Authors));
        Bind(command, "@precision", (int)article.PublishedPrecision);
        Bind(command, "@from", article.PublishedFrom);
        Bind(command, "@modified", article.Modified?.ToString("O", CultureInfo.InvariantCulture));
    }

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
        Published = Stamp(rows, 5),
        AcceptedAt = Time(rows, 6),
        TraceParent = Text(rows, 7),
        Coding = Text(rows, 8),
        CanonicalUrl = Text(rows, 9),
        Authors = Text(rows, 10) is { } authors ? JsonSerializer.Deserialize<string[]>(authors)! : [],
        PublishedPrecision = (DatePrecision)rows.GetInt32(11),
        PublishedFrom = Text(rows, 12),
        Modified = Stamp(rows, 13),
        CodingRevision = rows.GetInt64(14),
    };

    private static string? Text(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    private static DateTimeOffset? Stamp(SqliteDataReader rows, int column) =>
        Text(rows, column) is { } stamp ? DateTimeOffset.Parse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null;

    private static DateTimeOffset Time(SqliteDataReader rows, int column) => new(rows.GetInt64(column), TimeSpan.Zero);

    private static void Bind(SqliteCommand command, string name, object? value) => command.Parameters.AddWithValue(name, value ?? DBNull.Value);
}
