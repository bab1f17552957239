using System.Net;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sikap.ServiceDefaults;
using Sikap.TestKit;

namespace Sikap.RabbitMq.Tests;

/// <summary>A service with the common parts all services have and nothing else: publishes and, where wanted, consumes <see cref="Work"/>.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RabbitNode _node;
    private readonly string _virtualHost;

    private TestService(WebApplication app, RabbitNode node, string virtualHost) => (_app, _node, _virtualHost) = (app, node, virtualHost);

    public WorkBook Book => _app.Services.GetRequiredService<WorkBook>();

    public ErrandGate Gate => _app.Services.GetRequiredService<ErrandGate>();

    public IHostApplicationLifetime Lifetime => _app.Services.GetRequiredService<IHostApplicationLifetime>();

    /// <summary>Starts a service and, unless told otherwise, waits until it is ready.</summary>
    /// <param name="node">The broker.</param>
    /// <param name="virtualHost">Its virtual host.</param>
    /// <param name="consumes">True to consume <see cref="Work"/>, false to only publish it.</param>
    /// <param name="book">What to do with messages; by default they are only noted.</param>
    /// <param name="awaitReady">False where it cannot become ready.</param>
    /// <param name="errands">True to publish and consume <see cref="Errand"/> too.</param>
    /// <param name="settings">Configuration that differs from the tests' own.</param>
    public static async Task<TestService> StartAsync(
        RabbitNode node, string virtualHost, bool consumes = true, WorkBook? book = null, bool awaitReady = true, bool errands = false, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(BusSettings(node, virtualHost));
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.AddServiceDefaults("test");
        builder.Services.AddSingleton(book ?? new WorkBook());
        builder.Services.AddSingleton<ErrandGate>();
        builder.AddBus(bus =>
        {
            bus.Publishes<Work>();
            if (consumes)
            {
                bus.AddConsumer<WorkConsumer, WorkConsumerDefinition>();
            }

            if (errands)
            {
                bus.Publishes<Errand>();
                bus.AddConsumer<ErrandConsumer, ErrandConsumerDefinition>();
            }
        });
        var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync().WaitAsync(TimeSpan.FromSeconds(30));
        var service = new TestService(app, node, virtualHost);
        if (awaitReady)
        {
            await service.ReadyAsync();
        }

        return service;
    }

    /// <summary>Configuration of the bus in all tests: that broker, and a watchdog quick enough for tests that never ends the process.</summary>
    public static Dictionary<string, string?> BusSettings(RabbitNode node, string virtualHost) => new()
    {
        ["Bus:Transport"] = "RabbitMq",
        ["Bus:Hosts"] = $"localhost:{node.Port}",
        ["Bus:VirtualHost"] = virtualHost,
        ["Bus:Username"] = RabbitNode.Username,
        ["Bus:Password"] = RabbitNode.Password,
        ["Bus:WatchdogInterval"] = "00:00:00.500",
        ["Bus:StopAfterStuck"] = "00:00:00",
    };

    /// <summary>Publishes as the services do; the id is the identity of the content.</summary>
    public Task PublishAsync(string id) =>
        _app.Services.GetRequiredService<BoundedPublisher>().PublishAsync(_app.Services.GetRequiredService<IBus>(), new Work { Id = id }, id);

    /// <summary>Publishes an errand.</summary>
    public Task PublishErrandAsync(string id) =>
        _app.Services.GetRequiredService<BoundedPublisher>().PublishAsync(_app.Services.GetRequiredService<IBus>(), new Errand { Id = id }, id);

    /// <summary>Publishes again and again until the broker confirms.</summary>
    public async Task PublishUntilConfirmedAsync(string id, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        for (; ; )
        {
            try
            {
                await PublishAsync(id);
                return;
            }
            catch (PublishOutcomeUnknownException) when (!timeout.IsCancellationRequested)
            {
            }
        }
    }

    /// <summary>Publishes again and again until it was consumed: a broker confirms what no queue takes.</summary>
    public async Task PublishUntilDoneAsync(string id, TimeSpan limit) => await Eventually.ShouldAsync(
        async () =>
        {
            await PublishUntilConfirmedAsync(id, limit);
            return Book.Done.ContainsKey(id);
        },
        done => done,
        limit,
        expected: $"{id} done");

    /// <summary>Waits until all errands were passed on as work and done, none is left and none failed, and the service is ready.</summary>
    public async Task AllErrandsDoneAsync(IReadOnlyCollection<string> ids)
    {
        await Book.DoneAsync(ids, TimeSpan.FromSeconds(60));
        await using var amqp = await Amqp.ConnectAsync(_node, _virtualHost);
        await amqp.ReadyAsync("errand", 0, TimeSpan.FromSeconds(10));
        await amqp.ReadyAsync("errand_error", 0, TimeSpan.FromSeconds(10));
        await ReadyAsync();
    }

    /// <summary>What readiness says.</summary>
    public Task<HealthReport> HealthAsync() => _app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    /// <summary>What liveness says.</summary>
    public Task<HealthReport> LivenessAsync() =>
        _app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains(ServiceDefaultsRegistration.LiveTag));

    /// <summary>Waits until readiness says yes.</summary>
    public Task ReadyAsync(int seconds = 30) => StatusAsync(HealthStatus.Healthy, seconds);

    /// <summary>Waits until readiness says no; returns why.</summary>
    public Task<string> UnreadyAsync(int seconds = 15) => StatusAsync(HealthStatus.Unhealthy, seconds);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await _app.DisposeAsync();
    }

    private async Task<string> StatusAsync(HealthStatus status, int seconds)
    {
        var last = await Eventually.ShouldAsync(
            async () => Describe(await HealthAsync()),
            answer => answer.StartsWith($"{status}:", StringComparison.Ordinal),
            TimeSpan.FromSeconds(seconds),
            expected: $"readiness {status}");
        return last;
    }

    private static string Describe(HealthReport report) =>
        $"{report.Status}: {string.Join("; ", report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).Select(entry => $"{entry.Key}: {entry.Value.Description}"))}";
}
