using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap export</c>: what the ledger holds as files for other programs.</summary>
internal static class ExportCommands
{
    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, TimeProvider time)
    {
        var command = new Command("export", "Networks and stances as files for other programs.")
        {
            Network(terminal, gateway, examples, time),
            Stances(terminal, gateway, examples, time),
            Dna(terminal, gateway, examples, time),
        };
        examples.Add(command, "sikap export network --format gexf --out network.gexf", "sikap export stances --format csv --out stances.csv");
        return command;
    }

    private static Command Network(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, TimeProvider time)
    {
        var network = new NetworkOptions();
        var format = Format("csv (edges, see --nodes-out), jsonl, graphml or gexf", "csv", "jsonl", "graphml", "gexf");
        var output = Output("File to write; standard output without it. Of windows graphml and gexf write one file each: NAME-0001.graphml, ...");
        var nodesOutput = new Option<string?>("--nodes-out") { Description = "File for the nodes, with --format csv", HelpName = "file" };
        var force = Force();
        var command = new Command("network", "A discourse network with all attributes of its nodes and edges.") { format, output, nodesOutput, force };
        network.AddTo(command);
        gateway.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(nodesOutput) is not null && result.GetResult(format) is { Implicit: false } given && given.GetValueOrDefault<string>() != "csv")
            {
                result.AddError("--nodes-out goes with --format csv; the other formats hold the nodes themselves.");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var kind = parsed.GetRequiredValue(format);
            var path = parsed.GetValue(output);
            var split = network.IsWindowed(parsed) && kind is "graphml" or "gexf";
            if (split && path is null)
            {
                throw new CommandFailure(ExitCode.Usage, $"--window with --format {kind} writes a file for each window; name them with --out.");
            }

            using var client = gateway.Connect(parsed);
            using var files = new NetworkFiles(terminal, kind, path, parsed.GetValue(nodesOutput), parsed.GetValue(force), split);
            var progress = new Progress(terminal, time);
            await client.GuardAsync(
                async () =>
                {
                    // No deadline: the stream is as long as the network.
                    using var call = client.Query.GetNetwork(network.Read(parsed, articles: true), cancellationToken: cancellation);
                    await foreach (var part in call.ResponseStream.ReadAllAsync(cancellation))
                    {
                        files.Take(part);
                        progress.Report($"window {files.Window} of {files.Windows}, {files.Nodes} nodes, {files.Edges} edges");
                    }
                    return true;
                },
                cancellation);
            files.Finish();
            progress.Clear();
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{files.Windows} network{(files.Windows == 1 ? "" : "s")}, {files.Nodes} nodes, {files.Edges} edges"));
            return ExitCode.Ok;
        });
        examples.Add(command,
            "sikap export network --nodes actors --qualifier congruence --normalize jaccard --format graphml --out coalitions.graphml",
            "sikap export network --format csv --out edges.csv --nodes-out nodes.csv",
            "sikap export network --nodes actors --window months --window-size 3 --format gexf --out by-month.gexf");
        return command;
    }

    private static Command Stances(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, TimeProvider time)
    {
        var filter = new FilterOptions();
        var format = Format("csv or jsonl", "csv", "jsonl");
        var output = Output("File to write; standard output without it");
        var force = Force();
        var command = new Command("stances", "Every stance with its article, in the order in which the articles came.") { format, output, force };
        filter.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            using var file = parsed.GetValue(output) is { } path ? ExportFile.CreateText(path, parsed.GetValue(force)) : null;
            var writer = new StanceFile(file?.Writer ?? terminal.Out, parsed.GetValue(format) == "csv");
            var progress = new Progress(terminal, time);
            await ReadArticlesAsync(
                client, new ExportArticlesRequest { Filter = filter.Read(parsed) },
                article =>
                {
                    writer.Write(article);
                    progress.Report($"{writer.Articles} of {article.Total} articles, {writer.Stances} stances");
                },
                cancellation);
            file?.Finish();
            progress.Clear();
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{writer.Stances} stances in {writer.Articles} articles"));
            return ExitCode.Ok;
        });
        examples.Add(command, "sikap export stances --out stances.csv", "sikap export stances --issue nato-tokyo-office --format jsonl");
        return command;
    }

    private static Command Dna(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, TimeProvider time)
    {
        var filter = new FilterOptions();
        var output = new Option<string>("--out", "-o") { Description = "File to write, named .dna", HelpName = "file", Required = true };
        var password = new Option<string>("--password") { Description = "Password of the file's only coder, Admin", DefaultValueFactory = _ => "sikap" };
        var neutral = new Option<bool>("--neutral") { Description = "Agreement as a number, -1, 0 or 1; without it agreement is boolean and neutral stances are left out" };
        var force = Force();
        var command = new Command("dna", "Articles and stances as a database of Discourse Network Analyzer 3; sikap import dna reads it back.") { output, password, neutral, force };
        filter.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var asked = filter.Read(parsed);
            using var client = gateway.Connect(parsed);
            var codebook = await client.CallAsync(options => client.Codebook.ListIssuesAsync(new ListIssuesRequest(), options), cancellation);
            using var file = ExportFile.Create(parsed.GetRequiredValue(output), parsed.GetValue(force));
            long documents, statements, left;
            using (var writer = new SqliteDnaWriter(
                file.Partial, parsed.GetRequiredValue(password), parsed.GetValue(neutral), codebook.Issues.Where(issue => asked.IssueId.Length == 0 || issue.Id == asked.IssueId), time))
            {
                var progress = new Progress(terminal, time);
                await ReadArticlesAsync(
                    client, new ExportArticlesRequest { Filter = asked, Text = true },
                    article =>
                    {
                        writer.Write(article);
                        progress.Report($"{writer.Documents} of {article.Total} documents, {writer.Statements} statements");
                    },
                    cancellation);
                writer.Finish();
                progress.Clear();
                (documents, statements, left) = (writer.Documents, writer.Statements, writer.NeutralLeftOut);
            }
            file.Finish();
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{documents} documents, {statements} statements; open it as coder Admin with the password {parsed.GetRequiredValue(password)}"));
            if (left > 0)
            {
                terminal.Say(string.Create(CultureInfo.InvariantCulture, $"note: {left} neutral stances are left out; --neutral keeps them"));
            }
            var narrowed = asked.Clone();
            narrowed.IssueId = narrowed.ArticleId = narrowed.Publisher = "";
            if (!narrowed.Equals(new Filter()))
            {
                terminal.Say("note: the file may hold only some of the stances of its articles; imported again it would take the others away");
            }
            return ExitCode.Ok;
        });
        examples.Add(command, "sikap export dna --out ledger.dna", "sikap export dna --issue nato-tokyo-office --neutral --out nato.dna");
        return command;
    }

    /// <summary>Every article of an export, one after the other.</summary>
    internal static Task<bool> ReadArticlesAsync(GatewayClient client, ExportArticlesRequest request, Action<ExportedArticle> take, CancellationToken cancellation) =>
        client.GuardAsync(
            async () =>
            {
                // No deadline: the stream is as long as the ledger.
                using var call = client.Query.ExportArticles(request, cancellationToken: cancellation);
                await foreach (var article in call.ResponseStream.ReadAllAsync(cancellation))
                {
                    take(article);
                }
                return true;
            },
            cancellation);

    internal static Option<string?> Output(string description) => new("--out", "-o") { Description = description, HelpName = "file" };

    internal static Option<bool> Force() => new("--force") { Description = "Replace files that exist" };

    private static Option<string> Format(string description, params string[] values)
    {
        var option = new Option<string>("--format") { Description = description, HelpName = "format", DefaultValueFactory = _ => "csv" };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    /// <summary>The file, or the files of windows, that a network goes to.</summary>
    private sealed class NetworkFiles : IDisposable
    {
        private readonly string _kind;
        private readonly string? _path;
        private readonly bool _force;
        private readonly bool _split;
        private readonly Terminal _terminal;
        private readonly ExportFile? _nodesFile;
        private ExportFile? _file;
        private INetworkFile? _network;

        public NetworkFiles(Terminal terminal, string kind, string? path, string? nodesPath, bool force, bool split)
        {
            (_terminal, _kind, _path, _force, _split) = (terminal, kind, path, force, split);
            _nodesFile = nodesPath is null ? null : ExportFile.CreateText(nodesPath, force);
            if (!split)
            {
                Open(path);
            }
        }

        public int Window { get; private set; }

        public int Windows { get; private set; }

        public long Nodes { get; private set; }

        public long Edges { get; private set; }

        public void Take(NetworkPart part)
        {
            switch (part.PartCase)
            {
                case NetworkPart.PartOneofCase.Window:
                    (Window, Windows) = (part.Window.Index + 1, part.Window.Windows);
                    if (_split)
                    {
                        Close();
                        Open(string.Create(CultureInfo.InvariantCulture, $"{Path.ChangeExtension(_path, null)}-{Window:D4}{Path.GetExtension(_path)}"));
                    }
                    _network!.Begin(part.Window);
                    break;
                case NetworkPart.PartOneofCase.Nodes:
                    foreach (var node in part.Nodes.Nodes)
                    {
                        _network!.Write(node);
                        Nodes++;
                    }
                    break;
                default:
                    foreach (var edge in part.Edges?.Edges ?? [])
                    {
                        _network!.Write(edge);
                        Edges++;
                    }
                    break;
            }
        }

        public void Finish()
        {
            Close();
            _nodesFile?.Finish();
        }

        public void Dispose()
        {
            _network?.Dispose();
            _file?.Dispose();
            _nodesFile?.Dispose();
        }

        private void Open(string? path)
        {
            _file = path is null ? null : ExportFile.CreateText(path, _force);
            var writer = _file?.Writer ?? _terminal.Out;
            _network = _kind switch
            {
                "graphml" => new GraphMlNetwork(writer),
                "gexf" => new GexfNetwork(writer),
                "jsonl" => new JsonLinesNetwork(writer),
                _ => new CsvNetwork(writer, _nodesFile?.Writer),
            };
        }

        private void Close()
        {
            _network?.Finish();
            _network?.Dispose();
            _file?.Finish();
            _file?.Dispose();
            (_network, _file) = (null, null);
        }
    }

    /// <summary>Stances as rows.</summary>
    private sealed class StanceFile
    {
        private readonly TextWriter _output;
        private readonly bool _csv;

        public StanceFile(TextWriter output, bool csv)
        {
            (_output, _csv) = (output, csv);
            if (csv)
            {
                Csv.WriteRow(output, [
                    "stance_id", "date", "holder", "holder_type", "represents", "person", "issue", "label", "modality", "confidence", "start", "end", "evidence", "statement_id", "why",
                    "codebook_version", "article_id", "publisher", "title", "published", "url", "date_basis",
                ]);
            }
        }

        public long Articles { get; private set; }

        public long Stances { get; private set; }

        public void Write(ExportedArticle exported)
        {
            Articles++;
            var article = exported.Article ?? new ArticleInfo();
            foreach (var stance in exported.Stances)
            {
                Stances++;
                if (_csv)
                {
                    Csv.WriteRow(_output, [
                        stance.Id, Wording.Of(stance.Date ?? article.Published), stance.Holder?.Name ?? "", Wording.Of(stance.Holder?.Type ?? ActorType.Unspecified), stance.Holder?.Represents ?? "",
                        stance.Holder?.Person ?? "", stance.IssueId, Wording.Of(stance.Label), stance.Modality.ToString().ToLowerInvariant(), stance.Confidence.ToString("R", CultureInfo.InvariantCulture),
                        Number(stance.Evidence?.Start), Number(stance.Evidence?.End), stance.Evidence?.Text ?? "", stance.StatementId, stance.Why,
                        stance.CodebookVersion.ToString(CultureInfo.InvariantCulture), stance.ArticleId, stance.Publisher, article.Title, Wording.Of(article.Published), article.Url,
                        (stance.Date ?? article.Published) is null ? "" : stance.Date is null ? "publication" : "stance",
                    ]);
                }
                else
                {
                    _output.Write($"{{\"stance\": {OutputFormat.Json(stance)}, \"article\": {OutputFormat.Json(article)}}}\n");
                }
            }
        }

        private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
    }
}
