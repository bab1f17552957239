using Sikap.TestKit;

namespace Sikap.Nlp.Tests;

/// <summary>
/// Runs the examples of <c>Specs/*.md</c> (those of stances, <c>stance-*.md</c>, have a runner of their own). An example is a heading with the reason of
/// a rule, an article in a Markdown quotation, and what must come out:
/// <c>- kind | speaker | text | cue | mention [| date rule]</c> for every statement in order, or <c>- none</c>; lines such as <c>published: 2023-07-12 weekday-date</c>
/// for the frame of the article.
/// </summary>
public sealed class ExtractionSpecTests
{
    private static readonly Engine Engine = Engine.Create();

    private static string Folder => Path.Combine(SharedFolder.Repository, "tests", "Nlp.Tests", "Specs");

    public static TheoryData<string, string> Examples()
    {
        var data = new TheoryData<string, string>();
        foreach (var file in Directory.EnumerateFiles(Folder, "*.md").Where(f => !Path.GetFileName(f).StartsWith("stance-", StringComparison.Ordinal)).Order())
        {
            foreach (var line in File.ReadLines(file).Where(l => l.StartsWith("## ", StringComparison.Ordinal)))
            {
                data.Add(Path.GetFileName(file), line[3..].Trim());
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Extract_SpecExample_GivesWhatIsListed(string file, string heading)
    {
        var example = Read(file, heading);
        example.Expected.ShouldNotBeEmpty("an example without expectations proves nothing");

        var result = Engine.Extract(new() { Id = "spec", Text = example.Text, Published = example.Metadata });

        foreach (var statement in result.Statements)
        {
            statement.Content.Text.ShouldBe(example.Text[statement.Content.Start..statement.Content.End]);
        }

        var got = new List<string>();
        var statements = 0;
        foreach (var line in example.Expected)
        {
            got.Add(Actual(result, line, ref statements));
        }

        for (; statements < result.Statements.Count; statements++)
        {
            got.Add(Show(result.Statements[statements], 5));
        }

        string.Join('\n', got).ShouldBe(string.Join('\n', example.Expected));
    }

    // What came out, in the form of the line it is compared with.
    private static string Actual(ExtractedArticle result, string line, ref int statements)
    {
        if (line.StartsWith("- none", StringComparison.Ordinal))
        {
            return result.Statements.Count == 0 ? line : "- some";
        }

        if (line.StartsWith("- ", StringComparison.Ordinal))
        {
            return statements < result.Statements.Count ? Show(result.Statements[statements++], line.Split(" | ").Length) : "(no further statement)";
        }

        var key = line[..line.IndexOf(':', StringComparison.Ordinal)];
        return key switch
        {
            "title" => $"title: {result.Title ?? "-"}",
            "publisher" => $"publisher: {result.Publisher ?? "-"}",
            "dateline" => $"dateline: {result.Dateline ?? "-"}",
            "published" => $"published: {(result.Published is { } p ? $"{p.Value} {p.From}" : "-")}",
            "credits" => $"credits: {(result.Credits.Count == 0 ? "-" : string.Join("; ", result.Credits.Select(c => $"{c.Role} {c.Name}")))}",
            "boilerplate" => $"boilerplate: {(result.Boilerplate.Count == 0 ? "-" : string.Join("; ", result.Boilerplate.Select(b => b.In(result.Text))))}",
            "sentences" => $"sentences: {string.Join(" ¶ ", result.Sentences.Select(s => s.In(result.Text)))}",
            "roles" => $"roles: {string.Join("; ", result.Statements.Select(s => $"{s.Role ?? "-"} for {s.Speaker?.Represents ?? "-"}"))}",
            "types" => $"types: {string.Join("; ", result.Statements.Select(s => s.Speaker?.Type.ToString().ToLowerInvariant() ?? "-"))}",
            "mentions" => $"mentions: {string.Join("; ", result.Mentions.Select(m => $"{m.Span.In(result.Text)} = {m.Actor.Name}"))}",
            "inner" => $"inner: {Chain(result)}",
            "dates" => $"dates: {(result.Dates.Count == 0 ? "-" : string.Join("; ", result.Dates.Select(d => $"{d.Span.In(result.Text)} = {d.Value ?? "-"} {d.Precision.ToString().ToLowerInvariant()} {d.Rule}")))}",
            "via" => $"via: {string.Join("; ", result.Statements.Select(v => v.Via.Count == 0 ? "-" : string.Join(" < ", v.Via)))}",
            "language" => $"language: {result.Language}",
            _ => throw new InvalidOperationException($"unknown expectation {key}"),
        };
    }

    private static string Chain(ExtractedArticle result)
    {
        var inner = result.Statements.SelectMany(s => s.Inner).ToList();
        foreach (var part in inner)
        {
            part.Content.Text.ShouldBe(result.Text[part.Content.Start..part.Content.End]);
        }

        return inner.Count == 0 ? "-" : string.Join("; ", inner.Select(i => $"{i.Level} {i.Speaker.Name} | {i.Cue.Text} | {i.Content.Text}"));
    }

    private static string Show(Statement s, int fields)
    {
        var line = $"- {s.Kind.ToString().ToLowerInvariant()} | {s.Speaker?.Name ?? "-"} | {s.Content.Text} | {s.Cue?.Text ?? "-"} | {s.Mention?.Text ?? "-"}";
        return fields > 5 ? $"{line} | {(s.Date is { } date ? $"{date.Value} {date.From}" : "-")}" : line;
    }

    private static (string Text, List<string> Expected, DateTimeOffset? Metadata) Read(string file, string heading)
    {
        var text = new List<string>();
        var expected = new List<string>();
        DateTimeOffset? metadata = null;
        var inside = false;
        foreach (var line in File.ReadLines(Path.Combine(Folder, file)))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                inside = line[3..].Trim() == heading;
            }
            else if (inside && line.StartsWith('>'))
            {
                text.Add(line.Length > 1 ? line[2..] : "");
            }
            else if (inside && line.StartsWith("metadata: ", StringComparison.Ordinal))
            {
                metadata = DateTimeOffset.Parse(line["metadata: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
            }
            else if (inside && text.Count > 0 && (line.StartsWith("- ", StringComparison.Ordinal) || Keys.Any(k => line.StartsWith(k, StringComparison.Ordinal))))
            {
                expected.Add(line.TrimEnd());
            }
        }

        return (string.Join('\n', text), expected, metadata);
    }

    private static readonly string[] Keys = ["title:", "publisher:", "dateline:", "published:", "credits:", "boilerplate:", "sentences:", "roles:", "types:", "mentions:", "dates:", "via:", "language:", "inner:"];
}
