using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Ingestion.Tests;

/// <summary>
/// 200 feeds on 40 hosts with every fault that the web has, followed by two instances that are stopped and started again in the middle.
/// <c>SIKAP_TEST_CRAWL_ROUNDS</c>: how often the feeds get another article and the instances are started anew; 1 without it.
/// </summary>
public sealed class CrawlTests
{
    private const int Feeds = 200;
    private const int Hosts = 40;
    private const int FirstEntries = 3;

    private static readonly TimeSpan HostDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // What the clocks of two threads may differ by.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(3);

    private readonly ConcurrentDictionary<string, int> _answered = new();
    private readonly ConcurrentDictionary<int, int> _feedRequests = new();
    private readonly ConcurrentQueue<(string Host, long At)> _asides = new();
    private volatile int _entries = FirstEntries;
    private int _notModified;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crawl_FeedsWithFaults_EveryArticleOnceAndHostsNeverTooOften()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("SIKAP_TEST_CRAWL_ROUNDS"), CultureInfo.InvariantCulture, out var asked) ? asked : 1;
        await using var site = await NewsSite.StartAsync(AnswerAsync);
        var folder = Directory.CreateTempSubdirectory("sikap-crawl-").FullName;
        try
        {
            var ids = new ConcurrentDictionary<string, bool>();
            await using (var first = await Crawler.StartAsync(site, folder, ids))
            {
                var feeds = new FeedService.FeedServiceClient(first.Host.Host.Channel);
                for (var i = 0; i < Feeds; i++)
                    await feeds.AddFeedAsync(new AddFeedRequest { Url = site.Url(HostOf(i), $"/f{i}") }, IngestionHost.Deadline);
                // In the middle.
                await StoredAsync(first.Host, count => count >= Feeds);
            }

            for (var round = 1; round <= rounds; round++)
            {
                await using var crawler = await Crawler.StartAsync(site, folder, ids);
                await crawler.LeaveBehindAsync();
                await StoredAsync(crawler.Host, count => count >= Expected());
                _entries++;
                await StoredAsync(crawler.Host, count => count >= Expected());
                // Each feed that can be had is visited once more, and shows nothing new.
                var before = _feedRequests.ToDictionary();
                await Eventually.GetAsync(
                    () => Task.FromResult(Enumerable.Range(0, Feeds).Count(i => _feedRequests[i] == before[i])), count => count == 0, TimeSpan.FromSeconds(60));

                var status = await crawler.Host.Client.GetIngestionStatusAsync(new(), IngestionHost.Deadline);
                status.Total.ShouldBe(Expected());
                (status.FeedsHealthy, status.FeedsFailing).ShouldBe((Feeds - 20, 20));
                (await ReasonsAsync(crawler.Host, 6)).ShouldContain("inflates to more than");
                (await ReasonsAsync(crawler.Host, 15)).ShouldContain("404");
            }

            // Handed on at least once: what was on its way to the bus at a stop goes again, under the same id.
            ids.Count.ShouldBe(Expected());
            _answered.Where(page => page.Value != 1).ShouldBeEmpty();
            _answered.Count.ShouldBe(Expected());
            _notModified.ShouldBeGreaterThan(0);
            site.Visits.ShouldAllBe(visit => visit.Host.EndsWith(".example", StringComparison.Ordinal));
            AssertPauses(site.Visits);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string HostOf(int feed) => $"h{feed % Hosts}.example";

    /// <summary>Articles there are to be had: all but those behind a bomb, a missing feed, a redirect inside, a body without end and a page that never comes.</summary>
    private int Expected() => Enumerable.Range(0, Feeds).Sum(i => (i % 20) switch
    {
        6 or 15 => 0,
        5 or 8 => _entries - 1,
        9 when i < 40 => _entries - 1,
        _ => _entries,
    });

    private static Task<long> StoredAsync(IngestionHost host, Func<long, bool> done) =>
        Eventually.GetAsync(async () => (await host.Client.GetIngestionStatusAsync(new(), IngestionHost.Deadline)).Total, done, TimeSpan.FromSeconds(90));

    private static async Task<string> ReasonsAsync(IngestionHost host, int feed)
    {
        var failing = await new FeedService.FeedServiceClient(host.Host.Channel).ListFeedsAsync(new ListFeedsRequest { State = V1.FeedState.Failing }, IngestionHost.Deadline);
        return failing.Feeds.Single(one => one.Url.EndsWith($"/f{feed}", StringComparison.Ordinal)).Reason;
    }

    private void AssertPauses(IReadOnlyList<NewsSite.Visit> visits)
    {
        foreach (var host in visits.GroupBy(visit => visit.Host))
        {
            var times = host.Select(visit => visit.At).Order().ToList();
            times.Zip(times.Skip(1)).Where(pair => Stopwatch.GetElapsedTime(pair.First, pair.Second) < HostDelay - Tolerance).ShouldBeEmpty(host.Key);
            foreach (var (_, at) in _asides.Where(aside => aside.Host == host.Key))
                times.Where(time => time > at && Stopwatch.GetElapsedTime(at, time) < RetryAfter - Tolerance).ShouldBeEmpty($"{host.Key} asked to be left alone");
        }

        _asides.Count.ShouldBe(Feeds / 20);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == "/robots.txt")
        {
            context.Response.StatusCode = 404;
            return;
        }

        var parts = path.TrimStart('/').Split('/');
        var feed = int.Parse(parts[0].TrimStart('f', 'm'), CultureInfo.InvariantCulture);
        context.Request.Host.Host.ShouldBe(HostOf(feed));
        if (parts.Length == 1)
            await AnswerFeedAsync(context, feed, moved: path.StartsWith("/m", StringComparison.Ordinal));
        else
            await AnswerPageAsync(context, feed, int.Parse(parts[1].Split('-')[0], CultureInfo.InvariantCulture), path);
    }

    private async Task AnswerFeedAsync(HttpContext context, int feed, bool moved)
    {
        var response = context.Response;
        var count = _feedRequests.AddOrUpdate(feed, 1, (_, known) => known + 1);
        switch (feed % 20)
        {
            case 0 when count == 1:
                response.StatusCode = 429;
                response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
                _asides.Enqueue((context.Request.Host.Host, Stopwatch.GetTimestamp()));
                return;
            case 1 when count <= 2:
                response.StatusCode = 500;
                return;
            case 3 when !moved:
                response.Redirect($"/m{feed}", permanent: true);
                return;
            case 6:
                response.Headers.ContentEncoding = "gzip";
                await response.Body.WriteAsync(Bomb, context.RequestAborted);
                return;
            case 15:
                response.StatusCode = 404;
                return;
        }

        var version = $"\"{_entries}\"";
        response.Headers.ETag = version;
        if (context.Request.Headers.IfNoneMatch == version)
        {
            Interlocked.Increment(ref _notModified);
            response.StatusCode = 304;
            return;
        }

        await response.WriteAsync(FeedOf(feed, context.Request.Host.ToString()), context.RequestAborted);
    }

    private string FeedOf(int feed, string host)
    {
        var at = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var links = Enumerable.Range(0, _entries).Reverse().Select(entry => $"http://{host}/f{feed}/{entry}").ToList();
        return (feed % 20) switch
        {
            // Cut off before its end.
            7 => NewsSite.Rss(links.Select(link => NewsSite.Item(link))).Replace("</channel></rss>", "", StringComparison.Ordinal),
            // The same articles under another mark, and those of another feed of the host.
            11 => NewsSite.Rss([.. links.SelectMany(link => new[] { NewsSite.Item(link), NewsSite.Item($"{link}?utm_source=rss#atas") }), .. links.Select(link => NewsSite.Item(link.Replace($"/f{feed}/", $"/f{(feed + Hosts) % Feeds}/", StringComparison.Ordinal)))]),
            12 => $"{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Kabar\",\"items\":[{string.Join(',', links.Select(link => $"{{\"id\":\"{link}\",\"url\":\"{link}\",\"title\":\"Judul\"}}"))}]}}",
            13 => $"<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Kabar</title>{string.Concat(links.Select(link => $"<entry><id>{link}</id><title>Judul</title><link href=\"{link}\"/><updated>{at}</updated></entry>"))}</feed>",
            14 => $"<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">{string.Concat(links.Select(link => $"<url><loc>{link}</loc><news:news><news:publication><news:name>Kabar</news:name><news:language>id</news:language></news:publication><news:publication_date>{at}</news:publication_date><news:title>Judul</news:title></news:news></url>"))}</urlset>",
            _ => NewsSite.Rss(links.Select(link => NewsSite.Item(link))),
        };
    }

    private async Task AnswerPageAsync(HttpContext context, int feed, int entry, string path)
    {
        var response = context.Response;
        if (entry == 0)
        {
            switch (feed % 20)
            {
                case 2:
                    await Task.Delay(200, context.RequestAborted);
                    break;
                case 4 when !path.EndsWith("-asli", StringComparison.Ordinal):
                    response.Redirect($"{path}-asli");
                    return;
                case 5:
                    response.Redirect($"http://169.254.169.254:{context.Connection.LocalPort}/latest/meta-data/");
                    return;
                case 8:
                    while (true)
                        await response.WriteAsync("<p>Lagi dan lagi dan lagi.</p>", context.RequestAborted);
                case 9 when feed < 40:
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    return;
            }
        }

        var page = Encoding.UTF8.GetBytes(NewsSite.Page($"Nomor {feed} Bagian {entry}"));
        if (feed % 20 == 10)
        {
            response.Headers.ContentEncoding = "gzip";
            page = Gzip(page);
        }

        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = page.Length;
        await response.Body.WriteAsync(page, context.RequestAborted);
        // Whoever went away in between has not got it.
        await response.CompleteAsync();
        context.RequestAborted.ThrowIfCancellationRequested();
        _answered.AddOrUpdate($"{feed}/{entry}", 1, (_, known) => known + 1);
    }

    private static readonly byte[] Bomb = Gzip(new byte[8 << 20]);

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var packer = new GZipStream(packed, CompressionLevel.Fastest))
            packer.Write(content);
        return packed.ToArray();
    }

    /// <summary>Two instances over one store.</summary>
    private sealed class Crawler : IAsyncDisposable
    {
        private readonly FeedPoller _second;
        private readonly WebFetcher _fetcher;
        private readonly CancellationTokenSource _stopped = new();
        private readonly Task _counting;
        private readonly ConcurrentDictionary<string, bool> _ids;

        private Crawler(IngestionHost host, ConcurrentDictionary<string, bool> ids)
        {
            Host = host;
            var services = host.Services;
            var (store, options) = (services.GetRequiredService<IFeedStore>(), services.GetRequiredService<IOptions<FeedOptions>>());
            _fetcher = new WebFetcher(services.GetRequiredService<IOptions<FetchOptions>>().Value, TimeProvider.System, store, services.GetRequiredService<NameResolver>());
            var feeds = new FeedSubscriptions(store, TimeProvider.System);
            var visits = new FeedVisit(
                store, feeds, _fetcher, new EntryReader(_fetcher, services.GetRequiredService<ArticleIntake>(), options, TimeProvider.System), services.GetRequiredService<Backlog>(), options, TimeProvider.System,
                NullLogger<FeedVisit>.Instance);
            _second = new FeedPoller(store, feeds, visits, options, TimeProvider.System, NullLogger<FeedPoller>.Instance);
            _ids = ids;
            _counting = CountAsync();
        }

        public IngestionHost Host { get; }

        public static async Task<Crawler> StartAsync(NewsSite site, string folder, ConcurrentDictionary<string, bool> ids)
        {
            var settings = site.Settings;
            settings["Ingestion:DataDirectory"] = folder;
            // No later stage answers, and nothing is to be handed on a second time.
            settings["Ingestion:RepublishUnfinishedAtStart"] = "false";
            settings["Ingestion:Fetching:HostDelay"] = HostDelay.ToString("c", CultureInfo.InvariantCulture);
            settings["Ingestion:Fetching:HostBackOff"] = "00:00:00.2";
            settings["Ingestion:Fetching:HeadersTimeout"] = "00:00:02";
            settings["Ingestion:Fetching:MaxBodyBytes"] = "2000000";
            settings["Ingestion:Feeds:MinInterval"] = "00:00:00.3";
            settings["Ingestion:Feeds:MaxInterval"] = "00:00:02";
            settings["Ingestion:Feeds:VisitLease"] = "00:00:30";
            settings["Ingestion:Feeds:MaxEntryAttempts"] = "3";
            settings["Ingestion:Feeds:EntryRetryDelay"] = "00:00:00.1";
            var host = await IngestionHost.StartAsync(settings, configure: builder => NewsSite.Resolve(builder.Services));
            var crawler = new Crawler(host, ids);
            await crawler._second.StartAsync(Token);
            return crawler;
        }

        /// <summary>What an instance that died leaves behind: a feed and a host's turn that nobody gives back.</summary>
        public async Task LeaveBehindAsync()
        {
            var store = Host.Services.GetRequiredService<IFeedStore>();
            var now = TimeProvider.System.GetUtcNow();
            foreach (var due in await store.ListDueAsync(now, 3, Token))
                await new FeedSubscriptions(store, TimeProvider.System).TakeAsync(due.Id, "mati", TimeSpan.FromSeconds(2), Token);
            await store.TakeTurnAsync("h33.example", "mati", now, now.AddSeconds(2), Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _second.StopAsync(CancellationToken.None);
            await Host.DisposeAsync();
            _fetcher.Dispose();
            await _stopped.CancelAsync();
            await _counting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (Host.Published.TryRead(out var last))
                Count(last.Message.Article.Id);
            _stopped.Dispose();
        }

        private async Task CountAsync()
        {
            await foreach (var published in Host.Published.ReadAllAsync(_stopped.Token))
                Count(published.Message.Article.Id);
        }

        private void Count(string id) => _ids.TryAdd(id, true);
    }
}
