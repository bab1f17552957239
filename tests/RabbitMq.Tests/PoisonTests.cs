using System.Diagnostics;
using System.Text;

namespace Sikap.RabbitMq.Tests;

/// <summary>Messages that cannot be processed end in the error queue with a short reason, and never stand in the way of others.</summary>
public sealed class PoisonTests(SharedBroker broker)
{
    private const int MaxReasonBytes = 4_096;

    [Fact]
    public async Task Consumer_ThrowsTextLargerThanAFrame_MessageGoesToErrorQueueAndTheNextIsConsumed()
    {
        // K1: the text becomes headers; above the broker's frame size they used to end the connection and silence the consumer for good.
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var amqp = await Amqp.ConnectAsync(broker.Node, virtualHost);
        var book = new WorkBook
        {
            Handler = (work, _) => work.Id switch
            {
                "long" => throw new InvalidOperationException(new string('x', 300_000)),
                "long-inner" => throw new InvalidOperationException("outer", new AggregateException(new InvalidOperationException(new string('å', 300_000)))),
                _ => Task.CompletedTask,
            },
        };
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, book: book);

        var watch = Stopwatch.StartNew();
        await service.PublishAsync("long");
        await service.PublishAsync("long-inner");
        await service.PublishAsync("good");
        await amqp.ReadyAsync("work_error", 2, TimeSpan.FromSeconds(10));
        await book.DoneAsync(["good"], TimeSpan.FromSeconds(10) - watch.Elapsed);

        var errors = await amqp.TakeAsync("work_error");
        errors.Count.ShouldBe(2);
        errors.ShouldAllBe(error => Encoding.UTF8.GetByteCount(error.Headers["MT-Fault-Message"]) <= MaxReasonBytes);
        errors.ShouldAllBe(error => error.Headers.Sum(header => Encoding.UTF8.GetByteCount(header.Value)) < 32 * 1024);
        errors.ShouldContain(error => error.Headers["MT-Fault-Message"].StartsWith("System.InvalidOperationException: xxx", StringComparison.Ordinal));
        (await service.HealthAsync()).Status.ShouldBe(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);
    }

    [Fact]
    public async Task Consumer_LetsACancellationEscape_EndpointGoesOn()
    {
        // K9: a cancellation that left a consumer used to end the receive transport.
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var amqp = await Amqp.ConnectAsync(broker.Node, virtualHost);
        var book = new WorkBook
        {
            Handler = (work, token) => work.Id switch
            {
                "cancelled" => throw new OperationCanceledException(),
                // What an inner wait throws that was given the bus's own token.
                "cancelled-by-the-bus" => throw new OperationCanceledException(token),
                "task-cancelled" => Task.FromCanceled(new CancellationToken(canceled: true)),
                _ => Task.CompletedTask,
            },
        };
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, book: book);

        await service.PublishAsync("cancelled");
        await service.PublishAsync("cancelled-by-the-bus");
        await service.PublishAsync("task-cancelled");
        await amqp.ReadyAsync("work_error", 3, TimeSpan.FromSeconds(10));
        await service.PublishAsync("good");

        await book.DoneAsync(["good"], TimeSpan.FromSeconds(10));
        (await amqp.LookAsync("work")).ShouldBe((0u, 1u));
    }

    [Fact]
    public async Task Queue_PoisonOfEveryKindAmongGood_DrainsAndGoodIsQuick()
    {
        // K12: a message that waits for its retry holds a prefetch slot; retries are few and short.
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var amqp = await Amqp.ConnectAsync(broker.Node, virtualHost);
        var book = new WorkBook
        {
            Handler = (work, _) => work.Id.Split('-')[0] switch
            {
                "bug" => throw new InvalidOperationException("cannot be"),
                "transient" => throw new TimeoutException("still away"),
                _ => Task.CompletedTask,
            },
        };
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, book: book);
        var good = Enumerable.Range(0, 100).Select(number => $"good-{number}").ToList();
        var poison = Enumerable.Range(0, 20).Select(number => $"{(number % 2 == 0 ? "bug" : "transient")}-{number}").ToList();
        byte[][] undecodable =
        [
            "{ \"message\": "u8.ToArray(), Encoding.UTF8.GetBytes(new string('[', 5_000)), new byte[5 * 1024 * 1024],
            // An envelope as it should be, around what cannot be read: nested too deep, and of another form.
            Encoding.UTF8.GetBytes($$"""{ "messageType": ["urn:message:Sikap.RabbitMq.Tests:Work"], "message": { "id": {{string.Concat(Enumerable.Repeat("[", 20_000))}} } }"""),
            "{ \"messageType\": [\"urn:message:Sikap.RabbitMq.Tests:Work\"], \"message\": { \"id\": { \"a\": 1 } } }"u8.ToArray(),
            // A message that nobody here knows.
            "{ \"messageType\": [\"urn:message:Sikap.RabbitMq.Tests:NoSuchWork\"], \"message\": { \"id\": \"x\" } }"u8.ToArray(),
        ];

        var watch = Stopwatch.StartNew();
        foreach (var body in undecodable)
        {
            await amqp.PublishAsync("work", body);
        }

        await Task.WhenAll(poison.Concat(good).Select(service.PublishAsync));
        // Ten transient ones, three tries and half a second in all, eight at a time; a retry that held slots for the usual three times ten seconds would not let the good through in this time.
        await book.DoneAsync(good, TimeSpan.FromSeconds(20));
        var goodAfter = watch.Elapsed;
        await amqp.ReadyAsync("work_error", (uint)(poison.Count + undecodable.Length), TimeSpan.FromSeconds(20));
        await amqp.ReadyAsync("work", 0, TimeSpan.FromSeconds(5));

        TestContext.Current.SendDiagnosticMessage($"100 good among 26 poison: all good after {goodAfter.TotalSeconds:0.00} s");
        var errors = await amqp.TakeAsync("work_error");
        errors.ShouldAllBe(error => Encoding.UTF8.GetByteCount(error.Headers["MT-Fault-Message"]) <= MaxReasonBytes);
        errors.ShouldContain(error => error.Headers["MT-Fault-Message"].Contains("no consumer takes", StringComparison.Ordinal));
        (await broker.Node.QueuesAsync(virtualHost)).Select(queue => queue.Name).ShouldBe(["work", "work_error"], ignoreOrder: true);
    }

    [Fact]
    public async Task Consumer_NeverEnds_MessageGoesToErrorQueueAndTheOthersGoOn()
    {
        // As many as may be processed at the same time, so that nothing else would ever be.
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var amqp = await Amqp.ConnectAsync(broker.Node, virtualHost);
        using var end = new CancellationTokenSource();
        var book = new WorkBook
        {
            Handler = (work, _) =>
            {
                switch (work.Id.Split('-')[0])
                {
                    case "waits":
                        return Task.Delay(Timeout.Infinite, end.Token);
                    case "blocks":
                        end.Token.WaitHandle.WaitOne();
                        return Task.CompletedTask;
                    default:
                        return Task.CompletedTask;
                }
            },
        };
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, book: book, settings: new Dictionary<string, string?>
        {
            ["Bus:ConsumeTimeout"] = "00:00:01",
            ["Bus:ConcurrentMessageLimit"] = "4",
        });

        await Task.WhenAll(new[] { "waits-1", "waits-2", "blocks-1", "blocks-2" }.Select(service.PublishAsync));
        await service.PublishAsync("good");
        await book.DoneAsync(["good"], TimeSpan.FromSeconds(20));
        await amqp.ReadyAsync("work_error", 4, TimeSpan.FromSeconds(20));

        (await amqp.TakeAsync("work_error")).ShouldAllBe(error => error.Headers["MT-Fault-Message"].Contains("was not done after 1 s", StringComparison.Ordinal));
        await end.CancelAsync();
        await amqp.ReadyAsync("work", 0, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Queue_MessageThatKillsItsConsumer_GoesToErrorQueueAfterTheDeliveryLimit()
    {
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var amqp = await Amqp.ConnectAsync(broker.Node, virtualHost);
        // The consumer has been there once; from now on the test plays one that dies over the message.
        await (await TestService.StartAsync(broker.Node, virtualHost)).DisposeAsync();
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, consumes: false);
        await service.PublishAsync("killer");

        await amqp.ReturnAsync("work", ServiceDefaults.BusRegistration.DeliveryLimit + 1);

        await amqp.ReadyAsync("work_error", 1, TimeSpan.FromSeconds(10));
        (await amqp.LookAsync("work"))!.Value.Ready.ShouldBe(0u);
    }
}
