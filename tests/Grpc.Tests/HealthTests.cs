using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sikap.Grpc.Tests.Probes;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Sikap.Grpc.Tests;

public sealed class HealthTests
{
    private static readonly TimeSpan Patience = ProbeHost.Patience;

    [Fact]
    public async Task Rule21_CheckOfTheServer_IsServing()
    {
        await using var host = await StartAsync();

        var response = await Client(host).CheckAsync(new HealthCheckRequest(), ProbeHost.Options);

        response.Status.ShouldBe(ServingStatus.Serving);
    }

    [Fact]
    public async Task Rule21_CheckOfAnUnknownService_IsNotFound()
    {
        await using var host = await StartAsync();

        var exception = await Should.ThrowAsync<RpcException>(async () => await Client(host).CheckAsync(new HealthCheckRequest { Service = "no.Such" }, ProbeHost.Options));

        exception.StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Rule21_Watch_SendsAtOnceAndAtEachChange()
    {
        await using var host = await StartAsync();
        var health = host.App.Services.GetRequiredService<HealthServiceImpl>();
        health.SetStatus("a", ServingStatus.Serving);
        using var call = Client(host).Watch(new HealthCheckRequest { Service = "a" }, ProbeHost.Options);

        (await NextAsync(call)).ShouldBe(ServingStatus.Serving);
        health.SetStatus("a", ServingStatus.Serving);
        health.SetStatus("a", ServingStatus.NotServing);
        (await NextAsync(call)).ShouldBe(ServingStatus.NotServing);
        health.ClearStatus("a");
        (await NextAsync(call)).ShouldBe(ServingStatus.ServiceUnknown);
    }

    [Fact]
    public async Task Rule21_WatchOfAnUnknownService_SaysSoAndGoesOn()
    {
        await using var host = await StartAsync();
        using var call = Client(host).Watch(new HealthCheckRequest { Service = "later" }, ProbeHost.Options);

        (await NextAsync(call)).ShouldBe(ServingStatus.ServiceUnknown);
        host.App.Services.GetRequiredService<HealthServiceImpl>().SetStatus("later", ServingStatus.Serving);
        (await NextAsync(call)).ShouldBe(ServingStatus.Serving);
    }

    [Fact]
    public async Task HealthChecks_OneIsUnhealthy_OnlyItsServiceIsNotServing()
    {
        var healthy = true;
        await using var host = await ProbeHost.StartAsync(
            services: services => services.AddGrpcHealthChecks(options =>
                {
                    options.Services.Map("", _ => true);
                    options.Services.Map("good", check => check.Tags.Contains("good"));
                })
                .AddCheck("store", () => healthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy())
                .AddCheck("self", () => HealthCheckResult.Healthy(), ["good"]),
            map: app => app.MapGrpcHealthChecksService());

        var before = await Client(host).CheckAsync(new HealthCheckRequest(), ProbeHost.Options);
        healthy = false;
        var after = await Client(host).CheckAsync(new HealthCheckRequest(), ProbeHost.Options);
        var good = await Client(host).CheckAsync(new HealthCheckRequest { Service = "good" }, ProbeHost.Options);

        before.Status.ShouldBe(ServingStatus.Serving);
        after.Status.ShouldBe(ServingStatus.NotServing);
        good.Status.ShouldBe(ServingStatus.Serving);
    }

    [Fact]
    public async Task Shutdown_CallIsRunning_HealthSaysNotServingFirstAndTheCallEndsWell()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync();
        host.Handlers.One = async (_, context) =>
        {
            running.SetResult();
            await release.Task;
            return new Answer { Text = context.CancellationToken.IsCancellationRequested ? "cancelled" : "done" };
        };
        using var watch = Client(host).Watch(new HealthCheckRequest(), ProbeHost.Options);
        while (await NextAsync(watch) != ServingStatus.Serving)
        {
            // The checks have not run yet.
        }

        using var call = host.Client.OneAsync(new Ask(), ProbeHost.Options);
        await running.Task.WaitAsync(Patience);

        var stopping = host.App.StopAsync();
        (await NextAsync(watch)).ShouldBe(ServingStatus.NotServing);
        (await watch.ResponseStream.MoveNext().WaitAsync(Patience)).ShouldBeFalse();
        stopping.IsCompleted.ShouldBeFalse();
        release.SetResult();

        (await call.ResponseAsync.WaitAsync(Patience)).Text.ShouldBe("done");
        await stopping.WaitAsync(Patience);
    }

    [Fact]
    public async Task Shutdown_ServerIsGone_NewCallsAreUnavailable()
    {
        var host = await StartAsync();
        await host.Client.OneAsync(new Ask(), ProbeHost.Options);
        using var channel = GrpcChannel.ForAddress(host.Address);
        await host.DisposeAsync();

        var exception = await Should.ThrowAsync<RpcException>(async () => await new Probe.ProbeClient(channel).OneAsync(new Ask(), ProbeHost.Options));

        exception.StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    private static Health.HealthClient Client(ProbeHost host) => new(host.Channel);

    private static Task<ProbeHost> StartAsync() => ProbeHost.StartAsync(
        services: services => services.AddGrpcHealthChecks(),
        map: app =>
        {
            app.MapGrpcService<ProbeService>();
            app.MapGrpcHealthChecksService();
        });

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> call)
    {
        (await call.ResponseStream.MoveNext().WaitAsync(Patience)).ShouldBeTrue();
        return call.ResponseStream.Current.Status;
    }
}
