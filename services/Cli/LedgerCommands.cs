using System.CommandLine;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>The questions over many stances: <c>changes</c>, <c>states</c>, <c>contradictions</c>, <c>reports</c>, <c>outlets</c>, <c>silence</c>, <c>search</c>.</summary>
internal static class LedgerCommands
{
    public static Command Changes(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var kinds = Kinds<ChangeKind>("--kind", "Which changes");
        var command = ListCommands.Create(terminal, gateway, "changes", "When positions were first stated, last confirmed, reversed, softened or hardened, and by which article.", "change",
            parsed => new ListChangesRequest { Filter = filter.Read(parsed), Kinds = { Wording.Parse<ChangeKind>(parsed.GetValue(kinds)) } },
            (client, request, options) => client.Query.ListChangesAsync(request, options),
            answer => answer.Changes,
            (console, answer) => Layout.Entries(console, ["Date", "Holder", "Change", "Stance", "Issue"], [.. answer.Changes.Select(change => new Entry(
                [
                    (Wording.Of(change.Date), null), (Wording.Of(change.Stance?.Holder), null), (Wording.Of(change.Kind), null),
                    (Wording.Of(change.Stance?.Label ?? StanceLabel.Unspecified), Wording.StyleOf(change.Stance?.Label ?? StanceLabel.Unspecified)), (change.Stance?.IssueId ?? "", null),
                ],
                change.Stance?.Evidence?.Text,
                change.Previous is { } before ? $"before: {Wording.Of(before.Label)} {Wording.Of(before.Date)} “{before.Evidence?.Text}”" : "",
                Wording.Of(change.DateBasis), change.Article?.Publisher ?? "", change.Article is { } article ? $"article {article.Id}" : ""))]));
        command.Options.Add(kinds);
        filter.AddTo(command);
        examples.Add(command, "sikap changes --issue nato-tokyo-office", "sikap changes --kind reversed --kind softened --from 2023-05");
        return command;
    }

    public static Command States(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var states = Kinds<ProposalState>("--state", "Which states");
        var command = ListCommands.Create(terminal, gateway, "states", "What has become of a proposal, in the order of dates, with the sentence that shows it.", "state",
            parsed => new ListIssueStatesRequest { Filter = filter.Read(parsed), States = { Wording.Parse<ProposalState>(parsed.GetValue(states)) } },
            (client, request, options) => client.Query.ListIssueStatesAsync(request, options),
            answer => answer.States,
            (console, answer) => WriteStates(console, answer.States));
        command.Options.Add(states);
        filter.AddTo(command);
        examples.Add(command, "sikap states --issue nato-tokyo-office", "sikap states --state blocked --state withdrawn");
        return command;
    }

    public static Command Relations(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var target = new Option<string>("--toward", "-w") { Description = "Name of the one it is about, or the country or organisation spoken for", HelpName = "name" };
        var command = ListCommands.Create(terminal, gateway, "relations", "Who is for or against whom, in the order of dates, with the sentence that shows it.", "relation",
            parsed => new ListRelationsRequest { Filter = filter.Read(parsed), Target = parsed.GetValue(target) ?? "" },
            (client, request, options) => client.Query.ListRelationsAsync(request, options),
            answer => answer.Relations,
            (console, answer) => WriteRelations(console, answer.Relations));
        command.Options.Add(target);
        filter.AddTo(command);
        examples.Add(command, "sikap relations --actor China --toward NATO", "sikap relations --toward Macron --label oppose");
        return command;
    }

    public static Command Contradictions(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var kinds = Kinds<ContradictionKind>("--kind", "Which contradictions");
        var window = new Option<int>("--window") { Description = "Days that may lie between both sides; 0 = 7", HelpName = "days" };
        var command = ListCommands.Create(terminal, gateway, "contradictions", "Where reports of the same time do not go together: a changed mind, another spokesperson, conflicting reports or facts.", "contradiction",
            parsed => new ListContradictionsRequest { Filter = filter.Read(parsed), Kinds = { Wording.Parse<ContradictionKind>(parsed.GetValue(kinds)) }, WindowDays = parsed.GetValue(window) },
            (client, request, options) => client.Query.ListContradictionsAsync(request, options),
            answer => answer.Contradictions,
            (console, answer) =>
            {
                foreach (var found in answer.Contradictions)
                {
                    Layout.Heading(console, $"{Wording.Of(found.Kind)}: {found.IssueId}");
                    foreach (var entry in found.FirstState is { } state ? [StateEntry(state), StateEntry(found.SecondState ?? new IssueState())] : new[] { Side(found.First, found.FirstReports), Side(found.Second, found.SecondReports) })
                    {
                        Layout.Entry(console, entry);
                    }
                    console.WriteLine();
                }
            });
        command.Options.Add(kinds);
        command.Options.Add(window);
        filter.AddTo(command);
        examples.Add(command, "sikap contradictions --issue nato-tokyo-office", "sikap contradictions --kind conflicting-reports --window 3");
        return command;

        static Entry Side(Stance? stance, int reports) => new(
            ListCommands.StanceFields(stance?.Date, stance ?? new Stance()), stance?.Evidence?.Text,
            stance?.Publisher ?? "", Wording.Count(reports, "independent report"), $"article {stance?.ArticleId}");
    }

    public static Command Reports(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var command = ListCommands.Create(terminal, gateway, "reports", "Which articles are one report: copies and rewrites of an agency's text stand together, each with its chain of outlets.", "independent report",
            parsed => new ListReportsRequest { Filter = filter.Read(parsed) },
            (client, request, options) => client.Query.ListReportsAsync(request, options),
            answer => answer.Reports,
            (console, answer) =>
            {
                foreach (var report in answer.Reports)
                {
                    Layout.Heading(console, $"{report.Origin}: {Wording.Count(report.Articles.Count, "article")}, {Wording.Count(report.StanceCount, "stance")}{(report.SameText ? ", same text" : "")}");
                    foreach (var article in report.Articles)
                    {
                        Layout.Remark(console, $"    {Wording.Of(article.Article?.Published)} {string.Join(" < ", article.Chain)} · article {article.Article?.Id} {article.Article?.Title}");
                    }
                }
            });
        filter.AddTo(command);
        examples.Add(command, "sikap reports --issue nato-tokyo-office", "sikap reports --actor Macron --label oppose");
        return command;
    }

    public static Command Outlets(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var command = ListCommands.Create(terminal, gateway, "outlets", "What each outlet tells of the same matter, and which holders only one of them reports.", "outlet",
            parsed => new CompareOutletsRequest { Filter = filter.Read(parsed) },
            (client, request, options) => client.Query.CompareOutletsAsync(request, options),
            answer => answer.Outlets,
            (console, answer) =>
            {
                var table = Layout.Table("Outlet", "Articles", "Taken over", "Support", "Oppose", "Neutral", "Holders", "Only here");
                foreach (var outlet in answer.Outlets)
                {
                    table.AddRow(
                        Layout.Cell(outlet.Publisher), Layout.Number(outlet.Articles), Layout.Number(outlet.TakenOver), Layout.Number(outlet.Support), Layout.Number(outlet.Oppose),
                        Layout.Number(outlet.Neutral), Layout.Number(outlet.Holders), Layout.Cell(string.Join(", ", outlet.OnlyHere.Select(Wording.Of))));
                }
                console.Write(table);
            });
        filter.AddTo(command);
        examples.Add(command, "sikap outlets --issue nato-tokyo-office");
        return command;
    }

    public static Command Silence(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var format = new OutputFormat();
        var expected = new Option<string[]>("--expect", "-e")
        {
            Description = "Who is expected to have a position: a name, or a country or organisation spoken for; several are allowed. Without it everybody quoted in an article on the issue",
            HelpName = "name",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("silence", "Who of those expected has no recorded position on an issue.") { expected };
        filter.AddTo(command);
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var request = new FindSilenceRequest { Filter = filter.Read(parsed), Expected = { parsed.GetValue(expected) ?? [] } };
            var answer = await client.CallAsync(options => client.Query.FindSilenceAsync(request, options), cancellation);
            if (format.IsJson(parsed))
            {
                OutputFormat.Write(terminal, answer);
                return ExitCode.Ok;
            }

            var table = Layout.Table("Expected", "Position", "Stances", "Statements");
            foreach (var actor in answer.Silent.Concat(answer.Positioned))
            {
                table.AddRow(
                    Layout.Cell(actor.Name),
                    actor.Stances == 0 ? Layout.Cell("none recorded") : Layout.Cell(Wording.Of(actor.Prevailing), Wording.StyleOf(actor.Prevailing)),
                    Layout.Number(actor.Stances), Layout.Number(actor.Statements));
            }
            terminal.Console.Write(table);
            Layout.Remark(terminal.Console, $"{answer.Silent.Count} of {answer.Expected} expected without a recorded position");
            return ExitCode.Ok;
        });
        examples.Add(command, "sikap silence --issue nato-tokyo-office", "sikap silence --issue nato-tokyo-office --expect FRA DEU TUR Jepang");
        return command;
    }

    public static Command Search(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var query = new Argument<string[]>("words") { Description = "Words that the article holds; \"words in quotation marks\" stand together, begin* finds what begins so", Arity = ArgumentArity.OneOrMore };
        var command = ListCommands.Create(terminal, gateway, "search", "Articles by their words, newest first, with the sentences that hold them.", "article",
            parsed => new SearchRequest { Query = string.Join(' ', parsed.GetValue(query) ?? []), Filter = filter.Read(parsed) },
            (client, request, options) => client.Query.SearchAsync(request, options),
            answer => answer.Hits,
            (console, answer) =>
            {
                foreach (var hit in answer.Hits)
                {
                    Layout.Heading(console, $"{Wording.Of(hit.Article?.Published)} {hit.Article?.Publisher} {hit.Article?.Title}");
                    foreach (var passage in hit.Passages)
                    {
                        Layout.Passage(console, passage.Sentence?.Text ?? "", [.. passage.Hits.Select(span => (span.Start - passage.Sentence!.Start, span.End - passage.Sentence.Start))]);
                    }
                    Layout.Remark(console, $"    article {hit.Article?.Id}");
                }
            });
        command.Arguments.Add(query);
        filter.AddTo(command);
        examples.Add(command, "sikap search kantor penghubung", "sikap search '\"kantor penghubung\" menol*' --publisher ANTARA");
        return command;
    }

    /// <summary>Who is for or against whom.</summary>
    internal static void WriteRelations(IAnsiConsole console, IEnumerable<ActorStance> relations, bool withArticle = true) =>
        Layout.Entries(console, ["Date", "Holder", "Label", "Toward"], [.. relations.Select(relation => new Entry(
            [(Wording.Of(relation.Date), null), (Wording.Of(relation.Holder), null), (Wording.Of(relation.Label), null), (Wording.Of(relation.Target), null)],
            relation.Evidence?.Text,
            relation.Publisher, Wording.Of(relation.Confidence), relation.Why, withArticle ? $"article {relation.ArticleId}" : ""))]);

    /// <summary>States of proposals with their evidence.</summary>
    internal static void WriteStates(IAnsiConsole console, IEnumerable<IssueState> states, bool withArticle = true) =>
        Layout.Entries(console, ["Date", "State", "Issue"], [.. states.Select(state => StateEntry(state, withArticle))]);

    private static Entry StateEntry(IssueState state, bool withArticle = true) => new(
        [(Wording.Of(state.Date), null), (Wording.Of(state.State), null), (state.IssueId, null)],
        state.Evidence?.Text,
        state.Publisher, Wording.Of(state.Confidence), state.Why, withArticle ? $"article {state.ArticleId}" : "");

    private static Option<string[]> Kinds<T>(string name, string description)
        where T : struct, Enum
    {
        var option = new Option<string[]>(name) { Description = $"{description}: {string.Join(", ", Wording.Options<T>())}; several are allowed", HelpName = "kind" };
        option.AcceptOnlyFromAmong(Wording.Options<T>());
        return option;
    }
}
