using FsCheck;
using FsCheck.Fluent;

namespace Sikap.Nlp.Tests;

/// <summary>What holds for every text, tried on texts put together at random from the stuff of news.</summary>
public sealed class PropertyTests
{
    private static readonly Engine Engine = Engine.Create();

    private static readonly string[] Pieces =
    [
        "Presiden Prancis ", "Claude Renard ", "Menlu Iran ", "NATO ", "Beijing ", "para pejabat ", "seorang warga ", "laporan tersebut ", "kata ", "katanya", "mengatakan ", "bahwa ",
        "menurut ", "Menurutnya, ", "meminta agar ", "disampaikan ", "Hal itu ", "dia ", "mereka ", "itu ", "sebagai ", "\"", "“", "”", "'", "‘", "’", "„", "«", ", ", ". ", ".", "\n", "\r\n", ": ",
        "(12/7) ", "Rabu ", "pada Mei ", "12 Juli 2023 ", "Sumber: ", "Editor: ", "Baca juga: ", "(", ")", " - ", "-- ", "é", "e\u0301", "\u00ad", "\u200b", "\u00a0", "😀", "\ud83d", "1.500 ", "kantor ",
        "akan ", "dan ", "yang ", "sementara ", "Covid - 19 ", "/", "@akun ", "PORTAL.COM – ", "Jakarta (ANTARA) - ", "***X", "© 2023",
    ];

    private static readonly Arbitrary<string> Texts =
        Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces)).Resize(120).ToArbitrary();

    [Fact]
    public void Extract_AnyText_SpansAreInsideOrderedAndEqualTheirSlice() =>
        Prop.ForAll(Texts, text =>
        {
            Check(text);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600).WithReplay(20230712, 20230713));

    [Fact]
    public void Extract_AnyString_SpansAreInsideOrderedAndEqualTheirSlice() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            Check(text ?? "");
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20230712, 20230713));

    private static void Check(string text) => ResultRules.Check(Engine.Extract(new() { Id = "p", Text = text }), []);
}
