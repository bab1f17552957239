using System.Diagnostics;
using System.Globalization;
using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sikap.Benchmarks.Grpc;

/// <summary>
/// Unary calls per second and latency against a bare HTTP/2 echo of the same bytes on the same Kestrel with the same handler, in alternating rounds of one run. Client and
/// server share the process and its cores, so absolute figures are low; the ratio is what counts. Processor time per call is given as well, because it does not depend on what
/// else runs on the machine.
/// </summary>
internal static class GrpcBenchmark
{
    private const int Rounds = 21;

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 0.5;
        await using var app = await StartServerAsync();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        using var channel = GrpcChannel.ForAddress(address);

        // The same handler settings as the channel's own, so that only gRPC makes the difference.
        using var bare = new HttpMessageInvoker(new SocketsHttpHandler { EnableMultipleHttp2Connections = true, AllowAutoRedirect = false, UseCookies = false });
        var echoAddress = new Uri(address, "/echo");
        var invoker = channel.CreateCallInvoker();

        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {Rounds} rounds of {seconds.ToString(CultureInfo.InvariantCulture)} s each, alternating, median; client and server in one process");
        Console.WriteLine();
        Console.WriteLine("| payload | in flight | gRPC calls/s | bare echo/s | ratio (worst, best) | gRPC p50 / p99 ms | bare p50 / p99 ms | gRPC / bare CPU µs per call (ratio) | gRPC / bare bytes allocated per call |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var (payload, concurrency) in new[] { (100, 1), (100, 16), (100, 64), (4096, 32) })
        {
            var message = new BytesValue { Value = ByteString.CopyFrom(new byte[payload]) };
            var bytes = Framed(message);
            Func<Task> grpcCall = () => GrpcCallAsync(invoker, message);
            Func<Task> bareCall = () => BareCallAsync(bare, echoAddress, bytes);
            await MeasureAsync(grpcCall, concurrency, 3);
            await MeasureAsync(bareCall, concurrency, 3);
            var grpc = new List<Round>();
            var echo = new List<Round>();
            for (var round = 0; round < Rounds; round++)
            {
                // Who goes first changes, so that neither profits from the other's garbage.
                if (round % 2 == 0)
                {
                    grpc.Add(await MeasureAsync(grpcCall, concurrency, seconds));
                    echo.Add(await MeasureAsync(bareCall, concurrency, seconds));
                }
                else
                {
                    echo.Add(await MeasureAsync(bareCall, concurrency, seconds));
                    grpc.Add(await MeasureAsync(grpcCall, concurrency, seconds));
                }
            }

            var ratios = grpc.Zip(echo, (one, other) => one.PerSecond / other.PerSecond).Order().ToArray();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {payload} B | {concurrency} | {Median(grpc, r => r.PerSecond):N0} | {Median(echo, r => r.PerSecond):N0} | {ratios[ratios.Length / 2]:F2} ({ratios[0]:F2}, {ratios[^1]:F2}) | {Median(grpc, r => r.P50):F2} / {Median(grpc, r => r.P99):F2} | {Median(echo, r => r.P50):F2} / {Median(echo, r => r.P99):F2} | {Median(grpc, r => r.CpuPerCall):F1} / {Median(echo, r => r.CpuPerCall):F1} ({Median(echo, r => r.CpuPerCall) / Median(grpc, r => r.CpuPerCall):F2}) | {Median(grpc, r => r.BytesPerCall):N0} / {Median(echo, r => r.BytesPerCall):N0} |"));
        }

        return 0;
    }

    private static async Task GrpcCallAsync(CallInvoker invoker, BytesValue message)
    {
        using var call = invoker.AsyncUnaryCall(EchoService.EchoMethod, null, default, message);
        var response = await call.ResponseAsync;
        if (response.Value.Length != message.Value.Length)
        {
            throw new InvalidOperationException("The echo differs.");
        }
    }

    private static async Task BareCallAsync(HttpMessageInvoker client, Uri address, byte[] bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(bytes),
        };
        using var response = await client.SendAsync(request, CancellationToken.None);
        if ((await response.Content.ReadAsByteArrayAsync()).Length != bytes.Length)
        {
            throw new InvalidOperationException("The echo differs.");
        }
    }

    private static async Task<Round> MeasureAsync(Func<Task> call, int concurrency, double seconds)
    {
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes();
        var cpu = Environment.CpuUsage.TotalTime;
        var begun = Stopwatch.GetTimestamp();
        var end = begun + (long)(seconds * Stopwatch.Frequency);
        var latencies = await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            var list = new List<long>(1 << 16);
            for (var now = Stopwatch.GetTimestamp(); now < end;)
            {
                await call();
                var done = Stopwatch.GetTimestamp();
                list.Add(done - now);
                now = done;
            }

            return list;
        })));
        var elapsed = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var all = latencies.SelectMany(list => list).Order().ToArray();
        return new Round(
            all.Length / elapsed,
            Milliseconds(all[all.Length / 2]),
            Milliseconds(all[(int)(all.Length * 0.99)]),
            cpu.TotalMicroseconds / all.Length,
            (GC.GetTotalAllocatedBytes() - allocated) / (double)all.Length);
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;

    private static double Median(List<Round> rounds, Func<Round, double> of) => rounds.Select(of).Order().ElementAt(rounds.Count / 2);

    private static byte[] Framed(BytesValue message)
    {
        var payload = message.ToByteArray();
        return [0, .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(payload.Length)), .. payload];
    }

    private static async Task<WebApplication> StartServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<EchoService>();
        var app = builder.Build();
        app.MapGrpcService<EchoService>();
        app.MapPost("/echo", (RequestDelegate)(http => http.Request.BodyReader.CopyToAsync(http.Response.BodyWriter)));
        await app.StartAsync();
        return app;
    }

    private sealed record Round(double PerSecond, double P50, double P99, double CpuPerCall, double BytesPerCall);
}
