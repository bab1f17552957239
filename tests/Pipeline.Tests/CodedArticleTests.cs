using Sikap.V1;

namespace Sikap.Pipeline.Tests;

/// <summary>What people coded by hand passes through the same stages as everything else, and stands where rules would have their say.</summary>
public sealed class CodedArticleTests
{
    private const string Text = "SAGARA - Gubernur Sagara Budi Raharja menolak pembangunan pelabuhan di Teluk Sagara. \"Kami menolak pembangunan pelabuhan itu,\" kata Budi di Sagara, Senin (3/7/2023).";
    private const string English = "The fishermen of the bay said on Monday that they would welcome the new harbour, provided that the moorings are kept for them.";

    [Fact]
    public async Task Coding_OfAStoredArticle_ReplacesTheRulesUntilItIsTakenBack()
    {
        await using var system = await PipelineHost.StartAsync();
        await system.DefineAsync(Issue("pelabuhan"));
        await system.SubmitAsync(Text, "Kabar Sagara");
        (await system.StancesAsync(new Filter())).ShouldHaveSingleItem().Label.ShouldBe(StanceLabel.Oppose);

        await SubmitAsync(system, Text, Code(Text, "Gubernur", StanceLabel.Support));
        var coded = await StancesAsync(system, stances => stances.All(stance => stance.Classifier == "coder Rina"));
        await SubmitAsync(system, Text, new Coding());
        var back = await StancesAsync(system, stances => stances.All(stance => stance.Classifier != "coder Rina"));

        (coded.Label, coded.Holder.Name, coded.Evidence.Text, coded.Confidence).ShouldBe((StanceLabel.Support, "Serikat Nelayan", "Gubernur", 1));
        back.Label.ShouldBe(StanceLabel.Oppose);
        system.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task Coding_InALanguageThatIsNotRead_OutlivesChangesOfTheCodebook()
    {
        await using var system = await PipelineHost.StartAsync();
        await system.DefineAsync(Issue("pelabuhan"));
        var id = (await SubmitAsync(system, English, Code(English, "welcome the new harbour", StanceLabel.Support))).ArticleId;
        (await system.WaitForEndAsync(id)).State.ShouldBe(ArticleState.UnsupportedLanguage);

        await system.Codebook.UpdateIssueAsync(new UpdateIssueRequest { Issue = new Issue(Issue("pelabuhan")) { Terms = { "dermaga" } } }, PipelineHost.Deadline);
        await system.WaitForCodebookAsync();

        (await system.StancesAsync(new Filter())).ShouldHaveSingleItem().Evidence.Text.ShouldBe("welcome the new harbour");
        system.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task Coding_ItsIssueIsMerged_MovesToTheIssueInItsPlaceAndTheDiffShowsIt()
    {
        await using var system = await PipelineHost.StartAsync();
        await system.DefineAsync(Issue("pelabuhan"), Issue("dermaga"));
        var id = (await SubmitAsync(system, Text, Code(Text, "Gubernur", StanceLabel.Support))).ArticleId;
        await system.WaitForEndAsync(id);
        await system.WaitForCodebookAsync();

        var merged = await system.Codebook.MergeIssuesAsync(new MergeIssuesRequest { SourceIds = { "pelabuhan" }, Into = new Issue(Issue("bandar")) }, PipelineHost.Deadline);
        await system.WaitForCodebookAsync();

        var stance = (await system.StancesAsync(new Filter())).Single(stance => stance.Classifier == "coder Rina");
        (stance.IssueId, stance.Holder.Name, stance.Label).ShouldBe(("bandar", "Serikat Nelayan", StanceLabel.Support));
        var diff = await system.Query.GetStanceDiffAsync(new GetStanceDiffRequest { FromVersion = 2 }, PipelineHost.Deadline);
        diff.Entries.Where(entry => (entry.Before ?? entry.After).Classifier == "coder Rina").Select(entry => (entry.Before?.IssueId, entry.After?.IssueId))
            .ShouldBe([("pelabuhan", null), (null, "bandar")], ignoreOrder: true);
        diff.ToVersion.ShouldBe(merged.CodebookVersion);
        system.ShouldHaveNoErrors();
    }

    private static Issue Issue(string id) => new() { Id = id, Title = id, Proposition = "Pemerintah membangun pelabuhan di Teluk Sagara", Terms = { id } };

    private static Coding Code(string text, string passage, StanceLabel label)
    {
        var start = text.IndexOf(passage, StringComparison.Ordinal);
        return new Coding
        {
            IssueIds = { "pelabuhan" },
            Stances =
            {
                new CodedStance
                {
                    Evidence = new Span { Start = start, End = start + passage.Length, Text = passage }, Holder = new Actor { Name = "Serikat Nelayan", Type = ActorType.Organization },
                    IssueId = "pelabuhan", Label = label, Coder = "Rina",
                },
            },
        };
    }

    private static async Task<SubmitArticleResponse> SubmitAsync(PipelineHost system, string text, Coding coding) =>
        await system.Ingestion.SubmitArticleAsync(new SubmitArticleRequest { Text = text, Publisher = "Kabar Sagara", Coding = coding }, PipelineHost.Deadline);

    private static async Task<Stance> StancesAsync(PipelineHost system, Func<IReadOnlyList<Stance>, bool> done) =>
        (await PipelineHost.WaitAsync(() => system.StancesAsync(new Filter()), stances => stances.Count == 1 && done(stances))).Single();
}
