using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sikap.ServiceDefaults;
using Sikap.TestKit;

namespace Sikap.RabbitMq.Tests;

/// <summary>A broker that dies under a publisher and a consumer.</summary>
public sealed class BrokerDeathTests(HarmedBroker broker) : IClassFixture<HarmedBroker>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    [Fact]
    public async Task Consumer_BrokerDiesUnderIt_PassesEverythingOnLater()
    {
        var node = broker.Node;
        var virtualHost = await node.NewVirtualHostAsync();
        var ids = Enumerable.Range(0, 40).Select(number => $"{number}").ToList();
        await using var service = await TestService.StartAsync(node, virtualHost, errands: true, settings: new Dictionary<string, string?> { ["Bus:PublishTimeout"] = "00:00:01" });
        // O2: each in a trace of its own, which goes on with the message although it is delivered twice.
        using var source = new ActivitySource("Sikap.RabbitMq.Tests.BrokerDeath");
        using var listener = new ActivityListener
        {
            ShouldListenTo = one => one == source || one.Name == "MassTransit",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var traces = new ConcurrentDictionary<string, ActivityTraceId>();
        await Task.WhenAll(ids.Select(async id =>
        {
            using var client = source.StartActivity("client", ActivityKind.Client, default(ActivityContext))!;
            traces[id] = client.TraceId;
            await service.PublishErrandAsync(id);
        }));
        await service.Gate.Reached.Task.WaitAsync(TimeSpan.FromSeconds(10));

        await node.KillAsync();
        service.Gate.Open.SetResult();
        // What the bus waits for in place of ever longer pauses of its own.
        var settings = new BusOptions { Hosts = $"localhost:{node.Port}", VirtualHost = virtualHost, Username = RabbitNode.Username, Password = RabbitNode.Password };
        var reachable = BrokerConnection.WaitUntilReachableAsync(settings, "test", TimeProvider.System, TestContext.Current.CancellationToken);
        await service.UnreadyAsync();
        reachable.IsCompleted.ShouldBeFalse();
        await node.BootAsync();
        await reachable.WaitAsync(TimeSpan.FromSeconds(10));
        settings.Password = "wrong";
        await BrokerConnection.WaitUntilReachableAsync(settings, "test", TimeProvider.System, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10));

        await service.AllErrandsDoneAsync(ids);
        traces.Values.Distinct().Count().ShouldBe(ids.Count);
        service.Book.Traces.ToDictionary().ShouldBe(traces.ToDictionary(), ignoreOrder: true);
    }

    [Fact]
    public async Task Broker_KilledUnderLoad_ConfirmedMessagesArriveUnderTheirIds()
    {
        // K5: what was pending at the kill may or may not have arrived; what was confirmed must have.
        var node = broker.Node;
        await using var service = await TestService.StartAsync(node, await node.NewVirtualHostAsync(), settings: new Dictionary<string, string?> { ["Bus:PublishTimeout"] = "00:00:02" });
        var (confirmed, unknown) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());
        using var stop = new CancellationTokenSource();
        var next = 0;
        var load = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var id = $"{Interlocked.Increment(ref next)}";
                try
                {
                    await service.PublishAsync(id);
                    confirmed.Add(id);
                }
                catch (PublishOutcomeUnknownException)
                {
                    unknown.Add(id);
                }

                // A load, not a flood: what counts is what is under way when the broker dies.
                await Task.Delay(Pause, CancellationToken.None);
            }
        })).ToArray();

        await service.Book.DoneAsync(500, TimeSpan.FromSeconds(30));
        await node.KillAsync();
        var watch = Stopwatch.StartNew();
        await service.UnreadyAsync();
        var unreadyAfter = watch.Elapsed;
        var live = await service.LivenessAsync();
        var doneBefore = service.Book.Done.Count;
        await node.BootAsync();
        watch.Restart();
        var atBoot = confirmed.Count;
        // R3.
        await service.Book.DoneAsync(doneBefore + 1, TimeSpan.FromSeconds(20));
        var consumed = watch.Elapsed;
        await Eventually.ShouldAsync(() => Task.FromResult(confirmed.Count), count => count > atBoot + 100, TimeSpan.FromSeconds(30));
        var recovered = watch.Elapsed;
        await stop.CancelAsync();
        await Task.WhenAll(load).WaitAsync(TimeSpan.FromSeconds(30));
        await service.Book.DoneAsync(confirmed, TimeSpan.FromSeconds(30));
        var lateArrivals = unknown.Count(id => service.Book.Done.ContainsKey(id));
        foreach (var id in unknown)
        {
            await service.PublishUntilConfirmedAsync(id, TimeSpan.FromSeconds(30));
        }

        await service.Book.DoneAsync(unknown, TimeSpan.FromSeconds(30));
        var done = service.Book.Done;
        TestContext.Current.SendDiagnosticMessage(
            $"killed under load: {confirmed.Count} confirmed, {unknown.Count} unknown of which {lateArrivals} had arrived, unready after {unreadyAfter.TotalSeconds:0.0} s, "
            + $"first message {consumed.TotalSeconds:0.0} s and 100 confirms {recovered.TotalSeconds:0.0} s after the boot, {done.Count(pair => pair.Value.Count > 1)} delivered more than once");
        done.Keys.ShouldBe(confirmed.Concat(unknown), ignoreOrder: true);
        done.ShouldAllBe(pair => pair.Value.All(messageId => messageId == BoundedPublisher.MessageIdOf<Work>(pair.Key)));
        live.Status.ShouldBe(HealthStatus.Healthy);
        await service.ReadyAsync();
    }
}
