using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sikap.TestKit;

namespace Sikap.ServiceDefaults.Tests;

public sealed class HostTests
{
    [Theory]
    [InlineData("Endpoint:Port", "70000", "Port")]
    [InlineData("Endpoint:Port", "satu", "Endpoint:Port")]
    [InlineData("Endpoint:Address", "rumah", "Endpoint:Address")]
    [InlineData("Shutdown:Timeout", "-00:00:01", "Timeout")]
    [InlineData("Shutdown:DrainDelay", "01:00:00", "DrainDelay")]
    [InlineData("Bus:Transport", "Pigeon", "Bus:Transport")]
    [InlineData("Bus:PrefetchCount", "0", "PrefetchCount")]
    [InlineData("Bus:ConcurrentMessageLimit", "17", "ConcurrentMessageLimit")]
    [InlineData("Bus:MaxMessageBytes", "1", "MaxMessageBytes")]
    [InlineData("Bus:PublishTimeout", "00:00:00", "PublishTimeout")]
    public async Task Start_BadOption_RefusesAndNamesIt(string key, string value, string named)
    {
        var error = await Should.ThrowAsync<Exception>(async () => await StartAsync(new() { [key] = value }));

        error.ToString().ShouldContain(named);
    }

    [Theory]
    [InlineData("Hosts", "rabbit:", "Hosts")]
    [InlineData("Hosts", "rabbit:99999", "Hosts")]
    [InlineData("Hosts", "a,,b", "Hosts")]
    [InlineData("PasswordFile", "/tidak/ada", "PasswordFile")]
    public async Task Start_BadBrokerOption_RefusesAndNamesIt(string key, string value, string named)
    {
        var error = await Should.ThrowAsync<Exception>(async () => await StartAsync(new() { ["Bus:Transport"] = "RabbitMq", [$"Bus:{key}"] = value }));

        error.ToString().ShouldContain(named);
    }

    [Fact]
    public async Task Health_Running_ServingAndLive()
    {
        await using var host = await StartAsync();
        var client = new Health.HealthClient(host.Channel);

        (await client.CheckAsync(new HealthCheckRequest(), Deadline())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        (await client.CheckAsync(new HealthCheckRequest { Service = ServiceDefaultsRegistration.LivenessService }, Deadline())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
    }

    [Fact]
    public async Task Health_StoreAway_NotServingButLive()
    {
        await using var host = await StartAsync(configure: builder =>
        {
            builder.Services.AddSingleton<AwayStore>();
            builder.Services.AddStoreHealth<AwayStore>("test-store");
        });
        host.ExpectsErrors = true;
        var client = new Health.HealthClient(host.Channel);

        (await client.CheckAsync(new HealthCheckRequest(), Deadline())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.NotServing);
        (await client.CheckAsync(new HealthCheckRequest { Service = ServiceDefaultsRegistration.LivenessService }, Deadline())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
    }

    [Fact]
    public async Task Stop_WithDrainDelay_NotServingWhileCallsAreStillAnswered()
    {
        await using var host = await StartAsync(new() { ["Shutdown:DrainDelay"] = "00:00:02" });
        host.ExpectsErrors = true;
        var client = new Health.HealthClient(host.Channel);
        (await client.CheckAsync(new HealthCheckRequest(), Deadline())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);

        var stopping = host.App.StopAsync();

        await Eventually.GetAsync(async () => (await client.CheckAsync(new HealthCheckRequest(), Deadline())).Status,
            status => status == HealthCheckResponse.Types.ServingStatus.NotServing);
        stopping.IsCompleted.ShouldBeFalse();
        await stopping.WaitAsync(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Listener_Http1_NotSpoken()
    {
        await using var host = await StartAsync();
        using var client = new HttpClient { DefaultRequestVersion = System.Net.HttpVersion.Version11 };

        var response = await Record.ExceptionAsync(async () => (await client.GetAsync(new Uri(host.Address))).EnsureSuccessStatusCode());

        response.ShouldBeOfType<HttpRequestException>();
    }

    [Fact]
    public void GlobalizationCheck_ThisProcess_HasIcu() => Should.NotThrow(GlobalizationCheck.Run);

    [Fact]
    public void GlobalizationCheck_NothingComposed_Refuses()
        => Should.Throw<InvalidOperationException>(() => GlobalizationCheck.Require("e\u0301")).Message.ShouldContain("ICU");

    [Fact]
    public void BusOptions_PasswordFile_FirstLineWins()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "sandi\n");
            new BusOptions { PasswordFile = file, Password = "lain" }.EffectivePassword.ShouldBe("sandi");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("rabbit", false, "rabbit:5672")]
    [InlineData("rabbit", true, "rabbit:5671")]
    [InlineData("10.0.0.1:5700", false, "10.0.0.1:5700")]
    public void BrokerAddress_Valid_HostAndPort(string text, bool tls, string expected)
    {
        BrokerAddress.TryParse(text, tls, out var address).ShouldBeTrue();
        address.ToString().ShouldBe(expected);
    }

    [Fact]
    public void CutToUtf8Bytes_AtEveryLimit_FitsAndSplitsNothing()
    {
        const string text = "aé語😀z\uD800b";
        for (var limit = 0; limit <= 20; limit++)
        {
            var cut = text.CutToUtf8Bytes(limit);
            System.Text.Encoding.UTF8.GetByteCount(cut).ShouldBeLessThanOrEqualTo(limit);
            text.ShouldStartWith(cut);
            if (cut.Length > 0)
                char.IsHighSurrogate(cut[^1]).ShouldBe(cut.EndsWith('\uD800'));
        }

        text.CutToUtf8Bytes(20).ShouldBe(text);
    }

    [Fact]
    public void Telemetry_Instruments_AreDocumented() => TelemetryTable.Declared(typeof(Telemetry)).ShouldBe(TelemetryTable.Documented(Telemetry.Name));

    private static CallOptions Deadline() => new(deadline: DateTime.UtcNow.AddSeconds(15));

    private static Task<ServiceHost> StartAsync(Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null) => ServiceHost.StartAsync(
        builder =>
        {
            builder.AddServiceDefaults("test", defaultPort: 0);
            builder.AddBus(_ => { });
            configure?.Invoke(builder);
        },
        app => app.MapServiceDefaults(), settings);

    private sealed class AwayStore : IStore
    {
        public Task CheckAsync(CancellationToken cancellationToken) => throw new StoreUnavailableException("away");
    }
}
