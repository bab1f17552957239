using Sikap.TestKit;

namespace Sikap.RabbitMq.Tests;

public sealed class RabbitNodeTests(SharedBroker broker)
{
    [Fact]
    public async Task QueuesAsync_FreshVirtualHost_IsEmpty()
    {
        (await broker.Node.QueuesAsync(await broker.Node.NewVirtualHostAsync())).ShouldBeEmpty();
    }
}
