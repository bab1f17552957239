using Microsoft.Extensions.Options;
using Sikap.Nlp;

namespace Sikap.Ingestion.Tests;

/// <summary>What every article store must do, whatever keeps it.</summary>
public abstract class ArticleStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Then = new(2023, 7, 12, 10, 0, 0, 123, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Then.AddMinutes(1);

    private IArticleStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = (IArticleStore)await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Add_New_RoundTripsEveryField()
    {
        var article = New("a") with { Title = "Judul", Publisher = "Kabar", Url = "https://contoh.example", Published = Then.ToOffset(TimeSpan.FromHours(7)), TraceParent = "00-x" };

        var result = await _store.AddAsync(article, Token);

        result.ShouldBe(new AddResult(true, ArticleProgress.Accepted));
        (await _store.FindAsync("a", Token)).ShouldBe(article);
        (await _store.FindStateAsync("a", Token)).ShouldBe(new ArticleState("a", ArticleProgress.Accepted, null, null, Then, Then));
    }

    [Fact]
    public async Task Add_FromAPage_RoundTripsWhatThePageTells()
    {
        var article = New("a") with { CanonicalUrl = "https://contoh.example/a", Published = Then, PublishedPrecision = DatePrecision.Day, PublishedFrom = "json-ld", Modified = Later.ToOffset(TimeSpan.FromHours(7)), Authors = ["Sari", "Tono, Budi"] };

        await _store.AddAsync(article, Token);

        var stored = (await _store.FindAsync("a", Token))!;
        stored.Authors.ShouldBe(article.Authors);
        (stored with { Authors = article.Authors }).ShouldBe(article);
    }

    [Fact]
    public async Task Add_Again_KeepsTheFirstAndTellsItsState()
    {
        await _store.AddAsync(New("a"), Token);
        await _store.MarkPublishedAsync("a", 0, Later, Token);

        var result = await _store.AddAsync(New("a") with { Text = "lain" }, Token);

        result.ShouldBe(new AddResult(false, ArticleProgress.Published));
        (await _store.FindAsync("a", Token))!.Text.ShouldBe("teks a");
    }

    [Fact]
    public async Task Add_WithCoding_KeepsItUnderTheFirstRevision()
    {
        var result = await _store.AddAsync(New("a") with { Coding = "{}" }, Token);

        result.ShouldBe(new AddResult(true, ArticleProgress.Accepted, CodingChanged: true));
        (await _store.FindAsync("a", Token)).ShouldBe(New("a") with { Coding = "{}", CodingRevision = 1 });
    }

    [Fact]
    public async Task Add_AnotherCoding_TakesItsPlaceAndIsAcceptedAgain()
    {
        await _store.AddAsync(New("a") with { Coding = "satu" }, Token);
        await _store.MarkIndexedAsync("a", "id", supported: true, 1, Later, Token);

        var same = await _store.AddAsync(New("a") with { Coding = "satu" }, Token);
        var none = await _store.AddAsync(New("a"), Token);
        var other = await _store.AddAsync(New("a") with { Coding = "dua", Text = "lain" }, Token);

        same.ShouldBe(new AddResult(false, ArticleProgress.Queryable));
        none.ShouldBe(new AddResult(false, ArticleProgress.Queryable));
        other.ShouldBe(new AddResult(false, ArticleProgress.Accepted, CodingChanged: true));
        (await _store.FindAsync("a", Token)).ShouldBe(New("a") with { Coding = "dua", CodingRevision = 2 });
    }

    [Fact]
    public async Task Marks_OfARevisionBefore_LeaveTheArticleToBePublished()
    {
        await _store.AddAsync(New("a"), Token);
        await _store.AddAsync(New("a") with { Coding = "satu" }, Token);

        await _store.MarkPublishedAsync("a", 0, Later, Token);
        (await _store.MarkIndexedAsync("a", "id", supported: true, 0, Later, Token)).ShouldBeTrue();
        (await _store.FindStateAsync("a", Token))!.Progress.ShouldBe(ArticleProgress.Accepted);

        await _store.MarkPublishedAsync("a", 1, Later, Token);
        (await _store.FindStateAsync("a", Token))!.Progress.ShouldBe(ArticleProgress.Published);
    }

    [Fact]
    public async Task Add_SameCodingOfAFailedArticle_IsAcceptedAgainUnderItsRevision()
    {
        await _store.AddAsync(New("a") with { Coding = "satu" }, Token);
        await _store.MarkFailedAsync("a", "rusak", Later, Token);

        var result = await _store.AddAsync(New("a") with { Coding = "satu" }, Token);

        result.Progress.ShouldBe(ArticleProgress.Accepted);
        (await _store.FindAsync("a", Token))!.CodingRevision.ShouldBe(1);
        (await _store.FindStateAsync("a", Token))!.Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Add_ManyAtOnce_AllThereOnce()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => _store.AddAsync(New($"{i % 100}"), Token)));

        results.Count(result => result.Added).ShouldBe(100);
        (await _store.CountAsync(Token))[ArticleProgress.Accepted].ShouldBe(100);
    }

    [Fact]
    public async Task Find_Unknown_Null()
    {
        (await _store.FindAsync("x", Token)).ShouldBeNull();
        (await _store.FindStateAsync("x", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task MarkPublished_AfterQueryable_StaysQueryable()
    {
        await _store.AddAsync(New("a"), Token);
        (await _store.MarkIndexedAsync("a", "id", supported: true, 0, Later, Token)).ShouldBeTrue();

        await _store.MarkPublishedAsync("a", 0, Later, Token);

        (await _store.FindStateAsync("a", Token))!.Progress.ShouldBe(ArticleProgress.Queryable);
    }

    [Fact]
    public async Task MarkFailed_AfterQueryable_StaysQueryable()
    {
        await _store.AddAsync(New("a"), Token);
        await _store.MarkIndexedAsync("a", "id", supported: true, 0, Later, Token);

        (await _store.MarkFailedAsync("a", "terlambat", Later, Token)).ShouldBeFalse();

        (await _store.FindStateAsync("a", Token)).ShouldBe(new ArticleState("a", ArticleProgress.Queryable, null, "id", Then, Later));
    }

    [Fact]
    public async Task MarkIndexed_AfterFailed_QueryableWithoutReason()
    {
        await _store.AddAsync(New("a"), Token);
        (await _store.MarkFailedAsync("a", "rusak", Later, Token)).ShouldBeTrue();
        (await _store.FindStateAsync("a", Token))!.Reason.ShouldBe("rusak");

        await _store.MarkIndexedAsync("a", "id", supported: true, 0, Later, Token);

        (await _store.FindStateAsync("a", Token)).ShouldBe(new ArticleState("a", ArticleProgress.Queryable, null, "id", Then, Later));
    }

    [Fact]
    public async Task MarkIndexed_OtherLanguage_Unsupported()
    {
        await _store.AddAsync(New("a"), Token);

        await _store.MarkIndexedAsync("a", "en", supported: false, 0, Later, Token);

        (await _store.FindStateAsync("a", Token)).ShouldBe(new ArticleState("a", ArticleProgress.UnsupportedLanguage, null, "en", Then, Later));
    }

    [Fact]
    public async Task Marks_UnknownId_False()
    {
        (await _store.MarkIndexedAsync("x", "id", supported: true, 0, Later, Token)).ShouldBeFalse();
        (await _store.MarkFailedAsync("x", "rusak", Later, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task ListAccepted_Limit_OldestFirst()
    {
        foreach (var id in new[] { "c", "a", "b", "d" })
            await _store.AddAsync(New(id), Token);
        await _store.MarkPublishedAsync("a", 0, Later, Token);

        (await _store.ListAcceptedAsync(2, Token)).Select(article => article.Id).ShouldBe(["c", "b"]);
    }

    [Fact]
    public async Task ResetPublished_OnlyThose_AcceptedAgain()
    {
        foreach (var id in new[] { "published", "queryable", "failed" })
        {
            await _store.AddAsync(New(id), Token);
            await _store.MarkPublishedAsync(id, 0, Later, Token);
        }

        await _store.MarkIndexedAsync("queryable", "id", supported: true, 0, Later, Token);
        await _store.MarkFailedAsync("failed", "rusak", Later, Token);

        (await _store.ResetPublishedAsync(Token)).ShouldBe(1);

        (await _store.ListAcceptedAsync(10, Token)).Select(article => article.Id).ShouldBe(["published"]);
    }

    [Fact]
    public async Task Reopen_AfterWrites_EverythingThere()
    {
        await _store.AddAsync(New("a"), Token);
        await _store.MarkFailedAsync("a", "rusak", Later, Token);

        await CloseAsync();
        _store = (IArticleStore)await OpenAsync();

        (await _store.FindStateAsync("a", Token))!.Progress.ShouldBe(ArticleProgress.Failed);
        (await _store.FindAsync("a", Token)).ShouldBe(New("a"));
    }

    [Fact]
    public async Task Identities_Appended_AreReadInTheirOrderWithEveryField()
    {
        var full = Entry(1) with { Address = "kabar.example/a", RevisionOf = "0", IsMinuteKnown = false, Title = long.MinValue, Edition = -3 };

        (await _store.AppendIdentitiesAsync([full, Entry(2)], Token)).ShouldBeTrue();
        (await _store.AppendIdentitiesAsync([Entry(3)], Token)).ShouldBeTrue();

        var entries = await _store.ListIdentitiesAsync(0, 10, Token);
        entries.Select(entry => entry.Number).ShouldBe([1, 2, 3]);
        (entries[0] with { Sketch = full.Sketch, Terms = full.Terms }).ShouldBe(full);
        entries[0].Sketch.ShouldBe(full.Sketch);
        entries[0].Terms.ShouldBe(full.Terms);
        (await _store.ListIdentitiesAsync(1, 1, Token)).Select(entry => entry.Number).ShouldBe([2]);
    }

    [Fact]
    public async Task Identities_NumberTaken_NotAppended()
    {
        await _store.AppendIdentitiesAsync([Entry(1)], Token);

        (await _store.AppendIdentitiesAsync([Entry(1) with { ArticleId = "b" }], Token)).ShouldBeFalse();

        (await _store.ListIdentitiesAsync(0, 10, Token)).Select(entry => entry.ArticleId).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Identify_CopiesOnTwoInstances_HaveOneReportAndSurviveTheirEnd()
    {
        var other = (IArticleStore)await OpenAnotherAsync();
        var text = string.Join(' ', Enumerable.Range(0, 120).Select(i => $"kata{i * 37 % 97} dan{i}"));
        var articles = Enumerable.Range(0, 60).Select(i => Copy(i, text)).ToList();
        using (var first = new ArticleIdentifier(_store, Options.Create(new IngestionOptions())))
        using (var second = new ArticleIdentifier(other, Options.Create(new IngestionOptions())))
        {
            var told = await Task.WhenAll(articles.Select((article, i) => Task.Run(() => (i % 2 == 0 ? first : second).IdentifyAsync(article, Token), Token)));

            told.Select(provenance => provenance.Report).Distinct().Count().ShouldBe(1);
            told.ShouldAllBe(provenance => provenance.Edition == 0);
            // Both are asked for the same one.
            var again = await Task.WhenAll(first.IdentifyAsync(articles[7], Token), second.IdentifyAsync(articles[7], Token));
            again.ShouldBe([told[7], told[7]]);
        }

        using var restarted = new ArticleIdentifier(_store, Options.Create(new IngestionOptions()));
        var late = await restarted.IdentifyAsync(Copy(99, text + " ekor"), Token);
        late.Report.ShouldBe((await restarted.IdentifyAsync(articles[0], Token)).Report);
        (await _store.ListIdentitiesAsync(0, 1000, Token)).Select(entry => entry.Number).ShouldBe(Enumerable.Range(1, 61).Select(number => (long)number));
        await ((IAsyncDisposable)other).DisposeAsync();

        static ArticleRecord Copy(int number, string text) => new() { Id = ArticleIdentity.Of(text, $"outlet {number}"), Text = text, Publisher = $"outlet {number}", AcceptedAt = Then };
    }

    [Fact]
    public async Task Accept_TextThatItsOutletWentBackTo_IsTheLatestRevisionOnceAndAfterRestartsToo()
    {
        const string address = "https://kabar.example/jembatan";
        var (a, b) = (Text("dibuka Senin"), Text("dibuka Selasa"));
        string first, second, third;
        using (var intake = new Intake(_store))
        {
            first = await intake.AcceptAsync(a, address, Then);
            second = await intake.AcceptAsync(b, address, Then.AddHours(1));
            // What comes again unchanged is nothing new: as it was, without a time, and of another page.
            (await intake.AcceptAsync(a, address, Then)).ShouldBe(first);
            (await intake.AcceptAsync(a, address, null)).ShouldBe(first);
            (await intake.AcceptAsync(a, address, Then.AddHours(1))).ShouldBe(first);
            (await intake.AcceptAsync(a, "https://kabar.example/arsip/jembatan", Then.AddHours(2))).ShouldBe(first);
            third = await intake.AcceptAsync(a, address, Then.AddHours(2));
        }

        // Another process, and every one of them once more.
        using (var intake = new Intake(_store))
        {
            (await intake.AcceptAsync(a, address, Then.AddHours(2))).ShouldBe(third);
            (await intake.AcceptAsync(a, address, Then.AddHours(5))).ShouldBe(third);
            (await intake.AcceptAsync(b, address, Then.AddHours(1))).ShouldBe(second);
            (await intake.AcceptAsync(a, address, Then)).ShouldBe(third);
            (await RevisionsAsync(intake)).ShouldBe([(first, 0), (second, 1), (third, 2)]);

            // To and fro.
            var fourth = await intake.AcceptAsync(b, address, Then.AddHours(3));
            var fifth = await intake.AcceptAsync(a, address, Then.AddHours(4));
            (await intake.AcceptAsync(b, address, Then.AddHours(3))).ShouldBe(fourth);
            (await RevisionsAsync(intake)).ShouldBe([(first, 0), (second, 1), (third, 2), (fourth, 3), (fifth, 4)]);
            var told = (await new IdentityQuestions(_store, intake.Identifier).ListRevisionsAsync(first, Token))!.Revisions;
            told[2].Removed.Select(span => span.Text).ShouldBe(["Jembatan dibuka Selasa pagi."]);
            told[2].Added.Select(span => span.Text).ShouldBe(["Jembatan dibuka Senin pagi."]);
        }

        (await _store.CountAsync(Token)).Values.Sum().ShouldBe(5);

        async Task<List<(string Id, int Edition)>> RevisionsAsync(Intake intake) =>
            [.. (await new IdentityQuestions(_store, intake.Identifier).ListRevisionsAsync(first, Token))!.Revisions.Select(revision => (revision.ArticleId, revision.Edition))];

        static string Text(string opened) => $"Jembatan {opened} pagi. {string.Join(' ', Enumerable.Range(0, 60).Select(i => $"kata{i}"))}.";
    }

    [Fact]
    public async Task Accept_PageThatSaysItWasChangedLater_IsALaterRevision()
    {
        using var intake = new Intake(_store);
        var page = New("") with { Text = "Harga beras naik.", Publisher = "Kabar", Url = "https://kabar.example/beras", Published = Then };
        var first = await intake.AcceptAsync(page);
        var second = await intake.AcceptAsync(page with { Text = "Harga beras turun.", Modified = Then.AddHours(1) });

        (await intake.AcceptAsync(page with { Modified = Then.AddMinutes(30) })).ShouldBe(first);
        var third = await intake.AcceptAsync(page with { Modified = Then.AddHours(2) });

        (await intake.Identifier.AskAsync(index => index.Revisions(first), Token)).ShouldBe([first, second, third]);
    }

    [Theory]
    [InlineData(DatePrecision.Day, 1, false)]
    [InlineData(DatePrecision.Day, 2, true)]
    [InlineData(DatePrecision.Month, 20, false)]
    [InlineData(DatePrecision.Month, 33, true)]
    public async Task Accept_AgainWithADayOnly_MustBeWhollyLater(DatePrecision precision, int days, bool isReturn)
    {
        using var intake = new Intake(_store);
        var text = New("") with { Text = "Harga beras naik.", Url = "https://kabar.example/beras", Published = Then.Date, PublishedPrecision = precision };
        var first = await intake.AcceptAsync(text);
        await intake.AcceptAsync(text with { Text = "Harga beras turun.", Published = precision == DatePrecision.Day ? Then.Date.AddDays(1) : Then.Date });

        var again = await intake.AcceptAsync(text with { Published = Then.Date.AddDays(days) });

        (again != first).ShouldBe(isReturn);
    }

    [Fact]
    public async Task Accept_SeenToReplaceTheNewest_IsALaterRevisionWithoutALaterTime()
    {
        using var intake = new Intake(_store);
        var page = New("") with { Text = "Harga beras naik.", Url = "https://kabar.example/beras", Published = Then };
        var first = await intake.AcceptAsync(page);
        var second = await intake.AcceptAsync(page with { Text = "Harga beras turun.", Published = Then.AddYears(1) });

        (await intake.AcceptAsync(page, shownBefore: first)).ShouldBe(first);
        var third = await intake.AcceptAsync(page, shownBefore: second);
        // The visitor ended before it noted what it had seen.
        (await intake.AcceptAsync(page, shownBefore: second)).ShouldBe(third);

        (await intake.Identifier.AskAsync(index => index.Revisions(first), Token)).ShouldBe([first, second, third]);
    }

    [Fact]
    public async Task Accept_CodingOfATextThatCameBack_GoesToTheRevisionThatCounts()
    {
        using var intake = new Intake(_store);
        var text = New("") with { Text = "Harga beras naik.", Url = "https://kabar.example/beras", Published = Then };
        await intake.AcceptAsync(text);
        await intake.AcceptAsync(text with { Text = "Harga beras turun.", Published = Then.AddHours(1) });
        var third = await intake.AcceptAsync(text with { Published = Then.AddHours(2) });

        var coded = await intake.AcceptAsync(text, coding: new V1.Coding { IssueIds = { "beras" } });

        coded.ShouldBe(third);
        (await _store.FindAsync(third, Token))!.CodingRevision.ShouldBe(1);
    }

    [Fact]
    public async Task Identify_BurstInAnyOrder_TheRevisionAcceptedLaterIsTheLater()
    {
        // More than go in one batch, none with a time; the revisions are told first.
        var originals = Enumerable.Range(0, 400).Select(i => Burst(i, "lama", Then.AddTicks(i))).ToList();
        var revisions = Enumerable.Range(0, 400).Select(i => Burst(i, "baru", Then.AddTicks(1_000 + i))).ToList();
        foreach (var article in originals.Concat(revisions))
            await _store.AddAsync(article, Token);
        using var identifier = new ArticleIdentifier(_store, Options.Create(new IngestionOptions()));

        var late = await Task.WhenAll(revisions.Select(article => identifier.IdentifyAsync(article, Token)));
        var early = await Task.WhenAll(originals.Select(article => identifier.IdentifyAsync(article, Token)));

        late.ShouldAllBe(provenance => provenance.Edition == 0);
        early.ShouldAllBe(provenance => provenance.Edition == -1);
        early.Zip(late).ShouldAllBe(pair => pair.First.Work == pair.Second.Work);

        static ArticleRecord Burst(int number, string words, DateTimeOffset acceptedAt)
        {
            var text = $"Kabar {words} nomor {number}.";
            return new ArticleRecord { Id = ArticleIdentity.Of(text, "Kabar"), Text = text, Publisher = "Kabar", Url = $"https://kabar.example/{number}", AcceptedAt = acceptedAt };
        }
    }

    [Fact]
    public async Task Check_Healthy_Completes() => await _store.CheckAsync(Token);

    /// <summary>Opens the store on the same content each time it is called within one test; empty at first. The type is not public, so it is an object here.</summary>
    protected abstract Task<object> OpenAsync();

    /// <summary>Opens the same content a second time, beside the first.</summary>
    protected abstract Task<object> OpenAnotherAsync();

    /// <summary>Closes the store and keeps its content.</summary>
    protected abstract Task CloseAsync();

    private static IdentityEntry Entry(long number) => new()
    {
        Number = number, ArticleId = $"{number}", Publisher = "kabar", Title = 7, Minute = 1_000_000, IsMinuteKnown = true, Runs = 40, Sketch = [1, 2, 255], Terms = [4, 5, 6, 7], Work = $"{number}", Edition = 0,
        Report = $"{number}", Story = $"{number}",
    };

    private static ArticleRecord New(string id) => new() { Id = id, Text = $"teks {id}", AcceptedAt = Then };
}
