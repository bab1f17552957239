using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Sikap.V1;

namespace Sikap.Pipeline.Tests;

/// <summary>A changed codebook classifies everything stored anew while articles keep coming: what the engine finds in each article stands in the ledger in the end, once.</summary>
public sealed class ReplayAtScaleTests(ITestOutputHelper output)
{
    /// <summary>Tells how many statements are stored before the change; 100,000 take some minutes, some thousands are what every run has time for.</summary>
    private const string StatementsVariable = "SIKAP_TEST_REPLAY";

    private const int StatementsPerArticle = 5;
    private const int PageSize = 1000;

    private static readonly int Statements = int.Parse(Environment.GetEnvironmentVariable(StatementsVariable) ?? "3000", CultureInfo.InvariantCulture);

    private static readonly (string Name, string Words)[] Speakers =
    [
        ("Gubernur Sagara Budi Raharja", "Kami menolak pembangunan {0} itu"), ("Bupati Teluk Kencana Rano Wibisana", "Kami mendukung pembangunan {0} itu"),
        ("Wali Kota Sagara Tono Wirawan", "Pembangunan {0} masih dibahas"), ("Ketua Koperasi Nelayan Utara Sari Wulandari", "Kami keberatan dengan pembangunan {0} itu"),
        ("Juru bicara Kementerian Perhubungan Lestari Anggraini", "Kami menyetujui pembangunan {0} itu"),
    ];

    [Fact]
    public async Task CodebookChange_WhileArticlesKeepComing_NothingLostOrDoubled()
    {
        var stored = Enumerable.Range(0, Statements / StatementsPerArticle).Select(TextOf).ToList();
        var coming = Enumerable.Range(stored.Count, Math.Max(20, stored.Count / 10)).Select(TextOf).ToList();
        await using var system = await PipelineHost.StartAsync();
        await system.DefineAsync(Issue("pelabuhan"));
        var clock = Stopwatch.StartNew();
        var texts = await SubmitAsync(system, stored);
        await PipelineHost.WaitAsync(StatusAsync, status => status.Articles == stored.Count, TimeSpan.FromSeconds(60 + (Statements / 50)));
        var before = await StatusAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{before.Articles:N0} articles with {before.Statements:N0} statements and {before.Stances:N0} stances stored in {clock.Elapsed.TotalSeconds:F1} s"));
        before.Statements.ShouldBeGreaterThanOrEqualTo(stored.Count * StatementsPerArticle);

        clock.Restart();
        var submitting = SubmitAsync(system, coming);
        await system.DefineAsync(Issue("stasiun"));
        var version = (await system.Codebook.UpdateIssueAsync(new UpdateIssueRequest { Issue = Issue("pelabuhan", "Pemerintah daerah membangun pelabuhan") }, PipelineHost.Deadline)).Version;
        var progress = await FollowAsync(system, version);
        var replayed = clock.Elapsed;
        foreach (var (id, text) in await submitting)
        {
            texts.Add(id, text);
        }

        var after = await PipelineHost.WaitAsync(StatusAsync, status => status.Articles == texts.Count && status.Replaying == 0, TimeSpan.FromSeconds(60 + (Statements / 50)));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"classified anew in {replayed.TotalSeconds:F1} s ({before.Statements / replayed.TotalSeconds:N0} statements a second) while {coming.Count:N0} articles came; all queryable after {clock.Elapsed.TotalSeconds:F1} s; {progress.Count} progress messages"));

        progress.ShouldAllBe(one => one.Waiting >= 0 && one.Waiting <= one.Concerned);
        progress[..^1].ShouldAllBe(one => !one.Complete);
        (progress[^1].Complete, progress[^1].Waiting, progress[^1].CodebookVersion).ShouldBe((true, 0, version));
        progress.Max(one => one.Concerned).ShouldBeGreaterThanOrEqualTo(stored.Count);
        (after.CodebookVersion, after.Articles).ShouldBe((version, texts.Count));
        var expected = Expected(texts, (await system.Codebook.ListIssuesAsync(new ListIssuesRequest(), PipelineHost.Deadline)).Issues);
        ShouldBeAll(await StancesAsync(system), expected);
        expected.Count.ShouldBeGreaterThan((int)before.Stances + coming.Count);
        // The events tell the same: nothing comes that is there, nothing goes that is not. A new wording may change the confidence of a stance, which then goes and comes.
        var events = await EventsAsync(system, after.LastCursor);
        var told = new HashSet<string>();
        foreach (var change in events.Where(change => change.EventCase is WatchEvent.EventOneofCase.StanceAdded or WatchEvent.EventOneofCase.StanceRemoved))
        {
            (change.StanceAdded is { } added ? told.Add(KeyOf(added)) : told.Remove(KeyOf(change.StanceRemoved))).ShouldBeTrue(change.ToString());
        }
        ShouldBeAll([.. told], expected);
        events.Count(change => change.EventCase == WatchEvent.EventOneofCase.ArticleIndexed).ShouldBe(texts.Count);
        system.ShouldHaveNoErrors();

        async Task<LedgerStatus> StatusAsync() => await system.Query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), PipelineHost.Deadline);
    }

    // Every third article is about both matters.
    private static string TextOf(int number) => string.Create(CultureInfo.InvariantCulture, $"SAGARA - Rencana nomor {number} dibahas di Sagara, Senin (3/7/2023). ") + string.Join(' ', Speakers.Index().Select(speaker =>
    {
        var matter = number % 3 == 0 && speaker.Index % 2 == 1 ? "stasiun" : "pelabuhan";
        return $"\"{string.Format(CultureInfo.InvariantCulture, speaker.Item.Words, matter)}, {Ordinal(number + speaker.Index)},\" kata {speaker.Item.Name} di Sagara.";
    }));

    private static string Ordinal(int number) => string.Create(CultureInfo.InvariantCulture, $"seperti pada surat nomor {number}");

    private static Issue Issue(string id, string proposition = "Pemerintah membangun") =>
        new() { Id = id, Title = id, Proposition = proposition == "Pemerintah membangun" ? $"Pemerintah membangun {id} di Sagara" : proposition, Terms = { $"pembangunan {id}", id } };

    private static async Task<Dictionary<string, string>> SubmitAsync(PipelineHost system, List<string> texts)
    {
        var ids = new Dictionary<string, string>();
        using var call = system.Ingestion.SubmitArticles(new CallOptions(deadline: DateTime.UtcNow + TimeSpan.FromSeconds(120 + (Statements / 50))));
        var reading = Task.Run(async () =>
        {
            await foreach (var result in call.ResponseStream.ReadAllAsync())
            {
                result.OutcomeCase.ShouldBe(SubmitArticlesResponse.OutcomeOneofCase.Accepted, result.ToString());
                ids.Add(result.Accepted.ArticleId, texts[int.Parse(result.ClientRef, CultureInfo.InvariantCulture)]);
            }
        });
        foreach (var (i, text) in texts.Index())
        {
            await call.RequestStream.WriteAsync(new SubmitArticleRequest { Text = text, ClientRef = i.ToString(CultureInfo.InvariantCulture) });
        }
        await call.RequestStream.CompleteAsync();
        await reading;
        return ids;
    }

    private static async Task<List<ReplayProgress>> FollowAsync(PipelineHost system, long version)
    {
        var seen = new List<ReplayProgress>();
        using var call = system.Query.WatchReplay(new WatchReplayRequest { CodebookVersion = version }, new CallOptions(deadline: DateTime.UtcNow + TimeSpan.FromSeconds(120 + (Statements / 50))));
        await foreach (var progress in call.ResponseStream.ReadAllAsync())
        {
            seen.Add(progress);
        }
        return seen;
    }

    private static List<string> Expected(IReadOnlyDictionary<string, string> texts, IEnumerable<Issue> issues)
    {
        var engine = Nlp.Engine.Create();
        var codebook = new Nlp.Codebook(0, [.. issues.Select(issue => new Nlp.Issue(issue.Id, issue.Title, issue.Proposition, [.. issue.Terms]))]);
        return [.. texts.SelectMany(article => engine.Classify(engine.Extract(new Nlp.Article { Id = article.Key, Text = article.Value }), codebook)
            .Select(stance => $"{article.Key} {stance.IssueId} {stance.Holder.Name} {stance.Label} {stance.Evidence.Start}"))];
    }

    // Shows the difference only: the lists are long.
    private static void ShouldBeAll(List<string> stances, List<string> expected)
    {
        stances.Except(expected).ShouldBeEmpty("doubled or wrong");
        expected.Except(stances).ShouldBeEmpty("lost");
        stances.Count.ShouldBe(expected.Count, "doubled");
    }

    private static async Task<List<string>> StancesAsync(PipelineHost system)
    {
        var keys = new List<string>();
        var request = new ListStancesRequest { PageSize = PageSize };
        do
        {
            var page = await system.Query.ListStancesAsync(request, PipelineHost.Deadline);
            keys.AddRange(page.Stances.Select(KeyOf));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return keys;
    }

    private static async Task<List<WatchEvent>> EventsAsync(PipelineHost system, long last)
    {
        var events = new List<WatchEvent>();
        using var call = system.Query.Watch(new WatchRequest { Cursor = "0" }, PipelineHost.Deadline);
        await foreach (var change in call.ResponseStream.ReadAllAsync())
        {
            events.Add(change);
            if (long.Parse(change.Cursor, CultureInfo.InvariantCulture) >= last)
            {
                break;
            }
        }
        return events;
    }

    private static string KeyOf(Stance stance) => $"{stance.ArticleId} {stance.IssueId} {stance.Holder.Name} {stance.Label} {stance.Evidence.Start}";
}
