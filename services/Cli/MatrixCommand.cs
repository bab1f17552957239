using System.CommandLine;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap matrix</c>.</summary>
internal static class MatrixCommand
{
    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var rollUp = new Option<bool>("--roll-up") { Description = "One row for everybody who speaks for the same country or organisation" };
        var reports = new Option<bool>("--reports") { Description = "Count independent reports: copies and rewrites of one agency's text once" };
        var period = new Option<string>("--by") { Description = "Cut time: year, quarter, month, week or day" };
        period.AcceptOnlyFromAmong("year", "quarter", "month", "week", "day");
        var command = ListCommands.Create(terminal, gateway, "matrix", "Who supports and who opposes what: holders by issues, with the sentence that shows each position.", "holder",
            parsed => new GetMatrixRequest
            {
                Filter = filter.Read(parsed),
                RollUp = parsed.GetValue(rollUp) ? RollUp.Represents : RollUp.Unspecified,
                CountReports = parsed.GetValue(reports),
                Period = Enum.TryParse<Period>(parsed.GetValue(period), ignoreCase: true, out var cut) ? cut : Period.Unspecified,
            },
            (client, request, options) => client.Query.GetMatrixAsync(request, options),
            answer => answer.Rows, MatrixView.Write,
            (answer, next) =>
            {
                answer.Issues.AddRange(next.Issues.Where(issue => answer.Issues.All(known => known.Id != issue.Id)).ToList());
                answer.Periods.AddRange(next.Periods.Except(answer.Periods).ToList());
            });
        command.Options.Add(rollUp);
        command.Options.Add(period);
        command.Options.Add(reports);
        filter.AddTo(command);
        examples.Add(command, "sikap matrix", "sikap matrix --issue nato-tokyo-office --reports", "sikap matrix --roll-up --by month", "sikap matrix --represents NATO --from 2023-07 --format json");
        return command;
    }
}
