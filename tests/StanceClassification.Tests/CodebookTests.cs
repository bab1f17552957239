using Google.Rpc;
using Grpc.Core;
using Sikap.Contracts.Messages;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.StanceClassification.Tests;

public sealed class CodebookTests
{
    private static readonly Dictionary<string, (Action<Issue> Spoil, string Field)> Bad = new()
    {
        ["no id"] = (issue => issue.Id = "", "issue.id"),
        ["upper-case id"] = (issue => issue.Id = "Pelabuhan", "issue.id"),
        ["id with a line feed"] = (issue => issue.Id = "pelabuhan\n", "issue.id"),
        ["id too long"] = (issue => issue.Id = new string('a', 65), "issue.id"),
        ["id ends with a hyphen"] = (issue => issue.Id = "a-", "issue.id"),
        ["no title"] = (issue => issue.Title = " ", "issue.title"),
        ["title too long"] = (issue => issue.Title = new string('a', 201), "issue.title"),
        ["no proposition"] = (issue => issue.Proposition = "", "issue.proposition"),
        ["proposition of two lines"] = (issue => issue.Proposition = "a\nb", "issue.proposition"),
        ["empty term"] = (issue => issue.Terms.Add(""), "issue.terms[2]"),
        ["too many terms"] = (issue => issue.Terms.Add(Enumerable.Range(0, 99).Select(i => $"{i}")), "issue.terms"),
    };

    public static TheoryData<string> BadIssues => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(BadIssues))]
    public async Task DefineAndUpdate_BadIssue_InvalidArgumentNamesTheField(string name)
    {
        var (spoil, field) = Bad[name];
        var issue = Port();
        spoil(issue);
        await using var host = await ClassificationHost.StartAsync();

        var define = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = issue }, ClassificationHost.Deadline));
        var update = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.UpdateIssueAsync(new UpdateIssueRequest { Issue = issue }, ClassificationHost.Deadline));

        foreach (var error in new[] { define, update })
        {
            error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
            error.ToStatus().Details[0].Unpack<BadRequest>().FieldViolations.ShouldHaveSingleItem().Field.ShouldBe(field);
        }
    }

    [Fact]
    public async Task Define_NoIssue_InvalidArgument()
    {
        await using var host = await ClassificationHost.StartAsync();

        var error = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.DefineIssueAsync(new DefineIssueRequest(), ClassificationHost.Deadline));

        error.ToStatus().Details[0].Unpack<BadRequest>().FieldViolations[0].Field.ShouldBe("issue");
    }

    [Fact]
    public async Task Life_DefineUpdateRetire_VersionsRiseAndEachChangeIsBroadcastOnce()
    {
        await using var host = await ClassificationHost.StartAsync();

        var defined = await host.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = Port() }, ClassificationHost.Deadline);
        var first = await host.NextChangeAsync();
        var same = await host.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = Port() }, ClassificationHost.Deadline);
        var updated = await host.Codebook.UpdateIssueAsync(new UpdateIssueRequest { Issue = Port("Pelabuhan baru") }, ClassificationHost.Deadline);
        var second = await host.NextChangeAsync();
        var retired = await host.Codebook.RetireIssueAsync(new RetireIssueRequest { Id = "pelabuhan" }, ClassificationHost.Deadline);
        var third = await host.NextChangeAsync();

        (defined.Version, same.Version, updated.Version, retired.Version).ShouldBe((1L, 1L, 2L, 3L));
        (first.CodebookVersion, first.Retired, first.Issue.Title).ShouldBe((1L, false, "Pelabuhan"));
        (second.CodebookVersion, second.Retired, second.Issue.Title).ShouldBe((2L, false, "Pelabuhan baru"));
        (third.CodebookVersion, third.Retired).ShouldBe((3L, true));
        first.Issue.Terms.ShouldBe(["pelabuhan", "dermaga"]);
        var inUse = await host.Codebook.ListIssuesAsync(new ListIssuesRequest(), ClassificationHost.Deadline);
        var all = await host.Codebook.ListIssuesAsync(new ListIssuesRequest { IncludeRetired = true }, ClassificationHost.Deadline);
        inUse.Issues.ShouldBeEmpty();
        inUse.CodebookVersion.ShouldBe(3);
        all.Issues.ShouldHaveSingleItem().Retired.ShouldBeTrue();
    }

    [Fact]
    public async Task Define_IdOfAnotherIssue_AlreadyExists()
    {
        await using var host = await ClassificationHost.StartAsync();
        await host.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = Port() }, ClassificationHost.Deadline);

        var error = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = Port("Lain") }, ClassificationHost.Deadline));

        error.StatusCode.ShouldBe(StatusCode.AlreadyExists);
    }

    [Fact]
    public async Task UpdateAndRetire_Unknown_NotFound()
    {
        await using var host = await ClassificationHost.StartAsync();

        var update = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.UpdateIssueAsync(new UpdateIssueRequest { Issue = Port() }, ClassificationHost.Deadline));
        var retire = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.RetireIssueAsync(new RetireIssueRequest { Id = "pelabuhan" }, ClassificationHost.Deadline));
        var bad = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.RetireIssueAsync(new RetireIssueRequest { Id = "Ä" }, ClassificationHost.Deadline));

        (update.StatusCode, retire.StatusCode, bad.StatusCode).ShouldBe((StatusCode.NotFound, StatusCode.NotFound, StatusCode.InvalidArgument));
    }

    [Fact]
    public async Task Define_CodebookFull_ResourceExhausted()
    {
        await using var host = await ClassificationHost.StartAsync(new() { ["StanceClassification:MaxIssues"] = "1" });
        await host.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = Port() }, ClassificationHost.Deadline);
        var other = Port();
        other.Id = "lain";

        var error = await Should.ThrowAsync<RpcException>(async () => await host.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = other }, ClassificationHost.Deadline));

        error.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task MergeSplitImport_EachChangeIsBroadcastAndInTheHistory()
    {
        await using var host = await ClassificationHost.StartAsync();
        var imported = await host.Codebook.ImportIssuesAsync(new ImportIssuesRequest { Issues = { Named("dermaga", "prasarana"), Named("prasarana"), Named("tol", "prasarana") } }, ClassificationHost.Deadline);
        var merged = await host.Codebook.MergeIssuesAsync(new MergeIssuesRequest { SourceIds = { "tol" }, Into = new Issue { Id = "dermaga" } }, ClassificationHost.Deadline);
        var split = await host.Codebook.SplitIssueAsync(new SplitIssueRequest { Id = "dermaga", Parts = { Named("dermaga-barat"), Named("dermaga-timur") } }, ClassificationHost.Deadline);

        imported.Issues.Select(issue => (issue.Id, issue.Version, issue.ParentId)).ShouldBe([("dermaga", 1L, "prasarana"), ("prasarana", 2L, ""), ("tol", 3L, "prasarana")]);
        (merged.Issue.Id, merged.CodebookVersion).ShouldBe(("dermaga", 5L));
        merged.Issue.Terms.ShouldBe(["dermaga", "tol"]);
        split.Parts.Select(part => (part.Id, part.ParentId)).ShouldBe([("dermaga-barat", "prasarana"), ("dermaga-timur", "prasarana")]);
        var changes = new Dictionary<string, IssueChanged>();
        while (changes.Count < 5 || !changes["dermaga"].Retired || !changes["tol"].Retired)
        {
            var change = await host.NextChangeAsync();
            changes[change.Issue.Id] = change;
        }

        changes["tol"].ReplacedBy.ShouldBe(["dermaga"]);
        changes["dermaga"].ReplacedBy.ShouldBe(["dermaga-barat", "dermaga-timur"]);
        changes["dermaga-timur"].ParentId.ShouldBe("prasarana");

        var first = await host.Codebook.ListIssueHistoryAsync(new ListIssueHistoryRequest { PageSize = 5 }, ClassificationHost.Deadline);
        var second = await host.Codebook.ListIssueHistoryAsync(new ListIssueHistoryRequest { PageSize = 5, BeforeVersion = first.NextBeforeVersion }, ClassificationHost.Deadline);
        first.Revisions.Concat(second.Revisions).Select(revision => revision.Issue.Version).ShouldBe([8, 7, 6, 5, 4, 3, 2, 1]);
        first.Revisions[0].Kind.ShouldBe(V1.IssueChangeKind.Split);
        second.NextBeforeVersion.ShouldBe(0);
        var before = await host.Codebook.ListIssuesAsync(new ListIssuesRequest { AtVersion = 3 }, ClassificationHost.Deadline);
        before.Issues.Select(issue => issue.Id).ShouldBe(["dermaga", "prasarana", "tol"]);
        before.CodebookVersion.ShouldBe(3);
    }

    [Fact]
    public async Task MergeSplitImportHistory_BadRequests_NameTheFields()
    {
        await using var host = await ClassificationHost.StartAsync();
        await host.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = Named("tol") }, ClassificationHost.Deadline);

        (await FieldsAsync(() => host.Codebook.MergeIssuesAsync(new MergeIssuesRequest { SourceIds = { "tol", "Ä" }, Into = new Issue { Id = "tol" } }, ClassificationHost.Deadline).ResponseAsync))
            .ShouldBe(["source_ids[1]", "into.id"]);
        (await FieldsAsync(() => host.Codebook.MergeIssuesAsync(new MergeIssuesRequest(), ClassificationHost.Deadline).ResponseAsync)).ShouldBe(["into", "source_ids"]);
        (await FieldsAsync(() => host.Codebook.SplitIssueAsync(new SplitIssueRequest { Id = "tol", Parts = { Named("a") } }, ClassificationHost.Deadline).ResponseAsync)).ShouldBe(["parts"]);
        (await FieldsAsync(() => host.Codebook.SplitIssueAsync(new SplitIssueRequest { Id = "tol", Parts = { Named("a"), Named("a", "Ä") } }, ClassificationHost.Deadline).ResponseAsync)).ShouldBe(["parts[1].parent_id", "parts"]);
        (await FieldsAsync(() => host.Codebook.ImportIssuesAsync(new ImportIssuesRequest { Issues = { Named("a", "tak-ada") } }, ClassificationHost.Deadline).ResponseAsync)).ShouldBe(["parent_id"]);
        (await FieldsAsync(() => host.Codebook.ListIssueHistoryAsync(new ListIssueHistoryRequest { PageSize = 1_001, BeforeVersion = -1, IssueId = "Ä" }, ClassificationHost.Deadline).ResponseAsync))
            .ShouldBe(["issue_id", "page_size", "before_version"]);
        (await Should.ThrowAsync<RpcException>(async () => await host.Codebook.SplitIssueAsync(new SplitIssueRequest { Id = "tak-ada", Parts = { Named("a"), Named("b") } }, ClassificationHost.Deadline)))
            .StatusCode.ShouldBe(StatusCode.NotFound);
        (await Should.ThrowAsync<RpcException>(async () => await host.Codebook.SplitIssueAsync(new SplitIssueRequest { Id = "tol", Parts = { Named("a"), Named("tol") } }, ClassificationHost.Deadline)))
            .StatusCode.ShouldBe(StatusCode.AlreadyExists);
    }

    [Fact]
    public async Task Start_KnownIssues_BroadcastAgainRetiredOnesToo()
    {
        var folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
        try
        {
            await using (var host = await ClassificationHost.StartAsync(folder: folder))
            {
                await host.Codebook.DefineIssueAsync(new DefineIssueRequest { Issue = Port() }, ClassificationHost.Deadline);
                await host.Codebook.RetireIssueAsync(new RetireIssueRequest { Id = "pelabuhan" }, ClassificationHost.Deadline);
            }

            await using var again = await ClassificationHost.StartAsync(folder: folder);
            var change = await again.NextChangeAsync();

            (change.Issue.Id, change.Retired, change.CodebookVersion).ShouldBe(("pelabuhan", true, 2L));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("StanceClassification:MaxIssues", "0", "MaxIssues")]
    [InlineData("StanceClassification:MaxActors", "0", "MaxActors")]
    [InlineData("StanceClassification:BroadcastInterval", "00:00:00", "BroadcastInterval")]
    public async Task Start_BadOption_RefusesAndNamesIt(string key, string value, string named)
    {
        var error = await Should.ThrowAsync<Exception>(async () => await ClassificationHost.StartAsync(new() { [key] = value }));

        error.ToString().ShouldContain(named);
    }

    [Fact]
    public void Telemetry_Instruments_AreDocumented() => TelemetryTable.Declared(typeof(Telemetry)).ShouldBe(TelemetryTable.Documented(Telemetry.Name));

    private static async Task<IEnumerable<string>> FieldsAsync<T>(Func<Task<T>> call) =>
        (await Should.ThrowAsync<RpcException>(call)).ToStatus().Details[0].Unpack<BadRequest>().FieldViolations.Select(violation => violation.Field);

    private static Issue Named(string id, string parent = "") => new() { Id = id, Title = id, Proposition = $"Kota membangun {id}", Terms = { id }, ParentId = parent };

    private static Issue Port(string title = "Pelabuhan")
        => new() { Id = "pelabuhan", Title = title, Proposition = "Pemerintah membangun pelabuhan di Teluk Sagara", Terms = { "pelabuhan", "dermaga" } };
}
