using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Sikap.Formats.Archives;

namespace Sikap.Benchmarks.Archives;

/// <summary>
/// How fast web archives are read: records, digests and payloads, of an archive that is made while it is read, so that the disk has no part in it. The measure beside it is the same bytes run through the framework's
/// <see cref="GZipStream"/> alone.
/// </summary>
internal static class ArchiveBenchmark
{
    private const int Kinds = 64;
    private const double Megabyte = 1024 * 1024;

    /// <summary>Runs with an archive of so many unpacked MB (1024).</summary>
    public static int Run(string[] args)
    {
        var bytes = (args is [var size] ? int.Parse(size, CultureInfo.InvariantCulture) : 1024) * 1024L * 1024L;
        var records = MakeRecords();
        var packed = records.ConvertAll(Pack);
        var average = records.Average(record => record.Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes / Megabyte:0} MB unpacked, records of {average / 1024:0.0} kB, packed to {packed.Sum(record => (double)record.Length) / records.Sum(record => (double)record.Length):P0}"));
        Console.WriteLine("| what | MB unpacked for a second of processor | records | peak working set, MB |");
        Console.WriteLine("|---|---:|---:|---:|");
        var count = (long)(bytes / average);
        Measure("plain, block and payload digests checked", bytes, () => Read(new RepeatingStream(records, count)));
        Measure("a gzip member for each record", bytes, () => Read(new RepeatingStream(packed, count)));
        Measure("the same members by GZipStream alone", bytes, () =>
        {
            using var gzip = new GZipStream(new RepeatingStream(packed, count), CompressionMode.Decompress);
            var buffer = new byte[128 * 1024];
            while (gzip.Read(buffer) > 0)
            {
            }

            return count;
        });
        return 0;
    }

    private static void Measure(string what, long bytes, Func<long> run)
    {
        // Processor time: what else runs on the machine does not count.
        using var process = Process.GetCurrentProcess();
        var start = process.TotalProcessorTime;
        var records = run();
        process.Refresh();
        var seconds = (process.TotalProcessorTime - start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {bytes / Megabyte / seconds:0} | {records / seconds:0} | {process.PeakWorkingSet64 / Megabyte:0} |"));
    }

    private static long Read(Stream stream)
    {
        using var reader = new WebArchiveReader(stream);
        long records = 0;
        while (reader.Read() is { } record)
        {
            records += HttpPayload.Of(record).Value is { Status: 200 } && record is { BlockDigest: DigestCheck.Right, PayloadDigest: DigestCheck.Right } ? 1 : throw new InvalidOperationException($"record at {record.Offset}: {record.Problem}");
        }

        return reader.TakeProblems() is { Count: > 0 } problems ? throw new InvalidOperationException(problems[0].Message) : records;
    }

    // Pages of 5 to 120 kB with words of their own, a quarter of them chunked.
    private static List<byte[]> MakeRecords()
    {
        string[] words = ["gubernur", "menolak", "rencana", "nelayan", "teluk", "harga", "beras", "menteri", "mengatakan", "bahwa", "rapat", "warga", "desa", "jalan", "tol", "mendukung", "kajian", "lingkungan", "anggaran", "daerah"];
#pragma warning disable RS0030 // the same archive each time
        var random = new Random(11);
#pragma warning restore RS0030
        var records = new List<byte[]>();
        for (var i = 0; i < Kinds; i++)
        {
            var page = new StringBuilder("<!DOCTYPE html><html><head><title>Berita</title></head><body>");
            var length = random.Next(5_000, 120_000);
            while (page.Length < length)
            {
                page.Append("<p class=\"paragraf-").Append(random.Next(1_000_000)).Append("\">");
                for (var word = 0; word < 40; word++)
                {
                    page.Append(words[random.Next(words.Length)]).Append(' ');
                }

                page.Append("</p>");
            }

            var body = Encoding.UTF8.GetBytes(page.Append("</body></html>").ToString());
            var chunked = i % 4 == 0;
            byte[] sent = chunked ? [.. Encoding.ASCII.GetBytes($"{body.Length:X}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8] : body;
            byte[] block = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{(chunked ? "Transfer-Encoding: chunked\r\n" : "")}\r\n"), .. sent];
#pragma warning disable CA5350 // what archives state
            records.Add(
            [
                .. Encoding.ASCII.GetBytes($"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{i}>\r\nWARC-Date: 2024-05-03T01:02:03Z\r\nWARC-Target-URI: https://warta.example/{i}\r\nContent-Type: application/http; msgtype=response\r\n"
                    + $"WARC-Block-Digest: sha1:{Convert.ToHexString(System.Security.Cryptography.SHA1.HashData(block))}\r\nWARC-Payload-Digest: sha1:{Convert.ToHexString(System.Security.Cryptography.SHA1.HashData(body))}\r\nContent-Length: {block.Length}\r\n\r\n"),
                .. block, .. "\r\n\r\n"u8,
            ]);
#pragma warning restore CA5350
        }

        return records;
    }

    private static byte[] Pack(byte[] record)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(record);
        }

        return packed.ToArray();
    }

    /// <summary>The parts one after the other, again and again.</summary>
    private sealed class RepeatingStream(List<byte[]> parts, long count) : Stream
    {
        private long _part;
        private int _next;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            if (_part >= count)
            {
                return 0;
            }

            var part = parts[(int)(_part % parts.Count)];
            var taken = Math.Min(buffer.Length, part.Length - _next);
            part.AsSpan(_next, taken).CopyTo(buffer);
            _next += taken;
            if (_next == part.Length)
            {
                (_part, _next) = (_part + 1, 0);
            }

            return taken;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
