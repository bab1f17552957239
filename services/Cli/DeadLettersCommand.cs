using System.CommandLine;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap dead-letters list|show|retry|drop</c>: messages that no stage could process.</summary>
internal static class DeadLettersCommand
{
    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var command = new Command("dead-letters", "Messages that no stage could process, for operators: look, put back, remove.")
        {
            List(terminal, gateway, examples),
            Show(terminal, gateway, examples),
            Move(terminal, gateway, examples, "retry", "Puts messages back into their queue. A message that was processed after all changes nothing the second time.", "put back",
                (client, request, options) => client.RetryDeadLettersAsync(request, options)),
            Move(terminal, gateway, examples, "drop", "Removes messages for good. Their articles stay stored and failed.", "removed",
                (client, request, options) => client.DropDeadLettersAsync(request, options)),
        };
        examples.Add(command, "sikap dead-letters list", "sikap dead-letters retry --queue article-ingested");
        return command;
    }

    private static Command List(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var queue = Queue("Only those of this queue");
        var limit = new Option<int>("--limit") { Description = "Most messages of a queue to show, up to 1000", HelpName = "count", DefaultValueFactory = _ => 100 };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_000)
            {
                result.AddError("--limit takes a number from 1 to 1000.");
            }
        });
        var format = new OutputFormat();
        var command = new Command("list", "Which messages lie in the error queues, and why.") { queue, limit };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var request = new ListDeadLettersRequest { Queue = parsed.GetValue(queue) ?? "", Limit = parsed.GetValue(limit) };
            var answer = await client.CallAsync(options => client.DeadLetters.ListDeadLettersAsync(request, options), cancellation);
            if (format.IsJson(parsed))
            {
                OutputFormat.Write(terminal, answer);
                return ExitCode.Ok;
            }

            var table = Layout.Table("Id", "Queue", "Article", "Failed", "Why");
            foreach (var letter in answer.Letters)
            {
                table.AddRow(
                    Layout.Cell(letter.Id),
                    Layout.Cell(letter.Queue),
                    Layout.Cell(letter.ArticleId.Length > 12 ? letter.ArticleId[..12] : letter.ArticleId),
                    Layout.Cell(letter.FailedAt?.ToDateTime().ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) ?? ""),
                    Layout.Cell(letter.Reason.Length > 0 ? letter.Reason : letter.ErrorType));
            }

            if (answer.Letters.Count > 0)
            {
                terminal.Console.Write(table);
            }

            var full = answer.Queues.Where(counted => counted.Messages > 0).Select(counted => $"{counted.Messages} in {counted.Name}").ToList();
            Layout.Remark(terminal.Console, full.Count == 0 ? "No dead letters." : string.Join(", ", full));
            return ExitCode.Ok;
        });
        examples.Add(command, "sikap dead-letters list", "sikap dead-letters list --queue article-ingested --format json");
        return command;
    }

    private static Command Show(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var id = new Argument<string>("id") { Description = "Id of the message, as list prints it" };
        var format = new OutputFormat();
        var command = new Command("show", "One message with its reason and its whole body.") { id };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var letter = await client.CallAsync(options => client.DeadLetters.GetDeadLetterAsync(new GetDeadLetterRequest { Id = parsed.GetValue(id) }, options), cancellation);
            if (format.IsJson(parsed))
            {
                OutputFormat.Write(terminal, letter);
                return ExitCode.Ok;
            }

            foreach (var (what, value) in new[] { ("Id", letter.Id), ("Queue", letter.Queue), ("Message", letter.MessageType), ("Article", letter.ArticleId), ("Error", letter.ErrorType), ("Reason", letter.Reason) })
            {
                terminal.Out.WriteLine($"{what + ":",-9} {TerminalText.OneLine(value)}");
            }

            terminal.Out.WriteLine();
            terminal.Out.WriteLine(TerminalText.Lines(letter.Body));
            return ExitCode.Ok;
        });
        examples.Add(command, "sikap dead-letters show 0f7c9f4e-0000-0000-0000-000000000000");
        return command;
    }

    private static Command Move(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, string name, string description, string done,
        Func<DeadLetterService.DeadLetterServiceClient, SelectDeadLettersRequest, Grpc.Core.CallOptions, Grpc.Core.AsyncUnaryCall<MovedDeadLetters>> call)
    {
        var ids = new Argument<string[]>("id") { Description = "Ids of the messages, as list prints them; with --queue alone all of that queue", Arity = ArgumentArity.ZeroOrMore };
        var queue = Queue("Only messages of this queue");
        var format = new OutputFormat();
        var command = new Command(name, description) { ids, queue };
        format.AddTo(command);
        gateway.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(ids) is not { Length: > 0 } && result.GetValue(queue) is null)
            {
                result.AddError($"dead-letters {name} takes ids, or --queue for all messages of a queue.");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var request = new SelectDeadLettersRequest { Queue = parsed.GetValue(queue) ?? "" };
            request.Ids.AddRange(parsed.GetValue(ids) ?? []);
            var answer = await client.CallAsync(options => call(client.DeadLetters, request, options), cancellation);
            if (format.IsJson(parsed))
            {
                OutputFormat.Write(terminal, answer);
            }
            else
            {
                Layout.Remark(terminal.Console, $"{Wording.Count((int)answer.Moved, "message")} {done}.");
            }

            var missing = request.Ids.Distinct(StringComparer.Ordinal).Count() - answer.Moved;
            if (missing <= 0)
            {
                return ExitCode.Ok;
            }

            terminal.Say($"{missing} of the ids {(missing == 1 ? "is" : "are")} of no dead letter{(request.Queue.Length > 0 ? $" of {request.Queue}" : "")}: put back or removed meanwhile, or mistyped.");
            return ExitCode.ItemsFailed;
        });
        examples.Add(command, $"sikap dead-letters {name} --queue article-ingested", $"sikap dead-letters {name} 0f7c9f4e-0000-0000-0000-000000000000");
        return command;
    }

    private static Option<string> Queue(string description) => new("--queue") { Description = description, HelpName = "queue" };
}
