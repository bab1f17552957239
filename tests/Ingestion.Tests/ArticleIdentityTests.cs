namespace Sikap.Ingestion.Tests;

public sealed class ArticleIdentityTests
{
    [Fact]
    public void Of_KnownText_StaysWhatItIs()
    {
        // Frozen: ids are in stores and links. SHA-256("kabar uji\nMenteri menolak.") in its first 128 bits.
        ArticleIdentity.Of("Menteri menolak.", "Kabar Uji").ShouldBe("432ece3ba60771981bc6317d337354d0");
    }

    [Theory]
    [InlineData("  Menteri\r\nmenolak.\t", "Kabar Uji")]
    [InlineData("Menteri   menolak.", " KABAR UJI ")]
    [InlineData("Menteri\u00A0menolak.", "kabar uji")]
    public void Of_OtherBlanksAndCase_Same(string text, string publisher)
        => ArticleIdentity.Of(text, publisher).ShouldBe(ArticleIdentity.Of("Menteri menolak.", "Kabar Uji"));

    [Fact]
    public void Of_ComposedAndDecomposed_Same()
        => ArticleIdentity.Of("Caf\u00E9", null).ShouldBe(ArticleIdentity.Of("Cafe\u0301", null));

    [Theory]
    [InlineData("Menteri menolak", "Kabar Uji")]
    [InlineData("menteri menolak.", "Kabar Uji")]
    [InlineData("Menteri menolak.", "Kabar Lain")]
    [InlineData("Menteri menolak.", "")]
    [InlineData("Menterimenolak.", "Kabar Uji")]
    public void Of_OtherTextOrPublisher_Different(string text, string publisher)
        => ArticleIdentity.Of(text, publisher).ShouldNotBe(ArticleIdentity.Of("Menteri menolak.", "Kabar Uji"));
}
