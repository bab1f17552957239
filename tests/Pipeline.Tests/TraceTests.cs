using System.Collections.Concurrent;
using System.Diagnostics;
using Sikap.V1;

namespace Sikap.Pipeline.Tests;

/// <summary>One article, one trace: from the client's call over every hop of the bus to the read model.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task Article_FromTheClientsCallToTheReadModel_IsOneTrace()
    {
        await using var host = await PipelineHost.StartAsync();
        using var source = new ActivitySource("Sikap.Pipeline.Tests");
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        ActivityTraceId trace;
        string id;
        using (var root = source.StartActivity("submit", ActivityKind.Client))
        {
            trace = root!.TraceId;
            id = (await host.Ingestion.SubmitArticleAsync(new SubmitArticleRequest { Text = "Gubernur Tirtanusa Baskara Hadiwinata mengatakan jalan itu akan dibangun." }, PipelineHost.Deadline)).ArticleId;
        }

        (await host.WaitForEndAsync(id)).State.ShouldBe(ArticleState.Queryable);

        // The consumer that marks the article ends its activity a moment after the mark is visible.
        var hops = await PipelineHost.WaitAsync(
            () => Task.FromResult(ended.Where(activity => activity.TraceId == trace).Select(activity => activity.OperationName + " " + activity.DisplayName).ToList()),
            hops => hops.Any(hop => hop.Contains("article-indexed", StringComparison.OrdinalIgnoreCase)));
        foreach (var queue in new[] { "article-ingested", "statements-extracted", "stances-classified", "article-indexed" })
        {
            hops.ShouldContain(hop => hop.Contains(queue, StringComparison.OrdinalIgnoreCase), string.Join('\n', hops));
        }

        hops.Count(hop => hop.Contains("SubmitArticle", StringComparison.Ordinal) || hop.Contains("HttpRequestIn", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(2);
    }
}
