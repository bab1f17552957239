using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Ingestion.Tests;

/// <summary>Feeds from their addition to the stored articles.</summary>
public sealed class FeedServiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddFeed_WithEntries_EachArticleIsStoredOnce()
    {
        await using var site = await NewsSite.StartAsync(Answer(new()
        {
            ["/rss"] = "{rss:/a,/b}",
            ["/a"] = NewsSite.Page("Sukamaju", """<meta property="article:published_time" content="2023-07-12T10:00:00+07:00"><meta property="og:site_name" content="Kabar Hilir"><link rel="canonical" href="https://kabar.example/a">"""),
            ["/b"] = NewsSite.Page("Karanganyar"),
        }));
        await using var host = await StartAsync(site);
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);

        var added = await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/rss#x") }, IngestionHost.Deadline);
        var again = await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/rss") }, IngestionHost.Deadline);

        added.AlreadyExists.ShouldBeFalse();
        again.AlreadyExists.ShouldBeTrue();
        again.Feed.FeedId.ShouldBe(added.Feed.FeedId);
        var first = await StoredAsync(host);
        var second = await StoredAsync(host);
        var (a, b) = first.Url.EndsWith('a') ? (first, second) : (second, first);
        a.Title.ShouldBe("Warga Sukamaju menunggu air bersih");
        a.Text.ShouldStartWith("Warga Desa Sukamaju sudah tiga pekan");
        a.Text.ShouldNotContain("Beranda");
        a.Publisher.ShouldBe("Kabar Hilir");
        a.CanonicalUrl.ShouldBe("https://kabar.example/a");
        a.PublishedAt.ToDateTimeOffset().ShouldBe(new DateTimeOffset(2023, 7, 12, 3, 0, 0, TimeSpan.Zero));
        // What the page does not tell the feed does.
        b.Publisher.ShouldBe("Kabar Contoh");
        b.PublishedAt.ToDateTimeOffset().ShouldBe(new DateTimeOffset(2023, 7, 13, 1, 2, 3, TimeSpan.Zero));
        var feed = await HealthyAsync(feeds, added.Feed.FeedId);
        feed.Title.ShouldBe("Kabar Contoh");
        feed.Kind.ShouldBe("rss");
        feed.Entries.ShouldBe(new FeedEntries { Stored = 2 });
        feed.Interval.ToTimeSpan().ShouldBe(TimeSpan.FromMinutes(15));
        (await host.Client.GetIngestionStatusAsync(new(), IngestionHost.Deadline)).FeedsHealthy.ShouldBe(1);

        // Nothing new: the pages are not asked for again, and the feed less often.
        await feeds.PollFeedAsync(new PollFeedRequest { FeedId = feed.FeedId }, IngestionHost.Deadline);
        var later = await Eventually.GetAsync(async () => await feeds.GetFeedAsync(new GetFeedRequest { FeedId = feed.FeedId }, IngestionHost.Deadline), now => now.PolledAt > feed.PolledAt);
        later.Interval.ToTimeSpan().ShouldBe(TimeSpan.FromMinutes(22.5));
        (later.NextPollAt.ToDateTimeOffset() - later.PolledAt.ToDateTimeOffset()).TotalMinutes.ShouldBeInRange(20, 25);
        site.PathsOf("kabar.example").ShouldBe(["/rss", "/a", "/b", "/rss"], ignoreOrder: true);
        host.Published.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Poll_EntryWithANewerDate_ItsPageIsFetchedAgainAndAChangedTextIsARevision()
    {
        var (updated, version, asked) = ("2023-07-12T10:00:00Z", 1, new System.Collections.Concurrent.ConcurrentQueue<string>());
        await using var site = await NewsSite.StartAsync(async context =>
        {
            if (context.Request.Path == "/atom")
            {
                await context.Response.WriteAsync($"<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Kabar</title><entry><id>1</id><title>Judul</title><link href=\"http://{context.Request.Host}/a\"/><published>2023-07-12T10:00:00Z</published><updated>{updated}</updated></entry></feed>");
                return;
            }

            if (context.Request.Path != "/a")
            {
                context.Response.StatusCode = 404;
                return;
            }

            asked.Enqueue(context.Request.Headers.IfNoneMatch.ToString());
            context.Response.Headers.ETag = $"\"{version}\"";
            context.Response.ContentType = "text/html; charset=utf-8";
            if (context.Request.Headers.IfNoneMatch == $"\"{version}\"")
                context.Response.StatusCode = 304;
            else
                await context.Response.WriteAsync(NewsSite.Page("Sukamaju").Replace("tiga pekan", version == 3 ? "empat pekan" : "tiga pekan", StringComparison.Ordinal));
        });
        var settings = site.Settings;
        settings["Ingestion:Feeds:RevisitDelay"] = "00:00:00.001";
        await using var host = await IngestionHost.StartAsync(settings, configure: builder => NewsSite.Resolve(builder.Services));
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);
        var id = (await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/atom") }, IngestionHost.Deadline)).Feed.FeedId;
        var first = await StoredAsync(host);

        // The page is as it was: asked for on condition, nothing new.
        updated = "2023-07-12T11:00:00Z";
        await PollAsync(2);
        // Another page with the same text.
        (updated, version) = ("2023-07-12T12:00:00Z", 2);
        await PollAsync(3);
        host.Published.TryRead(out _).ShouldBeFalse();
        (updated, version) = ("2023-07-12T13:00:00Z", 3);
        await PollAsync(4);

        var revised = await StoredAsync(host);
        revised.Text.ShouldBe(first.Text.Replace("tiga pekan", "empat pekan", StringComparison.Ordinal));
        var revisions = await host.Client.ListRevisionsAsync(new ListRevisionsRequest { ArticleId = first.ArticleId }, IngestionHost.Deadline);
        revisions.Revisions.Select(revision => revision.ArticleId).ShouldBe([first.ArticleId, revised.ArticleId]);
        asked.ShouldBe(["", "\"1\"", "\"1\"", "\"2\""]);
        var feed = await feeds.GetFeedAsync(new GetFeedRequest { FeedId = id }, IngestionHost.Deadline);
        feed.Entries.ShouldBe(new FeedEntries { Stored = 1 });

        async Task PollAsync(int requests)
        {
            var store = host.Services.GetRequiredService<IFeedStore>();
            await feeds.PollFeedAsync(new PollFeedRequest { FeedId = id }, IngestionHost.Deadline);
            await Eventually.GetAsync(
                async () => (await store.CountEntriesAsync(id, Token), await store.FindAsync(id, Token)),
                state => asked.Count == requests && state.Item1.GetValueOrDefault(EntryFate.Stored) == 1 && state.Item2!.Visitor is null);
        }
    }

    [Fact]
    public async Task Poll_PageThatGoesBackToItsFirstWords_IsTheLatestRevisionAgain()
    {
        var (words, title, asked) = ("tiga pekan", "satu", 0);
        await using var site = await NewsSite.StartAsync(async context =>
        {
            if (context.Request.Path == "/atom")
            {
                await context.Response.WriteAsync($"<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Kabar</title><entry><id>1</id><title>Judul {title}</title><link href=\"http://{context.Request.Host}/a\"/><published>2023-07-12T10:00:00Z</published></entry></feed>");
                return;
            }

            if (context.Request.Path == "/a")
            {
                Interlocked.Increment(ref asked);
                context.Response.ContentType = "text/html; charset=utf-8";
                await context.Response.WriteAsync(NewsSite.Page("Sukamaju").Replace("tiga pekan", words, StringComparison.Ordinal));
                return;
            }

            context.Response.StatusCode = 404;
        });
        var settings = site.Settings;
        settings["Ingestion:Feeds:RevisitDelay"] = "00:00:00.001";
        await using var host = await IngestionHost.StartAsync(settings, configure: builder => NewsSite.Resolve(builder.Services));
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);
        var id = (await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/atom") }, IngestionHost.Deadline)).Feed.FeedId;
        var first = await StoredAsync(host);
        (words, title) = ("empat pekan", "dua");
        await PollAsync(2);
        var second = await StoredAsync(host);
        (words, title) = ("tiga pekan", "satu");
        await PollAsync(3);
        var third = await StoredAsync(host);

        third.Text.ShouldBe(first.Text);
        var revisions = (await host.Client.ListRevisionsAsync(new ListRevisionsRequest { ArticleId = first.ArticleId }, IngestionHost.Deadline)).Revisions;
        revisions.Select(revision => revision.ArticleId).ShouldBe([first.ArticleId, second.ArticleId, third.ArticleId]);
        third.Identity.RevisionOf.ShouldBe(second.ArticleId);

        // Fetched once more as it is, it is what it was.
        title = "tiga";
        await PollAsync(4);
        (await host.Client.GetIngestionStatusAsync(new(), IngestionHost.Deadline)).Total.ShouldBe(3);

        async Task PollAsync(int requests)
        {
            var store = host.Services.GetRequiredService<IFeedStore>();
            await feeds.PollFeedAsync(new PollFeedRequest { FeedId = id }, IngestionHost.Deadline);
            await Eventually.GetAsync(
                async () => (await store.CountEntriesAsync(id, Token), await store.FindAsync(id, Token)),
                state => Volatile.Read(ref asked) == requests && state.Item1.GetValueOrDefault(EntryFate.Stored) == 1 && state.Item2!.Visitor is null);
        }
    }

    [Fact]
    public async Task Poll_FeedThatTouchesItsDates_ItsPagesAreFetchedAFewTimesAtMost()
    {
        const int articles = 3;
        var polls = 0;
        await using var site = await NewsSite.StartAsync(async context =>
        {
            var path = context.Request.Path.Value!;
            if (path is "/robots.txt")
            {
                context.Response.StatusCode = 404;
                return;
            }

            if (path is not "/atom" and not "/besar")
            {
                context.Response.ContentType = "text/html; charset=utf-8";
                await context.Response.WriteAsync(NewsSite.Page($"Nomor {path[1..]}"));
                return;
            }

            // Every date is that of the poll, and of the larger feed all are one.
            var at = new DateTimeOffset(2023, 7, 12, 10, 0, 0, TimeSpan.Zero).AddMinutes(10 * Interlocked.Increment(ref polls));
            var entries = Enumerable.Range(0, path == "/atom" ? articles : 10).Select(i => $"<entry><id>{path}{i}</id><title>Judul</title><link href=\"http://{context.Request.Host}/{path[1]}{i}\"/><updated>{at.AddSeconds(path == "/atom" ? i : 0):yyyy-MM-dd'T'HH:mm:ss'Z'}</updated></entry>");
            await context.Response.WriteAsync($"<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Kabar</title>{string.Concat(entries)}</feed>");
        });
        var settings = site.Settings;
        settings["Ingestion:Feeds:RevisitDelay"] = "00:00:00.001";
        settings["Ingestion:Feeds:MaxRevisits"] = "2";
        settings["Ingestion:Feeds:MinInterval"] = "00:00:00.001";
        settings["Ingestion:Feeds:MaxInterval"] = "00:00:00.002";
        settings["Ingestion:Feeds:CheckInterval"] = "00:00:00.005";
        await using var host = await IngestionHost.StartAsync(settings, configure: builder => NewsSite.Resolve(builder.Services));
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);
        foreach (var path in new[] { "/atom", "/besar" })
            await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url(path == "/atom" ? "kecil.example" : "besar.example", path) }, IngestionHost.Deadline);

        foreach (var name in new[] { "kecil.example", "besar.example" })
            await Eventually.GetAsync(() => Task.FromResult(site.PathsOf(name).Count(path => path is "/atom" or "/besar")), count => count > 20, TimeSpan.FromSeconds(60));

        var visits = site.PathsOf("kecil.example").Where(path => path != "/atom").GroupBy(path => path).ToList();
        visits.Count.ShouldBe(articles);
        visits.ShouldAllBe(page => page.Count() == 3);
        site.PathsOf("besar.example").Where(path => path != "/besar").GroupBy(path => path).ShouldAllBe(page => page.Count() == 1);
        (await host.Client.GetIngestionStatusAsync(new(), IngestionHost.Deadline)).Total.ShouldBe(articles + 10);
    }

    [Fact]
    public async Task Visit_ArticleOfSeveralPages_IsJoined()
    {
        await using var site = await NewsSite.StartAsync(Answer(new()
        {
            ["/rss"] = "{rss:/a}",
            ["/a"] = NewsSite.Page("Sukamaju").Replace("</article>", """</article><nav class="pagination"><a href="/a?page=2">2</a></nav>""", StringComparison.Ordinal),
            ["/a?page=2"] = NewsSite.Page("Sukamaju").Replace(NewsSite.Paragraphs("Sukamaju"), NewsSite.Paragraphs("Sambungan"), StringComparison.Ordinal)
                .Replace("</article>", """</article><nav class="pagination"><a href="/a">1</a></nav>""", StringComparison.Ordinal),
        }));
        await using var host = await StartAsync(site);

        await new FeedService.FeedServiceClient(host.Host.Channel).AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/rss") }, IngestionHost.Deadline);

        var article = await StoredAsync(host);
        article.Text.ShouldStartWith("Warga Desa Sukamaju sudah");
        article.Text.ShouldContain("\nWarga Desa Sambungan sudah");
        site.PathsOf("kabar.example").ShouldBe(["/rss", "/a", "/a?page=2"]);
    }

    [Fact]
    public async Task Visit_PageCannotBeHad_FullContentOfTheFeedCounts()
    {
        var content = $"<description>Ringkas.</description><content:encoded><![CDATA[{NewsSite.Paragraphs("Tanjungsari")}]]></content:encoded><pubDate>Thu, 13 Jul 2023 01:02:03 GMT</pubDate>";
        await using var site = await NewsSite.StartAsync(Answer(new() { ["/rss"] = NewsSite.Rss([NewsSite.Item("/hilang", content), NewsSite.Item("/hilang-juga", "<description>Ringkas saja.</description>")]) }));
        await using var host = await StartAsync(site);
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);

        var added = await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/rss"), Publisher = "Kabar Kita" }, IngestionHost.Deadline);

        var article = await StoredAsync(host);
        article.Text.ShouldStartWith("Warga Desa Tanjungsari");
        article.Title.ShouldBe("Judul /hilang");
        article.Publisher.ShouldBe("Kabar Kita");
        article.Url.ShouldBe(site.Url("kabar.example", "/hilang"));
        (await Eventually.GetAsync(async () => await feeds.GetFeedAsync(new GetFeedRequest { FeedId = added.Feed.FeedId }, IngestionHost.Deadline), feed => feed.Entries.Waiting == 0 && feed.Entries.GivenUp > 0))
            .Entries.ShouldBe(new FeedEntries { Stored = 1, GivenUp = 1, LatestGivenUp = { new GivenUpEntry { Url = site.Url("kabar.example", "/hilang-juga"), Reason = "the host answers 404" } } });
    }

    [Fact]
    public async Task Visit_WhileItsHostIsLeftAlone_SaysSoAndKeepsItsState()
    {
        await using var site = await NewsSite.StartAsync(Answer(new() { ["/rss"] = "503", ["/lain"] = NewsSite.Rss([]) }));
        await using var host = await IngestionHost.StartAsync(new(site.Settings) { ["Ingestion:Fetching:HostBackOff"] = "01:00:00" }, configure: builder => NewsSite.Resolve(builder.Services));
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);
        var first = await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/rss") }, IngestionHost.Deadline);
        await Eventually.GetAsync(async () => await feeds.GetFeedAsync(new GetFeedRequest { FeedId = first.Feed.FeedId }, IngestionHost.Deadline), now => now.State == V1.FeedState.Failing);

        var second = await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/lain") }, IngestionHost.Deadline);

        var feed = await Eventually.GetAsync(async () => await feeds.GetFeedAsync(new GetFeedRequest { FeedId = second.Feed.FeedId }, IngestionHost.Deadline), now => now.Reason.Length > 0);
        (feed.State, feed.Failures).ShouldBe((V1.FeedState.New, 0));
        feed.Reason.ShouldContain("the host is left alone for another");
    }

    [Theory]
    [InlineData("404", V1.FeedState.Failing, "404")]
    [InlineData("410", V1.FeedState.Gone, "410")]
    [InlineData("<html><body>Bukan umpan</body></html>", V1.FeedState.Failing, "cannot be read as a feed")]
    [InlineData("<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><r>&b;</r>", V1.FeedState.Failing, "cannot be read as a feed")]
    [InlineData("302 http://169.254.169.254:PORT/latest/meta-data/", V1.FeedState.Failing, "not of the public internet")]
    [InlineData("robots", V1.FeedState.Failing, "robots.txt")]
    public async Task Visit_FeedThatCannotBeHad_IsMarkedWithTheReason(string answer, V1.FeedState state, string reason)
    {
        await using var site = await NewsSite.StartAsync(Answer(answer == "robots" ? new() { ["/robots.txt"] = "User-agent: *\nDisallow: /" } : new() { ["/rss"] = answer }));
        await using var host = await StartAsync(site);
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);

        var added = await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/rss") }, IngestionHost.Deadline);

        var feed = await Eventually.GetAsync(async () => await feeds.GetFeedAsync(new GetFeedRequest { FeedId = added.Feed.FeedId }, IngestionHost.Deadline), now => now.State != V1.FeedState.New);
        feed.State.ShouldBe(state);
        feed.Reason.ShouldContain(reason);
        feed.Failures.ShouldBe(1);
        (feed.NextPollAt is null).ShouldBe(state == V1.FeedState.Gone);
        var status = await host.Client.GetIngestionStatusAsync(new(), IngestionHost.Deadline);
        (status.FeedsFailing, status.FeedsPaused).ShouldBe(state == V1.FeedState.Gone ? (0, 1) : (1, 0));
    }

    [Fact]
    public async Task Visit_FeedThatMoved_IsAskedThere()
    {
        await using var site = await NewsSite.StartAsync(Answer(new() { ["/rss"] = "301 /baru", ["/baru"] = "{rss:}" }));
        await using var host = await StartAsync(site);
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);

        var added = await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/rss") }, IngestionHost.Deadline);
        var first = await HealthyAsync(feeds, added.Feed.FeedId);
        await feeds.PollFeedAsync(new PollFeedRequest { FeedId = first.FeedId }, IngestionHost.Deadline);
        await Eventually.GetAsync(async () => await feeds.GetFeedAsync(new GetFeedRequest { FeedId = first.FeedId }, IngestionHost.Deadline), now => now.PolledAt > first.PolledAt);

        first.MovedTo.ShouldBe(site.Url("kabar.example", "/baru"));
        first.Url.ShouldBe(site.Url("kabar.example", "/rss"));
        site.PathsOf("kabar.example").ShouldBe(["/rss", "/baru", "/baru"]);
    }

    [Fact]
    public async Task Visit_WishOfTheFeed_IsKeptTo()
    {
        await using var site = await NewsSite.StartAsync(Answer(new() { ["/rss"] = NewsSite.Rss([], "<title>Kabar</title><ttl>120</ttl>") }));
        await using var host = await StartAsync(site);
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);

        var added = await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/rss") }, IngestionHost.Deadline);

        (await HealthyAsync(feeds, added.Feed.FeedId)).Interval.ToTimeSpan().ShouldBe(TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task Visit_IndexOfSitemaps_WhatIsRecentIsFetched()
    {
        var (today, longAgo) = (Day(0), Day(-400));
        await using var site = await NewsSite.StartAsync(Answer(new()
        {
            ["/sitemap.xml"] = Sitemap("sitemapindex", ("sitemap", "/baru.xml", today), ("sitemap", "/lama.xml", longAgo)),
            ["/baru.xml"] = Sitemap("urlset", ("url", "/a", today), ("url", "/b", longAgo), ("url", "/c", null)),
            ["/a"] = NewsSite.Page("Sukamaju"),
        }));
        await using var host = await StartAsync(site);

        await new FeedService.FeedServiceClient(host.Host.Channel).AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/sitemap.xml") }, IngestionHost.Deadline);

        (await StoredAsync(host)).Url.ShouldBe(site.Url("kabar.example", "/a"));
        // The page without a date was there before anybody followed the sitemap.
        site.PathsOf("kabar.example").ShouldBe(["/sitemap.xml", "/baru.xml", "/a"]);

        string Sitemap(string root, params (string Kind, string Path, string? Changed)[] entries) =>
            $"<?xml version=\"1.0\"?><{root} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{string.Concat(entries.Select(entry => $"<{entry.Kind}><loc>http://kabar.example:PORT{entry.Path}</loc>{(entry.Changed is null ? "" : $"<lastmod>{entry.Changed}</lastmod>")}</{entry.Kind}>"))}</{root}>";

        static string Day(int days) => TimeProvider.System.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Feeds_PauseResumeRemove_AreKeptTo()
    {
        await using var site = await NewsSite.StartAsync(Answer(new() { ["/rss"] = "{rss:/a}", ["/a"] = NewsSite.Page("Sukamaju") }));
        await using var host = await StartAsync(site);
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);
        var id = (await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/rss") }, IngestionHost.Deadline)).Feed.FeedId;
        await StoredAsync(host);
        await Eventually.GetAsync(async () => await feeds.GetFeedAsync(new GetFeedRequest { FeedId = id }, IngestionHost.Deadline), feed => feed.Entries.Stored == 1);

        var paused = await feeds.PauseFeedAsync(new PauseFeedRequest { FeedId = id, Reason = "libur" }, IngestionHost.Deadline);
        var refused = await Should.ThrowAsync<RpcException>(feeds.PollFeedAsync(new PollFeedRequest { FeedId = id }, IngestionHost.Deadline).ResponseAsync);
        paused.State.ShouldBe(V1.FeedState.Paused);
        paused.Reason.ShouldBe("libur");
        paused.NextPollAt.ShouldBeNull();
        refused.StatusCode.ShouldBe(StatusCode.FailedPrecondition);

        await feeds.ResumeFeedAsync(new ResumeFeedRequest { FeedId = id }, IngestionHost.Deadline);
        await Eventually.GetAsync(() => Task.FromResult(site.PathsOf("kabar.example").Count()), count => count == 3);

        await feeds.RemoveFeedAsync(new RemoveFeedRequest { FeedId = id }, IngestionHost.Deadline);
        (await Should.ThrowAsync<RpcException>(feeds.GetFeedAsync(new GetFeedRequest { FeedId = id }, IngestionHost.Deadline).ResponseAsync)).StatusCode.ShouldBe(StatusCode.NotFound);
        (await Should.ThrowAsync<RpcException>(feeds.RemoveFeedAsync(new RemoveFeedRequest { FeedId = id }, IngestionHost.Deadline).ResponseAsync)).StatusCode.ShouldBe(StatusCode.NotFound);

        // Followed again: the feed is asked, the page is not.
        await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url("kabar.example", "/rss") }, IngestionHost.Deadline);
        await HealthyAsync(feeds, id);
        site.PathsOf("kabar.example").ShouldBe(["/rss", "/a", "/rss", "/rss"]);
    }

    [Fact]
    public async Task ListFeeds_PagesAndStates_InTheOrderOfAddresses()
    {
        await using var site = await NewsSite.StartAsync(Answer([]));
        await using var host = await StartAsync(site);
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);
        foreach (var name in new[] { "c", "a", "b" })
            await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url($"{name}.example", "/rss") }, IngestionHost.Deadline);

        var first = await feeds.ListFeedsAsync(new ListFeedsRequest { PageSize = 2 }, IngestionHost.Deadline);
        var rest = await feeds.ListFeedsAsync(new ListFeedsRequest { PageSize = 2, PageToken = first.NextPageToken }, IngestionHost.Deadline);
        var paused = await feeds.ListFeedsAsync(new ListFeedsRequest { State = V1.FeedState.Paused }, IngestionHost.Deadline);

        first.Feeds.Concat(rest.Feeds).Select(feed => new Uri(feed.Url).Host).ShouldBe(["a.example", "b.example", "c.example"]);
        rest.NextPageToken.ShouldBeEmpty();
        paused.Feeds.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "url")]
    [InlineData("/rss", "url")]
    [InlineData("file:///etc/passwd", "url")]
    [InlineData("http://nama:sandi@kabar.example/rss", "url")]
    [InlineData("http://kabar.example:22/rss", "url")]
    [InlineData("http://169.254.169.254/rss", "url")]
    public async Task AddFeed_AddressThatIsNeverFetched_IsRefused(string url, string field)
    {
        await using var host = await IngestionHost.StartAsync();
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);

        var error = await Should.ThrowAsync<RpcException>(feeds.AddFeedAsync(new AddFeedRequest { Url = url, Publisher = "a\nb" }, IngestionHost.Deadline).ResponseAsync);

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        error.ToStatus().Details.ShouldHaveSingleItem().Unpack<Google.Rpc.BadRequest>().FieldViolations.Select(violation => violation.Field).ShouldBe([field, "publisher"]);
    }

    [Fact]
    public async Task AddFeed_TooMany_IsRefused()
    {
        await using var host = await IngestionHost.StartAsync(new() { ["Ingestion:Feeds:MaxFeeds"] = "1" }, configure: builder => NewsSite.Resolve(builder.Services));
        var feeds = new FeedService.FeedServiceClient(host.Host.Channel);
        await feeds.AddFeedAsync(new AddFeedRequest { Url = "http://a.example/rss" }, IngestionHost.Deadline);

        (await Should.ThrowAsync<RpcException>(feeds.AddFeedAsync(new AddFeedRequest { Url = "http://b.example/rss" }, IngestionHost.Deadline).ResponseAsync)).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    private static Task<IngestionHost> StartAsync(NewsSite site) => IngestionHost.StartAsync(site.Settings, configure: builder => NewsSite.Resolve(builder.Services));

    private static async Task<StoredArticle> StoredAsync(IngestionHost host)
    {
        var published = await host.NextPublishedAsync();
        return await host.Client.GetStoredArticleAsync(new GetStoredArticleRequest { ArticleId = published.Message.Article.Id }, IngestionHost.Deadline);
    }

    private static Task<Feed> HealthyAsync(FeedService.FeedServiceClient feeds, string id) =>
        Eventually.GetAsync(async () => await feeds.GetFeedAsync(new GetFeedRequest { FeedId = id }, IngestionHost.Deadline), feed => feed.State == V1.FeedState.Healthy && feed.Entries.Waiting == 0);

    /// <summary>By path: a page, a feed of some paths, a status, or a status with the address it redirects to; 404 for any other.</summary>
    private static Func<HttpContext, Task> Answer(Dictionary<string, string> answers) => async context =>
    {
        if (!answers.TryGetValue(context.Request.Path + context.Request.QueryString, out var answer))
        {
            context.Response.StatusCode = 404;
            return;
        }

        answer = answer.Replace("PORT", context.Connection.LocalPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        if (int.TryParse(answer.Split(' ')[0], CultureInfo.InvariantCulture, out var status))
        {
            context.Response.StatusCode = status;
            if (answer.Split(' ') is [_, var location])
                context.Response.Headers.Location = location;
            return;
        }

        if (answer.StartsWith("{rss:", StringComparison.Ordinal))
        {
            var paths = answer[5..^1].Split(',', StringSplitOptions.RemoveEmptyEntries);
            answer = NewsSite.Rss(paths.Select(path => NewsSite.Item(path, "<pubDate>Thu, 13 Jul 2023 01:02:03 GMT</pubDate>")));
        }

        context.Response.ContentType = answer.StartsWith("<?xml", StringComparison.Ordinal) ? "application/xml" : "text/html; charset=utf-8";
        await context.Response.WriteAsync(answer);
    };
}
