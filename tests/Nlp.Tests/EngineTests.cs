using Sikap.Nlp;

namespace Sikap.Nlp.Tests;

public sealed class EngineTests
{
    [Fact]
    public void Extract_TextTooLong_Throws()
    {
        var engine = Engine.Create();

        Should.Throw<ArgumentException>(() => engine.Extract(new() { Id = "x", Text = new string('a', Engine.MaxTextChars + 1) }));
    }

    [Fact]
    public void Extract_EnglishText_SaysLanguageAndFindsNothing()
    {
        var result = Engine.Create().Extract(new() { Id = "x", Text = "The minister said that the office in the city was not for sale, and that it is going to close by the end of the year." });

        result.Language.ShouldBe("en");
        result.Statements.ShouldBeEmpty();
    }
}
