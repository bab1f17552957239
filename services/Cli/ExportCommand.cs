using System.CommandLine;
using Google.Protobuf;
using Grpc.Core;

namespace Sikap.Cli;

/// <summary>The <c>export</c> subcommands: a list as a file that can be read back.</summary>
internal static class ExportCommand
{
    public static Command Create(
        Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, string what, string description, Func<GatewayClient, CallOptions, Task<IMessage>> ask)
    {
        var format = new Option<string>("--format") { Description = "How to write it", DefaultValueFactory = _ => "yaml" };
        format.AcceptOnlyFromAmong("yaml", "json");
        var command = new Command("export", description) { format };
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var list = await client.GuardAsync(() => ask(client, client.Unary(cancellation)), cancellation);
            await terminal.Out.WriteAsync(CodebookFile.Write(list, parsed.GetValue(format) == "yaml"));
            return ExitCode.Ok;
        });
        examples.Add(command, $"sikap {what} export > {what}.yaml", $"sikap {what} export --format json > {what}.json");
        return command;
    }
}
