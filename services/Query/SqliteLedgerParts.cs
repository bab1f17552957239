using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Sikap.ServiceDefaults;
using static Sikap.ServiceDefaults.SqliteCommands;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>The ledger in a SQLite file, part by part, for copying it. In the order in which one part names what another holds.</summary>
internal sealed class SqliteLedgerParts(SqliteDatabase database)
{
    private const int ArticlesPerPage = 50;
    private const int RowsPerPage = 1_000;

    public IReadOnlyList<StorePart> All =>
    [
        StorePart.Of<CursorsRow>("cursors", _ => "cursors", _ => ReadCursors().ToAsyncEnumerable(), (rows, token) => AppendAsync(rows, Append, token), _ => Task.FromResult((long)ReadCursors().Count),
            token => ClearAsync("DELETE FROM sqlite_sequence WHERE name = 'events'; UPDATE effects_floor SET version = 0", token)),
        StorePart.Of<IssueRow>("issues", issue => issue.Id,
            token => PagesAsync(after => Select(
                "SELECT row, id, version, retired, concerned, info FROM issues WHERE row > $after ORDER BY row LIMIT $limit", after, RowsPerPage,
                row => new IssueRow(row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.GetBoolean(3), row.GetInt64(4), row.GetFieldValue<byte[]>(5))), issue => issue.Key, token),
            (rows, token) => AppendAsync(rows, Append, token), _ => CountAsync("issues"), token => ClearAsync("DELETE FROM issues", token)),
        StorePart.Of<ActorRow>("actors", actor => Text(actor.Key),
            token => PagesAsync(ReadActors, actor => actor.Key, token),
            (rows, token) => AppendAsync(rows, Append, token), _ => CountAsync("actors"), token => ClearAsync("DELETE FROM actors; DELETE FROM aliases; DELETE FROM actor_words", token)),
        StorePart.Of<ArticleRow>("articles of the ledger", article => article.Id,
            token => PagesAsync(ReadArticles, article => article.Key, token),
            (rows, token) => AppendAsync(rows, Append, token), _ => CountAsync("articles"),
            token => ClearAsync(
                """
                DELETE FROM articles; DELETE FROM payloads; DELETE FROM classified; DELETE FROM statements; DELETE FROM stances; DELETE FROM states; DELETE FROM relations;
                DELETE FROM article_words; DELETE FROM statement_words; DELETE FROM stance_words
                """,
                token)),
        StorePart.Of<EventRow>("events", one => Text(one.Cursor),
            token => PagesAsync(after => Select(
                "SELECT cursor, event, date, context, at, change, stance, issue, holder FROM events WHERE cursor > $after ORDER BY cursor LIMIT $limit", after, RowsPerPage,
                row => new EventRow(row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt32(5), row.GetInt64(6), row.GetInt32(7), row.GetInt32(8))),
                one => one.Cursor, token),
            (rows, token) => AppendAsync(rows, Append, token), _ => CountAsync("events"), token => ClearAsync("DELETE FROM events", token)),
        StorePart.Of<EffectRow>("effects", effect => Text(effect.Key),
            token => PagesAsync(after => Select(
                "SELECT row, version, issue, added, stance, at FROM effects WHERE row > $after ORDER BY row LIMIT $limit", after, RowsPerPage,
                row => new EffectRow(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), row.GetBoolean(3), row.GetFieldValue<byte[]>(4), row.GetInt64(5))), effect => effect.Key, token),
            (rows, token) => AppendAsync(rows, Append, token), _ => CountAsync("effects"), token => ClearAsync("DELETE FROM effects", token)),
    ];

    private static string Text(long key) => key.ToString(CultureInfo.InvariantCulture);

    private static void Append(SqliteConnection connection, CursorsRow row)
    {
        // A table with AUTOINCREMENT has its row here from its first insert on.
        Run(connection, "DELETE FROM sqlite_sequence WHERE name = 'events'");
        Run(connection, "INSERT INTO sqlite_sequence (name, seq) VALUES ('events', $last)", ("$last", row.LastEvent));
        Run(connection, "UPDATE effects_floor SET version = $floor", ("$floor", row.EffectFloor));
    }

    private static void Append(SqliteConnection connection, IssueRow row) => Run(
        connection, "INSERT INTO issues (row, id, version, retired, concerned, info) VALUES ($row, $id, $version, $retired, $concerned, $info)",
        ("$row", row.Key), ("$id", row.Id), ("$version", row.Version), ("$retired", row.Retired), ("$concerned", row.Concerned), ("$info", row.Info));

    private static void Append(SqliteConnection connection, ActorRow row)
    {
        Run(connection, "INSERT INTO actors (row, key, type, name, represents) VALUES ($row, $key, $type, $name, $represents)",
            ("$row", row.Key), ("$key", row.NameKey), ("$type", row.Type), ("$name", row.Name), ("$represents", row.Represents));
        Run(connection, "INSERT INTO actor_words (rowid, text) VALUES ($row, $text)", ("$row", row.Key), ("$text", row.Name));
        foreach (var alias in row.Aliases)
        {
            Run(connection, "INSERT INTO aliases VALUES ($key, $actor)", ("$key", alias), ("$actor", row.Key));
        }
    }

    private static void Append(SqliteConnection connection, ArticleRow row)
    {
        var article = ArticlePayload.Unpack(row.Payload);
        var contexts = new Dictionary<string, string>(StringComparer.Ordinal);
        Run(connection,
            """
            INSERT INTO articles (row, id, publisher, date, language, engine_version, coding, accepted_at, waits, info, origin, report, story, work, edition, superseded, history)
            VALUES ($row, $id, $publisher, $date, $language, $engine, $coding, $accepted, $waits, $info, $origin, $report, $story, $work, $edition, $superseded, $history)
            """,
            ("$row", row.Key), ("$id", row.Id), ("$publisher", row.Publisher), ("$date", row.Date), ("$language", row.Language), ("$engine", row.EngineVersion), ("$coding", row.Coding),
            ("$accepted", row.AcceptedAt), ("$waits", row.Waits), ("$info", row.Info), ("$origin", row.Origin), ("$report", row.Report), ("$story", Proto.ArticleInfo.Parser.ParseFrom(row.Info).StoryId), ("$work", row.Work),
            ("$edition", row.Edition), ("$superseded", row.IsSuperseded), ("$history", (object?)row.History ?? DBNull.Value));
        Run(connection, "INSERT INTO payloads VALUES ($article, $url, $json)", ("$article", row.Key), ("$url", (object?)row.Url ?? DBNull.Value), ("$json", row.Payload));
        if (!row.IsSuperseded)
        {
            Run(connection, "INSERT INTO article_words (rowid, text) VALUES ($row, $text)", ("$row", row.Key), ("$text", $"{article.Title}\n{article.Text}"));
        }
        foreach (var classified in row.Classified)
        {
            Run(connection, "INSERT INTO classified VALUES ($article, $issue, $version)", ("$article", row.Key), ("$issue", classified.Issue), ("$version", classified.Version));
        }
        foreach (var statement in row.Statements)
        {
            Run(connection,
                "INSERT INTO statements (article, id, start, speaker, represents, date, confidence, info) VALUES ($article, $id, $start, $speaker, $represents, $date, $confidence, $info)",
                ("$article", row.Key), ("$id", statement.Id), ("$start", statement.Start), ("$speaker", (object?)statement.Speaker ?? DBNull.Value), ("$represents", statement.Represents),
                ("$date", statement.Date), ("$confidence", statement.Confidence), ("$info", statement.Info));
            contexts[statement.Id] = Proto.Statement.Parser.ParseFrom(statement.Info).Content.Text;
            Run(connection, "INSERT INTO statement_words (rowid, text) VALUES (last_insert_rowid(), $text)", ("$text", contexts[statement.Id]));
        }
        foreach (var stance in row.Stances)
        {
            Run(connection,
                """
                INSERT INTO stances (row, article, id, issue, holder, represents, label, conditional, confidence, date, start, statement, info)
                VALUES ($row, $article, $id, $issue, $holder, $represents, $label, $conditional, $confidence, $date, $start, $statement, $info)
                """,
                ("$row", stance.Key), ("$article", row.Key), ("$id", stance.Id), ("$issue", stance.Issue), ("$holder", stance.Holder), ("$represents", stance.Represents), ("$label", stance.Label),
                ("$conditional", stance.Conditional), ("$confidence", stance.Confidence), ("$date", stance.Date), ("$start", stance.Start), ("$statement", stance.Statement), ("$info", stance.Info));
            Run(connection, "INSERT INTO stance_words (rowid, text) VALUES ($row, $text)",
                ("$row", stance.Key), ("$text", Proto.Stance.Parser.ParseFrom(stance.Info).Evidence.Text + "\n" + contexts.GetValueOrDefault(stance.Statement, "")));
        }
        foreach (var state in row.States)
        {
            Run(connection, "INSERT INTO states (article, issue, state, date, start, confidence, info) VALUES ($article, $issue, $state, $date, $start, $confidence, $info)",
                ("$article", row.Key), ("$issue", state.Issue), ("$state", state.State), ("$date", state.Date), ("$start", state.Start), ("$confidence", state.Confidence), ("$info", state.Info));
        }
        foreach (var relation in row.Relations)
        {
            Run(connection,
                """
                INSERT INTO relations (article, holder, target, represents, target_represents, label, date, start, confidence, info)
                VALUES ($article, $holder, $target, $represents, $target_represents, $label, $date, $start, $confidence, $info)
                """,
                ("$article", row.Key), ("$holder", relation.Holder), ("$target", relation.Target), ("$represents", relation.Represents), ("$target_represents", relation.TargetRepresents),
                ("$label", relation.Label), ("$date", relation.Date), ("$start", relation.Start), ("$confidence", relation.Confidence), ("$info", relation.Info));
        }
    }

    private static void Append(SqliteConnection connection, EventRow row) => Run(
        connection,
        "INSERT INTO events (cursor, event, date, context, at, change, stance, issue, holder) VALUES ($cursor, $event, $date, $context, $at, $change, $stance, $issue, $holder)",
        ("$cursor", row.Cursor), ("$event", row.Event), ("$date", row.Date), ("$context", row.Context), ("$at", row.At), ("$change", row.Change), ("$stance", row.Stance), ("$issue", row.Issue),
        ("$holder", row.Holder));

    private static void Append(SqliteConnection connection, EffectRow row) => Run(
        connection, "INSERT INTO effects (row, version, issue, added, stance, at) VALUES ($row, $version, $issue, $added, $stance, $at)",
        ("$row", row.Key), ("$version", row.Version), ("$issue", row.Issue), ("$added", row.Added), ("$stance", row.Stance), ("$at", row.At));

    private static async IAsyncEnumerable<T> PagesAsync<T>(Func<long, List<T>> readBehind, Func<T, long> keyOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var page = readBehind(0); page.Count > 0; page = readBehind(keyOf(page[^1])))
        {
            foreach (var row in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return row;
            }
            await Task.Yield();
        }
    }

    private List<T> Select<T>(string sql, long after, int limit, Func<SqliteDataReader, T> map) => database.Read(connection => Rows(connection, sql, map, ("$after", after), ("$limit", limit)));

    private List<CursorsRow> ReadCursors() => database.Read(connection => Rows(
        connection,
        "SELECT last, floor FROM (SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0) AS last, (SELECT version FROM effects_floor) AS floor) WHERE last > 0 OR floor > 0",
        row => new CursorsRow(row.GetInt64(0), row.GetInt64(1))));

    private List<ActorRow> ReadActors(long after) => database.Read(connection => Rows(
        connection, "SELECT row, key, type, name, represents FROM actors WHERE row > $after ORDER BY row LIMIT $limit",
        row => new ActorRow(
            row.GetInt32(0), row.GetString(1), row.GetInt32(2), row.GetString(3), row.GetString(4),
            [.. Rows(connection, "SELECT key FROM aliases WHERE actor = $actor", alias => alias.GetString(0), ("$actor", row.GetInt64(0))).Order(StringComparer.Ordinal)]),
        ("$after", after), ("$limit", RowsPerPage)));

    private List<ArticleRow> ReadArticles(long after) => database.Read(connection => Rows(
        connection,
        """
        SELECT a.row, a.id, a.publisher, a.date, a.language, a.engine_version, a.coding, a.accepted_at, a.waits, a.info, a.origin, a.report, a.work, a.edition, a.superseded, a.history, p.url, p.json
        FROM articles a JOIN payloads p ON p.article = a.row WHERE a.row > $after ORDER BY a.row LIMIT $limit
        """,
        row => ReadArticle(connection, row),
        ("$after", after), ("$limit", ArticlesPerPage)));

    private static ArticleRow ReadArticle(SqliteConnection connection, SqliteDataReader row)
    {
        var article = ("$article", (object)row.GetInt64(0));
        return new ArticleRow(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetInt64(6), row.GetInt64(7), row.GetBoolean(8), row.GetFieldValue<byte[]>(9),
            row.GetString(10), row.GetString(11), row.GetString(12), row.GetInt32(13), row.GetBoolean(14), row.IsDBNull(15) ? null : row.GetFieldValue<byte[]>(15),
            row.IsDBNull(16) ? null : row.GetString(16), row.GetFieldValue<byte[]>(17),
            Rows(connection, "SELECT issue, version FROM classified WHERE article = $article ORDER BY issue", one => new ClassifiedRow(one.GetInt32(0), one.GetInt64(1)), article),
            Rows(connection, "SELECT id, start, speaker, represents, date, confidence, info FROM statements WHERE article = $article ORDER BY start, row",
                one => new StatementRow(
                    one.GetString(0), one.GetInt32(1), one.IsDBNull(2) ? null : one.GetInt32(2), one.GetString(3), one.GetString(4), one.GetDouble(5), one.GetFieldValue<byte[]>(6)), article),
            Rows(connection, "SELECT row, id, issue, holder, represents, label, conditional, confidence, date, start, statement, info FROM stances WHERE article = $article ORDER BY row",
                one => new StanceRow(
                    one.GetInt64(0), one.GetString(1), one.GetInt32(2), one.GetInt32(3), one.GetString(4), one.GetInt32(5), one.GetBoolean(6), one.GetDouble(7), one.GetString(8), one.GetInt32(9),
                    one.GetString(10), one.GetFieldValue<byte[]>(11)), article),
            ArticleRow.Order(Rows(connection, "SELECT issue, state, date, start, confidence, info FROM states WHERE article = $article",
                one => new StateRow(one.GetInt32(0), one.GetInt32(1), one.GetString(2), one.GetInt32(3), one.GetDouble(4), one.GetFieldValue<byte[]>(5)), article)),
            ArticleRow.Order(Rows(connection, "SELECT holder, target, represents, target_represents, label, date, start, confidence, info FROM relations WHERE article = $article",
                one => new RelationRow(
                    one.GetInt32(0), one.GetInt32(1), one.GetString(2), one.GetString(3), one.GetInt32(4), one.GetString(5), one.GetInt32(6), one.GetDouble(7), one.GetFieldValue<byte[]>(8)), article)));
    }

    private Task AppendAsync<T>(IReadOnlyList<T> rows, Action<SqliteConnection, T> append, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            foreach (var row in rows)
            {
                append(connection, row);
            }
        },
        cancellationToken);

    private Task<long> CountAsync(string table) => Task.FromResult(database.Read(connection => Rows(connection, $"SELECT count(*) FROM {table}", row => row.GetInt64(0))[0]));

    private Task ClearAsync(string sql, CancellationToken cancellationToken) => database.WriteAsync(connection => Run(connection, sql), cancellationToken);
}
