using System.CommandLine;
using Grpc.Core;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap watch</c>: events until Ctrl+C.</summary>
internal static class WatchCommand
{
    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var filter = new FilterOptions();
        var format = new OutputFormat();
        var cursor = new Option<string>("--cursor")
        {
            Description = "Start after this event; 0 starts at the beginning, without it only new events are shown",
            HelpName = "cursor",
        };
        var count = new Option<int>("--count") { Description = "End after so many events; 0 never ends", HelpName = "number" };
        var kinds = new Option<string[]>("--kind") { Description = $"Which events: {string.Join(", ", Wording.Options<EventKind>())}; several are allowed", HelpName = "kind" };
        kinds.AcceptOnlyFromAmong(Wording.Options<EventKind>());
        var command = new Command("watch", "Stances, articles and changed states of proposals as they are indexed, until Ctrl+C.") { cursor, count, kinds };
        filter.AddTo(command);
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var request = new WatchRequest { Filter = filter.Read(parsed), Cursor = parsed.GetValue(cursor) ?? "", Kinds = { Wording.Parse<EventKind>(parsed.GetValue(kinds)) } };
            return await client.GuardAsync(() => FollowAsync(terminal, client, request, format.IsJson(parsed), parsed.GetValue(count), cancellation), cancellation);
        });
        examples.Add(command, "sikap watch", "sikap watch --issue nato-tokyo-office --cursor 0", "sikap watch --kind reversal --kind new-opponent", "sikap watch --format json | jq .stanceAdded.holder.name");
        return command;
    }

    private static async Task<int> FollowAsync(Terminal terminal, GatewayClient client, WatchRequest request, bool json, int count, CancellationToken cancellation)
    {
        // No deadline: the stream ends when the person does.
        using var call = client.Query.Watch(request, cancellationToken: cancellation);
        var seen = 0;
        await foreach (var change in call.ResponseStream.ReadAllAsync(cancellation))
        {
            if (json)
            {
                OutputFormat.Write(terminal, change);
            }
            else if (change.EventCase != WatchEvent.EventOneofCase.Heartbeat)
            {
                Write(terminal, change);
            }

            if (change.EventCase != WatchEvent.EventOneofCase.Heartbeat && ++seen == count)
            {
                break;
            }
        }

        return ExitCode.Ok;
    }

    private static void Write(Terminal terminal, WatchEvent change)
    {
        switch (change.EventCase)
        {
            case WatchEvent.EventOneofCase.StanceAdded:
                WriteStance(terminal, "+", change.StanceAdded, change.Kinds.Where(kind => kind != EventKind.NewStance).Select(Wording.Of));
                break;
            case WatchEvent.EventOneofCase.StanceRemoved:
                WriteStance(terminal, "-", change.StanceRemoved, []);
                break;
            case WatchEvent.EventOneofCase.StateChanged:
                var state = change.StateChanged;
                Layout.Entry(terminal.Console, new Entry(
                    [($"* {Wording.Of(state.Date)}", null), (change.PreviousState is { } before ? $"{Wording.Of(before.State)} > {Wording.Of(state.State)}" : Wording.Of(state.State), null), (state.IssueId, null)],
                    state.Evidence?.Text,
                    Wording.Of(EventKind.StateChanged), state.Publisher, Wording.Of(state.Confidence)));
                break;
            case WatchEvent.EventOneofCase.ArticleIndexed:
                var article = change.ArticleIndexed;
                Layout.Remark(terminal.Console, $"article {article.Id} {article.Publisher}: {Wording.Count(article.StatementCount, "statement")}, {Wording.Count(article.StanceCount, "stance")}");
                break;
        }
    }

    private static void WriteStance(Terminal terminal, string sign, Stance stance, IEnumerable<string> meanings)
    {
        Layout.Entry(terminal.Console, new Entry(
            [($"{sign} {Wording.Of(stance.Date)} {Wording.Of(stance.Holder)}:", null), (Wording.Of(stance.Label), Wording.StyleOf(stance.Label)), (stance.IssueId, null)],
            stance.Evidence?.Text,
            string.Join(", ", meanings), stance.Publisher, Wording.Of(stance.Confidence)));
    }
}
