using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sikap.ServiceDefaults;

/// <summary>A queue as the broker sees it.</summary>
/// <param name="Ready">Messages waiting for delivery.</param>
/// <param name="Consumers">Consumers of all processes.</param>
internal readonly record struct QueueState(uint Ready, uint Consumers);

/// <summary>Asks the broker, independently of the bus.</summary>
internal interface IBrokerProbe
{
    /// <summary>Does nothing but reach the broker; throws where that fails.</summary>
    Task PingAsync(CancellationToken cancellationToken);

    /// <summary>State of a queue; null when it does not exist.</summary>
    Task<QueueState?> GetQueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Publishes a message and waits for its confirm; throws where the broker takes none.</summary>
    Task PublishAsync(CancellationToken cancellationToken);
}

/// <summary>One connection of its own to RabbitMQ, opened when needed and again after it broke.</summary>
internal sealed class RabbitMqProbe(IOptions<BusOptions> options, ServiceIdentity service) : IBrokerProbe, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private IConnection? _connection;

    public Task PingAsync(CancellationToken cancellationToken) => WithChannelAsync(null, static (_, _) => Task.FromResult(true), cancellationToken);

    public async Task<QueueState?> GetQueueAsync(string queue, CancellationToken cancellationToken)
        => await WithChannelAsync<QueueState?>(null, async (channel, token) =>
        {
            try
            {
                var declared = await channel.QueueDeclarePassiveAsync(queue, token);
                return new QueueState(declared.MessageCount, declared.ConsumerCount);
            }
            catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                return null;
            }
        }, cancellationToken);

    public async Task PublishAsync(CancellationToken cancellationToken)
        => await WithChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), async (channel, token) =>
        {
            // A queue of this connection alone, gone with the channel's end, so that the message is routed and leaves nothing behind.
            var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: token);
            await channel.BasicPublishAsync("", queue.QueueName, ReadOnlyMemory<byte>.Empty, token);
            await channel.QueueDeleteAsync(queue.QueueName, cancellationToken: token);
            return true;
        }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _gate.Dispose();
    }

    private async Task<T> WithChannelAsync<T>(CreateChannelOptions? channelOptions, Func<IChannel, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // What is given up on here may still end later: it must not leave a connection behind then.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(BrokerConnection.Timeout);
            return await AskAsync(channelOptions, work, limit.Token).WaitAsync(BrokerConnection.Timeout, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<T> AskAsync<T>(CreateChannelOptions? channelOptions, Func<IChannel, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(channelOptions, cancellationToken);
        return await work(channel, cancellationToken);
    }

    private async Task<IConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { IsOpen: true })
            return _connection;
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = null;
        var opened = await BrokerConnection.OpenAsync(options.Value, $"{service.Name}-watchdog", cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            await opened.DisposeAsync();
            throw new OperationCanceledException(cancellationToken);
        }

        return _connection = opened;
    }
}
