using System.Diagnostics;
using Sikap.ServiceDefaults;
using Sikap.TestKit;

namespace Sikap.RabbitMq.Tests;

/// <summary>R12: three nodes of a broker, of which one dies, then two. Runs where <c>SIKAP_TEST_CLUSTER</c> is set.</summary>
public sealed class MajorityTests
{
    [Fact]
    public async Task Cluster_OneNodeDown_GoesOn_TwoDown_ConfirmsNothingAndLosesNothing()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SIKAP_TEST_CLUSTER") is { Length: > 0 }, "SIKAP_TEST_CLUSTER is not set: three nodes of a broker take a machine for themselves");
        Assert.SkipUnless(RabbitNode.IsInstalled, "rabbitmq-server is not installed (Debian: apt-get install rabbitmq-server)");
        await using var first = await RabbitNode.StartAsync();
        // One after the other: the second joins the first, the third both.
        await using var second = await first.StartMemberAsync();
        await using var third = await first.StartMemberAsync();
        var nodes = new[] { first, second, third };
        var virtualHost = await first.NewVirtualHostAsync();
        var book = new WorkBook();
        var settings = new Dictionary<string, string?>
        {
            ["Bus:Hosts"] = string.Join(',', nodes.Select(node => $"localhost:{node.Port}")),
            ["Bus:PublishTimeout"] = "00:00:02",
        };
        await using var service = await TestService.StartAsync(first, virtualHost, book: book, settings: settings);
        await PublishAsync(service, "all", 20);

        // The one that was there first leads the queues, and the connections are most likely its.
        await first.KillAsync();
        var watch = Stopwatch.StartNew();
        await service.PublishUntilConfirmedAsync("one-down", TimeSpan.FromSeconds(60));
        var recovered = watch.Elapsed;
        await PublishAsync(service, "two-left", 20);

        await second.KillAsync();
        await Should.ThrowAsync<PublishOutcomeUnknownException>(() => service.PublishAsync("minority"));
        await service.UnreadyAsync(seconds: 30);

        await Task.WhenAll(first.BootAsync(), second.BootAsync());
        await service.PublishUntilConfirmedAsync("minority", TimeSpan.FromSeconds(60));
        await service.PublishUntilConfirmedAsync("after", TimeSpan.FromSeconds(60));
        TestContext.Current.SendDiagnosticMessage($"one of three nodes killed: confirmed again after {recovered.TotalSeconds:0.0} s");
        string[] confirmed = ["one-down", "minority", "after", .. Ids("all", 20), .. Ids("two-left", 20)];
        try
        {
            // By itself: no watchdog ends the process here.
            await book.DoneAsync(confirmed, TimeSpan.FromSeconds(120));
        }
        catch (ShouldAssertException late)
        {
            var queues = await third.ControlAsync("list_queues", "-p", virtualHost, "name", "messages_ready", "messages_unacknowledged", "consumers", "leader", "online");
            throw new ShouldAssertException($"{late.Message}: {string.Join(", ", confirmed.Where(id => !book.Done.ContainsKey(id)))}\n{queues}");
        }

        await service.ReadyAsync();
    }

    private static IEnumerable<string> Ids(string name, int count) => Enumerable.Range(0, count).Select(number => $"{name}-{number}");

    private static Task PublishAsync(TestService service, string name, int count) => Task.WhenAll(Ids(name, count).Select(id => service.PublishUntilConfirmedAsync(id, TimeSpan.FromSeconds(60))));
}
