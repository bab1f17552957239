using System.CommandLine;
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
            Description = "Text files (one article each), .jsonl files (one object a line: id, publisher, url, published, title, text), folders of them, or - for standard input",
            Arity = ArgumentArity.OneOrMore,
        };
        var publisher = new Option<string>("--publisher", "-p") { Description = "Outlet of articles that do not name theirs", HelpName = "name" };
        var wait = new Option<bool>("--wait", "-w") { Description = "Wait until every accepted article is queryable" };
        var waitTimeout = new Option<double>("--wait-timeout") { Description = "Seconds --wait waits at most", HelpName = "seconds", DefaultValueFactory = _ => 300 };
        var list = new Option<bool>("--list") { Description = "One line for each article: what became of it, its id, where it came from" };
        var format = new OutputFormat();
        var command = new Command("submit", "Hands articles to the Gateway. OK means stored: an accepted article will become queryable.") { files, publisher, wait, waitTimeout, list };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var paths = TextFiles.Expand(parsed.GetRequiredValue(files), ArticleSource.Extensions);
            using var client = gateway.Connect(parsed);
            var run = new Run(terminal, client, time)
            {
                Json = format.IsJson(parsed),
                List = parsed.GetValue(list),
            };
            await run.SubmitAsync(ArticleSource.ReadAsync(paths, parsed.GetValue(publisher), terminal, cancellation), cancellation);
            if (parsed.GetValue(wait))
            {
                await run.WaitAsync(TimeSpan.FromSeconds(parsed.GetValue(waitTimeout)), cancellation);
            }

            run.Summarise();
            return run.AnyFailed ? ExitCode.ItemsFailed : ExitCode.Ok;
        });
        examples.Add(command, "sikap submit deploy/samples/articles/ --wait", "sikap submit articles.jsonl --list", "cat article.txt | sikap submit - --publisher ANTARA");
        return command;
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

        public required bool Json { get; init; }

        public required bool List { get; init; }

        /// <summary>True when articles come with codings.</summary>
        public bool Coded { get; init; }

        public bool AnyFailed => _rejected > 0 || _failed > 0;

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

            var parts = new List<string> { $"{_accepted} accepted", $"{_known} already known", $"{_rejected} rejected" };
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
            var sent = Channel.CreateUnbounded<string>();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var sending = SendOrStopAsync(call.RequestStream, items, sent.Writer, stop);
            try
            {
                await foreach (var result in call.ResponseStream.ReadAllAsync(stop.Token))
                {
                    Note(result, await sent.Reader.ReadAsync(stop.Token));
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
            _progress.Clear();
            return true;
        }

        // A sender that fails must not leave the reader waiting for answers to what is never sent.
        private async Task SendOrStopAsync(
            IClientStreamWriter<SubmitArticleRequest> stream, IAsyncEnumerable<SubmitItem> items, ChannelWriter<string> sent, CancellationTokenSource stop)
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

        private async Task SendAsync(IClientStreamWriter<SubmitArticleRequest> stream, IAsyncEnumerable<SubmitItem> items, ChannelWriter<string> sent, CancellationToken cancellation)
        {
            await foreach (var item in items.WithCancellation(cancellation))
            {
                if (item.Request is null)
                {
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

                await sent.WriteAsync(item.Ref, cancellation);
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

                _progress.Report($"{_accepted + _known} stored, {_rejected} rejected");
            }
        }

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
