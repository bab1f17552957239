using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Gateway.Tests;

/// <summary>What a page in a browser can do: gRPC-Web over HTTP/1.1, from the origins that are allowed.</summary>
public sealed class WebDoorTests : IAsyncLifetime
{
    private const string Method = "/sikap.v1.QueryService/GetLedgerStatus";

    private readonly HttpClient _browser = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly BackEnd _backEnd = new();
    private ServiceHost _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await Hosts.StartBackEndAsync(_backEnd);

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Unary_OverHttp1_IsAnsweredWithAMessageAndItsTrailers()
    {
        await using var gateway = await Hosts.StartWebGatewayAsync(new Uri(_server.Address));

        using var response = await CallAsync(gateway, "https://desk.example.org");

        response.Version.ShouldBe(HttpVersion.Version11);
        var body = await response.Content.ReadAsByteArrayAsync(Cancel);
        var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1));
        LedgerStatus.Parser.ParseFrom(body.AsSpan(5, length)).Articles.ShouldBe(42);
        Encoding.ASCII.GetString(body.AsSpan(5 + length + 5)).ShouldContain("grpc-status: 0");
        (await new QueryService.QueryServiceClient(gateway.Channel).GetLedgerStatusAsync(new GetLedgerStatusRequest())).Articles.ShouldBe(42, "the other door stays open");
    }

    [Fact]
    public async Task ApiKeys_Configured_AreAskedForHereToo()
    {
        await using var gateway = await Hosts.StartWebGatewayAsync(new Uri(_server.Address), ("Gateway:ApiKeys:0", new string('a', 64)));

        using var response = await CallAsync(gateway, "https://desk.example.org");

        var text = Encoding.ASCII.GetString(await response.Content.ReadAsByteArrayAsync(Cancel)) + response.Headers + response.TrailingHeaders;
        text.ShouldMatch("grpc-status: ?16");
        _backEnd.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("https://desk.example.org", true)]
    [InlineData("https://elsewhere.example.org", false)]
    public async Task Origin_OnlyWhereAllowed_MayReadTheAnswer(string origin, bool allowed)
    {
        await using var gateway = await Hosts.StartWebGatewayAsync(new Uri(_server.Address), ("Gateway:WebOrigins:0", "https://desk.example.org"));
        using var preflight = new HttpRequestMessage(HttpMethod.Options, WebAddress(gateway) + Method);
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type,x-grpc-web,x-api-key");

        using var answer = await _browser.SendAsync(preflight, Cancel);
        using var response = await CallAsync(gateway, origin);

        answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var preflightOrigin);
        response.Headers.TryGetValues("Access-Control-Allow-Origin", out var callOrigin);
        (preflightOrigin?.Single() == origin).ShouldBe(allowed);
        (callOrigin?.Single() == origin).ShouldBe(allowed);
    }

    private Task<HttpResponseMessage> CallAsync(ServiceHost gateway, string origin)
    {
        var message = new GetLedgerStatusRequest().ToByteArray();
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        var request = new HttpRequestMessage(HttpMethod.Post, WebAddress(gateway) + Method) { Content = new ByteArrayContent(frame) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc-web+proto");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("X-Grpc-Web", "1");
        return _browser.SendAsync(request, Cancel);
    }

    private static string WebAddress(ServiceHost gateway) =>
        gateway.App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(address => address != gateway.Address);
}
