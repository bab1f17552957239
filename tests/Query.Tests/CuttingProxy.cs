using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sikap.Query.Tests;

/// <summary>
/// Stands between a store and its MongoDB and lets so many writes through; then it is as if the machine of the store had lost its power: nothing more goes in or out.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private static readonly byte[][] s_writes = [.. new[] { "insert", "update", "delete" }.Select(name => Encoding.ASCII.GetBytes($"\u0002{name}\0"))];

    // Length, ids and code of the message, flags, kind of the section, length of the document.
    private const int FirstElement = 16 + 4 + 1 + 4;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private int _left = int.MaxValue;

    public CuttingProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>True when a write was held back.</summary>
    public bool HasCut => Volatile.Read(ref _left) < 0;

    /// <summary>From here on <paramref name="writes"/> more go through.</summary>
    public void CutAfter(int writes) => Volatile.Write(ref _left, writes);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                running.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(_host, _port, _end.Token);
                var up = SendUpAsync(client.GetStream(), server.GetStream());
                var down = server.GetStream().CopyToAsync(client.GetStream(), _end.Token);
                await Task.WhenAny(up, down);
                server.Close();
                client.Close();
                await Task.WhenAll(up, down);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // One side hung up.
            }
        }
    }

    private async Task SendUpAsync(NetworkStream from, NetworkStream to)
    {
        var head = new byte[4];
        while (!HasCut)
        {
            await from.ReadExactlyAsync(head, _end.Token);
            var message = new byte[BinaryPrimitives.ReadInt32LittleEndian(head)];
            head.CopyTo(message, 0);
            await from.ReadExactlyAsync(message.AsMemory(4), _end.Token);
            if (s_writes.Any(write => message.AsSpan(Math.Min(message.Length, FirstElement)).StartsWith(write)) && Interlocked.Decrement(ref _left) < 0)
            {
                return;
            }
            await to.WriteAsync(message, _end.Token);
        }
    }
}
