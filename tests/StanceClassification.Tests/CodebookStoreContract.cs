using Sikap.Nlp;

namespace Sikap.StanceClassification.Tests;

/// <summary>What every codebook store must do, whatever keeps it.</summary>
public abstract class CodebookStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Then = new(2023, 7, 12, 10, 0, 0, 123, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Then.AddMinutes(1);
    private static readonly Issue Port = new("pelabuhan", "Pelabuhan", "Pemerintah membangun pelabuhan", ["pelabuhan", "dermaga"]);
    private static readonly Issue Toll = new("tol", "Jalan tol", "Pemerintah membangun jalan tol", ["jalan tol"]);

    private ICodebookStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = (ICodebookStore)await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Empty_Version_Zero()
    {
        (await _store.GetVersionAsync(Token)).ShouldBe(0);
        (await _store.ListAsync(null, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Define_New_FirstVersionRoundTrips()
    {
        var result = await DefineAsync(Port, 10, Then);

        result.Outcome.ShouldBe(ChangeOutcome.Changed);
        (await _store.GetVersionAsync(Token)).ShouldBe(1);
        var entry = (await _store.ListAsync(null, Token)).ShouldHaveSingleItem();
        entry.ShouldSatisfyAllConditions(
            () => entry.Issue.Id.ShouldBe(Port.Id),
            () => entry.Issue.Title.ShouldBe(Port.Title),
            () => entry.Issue.Proposition.ShouldBe(Port.Proposition),
            () => entry.Issue.Terms.ShouldBe(Port.Terms),
            () => entry.Retired.ShouldBeFalse(),
            () => entry.Version.ShouldBe(1),
            () => entry.ChangedAt.ShouldBe(Then));
    }

    [Fact]
    public async Task Define_SameAgain_Unchanged()
    {
        await DefineAsync(Port, 10, Then);

        var result = await DefineAsync(Port, 10, Later);

        result.Outcome.ShouldBe(ChangeOutcome.Unchanged);
        result.Entries[0].ChangedAt.ShouldBe(Then);
        (await _store.GetVersionAsync(Token)).ShouldBe(1);
    }

    [Fact]
    public async Task Define_IdTaken_Taken()
    {
        await DefineAsync(Port, 10, Then);

        (await DefineAsync(Port with { Terms = ["dermaga", "pelabuhan"] }, 10, Later)).Outcome.ShouldBe(ChangeOutcome.Taken);
        (await DefineAsync(Port with { Title = "Lain" }, 10, Later)).Outcome.ShouldBe(ChangeOutcome.Taken);
        (await _store.GetVersionAsync(Token)).ShouldBe(1);
    }

    [Fact]
    public async Task Define_Full_Full()
    {
        await DefineAsync(Port, 1, Then);

        (await DefineAsync(Toll, 1, Then)).Outcome.ShouldBe(ChangeOutcome.Full);
        (await DefineAsync(Port, 1, Then)).Outcome.ShouldBe(ChangeOutcome.Unchanged);
    }

    [Fact]
    public async Task Update_Known_NewVersion()
    {
        await DefineAsync(Port, 10, Then);
        await DefineAsync(Toll, 10, Then);

        var result = await UpdateAsync(Port with { Title = "Pelabuhan baru" }, Later);

        result.Outcome.ShouldBe(ChangeOutcome.Changed);
        result.Entries[0].Version.ShouldBe(3);
        result.Entries[0].Issue.Title.ShouldBe("Pelabuhan baru");
        result.Entries[0].ChangedAt.ShouldBe(Later);
        (await _store.ListAsync(null, Token)).Select(entry => (entry.Issue.Id, entry.Version)).ShouldBe([("pelabuhan", 3L), ("tol", 2L)]);
    }

    [Fact]
    public async Task Update_SameOrUnknown_UnchangedOrUnknown()
    {
        await DefineAsync(Port, 10, Then);

        (await UpdateAsync(Port, Later)).Outcome.ShouldBe(ChangeOutcome.Unchanged);
        (await UpdateAsync(Toll, Later)).Outcome.ShouldBe(ChangeOutcome.Unknown);
    }

    [Fact]
    public async Task Retire_ThenDefineTheSame_BackInUseWithRisingVersions()
    {
        await DefineAsync(Port, 10, Then);

        var retired = await RetireAsync(Port.Id, Later);
        var again = await RetireAsync(Port.Id, Later);
        var updated = await UpdateAsync(Port with { Title = "Lain" }, Later);
        var back = await DefineAsync(Port with { Title = "Lain" }, 10, Later);

        (retired.Outcome, retired.Entries[0].Retired, retired.Entries[0].Version).ShouldBe((ChangeOutcome.Changed, true, 2L));
        again.Outcome.ShouldBe(ChangeOutcome.Unchanged);
        (updated.Outcome, updated.Entries[0].Retired, updated.Entries[0].Version).ShouldBe((ChangeOutcome.Changed, true, 3L));
        (back.Outcome, back.Entries[0].Retired, back.Entries[0].Version).ShouldBe((ChangeOutcome.Changed, false, 4L));
        (await RetireAsync("x", Later)).Outcome.ShouldBe(ChangeOutcome.Unknown);
    }

    [Fact]
    public async Task Change_ManyAtOnce_EachItsOwnVersion()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => DefineAsync(Port with { Id = $"i{i}" }, 1_000, Then)));

        (await _store.ListAsync(null, Token)).Select(entry => entry.Version).Order().ShouldBe(Enumerable.Range(1, 50).Select(i => (long)i));
    }

    [Fact]
    public async Task Change_ThroughTwoStoresAtOnce_NoVersionIsLostOrDoubled()
    {
        using var other = (IDisposable)await OpenAnotherAsync();
        ICodebookStore[] stores = [_store, (ICodebookStore)other];

        // Imports of two issues each: what is in between two versions must not come apart either.
        var results = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => stores[i % 2].ChangeAsync(
            draft => draft.Import([(Port with { Id = $"a{i}" }, null, false), (Port with { Id = $"b{i}" }, null, false)]), 1_000, Then, Token)));

        results.ShouldAllBe(result => result.Outcome == ChangeOutcome.Changed && result.Entries[1].Version == result.Entries[0].Version + 1);
        results.Select(result => result.Version).Order().ShouldBe(Enumerable.Range(1, 24).Select(i => 2L * i));
        foreach (var store in stores)
        {
            (await store.GetVersionAsync(Token)).ShouldBe(48);
            (await store.ListAsync(null, Token)).Select(entry => entry.Version).Order().ShouldBe(Enumerable.Range(1, 48).Select(i => (long)i));
            (await store.ListHistoryAsync(null, long.MaxValue, 100, Token)).Select(entry => entry.Version).ShouldBe(Enumerable.Range(1, 48).Select(i => 49L - i));
        }
    }

    [Fact]
    public async Task Change_ByAnotherStore_IsSeenAndCanBeBroadcastHere()
    {
        await DefineAsync(Toll, 10, Then);
        (await _store.ListAsync(null, Token)).Count.ShouldBe(1);
        using var other = (IDisposable)await OpenAnotherAsync();

        await ((ICodebookStore)other).ChangeAsync(draft => draft.Define(Port, null), 10, Then, Token);

        (await _store.GetVersionAsync(Token)).ShouldBe(2);
        (await _store.ListAsync(null, Token)).Select(entry => entry.Issue.Id).ShouldBe([Port.Id, Toll.Id]);
        (await _store.ListUnbroadcastAsync(Token)).Select(entry => entry.Issue.Id).ShouldBe([Toll.Id, Port.Id]);
        await _store.MarkBroadcastAsync(Port.Id, 2, Token);
        (await ((ICodebookStore)other).ListUnbroadcastAsync(Token)).Select(entry => entry.Issue.Id).ShouldBe([Toll.Id]);
    }

    [Fact]
    public async Task History_BoundInsideAChangeOfSeveral_ListsWhatIsBeforeIt()
    {
        await DefineAsync(Toll, 10, Then);
        await ChangeAsync(draft => draft.Import([(Port, null, false), (Toll with { Title = "Lain" }, null, false)]), Later);

        (await _store.ListHistoryAsync(Toll.Id, 3, 1, Token)).ShouldHaveSingleItem().Version.ShouldBe(1);
        (await _store.ListHistoryAsync(null, 3, 10, Token)).Select(entry => entry.Version).ShouldBe([2, 1]);
        (await _store.ListAsync(2, Token)).Select(entry => (entry.Issue.Id, entry.Issue.Title)).ShouldBe([(Port.Id, Port.Title), (Toll.Id, Toll.Title)]);
    }

    [Fact]
    public async Task Broadcast_MarkOfAnOldVersion_StaysToBeBroadcast()
    {
        await DefineAsync(Port, 10, Then);
        await DefineAsync(Toll, 10, Then);
        await UpdateAsync(Port with { Title = "Lain" }, Later);

        await _store.MarkBroadcastAsync(Port.Id, 1, Token);
        (await _store.ListUnbroadcastAsync(Token)).Select(entry => entry.Version).ShouldBe([2L, 3L]);
        await _store.MarkBroadcastAsync(Port.Id, 3, Token);
        await _store.MarkBroadcastAsync(Toll.Id, 2, Token);
        (await _store.ListUnbroadcastAsync(Token)).ShouldBeEmpty();
        await _store.ResetBroadcastAsync(Token);

        (await _store.ListUnbroadcastAsync(Token)).Select(entry => entry.Version).ShouldBe([2L, 3L]);
    }

    [Fact]
    public async Task Change_RefusedHalfWay_StoresNothing()
    {
        await DefineAsync(Port, 10, Then);

        var result = await ChangeAsync(draft => draft.Split(Port.Id, [(Toll, null), (Port, null)]), Later);

        (result.Outcome, result.Id).ShouldBe((ChangeOutcome.Taken, Port.Id));
        (await _store.ListAsync(null, Token)).ShouldHaveSingleItem().Retired.ShouldBeFalse();
        (await _store.ListHistoryAsync(null, long.MaxValue, 10, Token)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task History_ListedAndAtAVersion_EveryStepIsThere()
    {
        await DefineAsync(Port, 10, Then);
        await DefineAsync(Toll, 10, Then);
        await UpdateAsync(Port with { Title = "Lain" }, Later);
        await ChangeAsync(draft => draft.Merge([Toll.Id], Port, null), Later);

        (await _store.ListHistoryAsync(null, long.MaxValue, 10, Token)).Select(entry => (entry.Issue.Id, entry.Version, entry.Kind)).ShouldBe(
            [("tol", 5L, IssueChangeKind.Merged), ("pelabuhan", 4L, IssueChangeKind.Updated), ("pelabuhan", 3L, IssueChangeKind.Updated), ("tol", 2L, IssueChangeKind.Defined), ("pelabuhan", 1L, IssueChangeKind.Defined)]);
        (await _store.ListHistoryAsync(Toll.Id, 5, 10, Token)).ShouldHaveSingleItem().Version.ShouldBe(2);
        (await _store.ListHistoryAsync(Port.Id, long.MaxValue, 1, Token)).ShouldHaveSingleItem().Issue.Terms.ShouldBe(["pelabuhan", "dermaga", "jalan tol"]);
        (await _store.ListAsync(2, Token)).Select(entry => (entry.Issue.Title, entry.Retired)).ShouldBe([("Pelabuhan", false), ("Jalan tol", false)]);
        (await _store.ListAsync(0, Token)).ShouldBeEmpty();
        var merged = (await _store.ListAsync(null, Token))[1];
        (merged.Retired, merged.ReplacedBy.Single(), merged.Kind).ShouldBe((true, Port.Id, IssueChangeKind.Merged));
    }

    [Fact]
    public async Task Reopen_AfterChanges_EverythingThere()
    {
        await DefineAsync(Port, 10, Then);
        await RetireAsync(Port.Id, Later);

        await CloseAsync();
        _store = (ICodebookStore)await OpenAsync();

        (await _store.GetVersionAsync(Token)).ShouldBe(2);
        (await _store.ListAsync(null, Token)).ShouldHaveSingleItem().Retired.ShouldBeTrue();
    }

    [Fact]
    public async Task Check_Healthy_Completes() => await _store.CheckAsync(Token);

    private Task<ChangeResult> DefineAsync(Issue issue, int maxIssues, DateTimeOffset at) => _store.ChangeAsync(draft => draft.Define(issue, null), maxIssues, at, Token);

    private Task<ChangeResult> UpdateAsync(Issue issue, DateTimeOffset at) => ChangeAsync(draft => draft.Update(issue, null), at);

    private Task<ChangeResult> RetireAsync(string id, DateTimeOffset at) => ChangeAsync(draft => draft.Retire(id), at);

    private Task<ChangeResult> ChangeAsync(Func<CodebookDraft, ChangeResult> change, DateTimeOffset at) => _store.ChangeAsync(change, 1_000, at, Token);

    /// <summary>Opens the store on the same content each time it is called within one test; empty at first. The type is not public, so it is an object here.</summary>
    protected abstract Task<object> OpenAsync();

    /// <summary>Opens a second store on the same content, as another instance of the service does; the caller closes it.</summary>
    protected abstract Task<object> OpenAnotherAsync();

    /// <summary>Closes the store and keeps its content.</summary>
    protected abstract Task CloseAsync();
}
