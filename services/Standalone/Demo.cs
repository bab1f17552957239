using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Sikap.Cli;
using Sikap.Contracts;
using Sikap.V1;

namespace Sikap.Standalone;

/// <summary>Shows the system at work, as a client of the Gateway like any other: defines the sample codebook, submits the sample articles, prints the matrix.</summary>
internal sealed class Demo(Terminal terminal, Uri gateway, TimeProvider time)
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs the demo.</summary>
    /// <returns>False when an article was refused or failed, or nothing was found.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var samples = Path.Combine(AppContext.BaseDirectory, "samples");
        using var channel = GrpcChannel.ForAddress(gateway);
        var codebook = new CodebookService.CodebookServiceClient(channel);
        var ingestion = new IngestionService.IngestionServiceClient(channel);
        var query = new QueryService.QueryServiceClient(channel);

        var version = await DefineIssuesAsync(codebook, Path.Combine(samples, "issues.json"), cancellation);
        var (ids, complete) = await SubmitAsync(ingestion, Path.Combine(samples, "articles"), cancellation);
        complete &= await WaitAsync(ingestion, query, ids, version, cancellation);

        var matrix = await query.GetMatrixAsync(new GetMatrixRequest { Filter = new Filter() }, Options(cancellation));
        var ledger = await query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), Options(cancellation));
        terminal.Say($"{Wording.Count(ledger.Articles, "article")}, {Wording.Count(ledger.Statements, "statement")}, {Wording.Count(ledger.Stances, "stance")}, "
            + $"{Wording.Count(ledger.Actors, "actor")} after {time.GetElapsedTime(start).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
        terminal.Out.WriteLine();
        MatrixView.Write(terminal.Console, matrix);
        return complete && matrix.Rows.Count > 0;
    }

    /// <summary>Commands to try against the running system.</summary>
    public static void SayWhatNext(Terminal terminal, Uri gateway, bool demo)
    {
        var option = gateway.Port == Listeners.DefaultPortBase && gateway.Host == "localhost" ? "" : $" --gateway {gateway.GetLeftPart(UriPartial.Authority)}";
        string[] commands = demo
            ?
            [
                "sikap stances --issue nato-tokyo-office --label oppose",
                "sikap timeline --actor Stoltenberg",
                "sikap statements --represents CHN",
                "sikap submit my-article.txt --wait",
            ]
            :
            [
                "sikap issues define --file deploy/samples/issues.json",
                "sikap submit deploy/samples/articles/ --wait",
                "sikap matrix",
            ];
        terminal.Error.WriteLine();
        terminal.Error.WriteLine("Try from another terminal, at the root of the repository:");
        terminal.Error.WriteLine("  alias sikap='dotnet run --project services/Cli --'");
        foreach (var command in commands)
        {
            terminal.Error.WriteLine($"  {command}{option}");
        }
    }

    private async Task<long> DefineIssuesAsync(CodebookService.CodebookServiceClient codebook, string file, CancellationToken cancellation)
    {
        var version = 0L;
        foreach (var issue in JsonParser.Default.Parse<ListIssuesResponse>(await File.ReadAllTextAsync(file, cancellation)).Issues)
        {
            Issue stored;
            try
            {
                stored = await codebook.DefineIssueAsync(new DefineIssueRequest { Issue = issue }, Options(cancellation));
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.AlreadyExists)
            {
                // Kept stores may hold an older form of the sample codebook.
                stored = await codebook.UpdateIssueAsync(new UpdateIssueRequest { Issue = issue }, Options(cancellation));
            }

            version = Math.Max(version, stored.Version);
        }

        return version;
    }

    private async Task<(List<string> Ids, bool Complete)> SubmitAsync(IngestionService.IngestionServiceClient ingestion, string folder, CancellationToken cancellation)
    {
        var files = Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal).ToList();
        var ids = new List<string>();
        var complete = true;
        using var call = ingestion.SubmitArticles(Options(cancellation));
        foreach (var file in files)
        {
            await call.RequestStream.WriteAsync(
                new SubmitArticleRequest { Text = await File.ReadAllTextAsync(file, cancellation), ClientRef = Path.GetFileNameWithoutExtension(file) }, cancellation);
        }

        await call.RequestStream.CompleteAsync();
        await foreach (var result in call.ResponseStream.ReadAllAsync(cancellation))
        {
            if (result.OutcomeCase == SubmitArticlesResponse.OutcomeOneofCase.Accepted)
            {
                ids.Add(result.Accepted.ArticleId);
                terminal.Say($"{(result.Accepted.AlreadyExists ? "known    " : "accepted ")} {result.ClientRef}");
            }
            else
            {
                complete = false;
                terminal.Say($"rejected  {result.ClientRef}: {result.Rejected?.Message}");
            }
        }

        return (ids, complete);
    }

    private async Task<bool> WaitAsync(
        IngestionService.IngestionServiceClient ingestion, QueryService.QueryServiceClient query, List<string> ids, long codebookVersion, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(WaitTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var complete = true;
        try
        {
            foreach (var id in ids)
            {
                complete &= await IsQueryableAsync(ingestion, id, either.Token);
            }

            // Articles kept from an earlier run are classified anew when the codebook changed.
            while (await query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), Options(either.Token)) is { } ledger
                && (ledger.Replaying > 0 || ledger.CodebookVersion < codebookVersion))
            {
                await Task.Delay(PollPause, time, either.Token);
            }

            return complete;
        }
        catch (Exception exception) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested && exception is OperationCanceledException or RpcException)
        {
            terminal.Say($"not everything was queryable after {WaitTimeout.TotalSeconds:0} s");
            return false;
        }
    }

    private async Task<bool> IsQueryableAsync(IngestionService.IngestionServiceClient ingestion, string id, CancellationToken cancellation)
    {
        while (true)
        {
            var status = await ingestion.GetArticleStatusAsync(new GetArticleStatusRequest { ArticleId = id }, Options(cancellation));
            switch (status.State)
            {
                case ArticleState.Queryable or ArticleState.UnsupportedLanguage:
                    return true;
                case ArticleState.Failed:
                    terminal.Say($"failed    {id}: {status.Reason}");
                    return false;
            }

            await Task.Delay(PollPause, time, cancellation);
        }
    }

    private CallOptions Options(CancellationToken cancellation) => new(deadline: (time.GetUtcNow() + CallTimeout).UtcDateTime, cancellationToken: cancellation);
}
