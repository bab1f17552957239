namespace Sikap.Cli.Tests;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("satu\n  dua\ttiga ", "satu dua tiga")]
    [InlineData("\u001b[31mmerah\u001b[0m", "[31mmerah[0m")]
    [InlineData("a\u0007b\u009bc\u007fd", "abcd")]
    [InlineData("kiri\u202Ekanan\u2069", "kirikanan")]
    [InlineData("“Kami [menolak]”", "“Kami [menolak]”")]
    [InlineData("", "")]
    [InlineData("emoji 👉 tetap", "emoji 👉 tetap")]
    public void OneLine_ForeignText_IsFitForATerminal(string text, string expected)
    {
        TerminalText.OneLine(text).ShouldBe(expected);
    }

    [Fact]
    public void Lines_LineBreaks_AreKept()
    {
        TerminalText.Lines("satu \r\ndua\u001b\n\ntiga").ShouldBe("satu\ndua\n\ntiga");
    }
}
