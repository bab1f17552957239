using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sikap.TestKit;

namespace Sikap.ServiceDefaults.Tests;

/// <summary>What happens to a message; on the in-memory transport, since the filters are the same.</summary>
public sealed class BusTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public sealed record WorkRequested(string Kind);

    [Fact]
    public async Task Consumer_ThrowsAHugeText_FaultCarriesFourKibibytesAndTheNextMessageIsConsumed()
    {
        await using var host = await StartAsync();

        await host.PublishAsync("huge");
        var fault = await host.NextFaultAsync();
        await host.PublishAsync("good");
        await host.NextDoneAsync("good");

        var exception = fault.Exceptions.ShouldHaveSingleItem();
        exception.ExceptionType.ShouldBe(typeof(ConsumerFailure).FullName);
        exception.Message.ShouldStartWith("System.InvalidOperationException: xxx");
        System.Text.Encoding.UTF8.GetByteCount(exception.Message).ShouldBe(ConsumerFailure.MaxMessageBytes);
        exception.InnerException.ShouldBeNull();
        host.Attempts("huge").ShouldBe(1);
    }

    [Fact]
    public async Task Consumer_ThrowsCancellation_BecomesAFaultAfterRetries()
    {
        await using var host = await StartAsync();

        await host.PublishAsync("cancelled");

        (await host.NextFaultAsync()).Exceptions[0].Message.ShouldStartWith("System.OperationCanceledException");
        host.Attempts("cancelled").ShouldBe(3);
    }

    [Fact]
    public async Task Consumer_TransientTwice_DoneAtTheThirdTryWithinASecond()
    {
        await using var host = await StartAsync();

        await host.PublishAsync("flaky");
        await host.NextDoneAsync("flaky");

        host.Attempts("flaky").ShouldBe(3);
        host.Elapsed("flaky").ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Consumer_StoreOrBrokerAwayForLongerThanTheRetries_WaitsAndIsDone()
    {
        await using var host = await StartAsync();

        await host.PublishAsync("outage");
        await host.NextDoneAsync("outage");

        host.Attempts("outage").ShouldBe(4);
    }

    [Fact]
    public async Task TrimmedExceptionFilter_AnythingBelowThrows_LeavesTrimmed()
    {
        // Outside the consumers: what leaves here becomes the headers of the message in the error queue.
        var below = Pipe.Execute<ConsumeContext>(_ => throw new InvalidOperationException(new string('x', 300_000)));

        var left = await Should.ThrowAsync<ConsumerFailure>(() => new TrimmedExceptionFilter().Send(null!, below));

        left.Message.Length.ShouldBe(ConsumerFailure.MaxMessageBytes);
        left.InnerException.ShouldBeNull();
    }

    [Fact]
    public async Task Bus_GoodAndFailedMessage_MeasuredUnderTheNamesOfTheConventions()
    {
        var seen = new ConcurrentQueue<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == Telemetry.Name)
                self.EnableMeasurementEvents(instrument);
        } };
        void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
            => seen.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal))}");
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        listener.Start();
        await using var host = await StartAsync();

        await host.PublishAsync("good");
        await host.NextDoneAsync("good");
        await host.PublishAsync("huge");
        await host.NextFaultAsync();

        const string Process = "messaging.destination.name=work-requested messaging.operation.name=process messaging.operation.type=process messaging.system=in_memory";
        const string Publish = "messaging.destination.name=WorkRequested messaging.operation.name=publish messaging.operation.type=send messaging.system=in_memory";
        string[] wanted =
        [
            $"messaging.client.sent.messages {Publish}",
            $"messaging.client.operation.duration {Publish}",
            $"messaging.client.consumed.messages {Process}",
            $"messaging.process.duration {Process}",
            $"messaging.process.duration error.type=System.InvalidOperationException {Process}",
            "sikap.bus.message.age messaging.destination.name=work-requested",
        ];
        await Eventually.IsTrueAsync(() => wanted.All(seen.Contains));
    }

    [Fact]
    public async Task Publish_TooLarge_RefusedWithTheNumbersAndNothingSent()
    {
        await using var host = await StartAsync();

        var error = await Should.ThrowAsync<MessageTooLargeException>(() => host.PublishAsync(new string('é', 600_000)));

        error.Message.ShouldMatch(@"^WorkRequested takes 120\d{4} bytes; messages are limited to 1048576 bytes$");
        host.Attempts(new string('é', 600_000)).ShouldBe(0);
    }

    [Fact]
    public async Task Publish_JustFitting_FaultOfItFitsToo()
    {
        await using var host = await StartAsync();

        await host.PublishAsync("huge" + new string('x', 1_047_000));

        (await host.NextFaultAsync()).Message.Kind.Length.ShouldBe(1_047_004);
    }

    [Fact]
    public async Task Publish_NeverConfirmed_UnknownOutcomeInTimeWithoutATokenInside()
    {
        var endpoint = new HangingEndpoint();
        var publisher = Publisher(TimeSpan.FromMilliseconds(100));

        await Should.ThrowAsync<PublishOutcomeUnknownException>(() => publisher.PublishAsync(endpoint, new WorkRequested("x"), "x")).WaitAsync(Patience);
        await Should.ThrowAsync<PublishOutcomeUnknownException>(() => publisher.PublishAsync(endpoint, new WorkRequested("x"), "x")).WaitAsync(Patience);

        endpoint.Tokens.ShouldAllBe(token => !token.CanBeCanceled);
        endpoint.MessageIds.Distinct().ShouldHaveSingleItem().ShouldBe(BoundedPublisher.MessageIdOf<WorkRequested>("x"));
        publisher.UnknownOutcomesInARow.ShouldBe(2);
    }

    [Fact]
    public async Task Publish_OutageGoesOn_TheTransportHoldsOnlySoMany()
    {
        var endpoint = new HangingEndpoint();
        var publisher = Publisher(TimeSpan.FromMilliseconds(20));

        for (var i = 0; i < 5; i++)
            await Task.WhenAll(Enumerable.Range(0, 100).Select(n => Should.ThrowAsync<PublishOutcomeUnknownException>(() => publisher.PublishAsync(endpoint, new WorkRequested("x"), $"{n}"))));

        endpoint.MessageIds.Count.ShouldBe(256);
        endpoint.Release.SetResult();
        await Eventually.GetAsync(
            async () =>
            {
                try
                {
                    await publisher.PublishAsync(endpoint, new WorkRequested("x"), "x");
                    return true;
                }
                catch (PublishOutcomeUnknownException)
                {
                    return false;
                }
            },
            published => published);
    }

    [Fact]
    public async Task Publish_TransportBreaks_UnknownOutcomeWithTheCause()
    {
        var publisher = Publisher(TimeSpan.FromSeconds(5));

        var error = await Should.ThrowAsync<PublishOutcomeUnknownException>(() =>
            publisher.PublishAsync(new HangingEndpoint { Failure = new OperationCanceledException() }, new WorkRequested("x"), "x"));

        error.InnerException.ShouldBeOfType<OperationCanceledException>();
        ConsumerFailure.From(error).IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task Publish_Confirmed_CountsFromZeroAgain()
    {
        var publisher = Publisher(TimeSpan.FromMilliseconds(50));
        await Should.ThrowAsync<PublishOutcomeUnknownException>(() => publisher.PublishAsync(new HangingEndpoint(), new WorkRequested("x"), "x"));

        await publisher.PublishAsync(new HangingEndpoint { Confirms = true }, new WorkRequested("x"), "x");

        publisher.UnknownOutcomesInARow.ShouldBe(0);
    }

    [Fact]
    public async Task Publish_ConfirmedAfterItWasGivenUp_CountsFromZeroAgain()
    {
        var endpoint = new HangingEndpoint();
        var publisher = Publisher(TimeSpan.FromMilliseconds(50));
        await Should.ThrowAsync<PublishOutcomeUnknownException>(() => publisher.PublishAsync(endpoint, new WorkRequested("x"), "x"));
        publisher.UnknownOutcomesInARow.ShouldBe(1);

        endpoint.Release.SetResult();

        await Eventually.IsTrueAsync(() => publisher.UnknownOutcomesInARow == 0);
    }

    [Fact]
    public void MessageIdOf_TypeAndContent_BothCount()
    {
        BoundedPublisher.MessageIdOf<WorkRequested>("a").ShouldBe(BoundedPublisher.MessageIdOf<WorkRequested>("a"));
        BoundedPublisher.MessageIdOf<WorkRequested>("a").ShouldNotBe(BoundedPublisher.MessageIdOf<WorkRequested>("b"));
        BoundedPublisher.MessageIdOf<WorkRequested>("a").ShouldNotBe(BoundedPublisher.MessageIdOf<Fault>("a"));
    }

    [Fact]
    public void QueueNameOf_MessageAndFault_TheirConsumersQueues()
    {
        BusRegistration.QueueNameOf(typeof(WorkRequested)).ShouldBe(KebabCaseEndpointNameFormatter.Instance.Consumer<WorkRequestedConsumer>());
        BusRegistration.QueueNameOf(typeof(Fault<WorkRequested>)).ShouldBe(KebabCaseEndpointNameFormatter.Instance.Consumer<WorkRequestedFaultConsumer>());
    }

    [Fact]
    public async Task Stop_WithAPublishUnderWay_TheBusStillRuns()
    {
        var work = new Work();
        await using (var host = await ServiceHost.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults("test", defaultPort: 0);
                builder.Services.AddSingleton(work);

                // Before the bus, so that a plain background service would be stopped after it.
                builder.Services.AddHostedService<LastWordService>();
                builder.AddBus(bus => bus.AddConsumer<WorkRequestedConsumer, WorkRequestedConsumerDefinition>());
            },
            app => app.MapServiceDefaults()))
        {
            await work.Running.Task.WaitAsync(Patience);
        }

        work.LastWordConsumed.ShouldBeTrue();
    }

    private static BoundedPublisher Publisher(TimeSpan timeout)
        => new(Options.Create(new BusOptions { PublishTimeout = timeout }), TimeProvider.System, NullLogger<BoundedPublisher>.Instance);

    private static async Task<BusHost> StartAsync()
    {
        var work = new Work();
        var host = await ServiceHost.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults("test", defaultPort: 0);
                builder.Services.AddSingleton(work);
                builder.AddBus(bus =>
                {
                    bus.AddConsumer<WorkRequestedConsumer, WorkRequestedConsumerDefinition>();
                    bus.AddConsumer<WorkRequestedFaultConsumer>();
                });
            },
            app => app.MapServiceDefaults());
        host.ExpectsErrors = true;
        return new BusHost(host, work);
    }

    private sealed class BusHost(ServiceHost host, Work work) : IAsyncDisposable
    {
        public Task PublishAsync(string kind)
            => host.App.Services.GetRequiredService<BoundedPublisher>().PublishAsync(host.App.Services.GetRequiredService<IBus>(), new WorkRequested(kind), kind);

        public async Task<Fault<WorkRequested>> NextFaultAsync() => await work.Faults.Reader.ReadAsync().AsTask().WaitAsync(Patience);

        public async Task NextDoneAsync(string kind) => (await work.Done.Reader.ReadAsync().AsTask().WaitAsync(Patience)).ShouldBe(kind);

        public int Attempts(string kind) => work.Attempts.TryGetValue(kind, out var times) ? times.Count : 0;

        public TimeSpan Elapsed(string kind) => work.Attempts[kind].Max() - work.Attempts[kind].Min();

        public ValueTask DisposeAsync() => host.DisposeAsync();
    }

    /// <summary>Publishes when it is told to stop, as a service does that was about to.</summary>
    internal sealed class LastWordService(IBus bus, BoundedPublisher publisher, Work work, IHostApplicationLifetime lifetime) : PublishingService(lifetime)
    {
        protected override async Task RunAsync(CancellationToken stoppingToken)
        {
            work.Running.SetResult();
            await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await publisher.PublishAsync(bus, new WorkRequested("last word"), "last word");
            work.LastWordConsumed = await work.Done.Reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Patience, CancellationToken.None) == "last word";
        }
    }

    internal sealed class Work
    {
        public TaskCompletionSource Running { get; } = new();

        public bool LastWordConsumed { get; set; }

        public ConcurrentDictionary<string, ConcurrentBag<DateTimeOffset>> Attempts { get; } = new();

        public Channel<string> Done { get; } = Channel.CreateUnbounded<string>();

        public Channel<Fault<WorkRequested>> Faults { get; } = Channel.CreateUnbounded<Fault<WorkRequested>>();
    }

    internal sealed class WorkRequestedConsumer(Work work) : IConsumer<WorkRequested>
    {
        public async Task Consume(ConsumeContext<WorkRequested> context)
        {
            var kind = context.Message.Kind;
            var attempts = work.Attempts.GetOrAdd(kind, _ => []);
            attempts.Add(TimeProvider.System.GetUtcNow());
            if (kind.StartsWith("huge", StringComparison.Ordinal))
                throw new InvalidOperationException(new string('x', 300_000), new InvalidOperationException(new string('y', 300_000)));
            if (kind == "cancelled")
                throw new OperationCanceledException();
            if (kind == "flaky" && attempts.Count < 3)
                throw new TimeoutException("sebentar");
            if (kind == "outage" && attempts.Count < 4)
                throw attempts.Count % 2 == 0 ? new StoreUnavailableException("sebentar") : new PublishOutcomeUnknownException("sebentar");
            await work.Done.Writer.WriteAsync(kind);
        }
    }

    internal sealed class WorkRequestedConsumerDefinition : ConsumerDefinition<WorkRequestedConsumer>
    {
        protected override void ConfigureConsumer(
            IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<WorkRequestedConsumer> consumerConfigurator, IRegistrationContext context)
            => endpointConfigurator.UseShortRetry();
    }

    internal sealed class WorkRequestedFaultConsumer(Work work) : IConsumer<Fault<WorkRequested>>
    {
        public async Task Consume(ConsumeContext<Fault<WorkRequested>> context) => await work.Faults.Writer.WriteAsync(context.Message);
    }

    /// <summary>A transport whose broker never confirms.</summary>
    internal sealed class HangingEndpoint : IPublishEndpoint
    {
        public List<CancellationToken> Tokens { get; } = [];

        public List<Guid?> MessageIds { get; } = [];

        public Exception? Failure { get; init; }

        public bool Confirms { get; init; }

        /// <summary>Ends what hangs.</summary>
        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task Publish<T>(T message, IPipe<PublishContext<T>> publishPipe, CancellationToken cancellationToken = default)
            where T : class
        {
            Tokens.Add(cancellationToken);
            var context = new MassTransit.Context.MessageSendContext<T>(message, cancellationToken);
            await publishPipe.Send(context);
            MessageIds.Add(context.MessageId);
            if (Failure is not null)
                throw Failure;
            if (!Confirms)
                await Release.Task;
        }

        public ConnectHandle ConnectPublishObserver(IPublishObserver observer) => throw new NotSupportedException();

        public Task Publish<T>(T message, CancellationToken cancellationToken = default)
            where T : class
            => throw new NotSupportedException();

        public Task Publish<T>(T message, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default)
            where T : class
            => throw new NotSupportedException();

        public Task Publish(object message, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task Publish(object message, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task Publish(object message, Type messageType, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task Publish(object message, Type messageType, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task Publish<T>(object values, CancellationToken cancellationToken = default)
            where T : class
            => throw new NotSupportedException();

        public Task Publish<T>(object values, IPipe<PublishContext<T>> publishPipe, CancellationToken cancellationToken = default)
            where T : class
            => throw new NotSupportedException();

        public Task Publish<T>(object values, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default)
            where T : class
            => throw new NotSupportedException();
    }
}
