using System.Runtime.InteropServices;
using Grpc.Health.V1;
using Grpc.Net.Client;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Sikap.Extraction;
using Sikap.Gateway;
using Sikap.Ingestion;
using Sikap.Query;
using Sikap.ServiceDefaults;
using Sikap.StanceClassification;
using Sikap.TestKit;

namespace Sikap.RabbitMq.Tests;

/// <summary>
/// The five services as they are deployed: each a host of its own with a bus of its own, reaching each other through a broker and gRPC alone. Extraction and StanceClassification can be
/// processes of their own, to be killed.
/// </summary>
internal sealed class RabbitCluster : IAsyncDisposable
{
    private readonly List<WebApplication> _hosts = [];
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("sikap-cluster-");
    private readonly Dictionary<string, string?> _settings;
    private readonly int[] _apartPorts = FreePort.Take(2);
    private GuardedProcess? _extraction;
    private GuardedProcess? _stanceClassification;

    private RabbitCluster(Dictionary<string, string?> settings) => _settings = settings;

    /// <summary>The system's only public door.</summary>
    public SystemClient Client { get; private set; } = null!;

    /// <summary>Addresses of the services that know the broker.</summary>
    public Dictionary<string, Uri> Addresses { get; } = [];

    /// <summary>Starts all five and waits until each says that it serves.</summary>
    /// <param name="node">The broker.</param>
    /// <param name="virtualHost">Its virtual host.</param>
    /// <param name="apart">True to run Extraction and StanceClassification as processes.</param>
    /// <param name="settings">Configuration of all services on top of the tests' own.</param>
    public static async Task<RabbitCluster> StartAsync(RabbitNode node, string virtualHost, bool apart = false, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var all = TestService.BusSettings(node, virtualHost);
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
        {
            all[key] = value;
        }

        var cluster = new RabbitCluster(all);
        try
        {
            await cluster.StartAsync(apart);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts Extraction as a process and waits until it serves.</summary>
    public async Task StartExtractionAsync()
    {
        _extraction = Start("Extraction", _apartPorts[0]);
        await ServingAsync("Extraction");
    }

    /// <summary>Starts StanceClassification as a process and waits until it serves.</summary>
    public async Task StartStanceClassificationAsync()
    {
        _stanceClassification = Start("StanceClassification", _apartPorts[1]);
        await ServingAsync("StanceClassification");
    }

    /// <summary>Starts one more instance of Extraction in this process, which shares the work, and waits until it serves.</summary>
    /// <param name="name">Its name among <see cref="Addresses"/>.</param>
    public async Task AddExtractionAsync(string name)
    {
        await HostExtractionAsync(name);
        await ServingAsync(name);
    }

    /// <summary>Ends Extraction's process with SIGKILL.</summary>
    public ValueTask KillExtractionAsync() => _extraction!.DisposeAsync();

    /// <summary>Ends StanceClassification's process with SIGKILL.</summary>
    public ValueTask KillStanceClassificationAsync() => _stanceClassification!.DisposeAsync();

    /// <summary>What the health service of a service answers.</summary>
    /// <param name="service">Name of the service, such as <c>Query</c>.</param>
    /// <param name="part">Part of its health; empty for readiness.</param>
    public async Task<HealthCheckResponse.Types.ServingStatus> HealthAsync(string service, string part = "")
    {
        using var channel = GrpcChannel.ForAddress(Addresses[service]);
        try
        {
            return (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = part }, deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(5))).Status;
        }
        catch (Grpc.Core.RpcException notUp) when (notUp.StatusCode is Grpc.Core.StatusCode.Unavailable or Grpc.Core.StatusCode.DeadlineExceeded)
        {
            return HealthCheckResponse.Types.ServingStatus.Unknown;
        }
    }

    /// <summary>Waits until a service's readiness is as expected.</summary>
    public Task HealthAsync(string service, HealthCheckResponse.Types.ServingStatus expected, int seconds = 30) =>
        Eventually.ShouldAsync(() => HealthAsync(service), status => status == expected, TimeSpan.FromSeconds(seconds), expected: $"{service} {expected}");

    public async ValueTask DisposeAsync()
    {
        if (Client is not null)
        {
            Client.Dispose();
        }

        foreach (var host in Enumerable.Reverse(_hosts))
        {
            await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
            await host.DisposeAsync();
        }

        if (_extraction is not null)
        {
            await _extraction.DisposeAsync();
        }

        if (_stanceClassification is not null)
        {
            await _stanceClassification.DisposeAsync();
        }

        _data.Delete(recursive: true);
    }

    private async Task StartAsync(bool apart)
    {
        await HostAsync("Ingestion", builder => builder.AddIngestion(), bus => bus.AddIngestionConsumers(), app => app.MapIngestion());
        await HostAsync("Query", builder => builder.AddQuery(), bus => bus.AddQueryConsumers(), app => app.MapQuery());
        if (apart)
        {
            await Task.WhenAll(StartExtractionAsync(), StartStanceClassificationAsync());
        }
        else
        {
            await HostExtractionAsync("Extraction");
            await HostAsync("StanceClassification", builder => builder.AddStanceClassification(), bus => bus.AddStanceClassificationConsumers(), app => app.MapStanceClassification());
        }

        foreach (var (service, address) in Addresses.ToList())
        {
            _settings[$"Gateway:{service}"] = address.ToString();
            await ServingAsync(service);
        }

        await HostAsync("Gateway", builder => builder.AddGateway(), consumers: null, app => app.MapGateway());
        await ServingAsync("Gateway");
        Client = new SystemClient(Addresses["Gateway"]);
    }

    private Task HostExtractionAsync(string name) =>
        HostAsync(name, builder => builder.AddExtraction(), bus => bus.AddExtractionConsumers(), app => app.MapExtraction());

    private async Task HostAsync(string service, Action<WebApplicationBuilder> add, Action<IBusRegistrationConfigurator>? consumers, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Test", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(SettingsOf(service, port: 0));
        builder.AddServiceDefaults(service.ToLowerInvariant(), defaultPort: 0);
        add(builder);
        if (consumers is not null)
        {
            builder.AddBus(consumers);
        }

        var app = builder.Build();
        app.MapServiceDefaults();
        map(app);
        _hosts.Add(app);
        await app.StartAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Addresses[service] = new Uri(app.Urls.Single());
    }

    private GuardedProcess Start(string service, int port)
    {
        Addresses[service] = new Uri($"http://127.0.0.1:{port}");
        return GuardedProcess.Start(
            Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet")),
            ["exec", Path.Combine(AppContext.BaseDirectory, $"Sikap.{service}.dll")],
            SettingsOf(service, port).ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value ?? ""),
            Path.Combine(_data.FullName, $"{service}.out"));
    }

    private Dictionary<string, string?> SettingsOf(string service, int port) => new(_settings)
    {
        ["Endpoint:Port"] = $"{port}",
        ["Ingestion:DataDirectory"] = _data.FullName,
        ["StanceClassification:DataDirectory"] = _data.FullName,
        ["Query:DataDirectory"] = _data.FullName,
    };

    private Task ServingAsync(string service) => HealthAsync(service, HealthCheckResponse.Types.ServingStatus.Serving);
}
