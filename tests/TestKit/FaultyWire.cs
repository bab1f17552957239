using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sikap.TestKit;

/// <summary>
/// A TCP proxy in this process that does to its connections what networks do: cuts and resets them, swallows what is sent, is slow. A fault holds for present and later connections until
/// <see cref="Heal"/>. Thread-safe.
/// </summary>
public sealed class FaultyWire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private volatile Passage _passage = new();

    /// <summary>Listens on a free port of loopback.</summary>
    /// <param name="host">Where to, by name or address.</param>
    /// <param name="port">Its port.</param>
    public FaultyWire(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port to connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Ends all connections in order (FIN).</summary>
    public void Cut() => Close(reset: false);

    /// <summary>Ends all connections with RST.</summary>
    public void Reset() => Close(reset: true);

    /// <summary>Connections stay open and nothing gets through any more, in either direction; new ones are taken and lead nowhere.</summary>
    public void Swallow() => Change(new Passage { Stops = true });

    /// <summary>What the other side sends still arrives, what is sent to it does not: a connection that is open on one side only.</summary>
    public void SwallowUpwards() => Change(new Passage { StopsUpwards = true });

    /// <summary>Each piece arrives that much later.</summary>
    public void Delay(TimeSpan by) => Change(new Passage { Delay = by });

    /// <summary>One byte goes through in each direction every <paramref name="every"/>.</summary>
    public void Trickle(TimeSpan every) => Change(new Passage { Delay = every, PieceBytes = 1 });

    /// <summary>From now on everything gets through. What was swallowed is lost, so connections that lost something are reset.</summary>
    public void Heal()
    {
        if (_passage.Stops || _passage.StopsUpwards)
            Close(reset: true);
        Change(new Passage());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        Close(reset: true);
        await _accepting;
        _end.Dispose();
    }

    private void Change(Passage passage)
    {
        var before = _passage;
        _passage = passage;
        before.Over.TrySetResult();
    }

    private void Close(bool reset)
    {
        foreach (var client in _open.Keys)
        {
            try
            {
                if (reset)
                    client.LingerState = new LingerOption(enable: true, seconds: 0);
                client.Close();
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException or NullReferenceException)
            {
                // It ended by itself in this moment.
            }
        }
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        _open[client] = _open[server] = true;
        try
        {
            await server.ConnectAsync(_host, _port, _end.Token);
            var (down, up) = (PassAsync(server, client, upwards: false), PassAsync(client, server, upwards: true));
            await Task.WhenAny(down, up);
            client.Close();
            server.Close();
            await Task.WhenAll(down, up);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side hung up, or the test did.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(server, out _);
            client.Dispose();
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, bool upwards)
    {
        var (source, target) = (from.GetStream(), to.GetStream());
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var passage = _passage;
            var read = await source.ReadAsync(buffer.AsMemory(0, passage.PieceBytes ?? buffer.Length), _end.Token);
            if (read == 0)
                return;
            // What arrives after a change is treated by the new rule.
            passage = _passage;
            if (passage.Delay > TimeSpan.Zero)
                await Task.WhenAny(passage.Over.Task, Task.Delay(passage.Delay, _end.Token));
            if (passage.Stops || (passage.StopsUpwards && upwards))
                continue;
            await target.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }

    /// <summary>What becomes of bytes on their way.</summary>
    private sealed class Passage
    {
        public bool Stops { get; init; }

        public bool StopsUpwards { get; init; }

        public TimeSpan Delay { get; init; }

        public int? PieceBytes { get; init; }

        /// <summary>Set when another takes its place.</summary>
        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
