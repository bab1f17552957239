using System.Net;
using Grpc.AspNetCore.Web;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Sikap.ServiceDefaults;

namespace Sikap.Gateway;

/// <summary>
/// gRPC-Web for browsers and for proxies without HTTP/2, on a port of its own: without TLS a port speaks one version of HTTP. Keys, limits and deadlines are those of the other door.
/// </summary>
public static class WebDoor
{
    // Browsers show a page only these and a few harmless ones.
    private static readonly string[] Exposed = ["grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-encoding"];

    /// <summary>Listens for gRPC-Web where <c>Gateway:WebPort</c> says so.</summary>
    public static WebApplicationBuilder AddWebDoor(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddCors();
        builder.Services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>().Configure<IOptions<GatewayOptions>>((cors, gateway) =>
            cors.AddDefaultPolicy(policy => policy.WithOrigins([.. gateway.Value.WebOrigins]).WithMethods(HttpMethods.Post).AllowAnyHeader().WithExposedHeaders(Exposed)));
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>, IOptions<EndpointOptions>>((kestrel, gateway, endpoint) =>
        {
            if (gateway.Value.WebPort is { } port)
            {
                kestrel.Listen(IPAddress.Parse(endpoint.Value.Address), port, listen => listen.Protocols = HttpProtocols.Http1);
            }
        });
        return builder;
    }

    /// <summary>Answers gRPC-Web; stands before whatever is mapped.</summary>
    public static WebApplication UseWebDoor(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.UseRouting();
        app.UseCors();
        return app;
    }
}
