using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Grpc.Core;
using Sikap.Cli.Feeds;

namespace Sikap.Cli;

/// <summary>The commands of <c>sikap</c> and the one place where failures become messages and exit codes.</summary>
internal static class CommandTree
{
    private const string ExitCodes = """
        Exit codes:
          0    done
          1    some items failed, the others were done
          2    wrong usage, or a file named on the command line is wrong
          3    the Gateway, a service behind it or a store cannot be reached
          4    the server answered with an error
          130  stopped by Ctrl+C
        """;

    /// <summary>Parses and runs a command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, TimeProvider time, CancellationToken cancellation)
    {
        var root = Create(terminal, time);
        // A reply file (@name) would read files that a search text happens to name.
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                terminal.Say($"sikap: {error.Message}");
            }

            terminal.Say($"See: {PathOf(parsed.CommandResult.Command)} --help");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false }, cancellation);
    }

    private static string PathOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "sikap";

    private static RootCommand Create(Terminal terminal, TimeProvider time)
    {
        var examples = new Examples();
        var gateway = new GatewayOptions(terminal, time);
        var root = new RootCommand("Who stands where on what, since when, according to whom, in which sentence.")
        {
            AnalyzeCommand.Create(terminal, examples),
            CleanCommand.Create(terminal, examples),
            SubmitCommand.Create(terminal, gateway, examples, time),
            StatusCommand.Create(terminal, gateway, examples),
            ListCommands.Statements(terminal, gateway, examples),
            ListCommands.Stances(terminal, gateway, examples),
            MatrixCommand.Create(terminal, gateway, examples),
            ListCommands.Timeline(terminal, gateway, examples),
            ActorsCommand.AddTo(ListCommands.Actors(terminal, gateway, examples), terminal, gateway, examples),
            ListCommands.Articles(terminal, gateway, examples),
            LedgerCommands.Changes(terminal, gateway, examples),
            LedgerCommands.States(terminal, gateway, examples),
            LedgerCommands.Relations(terminal, gateway, examples),
            LedgerCommands.Contradictions(terminal, gateway, examples),
            LedgerCommands.Reports(terminal, gateway, examples),
            LedgerCommands.Outlets(terminal, gateway, examples),
            LedgerCommands.Silence(terminal, gateway, examples),
            LedgerCommands.Search(terminal, gateway, examples),
            NetworkCommand.Create(terminal, gateway, examples),
            ExportCommands.Create(terminal, gateway, examples, time),
            ImportCommands.Create(terminal, gateway, examples, time),
            ArticleCommand.Create(terminal, gateway, examples),
            IdentityCommands.Revisions(terminal, gateway, examples),
            IdentityCommands.Clusters(terminal, gateway, examples),
            WatchCommand.Create(terminal, gateway, examples),
            IssuesCommand.Create(terminal, gateway, examples),
            DeadLettersCommand.Create(terminal, gateway, examples),
            FeedCommands.Create(terminal, gateway, examples, time),
            StoreCommand.Create(terminal, examples, time),
        };
        examples.Add(root,
            "sikap analyze --issues deploy/samples/issues.json --format text deploy/samples/articles/",
            "sikap submit deploy/samples/articles/ --wait",
            "sikap matrix",
            "sikap stances --issue nato-tokyo-office --label oppose");
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new HelpWithExamples((HelpAction)option.Action!, examples, terminal);
        }

        Guard(root, terminal);
        return root;
    }

    /// <summary>Wraps the action of every command so that a failure ends in one line on standard error and its exit code.</summary>
    private static void Guard(Command command, Terminal terminal)
    {
        foreach (var child in command.Subcommands)
        {
            Guard(child, terminal);
        }

        if (command.Action is AsynchronousCommandLineAction action)
        {
            command.SetAction((parsed, cancellation) => RunGuardedAsync(action, parsed, terminal, cancellation));
        }
    }

    private static async Task<int> RunGuardedAsync(AsynchronousCommandLineAction action, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            return await action.InvokeAsync(parsed, cancellation);
        }
        catch (CommandFailure failure)
        {
            terminal.Error.WriteLine($"sikap: {TerminalText.Lines(failure.Message)}");
            return failure.ExitCode;
        }
        catch (Exception exception) when (cancellation.IsCancellationRequested && exception is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            return ExitCode.Interrupted;
        }
    }

    /// <summary>Example command lines shown at the end of a command's help.</summary>
    internal sealed class Examples
    {
        private readonly Dictionary<Command, string[]> _lines = [];

        /// <summary>Sets the examples of <paramref name="command"/>.</summary>
        public void Add(Command command, params string[] lines) => _lines.Add(command, lines);

        /// <summary>The examples of <paramref name="command"/>.</summary>
        public string[] Of(Command command) => _lines.GetValueOrDefault(command, []);
    }

    private sealed class HelpWithExamples(HelpAction standard, Examples examples, Terminal terminal) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            standard.Invoke(parseResult);
            var command = parseResult.CommandResult.Command;
            if (examples.Of(command) is { Length: > 0 } lines)
            {
                terminal.Out.WriteLine("Examples:");
                foreach (var line in lines)
                {
                    terminal.Out.WriteLine($"  {line}");
                }

                terminal.Out.WriteLine();
            }

            if (command is RootCommand)
            {
                terminal.Out.WriteLine(ExitCodes);
            }

            return ExitCode.Ok;
        }
    }
}
