using Grpc.Core;
using Sikap.V1;
using static Sikap.Query.Tests.Ledger;

namespace Sikap.Query.Tests;

public sealed class WatchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Watch_WithoutCursor_TellsWhatComesFromNowOn()
    {
        await using var host = await QueryHost.StartAsync(_folder.Path);
        await host.WriteAsync(Article("a1", [Says(Sari, "Dulu.", "jembatan")]));
        using var watcher = new Watcher(host, new WatchRequest());
        (await watcher.NextAsync()).EventCase.ShouldBe(WatchEvent.EventOneofCase.Heartbeat);

        await host.WriteAsync(Article("a2", [Says(Sari, "Kini.", "jembatan")]));

        (await watcher.NextAsync()).StanceAdded.Evidence.Text.ShouldBe("Kini.");
        (await watcher.NextAsync()).ArticleIndexed.Id.ShouldBe("a2");
    }

    [Fact]
    public async Task Watch_CutOffAndServiceRestarted_LosesAndDoublesNothing()
    {
        const int Articles = 30;
        var seen = new List<string>();
        var cursor = "0";
        var written = 0;
        for (var run = 0; run < 3; run++)
        {
            await using var host = await QueryHost.StartAsync(_folder.Path);
            for (var connection = 0; connection < 3; connection++)
            {
                using var watcher = new Watcher(host, new WatchRequest { Cursor = cursor });
                var writing = Task.WhenAll(Enumerable.Range(written, Articles / 10).Select(i => host.WriteAsync(Article($"a{i}", [Says(Sari, $"Kalimat {i}.", "jembatan")]))));
                written += Articles / 10;
                // Two of three new articles have two events each; the rest is left for the next connection.
                for (var got = 0; got < 4;)
                {
                    var next = await watcher.NextAsync();
                    cursor = next.Cursor;
                    if (next.EventCase != WatchEvent.EventOneofCase.Heartbeat)
                    {
                        seen.Add(Name(next));
                        got++;
                    }
                }
                await writing;
            }
        }

        await using (var host = await QueryHost.StartAsync(_folder.Path))
        {
            using var watcher = new Watcher(host, new WatchRequest { Cursor = cursor });
            while (seen.Count < written * 2)
            {
                var next = await watcher.NextAsync();
                if (next.EventCase != WatchEvent.EventOneofCase.Heartbeat)
                {
                    seen.Add(Name(next));
                }
            }
        }

        seen.Order(StringComparer.Ordinal).ShouldBe(
            Enumerable.Range(0, written).SelectMany(i => new[] { $"article a{i}", $"stance a{i}" }).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Watch_Filtered_TellsOnlyWhatMatchesAndMovesTheCursorOn()
    {
        await using var host = await QueryHost.StartAsync(_folder.Path, null, ("Query:HeartbeatInterval", "00:00:00.100"));
        using var watcher = new Watcher(host, new WatchRequest { Cursor = "0", Filter = new Filter { Actor = "hartono", IssueId = "jembatan", Text = "tidak" } });

        await host.WriteAsync(Article("a1", [Says(Sari, "Tidak.", "jembatan"), Says(Budi, "Tidak.", "pajak"), Says(Budi, "Ya.", "jembatan"), Says(Budi, "Sama sekali tidak!", "jembatan")]));

        WatchEvent next;
        while ((next = await watcher.NextAsync()).EventCase == WatchEvent.EventOneofCase.Heartbeat)
        {
        }
        next.StanceAdded.Evidence.Text.ShouldBe("Sama sekali tidak!");
        var last = long.Parse((await watcher.NextAsync(WatchEvent.EventOneofCase.Heartbeat, beyond: next.Cursor)).Cursor, System.Globalization.CultureInfo.InvariantCulture);
        last.ShouldBeGreaterThan(long.Parse(next.Cursor, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Watch_SlowReader_GetsEverythingInOrder()
    {
        const int Articles = 150;
        await using var host = await QueryHost.StartAsync(_folder.Path);
        using var watcher = new Watcher(host, new WatchRequest { Cursor = "0" });
        await watcher.NextAsync();

        await Task.WhenAll(Enumerable.Range(0, Articles).Select(i => host.WriteAsync(Article($"a{i}", [Says(Sari, new string('x', 2000) + $" {i}.", "jembatan")]))));

        var last = 0L;
        for (var i = 0; i < Articles * 2; i++)
        {
            var cursor = long.Parse((await watcher.NextAsync()).Cursor, System.Globalization.CultureInfo.InvariantCulture);
            cursor.ShouldBe(last + 1);
            last = cursor;
        }
    }

    [Fact]
    public async Task Watch_ByKinds_TellsOnlyThose()
    {
        await using var host = await QueryHost.StartAsync(_folder.Path);
        await host.WriteAsync(Article("a1", [Says(Sari, "Ya.", "jembatan", date: "2024-01-01"), Says(Budi, "Ya.", "jembatan", date: "2024-01-01")]));
        await host.WriteAsync(Article("a2", [Says(Sari, "Tidak.", "jembatan", Nlp.StanceLabel.Oppose, date: "2024-05-01")]));
        using var watcher = new Watcher(host, new WatchRequest { Cursor = "0", Kinds = { EventKind.Reversal, EventKind.ArticleIndexed } });
        (await watcher.NextAsync()).EventCase.ShouldBe(WatchEvent.EventOneofCase.Heartbeat);

        (await watcher.NextAsync()).ArticleIndexed.Id.ShouldBe("a1");
        var reversal = await watcher.NextAsync();
        (await watcher.NextAsync()).ArticleIndexed.Id.ShouldBe("a2");

        reversal.StanceAdded.Evidence.Text.ShouldBe("Tidak.");
        reversal.Kinds.ShouldBe([EventKind.NewStance, EventKind.NewOpponent, EventKind.Reversal]);
        reversal.Other.Evidence.Text.ShouldBe("Ya.");
    }

    [Fact]
    public async Task Watch_CursorOlderThanWhatIsKept_IsOutOfRangeAndSaysHowToCatchUp()
    {
        var clock = new Clock();
        using (var store = new SqliteReadModel(_folder.Path, 1, TimeSpan.FromDays(1), TimeSpan.FromDays(1), clock))
        {
            await store.WriteAsync([Article("a1", [Says(Sari, "Dulu.", "jembatan")])], TestContext.Current.CancellationToken);
            clock.Now += TimeSpan.FromDays(2);
            await store.WriteAsync([Article("a2", [Says(Sari, "Kini.", "jembatan")])], TestContext.Current.CancellationToken);
        }
        await using var host = await QueryHost.StartAsync(_folder.Path);
        using var late = new Watcher(host, new WatchRequest { Cursor = "1" });
        using var timely = new Watcher(host, new WatchRequest { Cursor = "2" });

        var failure = await Should.ThrowAsync<RpcException>(async () =>
        {
            while (true)
            {
                await late.NextAsync();
            }
        });

        failure.StatusCode.ShouldBe(StatusCode.OutOfRange);
        failure.Status.Detail.ShouldContain("Events up to cursor 2 are no longer kept");
        failure.Status.Detail.ShouldContain("last_cursor");
        (await timely.NextAsync()).EventCase.ShouldBe(WatchEvent.EventOneofCase.Heartbeat);
        (await timely.NextAsync()).StanceAdded.Evidence.Text.ShouldBe("Kini.");
    }

    [Fact]
    public async Task GetStanceDiff_OlderThanWhatIsKept_IsOutOfRangeAndSaysFromWhere()
    {
        var clock = new Clock();
        using (var store = new SqliteReadModel(_folder.Path, 1, TimeSpan.FromDays(1), TimeSpan.FromDays(1), clock))
        {
            await store.WriteAsync([Article("a1", [Says(Sari, "Dulu.")], version: 1, issues: ["jembatan"])], TestContext.Current.CancellationToken);
            await store.WriteAsync([Article("a1", [Says(Sari, "Dulu.", "jembatan")], version: 2)], TestContext.Current.CancellationToken);
            clock.Now += TimeSpan.FromDays(2);
            await store.WriteAsync([Article("a2", [])], TestContext.Current.CancellationToken);
        }
        await using var host = await QueryHost.StartAsync(_folder.Path);

        var failure = await Should.ThrowAsync<RpcException>(async () => await host.Client.GetStanceDiffAsync(new GetStanceDiffRequest { FromVersion = 1 }));

        failure.StatusCode.ShouldBe(StatusCode.OutOfRange);
        failure.Status.Detail.ShouldContain("ask from version 2 on");
        (await host.Client.GetStanceDiffAsync(new GetStanceDiffRequest { FromVersion = 2 })).Added.ShouldBe(0);
    }

    [Theory]
    [InlineData("99")]
    [InlineData("-1")]
    [InlineData("abc")]
    public async Task Watch_CursorThatNeverWas_IsInvalid(string cursor)
    {
        await using var host = await QueryHost.StartAsync(_folder.Path);
        using var watcher = new Watcher(host, new WatchRequest { Cursor = cursor });

        (await Should.ThrowAsync<RpcException>(() => watcher.NextAsync())).StatusCode.ShouldBe(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Watch_TooManyStreams_AreRefusedUntilOneEnds()
    {
        await using var host = await QueryHost.StartAsync(_folder.Path, null, ("Query:MaxWatchers", "1"));
        var first = new Watcher(host, new WatchRequest());
        await first.NextAsync();

        using (var second = new Watcher(host, new WatchRequest()))
        {
            (await Should.ThrowAsync<RpcException>(() => second.NextAsync())).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        }
        first.Dispose();

        // The server notices the end a moment later.
        using var patience = new CancellationTokenSource(QueryHost.Patience);
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            using var third = new Watcher(host, new WatchRequest());
            try
            {
                (await third.NextAsync()).EventCase.ShouldBe(WatchEvent.EventOneofCase.Heartbeat);
                break;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task Watch_ServiceStops_IsToldToComeBack()
    {
        await using var host = await QueryHost.StartAsync(_folder.Path);
        using var watcher = new Watcher(host, new WatchRequest());
        await watcher.NextAsync();

        var stopping = host.Host.App.StopAsync(TestContext.Current.CancellationToken);
        var end = await Should.ThrowAsync<RpcException>(() => watcher.NextAsync());
        await stopping;

        end.StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    private static string Name(WatchEvent change) => change.EventCase == WatchEvent.EventOneofCase.StanceAdded ? $"stance {change.StanceAdded.ArticleId}" : $"article {change.ArticleIndexed.Id}";
}
