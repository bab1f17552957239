using Sikap.ServiceDefaults;

namespace Sikap.RabbitMq.Tests;

/// <summary>What is declared on the broker, and when.</summary>
public sealed class TopologyTests(SharedBroker broker)
{
    [Fact]
    public async Task Publisher_AloneOnAnEmptyBroker_ConsumerStartedLaterGetsEverything()
    {
        // K10: a broker confirms what it cannot route and drops it.
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        var ids = Enumerable.Range(0, 20).Select(number => $"{number}").ToList();
        await using (var publisher = await TestService.StartAsync(broker.Node, virtualHost, consumes: false))
        {
            await Task.WhenAll(ids.Select(publisher.PublishAsync));
        }

        await using var consumer = await TestService.StartAsync(broker.Node, virtualHost);

        await consumer.Book.DoneAsync(ids, TimeSpan.FromSeconds(10));
        consumer.Book.Done.Count.ShouldBe(ids.Count);
    }

    [Fact]
    public async Task Queues_OfPublisherConsumerAndErrors_AreDurableQuorumQueues()
    {
        // K6: declared by both sides alike, or the second is refused.
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var amqp = await Amqp.ConnectAsync(broker.Node, virtualHost);
        await using var publisher = await TestService.StartAsync(broker.Node, virtualHost, consumes: false);
        await using var consumer = await TestService.StartAsync(broker.Node, virtualHost, book: new WorkBook { Handler = (_, _) => throw new InvalidOperationException("no") });
        await publisher.PublishAsync("bad");
        await amqp.ReadyAsync("work_error", 1, TimeSpan.FromSeconds(10));

        var queues = await broker.Node.QueuesAsync(virtualHost);

        queues.Select(queue => queue.Name).ShouldBe(["work", "work_error"], ignoreOrder: true);
        queues.ShouldAllBe(queue => queue.Durable && queue.Arguments["x-queue-type"] == "quorum");
        queues.Single(queue => queue.Name == "work").Arguments["x-delivery-limit"].ShouldBe($"{BusRegistration.DeliveryLimit}");
    }
}
