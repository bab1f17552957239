using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Pipeline.Tests;

/// <summary>The questions at the head of the design, asked of five real articles that lie beside the repository.</summary>
public sealed class SeedAnswerTests
{
    private const string Office = "nato-tokyo-office";

    [Fact]
    public async Task Seeds_Questions_AreAnsweredWithEvidence()
    {
        var seeds = SharedFolder.RequireOrSkip("seeds");
        var issues = SharedFolder.RequireOrSkip(Path.Combine("eval", "seeds", "issues.json"));
        await using var host = await PipelineHost.StartAsync();
        await host.DefineAsync(PipelineHost.ReadIssues(issues));
        await host.SubmitFolderAsync(seeds);

        var against = await HoldersAsync(host, Office, StanceLabel.Oppose);
        var inFavour = await HoldersAsync(host, Office, StanceLabel.Support);
        var undecided = await HoldersAsync(host, Office, StanceLabel.Neutral);
        var partnership = await HoldersAsync(host, "nato-indopacific-partnership", StanceLabel.Support);
        var membership = await HoldersAsync(host, "japan-nato-membership", StanceLabel.Oppose);

        against.ShouldContain("Emmanuel Macron");
        against.ShouldContain("Prancis");
        against.ShouldContain("China");
        inFavour.ShouldContain("NATO");
        undecided.ShouldContain("Jens Stoltenberg");
        partnership.ShouldContain("Jens Stoltenberg");
        membership.ShouldContain("Fumio Kishida");
        host.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task Seeds_QuestionsOverManyStances_AreAnsweredWithEvidence()
    {
        var seeds = SharedFolder.RequireOrSkip("seeds");
        var issues = SharedFolder.RequireOrSkip(Path.Combine("eval", "seeds", "issues.json"));
        await using var host = await PipelineHost.StartAsync();
        await host.DefineAsync(PipelineHost.ReadIssues(issues));
        await host.SubmitFolderAsync(seeds);
        var office = new Filter { IssueId = Office };

        var matrix = await host.Query.GetMatrixAsync(new GetMatrixRequest { Filter = office, RollUp = RollUp.Represents, Period = Period.Year }, PipelineHost.Deadline);
        var changes = await host.Query.ListChangesAsync(new ListChangesRequest { Filter = office }, PipelineHost.Deadline);
        var states = await host.Query.ListIssueStatesAsync(new ListIssueStatesRequest { Filter = office }, PipelineHost.Deadline);
        var contradictions = await host.Query.ListContradictionsAsync(new ListContradictionsRequest { Filter = office }, PipelineHost.Deadline);
        var relations = await host.Query.ListRelationsAsync(new ListRelationsRequest { Filter = new Filter { Actor = "Beijing" }, Target = "NATO" }, PipelineHost.Deadline);
        var reports = await host.Query.ListReportsAsync(new ListReportsRequest(), PipelineHost.Deadline);
        var outlets = await host.Query.CompareOutletsAsync(new CompareOutletsRequest { Filter = office }, PipelineHost.Deadline);
        var silence = await host.Query.FindSilenceAsync(new FindSilenceRequest { Filter = office, Expected = { "FRA", "DEU", "China" } }, PipelineHost.Deadline);
        var found = await host.Query.SearchAsync(new SearchRequest { Query = "\"hulu ledak\" nuklir" }, PipelineHost.Deadline);

        matrix.Rows.Single(row => row.Holder.Name == "Prancis").Cells.ShouldAllBe(cell => cell.Prevailing == StanceLabel.Oppose && cell.Period == "2023");
        changes.Changes.ShouldContain(change => change.Kind == ChangeKind.FirstStated && change.Stance.Holder.Name == "Emmanuel Macron" && change.Stance.Label == StanceLabel.Oppose);
        // Planned (3 May, 13 June 2023), then still under discussion and blocked (12-13 July 2023).
        states.States.ShouldContain(state => state.State == ProposalState.Proposed && state.Date.Value.StartsWith("2023-05"));
        states.States.ShouldContain(state => state.State == ProposalState.Proposed && state.Date.Value.StartsWith("2023-06"));
        states.States.ShouldContain(state => state.State == ProposalState.Discussed && state.Evidence.Text.Contains("dibahas"));
        states.States.ShouldContain(state => state.State == ProposalState.Blocked && state.Date.Value.StartsWith("2023-07-13"));
        // "will build an office in 2024" against "is not going ahead".
        var facts = contradictions.Contradictions.Where(one => one.Kind == ContradictionKind.ConflictingFacts).ToList();
        facts.ShouldContain(one => one.FirstState.State == ProposalState.Proposed && one.SecondState.State == ProposalState.Withdrawn);
        relations.Relations.ShouldContain(one => one.Holder.Name == "China" && one.Label == StanceLabel.Oppose && one.Evidence.Text.Contains("China menolak"));
        reports.Total.ShouldBe(5);
        foreach (var origin in new[] { "Reuters", "AFP", "Nikkei", "South China Morning Post" })
        {
            reports.Reports.ShouldContain(report => report.Origin == origin);
        }
        reports.Reports.ShouldContain(report => report.Articles.Count == 1 && report.Articles[0].Chain.SequenceEqual(new[] { "ANTARA", "Anadolu", "Nikkei" }));
        outlets.Outlets.ShouldContain(outlet => outlet.Publisher == "ANTARA" && outlet.TakenOver == outlet.Articles);
        silence.Silent.Select(actor => actor.Name).ShouldBe(["DEU"]);
        silence.Expected.ShouldBe(3);
        found.Hits.Single().Passages.Single().Hits.Select(hit => hit.Text).ShouldBe(["hulu ledak", "nuklir"]);
        host.ShouldHaveNoErrors();
    }

    private static async Task<IReadOnlyList<string>> HoldersAsync(PipelineHost host, string issue, StanceLabel label)
    {
        var stances = await host.StancesAsync(new Filter { IssueId = issue, Label = label });
        stances.ShouldAllBe(stance => stance.Evidence.Text.Length > 0);
        return [.. stances.Select(stance => stance.Holder.Name).Distinct()];
    }
}
