using System.Globalization;
using MongoDB.Bson;

namespace Sikap.MongoClient.Tests;

/// <summary>Broken bytes end in a <see cref="FormatException"/> or a document that can be written again, never in anything else.</summary>
public sealed class BsonFuzzTests
{
    [Fact]
    public void ReadDocument_MutatedBytes_ReadsOrRefuses()
    {
        var random = new Random(20261122);
        var samples = Samples();
        var (read, refused) = (0, 0);
        for (var round = 0; round < Rounds(5_000); round++)
        {
            var bytes = Mutation.Of(samples[random.Next(samples.Count)], random);
            try
            {
                var document = BsonBinary.ReadDocument(bytes);
                BsonBinary.ReadDocument(document.ToBson()).ShouldBe(document);
                document.ToJson().ShouldNotBeEmpty();
                read++;
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        read.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void ReadDocument_DeeperThanAllowed_Refuses()
    {
        var document = new BsonDocument();
        for (var depth = 1; depth < 100; depth++)
        {
            document = new BsonDocument("a", document);
        }

        BsonBinary.ReadDocument(document.ToBson()).ShouldBe(document);
        Should.Throw<FormatException>(() => new BsonDocument("a", document).ToBson());
        Should.Throw<FormatException>(() => BsonBinary.ReadDocument(Nested(10_000)));
    }

    [Fact]
    public void Parse_JsonDeeperThanAllowed_Refuses()
    {
        Should.Throw<FormatException>(() => BsonDocument.Parse(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) + "1" + new string('}', 100_000)));
    }

    internal static int Rounds(int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("SIKAP_TEST_MUTANTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : otherwise;

    internal static IReadOnlyList<byte[]> Samples() =>
    [
        new BsonDocument
        {
            { "_id", ObjectId.Parse("0123456789abcdef01234567") }, { "text", "kapal menunggu di dermaga" }, { "n", 17 }, { "l", 1L << 40 }, { "d", 2.5 },
            { "list", new BsonArray { 1, "dua", new BsonDocument("tiga", 3) } }, { "when", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc) },
        }.ToBson(),
        new BsonDocument
        {
            { "code", new BsonJavaScriptWithScope("f()", new BsonDocument("x", 1)) }, { "plain", new BsonJavaScript("g()") }, { "symbol", new BsonSymbol("s") },
            { "binary", new BsonBinaryData([1, 2, 3], BsonBinarySubType.OldBinary) }, { "regex", new BsonRegularExpression("a+", "i") }, { "time", new BsonTimestamp(7, 9) },
            { "decimal", 12.50m }, { "min", BsonMinKey.Value }, { "max", BsonMaxKey.Value }, { "nothing", BsonNull.Value }, { "undefined", BsonUndefined.Value },
            { "pointer", new BsonDBPointer("a.b", ObjectId.Empty) }, { "yes", true }, { "uuid", new BsonBinaryData(Guid.Empty, GuidRepresentation.Standard) },
        }.ToBson(),
    ];

    private static byte[] Nested(int depth)
    {
        // Each level: length, type 3, the empty name, the inner document, the end.
        var bytes = new byte[(depth * 7) + 5];
        for (var level = 0; level <= depth; level++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(level * 6), bytes.Length - (level * 7));
            if (level < depth)
            {
                bytes[(level * 6) + 4] = 3;
            }
        }

        return bytes;
    }
}

/// <summary>Bytes changed the way broken peers and disks change them.</summary>
internal static class Mutation
{
    internal static byte[] Of(byte[] sample, Random random)
    {
        var bytes = sample.ToList();
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        return [.. bytes];
    }
}
