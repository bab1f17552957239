using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.RabbitMq.Tests;

/// <summary>
/// The samples went through five hosts and a broker, the first of them in a trace that began at the client. The tests look at what came of it.
/// </summary>
public sealed class FlowFixture(SharedBroker broker) : IAsyncLifetime
{
    // Small enough for a test to reach it, large enough for the samples at every stage.
    internal const int MaxMessageBytes = 98_304;

    private readonly ConcurrentQueue<Activity> _spans = new();
    private ActivityTraceId _trace;

    internal RabbitNode Node => broker.Node;

    internal string VirtualHost { get; private set; } = "";

    internal RabbitCluster Cluster { get; private set; } = null!;

    /// <summary>Ended spans of the trace so far.</summary>
    internal IReadOnlyCollection<Activity> Spans => [.. _spans];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!RabbitNode.IsInstalled)
        {
            return;
        }

        using var source = new ActivitySource("Sikap.RabbitMq.Tests");
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Source.Name == source.Name || options.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == _trace)
                {
                    _spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        VirtualHost = await Node.NewVirtualHostAsync();
        Cluster = await RabbitCluster.StartAsync(Node, VirtualHost, settings: new Dictionary<string, string?> { ["Bus:MaxMessageBytes"] = $"{MaxMessageBytes}" });
        await Cluster.Client.DefineIssuesAsync();
        var samples = SystemClient.Samples();
        using (var client = source.StartActivity("client")!)
        {
            _trace = client.TraceId;
            await Cluster.Client.SubmitAsync(samples[0]);
        }

        await Cluster.Client.QueryableAsync(1, seconds: 60);
        await Cluster.Client.SubmitAsync([.. samples.Skip(1)]);
        await Cluster.Client.QueryableAsync(samples.Count, seconds: 60);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Articles in at the Gateway, answers out, everything between over the broker.</summary>
public sealed class FlowTests(FlowFixture fixture) : IClassFixture<FlowFixture>
{
    [Fact]
    public async Task Samples_OverTheBroker_GiveWhatTheInMemoryRunGives()
    {
        _ = fixture.Node;
        var overBroker = await fixture.Cluster.Client.LedgerAsync();

        await using var memory = await MemorySystem.StartAsync();
        await memory.Client.DefineIssuesAsync();
        await memory.Client.SubmitAsync(SystemClient.Samples());
        await memory.Client.QueryableAsync(SystemClient.Samples().Count, seconds: 60);
        var inMemory = await memory.Client.LedgerAsync();
        inMemory.Articles.Count.ShouldBe(SystemClient.Samples().Count);
        inMemory.Statements.ShouldNotBeEmpty();
        inMemory.Stances.ShouldNotBeEmpty();
        inMemory.Matrix.ShouldNotBeEmpty();
        overBroker.ShouldEqual(inMemory);
    }

    [Fact]
    public void Submit_OneTrace_ReachesFromTheClientToTheReadModel()
    {
        _ = fixture.Node;
        var spans = fixture.Spans;
        var all = string.Join("\n", spans.Select(span => $"{span.Source.Name} {span.Kind} {span.DisplayName} {span.SpanId} < {span.ParentSpanId}"));
        var known = spans.Select(span => span.SpanId).ToHashSet();

        spans.Count(span => span.Kind == ActivityKind.Server && span.DisplayName.Contains("SubmitArticle", StringComparison.Ordinal)).ShouldBe(2, all);
        foreach (var queue in new[] { "article-ingested", "statements-extracted", "stances-classified" })
        {
            spans.ShouldContain(span => span.Source.Name == "MassTransit" && span.Kind == ActivityKind.Consumer && span.DisplayName.Contains(queue, StringComparison.Ordinal), all);
        }

        spans.Where(span => span.ParentSpanId != default && !known.Contains(span.ParentSpanId)).ShouldBeEmpty(all);
        spans.Count(span => span.ParentSpanId == default).ShouldBe(1, all);
    }

    [Fact]
    public async Task Article_AStageCannotProcess_IsFailedWithAShortReason()
    {
        // Its statements do not fit into a message any more, although the article did.
        _ = fixture.Node;
        var text = new System.Text.StringBuilder();
        for (var number = 0; text.Length < FlowFixture.MaxMessageBytes * 2 / 3; number++)
        {
            text.Append(SystemClient.Samples()[number % SystemClient.Samples().Count]).Append("\n\n");
        }

        var id = await fixture.Cluster.Client.SubmitAsync(text.ToString());

        var status = await StateAsync(id, ArticleState.Failed);
        status.Reason.ShouldContain("limited to");
        System.Text.Encoding.UTF8.GetByteCount(status.Reason).ShouldBeLessThanOrEqualTo(4_096);
    }

    [Fact]
    public async Task Queues_OfTheWholeSystem_AreDurableQuorumQueuesWithADeliveryLimit()
    {
        var all = await fixture.Node.QueuesAsync(fixture.VirtualHost);
        // Each instance of Extraction has one of its own besides, see ActorTests.
        var queues = all.Where(queue => !queue.Name.StartsWith("actors-changed-", StringComparison.Ordinal)).ToList();

        queues.Select(queue => queue.Name).Where(name => !name.EndsWith("_error", StringComparison.Ordinal)).ShouldBe(
            [
                "actors-requested", "article-indexed", "article-ingested", "article-ingested-fault", "issue-changed", "reclassification-requested", "stances-classified", "stances-classified-fault",
                "statements-extracted", "statements-extracted-fault",
            ],
            ignoreOrder: true);
        queues.ShouldAllBe(queue => queue.Durable && queue.Arguments["x-queue-type"] == "quorum" && queue.Arguments.ContainsKey("x-delivery-limit"));
        // The broker counts the consumers of quorum queues every few seconds only.
        await Eventually.ShouldAsync(
            async () => (await fixture.Node.QueuesAsync(fixture.VirtualHost)).Where(queue => !queue.Name.EndsWith("_error", StringComparison.Ordinal)).ToList(),
            counted => counted.TrueForAll(queue => queue.Consumers == 1),
            TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Broker_WhatTheSystemDeclares_IsThereInLaterVersionsToo()
    {
        // O9: gone or going in 4.x are mirrored queues (a matter of policies), queues that are neither durable nor exclusive, and a prefetch for whole channels.
        var (node, virtualHost) = (fixture.Node, fixture.VirtualHost);

        var policies = await node.ControlAsync("list_policies", "-p", virtualHost, "--formatter", "json");
        var channels = await node.ControlAsync("list_channels", "vhost", "prefetch_count", "global_prefetch_count", "--formatter", "json");
        var queues = await node.QueuesAsync(virtualHost);

        JsonDocument.Parse(policies).RootElement.GetArrayLength().ShouldBe(0);
        var ours = JsonDocument.Parse(channels).RootElement.EnumerateArray().Where(channel => channel.GetProperty("vhost").GetString() == virtualHost).ToList();
        ours.ShouldContain(channel => channel.GetProperty("prefetch_count").GetInt32() > 0);
        ours.ShouldAllBe(channel => channel.GetProperty("global_prefetch_count").GetInt32() == 0);
        queues.ShouldAllBe(queue => queue.Durable);
        queues.SelectMany(queue => queue.Arguments.Keys).Distinct().ShouldBeSubsetOf(["x-queue-type", "x-delivery-limit", "x-dead-letter-exchange", "x-dead-letter-strategy", "x-overflow", "x-expires"]);
    }

    private Task<ArticleStatus> StateAsync(string id, ArticleState state) => Eventually.ShouldAsync(
        async () => await fixture.Cluster.Client.Ingestion.GetArticleStatusAsync(new GetArticleStatusRequest { ArticleId = id }, deadline: SystemClient.In(20)),
        status => status.State == state,
        TimeSpan.FromSeconds(60),
        expected: $"{state}");
}
