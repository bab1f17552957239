using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sikap.Grpc.Tests.Probes;

namespace Sikap.Grpc.Tests;

/// <summary>The handlers of a test; what a test does not set echoes.</summary>
public sealed class Handlers
{
    public Func<Ask, ServerCallContext, Task<Answer>> One { get; set; } = (ask, _) => Task.FromResult(new Answer { Text = ask.Text, Body = ask.Body });

    public Func<IAsyncStreamReader<Ask>, ServerCallContext, Task<Answer>> Up { get; set; } = async (asks, context) =>
    {
        var count = 0;
        await foreach (var ask in asks.ReadAllAsync(context.CancellationToken))
        {
            count++;
        }

        return new Answer { Text = count.ToString(System.Globalization.CultureInfo.InvariantCulture) };
    };

    public Func<Ask, IServerStreamWriter<Answer>, ServerCallContext, Task> Down { get; set; } = (ask, answers, _) => answers.WriteAsync(new Answer { Text = ask.Text });

    public Func<IAsyncStreamReader<Ask>, IServerStreamWriter<Answer>, ServerCallContext, Task> Both { get; set; } = async (asks, answers, context) =>
    {
        await foreach (var ask in asks.ReadAllAsync(context.CancellationToken))
        {
            await answers.WriteAsync(new Answer { Text = ask.Text, Body = ask.Body });
        }
    };
}

public class ProbeService(Handlers handlers) : Probe.ProbeBase
{
    public override Task<Answer> One(Ask request, ServerCallContext context) => handlers.One(request, context);

    public override Task<Answer> Up(IAsyncStreamReader<Ask> requestStream, ServerCallContext context) => handlers.Up(requestStream, context);

    public override Task Down(Ask request, IServerStreamWriter<Answer> responseStream, ServerCallContext context) => handlers.Down(request, responseStream, context);

    public override Task Both(IAsyncStreamReader<Ask> requestStream, IServerStreamWriter<Answer> responseStream, ServerCallContext context) =>
        handlers.Both(requestStream, responseStream, context);
}

/// <summary>A host with the probe service on a port of its own, and a channel to it.</summary>
internal sealed class ProbeHost : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private ProbeHost(WebApplication app, Handlers handlers, Uri address, GrpcChannel channel)
    {
        App = app;
        Handlers = handlers;
        Address = address;
        Channel = channel;
        Client = new Probe.ProbeClient(channel);
    }

    public WebApplication App { get; }

    public Handlers Handlers { get; }

    public Uri Address { get; }

    public GrpcChannel Channel { get; }

    public Probe.ProbeClient Client { get; }

    public static DateTime Deadline => TimeProvider.System.GetUtcNow().UtcDateTime + Patience;

    public static CallOptions Options => new(deadline: Deadline);

    public static async Task<ProbeHost> StartAsync(
        Action<GrpcServiceOptions>? grpc = null, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null, GrpcChannelOptions? channel = null)
    {
        var handlers = new Handlers();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(handlers);
        builder.Services.AddGrpc(grpc ?? (_ => { }));
        services?.Invoke(builder.Services);
        var app = builder.Build();
        (map ?? (each => each.MapGrpcService<ProbeService>()))(app);
        await app.StartAsync();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return new ProbeHost(app, handlers, address, GrpcChannel.ForAddress(address, channel ?? new GrpcChannelOptions()));
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await App.StopAsync(timeout.Token);
        await App.DisposeAsync();
    }
}
