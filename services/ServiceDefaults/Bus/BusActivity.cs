using System.Collections.Concurrent;
using MassTransit;

namespace Sikap.ServiceDefaults;

/// <summary>When each queue of this service last delivered a message here. Thread-safe.</summary>
internal sealed class BusActivity(TimeProvider time) : IReceiveObserver
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastReceived = new();

    public IReadOnlyCollection<string> Queues => (IReadOnlyCollection<string>)_lastReceived.Keys;

    public void AddQueue(string name) => _lastReceived.TryAdd(name, time.GetUtcNow());

    public DateTimeOffset LastReceived(string queue) => _lastReceived.TryGetValue(queue, out var at) ? at : DateTimeOffset.MinValue;

    public void Touch(string queue) => _lastReceived[queue] = time.GetUtcNow();

    public Task PreReceive(ReceiveContext context)
    {
        // Addresses end in the queue's name: rabbitmq://host/vhost/queue?options.
        var queue = context.InputAddress.Segments[^1];
        if (_lastReceived.ContainsKey(queue))
            Touch(queue);
        return Task.CompletedTask;
    }

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class
        => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class
        => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
}
