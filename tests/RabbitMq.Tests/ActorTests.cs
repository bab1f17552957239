using Grpc.Net.Client;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.RabbitMq.Tests;

/// <summary>The actors that users add reach every instance that extracts, whenever it started and whatever became of its connection.</summary>
public sealed class ActorTests(SharedBroker broker)
{
    [Fact]
    public async Task Actors_ThreeInstances_EachLearnsAndForgetsThem()
    {
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var cluster = await RabbitCluster.StartAsync(broker.Node, virtualHost);
        await cluster.AddExtractionAsync("Extraction2");
        await cluster.Client.Codebook.DefineActorAsync(new DefineActorRequest { Actor = Coop }, deadline: SystemClient.In(20));
        await SpeakerAsync(cluster, "Extraction", Coop.Name);
        await SpeakerAsync(cluster, "Extraction2", Coop.Name);

        // It was not there when the actor was announced, and asks.
        await cluster.AddExtractionAsync("Extraction3");
        await SpeakerAsync(cluster, "Extraction3", Coop.Name);

        // All connections are cut: the queues of the instances go with them.
        var before = await InboxesAsync(virtualHost);
        await broker.Node.CloseConnectionsAsync(virtualHost);
        await cluster.Client.Codebook.RetireActorAsync(new RetireActorRequest { Name = Coop.Name }, deadline: SystemClient.In(20));
        foreach (var instance in new[] { "Extraction", "Extraction2", "Extraction3" })
        {
            await SpeakerAsync(cluster, instance, "Koptara");
        }

        var inboxes = await InboxesAsync(virtualHost);
        inboxes.Select(queue => queue.Name).ShouldBe(before.Select(queue => queue.Name), ignoreOrder: true);
        inboxes.Count.ShouldBe(3);
        inboxes.ShouldAllBe(queue => queue.Durable && queue.Arguments["x-queue-type"] == "classic" && queue.Arguments["x-expires"] == "10000");
    }

    [Fact]
    public async Task Inbox_OfAnInstanceThatEnded_Expires()
    {
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using (await RabbitCluster.StartAsync(broker.Node, virtualHost))
        {
            (await InboxesAsync(virtualHost)).ShouldHaveSingleItem();
        }

        await Eventually.ShouldAsync(() => InboxesAsync(virtualHost), inboxes => inboxes.Count == 0, TimeSpan.FromSeconds(30), expected: "no inbox any more");
        (await broker.Node.ControlAsync("list_exchanges", "-p", virtualHost, "name")).ShouldNotContain("actors-changed-");
    }

    private static ActorEntry Coop => new() { Name = "Koperasi Nelayan Utara", Type = ActorType.Organization, Aliases = { "Koptara" } };

    private static async Task SpeakerAsync(RabbitCluster cluster, string instance, string name)
    {
        using var channel = GrpcChannel.ForAddress(cluster.Addresses[instance]);
        var client = new ExtractionService.ExtractionServiceClient(channel);
        await Eventually.ShouldAsync(
            async () => (await client.ExtractAsync(new ExtractRequest { Text = "Koptara menyatakan pangkalan itu harus dipindahkan." }, deadline: SystemClient.In(20))).Statements[0].Speaker?.Name,
            speaker => speaker == name,
            TimeSpan.FromSeconds(30),
            expected: $"{instance}: {name}");
    }

    private async Task<List<QueueState>> InboxesAsync(string virtualHost) =>
        [.. (await broker.Node.QueuesAsync(virtualHost)).Where(queue => queue.Name.StartsWith("actors-changed-", StringComparison.Ordinal))];
}
