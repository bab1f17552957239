using System.CommandLine;
using System.Globalization;
using System.Threading.Channels;
using Grpc.Core;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap submit</c>: streams articles to the Gateway.</summary>
internal static class SubmitCommand
{
    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples, TimeProvider time)
    {
        var files = new Argument<string[]>("file")
        {
            Description = """
                Files, folders of them, or - for standard input. What a file holds is told by its content: plain text (one article), JSON Lines (one object a line: id, publisher, url, published, title, text) or an array of such objects, CSV, HTML,
                what news agencies deliver (NewsML-G2, NewsML 1.2, NITF, ninjs, IPTC 7901, ANPA 1312), web archives (WARC, ARC), zip and tar files of these, all of it packed with gzip or not
                """.ReplaceLineEndings(" "),
            Arity = ArgumentArity.ZeroOrMore,
        };
        var publisher = new Option<string>("--publisher", "-p") { Description = "Outlet of articles that do not name theirs", HelpName = "name" };
        var inputFormat = new Option<string>("--input-format") { Description = "What all files hold, instead of looking: text, jsonl, csv, html, wire, warc, arc, zip or tar", HelpName = "format" };
        inputFormat.AcceptOnlyFromAmong([.. InputFormats.Names.Keys]);
        var map = new Option<string>("--map")
        {
            Description = "Columns of tables and members of JSON objects: text=Body,title=Headline,published=Date,publisher=@ANTARA, where @ begins a fixed text and {A} {B} joins columns; published-format=dd/MM/yyyy says how dates are written. Or a YAML file that says the same",
            HelpName = "mapping",
        };
        var encoding = new Option<string>("--encoding") { Description = "Charset of texts, lines and tables, such as windows-1252, where their bytes do not tell it", HelpName = "charset" };
        var delimiter = new Option<string>("--delimiter") { Description = "What separates the fields of tables, when the header does not tell: one character, or tab", HelpName = "character" };
        var checkpoint = new Option<string>("--checkpoint") { Description = "Notes in this file how far the server has answered, and goes on from there when it exists", HelpName = "file" };
        var watch = new Option<string>("--watch") { Description = "Submits what is put into this folder, each file once and when it is no longer written to, until stopped", HelpName = "folder" };
        var done = new Option<string>("--done") { Description = "Where --watch moves files that were submitted; without it they stay and are remembered", HelpName = "folder" };
        var interval = new Option<double>("--interval") { Description = "Seconds between two looks of --watch; a file that did not change in between is whole", HelpName = "seconds", DefaultValueFactory = _ => 2 };
        var wait = new Option<bool>("--wait", "-w") { Description = "Wait until every accepted article is queryable" };
        var waitTimeout = new Option<double>("--wait-timeout") { Description = "Seconds --wait waits at most", HelpName = "seconds", DefaultValueFactory = _ => 300 };
        var list = new Option<bool>("--list") { Description = "One line for each article: what became of it, its id, where it came from" };
        var format = new OutputFormat();
        var command = new Command("submit", "Hands articles to the Gateway. OK means stored: an accepted article will become queryable.")
        {
            files, publisher, inputFormat, map, encoding, delimiter, checkpoint, watch, done, interval, wait, waitTimeout, list,
        };
        format.AddTo(command);
        gateway.AddTo(command);
        command.Validators.Add(result =>
        {
            var watches = result.GetResult(watch) is { Implicit: false };
            if (watches == result.GetResult(files) is { Tokens.Count: > 0 })
            {
                result.AddError(watches ? "--watch takes no files besides its folder" : "Required argument missing for command: 'submit'.");
            }

            if (!watches && result.GetResult(done) is { Implicit: false })
            {
                result.AddError("--done is for --watch");
            }

            if (result.GetResult(interval)?.Tokens.Count > 0 && result.GetValue(interval) is not (> 0 and <= 86_400))
            {
                result.AddError("--interval takes more than 0 and at most 86400 seconds");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new InputOptions
            {
                Publisher = parsed.GetValue(publisher),
                Format = parsed.GetValue(inputFormat) is { } name ? InputFormats.Names[name] : null,
                Map = parsed.GetValue(map) is { } mapping ? ColumnMapping.Parse(mapping) : null,
                Encoding = parsed.GetValue(encoding) is not { } charset ? null : Encodings.Find(charset) ?? throw new CommandFailure(ExitCode.Usage, $"there is no charset {charset}"),
                Delimiter = parsed.GetValue(delimiter) switch
                {
                    null => null,
                    "tab" or "\\t" => '\t',
                    { Length: 1 } one when char.IsAscii(one[0]) && one[0] is not ('"' or '\r' or '\n') => one[0],
                    var other => throw new CommandFailure(ExitCode.Usage, $"--delimiter takes one character or tab, not '{other}'"),
                },
            };
            using var client = gateway.Connect(parsed);
            var run = new Run(terminal, client, time)
            {
                Json = format.IsJson(parsed),
                List = parsed.GetValue(list),
            };
            if (parsed.GetValue(watch) is { } folder)
            {
                var watcher = new FolderWatch(folder, parsed.GetValue(done), parsed.GetValue(checkpoint), TimeSpan.FromSeconds(parsed.GetValue(interval)), terminal, time);
                await watcher.RunAsync(run, () => new InputReader(options, terminal, time), cancellation);
            }
            else
            {
                await SubmitAsync(run, TextFiles.Expand(parsed.GetRequiredValue(files), InputFormats.Extensions), new InputReader(options, terminal, time), parsed.GetValue(checkpoint), time, cancellation);
            }

            if (parsed.GetValue(wait))
            {
                await run.WaitAsync(TimeSpan.FromSeconds(parsed.GetValue(waitTimeout)), cancellation);
            }

            run.Summarise();
            return run.AnyFailed ? ExitCode.ItemsFailed : ExitCode.Ok;
        });
        examples.Add(command,
            "sikap submit deploy/samples/articles/ --wait",
            "sikap submit articles.jsonl --list",
            "sikap submit export.csv --map text=Body,title=Headline,published=Date,publisher=@ANTARA",
            "sikap submit crawl-00001.warc.gz --checkpoint crawl.progress",
            "sikap submit --watch /var/spool/wire --done /var/spool/wire-done",
            "cat article.txt | sikap submit - --publisher ANTARA");
        return command;
    }

    private static async Task SubmitAsync(Run run, IReadOnlyList<string> paths, InputReader reader, string? checkpointFile, TimeProvider time, CancellationToken cancellation)
    {
        if (checkpointFile is not null && paths.Contains(TextFiles.StandardInput))
        {
            throw new CommandFailure(ExitCode.Usage, "--checkpoint is for files: standard input cannot be read again");
        }

        var checkpoint = checkpointFile is null ? null : SubmitCheckpoint.Open(checkpointFile, time);
        await run.SubmitAsync(reader, paths, checkpoint, cancellation);
    }

    /// <summary>One run of the command: what was sent, what came back.</summary>
    internal sealed class Run(Terminal terminal, GatewayClient client, TimeProvider time)
    {
        // A stage needs some milliseconds for an article.
        private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(50);

        // Index of an item that was unusable here already.
        private const long NotSent = -1;

        // What is wrong with the dates of a file is wrong with all of them.
        private const int MaxNotesShown = 3;

        private readonly Progress _progress = new(terminal, time);
        private readonly Queue<(string Id, string Ref)> _pending = new();
        private readonly HashSet<string> _ids = [];
        private long _notes;
        private long _accepted;
        private long _known;
        private long _rejected;
        private long _failed;
        private long _unsupported;
        private long _coded;
        private bool _waited;
        private readonly SortedDictionary<string, long> _passedOver = new(StringComparer.Ordinal);
        private long _begun = time.GetTimestamp();
        private long _answeredBytes;
        private Source? _source;

        public required bool Json { get; init; }

        public required bool List { get; init; }

        /// <summary>True when articles come with codings.</summary>
        public bool Coded { get; init; }

        public bool AnyFailed => _rejected > 0 || _failed > 0;

        /// <summary>Articles that were refused or failed so far.</summary>
        public long Rejected => _rejected;

        /// <summary>Submits files, from where the checkpoint says they were left.</summary>
        public async Task SubmitAsync(InputReader reader, IReadOnlyList<string> paths, SubmitCheckpoint? checkpoint, CancellationToken cancellation)
        {
            var done = checkpoint is null ? null : paths.Select((path, index) =>
            {
                var (units, ended) = checkpoint.Begin(path);
                return new InputMark(index, units, ended);
            }).ToList();
            _begun = time.GetTimestamp();
            _answeredBytes = 0;
            _source = new Source(paths, checkpoint, paths.Contains(TextFiles.StandardInput) ? null : paths.Sum(Length), _accepted + _known);
            try
            {
                await SubmitAsync(reader.ReadAsync(paths, done is null ? null : index => done[index], cancellation), cancellation);
            }
            catch (Exception exception) when (cancellation.IsCancellationRequested && exception is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
            {
                _progress.Clear();
                terminal.Say($"interrupted: {_accepted + _known} articles were stored, {_rejected} rejected. {(checkpoint is null ? "Submit again: what is stored already is recognised." : "The same command goes on behind them.")}");
                throw;
            }
            finally
            {
                _source = null;
                checkpoint?.Save();
            }
        }

        public async Task SubmitAsync(IAsyncEnumerable<SubmitItem> items, CancellationToken cancellation)
        {
            try
            {
                await client.GuardAsync(async () => await ExchangeAsync(items, cancellation), cancellation);
            }
            catch (CommandFailure failure) when (_accepted + _known > 0)
            {
                _progress.Clear();
                throw new CommandFailure(failure.ExitCode, $"{failure.Message}\n{_accepted + _known} articles were stored before that. Submit again: what is stored already is recognised.");
            }
        }

        // A file that cannot be looked at is reported when it is read.
        private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

        public async Task WaitAsync(TimeSpan limit, CancellationToken cancellation)
        {
            _waited = true;
            var start = time.GetTimestamp();
            var total = _pending.Count;
            while (_pending.TryPeek(out var next))
            {
                var status = await client.CallAsync(options => client.Ingestion.GetArticleStatusAsync(new GetArticleStatusRequest { ArticleId = next.Id }, options), cancellation);
                switch (status.State)
                {
                    case ArticleState.Queryable:
                        _pending.Dequeue();
                        break;
                    case ArticleState.UnsupportedLanguage:
                        _pending.Dequeue();
                        _unsupported++;
                        break;
                    case ArticleState.Failed:
                        _pending.Dequeue();
                        _failed++;
                        _progress.Clear();
                        terminal.Say($"failed: {next.Ref}: {status.Reason}");
                        break;
                    default:
                        if (time.GetElapsedTime(start) > limit)
                        {
                            _progress.Clear();
                            throw new CommandFailure(ExitCode.ItemsFailed, $"{_pending.Count} of {total} articles are not queryable after {limit.TotalSeconds:0} s; they are stored and will be. See: sikap status");
                        }

                        await Task.Delay(PollPause, time, cancellation);
                        break;
                }

                _progress.Report($"{total - _pending.Count} of {total} queryable");
            }

            _progress.Clear();
        }

        public void Summarise()
        {
            if (_notes > MaxNotesShown)
            {
                terminal.Say($"note: {_notes - MaxNotesShown} more of these");
            }

            if (Json)
            {
                return;
            }

            if (_passedOver.Count > 0)
            {
                terminal.Say($"passed over: {string.Join(", ", _passedOver.Select(pair => $"{pair.Value} {pair.Key}"))}");
            }

            var parts = new List<string> { $"{_accepted} accepted", $"{_known} already known", $"{_rejected} rejected" };
            if (_passedOver.Count > 0)
            {
                parts.Add($"{_passedOver.Values.Sum()} passed over");
            }

            if (Coded)
            {
                parts.Add($"{_coded} with a new coding");
            }

            if (_waited)
            {
                parts.Add($"{_ids.Count - _failed - _unsupported} queryable");
                parts.Add($"{_unsupported} in an unsupported language");
                parts.Add($"{_failed} failed");
            }

            terminal.Out.WriteLine(string.Join(", ", parts));
        }

        private async Task<bool> ExchangeAsync(IAsyncEnumerable<SubmitItem> items, CancellationToken cancellation)
        {
            // No deadline: the stream is as long as the input. A server that hangs is noticed by the person at the progress line.
            using var call = client.Ingestion.SubmitArticles(cancellationToken: cancellation);
            var sent = Channel.CreateUnbounded<SubmitItem>();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var sending = SendOrStopAsync(call.RequestStream, items, sent.Writer, stop);
            try
            {
                await foreach (var result in call.ResponseStream.ReadAllAsync(stop.Token))
                {
                    var item = await sent.Reader.ReadAsync(stop.Token);
                    while (item.Request is null)
                    {
                        Done(item);
                        item = await sent.Reader.ReadAsync(stop.Token);
                    }

                    Note(result, item.Ref);
                    Done(item);
                }
            }
            catch
            {
                await stop.CancelAsync();
                try
                {
                    await sending;
                }
                catch (Exception exception) when (exception is RpcException or InvalidOperationException or OperationCanceledException)
                {
                    // The call's own status says why; the sender only adds that it could not go on.
                }

                throw;
            }

            await sending;
            while (sent.Reader.TryRead(out var rest))
            {
                Done(rest);
            }

            _progress.Clear();
            return true;
        }

        // A sender that fails must not leave the reader waiting for answers to what is never sent.
        private async Task SendOrStopAsync(
            IClientStreamWriter<SubmitArticleRequest> stream, IAsyncEnumerable<SubmitItem> items, ChannelWriter<SubmitItem> sent, CancellationTokenSource stop)
        {
            try
            {
                await SendAsync(stream, items, sent, stop.Token);
            }
            catch (Exception exception) when (exception is not (RpcException or InvalidOperationException))
            {
                // Where the stream itself broke, the reader learns the call's status.
                await stop.CancelAsync();
                throw;
            }
        }

        private async Task SendAsync(IClientStreamWriter<SubmitArticleRequest> stream, IAsyncEnumerable<SubmitItem> items, ChannelWriter<SubmitItem> sent, CancellationToken cancellation)
        {
            await foreach (var item in items.WithCancellation(cancellation))
            {
                if (item.Request is null)
                {
                    // Its mark counts when everything sent before has been answered.
                    await sent.WriteAsync(item, cancellation);
                    if (item.PassedOver is { } kind)
                    {
                        PassOver(kind);
                        continue;
                    }

                    if (Json)
                    {
                        OutputFormat.Write(terminal, new SubmitArticlesResponse
                        {
                            Index = NotSent,
                            ClientRef = item.Ref,
                            Rejected = new Google.Rpc.Status { Code = (int)StatusCode.InvalidArgument, Message = item.Problem },
                        });
                    }

                    Reject(item.Ref, item.Problem);
                    continue;
                }

                if (item.Problem.Length > 0 && ++_notes <= MaxNotesShown)
                {
                    lock (_progress)
                    {
                        _progress.Clear();
                        terminal.Say($"note: {item.Ref}: {item.Problem}");
                    }
                }

                await sent.WriteAsync(item, cancellation);
                await stream.WriteAsync(item.Request, cancellation);
            }

            await stream.CompleteAsync();
        }

        private void Note(SubmitArticlesResponse result, string reference)
        {
            if (Json)
            {
                OutputFormat.Write(terminal, result);
            }

            if (result.OutcomeCase == SubmitArticlesResponse.OutcomeOneofCase.Rejected)
            {
                Reject(reference, RichError.Of(result.Rejected).Explain(result.Rejected.Message, "; "));
                return;
            }

            if (_ids.Add(result.Accepted.ArticleId))
            {
                _pending.Enqueue((result.Accepted.ArticleId, reference));
            }

            _coded += result.Accepted.CodingChanged ? 1 : 0;
            if (result.Accepted.AlreadyExists)
            {
                _known++;
            }
            else
            {
                _accepted++;
            }

            lock (_progress)
            {
                if (List && !Json)
                {
                    _progress.Clear();
                    terminal.Out.WriteLine(TerminalText.OneLine($"{(result.Accepted.AlreadyExists ? "known   " : "accepted")} {result.Accepted.ArticleId} {reference}"));
                }

                _progress.Report($"{_accepted + _known} stored, {_rejected} rejected{Pace()}");
            }
        }

        private void Done(SubmitItem item)
        {
            _answeredBytes = Math.Max(_answeredBytes, item.BytesRead);
            if (item.Mark is { } mark && _source is { Checkpoint: { } checkpoint } source)
            {
                checkpoint.Note(source.Paths[mark.File], mark);
            }
        }

        private void PassOver(string kind)
        {
            lock (_progress)
            {
                if (kind.Length > 0)
                {
                    _passedOver[kind] = _passedOver.GetValueOrDefault(kind) + 1;
                }

                _progress.Report($"{_accepted + _known} stored, {_rejected} rejected{Pace()}");
            }
        }

        // "; 210/s; 45.0 of 1024.0 MB, 0:12 left"
        private string Pace()
        {
            const double Megabyte = 1024 * 1024;
            if (_source is not { } source || time.GetElapsedTime(_begun) is not { TotalSeconds: > 0 } elapsed)
            {
                return "";
            }

            // What is on its way says nothing of the pace: the whole of a small file fits into the connection.
            var read = Interlocked.Read(ref _answeredBytes);
            var left = source.TotalBytes is { } total && read > 0 && total > read ? TimeSpan.FromSeconds(elapsed.TotalSeconds * (total - read) / read) : (TimeSpan?)null;
            return string.Create(CultureInfo.InvariantCulture, $"; {(_accepted + _known - source.StoredBefore) / elapsed.TotalSeconds:0}/s; {read / Megabyte:0.0}{(source.TotalBytes is { } all ? $" of {all / Megabyte:0.0}" : "")} MB")
                + (left is { } rest ? string.Create(CultureInfo.InvariantCulture, $", {(int)rest.TotalHours}:{rest:mm\\:ss} left") : "");
        }

        /// <summary>What is being read.</summary>
        private sealed record Source(IReadOnlyList<string> Paths, SubmitCheckpoint? Checkpoint, long? TotalBytes, long StoredBefore);

        private void Reject(string reference, string reason)
        {
            lock (_progress)
            {
                _rejected++;
                _progress.Clear();
                terminal.Say($"rejected: {reference}: {reason}");
            }
        }
    }
}
