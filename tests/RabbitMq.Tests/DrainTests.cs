using System.Collections.Concurrent;
using Grpc.Core;
using Sikap.TestKit;

namespace Sikap.RabbitMq.Tests;

/// <summary>R9: a service that is asked to end while it works ends in order and in time, and nobody's call is lost over it.</summary>
public sealed class DrainTests(SharedBroker broker)
{
    private const int ConcurrentSubmissions = 4;

    // A load, not a flood: what is submitted has to go through all stages before the test ends.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    // Ten seconds are what Shutdown:Timeout gives; the rest is the machine's.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Services_AskedToEndUnderLoad_FinishWhatTheyHaveAndExitWithZero()
    {
        var settings = TestService.BusSettings(broker.Node, await broker.Node.NewVirtualHostAsync());
        settings["Ingestion:SweepInterval"] = "00:00:01";
        await using var system = await SystemProcesses.StartAsync(settings);
        using var client = new SystemClient(system.Gateway);
        await client.DefineIssuesAsync();
        var texts = new ConcurrentQueue<string>(SystemClient.Samples(20_000));
        var (accepted, failures) = (new ConcurrentBag<string>(), new ConcurrentBag<RpcException>());
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, ConcurrentSubmissions).Select(_ => Task.Run(() => SubmitAsync(client, texts, accepted, failures, stop.Token))).ToArray();

        foreach (var service in new[] { "Ingestion", "Extraction", "StanceClassification", "Query", "Gateway" })
        {
            var before = accepted.Count;
            await Eventually.ShouldAsync(() => Task.FromResult(accepted.Count), now => now > before + 10, TimeSpan.FromSeconds(30));
            (await system.TerminateAsync(service, Limit)).ShouldBe(0, $"{service}: {system.OutputOf(service)}");
            await system.StartAsync(service);
        }

        await stop.CancelAsync();
        await Task.WhenAll(load).WaitAsync(TimeSpan.FromSeconds(30));
        TestContext.Current.SendDiagnosticMessage($"five services asked to end: {accepted.Count} accepted, {failures.Count} calls to be made again");
        // While a service is away its callers are told so; a call that was taken is answered.
        failures.Where(failure => failure.StatusCode != StatusCode.Unavailable).Select(failure => failure.Status.ToString()).ShouldBeEmpty();
        accepted.Distinct().Count().ShouldBe(accepted.Count);
        await client.QueryableAsync(accepted.Count, seconds: 120);
        (await client.LedgerAsync()).Articles.ShouldBe(accepted.Order(StringComparer.Ordinal));
    }

    private static async Task SubmitAsync(SystemClient client, ConcurrentQueue<string> texts, ConcurrentBag<string> accepted, ConcurrentBag<RpcException> failures, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && texts.TryDequeue(out var text))
        {
            while (true)
            {
                try
                {
                    accepted.Add(await client.SubmitAsync(text, seconds: 30));
                    await Task.Delay(Pause, CancellationToken.None);
                    break;
                }
                catch (RpcException failure)
                {
                    failures.Add(failure);
                    await Task.Delay(Pause, CancellationToken.None);
                }
            }
        }
    }
}
