using System.IO.Compression;
using System.Text;
using Sikap.Formats.Archives;
using static Sikap.Formats.Tests.Archives.ArchiveSamples;

namespace Sikap.Formats.Tests.Archives;

public sealed class HttpPayloadTests
{
    [Fact]
    public void Chunks_AreJoined() => Content("7;ext=1\r\nHarga b\r\nA\r\neras turun\r\n0\r\nTrailer: x\r\n\r\n", "Transfer-Encoding: chunked\r\n").ShouldBe("Harga beras turun");

    // Crawlers join chunks and leave the header.
    [Theory]
    [InlineData("<p>Tidak terpotong-potong.</p>")]
    [InlineData("halo\r\ntidak ada potongan")]
    [InlineData("FFFFFFFFFF\r\nx")]
    [InlineData("-1\r\nx")]
    public void CalledChunkedAndIsNot_IsTakenAsItIs(string body) => Content(body, "Transfer-Encoding: chunked\r\n").ShouldBe(body);

    [Fact]
    public void ChunksCutOff_AreTakenAsFarAsTheyGo() => Content("5\r\nHarga\r\nFF\r\n beras", "Transfer-Encoding: chunked\r\n").ShouldBe("Harga beras");

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public void PackedContent_IsUnpacked(string encoding) => Encoding.UTF8.GetString(Of(Pack(encoding, Bytes(Page)), $"Content-Encoding: {encoding}\r\n").Value!.Content.Span).ShouldBe(Page);

    [Fact]
    public void RawDeflate_AsSomeServersSendIt_IsUnpacked()
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(Bytes(Page));
        }

        Encoding.UTF8.GetString(Of(packed.ToArray(), "Content-Encoding: deflate\r\n").Value!.Content.Span).ShouldBe(Page);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public void CalledPackedAndIsNot_IsTakenAsItIs(string encoding) => Content(Page, $"Content-Encoding: {encoding}\r\n").ShouldBe(Page);

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public void Bomb_IsRefused(string encoding) => Of(Pack(encoding, new byte[20_000_000]), $"Content-Encoding: {encoding}\r\n").Refusal!.Value.Message.ShouldContain("unpacks");

    [Fact]
    public void PackedTwice_IsRefused() => Of(Gzip(Gzip(Bytes(Page))), "Content-Encoding: gzip\r\n").Refusal!.Value.Message.ShouldContain("twice");

    [Fact]
    public void UnknownEncoding_IsRefused() => Of([1, 2, 3], "Content-Encoding: zstd\r\n").Refusal!.Value.Message.ShouldContain("zstd");

    [Fact]
    public void PackedContentCutAtEveryByte_IsReadOrRefused()
    {
        var packed = Gzip(Bytes(Page));
        for (var length = 0; length < packed.Length; length++)
        {
            var reading = Of(packed[..length], "Content-Encoding: gzip\r\n");

            (reading.Value is null).ShouldNotBe(reading.Refusal is null);
        }
    }

    [Fact]
    public void NoStatus_IsRefused() => HttpPayload.Of(Record("bukan HTTP")).Refusal.ShouldNotBeNull();

    [Fact]
    public void MediaType_IsWithoutParameters() => Of(Bytes(Page), "").Value!.MediaType.ShouldBe("text/html");

    private static string Content(string body, string headers) => Encoding.UTF8.GetString(Of(Bytes(body), headers).Value!.Content.Span);

    private static Reading<HttpPayload> Of(byte[] body, string headers) => HttpPayload.Of(Record(Encoding.Latin1.GetString(Http(body, headers))));

    private static WebRecord Record(string block) => new()
    {
        Offset = 0, InnerOffset = 0, Version = "WARC/1.0", Type = WebRecordType.Response, ContentType = "application/http", Headers = [], Block = Encoding.Latin1.GetBytes(block),
    };

    private static byte[] Pack(string encoding, byte[] content)
    {
        var packed = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true),
        })
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }
}
