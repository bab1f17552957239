using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Protocol;

namespace Sikap.Grpc.Tests;

public sealed class MessageTests
{
    private static readonly GzipCompressionProvider Gzip = new(CompressionLevel.Fastest);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1000, 1000)]
    [InlineData(70_000, 70_000)]
    public void Inflate_SizeWithinTheLimit_GivesTheBytes(int size, int limit)
    {
        var plain = Enumerable.Range(0, size).Select(i => (byte)i).ToArray();

        using var inflated = Decompressor.Inflate(Gzip, new ReadOnlySequence<byte>(Compress(plain)), limit, out var length);

        inflated.Array.AsSpan(0, length).SequenceEqual(plain).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1001, 1000)]
    [InlineData(10_000_000, 65_536)]
    public void Inflate_OneByteOverTheLimitOrMore_IsResourceExhausted(int size, int limit)
    {
        var exception = Should.Throw<RpcException>(() => Decompressor.Inflate(Gzip, new ReadOnlySequence<byte>(Compress(new byte[size])), limit, out _));

        exception.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public void Inflate_ConcatenatedMembers_CountTogether()
    {
        byte[] twice = [.. Compress(new byte[600]), .. Compress(new byte[600])];

        Should.Throw<RpcException>(() => Decompressor.Inflate(Gzip, new ReadOnlySequence<byte>(twice), 1000, out _)).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public void Write_LargerThanTheBuffer_KeepsPrefixAndPayload()
    {
        var payload = Enumerable.Range(0, 100_000).Select(i => (byte)i).ToArray();
        using var buffer = new MessageBuffer();

        var message = buffer.Write(payload, static (bytes, context) => { context.GetBufferWriter().Write(bytes); context.Complete(); }, null, null);

        message.Span[..5].ToArray().ShouldBe([0, 0, 1, 0x86, 0xA0]);
        message.Span[5..].SequenceEqual(payload).ShouldBeTrue();
    }

    [Fact]
    public void Write_Compressed_HasTheFlagAndInflatesToThePayload()
    {
        var payload = new byte[50_000];
        using var buffer = new MessageBuffer();

        var message = buffer.Write(payload, static (bytes, context) => context.Complete(bytes), new Compressor(Gzip, null), null);

        message.Span[0].ShouldBe((byte)1);
        MessagePrefix.Read(message.Span, null, out var compressed).ShouldBe(message.Length - 5);
        compressed.ShouldBeTrue();
        using var inflated = Decompressor.Inflate(Gzip, new ReadOnlySequence<byte>(message[5..]), 50_000, out var length);
        length.ShouldBe(50_000);
    }

    [Fact]
    public void Write_AboveTheSendLimit_IsResourceExhausted()
    {
        using var buffer = new MessageBuffer();

        var exception = Should.Throw<RpcException>(() => buffer.Write(new byte[11], static (bytes, context) => context.Complete(bytes), null, 10));

        exception.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    private static byte[] Compress(byte[] plain)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return buffer.ToArray();
    }
}
