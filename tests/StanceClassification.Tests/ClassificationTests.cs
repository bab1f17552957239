using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Sikap.V1;
using Issue = Sikap.V1.Issue;
using StanceLabel = Sikap.Nlp.StanceLabel;

namespace Sikap.StanceClassification.Tests;

public sealed class ClassificationTests
{
    private const string Text =
        "JAKARTA - Gubernur Sagara Budi Raharja menolak rencana pembangunan pelabuhan di Teluk Sagara. \"Kami menolak pembangunan pelabuhan itu,\" kata Budi di Jakarta, Senin (3/7/2023).";

    private static readonly DateTimeOffset Then = new(2023, 7, 3, 10, 0, 0, TimeSpan.Zero);
    private static readonly Engine Engine = Engine.Create();

    [Fact]
    public async Task StatementsExtracted_AgainstTheCodebook_StancesWithVersionAndIssues()
    {
        await using var host = await ClassificationHost.StartAsync();
        await DefineAsync(host, "pelabuhan");
        await DefineAsync(host, "stasiun");
        var article = Engine.Extract(new Article { Id = "a1", Text = Text, Publisher = "Kabar Uji" });

        await host.PublishAsync(new StatementsExtracted { Article = article, Url = "https://contoh.example/1", AcceptedAt = Then });

        var result = await host.NextClassifiedAsync();
        result.Article.Id.ShouldBe("a1");
        result.Article.Statements.Count.ShouldBe(article.Statements.Count);
        result.Url.ShouldBe("https://contoh.example/1");
        result.AcceptedAt.ShouldBe(Then);
        result.CodebookVersion.ShouldBe(2);
        result.IssueIds.ShouldBe(["pelabuhan", "stasiun"]);
        var stance = result.Stances.ShouldHaveSingleItem();
        (stance.IssueId, stance.Label).ShouldBe(("pelabuhan", StanceLabel.Oppose));
        Text[stance.Evidence.Start..stance.Evidence.End].ShouldBe(stance.Evidence.Text);
    }

    [Fact]
    public async Task StatementsExtracted_EmptyCodebook_PassedOnWithoutStances()
    {
        await using var host = await ClassificationHost.StartAsync();

        await host.PublishAsync(new StatementsExtracted { Article = Engine.Extract(new Article { Id = "a1", Text = Text }), AcceptedAt = Then });

        var result = await host.NextClassifiedAsync();
        (result.CodebookVersion, result.IssueIds.Count, result.Stances.Count).ShouldBe((0L, 0, 0));
    }

    [Fact]
    public async Task ReclassificationRequested_SomeIssues_AnswersForTheWholeCodebookAndRetiredOnesEmpty()
    {
        await using var host = await ClassificationHost.StartAsync();
        await DefineAsync(host, "pelabuhan");
        await DefineAsync(host, "stasiun");
        await DefineAsync(host, "dermaga");
        await host.Codebook.RetireIssueAsync(new RetireIssueRequest { Id = "dermaga" }, ClassificationHost.Deadline);

        await host.PublishAsync(new ReclassificationRequested
        {
            Article = Engine.Extract(new Article { Id = "a1", Text = Text }),
            AcceptedAt = Then,
            IssueIds = ["dermaga", "stasiun"],
        });

        var result = await host.NextClassifiedAsync();
        result.CodebookVersion.ShouldBe(4);
        result.IssueIds.ShouldBe(["pelabuhan", "stasiun", "dermaga"]);
        result.Stances.ShouldHaveSingleItem().IssueId.ShouldBe("pelabuhan");
    }

    [Fact]
    public async Task StatementsExtracted_CodedByHand_CodesTakeThePlaceOfWhatRulesFind()
    {
        await using var host = await ClassificationHost.StartAsync();
        foreach (var id in new[] { "pelabuhan", "stasiun", "dermaga" })
            await DefineAsync(host, id);
        var budi = new Nlp.Actor("Budi Raharja", Nlp.ActorType.Person, "Sagara");
        var coding = new Nlp.Coding
        {
            Revision = 2,
            // "tambak" is no issue in use: it counts once it is.
            IssueIds = ["pelabuhan", "stasiun", "tambak"],
            Stances = [new(budi, "stasiun", StanceLabel.Neutral, 10, 25, "Rina", "kode 7"), new(budi, "tambak", StanceLabel.Support, 10, 25, "Rina", null)],
        };

        await host.PublishAsync(new StatementsExtracted { Article = Engine.Extract(new Article { Id = "a1", Text = Text, Coding = coding }), AcceptedAt = Then });

        var result = await host.NextClassifiedAsync();
        result.Article.Coding!.Revision.ShouldBe(2);
        // The rules see opposition to the harbour; whoever read the article did not.
        var stance = result.Stances.ShouldHaveSingleItem();
        (stance.IssueId, stance.Label, stance.Confidence, stance.Why, stance.Classifier).ShouldBe(("stasiun", StanceLabel.Neutral, 1, "coded by Rina: kode 7", "coder Rina"));
        stance.Holder.ShouldBe(budi);
        stance.Evidence.ShouldBe(new TextSpan(10, 25).Slice(Text));
        stance.Date.ShouldBe(result.Article.Published);
    }

    [Fact]
    public async Task StatementsExtracted_CodedIssuesWereMerged_CodesCountForTheIssueInTheirPlace()
    {
        await using var host = await ClassificationHost.StartAsync();
        await DefineAsync(host, "stasiun", "pelabuhan");
        await DefineAsync(host, "dermaga", "pelabuhan");
        await host.Codebook.MergeIssuesAsync(new MergeIssuesRequest { SourceIds = { "stasiun", "dermaga" }, Into = NewIssue("pelabuhan") }, ClassificationHost.Deadline);
        var rina = new Nlp.Actor("Serikat Nelayan", Nlp.ActorType.Organization, null);
        var coding = new Nlp.Coding
        {
            Revision = 1,
            IssueIds = ["stasiun", "dermaga"],
            Stances = [new(rina, "stasiun", StanceLabel.Support, 10, 25, "Rina", null), new(rina, "dermaga", StanceLabel.Support, 10, 25, "Rina", null)],
        };

        await host.PublishAsync(new StatementsExtracted { Article = Engine.Extract(new Article { Id = "a1", Text = Text, Coding = coding }), AcceptedAt = Then });

        // The rules see opposition of the governor to the harbour. All of the merged issue was looked at, and he has no code.
        var stance = (await host.NextClassifiedAsync()).Stances.ShouldHaveSingleItem();
        (stance.IssueId, stance.Holder, stance.Classifier).ShouldBe(("pelabuhan", rina, "coder Rina"));

        // And through a second merge, into an issue that nobody looked at: the rules speak for whoever has no code.
        await DefineAsync(host, "bandar", "pelabuhan");
        await host.Codebook.MergeIssuesAsync(new MergeIssuesRequest { SourceIds = { "pelabuhan" }, Into = new Issue { Id = "bandar" } }, ClassificationHost.Deadline);
        await host.PublishAsync(new StatementsExtracted { Article = Engine.Extract(new Article { Id = "a2", Text = Text, Coding = coding }), AcceptedAt = Then });

        var stances = (await host.NextClassifiedAsync()).Stances;
        stances.Select(one => one.IssueId).Distinct().ShouldBe(["bandar"]);
        stances.Select(one => one.Classifier == "coder Rina").ShouldBe([true, false], ignoreOrder: true);
    }

    [Fact]
    public async Task StatementsExtracted_CodedIssueWasMergedIntoOneOfOldAndItsHolderIsKnown_TheCodeReplacesTheRules()
    {
        await using var host = await ClassificationHost.StartAsync();
        await DefineAsync(host, "stasiun");
        await DefineAsync(host, "pelabuhan");
        var article = new Article { Id = "a1", Text = Text };
        await host.PublishAsync(new StatementsExtracted { Article = Engine.Extract(article), AcceptedAt = Then });
        var found = (await host.NextClassifiedAsync()).Stances.ShouldHaveSingleItem();
        await host.Codebook.MergeIssuesAsync(new MergeIssuesRequest { SourceIds = { "stasiun" }, Into = new Issue { Id = "pelabuhan" } }, ClassificationHost.Deadline);
        var coding = new Nlp.Coding { Revision = 1, IssueIds = ["stasiun"], Stances = [new(found.Holder, "stasiun", StanceLabel.Neutral, 10, 25, "Rina", null)] };

        await host.PublishAsync(new StatementsExtracted { Article = Engine.Extract(article with { Coding = coding }), AcceptedAt = Then });

        var stance = (await host.NextClassifiedAsync()).Stances.ShouldHaveSingleItem();
        (stance.IssueId, stance.Label, stance.Classifier).ShouldBe(("pelabuhan", StanceLabel.Neutral, "coder Rina"));
    }

    [Fact]
    public async Task StatementsExtracted_CodedIssueWasSplit_CodesWaitAndTheClassifierReadsTheParts()
    {
        await using var host = await ClassificationHost.StartAsync();
        await DefineAsync(host, "prasarana");
        await host.Codebook.SplitIssueAsync(new SplitIssueRequest { Id = "prasarana", Parts = { NewIssue("pelabuhan"), NewIssue("stasiun") } }, ClassificationHost.Deadline);
        var holder = new Nlp.Actor("Serikat Nelayan", Nlp.ActorType.Organization, null);
        var coding = new Nlp.Coding { Revision = 1, IssueIds = ["prasarana"], Stances = [new(holder, "prasarana", StanceLabel.Support, 10, 25, "Rina", null)] };

        await host.PublishAsync(new StatementsExtracted { Article = Engine.Extract(new Article { Id = "a1", Text = Text, Coding = coding }), AcceptedAt = Then });

        var result = await host.NextClassifiedAsync();
        var stance = result.Stances.ShouldHaveSingleItem();
        (stance.IssueId, stance.Label).ShouldBe(("pelabuhan", StanceLabel.Oppose));
        stance.Classifier.ShouldNotStartWith("coder");
        // They are kept: they count again when the issue is back, or when the article is coded anew.
        result.Article.Coding!.Stances.ShouldHaveSingleItem().IssueId.ShouldBe("prasarana");
    }

    [Fact]
    public async Task CurrentCodebook_UntilAChange_SameInstance()
    {
        await using var host = await ClassificationHost.StartAsync();
        await DefineAsync(host, "pelabuhan");
        var codebooks = host.Services.GetRequiredService<CurrentCodebook>();

        var first = await codebooks.GetAsync(CancellationToken.None);

        (await codebooks.GetAsync(CancellationToken.None)).ShouldBeSameAs(first);
        await DefineAsync(host, "stasiun");
        (await codebooks.GetAsync(CancellationToken.None)).Codebook.Version.ShouldBe(2);
    }

    [Fact]
    public async Task Analyze_IssuesGiven_StancesAgainstThoseAndNothingStored()
    {
        await using var host = await ClassificationHost.StartAsync();

        var response = await host.Analysis.AnalyzeAsync(new AnalyzeRequest { Text = Text, Publisher = "Kabar Uji", Issues = { NewIssue("pelabuhan") } }, ClassificationHost.Deadline);

        response.Article.StatementCount.ShouldBe(response.Statements.Count);
        response.Statements.Count.ShouldBeGreaterThan(0);
        var stance = response.Stances.ShouldHaveSingleItem();
        (stance.Label, stance.Publisher, stance.CodebookVersion).ShouldBe((V1.StanceLabel.Oppose, "Kabar Uji", 0L));
        (await host.Codebook.ListIssuesAsync(new ListIssuesRequest { IncludeRetired = true }, ClassificationHost.Deadline)).Issues.ShouldBeEmpty();
    }

    [Fact]
    public async Task Analyze_NoIssues_StoredCodebook()
    {
        await using var host = await ClassificationHost.StartAsync();
        await DefineAsync(host, "pelabuhan");

        var response = await host.Analysis.AnalyzeAsync(new AnalyzeRequest { Text = Text }, ClassificationHost.Deadline);

        response.Stances.ShouldHaveSingleItem().CodebookVersion.ShouldBe(1);
    }

    [Fact]
    public async Task Analyze_BadInput_EveryFieldNamed()
    {
        await using var host = await ClassificationHost.StartAsync();
        var request = new AnalyzeRequest { Text = "", PublishedAt = new() { Nanos = -1 }, Issues = { NewIssue("pelabuhan"), NewIssue("pelabuhan"), NewIssue("A") } };

        var error = await Should.ThrowAsync<RpcException>(async () => await host.Analysis.AnalyzeAsync(request, ClassificationHost.Deadline));

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        error.ToStatus().Details[0].Unpack<BadRequest>().FieldViolations.Select(violation => violation.Field).ShouldBe(["text", "published_at", "issues[2].id", "issues"]);
    }

    private static async Task DefineAsync(ClassificationHost host, string id, string? matter = null)
        => await host.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = new Issue(NewIssue(matter ?? id)) { Id = id } }, ClassificationHost.Deadline);

    private static Issue NewIssue(string id)
        => new() { Id = id, Title = id, Proposition = $"Pemerintah membangun {id.ToLowerInvariant()} di Teluk Sagara", Terms = { id.ToLowerInvariant() } };
}
