using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sikap.RabbitMq.Tests;

/// <summary>K2: the bus calls itself healthy while its consumer is gone; readiness asks the broker.</summary>
public sealed class WatchdogTests(SharedBroker broker)
{
    [Fact]
    public async Task Readiness_QueueWithoutConsumer_IsUnreadyUntilItHasOneAgainOrTheProcessEnds()
    {
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, settings: new Dictionary<string, string?> { ["Bus:StopAfterStuck"] = "00:00:30" });
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        service.Lifetime.ApplicationStopping.Register(stopping.SetResult);

        // The right to read is withdrawn and the consumers are thrown out: the connection comes back, the consumer cannot.
        await broker.Node.PermitAsync(virtualHost, read: "^$");
        await broker.Node.CloseConnectionsAsync(virtualHost);
        var why = await service.UnreadyAsync();
        var live = await service.LivenessAsync();
        await broker.Node.PermitAsync(virtualHost, read: ".*");
        // The bus mostly finds back by itself; now and then it does not, and then the watchdog ends the process so that a new start cures it. Never is it left unready for good.
        var ready = service.ReadyAsync(seconds: 90);
        var first = await Task.WhenAny(ready, stopping.Task);

        TestContext.Current.SendDiagnosticMessage($"rights withdrawn: {why}; {(first == ready ? "found back" : "the watchdog ended the process")}");
        why.ShouldContain("broker:");
        live.Status.ShouldBe(HealthStatus.Healthy);
        if (first == ready)
        {
            await ready;
            await service.PublishAsync("after");
            await service.Book.DoneAsync(["after"], TimeSpan.FromSeconds(10));
        }
        else
        {
            Environment.ExitCode.ShouldBe(1);
            // It was the service's word, not this test run's.
            Environment.ExitCode = 0;
        }
    }

    [Fact]
    public async Task Readiness_MessagesWaitAndNoneIsDelivered_IsUnreadyUntilTheyMove()
    {
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var book = new WorkBook { Handler = (_, _) => release.Task };
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, book: book, settings: new Dictionary<string, string?>
        {
            ["Bus:PrefetchCount"] = "4",
            ["Bus:ConcurrentMessageLimit"] = "4",
            ["Bus:StallTimeout"] = "00:00:01",
        });
        var ids = Enumerable.Range(0, 20).Select(number => $"{number}").ToList();

        await Task.WhenAll(ids.Select(service.PublishAsync));
        var why = await service.UnreadyAsync();
        release.SetResult();
        await service.ReadyAsync();

        why.ShouldContain("work");
        await book.DoneAsync(ids, TimeSpan.FromSeconds(10));
    }
}
