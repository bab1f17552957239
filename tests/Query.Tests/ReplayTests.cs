using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sikap.Contracts.Messages;
using Sikap.V1;
using static Sikap.Query.Tests.Ledger;

namespace Sikap.Query.Tests;

public sealed class ReplayTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task StancesClassified_Published_IsIndexedAndAnnounced()
    {
        var classifier = new FakeClassifier();
        await using var host = await StartAsync(classifier);

        await host.PublishAsync(Article("a1", [Says(Sari, "Satu.", "jembatan")]));

        (await classifier.Indexed("a1").WaitAsync(QueryHost.Patience, TestContext.Current.CancellationToken)).Language.ShouldBe("id");
        (await host.Client.GetArticleAsync(new GetArticleRequest { ArticleId = "a1" })).Stances.Count.ShouldBe(1);
    }

    [Fact]
    public async Task StancesClassified_DeliveredManyTimesAtOnce_IsStoredOnce()
    {
        await using var host = await StartAsync(new FakeClassifier());
        var articles = Enumerable.Range(0, 20).Select(i => Article($"a{i}", [Says(Sari, $"Kalimat {i}.", "jembatan")])).ToList();

        await Task.WhenAll(Enumerable.Repeat(articles, 5).SelectMany(copy => copy).Select(host.PublishAsync));
        await host.WaitAsync(status => status.Articles == 20);

        var status = await host.Client.GetLedgerStatusAsync(new GetLedgerStatusRequest());
        (status.Statements, status.Stances, status.Actors).ShouldBe((20, 20, 1));
    }

    [Fact]
    public async Task StancesClassified_OneThatCannotBeStored_DoesNotTakeOthersAlong()
    {
        await using var host = await StartAsync(new FakeClassifier());
        var bad = Article("bad", [Says(Sari, "Satu.", "jembatan")]);
        bad = bad with { Article = bad.Article with { Boilerplate = [new Nlp.TextSpan(5, 5000)] } };

        var writes = Enumerable.Range(0, 10).Select(i => host.WriteAsync(Article($"a{i}", [Says(Sari, "Satu.", "jembatan")]))).Append(host.WriteAsync(bad)).ToList();
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => writes[^1]);
        await Task.WhenAll(writes[..^1]);

        (await host.Client.GetLedgerStatusAsync(new GetLedgerStatusRequest())).Articles.ShouldBe(10);
    }

    [Fact]
    public async Task StancesClassified_Queue_TakesABatchAtATime()
    {
        await using var host = await StartAsync(new FakeClassifier(), ("Query:MaxBatch", "77"));

        var probe = System.Text.Json.JsonSerializer.Serialize(host.Services.GetRequiredService<IBus>().GetProbeResult().Results);

        probe.ShouldContain("\"concurrentMessageLimit\":77");
    }

    [Fact]
    public async Task IssueChanged_Defined_ClassifiesEveryStoredArticleWithinTheWindow()
    {
        var classifier = new FakeClassifier { Answers = true };
        await using var host = await StartAsync(classifier, ("Query:ReplayWindow", "4"));
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => host.WriteAsync(Article($"a{i}", [Says(Sari, $"Jembatan {i}.")]))));

        await host.PublishAsync(Issue("jembatan", 2));
        var status = await host.WaitAsync(status => status.Stances == 25);

        status.Replaying.ShouldBe(0);
        status.CodebookVersion.ShouldBe(2);
        classifier.MostUnderWay.ShouldBeLessThanOrEqualTo(4);
        classifier.Requests.Count.ShouldBe(25);
        classifier.Requests.ShouldAllBe(request => request.IssueIds.Single() == "jembatan");
    }

    [Fact]
    public async Task IssueChanged_ServiceRestartedInTheMiddle_GoesOnWithWhatIsLeft()
    {
        var silent = new FakeClassifier { AnswersFor = id => id is "a1" or "a4" };
        await using (var host = await StartAsync(silent))
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(i => host.WriteAsync(Article($"a{i}", [Says(Sari, $"Jembatan {i}.")]))));
            await host.PublishAsync(Issue("jembatan", 2));
            await host.WaitAsync(status => status.Replaying == 4);
        }

        var classifier = new FakeClassifier { Answers = true };
        await using (var host = await StartAsync(classifier))
        {
            await host.WaitAsync(status => status.Replaying == 0);

            classifier.Requests.Select(request => request.Article.Id).Order().ShouldBe(["a0", "a2", "a3", "a5"]);
            (await host.Client.ListStancesAsync(new ListStancesRequest())).Total.ShouldBe(6);
        }
    }

    [Fact]
    public async Task IssueChanged_ArticleWithoutAnswer_DoesNotStopTheOthersAndIsAskedForAgain()
    {
        var refused = 0;
        var classifier = new FakeClassifier { AnswersFor = id => id != "a0" || Interlocked.Increment(ref refused) > 2 };
        await using var host = await StartAsync(
            classifier, ("Query:ReplayWindow", "1"), ("Query:ReplayPatience", "00:00:00.100"), ("Query:ReplayRetryDelay", "00:00:00.100"));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => host.WriteAsync(Article($"a{i}", [Says(Sari, $"Jembatan {i}.")]))));

        await host.PublishAsync(Issue("jembatan", 2));
        await host.WaitAsync(status => status.Stances == 2);
        await host.WaitAsync(status => status.Replaying == 0);

        refused.ShouldBe(3);
    }

    [Fact]
    public async Task StancesClassified_WithOlderCodebook_IsSentBackForTheMissingIssues()
    {
        var classifier = new FakeClassifier { Answers = true };
        await using var host = await StartAsync(classifier);
        await host.PublishAsync(Issue("jembatan", 1));
        await host.PublishAsync(Issue("pajak", 2));
        await host.WaitAsync(status => status.CodebookVersion == 2);

        await host.PublishAsync(Article("a1", [Says(Sari, "Jembatan baik.", "jembatan")], version: 1));
        await host.WaitAsync(status => status is { Stances: 2, Replaying: 0 });

        classifier.Requests.Single().IssueIds.ShouldBe(["pajak"]);
    }

    [Fact]
    public async Task IssueChanged_WhileArticlesKeepComing_LosesAndDoublesNothing()
    {
        var classifier = new FakeClassifier { Answers = true };
        await using var host = await StartAsync(classifier, ("Query:ReplayWindow", "8"));
        var articles = Enumerable.Range(0, 60).Select(i => Article($"a{i}", [Says(Sari, $"Jembatan {i}.", "jembatan")], version: 1)).ToList();

        var publishing = Task.WhenAll(articles.Select(host.PublishAsync));
        await host.PublishAsync(Issue("jembatan", 1));
        await host.PublishAsync(Issue("pajak", 2));
        await host.PublishAsync(Issue("jalan", 3));
        await publishing;
        await host.WaitAsync(status => status is { Articles: 60, Stances: 180, Replaying: 0 });

        var matrix = await host.Client.GetMatrixAsync(new GetMatrixRequest());
        matrix.Rows.Single().Cells.Select(cell => (cell.IssueId, cell.Support)).ShouldBe([("jalan", 60), ("jembatan", 60), ("pajak", 60)]);
    }

    [Fact]
    public async Task WatchReplay_DuringAChange_CountsDownAndEnds()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var classifier = new FakeClassifier { Answers = true, Gate = gate.Task };
        await using var host = await StartAsync(classifier);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => host.WriteAsync(Article($"a{i}", [Says(Sari, $"Jembatan {i}.")]))));
        using var call = host.Client.WatchReplay(new WatchReplayRequest { CodebookVersion = 2 }, deadline: DateTime.UtcNow + QueryHost.Patience, cancellationToken: TestContext.Current.CancellationToken);
        await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        var first = call.ResponseStream.Current;

        await host.PublishAsync(Issue("jembatan", 2));
        var seen = new List<ReplayProgress>();
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            seen.Add(call.ResponseStream.Current);
            if (seen[^1].Waiting == 5)
            {
                gate.TrySetResult();
            }
        }

        first.ShouldBe(new ReplayProgress());
        seen.ShouldContain(new ReplayProgress { CodebookVersion = 2, Waiting = 5, Concerned = 5 });
        seen[^1].ShouldBe(new ReplayProgress { CodebookVersion = 2, Concerned = 5, Complete = true });
        seen.Count(progress => progress.Complete).ShouldBe(1);
        var diff = await host.Client.GetStanceDiffAsync(new GetStanceDiffRequest { FromVersion = 1, Limit = 2 });
        (diff.Added, diff.Entries.Count, diff.ToVersion).ShouldBe((5, 2, 2));
    }

    [Fact]
    public async Task WatchReplayAndDiff_BadRequests_NameTheFields()
    {
        await using var host = await StartAsync(new FakeClassifier());

        using var call = host.Client.WatchReplay(new WatchReplayRequest { CodebookVersion = -1 });
        var watch = await Should.ThrowAsync<Grpc.Core.RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        var diff = await Should.ThrowAsync<Grpc.Core.RpcException>(async () => await host.Client.GetStanceDiffAsync(new GetStanceDiffRequest { FromVersion = 3, ToVersion = 3, IssueId = "Ä", Limit = 1001 }));

        watch.Status.Detail.ShouldContain("codebook_version");
        diff.Status.Detail.ShouldContain("to_version");
        diff.Status.Detail.ShouldContain("issue_id");
        diff.Status.Detail.ShouldContain("limit");
    }

    private Task<QueryHost> StartAsync(FakeClassifier classifier, params (string, string)[] settings) =>
        QueryHost.StartAsync(_folder.Path, bus =>
        {
            bus.AddSingleton(classifier);
            bus.AddConsumer<ReclassificationRequestedConsumer>();
            bus.AddConsumer<ArticleIndexedConsumer>();
        },
        settings);

    /// <summary>Stands for StanceClassification: finds that the speaker of the first statement supports every issue it is asked about.</summary>
    private sealed class FakeClassifier
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource<ArticleIndexed>> _indexed = new();
        private int _underWay;

        public bool Answers { init => AnswersFor = _ => value; }

        public Func<string, bool> AnswersFor { get; init; } = _ => false;

        public ConcurrentQueue<ReclassificationRequested> Requests { get; } = new();

        public int MostUnderWay { get; private set; }

        /// <summary>No answer before this completes.</summary>
        public Task Gate { get; init; } = Task.CompletedTask;

        public Task<ArticleIndexed> Indexed(string id) => Source(id).Task;

        public async Task ClassifyAsync(ConsumeContext<ReclassificationRequested> context)
        {
            lock (_indexed)
            {
                MostUnderWay = Math.Max(MostUnderWay, ++_underWay);
            }
            Requests.Enqueue(context.Message);
            await Task.Yield();
            await Gate;
            var article = context.Message.Article;
            lock (_indexed)
            {
                _underWay--;
            }
            if (AnswersFor(article.Id))
            {
                var statement = article.Statements[0];
                await context.Publish(new StancesClassified
                {
                    Article = article,
                    Url = context.Message.Url,
                    AcceptedAt = context.Message.AcceptedAt,
                    CodebookVersion = 10,
                    IssueIds = context.Message.IssueIds,
                    Stances =
                    [
                        .. context.Message.IssueIds.Select(issue => new Nlp.Stance
                        {
                            Id = $"{article.Id}-{issue}-v10",
                            Holder = statement.Speaker!,
                            IssueId = issue,
                            Label = Nlp.StanceLabel.Support,
                            Modality = Nlp.StanceModality.Asserted,
                            Evidence = statement.Content,
                            StatementId = statement.Id,
                            Confidence = 0.8,
                            Why = "fake",
                        }),
                    ],
                });
            }
        }

        public void Record(ArticleIndexed indexed) => Source(indexed.ArticleId).TrySetResult(indexed);

        private TaskCompletionSource<ArticleIndexed> Source(string id) =>
            _indexed.GetOrAdd(id, _ => new TaskCompletionSource<ArticleIndexed>(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    private sealed class ReclassificationRequestedConsumer(FakeClassifier classifier) : IConsumer<ReclassificationRequested>
    {
        public Task Consume(ConsumeContext<ReclassificationRequested> context) => classifier.ClassifyAsync(context);
    }

    private sealed class ArticleIndexedConsumer(FakeClassifier classifier) : IConsumer<ArticleIndexed>
    {
        public Task Consume(ConsumeContext<ArticleIndexed> context)
        {
            classifier.Record(context.Message);
            return Task.CompletedTask;
        }
    }
}
