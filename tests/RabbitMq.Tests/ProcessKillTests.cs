namespace Sikap.RabbitMq.Tests;

/// <summary>Stages that die in the middle of the work.</summary>
public sealed class ProcessKillTests(SharedBroker broker)
{
    [Fact]
    public async Task Stages_KilledAndStartedAgainInTheMiddle_LoseAndDoubleNothing()
    {
        // Enough that the second kill comes in the middle on a fast machine too: the second half is submitted while Extraction is dead, so none of it has passed before.
        const int articles = 500;
        var node = broker.Node;
        var texts = SystemClient.Samples(articles);
        await using var cluster = await RabbitCluster.StartAsync(node, await node.NewVirtualHostAsync(), apart: true);
        await cluster.Client.DefineIssuesAsync();

        var ids = new List<string>(await cluster.Client.SubmitAsync([.. texts.Take(articles / 2)]));
        await PassedAsync(cluster, 20);
        await cluster.KillExtractionAsync();
        ids.AddRange(await cluster.Client.SubmitAsync([.. texts.Skip(articles / 2)]));
        var atFirstKill = await cluster.Client.Ingestion.GetIngestionStatusAsync(new(), deadline: SystemClient.In(10));
        await cluster.StartExtractionAsync();
        await PassedAsync(cluster, (int)atFirstKill.Queryable + 20);
        await cluster.KillStanceClassificationAsync();
        var atSecondKill = await cluster.Client.Ingestion.GetIngestionStatusAsync(new(), deadline: SystemClient.In(10));
        await cluster.StartStanceClassificationAsync();
        await cluster.Client.QueryableAsync(articles, seconds: 120);
        var killed = await cluster.Client.LedgerAsync();

        await using var memory = await MemorySystem.StartAsync();
        await memory.Client.DefineIssuesAsync();
        await memory.Client.SubmitAsync(texts);
        await memory.Client.QueryableAsync(articles, seconds: 120);
        TestContext.Current.SendDiagnosticMessage(
            $"Extraction killed at {atFirstKill.Queryable}, StanceClassification at {atSecondKill.Queryable} of {articles} articles; "
            + $"{killed.Statements.Count} statements and {killed.Stances.Count} stances in the end");
        atSecondKill.Queryable.ShouldBeLessThan(articles, "the kill came too late to mean anything");
        ids.Distinct().Count().ShouldBe(articles);
        killed.Articles.ShouldBe(ids.Order(StringComparer.Ordinal));
        killed.ShouldEqual(await memory.Client.LedgerAsync());
    }

    private static async Task PassedAsync(RabbitCluster cluster, int queryable) => await Eventually.ShouldAsync(
        async () => (await cluster.Client.Ingestion.GetIngestionStatusAsync(new(), deadline: SystemClient.In(10))).Queryable,
        passed => passed >= queryable,
        TimeSpan.FromSeconds(60),
        TimeSpan.FromMilliseconds(20));
}
