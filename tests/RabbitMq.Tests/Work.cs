using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using Sikap.ServiceDefaults;

namespace Sikap.RabbitMq.Tests;

/// <summary>A message of the tests, without any meaning of its own.</summary>
public sealed record Work
{
    /// <summary>Identity of the content.</summary>
    public required string Id { get; init; }
}

/// <summary>Does what the test says with each message.</summary>
public sealed class WorkConsumer(WorkBook book) : IConsumer<Work>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<Work> context) => book.HandleAsync(context);
}

/// <summary>The retry policy the services have too.</summary>
public sealed class WorkConsumerDefinition : ConsumerDefinition<WorkConsumer>
{
    /// <inheritdoc/>
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<WorkConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.UseShortRetry();
}

/// <summary>What is to happen with messages, and a ledger of those that were done. Thread-safe.</summary>
public sealed class WorkBook
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Guid>> _done = new();
    private readonly Lock _lock = new();
    private readonly List<(Func<string?, bool> Reached, TaskCompletionSource Signal)> _waiting = [];
    private int _attempts;

    /// <summary>Runs before a message counts as done, with the token the bus gave; throws or hangs when the test wants so.</summary>
    public Func<Work, CancellationToken, Task> Handler { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Attempts to handle a message, failed ones included.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Done messages: content id and the message ids it came with, one for each time.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<Guid>> Done => _done.ToDictionary(pair => pair.Key, pair => (IReadOnlyCollection<Guid>)[.. pair.Value]);

    /// <summary>Trace in which each message was done last; nothing where nobody listens.</summary>
    public ConcurrentDictionary<string, ActivityTraceId> Traces { get; } = new();

    /// <summary>Handles one message.</summary>
    public async Task HandleAsync(ConsumeContext<Work> context)
    {
        Interlocked.Increment(ref _attempts);
        Signal(null);
        await Handler(context.Message, context.CancellationToken);
        if (Activity.Current is { } activity)
        {
            Traces[context.Message.Id] = activity.TraceId;
        }

        _done.GetOrAdd(context.Message.Id, _ => new()).Enqueue(context.MessageId ?? Guid.Empty);
        Signal(context.Message.Id);
    }

    /// <summary>Waits until all of these are done.</summary>
    public Task DoneAsync(IReadOnlyCollection<string> ids, TimeSpan limit)
    {
        // Counted down: to look through all of some thousand for each message would take longer than the messages.
        HashSet<string>? missing = null;
        return ReachedAsync(
            done =>
            {
                missing ??= [.. ids.Where(id => !_done.ContainsKey(id))];
                if (done is not null)
                    missing.Remove(done);
                return missing.Count == 0;
            },
            limit,
            () => $"{ids.Count(id => !_done.ContainsKey(id))} of {ids.Count} messages were not consumed");
    }

    /// <summary>Waits until that many different messages are done.</summary>
    public Task DoneAsync(int count, TimeSpan limit) => ReachedAsync(_ => _done.Count >= count, limit, () => $"{_done.Count} of {count} messages were consumed");

    /// <summary>Waits until that many attempts were begun.</summary>
    public Task AttemptedAsync(int count, TimeSpan limit) => ReachedAsync(_ => Attempts >= count, limit, () => $"{Attempts} of {count} attempts were made");

    private async Task ReachedAsync(Func<string?, bool> reached, TimeSpan limit, Func<string> failure)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (reached(null))
            {
                return;
            }

            _waiting.Add((reached, signal));
        }

        try
        {
            await signal.Task.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new ShouldAssertException($"{failure()} within {limit.TotalSeconds:0} s");
        }
    }

    private void Signal(string? done)
    {
        lock (_lock)
        {
            _waiting.RemoveAll(waiting =>
            {
                var reached = waiting.Reached(done);
                if (reached)
                {
                    waiting.Signal.TrySetResult();
                }

                return reached;
            });
        }
    }
}

/// <summary>A message that makes its consumer publish a <see cref="Work"/> of the same id, as the stages of the pipeline do.</summary>
public sealed record Errand
{
    /// <summary>Identity of the content.</summary>
    public required string Id { get; init; }
}

/// <summary>Waits for the test's leave, then passes the errand on.</summary>
public sealed class ErrandConsumer(ErrandGate gate, BoundedPublisher publisher) : IConsumer<Errand>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Errand> context)
    {
        gate.Reached.TrySetResult();
        await gate.Open.Task;
        await publisher.PublishAsync(context, new Work { Id = context.Message.Id }, context.Message.Id);
    }
}

/// <inheritdoc cref="WorkConsumerDefinition"/>
public sealed class ErrandConsumerDefinition : ConsumerDefinition<ErrandConsumer>
{
    /// <inheritdoc/>
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ErrandConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.UseShortRetry();
}

/// <summary>Holds all errands back until it is opened.</summary>
public sealed class ErrandGate
{
    /// <summary>Set when the first errand waits.</summary>
    public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set to let them go.</summary>
    public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
