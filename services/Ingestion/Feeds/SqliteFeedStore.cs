using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sikap.ServiceDefaults;
using static Sikap.ServiceDefaults.SqliteCommands;

namespace Sikap.Ingestion;

/// <summary>Feeds in a SQLite file of their own. Records are kept as JSON; what is asked for stands in columns beside it.</summary>
internal sealed class SqliteFeedStore(string directory) : IFeedStore, IAsyncDisposable, IDisposable
{
    public const string FileName = "feeds.db";

    // Times are ticks of UTC.
    private const string Schema = """
        CREATE TABLE feeds (
            id TEXT PRIMARY KEY,
            url TEXT NOT NULL,
            host TEXT NOT NULL,
            state INTEGER NOT NULL,
            due INTEGER NOT NULL,
            visit_until INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            body TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX feeds_url ON feeds (url);
        CREATE INDEX feeds_due ON feeds (due);
        CREATE INDEX feeds_visited ON feeds (visit_until);
        CREATE TABLE entries (
            key TEXT PRIMARY KEY,
            feed TEXT NOT NULL,
            fate INTEGER NOT NULL,
            next INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            body TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX entries_feed ON entries (feed, fate, next);
        CREATE INDEX entries_seen ON entries (seen);
        CREATE TABLE turns (
            host TEXT PRIMARY KEY,
            holder TEXT NOT NULL,
            until INTEGER NOT NULL,
            next INTEGER NOT NULL) WITHOUT ROWID;
        """;

    // About a megabyte in one go.
    private const int CopyPage = 200;

    private static readonly EntryFate[] s_toFetch = [EntryFate.Waiting, EntryFate.Revisiting];

    private readonly SqliteDatabase _database = new(directory, FileName, Schema);

    /// <summary>What it keeps, as it is carried to another store; see <see cref="StorePart"/>.</summary>
    public IReadOnlyList<StorePart> Parts =>
    [
        StorePart.Of<FeedRecord>(
            "feeds", feed => feed.Id, token => ReadPagesAsync("SELECT body, id FROM feeds WHERE id > @after ORDER BY id LIMIT @limit", row => (Feed(row), row.GetString(1)), token),
            (feeds, token) => _database.WriteAsync(connection => feeds.ToList().ForEach(feed => Insert(connection, feed)), token), token => CountRowsAsync("feeds"), token => ClearAsync("DELETE FROM feeds", token)),
        StorePart.Of<KeptEntry>(
            "feed-entries", kept => kept.Entry.Key, token => ReadPagesAsync("SELECT body, key, seen FROM entries WHERE key > @after ORDER BY key LIMIT @limit", row => (new KeptEntry(Entry(row), Time(row.GetInt64(2))), row.GetString(1)), token),
            (entries, token) => _database.WriteAsync(connection => entries.ToList().ForEach(kept => Insert(connection, kept.Entry, kept.SeenAt)), token), token => CountRowsAsync("entries"), token => ClearAsync("DELETE FROM entries", token)),
    ];

    public Task<bool> AddAsync(FeedRecord feed, CancellationToken cancellationToken) => _database.WriteAsync(connection => Insert(connection, feed), cancellationToken);

    public Task<FeedRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_database.Read(connection => Rows(connection, "SELECT body FROM feeds WHERE id = @id", Feed, ("@id", id)).FirstOrDefault()));

    public Task<bool> TryReplaceAsync(FeedRecord feed, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        var next = feed with { Revision = feed.Revision + 1 };
        using var update = Command(
            connection, "UPDATE feeds SET url = @url, host = @host, state = @state, due = @due, visit_until = @until, revision = @revision, body = @body WHERE id = @id AND revision = @revision - 1", Columns(next));
        return update.ExecuteNonQuery() == 1;
    }, cancellationToken);

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        Run(connection, $"DELETE FROM entries WHERE feed = @id AND fate = {(int)EntryFate.Waiting}", ("@id", id));
        using var delete = Command(connection, "DELETE FROM feeds WHERE id = @id", ("@id", id));
        return delete.ExecuteNonQuery() == 1;
    }, cancellationToken);

    public Task<IReadOnlyList<FeedRecord>> ListAsync(FeedState? state, string? afterUrl, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<FeedRecord>>(
        _database.Read(connection => Rows(
            connection, "SELECT body FROM feeds WHERE url > @after AND (@state = 0 OR state = @state) ORDER BY url, id LIMIT @limit", Feed,
            ("@after", afterUrl ?? ""), ("@state", (int)(state ?? 0)), ("@limit", limit))));

    public Task<IReadOnlyList<FeedRecord>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<FeedRecord>>(
        _database.Read(connection => Rows(
            connection,
            // Beside MIN the other columns are those of the row that has the least.
            "SELECT body, MIN(due) AS first FROM feeds WHERE due <= @now AND host NOT IN (SELECT host FROM feeds WHERE visit_until > @now) GROUP BY host ORDER BY first LIMIT @limit",
            Feed, ("@now", now.UtcTicks), ("@limit", limit))));

    public Task<IReadOnlyDictionary<FeedState, long>> CountAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyDictionary<FeedState, long>>(
        _database.Read(connection => Rows(connection, "SELECT state, COUNT(*) FROM feeds GROUP BY state", row => ((FeedState)row.GetInt32(0), row.GetInt64(1)))).ToDictionary());

    public Task<int> AddEntriesAsync(IReadOnlyList<EntryRecord> entries, DateTimeOffset now, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        var added = 0;
        foreach (var entry in entries)
        {
            if (Insert(connection, entry, now))
                added++;
            else
                Run(connection, "UPDATE entries SET seen = @now WHERE key = @key AND seen < @now", ("@key", entry.Key), ("@now", now.UtcTicks));
        }

        return added;
    }, cancellationToken);

    public Task<IReadOnlyDictionary<string, EntryRecord>> FindEntriesAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyDictionary<string, EntryRecord>>(
        _database.Read(connection => Rows(
            connection, "SELECT body FROM entries WHERE key IN (SELECT value FROM json_each(@keys))", Entry, ("@keys", JsonSerializer.Serialize(keys)))).ToDictionary(entry => entry.Key, StringComparer.Ordinal));

    public Task<bool> TryReplaceEntryAsync(EntryRecord before, EntryRecord after, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        using var update = Command(
            connection, "UPDATE entries SET feed = @feed, fate = @fate, next = @next, body = @body WHERE key = @key AND fate = @fate_before AND next = @next_before",
            ("@key", after.Key), ("@feed", after.FeedId), ("@fate", (int)after.Fate), ("@next", after.Next.UtcTicks), ("@body", JsonSerializer.Serialize(after)),
            ("@fate_before", (int)before.Fate), ("@next_before", before.Next.UtcTicks));
        return update.ExecuteNonQuery() == 1;
    }, cancellationToken);

    // One question for each fate, so that the index gives the order.
    public Task<IReadOnlyList<EntryRecord>> ListWaitingAsync(string feedId, DateTimeOffset now, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<EntryRecord>>(
        _database.Read(connection => s_toFetch.SelectMany(fate => Rows(
            connection, "SELECT body FROM entries WHERE feed = @feed AND fate = @fate AND next <= @now ORDER BY next, key LIMIT @limit", Entry,
            ("@feed", feedId), ("@fate", (int)fate), ("@now", now.UtcTicks), ("@limit", limit)))
            .OrderBy(entry => entry.Next).ThenBy(entry => entry.Key, StringComparer.Ordinal).Take(limit).ToList()));

    public Task<DateTimeOffset?> NextEntryAsync(string feedId, CancellationToken cancellationToken) => Task.FromResult(_database.Read(connection => s_toFetch.Min(fate => Rows(
        connection, "SELECT MIN(next) FROM entries WHERE feed = @feed AND fate = @fate", row => row.IsDBNull(0) ? (DateTimeOffset?)null : Time(row.GetInt64(0)),
        ("@feed", feedId), ("@fate", (int)fate)).Single())));

    public Task ReplaceEntryAsync(EntryRecord entry, CancellationToken cancellationToken) => _database.WriteAsync(
        connection => Run(
            connection, $"UPDATE entries SET fate = @fate, next = @next, body = @body WHERE key = @key AND fate IN ({(int)EntryFate.Waiting}, {(int)EntryFate.Revisiting})",
            ("@key", entry.Key), ("@fate", (int)entry.Fate), ("@next", entry.Next.UtcTicks), ("@body", JsonSerializer.Serialize(entry))),
        cancellationToken);

    public Task<IReadOnlyDictionary<EntryFate, long>> CountEntriesAsync(string feedId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyDictionary<EntryFate, long>>(
        _database.Read(connection => Rows(connection, "SELECT fate, COUNT(*) FROM entries WHERE feed = @feed GROUP BY fate", row => ((EntryFate)row.GetInt32(0), row.GetInt64(1)), ("@feed", feedId))).ToDictionary());

    public Task<IReadOnlyList<EntryRecord>> ListGivenUpAsync(string feedId, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<EntryRecord>>(
        _database.Read(connection => Rows(
            connection, "SELECT body FROM entries WHERE feed = @feed AND fate = @fate ORDER BY next DESC LIMIT @limit", Entry, ("@feed", feedId), ("@fate", (int)EntryFate.GivenUp), ("@limit", limit)).ToList()));

    public Task<long> ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        Run(connection, "DELETE FROM turns WHERE next < @before AND until < @before", ("@before", before.UtcTicks));
        using var delete = Command(connection, $"DELETE FROM entries WHERE seen < @before AND fate <> {(int)EntryFate.Waiting}", ("@before", before.UtcTicks));
        return (long)delete.ExecuteNonQuery();
    }, cancellationToken);

    public Task<DateTimeOffset?> TakeTurnAsync(string host, string holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => _database.WriteAsync(connection =>
    {
        using var take = Command(
            connection,
            """
            INSERT INTO turns (host, holder, until, next) VALUES (@host, @holder, @until, 0)
            ON CONFLICT (host) DO UPDATE SET holder = @holder, until = @until WHERE until <= @now AND next <= @now
            """,
            ("@host", host), ("@holder", holder), ("@now", now.UtcTicks), ("@until", until.UtcTicks));
        return take.ExecuteNonQuery() == 1
            ? (DateTimeOffset?)null
            : Rows(connection, "SELECT MAX(next, @now) FROM turns WHERE host = @host", row => Time(row.GetInt64(0)), ("@host", host), ("@now", now.UtcTicks)).Single();
    }, cancellationToken);

    public Task EndTurnAsync(string host, string holder, DateTimeOffset next, CancellationToken cancellationToken) => _database.WriteAsync(
        connection => Run(
            connection, "UPDATE turns SET until = 0, next = @next WHERE host = @host AND holder = @holder", ("@host", host), ("@holder", holder), ("@next", next.UtcTicks)),
        cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => _database.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public void Dispose() => _database.Dispose();

    private static bool Insert(SqliteConnection connection, FeedRecord feed)
    {
        using var insert = Command(
            connection, "INSERT INTO feeds (id, url, host, state, due, visit_until, revision, body) VALUES (@id, @url, @host, @state, @due, @until, @revision, @body) ON CONFLICT (id) DO NOTHING", Columns(feed));
        return insert.ExecuteNonQuery() == 1;
    }

    private static bool Insert(SqliteConnection connection, EntryRecord entry, DateTimeOffset seen)
    {
        using var insert = Command(
            connection, "INSERT INTO entries (key, feed, fate, next, seen, body) VALUES (@key, @feed, @fate, @next, @seen, @body) ON CONFLICT (key) DO NOTHING",
            ("@key", entry.Key), ("@feed", entry.FeedId), ("@fate", (int)entry.Fate), ("@next", entry.Next.UtcTicks), ("@seen", seen.UtcTicks), ("@body", JsonSerializer.Serialize(entry)));
        return insert.ExecuteNonQuery() == 1;
    }

    private static (string Name, object Value)[] Columns(FeedRecord feed) =>
    [
        ("@id", feed.Id), ("@url", feed.Url), ("@host", feed.Host), ("@state", (int)feed.State), ("@due", feed.Due.UtcTicks), ("@until", feed.VisitUntil.UtcTicks), ("@revision", feed.Revision),
        ("@body", JsonSerializer.Serialize(feed)),
    ];

    private static FeedRecord Feed(SqliteDataReader row) => JsonSerializer.Deserialize<FeedRecord>(row.GetString(0))!;

    private static EntryRecord Entry(SqliteDataReader row) => JsonSerializer.Deserialize<EntryRecord>(row.GetString(0))!;

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    private async IAsyncEnumerable<T> ReadPagesAsync<T>(string sql, Func<SqliteDataReader, (T Record, string Key)> map, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = ""; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (from, page) = (after, new List<(T Record, string Key)>());
            page = _database.Read(connection => Rows(connection, sql, map, ("@after", from), ("@limit", CopyPage)));
            if (page.Count == 0)
                yield break;
            foreach (var (record, _) in page)
                yield return record;
            after = page[^1].Key;
        }
    }

    private Task<long> CountRowsAsync(string table) =>
        Task.FromResult(_database.Read(connection => Rows(connection, table == "feeds" ? "SELECT COUNT(*) FROM feeds" : "SELECT COUNT(*) FROM entries", row => row.GetInt64(0)).Single()));

    private Task ClearAsync(string sql, CancellationToken cancellationToken) => _database.WriteAsync(connection => Run(connection, sql), cancellationToken);
}
