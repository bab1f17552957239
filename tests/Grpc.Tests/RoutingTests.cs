using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sikap.Grpc.Tests.Probes;

namespace Sikap.Grpc.Tests;

public sealed class RoutingTests
{
    [Fact]
    public async Task MapWhenBranches_SameServiceInEach_AreServedByTheirOwnClass()
    {
        await using var host = await ProbeHost.StartAsync(map: app =>
        {
            app.MapWhen(http => http.Request.Headers["branch"] == "one", branch => branch.UseRouting().UseEndpoints(routes => routes.MapGrpcService<OneService>()));
            app.MapWhen(http => http.Request.Headers["branch"] == "other", branch => branch.UseRouting().UseEndpoints(routes => routes.MapGrpcService<OtherService>()));
        });

        var one = await host.Client.OneAsync(new Ask(), new Metadata { { "branch", "one" } }, ProbeHost.Deadline);
        var other = await host.Client.OneAsync(new Ask(), new Metadata { { "branch", "other" } }, ProbeHost.Deadline);
        var missing = await Should.ThrowAsync<RpcException>(async () => await UnknownServiceAsync(host.Channel, "one"));

        one.Text.ShouldBe("one");
        other.Text.ShouldBe("other");
        missing.StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    [Fact]
    public async Task OtherEndpoints_BesideGrpc_AreServed()
    {
        await using var host = await ProbeHost.StartAsync(map: app =>
        {
            app.MapGrpcService<ProbeService>();
            app.MapGet("/plain/text", () => "hello");
        });
        using var http = new HttpClient { DefaultRequestVersion = System.Net.HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        (await http.GetStringAsync(new Uri(host.Address, "/plain/text"))).ShouldBe("hello");
        using var unknown = await http.PostAsync(new Uri(host.Address, "/no/thing"), new StringContent("x"));
        unknown.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await host.Client.OneAsync(new Ask { Text = "t" }, ProbeHost.Options)).Text.ShouldBe("t");
    }

    [Fact]
    public async Task UnknownServices_WhereTheHostIgnoresThem_FallThrough()
    {
        var reached = false;
        await using var host = await ProbeHost.StartAsync(options => options.IgnoreUnknownServices = true, map: app =>
        {
            app.MapGrpcService<ProbeService>();
            app.MapFallback(http =>
            {
                reached = true;
                http.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            });
        });

        (await Should.ThrowAsync<RpcException>(async () => await UnknownServiceAsync(host.Channel, ""))).StatusCode.ShouldBe(StatusCode.PermissionDenied);
        reached.ShouldBeTrue();
    }

    [Fact]
    public async Task MapGrpcService_WithoutAddGrpc_SaysWhatIsMissing()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        Should.Throw<InvalidOperationException>(() => app.MapGrpcService<ProbeService>()).Message.ShouldContain("AddGrpc");
    }

    [Fact]
    public async Task Conventions_OnAService_ReachItsEndpoints()
    {
        await using var host = await ProbeHost.StartAsync(map: app => app.MapGrpcService<ProbeService>().WithMetadata("marked"));
        host.Handlers.One = (_, context) => Task.FromResult(new Answer { Text = context.GetHttpContext().GetEndpoint()!.Metadata.GetMetadata<string>()! });

        (await host.Client.OneAsync(new Ask(), ProbeHost.Options)).Text.ShouldBe("marked");
    }

    private static async Task UnknownServiceAsync(GrpcChannel channel, string branch)
    {
        var marshaller = Marshallers.StringMarshaller;
        var method = new Method<string, string>(MethodType.Unary, "no.Such", "Service", marshaller, marshaller);
        await channel.CreateCallInvoker().AsyncUnaryCall(method, null, ProbeHost.Options.WithHeaders(new Metadata { { "branch", branch } }), "");
    }

    public sealed class OneService : Probe.ProbeBase
    {
        public override Task<Answer> One(Ask request, ServerCallContext context) => Task.FromResult(new Answer { Text = "one" });
    }

    public sealed class OtherService : Probe.ProbeBase
    {
        public override Task<Answer> One(Ask request, ServerCallContext context) => Task.FromResult(new Answer { Text = "other" });
    }
}
