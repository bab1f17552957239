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

    private static async Task<IReadOnlyList<string>> HoldersAsync(PipelineHost host, string issue, StanceLabel label)
    {
        var stances = await host.StancesAsync(new Filter { IssueId = issue, Label = label });
        stances.ShouldAllBe(stance => stance.Evidence.Text.Length > 0);
        return [.. stances.Select(stance => stance.Holder.Name).Distinct()];
    }
}
