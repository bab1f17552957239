using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using Sikap.Contracts;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using SQLitePCL;
using static Sikap.ServiceDefaults.SqliteCommands;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>
/// The read model in one SQLite file. SQLite reads synchronously, on the caller's thread and for milliseconds; the number of readers is bounded so that they leave threads to others.
/// </summary>
internal sealed class SqliteReadModel : IReadModel, IDisposable
{
    public const string FileName = "query.db";

    private const int Interrupted = 9;

    private readonly SqliteDatabase _database;
    private readonly SemaphoreSlim _reading;
    private readonly TimeProvider _time;
    private readonly TimeSpan _eventRetention;
    private readonly TimeSpan _diffRetention;

    /// <param name="directory">Folder of the file <c>query.db</c>; created when absent.</param>
    /// <param name="maxReaders">Reads that may run at the same time.</param>
    /// <param name="eventRetention">How long events are kept at least.</param>
    /// <param name="diffRetention">How long it is kept at least what a change of the codebook did.</param>
    /// <param name="time">Clock of the events.</param>
    /// <exception cref="StoreUnavailableException">The file cannot be opened or written.</exception>
    public SqliteReadModel(string directory, int maxReaders, TimeSpan eventRetention, TimeSpan diffRetention, TimeProvider time)
    {
        _eventRetention = eventRetention;
        _diffRetention = diffRetention;
        _database = new SqliteDatabase(directory, FileName, SqliteSchema.Migrations);
        _reading = new SemaphoreSlim(maxReaders, maxReaders);
        _time = time;
    }

    public Task CheckAsync(CancellationToken cancellationToken) => _database.CheckAsync(cancellationToken);

    public Task<IReadOnlyList<IndexedArticle>> WriteAsync(IReadOnlyList<StancesClassified> messages, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            connection =>
            {
                // Content ids spread over all of their indexes; the library's 2 MB would read each page of them again and again.
                Run(connection, "PRAGMA cache_size = -32768");
                using var writer = new SqliteWriter(connection, _time.GetUtcNow());
                writer.TrimEvents(_eventRetention);
                writer.TrimEffects(_diffRetention);
                return writer.Write(messages);
            },
            cancellationToken);

    public Task ApplyAsync(IssueChanged change, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            connection =>
            {
                using var writer = new SqliteWriter(connection, _time.GetUtcNow());
                writer.Apply(change);
            },
            cancellationToken);

    public Task<IReadOnlyList<WaitingArticle>> ReadWaitingAsync(long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<WaitingArticle>>(
            connection =>
            {
                using var command = Command(
                    connection,
                    """
                    SELECT a.row, a.accepted_at, p.url, p.json,
                      (SELECT group_concat(i.id) FROM issues i
                       WHERE i.retired = 0 AND i.version > coalesce((SELECT c.version FROM classified c WHERE c.article = a.row AND c.issue = i.row), 0))
                    FROM articles a JOIN payloads p ON p.article = a.row
                    WHERE a.waits = 1 AND a.row > $after ORDER BY a.row LIMIT $limit
                    """,
                    ("$after", after), ("$limit", limit));
                return Rows(command, reader => new WaitingArticle(
                    reader.GetInt64(0),
                    ArticlePayload.Unpack(reader.GetFieldValue<byte[]>(3)),
                    reader.IsDBNull(2) ? null : reader.GetString(2),
                    new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero),
                    reader.IsDBNull(4) ? [] : reader.GetString(4).Split(',')));
            },
            cancellationToken);

    public Task<long> CountWaitingAsync(long after, long upTo, CancellationToken cancellationToken) =>
        ReadAsync(
            connection => Count(connection, "SELECT count(*) FROM articles WHERE waits = 1 AND row > $after AND row <= $to", ("$after", after), ("$to", upTo)),
            cancellationToken);

    public Task<Page<Proto.Statement>> ListStatementsAsync(Proto.Filter filter, PageRequest page, CancellationToken cancellationToken) =>
        ListAsync(
            connection => SqliteFilter.ForStatements(connection, filter), "statements t", "statements t", "t.info", ["t.article", "t.start", "t.row"], "", page,
            reader => Proto.Statement.Parser.ParseFrom(reader.GetFieldValue<byte[]>(0)), cancellationToken);

    public Task<Page<Proto.ActorSummary>> ListActorsAsync(Proto.ListActorsRequest request, PageRequest page, CancellationToken cancellationToken)
    {
        var filter = new SqliteFilter().Add("(EXISTS (SELECT 1 FROM statements m WHERE m.speaker = t.row) OR EXISTS (SELECT 1 FROM stances s WHERE s.holder = t.row))");
        if (request.NameContains.Length > 0)
        {
            filter.Add("instr(t.key, $part) > 0", ("$part", NameKey.Of(request.NameContains)));
        }
        if (request.Represents.Length > 0)
        {
            // As it is shown: a name, else nothing but its case sets it apart from a key.
            filter.Add("t.represents = $represents COLLATE NOCASE", ("$represents", CountryNames.CodeOf(request.Represents) ?? request.Represents.Trim()));
        }
        if (request.Type != Proto.ActorType.Unspecified)
        {
            filter.Add("t.type = $type", ("$type", (int)request.Type));
        }
        return ListAsync(
            _ => filter, "actors t", "actors t",
            "t.name, t.type, t.represents, (SELECT count(*) FROM statements m WHERE m.speaker = t.row), (SELECT count(*) FROM stances s WHERE s.holder = t.row)",
            ["t.key", "t.type"], "", page,
            reader => new Proto.ActorSummary { Actor = Actor(reader, 0), StatementCount = reader.GetInt32(3), StanceCount = reader.GetInt32(4) },
            cancellationToken);
    }

    public Task<Page<Proto.ArticleInfo>> ListArticlesAsync(Proto.Filter filter, PageRequest page, CancellationToken cancellationToken) =>
        ListAsync(
            connection => SqliteFilter.ForArticles(connection, filter), "articles t", "articles t", "t.info, (SELECT count(*) FROM stances n WHERE n.article = t.row)",
            ["t.date", "t.row"], "DESC", page, reader => Article(reader, 0, 1), cancellationToken);

    public Task<Page<Proto.IssueState>> ListStatesAsync(
        Proto.Filter filter, IReadOnlyList<Proto.ProposalState> states, PageRequest page, CancellationToken cancellationToken) =>
        ListAsync(
            _ => SqliteFilter.ForStates(filter, states), "states t", "states t", "t.info", ["t.date", "t.article", "t.start", "t.row"], "", page,
            reader => Proto.IssueState.Parser.ParseFrom(reader.GetFieldValue<byte[]>(0)), cancellationToken);

    public Task<Page<Proto.ActorStance>> ListRelationsAsync(Proto.Filter filter, string target, PageRequest page, CancellationToken cancellationToken) =>
        ListAsync(
            connection => SqliteFilter.ForRelations(connection, filter, target), "relations t", "relations t", "t.info", ["t.date", "t.article", "t.start", "t.row"], "", page,
            reader => Proto.ActorStance.Parser.ParseFrom(reader.GetFieldValue<byte[]>(0)), cancellationToken);

    public Task<Page<FoundArticle>> SearchAsync(SearchQuery query, Proto.Filter filter, PageRequest page, CancellationToken cancellationToken) =>
        ListAsync(
            connection => SqliteFilter.ForArticles(connection, filter)
                .Add("t.row IN (SELECT rowid FROM article_words WHERE article_words MATCH $query)", ("$query", query.ToFullText())),
            "articles t", "articles t JOIN payloads p ON p.article = t.row", "t.info, (SELECT count(*) FROM stances n WHERE n.article = t.row), p.json",
            ["t.row"], "DESC", page, reader => new FoundArticle(Article(reader, 0, 1), ArticlePayload.Unpack(reader.GetFieldValue<byte[]>(2))), cancellationToken);

    public Task<Proto.GetArticleResponse?> FindArticleAsync(string articleId, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var snapshot = connection.BeginTransaction(deferred: true);
                using var find = Command(
                    connection,
                    """
                    SELECT a.info, (SELECT count(*) FROM stances n WHERE n.article = a.row), p.json, a.row, a.history, a.report, a.work
                    FROM articles a JOIN payloads p ON p.article = a.row WHERE a.id = $id
                    """,
                    ("$id", articleId));
                using var reader = find.ExecuteReader();
                if (!reader.Read())
                {
                    return null;
                }

                var article = ArticlePayload.Unpack(reader.GetFieldValue<byte[]>(2));
                var response = new Proto.GetArticleResponse { Article = Article(reader, 0, 1), Text = article.Text };
                response.Dates.AddRange(article.Dates.Select(mention => mention.ToProto(article)));
                var row = reader.GetInt64(3);
                using var statements = Command(connection, "SELECT info FROM statements WHERE article = $row ORDER BY start, row", ("$row", row));
                response.Statements.AddRange(Rows(statements, found => Proto.Statement.Parser.ParseFrom(found.GetFieldValue<byte[]>(0))));
                using var stances = Command(connection, "SELECT info FROM stances WHERE article = $row ORDER BY start, row", ("$row", row));
                response.Stances.AddRange(Rows(stances, found => Proto.Stance.Parser.ParseFrom(found.GetFieldValue<byte[]>(0))));
                SupersededArticle.Recall(response, article, reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4));
                response.Copies.AddRange(Others("report = $group AND superseded = 0", "date", reader.GetString(5)));
                response.Revisions.AddRange(Others("work = $group", "edition", reader.GetString(6)));
                ReportChain.Tell(response);
                return response;

                List<Proto.ArticleInfo> Others(string condition, string order, string group) => group.Length == 0 ? [] : Rows(
                    connection,
                    $"SELECT info, (SELECT count(*) FROM stances n WHERE n.article = t.row) FROM articles t WHERE {condition} AND row <> $row ORDER BY {order}, row LIMIT {ReportChain.MaxOthers}",
                    other => Article(other, 0, 1), ("$group", group), ("$row", row));
            },
            cancellationToken);

    public Task<Proto.LedgerStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            connection => new Proto.LedgerStatus
            {
                Articles = Count(connection, "SELECT count(*) FROM articles"),
                Statements = Count(connection, "SELECT count(*) FROM statements"),
                Stances = Count(connection, "SELECT count(*) FROM stances"),
                Actors = Count(
                    connection,
                    "SELECT count(*) FROM actors t WHERE EXISTS (SELECT 1 FROM statements m WHERE m.speaker = t.row) OR EXISTS (SELECT 1 FROM stances s WHERE s.holder = t.row)"),
                CodebookVersion = Count(connection, "SELECT coalesce(max(version), 0) FROM issues"),
                Replaying = Count(connection, "SELECT count(*) FROM articles WHERE waits = 1"),
                FirstCursor = Floor(connection),
                LastCursor = LastEvent(connection),
                FirstDiffVersion = DiffFloor(connection),
            },
            cancellationToken);

    public Task<Proto.ReplayProgress> GetReplayProgressAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var snapshot = connection.BeginTransaction(deferred: true);
                var waiting = Count(connection, "SELECT count(*) FROM articles WHERE waits = 1");
                return new Proto.ReplayProgress
                {
                    CodebookVersion = Count(connection, "SELECT coalesce(max(version), 0) FROM issues"),
                    Waiting = waiting,
                    Concerned = Math.Max(waiting, Count(connection, "SELECT coalesce((SELECT concerned FROM issues ORDER BY version DESC LIMIT 1), 0)")),
                };
            },
            cancellationToken);

    public Task<(Proto.StanceDiff? Diff, long Floor)> GetStanceDiffAsync(long from, long to, string issueId, int limit, CancellationToken cancellationToken) =>
        ReadAsync<(Proto.StanceDiff? Diff, long Floor)>(
            connection =>
            {
                using var snapshot = connection.BeginTransaction(deferred: true);
                var floor = DiffFloor(connection);
                if (from < floor)
                {
                    return (null, floor);
                }
                using var command = Command(
                    connection,
                    """
                    SELECT added, stance FROM effects
                    WHERE version > $from AND version <= $to AND ($issue = '' OR issue = (SELECT row FROM issues WHERE id = $issue)) ORDER BY row
                    """,
                    ("$from", from), ("$to", to), ("$issue", issueId));
                var builder = new StanceDiffBuilder();
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    if (!builder.TryTake(Proto.Stance.Parser.ParseFrom(reader.GetFieldValue<byte[]>(1)), reader.GetInt64(0) == 1))
                    {
                        return (null, floor);
                    }
                }

                var diff = builder.Build(limit);
                (diff.FromVersion, diff.ToVersion) = (from, Math.Min(to, Count(connection, "SELECT coalesce(max(version), 0) FROM issues")));
                diff.Waiting = Count(connection, "SELECT count(*) FROM articles WHERE waits = 1");
                return (diff, floor);
            },
            cancellationToken);

    public Task<FilterKeys> ResolveAsync(Proto.Filter filter, CancellationToken cancellationToken) =>
        ReadAsync(
            connection => new FilterKeys(
                filter.IssueId.Length == 0 ? null : (int)Count(connection, "SELECT coalesce((SELECT row FROM issues WHERE id = $id), 0)", ("$id", filter.IssueId)),
                filter.Actor.Length == 0 ? null : SqliteFilter.FindActors(connection, filter.Actor).Select(row => (int)row).ToHashSet(),
                filter.ArticleId.Length == 0 ? null : Count(connection, "SELECT coalesce((SELECT row FROM articles WHERE id = $id), 0)", ("$id", filter.ArticleId)),
                filter.Text.Length == 0 ? null : StancesWith(connection, filter.Text),
                SqliteFilter.Groups(filter) is { Length: > 0 } groups ? Rows(connection, $"SELECT row FROM articles WHERE {groups}", row => row.GetInt64(0), SqliteFilter.GroupsOf(filter)) : null),
            cancellationToken);

    public Task<long> ReadPositionsAsync(Action<StoredPosition> take, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var snapshot = connection.BeginTransaction(deferred: true);
                var cursor = LastEvent(connection);
                var strings = new Dictionary<string, string>(StringComparer.Ordinal);
                var articles = new Dictionary<long, LedgerArticle>();
                using (var command = Command(connection, "SELECT row, publisher, origin, report, date, id FROM articles WHERE superseded = 0"))
                using (var reader = command.ExecuteReader())
                {
                    while (reader.Read())
                    {
                        articles.Add(reader.GetInt64(0), new LedgerArticle(
                            reader.GetInt64(0), Shared(reader.GetString(1)), Shared(reader.GetString(2)), reader.GetString(3), DateKey.Number(reader.GetString(4)), LedgerArticle.TieOf(reader.GetString(5))));
                    }
                }
                using (var command = Command(connection, "SELECT issue, holder, row, article, start, date, represents, label, conditional, confidence FROM stances"))
                using (var reader = command.ExecuteReader())
                {
                    while (reader.Read())
                    {
                        take(new StoredPosition(reader.GetInt32(0), reader.GetInt32(1), Position(reader, 2, articles[reader.GetInt64(3)], Shared(reader.GetString(6)))));
                    }
                }
                return cursor;

                string Shared(string text) => strings.TryGetValue(text, out var known) ? known : strings[text] = text;
            },
            cancellationToken);

    public Task<EventPage<PositionChange>> ReadPositionChangesAsync(long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var snapshot = connection.BeginTransaction(deferred: true);
                // A key may be given again once its stance has gone; one that belongs to another pair now has its own event further on.
                using var command = Command(
                    connection,
                    """
                    SELECT e.cursor, e.stance, e.issue, e.holder, s.row, s.article, s.start, s.date, s.represents, s.label, s.conditional, s.confidence,
                      a.publisher, a.origin, a.report, a.date, a.id
                    FROM events e LEFT JOIN stances s ON e.change = 1 AND s.row = e.stance AND s.issue = e.issue AND s.holder = e.holder LEFT JOIN articles a ON a.row = s.article
                    WHERE e.cursor > $after ORDER BY e.cursor LIMIT $limit
                    """,
                    ("$after", after), ("$limit", limit));
                var changes = Rows(command, reader => new PositionChange(
                    reader.GetInt64(0), reader.GetInt64(1), reader.GetInt32(2), reader.GetInt32(3),
                    reader.IsDBNull(4)
                        ? null
                        : Position(
                            reader, 4,
                            new LedgerArticle(reader.GetInt64(5), reader.GetString(12), reader.GetString(13), reader.GetString(14), DateKey.Number(reader.GetString(15)), LedgerArticle.TieOf(reader.GetString(16))),
                            reader.GetString(8))));
                return new EventPage<PositionChange>(changes, Floor(connection));
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<long, Proto.Stance>> ReadStancesAsync(IReadOnlyCollection<long> rows, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<long, Proto.Stance>>(
            connection =>
            {
                using var command = Command(connection, $"SELECT row, info FROM stances WHERE row IN ({string.Join(',', rows)})");
                return Rows(command, reader => (reader.GetInt64(0), Proto.Stance.Parser.ParseFrom(reader.GetFieldValue<byte[]>(1)))).ToDictionary();
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<long, Proto.ArticleInfo>> ReadArticlesAsync(IReadOnlyCollection<long> keys, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<long, Proto.ArticleInfo>>(
            connection =>
            {
                using var command = Command(
                    connection, $"SELECT row, info, (SELECT count(*) FROM stances n WHERE n.article = t.row) FROM articles t WHERE row IN ({string.Join(',', keys)})");
                return Rows(command, reader => (reader.GetInt64(0), Article(reader, 1, 2))).ToDictionary();
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<int, Proto.Actor>> ReadActorsAsync(IReadOnlyCollection<int>? keys, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<int, Proto.Actor>>(
            connection =>
            {
                using var command = Command(connection, "SELECT row, name, type, represents FROM actors" + (keys is null ? "" : $" WHERE row IN ({string.Join(',', keys)})"));
                return Rows(command, reader => (reader.GetInt32(0), Actor(reader, 1))).ToDictionary();
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<int, Proto.Issue>> ReadIssuesAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<int, Proto.Issue>>(
            connection =>
            {
                using var command = Command(connection, "SELECT row, info FROM issues");
                return Rows(command, reader => (reader.GetInt32(0), Proto.Issue.Parser.ParseFrom(reader.GetFieldValue<byte[]>(1)))).ToDictionary();
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<int, int>> ReadSpeakersAsync(int issue, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<int, int>>(
            connection =>
            {
                using var command = Command(
                    connection,
                    """
                    SELECT speaker, count(*) FROM statements
                    WHERE speaker IS NOT NULL AND article IN (SELECT article FROM stances WHERE issue = $issue) GROUP BY speaker
                    """,
                    ("$issue", issue));
                return Rows(command, reader => (reader.GetInt32(0), reader.GetInt32(1))).ToDictionary();
            },
            cancellationToken);

    public Task<EventPage<LedgerEvent>> ReadEventsAsync(long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var snapshot = connection.BeginTransaction(deferred: true);
                using var command = Command(
                    connection, "SELECT cursor, event, date, context, holder FROM events WHERE cursor > $after ORDER BY cursor LIMIT $limit", ("$after", after), ("$limit", limit));
                var events = Rows(command, reader => new LedgerEvent(
                    reader.GetInt64(0), Proto.WatchEvent.Parser.ParseFrom(reader.GetFieldValue<byte[]>(1)), reader.GetString(2), reader.GetString(3), reader.GetInt32(4)));
                return new EventPage<LedgerEvent>(events, Floor(connection));
            },
            cancellationToken);

    public Task<long> GetLastEventAsync(CancellationToken cancellationToken) => ReadAsync(LastEvent, cancellationToken);

    public void Dispose()
    {
        _database.Dispose();
        _reading.Dispose();
    }

    internal static Proto.Actor Actor(SqliteDataReader reader, int column) =>
        new() { Name = reader.GetString(column), Type = (Proto.ActorType)reader.GetInt32(column + 1), Represents = reader.GetString(column + 2) };

    // The table itself forgets its newest cursor when it is emptied.
    private static long LastEvent(SqliteConnection connection) => Count(connection, "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)");

    private static long Floor(SqliteConnection connection) =>
        Count(connection, "SELECT coalesce((SELECT min(cursor) - 1 FROM events), (SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)");

    private static long DiffFloor(SqliteConnection connection) => Count(connection, "SELECT version FROM effects_floor");

    private static List<long> StancesWith(SqliteConnection connection, string text)
    {
        using var command = Command(connection, "SELECT rowid FROM stance_words WHERE stance_words MATCH $text", ("$text", SqliteFilter.Match(text)));
        return Rows(command, reader => reader.GetInt64(0));
    }

    /// <summary>Columns row, article, start, date, represents, label, conditional, confidence from <paramref name="column"/> on.</summary>
    private static Position Position(SqliteDataReader reader, int column, LedgerArticle article, string represents) =>
        new(
            reader.GetInt64(column), article, reader.GetInt32(column + 2), DateKey.Number(reader.GetString(column + 3)), represents,
            (Proto.StanceLabel)reader.GetInt32(column + 5), reader.GetInt32(column + 6) == 1, (int)Math.Round(reader.GetDouble(column + 7) * 1_000_000));

    private static Proto.ArticleInfo Article(SqliteDataReader reader, int info, int stanceCount)
    {
        var article = Proto.ArticleInfo.Parser.ParseFrom(reader.GetFieldValue<byte[]>(info));
        article.StanceCount = reader.GetInt32(stanceCount);
        return article;
    }

    private static long Count(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(connection, sql, parameters);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>A page by keyset: the key of the last item is part of the next question, so that a page costs the same wherever it lies and nothing shifts under writes.</summary>
    private Task<Page<T>> ListAsync<T>(
        Func<SqliteConnection, SqliteFilter> filterOf, string table, string from, string columns, string[] key, string direction, PageRequest page,
        Func<SqliteDataReader, T> map, CancellationToken cancellationToken) =>
        ReadAsync(
            connection =>
            {
                using var snapshot = connection.BeginTransaction(deferred: true);
                var filter = filterOf(connection);
                long? total = null;
                var keyset = "";
                if (page.After is null)
                {
                    using var count = Command(connection, filter.Count(table));
                    filter.Bind(count);
                    total = Convert.ToInt64(count.ExecuteScalar(), CultureInfo.InvariantCulture);
                }
                else
                {
                    var comparison = direction == "DESC" ? '<' : '>';
                    keyset = $" AND ({string.Join(", ", key)}) {comparison} ({string.Join(", ", key.Select((_, i) => $"$k{i}"))})";
                }

                using var command = Command(
                    connection,
                    $"SELECT {columns}, {string.Join(", ", key)} FROM {from} WHERE {filter.Text}{keyset} ORDER BY {string.Join(", ", key.Select(k => $"{k} {direction}"))} LIMIT $limit",
                    ("$limit", page.Size + 1));
                filter.Bind(command);
                foreach (var (i, value) in (page.After is null ? [] : KeysetKey.Parse(page.After, key.Length)).Index())
                {
                    command.Parameters.AddWithValue($"$k{i}", value);
                }
                var items = new List<T>();
                string? next = null;
                using var reader = command.ExecuteReader();
                var first = reader.FieldCount - key.Length;
                var last = new object[key.Length];
                while (reader.Read())
                {
                    if (items.Count == page.Size)
                    {
                        next = KeysetKey.Format(last);
                        break;
                    }
                    items.Add(map(reader));
                    for (var i = 0; i < key.Length; i++)
                    {
                        last[i] = reader.GetValue(first + i);
                    }
                }
                return new Page<T>(items, next, total);
            },
            cancellationToken);

    // Numbers are marked, since SQLite never takes a number and the text of its digits for equal.
    private async Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return _database.Read(connection =>
            {
                // A deadline ends a long scan; the registration goes before the connection returns to the pool.
                using var interrupt = cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle));
                return read(connection);
            });
        }
        catch (SqliteException e) when (e.SqliteErrorCode == Interrupted && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }
}
