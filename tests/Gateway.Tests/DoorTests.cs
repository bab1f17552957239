using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Gateway.Tests;

public sealed class DoorTests : IAsyncLifetime
{
    private readonly BackEnd _backEnd = new();
    private ServiceHost _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await Hosts.StartBackEndAsync(_backEnd);

    public async ValueTask DisposeAsync()
    {
        _backEnd.Release.TrySetResult();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task ManyCalls_AboveTheLimitOfAnAddress_AreRefusedUntilOneEnds()
    {
        _backEnd.Holds = true;
        await using var gateway = await Hosts.StartGatewayAsync(new Uri(_server.Address), ("Gateway:MaxConcurrentCallsPerClient", "2"));
        var client = new QueryService.QueryServiceClient(gateway.Channel);
        var held = client.GetLedgerStatusAsync(new GetLedgerStatusRequest()).ResponseAsync;
        // Before the second call starts: streams of one connection may overtake each other.
        await _backEnd.Entered.Task.WaitAsync(Hosts.Patience, Cancel);
        using var watch = client.Watch(new WatchRequest());
        (await watch.ResponseStream.MoveNext(Cancel)).ShouldBeTrue();

        var refused = await Should.ThrowAsync<RpcException>(() => client.GetLedgerStatusAsync(new GetLedgerStatusRequest()).ResponseAsync);
        _backEnd.Release.SetResult();
        await held.WaitAsync(Hosts.Patience, Cancel);
        var later = await client.GetLedgerStatusAsync(new GetLedgerStatusRequest());

        refused.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        later.Articles.ShouldBe(42);
    }

    [Theory]
    [InlineData("x-api-key", "opensesame", true)]
    [InlineData("authorization", "Bearer opensesame", true)]
    [InlineData("authorization", "bearer second", true)]
    [InlineData("x-api-key", "opensesam", false)]
    [InlineData("x-api-key", "", false)]
    [InlineData("authorization", "Basic opensesame", false)]
    [InlineData("x-other", "opensesame", false)]
    public async Task ApiKeys_Configured_AreAskedFor(string header, string value, bool admitted)
    {
        await using var gateway = await Hosts.StartGatewayAsync(
            new Uri(_server.Address), ("Gateway:ApiKeys:0", Hash("opensesame")), ("Gateway:ApiKeys:1", Hash("second").ToUpperInvariant()));
        var call = new QueryService.QueryServiceClient(gateway.Channel).GetLedgerStatusAsync(new GetLedgerStatusRequest(), new Metadata { { header, value } }).ResponseAsync;

        if (admitted)
        {
            (await call).Articles.ShouldBe(42);
        }
        else
        {
            (await Should.ThrowAsync<RpcException>(() => call)).StatusCode.ShouldBe(StatusCode.Unauthenticated);
            _backEnd.Calls.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Start_ReachableFromOutsideWithoutKeys_IsRefused()
    {
        var refused = await Should.ThrowAsync<OptionsValidationException>(() => Hosts.StartGatewayAsync(new Uri(_server.Address), ("Endpoint:Address", "0.0.0.0")));

        refused.Message.ShouldContain("Gateway:ApiKeys");
    }

    [Theory]
    [InlineData("Gateway:AllowAnonymous", "true")]
    [InlineData("Gateway:ApiKeys:0", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    public async Task Start_ReachableFromOutsideOnPurpose_Works(string key, string value)
    {
        await using var gateway = await Hosts.StartGatewayAsync(new Uri(_server.Address), ("Endpoint:Address", "0.0.0.0"), (key, value));

        gateway.Address.ShouldContain("0.0.0.0");
    }

    [Theory]
    [InlineData("Gateway:ApiKeys:0", "opensesame", "ApiKeys")]
    [InlineData("Gateway:Query", "localhost", "Addresses")]
    [InlineData("Gateway:DefaultDeadline", "-00:00:01", "DefaultDeadline")]
    [InlineData("Gateway:MaxConcurrentCallsPerClient", "0", "MaxConcurrentCallsPerClient")]
    public async Task Start_BadOption_IsRefusedByName(string key, string value, string named)
    {
        var refused = await Should.ThrowAsync<OptionsValidationException>(() => Hosts.StartGatewayAsync(new Uri(_server.Address), (key, value)));

        refused.Message.ShouldContain(named);
    }

    [Fact]
    public async Task Readiness_BackEndsAway_IsNotServingWhileTheProcessLives()
    {
        await using var gateway = await Hosts.StartGatewayAsync(Hosts.Nowhere(), ("Gateway:HealthInterval", "00:00:00.050"));

        (await HealthAsync(gateway, "")).ShouldBe(HealthCheckResponse.Types.ServingStatus.NotServing);
        (await HealthAsync(gateway, ServiceDefaultsRegistration.LivenessService)).ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        (await HealthAsync(gateway, ServiceDefaultsRegistration.OwnReadinessService)).ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
    }

    [Fact]
    public async Task Readiness_FollowsTheBackEnds()
    {
        var query = await Hosts.StartBackEndAsync(new BackEnd());
        var others = await Hosts.StartBackEndAsync(new BackEnd());
        await using var gateway = await Hosts.StartGatewayAsync(
            new Uri(others.Address), ("Gateway:HealthInterval", "00:00:00.050"), ("Gateway:Query", query.Address));

        await WaitForAsync(gateway, HealthStatus.Healthy);
        await query.DisposeAsync();
        await WaitForAsync(gateway, HealthStatus.Degraded);
        (await HealthAsync(gateway, "")).ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        await others.DisposeAsync();
        await WaitForAsync(gateway, HealthStatus.Unhealthy);
        (await HealthAsync(gateway, "")).ShouldBe(HealthCheckResponse.Types.ServingStatus.NotServing);
    }

    [Fact]
    public void Telemetry_Instruments_AreDocumented() => TelemetryTable.Declared(typeof(Telemetry)).ShouldBe(TelemetryTable.Documented(Telemetry.Name));

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static async Task<HealthCheckResponse.Types.ServingStatus> HealthAsync(ServiceHost gateway, string service) =>
        (await new Health.HealthClient(gateway.Channel).CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Cancel)).Status;

    private static async Task WaitForAsync(ServiceHost gateway, HealthStatus status)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Hosts.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var checks = gateway.App.Services.GetRequiredService<HealthCheckService>();
        while ((await checks.CheckHealthAsync(patience.Token)).Entries["back-ends"].Status != status)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
