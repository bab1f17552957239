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

    [Fact]
    public void Load_Indonesian_CountryCodesAreThoseOfIso3166()
    {
        var codes = new HashSet<string>(StringComparer.Ordinal) { "XKX", "ESH" };
        for (var first = 'A'; first <= 'Z'; first++)
        {
            for (var second = 'A'; second <= 'Z'; second++)
            {
                codes.Add(Alpha3($"{first}{second}"));
            }
        }

        var known = Lexicon.Load("id").Countries.Keys;

        known.Except(codes).ShouldBeEmpty();
        known.Length.ShouldBe(250, "249 codes of ISO 3166-1 and Kosovo; the runtime has no region for EH");
    }

    [Theory]
    [InlineData("Japanese", "Jepang")]
    [InlineData("japan", "Jepang")]
    [InlineData("Moskow", "Rusia")]
    [InlineData("Kremlin", null)]
    [InlineData("Tiongkok", "China")]
    [InlineData("Papua New Guinea", "Papua Nugini")]
    [InlineData("Atlantis", null)]
    public void CountryNames_AnyName_FindsTheCountry(string name, string? country) => CountryNames.Find(name).ShouldBe(country);

    [Theory]
    [InlineData("prancis", "FRA")]
    [InlineData("France", "FRA")]
    [InlineData("Amerika Serikat", "USA")]
    [InlineData("united states", "USA")]
    [InlineData(" Jordan ", "JOR")]
    [InlineData("Chad", "TCD")]
    [InlineData("Tiongkok", "CHN")]
    [InlineData("NATO", null)]
    [InlineData("FRA", null)]
    public void CountryNames_CodeOf_IndonesianAndEnglishNames(string name, string? code) => CountryNames.CodeOf(name).ShouldBe(code);

    private static string Alpha3(string code)
    {
        try
        {
            return new System.Globalization.RegionInfo(code).ThreeLetterISORegionName;
        }
        catch (ArgumentException)
        {
            return "";
        }
    }
}
