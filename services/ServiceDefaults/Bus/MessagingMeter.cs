using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Sikap.ServiceDefaults;

/// <summary>
/// Measures what goes over the bus under the names of the OpenTelemetry semantic conventions for messaging (1.44); the bus library has names and units of its own, which are not exported. Thread-safe.
/// </summary>
internal sealed class MessagingMeter(IOptions<BusOptions> options, TimeProvider time) : IReceiveObserver
{
    private const string DestinationTag = "messaging.destination.name";

    // A hyphen and a Guid without hyphens, see InstanceInbox.
    private const int InstanceSuffix = 33;

    private readonly string _system = options.Value.Transport == BusTransport.RabbitMq ? "rabbitmq" : "in_memory";

    /// <summary>A publish has ended.</summary>
    /// <param name="message">What was published.</param>
    /// <param name="duration">Until the broker's confirm, or until it was given up.</param>
    /// <param name="error">What went wrong; null = confirmed.</param>
    public void Published(Type message, TimeSpan duration, Exception? error)
    {
        var tags = Tags("publish", "send", message.Name, error);
        Telemetry.MessagingOperationDuration.Record(duration.TotalSeconds, tags);
        Telemetry.MessagesSent.Add(1, tags);
    }

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class
    {
        Processed(context, duration, null);
        return Task.CompletedTask;
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class
    {
        Processed(context, duration, exception);
        return Task.CompletedTask;
    }

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;

    // Addresses end in the queue's name: rabbitmq://host/vhost/queue?options. An instance's own queue goes by its consumer's name alone, or every restart would add a series.
    private static string QueueOf(ReceiveContext context)
    {
        var queue = context.InputAddress.Segments[^1];
        return queue.Length > InstanceSuffix && Guid.TryParseExact(queue.AsSpan(queue.Length - InstanceSuffix + 1), "N", out _) ? queue[..^InstanceSuffix] : queue;
    }

    private void Processed(ConsumeContext context, TimeSpan duration, Exception? error)
    {
        var queue = QueueOf(context.ReceiveContext);
        var tags = Tags("process", "process", queue, error);
        Telemetry.MessageProcessDuration.Record(duration.TotalSeconds, tags);
        Telemetry.MessagesConsumed.Add(1, tags);
        if (context.SentTime is { } sent && time.GetUtcNow() - sent - duration is var age && age > TimeSpan.Zero)
            Telemetry.MessageAge.Record(age.TotalSeconds, new KeyValuePair<string, object?>(DestinationTag, queue));
    }

    private TagList Tags(string operation, string type, string destination, Exception? error)
    {
        var tags = new TagList
        {
            { "messaging.system", _system },
            { "messaging.operation.name", operation },
            { "messaging.operation.type", type },
            { DestinationTag, destination },
        };
        if (error is not null)
            tags.Add("error.type", error is ConsumerFailure failure ? failure.FailureType : error.GetType().FullName);
        return tags;
    }
}
