using System.Globalization;
using System.Diagnostics;
using Sikap.TestKit;

namespace Sikap.RabbitMq.Tests;

/// <summary>What networks do to connections, under load: nothing is lost, messages keep their ids, and everything works again by itself afterwards. On every run that is a reset and silence for some seconds;
/// <c>SIKAP_TEST_FAULT_SECONDS</c> has all faults and for how long, <c>SIKAP_TEST_CYCLES</c> how often connections are cut.</summary>
public sealed class WireTests(SharedBroker broker)
{
    private static readonly Dictionary<string, Action<FaultyWire>> Faults = new()
    {
        ["cut"] = wire => wire.Cut(),
        ["reset"] = wire => wire.Reset(),
        ["silence"] = wire => wire.Swallow(),
        ["half open"] = wire => wire.SwallowUpwards(),
        ["200 ms later"] = wire => wire.Delay(TimeSpan.FromMilliseconds(200)),
        ["one byte a second"] = wire => wire.Trickle(TimeSpan.FromSeconds(1)),
    };

    private static TimeSpan Length => TimeSpan.FromSeconds(Setting("SIKAP_TEST_FAULT_SECONDS", 3));

    // The one that is noticed at once and the one that is not; the others take minutes together.
    public static TheoryData<string> Kinds => IsSet("SIKAP_TEST_FAULT_SECONDS") ? [.. Faults.Keys] : ["reset", "silence"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Wire_Faulty_EverythingArrivesAndTheServiceIsReadyAgain(string kind)
    {
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var wire = new FaultyWire("localhost", broker.Node.Port);
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, settings: Through(wire));
        await using var load = new Load(service);
        await load.PassedAsync(50);

        Faults[kind](wire);
        await Task.Delay(Length);
        wire.Heal();
        var watch = Stopwatch.StartNew();
        var before = load.Count;
        await load.PassedAsync(before + 50);
        var recovered = watch.Elapsed;
        var published = await load.EndAsync();
        await service.Book.DoneAsync(published, TimeSpan.FromSeconds(60));
        await service.ReadyAsync(seconds: 60);

        TestContext.Current.SendDiagnosticMessage($"{kind} for {Length.TotalSeconds:0} s: 50 more messages {recovered.TotalSeconds:0.0} s after the end, {published.Count} in all");
        service.Book.Done.ShouldAllBe(pair => pair.Value.All(id => id == ServiceDefaults.BoundedPublisher.MessageIdOf<Work>(pair.Key)));
    }

    [Fact]
    public async Task Wire_CutAgainAndAgain_LeavesNothingBehind()
    {
        // K8: confirms and reconnects used to leak connections, semaphores and threads. K7: every twentieth cut or so the client hangs on its own shutdown, and the bus with it until it is told.
        var cycles = Setting("SIKAP_TEST_CYCLES", 4);
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var wire = new FaultyWire("localhost", broker.Node.Port);
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, settings: Through(wire));
        await using var load = new Load(service);
        await load.PassedAsync(20);
        var connections = await broker.Node.ConnectionsAsync(virtualHost);
        var handles = 0;
        var memory = 0L;
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            if (cycle == Math.Min(3, cycles / 2))
                (handles, memory) = (Handles(), Held());
            if (cycle % 2 == 0)
                wire.Reset();
            else
                wire.Cut();
            await load.PassedAsync(load.Count + 20);
        }

        var (handlesAfter, memoryAfter) = (Handles(), Held());
        var published = await load.EndAsync();
        await service.Book.DoneAsync(published, TimeSpan.FromSeconds(60));

        TestContext.Current.SendDiagnosticMessage($"{cycles} cuts: connections {connections}, open handles {handles} then {handlesAfter}, managed memory {memory >> 20} then {memoryAfter >> 20} MB");
        await Eventually.ShouldAsync(() => broker.Node.ConnectionsAsync(virtualHost), now => now == connections, TimeSpan.FromSeconds(20));
        await service.ReadyAsync(seconds: 60);
    }

    [Fact]
    public async Task Queue_DeletedUnderLoad_IsThereAgainAndLaterMessagesArrive()
    {
        // What was in it is gone with it: that is what deleting means. The rest goes on.
        var virtualHost = await broker.Node.NewVirtualHostAsync();
        await using var service = await TestService.StartAsync(broker.Node, virtualHost, settings: new Dictionary<string, string?> { ["Bus:StopAfterStuck"] = "00:00:10" });
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = service.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        await service.PublishAsync("before");
        await service.Book.DoneAsync(["before"], TimeSpan.FromSeconds(10));

        await broker.Node.DeleteQueueAsync(virtualHost, "work");

        // Either the bus declares it again, or the watchdog ends the process and its next start does.
        var back = service.PublishUntilDoneAsync("after", TimeSpan.FromSeconds(60));
        if (await Task.WhenAny(back, stopping.Task) == back)
        {
            await back;
            return;
        }

        Environment.ExitCode.ShouldBe(1);
        // It was the service's word, not this test run's.
        Environment.ExitCode = 0;
        await using var next = await TestService.StartAsync(broker.Node, virtualHost);
        await next.PublishUntilDoneAsync("after", TimeSpan.FromSeconds(30));
    }

    private static bool IsSet(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 };

    private static int Setting(string name, int otherwise)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static Dictionary<string, string?> Through(FaultyWire wire) => new() { ["Bus:Hosts"] = $"localhost:{wire.Port}", ["Bus:PublishTimeout"] = "00:00:02" };

    private static int Handles() => Directory.GetFiles("/proc/self/fd").Length;

    private static long Held() => GC.GetTotalMemory(forceFullCollection: true);

    /// <summary>Publishes one message after the other, each until the broker has confirmed it.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<string> _published = [];
        private readonly TestService _service;
        private readonly Task _running;

        public Load(TestService service)
        {
            _service = service;
            _running = Task.Run(RunAsync);
        }

        public int Count
        {
            get
            {
                lock (_published)
                    return _published.Count;
            }
        }

        /// <summary>Waits until that many were published and consumed.</summary>
        public Task PassedAsync(int count) => _service.Book.DoneAsync(count, TimeSpan.FromSeconds(60));

        public async Task<IReadOnlyList<string>> EndAsync()
        {
            await _stop.CancelAsync();
            await _running.WaitAsync(TimeSpan.FromSeconds(60));
            return _published;
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            _stop.Dispose();
        }

        private async Task RunAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                var id = $"{Count}";
                await _service.PublishUntilConfirmedAsync(id, TimeSpan.FromSeconds(60));
                lock (_published)
                    _published.Add(id);
            }
        }
    }
}
