using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sikap.Nlp;

namespace Sikap.Query;

/// <summary>An extracted article as compressed JSON: read by its own id or replayed as a whole, never searched.</summary>
internal static class ArticlePayload
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static byte[] Pack(ExtractedArticle article)
    {
        using var buffer = new MemoryStream();
        using (var compressed = new BrotliStream(buffer, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(compressed, article, s_json);
        }
        return buffer.ToArray();
    }

    public static ExtractedArticle Unpack(byte[] payload)
    {
        using var compressed = new BrotliStream(new MemoryStream(payload), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<ExtractedArticle>(compressed, s_json)
            ?? throw new JsonException("The stored article is empty.");
    }
}
