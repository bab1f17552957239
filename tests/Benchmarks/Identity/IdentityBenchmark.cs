using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Sikap.Ingestion;
using Sikap.Ingestion.Tests;

namespace Sikap.Benchmarks.Identity;

/// <summary>Copies, revisions and stories: how many planted copies are found, how fast, in how much memory. <c>identity natural</c> lists pairs that nobody planted, for reading.</summary>
internal static class IdentityBenchmark
{
    private const int Lookups = 5_000;

    public static int Run(string[] args)
    {
        if (args is ["natural", var kind, .. var files])
            return Natural(kind, files);
        if (args is ["make", var made, var entries])
            return MakeAsync(made, int.Parse(entries, CultureInfo.InvariantCulture)).GetAwaiter().GetResult();
        if (args is ["start", var folder])
            return StartAsync(folder).GetAwaiter().GetResult();
        if (args is not [var file, .. var rest])
        {
            Console.Error.WriteLine("usage: Benchmarks identity ARTICLES.jsonl.gz [articles in the index] | identity natural report|story ARTICLES.jsonl.gz ... | identity make FOLDER ENTRIES | identity start FOLDER");
            return 2;
        }

        var articles = Read([file]);
        Find(articles);
        Sign(articles);
        LookUp(articles, rest is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1_000_000);
        return 0;
    }

    private static void Find(IReadOnlyList<Source> articles)
    {
        // The same text of the same outlet is one article before anything is compared.
        var originals = articles.DistinctBy(article => Record(article).Id).Select(article => (article.Publisher, article.Title, article.Text)).ToList();
        Console.WriteLine($"{articles.Count} articles, {originals.Count} different ones");
        foreach (var seed in new[] { 1, 2, 3 })
        {
            var planted = PlantedCopies.Make(originals, seed);
            var groups = PlantedCopies.Group(planted);
            // Originals that are copies of each other by nature are one family: found among the originals alone, and read.
            var natural = PlantedCopies.Group(originals.Select((original, i) => new PlantedCopies.Planted(i, null, PlantedCopies.Make([original], 1).First(one => one.Kind is null).Article)));
            var first = natural.Index().GroupBy(one => one.Item).SelectMany(group => group.Select(one => (one.Index, First: group.First().Index))).ToDictionary();
            Print($"seed {seed}, naive truth", PlantedCopies.Compare(planted, groups, family => family));
            Print($"seed {seed}, natural copies one family", PlantedCopies.Compare(planted, groups, family => first[family]));
            var group = planted.Zip(groups).Where(one => one.First.Kind is null).ToDictionary(one => one.First.Family, one => one.Second);
            foreach (var kind in PlantedEdits.Kinds)
            {
                var of = planted.Zip(groups).Where(one => one.First.Kind == kind && group.ContainsKey(one.First.Family)).ToList();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {kind}: {of.Count(one => one.Second == group[one.First.Family])} of {of.Count} with their original"));
            }
        }

        static void Print(string name, PlantedCopies.Score score) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name}: {score.Truth} pairs, precision {score.Precision:0.0000}, recall {score.Recall:0.0000}, F1 {score.F1:0.0000}"));
    }

    private static void Sign(IReadOnlyList<Source> articles)
    {
        var records = articles.Select(Record).ToList();
        for (var round = 0; round < 4; round++)
        {
            var started = Environment.CpuUsage.TotalTime;
            foreach (var record in records)
                _ = Fingerprint.Of(record);
            var seconds = (Environment.CpuUsage.TotalTime - started).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"signatures: {records.Count / seconds:0} per second of processor time, {records.Average(record => record.Text.Length):0} characters each"));
        }
    }

    private static void LookUp(IReadOnlyList<Source> articles, int count)
    {
        // Texts of the articles' own sentences with words changed: phrases repeat as they do in news, more than they do.
        var random = new Random(7);
        var sentences = articles.SelectMany(article => article.Text.Split(['\n', '.'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Where(sentence => sentence.Length > 40).ToArray();
        var words = sentences.SelectMany(sentence => sentence.Split(' ')).Distinct().ToArray();
        var index = new IdentityIndex(int.MaxValue / 2);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var print = Fingerprint.Of(Made(i));
            index.Add(print.ToEntry(i + 1, print.ArticleId, 0, null, print.ArticleId, print.ArticleId));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"index of {count}: {(GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count:0} bytes each, built in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));

        var prints = Enumerable.Range(count, Lookups).Select(i => Fingerprint.Of(i % 2 == 0 ? Made(i) : Record(articles[i % articles.Count]))).ToList();
        var used = Environment.CpuUsage.TotalTime;
        var times = prints.ConvertAll(print =>
        {
            var start = Stopwatch.GetTimestamp();
            _ = index.Identify(print);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        });
        var processor = (Environment.CpuUsage.TotalTime - used).TotalMilliseconds / Lookups;
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"lookups among {count}: {processor:0.000} ms of processor time each; by the clock mean {times.Average():0.000} ms, median {times[Lookups / 2]:0.000} ms, 99 % {times[Lookups * 99 / 100]:0.000} ms, worst {times[^1]:0.000} ms"));

        ArticleRecord Made(int number)
        {
            var text = string.Join(' ', Enumerable.Range(0, 12).SelectMany(_ => sentences[random.Next(sentences.Length)].Split(' ')).Select(word => random.Next(4) == 0 ? words[random.Next(words.Length)] : word));
            var publisher = $"outlet {number % 300}";
            return new ArticleRecord
            {
                Id = ArticleIdentity.Of(text, publisher), Text = text, Publisher = publisher, AcceptedAt = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(number / 7.0),
            };
        }
    }

    /// <summary>A store with so many identities: every tenth article a copy of one shortly before it, every third a report on the same event, one in fifty a revision.</summary>
    private static async Task<int> MakeAsync(string folder, int count)
    {
        var random = new Random(11);
        await using var store = new SqliteArticleStore(folder);
        var (names, works, reports, stories) = (new string[count], new string[count], new string[count], new string[count]);
        var batch = new List<IdentityEntry>();
        for (var i = 0; i < count; i++)
        {
            var (sketch, terms) = (new byte[2 * TextSketch.Size], new byte[sizeof(uint) * StoryTerms.Size]);
            random.NextBytes(sketch);
            random.NextBytes(terms);
            names[i] = Convert.ToHexStringLower(RandomBytes(random));
            int? before = i > 1_000 ? i - random.Next(1, 1_000) : null;
            var isRevision = i % 50 == 0 && before is not null;
            // A group is named by its first.
            works[i] = isRevision ? works[before!.Value] : names[i];
            reports[i] = i % 10 == 0 && before is not null ? reports[before.Value] : names[i];
            stories[i] = i % 3 == 0 && before is not null ? stories[before.Value] : names[i];
            batch.Add(new IdentityEntry
            {
                Number = i + 1, ArticleId = names[i], Publisher = $"outlet {i % 300}", Address = $"outlet{i % 300}.example/berita/{i}/judul-artikel-{random.Next()}", Title = random.NextInt64(),
                Minute = 1_064_000_000 + (i / 7), IsMinuteKnown = true, Runs = 300, Sketch = sketch, Terms = terms, Work = works[i],
                Edition = isRevision ? 1 : 0, RevisionOf = isRevision ? names[before!.Value] : null, Report = reports[i], Story = stories[i],
            });
            if (batch.Count == 5_000 || i == count - 1)
            {
                await store.AppendIdentitiesAsync(batch, CancellationToken.None);
                batch.Clear();
            }
        }

        return 0;

        static byte[] RandomBytes(Random random)
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    /// <summary>What the first article after a start waits for, beside a bare read of the same rows.</summary>
    private static async Task<int> StartAsync(string folder)
    {
        await using var store = new SqliteArticleStore(folder);
        var started = Stopwatch.GetTimestamp();
        var (rows, bytes) = (0L, 0L);
        for (var page = await store.ListIdentitiesAsync(0, 512, CancellationToken.None); page.Count > 0; page = await store.ListIdentitiesAsync(rows, 512, CancellationToken.None))
            (rows, bytes) = (page[^1].Number, bytes + page.Sum(entry => entry.Sketch.Length + entry.Terms.Length));
        var bare = Stopwatch.GetElapsedTime(started);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var used = Environment.CpuUsage.TotalTime;
        started = Stopwatch.GetTimestamp();
        using var identifier = new ArticleIdentifier(store, Microsoft.Extensions.Options.Options.Create(new IngestionOptions()));
        var count = await identifier.AskAsync(index => index.Count, CancellationToken.None);
        var took = Stopwatch.GetElapsedTime(started);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"start with {count}: {took.TotalSeconds:0.0} s, {took / bare:0.00} of a bare read ({bare.TotalSeconds:0.0} s), {(Environment.CpuUsage.TotalTime - used).TotalSeconds:0.0} s of processor time; working set {Environment.WorkingSet >> 20} MB, at most {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB, {(GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count:0} bytes of index for each"));
        return 0;
    }

    private static int Natural(string kind, string[] files)
    {
        var articles = Read(files);
        var index = new IdentityIndex(int.MaxValue / 2);
        var byId = new Dictionary<string, Source>();
        foreach (var article in articles.OrderBy(article => article.At))
        {
            var record = Record(article);
            if (!byId.TryAdd(record.Id, article))
                continue;
            var print = Fingerprint.Of(record);
            index.Add(index.Identify(print));
        }

        var groups = index.Groups(kind == "story" ? IdentityIndex.Kind.Story : IdentityIndex.Kind.Report, 2);
        Console.WriteLine($"{byId.Count} articles, {groups.Count} groups of two and more with {groups.Sum(group => index.SizeOf(kind == "story" ? IdentityIndex.Kind.Story : IdentityIndex.Kind.Report, group.First))} articles");
        foreach (var (first, _) in groups)
        {
            Console.WriteLine("---");
            foreach (var member in index.Members(kind == "story" ? IdentityIndex.Kind.Story : IdentityIndex.Kind.Report, first).Reverse())
            {
                var similar = index.Compare(member, first);
                var source = byId[similar.ArticleId];
                var told = index.TryRead(similar.ArticleId)!;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{similar.Resemblance:0.00} {similar.Containment:0.00} {(told.Work != similar.ArticleId ? "REV" : "   ")} {source.At:yyyy-MM-dd HH:mm} {source.Publisher} | {source.Id} | {source.Text[..Math.Min(150, source.Text.Length)].ReplaceLineEndings(" ")}"));
            }
        }

        return 0;
    }

    private static List<Source> Read(IEnumerable<string> files)
    {
        var articles = new List<Source>();
        foreach (var file in files)
        {
            using var lines = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
            while (lines.ReadLine() is { } line)
            {
                var root = JsonDocument.Parse(line).RootElement;
                var id = Text(root, "id") ?? "";
                var at = DateTimeOffset.TryParse(Text(root, "published"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var published) ? published
                    : id.Split('-') is [_, var seconds, ..] && seconds.Length == 10 && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var unix) ? DateTimeOffset.FromUnixTimeSeconds(unix)
                    : new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
                articles.Add(new Source(id, Text(root, "publisher") ?? "", Text(root, "title"), Text(root, "url"), at, Text(root, "text") ?? ""));
            }
        }

        return articles;

        static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static ArticleRecord Record(Source article) => new()
    {
        Id = ArticleIdentity.Of(article.Text, article.Publisher), Text = article.Text, Title = article.Title, Publisher = article.Publisher, Url = article.Url, Published = article.At, AcceptedAt = article.At,
    };

    private sealed record Source(string Id, string Publisher, string? Title, string? Url, DateTimeOffset At, string Text);
}
