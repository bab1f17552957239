using Sikap.RabbitMq.Tests;
using Sikap.TestKit;

[assembly: AssemblyFixture(typeof(SharedBroker))]

namespace Sikap.RabbitMq.Tests;

/// <summary>The node most tests share, each on a virtual host of its own. It is never stopped or blocked.</summary>
public sealed class SharedBroker : IAsyncLifetime
{
    private RabbitNode? _node;

    /// <summary>The node; skips the running test where RabbitMQ is not installed.</summary>
    public RabbitNode Node => Broker.Require(_node);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _node = RabbitNode.IsInstalled ? await RabbitNode.StartAsync(RabbitCertificates.Create()) : null;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _node?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>A node of its own for each class whose tests kill, freeze or block it; they run one after the other, beside those of other classes.</summary>
public sealed class HarmedBroker : IAsyncLifetime
{
    private RabbitNode? _node;

    /// <summary>The node; skips the running test where RabbitMQ is not installed.</summary>
    public RabbitNode Node => Broker.Require(_node);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _node = RabbitNode.IsInstalled ? await RabbitNode.StartAsync() : null;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _node?.DisposeAsync() ?? ValueTask.CompletedTask;
}

internal static class Broker
{
    public static RabbitNode Require(RabbitNode? node)
    {
        Assert.SkipWhen(node is null, "rabbitmq-server is not installed (Debian: apt-get install rabbitmq-server)");
        return node!;
    }
}
