using System.Diagnostics;
using Grpc.Core;
using MassTransit;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Ingestion.Tests;

/// <summary>What happens to an article after it is stored.</summary>
public sealed class ArticleProgressTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static readonly DateTimeOffset Then = new(2023, 7, 12, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("id", V1.ArticleState.Queryable)]
    [InlineData("en", V1.ArticleState.UnsupportedLanguage)]
    [InlineData("und", V1.ArticleState.UnsupportedLanguage)]
    public async Task ArticleIndexed_ByLanguage_QueryableOrUnsupported(string language, V1.ArticleState expected)
    {
        await using var host = await IngestionHost.StartAsync();
        var id = await SubmitAsync(host, "Menteri menolak.");

        await host.PublishAsync(new ArticleIndexed { ArticleId = id, IndexedAt = Then, Language = language });

        await host.StatusAsync(id, expected);
        (await host.Client.GetStoredArticleAsync(new GetStoredArticleRequest { ArticleId = id }, IngestionHost.Deadline)).Language.ShouldBe(language);
    }

    [Fact]
    public async Task Fault_OfEachStage_FailedWithStageAndReason()
    {
        await using var host = await IngestionHost.StartAsync();
        var reason = "Sikap.Gagal: " + new string('é', 10_000);
        var ids = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => SubmitAsync(host, $"Menteri menolak {i}.")));
        var article = new Article { Id = ids[0], Text = "Menteri menolak." };
        var extracted = new ExtractedArticle { Id = ids[1], Text = "Menteri menolak.", EngineVersion = "1", Language = "id" };

        await PublishFaultAsync(host, new ArticleIngested { Article = article, AcceptedAt = Then }, reason);
        await PublishFaultAsync(host, new StatementsExtracted { Article = extracted, AcceptedAt = Then }, "rusak");
        await PublishFaultAsync(host, new StancesClassified
        {
            Article = extracted with { Id = ids[2] },
            AcceptedAt = Then,
            CodebookVersion = 1,
            IssueIds = [],
            Stances = [],
        }, "rusak");

        var first = await host.StatusAsync(ids[0], V1.ArticleState.Failed);
        first.Reason.ShouldStartWith("ArticleIngested: Sikap.Gagal: é");
        System.Text.Encoding.UTF8.GetByteCount(first.Reason).ShouldBeInRange(4_000, 4_096);
        (await host.StatusAsync(ids[1], V1.ArticleState.Failed)).Reason.ShouldBe("StatementsExtracted: rusak");
        (await host.StatusAsync(ids[2], V1.ArticleState.Failed)).Reason.ShouldBe("StancesClassified: rusak");
    }

    [Fact]
    public async Task Start_AcceptedButNeverPublished_SweepPublishesWithTheSameMessageId()
    {
        var folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
        await using (var store = new SqliteArticleStore(folder))
        {
            await store.AddAsync(new ArticleRecord { Id = "a1", Text = "Menteri menolak.", AcceptedAt = Then, TraceParent = $"00-{Trace}-00f067aa0ba902b7-01" }, CancellationToken.None);
        }

        try
        {
            Guid? messageId;
            await using (var host = await IngestionHost.StartAsync(folder: folder))
            {
                var message = await host.NextPublishedAsync();
                message.Message.Article.Id.ShouldBe("a1");
                message.Message.AcceptedAt.ShouldBe(Then);
                // The trace of the call that brought it goes on after the restart.
                message.Headers.Get<string>("MT-Activity-Id").ShouldNotBeNull().ShouldContain(Trace);
                messageId = message.MessageId;
                await host.StatusAsync("a1", V1.ArticleState.Published);
            }

            // In memory the bus has lost it: it comes again, as the same message.
            await using (var host = await IngestionHost.StartAsync(folder: folder))
            {
                (await host.NextPublishedAsync()).MessageId.ShouldBe(messageId);
                await host.PublishAsync(new ArticleIndexed { ArticleId = "a1", IndexedAt = Then, Language = "id" });
                await host.StatusAsync("a1", V1.ArticleState.Queryable);
            }

            // What is queryable does not come again: the article submitted afterwards is the first to come.
            await using (var host = await IngestionHost.StartAsync(folder: folder))
            {
                var id = await SubmitAsync(host, "Menteri mendukung.");
                (await host.NextPublishedAsync()).Message.Article.Id.ShouldBe(id);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Start_PublishedOnALastingBus_NotPublishedAgain()
    {
        var folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
        await using (var store = new SqliteArticleStore(folder))
        {
            await store.AddAsync(new ArticleRecord { Id = "a1", Text = "Menteri menolak.", AcceptedAt = Then }, CancellationToken.None);
            await store.MarkPublishedAsync("a1", 0, Then, CancellationToken.None);
        }

        try
        {
            await using var host = await IngestionHost.StartAsync(new() { ["Ingestion:RepublishUnfinishedAtStart"] = "false" }, folder);
            var id = await SubmitAsync(host, "Menteri mendukung.");
            (await host.NextPublishedAsync()).Message.Article.Id.ShouldBe(id);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Submit_MoreThanCanWait_AllPublishedWithoutWaitingForTheSweepsTurn()
    {
        await using var host = await IngestionHost.StartAsync(new() { ["Ingestion:SweepInterval"] = "01:00:00" });

        var ids = await Task.WhenAll(Enumerable.Range(0, 600).Select(i => SubmitAsync(host, $"Menteri menolak {i}.")));

        var published = new HashSet<string>();
        while (published.Count < ids.Length)
            published.Add((await host.NextPublishedAsync()).Message.Article.Id);
        published.ShouldBe(ids, ignoreOrder: true);
        await Eventually.GetAsync(async () => await host.Client.GetIngestionStatusAsync(new GetIngestionStatusRequest(), IngestionHost.Deadline), status => status.Published == ids.Length);
    }

    [Fact]
    public async Task Publish_TraceOfTheCall_ReachesTheConsumer()
    {
        await using var host = await IngestionHost.StartAsync();
        var trace = ActivityTraceId.CreateRandom();
        var headers = new Metadata { { "traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01" } };

        await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = "Menteri menolak." }, new CallOptions(headers, DateTime.UtcNow.AddSeconds(15)));

        var message = await host.NextPublishedAsync();
        message.Headers.Get<string>("MT-Activity-Id").ShouldNotBeNull().ShouldContain(trace.ToString());
    }

    [Theory]
    [InlineData("Ingestion:MaxConcurrentItems", "0", "MaxConcurrentItems")]
    [InlineData("Ingestion:SweepInterval", "-00:00:01", "SweepInterval")]
    [InlineData("Ingestion:DataDirectory", "", "DataDirectory")]
    [InlineData("Ingestion:DataDirectory", "/proc/sikap", "DataDirectory")]
    [InlineData("Ingestion:SweepInterval", "sebentar", "SweepInterval")]
    public async Task Start_BadOption_RefusesAndNamesIt(string key, string value, string named)
    {
        var error = await Should.ThrowAsync<Exception>(async () => await IngestionHost.StartAsync(new() { [key] = value }));

        error.ToString().ShouldContain(named);
    }

    [Fact]
    public void Telemetry_Instruments_AreDocumented() => TelemetryTable.Declared(typeof(Telemetry)).ShouldBe(TelemetryTable.Documented(Telemetry.Name));

    private static async Task<string> SubmitAsync(IngestionHost host, string text)
        => (await host.Client.SubmitArticleAsync(new SubmitArticleRequest { Text = text }, IngestionHost.Deadline)).ArticleId;

    private static Task PublishFaultAsync<T>(IngestionHost host, T message, string reason)
        where T : class
        => host.PublishAsync<Fault<T>>(new FaultOf<T>(message, [new Reason(reason)]));

    private sealed record FaultOf<T>(T Message, ExceptionInfo[] Exceptions) : Fault<T>
        where T : class
    {
        public Guid FaultId { get; } = NewId.NextGuid();

        public Guid? FaultedMessageId => null;

        public DateTime Timestamp => Then.UtcDateTime;

        public HostInfo Host => null!;

        public string[] FaultMessageTypes => [];
    }

    private sealed record Reason(string Message) : ExceptionInfo
    {
        public string ExceptionType => "Sikap.Gagal";

        public ExceptionInfo? InnerException => null;

        public string StackTrace => "";

        public string Source => "";

        public IDictionary<string, object>? Data => null;
    }
}
