using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using Sikap.TestKit;

namespace Sikap.Ingestion.Tests;

public sealed class WebFetcherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_Page_ComesWithItsHeaders()
    {
        await using var site = new RawSite(new Dictionary<string, string> { ["/a"] = RawSite.Ok("halo", "Content-Type: text/html; charset=utf-8\r\nETag: W/\"1\"\r\nLast-Modified: Wed, 12 Jul 2023 10:00:00 GMT\r\n") });
        using var fetcher = Fetcher(site, options => options.Contact = "https://kabar.example/kontak");

        var result = await fetcher.FetchAsync(new FetchRequest(site.Url("/a#bagian")) { Accept = "text/html" }, Token);

        var document = result.Document.ShouldNotBeNull();
        Encoding.UTF8.GetString(document.Content.Span).ShouldBe("halo");
        document.ContentType.ShouldBe("text/html; charset=utf-8");
        document.ETag.ShouldBe("W/\"1\"");
        document.LastModified.ShouldBe("Wed, 12 Jul 2023 10:00:00 GMT");
        site.Paths.ShouldBe(["/robots.txt", "/a"]);
        site.Requests[1].ShouldContain("User-Agent: Sikap/1.0 (+https://kabar.example/kontak)");
        site.Requests[1].ShouldContain("Accept: text/html");
        site.Requests[1].ShouldNotContain("traceparent");
        site.Requests[1].ShouldNotContain("Cookie");
    }

    [Fact]
    public async Task Fetch_WhatIsKnownStillHolds_SaysSo()
    {
        await using var site = new RawSite(new Dictionary<string, string> { ["/"] = "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n" });
        using var fetcher = Fetcher(site);

        var result = await fetcher.FetchAsync(new FetchRequest(site.Url()) { ETag = "\"1\"", LastModified = "Wed, 12 Jul 2023 10:00:00 GMT" }, Token);

        result.NotModified.ShouldBeTrue();
        site.Requests[1].ShouldContain("If-None-Match: \"1\"\r\n");
        site.Requests[1].ShouldContain("If-Modified-Since: Wed, 12 Jul 2023 10:00:00 GMT\r\n");
    }

    [Theory]
    [InlineData("http://{0}/", "kabar.example", "127.0.0.1")]
    [InlineData("http://localhost.:{1}/", "localhost.", "127.0.0.1,::1")]
    [InlineData("http://127.0.0.1:{1}/", null, null)]
    [InlineData("http://2130706433:{1}/", null, null)]
    [InlineData("http://0x7f000001:{1}/", null, null)]
    [InlineData("http://0177.0.0.01:{1}/", null, null)]
    [InlineData("http://[::ffff:127.0.0.1]:{1}/", null, null)]
    [InlineData("http://①②⑦.⓪.⓪.①:{1}/", null, null)]
    [InlineData("http://{0}/", "kabar.example", "::ffff:127.0.0.1")]
    [InlineData("http://{0}/", "kabar.example", "::1")]
    [InlineData("http://{0}/", "kabar.example", "127.0.0.1,::1,169.254.169.254")]
    public async Task Fetch_NameOrNumberOfThisMachine_NoConnection(string url, string? name, string? addresses)
    {
        await using var site = new RawSite(new Dictionary<string, string>());
        using var fetcher = new WebFetcher(
            new FetchOptions { AllowedPorts = [site.Port], HostDelay = TimeSpan.Zero }, TimeProvider.System, null,
            (asked, token) => asked == name ? Task.FromResult(addresses!.Split(',').Select(IPAddress.Parse).ToArray()) : Dns.GetHostAddressesAsync(asked, token));

        var result = await fetcher.FetchAsync(new FetchRequest(new Uri(string.Format(CultureInfo.InvariantCulture, url, $"{name}:{site.Port}", site.Port))), Token);

        result.Failure.ShouldNotBeNull().Kind.ShouldBe(FetchFailureKind.AddressRefused);
        site.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Fetch_NameThatLeadsElsewhereTheSecondTime_IsCheckedAgain()
    {
        await using var inside = new RawSite(new Dictionary<string, string>());
        await using var site = new RawSite((_, stream, token) => stream.WriteAsync(Encoding.Latin1.GetBytes(RawSite.Ok("halo")), token).AsTask(), "127.0.0.2", inside.Port);
        var asked = 0;
        using var fetcher = new WebFetcher(
            new FetchOptions { AllowedPorts = [inside.Port], AllowedPrivateHosts = ["127.0.0.2"], HostDelay = TimeSpan.Zero }, TimeProvider.System, null,
            (_, _) => Task.FromResult(new[] { IPAddress.Parse(asked++ == 0 ? "127.0.0.2" : "127.0.0.1") }));
        var request = new FetchRequest(inside.Url("/", "kabar.example")) { ObeysRobots = false };

        var first = await fetcher.FetchAsync(request, Token);
        var second = await fetcher.FetchAsync(request, Token);

        first.Document.ShouldNotBeNull();
        second.Failure.ShouldNotBeNull().Kind.ShouldBe(FetchFailureKind.AddressRefused);
        inside.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Fetch_MixedAddresses_OnlyThePermittedIsConnectedTo()
    {
        await using var inside = new RawSite(new Dictionary<string, string>());
        await using var site = new RawSite((_, stream, token) => stream.WriteAsync(Encoding.Latin1.GetBytes(RawSite.Ok("halo")), token).AsTask(), "127.0.0.2", inside.Port);
        using var fetcher = new WebFetcher(
            new FetchOptions { AllowedPorts = [inside.Port], AllowedPrivateHosts = ["127.0.0.2"], HostDelay = TimeSpan.Zero }, TimeProvider.System, null,
            (_, _) => Task.FromResult(new[] { IPAddress.Parse("127.0.0.1"), IPAddress.Parse("127.0.0.2") }));

        var result = await fetcher.FetchAsync(new FetchRequest(inside.Url("/", "kabar.example")), Token);

        result.Document.ShouldNotBeNull();
        inside.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Fetch_FirstAddressDead_TheNextIsTried()
    {
        await using var site = new RawSite((_, stream, token) => stream.WriteAsync(Encoding.Latin1.GetBytes(RawSite.Ok("halo")), token).AsTask(), "127.0.0.2");
        using var fetcher = new WebFetcher(
            new FetchOptions { AllowedPorts = [site.Port], AllowedPrivateHosts = ["127.0.0.0/8"], HostDelay = TimeSpan.Zero }, TimeProvider.System, null,
            (_, _) => Task.FromResult(new[] { IPAddress.Parse("127.0.0.3"), IPAddress.Parse("127.0.0.2") }));

        (await fetcher.FetchAsync(new FetchRequest(site.Url("/", "kabar.example")), Token)).Document.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/", FetchFailureKind.AddressRefused)]
    [InlineData("http://192.168.1.1/", FetchFailureKind.AddressRefused)]
    [InlineData("http://[fe80::1]/", FetchFailureKind.AddressRefused)]
    [InlineData("//nama:sandi@kabar.example/", FetchFailureKind.AddressRefused)]
    [InlineData("file:///etc/passwd", FetchFailureKind.AddressRefused)]
    [InlineData("data:text/html,halo", FetchFailureKind.AddressRefused)]
    [InlineData("http://kabar.example:22/", FetchFailureKind.AddressRefused)]
    [InlineData("/putaran", FetchFailureKind.RedirectRefused)]
    [InlineData("", FetchFailureKind.RedirectRefused)]
    public async Task Fetch_RedirectThatMustNotBeFollowed_IsNot(string location, FetchFailureKind kind)
    {
        await using var site = new RawSite(new Dictionary<string, string>
        {
            ["/a"] = location.Length == 0 ? "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" : RawSite.Redirect(location),
            ["/putaran"] = RawSite.Redirect("/putaran"),
        });
        using var fetcher = Fetcher(site);

        var result = await fetcher.FetchAsync(new FetchRequest(site.Url("/a")), Token);

        result.Failure.ShouldNotBeNull().Kind.ShouldBe(kind);
        site.Connections.ShouldBeLessThanOrEqualTo(7);
    }

    [Theory]
    [InlineData(301, 308, "/c")]
    [InlineData(301, 302, "/b")]
    [InlineData(307, 301, null)]
    public async Task Fetch_Redirects_ToldWhereItMovedForGood(int first, int second, string? moved)
    {
        await using var site = new RawSite(new Dictionary<string, string> { ["/a"] = RawSite.Redirect("b", first), ["/b"] = RawSite.Redirect("/c#x", second), ["/c"] = RawSite.Ok("halo") });
        using var fetcher = Fetcher(site);

        var result = await fetcher.FetchAsync(new FetchRequest(site.Url("/a")), Token);

        result.Url.ShouldBe(site.Url("/c"));
        result.MovedTo.ShouldBe(moved is null ? null : site.Url(moved));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("deflate-raw")]
    [InlineData("file")]
    [InlineData("members")]
    [InlineData("identity")]
    [InlineData("claimed")]
    public async Task Fetch_EncodedBody_IsInflated(string how)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Harga beras naik. ", 500)));
        var body = how switch
        {
            "br" => Packed(text, stream => new BrotliStream(stream, CompressionLevel.Fastest)),
            "deflate" => Packed(text, stream => new ZLibStream(stream, CompressionLevel.Fastest)),
            "deflate-raw" => Packed(text, stream => new DeflateStream(stream, CompressionLevel.Fastest)),
            "members" => [.. Gzip(text[..1_000]), .. Gzip(text[1_000..])],
            "identity" or "claimed" => text,
            _ => Gzip(text),
        };
        var encoding = how switch { "file" => "", "members" or "claimed" => "gzip", "deflate-raw" => "deflate", _ => how };
        await using var site = Bytes(body, encoding.Length > 0 ? $"Content-Encoding: {encoding}\r\n" : "");
        using var fetcher = Fetcher(site);

        var result = await fetcher.FetchAsync(new FetchRequest(site.Url()), Token);

        result.Failure.ShouldBeNull();
        result.Document!.Content.ToArray().ShouldBe(text);
    }

    [Theory]
    [InlineData("gzip, gzip")]
    [InlineData("br, gzip")]
    [InlineData("zstd")]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Fetch_EncodingThatCannotBeRead_SaysSo(string encoding)
    {
        await using var site = Bytes([0x1F, 0x8B, 8, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4, 5, 6, 7, 8, 9], $"Content-Encoding: {encoding}\r\n");
        using var fetcher = Fetcher(site);

        (await fetcher.FetchAsync(new FetchRequest(site.Url()), Token)).Failure.ShouldNotBeNull().Kind.ShouldBe(FetchFailureKind.BadEncoding);
    }

    [Fact]
    public async Task Fetch_GzipOfGzip_OneLayerIsTakenOff()
    {
        var inner = Gzip(Encoding.UTF8.GetBytes("halo"));
        await using var site = Bytes(Gzip(inner), "Content-Encoding: gzip\r\n");
        using var fetcher = Fetcher(site);

        (await fetcher.FetchAsync(new FetchRequest(site.Url()), Token)).Document!.Content.ToArray().ShouldBe(inner);
    }

    [Theory]
    [InlineData("gzip", 1L << 30)]
    [InlineData("br", 1L << 30)]
    public async Task Fetch_Bomb_RefusedWhileInflating(string encoding, long size)
    {
        var zeros = new byte[1 << 20];
        using var packed = new MemoryStream();
        await using (Stream packer = encoding == "br" ? new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var written = 0L; written < size; written += zeros.Length)
                await packer.WriteAsync(zeros, Token);
        }

        await using var site = Bytes(packed.ToArray(), $"Content-Encoding: {encoding}\r\n");
        using var fetcher = Fetcher(site);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var result = await fetcher.FetchAsync(new FetchRequest(site.Url()), Token);

        result.Failure.ShouldNotBeNull().Kind.ShouldBe(FetchFailureKind.TooLarge);
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(64 << 20);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nawal")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{endless}")]
    [InlineData("HTTP/1.1 200 OK\r\n{endless}")]
    public async Task Fetch_TooMuch_Refused(string answer)
    {
        await using var site = new RawSite(async (_, stream, token) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer.Replace("{endless}", "", StringComparison.Ordinal)), token);
            var more = Encoding.Latin1.GetBytes($"X-Kepala: {new string('a', 8_000)}\r\n");
            while (answer.Contains("{endless}", StringComparison.Ordinal))
                await stream.WriteAsync(more, token);
        });
        using var fetcher = Fetcher(site, options => options.MaxBodyBytes = 1_000_000);

        (await fetcher.FetchAsync(new FetchRequest(site.Url()) { ObeysRobots = false }, Token)).Failure.ShouldNotBeNull().Kind.ShouldBe(FetchFailureKind.TooLarge);
    }

    [Theory]
    [InlineData("", "no answer within")]
    [InlineData("HTTP/1.1 200 OK\r\n", "no answer within")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nawal", "nothing came for")]
    [InlineData("drip", "not finished within")]
    public async Task Fetch_SlowPeer_EndsInTime(string answer, string reason)
    {
        await using var site = new RawSite(async (_, stream, token) =>
        {
            if (answer == "drip")
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"u8.ToArray(), token);
                while (true)
                {
                    await stream.WriteAsync("a"u8.ToArray(), token);
                    await Task.Delay(10, token);
                }
            }

            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        using var fetcher = Fetcher(site, options =>
        {
            options.HeadersTimeout = TimeSpan.FromSeconds(answer == "drip" ? 30 : 0.3);
            options.IdleTimeout = TimeSpan.FromSeconds(answer == "drip" ? 30 : 0.3);
            options.TotalTimeout = TimeSpan.FromSeconds(answer == "drip" ? 0.5 : 30);
        });

        var failure = (await fetcher.FetchAsync(new FetchRequest(site.Url()) { ObeysRobots = false }, Token)).Failure.ShouldNotBeNull();

        failure.Kind.ShouldBe(FetchFailureKind.TimedOut);
        failure.Message.ShouldContain(reason);
    }

    [Theory]
    [InlineData("bukan HTTP\r\n\r\n", FetchFailureKind.Broken)]
    [InlineData("", FetchFailureKind.Broken)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nawal", FetchFailureKind.Broken)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", FetchFailureKind.Broken)]
    public async Task Fetch_NoHttp_SaysSo(string answer, FetchFailureKind kind)
    {
        await using var site = new RawSite((_, stream, token) => stream.WriteAsync(Encoding.Latin1.GetBytes(answer), token).AsTask());
        using var fetcher = Fetcher(site);

        (await fetcher.FetchAsync(new FetchRequest(site.Url()) { ObeysRobots = false }, Token)).Failure.ShouldNotBeNull().Kind.ShouldBe(kind);
    }

    [Theory]
    [InlineData("Retry-After: 120\r\n", 120, 120)]
    [InlineData("Retry-After: {date}\r\n", 290, 300)]
    [InlineData("Retry-After: 999999999\r\n", 21_600, 21_600)]
    [InlineData("Retry-After: besok\r\n", 15, 30)]
    [InlineData("", 15, 30)]
    public async Task Fetch_HostHasTooMuchToDo_IsLeftAlone(string header, double atLeast, double atMost)
    {
        var date = TimeProvider.System.GetUtcNow().AddSeconds(300).ToString("R", CultureInfo.InvariantCulture);
        await using var site = new RawSite((_, stream, token) => stream.WriteAsync(
            Encoding.Latin1.GetBytes($"HTTP/1.1 429 Too Many Requests\r\n{header.Replace("{date}", date, StringComparison.Ordinal)}Content-Length: 0\r\nConnection: close\r\n\r\n"), token).AsTask());
        using var fetcher = Fetcher(site, options => options.MaxTurnWait = TimeSpan.FromSeconds(5));
        var request = new FetchRequest(site.Url()) { ObeysRobots = false };

        var first = (await fetcher.FetchAsync(request, Token)).Failure.ShouldNotBeNull();
        var second = (await fetcher.FetchAsync(request, Token)).Failure.ShouldNotBeNull();

        first.Status.ShouldBe(429);
        first.RetryAfter!.Value.TotalSeconds.ShouldBeInRange(atLeast, atMost);
        second.Kind.ShouldBe(FetchFailureKind.Resting);
        site.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Fetch_HostCannotBeReached_IsLeftAloneForLongerEachTime()
    {
        var time = new ManualTime();
        var port = FreePort.Take(1)[0];
        using var fetcher = new WebFetcher(new FetchOptions { AllowedPrivateHosts = ["127.0.0.1"], AllowedPorts = [port], HostDelay = TimeSpan.Zero, MaxTurnWait = TimeSpan.Zero }, time);
        var request = new FetchRequest(new Uri($"http://127.0.0.1:{port}/"));
        var rests = new List<double>();

        for (var i = 0; i < 4; i++)
        {
            var failure = (await fetcher.FetchAsync(request, Token)).Failure.ShouldNotBeNull();
            failure.Kind.ShouldBe(FetchFailureKind.Unreachable);
            rests.Add(failure.RetryAfter!.Value.TotalSeconds);
            (await fetcher.FetchAsync(request, Token)).Failure.ShouldNotBeNull().Kind.ShouldBe(FetchFailureKind.Resting);
            time.Advance(failure.RetryAfter.Value);
        }

        // 30 s, doubled each time, of which the upper half is random.
        rests.Zip([30, 60, 120, 240.0]).ShouldAllBe(pair => pair.First >= pair.Second / 2 && pair.First <= pair.Second);
    }

    [Fact]
    public async Task Fetch_Robots_AskedOnceAndObeyed()
    {
        await using var site = new RawSite(new Dictionary<string, string>
        {
            ["/robots.txt"] = RawSite.Ok("User-agent: *\nDisallow: /rahasia\n"),
            ["/a"] = RawSite.Ok("halo"),
            ["/b"] = RawSite.Redirect("/rahasia/1"),
        });
        using var fetcher = Fetcher(site);

        (await fetcher.FetchAsync(new FetchRequest(site.Url("/a")), Token)).Document.ShouldNotBeNull();
        (await fetcher.FetchAsync(new FetchRequest(site.Url("/rahasia/1")), Token)).Failure!.Kind.ShouldBe(FetchFailureKind.Robots);
        (await fetcher.FetchAsync(new FetchRequest(site.Url("/b")), Token)).Failure!.Kind.ShouldBe(FetchFailureKind.Robots);

        site.Paths.ShouldBe(["/robots.txt", "/a", "/b"]);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", true)]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", true)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/robots.txt\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", true)]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false)]
    [InlineData("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false)]
    [InlineData("", false)]
    public async Task Fetch_RobotsCannotBeHad_MeansAllOrNothing(string answer, bool allowed)
    {
        await using var site = new RawSite(new Dictionary<string, string> { ["/robots.txt"] = answer, ["/a"] = RawSite.Ok("halo") });
        using var fetcher = Fetcher(site);

        var result = await fetcher.FetchAsync(new FetchRequest(site.Url("/a")), Token);

        (result.Document is not null).ShouldBe(allowed, result.Failure?.Message);
        site.Paths.Contains("/a").ShouldBe(allowed);
    }

    [Fact]
    public async Task Fetch_ManyAtOnce_OneAfterTheOther()
    {
        var (underWay, mostAtOnce) = (0, 0);
        await using var site = new RawSite(async (_, stream, token) =>
        {
            mostAtOnce = Math.Max(mostAtOnce, Interlocked.Increment(ref underWay));
            await Task.Yield();
            Interlocked.Decrement(ref underWay);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(RawSite.Ok("halo")), token);
        });
        using var fetcher = Fetcher(site);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => fetcher.FetchAsync(new FetchRequest(site.Url($"/{i}")), Token)));

        results.ShouldAllBe(result => result.Document != null);
        mostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task Fetch_CrawlDelay_IsKeptTo()
    {
        await using var site = new RawSite(new Dictionary<string, string> { ["/robots.txt"] = RawSite.Ok("User-agent: *\nCrawl-delay: 7\n"), ["/a"] = RawSite.Ok("halo") });
        var time = new ManualTime();
        using var fetcher = Fetcher(site, time: time);

        (await fetcher.FetchAsync(new FetchRequest(site.Url("/a")), Token)).Document.ShouldNotBeNull();
        var second = fetcher.FetchAsync(new FetchRequest(site.Url("/a")), Token);
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(7), Token);
        site.Requests.Count.ShouldBe(2);
        time.Advance(TimeSpan.FromSeconds(7));

        (await second.WaitAsync(TimeSpan.FromSeconds(15), Token)).Document.ShouldNotBeNull();
    }

    [Fact]
    public async Task Fetch_Cancelled_Throws()
    {
        await using var site = new RawSite((_, _, token) => Task.Delay(Timeout.Infinite, token));
        using var fetcher = Fetcher(site);
        using var cancel = new CancellationTokenSource();
        var fetch = fetcher.FetchAsync(new FetchRequest(site.Url()), cancel.Token);

        await Eventually.GetAsync(() => Task.FromResult(site.Requests.Count), count => count == 1);
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(fetch.WaitAsync(TimeSpan.FromSeconds(15), Token));
    }

    [Fact]
    public async Task Fetch_UnknownName_SaysSo()
    {
        using var fetcher = new WebFetcher(new FetchOptions(), TimeProvider.System, null, (_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound));

        (await fetcher.FetchAsync(new FetchRequest(new Uri("http://kabar.example/")), Token)).Failure.ShouldNotBeNull().Kind.ShouldBe(FetchFailureKind.NameNotFound);
    }

    private static WebFetcher Fetcher(RawSite site, Action<FetchOptions>? change = null, TimeProvider? time = null)
    {
        var options = new FetchOptions { AllowedPorts = [80, 443, site.Port], AllowedPrivateHosts = ["127.0.0.1"], HostDelay = TimeSpan.Zero };
        change?.Invoke(options);
        return new WebFetcher(options, time ?? TimeProvider.System);
    }

    private static RawSite Bytes(byte[] body, string headers) => new(async (head, stream, token) =>
    {
        if (RawSite.PathOf(head) == "/robots.txt")
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(RawSite.NotFound), token);
            return;
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n"), token);
        await stream.WriteAsync(body, token);
    });

    private static byte[] Gzip(byte[] text) => Packed(text, stream => new GZipStream(stream, CompressionLevel.Fastest));

    private static byte[] Packed(byte[] text, Func<Stream, Stream> pack)
    {
        using var packed = new MemoryStream();
        using (var packer = pack(packed))
            packer.Write(text);
        return packed.ToArray();
    }
}
