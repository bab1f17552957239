using System.Diagnostics;
using Google.Rpc;
using Grpc.Core;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using Sikap.V1;
using StatusCode = Grpc.Core.StatusCode;

namespace Sikap.Gateway.Tests;

public sealed class ForwarderTests : IAsyncLifetime
{
    private readonly BackEnd _backEnd = new();
    private readonly List<ServiceHost> _hosts = [];
    private ServiceHost _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _hosts.Add(_server = await Hosts.StartBackEndAsync(_backEnd));

    public async ValueTask DisposeAsync()
    {
        _backEnd.Release.TrySetResult();
        foreach (var host in Enumerable.Reverse(_hosts))
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task EveryService_ThroughTheGateway_Answers()
    {
        var channel = (await GatewayAsync()).Channel;

        (await new QueryService.QueryServiceClient(channel).GetLedgerStatusAsync(new GetLedgerStatusRequest())).Articles.ShouldBe(42);
        (await new IngestionService.IngestionServiceClient(channel).GetIngestionStatusAsync(new GetIngestionStatusRequest())).Total.ShouldBe(1);
        (await new CodebookService.CodebookServiceClient(channel).ListIssuesAsync(new ListIssuesRequest())).CodebookVersion.ShouldBe(2);
        (await new AnalysisService.AnalysisServiceClient(channel).AnalyzeAsync(new AnalyzeRequest { Title = "judul" })).Article.Title.ShouldBe("judul");
        (await new ExtractionService.ExtractionServiceClient(channel).ExtractAsync(new ExtractRequest { Title = "judul" })).Article.Title.ShouldBe("judul");
    }

    [Fact]
    public void Proxies_EveryMethodOfTheContracts_IsForwarded()
    {
        foreach (var proxy in new[] { typeof(IngestionProxy), typeof(ExtractionProxy), typeof(AnalysisProxy), typeof(CodebookProxy), typeof(QueryProxy) })
        {
            var declared = proxy.BaseType!.GetMethods().Where(method => method.IsVirtual && method.DeclaringType == proxy.BaseType).Select(method => method.Name).ToList();

            declared.ShouldNotBeEmpty();
            declared.ShouldAllBe(name => proxy.GetMethod(name)!.DeclaringType == proxy);
        }
    }

    [Fact]
    public async Task Unary_Trailers_ComeBack()
    {
        using var call = Query(await GatewayAsync()).GetLedgerStatusAsync(new GetLedgerStatusRequest());

        await call;

        call.GetTrailers().GetValue("x-cost").ShouldBe("7");
    }

    [Fact]
    public async Task Unary_ErrorDetails_ComeBackUnchanged()
    {
        _backEnd.Fault = GrpcFault.BadRequest(new FieldViolation("filter.actor", "too long – zu lang"), new FieldViolation("page_size", "negative"));
        _backEnd.Fault.Trailers.Add("x-more", "yes");

        var failure = await FailureAsync(Query(await GatewayAsync()).GetLedgerStatusAsync(new GetLedgerStatusRequest()).ResponseAsync);

        failure.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        failure.Status.Detail.ShouldBe(_backEnd.Fault.Status.Detail);
        failure.Trailers.GetValueBytes(GrpcFault.DetailsTrailer).ShouldBe(_backEnd.Fault.Trailers.GetValueBytes(GrpcFault.DetailsTrailer));
        failure.Trailers.GetValue("x-more").ShouldBe("yes");
        failure.ToStatus().Details.Single().Unpack<BadRequest>().FieldViolations.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.AlreadyExists)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Internal)]
    public async Task Unary_StatusOfTheBackEnd_ComesBack(StatusCode code)
    {
        _backEnd.Fault = new RpcException(new Grpc.Core.Status(code, "because"));

        var failure = await FailureAsync(Query(await GatewayAsync()).GetLedgerStatusAsync(new GetLedgerStatusRequest()).ResponseAsync);

        (failure.StatusCode, failure.Status.Detail).ShouldBe((code, "because"));
    }

    [Fact]
    public async Task Unary_DeadlineOfTheClient_ReachesTheBackEndAndCancelsIt()
    {
        _backEnd.Holds = true;
        var gateway = await GatewayAsync();
        var started = Stopwatch.GetTimestamp();

        var failure = await FailureAsync(
            Query(gateway).GetLedgerStatusAsync(new GetLedgerStatusRequest(), deadline: DateTime.UtcNow.AddMilliseconds(300)).ResponseAsync);

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        Stopwatch.GetElapsedTime(started).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(250));
        await _backEnd.Cancelled.Task.WaitAsync(Hosts.Patience, Cancel);
        // It was told the deadline itself, not only of its end.
        _backEnd.Calls.Single().Deadline.ShouldBeLessThan(DateTime.UtcNow.AddSeconds(1));
    }

    [Fact]
    public async Task Unary_NoDeadlineOfTheClient_HasTheDefaultOne()
    {
        _backEnd.Holds = true;
        var gateway = await GatewayAsync(("Gateway:DefaultDeadline", "00:00:00.200"));

        var failure = await FailureAsync(Query(gateway).GetLedgerStatusAsync(new GetLedgerStatusRequest()).ResponseAsync);

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await _backEnd.Cancelled.Task.WaitAsync(Hosts.Patience, Cancel);
    }

    [Fact]
    public async Task Unary_ClientCancels_TheBackEndIsCancelled()
    {
        _backEnd.Holds = true;
        var gateway = await GatewayAsync();
        using var call = Query(gateway).GetLedgerStatusAsync(new GetLedgerStatusRequest());
        await _backEnd.Entered.Task.WaitAsync(Hosts.Patience, Cancel);

        call.Dispose();

        await _backEnd.Cancelled.Task.WaitAsync(Hosts.Patience, Cancel);
    }

    [Fact]
    public async Task Unary_Metadata_OnlyTheAllowedGoesOn()
    {
        var gateway = await GatewayAsync(("Gateway:ForwardedMetadata:0", "x-request-id"), ("Gateway:ForwardedMetadata:1", "x-tenant-bin"));

        await Query(gateway).GetLedgerStatusAsync(
            new GetLedgerStatusRequest(),
            new Metadata { { "x-request-id", "r1" }, { "x-tenant-bin", [1, 2, 255] }, { "x-api-key", "secret" }, { "authorization", "Bearer secret" }, { "cookie", "a=b" } });

        var headers = _backEnd.Headers.Single();
        headers.GetValue("x-request-id").ShouldBe("r1");
        headers.GetValueBytes("x-tenant-bin").ShouldBe([1, 2, 255]);
        headers.Select(entry => entry.Key).ShouldNotContain(key => key == "x-api-key" || key == "authorization" || key == "cookie");
    }

    [Fact]
    public async Task Unary_TraceOfTheClient_IsOneWithTheBackEnds()
    {
        var gateway = await GatewayAsync();
        using var source = new ActivitySource("test");
        using var listener = new ActivityListener { ShouldListenTo = heard => heard.Name == "test", Sample = (ref _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(listener);
        using var activity = source.StartActivity("client").ShouldNotBeNull();

        await Query(gateway).GetLedgerStatusAsync(new GetLedgerStatusRequest());

        _backEnd.Headers.Single().GetAll("traceparent").Single().Value.ShouldContain(activity.TraceId.ToHexString());
    }

    [Fact]
    public async Task Unary_BackEndAway_IsUnavailableWithRetryInfo()
    {
        var gateway = await Hosts.StartGatewayAsync(Hosts.Nowhere(), ("Gateway:RetryAfter", "00:00:03"));
        _hosts.Add(gateway);

        var failure = await FailureAsync(Query(gateway).GetLedgerStatusAsync(new GetLedgerStatusRequest()).ResponseAsync);

        failure.StatusCode.ShouldBe(StatusCode.Unavailable);
        failure.Status.Detail.ShouldContain("QueryService");
        failure.Status.Detail.ShouldNotContain("127.0.0.1");
        failure.ToStatus().Details.Single().Unpack<RetryInfo>().RetryDelay.Seconds.ShouldBe(3);
    }

    [Fact]
    public async Task Unary_AnswerAboveTheLimit_IsResourceExhausted()
    {
        var gateway = await GatewayAsync(("Gateway:MaxMessageBytes", "10000"));

        (await Query(gateway).GetArticleAsync(new GetArticleRequest { ArticleId = "9000" })).Text.Length.ShouldBe(9000);
        (await FailureAsync(Query(gateway).GetArticleAsync(new GetArticleRequest { ArticleId = "11000" }).ResponseAsync)).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Watch_FirstEvent_ArrivesWhileTheStreamStaysOpenWithoutDeadline()
    {
        _backEnd.Holds = true;
        var gateway = await GatewayAsync(("Gateway:DefaultDeadline", "00:00:00.050"));
        using var call = Query(gateway).Watch(new WatchRequest());

        (await call.ResponseStream.MoveNext(Cancel).WaitAsync(Hosts.Patience, Cancel)).ShouldBeTrue();

        call.ResponseStream.Current.Cursor.ShouldBe("1");
        _backEnd.Calls.Single().Deadline.ShouldBe(DateTime.MaxValue);
        call.Dispose();
        await _backEnd.Cancelled.Task.WaitAsync(Hosts.Patience, Cancel);
    }

    [Fact]
    public async Task Watch_ClientReadsNothing_TheBackEndIsHeldBack()
    {
        var gateway = await GatewayAsync();
        using var call = Query(gateway).Watch(new WatchRequest { Cursor = "big" });
        await _backEnd.Entered.Task.WaitAsync(Hosts.Patience, Cancel);

        // A window of 64 KiB on each of the two connections holds some dozen messages of 10 kB; a gateway that gathers would go on for ever.
        var stalled = await StallAsync(() => _backEnd.Written);
        stalled.ShouldBeLessThan(200);

        for (var i = 1; i <= stalled + 100; i++)
        {
            (await call.ResponseStream.MoveNext(Cancel)).ShouldBeTrue();
            call.ResponseStream.Current.Cursor.ShouldBe($"{i}");
        }
    }

    [Fact]
    public async Task SubmitArticles_EachItem_IsAnsweredBeforeTheNextIsSent()
    {
        using var call = new IngestionService.IngestionServiceClient((await GatewayAsync()).Channel).SubmitArticles();

        for (var i = 0; i < 5; i++)
        {
            await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = $"t{i}", ClientRef = $"r{i}" }, Cancel);
            (await call.ResponseStream.MoveNext(Cancel).WaitAsync(Hosts.Patience, Cancel)).ShouldBeTrue();
            call.ResponseStream.Current.Accepted.ArticleId.ShouldBe($"t{i}");
        }
        await call.RequestStream.CompleteAsync();

        (await call.ResponseStream.MoveNext(Cancel).WaitAsync(Hosts.Patience, Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task SubmitArticles_BackEndEndsEarly_ItsStatusComesBackWhileTheClientStillSends()
    {
        _backEnd.Fault = GrpcFault.Unavailable("the store is away", TimeSpan.FromSeconds(9));
        using var call = new IngestionService.IngestionServiceClient((await GatewayAsync()).Channel).SubmitArticles();
        await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = "t0" }, Cancel);
        (await call.ResponseStream.MoveNext(Cancel)).ShouldBeTrue();

        await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = "end" }, Cancel);
        var failure = await FailureAsync(call.ResponseStream.MoveNext(Cancel));

        failure.Status.Detail.ShouldBe("the store is away");
        failure.ToStatus().Details.Single().Unpack<RetryInfo>().RetryDelay.Seconds.ShouldBe(9);
    }

    [Fact]
    public async Task SubmitArticles_ItemAboveTheServersLimit_EndsTheStreamSayingSo()
    {
        using var call = new IngestionService.IngestionServiceClient((await GatewayAsync()).Channel).SubmitArticles();
        await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = "t0" }, Cancel);
        (await call.ResponseStream.MoveNext(Cancel)).ShouldBeTrue();

        // The stream may be closed while the large item is still under way.
        var sending = call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = new string('x', 5_000_000) }, Cancel);
        var failure = await FailureAsync(call.ResponseStream.MoveNext(Cancel));
        await Task.WhenAny(sending).WaitAsync(Hosts.Patience, Cancel);

        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        await _backEnd.Cancelled.Task.WaitAsync(Hosts.Patience, Cancel);
    }

    [Fact]
    public async Task SubmitArticles_ClientGoesAway_TheBackEndIsCancelled()
    {
        var call = new IngestionService.IngestionServiceClient((await GatewayAsync()).Channel).SubmitArticles();
        await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = "t0" }, Cancel);
        (await call.ResponseStream.MoveNext(Cancel)).ShouldBeTrue();

        call.Dispose();

        await _backEnd.Cancelled.Task.WaitAsync(Hosts.Patience, Cancel);
    }

    private static QueryService.QueryServiceClient Query(ServiceHost gateway) => new(gateway.Channel);

    private static async Task<RpcException> FailureAsync(Task call) => await Should.ThrowAsync<RpcException>(() => call.WaitAsync(Hosts.Patience, Cancel));

    /// <summary>The value at which <paramref name="value"/> stays for ten looks in a row.</summary>
    private static async Task<int> StallAsync(Func<int> value)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(30));
        var (last, same) = (-1, 0);
        while (same < 10 && await timer.WaitForNextTickAsync(Cancel))
        {
            same = value() == last ? same + 1 : 0;
            last = value();
        }
        return last;
    }

    private async Task<ServiceHost> GatewayAsync(params (string, string)[] settings)
    {
        var gateway = await Hosts.StartGatewayAsync(new Uri(_server.Address), settings);
        _hosts.Add(gateway);
        return gateway;
    }
}
