using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Statements;

namespace Sikap.Nlp.Tests;

public sealed class ConfidenceTableTests
{
    private const string Table = "content\t0.4\t0.5\t20\ncontent\t0.8\t0.9\t50\nspeaker\t0.5\t0.7\t30\nstance\t0.5\t0.7\t30\ndate\tpublication\t0.6\t40\ndate\t*\t0.9\t40\n";

    [Theory]
    [InlineData(0.1, 0.5)]
    [InlineData(0.4, 0.5)]
    [InlineData(0.6, 0.7)]
    [InlineData(0.8, 0.9)]
    [InlineData(1.0, 0.9)]
    public void Content_BetweenPoints_LiesOnTheLine(double certainty, double rate) => Read(Table).Content(certainty).ShouldBe(rate, 1e-9);

    [Fact]
    public void Stance_BetweenAndBeyondThePoints_LiesOnTheLineAndStaysAtItsEnds()
    {
        var table = Read(Table.Replace("stance\t0.5\t0.7\t30", "stance\t0.4\t0.5\t20\nstance\t0.8\t0.9\t50"));

        table.Stance(0.2).ShouldBe(0.5);
        table.Stance(0.6).ShouldBe(0.7, 1e-9);
        table.Stance(1).ShouldBe(0.9);
    }

    [Fact]
    public void Date_UnknownRule_HasTheRateOfTheOthers()
    {
        Read(Table).Date("publication").ShouldBe(0.6);
        Read(Table).Date("dateline-weekday").ShouldBe(0.9);
    }

    [Theory]
    [InlineData("content\t0.4\t0.5\t20\ncontent\t0.3\t0.9\t50", "line 2")]
    [InlineData("content\t0.4\t0.5\t20\ncontent\t0.8\t0.4\t50", "line 2")]
    [InlineData("content\t0.4\t1.5\t20", "line 1")]
    [InlineData("mood\t0.4\t0.5\t20", "unknown kind")]
    [InlineData("content\t0.4\t0.5\t20", "needs lines")]
    public void Read_BadTable_IsRefused(string table, string message) => Should.Throw<InvalidOperationException>(() => Read(table)).Message.ShouldContain(message);

    // What the engine states is what the table says of its rules; a statement nobody is found for is uncertain.
    [Fact]
    public void Extract_Statements_StateTheirConfidencePartByPart()
    {
        var statements = Engine.Create().Extract(new() { Id = "a", Text = "Menteri Perhubungan Rini Wulandari mengatakan bahwa pelabuhan itu siap. \"Kapal pertama masuk besok,\" kata Rini." }).Statements;

        statements.Count.ShouldBe(2);
        foreach (var statement in statements)
        {
            var parts = statement.Confidences.ShouldNotBeNull();
            statement.Confidence.ShouldBe(Math.Round(parts.Content * parts.Speaker, 3));
            statement.IsUncertain.ShouldBe(statement.Confidence < Engine.UncertainBelow);
            parts.Date.ShouldBe(0, "nothing tells when");
        }
    }

    private static ConfidenceTable Read(string table) => ConfidenceTable.Read(LexiconTable.Parse("test", table, 4));
}
