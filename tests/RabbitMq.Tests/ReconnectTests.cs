using System.Diagnostics;
using System.Globalization;

namespace Sikap.RabbitMq.Tests;

/// <summary>Connections that break while messages wait and while they flow.</summary>
public sealed class ReconnectTests(SharedBroker broker)
{
    [Fact]
    public async Task Reconnect_WithMessagesInTheQueue_KeepsThem()
    {
        // K3: purging on start purges on each reconnect, confirmed messages included.
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ids = Enumerable.Range(0, 200).Select(number => $"{number}").ToList();
        var book = new WorkBook { Handler = (_, _) => open.Task };
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, book: book);
        await Task.WhenAll(ids.Select(service.PublishAsync));
        await book.AttemptedAsync(1, TimeSpan.FromSeconds(10));

        await broker.Node.CloseConnectionsAsync(virtualHost);
        open.SetResult();

        await book.DoneAsync(ids, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Reconnects_UnderLoad_LoseNothingAndLeaveNoConnectionBehind()
    {
        // K8: confirms and reconnects used to leak connections and semaphores.
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, settings: new Dictionary<string, string?> { ["Bus:PublishTimeout"] = "00:00:02" });
        var connections = await broker.Node.ConnectionsAsync(virtualHost);
        using var stop = new CancellationTokenSource();
        var published = new List<string>();
        var load = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var id = $"{published.Count}";
                await service.PublishUntilConfirmedAsync(id, TimeSpan.FromSeconds(30));
                published.Add(id);
            }
        });

        var cycles = Environment.GetEnvironmentVariable("SIKAP_TEST_CYCLES") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 4;
        var watch = Stopwatch.StartNew();
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await broker.Node.CloseConnectionsAsync(virtualHost);
            await service.PublishUntilConfirmedAsync($"cycle-{cycle}", TimeSpan.FromSeconds(30));
            await service.Book.DoneAsync([$"cycle-{cycle}"], TimeSpan.FromSeconds(30));
        }

        var took = watch.Elapsed;
        await stop.CancelAsync();
        await load.WaitAsync(TimeSpan.FromSeconds(60));
        await service.Book.DoneAsync(published, TimeSpan.FromSeconds(30));
        await service.ReadyAsync();

        TestContext.Current.SendDiagnosticMessage($"{cycles} reconnects in {took.TotalSeconds:0.0} s while {published.Count} messages passed");
        await Eventually.ShouldAsync(() => broker.Node.ConnectionsAsync(virtualHost), now => now == connections, TimeSpan.FromSeconds(10));
    }
}
