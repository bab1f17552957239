namespace Sikap.StanceClassification.Tests;

/// <summary>What every store of answers and budget must do, whatever keeps it.</summary>
public abstract class ChatStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Then = new(2023, 7, 12, 10, 0, 0, TimeSpan.Zero);
    private static readonly ChatBudget Wide = new(100, 100, 10_000, 10_000);

    private IChatStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = (IChatStore)await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Answers_BeyondTheLimit_TheOldestGo()
    {
        foreach (var i in Enumerable.Range(0, 5))
            await _store.KeepAnswerAsync($"k{i}", $"a{i}", maxEntries: 3, Token);
        await _store.KeepAnswerAsync("k4", "another", maxEntries: 3, Token);

        var kept = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => _store.FindAnswerAsync($"k{i}", Token)));

        kept.ShouldBe([null, null, "a2", "a3", "a4"]);
    }

    [Fact]
    public async Task AnswersAndBudget_Reopened_AreThere()
    {
        await _store.KeepAnswerAsync("k", "a", 10, Token);
        (await _store.TryReserveAsync(10, Wide with { RequestsPerDay = 1 }, Then, Token)).ShouldBeTrue();

        await CloseAsync();
        _store = (IChatStore)await OpenAsync();

        (await _store.FindAnswerAsync("k", Token)).ShouldBe("a");
        (await _store.TryReserveAsync(10, Wide with { RequestsPerDay = 1 }, Then, Token)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(2, 100, 10_000, 10_000, 60)]
    [InlineData(100, 2, 10_000, 10_000, 24 * 60)]
    [InlineData(100, 100, 20, 10_000, 60)]
    [InlineData(100, 100, 10_000, 20, 24 * 60)]
    public async Task Reserve_UpToALimit_RefusedUntilItsTimeIsOver(long requestsPerHour, long requestsPerDay, long tokensPerHour, long tokensPerDay, int minutes)
    {
        var budget = new ChatBudget(requestsPerHour, requestsPerDay, tokensPerHour, tokensPerDay);
        (await _store.TryReserveAsync(10, budget, Then, Token)).ShouldBeTrue();
        (await _store.TryReserveAsync(10, budget, Then.AddMinutes(1), Token)).ShouldBeTrue();

        (await _store.TryReserveAsync(10, budget, Then.AddMinutes(minutes - 1), Token)).ShouldBeFalse();
        (await _store.TryReserveAsync(10, budget, Then.AddMinutes(minutes), Token)).ShouldBeTrue();
        (await _store.TryReserveAsync(10, budget, Then.AddMinutes(minutes), Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Correct_LessWasUsed_TheRestIsFree()
    {
        var budget = Wide with { TokensPerHour = 100 };
        (await _store.TryReserveAsync(90, budget, Then, Token)).ShouldBeTrue();
        (await _store.TryReserveAsync(90, budget, Then, Token)).ShouldBeFalse();

        await _store.CorrectAsync(Then, -80, Token);

        (await _store.TryReserveAsync(90, budget, Then, Token)).ShouldBeTrue();
        (await _store.TryReserveAsync(1, budget, Then, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Reserve_AtTheSameTime_NeverBeyondTheLimit()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _store.TryReserveAsync(1, Wide with { RequestsPerHour = 20 }, Then, Token)));

        taken.Count(one => one).ShouldBe(20);
    }

    [Fact]
    public async Task Reserve_ThroughTwoStoresAtOnce_OneBudget()
    {
        using var other = (IDisposable)await OpenAnotherAsync();
        IChatStore[] stores = [_store, (IChatStore)other];

        var taken = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => stores[i % 2].TryReserveAsync(1, Wide with { RequestsPerHour = 20 }, Then, Token)));

        taken.Count(one => one).ShouldBe(20);
    }

    /// <summary>Opens the store; a second call opens the same one again.</summary>
    protected abstract Task<object> OpenAsync();

    /// <summary>Opens a second store on the same content, as another instance of the service does; the caller closes it.</summary>
    protected abstract Task<object> OpenAnotherAsync();

    protected abstract Task CloseAsync();
}
