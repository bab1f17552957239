using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sikap.TestKit;

namespace Sikap.RabbitMq.Tests;

/// <summary>A plain AMQP client beside MassTransit, to see and send what no service would.</summary>
internal sealed class Amqp : IAsyncDisposable
{
    private readonly IConnection _connection;

    private Amqp(IConnection connection) => _connection = connection;

    public static async Task<Amqp> ConnectAsync(RabbitNode node, string virtualHost)
    {
        var factory = new ConnectionFactory
        {
            HostName = "localhost",
            Port = node.Port,
            UserName = RabbitNode.Username,
            Password = RabbitNode.Password,
            VirtualHost = virtualHost,
            ClientProvidedName = "test",
            AutomaticRecoveryEnabled = false,
        };
        return new(await factory.CreateConnectionAsync());
    }

    /// <summary>Messages ready in a queue and its consumers; null where there is no such queue.</summary>
    public async Task<(uint Ready, uint Consumers)?> LookAsync(string queue)
    {
        // A channel of its own: the broker closes it when the queue is missing.
        await using var channel = await _connection.CreateChannelAsync();
        try
        {
            var answer = await channel.QueueDeclarePassiveAsync(queue);
            return (answer.MessageCount, answer.ConsumerCount);
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    /// <summary>Waits until that many messages are ready in a queue.</summary>
    public Task ReadyAsync(string queue, uint messages, TimeSpan limit) =>
        Eventually.ShouldAsync(() => LookAsync(queue), answer => (answer?.Ready ?? 0) == messages, limit, expected: $"{messages} messages in {queue}");

    /// <summary>Takes all messages out of a queue.</summary>
    public async Task<IReadOnlyList<AmqpMessage>> TakeAsync(string queue)
    {
        await using var channel = await _connection.CreateChannelAsync();
        var messages = new List<AmqpMessage>();
        while (await channel.BasicGetAsync(queue, autoAck: true) is { } got)
        {
            var headers = got.BasicProperties.Headers ?? new Dictionary<string, object?>();
            messages.Add(new(headers.ToDictionary(pair => pair.Key, pair => pair.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : pair.Value?.ToString() ?? ""), got.Body.ToArray()));
        }

        return messages;
    }

    /// <summary>From now on a queue of this connection gets a copy of everything an exchange gets; returns its name.</summary>
    public async Task<string> TapAsync(string exchange)
    {
        await using var channel = await _connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: false)).QueueName;
        await channel.QueueBindAsync(queue, exchange, "");
        return queue;
    }

    /// <summary>Takes the first message of a queue and gives it back undone, as a consumer that dies does, that many times or until the queue is empty.</summary>
    public async Task ReturnAsync(string queue, int times)
    {
        await using var channel = await _connection.CreateChannelAsync();
        for (var time = 0; time < times && await channel.BasicGetAsync(queue, autoAck: false) is { } got; time++)
        {
            await channel.BasicNackAsync(got.DeliveryTag, multiple: false, requeue: true);
        }
    }

    /// <summary>Publishes bytes to an exchange, confirmed by the broker.</summary>
    public async Task PublishAsync(string exchange, byte[] body, string contentType = "application/vnd.masstransit+json")
    {
        await using var channel = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync(exchange, "", mandatory: true, new BasicProperties { ContentType = contentType, DeliveryMode = DeliveryModes.Persistent }, body);
    }

    /// <summary>Puts a message into an error queue with the headers that the bus writes when a consumer has failed.</summary>
    public async Task PublishErrorAsync<T>(T message, string errorQueue)
    {
        await using var channel = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        var id = Guid.NewGuid();
        var envelope = new { messageId = id, messageType = new[] { $"urn:message:{typeof(T).Namespace}:{typeof(T).Name}" }, message };
        var properties = new BasicProperties
        {
            ContentType = "application/vnd.masstransit+json",
            DeliveryMode = DeliveryModes.Persistent,
            MessageId = id.ToString(),
            Headers = new Dictionary<string, object?>
            {
                ["MT-Reason"] = "fault",
                ["MT-Fault-ExceptionType"] = "Sikap.ServiceDefaults.ConsumerFailure",
                ["MT-Fault-Message"] = "System.InvalidOperationException: sengaja",
                ["MT-Fault-Timestamp"] = "2026-11-22T01:02:03.0000000Z",
            },
        };
        await channel.BasicPublishAsync("", errorQueue, mandatory: true, properties, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(envelope, System.Text.Json.JsonSerializerOptions.Web));
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}

/// <summary>A message as the broker held it; byte-array headers are read as text.</summary>
internal sealed record AmqpMessage(IReadOnlyDictionary<string, string> Headers, byte[] Body);
