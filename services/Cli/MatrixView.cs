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
        var issues = matrix.Issues.Where(issue => matrix.Rows.Any(row => Find(row, issue) is not null)).ToList();
        if (issues.Count == 0)
        {
            Layout.Remark(console, "No stances found.");
            return;
        }

        WriteOverview(console, matrix, issues);
        foreach (var issue in issues)
        {
            WriteIssue(console, matrix, issue);
        }
    }

    private static void WriteOverview(IAnsiConsole console, Matrix matrix, List<Issue> issues)
    {
        var table = Layout.Table(["Holder", .. issues.Select(issue => TerminalText.OneLine(issue.Title.Length > 0 ? issue.Title : issue.Id))]);
        foreach (var row in matrix.Rows)
        {
            var cells = issues.Select(issue => Find(row, issue)).Select(cell => cell is null
                ? new Text("")
                : new Text(Counts(cell), Wording.StyleOf(cell.Prevailing)));
            table.AddRow([Layout.Cell(Wording.Of(row.Holder)), .. cells]);
        }

        console.Write(table);
    }

    private static void WriteIssue(IAnsiConsole console, Matrix matrix, Issue issue)
    {
        console.WriteLine();
        Layout.Heading(console, $"{issue.Title} ({issue.Id})");
        Layout.Remark(console, $"Proposition: {issue.Proposition}");
        console.WriteLine();

        var held = matrix.Rows
            .Select(row => (row.Holder, Cell: Find(row, issue)))
            .Where(pair => pair.Cell is not null)
            .OrderBy(pair => pair.Cell!.Prevailing switch { StanceLabel.Oppose => 0, StanceLabel.Support => 1, _ => 2 })
            .ThenByDescending(pair => pair.Cell!.Support + pair.Cell.Oppose + pair.Cell.Neutral);
        Layout.Entries(console, ["Holder", "Stance"], [.. held.Select(pair => new Entry(
            [(Wording.Of(pair.Holder), null), (Counts(pair.Cell!), Wording.StyleOf(pair.Cell!.Prevailing))],
            pair.Cell.Best?.Evidence?.Text,
            pair.Cell.Best?.Publisher ?? "", Wording.Of(pair.Cell.Best?.Date), pair.Cell.Best is null ? "" : Wording.Of(pair.Cell.Best.Confidence)))]);
    }

    /// <summary>The prevailing label first, how often it was found, then the others: "oppose 3, neutral 1".</summary>
    internal static string Counts(MatrixCell cell)
    {
        (StanceLabel Label, int Count)[] counts = [ (StanceLabel.Support, cell.Support), (StanceLabel.Oppose, cell.Oppose), (StanceLabel.Neutral, cell.Neutral)];
        return string.Join(", ", counts
            .Where(pair => pair.Count > 0)
            .OrderByDescending(pair => pair.Label == cell.Prevailing)
            .ThenByDescending(pair => pair.Count)
            .Select(pair => $"{Wording.Of(pair.Label)} {pair.Count}"));
    }

    private static MatrixCell? Find(MatrixRow row, Issue issue) => row.Cells.FirstOrDefault(cell => cell.IssueId == issue.Id);
}
