using Sikap.Formats;
using Sikap.Formats.Feeds;

namespace Sikap.Ingestion.Tests;

/// <summary>What every feed store must do, whatever keeps it.</summary>
public abstract class FeedStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Then = new(2023, 7, 12, 10, 0, 0, 123, TimeSpan.Zero);

    private IFeedStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = (IFeedStore)await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Add_New_RoundTripsEveryFieldAndSurvives()
    {
        var feed = New("a") with
        {
            Publisher = "Kabar", Title = "Terbaru", Kind = FeedKind.Atom, State = FeedState.Failing, Reason = "rusak", ETag = "\"1\"", LastModified = "kemarin", MovedTo = "https://b.example/f",
            PolledAt = Then, SucceededAt = Then.AddTicks(1), AskedAt = Then.AddHours(1), Interval = TimeSpan.FromMinutes(7), Failures = 3, Visitor = "x", VisitUntil = Then.AddDays(1), Revision = 4,
        };

        (await _store.AddAsync(feed, Token)).ShouldBeTrue();
        (await _store.AddAsync(New("a"), Token)).ShouldBeFalse();
        await CloseAsync();
        _store = (IFeedStore)await OpenAsync();

        (await _store.FindAsync("a", Token)).ShouldBe(feed);
        (await _store.FindAsync("b", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Replace_OfALaterRevision_ChangesNothing()
    {
        await _store.AddAsync(New("a"), Token);

        (await _store.TryReplaceAsync(New("a") with { Title = "satu" }, Token)).ShouldBeTrue();
        (await _store.TryReplaceAsync(New("a") with { Title = "dua" }, Token)).ShouldBeFalse();
        (await _store.TryReplaceAsync(New("b"), Token)).ShouldBeFalse();

        (await _store.FindAsync("a", Token)).ShouldBe(New("a") with { Title = "satu", Revision = 1 });
    }

    [Fact]
    public async Task Replace_ByManyAtOnce_OneWins()
    {
        await _store.AddAsync(New("a"), Token);

        var won = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _store.TryReplaceAsync(New("a") with { Visitor = $"{i}" }, Token)));

        won.Count(one => one).ShouldBe(1);
        (await _store.FindAsync("a", Token))!.Visitor.ShouldBe($"{Array.IndexOf(won, true)}");
    }

    [Fact]
    public async Task List_StateAndPlace_InTheOrderOfAddresses()
    {
        foreach (var id in new[] { "c", "a", "d", "b" })
            await _store.AddAsync(New(id) with { State = id == "c" ? FeedState.Paused : FeedState.New }, Token);

        (await _store.ListAsync(null, null, 3, Token)).Select(feed => feed.Id).ShouldBe(["a", "b", "c"]);
        (await _store.ListAsync(null, "https://b.example/feed", 3, Token)).Select(feed => feed.Id).ShouldBe(["c", "d"]);
        (await _store.ListAsync(FeedState.Paused, null, 3, Token)).Select(feed => feed.Id).ShouldBe(["c"]);
        (await _store.CountAsync(Token)).ShouldBe(new Dictionary<FeedState, long> { [FeedState.New] = 3, [FeedState.Paused] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task ListDue_OneOfEachHost_TheLongestWaitingFirst()
    {
        await _store.AddAsync(New("a") with { Due = Then.AddMinutes(3) }, Token);
        await _store.AddAsync(New("b") with { Host = "satu", Due = Then.AddMinutes(2) }, Token);
        await _store.AddAsync(New("c") with { Host = "satu", Due = Then.AddMinutes(1) }, Token);
        await _store.AddAsync(New("d") with { Due = Then.AddMinutes(11) }, Token);
        await _store.AddAsync(New("e") with { Host = "dua", Due = Then }, Token);
        await _store.AddAsync(New("f") with { Host = "dua", Due = DateTimeOffset.MaxValue, VisitUntil = Then.AddMinutes(11) }, Token);

        (await _store.ListDueAsync(Then.AddMinutes(10), 10, Token)).Select(feed => feed.Id).ShouldBe(["c", "a"]);
        (await _store.ListDueAsync(Then.AddMinutes(10), 1, Token)).Select(feed => feed.Id).ShouldBe(["c"]);
        // What a visitor left behind falls back.
        (await _store.ListDueAsync(Then.AddMinutes(11), 10, Token)).Select(feed => feed.Id).ShouldBe(["e", "c", "a", "d"]);
    }

    [Fact]
    public async Task AddEntries_ShownBefore_AreKnownInEveryFeed()
    {
        (await _store.AddEntriesAsync([Entry("1"), Entry("2"), Entry("1")], Then, Token)).ShouldBe(2);
        (await _store.AddEntriesAsync([Entry("2") with { FeedId = "b" }, Entry("3") with { FeedId = "b" }], Then, Token)).ShouldBe(1);

        (await _store.ListWaitingAsync("a", Then, 10, Token)).Select(entry => entry.Key).ShouldBe(["1", "2"]);
        (await _store.ListWaitingAsync("b", Then, 10, Token)).Select(entry => entry.Key).ShouldBe(["3"]);
    }

    [Fact]
    public async Task AddEntries_ByManyAtOnce_EachIsNewOnce()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _store.AddEntriesAsync([.. Enumerable.Range(0, 20).Select(i => Entry($"{i}"))], Then, Token)));

        added.Sum().ShouldBe(20);
    }

    [Fact]
    public async Task Entry_WithItsDraft_RoundTrips()
    {
        var draft = new EntryDraft { Title = "Judul", Published = new Stamp(Then.ToOffset(TimeSpan.FromHours(7)), StampPrecision.Minute, "rss.pubDate"), Publisher = "Kabar", Authors = ["Rina", "Tono"], Content = "<p>isi</p>" };
        await _store.AddEntriesAsync([Entry("1") with { Draft = draft, Attempts = 2, Reason = "lambat" }], Then, Token);

        var kept = (await _store.ListWaitingAsync("a", Then, 10, Token)).Single();

        (kept with { Draft = null }).ShouldBe(Entry("1") with { Attempts = 2, Reason = "lambat" });
        (kept.Draft! with { Authors = [] }).ShouldBe(draft with { Authors = [] });
        kept.Draft.Authors.ShouldBe(["Rina", "Tono"]);
    }

    [Fact]
    public async Task ListWaiting_TimeAndLimit_TheLongestWaitingFirst()
    {
        await _store.AddEntriesAsync([Entry("1") with { Next = Then.AddMinutes(2) }, Entry("2") with { Next = Then.AddMinutes(1) }, Entry("3") with { Next = Then.AddMinutes(9) }, Entry("4") with { Next = Then }], Then, Token);
        await _store.ReplaceEntryAsync(Entry("4") with { Fate = EntryFate.Stored, ArticleId = "x" }, Token);

        (await _store.ListWaitingAsync("a", Then.AddMinutes(5), 10, Token)).Select(entry => entry.Key).ShouldBe(["2", "1"]);
        (await _store.ListWaitingAsync("a", Then.AddMinutes(5), 1, Token)).Select(entry => entry.Key).ShouldBe(["2"]);
        (await _store.NextEntryAsync("a", Token)).ShouldBe(Then.AddMinutes(1));
        (await _store.NextEntryAsync("b", Token)).ShouldBeNull();
        (await _store.CountEntriesAsync("a", Token)).ShouldBe(new Dictionary<EntryFate, long> { [EntryFate.Waiting] = 3, [EntryFate.Stored] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task ListGivenUp_IsThoseOfTheFeedAndTheLatestFirst()
    {
        EntryRecord[] entries = [Entry("1"), Entry("2") with { Next = Then.AddMinutes(2) }, Entry("3") with { Next = Then.AddMinutes(1) }, Entry("4"), Entry("5") with { FeedId = "b" }];
        await _store.AddEntriesAsync(entries, Then, Token);
        foreach (var entry in entries)
        {
            await _store.ReplaceEntryAsync(entry with { Fate = entry.Key == "4" ? EntryFate.Stored : EntryFate.GivenUp, Reason = $"alasan {entry.Key}" }, Token);
        }

        (await _store.ListGivenUpAsync("a", 2, Token)).Select(entry => entry.Reason).ShouldBe(["alasan 2", "alasan 3"]);
        (await _store.ListGivenUpAsync("a", 10, Token)).Count.ShouldBe(3);
        (await _store.ListGivenUpAsync("c", 10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ReplaceEntry_Done_StaysDone()
    {
        await _store.AddEntriesAsync([Entry("1")], Then, Token);
        await _store.ReplaceEntryAsync(Entry("1") with { Fate = EntryFate.Stored }, Token);

        await _store.ReplaceEntryAsync(Entry("1") with { Attempts = 1 }, Token);
        (await _store.AddEntriesAsync([Entry("1")], Then, Token)).ShouldBe(0);

        (await _store.ListWaitingAsync("a", Then, 10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task TryReplaceEntry_ChangedMeanwhile_ChangesNothing()
    {
        await _store.AddEntriesAsync([Entry("1"), Entry("2")], Then, Token);
        var waiting = (await _store.FindEntriesAsync(["1", "9"], Token)).ShouldHaveSingleItem().Value;
        var stored = waiting with { Fate = EntryFate.Stored, ArticleId = "x", FetchedAt = Then, ETag = "\"1\"", LastModified = "kemarin", Publisher = "Kabar", IsOfTheFeed = true, Revisits = 2 };
        await _store.ReplaceEntryAsync(stored, Token);

        (await _store.TryReplaceEntryAsync(waiting, waiting with { Attempts = 9 }, Token)).ShouldBeFalse();
        (await _store.FindEntriesAsync(["1"], Token))["1"].ShouldBe(stored);

        var again = stored with { Fate = EntryFate.Revisiting, FeedId = "b", Next = Then.AddHours(1) };
        (await _store.TryReplaceEntryAsync(stored, again, Token)).ShouldBeTrue();
        (await _store.TryReplaceEntryAsync(stored, again, Token)).ShouldBeFalse();
        (await _store.FindEntriesAsync(["1"], Token))["1"].ShouldBe(again);
        (await _store.CountEntriesAsync("b", Token)).ShouldBe(new Dictionary<EntryFate, long> { [EntryFate.Revisiting] = 1 });
    }

    [Fact]
    public async Task ListWaiting_ToBeFetchedAgain_IsThereInTheOrderOfTime()
    {
        await _store.AddEntriesAsync([Entry("1"), Entry("2") with { Next = Then.AddMinutes(2) }, Entry("3") with { Next = Then.AddMinutes(1) }], Then, Token);
        var stored = Entry("1") with { Fate = EntryFate.Stored, ArticleId = "x", Marks = [new EntryMark("a", Then, "kata")] };
        await _store.ReplaceEntryAsync(stored, Token);
        await _store.TryReplaceEntryAsync(stored, stored with { Fate = EntryFate.Revisiting, Next = Then.AddSeconds(90) }, Token);

        var listed = await _store.ListWaitingAsync("a", Then.AddHours(1), 10, Token);
        listed.Select(entry => entry.Key).ShouldBe(["3", "1", "2"]);
        listed[1].Marks.ShouldBe([new EntryMark("a", Then, "kata")]);
        (await _store.ListWaitingAsync("a", Then.AddHours(1), 1, Token)).Select(entry => entry.Key).ShouldBe(["3"]);
        (await _store.NextEntryAsync("a", Token)).ShouldBe(Then.AddMinutes(1));

        // It is known, so it stays when its feed goes, and is done after the request.
        await _store.RemoveAsync("a", Token);
        (await _store.NextEntryAsync("a", Token)).ShouldBe(Then.AddSeconds(90));
        await _store.ReplaceEntryAsync(stored with { Revisits = 1 }, Token);
        (await _store.NextEntryAsync("a", Token)).ShouldBeNull();
        (await _store.FindEntriesAsync(["1", "2", "3"], Token)).ShouldHaveSingleItem().Value.Revisits.ShouldBe(1);
    }

    [Fact]
    public async Task Remove_WaitingEntriesGo_WhatWasFetchedStaysKnown()
    {
        await _store.AddAsync(New("a"), Token);
        await _store.AddEntriesAsync([Entry("1"), Entry("2")], Then, Token);
        await _store.ReplaceEntryAsync(Entry("1") with { Fate = EntryFate.Stored }, Token);

        (await _store.RemoveAsync("a", Token)).ShouldBeTrue();
        (await _store.RemoveAsync("a", Token)).ShouldBeFalse();

        (await _store.FindAsync("a", Token)).ShouldBeNull();
        (await _store.AddEntriesAsync([Entry("1"), Entry("2")], Then, Token)).ShouldBe(1);
    }

    [Fact]
    public async Task Forget_NotShownForLong_OnlyWhatIsDone()
    {
        await _store.AddEntriesAsync([Entry("1"), Entry("2"), Entry("3")], Then, Token);
        await _store.ReplaceEntryAsync(Entry("1") with { Fate = EntryFate.Stored }, Token);
        await _store.ReplaceEntryAsync(Entry("2") with { Fate = EntryFate.GivenUp }, Token);
        await _store.AddEntriesAsync([Entry("2")], Then.AddDays(5), Token);

        (await _store.ForgetAsync(Then.AddDays(3), Token)).ShouldBe(1);

        (await _store.CountEntriesAsync("a", Token)).ShouldBe(new Dictionary<EntryFate, long> { [EntryFate.Waiting] = 1, [EntryFate.GivenUp] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Turns_OneHolder_ThenARest()
    {
        (await _store.TakeTurnAsync("h", "x", Then, Then.AddMinutes(1), Token)).ShouldBeNull();
        (await _store.TakeTurnAsync("h", "y", Then, Then.AddMinutes(1), Token)).ShouldBe(Then);
        (await _store.TakeTurnAsync("lain", "y", Then, Then.AddMinutes(1), Token)).ShouldBeNull();

        await _store.EndTurnAsync("h", "y", Then, Token);
        (await _store.TakeTurnAsync("h", "y", Then, Then.AddMinutes(1), Token)).ShouldBe(Then);
        await _store.EndTurnAsync("h", "x", Then.AddSeconds(5), Token);

        (await _store.TakeTurnAsync("h", "y", Then.AddSeconds(4), Then.AddMinutes(1), Token)).ShouldBe(Then.AddSeconds(5));
        (await _store.TakeTurnAsync("h", "y", Then.AddSeconds(5), Then.AddMinutes(1), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Turns_HolderDied_FallBack()
    {
        await _store.TakeTurnAsync("h", "x", Then, Then.AddMinutes(1), Token);

        (await _store.TakeTurnAsync("h", "y", Then.AddMinutes(1), Then.AddMinutes(2), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Turns_ManyAtOnce_OneHasIt()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _store.TakeTurnAsync("h", $"{i}", Then, Then.AddMinutes(1), Token)));

        taken.Count(wait => wait is null).ShouldBe(1);
    }

    [Fact]
    public async Task Check_Healthy_Completes() => await _store.CheckAsync(Token);

    /// <summary>Opens the store on the same content each time it is called within one test; empty at first. The type is not public, so it is an object here.</summary>
    protected abstract Task<object> OpenAsync();

    /// <summary>Closes the store and keeps its content.</summary>
    protected abstract Task CloseAsync();

    private static FeedRecord New(string id) => new() { Id = id, Url = $"https://{id}.example/feed", Host = $"{id}.example", AddedAt = Then, NextPoll = Then, Due = Then };

    private static EntryRecord Entry(string key) => new() { Key = key, FeedId = "a", Link = $"https://a.example/{key}", Next = Then };
}
