using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Grpc.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server;

/// <summary>The server's metric and the tags of its span, after the semantic conventions for RPC. The span itself is ASP.NET Core's.</summary>
internal sealed class ServerTelemetry : IDisposable
{
    public const string MeterName = "Grpc.AspNetCore.Server";
    public const string DurationName = "rpc.server.call.duration";
    public const string OtherMethod = "_OTHER";

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;

    public ServerTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _duration = _meter.CreateHistogram(
            DurationName,
            "s",
            "Duration of calls as the server sees them.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = RpcTelemetry.Buckets });
    }

    /// <summary>When the call began, or 0 where nobody listens.</summary>
    public long Begin() => _duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>Records a call. <paramref name="method"/> is the name without leading slash, or <see cref="OtherMethod"/> for one that does not exist.</summary>
    public void End(long begun, HttpContext http, string method, StatusCode code, string? originalMethod = null)
    {
        if (begun != 0)
        {
            var tags = new TagList
            {
                { RpcTelemetry.System, RpcTelemetry.Grpc },
                { RpcTelemetry.Method, method },
                { RpcTelemetry.StatusCode, StatusMapping.Name(code) },
            };
            if (StatusMapping.IsServerError(code))
            {
                tags.Add(RpcTelemetry.ErrorType, StatusMapping.Name(code));
            }

            _duration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, tags);
        }

        if (http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity)
        {
            activity.DisplayName = method;
            activity.SetTag(RpcTelemetry.System, RpcTelemetry.Grpc);
            activity.SetTag(RpcTelemetry.Method, method);
            activity.SetTag(RpcTelemetry.StatusCode, StatusMapping.Name(code));
            if (originalMethod is not null)
            {
                activity.SetTag(RpcTelemetry.OriginalMethod, originalMethod);
            }

            if (StatusMapping.IsServerError(code))
            {
                activity.SetTag(RpcTelemetry.ErrorType, StatusMapping.Name(code));
                activity.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    public void Dispose() => _meter.Dispose();
}
