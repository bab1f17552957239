using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MongoDB.Bson.IO
{
    /// <summary>Which Extended JSON is written.</summary>
    public enum JsonOutputMode
    {
        /// <summary>Every type is kept.</summary>
        CanonicalExtendedJson = 2,

        /// <summary>Plain numbers and readable dates: integers and doubles come back as the smallest type that holds them.</summary>
        RelaxedExtendedJson = 3,
    }

    /// <summary>How JSON is written.</summary>
    public sealed class JsonWriterSettings
    {
        /// <summary>Default: relaxed.</summary>
        public JsonOutputMode OutputMode { get; set; } = JsonOutputMode.RelaxedExtendedJson;
    }

    internal static class ExtendedJsonWriter
    {
        internal static string Write(BsonValue value, JsonOutputMode mode)
        {
            var to = new StringBuilder();
            Value(to, value, mode == JsonOutputMode.CanonicalExtendedJson);
            return to.ToString();
        }

        private static void Value(StringBuilder to, BsonValue value, bool canonical)
        {
            switch (value)
            {
                case BsonDocument document:
                    Document(to, document, canonical);
                    break;
                case BsonArray array:
                    to.Append('[');
                    for (var at = 0; at < array.Count; at++)
                    {
                        to.Append(at == 0 ? "" : ", ");
                        Value(to, array[at], canonical);
                    }

                    to.Append(']');
                    break;
                case BsonString text:
                    Text(to, text.Value);
                    break;
                case BsonBoolean truth:
                    to.Append(truth.Value ? "true" : "false");
                    break;
                case BsonNull:
                    to.Append("null");
                    break;
                case BsonInt32 number when !canonical:
                    to.Append(CultureInfo.InvariantCulture, $"{number.Value}");
                    break;
                case BsonInt64 number when !canonical:
                    to.Append(CultureInfo.InvariantCulture, $"{number.Value}");
                    break;
                case BsonDouble number when !canonical && double.IsFinite(number.Value):
                    to.Append(DoubleText(number.Value));
                    break;
                case BsonInt32 number:
                    Wrapped(to, "$numberInt", number.Value.ToString(CultureInfo.InvariantCulture));
                    break;
                case BsonInt64 number:
                    Wrapped(to, "$numberLong", number.Value.ToString(CultureInfo.InvariantCulture));
                    break;
                case BsonDouble number:
                    Wrapped(to, "$numberDouble", DoubleText(number.Value));
                    break;
                case BsonDecimal128 number:
                    Wrapped(to, "$numberDecimal", number.Value.ToString());
                    break;
                case BsonObjectId id:
                    Wrapped(to, "$oid", id.Value.ToString());
                    break;
                case BsonSymbol symbol:
                    Wrapped(to, "$symbol", symbol.Name);
                    break;
                case BsonJavaScript script:
                    Wrapped(to, "$code", script.Code);
                    break;
                case BsonJavaScriptWithScope script:
                    to.Append("{ \"$code\" : ");
                    Text(to, script.Code);
                    to.Append(", \"$scope\" : ");
                    Document(to, script.Scope, canonical);
                    to.Append(" }");
                    break;
                case BsonDateTime time:
                    Time(to, time, canonical);
                    break;
                case BsonTimestamp time:
                    to.Append(CultureInfo.InvariantCulture, $"{{ \"$timestamp\" : {{ \"t\" : {(uint)time.Timestamp}, \"i\" : {(uint)time.Increment} }} }}");
                    break;
                case BsonBinaryData data:
                    to.Append("{ \"$binary\" : { \"base64\" : \"").Append(Convert.ToBase64String(data.Bytes))
                        .Append(CultureInfo.InvariantCulture, $"\", \"subType\" : \"{(int)data.SubType:x2}\" }} }}");
                    break;
                case BsonRegularExpression regex:
                    to.Append("{ \"$regularExpression\" : { \"pattern\" : ");
                    Text(to, regex.Pattern);
                    to.Append(", \"options\" : ");
                    Text(to, regex.Options);
                    to.Append(" } }");
                    break;
                case BsonDBPointer pointer:
                    to.Append("{ \"$dbPointer\" : { \"$ref\" : ");
                    Text(to, pointer.Namespace);
                    to.Append(", \"$id\" : ");
                    Wrapped(to, "$oid", pointer.Id.ToString());
                    to.Append(" } }");
                    break;
                case BsonUndefined:
                    to.Append("{ \"$undefined\" : true }");
                    break;
                case BsonMinKey:
                    to.Append("{ \"$minKey\" : 1 }");
                    break;
                case BsonMaxKey:
                    to.Append("{ \"$maxKey\" : 1 }");
                    break;
                default:
                    throw new FormatException($"a value of type {value.BsonType} has no JSON");
            }
        }

        private static void Document(StringBuilder to, BsonDocument document, bool canonical)
        {
            if (document.ElementCount == 0)
            {
                to.Append("{ }");
                return;
            }

            to.Append("{ ");
            var first = true;
            foreach (var element in document)
            {
                to.Append(first ? "" : ", ");
                first = false;
                Text(to, element.Name);
                to.Append(" : ");
                Value(to, element.Value, canonical);
            }

            to.Append(" }");
        }

        private static void Time(StringBuilder to, BsonDateTime time, bool canonical)
        {
            if (!canonical && time is { IsValidDateTime: true, MillisecondsSinceEpoch: >= 0 })
            {
                var format = time.MillisecondsSinceEpoch % 1000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                Wrapped(to, "$date", time.ToUniversalTime().ToString(format, CultureInfo.InvariantCulture));
                return;
            }

            to.Append(CultureInfo.InvariantCulture, $"{{ \"$date\" : {{ \"$numberLong\" : \"{time.MillisecondsSinceEpoch}\" }} }}");
        }

        private static void Wrapped(StringBuilder to, string name, string value)
        {
            to.Append("{ \"").Append(name).Append("\" : ");
            Text(to, value);
            to.Append(" }");
        }

        private static string DoubleText(double value)
        {
            if (!double.IsFinite(value))
            {
                return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
            }

            var text = value.ToString("R", CultureInfo.InvariantCulture);
            return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
        }

        private static void Text(StringBuilder to, string text)
        {
            to.Append('"');
            foreach (var c in text)
            {
                switch (c)
                {
                    case '"' or '\\':
                        to.Append('\\').Append(c);
                        break;
                    case '\b':
                        to.Append("\\b");
                        break;
                    case '\f':
                        to.Append("\\f");
                        break;
                    case '\n':
                        to.Append("\\n");
                        break;
                    case '\r':
                        to.Append("\\r");
                        break;
                    case '\t':
                        to.Append("\\t");
                        break;
                    case < ' ' or '\u007f' or '\u2028' or '\u2029':
                        to.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                        break;
                    default:
                        to.Append(c);
                        break;
                }
            }

            to.Append('"');
        }
    }

    /// <summary>Reads both forms of Extended JSON; of the older forms only <c>$uuid</c>. Shell notation (<c>ObjectId("…")</c>) is none of it.</summary>
    internal static class ExtendedJsonReader
    {
        /// <summary>Two levels of JSON per level of BSON at the leaves.</summary>
        private const int MaxJsonDepth = BsonBinary.MaxDepth + 3;

        internal static BsonDocument ReadDocument(string json) =>
            Read(json) as BsonDocument ?? throw new FormatException("the JSON is not a document");

        internal static BsonValue Read(string json)
        {
            try
            {
                var reader = new Utf8JsonReader(BsonBinary.StrictUtf8.GetBytes(json), new JsonReaderOptions { MaxDepth = MaxJsonDepth });
                reader.Read();
                var value = Value(ref reader).Value;
                if (reader.Read())
                {
                    throw new FormatException("there is something after the JSON's end");
                }

                return value;
            }
            catch (Exception bad) when (bad is JsonException or InvalidOperationException or ArgumentException)
            {
                throw new FormatException($"not Extended JSON: {bad.Message}", bad);
            }
        }

        /// <summary>Wrapped = it came from an object with a <c>$</c> name; a plain number and <c>$numberLong</c> are told apart so.</summary>
        private static (BsonValue Value, bool Wrapped) Value(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    return Object(ref reader);
                case JsonTokenType.StartArray:
                    var array = new BsonArray();
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        array.Add(Value(ref reader).Value);
                    }

                    return (array, false);
                case JsonTokenType.String:
                    return (new BsonString(reader.GetString()!), false);
                case JsonTokenType.True:
                    return (BsonBoolean.True, false);
                case JsonTokenType.False:
                    return (BsonBoolean.False, false);
                case JsonTokenType.Null:
                    return (BsonNull.Value, false);
                case JsonTokenType.Number:
                    return (Number(ref reader), false);
                default:
                    throw new FormatException($"unexpected {reader.TokenType}");
            }
        }

        private static BsonValue Number(ref Utf8JsonReader reader)
        {
            if (!reader.ValueSpan.ContainsAny((byte)'.', (byte)'e', (byte)'E'))
            {
                if (reader.TryGetInt32(out var small))
                {
                    return new BsonInt32(small);
                }

                if (reader.TryGetInt64(out var large))
                {
                    return new BsonInt64(large);
                }
            }

            return new BsonDouble(reader.GetDouble());
        }

        private static (BsonValue Value, bool Wrapped) Object(ref Utf8JsonReader reader)
        {
            var document = new BsonDocument();
            var wrapped = new List<bool>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!;
                reader.Read();
                var (value, isWrapped) = Value(ref reader);
                if (!document.TryAdd(new BsonElement(name, value)))
                {
                    throw new FormatException($"'{name}' occurs twice");
                }

                wrapped.Add(isWrapped);
            }

            return document.ElementCount > 0 && Interpret(document, wrapped) is { } special ? (special, true) : (document, false);
        }

        private static BsonValue? Interpret(BsonDocument document, List<bool> wrapped)
        {
            var first = document.GetElement(0);
            switch (first.Name)
            {
                case "$oid":
                    return new BsonObjectId(ObjectId.Parse(OnlyText(document)));
                case "$symbol":
                    return new BsonSymbol(OnlyText(document));
                case "$numberInt":
                    return int.TryParse(OnlyText(document), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small) ? new BsonInt32(small) : throw Bad(document);
                case "$numberLong":
                    return long.TryParse(OnlyText(document), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large) ? new BsonInt64(large) : throw Bad(document);
                case "$numberDouble":
                    return new BsonDouble(DoubleOf(OnlyText(document)));
                case "$numberDecimal":
                    return new BsonDecimal128(Decimal128.Parse(OnlyText(document)));
                case "$binary":
                    return Binary(document);
                case "$uuid":
                    return OnlyText(document) is { Length: 36 } uuid && Guid.TryParseExact(uuid, "D", out var guid)
                        ? new BsonBinaryData(guid, GuidRepresentation.Standard)
                        : throw Bad(document);
                case "$code":
                case "$scope":
                    return Code(document);
                case "$timestamp":
                    return Only(document) is BsonDocument { ElementCount: 2 } time
                        ? new BsonTimestamp((int)UInt32(time, "t"), (int)UInt32(time, "i"))
                        : throw Bad(document);
                case "$regularExpression":
                    return Only(document) is BsonDocument { ElementCount: 2 } regex && NoNull(TextOf(regex, "pattern")) is var pattern && NoNull(TextOf(regex, "options")) is var options
                        ? new BsonRegularExpression(pattern, options)
                        : throw Bad(document);
                case "$dbPointer":
                    return Only(document) is BsonDocument { ElementCount: 2 } pointer && pointer.GetValue("$id", null) is BsonObjectId id
                        ? new BsonDBPointer(TextOf(pointer, "$ref"), id.Value)
                        : throw Bad(document);
                case "$date":
                    return Date(document, wrapped[0]);
                case "$undefined":
                    return Only(document) is BsonBoolean { Value: true } ? BsonUndefined.Value : throw Bad(document);
                case "$minKey":
                    return Only(document) is BsonInt32 { Value: 1 } ? BsonMinKey.Value : throw Bad(document);
                case "$maxKey":
                    return Only(document) is BsonInt32 { Value: 1 } ? BsonMaxKey.Value : throw Bad(document);
                default:
                    return null;
            }
        }

        private static BsonBinaryData Binary(BsonDocument document)
        {
            if (Only(document) is not BsonDocument { ElementCount: 2 } binary)
            {
                throw Bad(document);
            }

            var subType = TextOf(binary, "subType");
            if (subType.Length is < 1 or > 2 || !byte.TryParse(subType, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
            {
                throw Bad(document);
            }

            return new BsonBinaryData(Convert.FromBase64String(TextOf(binary, "base64")), (BsonBinarySubType)number);
        }

        private static BsonValue Code(BsonDocument document)
        {
            var code = TextOf(document, "$code");
            if (document.ElementCount == 1)
            {
                return new BsonJavaScript(code);
            }

            return document.ElementCount == 2 && document.GetValue("$scope", null) is BsonDocument scope ? new BsonJavaScriptWithScope(code, scope) : throw Bad(document);
        }

        private static BsonDateTime Date(BsonDocument document, bool wrapped)
        {
            switch (Only(document))
            {
                case BsonInt64 number when wrapped:
                    return new BsonDateTime(number.Value);
                case BsonString text when DateTimeOffset.TryParseExact(text.Value, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time):
                    return new BsonDateTime(time.UtcDateTime);
                default:
                    throw Bad(document);
            }
        }

        private static readonly string[] DateFormats =
        [
            "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
            "yyyy-MM-dd'T'HH:mm:sszz", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd",
        ];

        private static double DoubleOf(string text) => text switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => double.TryParse(text, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite), CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new FormatException($"'{text}' is no double"),
        };

        private static uint UInt32(BsonDocument document, string name) => document.GetValue(name, null) switch
        {
            BsonInt32 { Value: >= 0 } number => (uint)number.Value,
            BsonInt64 { Value: >= 0 and <= uint.MaxValue } number => (uint)number.Value,
            _ => throw Bad(document),
        };

        private static BsonValue Only(BsonDocument document) => document.ElementCount == 1 ? document[0] : throw Bad(document);

        private static string OnlyText(BsonDocument document) => (Only(document) as BsonString)?.Value ?? throw Bad(document);

        private static string TextOf(BsonDocument document, string name) => (document.GetValue(name, null) as BsonString)?.Value ?? throw Bad(document);

        private static string NoNull(string text) =>
            text.Contains('\0', StringComparison.Ordinal) ? throw new FormatException("a regular expression cannot hold a null character") : text;

        private static FormatException Bad(BsonDocument document) => new($"a {document.GetElement(0).Name} is not what Extended JSON knows");
    }
}

namespace MongoDB.Bson
{
    using MongoDB.Bson.IO;

    /// <summary>Bytes and JSON of values.</summary>
    public static class BsonExtensionMethods
    {
        public static string ToJson(this BsonValue value, JsonWriterSettings? writerSettings = null) =>
            ExtendedJsonWriter.Write(value, (writerSettings ?? new JsonWriterSettings()).OutputMode);

        /// <exception cref="FormatException">It nests too deep or holds text that is not Unicode.</exception>
        public static byte[] ToBson(this BsonDocument document)
        {
            using var buffer = new BsonBuffer();
            BsonBinary.Write(buffer, document);
            return buffer.Written.ToArray();
        }
    }
}

namespace MongoDB.Bson.Serialization
{
    /// <summary>Documents from bytes and JSON. Only <see cref="BsonDocument"/>: the stores map their records themselves.</summary>
    public static class BsonSerializer
    {
        /// <exception cref="FormatException">The bytes are no document.</exception>
        /// <exception cref="NotSupportedException">Another type than <see cref="BsonDocument"/>.</exception>
        public static T Deserialize<T>(byte[] bytes) => As<T>(BsonBinary.ReadDocument(bytes));

        /// <exception cref="FormatException">It is no Extended JSON.</exception>
        /// <exception cref="NotSupportedException">Another type than <see cref="BsonDocument"/>.</exception>
        public static T Deserialize<T>(string json) => As<T>(BsonDocument.Parse(json));

        private static T As<T>(BsonDocument document) =>
            document is T typed ? typed : throw new NotSupportedException($"only {nameof(BsonDocument)} is read, not {typeof(T)}");
    }
}
