using System.Globalization;
using Microsoft.Data.Sqlite;
using Sikap.Nlp;
using static Sikap.ServiceDefaults.SqliteCommands;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Turns a filter into conditions on the rows of one table. Values travel as parameters, never in the text.</summary>
internal sealed class SqliteFilter
{
    private readonly List<string> _conditions = [];
    private readonly List<(string Name, object Value)> _parameters = [];
    private readonly string _actors;
    // Where words are all that is asked for, their own index counts them without a look at the rows.
    private string? _wordCount;

    /// <summary>Filters nothing.</summary>
    public SqliteFilter()
        : this("")
    {
    }

    private SqliteFilter(string actors) => _actors = actors;

    private SqliteFilter(SqliteConnection connection, Proto.Filter filter)
        : this(filter.Actor.Length > 0 ? ActorRows(connection, filter.Actor) : "")
    {
    }

    /// <summary>Conditions on <c>states t</c>.</summary>
    public static SqliteFilter ForStates(Proto.Filter filter, IReadOnlyList<Proto.ProposalState> states)
    {
        var result = new SqliteFilter();
        result.AddArticle(filter);
        result.AddDates(filter);
        result.AddStance(new Proto.Filter { IssueId = filter.IssueId, MinConfidence = filter.MinConfidence }, "t");
        if (states.Count > 0)
        {
            result.Add($"t.state IN ({string.Join(',', states.Select(state => (int)state))})");
        }
        return result;
    }

    /// <summary>Conditions on <c>relations t</c>.</summary>
    public static SqliteFilter ForRelations(SqliteConnection connection, Proto.Filter filter, string target)
    {
        var result = new SqliteFilter(connection, filter);
        result.AddArticle(filter);
        result.AddDates(filter);
        if (filter.Label != Proto.StanceLabel.Unspecified)
        {
            result.Add("t.label = $label", ("$label", (int)filter.Label));
        }
        result.AddContent(new Proto.Filter { Actor = filter.Actor, Represents = filter.Represents, MinConfidence = filter.MinConfidence }, "t", "holder", "");
        if (target.Length > 0)
        {
            result.Add($"(t.target {ActorRows(connection, target)} OR t.target_represents = $target)", ("$target", NameKey.Of(target)));
        }
        return result;
    }

    /// <summary>Conditions on <c>statements t</c>; issue and label ask for a stance that rests on the statement.</summary>
    public static SqliteFilter ForStatements(SqliteConnection connection, Proto.Filter filter)
    {
        var result = new SqliteFilter(connection, filter);
        result.AddArticle(filter);
        result.AddStatement(filter, "t");
        result.AddDates(filter);
        if (AsksForStance(filter))
        {
            var stance = new Proto.Filter { IssueId = filter.IssueId, Label = filter.Label };
            result._conditions.Add($"EXISTS (SELECT 1 FROM stances s WHERE s.article = t.article AND s.statement = t.id AND {result.Nested(stance)})");
        }
        return result;
    }

    /// <summary>Conditions on <c>articles t</c>: those with a matching stance, or, where neither issue nor label is asked for, a matching statement.</summary>
    public static SqliteFilter ForArticles(SqliteConnection connection, Proto.Filter filter)
    {
        var result = new SqliteFilter(connection, filter);
        result.AddDates(filter);
        if (filter.Publisher.Length > 0)
        {
            result.Add("t.publisher = $publisher", ("$publisher", NameKey.Of(filter.Publisher)));
        }
        if (Groups(filter) is { Length: > 0 } groups)
        {
            result.Add(groups, GroupsOf(filter));
        }
        if (filter.ArticleId.Length > 0)
        {
            result.Add("t.id = $article", ("$article", filter.ArticleId));
        }
        else
        {
            result.Add("t.superseded = 0");
        }
        if (AsksForStance(filter) || AsksForContent(filter))
        {
            var stance = result.Nested(filter);
            var inner = new SqliteFilter(result._actors);
            inner.AddStatement(filter, "m");
            result._conditions.Add(
                AsksForStance(filter) ? $"EXISTS (SELECT 1 FROM stances s WHERE s.article = t.row AND {stance})"
                // An actor or a word leads to few rows, which are found first; everything else is looked for in each article.
                : filter.Actor.Length > 0 || filter.Text.Length > 0 ? $"t.row IN (SELECT s.article FROM stances s WHERE {stance} UNION SELECT m.article FROM statements m WHERE {inner.Text})"
                : $"(EXISTS (SELECT 1 FROM stances s WHERE s.article = t.row AND {stance}) OR EXISTS (SELECT 1 FROM statements m WHERE m.article = t.row AND {inner.Text}))");
        }
        return result;
    }

    /// <summary>Counts what the conditions take in <paramref name="table"/>.</summary>
    public string Count(string table) => _conditions.Count == 1 && _wordCount is { } words ? words : $"SELECT count(*) FROM {table} WHERE {Text}";

    /// <summary>The conditions, joined; never empty.</summary>
    public string Text => _conditions.Count == 0 ? "1" : string.Join(" AND ", _conditions);

    /// <summary>Adds one more condition.</summary>
    public SqliteFilter Add(string condition, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        _conditions.Add(condition);
        foreach (var parameter in parameters)
        {
            _parameters.Add(parameter);
        }
        return this;
    }

    /// <summary>Binds the values.</summary>
    public void Bind(SqliteCommand command)
    {
        foreach (var (name, value) in _parameters)
        {
            if (!command.Parameters.Contains(name))
            {
                command.Parameters.AddWithValue(name, value);
            }
        }
    }

    /// <summary>True when only stances have what is asked for, not statements.</summary>
    public static bool AsksForStance(Proto.Filter filter) => filter.IssueId.Length > 0 || filter.Label != Proto.StanceLabel.Unspecified;

    /// <summary>A condition on <c>articles</c> that asks for its groups; empty where none is asked for.</summary>
    public static string Groups(Proto.Filter filter) => string.Join(
        " AND ", new[] { filter.ReportId.Length > 0 ? "report = $report" : "", filter.StoryId.Length > 0 ? "story = $story" : "" }.Where(condition => condition.Length > 0));

    /// <summary>Values for <see cref="Groups"/>.</summary>
    public static (string Name, object Value)[] GroupsOf(Proto.Filter filter) => [("$report", filter.ReportId), ("$story", filter.StoryId)];

    private static bool AsksForContent(Proto.Filter filter) =>
        filter.Actor.Length > 0 || filter.Represents.Length > 0 || filter.Text.Length > 0 || filter.MinConfidence > 0;

    /// <summary>Rows of the actors that a name means.</summary>
    public static List<long> FindActors(SqliteConnection connection, string actor)
    {
        using var command = Command(
            connection,
            """
            SELECT row FROM actors WHERE key = $actor
            UNION SELECT row FROM actors WHERE key = $country AND type = $type
            UNION SELECT actor FROM aliases WHERE key = $actor
            UNION SELECT rowid FROM actor_words WHERE actor_words MATCH $match
            """,
            ("$actor", NameKey.Of(actor)), ("$country", NameKey.Of(CountryNames.Find(actor) ?? actor)), ("$type", (int)Proto.ActorType.Country), ("$match", Match(actor)));
        return Rows(command, reader => reader.GetInt64(0));
    }

    /// <summary>A full-text expression that asks for every word.</summary>
    public static string Match(string text) => string.Join(' ', NameKey.Words(text).Select(word => $"\"{word}\""));

    /// <summary>
    /// A condition on the rows of an actor. They are looked up beforehand: the index that gives the order of a list serves one actor, and can only be chosen when it is known to be one.
    /// </summary>
    private static string ActorRows(SqliteConnection connection, string actor)
    {
        var rows = FindActors(connection, actor);
        return rows.Count == 1 ? string.Create(CultureInfo.InvariantCulture, $"= {rows[0]}") : $"IN ({string.Join(',', rows)})";
    }

    private string Nested(Proto.Filter filter)
    {
        var inner = new SqliteFilter(_actors);
        inner.AddStance(filter, "s");
        _parameters.AddRange(inner._parameters);
        return inner.Text;
    }

    private void AddArticle(Proto.Filter filter)
    {
        if (filter.ArticleId.Length > 0)
        {
            Add("t.article = (SELECT row FROM articles WHERE id = $article)", ("$article", filter.ArticleId));
        }
        if (filter.Publisher.Length > 0)
        {
            Add("t.article IN (SELECT row FROM articles WHERE publisher = $publisher)", ("$publisher", NameKey.Of(filter.Publisher)));
        }
        if (Groups(filter) is { Length: > 0 } groups)
        {
            Add($"t.article IN (SELECT row FROM articles WHERE {groups})", GroupsOf(filter));
        }
    }

    private void AddStance(Proto.Filter filter, string alias)
    {
        if (filter.IssueId.Length > 0)
        {
            Add($"{alias}.issue = (SELECT row FROM issues WHERE id = $issue)", ("$issue", filter.IssueId));
        }
        if (filter.Label != Proto.StanceLabel.Unspecified)
        {
            Add($"{alias}.label = $label", ("$label", (int)filter.Label));
        }
        AddContent(filter, alias, "holder", "stance_words");
    }

    private void AddStatement(Proto.Filter filter, string alias) => AddContent(filter, alias, "speaker", "statement_words");

    private void AddContent(Proto.Filter filter, string alias, string actorColumn, string wordTable)
    {
        if (filter.Actor.Length > 0)
        {
            Add($"{alias}.{actorColumn} {_actors}");
        }
        if (filter.Represents.Length > 0)
        {
            Add($"{alias}.represents = $represents", ("$represents", NameKey.OfRepresented(filter.Represents)));
        }
        if (filter.MinConfidence > 0)
        {
            Add($"{alias}.confidence >= $confidence", ("$confidence", filter.MinConfidence));
        }
        if (filter.Text.Length > 0)
        {
            Add($"{alias}.row IN (SELECT rowid FROM {wordTable} WHERE {wordTable} MATCH $text)", ("$text", Match(filter.Text)));
            _wordCount = $"SELECT count(*) FROM {wordTable} WHERE {wordTable} MATCH $text";
        }
    }

    private void AddDates(Proto.Filter filter)
    {
        if (filter.FromDate.Length > 0)
        {
            // A date known to the month or year only may lie behind the bound, see DateKey.InRange.
            var from = filter.FromDate;
            Add("(t.date >= $from OR t.date = $from_month OR t.date = $from_year)",
                ("$from", from), ("$from_month", from[..Math.Min(7, from.Length)]), ("$from_year", from[..Math.Min(4, from.Length)]));
        }
        if (filter.ToDate.Length > 0)
        {
            Add("t.date <= $to", ("$to", DateKey.Upper(filter.ToDate)));
        }
        if (filter.FromDate.Length > 0 || filter.ToDate.Length > 0)
        {
            Add("t.date < $undated", ("$undated", DateKey.Undated));
        }
    }
}
