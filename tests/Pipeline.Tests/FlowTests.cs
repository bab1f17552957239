using Grpc.Core;
using Sikap.V1;

namespace Sikap.Pipeline.Tests;

/// <summary>What happens over time: changes of the codebook, repeated and bad submissions, watching. Each test has a system of its own.</summary>
public sealed class FlowTests : IAsyncLifetime
{
    private const string Opposed = "Tirtapura (NUSAKABAR) - Bupati Ratna Wulandari menolak pembangunan jalan tol Lembah Sagara.\n\n"
        + "\"Kami menolak jalan tol itu karena sawah kami akan hilang,\" kata Ratna di Kandilo, Senin (4/3/2024).";

    private static readonly Issue TollRoad = new()
    {
        Id = "toll-road",
        Title = "Jalan tol Lembah Sagara",
        Proposition = "Jalan tol Lembah Sagara dibangun",
        Terms = { "jalan tol" },
    };

    private PipelineHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PipelineHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _host.ShouldHaveNoErrors();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Issue_DefinedAfterTheArticle_IsAppliedToIt()
    {
        var id = await _host.SubmitAsync(Opposed);
        (await _host.StancesAsync(new Filter { ArticleId = id })).ShouldBeEmpty();

        await _host.DefineAsync(TollRoad);
        await _host.WaitForCodebookAsync();

        var stance = (await _host.StancesAsync(new Filter { ArticleId = id })).ShouldHaveSingleItem();
        stance.Holder.Name.ShouldBe("Ratna Wulandari");
        stance.Label.ShouldBe(StanceLabel.Oppose);
        stance.IssueId.ShouldBe(TollRoad.Id);
    }

    [Fact]
    public async Task Issue_Retired_ItsStancesDisappear()
    {
        await _host.DefineAsync(TollRoad);
        var id = await _host.SubmitAsync(Opposed);
        await _host.WaitForCodebookAsync();
        (await _host.StancesAsync(new Filter { ArticleId = id })).ShouldNotBeEmpty();

        await _host.Codebook.RetireIssueAsync(new RetireIssueRequest { Id = TollRoad.Id }, PipelineHost.Deadline);
        await _host.WaitForCodebookAsync();

        (await _host.StancesAsync(new Filter { ArticleId = id })).ShouldBeEmpty();
        (await _host.Query.GetMatrixAsync(new GetMatrixRequest(), PipelineHost.Deadline)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Issue_PropositionTurnedRound_TurnsTheLabel()
    {
        await _host.DefineAsync(TollRoad);
        var id = await _host.SubmitAsync(Opposed);
        var turned = TollRoad.Clone();
        turned.Proposition = "Pembangunan jalan tol Lembah Sagara dibatalkan";

        await _host.Codebook.UpdateIssueAsync(new UpdateIssueRequest { Issue = turned }, PipelineHost.Deadline);
        await _host.WaitForCodebookAsync();

        var stance = (await _host.StancesAsync(new Filter { ArticleId = id })).ShouldHaveSingleItem();
        stance.Label.ShouldBe(StanceLabel.Support);
        stance.CodebookVersion.ShouldBe(2);
    }

    [Fact]
    public async Task Submission_Repeated_IsRecognisedAndChangesNothing()
    {
        await _host.DefineAsync(TollRoad);
        var id = await _host.SubmitAsync(Opposed);
        await _host.WaitForCodebookAsync();
        var before = await _host.Query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), PipelineHost.Deadline);

        // The same article with other line breaks.
        var again = await _host.Ingestion.SubmitArticleAsync(new SubmitArticleRequest { Text = Opposed.Replace("\n\n", "\r\n") }, PipelineHost.Deadline);

        again.AlreadyExists.ShouldBeTrue();
        again.ArticleId.ShouldBe(id);
        again.State.ShouldBe(ArticleState.Queryable);
        (await _host.Query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), PipelineHost.Deadline)).ShouldBe(before);
    }

    [Fact]
    public async Task Submission_OfAnotherOutlet_IsAnotherArticle()
    {
        var first = await _host.SubmitAsync(Opposed, "WARTA");
        var second = await _host.SubmitAsync(Opposed, "KABAR");

        second.ShouldNotBe(first);
        var articles = await _host.Query.ListArticlesAsync(new ListArticlesRequest { Filter = new Filter { Publisher = "KABAR" } }, PipelineHost.Deadline);
        articles.Articles.ShouldHaveSingleItem().Id.ShouldBe(second);
    }

    public static TheoryData<string, string> BadArticles => new()
    {
        { "", "text" },
        { " \n\t ", "text" },
        { new string('a', 200_001), "text" },
        { "PK\u0003\u0004\0\0\0\0binary", "text" },
    };

    [Theory]
    [MemberData(nameof(BadArticles))]
    public async Task Submission_Bad_IsRefusedWithTheField(string text, string field)
    {
        var exception = await Should.ThrowAsync<RpcException>(async () => await _host.Ingestion.SubmitArticleAsync(new SubmitArticleRequest { Text = text }, PipelineHost.Deadline));

        exception.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        Violations(Google.Rpc.Status.Parser.ParseFrom(exception.Trailers.GetValueBytes("grpc-status-details-bin"))).ShouldContain(field);
        (await _host.Ingestion.GetIngestionStatusAsync(new GetIngestionStatusRequest(), PipelineHost.Deadline)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Submissions_BadItemInTheStream_DoesNotEndIt()
    {
        using var call = _host.Ingestion.SubmitArticles(PipelineHost.Deadline);
        foreach (var text in new[] { "Artikel pertama tentang jalan.", "", "Artikel kedua tentang jalan." })
        {
            await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = text, ClientRef = text });
        }

        await call.RequestStream.CompleteAsync();
        var results = await call.ResponseStream.ReadAllAsync().ToListAsync();

        results.Select(result => result.Index).ShouldBe([0, 1, 2]);
        results.Select(result => result.OutcomeCase).ShouldBe(
            [SubmitArticlesResponse.OutcomeOneofCase.Accepted, SubmitArticlesResponse.OutcomeOneofCase.Rejected, SubmitArticlesResponse.OutcomeOneofCase.Accepted]);
        results[1].Rejected.Code.ShouldBe((int)StatusCode.InvalidArgument);
        Violations(results[1].Rejected).ShouldContain("text");
    }

    [Fact]
    public async Task Submission_InEnglish_IsStoredMarkedAndVisible()
    {
        const string English = "The mayor said on Monday that the toll road would not be built this year because the money had been spent on schools and hospitals in the north of the province.";

        var id = await _host.SubmitAsync(English);

        (await _host.WaitForEndAsync(id)).State.ShouldBe(ArticleState.UnsupportedLanguage);
        var articles = await _host.Query.ListArticlesAsync(new ListArticlesRequest(), PipelineHost.Deadline);
        articles.Articles.ShouldHaveSingleItem().StatementCount.ShouldBe(0);
        (await _host.Ingestion.GetStoredArticleAsync(new GetStoredArticleRequest { ArticleId = id }, PipelineHost.Deadline)).Text.ShouldBe(English);
    }

    [Fact]
    public async Task UnknownIds_AreNotFound()
    {
        var calls = new Func<Task>[]
        {
            async () => await _host.Query.GetArticleAsync(new GetArticleRequest { ArticleId = "nothing" }, PipelineHost.Deadline),
            async () => await _host.Ingestion.GetArticleStatusAsync(new GetArticleStatusRequest { ArticleId = "nothing" }, PipelineHost.Deadline),
            async () => await _host.Codebook.RetireIssueAsync(new RetireIssueRequest { Id = "nothing" }, PipelineHost.Deadline),
        };

        foreach (var call in calls)
        {
            (await Should.ThrowAsync<RpcException>(call)).StatusCode.ShouldBe(StatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Watch_FromNowOn_TellsWhatIsIndexedAndCanBeResumed()
    {
        await _host.DefineAsync(TollRoad);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var first = _host.Query.Watch(new WatchRequest(), cancellationToken: limit.Token);
        // The answer's head says that the server is watching; what comes after it is told.
        await first.ResponseHeadersAsync.WaitAsync(limit.Token);

        var id = await _host.SubmitAsync(Opposed);
        var indexed = await NextAsync(first, WatchEvent.EventOneofCase.ArticleIndexed, limit.Token);
        indexed.ArticleIndexed.Id.ShouldBe(id);

        var other = await _host.SubmitAsync("Tirtapura (NUSAKABAR) - Camat Jaka Permana mendukung pembangunan jalan tol Lembah Sagara.");
        using var resumed = _host.Query.Watch(new WatchRequest { Cursor = indexed.Cursor }, cancellationToken: limit.Token);
        (await NextAsync(resumed, WatchEvent.EventOneofCase.ArticleIndexed, limit.Token)).ArticleIndexed.Id.ShouldBe(other);
    }

    [Fact]
    public async Task BackEnds_AskedDirectly_ServeTheirOwnServicesOnly()
    {
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(_host.AddressOf(Standalone.ServiceDoor.Query));

        (await new QueryService.QueryServiceClient(channel).GetLedgerStatusAsync(new GetLedgerStatusRequest(), PipelineHost.Deadline)).Articles.ShouldBe(0);
        var exception = await Should.ThrowAsync<RpcException>(async () =>
            await new IngestionService.IngestionServiceClient(channel).GetIngestionStatusAsync(new GetIngestionStatusRequest(), PipelineHost.Deadline));
        exception.StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    [Theory]
    [InlineData(Standalone.ServiceDoor.Gateway)]
    [InlineData(Standalone.ServiceDoor.Ingestion)]
    [InlineData(Standalone.ServiceDoor.Extraction)]
    [InlineData(Standalone.ServiceDoor.StanceClassification)]
    [InlineData(Standalone.ServiceDoor.Query)]
    internal async Task Health_OfEveryDoor_BecomesServing(Standalone.ServiceDoor door)
    {
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(_host.AddressOf(door));
        var health = new Grpc.Health.V1.Health.HealthClient(channel);

        await PipelineHost.WaitAsync(
            async () => await health.CheckAsync(new Grpc.Health.V1.HealthCheckRequest(), PipelineHost.Deadline),
            answer => answer.Status == Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving);
    }

    private static async Task<WatchEvent> NextAsync(AsyncServerStreamingCall<WatchEvent> call, WatchEvent.EventOneofCase kind, CancellationToken cancellation)
    {
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            if (call.ResponseStream.Current.EventCase == kind)
            {
                return call.ResponseStream.Current;
            }
        }

        throw new InvalidOperationException("the stream ended");
    }

    private static IEnumerable<string> Violations(Google.Rpc.Status status) =>
        status.Details.Where(detail => detail.Is(Google.Rpc.BadRequest.Descriptor)).SelectMany(detail => detail.Unpack<Google.Rpc.BadRequest>().FieldViolations).Select(violation => violation.Field);
}
