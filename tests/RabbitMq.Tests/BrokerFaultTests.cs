using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sikap.ServiceDefaults;

namespace Sikap.RabbitMq.Tests;

/// <summary>A broker that blocks or freezes under a publisher and a consumer.</summary>
public sealed class BrokerFaultTests(HarmedBroker broker) : IClassFixture<HarmedBroker>
{
    private static readonly Dictionary<string, string?> QuickPublish = new() { ["Bus:PublishTimeout"] = "00:00:02" };

    [Fact]
    public async Task Publish_BrokerTakesNothing_EndsInTimeAsUnknownAndArrivesUnderTheSameIdLater()
    {
        // K4: the transport waits as long as the alarm lasts, whatever token it was given.
        var node = broker.Node;
        await using var service = await TestService.StartAsync(node, await node.NewVirtualHostAsync(), settings: new Dictionary<string, string?>(QuickPublish) { ["Bus:MaxUnknownOutcomes"] = "1" });
        await service.PublishAsync("before");
        TimeSpan waited;
        HealthReport live;
        await using (await node.BlockAsync())
        {
            var watch = Stopwatch.StartNew();
            await Should.ThrowAsync<PublishOutcomeUnknownException>(() => service.PublishAsync("during"));
            waited = watch.Elapsed;
            // R7: it says so itself, and does not ask to be started anew for it.
            await service.UnreadyAsync();
            live = await service.LivenessAsync();
        }

        await service.PublishUntilConfirmedAsync("during", TimeSpan.FromSeconds(30));
        await service.PublishAsync("after");

        await service.Book.DoneAsync(["before", "during", "after"], TimeSpan.FromSeconds(20));
        waited.ShouldBeInRange(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(4));
        service.Book.Done["during"].Distinct().ShouldBe([BoundedPublisher.MessageIdOf<Work>("during")]);
        live.Status.ShouldBe(HealthStatus.Healthy);
        await service.ReadyAsync();
    }

    [Fact]
    public async Task Consumer_CannotPublishForLong_KeepsItsMessagesUntilItCan()
    {
        // Under an alarm consumers still get messages. A stage that cannot pass its result on has not failed: nothing may end in the error queue for it.
        var node = broker.Node;
        var virtualHost = await node.NewVirtualHostAsync();
        var ids = Enumerable.Range(0, 40).Select(number => $"{number}").ToList();
        await using var service = await TestService.StartAsync(node, virtualHost, errands: true, settings: new Dictionary<string, string?> { ["Bus:PublishTimeout"] = "00:00:01" });
        await Task.WhenAll(ids.Select(service.PublishErrandAsync));
        await using (await node.BlockAsync())
        {
            service.Gate.Open.SetResult();
            // Longer than the short retries, with what a publish may take at most between them.
            await Task.Delay(TimeSpan.FromSeconds(5));
        }

        await service.AllErrandsDoneAsync(ids);
    }

    [Fact]
    public async Task Consumer_SlowerThanTheBrokerAllows_ComesAgainForItsMessages()
    {
        // K9: the broker closes the channel of a consumer that does not acknowledge in time. This version of the bus does not come back from that and calls itself healthy.
        var node = broker.Node;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = new WorkBook { Handler = (_, _) => release.Task };
        await node.EvalAsync("application:set_env(rabbit, consumer_timeout, 1000), application:set_env(rabbit, channel_tick_interval, 500)");
        try
        {
            await using var service = await TestService.StartAsync(node, await node.NewVirtualHostAsync(), book: slow);
            await service.PublishAsync("slow");

            // Although the first attempt has not ended.
            await slow.AttemptedAsync(2, TimeSpan.FromSeconds(30));
            release.SetResult();
            await service.PublishAsync("good");

            await slow.DoneAsync(["slow", "good"], TimeSpan.FromSeconds(30));
            await service.ReadyAsync();
        }
        finally
        {
            await node.EvalAsync("application:set_env(rabbit, consumer_timeout, 1800000), application:set_env(rabbit, channel_tick_interval, 60000)");
        }
    }

    [Fact]
    public async Task Service_StopsWhileItCannotPublish_LeavesItsMessagesToTheNext()
    {
        var node = broker.Node;
        var virtualHost = await node.NewVirtualHostAsync();
        var ids = Enumerable.Range(0, 40).Select(number => $"{number}").ToList();
        var settings = new Dictionary<string, string?> { ["Bus:PublishTimeout"] = "00:00:01", ["Shutdown:Timeout"] = "00:00:02" };
        var first = await TestService.StartAsync(node, virtualHost, errands: true, settings: settings);
        await Task.WhenAll(ids.Select(first.PublishErrandAsync));
        await first.Gate.Reached.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await using (await node.BlockAsync())
        {
            await using (first)
            {
                first.Gate.Open.SetResult();
                await Should.ThrowAsync<PublishOutcomeUnknownException>(() => first.PublishErrandAsync("0"));
            }

            // The end of a process closes its connections; here the process goes on.
            await node.CloseConnectionsAsync(virtualHost);
        }

        await using var second = await TestService.StartAsync(node, virtualHost, errands: true, settings: settings);
        second.Gate.Open.SetResult();

        await second.AllErrandsDoneAsync(ids);
    }

    [Fact]
    public async Task Broker_Frozen_PublishesAgainSoonAfter()
    {
        // K7: a publish may hang for good after such a pause. SIKAP_TEST_FAULT_SECONDS makes it longer; the known reports speak of 60 to 90 s.
        var pause = Environment.GetEnvironmentVariable("SIKAP_TEST_FAULT_SECONDS") is { Length: > 0 } seconds ? int.Parse(seconds, CultureInfo.InvariantCulture) : 6;
        var node = broker.Node;
        await using var service = await TestService.StartAsync(node, await node.NewVirtualHostAsync(), settings: QuickPublish);
        await service.PublishAsync("before");
        string why;
        HealthReport live;
        using (await node.FreezeAsync())
        {
            var frozen = Stopwatch.StartNew();
            await Should.ThrowAsync<PublishOutcomeUnknownException>(() => service.PublishAsync("during"));
            why = await service.UnreadyAsync();
            live = await service.LivenessAsync();
            await Task.Delay(TimeSpan.FromSeconds(pause) is var all && all > frozen.Elapsed ? all - frozen.Elapsed : TimeSpan.Zero);
        }

        var watch = Stopwatch.StartNew();
        await service.PublishUntilConfirmedAsync("during", TimeSpan.FromSeconds(30));
        await service.PublishUntilConfirmedAsync("after", TimeSpan.FromSeconds(30));
        var recovered = watch.Elapsed;

        await service.Book.DoneAsync(["before", "during", "after"], TimeSpan.FromSeconds(30));
        await service.ReadyAsync();
        TestContext.Current.SendDiagnosticMessage($"frozen {pause} s: published again {recovered.TotalSeconds:0.0} s after the thaw; meanwhile {why}");
        recovered.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        live.Status.ShouldBe(HealthStatus.Healthy);
    }
}
