using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Sikap.ServiceDefaults;

/// <summary>
/// The bus's connection to the broker. When a connection breaks while a publish is under way, the client library can wait for ever on its own shutdown and never tell anybody about it;
/// the bus then keeps the dead connection, and every later publish and consumer waits on it. Here it is let go, so that whoever needs one next opens a new one. Thread-safe.
/// </summary>
/// <param name="supervisor">What holds the connection; asked for only when needed, since the bus is built with what uses this.</param>
/// <param name="time">Clock of the limits.</param>
internal sealed class BusConnection(Func<IConnectionContextSupervisor> supervisor, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Task _looking = Task.CompletedTask;

    /// <summary>Lets the bus's connection go if it is closed. Waits for the bus to have one, at most <paramref name="limit"/>.</summary>
    public async Task DropIfClosedAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        // One at a time, and never cancelled: to cancel it would throw away a connection that is just being opened.
        Task looking;
        lock (_lock)
            looking = _looking.IsCompleted ? _looking = LookAsync() : _looking;
        try
        {
            await looking.WaitAsync(limit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The bus is opening one.
        }
    }

    private async Task LookAsync()
    {
        IConnection? closed = null;
        try
        {
            await supervisor().Send(Pipe.Execute<ConnectionContext>(context =>
            {
                if (context.Connection.IsOpen)
                    return;
                closed = context.Connection;
                // What fails on a connection makes the bus let go of it.
                throw new ConnectionException("The connection is closed.");
            }), CancellationToken.None);
        }
        catch (Exception exception) when (exception is ConnectionException or OperationCanceledException or ObjectDisposedException)
        {
            // The one that was closed, or a new one that could not be opened (the bus tries again by itself), or the bus has stopped.
        }

        // Its socket is still held by the shutdown that never ends.
        if (closed is not null)
            await closed.AbortAsync();
    }
}
