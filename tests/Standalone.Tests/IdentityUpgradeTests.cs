using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Data.Sqlite;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Standalone.Tests;

/// <summary>
/// Stores from before articles were compared with each other: Ingestion hands every article on once more, so that the ledger learns what each is among the others. The process dies in the middle of that.
/// </summary>
public sealed class IdentityUpgradeTests : IDisposable
{
    // Copies and revisions stand so far behind their originals that no two of them are handed on together.
    private const int Originals = 250;
    private const int Copies = 30;
    private const int Revisions = 20;
    private const int Total = Originals + Copies + Revisions;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-upgrade-").FullName;

    private string Articles => Path.Combine(_folder, "ingestion.db");

    private string Ledger => Path.Combine(_folder, "query.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_StoresFromBeforeIdentity_EveryArticleIsHandedOnOnceMoreAndNothingDoubled()
    {
        List<string> before;
        await using (var first = StandaloneProcess.Start("--port-base", "0", "--data", _folder))
        {
            using var channel = GrpcChannel.ForAddress(await first.GatewayAsync());
            await new CodebookService.CodebookServiceClient(channel).DefineIssueAsync(new DefineIssueRequest
            {
                Issue = new Issue { Id = "toll-road", Title = "Jalan tol", Proposition = "Jalan tol Lembah Sagara dibangun", Terms = { "jalan tol" } },
            });
            // A burst may be looked at in another order than it came in.
            await SubmitAsync(channel, 0, Originals);
            await SubmitAsync(channel, Originals, Total);
            before = await AnswersAsync(channel);
            (await first.TerminateAsync()).ShouldBe(0);
        }

        // The list has the latest revision of each only.
        before.Count.ShouldBe(Total - Revisions + 1);
        before.Count(line => line.EndsWith(" edition 1", StringComparison.Ordinal)).ShouldBe(Revisions);
        MakeArticlesOld();
        MakeLedgerOld();

        // One at a time, so that there is a middle.
        await using (var second = StandaloneProcess.StartWith(new() { ["Ingestion__MaxConcurrentPublishes"] = "1" }, "--port-base", "0", "--data", _folder))
        {
            await second.GatewayAsync();
            await Eventually.GetAsync(() => Task.FromResult(Count(Articles, "identities")), count => count > 0, Limit);
            await second.KillAsync();
        }

        Count(Articles, "identities").ShouldBeInRange(1, Total - 1);

        await using var third = StandaloneProcess.Start("--port-base", "0", "--data", _folder);
        using var again = GrpcChannel.ForAddress(await third.GatewayAsync());
        var status = await SettledAsync(again, Total);

        (status.Total, status.Queryable).ShouldBe((Total, Total));
        Count(Articles, "identities").ShouldBe(Total);
        (await AnswersAsync(again)).ShouldBe(before);
    }

    /// <summary>What the ledger knows of each article, and what it says in all.</summary>
    private static async Task<List<string>> AnswersAsync(GrpcChannel channel)
    {
        var query = new QueryService.QueryServiceClient(channel);
        var lines = new List<string>();
        var token = "";
        do
        {
            var page = await query.ListArticlesAsync(new ListArticlesRequest { PageSize = 100, PageToken = token }, deadline: DateTime.UtcNow + Limit);
            lines.AddRange(page.Articles.Select(article =>
                $"{article.Id} {article.StatementCount} {article.StanceCount} {article.ReportId} {article.StoryId} {article.WorkId} edition {article.Edition}"));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        lines.Sort(StringComparer.Ordinal);
        lines.Select(line => line.Split(' ')[0]).ShouldBeUnique();
        var stances = await query.ListStancesAsync(new ListStancesRequest { PageSize = 1000 }, deadline: DateTime.UtcNow + Limit);
        stances.Stances.Select(stance => (stance.ArticleId, stance.Holder.Name, stance.IssueId)).ShouldBeUnique();
        var ledger = await query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), deadline: DateTime.UtcNow + Limit);
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"{ledger.Articles} articles, {ledger.Statements} statements, {ledger.Stances} stances, {stances.Stances.Count} listed"));
        return lines;
    }

    private static async Task SubmitAsync(GrpcChannel channel, int from, int to)
    {
        using var call = new IngestionService.IngestionServiceClient(channel).SubmitArticles(deadline: DateTime.UtcNow + Limit);
        var reading = call.ResponseStream.ReadAllAsync().ToListAsync();
        for (var number = from; number < to; number++)
            await call.RequestStream.WriteAsync(Article(number));
        await call.RequestStream.CompleteAsync();
        (await reading).ShouldAllBe(result => result.Accepted != null && !result.Accepted.AlreadyExists);
        await SettledAsync(channel, to);
    }

    private static SubmitArticleRequest Article(int number)
    {
        var original = number < Originals ? number : number - Originals < Copies ? number - Originals : number - Originals - Copies + 50;
        // Words of its own, so that no two articles resemble each other unless they should.
        var words = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"bagian{original}x{i}"));
        var text = $"""
            Tirtapura (NUSAKABAR) - Kepala Desa Sagara {original} Bambang Setiawan menolak pembangunan jalan tol Lembah Sagara.

            "Kami menolak jalan tol nomor {original} itu," kata Bambang di Tirtapura, Senin (4/3/2024).

            {words}.
            """;
        return number < Originals ? new SubmitArticleRequest { Text = text, Publisher = "Kabar Sagara", Url = $"https://sagara.example/{original}" }
            : number < Originals + Copies ? new SubmitArticleRequest { Text = text, Publisher = "Warta Tirtapura", Url = $"https://tirtapura.example/{original}" }
            : new SubmitArticleRequest { Text = text + " Berita ini sudah diperbaiki.", Publisher = "Kabar Sagara", Url = $"https://sagara.example/{original}" };
    }

    private static async Task<IngestionStatus> SettledAsync(GrpcChannel channel, int total) => await Eventually.GetAsync(
        async () => await new IngestionService.IngestionServiceClient(channel).GetIngestionStatusAsync(new GetIngestionStatusRequest(), deadline: DateTime.UtcNow + Limit),
        status => status.Total == total && status.Accepted == 0 && status.Published == 0, Limit);

    /// <summary>The articles in a file as the program made it before: its three scripts, and what it had noted of each.</summary>
    private void MakeArticlesOld()
    {
        var newer = Articles + ".newer";
        Execute(Articles, "PRAGMA wal_checkpoint(TRUNCATE)");
        SqliteConnection.ClearAllPools();
        File.Move(Articles, newer);
        File.Delete(Articles + "-wal");
        File.Delete(Articles + "-shm");
        Execute(
            Articles,
            $"""
            PRAGMA journal_mode=WAL;
            CREATE TABLE articles (
                sequence INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                text TEXT NOT NULL,
                title TEXT,
                publisher TEXT,
                url TEXT,
                published TEXT,
                accepted_at INTEGER NOT NULL,
                trace_parent TEXT,
                progress INTEGER NOT NULL,
                reason TEXT,
                language TEXT,
                changed_at INTEGER NOT NULL);
            CREATE INDEX articles_progress ON articles (progress);
            ALTER TABLE articles ADD COLUMN coding TEXT;
            ALTER TABLE articles ADD COLUMN coding_revision INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE articles ADD COLUMN canonical_url TEXT;
            ALTER TABLE articles ADD COLUMN authors TEXT;
            ALTER TABLE articles ADD COLUMN published_precision INTEGER NOT NULL DEFAULT 3;
            ALTER TABLE articles ADD COLUMN published_from TEXT;
            PRAGMA user_version=3;
            ATTACH '{newer}' AS newer;
            INSERT INTO articles (sequence, id, text, title, publisher, url, published, accepted_at, trace_parent, progress, reason, language, changed_at, coding, coding_revision, canonical_url, authors, published_precision, published_from)
            SELECT sequence, id, text, title, publisher, url, published, accepted_at, trace_parent, progress, reason, language, changed_at, coding, coding_revision, canonical_url, authors, published_precision, published_from FROM newer.articles;
            """);
        Count(Articles, "articles").ShouldBe(Total);
        Count(Articles, "identities").ShouldBe(0);
    }

    /// <summary>The ledger without what its last scripts added: it knew no groups, and no article had taken another's place.</summary>
    private void MakeLedgerOld() => Execute(
        Ledger,
        """
        DROP INDEX articles_report;
        DROP INDEX articles_work;
        DROP INDEX articles_story;
        ALTER TABLE articles DROP COLUMN story;
        ALTER TABLE articles DROP COLUMN report;
        ALTER TABLE articles DROP COLUMN work;
        ALTER TABLE articles DROP COLUMN edition;
        ALTER TABLE articles DROP COLUMN superseded;
        ALTER TABLE articles DROP COLUMN history;
        ALTER TABLE articles ADD COLUMN signature INTEGER NOT NULL DEFAULT 0;
        PRAGMA user_version=8;
        """);

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Rows of a table; 0 where there is none.</summary>
    private static long Count(string file, string table)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM sqlite_master WHERE name = '{table}'";
        if ((long)command.ExecuteScalar()! == 0)
            return 0;
        command.CommandText = $"SELECT COUNT(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }
}
