using Sikap.V1;

namespace Sikap.Pipeline.Tests;

/// <summary>Changes of the codebook reach the stances of stored articles, and what they did can be asked for.</summary>
public sealed class CodebookChangeTests
{
    private const string Text = "SAGARA - Gubernur Sagara Budi Raharja menolak pembangunan pelabuhan di Teluk Sagara. \"Kami menolak pembangunan pelabuhan itu,\" kata Budi di Sagara, Senin (3/7/2023).";

    [Fact]
    public async Task MergeUpdateAndSplit_StoredArticles_ReplayAndDiffShowIt()
    {
        await using var system = await PipelineHost.StartAsync();
        await system.DefineAsync(Issue("pelabuhan"), Issue("stasiun"));
        await system.SubmitAsync(Text, "Kabar Sagara");
        await system.WaitForCodebookAsync();
        (await system.StancesAsync(new Filter())).ShouldHaveSingleItem().IssueId.ShouldBe("pelabuhan");

        var merged = await system.Codebook.MergeIssuesAsync(
            new MergeIssuesRequest { SourceIds = { "pelabuhan", "stasiun" }, Into = Issue("prasarana", "pembangunan pelabuhan") }, PipelineHost.Deadline);
        var progress = await ReplayAsync(system, merged.CodebookVersion);
        var diff = await system.Query.GetStanceDiffAsync(new GetStanceDiffRequest { FromVersion = 2 }, PipelineHost.Deadline);

        progress[^1].Complete.ShouldBeTrue();
        (diff.Added, diff.Removed, diff.Changed, diff.Waiting, diff.ToVersion).ShouldBe((1, 1, 0, 0, merged.CodebookVersion));
        diff.Entries.Select(entry => (entry.Before?.IssueId, entry.After?.IssueId)).ShouldBe([("pelabuhan", null), (null, "prasarana")], ignoreOrder: true);
        (await system.StancesAsync(new Filter())).ShouldHaveSingleItem().IssueId.ShouldBe("prasarana");

        var split = await system.Codebook.SplitIssueAsync(new SplitIssueRequest { Id = "prasarana", Parts = { Issue("stasiun-baru"), Issue("pelabuhan-baru", "pembangunan pelabuhan") } }, PipelineHost.Deadline);
        await ReplayAsync(system, split.CodebookVersion);

        (await system.StancesAsync(new Filter())).Select(stance => stance.IssueId).ShouldBe(["pelabuhan-baru"]);
        var history = await system.Codebook.ListIssueHistoryAsync(new ListIssueHistoryRequest { IssueId = "prasarana" }, PipelineHost.Deadline);
        history.Revisions.Select(revision => revision.Kind).ShouldBe([IssueChangeKind.Split, IssueChangeKind.Defined]);
        system.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task Retire_StoredArticles_AreClassifiedAgainWithoutIt()
    {
        await using var system = await PipelineHost.StartAsync();
        // Both are about the same sentences, for which they compete.
        await system.DefineAsync(Issue("pelabuhan", "pembangunan pelabuhan"), Issue("prasarana", "pelabuhan"));
        await system.SubmitAsync(Text, "Kabar Sagara");
        await system.WaitForCodebookAsync();
        var before = await StancesAsync();

        var retired = await system.Codebook.RetireIssueAsync(new RetireIssueRequest { Id = "pelabuhan" }, PipelineHost.Deadline);
        var progress = await ReplayAsync(system, retired.Version);

        (progress[^1].Complete, progress[^1].Concerned).ShouldBe((true, 1));
        var after = await StancesAsync();
        after.ShouldBe((await system.Analysis.AnalyzeAsync(new AnalyzeRequest { Text = Text }, PipelineHost.Deadline)).Stances.Select(Shown));
        // What is left has more than the retired issue left to it: a sentence fell to it.
        after.Except(before).ShouldNotBeEmpty();
        var diff = await system.Query.GetStanceDiffAsync(new GetStanceDiffRequest { FromVersion = 2 }, PipelineHost.Deadline);
        diff.Entries.Where(entry => entry.Before is not null).Select(entry => Shown(entry.Before)).ShouldBe(before.Except(after), ignoreOrder: true);
        diff.Entries.Where(entry => entry.After is not null).Select(entry => Shown(entry.After)).ShouldBe(after.Except(before), ignoreOrder: true);
        system.ShouldHaveNoErrors();

        async Task<List<string>> StancesAsync() => [.. (await system.StancesAsync(new Filter())).Select(Shown)];

        static string Shown(Stance stance) => $"{stance.IssueId} {stance.Holder.Name} {stance.Label}: {stance.Evidence.Text}";
    }

    private static Issue Issue(string id, string? term = null) =>
        new() { Id = id, Title = id, Proposition = $"Pemerintah membangun {(term is null ? id : "pelabuhan")} di Teluk Sagara", Terms = { term ?? id } };

    private static async Task<List<ReplayProgress>> ReplayAsync(PipelineHost system, long version)
    {
        var seen = new List<ReplayProgress>();
        using var call = system.Query.WatchReplay(new WatchReplayRequest { CodebookVersion = version }, PipelineHost.Deadline);
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            seen.Add(call.ResponseStream.Current);
        }

        return seen;
    }
}
