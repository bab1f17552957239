using Sikap.ServiceDefaults;

namespace Sikap.Gateway;

/// <summary>Wires the public door into a host.</summary>
public static class GatewayRegistration
{
    private const int KeyHashHexDigits = 64;

    /// <summary>Adds the channels to the back ends and what guards the door.</summary>
    public static IHostApplicationBuilder AddGateway(this IHostApplicationBuilder builder)
    {
        builder.AddValidatedOptions<GatewayOptions>(GatewayOptions.Section)
            .Validate(
                options => options.ApiKeys.All(key => key.Length == KeyHashHexDigits && key.All(char.IsAsciiHexDigit)),
                $"{GatewayOptions.Section}:{nameof(GatewayOptions.ApiKeys)} must hold SHA-256 hashes of {KeyHashHexDigits} hexadecimal digits.")
            .Validate(
                options => new[] { options.Ingestion, options.Extraction, options.StanceClassification, options.Query }
                    .All(address => address.IsAbsoluteUri && address.Scheme is "http" or "https"),
                $"Addresses in {GatewayOptions.Section} must be absolute and start with http:// or https://.");
        builder.Services.AddSingleton<BackEnds>();
        builder.Services.AddSingleton<Admission>();
        builder.Services.AddSingleton<Forwarder>();
        builder.Services.AddHostedService<ExposureCheck>();
        builder.Services.AddSingleton<BackEndHealth>();
        builder.Services.AddHostedService(services => services.GetRequiredService<BackEndHealth>());
        builder.Services.AddHealthChecks().AddCheck<BackEndHealth>("back-ends", tags: [ServiceDefaultsRegistration.RemoteTag]);
        return builder;
    }

    /// <summary>Maps the public services.</summary>
    public static void MapGateway(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<IngestionProxy>();
        endpoints.MapGrpcService<DeadLetterProxy>();
        endpoints.MapGrpcService<FeedProxy>();
        endpoints.MapGrpcService<ExtractionProxy>();
        endpoints.MapGrpcService<AnalysisProxy>();
        endpoints.MapGrpcService<CodebookProxy>();
        endpoints.MapGrpcService<QueryProxy>();
    }
}
