using Google.Protobuf.WellKnownTypes;
using Sikap.V1;

namespace Sikap.Cli.Tests;

public sealed class FeedFollowTests
{
    [Fact]
    public async Task Add_NewAndKnown_SaysWhich()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Followed.Add(new Feed { FeedId = "f0", Url = "https://a.example/rss" });

        var run = await gateway.RunAsync("feed", "add", "https://a.example/rss", "https://b.example/rss", "--publisher", "Kabar");

        run.Code.ShouldBe(0);
        run.Out.ShouldBe("f0 https://a.example/rss (followed already)\nf1 https://b.example/rss\n");
        gateway.Followed[1].Publisher.ShouldBe("Kabar");
    }

    [Fact]
    public async Task List_OfSeveralPages_ShowsStateAndReason()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Followed.Add(new Feed { FeedId = "f0", Url = "https://a.example/rss", Title = "Kabar A", State = FeedState.Healthy, PolledAt = new Timestamp { Seconds = 1_689_156_000 } });
        gateway.Followed.Add(new Feed { FeedId = "f1", Url = "https://b.example/rss", State = FeedState.Failing, Reason = "the host answers 500" });

        var all = await gateway.RunAsync("feed", "list");
        var failing = await gateway.RunAsync("feed", "list", "--state", "failing", "--format", "json");

        all.Code.ShouldBe(0);
        all.Out.ShouldContain("2023-07-12 10:00:00Z");
        all.Out.ShouldContain("500");
        all.Out.ShouldContain("1 healthy, 1 failing");
        failing.Out.ShouldContain("f1");
        failing.Out.ShouldNotContain("f0");
    }

    [Fact]
    public async Task ShowPauseResumePollRemove_OneFeed_IsChangedAndShown()
    {
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Followed.Add(new Feed { FeedId = "f0", Url = "https://a.example/rss", State = FeedState.Healthy, Interval = Duration.FromTimeSpan(TimeSpan.FromMinutes(15)), Entries = new FeedEntries { Stored = 3, GivenUp = 1, LatestGivenUp = { new GivenUpEntry { Url = "https://a.example/4", Reason = "the host answers 404" } } } });

        var shown = await gateway.RunAsync("feed", "show", "https://a.example/rss");
        var paused = await gateway.RunAsync("feed", "pause", "f0", "--reason", "libur");
        var resumed = await gateway.RunAsync("feed", "resume", "f0");
        var polled = await gateway.RunAsync("feed", "poll", "f0");
        var removed = await gateway.RunAsync("feed", "remove", "f0");
        var unknown = await gateway.RunAsync("feed", "show", "f0");

        shown.Out.ShouldContain("Entries:    3 stored, 0 waiting, 1 given up");
        shown.Out.ShouldContain("Given up:   https://a.example/4: the host answers 404");
        shown.Out.ShouldContain("Pause:      00:15:00");
        paused.Out.ShouldContain("Reason:     libur");
        resumed.Out.ShouldContain("State:      healthy");
        polled.Code.ShouldBe(0);
        removed.Code.ShouldBe(0);
        gateway.Followed.ShouldBeEmpty();
        unknown.Code.ShouldNotBe(0);
        unknown.Error.ShouldContain("no feed");
    }
}
