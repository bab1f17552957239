using MassTransit;

namespace Sikap.ServiceDefaults;

/// <summary>
/// The queue of this instance for announcements that every instance must hear; nobody else reads it, and it goes soon after the instance did.
/// What is announced while it is not there is lost to the instance, so whoever needs it asks again each time the queue is ready. Thread-safe.
/// </summary>
/// <typeparam name="TConsumer">Who reads it.</typeparam>
public sealed class InstanceInbox<TConsumer> : IInstanceInbox, IReceiveEndpointObserver
    where TConsumer : class, IConsumer
{
    /// <inheritdoc/>
    public string Name { get; } = $"{KebabCaseEndpointNameFormatter.Instance.SanitizeName(typeof(TConsumer).Name.Replace("Consumer", "", StringComparison.Ordinal))}-{Guid.NewGuid():N}";

    /// <summary>Set each time the queue begins to deliver: at the start and after every loss of the connection.</summary>
    public WakeSignal Ready { get; } = new();

    Task IReceiveEndpointObserver.Ready(ReceiveEndpointReady ready)
    {
        if (ready.InputAddress.Segments[^1] == Name)
            Ready.Set();
        return Task.CompletedTask;
    }

    Task IReceiveEndpointObserver.Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    Task IReceiveEndpointObserver.Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    Task IReceiveEndpointObserver.Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
}

/// <summary>A queue of one instance, whoever reads it.</summary>
public interface IInstanceInbox
{
    /// <summary>Name of the queue, different in every process.</summary>
    string Name { get; }
}
