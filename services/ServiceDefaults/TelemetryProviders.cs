using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sikap.ServiceDefaults;

/// <summary>
/// Collects traces, so that trace ids travel with calls and messages, and exports traces and metrics over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is configured.
/// The SDK's own builders are used because its hosting package is not on every feed.
/// </summary>
internal sealed class TelemetryProviders(ServiceIdentity service, IConfiguration configuration) : IHostedService, IDisposable
{
    internal const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ProtocolKey = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string Http = "http/protobuf";
    private const int FlushTimeoutMs = 5_000;

    internal static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "MassTransit", "Sikap.*", "Grpc.*", "MongoDB.Driver"];
    internal static readonly string[] Meters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Sikap.*", "Grpc.*"];

    private TracerProvider? _tracer;
    private MeterProvider? _meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var endpoint = configuration[EndpointKey];
        if (!string.IsNullOrWhiteSpace(endpoint) && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            throw new OptionsValidationException(EndpointKey, typeof(string), [$"{EndpointKey}: '{endpoint}' is no address such as http://collector:4317"]);
        if (configuration[ProtocolKey] is { Length: > 0 } protocol and not ("grpc" or Http))
            throw new OptionsValidationException(ProtocolKey, typeof(string), [$"{ProtocolKey}: '{protocol}' is neither grpc nor {Http}"]);
        var resource = ResourceBuilder.CreateDefault().AddService(service.Name, serviceNamespace: "sikap",
            serviceVersion: typeof(TelemetryProviders).Assembly.GetName().Version?.ToString());
        var tracer = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources);
        if (!string.IsNullOrWhiteSpace(endpoint))
        {
            tracer.AddOtlpExporter(otlp => Configure(otlp, endpoint, "v1/traces"));
            _meter = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters)
                .AddOtlpExporter(otlp => Configure(otlp, endpoint, "v1/metrics")).Build();
        }

        _tracer = tracer.Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _tracer?.ForceFlush(FlushTimeoutMs);
        _meter?.ForceFlush(FlushTimeoutMs);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _tracer?.Dispose();
        _meter?.Dispose();
    }

    private void Configure(OtlpExporterOptions otlp, string endpoint, string signalPath)
    {
        var http = configuration[ProtocolKey] == Http;
        otlp.Protocol = http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        // Given in code, the exporter takes an address as it is.
        otlp.Endpoint = http ? new Uri(new Uri(endpoint.TrimEnd('/') + "/"), signalPath) : new Uri(endpoint);
    }
}
