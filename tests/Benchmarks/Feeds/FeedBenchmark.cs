using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Sikap.Formats.Feeds;
using Sikap.TestKit;

namespace Sikap.Benchmarks.Feeds;

/// <summary>How many feeds a second are read on one core, beside Debian's feedparser on the same documents in the same run.</summary>
internal static class FeedBenchmark
{
    private const int Rounds = 7;
    private const string Python = "/usr/bin/python3";

    public static async Task<int> RunAsync()
    {
        var sets = new List<(string Name, byte[][] Documents)>
        {
            ("news feeds (RSS, 50 entries)", [.. Enumerable.Range(0, 200).Select(number => Encoding.UTF8.GetBytes(NewsFeed(number, 50)))]),
            ("news sitemaps (1,000 addresses)", [.. Enumerable.Range(0, 20).Select(number => Encoding.UTF8.GetBytes(NewsSitemap(number, 1000)))]),
            ("broken news feeds", [.. Enumerable.Range(0, 200).Select(number => Encoding.UTF8.GetBytes(Break(NewsFeed(number, 50), number)))]),
        };
        var archive = Path.Combine(SharedFolder.Root, "data", "feedparser-tests.tar.gz");
        if (File.Exists(archive))
        {
            sets.Add(("feedparser's test documents", [.. Read(archive)]));
        }

        var folder = Directory.CreateTempSubdirectory("sikap-feeds-");
        try
        {
            var theirs = await FeedparserAsync(folder.FullName, sets);
            Console.WriteLine("| documents | mean KB | feeds/s | MB/s | bytes allocated per byte | feedparser, feeds/s | ratio |");
            Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
            for (var i = 0; i < sets.Count; i++)
            {
                var (name, documents) = sets[i];
                var bytes = documents.Sum(document => (long)document.Length);
                var (seconds, allocated) = Measure(documents);
                var feeds = documents.Length / seconds;
                var their = theirs is null ? double.NaN : documents.Length / theirs[i];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {name} | {bytes / 1024.0 / documents.Length:0.0} | {feeds:#,0} | {bytes / seconds / 1e6:0} | {(double)allocated / bytes:0.0} | {their:#,0} | {feeds / their:0} |"));
            }

            if (theirs is null)
            {
                Console.WriteLine("feedparser is not installed: python3-feedparser");
            }

            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (double Seconds, long Allocated) Measure(byte[][] documents)
    {
        var (best, allocated) = (double.MaxValue, 0L);
        // The first rounds are compiled on the way.
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            foreach (var document in documents)
            {
                FeedReader.Read(document);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return (best, allocated);
    }

    private static async Task<double[]?> FeedparserAsync(string folder, List<(string Name, byte[][] Documents)> sets)
    {
        if (!File.Exists(Python))
        {
            return null;
        }

        var arguments = new List<string> { Path.Combine(SharedFolder.Repository, "tests", "Benchmarks", "Feeds", "feedparser_speed.py") };
        for (var i = 0; i < sets.Count; i++)
        {
            var path = Directory.CreateDirectory(Path.Combine(folder, $"{i}")).FullName;
            arguments.Add(path);
            for (var j = 0; j < sets[i].Documents.Length; j++)
            {
                await File.WriteAllBytesAsync(Path.Combine(path, $"{j:00000}.xml"), sets[i].Documents[j]);
            }
        }

        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))] : null;
    }

    private static string NewsFeed(int seed, int entries)
    {
        var random = new Random(seed);
        var feed = new StringBuilder("""
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel>
            <title>Kabar Teluk</title><link>https://www.kabarteluk.example/</link><description>Berita</description><language>id</language>

            """);
        for (var i = 0; i < entries; i++)
        {
            var id = seed * 1000 + i;
            feed.Append(CultureInfo.InvariantCulture, $"""
                <item><title><![CDATA[{Words(random, 9)} & {Words(random, 2)}]]></title><link>https://www.kabarteluk.example/read/2023/07/{1 + i % 28:00}/{id}/{Words(random, 5).Replace(' ', '-')}?utm_source=rss&amp;page=1</link>
                <guid isPermaLink="false">{id}</guid><pubDate>Rab, {1 + i % 28:00} Jul 2023 {i % 24:00}:10:00 +0700</pubDate><dc:creator><![CDATA[{Words(random, 2)}]]></dc:creator>
                <media:content url="https://img.kabarteluk.example/{id}.jpg" medium="image" width="600" height="400"><media:title>{Words(random, 6)}</media:title></media:content>
                <description><![CDATA[<img src="https://img.kabarteluk.example/{id}.jpg" align="left" hspace="7" />{Words(random, 40)}&nbsp;&ldquo;{Words(random, 5)}&rdquo;.]]></description></item>

                """);
        }

        return feed.Append("</channel></rss>").ToString();
    }

    private static string NewsSitemap(int seed, int entries)
    {
        var random = new Random(seed);
        var map = new StringBuilder("""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">""");
        for (var i = 0; i < entries; i++)
        {
            map.Append(CultureInfo.InvariantCulture, $"""
                <url><loc>https://www.kabarteluk.example/read/{seed}/{i}</loc><lastmod>2023-07-{1 + i % 28:00}T10:00:00+07:00</lastmod><news:news><news:publication><news:name>Kabar Teluk</news:name><news:language>id</news:language></news:publication>
                <news:publication_date>2023-07-{1 + i % 28:00}T09:00:00+07:00</news:publication_date><news:title>{Words(random, 9)}</news:title></news:news></url>
                """);
        }

        return map.Append("</urlset>").ToString();
    }

    // What real feeds suffer from: an ampersand, an entity, an end tag.
    private static string Break(string feed, int seed) => (seed % 3) switch
    {
        0 => feed.Replace("&amp;page", "&page", StringComparison.Ordinal),
        1 => feed.Replace("<language>", "<copyright>&copy; Kabar</copyright><language>", StringComparison.Ordinal),
        _ => feed.Replace("</dc:creator>", "", StringComparison.Ordinal),
    };

    private static string Words(Random random, int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Vocabulary[random.Next(Vocabulary.Length)]));

    private static readonly string[] Vocabulary = "pemerintah menteri nelayan pelabuhan subsidi kapal warga daerah rapat rancangan anggaran menolak mendukung jalan tol beras harga naik turun kota kabupaten gubernur rencana pembangunan jembatan sungai hutan".Split(' ');

    private static IEnumerable<byte[]> Read(string path)
    {
        using var file = File.OpenRead(path);
        using var inflated = new GZipStream(file, CompressionMode.Decompress);
        using var archive = new TarReader(inflated);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } data && entry.Name.EndsWith(".xml", StringComparison.Ordinal))
            {
                using var content = new MemoryStream();
                data.CopyTo(content);
                yield return content.ToArray();
            }
        }
    }
}
