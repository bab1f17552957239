using System.Text.Json;

namespace Sikap.Nlp.Tests;

public sealed class AnalysisJsonTests
{
    [Fact]
    public void Write_Article_IsOneLineInTheDocumentedForm()
    {
        var article = Engine.Create().Extract(new() { Id = "a", Text = "Hanoi (ANTARA) - \"Pelabuhan siap,\" kata Menlu Vietnam Tran Van Minh, Rabu (12/7/2023)." });

        var json = AnalysisJson.Write(article, []);

        json.ShouldNotContain("\n");
        var root = JsonDocument.Parse(json).RootElement;
        root.EnumerateObject().Select(p => p.Name).ShouldBe(["id", "language", "title", "publisher", "dateline", "published", "credits", "boilerplate", "dates", "statements", "stances"]);
        var statement = root.GetProperty("statements")[0];
        statement.EnumerateObject().Select(p => p.Name).ShouldBe(["id", "start", "end", "text", "kind", "cue", "speaker", "date", "via", "inner", "confidence", "confidences", "uncertain"]);
        statement.GetProperty("kind").GetString().ShouldBe("direct");
        statement.GetProperty("cue").GetProperty("text").GetString().ShouldBe("kata");
        statement.GetProperty("speaker").EnumerateObject().Select(p => p.Name).ShouldBe(["name", "type", "mention", "role", "represents", "person"]);
        statement.GetProperty("speaker").GetProperty("represents").GetString().ShouldBe("VNM");
        statement.GetProperty("date").GetProperty("value").GetString().ShouldBe("2023-07-12");
        root.GetProperty("published").GetProperty("precision").GetString().ShouldBe("day");
    }

    [Fact]
    public void Write_Stance_HasItsFields()
    {
        var article = Engine.Create().Extract(new() { Id = "a", Text = "Prancis menolak pembukaan pelabuhan itu." });
        var stance = new Stance
        {
            Id = "s",
            Holder = new("Prancis", ActorType.Country, "FRA"),
            IssueId = "pelabuhan",
            Label = StanceLabel.Oppose,
            Modality = StanceModality.Asserted,
            Evidence = new TextSpan(0, 7).Slice(article.Text),
            Confidence = 0.5,
            Why = "test",
            Classifier = Engine.StanceRules,
        };

        var root = JsonDocument.Parse(AnalysisJson.Write(article, [stance])).RootElement.GetProperty("stances")[0];

        root.GetProperty("label").GetString().ShouldBe("oppose");
        root.GetProperty("modality").GetString().ShouldBe("asserted");
        root.GetProperty("evidence").GetProperty("text").GetString().ShouldBe("Prancis");
        root.GetProperty("statement").ValueKind.ShouldBe(JsonValueKind.Null);
        root.GetProperty("classifier").GetString()!.ShouldMatch("^rules 1-[0-9a-f]{8}$");
    }

    [Fact]
    public void Parse_IssuesFile_GivesIssuesInOrder()
    {
        var issues = IssuesFile.Parse("""{"issues": [{"id": "a-1", "title": "T", "proposition": "P", "terms": ["x", "y"]}, {"id": "b", "title": "T", "proposition": "P"}]}""");

        issues.Select(i => i.Id).ShouldBe(["a-1", "b"]);
        issues[0].Terms.ShouldBe(["x", "y"]);
        issues[1].Terms.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{", "no JSON")]
    [InlineData("[]", "\"issues\"")]
    [InlineData("""{"issues": [{"title": "T", "proposition": "P"}]}""", "issues[0].id")]
    [InlineData("""{"issues": [{"id": "A B", "title": "T", "proposition": "P"}]}""", "issues[0].id")]
    [InlineData("""{"issues": [{"id": "a", "title": "T", "proposition": "P"}, {"id": "a", "title": "T", "proposition": "P"}]}""", "twice")]
    [InlineData("""{"issues": [{"id": "a", "title": "T", "proposition": "P", "terms": [1]}]}""", "terms[0]")]
    public void Parse_BadIssuesFile_SaysWhere(string json, string message) =>
        Should.Throw<FormatException>(() => IssuesFile.Parse(json)).Message.ShouldContain(message);
}
