namespace Sikap.Ingestion.Tests;

/// <summary>Turns at hosts that instances share over their store.</summary>
public sealed class HostTurnsTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-turns-").FullName;
    private readonly SqliteFeedStore _store;

    public HostTurnsTests() => _store = new SqliteFeedStore(_folder);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Take_AnotherInstanceHasTheTurn_WaitsForItsEndAndNotForItsLimit()
    {
        // The limit is for holders that died; it lies beyond what anybody waits.
        var (one, other) = (Instance(), Instance());
        var (held, _) = await one.TakeAsync("h.example", Patience, Token);

        var waiting = other.TakeAsync("h.example", Patience, Token);
        waiting.IsCompleted.ShouldBeFalse();
        await held.ShouldNotBeNull().EndAsync(TimeSpan.Zero);

        var (turn, _) = await waiting.WaitAsync(Patience, Token);
        await turn.ShouldNotBeNull().EndAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Take_HostRestsLongerThanAnybodyWaits_TellsHowLong()
    {
        var (one, other) = (Instance(), Instance());
        var (held, _) = await one.TakeAsync("h.example", Patience, Token);
        await held.ShouldNotBeNull().EndAsync(TimeSpan.FromMinutes(5));

        var (turn, wait) = await other.TakeAsync("h.example", Patience, Token);

        turn.ShouldBeNull();
        wait.ShouldBeInRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    private HostTurns Instance() => new(TimeProvider.System, Patience * 10, _store);
}
