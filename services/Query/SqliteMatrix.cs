using Microsoft.Data.Sqlite;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Holder by issue from the stances: one pass that counts, then the best evidence of each cell that is shown.</summary>
internal static class SqliteMatrix
{
    // Sums of confidences differ in their last bits with the order of the rows.
    private const double Tie = 1e-9;

    public static Proto.Matrix Read(SqliteConnection connection, SqliteFilter filter, int maxRows)
    {
        using var snapshot = connection.BeginTransaction(deferred: true);
        var rows = Count(connection, filter)
            .GroupBy(count => count.Holder)
            .Select(cells => (Holder: cells.Key, Cells: cells.ToList(), Stances: cells.Sum(cell => cell.Stances)))
            .OrderByDescending(row => row.Stances)
            .ToList();
        var matrix = new Proto.Matrix();
        var shown = new HashSet<long>();
        var issues = new List<Proto.Issue>();
        // Names decide between equal counts, so everybody level with the last row is read before the cut.
        var limit = rows.Count > maxRows ? rows[maxRows - 1].Stances : 0;
        var named = rows
            .TakeWhile(row => row.Stances >= limit)
            .Select(row => (row.Stances, row.Cells, row.Holder, Actor: Holder(connection, row.Holder)))
            .OrderByDescending(row => row.Stances).ThenBy(row => row.Actor.Name, StringComparer.Ordinal).ThenBy(row => row.Holder)
            .Take(maxRows);
        foreach (var (_, cells, holder, actor) in named)
        {
            var row = new Proto.MatrixRow { Holder = actor };
            shown.UnionWith(cells.Select(cell => cell.Issue));
            row.Cells.AddRange(cells.GroupBy(cell => cell.Issue)
                .Select(cell => Cell(connection, filter, holder, cell.Key, [.. cell]))
                .OrderBy(cell => cell.IssueId, StringComparer.Ordinal));
            matrix.Rows.Add(row);
        }

        foreach (var issue in shown)
        {
            using var command = SqliteReadModel.Command(connection, "SELECT info FROM issues WHERE row = $row", ("$row", issue));
            issues.Add(Proto.Issue.Parser.ParseFrom((byte[])command.ExecuteScalar()!));
        }
        matrix.Issues.AddRange(issues.OrderBy(issue => issue.Id, StringComparer.Ordinal));
        return matrix;
    }

    private static List<CellCount> Count(SqliteConnection connection, SqliteFilter filter)
    {
        using var command = SqliteReadModel.Command(
            connection,
            $"""
            SELECT t.holder, t.issue, t.label, count(*), sum(t.confidence), coalesce(max(nullif(t.date, $dateless)), '')
            FROM stances t WHERE {filter.Text} GROUP BY t.issue, t.holder, t.label
            """,
            ("$dateless", DateKey.Undated));
        filter.Bind(command);
        return SqliteReadModel.Rows(command, reader => new CellCount(
            reader.GetInt64(0), reader.GetInt64(1), (Proto.StanceLabel)reader.GetInt32(2), reader.GetInt32(3), reader.GetDouble(4), reader.GetString(5)));
    }

    private static Proto.MatrixCell Cell(SqliteConnection connection, SqliteFilter filter, long holder, long issue, List<CellCount> counts)
    {
        var prevailing = counts[0];
        foreach (var count in counts)
        {
            var lead = count.Confidence - prevailing.Confidence;
            if (lead > Tie || (Math.Abs(lead) <= Tie && string.CompareOrdinal(count.Latest, prevailing.Latest) > 0))
            {
                prevailing = count;
            }
        }

        using var command = SqliteReadModel.Command(
            connection,
            $"""
            SELECT t.info, i.id FROM stances t JOIN issues i ON i.row = t.issue
            WHERE t.holder = $cell_holder AND t.issue = $cell_issue AND t.label = $cell_label AND {filter.Text}
            ORDER BY t.confidence DESC, nullif(t.date, $dateless) DESC, t.id LIMIT 1
            """,
            ("$cell_holder", holder), ("$cell_issue", issue), ("$cell_label", (int)prevailing.Label), ("$dateless", DateKey.Undated));
        filter.Bind(command);
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

    private static Proto.Actor Holder(SqliteConnection connection, long row)
    {
        using var command = SqliteReadModel.Command(connection, "SELECT name, type, represents FROM actors WHERE row = $row", ("$row", row));
        using var reader = command.ExecuteReader();
        reader.Read();
        return SqliteReadModel.Actor(reader, 0);
    }

    private sealed record CellCount(long Holder, long Issue, Proto.StanceLabel Label, int Stances, double Confidence, string Latest);
}
