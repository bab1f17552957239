using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sikap.TestKit;

namespace Sikap.ServiceDefaults.Tests;

public sealed class TelemetryExportTests
{
    [Fact]
    public async Task Stop_EndpointConfigured_TracesAndMetricsArrive()
    {
        var received = new ConcurrentDictionary<string, int>();
        // Plays the collector: a listener for HTTP/1.1.
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            var text = System.Text.Encoding.Latin1.GetString(body.ToArray());
            received.AddOrUpdate(text.Contains("test-export", StringComparison.Ordinal) ? signal : $"{signal} without the service's name", 1, (_, count) => count + 1);
        });
        await collector.StartAsync();
        var host = await ServiceHost.StartAsync(
            service => service.AddServiceDefaults("test-export", defaultPort: 0),
            app => app.MapServiceDefaults(),
            new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.First(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" });
        await new Grpc.Health.V1.Health.HealthClient(host.Channel).CheckAsync(new(), deadline: DateTime.UtcNow.AddSeconds(15));

        await host.DisposeAsync();

        received.Keys.Order().ShouldBe(["metrics", "traces"]);
    }
}
