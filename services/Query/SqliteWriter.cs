using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using Sikap.Contracts;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>The writes of one transaction. Statements are prepared once and serve the whole batch.</summary>
internal sealed class SqliteWriter(SqliteConnection connection, DateTimeOffset now) : IDisposable
{
    // The engine reads Indonesian only; an article in another language is stored but never classified, so it waits for nothing unless people coded it.
    private const string ClassifiedLanguage = "id";

    // A retired issue is missing until an article that was classified with it is classified without it: issues compete for a sentence, and another may have it now.
    private const string MissingIssue =
        """
        EXISTS (SELECT 1 FROM issues i LEFT JOIN classified c ON c.article = articles.row AND c.issue = i.row
          WHERE i.version > coalesce(c.version, 0) AND (i.retired = 0 OR c.version IS NOT NULL))
        """;

    // With the article's own language or coding; what is not classified waits for nothing.
    private const string IsClassified = "(language = $language OR coding > 0) AND superseded = 0";

    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private readonly Dictionary<(string Key, Nlp.ActorType Type), long> _actors = [];
    private readonly HashSet<(string Key, long Actor)> _aliases = [];
    private readonly HashSet<long> _represented = [];
    private readonly Dictionary<string, (long Row, long Version, bool Retired)> _issues = [];

    public IReadOnlyList<IndexedArticle> Write(IReadOnlyList<StancesClassified> messages) => [.. messages.Select(Write)];

    public void Apply(IssueChanged change)
    {
        var (issue, version, wasRetired) = EnsureIssue(change.Issue.Id);
        if (version >= change.CodebookVersion)
        {
            return;
        }

        var known = Proto.Issue.Parser.ParseFrom((byte[])Prepare("SELECT info FROM issues WHERE row = $row", ("$row", issue)).ExecuteScalar()!);
        var sameWording = version > 0 && !wasRetired && known.Title == change.Issue.Title && known.Proposition == change.Issue.Proposition && known.Terms.SequenceEqual(change.Issue.Terms);
        Run(
            "UPDATE issues SET version = $version, retired = $retired, info = $info WHERE row = $row",
            ("$version", change.CodebookVersion), ("$retired", change.Retired ? 1 : 0), ("$row", issue),
            ("$info", change.Issue.ToProto(change.Retired, change.CodebookVersion, change.ChangedAt, change.ParentId, change.ReplacedBy).ToByteArray()));
        _issues.Clear();
        if (change.Retired)
        {
            foreach (var old in Stances("SELECT row, article, issue, holder, date, info FROM stances WHERE issue = $issue ORDER BY row", ("$issue", issue)))
            {
                Remove(old);
                WriteEffect(change.CodebookVersion, issue, added: false, old.Stance);
            }
            Run("DELETE FROM states WHERE issue = $issue", ("$issue", issue));
            Run(
                $"UPDATE articles SET waits = 1 WHERE waits = 0 AND {IsClassified} AND EXISTS (SELECT 1 FROM classified c WHERE c.article = articles.row AND c.issue = $issue)",
                ("$language", ClassifiedLanguage), ("$issue", issue));
            Run($"UPDATE articles SET waits = 0 WHERE waits = 1 AND NOT {MissingIssue}");
        }
        else if (sameWording)
        {
            // Another parent changes no stance: what was classified with the last wording counts for this version too.
            Run("UPDATE classified SET version = $version WHERE issue = $issue AND version >= $old", ("$version", change.CodebookVersion), ("$issue", issue), ("$old", version));
        }
        else
        {
            Run(
                $"""
                UPDATE articles SET waits = 1 WHERE {IsClassified}
                AND $version > coalesce((SELECT c.version FROM classified c WHERE c.article = articles.row AND c.issue = $issue), 0)
                """,
                ("$language", ClassifiedLanguage), ("$version", change.CodebookVersion), ("$issue", issue));
        }
        Run("UPDATE issues SET concerned = (SELECT count(*) FROM articles WHERE waits = 1) WHERE row = $row", ("$row", issue));
    }

    /// <summary>Deletes events older than the retention, some at a time: there are never many more to delete than are written.</summary>
    public void TrimEvents(TimeSpan retention)
    {
        var before = now.UtcTicks - Math.Min(retention.Ticks, now.UtcTicks);
        // Nearly always the oldest stays; looking at ten thousand with each batch took longer than writing it.
        if (Prepare("SELECT at FROM events ORDER BY cursor LIMIT 1").ExecuteScalar() is not long oldest || oldest >= before)
        {
            return;
        }
        Run(
            """
            DELETE FROM events WHERE cursor <= (SELECT max(cursor) FROM (SELECT cursor, at FROM events ORDER BY cursor LIMIT 10000) WHERE at < $before)
            """,
            ("$before", before));
    }

    /// <summary>
    /// Deletes what changes of the codebook did longer ago than the retention, whole versions only, so that no difference is worked out from half of a change. Nothing decides by these rows what to
    /// write: what a message changes is told by the stances themselves, so a duplicate of a message whose effects are gone finds its stances in place and adds none.
    /// </summary>
    public void TrimEffects(TimeSpan retention)
    {
        var oldest = Prepare("SELECT min(at) FROM (SELECT at FROM effects ORDER BY version, row LIMIT 1)").ExecuteScalar() as long?;
        var before = now.UtcTicks - Math.Min(retention.Ticks, now.UtcTicks);
        if (oldest is null || oldest >= before)
        {
            return;
        }
        // The first version with something younger stays, and all behind it.
        Run(
            """
            UPDATE effects_floor SET version = max(version, coalesce(
              (SELECT version - 1 FROM effects WHERE at >= $before ORDER BY version LIMIT 1), (SELECT max(version) FROM effects)))
            """,
            ("$before", before));
        Run("DELETE FROM effects WHERE row IN (SELECT row FROM effects WHERE version <= (SELECT version FROM effects_floor) ORDER BY version, row LIMIT 10000)");
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
        var coding = article.Coding?.Revision ?? 0;
        var (row, engineVersion, knownCoding, knownGroups) = FindArticle(article.Id);
        var isNew = row == 0;
        // A late answer of an older engine must not undo a newer one: its statements are gone, its stances would hang in the air. Nor may one from before the article was coded.
        if (!isNew && (coding < knownCoding || (coding == knownCoding && EngineVersionOrder.Compare(article.EngineVersion, engineVersion) < 0)))
        {
            return new IndexedArticle(article.Id, article.Language, false, 0, 0, false, knownCoding);
        }

        var isRegrouped = !isNew && article.Provenance is { } told && (told.Work, told.Edition, told.Report) != knownGroups;
        var isExtractedAnew = isNew || article.EngineVersion != engineVersion || coding != knownCoding || isRegrouped;
        if (FindLaterEdition(article) is { } later)
        {
            WriteSuperseded(row, later, message, isExtractedAnew);
            return new IndexedArticle(article.Id, article.Language, isNew, 0, 0, false, coding);
        }

        var before = new SupersededArticle(message);
        if (isExtractedAnew)
        {
            row = WriteArticle(row, message);
            foreach (var edition in FindEarlierEditions(article))
            {
                Supersede(edition, article.Id, before);
            }
        }
        if (isRegrouped)
        {
            // The index knows groups by the stances: they come anew, with their article as it is now.
            foreach (var stance in Stances("SELECT row, article, issue, holder, date, info FROM stances WHERE article = $article ORDER BY start, row", ("$article", row))
                .Where(stance => message.IssueIds.Contains(stance.Stance.IssueId)))
            {
                Remove(stance, before.Take(stance.Stance));
            }
        }

        var added = 0;
        var removed = before.Stances;
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

            // Which change of the codebook this is the answer to; none where the article itself is new.
            long? cause = isExtractedAnew ? null : version > (known ?? 0) ? version : message.CodebookVersion;
            var found = message.Stances
                .Where(stance => stance.IssueId == issueId)
                .Select(stance => stance.ToProto(article.Id, article.Publisher, message.CodebookVersion))
                .DistinctBy(ContentOf)
                .ToDictionary(ContentOf);
            var gone = before.Gone(issueId, EnsureActor);
            foreach (var old in known is null ? [] : Stances(
                "SELECT row, article, issue, holder, date, info FROM stances WHERE article = $article AND issue = $issue", ("$article", row), ("$issue", issue)))
            {
                // What a newer codebook confirms word for word stays as it is, under its first id: watchers hear of changes only. One that was written under another actor,
                // as titles were before they led to the person, moves.
                var content = ContentOf(old.Stance);
                if (found.TryGetValue(content, out var same) && EnsureActor(same.Holder) == old.Holder)
                {
                    found.Remove(content);
                }
                else
                {
                    Remove(old);
                    WriteEffect(cause, issue, added: false, old.Stance);
                    gone.Add((old.Holder, old.Stance.Label));
                    removed++;
                }
            }
            foreach (var stance in found.Values)
            {
                Add(row, issue, stance, dated, StatementText(article, stance.StatementId), gone, before.Holds(stance));
                WriteEffect(cause, issue, added: true, stance);
                added++;
            }
            WriteStates(row, issue, issueId, message, before);
            classified.Add(issue);
        }
        WriteRelations(row, message);
        // One statement for all issues of the codebook.
        Run(
            """
            INSERT INTO classified SELECT $article, value, $version FROM json_each($issues) WHERE true
            ON CONFLICT DO UPDATE SET version = excluded.version WHERE version <> excluded.version
            """,
            ("$article", row), ("$issues", $"[{string.Join(',', classified)}]"), ("$version", message.CodebookVersion));
        // It is classified without what was retired by then, and waits no longer for that.
        Run(
            "DELETE FROM classified WHERE article = $article AND issue IN (SELECT row FROM issues WHERE retired = 1 AND version <= $version)",
            ("$article", row), ("$version", message.CodebookVersion));

        var waits = (article.Language == ClassifiedLanguage || coding > 0) && Scalar($"SELECT {MissingIssue} FROM articles WHERE row = $row", ("$row", row)) == 1;
        var changed = Run("UPDATE articles SET waits = $waits WHERE row = $row AND waits <> $waits", ("$waits", waits ? 1 : 0), ("$row", row)) > 0;
        if (isExtractedAnew)
        {
            var stances = (int)Scalar("SELECT count(*) FROM stances WHERE article = $article", ("$article", row));
            Emit(
                new Proto.WatchEvent { ArticleIndexed = article.ToArticleInfo(message.Url, message.AcceptedAt, stances), Kinds = { Proto.EventKind.ArticleIndexed } },
                DateKey.Of(article.Published?.Value), "");
        }
        return new IndexedArticle(article.Id, article.Language, isNew, added, removed, BeganToWait: waits && changed, coding);
    }

    /// <summary>The id of the latest stored revision where the article is none.</summary>
    private string? FindLaterEdition(ExtractedArticle article) => article.Provenance is not { } provenance
        ? null
        : Prepare(
            "SELECT id FROM articles WHERE work = $work AND edition > $edition ORDER BY edition DESC LIMIT 1", ("$work", provenance.Work), ("$edition", provenance.Edition)).ExecuteScalar() as string;

    private List<(long Row, string Id)> FindEarlierEditions(ExtractedArticle article) => article.Provenance is not { } provenance
        ? []
        : SqliteCommands.Rows(
            Prepare(
                "SELECT row, id FROM articles WHERE work = $work AND edition < $edition AND superseded = 0", ("$work", provenance.Work), ("$edition", provenance.Edition)),
            reader => (reader.GetInt64(0), reader.GetString(1)));

    /// <summary>Stores an article that came after a later revision of it: nothing it says counts.</summary>
    private void WriteSuperseded(long row, string later, StancesClassified message, bool isExtractedAnew)
    {
        if (Scalar("SELECT EXISTS (SELECT 1 FROM articles WHERE row = $row AND superseded = 0)", ("$row", row)) == 1)
        {
            Supersede((row, message.Article.Id), later, new SupersededArticle(message with { Stances = [] }));
        }
        if (isExtractedAnew)
        {
            row = WriteArticle(row, message, isSuperseded: true);
        }
        var info = message.Article.ToArticleInfo(message.Url, message.AcceptedAt, 0);
        info.SupersededBy = later;
        Run(
            "UPDATE articles SET superseded = 1, waits = 0, info = $info, history = $history WHERE row = $row",
            ("$row", row), ("$info", info.ToByteArray()), ("$history", SupersededArticle.Keep(message)));
        if (isExtractedAnew)
        {
            Emit(new Proto.WatchEvent { ArticleIndexed = info, Kinds = { Proto.EventKind.ArticleIndexed } }, DateKey.Of(message.Article.Published?.Value), "");
        }
    }

    /// <summary>Takes what a revision said out of the ledger; the article keeps it.</summary>
    private void Supersede((long Row, string Id) article, string later, SupersededArticle before)
    {
        var stances = Stances("SELECT row, article, issue, holder, date, info FROM stances WHERE article = $article ORDER BY start, row", ("$article", article.Row));
        foreach (var issue in SqliteCommands.Rows(Prepare("SELECT DISTINCT i.row, i.id FROM states s JOIN issues i ON i.row = s.issue WHERE s.article = $article", ("$article", article.Row)), reader => (reader.GetInt64(0), reader.GetString(1))))
        {
            before.TakeState(issue.Item2, LatestState(issue.Item1)?.State);
        }
        foreach (var stance in stances)
        {
            Remove(stance, before.Take(stance.Stance));
        }
        Run("DELETE FROM statement_words WHERE rowid IN (SELECT row FROM statements WHERE article = $article)", ("$article", article.Row));
        Run("DELETE FROM statements WHERE article = $article", ("$article", article.Row));
        Run("DELETE FROM article_words WHERE rowid = $article", ("$article", article.Row));
        Run("DELETE FROM states WHERE article = $article", ("$article", article.Row));
        Run("DELETE FROM relations WHERE article = $article", ("$article", article.Row));
        Run("DELETE FROM classified WHERE article = $article", ("$article", article.Row));
        var info = Proto.ArticleInfo.Parser.ParseFrom((byte[])Prepare("SELECT info FROM articles WHERE row = $row", ("$row", article.Row)).ExecuteScalar()!);
        info.SupersededBy = later;
        Run(
            "UPDATE articles SET superseded = 1, waits = 0, info = $info, history = $history WHERE row = $row",
            ("$row", article.Row), ("$info", info.ToByteArray()), ("$history", SupersededArticle.Keep(stances.Select(stance => stance.Stance))));
    }

    private long WriteArticle(long row, StancesClassified message, bool isSuperseded = false)
    {
        var article = message.Article;
        if (row != 0)
        {
            Run("DELETE FROM statement_words WHERE rowid IN (SELECT row FROM statements WHERE article = $article)", ("$article", row));
            Run("DELETE FROM statements WHERE article = $article", ("$article", row));
            Run("DELETE FROM article_words WHERE rowid = $article", ("$article", row));
            // Everything that is known of it rests on the old statements: any classification counts as newer, and all issues are due again.
            Run("UPDATE classified SET version = 0 WHERE article = $article", ("$article", row));
        }

        row = Scalar(
            """
            INSERT INTO articles (id, publisher, date, language, engine_version, coding, accepted_at, waits, info, origin, report, story, work, edition)
            VALUES ($id, $publisher, $date, $language, $engine, $coding, $accepted, 0, $info, $origin, $report, $story, $work, $edition)
            ON CONFLICT (id) DO UPDATE SET publisher = excluded.publisher, date = excluded.date, language = excluded.language,
              engine_version = excluded.engine_version, coding = excluded.coding, info = excluded.info, origin = excluded.origin,
              report = excluded.report, story = excluded.story, work = excluded.work, edition = excluded.edition
            RETURNING row
            """,
            ("$origin", ReportChain.OriginOf(article)), ("$report", article.Provenance?.Report ?? ""), ("$story", article.Provenance?.Story ?? ""), ("$work", article.Provenance?.Work ?? ""), ("$edition", article.Provenance?.Edition ?? 0),
            ("$id", article.Id), ("$publisher", NameKey.Of(article.Publisher ?? "")), ("$date", DateKey.Of(article.Published?.Value)),
            ("$language", article.Language), ("$engine", article.EngineVersion), ("$coding", article.Coding?.Revision ?? 0), ("$accepted", message.AcceptedAt.UtcTicks),
            ("$info", article.ToArticleInfo(message.Url, message.AcceptedAt, 0).ToByteArray()));
        Run(
            "INSERT INTO payloads VALUES ($article, $url, $json) ON CONFLICT DO UPDATE SET url = excluded.url, json = excluded.json",
            ("$article", row), ("$url", (object?)message.Url ?? DBNull.Value), ("$json", ArticlePayload.Pack(article)));
        if (isSuperseded)
        {
            return row;
        }
        Run("INSERT INTO article_words (rowid, text) VALUES ($row, $text)", ("$row", row), ("$text", $"{article.Title}\n{article.Text}"));
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
            if (names && NameKey.Of(mention.Span.In(article.Text)) is { Length: > 0 } alias && alias != NameKey.Of(mention.Actor.Person ?? mention.Actor.Name)
                && EnsureActor(mention.Actor.ToProto()) is var actor && _aliases.Add((alias, actor)))
            {
                Run("INSERT OR IGNORE INTO aliases VALUES ($key, $actor)", ("$key", alias), ("$actor", actor));
            }
        }
    }

    private void WriteEffect(long? cause, long issue, bool added, Proto.Stance stance)
    {
        if (cause is { } version)
        {
            // A late answer to a change whose effects have gone adds none: they would be no more than a part of it.
            Run("INSERT INTO effects (version, issue, added, stance, at) SELECT $version, $issue, $added, $stance, $at WHERE $version > (SELECT version FROM effects_floor)",
                ("$version", version), ("$issue", issue), ("$added", added ? 1 : 0), ("$stance", stance.ToByteArray()), ("$at", now.UtcTicks));
        }
    }

    private void WriteStates(long article, long issue, string issueId, StancesClassified message, SupersededArticle revised)
    {
        var before = revised.StateOf(issueId) ?? LatestState(issue)?.State;
        Run("DELETE FROM states WHERE article = $article AND issue = $issue", ("$article", article), ("$issue", issue));
        foreach (var state in message.States.Where(state => state.IssueId == issueId))
        {
            Run(
                "INSERT INTO states (article, issue, state, date, start, confidence, info) VALUES ($article, $issue, $state, $date, $start, $confidence, $info)",
                ("$article", article), ("$issue", issue), ("$state", (int)state.State + 1), ("$date", DateKey.Of((state.Date ?? message.Article.Published)?.Value)),
                ("$start", state.Evidence.Start), ("$confidence", state.Confidence),
                ("$info", state.ToProto(message.Article.Id, message.Article.Publisher, message.CodebookVersion).ToByteArray()));
        }
        if (LatestState(issue) is { } after && after.State.State != before?.State)
        {
            Emit(new Proto.WatchEvent { StateChanged = after.State, PreviousState = before, Kinds = { Proto.EventKind.StateChanged } }, after.Date, "");
        }
    }

    private (Proto.IssueState State, string Date)? LatestState(long issue)
    {
        using var reader = Prepare(
            "SELECT info, date FROM states WHERE issue = $issue AND date < $undated ORDER BY date DESC, article DESC, start DESC, row DESC LIMIT 1",
            ("$issue", issue), ("$undated", DateKey.Undated)).ExecuteReader();
        return reader.Read() ? (Proto.IssueState.Parser.ParseFrom(reader.GetFieldValue<byte[]>(0)), reader.GetString(1)) : null;
    }

    private void WriteRelations(long article, StancesClassified message)
    {
        if (message.Relations is not { } relations)
        {
            return;
        }

        Run("DELETE FROM relations WHERE article = $article", ("$article", article));
        foreach (var relation in relations)
        {
            Run(
                """
                INSERT INTO relations (article, holder, target, represents, target_represents, label, date, start, confidence, info)
                VALUES ($article, $holder, $target, $represents, $target_represents, $label, $date, $start, $confidence, $info)
                """,
                ("$article", article), ("$holder", EnsureActor(relation.Holder.ToProto())), ("$target", EnsureActor(relation.Target.ToProto())),
                ("$represents", NameKey.Of(relation.Holder.Represents ?? "")), ("$target_represents", NameKey.Of(relation.Target.Represents ?? "")),
                ("$label", (int)relation.Label.ToProto()), ("$date", DateKey.Of((relation.Date ?? message.Article.Published)?.Value)), ("$start", relation.Evidence.Start),
                ("$confidence", relation.Confidence), ("$info", relation.ToProto(message.Article.Id, message.Article.Publisher).ToByteArray()));
        }
    }

    private void Add(
        long article, long issue, Proto.Stance stance, Proto.PartialDate? published, string context, IReadOnlySet<(long Holder, Proto.StanceLabel Label)> gone, bool isRevised)
    {
        var date = DateKey.Of(stance.Date, published);
        var holder = EnsureActor(stance.Holder);
        var change = new Proto.WatchEvent { StanceAdded = stance };
        if (isRevised)
        {
            change.Kinds.Add(Proto.EventKind.Revised);
        }
        else
        {
            Relate(change, issue, holder, date, gone);
        }
        var row = Scalar(
            """
            INSERT INTO stances (article, id, issue, holder, represents, label, conditional, confidence, date, start, statement, info)
            VALUES ($article, $id, $issue, $holder, $represents, $label, $conditional, $confidence, $date, $start, $statement, $info) RETURNING row
            """,
            ("$article", article), ("$id", stance.Id), ("$issue", issue), ("$holder", holder), ("$conditional", stance.Modality == Proto.StanceModality.Conditional ? 1 : 0),
            ("$represents", NameKey.Of(stance.Holder.Represents)), ("$label", (int)stance.Label), ("$confidence", stance.Confidence),
            ("$date", date), ("$start", stance.Evidence.Start), ("$statement", stance.StatementId),
            ("$info", stance.ToByteArray()));
        Run("INSERT INTO stance_words (rowid, text) VALUES ($row, $text)", ("$row", row), ("$text", stance.Evidence.Text + "\n" + context));
        Emit(change, date, context, 1, row, issue, holder);
    }

    private void Remove(StoredStance old, bool isRevised = false)
    {
        Run("DELETE FROM stance_words WHERE rowid = $row", ("$row", old.Row));
        Run("DELETE FROM stances WHERE row = $row", ("$row", old.Row));
        Emit(
            new Proto.WatchEvent { StanceRemoved = old.Stance, Kinds = { isRevised ? Proto.EventKind.Revised : Proto.EventKind.StanceRemoved } }, old.Date, StatementText(old.Article, old.Stance.StatementId),
            -1, old.Row, old.Issue, old.Holder);
    }

    /// <summary>
    /// What a stance that is about to be stored means next to the others of its holder on its issue. One that this very classification takes away has been seen:
    /// a changed codebook makes nobody speak for the first time again.
    /// </summary>
    private void Relate(Proto.WatchEvent change, long issue, long holder, string date, IReadOnlySet<(long Holder, Proto.StanceLabel Label)> gone)
    {
        var label = change.StanceAdded.Label;
        change.Kinds.Add(Proto.EventKind.NewStance);
        if (!gone.Any(old => old.Holder == holder) && Scalar("SELECT EXISTS (SELECT 1 FROM stances WHERE holder = $holder AND issue = $issue)", ("$holder", holder), ("$issue", issue)) == 0)
        {
            change.Kinds.Add(Proto.EventKind.FirstStatement);
        }
        if (label == Proto.StanceLabel.Oppose && !gone.Contains((holder, label)) && !Has(label, "", DateKey.Undated))
        {
            change.Kinds.Add(Proto.EventKind.NewOpponent);
        }
        if (date == DateKey.Undated || label == Proto.StanceLabel.Neutral)
        {
            return;
        }

        var days = DateKey.Days(DateKey.Number(date));
        var opposite = label == Proto.StanceLabel.Support ? Proto.StanceLabel.Oppose : Proto.StanceLabel.Support;
        if (Latest(date) is { } before && before.Label == opposite && DateKey.Days(DateKey.Number(before.Date)).Last < days.First)
        {
            change.Kinds.Add(Proto.EventKind.Reversal);
            change.Other = ReadStance(before.Row);
        }
        var low = Iso(days.First - ContradictionReader.DefaultWindowDays);
        var high = DateKey.Upper(Iso(days.Last + ContradictionReader.DefaultWindowDays));
        if (!Has(label, low, high) && Best(opposite, low, high) is { } against)
        {
            change.Kinds.Add(Proto.EventKind.ContradictionOpened);
            change.Other ??= ReadStance(against);
        }

        bool Has(Proto.StanceLabel wanted, string from, string to) =>
            Scalar(
                "SELECT EXISTS (SELECT 1 FROM stances WHERE holder = $holder AND issue = $issue AND label = $label AND date >= $from AND date <= $to)",
                ("$holder", holder), ("$issue", issue), ("$label", (int)wanted), ("$from", from), ("$to", to)) == 1;

        // Label by label, as the index has them: a holder may have thousands of stances on an issue, and nearly all with one label.
        (string Date, long Row, Proto.StanceLabel Label)? Latest(string day)
        {
            (string Date, long Row, Proto.StanceLabel Label)? latest = null;
            foreach (var one in new[] { Proto.StanceLabel.Support, Proto.StanceLabel.Oppose, Proto.StanceLabel.Neutral })
            {
                using var reader = Prepare(
                    "SELECT date, row FROM stances WHERE holder = $holder AND issue = $issue AND label = $label AND date < $date ORDER BY date DESC, row DESC LIMIT 1",
                    ("$holder", holder), ("$issue", issue), ("$label", (int)one), ("$date", day)).ExecuteReader();
                if (reader.Read() && (reader.GetString(0), reader.GetInt64(1)) is var (at, row)
                    && (latest is null || string.CompareOrdinal(at, latest.Value.Date) is var order && (order > 0 || (order == 0 && row > latest.Value.Row))))
                {
                    latest = (at, row, one);
                }
            }
            return latest;
        }

        long? Best(Proto.StanceLabel wanted, string from, string to) =>
            Prepare(
                "SELECT row FROM stances WHERE holder = $holder AND issue = $issue AND label = $label AND date >= $from AND date <= $to ORDER BY confidence DESC, row LIMIT 1",
                ("$holder", holder), ("$issue", issue), ("$label", (int)wanted), ("$from", from), ("$to", to)).ExecuteScalar() as long?;

        Proto.Stance ReadStance(long row) =>
            Proto.Stance.Parser.ParseFrom((byte[])Prepare("SELECT info FROM stances WHERE row = $row", ("$row", row)).ExecuteScalar()!);

        static string Iso(int day) => DateOnly.FromDayNumber(Math.Max(0, day)).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
    }

    private void Emit(Proto.WatchEvent change, string date, string context, int direction = 0, long stance = 0, long issue = 0, long holder = 0)
    {
        change.At = now.ToTimestamp();
        Run(
            "INSERT INTO events (event, date, context, at, change, stance, issue, holder) VALUES ($event, $date, $context, $at, $change, $stance, $issue, $holder)",
            ("$event", change.ToByteArray()), ("$date", date), ("$context", context), ("$at", now.UtcTicks), ("$change", direction), ("$stance", stance), ("$issue", issue), ("$holder", holder));
    }

    private long EnsureActor(Proto.Actor actor)
    {
        var name = LedgerActor.NameOf(actor);
        var key = (NameKey.Of(name), (Nlp.ActorType)((int)actor.Type - 1));
        if (!_actors.TryGetValue(key, out var row))
        {
            row = Scalar("SELECT row FROM actors WHERE key = $key AND type = $type", ("$key", key.Item1), ("$type", (int)actor.Type));
            if (row == 0)
            {
                row = Scalar(
                    "INSERT INTO actors (key, type, name, represents) VALUES ($key, $type, $name, '') RETURNING row",
                    ("$key", key.Item1), ("$type", (int)actor.Type), ("$name", name));
                Run("INSERT INTO actor_words (rowid, text) VALUES ($row, $text)", ("$row", row), ("$text", name));
            }
            _actors[key] = row;
        }
        // The article's own words for a known person still find the person.
        if (NameKey.Of(actor.Name) is { Length: > 0 } alias && alias != key.Item1 && _aliases.Add((alias, row)))
        {
            Run("INSERT OR IGNORE INTO aliases VALUES ($key, $actor)", ("$key", alias), ("$actor", row));
        }
        if (actor.Represents.Length > 0 && _represented.Add(row))
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

    private (long Row, string EngineVersion, long Coding, (string Work, int Edition, string Report) Groups) FindArticle(string id)
    {
        using var reader = Prepare("SELECT row, engine_version, coding, work, edition, report FROM articles WHERE id = $id", ("$id", id)).ExecuteReader();
        return reader.Read()
            ? (reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), (reader.GetString(3), reader.GetInt32(4), reader.GetString(5)))
            : (0, "", 0, ("", 0, ""));
    }

    private long? ClassifiedVersion(long article, long issue) =>
        Prepare("SELECT version FROM classified WHERE article = $article AND issue = $issue", ("$article", article), ("$issue", issue)).ExecuteScalar() as long?;

    private List<StoredStance> Stances(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        SqliteCommands.Rows(
            Prepare(sql, parameters),
            reader => new StoredStance(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetString(4),
                Proto.Stance.Parser.ParseFrom(reader.GetFieldValue<byte[]>(5))));

    private string StatementText(long article, string statementId) =>
        statementId.Length > 0
        && Prepare("SELECT info FROM statements WHERE article = $article AND id = $id", ("$article", article), ("$id", statementId)).ExecuteScalar() is byte[] info
            ? Proto.Statement.Parser.ParseFrom(info).Content.Text
            : "";

    private static string StatementText(ExtractedArticle article, string statementId) =>
        article.Statements.FirstOrDefault(statement => statement.Id == statementId)?.Content.Text ?? "";

    /// <summary>Everything that a stance says; its id, codebook version and classifier say when and by what it was found first.</summary>
    internal static Proto.Stance ContentOf(Proto.Stance stance)
    {
        var content = stance.Clone();
        content.Id = "";
        content.CodebookVersion = 0;
        content.Classifier = "";
        return content;
    }

    private int Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) => Prepare(sql, parameters).ExecuteNonQuery();

    private long Scalar(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        Prepare(sql, parameters).ExecuteScalar() as long? ?? 0;

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = SqliteCommands.Command(connection, sql, parameters);
            _commands[sql] = command;
            return command;
        }
        foreach (var (name, value) in parameters)
        {
            command.Parameters[name].Value = value;
        }
        return command;
    }

    private sealed record StoredStance(long Row, long Article, long Issue, long Holder, string Date, Proto.Stance Stance);
}
