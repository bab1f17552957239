using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Cli.Tests;

/// <summary><c>sikap actors list|define|retire|export</c> and <c>sikap analyze --actors</c>.</summary>
public sealed class ActorsCommandTests : IAsyncLifetime
{
    private static readonly string Sample = Path.Combine(SharedFolder.Repository, "deploy", "samples", "actors.yaml");

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-test-").FullName;
    private FakeGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await FakeGateway.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Define_Options_ReachTheServer()
    {
        var run = await _gateway.RunAsync("actors", "define", "Rano Wibisana", "--type", "person", "--alias", "Rano", "--alias", "Bung Rano", "--represents", "IDN",
            "--office", "Wali Kota Sagara | IDN | 2021-05-03", "--office", "Ketua||2019-01-01|2021-05-02");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.ShouldContain("Rano Wibisana: in use");
        var stored = _gateway.Actors["Rano Wibisana"];
        stored.Version = 0;
        stored.ShouldBe(new ActorEntry
        {
            Name = "Rano Wibisana",
            Type = ActorType.Person,
            Aliases = { "Rano", "Bung Rano" },
            Represents = "IDN",
            Offices = { new OfficeTerm { Role = "Wali Kota Sagara", Of = "IDN", From = "2021-05-03" }, new OfficeTerm { Role = "Ketua", From = "2019-01-01", Until = "2021-05-02" } },
        });
    }

    [Fact]
    public async Task Define_SampleFile_ListExportAndDefineAgainKeepEverything()
    {
        await _gateway.RunAsync("actors", "define", "--file", Sample);
        var first = _gateway.Actors.ToDictionary();
        var listed = await _gateway.RunAsync("actors", "list");
        var json = await _gateway.RunAsync("actors", "list", "--format", "json");
        foreach (var format in new[] { "yaml", "json" })
        {
            var exported = await _gateway.RunAsync("actors", "export", "--format", format);
            exported.Out.ShouldContain("person");
            exported.Out.ShouldNotContain("ersion");
            var file = Path.Combine(_folder, $"actors.{format}");
            await File.WriteAllTextAsync(file, exported.Out);
            _gateway.Actors.Clear();
            var again = await _gateway.RunAsync("actors", "define", "--file", file);

            again.Code.ShouldBe(ExitCode.Ok, again.Error);
            _gateway.Actors.ToDictionary().ShouldBe(first, ignoreOrder: true);
        }

        first.Count.ShouldBe(3);
        listed.Out.ShouldContain("Koperasi Nelayan Utara");
        listed.Out.ShouldContain("Koptara, KNU");
        listed.Out.ShouldContain("3 actors, version 3");
        ListActorEntriesResponse.Parser.ParseJson(json.Out).Actors.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Retire_KnownAndUnknown_SaysSo()
    {
        await _gateway.RunAsync("actors", "define", "--file", Sample);

        var retired = await _gateway.RunAsync("actors", "retire", "Rano Wibisana");
        var unknown = await _gateway.RunAsync("actors", "retire", "Rano Wibisana");

        retired.Out.ShouldContain("Rano Wibisana: retired");
        unknown.Code.ShouldBe(ExitCode.Refused);
        unknown.Error.ShouldContain("no actor 'Rano Wibisana'");
    }

    [Theory]
    [InlineData("", "no actors in it")]
    [InlineData("actors: [", "line 2, column 1")]
    [InlineData("actors: []", "no actors in it")]
    [InlineData("actors:\n  - name: koptara\n    type: organization", "actors[0].name: must begin with a capital letter")]
    [InlineData("actors:\n  - name: Koptara\n    type: robot", "ACTOR_TYPE_ROBOT")]
    [InlineData("actors:\n  - name: Koptara\n    kind: person", "kind")]
    [InlineData("actors:\n  - name: Koptara\n    name: Kopta", "'name' is there twice")]
    [InlineData("actors: &a\n  - name: Koptara", "anchors")]
    [InlineData("actors:\n  - {name: Koptara, type: group}\n  - {name: Kopta, type: group, aliases: [KOPTARA]}", "actors[1].aliases[0]: already names Koptara")]
    [InlineData("{\"actors\": [{\"name\": \"A\\ud83d\", \"type\": \"person\"}]}", "surrogate")]
    [InlineData("{\"actors\": [", "is no actors file")]
    public async Task Define_WrongFile_ExitsTwoWithTheReason(string content, string reason)
    {
        var file = Path.Combine(_folder, "actors.yaml");
        await File.WriteAllTextAsync(file, content);

        var run = await _gateway.RunAsync("actors", "define", "--file", file);

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain(reason);
        _gateway.Actors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Analyze_WithActors_NamesThem()
    {
        var article = Path.Combine(_folder, "a.txt");
        await File.WriteAllTextAsync(article, "Koptara menyatakan pangkalan itu harus dipindahkan.");

        var with = await CommandLineRun.Of("analyze", "--actors", Sample, article);
        var without = await CommandLineRun.Of("analyze", article);

        with.Code.ShouldBe(ExitCode.Ok, with.Error);
        with.Out.ShouldContain("\"name\":\"Koperasi Nelayan Utara\",\"type\":\"organization\"");
        without.Out.ShouldNotContain("Koperasi");
    }
}
