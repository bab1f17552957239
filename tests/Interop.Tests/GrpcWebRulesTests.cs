using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Grpc.AspNetCore.Web;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sikap.Interop.Tests;

/// <summary>gRPC-Web over HTTP/1.1 (rule 20): trailers as a last message, base64 with padding in the middle.</summary>
public sealed class GrpcWebRulesTests : IAsyncLifetime
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        builder.Services.AddGrpc();
        _app = builder.Build();
        _app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        _app.UseRouting();
        _app.MapGrpcService<InteropService>();
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc-web+proto")]
    public async Task Rule20_BinaryUnary_EndsWithATrailerMessage(string type)
    {
        using var response = await PostAsync("UnaryCall", type, Frame(new SimpleRequest { ResponseSize = 314_159 }), ("x-grpc-test-echo-trailing-bin", "q6ur"));

        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/grpc-web+proto");
        var messages = Split(await response.Content.ReadAsByteArrayAsync());
        messages.Count.ShouldBe(2);
        SimpleResponse.Parser.ParseFrom(messages[0].Body).Payload.Body.Length.ShouldBe(314_159);
        messages[1].Flag.ShouldBe((byte)0x80);
        var trailers = Encoding.ASCII.GetString(messages[1].Body);
        trailers.ShouldContain("grpc-status: 0\r\n");
        trailers.ShouldContain("x-grpc-test-echo-trailing-bin: q6ur\r\n");
    }

    [Fact]
    public async Task Rule20_TextServerStreaming_PaddingInTheMiddle_IsReadAndWritten()
    {
        var request = new StreamingOutputCallRequest();
        request.ResponseParameters.Add(new ResponseParameters { Size = 10 });
        request.ResponseParameters.Add(new ResponseParameters { Size = 70_000 });
        var frame = Frame(request);
        // One byte, two bytes, the rest: each chunk is padded.
        var text = Convert.ToBase64String(frame[..1]) + Convert.ToBase64String(frame[1..3]) + Convert.ToBase64String(frame[3..]);

        using var response = await PostAsync("StreamingOutputCall", "application/grpc-web-text", Encoding.ASCII.GetBytes(text));

        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/grpc-web-text+proto");
        var messages = Split(DecodeGroups(await response.Content.ReadAsStringAsync()));
        messages.Select(message => message.Flag).ShouldBe([0, 0, 0x80]);
        StreamingOutputCallResponse.Parser.ParseFrom(messages[0].Body).Payload.Body.Length.ShouldBe(10);
        StreamingOutputCallResponse.Parser.ParseFrom(messages[1].Body).Payload.Body.Length.ShouldBe(70_000);
        Encoding.ASCII.GetString(messages[2].Body).ShouldContain("grpc-status: 0\r\n");
    }

    [Theory]
    [InlineData("UnimplementedCall", "12")]
    [InlineData("NoSuchMethod", "12")]
    public async Task Rule20_Unimplemented_IsSaid(string method, string status)
    {
        using var response = await PostAsync(method, "application/grpc-web+proto", Frame(new Empty()));

        (await StatusAsync(response)).ShouldBe(status);
    }

    [Theory]
    [InlineData("AAA")]
    [InlineData("A?==")]
    public async Task Rule20_BadBase64_IsNoSuccess(string body)
    {
        using var response = await PostAsync("UnaryCall", "application/grpc-web-text", Encoding.ASCII.GetBytes(body));

        (response.IsSuccessStatusCode ? await StatusAsync(response) : "http").ShouldNotBe("0");
    }

    [Fact]
    public async Task Rule20_OtherContent_IsLeftAlone()
    {
        using var response = await PostAsync("UnaryCall", "application/json", [(byte)'{', (byte)'}']);

        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.UnsupportedMediaType);
    }

    private async Task<HttpResponseMessage> PostAsync(string method, string type, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/grpc.testing.TestService/{method}") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _client.SendAsync(request);
    }

    // An immediate error may come as headers, any other as the last message.
    private static async Task<string> StatusAsync(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("grpc-status", out var values))
        {
            return values.Single();
        }

        var content = response.Content.Headers.ContentType?.MediaType?.Contains("text", StringComparison.Ordinal) == true
            ? DecodeGroups(await response.Content.ReadAsStringAsync())
            : await response.Content.ReadAsByteArrayAsync();
        var last = Encoding.ASCII.GetString(Split(content)[^1].Body);
        return last.Split("\r\n").Single(line => line.StartsWith("grpc-status: ", StringComparison.Ordinal))["grpc-status: ".Length..];
    }

    private static byte[] Frame(IMessage message)
    {
        var body = message.ToByteArray();
        var frame = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), body.Length);
        body.CopyTo(frame, 5);
        return frame;
    }

    private static List<(byte Flag, byte[] Body)> Split(byte[] bytes)
    {
        var messages = new List<(byte, byte[])>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 1));
            messages.Add((bytes[at], bytes[(at + 5)..(at + 5 + length)]));
            at += 5 + length;
        }

        return messages;
    }

    private static byte[] DecodeGroups(string text) =>
        [.. Enumerable.Range(0, text.Length / 4).SelectMany(group => Convert.FromBase64String(text.Substring(group * 4, 4)))];
}
