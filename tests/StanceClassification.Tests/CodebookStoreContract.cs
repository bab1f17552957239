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

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Empty_Version_Zero()
    {
        (await _store.GetVersionAsync(Token)).ShouldBe(0);
        (await _store.ListAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Define_New_FirstVersionRoundTrips()
    {
        var result = await _store.DefineAsync(Port, 10, Then, Token);

        result.Outcome.ShouldBe(ChangeOutcome.Changed);
        (await _store.GetVersionAsync(Token)).ShouldBe(1);
        var entry = (await _store.ListAsync(Token)).ShouldHaveSingleItem();
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
        await _store.DefineAsync(Port, 10, Then, Token);

        var result = await _store.DefineAsync(Port, 10, Later, Token);

        result.Outcome.ShouldBe(ChangeOutcome.Unchanged);
        result.Entry!.ChangedAt.ShouldBe(Then);
        (await _store.GetVersionAsync(Token)).ShouldBe(1);
    }

    [Fact]
    public async Task Define_IdTaken_Taken()
    {
        await _store.DefineAsync(Port, 10, Then, Token);

        (await _store.DefineAsync(Port with { Terms = ["dermaga", "pelabuhan"] }, 10, Later, Token)).Outcome.ShouldBe(ChangeOutcome.Taken);
        (await _store.DefineAsync(Port with { Title = "Lain" }, 10, Later, Token)).Outcome.ShouldBe(ChangeOutcome.Taken);
        (await _store.GetVersionAsync(Token)).ShouldBe(1);
    }

    [Fact]
    public async Task Define_Full_Full()
    {
        await _store.DefineAsync(Port, 1, Then, Token);

        (await _store.DefineAsync(Toll, 1, Then, Token)).Outcome.ShouldBe(ChangeOutcome.Full);
        (await _store.DefineAsync(Port, 1, Then, Token)).Outcome.ShouldBe(ChangeOutcome.Unchanged);
    }

    [Fact]
    public async Task Update_Known_NewVersion()
    {
        await _store.DefineAsync(Port, 10, Then, Token);
        await _store.DefineAsync(Toll, 10, Then, Token);

        var result = await _store.UpdateAsync(Port with { Title = "Pelabuhan baru" }, Later, Token);

        result.Outcome.ShouldBe(ChangeOutcome.Changed);
        result.Entry!.Version.ShouldBe(3);
        result.Entry.Issue.Title.ShouldBe("Pelabuhan baru");
        result.Entry.ChangedAt.ShouldBe(Later);
        (await _store.ListAsync(Token)).Select(entry => (entry.Issue.Id, entry.Version)).ShouldBe([("pelabuhan", 3L), ("tol", 2L)]);
    }

    [Fact]
    public async Task Update_SameOrUnknown_UnchangedOrUnknown()
    {
        await _store.DefineAsync(Port, 10, Then, Token);

        (await _store.UpdateAsync(Port, Later, Token)).Outcome.ShouldBe(ChangeOutcome.Unchanged);
        (await _store.UpdateAsync(Toll, Later, Token)).ShouldBe(new ChangeResult(ChangeOutcome.Unknown, null));
    }

    [Fact]
    public async Task Retire_ThenDefineTheSame_BackInUseWithRisingVersions()
    {
        await _store.DefineAsync(Port, 10, Then, Token);

        var retired = await _store.RetireAsync(Port.Id, Later, Token);
        var again = await _store.RetireAsync(Port.Id, Later, Token);
        var updated = await _store.UpdateAsync(Port with { Title = "Lain" }, Later, Token);
        var back = await _store.DefineAsync(Port with { Title = "Lain" }, 10, Later, Token);

        (retired.Outcome, retired.Entry!.Retired, retired.Entry.Version).ShouldBe((ChangeOutcome.Changed, true, 2L));
        again.Outcome.ShouldBe(ChangeOutcome.Unchanged);
        (updated.Outcome, updated.Entry!.Retired, updated.Entry.Version).ShouldBe((ChangeOutcome.Changed, true, 3L));
        (back.Outcome, back.Entry!.Retired, back.Entry.Version).ShouldBe((ChangeOutcome.Changed, false, 4L));
        (await _store.RetireAsync("x", Later, Token)).Outcome.ShouldBe(ChangeOutcome.Unknown);
    }

    [Fact]
    public async Task Change_ManyAtOnce_EachItsOwnVersion()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => _store.DefineAsync(Port with { Id = $"i{i}" }, 1_000, Then, Token)));

        (await _store.ListAsync(Token)).Select(entry => entry.Version).Order().ShouldBe(Enumerable.Range(1, 50).Select(i => (long)i));
    }

    [Fact]
    public async Task Broadcast_MarkOfAnOldVersion_StaysToBeBroadcast()
    {
        await _store.DefineAsync(Port, 10, Then, Token);
        await _store.DefineAsync(Toll, 10, Then, Token);
        await _store.UpdateAsync(Port with { Title = "Lain" }, Later, Token);

        await _store.MarkBroadcastAsync(Port.Id, 1, Token);
        (await _store.ListUnbroadcastAsync(Token)).Select(entry => entry.Version).ShouldBe([2L, 3L]);
        await _store.MarkBroadcastAsync(Port.Id, 3, Token);
        await _store.MarkBroadcastAsync(Toll.Id, 2, Token);
        (await _store.ListUnbroadcastAsync(Token)).ShouldBeEmpty();
        await _store.ResetBroadcastAsync(Token);

        (await _store.ListUnbroadcastAsync(Token)).Select(entry => entry.Version).ShouldBe([2L, 3L]);
    }

    [Fact]
    public async Task Reopen_AfterChanges_EverythingThere()
    {
        await _store.DefineAsync(Port, 10, Then, Token);
        await _store.RetireAsync(Port.Id, Later, Token);

        await CloseAsync();
        _store = (ICodebookStore)await OpenAsync();

        (await _store.GetVersionAsync(Token)).ShouldBe(2);
        (await _store.ListAsync(Token)).ShouldHaveSingleItem().Retired.ShouldBeTrue();
    }

    [Fact]
    public async Task Check_Healthy_Completes() => await _store.CheckAsync(Token);

    /// <summary>Opens the store on the same content each time it is called within one test; empty at first. The type is not public, so it is an object here.</summary>
    protected abstract Task<object> OpenAsync();

    /// <summary>Closes the store and keeps its content.</summary>
    protected abstract Task CloseAsync();
}
