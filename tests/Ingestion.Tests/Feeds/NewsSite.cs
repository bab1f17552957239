using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sikap.Ingestion.Tests;

/// <summary>Web sites under made-up names, all on one port of this machine.</summary>
internal sealed class NewsSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Visit> _visits = new();

    private NewsSite(WebApplication app)
    {
        _app = app;
    }

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    /// <summary>Every request so far, in the order in which they came.</summary>
    public IReadOnlyList<Visit> Visits => [.. _visits];

    /// <summary>Settings with which Ingestion asks these sites, without pauses and often.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Ingestion:Fetching:AllowedPorts:0"] = Port.ToString(CultureInfo.InvariantCulture),
        ["Ingestion:Fetching:AllowedPrivateHosts:0"] = "127.0.0.1",
        ["Ingestion:Fetching:HostDelay"] = "00:00:00",
        ["Ingestion:Feeds:CheckInterval"] = "00:00:00.05",
    };

    public static async Task<NewsSite> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        // Answers that never end are cut off at once.
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        var site = new NewsSite(app);
        app.Run(async context =>
        {
            site._visits.Enqueue(new Visit(context.Request.Host.Host, context.Request.Path + context.Request.QueryString, Stopwatch.GetTimestamp()));
            try
            {
                await answer(context);
            }
            catch (OperationCanceledException)
            {
                // The client went away, or the test is over.
            }
        });
        await app.StartAsync();
        return site;
    }

    /// <summary>Adds what resolves the made-up names.</summary>
    public static void Resolve(IServiceCollection services) => services.AddSingleton<NameResolver>((_, _) => Task.FromResult(new[] { IPAddress.Loopback }));

    public string Url(string host, string path) => $"http://{host}:{Port}{path}";

    public IEnumerable<string> PathsOf(string host) => Visits.Where(visit => visit.Host == host && visit.Path != "/robots.txt").Select(visit => visit.Path);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>An article's page whose text is different for each name.</summary>
    public static string Page(string name, string head = "") => $"""
        <!DOCTYPE html><html lang="id"><head><title>Warga {name} menunggu air bersih</title><meta property="og:type" content="article">{head}</head>
        <body><header><a href="/">Beranda</a> <a href="/ekonomi">Ekonomi</a></header>
        <article><h1>Warga {name} menunggu air bersih</h1>{Paragraphs(name)}</article>
        <footer>Tentang kami</footer></body></html>
        """;

    public static string Paragraphs(string name) => $"""
        <p>Warga Desa {name} sudah tiga pekan menunggu air bersih setelah pompa utama di hulu sungai rusak dan belum diperbaiki oleh pemerintah kabupaten.</p>
        <p>Kepala Desa {name} mengatakan suku cadang pompa itu sudah dipesan, tetapi pengirimannya tertunda karena jalan menuju desa masih tertutup longsor sejak awal bulan.</p>
        <p>"Kami berharap perbaikan selesai sebelum akhir pekan," kata seorang warga {name} yang setiap pagi harus berjalan dua kilometer untuk mengambil air dari sumur tetangga.</p>
        """;

    public static string Rss(IEnumerable<string> items, string channel = "<title>Kabar Contoh</title>") =>
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>{channel}{string.Concat(items)}</channel></rss>";

    public static string Item(string link, string more = "") => $"<item><title>Judul {link}</title><link>{link}</link><guid>{link}</guid>{more}</item>";

    /// <summary>A request as the server saw it.</summary>
    /// <param name="At">Timestamp of <see cref="Stopwatch"/>.</param>
    internal sealed record Visit(string Host, string Path, long At);
}
