using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Grpc.Protocol;

namespace Grpc.Client;

/// <summary>The client's span and metric, after the semantic conventions for RPC. HttpClient's own span below it carries the trace to the server.</summary>
internal static class ClientTelemetry
{
    public const string SourceName = "Grpc.Net.Client";
    public const string DurationName = "rpc.client.call.duration";

    /// <summary>As the specification wants it: name-language/version.</summary>
    public static readonly string UserAgent = $"grpc-dotnet-sikap/{typeof(ClientTelemetry).Assembly.GetName().Version?.ToString(3)}";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new(SourceName);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        DurationName, "s", "Duration of calls as the client sees them.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = RpcTelemetry.Buckets });

    public static long Begin() => Duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    public static Activity? StartActivity(string method, Uri address)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var activity = Source.StartActivity(method, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag(RpcTelemetry.System, RpcTelemetry.Grpc);
            activity.SetTag(RpcTelemetry.Method, method);
            activity.SetTag("server.address", address.Host);
            activity.SetTag("server.port", address.Port);
        }

        return activity;
    }

    public static void End(long begun, Activity? activity, string method, Uri address, StatusCode code)
    {
        if (begun != 0)
        {
            var tags = new TagList
            {
                { RpcTelemetry.System, RpcTelemetry.Grpc },
                { RpcTelemetry.Method, method },
                { RpcTelemetry.StatusCode, StatusMapping.Name(code) },
                { "server.address", address.Host },
                { "server.port", address.Port },
            };
            if (code != StatusCode.OK)
            {
                tags.Add(RpcTelemetry.ErrorType, StatusMapping.Name(code));
            }

            Duration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, tags);
        }

        if (activity is not null)
        {
            activity.SetTag(RpcTelemetry.StatusCode, StatusMapping.Name(code));
            if (code != StatusCode.OK)
            {
                activity.SetTag(RpcTelemetry.ErrorType, StatusMapping.Name(code));
                activity.SetStatus(ActivityStatusCode.Error);
            }

            activity.Dispose();
        }
    }
}
