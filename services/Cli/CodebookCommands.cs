using System.CommandLine;
using Grpc.Core;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>The subcommands of <c>sikap issues</c> that change several issues at once or show what changes did.</summary>
internal static class CodebookCommands
{
    public static Command Import(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var file = new Argument<string>("file") { Description = "YAML or JSON file with issues, as export writes it; - reads standard input" };
        return Create(terminal, gateway, examples, "import", "Adds or replaces the issues of a file, all or none; those marked as retired end out of use.", [file],
            async (parsed, client, json, cancellation) =>
            {
                var issues = await TextFiles.ReadAsync(parsed.GetRequiredValue(file), "issues", CodebookFile.Issues, terminal, cancellation);
                var answer = await client.CallAsync(options => client.Codebook.ImportIssuesAsync(new ImportIssuesRequest { Issues = { issues } }, options), cancellation);
                WriteAll(terminal, answer.Issues, json);
            },
            "sikap issues import deploy/samples/issues.json", "sikap issues import issues.yaml && sikap issues replay");
    }

    public static Command Merge(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var sources = new Argument<string[]>("id") { Description = "Issues that end in the merge", Arity = ArgumentArity.OneOrMore };
        var into = new Option<string>("--into") { Description = "Id of the issue that takes their place, with their terms and narrower issues; a new one needs --proposition", HelpName = "id", Required = true };
        var title = new Option<string>("--title") { Description = "Title of the new issue; its id when absent" };
        var proposition = new Option<string>("--proposition") { Description = "The sentence one is for or against; absent = --into is in use and keeps its wording" };
        var terms = new Option<string[]>("--term") { Description = "Term besides those of the merged issues; repeat it for more", DefaultValueFactory = _ => [] };
        return Create(terminal, gateway, examples, "merge", "Puts one issue in the place of several; they are retired.", [sources, into, title, proposition, terms],
            async (parsed, client, json, cancellation) =>
            {
                var target = new Issue { Id = parsed.GetRequiredValue(into) };
                if (parsed.GetValue(proposition) is { } sentence)
                {
                    target.Proposition = sentence;
                    target.Title = parsed.GetValue(title) ?? target.Id;
                    target.Terms.AddRange(parsed.GetValue(terms));
                }
                else if (parsed.GetValue(title) is not null || parsed.GetValue(terms)!.Length > 0)
                {
                    throw new CommandFailure(ExitCode.Usage, "--title and --term need --proposition; without it the issue keeps its wording");
                }

                var answer = await client.CallAsync(
                    options => client.Codebook.MergeIssuesAsync(new MergeIssuesRequest { SourceIds = { parsed.GetRequiredValue(sources) }, Into = target }, options), cancellation);
                WriteAll(terminal, [answer.Issue], json);
            },
            "sikap issues merge toll-north toll-south --into toll-road", "sikap issues merge toll-north toll-south --into toll-road --proposition \"Jalan tol dibangun\" --term tol");
    }

    public static Command Split(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var id = new Argument<string>("id") { Description = "Issue that ends in the split" };
        var file = new Option<string>("--file", "-f") { Description = "YAML or JSON file with the issues that take its place; - reads standard input", HelpName = "file", Required = true };
        return Create(terminal, gateway, examples, "split", "Puts new issues in the place of one, which is retired.", [id, file],
            async (parsed, client, json, cancellation) =>
            {
                var parts = await TextFiles.ReadAsync(parsed.GetRequiredValue(file), "issues", CodebookFile.Issues, terminal, cancellation);
                var answer = await client.CallAsync(options => client.Codebook.SplitIssueAsync(new SplitIssueRequest { Id = parsed.GetRequiredValue(id), Parts = { parts } }, options), cancellation);
                WriteAll(terminal, answer.Parts, json);
            },
            "sikap issues split toll-road --file parts.yaml");
    }

    public static Command History(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var id = new Argument<string?>("id") { Description = "Issue id; absent = the whole codebook", Arity = ArgumentArity.ZeroOrOne };
        var limit = new Option<int>("--limit", "-n") { Description = "Most changes to show, 1 to 1000", HelpName = "number", DefaultValueFactory = _ => 50 };
        return Create(terminal, gateway, examples, "history", "What was changed when, newest first.", [id, limit],
            async (parsed, client, json, cancellation) =>
            {
                var answer = await client.CallAsync(
                    options => client.Codebook.ListIssueHistoryAsync(new ListIssueHistoryRequest { IssueId = parsed.GetValue(id) ?? "", PageSize = parsed.GetValue(limit) }, options), cancellation);
                if (json)
                {
                    OutputFormat.Write(terminal, answer);
                    return;
                }

                var table = Layout.Table("Version", "When", "Change", "Id", "Proposition", "Terms");
                foreach (var revision in answer.Revisions)
                {
                    var issue = revision.Issue;
                    table.AddRow(
                        Layout.Number(issue.Version),
                        Layout.Cell(issue.ChangedAt?.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture) ?? ""),
                        Layout.Cell(revision.Kind.ToString().ToLowerInvariant() + (issue.ReplacedBy.Count > 0 ? $" into {string.Join(", ", issue.ReplacedBy)}" : "")),
                        Layout.Cell(issue.ParentId.Length > 0 ? $"{issue.Id} (part of {issue.ParentId})" : issue.Id),
                        Layout.Cell(issue.Proposition),
                        Layout.Cell(string.Join(", ", issue.Terms)));
                }

                terminal.Console.Write(table);
                Layout.Remark(terminal.Console, Wording.Count(answer.Revisions.Count, "change") + (answer.NextBeforeVersion > 0 ? "; --limit shows more" : ""));
            },
            "sikap issues history", "sikap issues history nato-tokyo-office");
    }

    public static Command Replay(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples) =>
        Create(terminal, gateway, examples, "replay", "Waits until the stored articles are classified against the codebook as it is now, and shows how far it has come.", [],
            async (_, client, json, cancellation) =>
            {
                var version = (await client.CallAsync(options => client.Codebook.ListIssuesAsync(new ListIssuesRequest(), options), cancellation)).CodebookVersion;
                await client.GuardAsync(async () =>
                {
                    using var call = client.Query.WatchReplay(new WatchReplayRequest { CodebookVersion = version }, cancellationToken: cancellation);
                    await foreach (var progress in call.ResponseStream.ReadAllAsync(cancellation))
                    {
                        if (json)
                        {
                            OutputFormat.Write(terminal, progress);
                        }
                        else
                        {
                            terminal.Out.WriteLine(progress.Complete
                                ? $"codebook version {progress.CodebookVersion}: no article waits"
                                : $"codebook version {progress.CodebookVersion} of {version}: {progress.Waiting} of {Wording.Count(progress.Concerned, "article")} wait");
                        }
                    }

                    return true;
                }, cancellation);
            },
            "sikap issues replay");

    public static Command Diff(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var from = new Option<long>("--from") { Description = "Codebook version before the changes", HelpName = "version", Required = true };
        var to = new Option<long>("--to") { Description = "Codebook version after them; absent = the newest", HelpName = "version" };
        var issue = new Option<string>("--issue", "-i") { Description = "Of one issue only", HelpName = "id" };
        var limit = new Option<int>("--limit", "-n") { Description = "Most lines to show, 1 to 1000", HelpName = "number", DefaultValueFactory = _ => 50 };
        return Create(terminal, gateway, examples, "diff", "What changes of the codebook did to the stances of articles that were stored before: added, removed, changed.", [from, to, issue, limit],
            async (parsed, client, json, cancellation) =>
            {
                var request = new GetStanceDiffRequest { FromVersion = parsed.GetValue(from), ToVersion = parsed.GetValue(to), IssueId = parsed.GetValue(issue) ?? "", Limit = parsed.GetValue(limit) };
                var diff = await client.CallAsync(options => client.Query.GetStanceDiffAsync(request, options), cancellation);
                if (json)
                {
                    OutputFormat.Write(terminal, diff);
                    return;
                }

                if (diff.Entries.Count > 0)
                {
                    Layout.Entries(terminal.Console, ["Change", "Holder", "Stance", "Issue"], [.. diff.Entries.Select(Show)]);
                }

                Layout.Remark(terminal.Console, $"versions {diff.FromVersion} to {diff.ToVersion}: {diff.Added} added, {diff.Removed} removed, {diff.Changed} changed"
                    + (diff.Waiting > 0 ? $"; {Wording.Count(diff.Waiting, "article")} still to be classified" : ""));
            },
            "sikap issues diff --from 3", "sikap issues diff --from 3 --to 5 --issue nato-tokyo-office --format json");
    }

    private static Entry Show(StanceChange change)
    {
        var stance = change.After ?? change.Before;
        var kind = change.Before is null ? "added" : change.After is null ? "removed" : "changed";
        var label = kind == "changed" && change.Before!.Label != stance.Label ? $"{Wording.Of(change.Before.Label)} > {Wording.Of(stance.Label)}" : Wording.Of(stance.Label);
        return new Entry([(kind, null), (Wording.Of(stance.Holder), null), (label, Wording.StyleOf(stance.Label)), (stance.IssueId, null)],
            stance.Evidence?.Text, stance.Publisher, stance.Why, $"article {stance.ArticleId}");
    }

    private static void WriteAll(Terminal terminal, IEnumerable<Issue> issues, bool json)
    {
        foreach (var issue in issues)
        {
            IssuesCommand.WriteChange(terminal, issue, json, $"{(issue.Retired ? "retired" : "in use")} since codebook version {issue.Version}");
        }
    }

    private static Command Create(
        Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, string name, string description, IEnumerable<Symbol> symbols,
        Func<ParseResult, GatewayClient, bool, CancellationToken, Task> run, params string[] lines)
    {
        var format = new OutputFormat();
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            await run(parsed, client, format.IsJson(parsed), cancellation);
            return ExitCode.Ok;
        });
        examples.Add(command, lines);
        return command;
    }
}
