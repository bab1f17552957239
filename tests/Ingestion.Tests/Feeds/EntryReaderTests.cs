namespace Sikap.Ingestion.Tests;

public sealed class EntryReaderTests
{
    [Theory]
    [InlineData("Satu.\nDua.", "Tiga.", "Satu.\nDua.\nTiga.")]
    [InlineData("Satu.\nDua.", "Satu.\nDua.\nTiga.", "Satu.\nDua.\nTiga.")]
    public void Join_AnotherPage_IsAddedUnlessItHasEverything(string text, string further, string joined) => EntryReader.Join(text, further).ShouldBe(joined);

    [Theory]
    [InlineData("https://kabar.example/a?id=1", "https://kabar.example/a?id=1&utm_source=rss#atas", true)]
    [InlineData("https://kabar.example/a", "HTTPS://Kabar.Example:443/a?utm_medium=x", true)]
    [InlineData("https://kabar.example/a?id=1", "https://kabar.example/a?id=2", false)]
    [InlineData("https://kabar.example/a", "https://kabar.example/A", false)]
    public void KeyOf_TheSamePage_IsTheSame(string one, string other, bool same) =>
        (FeedSubscriptions.KeyOf("a", new Uri(one), "x") == FeedSubscriptions.KeyOf("b", new Uri(other), "y")).ShouldBe(same);

    [Fact]
    public void KeyOf_WithoutAnAddress_IsTheEntryOfItsFeed()
    {
        FeedSubscriptions.KeyOf("a", null, "x").ShouldNotBe(FeedSubscriptions.KeyOf("b", null, "x"));
        FeedSubscriptions.KeyOf("a", null, "x").ShouldBe(FeedSubscriptions.KeyOf("a", null, "x"));
    }
}
