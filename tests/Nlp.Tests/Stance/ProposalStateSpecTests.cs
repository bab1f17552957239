using System.Runtime.CompilerServices;

namespace Sikap.Nlp.Tests.Stances;

/// <summary>Runs the examples of <c>Specs/stance-states/*.md</c>: each is a heading, a reason, a quoted article, an issue and the states it must yield, no more and no fewer.</summary>
public sealed class ProposalStateSpecTests
{
    private const string Filler = "\n\nUdara di kota kecil pada pagi hari sangat sejuk, dan banyak orang yang datang dari desa untuk berbelanja sayur.";

    private static readonly Engine Engine = Engine.Create();

    public static TheoryData<string> Examples() => [.. All().Select(example => example.Title)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void ReadIssues_Example_YieldsItsStates(string title)
    {
        var example = All().Single(e => e.Title == title);

        var article = Engine.Extract(new Article { Id = "spec", Text = example.Text + Filler });
        var states = Engine.ReadIssues(article, new Codebook(0, [example.Issue!])).States;

        states.Select(state => $"{state.State} | {state.Cue.Text}".ToLowerInvariant()).ShouldBe(example.Expected, ignoreOrder: true, string.Join('\n', states.Select(state => state.Why)));
        foreach (var state in states)
        {
            state.Evidence.Text.ShouldBe(article.Text[state.Evidence.Start..state.Evidence.End]);
            article.Text[state.Cue.Start..state.Cue.End].ShouldBe(state.Cue.Text);
            state.Cue.Start.ShouldBeInRange(state.Evidence.Start, state.Evidence.End);
            state.Confidence.ShouldBeInRange(0.3, 1);
        }
    }

    [Fact]
    public void ReadIssues_Possibility_IsLessSureThanAFact()
    {
        var issue = new Issue("dermaga", "Dermaga", "Dermaga Teluk Wangi dibangun", ["dermaga Teluk Wangi"]);
        double Confidence(string text) => Engine.ReadIssues(Engine.Extract(new Article { Id = "a", Text = text + Filler }), new Codebook(0, [issue])).States.Single().Confidence;

        Confidence("Pembangunan dermaga Teluk Wangi kemungkinan batal.").ShouldBeLessThan(Confidence("Pembangunan dermaga Teluk Wangi batal."));
    }

    [Fact]
    public void Parse_UnknownState_NamesTheLine() =>
        Should.Throw<InvalidOperationException>(() => Nlp.Stances.ProposalStates.Parse("rencana\tproposed\tverb\t0.9\nkandas\tsunk\tverb\t0.9\n")).Message.ShouldContain("line 2: unknown state sunk");

    private static List<Example> All()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Here())!, "..", "Specs");
        var examples = new List<Example>();
        foreach (var line in File.ReadLines(Path.Combine(folder, "stance-states", "states.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                examples.Add(new Example(line[3..]));
            }
            else if (examples.Count > 0 && line.StartsWith('>'))
            {
                examples[^1].Text += (examples[^1].Text.Length == 0 ? "" : "\n") + line[1..].Trim();
            }
            else if (examples.Count > 0 && line.StartsWith("issue: ", StringComparison.Ordinal))
            {
                var cells = line["issue: ".Length..].Split('|', StringSplitOptions.TrimEntries);
                examples[^1].Issue = new Issue(cells[0], cells[1], cells[1], cells[2].Split(',', StringSplitOptions.TrimEntries));
            }
            else if (examples.Count > 0 && line.StartsWith("- ", StringComparison.Ordinal) && line != "- none")
            {
                examples[^1].Expected.Add(string.Join(" | ", line[2..].Split('|', StringSplitOptions.TrimEntries)));
            }
        }

        return examples;
    }

    private static string Here([CallerFilePath] string path = "") => path;

    private sealed record Example(string Title)
    {
        public string Text { get; set; } = "";

        public Issue? Issue { get; set; }

        public List<string> Expected { get; } = [];
    }
}
