using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.TestKit;
using Sikap.V1;
using Article = Sikap.Nlp.Article;

namespace Sikap.Benchmarks.Pipeline;

/// <summary>
/// The whole system as five processes against a RabbitMQ node of its own: articles per second from the first submission until the last is queryable, beside the same messages over the bare bus in
/// the same run; then, at half of that rate, how long an article takes; processor time and memory of each service.
/// </summary>
internal static class PipelineBenchmark
{
    private const int MinLatencySamples = 500;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length is 0 or > 3 || !File.Exists(args[0]))
        {
            await Console.Error.WriteLineAsync("usage: Benchmarks pipeline ARTICLES.jsonl.gz [articles, default all] [rounds, default 3]");
            return 2;
        }

        var articles = Read(args[0], args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : int.MaxValue);
        var rounds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 3;
        await using var node = await RabbitNode.StartAsync();
        var messages = Messages(articles);
        Console.WriteLine($"{articles.Count} articles of {articles.Average(text => text.Split(' ').Length):0} words, {rounds} rounds");
        Console.WriteLine("| round | bare bus, articles/s | system, articles/s | ratio |\n|---|---:|---:|---:|");
        var rates = new List<(double Bare, double System)>();
        for (var round = 1; round <= rounds; round++)
        {
            var bare = articles.Count / (await BareBus.RunAsync(messages, Settings(node))).TotalSeconds;
            await using var system = await SystemProcesses.StartAsync(Settings(node));
            using var channel = GrpcChannel.ForAddress(system.Gateway);
            await DefineIssuesAsync(channel);
            var before = Usage(system);
            var watch = Stopwatch.StartNew();
            await SubmitAsync(channel, articles, articlesPerSecond: null);
            await QueryableAsync(channel, articles.Count);
            var whole = articles.Count / watch.Elapsed.TotalSeconds;
            rates.Add((bare, whole));
            Console.WriteLine($"| {round} | {bare:0} | {whole:0} | {whole / bare:0.00} |");
            if (round < rounds)
                continue;

            Console.WriteLine("\n| service | processor time per article (ms) | peak resident memory (MB) |\n|---|---:|---:|");
            var after = Usage(system);
            foreach (var (service, (cpu, _)) in before)
                Console.WriteLine($"| {service} | {(after[service].Cpu - cpu).TotalMilliseconds / articles.Count:0.00} | {after[service].PeakMb:0} |");
            await LatencyAsync(channel, articles, rates.Average(rate => rate.System) / 2);
        }

        return 0;
    }

    private static async Task LatencyAsync(GrpcChannel channel, List<string> articles, double articlesPerSecond)
    {
        // Other texts than before, so that they are new.
        var fresh = articles.Take(Math.Max(MinLatencySamples, (int)(articlesPerSecond * 20))).Select(text => text + "\n\nDimuat ulang untuk pengukuran.").ToList();
        var ids = await SubmitAsync(channel, fresh, articlesPerSecond);
        await QueryableAsync(channel, articles.Count + fresh.Count);
        var client = new IngestionService.IngestionServiceClient(channel);
        var times = new List<double>();
        foreach (var id in ids)
        {
            var status = await client.GetArticleStatusAsync(new GetArticleStatusRequest { ArticleId = id });
            times.Add((status.ChangedAt.ToDateTime() - status.AcceptedAt.ToDateTime()).TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine($"\nAt {articlesPerSecond:0} articles/s ({fresh.Count} articles), accepted until queryable: p50 {times[times.Count / 2]:0} ms, p99 {times[(int)(times.Count * 0.99)]:0} ms, longest {times[^1]:0} ms");
    }

    private static Dictionary<string, string?> Settings(RabbitNode node) => new()
    {
        ["Bus:Transport"] = "RabbitMq",
        ["Bus:Hosts"] = $"localhost:{node.Port}",
        ["Bus:VirtualHost"] = node.NewVirtualHost(),
        ["Bus:Username"] = RabbitNode.Username,
        ["Bus:Password"] = RabbitNode.Password,
    };

    private static async Task<List<string>> SubmitAsync(GrpcChannel channel, List<string> texts, double? articlesPerSecond)
    {
        using var call = new IngestionService.IngestionServiceClient(channel).SubmitArticles();
        var accepted = Task.Run(async () =>
        {
            var ids = new List<string>();
            await foreach (var reply in call.ResponseStream.ReadAllAsync())
                ids.Add(reply.Accepted?.ArticleId ?? throw new InvalidOperationException($"refused: {reply.Rejected}"));
            return ids;
        });
        var watch = Stopwatch.StartNew();
        for (var number = 0; number < texts.Count; number++)
        {
            // An open loop: what is due is sent, however far the system is.
            if (articlesPerSecond is { } rate && TimeSpan.FromSeconds(number / rate) - watch.Elapsed is var wait && wait > TimeSpan.FromMilliseconds(1))
                await Task.Delay(wait);
            await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = texts[number], Publisher = "Nusakabar" });
        }

        await call.RequestStream.CompleteAsync();
        return await accepted;
    }

    private static async Task QueryableAsync(GrpcChannel channel, int count)
    {
        var client = new IngestionService.IngestionServiceClient(channel);
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        while (true)
        {
            var status = await client.GetIngestionStatusAsync(new GetIngestionStatusRequest(), cancellationToken: end.Token);
            if (status.Failed > 0)
                throw new InvalidOperationException($"articles failed: {status}");
            if (status.Queryable + status.UnsupportedLanguage == count)
                return;
            await Task.Delay(20, end.Token);
        }
    }

    private static async Task DefineIssuesAsync(GrpcChannel channel)
    {
        foreach (var issue in Samples.Issues())
        {
            var request = new DefineIssueRequest { Issue = new V1.Issue { Id = issue.Id, Title = issue.Title, Proposition = issue.Proposition } };
            request.Issue.Terms.AddRange(issue.Terms);
            await new CodebookService.CodebookServiceClient(channel).DefineIssueAsync(request);
        }
    }

    private static FrozenDictionary<string, ArticleMessages> Messages(List<string> texts)
    {
        var (engine, codebook) = (Engine.Create(), new Codebook(1, Samples.Issues()));
        var now = TimeProvider.System.GetUtcNow();
        return texts.Select((text, number) =>
        {
            var article = new Article { Id = number.ToString(CultureInfo.InvariantCulture), Text = text, Publisher = "Nusakabar" };
            var extracted = engine.Extract(article);
            var reading = engine.ReadIssues(extracted, codebook);
            return new ArticleMessages(
                new ArticleIngested { Article = article, AcceptedAt = now },
                new StatementsExtracted { Article = extracted, AcceptedAt = now },
                new StancesClassified
                {
                    Article = extracted, AcceptedAt = now, CodebookVersion = 1, IssueIds = [.. codebook.Issues.Select(issue => issue.Id)], Stances = reading.Stances, States = reading.States,
                },
                new ArticleIndexed { ArticleId = article.Id, Language = extracted.Language, IndexedAt = now });
        }).ToFrozenDictionary(article => article.Id);
    }

    /// <summary>Different texts that the system accepts.</summary>
    private static List<string> Read(string file, int count)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var texts = new HashSet<string>(StringComparer.Ordinal);
        while (texts.Count < count && reader.ReadLine() is { } line)
        {
            using var article = JsonDocument.Parse(line);
            var text = article.RootElement.GetProperty("text").GetString()!;
            // Copies differ in blanks alone, which the identity of an article leaves aside.
            if (!text.Any(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t')))
                texts.Add(string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)));
        }

        return [.. texts];
    }

    private static Dictionary<string, (TimeSpan Cpu, double PeakMb)> Usage(SystemProcesses system) => system.Running.ToDictionary(service => service, service =>
    {
        using var process = Process.GetProcessById(system.ProcessIdOf(service));
        var peak = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return (process.TotalProcessorTime, double.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024);
    });
}
