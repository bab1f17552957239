using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Testing;
using Sikap.Interop.Tests.Http2;
using Sikap.TestKit;

namespace Sikap.Interop.Tests;

/// <summary>The rules of the protocol that implementers get wrong, by number, at the client: responses written frame by frame.</summary>
public sealed class ClientRulesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly byte[] SmallResponse = RawGrpc.Message(new SimpleResponse { Payload = new Payload { Body = ByteString.CopyFromUtf8("abc") } });

    private static CallOptions Options => new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Patience);

    [Fact]
    public async Task Rule02_Deadline_IsSentAsTimeoutOfAtMostEightDigits()
    {
        var headers = await SentHeadersAsync(Options);

        headers.Single(header => header.Name == "grpc-timeout").Value.ShouldMatch("^[0-9]{1,8}[HMSmun]$");
    }

    [Fact]
    public async Task Rule03_EveryRequest_SaysTeTrailers()
    {
        var headers = await SentHeadersAsync(default);

        headers.ShouldContain(("te", "trailers"));
        headers.ShouldContain(("content-type", "application/grpc"));
        headers.ShouldContain((":method", "POST"));
        headers.ShouldContain((":path", RawGrpc.Unary));
        headers.ShouldContain(("grpc-accept-encoding", "identity,gzip,deflate"));
        headers.ShouldNotContain(header => header.Name == "grpc-timeout");
        headers.Single(header => header.Name == "user-agent").Value.ShouldStartWith("grpc-dotnet");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public async Task Rule04_ResponseInTinyFrames_IsRead(int frameSize)
    {
        var response = await CallAsync((connection, stream) => RawServer.RespondAsync(connection, stream, SmallResponse, frameSize));

        response.Payload.Body.ToStringUtf8().ShouldBe("abc");
    }

    [Fact]
    public async Task Rule04_ResponseSplitAtEveryByte_IsRead()
    {
        var split = 0;
        await using var server = new RawServer(async (connection, _) =>
        {
            while (await RawServer.ReadRequestAsync(connection) is var (stream, _))
            {
                await connection.SendHeadersAsync(stream, endStream: false, (":status", "200"), ("content-type", "application/grpc"));
                await connection.SendDataAsync(stream, SmallResponse.AsMemory(0, split));
                await connection.SendDataAsync(stream, SmallResponse.AsMemory(split));
                await connection.SendHeadersAsync(stream, endStream: true, ("grpc-status", "0"));
            }
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new TestService.TestServiceClient(channel);
        for (; split <= SmallResponse.Length; split++)
        {
            (await client.UnaryCallAsync(new SimpleRequest(), Options)).Payload.Body.Length.ShouldBe(3, $"split at {split}");
        }
    }

    [Fact]
    public async Task Rule04_ThreeMessagesInOneFrame_AreThreeMessages()
    {
        var message = RawGrpc.Message(new StreamingOutputCallResponse { Payload = new Payload { Body = ByteString.CopyFromUtf8("abc") } });
        await using var server = Scripted((connection, stream) => RawServer.RespondAsync(connection, stream, [.. message, .. message, .. message]));
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = new TestService.TestServiceClient(channel).StreamingOutputCall(new StreamingOutputCallRequest(), Options);

        var count = 0;
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            response.Payload.Body.Length.ShouldBe(3);
            count++;
        }

        count.ShouldBe(3);
    }

    [Fact]
    public async Task Rule05_CompressedFlagWithoutEncoding_IsInternal()
    {
        var status = await FailAsync((connection, stream) => RawServer.RespondAsync(connection, stream, RawGrpc.Message(RawGrpc.Gzip([]), flag: 1)));

        status.StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task Rule06_OneGibibyteOfZerosAsGzip_IsStoppedWhileInflating()
    {
        var bomb = RawGrpc.Message(RawGrpc.GzipOfZeros(1L << 30), flag: 1);
        var before = GC.GetTotalAllocatedBytes();
        var status = await FailAsync(async (connection, stream) =>
        {
            await connection.SendHeadersAsync(stream, endStream: false, (":status", "200"), ("content-type", "application/grpc"), ("grpc-encoding", "gzip"));
            await connection.SendWithinAsync(stream, bomb, 65_535);
        });

        status.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(128L * 1024 * 1024);
    }

    [Fact]
    public async Task Rule07_TrailersOnly_GivesStatusMessageAndTrailers()
    {
        var exception = await ThrowAsync((connection, stream) => connection.SendHeadersAsync(
            stream, endStream: true, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "5"), ("grpc-message", "gone%21"), ("why", "because")));

        exception.Status.ShouldBe(new Status(StatusCode.NotFound, "gone!"));
        exception.Trailers.GetValue("why").ShouldBe("because");
    }

    [Theory]
    [InlineData("100%", "100%")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("%C3%28", "%C3%28")]
    [InlineData("%E2%98%BA ok", "☺ ok")]
    public async Task Rule08_StatusMessage_IsDecodedAndNeverFails(string sent, string read)
    {
        var status = await FailAsync((connection, stream) => connection.SendHeadersAsync(
            stream, endStream: true, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "2"), ("grpc-message", sent)));

        status.Detail.ShouldBe(read);
    }

    [Fact]
    public async Task Rule09_BinaryMetadata_IsSentUnpadded()
    {
        var headers = await SentHeadersAsync(new CallOptions(new Metadata { { "one-bin", new byte[] { 0xab } }, { "two-bin", new byte[] { 0xab, 0xab } } }));

        headers.ShouldContain(("one-bin", "qw"));
        headers.ShouldContain(("two-bin", "q6s"));
    }

    [Fact]
    public async Task Rule09_BinaryTrailers_AreReadWithOrWithoutPaddingAndSplitAtCommas()
    {
        var exception = await ThrowAsync((connection, stream) => connection.SendHeadersAsync(
            stream, endStream: true, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "2"), ("a-bin", "qw,q6s="), ("a-bin", "qw=="), ("b-bin", "!")));

        exception.Trailers.GetAll("a-bin").Select(entry => Convert.ToHexString(entry.ValueBytes)).ShouldBe(["AB", "ABAB", "AB"]);
        exception.Trailers.Get("b-bin").ShouldBeNull();
    }

    [Theory]
    [InlineData(0x0, StatusCode.Internal)]
    [InlineData(0x1, StatusCode.Internal)]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(0x3, StatusCode.Internal)]
    [InlineData(0x7, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xB, StatusCode.ResourceExhausted)]
    [InlineData(0xC, StatusCode.PermissionDenied)]
    public async Task Rule11_ResetByTheServer_IsMapped(int errorCode, StatusCode expected)
    {
        var status = await FailAsync((connection, stream) => connection.SendResetAsync(stream, (uint)errorCode));

        status.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Rule12_EarlyAnswerThenResetWithNoError_StatusCounts()
    {
        await using var server = new RawServer(async (connection, _) =>
        {
            var request = await RawServer.ReadRequestAsync(connection);
            var stream = request!.Value.StreamId;
            await connection.SendHeadersAsync(stream, endStream: true, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "7"), ("grpc-message", "enough"));
            await connection.SendResetAsync(stream, 0);
            await DrainAsync(connection);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = new TestService.TestServiceClient(channel).StreamingInputCall(Options);

        // Writes until the server has had enough; which write notices is up to the network.
        var write = await Should.ThrowAsync<RpcException>(async () =>
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = new Payload { Body = ByteString.CopyFrom(new byte[1000]) } }).WaitAsync(Patience);
            }
        });
        var read = await Should.ThrowAsync<RpcException>(() => call.ResponseAsync.WaitAsync(Patience));

        read.Status.ShouldBe(new Status(StatusCode.PermissionDenied, "enough"));
        write.Status.ShouldBe(read.Status);
    }

    [Theory]
    [InlineData("400", StatusCode.Internal)]
    [InlineData("401", StatusCode.Unauthenticated)]
    [InlineData("403", StatusCode.PermissionDenied)]
    [InlineData("404", StatusCode.Unimplemented)]
    [InlineData("429", StatusCode.Unavailable)]
    [InlineData("431", StatusCode.Internal)]
    [InlineData("500", StatusCode.Unknown)]
    [InlineData("502", StatusCode.Unavailable)]
    [InlineData("503", StatusCode.Unavailable)]
    [InlineData("504", StatusCode.Unavailable)]
    [InlineData("418", StatusCode.Unknown)]
    public async Task Rule13_NoStatus_HttpStatusIsMapped(string httpStatus, StatusCode expected)
    {
        var status = await FailAsync((connection, stream) => connection.SendHeadersAsync(stream, endStream: true, (":status", httpStatus), ("content-type", "text/html")));

        status.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Rule13_StatusBesideAnHttpError_Counts()
    {
        var status = await FailAsync((connection, stream) => connection.SendHeadersAsync(
            stream, endStream: true, (":status", "503"), ("content-type", "application/grpc"), ("grpc-status", "8"), ("grpc-message", "later")));

        status.ShouldBe(new Status(StatusCode.ResourceExhausted, "later"));
    }

    [Fact]
    public async Task Rule13_OkWithoutTrailers_IsNotOk()
    {
        var status = await FailAsync(async (connection, stream) =>
        {
            await connection.SendHeadersAsync(stream, endStream: false, (":status", "200"), ("content-type", "application/grpc"));
            await connection.SendDataAsync(stream, SmallResponse, endStream: true);
        });

        status.StatusCode.ShouldBe(StatusCode.Unknown);
    }

    [Fact]
    public async Task Rule13_OkThatIsNotGrpc_IsUnknown()
    {
        var status = await FailAsync((connection, stream) => connection.SendHeadersAsync(stream, endStream: true, (":status", "200"), ("content-type", "text/html")));

        status.StatusCode.ShouldBe(StatusCode.Unknown);
    }

    [Fact]
    public async Task Rule14_NoMessageWhereOneIsDue_IsUnimplemented()
    {
        var status = await FailAsync((connection, stream) => RawServer.RespondAsync(connection, stream, []));

        status.StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    [Fact]
    public async Task Rule14_TwoMessagesWhereOneIsDue_IsUnimplemented()
    {
        var status = await FailAsync((connection, stream) => RawServer.RespondAsync(connection, stream, [.. SmallResponse, .. SmallResponse]));

        status.StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    [Fact]
    public async Task Rule14_UndecodableMessage_IsInternal()
    {
        var status = await FailAsync((connection, stream) => RawServer.RespondAsync(connection, stream, RawGrpc.Message([0xFF, 0xFF, 0xFF])));

        status.StatusCode.ShouldBe(StatusCode.Internal);
    }

    [Fact]
    public async Task Rule14_StatusThatNobodyKnows_IsUnknown()
    {
        var status = await FailAsync((connection, stream) => RawServer.RespondAsync(connection, stream, [], status: "77"));

        status.StatusCode.ShouldBe(StatusCode.Unknown);
    }

    [Fact]
    public async Task Rule15_GoAwayBelowTheCallsStream_CallRunsOnANewConnection()
    {
        await using var server = new RawServer(async (connection, index) =>
        {
            while (await RawServer.ReadRequestAsync(connection) is var (stream, _))
            {
                if (index == 0)
                {
                    await connection.SendGoAwayAsync(0, 0);
                }
                else
                {
                    await RawServer.RespondAsync(connection, stream, SmallResponse);
                }
            }
        });
        using var channel = GrpcChannel.ForAddress(server.Address);

        var response = await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), Options);

        response.Payload.Body.Length.ShouldBe(3);
        server.Connections.ShouldBe(2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Rule15_GoAwayOnEveryConnection_IsUnavailable(uint errorCode)
    {
        // A server that goes down: the transport tries other connections and meets the same there. Nothing of the call was done, so it may be made again.
        await using var server = new RawServer(async (connection, _) =>
        {
            while (await RawServer.ReadRequestAsync(connection) is not null)
            {
                await connection.SendGoAwayAsync(0, errorCode);
            }
        });
        using var channel = GrpcChannel.ForAddress(server.Address);

        var failure = await Should.ThrowAsync<RpcException>(async () => await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), Options));

        failure.StatusCode.ShouldBe(StatusCode.Unavailable, failure.ToString());
    }

    [Fact]
    public async Task Rule15_GoAwayAtOrAboveTheCallsStream_CallCompletes()
    {
        var response = await CallAsync(async (connection, stream) =>
        {
            await connection.SendGoAwayAsync(int.MaxValue, 0);
            await connection.SendGoAwayAsync(stream, 0);
            await RawServer.RespondAsync(connection, stream, SmallResponse);
        });

        response.Payload.Body.Length.ShouldBe(3);
    }

    [Fact]
    public async Task Rule16_RefusedOnce_CallIsRepeatedByTheTransport()
    {
        var requests = 0;
        await using var server = new RawServer(async (connection, _) =>
        {
            while (await RawServer.ReadRequestAsync(connection) is var (stream, _))
            {
                if (requests++ == 0)
                {
                    await connection.SendResetAsync(stream, 7);
                }
                else
                {
                    await RawServer.RespondAsync(connection, stream, SmallResponse);
                }
            }
        });
        using var channel = GrpcChannel.ForAddress(server.Address);

        var response = await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), Options);

        response.Payload.Body.Length.ShouldBe(3);
        requests.ShouldBe(2);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(2)]
    public async Task Rule16_AnsweredWithAStatus_IsNeverRepeated(int statusCode)
    {
        var requests = 0;
        await FailAsync(async (connection, stream) =>
        {
            requests++;
            await RawServer.RespondAsync(connection, stream, [], status: statusCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
        });

        requests.ShouldBe(1);
    }

    [Fact]
    public async Task Rule17_KeepAliveIsAskedForAndThePeerIsSilent_CallIsUnavailable()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async (connection, _) =>
        {
            await RawServer.ReadRequestAsync(connection);
            await ended.Task.WaitAsync(Patience);
        });
        using var handler = new SocketsHttpHandler { KeepAlivePingDelay = TimeSpan.FromSeconds(1), KeepAlivePingTimeout = TimeSpan.FromSeconds(1) };
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpHandler = handler });

        var exception = await Should.ThrowAsync<RpcException>(async () => await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), Options));
        ended.SetResult();

        exception.StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0, 0x00, 0x40, 0x00, 0x01 })]
    public async Task Rule18_PrefixClaimsMoreThanTheLimit_IsResourceExhausted(byte[] prefix)
    {
        var status = await FailAsync(async (connection, stream) =>
        {
            await connection.SendHeadersAsync(stream, endStream: false, (":status", "200"), ("content-type", "application/grpc"));
            await connection.SendDataAsync(stream, prefix);
        });

        status.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Transport_NobodyListens_IsUnavailable()
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{FreePort.Take(1)[0]}");

        var exception = await Should.ThrowAsync<RpcException>(async () => await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), Options));

        exception.StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Transport_ConnectionBreaksInTheMiddle_IsUnavailable()
    {
        await using var server = new RawServer(async (connection, _) =>
        {
            var request = await RawServer.ReadRequestAsync(connection);
            await connection.SendHeadersAsync(request!.Value.StreamId, endStream: false, (":status", "200"), ("content-type", "application/grpc"));
            await connection.SendDataAsync(request.Value.StreamId, SmallResponse.AsMemory(0, 4));
        });
        using var channel = GrpcChannel.ForAddress(server.Address);

        var exception = await Should.ThrowAsync<RpcException>(async () => await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), Options));

        exception.StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    private static RawServer Scripted(Func<Http2Connection, int, Task> respond) => new(async (connection, _) =>
    {
        while (await RawServer.ReadRequestAsync(connection) is var (stream, _))
        {
            await respond(connection, stream);
        }
    });

    private static async Task<SimpleResponse> CallAsync(Func<Http2Connection, int, Task> respond)
    {
        await using var server = Scripted(respond);
        using var channel = GrpcChannel.ForAddress(server.Address);
        return await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), Options).ResponseAsync.WaitAsync(Patience);
    }

    private static async Task<RpcException> ThrowAsync(Func<Http2Connection, int, Task> respond) => await Should.ThrowAsync<RpcException>(() => CallAsync(respond));

    private static async Task<Status> FailAsync(Func<Http2Connection, int, Task> respond) => (await ThrowAsync(respond)).Status;

    private static async Task<List<(string Name, string Value)>> SentHeadersAsync(CallOptions options)
    {
        var sent = new TaskCompletionSource<List<(string Name, string Value)>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async (connection, _) =>
        {
            var request = await RawServer.ReadRequestAsync(connection);
            sent.TrySetResult(request!.Value.Headers);
            await RawServer.RespondAsync(connection, request.Value.StreamId, SmallResponse);
            await DrainAsync(connection);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest(), options).ResponseAsync.WaitAsync(Patience);
        return await sent.Task.WaitAsync(Patience);
    }

    private static async Task DrainAsync(Http2Connection connection)
    {
        while (await connection.ReadAsync() is not null)
        {
        }
    }
}
