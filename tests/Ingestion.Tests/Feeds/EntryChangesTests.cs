namespace Sikap.Ingestion.Tests;

public sealed class EntryChangesTests
{
    private static readonly DateTimeOffset Then = new(2023, 7, 12, 10, 0, 0, TimeSpan.Zero);
    private static readonly FeedOptions Options = new();

    [Fact]
    public void Find_NewerDate_IsFetchedAgainAfterAPause()
    {
        var (before, after) = Find([Known("1")], [Shown("1", Then.AddMinutes(2))], Then.AddMinutes(3)).ShouldHaveSingleItem();

        before.Fate.ShouldBe(EntryFate.Stored);
        after.Fate.ShouldBe(EntryFate.Revisiting);
        after.Next.ShouldBe(Then.AddMinutes(15));
        after.Draft!.Title.ShouldBe("baru");
        after.ArticleId.ShouldBe("x");
    }

    [Fact]
    public void Find_FetchedAgainBefore_WaitsTwiceAsLongEachTimeAndEnds()
    {
        Find([Known("1") with { Revisits = 3 }], [Shown("1", Then.AddHours(1))], Then.AddHours(1)).ShouldHaveSingleItem().After.Next.ShouldBe(Then.AddHours(2));
        Find([Known("1") with { Revisits = 3 }], [Shown("1", Then.AddHours(5))], Then.AddHours(5)).ShouldHaveSingleItem().After.Next.ShouldBe(Then.AddHours(5));

        var last = Find([Known("1") with { Revisits = Options.MaxRevisits }], [Shown("1", Then.AddDays(9))], Then.AddDays(9)).ShouldHaveSingleItem().After;

        last.Fate.ShouldBe(EntryFate.Stored);
        // What was told is known all the same, so the next poll has nothing to write.
        Find([last], [Shown("1", Then.AddDays(9))], Then.AddDays(9)).ShouldBeEmpty();
    }

    [Fact]
    public void Find_OtherWords_IsFetchedAgain()
    {
        var shown = Shown("1", Then) with { Marks = [EntryChanges.Mark("a", Then, "Pompa rusak, warga menunggu")] };

        Find([Known("1")], [shown], Then.AddMinutes(3)).ShouldHaveSingleItem().After.Fate.ShouldBe(EntryFate.Revisiting);
        Find([Known("1")], [Shown("1", Then) with { Marks = [EntryChanges.Mark("a", Then, " Pompa\n  rusak ")] }], Then.AddMinutes(3)).ShouldBeEmpty();
    }

    [Fact]
    public void Find_OlderOrNoDate_ChangesNothing()
    {
        Find([Known("1")], [Shown("1", Then.AddDays(-1))], Then).ShouldBeEmpty();
        Find([Known("1")], [Shown("1", null)], Then).ShouldBeEmpty();
        // A date where there was none says that the feed has dates now.
        Find([Known("1") with { Marks = [Mark("a", null)] }], [Shown("1", Then)], Then).ShouldHaveSingleItem().After.Fate.ShouldBe(EntryFate.Stored);
    }

    [Fact]
    public void Find_KeptBeforeMarksWere_IsOnlyNoted()
    {
        var after = Find([Known("1") with { Marks = null }], [Shown("1", Then.AddDays(1))], Then.AddDays(1)).ShouldHaveSingleItem().After;

        after.Fate.ShouldBe(EntryFate.Stored);
        after.Marks.ShouldBe([Mark("a", Then.AddDays(1))]);
    }

    [Fact]
    public void Find_MostDatesAreOne_TheFeedWasMadeAnew()
    {
        var known = Enumerable.Range(0, 8).Select(i => Known($"{i}")).ToList();
        var shown = known.ConvertAll(entry => Shown(entry.Key, Then.AddHours(1)));

        Find(known, shown, Then.AddHours(1)).Select(change => change.After.Fate).ShouldAllBe(fate => fate == EntryFate.Stored);
        // One of them was corrected, which its own date tells.
        shown[3] = Shown("3", Then.AddMinutes(50));
        Find(known, shown, Then.AddHours(1)).Where(change => change.After.Fate == EntryFate.Revisiting).Select(change => change.After.Key).ShouldBe(["3"]);
        // Four of a few may well have been changed at once.
        Find(known[..4], shown[4..].ConvertAll(entry => entry with { Key = $"{int.Parse(entry.Key, System.Globalization.CultureInfo.InvariantCulture) - 4}" }), Then.AddHours(1))
            .Select(change => change.After.Fate).ShouldAllBe(fate => fate == EntryFate.Revisiting);
    }

    [Fact]
    public void Find_AnotherFeed_ItsOwnWordsAndNewerDatesCount()
    {
        var met = Find([Known("1")], [Shown("1", Then, "b", "Berita desa")], Then).ShouldHaveSingleItem().After;
        met.Fate.ShouldBe(EntryFate.Stored);

        // The first feed tells of a change, the second tells the same later.
        var told = Find([met], [Shown("1", Then.AddHours(1))], Then.AddHours(1)).ShouldHaveSingleItem().After with { Fate = EntryFate.Stored };
        Find([told], [Shown("1", Then.AddHours(1), "b", "Berita desa")], Then.AddHours(2)).ShouldHaveSingleItem().After.Fate.ShouldBe(EntryFate.Stored);

        var later = Find([told], [Shown("1", Then.AddHours(2), "b", "Berita desa")], Then.AddHours(2)).ShouldHaveSingleItem().After;
        (later.Fate, later.FeedId).ShouldBe((EntryFate.Revisiting, "b"));
    }

    [Fact]
    public void Find_OnePageUnderTwoMarks_ItsFirstWordsStay()
    {
        var other = Shown("1", Then, "a", "Pompa rusak (2)");

        Find([Known("1")], [other, Shown("1", Then)], Then).ShouldBeEmpty();
    }

    [Fact]
    public void Find_GivenUp_IsTriedAgainWhereTheFeedTellsOfAChange()
    {
        var given = Known("1") with { Fate = EntryFate.GivenUp, ArticleId = null, Reason = "404", Attempts = 5 };

        var after = Find([given], [Shown("1", Then.AddHours(1))], Then.AddHours(1)).ShouldHaveSingleItem().After;

        (after.Fate, after.Attempts).ShouldBe((EntryFate.Waiting, 0));
    }

    private static List<(EntryRecord Before, EntryRecord After)> Find(IEnumerable<EntryRecord> known, IEnumerable<EntryRecord> shown, DateTimeOffset now) =>
        [.. EntryChanges.Find(shown.First().Marks![0].FeedId, shown, known.ToDictionary(entry => entry.Key), Options, now)];

    private static EntryMark Mark(string feed, DateTimeOffset? dated, string words = "Pompa rusak") => EntryChanges.Mark(feed, dated, words);

    private static EntryRecord Known(string key) =>
        new() { Key = key, FeedId = "a", Link = $"https://a.example/{key}", Next = Then, Fate = EntryFate.Stored, ArticleId = "x", FetchedAt = Then, Marks = [Mark("a", Then)] };

    private static EntryRecord Shown(string key, DateTimeOffset? dated, string feed = "a", string words = "Pompa rusak") =>
        new() { Key = key, FeedId = feed, Link = $"https://a.example/{key}", Next = default, Marks = [Mark(feed, dated, words)], Draft = new EntryDraft { Title = "baru" } };
}
