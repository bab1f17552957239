using Microsoft.Data.Sqlite;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Holder by issue: first the holders with most stances, then their cells, then the best evidence of each.</summary>
internal static class SqliteMatrix
{
    public static Proto.Matrix Read(SqliteConnection connection, Proto.Filter filter, int maxCells)
    {
        using var snapshot = connection.BeginTransaction(deferred: true);
        var conditions = SqliteFilter.ForStances(connection, filter);
        var counts = Counts(filter, conditions);
        var holders = Holders(connection, counts, conditions, maxCells);
        var cells = Cells(connection, counts, conditions, holders.Keys).ToLookup(cell => cell.Holder);

        var matrix = new Proto.Matrix();
        var shown = new HashSet<long>();
        foreach (var (holder, actor) in holders)
        {
            var issues = cells[holder].GroupBy(cell => cell.Issue).ToList();
            maxCells -= issues.Count;
            if (maxCells < 0)
            {
                break;
            }
            shown.UnionWith(issues.Select(issue => issue.Key));
            var row = new Proto.MatrixRow { Holder = actor };
            row.Cells.AddRange(issues.Select(issue => Cell(connection, conditions, [.. issue])).OrderBy(cell => cell.IssueId, StringComparer.Ordinal));
            matrix.Rows.Add(row);
        }
        using var command = SqliteReadModel.Command(connection, $"SELECT info FROM issues WHERE row IN ({string.Join(',', shown)}) ORDER BY id");
        matrix.Issues.AddRange(SqliteReadModel.Rows(command, reader => Proto.Issue.Parser.ParseFrom(reader.GetFieldValue<byte[]>(0))));
        return matrix;
    }

    /// <summary>Rows of holder, issue, label, number, confidence and best: kept ones where the filter asks for nothing finer, else counted now.</summary>
    private static string Counts(Proto.Filter filter, SqliteFilter conditions)
    {
        var coarse = new Proto.Filter { IssueId = filter.IssueId, Actor = filter.Actor, Label = filter.Label };
        return filter.Equals(coarse)
            ? $"SELECT t.holder, t.issue, t.label, t.stances, t.confidence, t.best FROM cells t WHERE {conditions.Text}"
            : $"""
              SELECT t.holder, t.issue, t.label, count(*) AS stances, sum(cast(round(t.confidence * 1000000) AS INTEGER)) AS confidence, max(t.rank) AS best
              FROM stances t WHERE {conditions.Text} GROUP BY t.issue, t.holder, t.label
              """;
    }

    private static Dictionary<long, Proto.Actor> Holders(SqliteConnection connection, string counts, SqliteFilter conditions, int limit)
    {
        using var command = SqliteReadModel.Command(
            connection,
            $"""
            SELECT h.holder, a.name, a.type, a.represents
            FROM (SELECT holder, sum(stances) AS total FROM ({counts}) GROUP BY holder) h JOIN actors a ON a.row = h.holder
            ORDER BY h.total DESC, a.name, a.row LIMIT $limit
            """,
            ("$limit", limit));
        conditions.Bind(command);
        // Insertion order is kept: nothing is ever removed.
        return SqliteReadModel.Rows(command, reader => (reader.GetInt64(0), SqliteReadModel.Actor(reader, 1))).ToDictionary();
    }

    private static List<CellCount> Cells(SqliteConnection connection, string counts, SqliteFilter conditions, IEnumerable<long> holders)
    {
        using var command = SqliteReadModel.Command(connection, $"SELECT * FROM ({counts}) WHERE holder IN ({string.Join(',', holders)})");
        conditions.Bind(command);
        return SqliteReadModel.Rows(command, reader => new CellCount(
            reader.GetInt64(0), reader.GetInt64(1), (Proto.StanceLabel)reader.GetInt32(2), reader.GetInt32(3), reader.GetInt64(4), reader.GetInt64(5)));
    }

    private static Proto.MatrixCell Cell(SqliteConnection connection, SqliteFilter conditions, List<CellCount> counts)
    {
        var most = counts.Max(count => count.Confidence);
        var prevailing = counts.Where(count => count.Confidence == most).ToList() is [var only]
            ? only
            : counts.Where(count => count.Confidence == most).MaxBy(count => Latest(connection, conditions, count), StringComparer.Ordinal)!;

        using var command = SqliteReadModel.Command(
            connection,
            $"""
            SELECT t.info, i.id FROM stances t JOIN issues i ON i.row = t.issue
            WHERE t.issue = $cell_issue AND t.holder = $cell_holder AND t.label = $cell_label AND t.rank = $best AND {conditions.Text}
            ORDER BY t.id LIMIT 1
            """,
            ("$cell_issue", prevailing.Issue), ("$cell_holder", prevailing.Holder), ("$cell_label", (int)prevailing.Label), ("$best", prevailing.Best));
        conditions.Bind(command);
        using var reader = command.ExecuteReader();
        reader.Read();
        return new Proto.MatrixCell
        {
            IssueId = reader.GetString(1),
            Support = Of(Proto.StanceLabel.Support),
            Oppose = Of(Proto.StanceLabel.Oppose),
            Neutral = Of(Proto.StanceLabel.Neutral),
            Prevailing = prevailing.Label,
            Best = Proto.Stance.Parser.ParseFrom(reader.GetFieldValue<byte[]>(0)),
        };

        int Of(Proto.StanceLabel label) => counts.Where(count => count.Label == label).Sum(count => count.Stances);
    }

    private static string Latest(SqliteConnection connection, SqliteFilter conditions, CellCount count)
    {
        using var command = SqliteReadModel.Command(
            connection,
            $"""
            SELECT coalesce(max(nullif(t.date, $undated_key)), '') FROM stances t
            WHERE t.issue = $cell_issue AND t.holder = $cell_holder AND t.label = $cell_label AND {conditions.Text}
            """,
            ("$undated_key", DateKey.Undated), ("$cell_issue", count.Issue), ("$cell_holder", count.Holder), ("$cell_label", (int)count.Label));
        conditions.Bind(command);
        return (string)command.ExecuteScalar()!;
    }

    /// <param name="Holder">Row of the holder.</param>
    /// <param name="Issue">Row of the issue.</param>
    /// <param name="Label">The position.</param>
    /// <param name="Stances">How many stances.</param>
    /// <param name="Confidence">Sum of their confidences in millionths.</param>
    /// <param name="Best">Highest rank among them.</param>
    private sealed record CellCount(long Holder, long Issue, Proto.StanceLabel Label, int Stances, long Confidence, long Best);
}
