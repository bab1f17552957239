using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Sikap.ServiceDefaults;

/// <summary>A message in an error queue.</summary>
/// <param name="Id">The message's id; a hash of the body for one that has none.</param>
/// <param name="Queue">Queue it was to be processed from.</param>
/// <param name="ErrorType">Type of the exception; <see cref="DeadLetters.DeliveryLimit"/> for one that the broker moved itself.</param>
/// <param name="Reason">Beginning of the exception's text.</param>
/// <param name="FailedAt">When; null when nothing tells.</param>
/// <param name="Body">The envelope as it lies in the queue.</param>
public sealed record DeadLetterMessage(string Id, string Queue, string ErrorType, string Reason, DateTimeOffset? FailedAt, ReadOnlyMemory<byte> Body);

/// <summary>What becomes of a message in an error queue.</summary>
public enum DeadLetterFate
{
    /// <summary>It stays.</summary>
    Keep,

    /// <summary>Back into the queue it comes from.</summary>
    Retry,

    /// <summary>Gone.</summary>
    Drop,
}

/// <summary>The broker cannot be asked at the moment, or does not take a message.</summary>
public sealed class BrokerUnavailableException(Exception innerException)
    : Exception(innerException is PublishException ? "the broker does not take the message: its queue is gone or the broker is blocked" : "the broker cannot be reached", innerException);

/// <summary>
/// Looks through the error queues of the broker, on a connection of its own that lasts as long as the call. A message is never returned to its queue, since brokers count that and drop a message
/// that was returned too often: what stays is published to the end of the same queue, and the original acknowledged only when the broker has confirmed the copy. A crash in between leaves
/// both, which does no harm: doing something twice changes nothing. Thread-safe.
/// </summary>
public sealed class DeadLetters(IOptions<BusOptions> options, ServiceIdentity service)
{
    /// <summary>Error type of a message whose processing ended the process again and again.</summary>
    public const string DeliveryLimit = "delivery-limit";

    private const string FaultHeaders = "MT-Fault-";

    // Those of the bus and of the broker that tell of the failure; a message that is tried again begins anew.
    private static readonly string[] FailureHeaders = [FaultHeaders, "MT-Reason", "x-death", "x-first-death", "x-last-death", "x-delivery-count", "x-acquired-count"];

    /// <summary>How many messages lie in the error queue of <paramref name="queue"/>; null when there is no such queue.</summary>
    /// <exception cref="BrokerUnavailableException">The broker cannot be asked.</exception>
    public Task<long?> CountAsync(string queue, CancellationToken cancellationToken) => WithConnectionAsync(connection => CountAsync(connection, queue, cancellationToken), cancellationToken);

    /// <summary>Decides about the messages of an error queue, oldest first.</summary>
    /// <param name="queue">Queue that the messages come from.</param>
    /// <param name="limit">Most messages to look at; those that come meanwhile are left aside in any case.</param>
    /// <param name="decide">What becomes of a message.</param>
    /// <param name="cancellationToken">Ends the call between two messages.</param>
    /// <returns>How many were not kept.</returns>
    /// <exception cref="BrokerUnavailableException">The broker cannot be asked; what was decided before that is done.</exception>
    public Task<int> VisitAsync(string queue, int limit, Func<DeadLetterMessage, DeadLetterFate> decide, CancellationToken cancellationToken)
        => WithConnectionAsync(async connection =>
        {
            var count = Math.Min(limit, await CountAsync(connection, queue, cancellationToken) ?? 0);
            await using var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
            var moved = 0;
            for (var number = 0; number < count; number++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await channel.BasicGetAsync(BusRegistration.ErrorQueueOf(queue), autoAck: false, CancellationToken.None) is not { } message)
                    break;
                var fate = decide(Read(queue, message));
                if (fate != DeadLetterFate.Drop)
                    await PublishAsync(channel, queue, fate, message);
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, CancellationToken.None);
                if (fate != DeadLetterFate.Keep)
                    moved++;
            }

            return moved;
        }, cancellationToken);

    private static async Task PublishAsync(IChannel channel, string queue, DeadLetterFate fate, BasicGetResult message)
    {
        var properties = new BasicProperties(message.BasicProperties);
        if (fate == DeadLetterFate.Retry)
        {
            foreach (var header in properties.Headers?.Keys.Where(key => FailureHeaders.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal))).ToList() ?? [])
                properties.Headers!.Remove(header);
        }

        // Mandatory: a queue that is gone must not swallow it.
        await channel.BasicPublishAsync("", fate == DeadLetterFate.Retry ? queue : BusRegistration.ErrorQueueOf(queue), mandatory: true, properties, message.Body, CancellationToken.None);
    }

    private static DeadLetterMessage Read(string queue, BasicGetResult message)
    {
        var headers = message.BasicProperties.Headers ?? new Dictionary<string, object?>();
        var id = message.BasicProperties.MessageId is { Length: > 0 } given ? given : Convert.ToHexStringLower(SHA256.HashData(message.Body.Span)[..16]);
        var failed = Text("MT-Fault-Timestamp") is { } time && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : (DateTimeOffset?)null;
        var byBroker = headers.ContainsKey("x-death") && !headers.ContainsKey("MT-Fault-ExceptionType");
        return new DeadLetterMessage(
            id,
            queue,
            byBroker ? DeliveryLimit : ErrorType(Text("MT-Fault-ExceptionType"), Text("MT-Fault-Message")),
            byBroker ? "its processing ended the process each time" : Text("MT-Fault-Message") ?? "",
            failed,
            // The client reuses its buffer for the next message.
            message.Body.ToArray());

        string? Text(string key) => headers.TryGetValue(key, out var value) ? value switch { byte[] bytes => Encoding.UTF8.GetString(bytes), null => null, _ => value.ToString() } : null;
    }

    // What leaves a consumer is a ConsumerFailure, whose text begins with the type that was thrown.
    private static string ErrorType(string? type, string? text)
        => type == typeof(ConsumerFailure).FullName && text?.IndexOf(": ", StringComparison.Ordinal) is > 0 and var end ? text[..end] : type ?? "";

    private static async Task<long?> CountAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        // A question about a queue that does not exist closes the channel.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(BusRegistration.ErrorQueueOf(queue), cancellationToken)).MessageCount;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    private async Task<T> WithConnectionAsync<T>(Func<IConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await BrokerConnection.OpenAsync(options.Value, $"{service.Name}-dead-letters", cancellationToken);
            return await work(connection);
        }
        catch (Exception exception) when (exception is BrokerUnreachableException or OperationInterruptedException or PublishException or IOException or TimeoutException)
        {
            throw new BrokerUnavailableException(exception);
        }
    }
}
