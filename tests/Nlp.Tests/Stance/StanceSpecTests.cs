using System.Runtime.CompilerServices;

namespace Sikap.Nlp.Tests.Stances;

/// <summary>Runs the examples of <c>Specs/stance-*.md</c>: each is a heading, a reason, a quoted article, an issue and the stances it must yield, no more and no fewer.</summary>
public sealed class StanceSpecTests
{
    /// <summary>Follows every example, so that a single short sentence is enough text to tell its language by.</summary>
    private const string Filler = "\n\nUdara di kota kecil pada pagi hari sangat sejuk, dan banyak orang yang datang dari desa untuk berbelanja sayur.";

    private static readonly Engine Engine = Engine.Create();

    public static TheoryData<string, string> Examples()
    {
        var data = new TheoryData<string, string>();
        foreach (var example in All())
        {
            data.Add(example.File, example.Title);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Classify_Example_YieldsItsStances(string file, string title)
    {
        var example = All().Single(e => e.File == file && e.Title == title);

        var article = Engine.Extract(new Article { Id = "spec", Text = example.Text + Filler });
        var stances = Engine.Classify(article, new Codebook(0, example.Issues));

        var actual = stances.Select(s => $"{s.Holder.Name} | {s.IssueId} | {s.Label}".ToLowerInvariant()).Order(StringComparer.Ordinal);
        var expected = example.Expected.Select(e => $"{e.Holder} | {e.Issue} | {e.Label}".ToLowerInvariant()).Order(StringComparer.Ordinal);
        actual.ShouldBe(expected, string.Join('\n', stances.Select(s => $"{s.Holder.Name}: {s.Why}")));
        foreach (var (holder, issue, _, evidence) in example.Expected.Where(e => e.Evidence.Length > 0))
        {
            stances.Single(s => s.Holder.Name == holder && s.IssueId == issue).Evidence.Text.ShouldContain(evidence);
        }
    }

    [Fact]
    public void Examples_Files_AreFound() => All().Count.ShouldBeGreaterThan(30);

    private static List<Example> All()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Here())!, "..", "Specs");
        return [.. Directory.EnumerateFiles(folder, "stance-*.md").Order(StringComparer.Ordinal).SelectMany(Read)];
    }

    private static IEnumerable<Example> Read(string path)
    {
        Example? example = null;
        foreach (var line in File.ReadLines(path))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                if (example is not null)
                {
                    yield return example;
                }

                example = new Example(Path.GetFileName(path), line[3..]);
            }
            else if (example is not null && line.StartsWith('>'))
            {
                example.Text += (example.Text.Length == 0 ? "" : "\n") + line[1..].Trim();
            }
            else if (example is not null && line.StartsWith("issue: ", StringComparison.Ordinal))
            {
                var cells = line["issue: ".Length..].Split('|', StringSplitOptions.TrimEntries);
                example.Issues.Add(new Issue(cells[0], cells[1], cells[1], cells[2].Split(',', StringSplitOptions.TrimEntries)));
            }
            else if (example is not null && line.StartsWith("- ", StringComparison.Ordinal) && line != "- none")
            {
                var cells = line[2..].Split('|', StringSplitOptions.TrimEntries);
                example.Expected.Add((cells[0], cells[1], cells[2], cells.Length > 3 ? cells[3] : ""));
            }
        }

        if (example is not null)
        {
            yield return example;
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;

    private sealed record Example(string File, string Title)
    {
        public string Text { get; set; } = "";

        public List<Issue> Issues { get; } = [];

        public List<(string Holder, string Issue, string Label, string Evidence)> Expected { get; } = [];
    }
}
