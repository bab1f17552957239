using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>The commands whose answer is a paged list: <c>statements</c>, <c>stances</c>, <c>timeline</c>, <c>actors</c>, <c>articles</c>.</summary>
internal static class ListCommands
{
    private const int MaxPageSize = 1000;

    internal static readonly string[] StanceColumns = ["Date", "Holder", "Stance", "Issue"];

    public static Command Statements(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var command = Create(terminal, gateway, "statements", "Who said what.", "statement",
            parsed => new ListStatementsRequest { Filter = filter.Read(parsed) },
            (client, request, options) => client.Query.ListStatementsAsync(request, options),
            answer => answer.Statements, (console, answer) => WriteStatements(console, answer.Statements));
        filter.AddTo(command);
        examples.Add(command, "sikap statements --actor Macron", "sikap statements --represents CHN --text kantor --from 2023-05", "sikap statements --limit 1000 --format json");
        return command;
    }

    public static Command Stances(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var command = Create(terminal, gateway, "stances", "Who is for or against what, with the sentence that shows it.", "stance",
            parsed => new ListStancesRequest { Filter = filter.Read(parsed) },
            (client, request, options) => client.Query.ListStancesAsync(request, options),
            answer => answer.Stances, (console, answer) => WriteStances(console, answer.Stances));
        filter.AddTo(command);
        examples.Add(command, "sikap stances --issue nato-tokyo-office --label oppose", "sikap stances --actor Stoltenberg --min-confidence 0.8");
        return command;
    }

    public static Command Timeline(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var command = Create(terminal, gateway, "timeline", "Stances of an issue or a holder in the order of their dates, and what each changes.", "entry",
            parsed => new GetTimelineRequest { Filter = filter.Read(parsed) },
            (client, request, options) => client.Query.GetTimelineAsync(request, options),
            answer => answer.Entries, (console, answer) => WriteTimeline(console, answer.Entries));
        filter.AddTo(command);
        examples.Add(command, "sikap timeline --issue nato-tokyo-office", "sikap timeline --actor Macron --from 2023-05 --to 2023-07");
        return command;
    }

    public static Command Actors(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var name = new Argument<string?>("name") { Description = "Part of a name", Arity = ArgumentArity.ZeroOrOne };
        var represents = new Option<string>("--represents", "-r") { Description = "Country or organisation they speak for: FRA, Prancis, France, NATO", HelpName = "name" };
        var type = new Option<string>("--type") { Description = string.Join(", ", Wording.Options<ActorType>()), HelpName = "type" };
        type.AcceptOnlyFromAmong(Wording.Options<ActorType>());
        var command = Create(terminal, gateway, "actors", "Who speaks or holds a position; list, define, retire and export are about the actors that users add to those the engine knows.", "actor",
            parsed => new ListActorsRequest
            {
                NameContains = parsed.GetValue(name) ?? "",
                Represents = parsed.GetValue(represents) ?? "",
                Type = Wording.Parse<ActorType>(parsed.GetValue(type) is { } word ? [word] : []).FirstOrDefault(),
            },
            (client, request, options) => client.Query.ListActorsAsync(request, options),
            answer => answer.Actors, (console, answer) => console.Write(ActorTable(answer.Actors)));
        command.Arguments.Add(name);
        command.Options.Add(represents);
        command.Options.Add(type);
        examples.Add(command, "sikap actors", "sikap actors stolten", "sikap actors --represents Prancis --type person", "sikap actors define --file deploy/samples/actors.yaml");
        return command;
    }

    public static Command Articles(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var command = Create(terminal, gateway, "articles", "What has been read.", "article",
            parsed => new ListArticlesRequest { Filter = filter.Read(parsed) },
            (client, request, options) => client.Query.ListArticlesAsync(request, options),
            answer => answer.Articles, (console, answer) => console.Write(ArticleTable(answer.Articles)));
        filter.AddTo(command);
        examples.Add(command, "sikap articles --publisher NUSAKABAR");
        return command;
    }

    /// <summary>Statements with their speakers.</summary>
    internal static void WriteStatements(IAnsiConsole console, IEnumerable<Statement> statements, bool withArticle = true) =>
        Layout.Entries(console, ["Date", "Speaker", "Kind"], [.. statements.Select(statement => new Entry(
            [(Wording.Of(statement.Date), null), (Wording.Of(statement.Speaker), null), (Wording.Of(statement.Kind), null)],
            statement.Content?.Text,
            statement.SpeakerRole, statement.Cue?.Text ?? "", Chain(statement), Wording.Via(statement.Via), Wording.Origin(statement.Date), withArticle ? $"article {statement.ArticleId}" : ""))]);

    // "reports Rini Wulandari (menyebut): ...", from the outside in.
    private static string Chain(Statement statement) =>
        string.Join("; ", statement.Inner.Select(inner => $"reports {Wording.Of(inner.Speaker)} ({inner.Cue?.Text}): {inner.Content?.Text}"));

    /// <summary>Stances with their evidence.</summary>
    internal static void WriteStances(IAnsiConsole console, IEnumerable<Stance> stances, bool withArticle = true) =>
        Layout.Entries(console, StanceColumns, [.. stances.Select(stance => new Entry(
            StanceFields(stance.Date, stance),
            stance.Evidence?.Text,
            stance.Publisher, Wording.Of(stance.Confidence), stance.Why, withArticle ? $"article {stance.ArticleId}" : ""))]);

    internal static (string, Style?)[] StanceFields(PartialDate? date, Stance stance) =>
        [(Wording.Of(date), null), (Wording.Of(stance.Holder), null), (Wording.Of(stance.Label), Wording.StyleOf(stance.Label)), (stance.IssueId, null)];

    private static void WriteTimeline(IAnsiConsole console, IEnumerable<TimelineEntry> entries) =>
        Layout.Entries(console, StanceColumns, [.. entries.Select(entry => (entry.Date, Stance: entry.Stance ?? new Stance(), Article: entry.Article ?? new ArticleInfo(), entry.Change, entry.DateBasis)).Select(entry => new Entry(
            StanceFields(entry.Date, entry.Stance),
            entry.Stance.Evidence?.Text,
            Wording.Of(entry.Change), Wording.Of(entry.DateBasis), entry.Article.Publisher, entry.Article.Title, $"article {entry.Article.Id}"))]);

    private static Table ActorTable(IEnumerable<ActorSummary> actors)
    {
        var table = Layout.Table("Actor", "Type", "Speaks for", "Statements", "Stances");
        foreach (var summary in actors)
        {
            table.AddRow(
                Layout.Cell(summary.Actor?.Name ?? "?"),
                Layout.Cell(Wording.Of(summary.Actor?.Type ?? ActorType.Unspecified)),
                Layout.Cell(summary.Actor?.Represents ?? ""),
                Layout.Number(summary.StatementCount),
                Layout.Number(summary.StanceCount));
        }

        return table;
    }

    private static Table ArticleTable(IEnumerable<ArticleInfo> articles)
    {
        var table = Layout.Table("Published", "Publisher", "Lang", "Statements", "Stances", "Article");
        foreach (var article in articles)
        {
            table.AddRow(
                Layout.Cell(Wording.Of(article.Published)),
                Layout.Cell(article.Publisher),
                Layout.Cell(article.Language),
                Layout.Number(article.StatementCount),
                Layout.Number(article.StanceCount),
                Layout.Cell(article.Title.Length > 0 ? $"{article.Id} {article.Title}" : article.Id));
        }

        return table;
    }

    /// <summary>
    /// A command whose answer is a list in pages: fields <c>page_size</c> and <c>page_token</c> of the request, <c>next_page_token</c> and <c>total</c> of the answer.
    /// The pages wanted are put together into one answer; <paramref name="merge"/> adds to the first what a following one has besides its items.
    /// </summary>
    internal static Command Create<TRequest, TAnswer, TItem>(
        Terminal terminal,
        GatewayOptions gateway,
        string name,
        string description,
        string noun,
        Func<ParseResult, TRequest> read,
        Func<GatewayClient, TRequest, CallOptions, AsyncUnaryCall<TAnswer>> ask,
        Func<TAnswer, RepeatedField<TItem>> itemsOf,
        Action<IAnsiConsole, TAnswer> render,
        Action<TAnswer, TAnswer>? merge = null)
        where TRequest : IMessage
        where TAnswer : IMessage
    {
        var format = new OutputFormat();
        var limit = new Option<int>("--limit", "-n") { Description = "Most lines to show; 0 shows all", HelpName = "number", DefaultValueFactory = _ => 50 };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
            {
                result.AddError("--limit takes a number from 0 on.");
            }
        });
        var command = new Command(name, description);
        command.Options.Add(limit);
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var wanted = parsed.GetValue(limit) is var number and > 0 ? number : int.MaxValue;
            var request = read(parsed);
            var answer = await NextAsync(wanted);
            var items = itemsOf(answer);
            while (Get<string>(answer, "next_page_token") is { Length: > 0 } token && items.Count < wanted)
            {
                Set(request, "page_token", token);
                var next = await NextAsync(wanted - items.Count);
                items.AddRange(itemsOf(next));
                merge?.Invoke(answer, next);
                Set(answer, "next_page_token", Get<string>(next, "next_page_token"));
                Set(answer, "total", Get<long>(next, "total"));
            }

            if (format.IsJson(parsed))
            {
                Set(answer, "next_page_token", "");
                OutputFormat.Write(terminal, answer);
            }
            else if (items.Count == 0)
            {
                Layout.Remark(terminal.Console, $"No {noun} found.");
            }
            else
            {
                render(terminal.Console, answer);
                var total = Get<long>(answer, "total");
                var plural = noun == "entry" ? "entries" : noun + "s";
                Layout.Remark(terminal.Console, items.Count < total
                    ? $"{items.Count} of {Wording.Count(total, noun, plural)}; --limit shows more"
                    : Wording.Count(items.Count, noun, plural));
            }

            return ExitCode.Ok;

            Task<TAnswer> NextAsync(int most)
            {
                Set(request, "page_size", Math.Min(MaxPageSize, most));
                return client.CallAsync(options => ask(client, request, options), cancellation);
            }
        });
        return command;

        static T Get<T>(IMessage message, string field) => (T)message.Descriptor.Fields[field].Accessor.GetValue(message);

        static void Set(IMessage message, string field, object value) => message.Descriptor.Fields[field].Accessor.SetValue(message, value);
    }
}
