using System.Diagnostics;
using Grpc.Core;
using Sikap.ServiceDefaults;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Sikap.RabbitMq.Tests;

/// <summary>What a client sees while the broker takes nothing, and while it is gone.</summary>
public sealed class SystemFaultTests(HarmedBroker broker) : IClassFixture<HarmedBroker>
{
    private static readonly string[] WithBus = ["Ingestion", "Extraction", "StanceClassification", "Query"];

    [Fact]
    public async Task Submit_BrokerBlockedThenGone_IsAcceptedAndEverythingIsQueryableAfterwards()
    {
        var node = broker.Node;
        await using var cluster = await RabbitCluster.StartAsync(node, await node.NewVirtualHostAsync(), settings: new Dictionary<string, string?>
        {
            ["Bus:PublishTimeout"] = "00:00:01",
            ["Ingestion:SweepInterval"] = "00:00:01",
            // More than the twenty that may wait while the memory alarm is up, fewer than are at hand when the disk is full.
            ["Ingestion:MaxUnpublished"] = "30",
        });
        await cluster.Client.DefineIssuesAsync();
        var texts = SystemClient.Samples(80);
        var submit = new List<TimeSpan>();
        await cluster.Client.SubmitAsync([.. texts.Take(10)]);

        // Still flowing through the stages while the alarm comes up.
        await using (await node.BlockAsync())
        {
            submit.AddRange(await SubmitAsync(cluster, texts.Skip(10).Take(10)));
            // Longer than the stages' short retries with their publishes.
            await Task.Delay(TimeSpan.FromSeconds(5));
        }

        await cluster.Client.QueryableAsync(20, seconds: 60);
        await node.KillAsync();
        submit.AddRange(await SubmitAsync(cluster, texts.Skip(20).Take(10)));
        foreach (var service in WithBus)
        {
            await cluster.HealthAsync(service, ServingStatus.NotServing, seconds: 15);
            (await cluster.HealthAsync(service, ServiceDefaultsRegistration.LivenessService)).ShouldBe(ServingStatus.Serving, service);
        }

        await node.BootAsync();
        var boot = Stopwatch.StartNew();
        foreach (var service in WithBus)
        {
            await cluster.HealthAsync(service, ServingStatus.Serving, seconds: 45);
        }

        var serving = boot.Elapsed;
        await cluster.Client.QueryableAsync(30, seconds: 60);
        TestContext.Current.SendDiagnosticMessage(
            $"slowest submit without a working broker {submit.Max().TotalMilliseconds:0} ms; all serving {serving.TotalSeconds:0.0} s, all 30 queryable {boot.Elapsed.TotalSeconds:0.0} s after the boot");
        submit.ShouldAllBe(took => took < TimeSpan.FromSeconds(5));
        await DiskAlarmAsync(node, cluster, texts);
    }

    /// <summary>R6: what cannot be passed on is taken only so far; then the client is told to come again, and when it does nothing is missing.</summary>
    private static async Task DiskAlarmAsync(TestKit.RabbitNode node, RabbitCluster cluster, IReadOnlyList<string> texts)
    {
        var accepted = 30;
        RpcException? refused = null;
        await using (await node.BlockForDiskAsync())
        {
            while (refused is null && accepted < texts.Count)
            {
                try
                {
                    await cluster.Client.SubmitAsync(texts[accepted], seconds: 10);
                    accepted++;
                }
                catch (RpcException failure)
                {
                    refused = failure;
                }
            }
        }

        refused.ShouldNotBeNull();
        refused.StatusCode.ShouldBe(StatusCode.Unavailable, refused.Status.Detail);
        refused.ToStatus().Details.ShouldHaveSingleItem().Is(Google.Rpc.RetryInfo.Descriptor).ShouldBeTrue();
        foreach (var text in texts.Skip(accepted))
            await cluster.Client.SubmitUntilTakenAsync(text, TimeSpan.FromSeconds(60));
        await cluster.Client.QueryableAsync(texts.Count, seconds: 60);
    }

    private static async Task<IReadOnlyList<TimeSpan>> SubmitAsync(RabbitCluster cluster, IEnumerable<string> texts)
    {
        var took = new List<TimeSpan>();
        foreach (var text in texts)
        {
            var watch = Stopwatch.StartNew();
            await cluster.Client.SubmitAsync(text, seconds: 10);
            took.Add(watch.Elapsed);
        }

        return took;
    }
}
