using System.CommandLine;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap status</c>: how far the articles have come, all of them or one.</summary>
internal static class StatusCommand
{
    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var id = new Argument<string?>("id") { Description = "Article id, as submit --list prints it; all articles when absent", Arity = ArgumentArity.ZeroOrOne };
        var format = new OutputFormat();
        var command = new Command("status", "How far the articles have come, all of them or one.") { id };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            return parsed.GetValue(id) is { } articleId
                ? await OneAsync(terminal, client, articleId, format.IsJson(parsed), cancellation)
                : await AllAsync(terminal, client, format.IsJson(parsed), cancellation);
        });
        examples.Add(command, "sikap status", "sikap status 5f2c... --format json");
        return command;
    }

    private static async Task<int> OneAsync(Terminal terminal, GatewayClient client, string id, bool json, CancellationToken cancellation)
    {
        var status = await client.CallAsync(options => client.Ingestion.GetArticleStatusAsync(new GetArticleStatusRequest { ArticleId = id }, options), cancellation);
        if (json)
        {
            OutputFormat.Write(terminal, status);
        }
        else
        {
            terminal.Console.Write(new Text(TerminalText.OneLine($"{status.ArticleId} {Wording.Of(status.State)} {status.Reason}")));
            terminal.Console.WriteLine();
        }

        return status.State == ArticleState.Failed ? ExitCode.ItemsFailed : ExitCode.Ok;
    }

    private static async Task<int> AllAsync(Terminal terminal, GatewayClient client, bool json, CancellationToken cancellation)
    {
        var ingestion = await client.CallAsync(options => client.Ingestion.GetIngestionStatusAsync(new GetIngestionStatusRequest(), options), cancellation);
        var ledger = await client.CallAsync(options => client.Query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), options), cancellation);
        if (json)
        {
            terminal.Out.WriteLine($"{{\"ingestion\": {OutputFormat.Json(ingestion)}, \"ledger\": {OutputFormat.Json(ledger)}}}");
            return ExitCode.Ok;
        }

        var table = Layout.Table("Articles", "", "Ledger", "");
        (string, long)[] left =
        [
            ("accepted", ingestion.Accepted), ("in the pipeline", ingestion.Published), ("queryable", ingestion.Queryable), ("failed", ingestion.Failed),
            ("unsupported language", ingestion.UnsupportedLanguage), ("total", ingestion.Total),
        ];
        (string, long)[] right =
        [
            ("articles", ledger.Articles), ("statements", ledger.Statements), ("stances", ledger.Stances), ("actors", ledger.Actors),
            ("codebook version", ledger.CodebookVersion), ("waiting for the codebook", ledger.Replaying),
        ];
        foreach (var ((articles, count), (part, size)) in left.Zip(right))
        {
            table.AddRow(Layout.Cell(articles), Layout.Number(count), Layout.Cell(part), Layout.Number(size));
        }

        terminal.Console.Write(table);
        if (ingestion.FeedsNew + ingestion.FeedsHealthy + ingestion.FeedsFailing + ingestion.FeedsPaused > 0)
        {
            terminal.Console.Write(new Text($"Feeds: {ingestion.FeedsHealthy} healthy, {ingestion.FeedsFailing} failing, {ingestion.FeedsPaused} paused, {ingestion.FeedsNew} not visited yet"));
            terminal.Console.WriteLine();
        }

        return ExitCode.Ok;
    }
}
