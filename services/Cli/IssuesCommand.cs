using System.CommandLine;
using Grpc.Core;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap issues</c>: the codebook. The subcommands about single issues; the others are in <see cref="CodebookCommands"/>.</summary>
internal static class IssuesCommand
{
    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var command = new Command("issues", "The codebook: the issues that stances are classified against.")
        {
            List(terminal, gateway, examples),
            Change(terminal, gateway, examples, "define", "Adds issues; articles already stored are classified against them.",
                (client, issue, options) => client.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = issue }, options)),
            Change(terminal, gateway, examples, "update", "Replaces title, proposition, terms and parent of issues.",
                (client, issue, options) => client.Codebook.UpdateIssueAsync(new UpdateIssueRequest { Issue = issue }, options)),
            Retire(terminal, gateway, examples),
            CodebookCommands.Import(terminal, gateway, examples),
            CodebookCommands.Merge(terminal, gateway, examples),
            CodebookCommands.Split(terminal, gateway, examples),
            CodebookCommands.History(terminal, gateway, examples),
            CodebookCommands.Replay(terminal, gateway, examples),
            CodebookCommands.Diff(terminal, gateway, examples),
            ExportCommand.Create(terminal, gateway, examples, "issues", "The issues in use as a file that import reads.",
                async (client, options) => await client.Codebook.ListIssuesAsync(new ListIssuesRequest(), options)),
        };
        examples.Add(command, "sikap issues list", "sikap issues define --file deploy/samples/issues.json");
        return command;
    }

    private static Command List(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var retired = new Option<bool>("--retired") { Description = "With those out of use" };
        var version = new Option<long>("--at-version") { Description = "The codebook as it stood at this version", HelpName = "version" };
        var format = new OutputFormat();
        var command = new Command("list", "The issues in use.") { retired, version };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var answer = await client.CallAsync(options => client.Codebook.ListIssuesAsync(new ListIssuesRequest { IncludeRetired = parsed.GetValue(retired), AtVersion = parsed.GetValue(version) }, options), cancellation);
            if (format.IsJson(parsed))
            {
                OutputFormat.Write(terminal, answer);
                return ExitCode.Ok;
            }

            var table = Layout.Table("Id", "Title", "Proposition", "Terms", "Part of");
            foreach (var issue in answer.Issues)
            {
                table.AddRow(Layout.Cell(issue.Retired ? $"{issue.Id} (retired)" : issue.Id), Layout.Cell(issue.Title), Layout.Cell(issue.Proposition), Layout.Cell(string.Join(", ", issue.Terms)), Layout.Cell(issue.ParentId));
            }

            if (answer.Issues.Count > 0)
            {
                terminal.Console.Write(table);
            }

            Layout.Remark(terminal.Console, $"{Wording.Count(answer.Issues.Count, "issue")}, codebook version {answer.CodebookVersion}");
            return ExitCode.Ok;
        });
        examples.Add(command, "sikap issues list", "sikap issues list --format json > issues.json");
        return command;
    }

    private static Command Change(
        Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, string name, string description, Func<GatewayClient, Issue, CallOptions, AsyncUnaryCall<Issue>> send)
    {
        var id = new Argument<string?>("id") { Description = "Lower-case letters, digits and hyphens; not with --file", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string>("--file", "-f") { Description = "YAML or JSON file with issues: {\"issues\": [{\"id\", \"title\", \"proposition\", \"terms\"}]}; - reads standard input", HelpName = "file" };
        var title = new Option<string>("--title") { Description = "Title for people; the id when absent" };
        var proposition = new Option<string>("--proposition") { Description = "The sentence one is for or against" };
        var terms = new Option<string[]>("--term") { Description = "Word or phrase that marks a passage as being about the issue; repeat it for more", DefaultValueFactory = _ => [] };
        var parent = new Option<string>("--parent") { Description = "Id of the wider issue it belongs to", HelpName = "id" };
        var format = new OutputFormat();
        var command = new Command(name, description) { id, file, title, proposition, terms, parent };
        format.AddTo(command);
        gateway.AddTo(command);
        command.Validators.Add(result =>
        {
            var byFile = result.GetValue(file) is not null;
            var byOptions = result.GetValue(id) is not null && result.GetValue(proposition) is not null;
            if (byFile == byOptions || (byFile && result.GetValue(id) is not null))
            {
                result.AddError($"issues {name} takes either --file FILE or an ID with --proposition.");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            IReadOnlyList<Issue> issues = parsed.GetValue(file) is { } path
                ? await TextFiles.ReadAsync(path, "issues", CodebookFile.Issues, terminal, cancellation)
                : [new Issue { Id = parsed.GetValue(id), Title = parsed.GetValue(title) ?? parsed.GetValue(id), Proposition = parsed.GetValue(proposition), Terms = { parsed.GetValue(terms) }, ParentId = parsed.GetValue(parent) ?? "" }];
            using var client = gateway.Connect(parsed);
            var failed = 0;
            foreach (var issue in issues)
            {
                try
                {
                    var stored = await client.CallAsync(options => send(client, issue, options), cancellation);
                    WriteChange(terminal, stored, format.IsJson(parsed), $"in use since codebook version {stored.Version}");
                }
                catch (CommandFailure failure) when (failure.ExitCode == ExitCode.Refused && issues.Count > 1)
                {
                    terminal.Say($"sikap: {issue.Id}: {failure.Message}");
                    failed++;
                }
            }

            return failed == 0 ? ExitCode.Ok : ExitCode.ItemsFailed;
        });
        examples.Add(command,
            $"sikap issues {name} --file deploy/samples/issues.json",
            $"sikap issues {name} fuel-price --title \"Harga BBM\" --proposition \"Harga BBM dinaikkan\" --term \"harga BBM\" --term subsidi");
        return command;
    }

    private static Command Retire(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var id = new Argument<string>("id") { Description = "Issue id" };
        var format = new OutputFormat();
        var command = new Command("retire", "Takes an issue out of use; its stances disappear from the answers.") { id };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var issue = await client.CallAsync(options => client.Codebook.RetireIssueAsync(new RetireIssueRequest { Id = parsed.GetRequiredValue(id) }, options), cancellation);
            WriteChange(terminal, issue, format.IsJson(parsed), $"retired with codebook version {issue.Version}");
            return ExitCode.Ok;
        });
        examples.Add(command, "sikap issues retire fuel-price");
        return command;
    }

    internal static void WriteChange(Terminal terminal, Issue issue, bool json, string change)
    {
        if (json)
        {
            OutputFormat.Write(terminal, issue);
        }
        else
        {
            terminal.Out.WriteLine(TerminalText.OneLine($"{issue.Id}: {change}"));
        }
    }
}
