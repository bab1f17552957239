using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Sikap.Grpc.Tests.Probes;

namespace Sikap.Grpc.Tests;

/// <summary>Names, units and attributes after the semantic conventions for RPC; one trace from the caller to the handler.</summary>
public sealed class TelemetryTests
{
    private static readonly TimeSpan Patience = ProbeHost.Patience;

    [Fact]
    public async Task Trace_UnaryCall_RunsUnbrokenFromCallerToHandler()
    {
        using var source = new ActivitySource("test." + nameof(TelemetryTests));
        var stopped = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = each => each.Name is "Grpc.Net.Client" or "System.Net.Http" or "Microsoft.AspNetCore" || each == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await ProbeHost.StartAsync();
        host.Handlers.One = (_, _) => Task.FromResult(new Answer { Text = Activity.Current!.TraceId.ToString() });

        Answer answer;
        ActivityTraceId trace;
        using (var root = source.StartActivity("root"))
        {
            trace = root!.TraceId;
            answer = await host.Client.OneAsync(new Ask(), ProbeHost.Options);
            Activity.Current.ShouldBe(root);
        }

        answer.Text.ShouldBe(trace.ToString());
        await host.DisposeAsync();
        var own = stopped.Where(activity => activity.TraceId == trace).ToList();
        var client = own.Single(activity => activity.Source.Name == "Grpc.Net.Client");
        var server = own.Single(activity => activity.Source.Name == "Microsoft.AspNetCore");
        client.Kind.ShouldBe(ActivityKind.Client);
        client.DisplayName.ShouldBe("probe.Probe/One");
        server.DisplayName.ShouldBe("probe.Probe/One");
        foreach (var activity in new[] { client, server })
        {
            activity.GetTagItem("rpc.system.name").ShouldBe("grpc");
            activity.GetTagItem("rpc.method").ShouldBe("probe.Probe/One");
            activity.GetTagItem("rpc.response.status_code").ShouldBe("OK");
            activity.Status.ShouldNotBe(ActivityStatusCode.Error);
        }
    }

    [Theory]
    [InlineData(StatusCode.NotFound, "NOT_FOUND", false)]
    [InlineData(StatusCode.Internal, "INTERNAL", true)]
    public async Task Span_OfTheServer_IsAnErrorOnlyForTheServersFaults(StatusCode code, string name, bool error)
    {
        var stopped = new TaskCompletionSource<Activity>(TaskCreationOptions.RunContinuationsAsynchronously);
        var method = "probe.Probe/One";
        using var source = new ActivitySource("test.span." + code);
        ActivityTraceId trace = default;
        using var listener = new ActivityListener
        {
            ShouldListenTo = each => each.Name is "System.Net.Http" or "Microsoft.AspNetCore" || each == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "Microsoft.AspNetCore" && activity.TraceId == trace)
                {
                    stopped.TrySetResult(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await ProbeHost.StartAsync();
        host.Handlers.One = (_, _) => throw new RpcException(new Status(code, ""));

        using (var root = source.StartActivity("root"))
        {
            trace = root!.TraceId;
            await Should.ThrowAsync<RpcException>(async () => await host.Client.OneAsync(new Ask(), ProbeHost.Options));
        }

        var server = await stopped.Task.WaitAsync(Patience);
        server.GetTagItem("rpc.method").ShouldBe(method);
        server.GetTagItem("rpc.response.status_code").ShouldBe(name);
        (server.Status == ActivityStatusCode.Error).ShouldBe(error);
        server.GetTagItem("error.type").ShouldBe(error ? name : null);
    }

    [Theory]
    [InlineData("Grpc.AspNetCore.Server", "rpc.server.call.duration")]
    [InlineData("Grpc.Net.Client", "rpc.client.call.duration")]
    public async Task Metric_Duration_IsInSecondsWithMethodAndStatus(string meter, string instrument)
    {
        var recorded = new ConcurrentQueue<(double Value, string? Unit, Dictionary<string, object?> Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (each, self) =>
        {
            if (each.Meter.Name == meter && each.Name == instrument)
            {
                self.EnableMeasurementEvents(each);
            }
        };
        listener.SetMeasurementEventCallback<double>((each, value, tags, _) => recorded.Enqueue((value, each.Unit, tags.ToArray().ToDictionary())));
        listener.Start();
        await using var host = await ProbeHost.StartAsync();
        host.Handlers.One = (_, _) => throw new RpcException(new Status(StatusCode.DataLoss, ""));

        await Should.ThrowAsync<RpcException>(async () => await host.Client.OneAsync(new Ask(), ProbeHost.Options));
        await Should.ThrowAsync<RpcException>(async () => await CallAsync(host, "No" + instrument));
        await host.DisposeAsync();

        // Other tests of this process may call at the same time; nobody else ends with DATA_LOSS.
        var measurement = recorded.First(each => (string?)each.Tags["rpc.response.status_code"] == "DATA_LOSS");
        measurement.Unit.ShouldBe("s");
        measurement.Value.ShouldBeInRange(0.000001, 20);
        measurement.Tags["rpc.system.name"].ShouldBe("grpc");
        measurement.Tags["rpc.method"].ShouldBe("probe.Probe/One");
        measurement.Tags["error.type"].ShouldBe("DATA_LOSS");
        if (meter == "Grpc.AspNetCore.Server")
        {
            recorded.ShouldContain(each => (string?)each.Tags["rpc.method"] == "_OTHER");
            recorded.ShouldNotContain(each => ((string?)each.Tags["rpc.method"])!.Contains("No" + instrument));
        }
    }

    private static async Task CallAsync(ProbeHost host, string name)
    {
        var method = new Method<string, string>(MethodType.Unary, "probe.Probe", name, Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        await host.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, ProbeHost.Options, "");
    }
}
