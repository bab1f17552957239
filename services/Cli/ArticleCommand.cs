using System.CommandLine;
using Google.Protobuf.Collections;
using Spectre.Console;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary><c>sikap article ID</c>.</summary>
internal static class ArticleCommand
{
    public static Command Create(Terminal terminal, GatewayOptions gateway, CommandTree.Examples examples)
    {
        var id = new Argument<string>("id") { Description = "Article id, as the other commands show it" };
        var full = new Option<bool>("--full") { Description = "With the article's text" };
        var format = new OutputFormat();
        var command = new Command("article", "One article: where it comes from, who says what in it, who is for or against what.") { id, full };
        format.AddTo(command);
        gateway.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = gateway.Connect(parsed);
            var answer = await client.CallAsync(options => client.Query.GetArticleAsync(new GetArticleRequest { ArticleId = parsed.GetRequiredValue(id) }, options), cancellation);
            if (format.IsJson(parsed))
            {
                OutputFormat.Write(terminal, answer);
            }
            else
            {
                Write(terminal, answer, parsed.GetValue(full));
            }

            return ExitCode.Ok;
        });
        examples.Add(command, "sikap article 5f2c...", "sikap article 5f2c... --full");
        return command;
    }

    private static void WriteOthers(Terminal terminal, string title, RepeatedField<ArticleInfo> articles)
    {
        if (articles.Count == 0)
        {
            return;
        }

        terminal.Console.WriteLine();
        Layout.Heading(terminal.Console, title);
        foreach (var article in articles)
        {
            Layout.Remark(terminal.Console, $"    {Wording.Of(article.Published)} {article.Publisher} · article {article.Id} {article.Title}");
        }
    }

    private static void Write(Terminal terminal, GetArticleResponse answer, bool full)
    {
        var article = answer.Article ?? new ArticleInfo();
        var facts = Layout.Table("Article", article.Id);
        foreach (var (name, value) in new[]
        {
            ("title", article.Title), ("publisher", article.Publisher), ("url", article.Url), ("dateline", article.Dateline),
            ("published", article.Published is { } date ? $"{date.Value} (from {date.From})" : ""), ("language", article.Language),
            ("credits", string.Join(", ", article.Credits.Select(credit => $"{credit.Role}: {credit.Name}"))),
            ("chain", answer.Chain.Count > 1 ? string.Join(" < ", answer.Chain) : ""),
            ("origin", answer.Origin is { Basis: not OriginBasis.Own } origin ? $"{origin.Outlet} (from {Wording.Of(origin.Basis)}){(origin.ArticleId.Length > 0 ? $" article {origin.ArticleId}" : "")}" : ""),
            ("superseded by", article.SupersededBy),
            ("story", article.StoryId == article.Id ? "" : article.StoryId),
            ("dates", string.Join("; ", answer.Dates.Select(Wording.Of))),
        })
        {
            if (value.Length > 0)
            {
                facts.AddRow(Layout.Cell(name), Layout.Cell(value));
            }
        }

        terminal.Console.Write(facts);
        WriteOthers(terminal, "Copies", answer.Copies);
        WriteOthers(terminal, "Other revisions", answer.Revisions);
        if (full)
        {
            terminal.Console.WriteLine();
            terminal.Console.Write(new Text(TerminalText.Lines(answer.Text)));
            terminal.Console.WriteLine();
        }

        if (answer.Statements.Count > 0)
        {
            terminal.Console.WriteLine();
            ListCommands.WriteStatements(terminal.Console, answer.Statements, withArticle: false);
        }

        if (answer.Stances.Count > 0)
        {
            terminal.Console.WriteLine();
            ListCommands.WriteStances(terminal.Console, answer.Stances, withArticle: false);
        }
    }
}
