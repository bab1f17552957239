using System.CommandLine;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap matrix</c>.</summary>
internal static class MatrixCommand
{
    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var format = new OutputFormat();
        var command = new Command("matrix", "Who supports and who opposes what: holders by issues, with the sentence that shows each position.");
        filter.AddTo(command);
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var matrix = await client.CallAsync(options => client.Query.GetMatrixAsync(new GetMatrixRequest { Filter = filter.Read(parsed) }, options), cancellation);
            if (format.IsJson(parsed))
            {
                OutputFormat.Write(terminal, matrix);
            }
            else
            {
                MatrixView.Write(terminal.Console, matrix);
            }

            return ExitCode.Ok;
        });
        examples.Add(command, "sikap matrix", "sikap matrix --issue nato-tokyo-office", "sikap matrix --represents NATO --from 2023-07 --format json");
        return command;
    }
}
