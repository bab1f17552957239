using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Console;
using Sikap.Extraction;
using Sikap.Gateway;
using Sikap.Ingestion;
using Sikap.Query;
using Sikap.ServiceDefaults;
using Sikap.StanceClassification;

namespace Sikap.Standalone;

/// <summary>What the host is built from.</summary>
/// <param name="DataDirectory">Folder of the stores, one file per service in it.</param>
/// <param name="Listeners">The bound sockets.</param>
/// <param name="Verbose">Log more than warnings.</param>
internal sealed record StandaloneSettings(string DataDirectory, Listeners Listeners, bool Verbose);

/// <summary>
/// The five services in one application: one container, one in-memory bus with all consumers, and a listener for each. Gateway and back ends implement the same gRPC services, so each
/// listener has a branch of the pipeline with endpoints of its own; the Gateway reaches the others over real gRPC, as it does when they run apart.
/// </summary>
internal static class StandaloneHost
{
    /// <summary>Builds the application; nothing listens or runs yet.</summary>
    /// <param name="settings">What the command line said.</param>
    /// <param name="customise">A last word on services and options before the application is built; null for none.</param>
    public static WebApplication Build(StandaloneSettings settings, Action<WebApplicationBuilder>? customise = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(Configuration(settings));
        // Standard output belongs to the demo's result.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.AddServiceDefaults("standalone");
        builder.AddIngestion();
        builder.AddExtraction();
        builder.AddStanceClassification();
        builder.AddQuery();
        builder.AddGateway();
        builder.AddBus(bus =>
        {
            bus.AddIngestionConsumers();
            bus.AddExtractionConsumers();
            bus.AddStanceClassificationConsumers();
            bus.AddQueryConsumers();
        });
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = settings.Listeners.SocketOf);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ApplyGrpcLimits();
            foreach (var (_, endPoint) in settings.Listeners.All)
            {
                kestrel.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http2);
            }
        });

        WebApplication? app = null;
        // What keeps the host from starting is thrown to the caller, who says it in one line; the log would say it again with every stack.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host",
            level => level >= LogLevel.Warning && app is not null && app.Lifetime.ApplicationStarted.IsCancellationRequested);
        customise?.Invoke(builder);
        app = builder.Build();
        foreach (var (door, endPoint) in settings.Listeners.All)
        {
            app.MapWhen(context => context.Connection.LocalPort == endPoint.Port, branch => branch.UseRouting().UseEndpoints(endpoints =>
            {
                endpoints.MapServiceDefaults();
                Map(door, endpoints);
            }));
        }

        return app;
    }

    private static void Map(ServiceDoor door, IEndpointRouteBuilder endpoints)
    {
        switch (door)
        {
            case ServiceDoor.Gateway:
                endpoints.MapGateway();
                break;
            case ServiceDoor.Ingestion:
                endpoints.MapIngestion();
                break;
            case ServiceDoor.Extraction:
                endpoints.MapExtraction();
                break;
            case ServiceDoor.StanceClassification:
                endpoints.MapStanceClassification();
                break;
            case ServiceDoor.Query:
                endpoints.MapQuery();
                break;
        }
    }

    private static Dictionary<string, string?> Configuration(StandaloneSettings settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = settings.Verbose ? "Information" : "Warning",
            ["Bus:Transport"] = nameof(BusTransport.InMemory),
            ["Ingestion:DataDirectory"] = settings.DataDirectory,
            ["StanceClassification:DataDirectory"] = settings.DataDirectory,
            ["Query:DataDirectory"] = settings.DataDirectory,
        };
        foreach (var door in Listeners.BackEnds)
        {
            values[$"Gateway:{door}"] = settings.Listeners.AddressOf(door).ToString();
        }

        return values;
    }
}
