using System.Diagnostics;
using System.Globalization;
using Grpc.Net.Client;
using Sikap.TestKit;

namespace Sikap.Benchmarks.Pipeline;

/// <summary>
/// Several instances of a stage against one broker: how evenly two of Extraction and two of StanceClassification share the load, and what one more Extraction does that comes while articles wait.
/// For the second question each instance of Extraction gets a tenth of a processor: on one machine all stages share the processors, and a further process adds none.
/// </summary>
internal static class ScalingBenchmark
{
    private static readonly TimeSpan ReportLimit = TimeSpan.FromSeconds(30);

    private static readonly (string Service, string Metric)[] Counters = [("extraction", "sikap.extraction.articles"), ("stance-classification", "sikap.stance_classification.articles")];

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length is 0 or > 2 || !File.Exists(args[0]))
        {
            await Console.Error.WriteLineAsync("usage: Benchmarks scaling ARTICLES.jsonl.gz [articles, default all]");
            return 2;
        }

        var articles = ArticleMessages.Read(args[0], args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : int.MaxValue);
        await using var node = await RabbitNode.StartAsync();
        await ShareAsync(node, articles);
        await SpeedUpAsync(node, articles);
        return 0;
    }

    private static async Task ShareAsync(RabbitNode node, List<string> articles)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var settings = await SystemUnderLoad.SettingsAsync(node);
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address;
        settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        settings["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        settings["OTEL_TRACES_SAMPLER"] = "always_off";
        await using var system = await SystemProcesses.StartAsync(settings);
        await system.StartAsync("Extraction-2");
        await system.StartAsync("StanceClassification-2");
        using var channel = GrpcChannel.ForAddress(system.Gateway);
        await SystemUnderLoad.DefineIssuesAsync(channel);
        // Two instances that have just started do not compile at the same speed.
        await SystemUnderLoad.SubmitAsync(channel, [.. articles.Select(text => $"{text}\n\nDimuat ulang.")], articlesPerSecond: null);
        await SystemUnderLoad.QueryableAsync(channel, articles.Count);
        var before = new Dictionary<string, IReadOnlyDictionary<string, long>>();
        foreach (var (service, metric) in Counters)
            before[service] = await ReportedAsync(collector, metric, service, articles.Count);
        await SystemUnderLoad.SubmitAsync(channel, articles, articlesPerSecond: null);
        await SystemUnderLoad.QueryableAsync(channel, 2 * articles.Count);
        Console.WriteLine("| service | articles | first instance | second instance | furthest from an even share |\n|---|---:|---:|---:|---:|");
        foreach (var (service, metric) in Counters)
        {
            var after = await ReportedAsync(collector, metric, service, before[service].Values.Sum() + articles.Count);
            var counts = after.Select(instance => instance.Value - before[service][instance.Key]).ToList();
            Console.WriteLine($"| {service} | {counts.Sum()} | {counts[0]} | {counts[1]} | {counts.Max() / (double)counts.Sum() * counts.Count - 1:0.0 %} |");
        }
    }

    private static async Task<IReadOnlyDictionary<string, long>> ReportedAsync(OtlpReceiver collector, string metric, string service, long articles)
    {
        using var end = new CancellationTokenSource(ReportLimit);
        while (true)
        {
            var counts = collector.TotalsOf(metric, service);
            if (counts.Count == 2 && counts.Values.Sum() >= articles)
                return counts;
            await Task.Delay(100, end.Token);
        }
    }

    private static async Task SpeedUpAsync(RabbitNode node, List<string> articles)
    {
        await using var system = await SystemProcesses.StartAsync(await SystemUnderLoad.SettingsAsync(node));
        await using var first = new Throttle(system.ProcessIdOf("Extraction"));
        using var channel = GrpcChannel.ForAddress(system.Gateway);
        await SystemUnderLoad.DefineIssuesAsync(channel);
        await SystemUnderLoad.SubmitAsync(channel, articles, articlesPerSecond: null);
        // A quarter to warm up, a quarter with one instance, the rest with two.
        var one = await RateAsync(channel, articles.Count / 4, articles.Count / 2);
        await system.StartAsync("Extraction-2");
        await using var second = new Throttle(system.ProcessIdOf("Extraction-2"));
        var two = await RateAsync(channel, await SystemUnderLoad.QueryableAsync(channel, 0), articles.Count);
        Console.WriteLine($"\nExtraction with a tenth of a processor for each instance: {one:0} articles/s with one instance, {two:0} from the moment on that a second one serves ({two / one:0.00} times), {articles.Count} articles, nothing else restarted");
    }

    private static async Task<double> RateAsync(GrpcChannel channel, long from, long to)
    {
        var first = await SystemUnderLoad.QueryableAsync(channel, (int)from);
        var watch = Stopwatch.StartNew();
        var last = await SystemUnderLoad.QueryableAsync(channel, (int)to);
        return (last - first) / watch.Elapsed.TotalSeconds;
    }
}
