using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MongoDB.Bson;

/// <summary>The binary form of documents. Reading trusts nothing: every length is checked against the bytes there are, and depth is limited.</summary>
internal static class BsonBinary
{
    /// <summary>Deepest nesting that is read or written: that of the servers.</summary>
    internal const int MaxDepth = 100;

    internal static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a document that takes all of <paramref name="bytes"/>.</summary>
    /// <exception cref="FormatException">The bytes are no such document.</exception>
    internal static BsonDocument ReadDocument(ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader(bytes);
        var document = reader.Document(1);
        return reader.AtEnd ? document : throw new FormatException("there are bytes after the document's end");
    }

    /// <summary>Reads the document at the beginning of <paramref name="bytes"/>.</summary>
    internal static BsonDocument ReadDocument(ReadOnlySpan<byte> bytes, out int length)
    {
        var reader = new Reader(bytes);
        var document = reader.Document(1);
        length = reader.Position;
        return document;
    }

    /// <exception cref="FormatException">The document nests too deep or holds text that is not Unicode.</exception>
    internal static void Write(BsonBuffer buffer, BsonDocument document) => WriteDocument(buffer, document, 1);

    private static void WriteDocument(BsonBuffer buffer, BsonDocument document, int depth)
    {
        CheckDepth(depth);
        var start = buffer.Length;
        buffer.Int32(0);
        foreach (var element in document)
        {
            var type = element.Value.BsonType;
            buffer.Byte((byte)type);
            buffer.Utf8(element.Name);
            buffer.Byte(0);
            WriteValue(buffer, element.Value, depth);
        }

        buffer.Byte(0);
        buffer.PatchInt32(start, buffer.Length - start);
    }

    private static void WriteArray(BsonBuffer buffer, BsonArray array, int depth)
    {
        CheckDepth(depth);
        var start = buffer.Length;
        buffer.Int32(0);
        Span<byte> name = stackalloc byte[11];
        for (var at = 0; at < array.Count; at++)
        {
            buffer.Byte((byte)array[at].BsonType);
            at.TryFormat(name, out var digits, default, CultureInfo.InvariantCulture);
            buffer.Bytes(name[..digits]);
            buffer.Byte(0);
            WriteValue(buffer, array[at], depth);
        }

        buffer.Byte(0);
        buffer.PatchInt32(start, buffer.Length - start);
    }

    private static void WriteValue(BsonBuffer buffer, BsonValue value, int depth)
    {
        switch (value)
        {
            case BsonString text:
                WriteString(buffer, text.Value);
                break;
            case BsonInt32 number:
                buffer.Int32(number.Value);
                break;
            case BsonInt64 number:
                buffer.Int64(number.Value);
                break;
            case BsonDouble number:
                buffer.Int64(BitConverter.DoubleToInt64Bits(number.Value));
                break;
            case BsonDecimal128 number:
                buffer.Int64((long)number.Value.GetIEEELowBits());
                buffer.Int64((long)number.Value.GetIEEEHighBits());
                break;
            case BsonDocument document:
                WriteDocument(buffer, document, depth + 1);
                break;
            case BsonArray array:
                WriteArray(buffer, array, depth + 1);
                break;
            case BsonBoolean truth:
                buffer.Byte(truth.Value ? (byte)1 : (byte)0);
                break;
            case BsonDateTime time:
                buffer.Int64(time.MillisecondsSinceEpoch);
                break;
            case BsonTimestamp time:
                buffer.Int64(time.Value);
                break;
            case BsonObjectId id:
                id.Value.Write(buffer.Reserve(12));
                break;
            case BsonBinaryData data:
                WriteBinary(buffer, data);
                break;
            case BsonRegularExpression regex:
                WriteCString(buffer, regex.Pattern);
                WriteCString(buffer, regex.Options);
                break;
            case BsonJavaScript script:
                WriteString(buffer, script.Code);
                break;
            case BsonSymbol symbol:
                WriteString(buffer, symbol.Name);
                break;
            case BsonJavaScriptWithScope script:
                var start = buffer.Length;
                buffer.Int32(0);
                WriteString(buffer, script.Code);
                WriteDocument(buffer, script.Scope, depth + 1);
                buffer.PatchInt32(start, buffer.Length - start);
                break;
            case BsonDBPointer pointer:
                WriteString(buffer, pointer.Namespace);
                pointer.Id.Write(buffer.Reserve(12));
                break;
            default:
                // Null, undefined, the smallest and the largest key are their type alone.
                break;
        }
    }

    private static void WriteString(BsonBuffer buffer, string text)
    {
        var start = buffer.Length;
        buffer.Int32(0);
        buffer.Utf8(text);
        buffer.Byte(0);
        buffer.PatchInt32(start, buffer.Length - start - 4);
    }

    private static void WriteCString(BsonBuffer buffer, string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new FormatException("a regular expression cannot hold a null character");
        }

        buffer.Utf8(text);
        buffer.Byte(0);
    }

    private static void WriteBinary(BsonBuffer buffer, BsonBinaryData data)
    {
        // Subtype 2 carries its length a second time.
        var old = data.SubType == BsonBinarySubType.OldBinary;
        buffer.Int32(data.Bytes.Length + (old ? 4 : 0));
        buffer.Byte((byte)data.SubType);
        if (old)
        {
            buffer.Int32(data.Bytes.Length);
        }

        buffer.Bytes(data.Bytes);
    }

    private static void CheckDepth(int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException($"the document nests deeper than {MaxDepth}");
        }
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        internal int Position { get; private set; }

        internal readonly bool AtEnd => Position == _bytes.Length;

        internal BsonDocument Document(int depth)
        {
            var end = Begin(depth);
            var document = new BsonDocument();
            while (true)
            {
                var type = (BsonType)Byte();
                if (type == BsonType.EndOfDocument)
                {
                    End(end);
                    return document;
                }

                var name = CString();
                if (!document.TryAdd(new BsonElement(name, Value(type, depth))))
                {
                    throw Bad($"element '{name}' occurs twice");
                }
            }
        }

        private BsonArray Array(int depth)
        {
            var end = Begin(depth);
            var array = new BsonArray();
            while (true)
            {
                var type = (BsonType)Byte();
                if (type == BsonType.EndOfDocument)
                {
                    End(end);
                    return array;
                }

                // The names of items are not looked at: only their order counts.
                SkipCString();
                array.Add(Value(type, depth));
            }
        }

        private int Begin(int depth)
        {
            CheckDepth(depth);
            var start = Position;
            var length = Int32();
            if (length < 5 || length > _bytes.Length - start)
            {
                throw Bad($"a document of {length} bytes where there are {_bytes.Length - start}");
            }

            return start + length;
        }

        private readonly void End(int end)
        {
            if (Position != end)
            {
                throw Bad("the document does not end where its length says");
            }
        }

        private BsonValue Value(BsonType type, int depth)
        {
            switch (type)
            {
                case BsonType.Double:
                    return new BsonDouble(BitConverter.Int64BitsToDouble(Int64()));
                case BsonType.String:
                    return new BsonString(String());
                case BsonType.Document:
                    return Document(depth + 1);
                case BsonType.Array:
                    return Array(depth + 1);
                case BsonType.Binary:
                    return Binary();
                case BsonType.Undefined:
                    return BsonUndefined.Value;
                case BsonType.ObjectId:
                    return new BsonObjectId(new ObjectId(Take(12)));
                case BsonType.Boolean:
                    return Byte() switch { 0 => BsonBoolean.False, 1 => BsonBoolean.True, var other => throw Bad($"{other} is no boolean") };
                case BsonType.DateTime:
                    return new BsonDateTime(Int64());
                case BsonType.Null:
                    return BsonNull.Value;
                case BsonType.RegularExpression:
                    return new BsonRegularExpression(CString(), CString());
                case BsonDBPointer.Type:
                    return new BsonDBPointer(String(), new ObjectId(Take(12)));
                case BsonType.JavaScript:
                    return new BsonJavaScript(String());
                case BsonType.Symbol:
                    return new BsonSymbol(String());
                case BsonType.JavaScriptWithScope:
                    var start = Position;
                    var length = Int32();
                    var script = new BsonJavaScriptWithScope(String(), Document(depth + 1));
                    return Position - start == length ? script : throw Bad("code with scope does not end where its length says");
                case BsonType.Int32:
                    return new BsonInt32(Int32());
                case BsonType.Timestamp:
                    return new BsonTimestamp(Int64());
                case BsonType.Int64:
                    return new BsonInt64(Int64());
                case BsonType.Decimal128:
                    var low = (ulong)Int64();
                    return new BsonDecimal128(Decimal128.FromIEEEBits((ulong)Int64(), low));
                case BsonType.MinKey:
                    return BsonMinKey.Value;
                case BsonType.MaxKey:
                    return BsonMaxKey.Value;
                default:
                    throw Bad($"there is no type {(int)type}");
            }
        }

        private BsonBinaryData Binary()
        {
            var length = Int32();
            var subType = (BsonBinarySubType)Byte();
            if (subType == BsonBinarySubType.OldBinary)
            {
                var inner = Int32();
                if (inner != length - 4)
                {
                    throw Bad("the two lengths of binary data do not agree");
                }

                length = inner;
            }

            return new BsonBinaryData(Take(length).ToArray(), subType);
        }

        private string String()
        {
            var length = Int32();
            if (length < 1)
            {
                throw Bad($"a string of length {length}");
            }

            var text = Take(length);
            return text[^1] == 0 ? Decode(text[..^1]) : throw Bad("a string does not end with a null");
        }

        private string CString() => Decode(SkipCString());

        private ReadOnlySpan<byte> SkipCString()
        {
            var length = _bytes[Position..].IndexOf((byte)0);
            if (length < 0)
            {
                throw Bad("a name has no end");
            }

            var name = _bytes.Slice(Position, length);
            Position += length + 1;
            return name;
        }

        private readonly string Decode(ReadOnlySpan<byte> text)
        {
            try
            {
                return StrictUtf8.GetString(text);
            }
            catch (ArgumentException)
            {
                throw Bad("text is not UTF-8");
            }
        }

        private byte Byte() => Take(1)[0];

        private int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

        private long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count < 0 || count > _bytes.Length - Position)
            {
                throw Bad($"{count} bytes wanted where there are {_bytes.Length - Position}");
            }

            var taken = _bytes.Slice(Position, count);
            Position += count;
            return taken;
        }

        private readonly FormatException Bad(string what) => new($"BSON, byte {Position}: {what}");
    }
}
