namespace Sikap.Query.Tests;

/// <summary>The key of a page: numbers and texts, whatever a client sends.</summary>
public sealed class KeysetKeyTests
{
    [Fact]
    public void Parse_FormattedKey_GivesTheValues()
    {
        KeysetKey.Parse(KeysetKey.Format(["2024-03-01", 12L, -3L, "jepang"]), 4).ShouldBe(["2024-03-01", 12L, -3L, "jepang"]);
    }

    [Fact]
    public void Parse_Operators_AreTexts()
    {
        KeysetKey.Parse("""
            {"$gt":""}
            [{"$regex":"(a+)+$"}]
            """.ReplaceLineEndings("\n"), 2).ShouldAllBe(value => value is string);
    }

    [Theory]
    [InlineData("#1")]
    [InlineData("#1\n#2\n#3")]
    [InlineData("#1\n#two")]
    public void Parse_ForgedKey_IsRefused(string key)
    {
        Should.Throw<FormatException>(() => KeysetKey.Parse(key, 2));
    }
}
