using System.IO.Compression;
using System.Text;

namespace Sikap.Formats.Tests.Archives;

/// <summary>Archives made up for the tests.</summary>
internal static class ArchiveSamples
{
    public const string Page = "<html><head><title>Harga beras turun</title></head><body><p>Menteri Pertanian mengatakan harga beras turun.</p></body></html>";

    /// <summary>A WARC record; the length is that of the block unless another is given.</summary>
    public static byte[] Record(string type, byte[] block, string? length = null, string version = "WARC/1.0", string headers = "", string end = "\r\n\r\n") =>
        [.. Bytes($"{version}\r\nWARC-Type: {type}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{block.Length:x12}>\r\nWARC-Date: 2024-05-03T01:02:03Z\r\n{headers}Content-Length: {length ?? $"{block.Length}"}\r\n\r\n"), .. block, .. Bytes(end)];

    /// <summary>A response record of <paramref name="url"/>.</summary>
    public static byte[] Response(string url, string body, string httpHeaders = "", string headers = "") => Response(url, Bytes(body), httpHeaders, headers);

    public static byte[] Response(string url, byte[] body, string httpHeaders = "", string headers = "") =>
        Record("response", Http(body, httpHeaders), headers: $"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n{headers}");

    public static byte[] Http(byte[] body, string headers = "") => [.. Bytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{headers}\r\n"), .. body];

    public static byte[] Arc(params (string Line, string Block)[] records) =>
        Bytes("filedesc://contoh.arc 0.0.0.0 20240503010203 text/plain 75\n1 0 Contoh\nURL IP-address Archive-date Content-type Archive-length\n123456\n\n"
            + string.Concat(records.Select(record => $"{record.Line}\n{record.Block}\n")));

    public static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];
}
