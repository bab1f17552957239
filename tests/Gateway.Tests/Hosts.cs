using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sikap.ServiceDefaults;

namespace Sikap.Gateway.Tests;

/// <summary>A host with the common parts of a service, on a free loopback port.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly WebApplication _app;

    private TestHost(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        Channel = GrpcChannel.ForAddress(Address);
    }

    public Uri Address { get; }

    public GrpcChannel Channel { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TestHost> StartAsync(
        string name, Action<WebApplicationBuilder> configure, Action<IEndpointRouteBuilder> map, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Endpoint:Port"] = "0", ["Shutdown:DrainDelay"] = "00:00:00" });
        // One source after the other, so that what comes later wins.
        foreach (var (key, value) in settings)
        {
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>(key, value)]);
        }
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults(name, defaultPort: 0);
        configure(builder);
        var app = builder.Build();
        app.MapServiceDefaults();
        map(app);
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new TestHost(app);
    }

    /// <summary>The gateway before one back end, which stands for all four.</summary>
    public static Task<TestHost> StartGatewayAsync(Uri backEnd, params (string Key, string Value)[] settings) =>
        StartAsync(
            "gateway", builder => builder.AddGateway(), app => app.MapGateway(),
            [.. new[] { "Ingestion", "Extraction", "StanceClassification", "Query" }.Select(name => ($"Gateway:{name}", backEnd.ToString())), .. settings]);

    /// <summary>The fake back end, serving all that the gateway forwards to.</summary>
    public static Task<TestHost> StartBackEndAsync(BackEnd backEnd) =>
        StartAsync(
            "back-end", builder => builder.Services.AddSingleton(backEnd),
            app =>
            {
                app.MapGrpcService<FakeQuery>();
                app.MapGrpcService<FakeIngestion>();
                app.MapGrpcService<FakeCodebook>();
                app.MapGrpcService<FakeAnalysis>();
                app.MapGrpcService<FakeExtraction>();
            });

    /// <summary>An address where nobody listens.</summary>
    public static Uri Nowhere()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}");
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}

/// <summary>What the fake back end saw, and what it is to do.</summary>
internal sealed class BackEnd
{
    /// <summary>The contexts of the calls, in their order.</summary>
    public ConcurrentQueue<ServerCallContext> Calls { get; } = new();

    /// <summary>Request headers of the calls, in their order.</summary>
    public ConcurrentQueue<Metadata> Headers { get; } = new();

    /// <summary>Completes when a call was entered.</summary>
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a call was cancelled while it held.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets held calls go.</summary>
    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>If true, calls wait for <see cref="Release"/>.</summary>
    public bool Holds { get; set; }

    /// <summary>Thrown by every call where set.</summary>
    public RpcException? Fault { get; set; }

    public async Task EnterAsync(ServerCallContext context)
    {
        Calls.Enqueue(context);
        Headers.Enqueue(context.RequestHeaders);
        Entered.TrySetResult();
        if (Holds)
        {
            await HoldAsync(context);
        }
        if (Fault is not null)
        {
            throw Fault;
        }
    }

    public async Task HoldAsync(ServerCallContext context)
    {
        try
        {
            await Release.Task.WaitAsync(context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cancelled.TrySetResult();
            throw;
        }
    }
}
