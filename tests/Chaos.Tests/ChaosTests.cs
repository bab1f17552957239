using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Sikap.RabbitMq.Tests;
using Sikap.TestKit;

namespace Sikap.Chaos.Tests;

/// <summary>
/// Faults under load: while articles come in, services die, the broker dies, is blocked and restarted, connections are cut, stores are locked and run full. In the end every accepted article is
/// queryable exactly once and all the read model answers is what an undisturbed system answers. <c>SIKAP_CHAOS_ARTICLES</c> and <c>SIKAP_CHAOS_FAULTS</c> make it longer than it is on every run, <c>SIKAP_CHAOS_SEED</c> puts the faults in another order.
/// </summary>
public sealed class ChaosTests
{
    private const int ConcurrentSubmissions = 8;

    // The length of the fault itself: publishes are held back while articles come in.
    private static readonly TimeSpan AlarmLength = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(90);

    private readonly List<string> _report = [];

    [Fact]
    public async Task Faults_UnderLoad_LoseAndDoubleNothing()
    {
        Assert.SkipUnless(RabbitNode.IsInstalled, "rabbitmq-server is not installed (Debian: apt-get install rabbitmq-server)");
        var articles = Setting("SIKAP_CHAOS_ARTICLES", 480);
        var faults = Setting("SIKAP_CHAOS_FAULTS", 12);
        var texts = SystemClient.Samples(articles);
        await using var node = await RabbitNode.StartAsync();
        await using var disk = SmallDisk.TryMount();
        await using var system = await SystemProcesses.StartAsync(await SettingsAsync(node, disk));
        using var client = new SystemClient(system.Gateway);
        await client.DefineIssuesAsync();

        // The more there are the longer the last may take.
        var drainSeconds = 240 + articles / 20;
        var undisturbed = Task.Run(() => UndisturbedAsync(texts, drainSeconds));
        var watch = Stopwatch.StartNew();
        var accepted = new ConcurrentBag<string>();
        var kinds = Kinds(system, node, disk).ToArray();
        // Another order, so that faults meet others' consequences.
        if (Setting("SIKAP_CHAOS_SEED", 0) is > 0 and var seed)
            new Random(seed).Shuffle(kinds);
        var rounds = Rounds(Enumerable.Range(0, faults).Select(number => kinds[number % kinds.Length]));
        var parts = texts.Chunk((articles + rounds.Count - 1) / rounds.Count).ToList();
        foreach (var (round, part) in rounds.Zip(parts))
        {
            var started = watch.Elapsed;
            var underWay = new TaskCompletionSource();
            var submitting = SubmitAllAsync(client, part, accepted, underWay);
            // In the middle of the load, not before it.
            await underWay.Task.WaitAsync(RecoveryLimit);
            await Task.WhenAll(round.Select(fault => fault.Do()));
            await submitting.WaitAsync(RecoveryLimit);
            _report.Add($"{string.Join(" + ", round.Select(fault => fault.Name))}: {part.Length} articles accepted in {(watch.Elapsed - started).TotalSeconds:0.0} s");
        }

        var status = await client.QueryableAsync(articles, seconds: drainSeconds);
        var ledger = await client.LedgerAsync();
        _report.Add($"{faults} faults, {articles} articles, everything queryable after {watch.Elapsed.TotalSeconds:0} s; {ledger.Statements.Count} statements, {ledger.Stances.Count} stances"
            + (disk is null ? "; no disk of limited size could be mounted, so that none ran full" : ""));
        TestContext.Current.SendDiagnosticMessage(string.Join('\n', _report));

        status.Failed.ShouldBe(0);
        accepted.Distinct().Count().ShouldBe(articles);
        ledger.Articles.ShouldBe(accepted.Distinct().Order(StringComparer.Ordinal));
        ledger.ShouldEqual(await undisturbed);
    }

    /// <summary>Faults that touch nothing in common happen at the same time; each in the first round that has room for it.</summary>
    private static List<List<Fault>> Rounds(IEnumerable<Fault> faults)
    {
        var rounds = new List<List<Fault>>();
        foreach (var fault in faults)
        {
            var round = rounds.Find(others => !others.Exists(other => other.Touches.Intersect(fault.Touches).Any()));
            if (round is null)
                rounds.Add(round = []);
            round.Add(fault);
        }

        return rounds;
    }

    private static async Task<Ledger> UndisturbedAsync(IReadOnlyList<string> texts, int seconds)
    {
        await using var system = await MemorySystem.StartAsync();
        await system.Client.DefineIssuesAsync();
        foreach (var part in texts.Chunk(1_000))
            await system.Client.SubmitAsync(part);
        await system.Client.QueryableAsync(texts.Count, seconds);
        return await system.Client.LedgerAsync();
    }

    internal static List<Fault> Kinds(SystemProcesses system, RabbitNode node, SmallDisk? disk)
    {
        var kinds = new List<Fault>();
        foreach (var service in new[] { "Extraction", "Query", "Ingestion", "StanceClassification", "Gateway" })
        {
            // Processes are started one by one.
            kinds.Add(new($"kill -9 {service}", ["processes", service], async () =>
            {
                await system.KillAsync(service);
                await system.StartAsync(service);
            }));
        }

        kinds.Add(new("kill -9 broker", ["broker"], async () =>
        {
            await node.KillAsync();
            await node.BootAsync();
        }));
        kinds.Add(new("connections closed", ["broker"], () => node.CloseConnectionsAsync()));
        kinds.Add(new("broker application restarted", ["broker"], () => node.EvalAsync("ok = rabbit:stop(), ok = rabbit:start()")));
        kinds.Add(new("memory alarm of the broker", ["broker"], async () =>
        {
            await using (await node.BlockAsync())
                await Task.Delay(AlarmLength);
        }));
        // A service does not start on a store that it cannot write to, so its death is another round's.
        foreach (var service in new[] { "Ingestion", "Query" })
        {
            var file = $"{service.ToLowerInvariant()}.db";
            kinds.Add(new($"store of {service} locked", [service], () => StoreLock.HoldAsync(Directory.GetFiles(system.Folder, file).Concat(disk is null ? [] : Directory.GetFiles(disk.Path, file)).Single())));
        }

        if (disk is not null)
            kinds.Add(new("disk of Ingestion full", ["Ingestion"], disk.FillForAWhileAsync));
        return kinds;
    }

    private static async Task SubmitAllAsync(SystemClient client, string[] texts, ConcurrentBag<string> accepted, TaskCompletionSource underWay)
    {
        var done = 0;
        await Parallel.ForEachAsync(texts, new ParallelOptions { MaxDegreeOfParallelism = ConcurrentSubmissions }, async (text, _) =>
        {
            accepted.Add(await client.SubmitUntilTakenAsync(text, RecoveryLimit));
            if (Interlocked.Increment(ref done) >= texts.Length / 4)
                underWay.TrySetResult();
        });
        underWay.TrySetResult();
    }

    internal static async Task<Dictionary<string, string?>> SettingsAsync(RabbitNode node, SmallDisk? disk)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Bus:Transport"] = "RabbitMq",
            ["Bus:Hosts"] = $"localhost:{node.Port}",
            ["Bus:VirtualHost"] = await node.NewVirtualHostAsync(),
            ["Bus:Username"] = RabbitNode.Username,
            ["Bus:Password"] = RabbitNode.Password,
            ["Bus:WatchdogInterval"] = "00:00:00.500",
            ["Ingestion:SweepInterval"] = "00:00:01",
        };
        if (disk is not null)
            settings["Ingestion:DataDirectory"] = disk.Path;
        return settings;
    }

    /// <summary>Something that goes wrong and is over when the task ends.</summary>
    /// <param name="Name">What.</param>
    /// <param name="Touches">What nothing else may touch at the same time.</param>
    /// <param name="Do">Does it.</param>
    internal sealed record Fault(string Name, string[] Touches, Func<Task> Do);

    private static int Setting(string name, int otherwise)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
