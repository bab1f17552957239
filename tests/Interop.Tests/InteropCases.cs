using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Grpc.Testing;

namespace Sikap.Interop.Tests;

/// <summary>The published interop cases, client side. Each throws where the server does not do what the case demands.</summary>
internal static class InteropCases
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The 18 cases by their published names.</summary>
    public static readonly Dictionary<string, Func<TestService.TestServiceClient, Peer, Task>> All = new()
    {
        ["empty_unary"] = (client, _) => EmptyUnaryAsync(client),
        ["large_unary"] = (client, _) => LargeUnaryAsync(client),
        ["client_compressed_unary"] = (client, _) => ClientCompressedUnaryAsync(client),
        ["server_compressed_unary"] = ServerCompressedUnaryAsync,
        ["client_streaming"] = (client, _) => ClientStreamingAsync(client),
        ["client_compressed_streaming"] = (client, _) => ClientCompressedStreamingAsync(client),
        ["server_streaming"] = (client, _) => ServerStreamingAsync(client),
        ["server_compressed_streaming"] = ServerCompressedStreamingAsync,
        ["ping_pong"] = (client, _) => PingPongAsync(client),
        ["empty_stream"] = (client, _) => EmptyStreamAsync(client),
        ["cancel_after_begin"] = (client, _) => CancelAfterBeginAsync(client),
        ["cancel_after_first_response"] = (client, _) => CancelAfterFirstResponseAsync(client),
        ["timeout_on_sleeping_server"] = (client, _) => TimeoutOnSleepingServerAsync(client),
        ["custom_metadata"] = (client, _) => CustomMetadataAsync(client),
        ["status_code_and_message"] = (client, _) => StatusCodeAndMessageAsync(client),
        ["special_status_message"] = (client, _) => SpecialStatusMessageAsync(client),
        ["unimplemented_method"] = (client, _) => UnimplementedMethodAsync(client),
        ["unimplemented_service"] = (_, peer) => UnimplementedServiceAsync(peer.Channel),
    };

    /// <summary>Runs one case on a channel of its own.</summary>
    public static async Task RunAsync(string name, Uri address)
    {
        var gzip = new CountingGzip();
        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { CompressionProviders = [gzip] });
        await All[name](new TestService.TestServiceClient(channel), new Peer(channel, gzip)).WaitAsync(Patience + Patience);
    }

    private static DateTime Deadline => TimeProvider.System.GetUtcNow().UtcDateTime + Patience;

    private static Metadata Gzip => new() { { "grpc-internal-encoding-request", "gzip" } };

    private static async Task EmptyUnaryAsync(TestService.TestServiceClient client)
    {
        var response = await client.EmptyCallAsync(new Empty(), deadline: Deadline);

        response.CalculateSize().ShouldBe(0);
    }

    private static async Task LargeUnaryAsync(TestService.TestServiceClient client)
    {
        var response = await client.UnaryCallAsync(new SimpleRequest { ResponseSize = 314159, Payload = Zeros(271828) }, deadline: Deadline);

        response.Payload.Body.ShouldBe(Zeros(314159).Body);
    }

    private static async Task ClientCompressedUnaryAsync(TestService.TestServiceClient client)
    {
        SimpleRequest Request(bool compressed) => new() { ExpectCompressed = new BoolValue { Value = compressed }, ResponseSize = 314159, Payload = Zeros(271828) };

        var probe = await Should.ThrowAsync<RpcException>(async () => await client.UnaryCallAsync(Request(true), deadline: Deadline));
        var compressed = await client.UnaryCallAsync(Request(true), new CallOptions(Gzip, Deadline));
        var plain = await client.UnaryCallAsync(Request(false), deadline: Deadline);

        probe.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        compressed.Payload.Body.Length.ShouldBe(314159);
        plain.Payload.Body.Length.ShouldBe(314159);
    }

    private static async Task ServerCompressedUnaryAsync(TestService.TestServiceClient client, Peer peer)
    {
        foreach (var compressed in new[] { true, false })
        {
            using var call = client.UnaryCallAsync(
                new SimpleRequest { ResponseCompressed = new BoolValue { Value = compressed }, ResponseSize = 314159, Payload = Zeros(271828) }, deadline: Deadline);
            var inflated = peer.Gzip.Inflated;
            var response = await call;

            (peer.Gzip.Inflated - inflated).ShouldBe(compressed ? 1 : 0);
            response.Payload.Body.ShouldBe(Zeros(314159).Body);
        }
    }

    private static async Task ClientStreamingAsync(TestService.TestServiceClient client)
    {
        using var call = client.StreamingInputCall(deadline: Deadline);
        foreach (var size in new[] { 27182, 8, 1828, 45904 })
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Zeros(size) });
        }

        await call.RequestStream.CompleteAsync();

        (await call).AggregatedPayloadSize.ShouldBe(74922);
    }

    private static async Task ClientCompressedStreamingAsync(TestService.TestServiceClient client)
    {
        using (var probe = client.StreamingInputCall(deadline: Deadline))
        {
            await probe.RequestStream.WriteAsync(new StreamingInputCallRequest { ExpectCompressed = new BoolValue { Value = true }, Payload = Zeros(27182) });
            await probe.RequestStream.CompleteAsync();
            (await Should.ThrowAsync<RpcException>(() => probe.ResponseAsync)).StatusCode.ShouldBe(StatusCode.InvalidArgument);
        }

        using var call = client.StreamingInputCall(new CallOptions(Gzip, Deadline));
        await call.RequestStream.WriteAsync(new StreamingInputCallRequest { ExpectCompressed = new BoolValue { Value = true }, Payload = Zeros(27182) });
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(new StreamingInputCallRequest { ExpectCompressed = new BoolValue { Value = false }, Payload = Zeros(45904) });
        await call.RequestStream.CompleteAsync();

        (await call).AggregatedPayloadSize.ShouldBe(73086);
    }

    private static async Task ServerStreamingAsync(TestService.TestServiceClient client)
    {
        int[] sizes = [31415, 9, 2653, 58979];
        using var call = client.StreamingOutputCall(new StreamingOutputCallRequest { ResponseParameters = { sizes.Select(size => new ResponseParameters { Size = size }) } }, deadline: Deadline);

        var received = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            received.Add(response.Payload.Body.Length);
        }

        received.ShouldBe(sizes);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    private static async Task ServerCompressedStreamingAsync(TestService.TestServiceClient client, Peer peer)
    {
        var request = new StreamingOutputCallRequest
        {
            ResponseParameters =
            {
                new ResponseParameters { Compressed = new BoolValue { Value = true }, Size = 31415 },
                new ResponseParameters { Compressed = new BoolValue { Value = false }, Size = 92653 },
            },
        };
        using var call = client.StreamingOutputCall(request, deadline: Deadline);

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        call.ResponseStream.Current.Payload.Body.Length.ShouldBe(31415);
        peer.Gzip.Inflated.ShouldBe(1);
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        call.ResponseStream.Current.Payload.Body.Length.ShouldBe(92653);
        peer.Gzip.Inflated.ShouldBe(1);
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    private static async Task PingPongAsync(TestService.TestServiceClient client)
    {
        using var call = client.FullDuplexCall(deadline: Deadline);
        foreach (var (request, response) in new[] { (27182, 31415), (8, 9), (1828, 2653), (45904, 58979) })
        {
            await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = response } }, Payload = Zeros(request) });
            (await call.ResponseStream.MoveNext()).ShouldBeTrue();
            call.ResponseStream.Current.Payload.Body.Length.ShouldBe(response);
        }

        await call.RequestStream.CompleteAsync();

        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    private static async Task EmptyStreamAsync(TestService.TestServiceClient client)
    {
        using var call = client.FullDuplexCall(deadline: Deadline);
        await call.RequestStream.CompleteAsync();

        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    private static async Task CancelAfterBeginAsync(TestService.TestServiceClient client)
    {
        using var cancellation = new CancellationTokenSource();
        using var call = client.StreamingInputCall(deadline: Deadline, cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();

        (await Should.ThrowAsync<RpcException>(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Cancelled);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    private static async Task CancelAfterFirstResponseAsync(TestService.TestServiceClient client)
    {
        using var cancellation = new CancellationTokenSource();
        using var call = client.FullDuplexCall(deadline: Deadline, cancellationToken: cancellation.Token);
        await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = 31415 } }, Payload = Zeros(27182) });
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        await cancellation.CancelAsync();

        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    private static async Task TimeoutOnSleepingServerAsync(TestService.TestServiceClient client)
    {
        using var call = client.FullDuplexCall(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + TimeSpan.FromMilliseconds(1));

        // The deadline may pass before or while the request is written.
        try
        {
            await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { Payload = Zeros(27182) });
        }
        catch (RpcException exception)
        {
            exception.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        }

        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    private static async Task CustomMetadataAsync(TestService.TestServiceClient client)
    {
        static Metadata Sent() => new()
        {
            { "x-grpc-test-echo-initial", "test_initial_metadata_value" },
            { "x-grpc-test-echo-trailing-bin", new byte[] { 0xab, 0xab, 0xab } },
        };

        using var unary = client.UnaryCallAsync(new SimpleRequest { ResponseSize = 314159, Payload = Zeros(271828) }, Sent(), Deadline);
        await unary;
        using var duplex = client.FullDuplexCall(Sent(), Deadline);
        await duplex.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = 314159 } }, Payload = Zeros(271828) });
        await duplex.RequestStream.CompleteAsync();
        while (await duplex.ResponseStream.MoveNext())
        {
        }

        foreach (var (headers, trailers) in new[] { (await unary.ResponseHeadersAsync, unary.GetTrailers()), (await duplex.ResponseHeadersAsync, duplex.GetTrailers()) })
        {
            headers.GetValue("x-grpc-test-echo-initial").ShouldBe("test_initial_metadata_value");
            trailers.GetValueBytes("x-grpc-test-echo-trailing-bin").ShouldBe([0xab, 0xab, 0xab]);
        }
    }

    private static async Task StatusCodeAndMessageAsync(TestService.TestServiceClient client)
    {
        var status = new EchoStatus { Code = 2, Message = "test status message" };
        var unary = await Should.ThrowAsync<RpcException>(async () => await client.UnaryCallAsync(new SimpleRequest { ResponseStatus = status }, deadline: Deadline));
        using var call = client.FullDuplexCall(deadline: Deadline);
        await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = status });
        await call.RequestStream.CompleteAsync();
        var duplex = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext());

        unary.Status.ShouldBe(new Status(StatusCode.Unknown, "test status message"));
        duplex.Status.ShouldBe(new Status(StatusCode.Unknown, "test status message"));
    }

    private static async Task SpecialStatusMessageAsync(TestService.TestServiceClient client)
    {
        const string message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
        var exception = await Should.ThrowAsync<RpcException>(
            async () => await client.UnaryCallAsync(new SimpleRequest { ResponseStatus = new EchoStatus { Code = 2, Message = message } }, deadline: Deadline));

        exception.Status.ShouldBe(new Status(StatusCode.Unknown, message));
    }

    private static async Task UnimplementedMethodAsync(TestService.TestServiceClient client)
    {
        var exception = await Should.ThrowAsync<RpcException>(async () => await client.UnimplementedCallAsync(new Empty(), deadline: Deadline));

        exception.StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    private static async Task UnimplementedServiceAsync(GrpcChannel channel)
    {
        var client = new UnimplementedService.UnimplementedServiceClient(channel);
        var exception = await Should.ThrowAsync<RpcException>(async () => await client.UnimplementedCallAsync(new Empty(), deadline: Deadline));

        exception.StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    /// <summary>What a case may need beside the client.</summary>
    internal sealed record Peer(GrpcChannel Channel, CountingGzip Gzip);

    /// <summary>gzip that knows how many messages came with the compressed flag.</summary>
    internal sealed class CountingGzip : ICompressionProvider
    {
        private readonly GzipCompressionProvider _inner = new(CompressionLevel.Fastest);

        public int Inflated { get; private set; }

        public string EncodingName => _inner.EncodingName;

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => _inner.CreateCompressionStream(stream, compressionLevel);

        public Stream CreateDecompressionStream(Stream stream)
        {
            Inflated++;
            return _inner.CreateDecompressionStream(stream);
        }
    }
}
