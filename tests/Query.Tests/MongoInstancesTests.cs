using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Sikap.TestKit;
using static Sikap.Query.Tests.Ledger;
using Proto = Sikap.V1;

namespace Sikap.Query.Tests;

/// <summary>Several instances over one MongoDB, and instances that die in the middle of a write.</summary>
public sealed class MongoInstancesTests : IAsyncDisposable
{
    private static readonly TimeSpan Retention = TimeSpan.FromDays(1);

    private readonly MongoTestDatabase _database = new();
    private readonly List<IAsyncDisposable> _open = [];
    private readonly Clock _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
        {
            await open.DisposeAsync();
        }
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Ask_WhatAnotherInstanceWrote_IsInTheAnswer()
    {
        var (first, second) = (Open(_database.Url), Open(_database.Url));
        using var firstIndex = new LedgerIndex(first);
        using var secondIndex = new LedgerIndex(second);
        for (var i = 0; i < 5; i++)
        {
            await first.WriteAsync([Article($"a{i}", [Says(Sari, "Setuju.", "jembatan")])], Cancel);
            (await StancesAsync(second, secondIndex)).Count.ShouldBe((2 * i) + 1);
            await second.WriteAsync([Article($"b{i}", [Says(Budi, "Tidak.", "jembatan", StanceLabel.Oppose)])], Cancel);
            (await StancesAsync(first, firstIndex)).Count.ShouldBe((2 * i) + 2);
        }
        await first.ApplyAsync(Issue("jembatan", 2, retired: true), Cancel);

        (await StancesAsync(second, secondIndex)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_InstancesAtTheSameTime_NothingIsLostOrDoubledAndAllSeeOneOrder()
    {
        const int Instances = 3;
        const int Articles = 40;
        var stores = Enumerable.Range(0, Instances).Select(_ => Open(_database.Url)).ToList();
        using var index = new LedgerIndex(stores[0]);
        var following = new CancellationTokenSource();
        var followed = Task.Run(
            async () =>
            {
                while (!following.IsCancellationRequested)
                {
                    await StancesAsync(stores[0], index);
                }
            },
            Cancel);

        // Every article comes to two instances, as a redelivery would, and in two classifications.
        await Task.WhenAll(stores.Select((store, instance) => Task.Run(
            async () =>
            {
                for (var i = 0; i < Articles; i++)
                {
                    if (i % Instances != instance)
                    {
                        await store.WriteAsync([Message(i, 1), Message((i + 7) % Articles, 2)], Cancel);
                    }
                }
            },
            Cancel)));
        foreach (var i in Enumerable.Range(0, Articles))
        {
            await stores[i % Instances].WriteAsync([Message(i, 2)], Cancel);
        }
        await following.CancelAsync();
        await followed;
        following.Dispose();

        var events = (await stores[1].ReadEventsAsync(0, 10_000, Cancel)).Items;
        events.Select(change => change.Cursor).ShouldBe(Enumerable.Range(1, events.Count).Select(i => (long)i));
        (await stores[2].ReadEventsAsync(0, 10_000, Cancel)).Items.Select(change => change.Event).ShouldBe(events.Select(change => change.Event));
        events.Count(change => change.Event.EventCase == Proto.WatchEvent.EventOneofCase.ArticleIndexed).ShouldBe(Articles);
        // Who counts along the events has at each point what there was, and at the end what there is.
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in events)
        {
            if (change.Event.StanceAdded is { } added)
            {
                there.Add(added.Id).ShouldBeTrue(added.Id);
            }
            if (change.Event.StanceRemoved is { } removed)
            {
                there.Remove(removed.Id).ShouldBeTrue(removed.Id);
            }
        }
        var stances = await StancesAsync(stores[0], index);
        there.Order(StringComparer.Ordinal).ShouldBe(stances.Select(stance => stance.Id).Order(StringComparer.Ordinal));
        there.ShouldBe(Enumerable.Range(0, Articles).SelectMany(i => Message(i, 2).Stances).Select(stance => stance.Id), ignoreOrder: true);
        events.Count(change => change.Event.Kinds.Contains(Proto.EventKind.FirstStatement)).ShouldBe(3);
        var status = await stores[1].GetStatusAsync(Cancel);
        (status.Articles, status.Statements, status.Stances, status.Actors, status.LastCursor).ShouldBe((Articles, Articles, Articles, 3, events.Count));
        (await stores[1].ListActorsAsync(new(), new PageRequest(10, null), Cancel)).Items.Sum(actor => actor.StanceCount + actor.StatementCount).ShouldBe(2 * Articles);

        static StancesClassified Message(int i, long version) =>
            Article($"a{i}", [Says(new[] { Sari, Budi, China }[i % 3], $"Kalimat {i}.", "jembatan", version == 1 ? StanceLabel.Neutral : StanceLabel.Support)], version: version);
    }

    [Fact]
    public async Task Watch_ThroughTwoInstances_EachEventComesOnceAndInTheSameOrder()
    {
        const int Articles = 30;
        await using var first = await HostAsync();
        await using var second = await HostAsync();
        using var watchers = new Watchers(first, second);

        await Task.WhenAll(Enumerable.Range(0, Articles).Select(i => (i % 2 == 0 ? first : second).WriteAsync(Article($"a{i}", [Says(Sari, $"Kalimat {i}.", "jembatan")]))));

        var seen = await Task.WhenAll(watchers.All.Select(async watcher =>
        {
            var events = new List<Proto.WatchEvent>();
            while (events.Count < 2 * Articles)
            {
                if (await watcher.NextAsync() is { EventCase: not Proto.WatchEvent.EventOneofCase.Heartbeat } next)
                {
                    events.Add(next);
                }
            }
            return events;
        }));
        seen[0].Select(change => change.Cursor).ShouldBe(Enumerable.Range(1, 2 * Articles).Select(i => $"{i}"));
        seen[1].ShouldBe(seen[0]);
        seen[0].Where(change => change.StanceAdded is not null).Select(change => change.StanceAdded.ArticleId).ShouldBe(Enumerable.Range(0, Articles).Select(i => $"a{i}"), ignoreOrder: true);

        Task<QueryHost> HostAsync() => QueryHost.StartAsync(Path.GetTempPath(), null, ("Query:MongoUrl", _database.Url), ("Query:MongoPollInterval", "00:00:00.020"));
    }

    /// <summary>An instance dies after any number of writes to the server; another gets the message again and finishes. All must be as if nothing had happened.</summary>
    [Fact]
    public async Task Write_InstanceDiesAfterAnyWrite_RedeliveryLeavesWhatAnUndisturbedRunLeaves()
    {
        var address = new MongoUrl(_database.Url).Server;
        Func<MongoReadModel, Task>[] steps =
        [
            store => store.WriteAsync([Article("a1", [Says(Sari, "Tidak.", "jembatan", StanceLabel.Oppose, date: "2024-01-05"), Says(Budi, "Ya.", "jalan")], version: 4, issues: ["jembatan", "jalan"],
                states: [Stands("jembatan", ProposalState.Blocked, "Ditahan.", "2024-02-01")], relations: [Faces(Sari, Budi, StanceLabel.Support, "Sari memuji Budi.")]), Article("a3", [Says(China, "Netral.", "jembatan", StanceLabel.Neutral)])], Cancel),
            store => store.ApplyAsync(Issue("jembatan", 9, retired: true), Cancel),
            store => store.ApplyAsync(Issue("jalan", 10), Cancel),
        ];
        var undisturbed = await RunAsync(async store =>
        {
            foreach (var step in steps)
            {
                await step(store);
            }
        });
        var deaths = 0;
        foreach (var victim in Enumerable.Range(0, steps.Length))
        {
            var died = true;
            for (var writes = 0; died; writes++)
            {
                var disturbed = await RunAsync(async store =>
                {
                    foreach (var step in steps.Take(victim))
                    {
                        await step(store);
                    }
                    await using (var proxy = new CuttingProxy(address.Host, address.Port))
                    await using (var dying = Through(proxy))
                    {
                        await dying.GetStatusAsync(Cancel);
                        proxy.CutAfter(writes);
                        try
                        {
                            await steps[victim](dying);
                        }
                        catch (StoreUnavailableException)
                        {
                            proxy.HasCut.ShouldBeTrue();
                        }
                        died = proxy.HasCut;
                    }
                    foreach (var step in steps.Skip(victim))
                    {
                        await step(store);
                    }
                });
                disturbed.ShouldBe(undisturbed, $"step {victim}, {writes} writes");
                deaths += died ? 1 : 0;
            }
        }
        deaths.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task Apply_OldCommitByAProcessThatWakesUpLate_ChangesNothing()
    {
        var store = Open(_database.Url);
        var old = await CommitsAsync(store);

        var before = await DumpAsync();
        using var ledger = new MongoLedger(new MongoStore(_database.Url, "unused", MongoSchema.Migrations), Patience);
        foreach (var document in old)
        {
            await ledger.ApplyAsync(MongoHead.From(document), MongoCommit.From(document[MongoHead.Commit].AsBsonDocument), Cancel);
        }

        old.Count.ShouldBeGreaterThan(5);
        (await DumpAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Commit_AnotherInstanceWasFirst_IsWorkedOutAnew()
    {
        var store = Open(_database.Url);
        using var ledger = new MongoLedger(new MongoStore(_database.Url, "unused", MongoSchema.Migrations), Patience);
        using var counts = new Counts();
        var heads = new List<long>();
        await store.GetStatusAsync(Cancel);

        await ledger.CommitAsync(
            async (head, cancel) =>
            {
                heads.Add(head.Number);
                if (heads.Count == 1)
                {
                    await store.WriteAsync([Article("a1", [Says(Sari, "Ya.", "jembatan")])], cancel);
                }
                var writer = new MongoWriter(ledger, head, _clock.Now);
                var written = await writer.WriteAsync([Article("a2", [Says(Sari, "Ya juga.", "jembatan")])], cancel);
                var (next, commit) = writer.Finish();
                return (next, commit, written);
            },
            Cancel);

        heads.ShouldBe([0L, 1L]);
        counts.Of("sikap.query.commit.conflicts").ShouldBeGreaterThan(0);
        var events = (await store.ReadEventsAsync(0, 10, Cancel)).Items;
        events.Select(change => change.Event.StanceAdded?.ArticleId ?? change.Event.ArticleIndexed.Id).ShouldBe(["a1", "a1", "a2", "a2"]);
        events.Count(change => change.Event.Kinds.Contains(Proto.EventKind.FirstStatement)).ShouldBe(1);
    }

    [Fact]
    public async Task Write_OneInstanceThatRemembers_WritesWhatNewOnesWouldWrite()
    {
        var remembering = await RunAsync(store => HistoryAsync(_ => store));
        var forgetting = await RunAsync(_ => HistoryAsync(_ => Open(_database.Url)));

        remembering.ShouldBe(forgetting);

        static async Task HistoryAsync(Func<int, MongoReadModel> storeOf)
        {
            var random = new Random(11);
            Actor[] holders = [Sari, Budi, China];
            for (var step = 0; step < 40; step++)
            {
                var lines = Enumerable.Range(0, random.Next(4)).Select(i => Says(
                    holders[random.Next(3)], $"Kalimat {i}.", random.Next(2) == 0 ? "jembatan" : "pajak", (StanceLabel)random.Next(3), random.Next(1, 10) / 10.0, $"2024-0{random.Next(1, 9)}-1{random.Next(10)}"));
                await storeOf(step).WriteAsync([Article($"b{random.Next(9)}", [.. lines], version: 2 + step, issues: ["jembatan", "pajak"])], Cancel);
            }
        }
    }

    [Fact]
    public async Task Follow_InstanceDiedHalfWay_AnotherFinishesWithoutBeingAsked()
    {
        var address = new MongoUrl(_database.Url).Server;
        await using var host = await QueryHost.StartAsync(Path.GetTempPath(), null, ("Query:MongoUrl", _database.Url), ("Query:MongoPollInterval", "00:00:00.020"));
        using var watcher = new Watcher(host, new Proto.WatchRequest { Cursor = "0" });
        using var counts = new Counts();
        await using (var proxy = new CuttingProxy(address.Host, address.Port))
        await using (var dying = Through(proxy))
        {
            await dying.WriteAsync([], Cancel);
            proxy.CutAfter(2);
            await Should.ThrowAsync<StoreUnavailableException>(() => dying.WriteAsync([Article("a1", [Says(Sari, "Ya.", "jembatan")])], Cancel));
        }

        Proto.WatchEvent next;
        while ((next = await watcher.NextAsync()).EventCase == Proto.WatchEvent.EventOneofCase.Heartbeat)
        {
        }

        next.StanceAdded.ArticleId.ShouldBe("a1");
        (await watcher.NextAsync()).ArticleIndexed.Id.ShouldBe("a1");
        counts.Of("sikap.query.commit.recovered").ShouldBeGreaterThan(0);
    }

    private static TimeSpan Patience => TimeSpan.FromMilliseconds(50);

    private string Separator => _database.Url.Contains('?', StringComparison.Ordinal) ? "&" : "?";

    /// <summary>An instance that reaches the database through <paramref name="proxy"/>.</summary>
    private MongoReadModel Through(CuttingProxy proxy)
    {
        var address = new MongoUrl(_database.Url).Server;
        var url = _database.Url.Replace($"{address.Host}:{address.Port}", proxy.Address, StringComparison.Ordinal);
        return new MongoReadModel($"{url}{Separator}serverSelectionTimeoutMS=300&connectTimeoutMS=300", Retention, Retention, _clock, Patience);
    }

    private MongoReadModel Open(string url)
    {
        var store = new MongoReadModel(url, Retention, Retention, _clock, Patience);
        _open.Add(store);
        return store;
    }

    /// <summary>Some history of its own, then <paramref name="run"/>, and what is in the database in the end.</summary>
    private async Task<string> RunAsync(Func<MongoReadModel, Task> run)
    {
        using (var client = new MongoClient(_database.Url))
        {
            await client.DropDatabaseAsync(_database.Name, Cancel);
        }
        await using var store = new MongoReadModel(_database.Url, Retention, Retention, _clock, Patience);
        await store.ApplyAsync(Issue("jembatan", 1), Cancel);
        await store.WriteAsync(
            [
                Article("a1", [Says(Sari, "Ya.", "jembatan", date: "2024-01-01"), Says(Budi, "Ya.", "jalan")], states: [Stands("jembatan", ProposalState.Proposed, "Direncanakan.", "2024-01-01")],
                    relations: [Faces(Sari, Budi, StanceLabel.Oppose, "Sari mengecam Budi."), Faces(Budi, Sari, StanceLabel.Oppose, "Budi mengecam Sari.")]),
                Article("a2", [Says(Budi, "Tidak.", "jembatan", StanceLabel.Oppose)]),
            ],
            Cancel);
        await run(store);
        // Whatever is pending is applied by whoever writes next.
        await store.WriteAsync([Article("a9", [])], Cancel);
        return await DumpAsync();
    }

    /// <summary>The commits of a history with additions, replacements and removals, as they stood in the head before they were applied.</summary>
    private async Task<List<BsonDocument>> CommitsAsync(MongoReadModel store)
    {
        var address = new MongoUrl(_database.Url).Server;
        var commits = new List<BsonDocument>();
        Func<MongoReadModel, Task>[] steps =
        [
            one => one.WriteAsync([Article("a1", [Says(Sari, "Ya.", "jembatan")], states: [Stands("jembatan", ProposalState.Proposed, "Direncanakan.")])], Cancel),
            one => one.ApplyAsync(Issue("jembatan", 2), Cancel),
            one => one.WriteAsync([Article("a1", [Says(Sari, "Tidak.", "jembatan", StanceLabel.Oppose)], version: 2)], Cancel),
            one => one.WriteAsync([Article("a1", [Says(Budi, "Ya.", "jembatan")], version: 2, engine: "2")], Cancel),
            one => one.ApplyAsync(Issue("jembatan", 3, retired: true), Cancel),
            one => one.ApplyAsync(Issue("jembatan", 3, retired: true), Cancel),
            one => one.ApplyAsync(Issue("jembatan", 4), Cancel),
        ];
        foreach (var step in steps)
        {
            await using (var proxy = new CuttingProxy(address.Host, address.Port))
            await using (var dying = Through(proxy))
            {
                await dying.WriteAsync([], Cancel);
                proxy.CutAfter(1);
                await Should.ThrowAsync<StoreUnavailableException>(() => step(dying));
            }
            using var client = new MongoClient(_database.Url);
            commits.Add(await client.GetDatabase(_database.Name).GetCollection<BsonDocument>(MongoSchema.Ledger).Find(new BsonDocument("_id", MongoHead.Id)).FirstAsync(Cancel));
            await store.RecoverAsync(MongoHead.From(commits[^1]), Cancel);
        }
        return commits;
    }

    /// <summary>All documents but those of the migrations; numbers of commits aside, which tell how often it was tried.</summary>
    private async Task<string> DumpAsync()
    {
        using var client = new MongoClient(_database.Url);
        var database = client.GetDatabase(_database.Name);
        var lines = new List<string>();
        foreach (var name in new[] { MongoSchema.Ledger, MongoSchema.Articles, MongoSchema.Texts, MongoSchema.Positions, MongoSchema.States, MongoSchema.Relations, MongoSchema.Actors, MongoSchema.Issues, MongoSchema.Events, MongoSchema.Effects })
        {
            foreach (var document in await database.GetCollection<BsonDocument>(name).Find(new BsonDocument()).ToListAsync(Cancel))
            {
                foreach (var counter in new[] { "c", "number", "issuesChanged", "turn" })
                {
                    document.Remove(counter);
                }
                lines.Add($"{name} {new BsonDocument(document.OrderBy(element => element.Name, StringComparer.Ordinal)).ToJson()}");
            }
        }
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private static async Task<IReadOnlyList<Proto.Stance>> StancesAsync(IReadModel store, LedgerIndex index) =>
        (await new LedgerQuestions(store, index, Options.Create(new QueryOptions())).ListStancesAsync(new Proto.Filter(), new PageRequest(1000, null), Cancel)).Items;

    /// <summary>What the service's counters have counted since, in all tests that run.</summary>
    private sealed class Counts : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
        private readonly MeterListener _listener;

        public Counts()
        {
            _listener = new MeterListener
            {
                InstrumentPublished = (instrument, self) =>
                {
                    if (instrument.Meter.Name == Telemetry.Name)
                    {
                        self.EnableMeasurementEvents(instrument);
                    }
                },
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _counts.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
            _listener.Start();
        }

        public long Of(string counter) => _counts.GetValueOrDefault(counter);

        public void Dispose() => _listener.Dispose();
    }

    private sealed class Watchers(params QueryHost[] hosts) : IDisposable
    {
        public IReadOnlyList<Watcher> All { get; } = [.. hosts.Select(host => new Watcher(host, new Proto.WatchRequest { Cursor = "0" }))];

        public void Dispose()
        {
            foreach (var watcher in All)
            {
                watcher.Dispose();
            }
        }
    }
}
