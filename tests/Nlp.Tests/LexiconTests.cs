using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Tests;

public sealed class LexiconTests
{
    [Fact]
    public void Parse_CommentsAndEmptyLines_AreSkippedButCounted()
    {
        var lines = LexiconTable.Parse("id/x.tsv", "# comment\n\nkata\tbare\n", 2);

        lines.Single().Number.ShouldBe(3);
        lines.Single().Fields.ShouldBe(["kata", "bare"]);
    }

    [Theory]
    [InlineData("kata\tbare\nujar\n", "id/x.tsv, line 2", "2 fields")]
    [InlineData("kata\t\n", "id/x.tsv, line 1", "empty")]
    [InlineData("kata\t bare\n", "id/x.tsv, line 1", "blanks")]
    public void Parse_BadLine_NamesTableAndLine(string content, string where, string what)
    {
        var error = Should.Throw<InvalidOperationException>(() => LexiconTable.Parse("id/x.tsv", content, 2));

        error.Message.ShouldContain(where);
        error.Message.ShouldContain(what);
    }

    [Fact]
    public void Load_MissingTable_NamesIt() =>
        Should.Throw<InvalidOperationException>(() => LexiconTable.Load("id/none.tsv", 1)).Message.ShouldContain("id/none.tsv");

    [Fact]
    public void Load_Indonesian_KnowsCountriesByEveryName()
    {
        var lexicon = Lexicon.Load("id");

        lexicon.Countries["CHN"].Name.ShouldBe("China");
        lexicon.Countries.Count.ShouldBeGreaterThan(150);
        lexicon.ClassOf(lexicon.WordOf("ujarnya")).HasFlag(WordClass.CueNya).ShouldBeTrue("the -nya form follows from the root");
        lexicon.WordOf("tidakadakata").ShouldBe(-1);
    }
}
