using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace Sikap.TestKit;

/// <summary>A MongoDB server as a user without rights sees it: it greets, and answers every command with code 13, unauthorized, unless it is told what to answer.</summary>
public sealed class RefusingMongo : IAsyncDisposable
{
    private const int LegacyQuery = 2004;
    private const int LegacyReply = 1;
    private const int Message = 2013;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private readonly Func<string, BsonDocument?>? _answer;

    /// <summary>Listens on a free port.</summary>
    /// <param name="answer">Answers a command by its name; null = the refusal.</param>
    public RefusingMongo(Func<string, BsonDocument?>? answer = null)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Connection string without a database.</summary>
    public string Url => $"mongodb://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var header = new byte[16];
                while (true)
                {
                    await stream.ReadExactlyAsync(header, _stopping.Token);
                    var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(header) - header.Length];
                    await stream.ReadExactlyAsync(body, _stopping.Token);
                    var legacy = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12)) == LegacyQuery;

                    // Before the command: flags, name and two numbers in the old form; flags and the kind of section in the new one.
                    var start = legacy ? Array.IndexOf(body, (byte)0, 4) + 9 : 5;
                    var length = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(start));
                    var command = BsonSerializer.Deserialize<BsonDocument>(body[start..(start + length)]).GetElement(0).Name;
                    await stream.WriteAsync(Reply(legacy, BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4)), Answer(command)), _stopping.Token);
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The client hung up, or the test is over.
            }
        }
    }

    private BsonDocument Answer(string command) => command is "hello" or "isMaster" or "ismaster"
        ? new BsonDocument
        {
            { "ok", 1 }, { "helloOk", true }, { "isWritablePrimary", true }, { "ismaster", true }, { "minWireVersion", 0 }, { "maxWireVersion", 21 },
            { "maxBsonObjectSize", 16 << 20 }, { "maxMessageSizeBytes", 48_000_000 }, { "maxWriteBatchSize", 100_000 },
        }
        : _answer?.Invoke(command) ?? new BsonDocument { { "ok", 0 }, { "code", 13 }, { "codeName", "Unauthorized" }, { "errmsg", $"not authorized to execute command {command}" } };

    private static byte[] Reply(bool legacy, int to, BsonDocument document)
    {
        var content = document.ToBson();
        var before = legacy ? 36 : 21;
        var reply = new byte[before + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(reply, reply.Length);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(8), to);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(12), legacy ? LegacyReply : Message);
        if (legacy)
            BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(32), 1);
        content.CopyTo(reply, before);
        return reply;
    }
}
