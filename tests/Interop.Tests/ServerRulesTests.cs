using System.Text;
using Google.Protobuf;
using Grpc.Testing;
using Sikap.Interop.Tests.Http2;

namespace Sikap.Interop.Tests;

/// <summary>The rules of the protocol that implementers get wrong, by number, at the server: requests written frame by frame.</summary>
public sealed class ServerRulesTests(ServerRulesTests.ServerFixture fixture) : IClassFixture<ServerRulesTests.ServerFixture>
{
    private static readonly byte[] SmallRequest = RawGrpc.Message(new SimpleRequest { ResponseSize = 3, Payload = new Payload { Body = ByteString.CopyFromUtf8("abc") } });

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpcx")]
    [InlineData(null)]
    public async Task Rule01_ContentTypeIsNotGrpc_Gets415(string? contentType)
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary, ("content-type", contentType)), SmallRequest);

        response.Header(":status").ShouldBe("415");
        response.Header("grpc-status").ShouldBeNull();
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    public async Task Rule01_ContentTypeIsGrpc_IsServed(string contentType)
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary, ("content-type", contentType)), SmallRequest);

        response.Header(":status").ShouldBe("200");
        response.Trailer("grpc-status").ShouldBe("0");
    }

    [Theory]
    [InlineData("123456789S")]
    [InlineData("10")]
    [InlineData("S")]
    [InlineData("-1S")]
    [InlineData("1s")]
    [InlineData("1 S")]
    [InlineData("1.5S")]
    [InlineData("0x1S")]
    public async Task Rule02_MalformedTimeout_IsRefused(string timeout)
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary, ("grpc-timeout", timeout)), SmallRequest);

        response.Trailer("grpc-status").ShouldBe("13");
        response.Body.Length.ShouldBe(0);
    }

    [Theory]
    [InlineData("99999999H")]
    [InlineData("5M")]
    [InlineData("20S")]
    [InlineData("20000m")]
    [InlineData("20000000u")]
    public async Task Rule02_WellFormedTimeout_IsServed(string timeout)
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary, ("grpc-timeout", timeout)), SmallRequest);

        response.Trailer("grpc-status").ShouldBe("0");
    }

    [Fact]
    public async Task Rule02_DeadlinePasses_ServerItselfEndsTheCall()
    {
        using var connection = await Http2Connection.ConnectAsync(fixture.Address);
        await connection.SendHeadersAsync(1, endStream: false, RawGrpc.Request(RawGrpc.FullDuplex, ("grpc-timeout", "50m")));

        var response = await connection.ReadStreamAsync(1);

        response.Trailer("grpc-status").ShouldBe("4");
    }

    [Fact]
    public async Task Rule03_TeIsMissing_IsServedAllTheSame()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary, ("te", null)), SmallRequest);

        response.Trailer("grpc-status").ShouldBe("0");
    }

    [Fact]
    public async Task Rule04_MessageSplitAtEveryByte_IsRead()
    {
        using var connection = await Http2Connection.ConnectAsync(fixture.Address);
        for (var split = 0; split <= SmallRequest.Length; split++)
        {
            var stream = 1 + (2 * split);
            await connection.SendHeadersAsync(stream, endStream: false, RawGrpc.Request(RawGrpc.Unary));
            await connection.SendDataAsync(stream, SmallRequest.AsMemory(0, split));
            await connection.SendDataAsync(stream, SmallRequest.AsMemory(split), endStream: true);

            var response = await connection.ReadStreamAsync(stream);

            response.Trailer("grpc-status").ShouldBe("0", $"split at {split}");
            SimpleResponse.Parser.ParseFrom(response.Messages.ShouldHaveSingleItem().Bytes).Payload.Body.Length.ShouldBe(3);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16384)]
    public async Task Rule04_SeveralMessagesInFramesOfAnySize_AreRead(int frameSize)
    {
        byte[] body = [.. new[] { 1, 20, 300 }.SelectMany(size => RawGrpc.Message(new StreamingInputCallRequest { Payload = Zeros(size) }))];

        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.StreamingInput), body, frameSize);

        StreamingInputCallResponse.Parser.ParseFrom(response.Messages.ShouldHaveSingleItem().Bytes).AggregatedPayloadSize.ShouldBe(321);
    }

    [Fact]
    public async Task Rule05_CompressedFlagWithoutEncoding_IsInternal()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary), RawGrpc.Message(RawGrpc.Gzip([]), flag: 1));

        response.Trailer("grpc-status").ShouldBe("13");
    }

    [Fact]
    public async Task Rule05_UnknownEncoding_IsUnimplementedAndNamesTheKnownOnes()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary, ("grpc-encoding", "snappy")), RawGrpc.Message([1, 2, 3], flag: 1));

        response.Trailer("grpc-status").ShouldBe("12");
        response.Trailer("grpc-accept-encoding").ShouldBe("identity,gzip,deflate");
    }

    [Fact]
    public async Task Rule05_PlainAndCompressedMessagesOfOneStream_AreReadEachForItself()
    {
        var message = new StreamingInputCallRequest { Payload = Zeros(1000) };
        byte[] compressed = RawGrpc.Message(RawGrpc.Gzip(message.ToByteArray()), flag: 1);
        byte[] body = [.. compressed, .. RawGrpc.Message(message), .. compressed];

        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.StreamingInput, ("grpc-encoding", "gzip")), body);

        StreamingInputCallResponse.Parser.ParseFrom(response.Messages.ShouldHaveSingleItem().Bytes).AggregatedPayloadSize.ShouldBe(3000);
    }

    [Fact]
    public async Task Rule05_FlagThatDoesNotExist_IsInternal()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary), RawGrpc.Message([], flag: 2));

        response.Trailer("grpc-status").ShouldBe("13");
    }

    [Fact]
    public async Task Rule05_BrokenGzip_IsInternal()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary, ("grpc-encoding", "gzip")), RawGrpc.Message([1, 2, 3, 4], flag: 1));

        response.Trailer("grpc-status").ShouldBe("13");
    }

    [Fact]
    public async Task Rule06_OneGibibyteOfZerosAsGzip_IsStoppedWhileInflating()
    {
        var bomb = RawGrpc.Message(RawGrpc.GzipOfZeros(1L << 30), flag: 1);
        bomb.Length.ShouldBeLessThan(2 * 1024 * 1024);
        using var connection = await Http2Connection.ConnectAsync(fixture.Address);
        await connection.SendHeadersAsync(1, endStream: false, RawGrpc.Request(RawGrpc.Unary, ("grpc-encoding", "gzip")));
        var before = GC.GetTotalAllocatedBytes();

        await connection.SendWithinAsync(1, bomb, 768 * 1024);
        await connection.SendDataAsync(1, default, endStream: true);
        var response = await connection.ReadStreamAsync(1);

        response.Trailer("grpc-status").ShouldBe("8");

        // The compressed message, twice the limit of 4 MiB for the growing buffer, and what tests beside this one allocate: far from a gibibyte.
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(128L * 1024 * 1024);
    }

    [Fact]
    public async Task Rule06_GzipBelowTheLimitThatInflatesAboveIt_IsResourceExhausted()
    {
        var message = RawGrpc.Message(RawGrpc.GzipOfZeros(5 * 1024 * 1024), flag: 1);

        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary, ("grpc-encoding", "gzip")), message);

        response.Trailer("grpc-status").ShouldBe("8");
    }

    [Fact]
    public async Task Rule07_CallEndsWithOk_StatusComesInTrailers()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary), SmallRequest);

        response.Blocks.Count.ShouldBe(2);
        response.Header("grpc-status").ShouldBeNull();
        response.Header("content-type").ShouldBe("application/grpc");
        response.Trailer("grpc-status").ShouldBe("0");
        response.EndFrame.ShouldBe(FrameType.Headers);
    }

    [Fact]
    public async Task Rule07_CallFailsAtOnce_IsTrailersOnly()
    {
        var request = RawGrpc.Message(new SimpleRequest { ResponseStatus = new EchoStatus { Code = 9, Message = "no" } });

        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary), request);

        response.Blocks.Count.ShouldBe(1);
        response.Header(":status").ShouldBe("200");
        response.Header("grpc-status").ShouldBe("9");
        response.Header("content-type").ShouldBe("application/grpc");
        response.EndFrame.ShouldBe(FrameType.Headers);
    }

    [Fact]
    public async Task Rule08_MessageOutsideOfAscii_IsPercentEncoded()
    {
        var request = RawGrpc.Message(new SimpleRequest { ResponseStatus = new EchoStatus { Code = 2, Message = "50% é\n~ end" } });

        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary), request);

        response.Trailer("grpc-message").ShouldBe("50%25 %C3%A9%0A~ end");
    }

    [Theory]
    [InlineData("q6ur", "q6ur")]
    [InlineData("qw==", "qw")]
    [InlineData("qw", "qw")]
    [InlineData("q6s=,qw", "q6s|qw")]
    [InlineData("q6s, qw==", "q6s|qw")]
    [InlineData("", "")]
    public async Task Rule09_BinaryMetadata_IsReadWithOrWithoutPaddingAndSplitAtCommas(string sent, string echoed)
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RulesService.EchoPath, ("echo-bin", sent)), RawGrpc.Message(new Empty()));

        response.Trailer("grpc-status").ShouldBe("0");
        string.Join('|', response.Trailers.Where(header => header.Name == "echo-bin").SelectMany(header => header.Value.Split(','))).ShouldBe(echoed);
    }

    [Fact]
    public async Task Rule09_BinaryMetadataThatIsNotBase64_IsInternal()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RulesService.EchoPath, ("echo-bin", "!?")), RawGrpc.Message(new Empty()));

        response.Trailer("grpc-status").ShouldBe("13");
    }

    [Fact]
    public async Task Rule09_SameKeySeveralTimes_KeepsItsOrder()
    {
        var response = await RawGrpc.CallAsync(
            fixture.Address, RawGrpc.Request(RulesService.EchoPath, ("echo-text", "one"), ("echo-text", "two"), ("echo-text", "three")), RawGrpc.Message(new Empty()));

        string.Join(',', response.Trailers.Where(header => header.Name == "echo-text").Select(header => header.Value)).Replace(", ", ",", StringComparison.Ordinal).ShouldBe("one,two,three");
    }

    [Fact]
    public async Task Rule09_MetadataAboveTheLimit_IsResourceExhausted()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary, ("one", new string('x', 9000)), ("two", new string('x', 9000))), SmallRequest);

        response.Trailer("grpc-status").ShouldBe("8");
    }

    [Fact]
    public async Task Rule10_HalfCloseByEmptyData_EndsTheRequestStream()
    {
        using var connection = await Http2Connection.ConnectAsync(fixture.Address);
        await connection.SendHeadersAsync(1, endStream: false, RawGrpc.Request(RawGrpc.StreamingInput));
        await connection.SendDataAsync(1, RawGrpc.Message(new StreamingInputCallRequest { Payload = Zeros(7) }));
        await connection.SendAsync(FrameType.Data, Frame.EndStream, 1, default);

        var response = await connection.ReadStreamAsync(1);

        StreamingInputCallResponse.Parser.ParseFrom(response.Messages.ShouldHaveSingleItem().Bytes).AggregatedPayloadSize.ShouldBe(7);
    }

    [Fact]
    public async Task Rule11_CallerResetsTheStream_HandlerIsCancelled()
    {
        using var connection = await Http2Connection.ConnectAsync(fixture.Address);
        var cancelled = RulesService.NextCancellation();
        await connection.SendHeadersAsync(1, endStream: false, RawGrpc.Request(RulesService.WaitPath));
        await connection.SendDataAsync(1, RawGrpc.Message(new Empty()), endStream: true);
        await RulesService.Waiting.WaitAsync(TimeSpan.FromSeconds(10));

        await connection.SendResetAsync(1, 8);

        await cancelled.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Rule12_ServerAnswersBeforeTheRequestEnds_SendsTrailersThenResetsWithNoError()
    {
        using var connection = await Http2Connection.ConnectAsync(fixture.Address);
        await connection.SendHeadersAsync(1, endStream: false, RawGrpc.Request(RulesService.RefusePath));
        await connection.SendDataAsync(1, RawGrpc.Message(new Empty()));

        var response = await connection.ReadStreamAsync(1, untilReset: true);

        response.Trailer("grpc-status").ShouldBe("7");
        response.Ended.ShouldBeTrue();
        response.ResetCode.ShouldBe(0u);
    }

    [Fact]
    public async Task Rule14_NoMessageWhereOneIsDue_IsUnimplemented()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary), []);

        response.Trailer("grpc-status").ShouldBe("12");
    }

    [Fact]
    public async Task Rule14_TwoMessagesWhereOneIsDue_IsUnimplemented()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary), [.. SmallRequest, .. SmallRequest]);

        response.Trailer("grpc-status").ShouldBe("12");
    }

    [Fact]
    public async Task Rule14_HalfAMessage_IsInternal()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary), SmallRequest[..^1]);

        response.Trailer("grpc-status").ShouldBe("13");
    }

    [Fact]
    public async Task Rule14_UndecodableMessage_IsInternal()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RawGrpc.Unary), RawGrpc.Message(Encoding.ASCII.GetBytes("not protobuf")));

        response.Trailer("grpc-status").ShouldBe("13");
        response.Trailer("grpc-message")!.ShouldNotContain("rotocol");
    }

    [Fact]
    public async Task Rule14_HandlerThrows_IsUnknownWithoutTheExceptionsText()
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(RulesService.ThrowPath), RawGrpc.Message(new Empty()));

        response.Trailer("grpc-status").ShouldBe("2");
        response.Trailer("grpc-message").ShouldBe("Exception was thrown by handler.");
    }

    [Theory]
    [InlineData("/grpc.testing.TestService/Nothing")]
    [InlineData("/grpc.testing.NoService/Nothing")]
    public async Task Rule14_UnknownMethodOrService_IsUnimplemented(string path)
    {
        var response = await RawGrpc.CallAsync(fixture.Address, RawGrpc.Request(path), RawGrpc.Message(new Empty()));

        response.Header(":status").ShouldBe("200");
        response.Trailer("grpc-status").ShouldBe("12");
    }

    [Theory]
    [InlineData(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0, 0x7F, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0, 0x00, 0x40, 0x00, 0x01 })]
    public async Task Rule18_PrefixClaimsMoreThanTheLimit_IsResourceExhaustedBeforeTheMessageComes(byte[] prefix)
    {
        using var connection = await Http2Connection.ConnectAsync(fixture.Address);
        await connection.SendHeadersAsync(1, endStream: false, RawGrpc.Request(RawGrpc.Unary));
        await connection.SendDataAsync(1, prefix);

        var response = await connection.ReadStreamAsync(1);

        response.Trailer("grpc-status").ShouldBe("8");
    }

    [Fact]
    public async Task Rule18_StreamLongerThanTheHostsBodyLimit_IsRead()
    {
        // Kestrel would cut a body at 30,000,000 bytes.
        var message = RawGrpc.Message(new StreamingInputCallRequest { Payload = Zeros(1_000_000) });
        using var connection = await Http2Connection.ConnectAsync(fixture.Address);
        await connection.SendHeadersAsync(1, endStream: false, RawGrpc.Request(RawGrpc.StreamingInput));
        var window = 768 * 1024;
        for (var sent = 0; sent < 33; sent++)
        {
            window = await connection.SendWithinAsync(1, message, window);
        }

        await connection.SendDataAsync(1, default, endStream: true);
        var response = await connection.ReadStreamAsync(1);

        StreamingInputCallResponse.Parser.ParseFrom(response.Messages.ShouldHaveSingleItem().Bytes).AggregatedPayloadSize.ShouldBe(33_000_000);
    }

    [Fact]
    public async Task RandomBodies_OfAnyShape_EndWithAStatusAndTellNothing()
    {
        var random = new Random(20230713);
        using var connection = await Http2Connection.ConnectAsync(fixture.Address);
        for (var i = 0; i < 400; i++)
        {
            var stream = 1 + (2 * i);
            var body = new byte[random.Next(0, 64)];
            random.NextBytes(body);
            if (body.Length >= 5 && i % 2 == 0)
            {
                // A plausible prefix, so that the payload itself is looked at.
                new byte[] { (byte)(i % 4 / 2), 0, 0, 0, (byte)(body.Length - 5) }.CopyTo(body, 0);
            }

            await connection.SendHeadersAsync(stream, endStream: false, RawGrpc.Request(i % 3 == 0 ? RawGrpc.FullDuplex : RawGrpc.Unary, ("grpc-encoding", i % 4 > 1 ? "gzip" : null)));
            await connection.SendDataAsync(stream, body, endStream: true, frameSize: random.Next(1, 20));

            var response = await connection.ReadStreamAsync(stream);

            response.Trailer("grpc-status").ShouldNotBeNull(Convert.ToHexString(body));
            (response.Trailer("grpc-message") ?? "").ShouldNotContain("xception", Case.Insensitive, Convert.ToHexString(body));
        }
    }

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    public sealed class ServerFixture : IAsyncLifetime
    {
        private TestServer _server = null!;

        public Uri Address => _server.Address;

        public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(map: RulesService.Map);

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }
}
