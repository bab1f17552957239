using Sikap.Contracts.Messages;
using Sikap.V1;

namespace Sikap.RabbitMq.Tests;

/// <summary>R2: a message that comes again, in whatever order, changes nothing.</summary>
public sealed class DuplicateTests(SharedBroker broker)
{
    private const int Seed = 20_230_712;

    private static readonly string[] Flow = [.. new[] { typeof(ArticleIngested), typeof(StatementsExtracted), typeof(StancesClassified), typeof(ArticleIndexed), typeof(IssueChanged) }.Select(type => $"{type.Namespace}:{type.Name}")];

    [Fact]
    public async Task Messages_EachTwiceMoreInAnyOrder_ChangeNothing()
    {
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var cluster = await RabbitCluster.StartAsync(broker.Node, virtualHost);
        await using var amqp = await Amqp.ConnectAsync(broker.Node, virtualHost);
        var taps = new List<(string Exchange, string Queue)>();
        foreach (var exchange in Flow)
            taps.Add((exchange, await amqp.TapAsync(exchange)));
        await cluster.Client.DefineIssuesAsync();
        var texts = SystemClient.Samples();
        await cluster.Client.SubmitAsync([.. texts]);
        await cluster.Client.QueryableAsync(texts.Count, seconds: 60);
        var (ledger, status) = (await cluster.Client.LedgerAsync(), await StatusAsync(cluster));

        var messages = new List<(string Exchange, byte[] Body)>();
        foreach (var (exchange, queue) in taps)
            messages.AddRange((await amqp.TakeAsync(queue)).Select(message => (exchange, message.Body)));
        var indexed = messages.Count(message => message.Exchange == Flow[3]);
        (string Exchange, byte[] Body)[] twice = [.. messages, .. messages];
        new Random(Seed).Shuffle(twice);
        foreach (var (exchange, body) in twice)
            await amqp.PublishAsync(exchange, body);

        // Each stage passes on what comes again: two copies at each of four stages reach the end, and none of them more than once.
        indexed.ShouldBeGreaterThanOrEqualTo(texts.Count);
        await Eventually.ShouldAsync(async () => (await amqp.LookAsync(taps[3].Queue))!.Value.Ready, seen => seen >= 8 * texts.Count, TimeSpan.FromSeconds(60), expected: "all copies at the end");
        await cluster.Client.QueryableAsync(texts.Count, seconds: 60);
        (await cluster.Client.LedgerAsync()).ShouldEqual(ledger);
        (await StatusAsync(cluster)).ShouldBe(status);
        foreach (var queue in new[] { "article-ingested", "statements-extracted", "stances-classified", "article-indexed", "issue-changed" })
            ((await amqp.LookAsync($"{queue}_error"))?.Ready ?? 0).ShouldBe(0u, queue);
    }

    // With the cursor of the last event: what changed nothing tells watchers nothing.
    private static async Task<LedgerStatus> StatusAsync(RabbitCluster cluster) => await cluster.Client.Query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), deadline: SystemClient.In(20));
}
