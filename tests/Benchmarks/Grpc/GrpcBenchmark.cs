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
/// Unary calls per second and latency against a bare HTTP/2 echo of the same bytes on the same Kestrel with the same handler, in alternating rounds of one run: once of the same
/// body only, once with the headers and the trailer that gRPC puts on the wire, which no implementation can do without. Client and server share the process and its cores, so absolute figures are low; the ratio is what counts. Processor time per call is given as well, because it does not depend on what
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
        var wireAddress = new Uri(address, "/wire");
        var invoker = channel.CreateCallInvoker();

        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {Rounds} rounds of {seconds.ToString(CultureInfo.InvariantCulture)} s each, alternating, median; client and server in one process");
        Console.WriteLine();
        Console.WriteLine("| payload | in flight | gRPC calls/s | bare echo/s | with gRPC's headers/s | ratio to bare (quartiles) | ratio to the same wire bytes (quartiles) | p50 ms | p99 ms | CPU µs per call | bytes allocated per call |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (payload, concurrency) in new[] { (100, 1), (100, 16), (100, 64), (4096, 32) })
        {
            var message = new BytesValue { Value = ByteString.CopyFrom(new byte[payload]) };
            var bytes = Framed(message);
            Func<Task>[] contenders =
            [
                () => GrpcCallAsync(invoker, message),
                () => BareCallAsync(bare, echoAddress, bytes, headers: false),
                () => BareCallAsync(bare, wireAddress, bytes, headers: true),
            ];
            foreach (var contender in contenders)
            {
                await MeasureAsync(contender, concurrency, 2);
            }

            List<Round>[] results = [[], [], []];
            for (var round = 0; round < Rounds; round++)
            {
                // Who goes first changes, so that none profits from another's garbage.
                for (var i = 0; i < contenders.Length; i++)
                {
                    var which = (round + i) % contenders.Length;
                    results[which].Add(await MeasureAsync(contenders[which], concurrency, seconds));
                }
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {payload} B | {concurrency} | {Median(results[0], r => r.PerSecond):N0} | {Median(results[1], r => r.PerSecond):N0} | {Median(results[2], r => r.PerSecond):N0} | {Ratio(results[0], results[1])} | {Ratio(results[0], results[2])} | {All(results, r => r.P50, "F2")} | {All(results, r => r.P99, "F2")} | {All(results, r => r.CpuPerCall, "F1")} | {All(results, r => r.BytesPerCall, "N0")} |"));
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

    private static async Task BareCallAsync(HttpMessageInvoker client, Uri address, byte[] bytes, bool headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(bytes),
        };
        if (headers)
        {
            request.Headers.TryAddWithoutValidation("TE", "trailers");
            request.Headers.TryAddWithoutValidation("User-Agent", "grpc-dotnet-sikap/1.0.0");
            request.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity,gzip,deflate");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        }

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

    private static string Ratio(List<Round> one, List<Round> other)
    {
        var ratios = one.Zip(other, (a, b) => a.PerSecond / b.PerSecond).Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{ratios[ratios.Length / 2]:F2} ({ratios[ratios.Length / 4]:F2}-{ratios[ratios.Length * 3 / 4]:F2})");
    }

    private static string All(List<Round>[] results, Func<Round, double> of, string format) =>
        string.Join(" / ", results.Select(rounds => Median(rounds, of).ToString(format, CultureInfo.InvariantCulture)));

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
        app.MapPost("/wire", (RequestDelegate)(async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Request.BodyReader.CopyToAsync(http.Response.BodyWriter);
            http.Response.AppendTrailer("grpc-status", "0");
        }));
        app.MapPost("/echo", (RequestDelegate)(http => http.Request.BodyReader.CopyToAsync(http.Response.BodyWriter)));
        await app.StartAsync();
        return app;
    }

    private sealed record Round(double PerSecond, double P50, double P99, double CpuPerCall, double BytesPerCall);
}
