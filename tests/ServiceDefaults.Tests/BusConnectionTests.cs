using System.Reflection;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using Sikap.TestKit;

namespace Sikap.ServiceDefaults.Tests;

public sealed class BusConnectionTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private readonly Bus _bus = new();
    private readonly BusConnection _connection;
    private readonly LostChannelFilter _filter;

    public BusConnectionTests()
    {
        _connection = new BusConnection(() => _bus.Supervisor, _time);
        _filter = new LostChannelFilter("work", _connection, Interval, _time, NullLogger.Instance);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task DropIfClosed_OnlyAClosedOneIsLetGo(bool open, int dropped)
    {
        _bus.IsOpen = open;

        await _connection.DropIfClosedAsync(Interval, CancellationToken.None).WaitAsync(Limit);

        _bus.Dropped.ShouldBe(dropped);
        _bus.Aborted.ShouldBe(dropped);
    }

    [Fact]
    public async Task DropIfClosed_BusIsConnecting_ReturnsInTimeAndAsksOnce()
    {
        _bus.Connecting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        for (var call = 0; call < 3; call++)
        {
            var asked = _connection.DropIfClosedAsync(Interval, CancellationToken.None);
            await _time.WaitForTimerAsync(Interval, new CancellationTokenSource(Limit).Token);
            _time.Advance(Interval);
            await asked.WaitAsync(Limit);
        }

        _bus.Asked.ShouldBe(1);
        _bus.Connecting.SetResult();
    }

    [Fact]
    public async Task Filter_ChannelClosedAndTheConsumerDoesNotKnow_IsAFaultOfTheConnectionAfterAWholeInterval()
    {
        var sending = _filter.Send(_bus.Channel, Pipe.ExecuteAsync<ChannelContext>(_ => new TaskCompletionSource().Task));
        await TickAsync();
        sending.IsCompleted.ShouldBeFalse();
        _bus.IsOpen = false;
        await TickAsync();
        sending.IsCompleted.ShouldBeFalse();
        await TickAsync();

        await Should.ThrowAsync<ConnectionException>(() => sending.WaitAsync(Limit));
        _bus.Dropped.ShouldBe(1);
    }

    [Fact]
    public async Task Filter_BrokerDoesNotAnswer_IsAFaultOfTheConnectionAndNotACancellation()
        => await Should.ThrowAsync<ConnectionException>(() => _filter.Send(_bus.Channel, Pipe.ExecuteAsync<ChannelContext>(_ => throw new TaskCanceledException())));

    [Fact]
    public async Task Filter_BusStops_CancellationStaysOne()
    {
        _bus.Stopped = new CancellationToken(canceled: true);

        await Should.ThrowAsync<OperationCanceledException>(() => _filter.Send(_bus.Channel, Pipe.ExecuteAsync<ChannelContext>(_ => throw new TaskCanceledException())));
    }

    private async Task TickAsync()
    {
        await _time.WaitForTimerAsync(Interval, new CancellationTokenSource(Limit).Token);
        _time.Advance(Interval);
    }

    /// <summary>A bus's connection as the library shows it.</summary>
    internal sealed class Bus
    {
        private readonly ConnectionContext _context;

        public Bus()
        {
            var connection = Stub.Of<IConnection>((method, _) => method.Name switch
            {
                "get_IsOpen" => IsOpen,
                nameof(IConnection.CloseAsync) => Closed(),
                _ => throw new NotSupportedException(method.Name),
            });
            _context = Stub.Of<ConnectionContext>((method, _) => method.Name == "get_Connection" ? connection : throw new NotSupportedException(method.Name));
            var channel = Stub.Of<IChannel>((method, _) => method.Name switch
            {
                // Nobody told the channel either.
                "get_IsOpen" => true,
                "set_ContinuationTimeout" or "add_ChannelShutdownAsync" or "remove_ChannelShutdownAsync" => null,
                _ => throw new NotSupportedException(method.Name),
            });
            Channel = Stub.Of<ChannelContext>((method, _) => method.Name switch
            {
                "get_Channel" => channel,
                "get_ConnectionContext" => _context,
                "get_CancellationToken" => Stopped,
                nameof(PipeContext.GetOrAddPayload) => null,
                _ => throw new NotSupportedException(method.Name),
            });
            Supervisor = Stub.Of<IConnectionContextSupervisor>((method, arguments) => method.Name == "Send" ? SendAsync((IPipe<ConnectionContext>)arguments[0]!) : throw new NotSupportedException(method.Name));
        }

        public bool IsOpen { get; set; } = true;

        public TaskCompletionSource? Connecting { get; set; }

        public CancellationToken Stopped { get; set; }

        public int Asked { get; private set; }

        public int Dropped { get; private set; }

        public int Aborted { get; private set; }

        public IConnectionContextSupervisor Supervisor { get; }

        public ChannelContext Channel { get; }

        private async Task SendAsync(IPipe<ConnectionContext> pipe)
        {
            Asked++;
            if (Connecting is not null)
                await Connecting.Task;
            try
            {
                await pipe.Send(_context);
            }
            catch
            {
                // As the library does with a connection on which something has failed.
                Dropped++;
                throw;
            }
        }

        private Task Closed()
        {
            Aborted++;
            return Task.CompletedTask;
        }
    }

    /// <summary>Answers the calls of an interface.</summary>
#pragma warning disable CA1852 // The runtime derives from it.
    private class Stub : DispatchProxy
    {
#pragma warning restore CA1852
        private Func<MethodInfo, object?[], object?> _answer = null!;

        public static T Of<T>(Func<MethodInfo, object?[], object?> answer)
            where T : class
        {
            var stub = Create<T, Stub>();
            ((Stub)(object)stub)._answer = answer;
            return stub;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
    }
}
