using Google.Rpc;
using Grpc.Core;
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

    private static Issue Port(string title = "Pelabuhan")
        => new() { Id = "pelabuhan", Title = title, Proposition = "Pemerintah membangun pelabuhan di Teluk Sagara", Terms = { "pelabuhan", "dermaga" } };
}
