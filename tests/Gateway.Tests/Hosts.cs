using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sikap.ServiceDefaults;
using Sikap.TestKit;

namespace Sikap.Gateway.Tests;

internal static class Hosts
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>The gateway before one back end, which stands for all four.</summary>
    public static Task<ServiceHost> StartGatewayAsync(Uri backEnd, params (string Key, string Value)[] settings) =>
        StartAsync(
            "gateway", builder => builder.AddGateway(), app => app.MapGateway(),
            [.. new[] { "Ingestion", "Extraction", "StanceClassification", "Query" }.Select(name => ($"Gateway:{name}", backEnd.ToString())), .. settings]);

    /// <summary>The gateway with its door for browsers.</summary>
    public static Task<ServiceHost> StartWebGatewayAsync(Uri backEnd, params (string Key, string Value)[] settings) =>
        StartAsync(
            "gateway",
            builder =>
            {
                builder.AddGateway();
                builder.AddWebDoor();
            },
            app => app.UseWebDoor().MapGateway(),
            [("Gateway:WebPort", "0"), ("Gateway:Query", backEnd.ToString()), .. settings]);

    /// <summary>The fake back end, serving all that the gateway forwards to.</summary>
    public static Task<ServiceHost> StartBackEndAsync(BackEnd backEnd) =>
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
    public static Uri Nowhere() => new($"http://127.0.0.1:{FreePort.Take(1)[0]}");

    private static Task<ServiceHost> StartAsync(
        string name, Action<WebApplicationBuilder> configure, Action<WebApplication> map, params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["Shutdown:DrainDelay"] = "00:00:00" };
        foreach (var (key, value) in settings)
        {
            values[key] = value;
        }
        return ServiceHost.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults(name, defaultPort: 0);
                configure(builder);
            },
            app =>
            {
                map(app);
                app.MapServiceDefaults();
            },
            values);
    }
}

/// <summary>What the fake back end saw, and what it is to do.</summary>
internal sealed class BackEnd
{
    private int _written;

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

    /// <summary>Events that the stream has taken.</summary>
    public int Written { get => Volatile.Read(ref _written); set => Volatile.Write(ref _written, value); }

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
