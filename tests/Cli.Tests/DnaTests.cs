using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using Sikap.TestKit;
using Sikap.V1;

namespace Sikap.Cli.Tests;

/// <summary>Databases of Discourse Network Analyzer, there and back.</summary>
public sealed class DnaTests : IAsyncLifetime
{
    private const string Sample = "data/dna-sample/sample/sample.dna";

    // Line ends of two characters, a character of two code units, and a line end inside of a passage.
    private const string Text = "Rapat \U0001F3D7 di Sagara.\r\nSerikat Nelayan menolak\r\npelabuhan itu. Rini Wulandari setuju. China masih menimbang.";

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-dna-").FullName;
    private FakeGateway _gateway = null!;

    private string Path => System.IO.Path.Combine(_folder, "ledger.dna");

    public async ValueTask InitializeAsync()
    {
        _gateway = await FakeGateway.StartAsync();
        _gateway.Issues["pelabuhan"] = new Issue { Id = "pelabuhan", Title = "Pelabuhan", Proposition = "Pemerintah membangun pelabuhan" };
        _gateway.Issues["tambak"] = new Issue { Id = "tambak", Title = "pelabuhan", Proposition = "Tambak ditutup" };
        _gateway.Issues["jalan"] = new Issue { Id = "jalan", Title = "Jalan", Proposition = "Jalan dibangun" };
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ExportThenImport_EveryKindOfActor_ComesBackAsItWas(bool neutral)
    {
        _gateway.Exported.Add(Exported());

        var exported = await _gateway.RunAsync(["export", "dna", "--out", Path, .. neutral ? new[] { "--neutral" } : []]);
        var imported = await _gateway.RunAsync("import", "dna", Path);

        exported.Code.ShouldBe(ExitCode.Ok, exported.Error);
        exported.Error.ShouldContain(neutral ? "1 documents, 4 statements" : "1 documents, 3 statements");
        (exported.Error.Contains("1 neutral stances are left out", StringComparison.Ordinal)).ShouldBe(!neutral);
        imported.Code.ShouldBe(ExitCode.Ok, imported.Error);
        var request = _gateway.Submitted.Single();
        request.Text.ShouldBe(Text.Replace("\r\n", "\n", StringComparison.Ordinal));
        (request.Title, request.Publisher, request.Url).ShouldBe(("Rapat", "Kabar Sagara", "https://contoh.example/1"));
        request.PublishedAt.ToDateTime().ShouldBe(new DateTime(2023, 7, 12, 14, 5, 0, DateTimeKind.Utc));
        request.Coding.IssueIds.ShouldBe(["jalan", "pelabuhan", "tambak"], ignoreOrder: true);
        request.Coding.Stances.Select(stance => (stance.Holder, stance.IssueId, stance.Label, request.Text[stance.Evidence.Start..stance.Evidence.End])).ShouldBe(
            Exported().Stances.Where(stance => neutral || stance.Label != StanceLabel.Neutral)
                .Select(stance => (stance.Holder, stance.IssueId, stance.Label, stance.Evidence.Text.Replace("\r\n", "\n", StringComparison.Ordinal))));
        request.Coding.Stances.ShouldAllBe(stance => stance.Coder == "Admin" && stance.Note.StartsWith("DNA statement "));
        _gateway.Issues.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Export_Organizations_GoByTheNameOfWhomTheyStandFor()
    {
        _gateway.Exported.Add(Exported());

        await _gateway.RunAsync("export", "dna", "--out", Path, "--neutral");

        Values("SELECT e.Value || '|' || (SELECT AttributeValue FROM ATTRIBUTEVALUES v JOIN ATTRIBUTEVARIABLES a ON a.ID = v.AttributeVariableId WHERE v.EntityId = e.ID AND a.AttributeVariable = 'Code') FROM ENTITIES e WHERE VariableId = 2 AND Value <> ''")
            .ShouldBe(["China|CHN", "Kementerian Kelautan|Kementerian Kelautan", "Serikat Nelayan|"], ignoreOrder: true);
        Values("SELECT count(*) FROM ATTRIBUTEVALUES").ShouldBe(Values("SELECT count(*) FROM ENTITIES e JOIN ATTRIBUTEVARIABLES a ON a.VariableId = e.VariableId"));
        Values("PRAGMA foreign_key_check").ShouldBeEmpty();
        Values("PRAGMA integrity_check").ShouldBe(["ok"]);
    }

    [Fact]
    public async Task Export_Password_IsTheCoders()
    {
        await _gateway.RunAsync("export", "dna", "--out", Path, "--password", "rahasia");

        var hash = Values("SELECT Password FROM CODERS").Single();
        DnaPassword.IsOf(hash, "rahasia").ShouldBeTrue();
        DnaPassword.IsOf(hash, "lain").ShouldBeFalse();
    }

    [Fact]
    public async Task Export_OneIssue_IsTheOnlyConcept()
    {
        var run = await _gateway.RunAsync("export", "dna", "--out", Path, "--issue", "jalan");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Error.ShouldNotContain("take the others away");
        Values("SELECT Value FROM ENTITIES WHERE VariableId = 3 AND Value <> ''").ShouldBe(["Jalan"]);
        (await _gateway.RunAsync("export", "dna", "--out", Path, "--force", "--actor", "Rini")).Error.ShouldContain("take the others away");
    }

    [Fact]
    public async Task Import_Undo_SubmitsEmptyCodings()
    {
        _gateway.Exported.Add(Exported());
        await _gateway.RunAsync("export", "dna", "--out", Path);

        var run = await _gateway.RunAsync("import", "dna", Path, "--undo");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        _gateway.Submitted.Single().Coding.ShouldBe(new Coding());
    }

    [Fact]
    public async Task Import_Sample_HandsOnDocumentsAndStatements()
    {
        var path = SharedFolder.RequireOrSkip(Sample);
        _gateway.Issues.Clear();

        var run = await _gateway.RunAsync("import", "dna", path, "--wait");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Error.ShouldContain("40 coded stances on 6 issues, 6 of them new");
        _gateway.Submitted.Count.ShouldBe(7);
        var stances = _gateway.Submitted.SelectMany(request => request.Coding.Stances).ToList();
        stances.Count.ShouldBe(40);
        stances.ShouldAllBe(stance => stance.Holder.Type == ActorType.Person && stance.Holder.Represents.Length > 0 && _gateway.Issues.ContainsKey(stance.IssueId));
        // Agreement as SQL counts it.
        stances.Count(stance => stance.Label == StanceLabel.Support).ShouldBe((int)long.Parse(Values("SELECT sum(Value) FROM DATABOOLEAN", path).Single(), System.Globalization.CultureInfo.InvariantCulture));
        // The second time every concept is found again.
        (await _gateway.RunAsync("import", "dna", path)).Error.ShouldContain("6 issues, 0 of them new");
    }

    [Fact]
    public void Password_OfTheSample_IsRecognised()
    {
        var hash = Values("SELECT Password FROM CODERS WHERE ID = 1", SharedFolder.RequireOrSkip(Sample)).Single();

        DnaPassword.IsOf(hash, "sample").ShouldBeTrue();
        DnaPassword.IsOf(hash, "Sample").ShouldBeFalse();
    }

    [Fact]
    public async Task Export_Tables_HaveTheColumnsOfTheSample()
    {
        var path = SharedFolder.RequireOrSkip(Sample);
        await _gateway.RunAsync("export", "dna", "--out", Path);
        const string Columns = "SELECT t.name || '.' || c.name || ' ' || c.type || ' ' || c.pk FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY 1";

        Values(Columns).ShouldBe(Values(Columns, path));
    }

    [Theory]
    [InlineData("UPDATE SETTINGS SET Value = '2.0 beta 25'", "its version is 2.0 beta 25")]
    [InlineData("DROP TABLE SETTINGS", "no database of Discourse Network Analyzer 3")]
    [InlineData("UPDATE VARIABLES SET Variable = 'claim' WHERE Variable = 'concept'", "--concept")]
    [InlineData("UPDATE VARIABLES SET DataType = 'long text' WHERE Variable = 'agreement'", "agreement (long text)")]
    [InlineData("UPDATE DATAINTEGER SET Value = 5 WHERE VariableId = 4", "agreement of 5")]
    [InlineData("DROP TABLE DATASHORTTEXT", "damaged")]
    [InlineData("UPDATE DOCUMENTS SET Date = 999999999999", "no date of the calendar")]
    public async Task Import_WhatCannotBeRead_SaysWhy(string change, string reason)
    {
        _gateway.Exported.Add(Exported());
        await _gateway.RunAsync("export", "dna", "--out", Path, "--neutral");
        Execute(change);

        var run = await _gateway.RunAsync("import", "dna", Path);

        run.Code.ShouldBe(ExitCode.Usage, run.Error);
        run.Error.ShouldContain(reason);
        _gateway.Submitted.ShouldBeEmpty();
    }

    [Fact]
    public async Task Import_NoDatabase_SaysSo()
    {
        await File.WriteAllTextAsync(Path, "bukan basis data", TestContext.Current.CancellationToken);

        (await _gateway.RunAsync("import", "dna", Path)).Error.ShouldContain("no database of Discourse Network Analyzer 3");
        (await _gateway.RunAsync("import", "dna", Path + ".nowhere")).Error.ShouldContain("no such file");
    }

    [Fact]
    public async Task Import_WhatSaysNothing_IsSkippedAndCounted()
    {
        _gateway.Exported.Add(Exported());
        _gateway.Exported.Add(new ExportedArticle { Article = new ArticleInfo { Id = "kosong" }, Text = "Tidak ada." });
        await _gateway.RunAsync("export", "dna", "--out", Path, "--neutral");
        // One statement without a concept, one beyond the end of the text.
        Execute("UPDATE DATASHORTTEXT SET Entity = (SELECT ID FROM ENTITIES WHERE VariableId = 3 AND Value = '') WHERE VariableId = 3 AND StatementId = 1; UPDATE STATEMENTS SET Stop = 5000 WHERE ID = 2");

        var run = await _gateway.RunAsync("import", "dna", Path);
        var all = await _gateway.RunAsync("import", "dna", Path, "--all");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Error.ShouldContain("statement 2 lies outside of the text");
        run.Error.ShouldContain("2 coded stances on 3 issues, 0 of them new; 2 statements without concept, agreement or actor skipped; 1 documents without statements skipped");
        all.Error.ShouldNotContain("--all");
        _gateway.Submitted.Count.ShouldBe(3);
        _gateway.Submitted.Last().Coding.Stances.ShouldBeEmpty();
    }

    [Fact]
    public async Task Import_OtherVariables_AreNamed()
    {
        _gateway.Exported.Add(Exported());
        await _gateway.RunAsync("export", "dna", "--out", Path, "--neutral");
        Execute("UPDATE VARIABLES SET Variable = 'claim' WHERE Variable = 'concept'; UPDATE VARIABLES SET Variable = 'backs' WHERE Variable = 'agreement'; UPDATE VARIABLES SET Variable = 'who' WHERE Variable = 'person'");

        var run = await _gateway.RunAsync("import", "dna", Path, "--concept", "claim", "--agreement", "backs", "--person", "who", "--statement-type", "DNA Statement");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        _gateway.Submitted.Single().Coding.Stances.Count.ShouldBe(4);
        (await _gateway.RunAsync("import", "dna", Path, "--concept", "claim", "--agreement", "backs", "--statement-type", "Lain")).Error.ShouldContain("\"Lain\"");
    }

    [Theory]
    [InlineData("Tarif tol naik!", "tarif-tol-naik")]
    [InlineData("  CO2: José & co. ", "co2-jose-co")]
    [InlineData("北京", "concept")]
    [InlineData("taken", "taken-2")]
    public void IdOf_Words_IsAnIdOfAnIssue(string words, string expected) =>
        ImportCommands.IdOf(words, new HashSet<string> { "taken", "taken-1" }).ShouldBe(expected);

    [Fact]
    public void IdOf_LongWords_HasRoomForANumber() => ImportCommands.IdOf(new string('a', 300), new HashSet<string>()).Length.ShouldBeLessThanOrEqualTo(64);

    [Theory]
    [InlineData("a\r\nb\rc\nd", "a\nb\nc\nd", 3, 2)]
    [InlineData("a\r\nb\rc\nd", "a\nb\nc\nd", 1, 1)]
    [InlineData("a\r\nb\rc\nd", "a\nb\nc\nd", 8, 7)]
    [InlineData("\r\n\r\nx", "\n\nx", 4, 2)]
    public void Normalize_LineEnds_AreOneCharacter(string text, string expected, int position, int moved)
    {
        var (normalized, move) = DnaText.Normalize(text);

        normalized.ShouldBe(expected);
        move(position).ShouldBe(moved);
    }

    private static ExportedArticle Exported()
    {
        var article = new ExportedArticle
        {
            Article = new ArticleInfo
            {
                Id = "art", Title = "Rapat", Publisher = "Kabar Sagara", Url = "https://contoh.example/1", Language = "id", Published = new PartialDate { Value = "2023-07-12T14:05+07:00" },
                Credits = { new Credit { Role = "author", Name = "Rina" } }, AcceptedAt = Timestamp.FromDateTime(DateTime.UnixEpoch),
            },
            Text = Text,
            Total = 1,
        };
        Add("Serikat Nelayan menolak\r\npelabuhan itu.", new Actor { Name = "Serikat Nelayan", Type = ActorType.Group }, "pelabuhan", StanceLabel.Oppose);
        Add("Rini Wulandari setuju.", new Actor { Name = "Rini Wulandari", Type = ActorType.Person, Represents = "Kementerian Kelautan" }, "tambak", StanceLabel.Support);
        Add("China masih menimbang.", new Actor { Name = "China", Type = ActorType.Country, Represents = "CHN" }, "pelabuhan", StanceLabel.Neutral);
        Add("menimbang.", new Actor { Name = "Wen Li", Type = ActorType.Person, Represents = "CHN" }, "pelabuhan", StanceLabel.Support);
        return article;

        void Add(string passage, Actor holder, string issue, StanceLabel label)
        {
            var start = Text.IndexOf(passage, StringComparison.Ordinal);
            article.Stances.Add(new Stance
            {
                Id = $"s{article.Stances.Count}", ArticleId = "art", Holder = holder, IssueId = issue, Label = label, Evidence = new Span { Start = start, End = start + passage.Length, Text = passage },
                Confidence = 0.876, Why = "rule", Publisher = "Kabar Sagara",
            });
        }
    }

    private List<string> Values(string sql, string? path = null)
    {
        using var connection = Open(path ?? Path, SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
        {
            values.Add(reader.GetString(0));
        }
        return values;
    }

    private void Execute(string sql)
    {
        using var connection = Open(Path, SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA foreign_keys = OFF; " + sql;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
