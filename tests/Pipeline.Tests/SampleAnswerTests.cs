using Grpc.Core;
using Sikap.V1;

namespace Sikap.Pipeline.Tests;

/// <summary>What the system answers after reading the sample articles.</summary>
public sealed class SampleAnswerTests(SampleFlow flow) : IClassFixture<SampleFlow>
{
    private readonly PipelineHost _host = flow.Host;

    [Theory]
    [InlineData("Emmanuel Macron", "nato-tokyo-office", StanceLabel.Oppose)]
    [InlineData("Prancis", "nato-tokyo-office", StanceLabel.Oppose)]
    [InlineData("China", "nato-tokyo-office", StanceLabel.Oppose)]
    [InlineData("NATO", "nato-tokyo-office", StanceLabel.Support)]
    [InlineData("Jens Stoltenberg", "nato-tokyo-office", StanceLabel.Neutral)]
    [InlineData("Fumio Kishida", "japan-nato-membership", StanceLabel.Oppose)]
    [InlineData("Jens Stoltenberg", "nato-japan-partnership", StanceLabel.Support)]
    [InlineData("Baskara Hadiwinata", "lembah-sagara-toll-road", StanceLabel.Support)]
    [InlineData("Marsudi Gandatama", "lembah-sagara-toll-road", StanceLabel.Oppose)]
    [InlineData("Siti Rahmayanti", "lembah-sagara-toll-road", StanceLabel.Oppose)]
    [InlineData("Saparudin Malik", "teluk-kencana-nuclear-plant", StanceLabel.Oppose)]
    [InlineData("Indira Prameswari", "teluk-kencana-nuclear-plant", StanceLabel.Support)]
    public async Task Matrix_OfTheSamples_ShowsWhoStandsWhere(string holder, string issue, StanceLabel label)
    {
        var matrix = await _host.Query.GetMatrixAsync(new GetMatrixRequest { Filter = new Filter { IssueId = issue } }, PipelineHost.Deadline);

        var row = matrix.Rows.SingleOrDefault(row => row.Holder.Name == holder);
        row.ShouldNotBeNull(string.Join(", ", matrix.Rows.Select(other => other.Holder.Name)));
        var cell = row.Cells.Single(cell => cell.IssueId == issue);
        cell.Prevailing.ShouldBe(label);
        cell.Best.Evidence.Text.ShouldNotBeEmpty();
        cell.Best.Holder.Name.ShouldBe(holder);
    }

    [Fact]
    public async Task Stances_All_PointIntoTheArticlesText()
    {
        var stances = await _host.StancesAsync(new Filter());

        stances.Count.ShouldBeGreaterThan(15);
        foreach (var group in stances.GroupBy(stance => stance.ArticleId))
        {
            var article = await _host.Query.GetArticleAsync(new GetArticleRequest { ArticleId = group.Key }, PipelineHost.Deadline);
            foreach (var stance in group)
            {
                article.Text[stance.Evidence.Start..stance.Evidence.End].ShouldBe(stance.Evidence.Text);
                stance.Why.ShouldNotBeEmpty();
                stance.Confidence.ShouldBeInRange(0, 1);
            }
        }
    }

    [Fact]
    public async Task Stances_Ids_AreThereOnce()
    {
        (await _host.StancesAsync(new Filter())).Select(stance => stance.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task Statements_OfMacron_HaveSpeakerCountryAndText()
    {
        var answer = await _host.Query.ListStatementsAsync(new ListStatementsRequest { Filter = new Filter { Actor = "macron" } }, PipelineHost.Deadline);

        answer.Statements.Count.ShouldBeGreaterThan(2);
        answer.Statements.ShouldAllBe(statement => statement.Speaker.Name == "Emmanuel Macron");
        answer.Statements.ShouldContain(statement => statement.Speaker.Represents == "FRA");
        answer.Statements.ShouldContain(statement => statement.Kind == StatementKind.Direct && statement.Content.Text.StartsWith("Kami tidak mendukung kantor itu"));
    }

    [Fact]
    public async Task Statements_Paged_AreTheSameAsInOnePage()
    {
        var whole = await _host.Query.ListStatementsAsync(new ListStatementsRequest { PageSize = 1000 }, PipelineHost.Deadline);
        var paged = new List<Statement>();
        var token = "";
        do
        {
            var page = await _host.Query.ListStatementsAsync(new ListStatementsRequest { PageSize = 7, PageToken = token }, PipelineHost.Deadline);
            paged.AddRange(page.Statements);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        paged.ShouldBe(whole.Statements);
        whole.Total.ShouldBe(paged.Count);
    }

    [Fact]
    public async Task Timeline_OfTheOffice_IsInOrderOfDates()
    {
        var answer = await _host.Query.GetTimelineAsync(new GetTimelineRequest { Filter = new Filter { IssueId = "nato-tokyo-office" }, PageSize = 1000 }, PipelineHost.Deadline);

        var dates = answer.Entries.Select(entry => entry.Date?.Value ?? "").Where(date => date.Length > 0).ToList();
        dates.Count.ShouldBeGreaterThan(5);
        dates.ShouldBeInOrder();
        answer.Entries.ShouldContain(entry => entry.Stance.Holder.Name == "Emmanuel Macron" && entry.Stance.Label == StanceLabel.Oppose && entry.Date.Value == "2023-07-12");
    }

    [Fact]
    public async Task Articles_Metadata_IsReadFromTheText()
    {
        var article = (await _host.Query.GetArticleAsync(new GetArticleRequest { ArticleId = flow.Ids["01-macron-tolak-kantor-tokyo"] }, PipelineHost.Deadline)).Article;

        article.Dateline.ShouldBe("Vilnius");
        article.Publisher.ShouldBe("NUSAKABAR");
        article.Language.ShouldBe("id");
        article.Credits.ShouldContain(new Credit { Role = "translator", Name = "Ratih Anggraini" });
        article.Credits.ShouldContain(new Credit { Role = "agency", Name = "Reuters" });
        article.Boilerplate.ShouldContain(span => span.Text.StartsWith("Baca juga: Lima hal"));
    }

    [Fact]
    public async Task Actors_SearchedByPartOfAName_AreFound()
    {
        var answer = await _host.Query.ListActorsAsync(new ListActorsRequest { NameContains = "stolten" }, PipelineHost.Deadline);

        var actor = answer.Actors.ShouldHaveSingleItem();
        actor.Actor.Name.ShouldBe("Jens Stoltenberg");
        actor.Actor.Represents.ShouldBe("NATO");
        actor.StatementCount.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Ledger_Counts_AgreeWithTheLists()
    {
        var ledger = await _host.Query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), PipelineHost.Deadline);
        var ingestion = await _host.Ingestion.GetIngestionStatusAsync(new GetIngestionStatusRequest(), PipelineHost.Deadline);
        var stances = await _host.StancesAsync(new Filter());

        ledger.Articles.ShouldBe(flow.Ids.Count);
        ingestion.Queryable.ShouldBe(flow.Ids.Count);
        ingestion.Total.ShouldBe(flow.Ids.Count);
        ledger.Stances.ShouldBe(stances.Count);
    }

    [Fact]
    public async Task Watch_FromTheBeginning_TellsEveryArticleAndStance()
    {
        var stances = await _host.StancesAsync(new Filter());
        var seenStances = new HashSet<string>();
        var seenArticles = new HashSet<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var call = _host.Query.Watch(new WatchRequest { Cursor = "0" }, cancellationToken: limit.Token);

        await foreach (var change in call.ResponseStream.ReadAllAsync(limit.Token))
        {
            switch (change.EventCase)
            {
                case WatchEvent.EventOneofCase.StanceAdded:
                    seenStances.Add(change.StanceAdded.Id);
                    break;
                case WatchEvent.EventOneofCase.StanceRemoved:
                    seenStances.Remove(change.StanceRemoved.Id);
                    break;
                case WatchEvent.EventOneofCase.ArticleIndexed:
                    seenArticles.Add(change.ArticleIndexed.Id);
                    break;
            }

            if (seenArticles.Count == flow.Ids.Count && seenStances.Count == stances.Count)
            {
                break;
            }
        }

        seenStances.ShouldBe(stances.Select(stance => stance.Id), ignoreOrder: true);
        seenArticles.ShouldBe(flow.Ids.Values, ignoreOrder: true);
    }

    [Fact]
    public async Task Analyze_OfAText_StoresNothing()
    {
        var before = await _host.Query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), PipelineHost.Deadline);

        var answer = await _host.Analysis.AnalyzeAsync(new AnalyzeRequest { Text = "Tirtapura (NUSAKABAR) - Camat Jaka Permana menolak pembangunan jalan tol Lembah Sagara karena warga di tiga desa itu akan kehilangan sawah mereka." }, PipelineHost.Deadline);
        var extracted = await _host.Extraction.ExtractAsync(new ExtractRequest { Text = "\"Jalan itu rusak,\" kata Camat Jaka Permana." }, PipelineHost.Deadline);

        answer.Stances.ShouldContain(stance => stance.Label == StanceLabel.Oppose && stance.IssueId == "lembah-sagara-toll-road");
        extracted.Statements.ShouldHaveSingleItem().Speaker.Name.ShouldBe("Jaka Permana");
        (await _host.Query.GetLedgerStatusAsync(new GetLedgerStatusRequest(), PipelineHost.Deadline)).Articles.ShouldBe(before.Articles);
    }
}
