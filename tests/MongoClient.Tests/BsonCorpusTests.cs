using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Bson.IO;

namespace Sikap.MongoClient.Tests;

/// <summary>The BSON corpus, whole: bytes and both forms of Extended JSON, there and back.</summary>
public sealed class BsonCorpusTests
{
    public static TheoryData<string> Files => SpecFile.Rows("bson-corpus");

    [Theory]
    [MemberData(nameof(Files))]
    public void Cases_OfTheCorpus_Hold(string file)
    {
        var spec = SpecFile.Json(file);
        var isDecimal = spec.String("bson_type") == "0x13";
        var failures = new List<string>();
        foreach (var test in spec.List("valid"))
        {
            Collect(failures, test, () => Valid(test));
        }

        foreach (var test in spec.List("decodeErrors"))
        {
            Collect(failures, test, () => Should.Throw<FormatException>(() => BsonBinary.ReadDocument(Convert.FromHexString(test.String("bson")!))));
        }

        foreach (var test in spec.List("parseErrors"))
        {
            var text = test.String("string")!;
            Collect(failures, test, () => Should.Throw<FormatException>(() =>
            {
                if (isDecimal)
                {
                    Decimal128.Parse(text);
                }
                else
                {
                    BsonDocument.Parse(text).ToBson();
                }
            }));
        }

        failures.ShouldBeEmpty();
    }

    private static void Valid(JsonElement test)
    {
        var bson = test.String("canonical_bson")!.ToUpperInvariant();
        var canonical = test.String("canonical_extjson")!;
        var lossy = test.TryGetProperty("lossy", out var value) && value.GetBoolean();

        var document = BsonBinary.ReadDocument(Convert.FromHexString(bson));
        Hex(document).ShouldBe(bson);
        ShouldBeJson(Canonical(document), canonical);
        if (!lossy)
        {
            Hex(BsonDocument.Parse(canonical)).ShouldBe(bson);
        }

        if (test.String("relaxed_extjson") is { } relaxed)
        {
            ShouldBeJson(document.ToJson(), relaxed);
            ShouldBeJson(BsonDocument.Parse(relaxed).ToJson(), relaxed);
        }

        if (test.String("degenerate_bson") is { } degenerate)
        {
            Hex(BsonBinary.ReadDocument(Convert.FromHexString(degenerate))).ShouldBe(bson);
        }

        if (test.String("degenerate_extjson") is { } loose)
        {
            ShouldBeJson(Canonical(BsonDocument.Parse(loose)), canonical);
            if (!lossy)
            {
                Hex(BsonDocument.Parse(loose)).ShouldBe(bson);
            }
        }
    }

    private static string Hex(BsonDocument document) => Convert.ToHexString(document.ToBson());

    private static string Canonical(BsonDocument document) => document.ToJson(new JsonWriterSettings { OutputMode = JsonOutputMode.CanonicalExtendedJson });

    private static void ShouldBeJson(string actual, string expected) => Normal(actual).ShouldBe(Normal(expected));

    /// <summary>Same order of members, numbers by their value.</summary>
    private static string Normal(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Write(document.RootElement);

        static string Write(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Object => $"{{{string.Join(",", element.EnumerateObject().Select(member => $"{JsonSerializer.Serialize(member.Name)}:{Write(member.Value)}"))}}}",
            JsonValueKind.Array => $"[{string.Join(",", element.EnumerateArray().Select(Write))}]",
            JsonValueKind.Number => FormattableString.Invariant($"{element.GetDouble():R}"),
            JsonValueKind.String => JsonSerializer.Serialize(element.GetString()),
            _ => element.GetRawText(),
        };
    }

    private static void Collect(List<string> failures, JsonElement test, Action check)
    {
        try
        {
            check();
        }
        catch (Exception failure)
        {
            failures.Add($"{test.String("description")}: {failure.Message}");
        }
    }
}
