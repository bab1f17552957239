using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Google.Protobuf;
using Sikap.V1;

namespace Sikap.Cli.Tests;

public sealed class NetworkCommandTests : IAsyncLifetime
{
    private static readonly XNamespace s_graphMl = "http://graphml.graphdrawing.org/xmlns";
    private static readonly XNamespace s_gexf = "http://gexf.net/1.3";

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-cli-").FullName;
    private FakeGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await FakeGateway.StartAsync();
        _gateway.Network.AddRange(Network(0, 1));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Network_Text_ShowsTheHeaviestEdgesByName()
    {
        var run = await _gateway.RunAsync("network", "--limit", "1", "--roll-up", "--neutral", "--duplicates", "week", "--normalize", "activity", "--issue", "pajak");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("Rini <a> (IDN)");
        run.Out.ShouldNotContain("Koperasi");
        run.Out.ShouldContain("3 statements, 3 nodes, 2 edges (1 shown)");
        _gateway.Questions.Single().ShouldBe(new GetNetworkRequest
        {
            Filter = new Filter { IssueId = "pajak" }, Kind = NetworkKind.TwoMode, RollUp = RollUp.Represents, Neutral = true, Qualifier = QualifierAggregation.Subtract,
            Duplicates = Duplicates.Week, Normalization = Normalization.Activity,
        });
    }

    [Fact]
    public async Task Network_Json_WritesPartByPart()
    {
        var run = await _gateway.RunAsync("network", "--format", "json", "--nodes", "actors", "--qualifier", "congruence", "--window", "months", "--window-size", "3", "--isolates");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(NetworkPart.Parser.ParseJson).ShouldBe(_gateway.Network);
        _gateway.Questions.Single().ShouldBe(new GetNetworkRequest
        {
            Filter = new Filter(), Kind = NetworkKind.Actors, Qualifier = QualifierAggregation.Congruence, TimeWindow = TimeWindow.Months, WindowSize = 3, Isolates = true, Articles = true,
        });
    }

    [Fact]
    public async Task ExportNetwork_GraphMl_HoldsEveryAttribute()
    {
        var graph = XDocument.Parse(await ExportAsync("network.graphml", "--format", "graphml")).Root!;

        graph.Name.ShouldBe(s_graphMl + "graphml");
        var keys = graph.Elements(s_graphMl + "key").ToDictionary(key => key.Attribute("id")!.Value, key => (For: key.Attribute("for")!.Value, Name: key.Attribute("attr.name")!.Value));
        foreach (var data in graph.Descendants(s_graphMl + "data"))
        {
            keys[data.Attribute("key")!.Value].For.ShouldBe(data.Parent!.Name.LocalName);
        }
        var nodes = graph.Descendants(s_graphMl + "node").ToList();
        nodes.Select(node => node.Attribute("id")!.Value).ShouldBe(["a1", "a2", "i1"]);
        Data(nodes[0]).ShouldBe(new Dictionary<string, string>
        {
            ["name"] = "Rini <a>", ["kind"] = "actor", ["type"] = "person", ["represents"] = "IDN", ["frequency"] = "2", ["support"] = "2", ["oppose"] = "0", ["neutral"] = "0", ["articles"] = "1",
        });
        Data(nodes[2]).ShouldContainKeyAndValue("proposition", "Pemerintah menaikkan pajak & cukai.\uFFFD");
        var edge = graph.Descendants(s_graphMl + "edge").First();
        (edge.Attribute("source")!.Value, edge.Attribute("target")!.Value).ShouldBe(("a1", "i1"));
        Data(edge).ShouldBe(new Dictionary<string, string>
        {
            ["weight"] = "2", ["support"] = "2", ["oppose"] = "0", ["neutral"] = "0", ["congruence"] = "0", ["conflict"] = "0", ["shared"] = "0", ["articles"] = "1", ["article_ids"] = "art1",
        });

        Dictionary<string, string> Data(XElement element) => element.Elements(s_graphMl + "data").ToDictionary(data => keys[data.Attribute("key")!.Value].Name, data => data.Value);
    }

    [Fact]
    public async Task ExportNetwork_Gexf_HoldsEveryAttribute()
    {
        var graph = XDocument.Parse(await ExportAsync("network.gexf", "--format", "gexf")).Root!.Element(s_gexf + "graph")!;

        var titles = graph.Elements(s_gexf + "attributes")
            .ToDictionary(list => list.Attribute("class")!.Value, list => list.Elements(s_gexf + "attribute").Select(attribute => attribute.Attribute("id")!.Value).ToHashSet());
        titles["node"].ShouldContain("represents");
        titles["edge"].ShouldContain("congruence");
        foreach (var (kind, elements) in new[] { ("node", graph.Element(s_gexf + "nodes")!.Elements()), ("edge", graph.Element(s_gexf + "edges")!.Elements()) })
        {
            foreach (var value in elements.Descendants(s_gexf + "attvalue"))
            {
                titles[kind].ShouldContain(value.Attribute("for")!.Value);
            }
        }
        graph.Descendants(s_gexf + "node").Select(node => (node.Attribute("id")!.Value, node.Attribute("label")!.Value)).ShouldBe([("a1", "Rini <a>"), ("a2", "Koperasi \"Utara\", Pusat"), ("i1", "Pajak")]);
        graph.Descendants(s_gexf + "edge").Select(edge => edge.Attribute("weight")!.Value).ShouldBe(["2", "-0.5"]);
    }

    [Fact]
    public async Task ExportNetwork_Csv_IsATableOfEdgesAndOneOfNodes()
    {
        var nodes = Path.Combine(_folder, "nodes.csv");
        var edges = await ExportAsync("edges.csv", "--nodes-out", nodes);

        edges.Split('\n')[0].ShouldBe("Source,Target,source_name,target_name,weight,support,oppose,neutral,congruence,conflict,shared,articles,article_ids,window_from,window_to");
        edges.Split('\n')[2].ShouldBe("a2,i1,\"Koperasi \"\"Utara\"\", Pusat\",Pajak,-0.5,0,1,0,0,0,0,2,art1 art2,2024-01-01,2024-01-31");
        var lines = (await File.ReadAllTextAsync(nodes, TestContext.Current.CancellationToken)).Split('\n');
        lines[0].ShouldBe("Id,Label,kind,type,represents,issue_id,proposition,parent_issue,frequency,support,oppose,neutral,articles,window_from,window_to");
        lines[1].ShouldBe("a1,Rini <a>,actor,person,IDN,,,,2,2,0,0,1,2024-01-01,2024-01-31");
        lines.Length.ShouldBe(5);
    }

    [Fact]
    public async Task ExportNetwork_JsonLines_IsOneObjectALine()
    {
        var lines = (await ExportAsync("network.jsonl", "--format", "jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        lines.Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().Single().Name).ShouldBe(["window", "node", "node", "node", "edge", "edge"]);
        JsonDocument.Parse(lines[5]).RootElement.GetProperty("edge").GetProperty("weight").GetDouble().ShouldBe(-0.5);
    }

    [Theory]
    [InlineData("graphml")]
    [InlineData("gexf")]
    public async Task ExportNetwork_Windows_AreAFileEach(string format)
    {
        _gateway.Network.Clear();
        _gateway.Network.AddRange([.. Network(0, 2), .. Network(1, 2)]);

        var run = await _gateway.RunAsync("export", "network", "--window", "months", "--window-size", "1", "--format", format, "--out", Path.Combine(_folder, $"net.{format}"));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        Directory.GetFiles(_folder).Select(Path.GetFileName).Order().ShouldBe([$"net-0001.{format}", $"net-0002.{format}"]);
        foreach (var file in Directory.GetFiles(_folder))
        {
            XDocument.Load(file).Descendants().Count(element => element.Name.LocalName == "node").ShouldBe(3);
        }
        run.Error.ShouldContain("2 networks, 6 nodes, 4 edges");
    }

    [Fact]
    public async Task ExportNetwork_WindowsToStandardOutput_AreRefused()
    {
        var run = await _gateway.RunAsync("export", "network", "--window", "months", "--window-size", "1", "--format", "gexf");

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("--out");
        _gateway.Questions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("graphml")]
    [InlineData("gexf")]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public async Task ExportNetwork_NothingThere_IsAnEmptyWholeFile(string format)
    {
        _gateway.Network.Clear();

        var text = await ExportAsync($"none.{format}", "--format", format);

        if (format is "graphml" or "gexf")
        {
            XDocument.Parse(text).Descendants().Count(element => element.Name.LocalName is "node" or "edge").ShouldBe(0);
        }
    }

    [Theory]
    [InlineData("network", "graphml")]
    [InlineData("network", "csv")]
    [InlineData("stances", "csv")]
    public async Task Export_BreaksInTheMiddle_LeavesNoFile(string what, string format)
    {
        _gateway.Exported.AddRange([Exported("art1"), Exported("art2")]);
        _gateway.BreakStreamAfter = 1;

        var run = await _gateway.RunAsync("export", what, "--format", format, "--out", Path.Combine(_folder, "out.txt"));

        run.Code.ShouldBe(ExitCode.Refused);
        run.Error.ShouldContain("broke in the middle");
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Export_FileExists_IsReplacedWithForceOnly()
    {
        var path = Path.Combine(_folder, "there.csv");
        await File.WriteAllTextAsync(path, "precious", TestContext.Current.CancellationToken);

        var refused = await _gateway.RunAsync("export", "network", "--out", path);
        refused.Code.ShouldBe(ExitCode.Usage);
        refused.Error.ShouldContain("--force");
        (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ShouldBe("precious");

        (await _gateway.RunAsync("export", "network", "--out", path, "--force")).Code.ShouldBe(ExitCode.Ok);
        (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ShouldStartWith("Source,Target");
    }

    [Fact]
    public async Task Export_FolderIsMissing_SaysSo()
    {
        var run = await _gateway.RunAsync("export", "stances", "--out", Path.Combine(_folder, "nowhere", "x.csv"));

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("cannot write");
    }

    [Fact]
    public async Task ExportStances_CsvAndJsonLines_HaveARowForEach()
    {
        _gateway.Exported.AddRange([Exported("art1"), Exported("art2")]);

        var csv = await _gateway.RunAsync("export", "stances", "--issue", "pajak");
        var json = await _gateway.RunAsync("export", "stances", "--format", "jsonl");

        var rows = csv.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        rows.Length.ShouldBe(3);
        rows[1].ShouldBe("s-art1,2024-01-02,Rini,person,IDN,,pajak,oppose,asserted,0.9,0,14,\"Kami, menolak.\",st1,why,3,art1,WARTA,Judul,2024-01-03,https://example.org/art1,stance");
        csv.Error.ShouldContain("2 stances in 2 articles");
        json.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonParser.Default.Parse<Stance>(JsonDocument.Parse(line).RootElement.GetProperty("stance").GetRawText()))
            .ShouldBe(_gateway.Exported.SelectMany(article => article.Stances));
        _gateway.Questions.First().ShouldBe(new ExportArticlesRequest { Filter = new Filter { IssueId = "pajak" } });
    }

    private static IEnumerable<NetworkPart> Network(int index, int windows)
    {
        yield return new NetworkPart { Window = new NetworkWindow { Index = index, Windows = windows, FromDate = "2024-01-01", ToDate = "2024-01-31", Center = "2024-01-16", Statements = 3, Nodes = 3 } };
        yield return new NetworkPart
        {
            Nodes = new NetworkNodes
            {
                Nodes =
                {
                    new NetworkNode { Id = "a1", Actor = new Actor { Name = "Rini <a>", Type = ActorType.Person, Represents = "IDN" }, Frequency = 2, Support = 2, Articles = 1 },
                    new NetworkNode { Id = "a2", Actor = new Actor { Name = "Koperasi \"Utara\", Pusat", Type = ActorType.Organization }, Frequency = 1, Oppose = 1, Articles = 2 },
                },
            },
        };
        yield return new NetworkPart
        {
            Nodes = new NetworkNodes
            {
                Nodes = { new NetworkNode { Id = "i1", Issue = new Issue { Id = "pajak", Title = "Pajak", Proposition = "Pemerintah menaikkan pajak & cukai.\u0001" }, Frequency = 3, Support = 2, Oppose = 1, Articles = 2 } },
            },
        };
        yield return new NetworkPart
        {
            Edges = new NetworkEdges
            {
                Edges =
                {
                    new NetworkEdge { Source = "a1", Target = "i1", Weight = 2, Support = 2, Articles = 1, ArticleIds = { "art1" } },
                    new NetworkEdge { Source = "a2", Target = "i1", Weight = -0.5, Oppose = 1, Articles = 2, ArticleIds = { "art1", "art2" } },
                },
            },
        };
    }

    private static ExportedArticle Exported(string id) => new()
    {
        Article = new ArticleInfo { Id = id, Publisher = "WARTA", Title = "Judul", Published = new PartialDate { Value = "2024-01-03" }, Url = string.Create(CultureInfo.InvariantCulture, $"https://example.org/{id}") },
        Total = 2,
        Stances =
        {
            new Stance
            {
                Id = $"s-{id}", ArticleId = id, Holder = new Actor { Name = "Rini", Type = ActorType.Person, Represents = "IDN" }, IssueId = "pajak", Label = StanceLabel.Oppose,
                Modality = StanceModality.Asserted, Evidence = new Span { Start = 0, End = 14, Text = "Kami, menolak." }, StatementId = "st1", Confidence = 0.9,
                Date = new PartialDate { Value = "2024-01-02" }, Why = "why", CodebookVersion = 3, Publisher = "WARTA",
            },
        },
    };

    private async Task<string> ExportAsync(string name, params string[] args)
    {
        var path = Path.Combine(_folder, name);
        var run = await _gateway.RunAsync(["export", "network", "--out", path, .. args]);
        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        return await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
    }
}
