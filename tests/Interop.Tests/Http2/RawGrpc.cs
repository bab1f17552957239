using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;

namespace Sikap.Interop.Tests.Http2;

/// <summary>gRPC by hand over <see cref="Http2Connection"/>.</summary>
internal static class RawGrpc
{
    public const string Unary = "/grpc.testing.TestService/UnaryCall";
    public const string StreamingInput = "/grpc.testing.TestService/StreamingInputCall";
    public const string FullDuplex = "/grpc.testing.TestService/FullDuplexCall";

    /// <summary>The headers of a correct request, without those replaced by <paramref name="other"/> (a null value leaves the header out).</summary>
    public static (string Name, string Value)[] Request(string path, params (string Name, string? Value)[] other)
    {
        (string Name, string? Value)[] usual =
        [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers"),
        ];
        return [.. usual.Where(header => !other.Any(each => each.Name == header.Name)).Concat(other).Where(header => header.Value is not null).Select(header => (header.Name, header.Value!))];
    }

    public static byte[] Message(IMessage message, byte flag = 0) => Message(message.ToByteArray(), flag);

    public static byte[] Message(byte[] payload, byte flag = 0)
    {
        var bytes = new byte[5 + payload.Length];
        bytes[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), (uint)payload.Length);
        payload.CopyTo(bytes, 5);
        return bytes;
    }

    public static byte[] Gzip(byte[] plain)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return buffer.ToArray();
    }

    /// <summary>gzip of a huge run of zero bytes, made without holding it.</summary>
    public static byte[] GzipOfZeros(long length)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
        {
            var chunk = new byte[1 << 20];
            for (long written = 0; written < length; written += chunk.Length)
            {
                gzip.Write(chunk);
            }
        }

        return buffer.ToArray();
    }

    /// <summary>One call by hand: headers, body, end.</summary>
    public static async Task<StreamRecord> CallAsync(Uri address, (string Name, string Value)[] headers, byte[] body, int frameSize = 16384)
    {
        using var connection = await Http2Connection.ConnectAsync(address);
        await connection.SendHeadersAsync(1, endStream: false, headers);
        await connection.SendDataAsync(1, body, endStream: true, frameSize);
        return await connection.ReadStreamAsync(1);
    }
}

/// <summary>A server whose every frame the test decides; <c>serve</c> runs once per connection.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Http2Connection, int, Task> _serve;
    private readonly byte[] _settings;
    private readonly Task _run;
    private readonly List<Task> _connections = [];

    public RawServer(Func<Http2Connection, int, Task> serve, params byte[] settings)
    {
        _serve = serve;
        _settings = settings;
        _listener.Start();
        _run = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>How many connections came.</summary>
    public int Connections { get; private set; }

    /// <summary>Reads frames until the headers of a request have come, and gives its stream.</summary>
    public static async Task<(int StreamId, List<(string Name, string Value)> Headers)?> ReadRequestAsync(Http2Connection connection)
    {
        while (await connection.ReadAsync() is { } frame)
        {
            if (frame.Type == FrameType.Headers)
            {
                return (frame.StreamId, connection.Decode(frame));
            }
        }

        return null;
    }

    /// <summary>Reads frames until a stream is half-closed by the client.</summary>
    public static async Task ReadToEndAsync(Http2Connection connection, int streamId)
    {
        while (await connection.ReadAsync() is { } frame)
        {
            if (frame.StreamId == streamId && frame.HasEndStream)
            {
                return;
            }
        }
    }

    public static async Task RespondAsync(Http2Connection connection, int streamId, byte[] body, int frameSize = 16384, string status = "0")
    {
        await connection.SendHeadersAsync(streamId, endStream: false, (":status", "200"), ("content-type", "application/grpc"));
        await connection.SendDataAsync(streamId, body, frameSize: frameSize);
        await connection.SendHeadersAsync(streamId, endStream: true, ("grpc-status", status));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _run;
        await Task.WhenAll(_connections).WaitAsync(TimeSpan.FromSeconds(10));
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient tcp;
            try
            {
                tcp = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                return;
            }

            _connections.Add(ServeAsync(tcp, Connections++));
        }
    }

    private async Task ServeAsync(TcpClient tcp, int index)
    {
        try
        {
            using var connection = await Http2Connection.AcceptAsync(tcp, _settings);
            await _serve(connection, index);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or EndOfStreamException)
        {
            // The client left; the test looks at what it got.
        }
    }
}
