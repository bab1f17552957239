using System.Buffers.Binary;
using MongoDB.Bson;

namespace MongoDB.Driver.Core;

/// <summary>A command on its way: its document, and documents beside it that are written once and sent as they are.</summary>
/// <param name="Database">Database the command is for.</param>
/// <param name="Body">The command without <c>$db</c>.</param>
internal sealed record CommandMessage(string Database, BsonDocument Body)
{
    /// <summary>Name of the argument that the documents of <see cref="Sequence"/> are.</summary>
    internal string? SequenceName { get; init; }

    /// <summary>Encoded documents, one behind the other.</summary>
    internal ReadOnlyMemory<byte> Sequence { get; init; }

    /// <summary>The server is not to answer.</summary>
    internal bool Unacknowledged { get; init; }

    /// <summary>The server may answer again and again until told otherwise.</summary>
    internal bool ExhaustAllowed { get; init; }

    internal string Name => Body.GetElement(0).Name;

    /// <summary>The command with its documents, for events.</summary>
    internal BsonDocument Whole()
    {
        var whole = (BsonDocument)Body.DeepClone();
        if (SequenceName is not null)
        {
            var documents = new BsonArray();
            for (var rest = Sequence; rest.Length > 0;)
            {
                documents.Add(BsonBinary.ReadDocument(rest.Span, out var length));
                rest = rest[length..];
            }

            whole.Add(SequenceName, documents);
        }

        return whole.Set("$db", Database);
    }
}

/// <summary>The wire protocol: OP_MSG without checksums, and the OP_QUERY that greets a server.</summary>
internal static class WireMessage
{
    internal const int HeaderBytes = 16;

    /// <summary>Longest answer that is read: the servers' limit and room for the frame.</summary>
    internal const int MaxReplyBytes = ServerDescription.DefaultMaxMessageBytes + 16_384;

    private const int OpReply = 1;
    private const int OpQuery = 2004;
    private const int OpMsg = 2013;
    private const uint ChecksumPresent = 1;
    private const uint MoreToCome = 2;
    private const uint ExhaustAllowed = 1 << 16;

    internal static void Write(BsonBuffer buffer, int requestId, CommandMessage message)
    {
        var start = Begin(buffer, requestId, OpMsg);
        buffer.Int32((int)((message.Unacknowledged ? MoreToCome : 0) | (message.ExhaustAllowed ? ExhaustAllowed : 0)));
        buffer.Byte(0);
        BsonBinary.Write(buffer, message.Body.Contains("$db") ? message.Body : new BsonDocument(message.Body.Elements).Add("$db", message.Database));
        if (message.SequenceName is { } name)
        {
            buffer.Byte(1);
            var section = buffer.Length;
            buffer.Int32(0);
            buffer.Utf8(name);
            buffer.Byte(0);
            buffer.Bytes(message.Sequence.Span);
            buffer.PatchInt32(section, buffer.Length - section);
        }

        buffer.PatchInt32(start, buffer.Length - start);
    }

    /// <summary>A command the way servers of every age understand it.</summary>
    internal static void WriteLegacy(BsonBuffer buffer, int requestId, BsonDocument command)
    {
        var start = Begin(buffer, requestId, OpQuery);
        buffer.Int32(4); // secondaries may answer
        buffer.Utf8("admin.$cmd");
        buffer.Byte(0);
        buffer.Int32(0);
        buffer.Int32(-1);
        BsonBinary.Write(buffer, command);
        buffer.PatchInt32(start, buffer.Length - start);
    }

    /// <summary>Length of a message by its first bytes.</summary>
    /// <exception cref="FormatException">No length a message can have.</exception>
    internal static int LengthOf(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        return length is > HeaderBytes and <= MaxReplyBytes ? length : throw new FormatException($"a message of {length} bytes");
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="responseTo">The request it must answer.</param>
    /// <param name="moreToCome">True when another answer follows without a request.</param>
    /// <param name="requestId">The message's own number, which the next one of a stream answers.</param>
    /// <exception cref="FormatException">It is no answer to that request.</exception>
    internal static BsonDocument Read(ReadOnlySpan<byte> message, int responseTo, out bool moreToCome, out int requestId)
    {
        if (message.Length < HeaderBytes || LengthOf(message) != message.Length)
        {
            throw new FormatException("the message has not the length it says");
        }

        requestId = BinaryPrimitives.ReadInt32LittleEndian(message[4..]);
        var answered = BinaryPrimitives.ReadInt32LittleEndian(message[8..]);
        var code = BinaryPrimitives.ReadInt32LittleEndian(message[12..]);
        if (answered != responseTo)
        {
            throw new FormatException($"an answer to request {answered} where {responseTo} was asked");
        }

        moreToCome = false;
        var body = message[HeaderBytes..];
        switch (code)
        {
            case OpReply:
                if (body.Length < 20 || BinaryPrimitives.ReadInt32LittleEndian(body[16..]) != 1)
                {
                    throw new FormatException("an OP_REPLY without its one document");
                }

                return BsonBinary.ReadDocument(body[20..]);
            case OpMsg:
                return ReadMsg(body, out moreToCome);
            default:
                throw new FormatException($"an answer with operation code {code}");
        }
    }

    private static BsonDocument ReadMsg(ReadOnlySpan<byte> body, out bool moreToCome)
    {
        if (body.Length < 5)
        {
            throw new FormatException("an OP_MSG without content");
        }

        var flags = BinaryPrimitives.ReadUInt32LittleEndian(body);
        if ((flags & 0xffff & ~(ChecksumPresent | MoreToCome)) != 0)
        {
            throw new FormatException($"an OP_MSG with flags {flags:x}");
        }

        moreToCome = (flags & MoreToCome) != 0;
        var rest = body[4..];
        if ((flags & ChecksumPresent) != 0)
        {
            rest = rest.Length > 4 ? rest[..^4] : throw new FormatException("an OP_MSG without content");
        }

        BsonDocument? document = null;
        while (!rest.IsEmpty)
        {
            if (rest[0] != 0 || document is not null)
            {
                throw new FormatException("an OP_MSG with more than one document");
            }

            document = BsonBinary.ReadDocument(rest[1..], out var length);
            rest = rest[(1 + length)..];
        }

        return document ?? throw new FormatException("an OP_MSG without a document");
    }

    private static int Begin(BsonBuffer buffer, int requestId, int code)
    {
        var start = buffer.Length;
        buffer.Int32(0);
        buffer.Int32(requestId);
        buffer.Int32(0);
        buffer.Int32(code);
        return start;
    }
}
