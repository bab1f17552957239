using System.CommandLine;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap revisions ID</c> and <c>sikap clusters</c>: which articles are one.</summary>
internal static class IdentityCommands
{
    public static Command Revisions(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var id = new Argument<string>("id") { Description = "Article id, as the other commands show it" };
        var format = new OutputFormat();
        var command = new Command("revisions", "The revisions of an article by its outlet, and what each changed.") { id };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var answer = await client.CallAsync(options => client.Ingestion.ListRevisionsAsync(new ListRevisionsRequest { ArticleId = parsed.GetRequiredValue(id) }, options), cancellation);
            if (format.IsJson(parsed))
            {
                OutputFormat.Write(terminal, answer);
                return ExitCode.Ok;
            }

            foreach (var revision in answer.Revisions)
            {
                var at = (revision.PublishedAt ?? revision.AcceptedAt)?.ToDateTimeOffset();
                Layout.Heading(terminal.Console, $"{at:yyyy-MM-dd HH:mm} article {revision.ArticleId}{(revision.Title.Length > 0 ? $": {revision.Title}" : "")}{(revision.TitleChanged ? " (another headline)" : "")}");
                foreach (var gone in revision.Removed)
                {
                    Layout.Remark(terminal.Console, $"    - {TerminalText.OneLine(gone.Text)}");
                }

                foreach (var added in revision.Added)
                {
                    Layout.Remark(terminal.Console, $"    + {TerminalText.OneLine(added.Text)}");
                }
            }

            return ExitCode.Ok;
        });
        examples.Add(command, "sikap revisions 5f2c...");
        return command;
    }

    public static Command Clusters(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var stories = new Option<bool>("--stories") { Description = "Reports on the same event instead of copies of the same text" };
        var least = new Option<int>("--min") { Description = "Articles that a group has at least", DefaultValueFactory = _ => 2, HelpName = "count" };
        least.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--min must be at least 1");
            }
        });
        var command = ListCommands.Create(terminal, gateway, "clusters", "Articles that are copies of each other, or report the same event; those that grew last come first.", "group",
            parsed => new ListClustersRequest { Kind = parsed.GetValue(stories) ? ClusterKind.Story : ClusterKind.Report, MinArticles = parsed.GetValue(least) },
            (client, request, options) => client.Ingestion.ListClustersAsync(request, options),
            answer => answer.Clusters,
            (console, answer) =>
            {
                foreach (var cluster in answer.Clusters)
                {
                    Layout.Heading(console, $"{Wording.Count(cluster.ArticleCount, "article")}{(cluster.Title.Length > 0 ? $": {cluster.Title}" : "")}");
                    foreach (var article in cluster.Articles)
                    {
                        Layout.Remark(console, $"    {article.At?.ToDateTimeOffset():yyyy-MM-dd HH:mm} {article.Publisher} · article {article.ArticleId}{(article.ArticleId == cluster.Id ? "" : $" · {Wording.Of(article.Resemblance)} alike")}");
                    }
                }
            });
        command.Options.Add(stories);
        command.Options.Add(least);
        examples.Add(command, "sikap clusters", "sikap clusters --stories --min 5");
        return command;
    }
}
