using System.CommandLine;
using Spectre.Console;
using Sikap.Contracts;
using Sikap.Nlp;

namespace Sikap.Cli;

/// <summary><c>sikap analyze</c>: runs the engine in this process; needs no service.</summary>
internal static class AnalyzeCommand
{
    private static readonly string[] Extensions = [".txt"];

    public static Command Create(Terminal terminal, CommandTree.Examples examples)
    {
        var files = new Argument<string[]>("file") { Description = "Text files with one article each, folders of .txt files, or - for standard input", Arity = ArgumentArity.OneOrMore };
        var issues = new Option<string>("--issues", "-i") { Description = "Codebook to find stances on: {\"issues\": [{\"id\", \"title\", \"proposition\", \"terms\"}]}; without it only statements are found", HelpName = "file" };
        var actors = new Option<string>("--actors", "-a") { Description = "YAML or JSON file with actors and aliases to know besides the engine's own: {\"actors\": [{\"name\", \"type\", \"aliases\", \"represents\", \"offices\"}]}", HelpName = "file" };
        var format = new Option<string>("--format") { Description = "jsonl: one JSON object per article; text: for people", DefaultValueFactory = _ => "jsonl" };
        format.AcceptOnlyFromAmong("jsonl", "text");
        var command = new Command("analyze", "Who says what, who is for or against what, and what has become of proposals, in files on this machine. Needs no service.") { files, issues, actors, format };
        command.SetAction(async (parsed, cancellation) =>
        {
            var paths = TextFiles.Expand(parsed.GetRequiredValue(files), Extensions);
            var codebook = parsed.GetValue(issues) is { } path
                ? new Codebook(0, [.. (await TextFiles.ReadAsync(path, "issues", CodebookFile.Issues, terminal, cancellation)).Select(issue => issue.ToNlp())])
                : new Codebook(0, []);
            var engine = Engine.Create();
            if (parsed.GetValue(actors) is { } list)
            {
                engine = engine.WithActors([.. (await TextFiles.ReadAsync(list, "actors", CodebookFile.Actors, terminal, cancellation)).Select(actor => actor.ToNlp())]);
            }

            var failed = false;
            foreach (var file in paths)
            {
                var (text, problem) = await TextFiles.ReadAsync(file, terminal, cancellation);
                if (text?.Length > Engine.MaxTextChars)
                {
                    (text, problem) = (null, $"is longer than {Engine.MaxTextChars} characters");
                }

                if (text is null)
                {
                    terminal.Say($"sikap: {file} {problem}");
                    failed = true;
                    continue;
                }

                var article = engine.Extract(new Article { Id = file == TextFiles.StandardInput ? "stdin" : Path.GetFileNameWithoutExtension(file), Text = text });
                var reading = engine.ReadIssues(article, codebook);
                if (parsed.GetValue(format) == "text")
                {
                    WriteText(terminal, article, reading);
                }
                else
                {
                    terminal.Out.WriteLine(AnalysisJson.Write(article, reading));
                }
            }

            return failed ? ExitCode.ItemsFailed : ExitCode.Ok;
        });
        examples.Add(command,
            "sikap analyze article.txt",
            "sikap analyze --issues deploy/samples/issues.json --format text deploy/samples/articles/01-macron-tolak-kantor-tokyo.txt",
            "sikap analyze --actors deploy/samples/actors.yaml article.txt",
            "cat article.txt | sikap analyze - | jq .statements[].speaker.name");
        return command;
    }

    private static void WriteText(Terminal terminal, ExtractedArticle article, IssueReading reading)
    {
        var console = terminal.Console;
        Layout.Heading(console, string.Join(" · ", new[] { article.Id, article.Publisher, article.Dateline, article.Published?.Value, article.Title }.Where(part => !string.IsNullOrEmpty(part))));
        if (article.Credits.Count > 0)
        {
            Layout.Remark(console, string.Join(", ", article.Credits.Select(credit => $"{credit.Role}: {credit.Name}")));
        }

        if (article.Published is { } published)
        {
            Layout.Remark(console, $"published {published.Value} (from {published.From})");
        }

        if (article.Dates.Count > 0)
        {
            Layout.Remark(console, $"dates: {string.Join("; ", article.Dates.Select(mention => Wording.Of(mention.ToProto(article))))}");
        }

        if (article.Language != "id")
        {
            Layout.Remark(console, $"language {article.Language}: not read");
        }

        if (article.Statements.Count > 0)
        {
            console.WriteLine();
            ListCommands.WriteStatements(console, article.Statements.Select(statement => statement.ToProto(article.Id)), withArticle: false);
        }

        if (reading.Stances.Count > 0)
        {
            console.WriteLine();
            ListCommands.WriteStances(console, reading.Stances.Select(stance => stance.ToProto(article.Id, null, 0)), withArticle: false);
        }

        if (reading.States.Count > 0)
        {
            console.WriteLine();
            LedgerCommands.WriteStates(console, reading.States.Select(state => state.ToProto(article.Id, null, 0)), withArticle: false);
        }

        if (reading.Relations.Count > 0)
        {
            console.WriteLine();
            LedgerCommands.WriteRelations(console, reading.Relations.Select(relation => relation.ToProto(article.Id, null)), withArticle: false);
        }

        console.WriteLine();
    }
}
