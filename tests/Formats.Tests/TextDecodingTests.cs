using System.Text;

namespace Sikap.Formats.Tests;

/// <summary>Finding the charset of pages and feeds.</summary>
public sealed class TextDecodingTests
{
    [Theory]
    [InlineData("windows-1252", "text/html; charset=ISO-8859-1", "<p>Café “müde”</p>", "http")]
    [InlineData("windows-1252", null, "<meta charset=\"latin1\"><p>Café</p>", "meta")]
    [InlineData("windows-1251", null, "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\"><p>Рыбаки просят причал</p>", "meta")]
    [InlineData("iso-8859-2", null, "<?xml version=\"1.0\" encoding=\"ISO-8859-2\"?><p>Rybáři žádají přístav</p>", "xml")]
    [InlineData("shift_jis", "text/html; charset=Shift_JIS", "<p>漁師が新しい桟橋を求める</p>", "http")]
    [InlineData("euc-jp", null, "<meta charset='x-euc-jp'><p>漁師が新しい桟橋を求める</p>", "meta")]
    [InlineData("gb18030", null, "<meta charset='gb2312'><p>渔民要求新码头</p>", "meta")]
    [InlineData("big5", null, "<meta charset='big5'><p>漁民要求新碼頭</p>", "meta")]
    [InlineData("ks_c_5601-1987", null, "<meta charset='euc-kr'><p>어민들이 새 부두를 요구했다</p>", "meta")]
    [InlineData("windows-1251", null, "<html lang=\"ru\"><p>Рыбаки просят причал</p>", "language")]
    [InlineData("windows-874", null, "<html lang='th-TH'><p>ชาวประมงขอท่าเรือใหม่</p>", "language")]
    [InlineData("utf-16le", "text/html; charset=utf-16le", "<p>Nelayan – dermaga</p>", "http")]
    public void Decode_DeclaredOrKnownByLanguage_IsRead(string charset, string? contentType, string text, string from)
    {
        var bytes = TextDecoding.Find(charset)!.GetBytes(text);

        var decoded = TextDecoding.Decode(bytes, contentType);

        decoded.Text.ShouldBe(text);
        decoded.From.ShouldBe(from);
    }

    [Fact]
    public void Decode_ValidUtf8DeclaredAsSomethingElse_IsUtf8()
    {
        const string text = "<meta charset=\"iso-8859-1\"><p>“Dermaga” – kata nelayan</p>";

        var decoded = TextDecoding.Decode(Encoding.UTF8.GetBytes(text), "text/html; charset=windows-1252");

        decoded.Text.ShouldBe(text);
        decoded.From.ShouldBe("utf-8");
    }

    [Fact]
    public void Decode_Utf8WithPastedWindows1252_ReadsBoth()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("<meta charset='utf-8'><p>Café, naïve, über: "), 0x93, .. "dermaga"u8, 0x94, .. Encoding.UTF8.GetBytes(" é é é é é</p>")];

        TextDecoding.Decode(bytes, contentType: null).Text.ShouldContain("“dermaga” é é");
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Decode_WithByteOrderMark_BelievesItAndLeavesItOut(string charset)
    {
        var encoding = Encoding.GetEncoding(charset);

        var decoded = TextDecoding.Decode([.. encoding.GetPreamble(), .. encoding.GetBytes("<p>é</p>")], "text/html; charset=windows-1251");

        decoded.Text.ShouldBe("<p>é</p>");
        decoded.From.ShouldBe("bom");
    }

    [Theory]
    [InlineData("text/html; charset=")]
    [InlineData("text/html; charset=utf-7")]
    [InlineData("text/html; charset=no-such-charset")]
    [InlineData("charset")]
    public void Decode_UnknownCharset_IsPassedOver(string contentType) => TextDecoding.Decode("<p>+ADw-</p>"u8, contentType).Text.ShouldBe("<p>+ADw-</p>");

    [Fact]
    public void Decode_NothingDeclaredAndNoUtf8_IsWindows1252() => TextDecoding.Decode([.. "<p>Caf"u8, 0xE9, .. "</p>"u8], contentType: null).ShouldBe(new DecodedText("<p>Café</p>", "windows-1252", "default"));
}
