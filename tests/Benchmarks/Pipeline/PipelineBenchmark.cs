using System.Diagnostics;
using System.Globalization;
using Grpc.Net.Client;
using Sikap.TestKit;
using Sikap.V1;

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

        var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : int.MaxValue;
        var rounds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 3;
        var articles = ArticleMessages.Read(args[0], count);
        await using var node = await RabbitNode.StartAsync();
        await using var bare = await BareBus.StartAsync(args[0], count, await SystemUnderLoad.SettingsAsync(node));
        await using var system = await SystemProcesses.StartAsync(await SystemUnderLoad.SettingsAsync(node));
        using var channel = GrpcChannel.ForAddress(system.Gateway);
        await SystemUnderLoad.DefineIssuesAsync(channel);
        Console.WriteLine($"""
            {articles.Count} articles of {articles.Average(text => text.Split(' ').Length):0} words, {rounds} rounds; the bare bus: {BareBus.Description}.
            Round 0 warms both sides up: what a process compiles while it runs its first articles is a cost of its start.

            | round | bare bus, articles/s | system, articles/s | ratio | bare bus, ms of processor time per article | system | ratio |
            |---|---:|---:|---:|---:|---:|---:|
            """);
        var rates = new List<(double Bare, double System)>();
        var times = new Dictionary<string, TimeSpan>();
        for (var round = 0; round <= rounds; round++)
        {
            var (ownBefore, brokerBefore) = (bare.ProcessorTime(), ProcessTimes.Of(node.ProcessId));
            var bareRate = articles.Count / (await bare.RunAsync()).TotalSeconds;
            var bareCpu = (bare.ProcessorTime() - ownBefore + ProcessTimes.Of(node.ProcessId) - brokerBefore).TotalMilliseconds / articles.Count;

            // Other texts in each round, so that they are new.
            var texts = articles.Select(text => $"{text}\n\nDimuat ulang ke-{round}.").ToList();
            var before = Times(system, node);
            var watch = Stopwatch.StartNew();
            await SystemUnderLoad.SubmitAsync(channel, texts, articlesPerSecond: null);
            await SystemUnderLoad.QueryableAsync(channel, (round + 1) * articles.Count);
            var rate = articles.Count / watch.Elapsed.TotalSeconds;
            times = Times(system, node).ToDictionary(process => process.Key, process => process.Value - before[process.Key]);
            var cpu = times.Values.Sum(time => time.TotalMilliseconds) / articles.Count;
            Console.WriteLine($"| {round} | {bareRate:0} | {rate:0} | {rate / bareRate:0.00} | {bareCpu:0.00} | {cpu:0.00} | {bareCpu / cpu:0.00} |");
            if (round > 0)
                rates.Add((bareRate, rate));
        }

        Console.WriteLine($"\nRatio over all rounds: {rates.Sum(rate => 1 / rate.Bare) / rates.Sum(rate => 1 / rate.System):0.00}");
        Console.WriteLine("\n| process | processor time per article, last round (ms) | peak resident memory (MB) |\n|---|---:|---:|");
        foreach (var (process, time) in times)
            Console.WriteLine($"| {process} | {time.TotalMilliseconds / articles.Count:0.00} | {(system.Running.Contains(process) ? $"{PeakMb(system.ProcessIdOf(process)):0}" : "")} |");
        await LatencyAsync(channel, articles, (rounds + 1) * articles.Count, rates.Average(rate => rate.System) / 2);
        return 0;
    }

    private static async Task LatencyAsync(GrpcChannel channel, List<string> articles, int known, double articlesPerSecond)
    {
        // Other texts than before, so that they are new.
        var fresh = articles.Take(Math.Max(MinLatencySamples, (int)(articlesPerSecond * 20))).Select(text => text + "\n\nDimuat ulang untuk pengukuran.").ToList();
        var ids = await SystemUnderLoad.SubmitAsync(channel, fresh, articlesPerSecond);
        await SystemUnderLoad.QueryableAsync(channel, known + fresh.Count);
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

    private static Dictionary<string, TimeSpan> Times(SystemProcesses system, RabbitNode node)
    {
        var times = system.Running.ToDictionary(service => service, service => ProcessTimes.Of(system.ProcessIdOf(service)));
        times["RabbitMQ"] = ProcessTimes.Of(node.ProcessId);
        times["the client that submits"] = ProcessTimes.Own();
        return times;
    }

    private static double PeakMb(int processId)
    {
        var peak = File.ReadLines($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
