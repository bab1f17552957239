using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;
using Sikap.Interop.Tests.Http2;

namespace Sikap.Interop.Tests;

/// <summary>The six published negative HTTP/2 cases: what a client does when the server misbehaves or reaches its limits.</summary>
public sealed class NegativeHttp2Tests
{
    private const int LargeSize = 314159;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly byte[] LargeResponse = RawGrpc.Message(new SimpleResponse { Payload = new Payload { Body = ByteString.CopyFrom(new byte[LargeSize]) } });
    private static readonly byte[] SmallResponse = RawGrpc.Message(new SimpleResponse { Payload = new Payload { Body = ByteString.CopyFrom(new byte[300]) } });

    private static CallOptions Options => new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Patience);

    [Fact]
    public async Task Goaway_ServerSendsItAfterTheFirstCall_SecondCallUsesANewConnection()
    {
        await using var server = new RawServer(async (connection, _) =>
        {
            while (await RawServer.ReadRequestAsync(connection) is var (stream, _))
            {
                await RawServer.ReadToEndAsync(connection, stream);
                await connection.SendGoAwayAsync(stream, 0);
                await RawServer.RespondAsync(connection, stream, SmallResponse);
            }
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new TestService.TestServiceClient(channel);

        var first = await client.UnaryCallAsync(new SimpleRequest(), Options);
        var second = await client.UnaryCallAsync(new SimpleRequest(), Options);

        first.Payload.Body.Length.ShouldBe(300);
        second.Payload.Body.Length.ShouldBe(300);
        server.Connections.ShouldBe(2);
    }

    [Fact]
    public Task RstAfterHeader_CallFails() => ResetAsync(dataBytes: 0);

    [Fact]
    public Task RstDuringData_HalfAMessageIsNeverOk() => ResetAsync(dataBytes: SmallResponse.Length / 2);

    [Fact]
    public Task RstAfterData_AWholeMessageWithoutStatusIsNeverOk() => ResetAsync(dataBytes: SmallResponse.Length);

    [Fact]
    public async Task Ping_ServerPingsAroundEveryFrame_ClientAnswersEachAndTheCallSucceeds()
    {
        var answered = 0;
        await using var server = new RawServer(async (connection, _) =>
        {
            while (await RawServer.ReadRequestAsync(connection) is var (stream, _))
            {
                await connection.SendAsync(FrameType.Ping, 0, 0, new byte[] { 1, 1, 1, 1, 1, 1, 1, 1 });
                await connection.SendHeadersAsync(stream, endStream: false, (":status", "200"), ("content-type", "application/grpc"));
                await connection.SendAsync(FrameType.Ping, 0, 0, new byte[] { 2, 2, 2, 2, 2, 2, 2, 2 });
                await connection.SendDataAsync(stream, SmallResponse);
                await connection.SendAsync(FrameType.Ping, 0, 0, new byte[] { 3, 3, 3, 3, 3, 3, 3, 3 });
                for (byte expected = 1; expected <= 3;)
                {
                    var frame = await connection.ReadAsync(pings: true);
                    if (frame!.Value.Type == FrameType.Ping)
                    {
                        frame.Value.Payload.ShouldAllBe(value => value == expected);
                        expected++;
                        answered++;
                    }
                }

                await connection.SendHeadersAsync(stream, endStream: true, ("grpc-status", "0"));
            }
        });
        using var channel = GrpcChannel.ForAddress(server.Address);

        var response = await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), Options);

        response.Payload.Body.Length.ShouldBe(300);
        answered.ShouldBe(3);
    }

    [Fact]
    public async Task MaxStreams_ServerAllowsOne_CallsOfOneConnectionComeOneAfterTheOther()
    {
        const int calls = 10;
        var open = 0;
        var most = 0;
        await using var server = new RawServer(
            async (connection, _) =>
            {
                while (await RawServer.ReadRequestAsync(connection) is var (stream, _))
                {
                    most = Math.Max(most, Interlocked.Increment(ref open));
                    await RawServer.ReadToEndAsync(connection, stream);
                    Interlocked.Decrement(ref open);
                    await RawServer.RespondAsync(connection, stream, LargeResponse);
                }
            },
            Http2Connection.Setting(3, 1));
        using var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false, InitialHttp2StreamWindowSize = 1 << 20 };
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpHandler = handler });
        var client = new TestService.TestServiceClient(channel);
        await client.UnaryCallAsync(new SimpleRequest(), Options);

        var responses = await Task.WhenAll(Enumerable.Range(0, calls).Select(_ => client.UnaryCallAsync(new SimpleRequest(), Options).ResponseAsync)).WaitAsync(Patience);

        responses.ShouldAllBe(response => response.Payload.Body.Length == LargeSize);
        most.ShouldBe(1);
        server.Connections.ShouldBe(1);
    }

    private static async Task ResetAsync(int dataBytes)
    {
        await using var server = new RawServer(async (connection, _) =>
        {
            while (await RawServer.ReadRequestAsync(connection) is var (stream, _))
            {
                await RawServer.ReadToEndAsync(connection, stream);
                await connection.SendHeadersAsync(stream, endStream: false, (":status", "200"), ("content-type", "application/grpc"));
                await connection.SendDataAsync(stream, SmallResponse.AsMemory(0, dataBytes));
                await connection.SendResetAsync(stream, 0);
            }
        });
        using var channel = GrpcChannel.ForAddress(server.Address);

        var exception = await Should.ThrowAsync<RpcException>(async () => await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), Options));

        exception.StatusCode.ShouldBe(StatusCode.Internal);
    }
}
