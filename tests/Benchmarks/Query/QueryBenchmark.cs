using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sikap.Contracts.Messages;
using Sikap.Nlp;
using Sikap.Query;
using Proto = Sikap.V1;

namespace Sikap.Benchmarks.Query;

/// <summary>
/// Latency of the ledger's questions over an embedded store with many stances, and how long after a commit watchers have it. Beside the latency stands the processor time,
/// which tells what a question costs also where others use the machine.
/// The store is filled once and kept, so that it can be measured again: <c>query FOLDER [stances] [part of a question's name]</c>.
/// </summary>
internal static class QueryBenchmark
{
    private const int StancesPerArticle = 5;
    private const int Issues = 100;
    private const int Holders = 2000;
    private const int Days = 730;
    private const int Stories = 20_000;
    private const int Reports = 100_000;
    private const int Batch = 128;
    private const int Rounds = 100;
    private const int WarmRounds = 30;
    private const int NetworkRounds = 10;

    private static readonly DateOnly FirstDay = new(2023, 1, 1);
    private static readonly string[] Publishers = [.. Enumerable.Range(0, 50).Select(i => $"Kabar {i}")];
    private static readonly string[] Countries = ["IDN", "CHN", "JPN", "USA", "FRA", "DEU", "IND", "AUS", "MYS", "SGP"];
    private static readonly string[] Words = [.. Enumerable.Range(0, 3000).Select(i => $"kata{i}")];

    private static string s_part = "";

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length == 0)
        {
            Console.Error.WriteLine("usage: Benchmarks query FOLDER [stances] [part of a question's name]");
            return 2;
        }

        s_part = args.Length > 2 ? args[2] : "";
        var wanted = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
        using var store = new SqliteReadModel(args[0], 8, TimeSpan.FromDays(30), TimeSpan.FromDays(365), TimeProvider.System);
        var filled = await FillAsync(store, wanted);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{wanted:N0} stances, {Issues} issues, {Holders:N0} holders, {Environment.ProcessorCount} processors{filled}\n"));

        var before = GC.GetTotalMemory(true);
        using var index = new LedgerIndex(store);
        var watch = Stopwatch.StartNew();
        await index.CatchUpAsync(default);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"index read in {watch.Elapsed.TotalSeconds:F1} s, {(GC.GetTotalMemory(true) - before) / (double)wanted:F0} bytes per stance\n"));

        var ledger = new LedgerQuestions(store, index, Options.Create(new QueryOptions()));
        var networks = new NetworkReader(store, index, Options.Create(new QueryOptions()));
        Console.WriteLine("| question | p50 ms | p99 ms | processor p50 ms | processor p99 ms | allocated KB |\n|---|---:|---:|---:|---:|---:|");
        var (asked, paused, full) = (Stopwatch.StartNew(), GC.GetTotalPauseDuration(), GC.CollectionCount(2));
        var page = new PageRequest(100, null);
        await MeasureAsync("matrix of everything", _ => ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = new() }, page, default));
        await MeasureAsync("matrix of an issue", random => ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = Issue(random) }, page, default));
        await MeasureAsync("matrix of a month, rolled up", random => ledger.GetMatrixAsync(
            new Proto.GetMatrixRequest { Filter = Month(random), RollUp = Proto.RollUp.Represents }, page, default));
        await MeasureAsync("matrix of an issue by month", random => ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = Issue(random), Period = Proto.Period.Month }, page, default));
        await MeasureAsync("matrix of everything, rolled up", _ => ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = new(), RollUp = Proto.RollUp.Represents }, page, default));
        await MeasureAsync("matrix by confidence", _ => ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = new() { MinConfidence = 0.6 } }, page, default));
        await MeasureAsync("timeline of everything", _ => ledger.GetTimelineAsync(new(), page, default));
        await MeasureAsync("timeline of an issue", random => ledger.GetTimelineAsync(Issue(random), page, default));
        await MeasureAsync("timeline of a holder", random => ledger.GetTimelineAsync(Holder(random), page, default));
        await MeasureAsync("timeline of a month", random => ledger.GetTimelineAsync(Month(random), page, default));
        await MeasureAsync("changes of everything", _ => ledger.ListChangesAsync(new Proto.ListChangesRequest { Filter = new() }, page, default));
        await MeasureAsync("changes of an issue", random => ledger.ListChangesAsync(new Proto.ListChangesRequest { Filter = Issue(random) }, page, default));
        await MeasureAsync("changes of a holder", random => ledger.ListChangesAsync(new Proto.ListChangesRequest { Filter = Holder(random) }, page, default));
        await MeasureAsync("reversals of a month", random => ledger.ListChangesAsync(new Proto.ListChangesRequest { Filter = Month(random), Kinds = { Proto.ChangeKind.Reversed } }, page, default));
        await MeasureAsync("changes by outlet", random => ledger.ListChangesAsync(new Proto.ListChangesRequest { Filter = Outlet(random) }, page, default));
        await MeasureAsync("changes by confidence", _ => ledger.ListChangesAsync(new Proto.ListChangesRequest { Filter = new() { MinConfidence = 0.6 } }, page, default));
        await MeasureAsync("stances of everything, second page", _ => SecondPageAsync());
        await MeasureAsync("stances by confidence", _ => ledger.ListStancesAsync(new() { MinConfidence = 0.9 }, page, default));
        await MeasureAsync("stances by month, outlet and label", random =>
        {
            var filter = Month(random);
            filter.Publisher = Publishers[random.Next(Publishers.Length)];
            filter.Label = Proto.StanceLabel.Oppose;
            return ledger.ListStancesAsync(filter, page, default);
        });
        await MeasureAsync("stances by issue and country", random =>
        {
            var filter = Issue(random);
            filter.Represents = Countries[random.Next(Countries.Length)];
            return ledger.ListStancesAsync(filter, page, default);
        });
        await MeasureAsync("stances by a word", random => ledger.ListStancesAsync(new() { Text = Words[random.Next(Words.Length)] }, page, default));
        await MeasureAsync("statements of a holder", random => store.ListStatementsAsync(Holder(random), page, default));
        await MeasureAsync("statements by a word", random => store.ListStatementsAsync(new() { Text = Words[random.Next(Words.Length)] }, page, default));
        await MeasureAsync("statements by month, outlet and country", random =>
        {
            var filter = Month(random);
            filter.Publisher = Publishers[random.Next(Publishers.Length)];
            filter.Represents = Countries[random.Next(Countries.Length)];
            return store.ListStatementsAsync(filter, page, default);
        });
        await MeasureAsync("statements of everything", _ => store.ListStatementsAsync(new(), page, default));
        await MeasureAsync("actors by part of a name", random => store.ListActorsAsync(new() { NameContains = $"Tokoh{random.Next(10, 100)}" }, page, default));
        await MeasureAsync("articles of an issue", random => ledger.ListArticlesAsync(Issue(random), page, default));
        await MeasureAsync("articles of a holder", random => ledger.ListArticlesAsync(Holder(random), page, default));
        await MeasureAsync("articles of a month", random => ledger.ListArticlesAsync(Month(random), page, default));
        await MeasureAsync("contradictions of an issue", random => ledger.ListContradictionsAsync(new Proto.ListContradictionsRequest { Filter = Issue(random) }, page, default));
        await MeasureAsync("reports of an issue", random => ledger.ListReportsAsync(Issue(random), page, default));
        await MeasureAsync("outlets on an issue", random => ledger.CompareOutletsAsync(Issue(random), page, default));
        await MeasureAsync("search for two words", random =>
            store.SearchAsync(SearchQuery.Parse($"{Words[random.Next(Words.Length)]} {Words[random.Next(Words.Length)]}"), new(), new PageRequest(20, null), default));
        await MeasureGroupsAsync();
        asked.Stop();
        var collector = string.Create(
            CultureInfo.InvariantCulture,
            $"In the {asked.Elapsed.TotalSeconds:F0} s of the questions above the networks the collector stopped the process for {(GC.GetTotalPauseDuration() - paused).TotalMilliseconds:F0} ms; {GC.CollectionCount(2) - full} full collections.");
        await MeasureNetworkAsync("network of everything, two-mode", _ => new() { Qualifier = Proto.QualifierAggregation.Subtract });
        await MeasureNetworkAsync("network of everything, two-mode, duplicates per week left out", _ => new() { Qualifier = Proto.QualifierAggregation.Subtract, Duplicates = Proto.Duplicates.Week });
        await MeasureNetworkAsync("network of all issues, Jaccard", _ => new() { Kind = Proto.NetworkKind.Issues, Qualifier = Proto.QualifierAggregation.Congruence, Normalization = Proto.Normalization.Jaccard });
        await MeasureNetworkAsync(
            "network of countries by month", _ => new()
            {
                Kind = Proto.NetworkKind.Actors, RollUp = Proto.RollUp.Represents, Qualifier = Proto.QualifierAggregation.Subtract, TimeWindow = Proto.TimeWindow.Months, WindowSize = 3,
            });
        await MeasureNetworkAsync("network of all actors, cosine", _ => new() { Kind = Proto.NetworkKind.Actors, Qualifier = Proto.QualifierAggregation.Subtract, Normalization = Proto.Normalization.Cosine });
        await MeasureNetworkAsync("network of the actors of a month", random => new() { Filter = Month(random), Kind = Proto.NetworkKind.Actors, Qualifier = Proto.QualifierAggregation.Congruence });
        await MeasureWatchAsync(store);
        Console.WriteLine($"\n{collector}");
        return 0;

        // What is asked within a story or a report, beside the same question by outlet and by month, all in one run. The greatest groups are asked for most.
        async Task MeasureGroupsAsync()
        {
            (string Name, Func<Proto.Filter, Task> Ask)[] questions =
            [
                ("stances", filter => ledger.ListStancesAsync(filter, page, default)),
                ("statements", filter => store.ListStatementsAsync(filter, page, default)),
                ("articles", filter => ledger.ListArticlesAsync(filter, page, default)),
                ("timeline", filter => ledger.GetTimelineAsync(filter, page, default)),
                ("changes", filter => ledger.ListChangesAsync(new Proto.ListChangesRequest { Filter = filter }, page, default)),
                ("matrix", filter => ledger.GetMatrixAsync(new Proto.GetMatrixRequest { Filter = filter }, page, default)),
                ("reports", filter => ledger.ListReportsAsync(filter, page, default)),
                ("states", filter => store.ListStatesAsync(filter, [], page, default)),
                ("relations", filter => store.ListRelationsAsync(filter, "", page, default)),
                ("search", filter => store.SearchAsync(SearchQuery.Parse(Words[7]), filter, page, default)),
            ];
            var ratios = new List<string>();
            foreach (var (name, ask) in questions)
            {
                var story = await MeasureAsync($"{name}, of a story", random => ask(new() { StoryId = Story(random) }));
                var report = await MeasureAsync($"{name}, of a report", random => ask(new() { ReportId = Report(random) }));
                var outlet = await MeasureAsync($"{name}, of an outlet", random => ask(Outlet(random)));
                var month = await MeasureAsync($"{name}, of a month", random => ask(Month(random)));
                ratios.Add(string.Create(CultureInfo.InvariantCulture, $"| {name} | {story / outlet:F2} | {story / month:F2} | {report / outlet:F2} | {report / month:F2} |"));
            }
            Console.WriteLine("\n| processor p50 | story to outlet | story to month | report to outlet | report to month |\n|---|---:|---:|---:|---:|");
            ratios.ForEach(Console.WriteLine);
            Console.WriteLine();
        }

        async Task MeasureNetworkAsync(string name, Func<Random, Proto.GetNetworkRequest> ask)
        {
            if (!name.Contains(s_part, StringComparison.Ordinal))
            {
                return;
            }
            var edges = 0L;
            await MeasureAsync(
                name,
                async random =>
                {
                    var request = ask(random);
                    request.Filter ??= new();
                    edges = 0;
                    await foreach (var part in networks.ReadAsync(request, default))
                    {
                        edges += part.Edges?.Edges.Count ?? 0;
                    }
                },
                NetworkRounds);
            var held = await HeldAsync(ask(new Random(1)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ({edges:N0} edges in the last, {held / 1e6:F0} MB held)"));
        }

        // What is alive while the first edges are on their way: nodes, statements and what edges are worked out from.
        async Task<long> HeldAsync(Proto.GetNetworkRequest request)
        {
            request.Filter ??= new();
            var idle = GC.GetTotalMemory(true);
            await foreach (var part in networks.ReadAsync(request, default))
            {
                if (part.Edges is not null)
                {
                    return GC.GetTotalMemory(true) - idle;
                }
            }
            return 0;
        }

        async Task SecondPageAsync()
        {
            var first = await ledger.ListStancesAsync(new(), page, default);
            await ledger.ListStancesAsync(new(), page with { After = first.NextKey }, default);
        }
    }

    private static Proto.Filter Issue(Random random) => new() { IssueId = $"perkara-{random.Next(Issues)}" };

    private static Proto.Filter Outlet(Random random) => new() { Publisher = Publishers[random.Next(Publishers.Length)] };

    // The greatest story has some 1,400 of 200,000 articles, the greatest report some 90.
    private static string Story(Random random) => $"story{(int)(Stories * Math.Pow(random.NextDouble(), 2))}";

    private static string Report(Random random) => $"report{(int)(Reports * Math.Pow(random.NextDouble(), 1.5))}";

    private static Proto.Filter Holder(Random random) => new() { Actor = $"Tokoh{random.Next(Holders)} Contoh" };

    private static Proto.Filter Month(Random random)
    {
        var month = FirstDay.AddDays(random.Next(Days)).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        return new() { FromDate = month, ToDate = month };
    }

    /// <summary>Half of the rounds took less processor time, in ms.</summary>
    private static async Task<double> MeasureAsync(string name, Func<Random, Task> ask, int rounds = Rounds)
    {
        if (!name.Contains(s_part, StringComparison.Ordinal))
        {
            return double.NaN;
        }
        // The compiler goes over what runs often once more; a server that has run for a minute has that behind it.
        var warm = new Random(0);
        for (var i = 0; i < (rounds == Rounds ? WarmRounds : 1); i++)
        {
            await ask(warm);
        }
        var random = new Random(1);
        var (times, costs, sizes) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < rounds; i++)
        {
            var (used, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
            var watch = Stopwatch.StartNew();
            await ask(random);
            times.Add(watch.Elapsed.TotalMilliseconds);
            costs.Add((Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
            sizes.Add((GC.GetTotalAllocatedBytes() - allocated) / 1e3);
        }
        sizes.Sort();
        Print(name, string.Create(CultureInfo.InvariantCulture, $" {sizes[sizes.Count / 2]:F0} |"), times, costs);
        return costs[costs.Count / 2];
    }

    private static void Print(string name, string last, params List<double>[] columns)
    {
        var cells = columns.Select(times =>
        {
            times.Sort();
            return string.Create(CultureInfo.InvariantCulture, $"{times[times.Count / 2]:F1} | {times[(int)(times.Count * 0.99)]:F1}");
        });
        Console.WriteLine($"| {name} | {string.Join(" | ", cells)} |{last}");
    }

    /// <summary>From the end of the commit until a watcher's stream has the event.</summary>
    private static async Task MeasureWatchAsync(SqliteReadModel store)
    {
        var options = Options.Create(new QueryOptions());
        var signals = new LedgerSignals();
        using var writer = new IndexWriter(store, signals, TimeProvider.System, options);
        using var end = new CancellationTokenSource();
        using var lifetime = new Lifetime();
        var stream = new Stream();
        var watching = new WatchStream(store, signals, TimeProvider.System, lifetime, options).RunAsync(new Proto.WatchRequest { Filter = new() }, null, stream, end.Token);
        await stream.Beaten.Task;
        var random = new Random(Environment.TickCount);
        var times = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var message = Article(random, $"watch-{Guid.NewGuid():N}");
            stream.Expect(message.Article.Id);
            await writer.WriteAsync(message, default);
            var committed = Stopwatch.GetTimestamp();
            var told = await stream.Told.WaitAsync(TimeSpan.FromMinutes(1));
            times.Add(Math.Max(0, Stopwatch.GetElapsedTime(committed, told).TotalMilliseconds));
        }
        Print("watch, after the commit", "", times);
        await end.CancelAsync();
        await watching.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async Task<string> FillAsync(SqliteReadModel store, int wanted)
    {
        var have = (await store.GetStatusAsync(default)).Stances;
        if (have >= wanted)
        {
            return "";
        }
        var random = new Random((int)have);
        var watch = Stopwatch.StartNew();
        for (var written = have; written < wanted; written += Batch * StancesPerArticle)
        {
            await store.WriteAsync([.. Enumerable.Range(0, Batch).Select(i => Article(random, $"a{written}-{i}"))], default);
        }
        return string.Create(CultureInfo.InvariantCulture, $", filled with {(wanted - have) / watch.Elapsed.TotalSeconds:N0} stances a second");
    }

    private static StancesClassified Article(Random random, string id)
    {
        var day = FirstDay.AddDays(random.Next(Days)).ToString("O", CultureInfo.InvariantCulture);
        var date = new PartialDate(day, DatePrecision.Day, "benchmark");
        var text = new System.Text.StringBuilder();
        var sentences = new List<TextSpan>();
        var statements = new List<Statement>();
        var stances = new List<Stance>();
        for (var i = 0; i < StancesPerArticle; i++)
        {
            var start = text.Length;
            for (var w = 0; w < 15; w++)
            {
                text.Append(Words[random.Next(Words.Length)]).Append(' ');
            }
            var slice = new TextSlice(start, text.Length, text.ToString(start, text.Length - start));
            sentences.Add(slice.Span);
            // Some are heard far more often than others.
            var number = (int)(Holders * Math.Pow(random.NextDouble(), 3));
            var holder = new Actor($"Tokoh{number} Contoh", ActorType.Person, Countries[number % Countries.Length]);
            var statement = new Statement { Id = $"{id}-{i}", Content = slice, Kind = StatementKind.Indirect, Speaker = holder, Date = date, Confidence = 0.9 };
            statements.Add(statement);
            stances.Add(new Stance
            {
                Id = $"{id}-{i}-t",
                Holder = holder,
                IssueId = $"perkara-{(int)(Issues * Math.Pow(random.NextDouble(), 2))}",
                Label = (StanceLabel)random.Next(3),
                Modality = StanceModality.Asserted,
                Evidence = slice,
                StatementId = statement.Id,
                Date = date,
                Confidence = 0.4 + (random.NextDouble() * 0.6),
                Why = "benchmark",
            });
        }
        return new StancesClassified
        {
            Article = new ExtractedArticle
            {
                Id = id,
                Text = text.ToString(),
                EngineVersion = "1",
                Language = "id",
                Publisher = Publishers[random.Next(Publishers.Length)],
                Published = date,
                Credits = random.Next(2) == 0 ? [new Credit("agency", $"Agensi {random.Next(5)}")] : [],
                Sentences = sentences,
                Statements = statements,
                Provenance = new Provenance { Work = id, Edition = 0, Report = Report(random), Story = Story(random) },
            },
            AcceptedAt = DateTimeOffset.UnixEpoch,
            CodebookVersion = 1,
            // The issues without a stance are left out: they cost the fill much and the questions nothing.
            IssueIds = [.. stances.Select(stance => stance.IssueId).Distinct()],
            Stances = stances,
        };
    }

    private sealed class Stream : IServerStreamWriter<Proto.WatchEvent>
    {
        private TaskCompletionSource<long> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string _expected = "";

        public TaskCompletionSource Beaten { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public WriteOptions? WriteOptions { get; set; }

        public Task<long> Told => _told.Task;

        public void Expect(string article)
        {
            _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _expected, article);
        }

        public Task WriteAsync(Proto.WatchEvent message)
        {
            Beaten.TrySetResult();
            if (message.ArticleIndexed?.Id == Volatile.Read(ref _expected))
            {
                _told.TrySetResult(Stopwatch.GetTimestamp());
            }
            return Task.CompletedTask;
        }

        public Task WriteAsync(Proto.WatchEvent message, CancellationToken cancellationToken) => WriteAsync(message);
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
