using Grpc.Core;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.RabbitMq.Tests;

/// <summary>Messages that could not be processed: seen, put back, removed, from the public door.</summary>
public sealed class DeadLetterTests(SharedBroker broker)
{
    private const string Queue = "article-indexed";

    [Fact]
    public async Task DeadLetters_ListedShownRetriedAndDropped()
    {
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var cluster = await RabbitCluster.StartAsync(broker.Node, virtualHost);
        await using var amqp = await Amqp.ConnectAsync(broker.Node, virtualHost);
        var client = new DeadLetterService.DeadLetterServiceClient(cluster.Client.Channel);
        // Nothing that reads it can know it.
        foreach (var body in new[] { "{ \"satu\"", "{ \"dua\"", "{ \"tiga\"" })
            await amqp.PublishAsync(Queue, System.Text.Encoding.UTF8.GetBytes(body));
        await amqp.ReadyAsync($"{Queue}_error", 3, TimeSpan.FromSeconds(20));

        var listed = await client.ListDeadLettersAsync(new(), deadline: SystemClient.In(20));
        var again = await client.ListDeadLettersAsync(new() { Queue = Queue, Limit = 2 }, deadline: SystemClient.In(20));
        var shown = await client.GetDeadLetterAsync(new() { Id = listed.Letters[1].Id }, deadline: SystemClient.In(20));

        listed.Queues.ShouldContain(new DeadLetterQueue { Name = Queue, Messages = 3 });
        listed.Letters.Count.ShouldBe(3);
        listed.Letters.ShouldAllBe(letter => letter.Queue == Queue && letter.ErrorType.Length > 0 && letter.FailedAt != null && letter.Body == "");
        again.Letters.Count.ShouldBe(2);
        shown.Body.ShouldBeOneOf("{ \"satu\"", "{ \"dua\"", "{ \"tiga\"");

        (await client.DropDeadLettersAsync(new() { Ids = { shown.Id } }, deadline: SystemClient.In(20))).Moved.ShouldBe(1);
        (await Should.ThrowAsync<RpcException>(async () => await client.GetDeadLetterAsync(new() { Id = shown.Id }, deadline: SystemClient.In(20)))).StatusCode.ShouldBe(StatusCode.NotFound);
        // They fail once more and are back.
        (await client.RetryDeadLettersAsync(new() { Queue = Queue }, deadline: SystemClient.In(20))).Moved.ShouldBe(2);
        await amqp.ReadyAsync($"{Queue}_error", 2, TimeSpan.FromSeconds(20));
        (await client.DropDeadLettersAsync(new() { Queue = Queue }, deadline: SystemClient.In(20))).Moved.ShouldBe(2);
        (await client.ListDeadLettersAsync(new(), deadline: SystemClient.In(20))).Letters.ShouldBeEmpty();
    }

    [Fact]
    public async Task Retry_AfterTheCauseIsGone_ArticleBecomesQueryable()
    {
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var cluster = await RabbitCluster.StartAsync(broker.Node, virtualHost);
        await using var amqp = await Amqp.ConnectAsync(broker.Node, virtualHost);
        var client = new DeadLetterService.DeadLetterServiceClient(cluster.Client.Channel);
        await cluster.Client.DefineIssuesAsync();
        var text = SystemClient.Samples()[0];
        var id = await cluster.Client.SubmitAsync(text);
        await cluster.Client.QueryableAsync(1, seconds: 30);
        var before = await cluster.Client.LedgerAsync();
        // As if Extraction had given the article up: its message in the error queue, with what the bus writes on it.
        await amqp.PublishErrorAsync(new ArticleIngested { Article = new Article { Id = id, Text = text }, AcceptedAt = TimeProvider.System.GetUtcNow() }, "article-ingested_error");

        var letter = (await client.ListDeadLettersAsync(new() { Queue = "article-ingested" }, deadline: SystemClient.In(20))).Letters.ShouldHaveSingleItem();
        (await client.RetryDeadLettersAsync(new() { Ids = { letter.Id } }, deadline: SystemClient.In(20))).Moved.ShouldBe(1);

        letter.ArticleId.ShouldBe(id);
        letter.MessageType.ShouldBe("ArticleIngested");
        letter.Reason.ShouldBe("System.InvalidOperationException: sengaja");
        letter.ErrorType.ShouldBe("System.InvalidOperationException");
        await amqp.ReadyAsync("article-ingested_error", 0, TimeSpan.FromSeconds(20));
        await amqp.ReadyAsync("article-ingested", 0, TimeSpan.FromSeconds(20));
        await cluster.Client.QueryableAsync(1, seconds: 30);
        (await cluster.Client.LedgerAsync()).ShouldEqual(before);
        // R5: once more finds nothing, and changes nothing.
        (await client.RetryDeadLettersAsync(new() { Queue = "article-ingested" }, deadline: SystemClient.In(20))).Moved.ShouldBe(0);
        (await cluster.Client.LedgerAsync()).ShouldEqual(before);
    }

    [Theory]
    [InlineData("", "ids")]
    [InlineData("no-such-queue", "queue")]
    public async Task Drop_NothingOrAnUnknownQueue_Refused(string queue, string field)
    {
        await using var memory = await MemorySystem.StartAsync();
        var client = new DeadLetterService.DeadLetterServiceClient(memory.Client.Channel);

        var refused = await Should.ThrowAsync<RpcException>(async () => await client.DropDeadLettersAsync(new() { Queue = queue }, deadline: SystemClient.In(20)));

        refused.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refused.Status.Detail.ShouldStartWith(field);
    }

    [Fact]
    public async Task List_InMemory_SaysThatThereAreNone()
    {
        await using var memory = await MemorySystem.StartAsync();
        var client = new DeadLetterService.DeadLetterServiceClient(memory.Client.Channel);

        var refused = await Should.ThrowAsync<RpcException>(async () => await client.ListDeadLettersAsync(new(), deadline: SystemClient.In(20)));

        refused.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
    }
}
