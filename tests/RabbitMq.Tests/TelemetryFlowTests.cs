using Sikap.TestKit;

namespace Sikap.RabbitMq.Tests;

/// <summary>What operators see: every signal that a dashboard or an alert names arrives from the running system, and one trace goes through all services.</summary>
public sealed class TelemetryFlowTests(SharedBroker broker)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Only what goes wrong moves these; a faultless run cannot send them. Their own tests make them move.
    private static readonly string[] OfFaults =
    [
        "sikap.bus.publish.outcomes_unknown", "sikap.bus.consumer.failures", "sikap.ingestion.articles.failed", "sikap.ingestion.articles.swept", "sikap.gateway.calls.rejected",
    ];

    // Moved by what this run does not do: removing stances, storing in MongoDB, asking a language model, fetching from the web.
    private static readonly string[] OfOtherRuns = ["sikap.query.stances.removed", "sikap.query.commit.conflicts", "sikap.query.commit.recovered", .. SignalList.Instruments().Where(name => name.StartsWith("sikap.stance_classification.chat", StringComparison.Ordinal) || name.StartsWith("sikap.ingestion.fe", StringComparison.Ordinal))];

    [Fact]
    public async Task Flow_FiveProcesses_EverySignalArrivesAndOneTraceSpansAll()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var settings = TestService.BusSettings(broker.Node, await broker.Node.NewVirtualHostAsync());
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address;
        settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        settings["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        settings["OTEL_BSP_SCHEDULE_DELAY"] = "200";
        settings["Ingestion:SweepInterval"] = "00:00:01";
        await using var system = await SystemProcesses.StartAsync(settings);
        using var client = new SystemClient(system.Gateway);
        using var watching = new CancellationTokenSource();
        using var watch = client.Query.Watch(new(), cancellationToken: watching.Token);

        await client.DefineIssuesAsync();
        var texts = SystemClient.Samples();
        await client.SubmitAsync([.. texts, .. texts.Take(1)]);
        await Should.ThrowAsync<Grpc.Core.RpcException>(() => client.SubmitAsync(" "));
        await client.QueryableAsync(texts.Count, seconds: 60);
        // A changed codebook has the stored articles classified anew.
        await client.Codebook.DefineIssueAsync(new() { Issue = new() { Id = "pelabuhan", Title = "Pelabuhan baru", Proposition = "Pelabuhan baru dibangun.", Terms = { "pelabuhan" } } }, deadline: SystemClient.In(20));

        var wanted = SignalList.Instruments().Except(OfFaults).Except(OfOtherRuns).ToList();
        await Eventually.ShouldAsync(
            () => Task.FromResult(string.Join(", ", wanted.Except(collector.Metrics))), missing => missing.Length == 0, Patience, expected: "every listed metric");
        await Eventually.ShouldAsync(
            () => Task.FromResult(string.Join(", ", collector.ServicesOfWidestTrace())),
            services => services == "extraction, gateway, ingestion, query, stance-classification",
            Patience,
            expected: "one trace through all services");
        // O2: also where a stage died between, and the next instance went on with the message.
        var whole = collector.TracesThrough(5);
        await system.KillAsync("StanceClassification");
        await client.SubmitAsync($"{texts[0]}\n\nDimuat ulang.");
        await system.StartAsync("StanceClassification");
        await client.QueryableAsync(texts.Count + 1, seconds: 60);
        await Eventually.ShouldAsync(() => Task.FromResult(collector.TracesThrough(5)), now => now > whole, Patience, expected: "one more trace through all services");
        collector.Metrics.Where(metric => metric.StartsWith("messaging.masstransit", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Broker_Metrics_HaveEveryNameThatIsListed()
    {
        var node = broker.Node;
        // Something in a queue, so that the families per queue have rows.
        await using var service = await TestService.StartAsync(node, await node.NewVirtualHostAsync());

        SignalList.BrokerMetrics().Count.ShouldBeGreaterThan(5);
        // The broker counts what is in its queues every few seconds.
        await Eventually.ShouldAsync(
            async () =>
            {
                var text = await node.MetricsAsync("/metrics") + await node.MetricsAsync("/metrics/detailed?family=queue_coarse_metrics&family=queue_consumer_count");
                var sent = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..line.IndexOfAny(['{', ' '])]);
                return string.Join(", ", SignalList.BrokerMetrics().Except(sent));
            },
            missing => missing.Length == 0,
            Patience,
            expected: "every listed metric");
    }
}
