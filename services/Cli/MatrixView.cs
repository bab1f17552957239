using System.Globalization;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>The stance matrix for people: an overview of holders by issues, then for each issue the holders with the sentence that shows their position.</summary>
internal static class MatrixView
{
    /// <summary>Writes <paramref name="matrix"/>; says so when there is nothing in it.</summary>
    public static void Write(IAnsiConsole console, Matrix matrix)
    {
        // An issue nobody has a position on would only take width.
        var columns = matrix.Issues
            .SelectMany(issue => matrix.Rows.SelectMany(row => row.Cells).Where(cell => cell.IssueId == issue.Id).Select(cell => cell.Period).Distinct().Order(StringComparer.Ordinal)
                .Select(period => (Issue: issue, Period: period)))
            .ToList();
        if (columns.Count == 0)
        {
            Layout.Remark(console, "No stances found.");
            return;
        }

        WriteOverview(console, matrix, columns);
        foreach (var (i, issue) in columns.Select(column => column.Issue).Distinct().Index())
        {
            WriteIssue(console, matrix, issue, i + 1);
        }
    }

    // Titles in the head would leave columns a word wide: the columns have numbers, and each number its issue below.
    private static void WriteOverview(IAnsiConsole console, Matrix matrix, List<(Issue Issue, string Period)> columns)
    {
        var issues = columns.Select(column => column.Issue).Distinct().ToList();
        var table = Layout.Table(["Holder", .. columns.Select(column => string.Create(CultureInfo.InvariantCulture, $"{issues.IndexOf(column.Issue) + 1} {column.Period}").TrimEnd())]);
        foreach (var row in matrix.Rows)
        {
            var cells = columns.Select(column => row.Cells.FirstOrDefault(cell => cell.IssueId == column.Issue.Id && cell.Period == column.Period))
                .Select(cell => cell is null ? new Text("") : new Text(Signs(cell), Wording.StyleOf(cell.Prevailing)));
            table.AddRow([Layout.Cell(Wording.Of(row.Holder)), .. cells]);
        }

        console.Write(table);
        for (var i = 0; i < issues.Count; i++)
        {
            console.Write(Layout.Cell(string.Create(CultureInfo.InvariantCulture, $"  {i + 1}  {issues[i].Title}")));
            console.WriteLine();
        }

        Layout.Remark(console, "+ supports, - opposes, ~ neutral or undecided, with the number of stances found; the sentences follow.");
    }

    private static void WriteIssue(IAnsiConsole console, Matrix matrix, Issue issue, int number)
    {
        console.WriteLine();
        Layout.Heading(console, string.Create(CultureInfo.InvariantCulture, $"{number}  {issue.Title} ({issue.Id})"));
        Layout.Remark(console, $"Proposition: {issue.Proposition}");
        console.WriteLine();

        var held = matrix.Rows
            .SelectMany(row => row.Cells.Where(cell => cell.IssueId == issue.Id).Select(cell => (row.Holder, Cell: cell)))
            .OrderBy(pair => pair.Cell.Period, StringComparer.Ordinal)
            .ThenBy(pair => pair.Cell.Prevailing switch { StanceLabel.Oppose => 0, StanceLabel.Support => 1, _ => 2 })
            .ThenByDescending(pair => pair.Cell.Support + pair.Cell.Oppose + pair.Cell.Neutral);
        Layout.Entries(console, ["Holder", "Stance"], [.. held.Select(pair => new Entry(
            [(Wording.Of(pair.Holder), null), (Words(pair.Cell), Wording.StyleOf(pair.Cell.Prevailing))],
            pair.Cell.Best?.Evidence?.Text,
            pair.Cell.Period, pair.Cell.Reports > 1 ? Wording.Count(pair.Cell.Reports, "independent report") : "",
            pair.Cell.Best?.Publisher ?? "", Wording.Of(pair.Cell.Best?.Date), pair.Cell.Best is null ? "" : Wording.Of(pair.Cell.Best.Confidence)))]);
    }

    /// <summary>The prevailing label first, how often it was found, then the others: "oppose 3, neutral 1".</summary>
    private static string Words(MatrixCell cell) => string.Join(", ", Counts(cell).Select(pair => $"{Wording.Of(pair.Label)} {pair.Count}"));

    /// <summary>The same in signs: "-3 ~1".</summary>
    private static string Signs(MatrixCell cell) => string.Join(" ", Counts(cell).Select(pair => $"{SignOf(pair.Label)}{pair.Count}"));

    private static char SignOf(StanceLabel label) => label switch { StanceLabel.Support => '+', StanceLabel.Oppose => '-', _ => '~' };

    private static IEnumerable<(StanceLabel Label, int Count)> Counts(MatrixCell cell)
    {
        (StanceLabel Label, int Count)[] counts = [(StanceLabel.Support, cell.Support), (StanceLabel.Oppose, cell.Oppose), (StanceLabel.Neutral, cell.Neutral)];
        return counts
            .Where(pair => pair.Count > 0)
            .OrderByDescending(pair => pair.Label == cell.Prevailing)
            .ThenByDescending(pair => pair.Count);
    }
}
