using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using Sikap.Contracts;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>The writes of one transaction. Statements are prepared once and serve the whole batch.</summary>
internal sealed class SqliteWriter(SqliteConnection connection, DateTimeOffset now) : IDisposable
{
    // The engine reads Indonesian only; an article in another language is stored but never classified, so it waits for nothing.
    private const string ClassifiedLanguage = "id";

    private const string MissingIssue =
        """
        EXISTS (SELECT 1 FROM issues i WHERE i.retired = 0
          AND i.version > coalesce((SELECT c.version FROM classified c WHERE c.article = articles.row AND c.issue = i.row), 0))
        """;

    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private readonly Dictionary<(string Key, Nlp.ActorType Type), long> _actors = [];
    private readonly Dictionary<string, (long Row, long Version, bool Retired)> _issues = [];

    public IReadOnlyList<IndexedArticle> Write(IReadOnlyList<StancesClassified> messages) => [.. messages.Select(Write)];

    public void Apply(IssueChanged change)
    {
        var (issue, version, _) = EnsureIssue(change.Issue.Id);
        if (version >= change.CodebookVersion)
        {
            return;
        }

        Run(
            "UPDATE issues SET version = $version, retired = $retired, info = $info WHERE row = $row",
            ("$version", change.CodebookVersion), ("$retired", change.Retired ? 1 : 0), ("$row", issue),
            ("$info", change.Issue.ToProto(change.Retired, change.CodebookVersion, change.ChangedAt).ToByteArray()));
        _issues.Clear();
        if (change.Retired)
        {
            foreach (var old in Stances("SELECT row, article, issue, holder, rank, date, info FROM stances WHERE issue = $issue ORDER BY row", ("$issue", issue)))
            {
                Remove(old);
            }
            Run("DELETE FROM classified WHERE issue = $issue", ("$issue", issue));
            Run($"UPDATE articles SET waits = 0 WHERE waits = 1 AND NOT {MissingIssue}");
        }
        else
        {
            Run(
                """
                UPDATE articles SET waits = 1 WHERE language = $language
                AND $version > coalesce((SELECT c.version FROM classified c WHERE c.article = articles.row AND c.issue = $issue), 0)
                """,
                ("$language", ClassifiedLanguage), ("$version", change.CodebookVersion), ("$issue", issue));
        }
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }
    }

    private IndexedArticle Write(StancesClassified message)
    {
        var article = message.Article;
        var (row, engineVersion) = FindArticle(article.Id);
        var isNew = row == 0;
        // A late answer of an older engine must not undo a newer one: its statements are gone, its stances would hang in the air.
        if (!isNew && EngineVersionOrder.Compare(article.EngineVersion, engineVersion) < 0)
        {
            return new IndexedArticle(article.Id, article.Language, false, 0, 0, false);
        }

        var isExtractedAnew = isNew || article.EngineVersion != engineVersion;
        if (isExtractedAnew)
        {
            row = WriteArticle(row, message);
        }

        var added = 0;
        var removed = 0;
        var dated = article.Published?.ToProto();
        var classified = new List<long>();
        foreach (var issueId in message.IssueIds.Concat(message.Stances.Select(stance => stance.IssueId)).Distinct(StringComparer.Ordinal))
        {
            var (issue, version, retired) = EnsureIssue(issueId);
            var known = isNew ? null : ClassifiedVersion(row, issue);
            if ((retired && version >= message.CodebookVersion) || known > message.CodebookVersion)
            {
                continue;
            }

            var found = message.Stances
                .Where(stance => stance.IssueId == issueId)
                .Select(stance => stance.ToProto(article.Id, article.Publisher, message.CodebookVersion))
                .DistinctBy(ContentOf)
                .ToDictionary(ContentOf);
            foreach (var old in known is null ? [] : Stances(
                "SELECT row, article, issue, holder, rank, date, info FROM stances WHERE article = $article AND issue = $issue", ("$article", row), ("$issue", issue)))
            {
                // What a newer codebook confirms word for word stays as it is, under its first id: watchers hear of changes only.
                if (!found.Remove(ContentOf(old.Stance)))
                {
                    Remove(old);
                    removed++;
                }
            }
            foreach (var stance in found.Values)
            {
                Add(row, issue, stance, dated, StatementText(article, stance.StatementId));
                added++;
            }
            classified.Add(issue);
        }
        // One statement for all issues of the codebook.
        Run(
            """
            INSERT INTO classified SELECT $article, value, $version FROM json_each($issues) WHERE true
            ON CONFLICT DO UPDATE SET version = excluded.version WHERE version <> excluded.version
            """,
            ("$article", row), ("$issues", $"[{string.Join(',', classified)}]"), ("$version", message.CodebookVersion));

        var waits = article.Language == ClassifiedLanguage && Scalar($"SELECT {MissingIssue} FROM articles WHERE row = $row", ("$row", row)) == 1;
        var changed = Run("UPDATE articles SET waits = $waits WHERE row = $row AND waits <> $waits", ("$waits", waits ? 1 : 0), ("$row", row)) > 0;
        if (isExtractedAnew)
        {
            var stances = (int)Scalar("SELECT count(*) FROM stances WHERE article = $article", ("$article", row));
            Emit(new Proto.WatchEvent { ArticleIndexed = article.ToArticleInfo(message.Url, message.AcceptedAt, stances) }, DateKey.Of(article.Published?.Value), "");
        }
        return new IndexedArticle(article.Id, article.Language, isNew, added, removed, BeganToWait: waits && changed);
    }

    private long WriteArticle(long row, StancesClassified message)
    {
        var article = message.Article;
        if (row != 0)
        {
            Run("DELETE FROM statement_words WHERE rowid IN (SELECT row FROM statements WHERE article = $article)", ("$article", row));
            Run("DELETE FROM statements WHERE article = $article", ("$article", row));
            // Everything that is known of it rests on the old statements: any classification counts as newer, and all issues are due again.
            Run("UPDATE classified SET version = 0 WHERE article = $article", ("$article", row));
        }

        row = Scalar(
            """
            INSERT INTO articles (id, publisher, date, language, engine_version, accepted_at, waits, info)
            VALUES ($id, $publisher, $date, $language, $engine, $accepted, 0, $info)
            ON CONFLICT (id) DO UPDATE SET publisher = excluded.publisher, date = excluded.date, language = excluded.language,
              engine_version = excluded.engine_version, info = excluded.info
            RETURNING row
            """,
            ("$id", article.Id), ("$publisher", NameKey.Of(article.Publisher ?? "")), ("$date", DateKey.Of(article.Published?.Value)),
            ("$language", article.Language), ("$engine", article.EngineVersion), ("$accepted", message.AcceptedAt.UtcTicks),
            ("$info", article.ToArticleInfo(message.Url, message.AcceptedAt, 0).ToByteArray()));
        Run(
            "INSERT INTO payloads VALUES ($article, $url, $json) ON CONFLICT DO UPDATE SET url = excluded.url, json = excluded.json",
            ("$article", row), ("$url", (object?)message.Url ?? DBNull.Value), ("$json", ArticlePayload.Pack(article)));
        foreach (var statement in article.Statements.DistinctBy(statement => statement.Id))
        {
            var date = DateKey.Of((statement.Date ?? article.Published)?.Value);
            var inserted = Scalar(
                """
                INSERT INTO statements (article, id, start, speaker, represents, date, confidence, info)
                VALUES ($article, $id, $start, $speaker, $represents, $date, $confidence, $info) RETURNING row
                """,
                ("$article", row), ("$id", statement.Id), ("$start", statement.Content.Start),
                ("$speaker", statement.Speaker is { } speaker ? EnsureActor(speaker.ToProto()) : DBNull.Value),
                ("$represents", NameKey.Of(statement.Speaker?.Represents ?? "")), ("$date", date), ("$confidence", statement.Confidence),
                ("$info", statement.ToProto(article.Id).ToByteArray()));
            Run("INSERT INTO statement_words (rowid, text) VALUES ($row, $text)", ("$row", inserted), ("$text", statement.Content.Text));
        }
        WriteAliases(article);
        return row;
    }

    /// <summary>Remembers how articles name the actors of the ledger, so that "Beijing" or "Tiongkok" finds what is stored under "China".</summary>
    private void WriteAliases(ExtractedArticle article)
    {
        foreach (var mention in article.Mentions)
        {
            // A metonym stands for a country; of persons and organisations it says too little.
            var names = mention.Form is MentionForm.Name or MentionForm.Alias
                || (mention.Form is MentionForm.Metonym && mention.Actor.Type is Nlp.ActorType.Country);
            if (names && NameKey.Of(mention.Span.In(article.Text)) is { Length: > 0 } alias && alias != NameKey.Of(mention.Actor.Name))
            {
                Run("INSERT OR IGNORE INTO aliases VALUES ($key, $actor)", ("$key", alias), ("$actor", EnsureActor(mention.Actor.ToProto())));
            }
        }
    }

    private void Add(long article, long issue, Proto.Stance stance, Proto.PartialDate? published, string context)
    {
        var date = DateKey.Of(stance.Date, published);
        var holder = EnsureActor(stance.Holder);
        var rank = RankOf(stance.Confidence, date);
        var row = Scalar(
            """
            INSERT INTO stances (article, id, issue, holder, represents, label, confidence, rank, date, start, statement, info)
            VALUES ($article, $id, $issue, $holder, $represents, $label, $confidence, $rank, $date, $start, $statement, $info) RETURNING row
            """,
            ("$article", article), ("$id", stance.Id), ("$issue", issue), ("$holder", holder), ("$rank", rank),
            ("$represents", NameKey.Of(stance.Holder.Represents)), ("$label", (int)stance.Label), ("$confidence", stance.Confidence),
            ("$date", date), ("$start", stance.Evidence.Start), ("$statement", stance.StatementId),
            ("$info", stance.ToByteArray()));
        Run("INSERT INTO stance_words (rowid, text) VALUES ($row, $text)", ("$row", row), ("$text", stance.Evidence.Text + "\n" + context));
        Run(
            """
            INSERT INTO cells VALUES ($issue, $holder, $label, 1, $confidence, $rank)
            ON CONFLICT DO UPDATE SET stances = stances + 1, confidence = confidence + excluded.confidence, best = max(best, excluded.best)
            """,
            ("$issue", issue), ("$holder", holder), ("$label", (int)stance.Label), ("$confidence", Millionths(stance.Confidence)), ("$rank", rank));
        Emit(new Proto.WatchEvent { StanceAdded = stance }, date, context);
    }

    private void Remove(StoredStance old)
    {
        var stance = old.Stance;
        Run("DELETE FROM stance_words WHERE rowid = $row", ("$row", old.Row));
        Run("DELETE FROM stances WHERE row = $row", ("$row", old.Row));
        Run(
            """
            UPDATE cells SET stances = stances - 1, confidence = confidence - $confidence,
              best = CASE WHEN best > $rank THEN best
                ELSE coalesce((SELECT max(s.rank) FROM stances s WHERE s.issue = $issue AND s.holder = $holder AND s.label = $label), 0) END
            WHERE issue = $issue AND holder = $holder AND label = $label
            """,
            ("$issue", old.Issue), ("$holder", old.Holder), ("$label", (int)stance.Label), ("$confidence", Millionths(stance.Confidence)), ("$rank", old.Rank));
        Run("DELETE FROM cells WHERE issue = $issue AND holder = $holder AND label = $label AND stances = 0",
            ("$issue", old.Issue), ("$holder", old.Holder), ("$label", (int)stance.Label));
        Emit(new Proto.WatchEvent { StanceRemoved = stance }, old.Date, StatementText(old.Article, stance.StatementId));
    }

    private void Emit(Proto.WatchEvent change, string date, string context)
    {
        change.At = now.ToTimestamp();
        Run("INSERT INTO events (event, date, context) VALUES ($event, $date, $context)", ("$event", change.ToByteArray()), ("$date", date), ("$context", context));
    }

    private long EnsureActor(Proto.Actor actor)
    {
        var key = (NameKey.Of(actor.Name), (Nlp.ActorType)((int)actor.Type - 1));
        if (!_actors.TryGetValue(key, out var row))
        {
            row = Scalar("SELECT row FROM actors WHERE key = $key AND type = $type", ("$key", key.Item1), ("$type", (int)actor.Type));
            if (row == 0)
            {
                row = Scalar(
                    "INSERT INTO actors (key, type, name, represents) VALUES ($key, $type, $name, '') RETURNING row",
                    ("$key", key.Item1), ("$type", (int)actor.Type), ("$name", actor.Name));
                Run("INSERT INTO actor_words (rowid, text) VALUES ($row, $text)", ("$row", row), ("$text", actor.Name));
            }
            _actors[key] = row;
        }
        if (actor.Represents.Length > 0)
        {
            Run("UPDATE actors SET represents = $represents WHERE row = $row AND represents = ''", ("$represents", actor.Represents), ("$row", row));
        }
        return row;
    }

    /// <summary>The issue's row; one that no <see cref="IssueChanged"/> has named yet gets version 0 and its id for a title.</summary>
    private (long Row, long Version, bool Retired) EnsureIssue(string id)
    {
        if (_issues.TryGetValue(id, out var known))
        {
            return known;
        }
        Run(
            "INSERT OR IGNORE INTO issues (id, version, retired, info) VALUES ($id, 0, 0, $info)",
            ("$id", id), ("$info", new Proto.Issue { Id = id, Title = id }.ToByteArray()));
        using var reader = Prepare("SELECT row, version, retired FROM issues WHERE id = $id", ("$id", id)).ExecuteReader();
        reader.Read();
        return _issues[id] = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2) == 1);
    }

    private (long Row, string EngineVersion) FindArticle(string id)
    {
        using var reader = Prepare("SELECT row, engine_version FROM articles WHERE id = $id", ("$id", id)).ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetString(1)) : (0, "");
    }

    private long? ClassifiedVersion(long article, long issue) =>
        Prepare("SELECT version FROM classified WHERE article = $article AND issue = $issue", ("$article", article), ("$issue", issue)).ExecuteScalar() as long?;

    private List<StoredStance> Stances(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        SqliteReadModel.Rows(
            Prepare(sql, parameters),
            reader => new StoredStance(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetString(5),
                Proto.Stance.Parser.ParseFrom(reader.GetFieldValue<byte[]>(6))));

    private string StatementText(long article, string statementId) =>
        statementId.Length > 0
        && Prepare("SELECT info FROM statements WHERE article = $article AND id = $id", ("$article", article), ("$id", statementId)).ExecuteScalar() is byte[] info
            ? Proto.Statement.Parser.ParseFrom(info).Content.Text
            : "";

    private static string StatementText(ExtractedArticle article, string statementId) =>
        article.Statements.FirstOrDefault(statement => statement.Id == statementId)?.Content.Text ?? "";

    private static long Millionths(double confidence) => (long)Math.Round(confidence * 1_000_000);

    /// <summary>Confidence in millionths, then the day as a number of eight digits; an unknown part of the date counts as its beginning, none at all as the oldest.</summary>
    private static long RankOf(double confidence, string date)
    {
        var day = 0L;
        foreach (var digit in string.Concat(date.Where(char.IsAsciiDigit).Take(8)).PadRight(8, '0'))
        {
            day = (day * 10) + (digit - '0');
        }
        return (Millionths(confidence) * 100_000_000) + day;
    }

    /// <summary>Everything that a stance says; its id and codebook version say when it was found.</summary>
    private static Proto.Stance ContentOf(Proto.Stance stance)
    {
        var content = stance.Clone();
        content.Id = "";
        content.CodebookVersion = 0;
        return content;
    }

    private int Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) => Prepare(sql, parameters).ExecuteNonQuery();

    private long Scalar(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        Prepare(sql, parameters).ExecuteScalar() as long? ?? 0;

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value);
            }
            _commands[sql] = command;
            return command;
        }
        foreach (var (name, value) in parameters)
        {
            command.Parameters[name].Value = value;
        }
        return command;
    }

    private sealed record StoredStance(long Row, long Article, long Issue, long Holder, long Rank, string Date, Proto.Stance Stance);
}
