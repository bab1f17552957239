using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Sikap.Interop.Tests.Http2;

internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    RstStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

internal readonly record struct Frame(FrameType Type, byte Flags, int StreamId, byte[] Payload)
{
    public const byte EndStream = 1;
    public const byte Ack = 1;
    public const byte EndHeaders = 4;

    public bool HasEndStream => Type is FrameType.Data or FrameType.Headers && (Flags & EndStream) != 0;

    public uint ErrorCode => BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(Type == FrameType.GoAway ? 4 : 0));
}

/// <summary>One end of an HTTP/2 connection, frame by frame, so that a test decides what goes over the wire. Every wait has a timeout.</summary>
internal sealed class Http2Connection : IDisposable
{
    private static readonly byte[] Preface = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int MaxFrame = 16384;

    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;
    private readonly Hpack _hpack = new();

    // How much all streams together may still send; no setting changes what it is at first.
    private long _window = 65_535;

    private Http2Connection(TcpClient tcp)
    {
        _tcp = tcp;
        tcp.NoDelay = true;
        _stream = tcp.GetStream();
    }

    /// <summary>How many pings of the other end were answered.</summary>
    public int PingsAnswered { get; private set; }

    public static async Task<Http2Connection> ConnectAsync(Uri address)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(address.Host, address.Port).WaitAsync(Patience);
        var connection = new Http2Connection(tcp);
        await connection._stream.WriteAsync(Preface);
        await connection.SendAsync(FrameType.Settings, 0, 0, Setting(4, 0x7FFFFFFF));
        await connection.SendAsync(FrameType.WindowUpdate, 0, 0, Number(0x7FFF0000 - 65535));
        return connection;
    }

    /// <summary>Takes an accepted connection of a client and sends <paramref name="settings"/>.</summary>
    public static async Task<Http2Connection> AcceptAsync(TcpClient tcp, params byte[] settings)
    {
        var connection = new Http2Connection(tcp);
        var preface = new byte[Preface.Length];
        await connection._stream.ReadExactlyAsync(preface).AsTask().WaitAsync(Patience);
        preface.ShouldBe(Preface);
        await connection.SendAsync(FrameType.Settings, 0, 0, settings);
        await connection.SendAsync(FrameType.WindowUpdate, 0, 0, Number(0x7FFF0000 - 65535));
        return connection;
    }

    public static byte[] Setting(ushort id, uint value)
    {
        var bytes = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, id);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(2), value);
        return bytes;
    }

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public async Task SendAsync(FrameType type, byte flags, int streamId, ReadOnlyMemory<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        frame[1] = (byte)(payload.Length >> 8);
        frame[2] = (byte)payload.Length;
        frame[3] = (byte)type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamId);
        payload.CopyTo(frame.AsMemory(9));
        await _stream.WriteAsync(frame).AsTask().WaitAsync(Patience);
    }

    public async Task SendHeadersAsync(int streamId, bool endStream, params (string Name, string Value)[] headers)
    {
        ReadOnlyMemory<byte> block = Hpack.Encode(headers);
        var (type, flags) = (FrameType.Headers, endStream ? Frame.EndStream : (byte)0);
        while (block.Length > MaxFrame)
        {
            await SendAsync(type, flags, streamId, block[..MaxFrame]);
            block = block[MaxFrame..];
            (type, flags) = (FrameType.Continuation, 0);
        }

        await SendAsync(type, (byte)(flags | Frame.EndHeaders), streamId, block);
    }

    /// <summary>Sends DATA, in frames of at most <paramref name="frameSize"/> bytes.</summary>
    public async Task SendDataAsync(int streamId, ReadOnlyMemory<byte> data, bool endStream = false, int frameSize = 16384)
    {
        do
        {
            var part = data[..Math.Min(frameSize, data.Length)];
            data = data[part.Length..];
            await SendAsync(FrameType.Data, endStream && data.IsEmpty ? Frame.EndStream : (byte)0, streamId, part);
        }
        while (!data.IsEmpty);
    }

    public Task SendResetAsync(int streamId, uint errorCode) => SendAsync(FrameType.RstStream, 0, streamId, Number(errorCode));

    public Task SendGoAwayAsync(int lastStreamId, uint errorCode) => SendAsync(FrameType.GoAway, 0, 0, (byte[])[.. Number((uint)lastStreamId), .. Number(errorCode)]);

    /// <summary>The next frame that means something to a stream or ends the connection; SETTINGS and PING are answered on the way. Null when the other end closed.</summary>
    public async Task<Frame?> ReadAsync(bool pings = false)
    {
        while (true)
        {
            var frame = await ReadAnyAsync();
            switch (frame?.Type)
            {
                case FrameType.Settings when (frame.Value.Flags & Frame.Ack) == 0:
                    await SendAsync(FrameType.Settings, Frame.Ack, 0, default);
                    continue;
                case FrameType.Ping when (frame.Value.Flags & Frame.Ack) == 0:
                    await SendAsync(FrameType.Ping, Frame.Ack, 0, frame.Value.Payload);
                    PingsAnswered++;
                    continue;
                case FrameType.Ping when pings:
                    return frame;
                case FrameType.Settings or FrameType.WindowUpdate or FrameType.Ping:
                    continue;
                default:
                    return frame;
            }
        }
    }

    /// <summary>All of a stream until its end: headers, body, trailers, and the code of a reset, which may follow the end.</summary>
    public async Task<StreamRecord> ReadStreamAsync(int streamId, bool untilReset = false)
    {
        var record = new StreamRecord();
        while (await ReadAsync() is { } frame)
        {
            if (frame.StreamId != streamId)
            {
                if (frame.Type == FrameType.Headers)
                {
                    _hpack.Decode(frame.Payload);
                }

                continue;
            }

            switch (frame.Type)
            {
                case FrameType.Headers:
                    (frame.Flags & Frame.EndHeaders).ShouldNotBe(0);
                    record.Blocks.Add(_hpack.Decode(frame.Payload));
                    break;
                case FrameType.Data:
                    record.Body.Write(frame.Payload);
                    break;
                case FrameType.RstStream:
                    record.ResetCode = frame.ErrorCode;
                    return record;
            }

            if (frame.HasEndStream)
            {
                record.Ended = true;
                record.EndFrame = frame.Type;
                if (!untilReset)
                {
                    return record;
                }
            }
        }

        return record;
    }

    /// <summary>Sends data of a stream in frames as large as they may be, and waits where the windows of the stream or the connection leave no room.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="data">What to send.</param>
    /// <param name="window">How much of the stream may still be sent.</param>
    /// <returns>How much of it may be sent afterwards.</returns>
    public async Task<int> SendWithinAsync(int streamId, ReadOnlyMemory<byte> data, int window)
    {
        while (!data.IsEmpty)
        {
            var part = data[..Math.Min(MaxFrame, data.Length)];
            while (Math.Min(window, _window) < part.Length)
            {
                var frame = await ReadAnyAsync() ?? throw new IOException("The connection closed.");
                frame.Type.ShouldNotBeOneOf(FrameType.RstStream, FrameType.GoAway);
                if (frame.Type == FrameType.WindowUpdate && frame.StreamId == streamId)
                {
                    window += BinaryPrimitives.ReadInt32BigEndian(frame.Payload);
                }
                else if (frame.Type == FrameType.Settings && (frame.Flags & Frame.Ack) == 0)
                {
                    await SendAsync(FrameType.Settings, Frame.Ack, 0, default);
                }
            }

            data = data[part.Length..];
            window -= part.Length;
            _window -= part.Length;
            await SendAsync(FrameType.Data, 0, streamId, part);
        }

        return window;
    }

    public List<(string Name, string Value)> Decode(Frame headers) => _hpack.Decode(headers.Payload);

    public void Dispose() => _tcp.Dispose();

    private async Task<Frame?> ReadAnyAsync()
    {
        var head = new byte[9];
        using var timeout = new CancellationTokenSource(Patience);
        var read = await _stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, timeout.Token);
        if (read < head.Length)
        {
            return null;
        }

        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await _stream.ReadExactlyAsync(payload, timeout.Token);
        var frame = new Frame((FrameType)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & 0x7FFFFFFF, payload);
        _window += frame is { Type: FrameType.WindowUpdate, StreamId: 0 } ? BinaryPrimitives.ReadInt32BigEndian(payload) : 0;
        return frame;
    }
}

/// <summary>What a stream has brought.</summary>
internal sealed class StreamRecord
{
    public List<List<(string Name, string Value)>> Blocks { get; } = [];

    public MemoryStream Body { get; } = new();

    public bool Ended { get; set; }

    public FrameType? EndFrame { get; set; }

    public uint? ResetCode { get; set; }

    public List<(string Name, string Value)> Headers => Blocks[0];

    /// <summary>The last header block: the trailers, or the only one of a trailers-only response.</summary>
    public List<(string Name, string Value)> Trailers => Blocks[^1];

    public string? Header(string name) => Headers.Where(header => header.Name == name).Select(header => header.Value).FirstOrDefault();

    public string? Trailer(string name) => Trailers.Where(header => header.Name == name).Select(header => header.Value).FirstOrDefault();

    /// <summary>The messages of the body with their flags.</summary>
    public List<(byte Flag, byte[] Bytes)> Messages
    {
        get
        {
            var messages = new List<(byte, byte[])>();
            ReadOnlySpan<byte> rest = Body.ToArray();
            while (!rest.IsEmpty)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
                messages.Add((rest[0], rest.Slice(5, length).ToArray()));
                rest = rest[(5 + length)..];
            }

            return messages;
        }
    }
}
