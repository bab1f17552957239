using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap network</c>: a discourse network for people.</summary>
internal static class NetworkCommand
{
    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var network = new NetworkOptions();
        var limit = new Option<int>("--limit", "-n") { Description = "Edges shown of each window, the heaviest first", HelpName = "number", DefaultValueFactory = _ => 50 };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--limit takes a number above 0.");
            }
        });
        var format = new OutputFormat();
        var command = new Command("network", "Discourse networks: who stands with whom, who against whom. For a file see: sikap export network") { limit };
        network.AddTo(command);
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var json = format.IsJson(parsed);
            var view = new View(terminal.Console, parsed.GetValue(limit));
            await client.GuardAsync(
                async () =>
                {
                    // No deadline: the stream is as long as the network.
                    using var call = client.Query.GetNetwork(network.Read(parsed, articles: json), cancellationToken: cancellation);
                    await foreach (var part in call.ResponseStream.ReadAllAsync(cancellation))
                    {
                        if (json)
                        {
                            OutputFormat.Write(terminal, part);
                        }
                        else
                        {
                            view.Take(part);
                        }
                    }
                    return true;
                },
                cancellation);
            if (!json)
            {
                view.Finish();
            }
            return ExitCode.Ok;
        });
        examples.Add(command,
            "sikap network", "sikap network --nodes actors --qualifier congruence --normalize average --roll-up",
            "sikap network --nodes actors --issue nato-tokyo-office --duplicates month --window months --window-size 3");
        return command;
    }

    /// <summary>Shows window by window the heaviest edges; more is not kept.</summary>
    private sealed class View(IAnsiConsole console, int limit)
    {
        private readonly Dictionary<string, string> _names = [];
        private readonly PriorityQueue<NetworkEdge, double> _heaviest = new();
        private NetworkWindow? _window;
        private long _edges;

        public void Take(NetworkPart part)
        {
            switch (part.PartCase)
            {
                case NetworkPart.PartOneofCase.Window:
                    Finish();
                    (_window, _edges) = (part.Window, 0);
                    _names.Clear();
                    break;
                case NetworkPart.PartOneofCase.Nodes:
                    foreach (var node in part.Nodes.Nodes)
                    {
                        _names[node.Id] = node.Actor is { } actor ? Wording.Of(actor) : node.Issue?.Id ?? "";
                    }
                    break;
                default:
                    foreach (var edge in part.Edges?.Edges ?? [])
                    {
                        _edges++;
                        _heaviest.Enqueue(edge, Math.Abs(edge.Weight));
                        if (_heaviest.Count > limit)
                        {
                            _heaviest.Dequeue();
                        }
                    }
                    break;
            }
        }

        public void Finish()
        {
            if (_window is null)
            {
                return;
            }
            if (_window.Windows > 1)
            {
                Layout.Heading(console, $"{_window.FromDate} to {_window.ToDate}");
            }
            var edges = new List<NetworkEdge>();
            while (_heaviest.TryDequeue(out var edge, out _))
            {
                edges.Insert(0, edge);
            }
            if (edges.Count > 0)
            {
                var oneMode = edges.Exists(edge => edge.Shared > 0);
                var table = oneMode ? Layout.Table("Weight", "One", "Other", "Congruence", "Conflict", "In common") : Layout.Table("Weight", "Actor", "Issue", "Support", "Oppose", "Neutral");
                foreach (var edge in edges)
                {
                    table.AddRow([
                        Layout.Cell(Amount(edge.Weight)), Layout.Cell(_names.GetValueOrDefault(edge.Source, edge.Source)), Layout.Cell(_names.GetValueOrDefault(edge.Target, edge.Target)),
                        .. oneMode
                            ? new[] { Layout.Cell(Amount(edge.Congruence)), Layout.Cell(Amount(edge.Conflict)), Layout.Number(edge.Shared) }
                            : [Layout.Number(edge.Support), Layout.Number(edge.Oppose), Layout.Number(edge.Neutral)],
                    ]);
                }
                console.Write(table);
            }
            var shown = edges.Count < _edges ? $" ({edges.Count} shown)" : "";
            Layout.Remark(console, $"{Wording.Count(_window.Statements, "statement")}, {Wording.Count(_window.Nodes, "node")}, {Wording.Count(_edges, "edge")}{shown}");
            _window = null;
        }

        private static string Amount(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
    }
}
