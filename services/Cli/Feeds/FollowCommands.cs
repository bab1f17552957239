using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli.Feeds;

/// <summary><c>sikap feed add</c>, <c>list</c>, <c>show</c>, <c>pause</c>, <c>resume</c>, <c>remove</c> and <c>poll</c>: the feeds that the services follow.</summary>
internal static class FollowCommands
{
    private const int MaxPageSize = 1_000;

    private static readonly string[] States = [.. System.Enum.GetValues<FeedState>().Where(state => state != FeedState.Unspecified).Select(Of)];

    public static IEnumerable<Command> Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        yield return Add(terminal, gateway, examples);
        yield return List(terminal, gateway, examples);
        yield return One(terminal, gateway, examples, "show", "A feed with what became of its entries.", (client, id, options) => client.GetFeedAsync(new GetFeedRequest { FeedId = id }, options));
        yield return Pause(terminal, gateway, examples);
        yield return One(terminal, gateway, examples, "resume", "Follows a paused feed, or one that was gone, again.", (client, id, options) => client.ResumeFeedAsync(new ResumeFeedRequest { FeedId = id }, options));
        yield return Remove(terminal, gateway, examples);
        yield return One(terminal, gateway, examples, "poll", "Has a feed visited now.", (client, id, options) => client.PollFeedAsync(new PollFeedRequest { FeedId = id }, options));
    }

    private static Command Add(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var urls = new Argument<string[]>("url") { Description = "Addresses of feeds or sitemaps", Arity = ArgumentArity.OneOrMore };
        var publisher = new Option<string?>("--publisher") { Description = "The outlet's name; without it what pages and feeds say counts", HelpName = "name" };
        var format = new OutputFormat();
        var command = new Command("add", "Follows feeds: their articles are fetched from now on.") { urls, publisher };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            foreach (var url in parsed.GetRequiredValue(urls))
            {
                var answer = await client.CallAsync(options => client.Feeds.AddFeedAsync(new AddFeedRequest { Url = url, Publisher = parsed.GetValue(publisher) ?? "" }, options), cancellation);
                if (format.IsJson(parsed))
                {
                    OutputFormat.Write(terminal, answer);
                }
                else
                {
                    terminal.Out.WriteLine($"{answer.Feed.FeedId} {TerminalText.OneLine(answer.Feed.Url)}{(answer.AlreadyExists ? " (followed already)" : "")}");
                }
            }

            return ExitCode.Ok;
        });
        examples.Add(command, "sikap feed add https://news.example/rss", "sikap feed add https://news.example/sitemap-news.xml --publisher \"Kabar Contoh\"");
        return command;
    }

    private static Command List(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var state = new Option<string?>("--state") { Description = string.Join(", ", States), HelpName = "state" };
        state.AcceptOnlyFromAmong(States);
        var format = new OutputFormat();
        var command = new Command("list", "The feeds that are followed, with how they fare.") { state };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var request = new ListFeedsRequest { PageSize = MaxPageSize, State = parsed.GetValue(state) is { } wanted ? System.Enum.Parse<FeedState>(wanted, ignoreCase: true) : FeedState.Unspecified };
            var all = new ListFeedsResponse();
            do
            {
                var page = await client.CallAsync(options => client.Feeds.ListFeedsAsync(request, options), cancellation);
                all.Feeds.AddRange(page.Feeds);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            if (format.IsJson(parsed))
            {
                OutputFormat.Write(terminal, all);
                return ExitCode.Ok;
            }

            var table = Layout.Table("Id", "State", "Last visit", "Next", "Feed");
            foreach (var feed in all.Feeds)
            {
                table.AddRow(
                    Layout.Cell(feed.FeedId), Layout.Cell(Of(feed.State)), Layout.Cell(Time(feed.PolledAt)), Layout.Cell(Time(feed.NextPollAt)),
                    Layout.Cell(feed.Reason.Length > 0 ? $"{feed.Url}: {feed.Reason}" : feed.Title.Length > 0 ? $"{feed.Url} ({feed.Title})" : feed.Url));
            }

            if (all.Feeds.Count > 0)
            {
                terminal.Console.Write(table);
            }

            Layout.Remark(terminal.Console, all.Feeds.Count == 0 ? "No feeds." : string.Join(", ", all.Feeds.GroupBy(feed => feed.State).OrderBy(group => group.Key).Select(group => $"{group.Count()} {Of(group.Key)}")));
            return ExitCode.Ok;
        });
        examples.Add(command, "sikap feed list", "sikap feed list --state failing --format json");
        return command;
    }

    private static Command Pause(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var reason = new Option<string?>("--reason") { Description = "Why, for people", HelpName = "text" };
        var command = One(
            terminal, gateway, examples, "pause", "Leaves a feed alone until it is resumed.",
            (client, id, options, parsed) => client.PauseFeedAsync(new PauseFeedRequest { FeedId = id, Reason = parsed.GetValue(reason) ?? "" }, options));
        command.Options.Insert(0, reason);
        return command;
    }

    private static Command Remove(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var feed = Feed();
        var command = new Command("remove", "Forgets a feed. Its articles stay.") { feed };
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            await client.CallAsync(options => client.Feeds.RemoveFeedAsync(new RemoveFeedRequest { FeedId = parsed.GetRequiredValue(feed) }, options), cancellation);
            return ExitCode.Ok;
        });
        examples.Add(command, "sikap feed remove https://news.example/rss");
        return command;
    }

    private static Command One(
        Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, string name, string description, Func<FeedService.FeedServiceClient, string, CallOptions, AsyncUnaryCall<Feed>> call) =>
        One(terminal, gateway, examples, name, description, (client, id, options, _) => call(client, id, options));

    /// <summary>A command on one feed, which it shows afterwards.</summary>
    private static Command One(
        Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, string name, string description,
        Func<FeedService.FeedServiceClient, string, CallOptions, ParseResult, AsyncUnaryCall<Feed>> call)
    {
        var feed = Feed();
        var format = new OutputFormat();
        var command = new Command(name, description) { feed };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var answer = await client.CallAsync(options => call(client.Feeds, parsed.GetRequiredValue(feed), options, parsed), cancellation);
            if (format.IsJson(parsed))
            {
                OutputFormat.Write(terminal, answer);
                return ExitCode.Ok;
            }

            (string What, string Value)[] facts =
            [
                ("Feed", answer.Url), ("Moved to", answer.MovedTo), ("Id", answer.FeedId), ("Title", answer.Title), ("Publisher", answer.Publisher), ("Kind", answer.Kind), ("State", Of(answer.State)),
                ("Reason", answer.Reason), ("Failures", answer.Failures == 0 ? "" : answer.Failures.ToString(CultureInfo.InvariantCulture)), ("Last visit", Time(answer.PolledAt)),
                ("Went well", Time(answer.SucceededAt)), ("Next visit", Time(answer.NextPollAt)), ("Pause", answer.Interval?.ToTimeSpan().ToString("c", CultureInfo.InvariantCulture) ?? ""),
                ("Entries", answer.Entries is { } entries ? $"{entries.Stored} stored, {entries.Waiting} waiting, {entries.GivenUp} given up" : ""),
            ];
            foreach (var (what, value) in facts.Where(fact => fact.Value.Length > 0))
            {
                terminal.Out.WriteLine($"{what + ":",-11} {TerminalText.OneLine(value)}");
            }

            foreach (var entry in answer.Entries?.LatestGivenUp.AsEnumerable() ?? [])
            {
                terminal.Out.WriteLine($"{"Given up:",-11} {TerminalText.OneLine($"{(entry.Url.Length == 0 ? "entry without an address" : entry.Url)}: {entry.Reason}")}");
            }

            return ExitCode.Ok;
        });
        examples.Add(command, $"sikap feed {name} https://news.example/rss");
        return command;
    }

    private static Argument<string> Feed() => new("feed") { Description = "Id of the feed, as list prints it, or its address" };

    private static string Of(FeedState state) => state.ToString().ToLowerInvariant();

    private static string Time(Timestamp? time) => time?.ToDateTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
