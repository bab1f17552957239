using Google.Rpc;
using Grpc.Core;
using Sikap.Nlp;
using Sikap.ServiceDefaults;
using Sikap.V1;
using static Sikap.Query.Tests.Ledger;
using Actor = Sikap.Nlp.Actor;
using ActorType = Sikap.Nlp.ActorType;
using StanceLabel = Sikap.Nlp.StanceLabel;

namespace Sikap.Query.Tests;

/// <summary>Networks and exports as a client gets them.</summary>
public sealed class NetworkGrpcTests : IAsyncLifetime
{
    private static readonly Actor s_tono = new("Tono Prasetyo", ActorType.Person, "IDN");

    private readonly TempFolder _folder = new();
    private QueryHost _host = null!;

    private QueryService.QueryServiceClient Client => _host.Client;

    public async ValueTask InitializeAsync() => _host = await QueryHost.StartAsync(_folder.Path, null, ("Query:MaxNetworkWindows", "40"));

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task GetNetwork_TwoMode_GivesNodesThenEdges()
    {
        await _host.PublishAsync(Issue("jembatan", 1));
        await _host.WaitAsync(status => status.CodebookVersion == 1);
        // Sari supports twice in one article, China opposes in another; Budi is neutral and left out.
        await _host.WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan"), Says(Sari, "Setuju sekali.", "jembatan"), Says(Budi, "Entah.", "jembatan", StanceLabel.Neutral)]));
        await _host.WriteAsync(Article("a2", [Says(China, "Tidak.", "jembatan", StanceLabel.Oppose)]));

        var parts = await ReadAsync(new GetNetworkRequest { Qualifier = QualifierAggregation.Subtract, Articles = true });

        parts.Select(part => part.PartCase).ShouldBe([NetworkPart.PartOneofCase.Window, NetworkPart.PartOneofCase.Nodes, NetworkPart.PartOneofCase.Edges]);
        parts[0].Window.ShouldBe(new NetworkWindow
        {
            Windows = 1, FromDate = "2024-02-10", ToDate = "2024-02-10", Center = "2024-02-10", Statements = 3, Nodes = 3, Levels = { V1.StanceLabel.Oppose, V1.StanceLabel.Support },
        });
        parts[1].Nodes.Nodes.Select(node => (node.Id, node.Actor?.Name ?? node.Issue.Title, node.Frequency, node.Support, node.Oppose, node.Articles))
            .ShouldBe([("a1", "China", 1, 0, 1, 1), ("a2", "Sari Wulandari", 2, 2, 0, 1), ("i1", "Judul jembatan", 3, 2, 1, 2)]);
        parts[2].Edges.Edges.ShouldBe(
            [
                new NetworkEdge { Source = "a1", Target = "i1", Weight = -1, Oppose = 1, Articles = 1, ArticleIds = { "a2" } },
                new NetworkEdge { Source = "a2", Target = "i1", Weight = 2, Support = 2, Articles = 1, ArticleIds = { "a1" } },
            ]);
    }

    [Fact]
    public async Task GetNetwork_RolledUp_JoinsWhoSpeaksForTheSame()
    {
        await _host.WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan"), Says(s_tono, "Setuju juga.", "jembatan"), Says(China, "Tidak.", "jembatan", StanceLabel.Oppose), Says(Budi, "Setuju.", "jembatan")]));

        var parts = await ReadAsync(new GetNetworkRequest { Kind = NetworkKind.Actors, RollUp = RollUp.Represents, Qualifier = QualifierAggregation.Congruence });

        // IDN has two statements, Budi speaks for nobody known: 2 * 1. China agrees with nobody but is a node.
        parts[1].Nodes.Nodes.Select(node => (node.Actor.Name, node.Frequency)).ShouldBe([("Budi Hartono", 1), ("China", 1), ("IDN", 2)]);
        parts[2].Edges.Edges.Single().ShouldBe(new NetworkEdge { Source = "a1", Target = "a3", Weight = 2, Congruence = 2, Shared = 1 });
    }

    [Fact]
    public async Task GetNetwork_Neutral_IsALevelOfItsOwn()
    {
        await _host.WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan"), Says(Budi, "Entah.", "jembatan", StanceLabel.Neutral), Says(China, "Tidak.", "jembatan", StanceLabel.Oppose)]));

        var parts = await ReadAsync(new GetNetworkRequest { Kind = NetworkKind.Actors, Neutral = true, Qualifier = QualifierAggregation.Conflict });

        parts[0].Window.Levels.ShouldBe([V1.StanceLabel.Oppose, V1.StanceLabel.Neutral, V1.StanceLabel.Support]);
        // Budi, China, Sari: neighbours are half as far apart as the ends.
        parts[2].Edges.Edges.Select(edge => (edge.Source, edge.Target, edge.Weight)).ShouldBe([("a1", "a2", 0.5), ("a1", "a3", 0.5), ("a2", "a3", 1)]);
    }

    [Fact]
    public async Task GetNetwork_Windows_KeepTheIdsOfNodes()
    {
        await _host.WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan", date: "2024-01-01")]));
        await _host.WriteAsync(Article("a2", [Says(Budi, "Setuju.", "jembatan", date: "2024-01-03")]));

        var parts = await ReadAsync(new GetNetworkRequest { TimeWindow = TimeWindow.Days, WindowSize = 1 });
        var isolates = await ReadAsync(new GetNetworkRequest { TimeWindow = TimeWindow.Days, WindowSize = 1, Isolates = true });

        parts.Where(part => part.Window is not null).Select(part => (part.Window.Index, part.Window.Windows, part.Window.Center, part.Window.Nodes))
            .ShouldBe([(0, 3, "2024-01-01", 2), (1, 3, "2024-01-02", 0), (2, 3, "2024-01-03", 2)]);
        parts.Where(part => part.Nodes is not null).Select(part => part.Nodes.Nodes[0].Id).ShouldBe(["a2", "a1"]);
        isolates.Where(part => part.Nodes is not null).Select(part => string.Join(' ', part.Nodes.Nodes.Select(node => $"{node.Id}:{node.Frequency}")))
            .ShouldBe(["a1:0 a2:1 i1:1", "a1:0 a2:0 i1:0", "a1:1 a2:0 i1:1"]);
    }

    [Fact]
    public async Task GetNetwork_TooManyWindows_IsRefusedBeforeTheFirst()
    {
        await _host.WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan", date: "2024-01-01"), Says(Sari, "Tetap setuju.", "jembatan", date: "2024-03-01")]));

        var refused = await Should.ThrowAsync<RpcException>(ReadAsync(new GetNetworkRequest { TimeWindow = TimeWindow.Days, WindowSize = 1 }));

        refused.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        refused.Status.Detail.ShouldContain("40 windows");
    }

    [Theory]
    [InlineData("{\"kind\": 9, \"qualifier\": 9, \"normalization\": 9, \"duplicates\": 9, \"timeWindow\": 9, \"rollUp\": 9}", "kind,roll_up,qualifier,normalization,duplicates,time_window,window_size")]
    [InlineData("{\"qualifier\": \"QUALIFIER_AGGREGATION_CONFLICT\", \"normalization\": \"NORMALIZATION_COSINE\"}", "qualifier,normalization")]
    [InlineData("{\"kind\": \"NETWORK_KIND_ISSUES\", \"qualifier\": \"QUALIFIER_AGGREGATION_COMBINE\", \"normalization\": \"NORMALIZATION_ACTIVITY\"}", "qualifier,normalization,normalization")]
    [InlineData("{\"qualifier\": \"QUALIFIER_AGGREGATION_COMBINE\", \"normalization\": \"NORMALIZATION_ACTIVITY\"}", "normalization")]
    [InlineData("{\"windowSize\": 3}", "window_size")]
    [InlineData("{\"timeWindow\": \"TIME_WINDOW_EVENTS\", \"windowSize\": 1}", "window_size")]
    [InlineData("{\"timeWindow\": \"TIME_WINDOW_DAYS\", \"windowSize\": 10001, \"filter\": {\"fromDate\": \"soon\"}}", "filter.from_date,window_size")]
    public async Task GetNetwork_WhatDoesNotGoTogether_NamesTheFields(string request, string fields)
    {
        var refused = await Should.ThrowAsync<RpcException>(ReadAsync(GetNetworkRequest.Parser.ParseJson(request)));

        refused.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        string.Join(',', BadFields(refused)).ShouldBe(fields);
    }

    [Fact]
    public async Task GetNetwork_EmptyLedger_IsAnEmptyNetwork()
    {
        var parts = await ReadAsync(new GetNetworkRequest());

        parts.Single().Window.ShouldBe(new NetworkWindow { Windows = 1, Levels = { V1.StanceLabel.Oppose, V1.StanceLabel.Support } });
        (await ReadAsync(new GetNetworkRequest { TimeWindow = TimeWindow.Months, WindowSize = 1 })).ShouldBeEmpty();
    }

    [Fact]
    public async Task ExportArticles_Filtered_GivesMatchingStancesInTheOrderOfArrival()
    {
        await _host.WriteAsync(Article("a1", [Says(Sari, "Setuju.", "jembatan"), Says(Budi, "Tidak.", "jembatan", StanceLabel.Oppose), Says(Sari, "Ya.", "pajak")]));
        await _host.WriteAsync(Article("a2", [Says(Sari, "Setuju.", "pajak")]));
        await _host.WriteAsync(Article("a3", [Says(Sari, "Sangat setuju.", "jembatan")]));

        var articles = await ExportAsync(new ExportArticlesRequest { Filter = new Filter { IssueId = "jembatan" }, Text = true });
        var bare = await ExportAsync(new ExportArticlesRequest { Filter = new Filter { Actor = "Budi" } });

        articles.Select(article => (article.Article.Id, article.Total, string.Join('|', article.Stances.Select(stance => stance.Evidence.Text)))).ShouldBe([("a1", 2, "Setuju.|Tidak."), ("a3", 2, "Sangat setuju.")]);
        articles.ShouldAllBe(article => article.Stances.All(stance => article.Text.Substring(stance.Evidence.Start, stance.Evidence.End - stance.Evidence.Start) == stance.Evidence.Text));
        bare.Single().Stances.Single().Holder.Name.ShouldBe("Budi Hartono");
        bare.Single().Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task ExportArticles_ManyArticles_GivesEachOnce()
    {
        for (var i = 0; i < 120; i++)
        {
            await _host.WriteAsync(Article($"a{i:D3}", [Says(Sari, "Setuju.", "jembatan")]));
        }

        var articles = await ExportAsync(new ExportArticlesRequest());

        articles.Select(article => article.Article.Id).ShouldBe(Enumerable.Range(0, 120).Select(i => $"a{i:D3}"));
    }

    [Fact]
    public async Task ExportArticles_BadFilter_IsRefused() =>
        BadFields(await Should.ThrowAsync<RpcException>(ExportAsync(new ExportArticlesRequest { Filter = new Filter { MinConfidence = 2 } }))).ShouldBe(["filter.min_confidence"]);

    private static IEnumerable<string> BadFields(RpcException refused)
    {
        var status = Google.Rpc.Status.Parser.ParseFrom(refused.Trailers.GetValueBytes(GrpcFault.DetailsTrailer));
        return status.Details.Single(detail => detail.Is(BadRequest.Descriptor)).Unpack<BadRequest>().FieldViolations.Select(violation => violation.Field);
    }

    private async Task<List<NetworkPart>> ReadAsync(GetNetworkRequest request)
    {
        using var call = Client.GetNetwork(request, deadline: DateTime.UtcNow + QueryHost.Patience);
        return await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    private async Task<List<ExportedArticle>> ExportAsync(ExportArticlesRequest request)
    {
        using var call = Client.ExportArticles(request, deadline: DateTime.UtcNow + QueryHost.Patience);
        return await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }
}
