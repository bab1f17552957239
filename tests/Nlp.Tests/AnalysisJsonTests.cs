using System.Text.Json;

namespace Sikap.Nlp.Tests;

public sealed class AnalysisJsonTests
{
    [Fact]
    public void Write_Article_IsOneLineInTheDocumentedForm()
    {
        var article = Engine.Create().Extract(new() { Id = "a", Text = "Hanoi (ANTARA) - \"Pelabuhan siap,\" kata Menlu Vietnam Tran Van Minh, Rabu (12/7/2023)." });

        var json = AnalysisJson.Write(article, new([], []));

        json.ShouldNotContain("\n");
        var root = JsonDocument.Parse(json).RootElement;
        root.EnumerateObject().Select(p => p.Name).ShouldBe(["id", "language", "title", "publisher", "dateline", "published", "credits", "boilerplate", "dates", "statements", "stances", "states", "relations"]);
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

        var state = new IssueState { IssueId = "pelabuhan", State = ProposalState.Blocked, Evidence = stance.Evidence, Cue = new TextSpan(8, 15).Slice(article.Text), Confidence = 0.7, Why = "test" };

        var both = JsonDocument.Parse(AnalysisJson.Write(article, new([stance], [state]))).RootElement;

        var root = both.GetProperty("stances")[0];
        both.GetProperty("states")[0].GetProperty("state").GetString().ShouldBe("blocked");
        both.GetProperty("states")[0].GetProperty("cue").GetProperty("text").GetString().ShouldBe("menolak");

        root.GetProperty("label").GetString().ShouldBe("oppose");
        root.GetProperty("modality").GetString().ShouldBe("asserted");
        root.GetProperty("evidence").GetProperty("text").GetString().ShouldBe("Prancis");
        root.GetProperty("statement").ValueKind.ShouldBe(JsonValueKind.Null);
        root.GetProperty("classifier").GetString()!.ShouldMatch("^rules 1-[0-9a-f]{8}$");
    }
}
