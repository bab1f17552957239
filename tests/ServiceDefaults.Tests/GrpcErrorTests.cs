using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Builder;
using Sikap.TestKit;

namespace Sikap.ServiceDefaults.Tests;

/// <summary>What callers see of what service methods throw. The health stubs serve as any service would.</summary>
public sealed class GrpcErrorTests
{
    private const string Secret = "rahasia-42";

    public static TheoryData<string, StatusCode> Faults => new()
    {
        { "rpc", StatusCode.FailedPrecondition },
        { "cancelled", StatusCode.Cancelled },
        { "store", StatusCode.Unavailable },
        { "bug", StatusCode.Unknown },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Unary_Throws_MapsToStatusWithoutInternals(string kind, StatusCode expected)
    {
        await using var host = await StartAsync();
        host.ExpectsErrors = kind == "bug";
        var client = new Health.HealthClient(host.Channel);

        var error = await Should.ThrowAsync<RpcException>(async () => await client.CheckAsync(new HealthCheckRequest { Service = kind }, Deadline()));

        error.StatusCode.ShouldBe(expected);
        error.Status.Detail.ShouldNotContain(Secret);
        host.Errors.Count.ShouldBe(kind == "bug" ? 1 : 0);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task ServerStreaming_Throws_MapsToStatusWithoutInternals(string kind, StatusCode expected)
    {
        await using var host = await StartAsync();
        host.ExpectsErrors = kind == "bug";
        using var call = new Health.HealthClient(host.Channel).Watch(new HealthCheckRequest { Service = kind }, Deadline());

        var error = await Should.ThrowAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
            }
        });

        error.StatusCode.ShouldBe(expected);
        error.Status.Detail.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Unary_StoreAway_CarriesRetryInfo()
    {
        await using var host = await StartAsync();

        var error = await Should.ThrowAsync<RpcException>(async () =>
            await new Health.HealthClient(host.Channel).CheckAsync(new HealthCheckRequest { Service = "store" }, Deadline()));

        error.ToStatus().Details.ShouldHaveSingleItem().Unpack<RetryInfo>().RetryDelay.ToTimeSpan().ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Unary_DeadlinePassesInside_DeadlineExceededAndNothingLogged()
    {
        await using var host = await StartAsync();

        var error = await Should.ThrowAsync<RpcException>(async () =>
            await new Health.HealthClient(host.Channel).CheckAsync(new HealthCheckRequest { Service = "waits" }, deadline: DateTime.UtcNow.AddMilliseconds(200)));

        error.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public void ToStatus_BadRequest_NamesEveryField()
    {
        var error = GrpcFault.BadRequest(new FieldViolation("issue.id", "must not be empty"), new FieldViolation("issue.terms[2]", "is too long"));

        var status = error.ToStatus();
        status.Code.ShouldBe((int)StatusCode.InvalidArgument);
        status.Message.ShouldBe("issue.id: must not be empty; issue.terms[2]: is too long");
        status.Details.ShouldHaveSingleItem().Unpack<BadRequest>().FieldViolations.Select(v => v.Field).ShouldBe(["issue.id", "issue.terms[2]"]);
    }

    [Fact]
    public void ToStatus_WithoutTrailer_CodeAndText()
        => new RpcException(new global::Grpc.Core.Status(StatusCode.Aborted, "habis")).ToStatus().ShouldBe(new Google.Rpc.Status { Code = 10, Message = "habis" });

    [Fact]
    public void NotFound_HugeId_StaysSmall()
        => GrpcFault.NotFound("article", new string('x', 100_000)).Status.Detail.Length.ShouldBeLessThan(200);

    private static CallOptions Deadline() => new(deadline: DateTime.UtcNow.AddSeconds(15));

    private static Task<ServiceHost> StartAsync() => ServiceHost.StartAsync(
        builder => builder.AddServiceDefaults("test", defaultPort: 0),
        app => app.MapGrpcService<Thrower>());

    private sealed class Thrower : Health.HealthBase
    {
        public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
        {
            await Task.Yield();
            throw request.Service switch
            {
                "rpc" => new RpcException(new global::Grpc.Core.Status(StatusCode.FailedPrecondition, "tidak bisa")),
                "cancelled" => new OperationCanceledException(Secret),
                "store" => new StoreUnavailableException(Secret),
                "waits" => await WaitAsync(context),
                _ => new InvalidOperationException(Secret),
            };
        }

        public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(new HealthCheckResponse(), context.CancellationToken);
            await Check(request, context);
        }

        private static async Task<Exception> WaitAsync(ServerCallContext context)
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new InvalidOperationException();
        }
    }
}
