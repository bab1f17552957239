using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sikap.TestKit;

/// <summary>
/// Plays an OpenTelemetry collector: takes OTLP over HTTP in binary and remembers which metrics came and which services took part in which trace. Thread-safe.
/// Field numbers are those of opentelemetry/proto/{metrics,trace}/v1.
/// </summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, bool> _metrics = new();
    private readonly ConcurrentDictionary<(string Metric, string Service, string Instance), long> _totals = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _traces = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>What <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> must be.</summary>
    public string Address => _app.Urls.First();

    /// <summary>Names of the metrics that came.</summary>
    public IReadOnlyCollection<string> Metrics => (IReadOnlyCollection<string>)_metrics.Keys;

    /// <summary>Starts it on any free port.</summary>
    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/metrics", request => TakeAsync(request, receiver.TakeMetrics));
        app.MapPost("/v1/traces", request => TakeAsync(request, receiver.TakeTraces));
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Names of the services in the trace that most services took part in, sorted.</summary>
    public IReadOnlyList<string> ServicesOfWidestTrace() => _traces.IsEmpty ? [] : [.. _traces.Values.MaxBy(services => services.Count)!.Keys.Order(StringComparer.Ordinal)];

    /// <summary>How many traces at least that many services took part in.</summary>
    public int TracesThrough(int services) => _traces.Values.Count(trace => trace.Count >= services);

    /// <summary>What each instance of a service counted last, by the instance's id; cumulative counters of whole numbers only.</summary>
    public IReadOnlyDictionary<string, long> TotalsOf(string metric, string service)
        => _totals.Where(total => total.Key.Metric == metric && total.Key.Service == service).ToDictionary(total => total.Key.Instance, total => total.Value);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task TakeAsync(HttpContext context, Action<ByteString> take)
    {
        take(await ByteString.FromStreamAsync(context.Request.Body));
        context.Response.ContentType = "application/x-protobuf";
    }

    private void TakeMetrics(ByteString request)
    {
        foreach (var resource in Fields(request, 1))
        {
            var (service, instance) = (AttributeOf(resource, "service.name"), AttributeOf(resource, "service.instance.id"));
            foreach (var metric in Fields(resource, 2).SelectMany(scope => Fields(scope, 2)))
            {
                var name = Fields(metric, 1).Single().ToStringUtf8();
                _metrics[name] = true;
                var points = Fields(metric, 7).SelectMany(sum => Fields(sum, 1)).ToList();
                if (points.Count > 0)
                    _totals[(name, service, instance)] = points.Sum(WholeNumber);
            }
        }
    }

    private void TakeTraces(ByteString request)
    {
        foreach (var resource in Fields(request, 1))
        {
            var service = AttributeOf(resource, "service.name");
            foreach (var span in Fields(resource, 2).SelectMany(scope => Fields(scope, 2)))
                _traces.GetOrAdd(Convert.ToHexString(Fields(span, 1).Single().Span), _ => new())[service] = true;
        }
    }

    /// <summary>A textual attribute of the resource; empty where it has none of that name.</summary>
    private static string AttributeOf(ByteString resource, string name) => Fields(resource, 1).SelectMany(attributes => Fields(attributes, 1))
        .Where(attribute => Fields(attribute, 1).Single().ToStringUtf8() == name)
        .Select(attribute => Fields(Fields(attribute, 2).Single(), 1).Single().ToStringUtf8()).SingleOrDefault("");

    /// <summary>Value of a data point; 0 where it is none of whole numbers.</summary>
    private static long WholeNumber(ByteString point)
    {
        var input = point.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == WireFormat.MakeTag(6, WireFormat.WireType.Fixed64))
                return input.ReadSFixed64();
            input.SkipLastField();
        }

        return 0;
    }

    /// <summary>The length-delimited fields of a message that have a number.</summary>
    private static List<ByteString> Fields(ByteString message, int number)
    {
        var found = new List<ByteString>();
        var input = message.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == WireFormat.MakeTag(number, WireFormat.WireType.LengthDelimited))
                found.Add(input.ReadBytes());
            else
                input.SkipLastField();
        }

        return found;
    }
}
