using System.IO.Compression;
using System.Text;
using Sikap.TestKit;

namespace Sikap.Ingestion.Tests;

/// <summary>Bodies and answers that are cut, changed, packed wrongly or blown up at random, by a seed that a failure names: each is read or refused, within its limit.</summary>
public sealed class BodyFuzzTests
{
    // Buffers of the decoders and of the reader, beside the content and its copy as it grows.
    private const long MaxAllocated = 8 << 20;

    private static readonly string?[] Encodings = [null, "gzip", "x-gzip", "deflate", "br", "identity", "GZIP", "gzip, br", "gzip,identity", "zstd", "", ",", "\u0001"];

    private static readonly string[] Answers =
    [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\nConnection: close\r\n\r\nhalo dermaga",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nETag: \"1\"\r\nConnection: close\r\n\r\n5\r\nhalo \r\n7\r\ndermaga\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1c\r\n\u001f\u008b\u0008\u0000\u0000\u0000\u0000\u0000\r\n0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /lain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ];

    private static readonly string[] Pieces =
    [
        "\r\n", "\n", "\r\n\r\n", ":", ";", "0\r\n", "ffffffff\r\n", "-1\r\n", "7fffffffffffffff\r\n", "Content-Length: 5\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999\r\n", "Content-Length: 1, 2\r\n", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Content-Encoding: br\r\n", "Content-Encoding: deflate\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/2 200\r\n", " ", "\0", "Location: http://169.254.169.254/\r\n", "Location: //\r\n", "Retry-After: -5\r\n", "Retry-After: 99999999999999\r\n", "304", "206",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static int Mutants(int usual) => int.TryParse(Environment.GetEnvironmentVariable("SIKAP_TEST_MUTANTS"), out var given) ? given : usual;

    [Fact]
    public async Task Read_ChangedBodies_AreReadOrRefusedWithinTheirLimit()
    {
        for (var seed = 0; seed < Mutants(4_000); seed++)
        {
            var random = new Random(seed);
            var plain = Plain(random);
            var layer = random.Next(4);
            var packed = Pack(plain, layer);
            var isWhole = random.Next(3) == 0;
            if (!isWhole)
                packed = Changed(packed, random);
            var encoding = random.Next(3) > 0 ? layer switch { 0 => null, 1 => "gzip", 2 => "deflate", _ => "br" } : Encodings[random.Next(Encodings.Length)];
            var maxBytes = random.Next(5) == 0 ? random.Next(1, 2_000) : 400_000;
            var (cutOff, body) = (random.Next(2) == 0, new SlowBody(packed, random));
            var before = GC.GetAllocatedBytesForCurrentThread();

            (ReadOnlyMemory<byte> Content, FetchFailure? Failure) read;
            try
            {
                read = await BodyReader.ReadAsync(body, encoding is null ? [] : [encoding], maxBytes, cutOff, () => { }, Token);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}", exception);
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MaxAllocated, $"seed {seed}");
            read.Content.Length.ShouldBeLessThanOrEqualTo(maxBytes, $"seed {seed}");
            body.Taken.ShouldBeLessThanOrEqualTo(maxBytes + SlowBody.MaxRead, $"seed {seed}");
            if (read.Failure is not null)
            {
                read.Failure.Message.ShouldNotBeNullOrEmpty($"seed {seed}");
                read.Failure.Kind.ShouldBeOneOf(FetchFailureKind.TooLarge, FetchFailureKind.BadEncoding);
                read.Content.Length.ShouldBe(0, $"seed {seed}");
            }

            if (isWhole && encoding == (layer switch { 0 => null, 1 => "gzip", 2 => "deflate", _ => "br" }) && plain.Length <= maxBytes && packed.Length <= maxBytes)
                read.Content.ToArray().ShouldBe(plain, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("deflate", 2)]
    [InlineData("br", 3)]
    public async Task Read_Bomb_IsRefusedBeforeItIsLarge(string encoding, int layer)
    {
        var bomb = Pack(new byte[64 << 20], layer);
        var body = new SlowBody(bomb, new Random(1));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var (_, failure) = await BodyReader.ReadAsync(body, [encoding], 128 << 20, cutOff: false, () => { }, Token);

        failure.ShouldNotBeNull().Kind.ShouldBe(FetchFailureKind.TooLarge);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MaxAllocated);
    }

    [Fact]
    public async Task Fetch_ChangedAnswers_AreReadOrRefused()
    {
        var answer = Array.Empty<byte>();
        await using var site = new RawSite((_, stream, token) => stream.WriteAsync(answer, token).AsTask());
        using var fetcher = new WebFetcher(
            new FetchOptions
            {
                AllowedPorts = [site.Port], AllowedPrivateHosts = ["127.0.0.1"], HostDelay = TimeSpan.Zero, HostBackOff = TimeSpan.FromTicks(1), MaxHostBackOff = TimeSpan.FromTicks(1), MaxBodyBytes = 10_000, MaxRedirects = 3,
            },
            TimeProvider.System);
        for (var seed = 0; seed < Mutants(400); seed++)
        {
            answer = Mutations.Of(Answers[seed % Answers.Length], Pieces, new Random(seed));
            FetchResult result;
            try
            {
                result = await fetcher.FetchAsync(new FetchRequest(site.Url($"/{seed}")) { ObeysRobots = false }, Token);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}", exception);
            }

            (result.Document is null || result.Failure is null).ShouldBeTrue($"seed {seed}");
            (result.Document?.Content.Length ?? 0).ShouldBeLessThanOrEqualTo(10_000, $"seed {seed}");
            // Where a redirect leads elsewhere, that address is named and was not asked.
            (result.Url.Host == "127.0.0.1" || result.Failure?.Kind is FetchFailureKind.AddressRefused or FetchFailureKind.RedirectRefused).ShouldBeTrue($"seed {seed}");
        }

        site.Requests.Count.ShouldBeGreaterThanOrEqualTo(Mutants(400));
    }

    private static byte[] Plain(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(3) switch { 0 => random.Next(3), 1 => random.Next(100), _ => random.Next(8_000) }; i > 0; i--)
            text.Append("<p>Dermaga ").Append(random.Next(1_000)).Append(" dibuka.</p>");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Changed(byte[] body, Random random)
    {
        var changed = new List<byte>(body);
        for (var change = random.Next(1, 6); change > 0; change--)
        {
            var at = random.Next(changed.Count + 1);
            switch (random.Next(4))
            {
                case 0 when at < changed.Count:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed.RemoveRange(at, Math.Min(random.Next(50), changed.Count - at));
                    break;
                case 2:
                    changed.InsertRange(at, changed.GetRange(0, Math.Min(random.Next(100), changed.Count)));
                    break;
                default:
                    // Cut off.
                    changed.RemoveRange(at, changed.Count - at);
                    break;
            }
        }

        return [.. changed];
    }

    private static byte[] Pack(byte[] plain, int layer)
    {
        using var packed = new MemoryStream();
        using (Stream packer = layer switch
        {
            0 => new MemoryStream(),
            1 => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            2 => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            packer.Write(plain);
        }

        return layer == 0 ? plain : packed.ToArray();
    }

    /// <summary>Gives what it has in pieces of any length, as connections do.</summary>
    private sealed class SlowBody(byte[] content, Random random) : MemoryStream(content)
    {
        public const int MaxRead = 32_768;

        public int Taken { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = Read(buffer.Span[..Math.Min(buffer.Length, random.Next(1, random.Next(2) == 0 ? 10 : MaxRead))]);
            Taken += read;
            return ValueTask.FromResult(read);
        }
    }
}
