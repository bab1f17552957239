using System.Globalization;
using System.Text;

namespace Sikap.Nlp.Tests;

public sealed class EngineTests
{
    private static readonly Engine Engine = Engine.Create();

    [Fact]
    public void Extract_TextTooLong_Throws() =>
        Should.Throw<ArgumentException>(() => Engine.Extract(new() { Id = "x", Text = new string('a', Engine.MaxTextChars + 1) }));

    [Theory]
    [InlineData("")]
    [InlineData("   \n\n  ")]
    [InlineData("\"")]
    [InlineData("\ud83d")]
    [InlineData("(((((\n)))))")]
    public void Extract_NothingToRead_GivesEmptyResult(string text)
    {
        var result = Engine.Extract(new() { Id = "x", Text = text });

        result.Statements.ShouldBeEmpty();
        result.Language.ShouldBe("und");
    }

    [Fact]
    public void Extract_SameArticleTwice_GivesSameIds()
    {
        var article = new Article { Id = "a1", Text = "Menteri Keuangan Dewi Lestari mengatakan anggaran itu sudah disetujui parlemen." };

        var first = Engine.Extract(article).Statements.Single();
        var second = Engine.Extract(article).Statements.Single();
        var other = Engine.Extract(article with { Id = "a2" }).Statements.Single();

        second.Id.ShouldBe(first.Id);
        other.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public void Extract_MetadataGiven_WinsOverText()
    {
        var article = new Article
        {
            Id = "x",
            Text = "Hanoi (ANTARA) - Vietnam membuka pelabuhan itu untuk umum.",
            Title = "Judul",
            Publisher = "Portal",
            Published = new DateTimeOffset(2023, 7, 12, 9, 30, 0, TimeSpan.FromHours(7)),
        };

        var result = Engine.Extract(article);

        result.Title.ShouldBe("Judul");
        result.Publisher.ShouldBe("Portal");
        result.Published.ShouldBe(new PartialDate("2023-07-12T09:30+07:00", DatePrecision.Minute, "metadata"));
    }

    [Fact]
    public void Extract_MetadataOfAPage_KeepsPrecisionAndSourceAndAddsAuthorsThatTheTextDoesNotName()
    {
        var result = Engine.Extract(new Article
        {
            Id = "x",
            Text = "Nelayan Teluk Sari menunggu pelabuhan baru itu dibuka.\nEditor: Ratna Wulan",
            Published = new DateTimeOffset(2023, 7, 12, 0, 0, 0, TimeSpan.FromHours(7)),
            PublishedPrecision = DatePrecision.Day,
            PublishedFrom = "json-ld",
            Authors = ["Ratna Wulan", "Bima Arya Putra"],
        });

        result.Published.ShouldBe(new PartialDate("2023-07-12", DatePrecision.Day, "json-ld"));
        result.Credits.ShouldBe([new Credit("editor", "Ratna Wulan"), new Credit("author", "Bima Arya Putra")]);
    }

    // The marks are composed, the soft hyphen and the byte order mark vanish; spans still refer to the text as it came.
    [Fact]
    public void Extract_DecomposedAndInvisibleCharacters_SpansReferToOriginal()
    {
        const string text = "\ufeffMenteri Keuangan Dewi Lestari menga\u00adtakan\u00a0kafe\u0301 itu tutup.\r\n\"Kami pindah ke Jose\u0301,\" kata Dewi.\r\n";

        var result = Engine.Extract(new() { Id = "x", Text = text });

        result.Statements.Count.ShouldBe(2);
        result.Statements[0].Content.Text.ShouldBe("kafe\u0301 itu tutup");
        result.Statements[1].Content.Text.ShouldBe("Kami pindah ke Jose\u0301,");
        foreach (var statement in result.Statements)
        {
            statement.Content.Text.ShouldBe(statement.Content.Span.In(text));
        }
    }

    [Fact]
    public void RequireGlobalization_UncomposedString_RefusesToStart()
    {
        var error = Should.Throw<InvalidOperationException>(() => Engine.RequireGlobalization("e\u0301"));

        error.Message.ShouldContain("globalization");
        Should.NotThrow(() => Engine.RequireGlobalization("e\u0301".Normalize(NormalizationForm.FormC)));
        CultureInfo.GetCultureInfo("id-ID").DateTimeFormat.GetMonthName(1).ShouldBe("Januari", "the test process itself must have ICU");
    }

    public static TheoryData<string, string> Units() => [.. HostileTexts.Units.Select(unit => (unit.Name, unit.Unit))];

    // Each takes a second or two; a quadratic step over a million characters takes hours. How the time grows is measured by the benchmark "nlp scale".
    [Theory]
    [MemberData(nameof(Units))]
    public async Task Extract_HostileTextOfFullLength_Ends(string name, string unit)
    {
        var large = HostileTexts.Fill(unit, Engine.MaxTextChars);

        var result = await Task.Run(() => Engine.Extract(new() { Id = name, Text = large }), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        foreach (var statement in result.Statements)
        {
            statement.Content.Text.ShouldBe(statement.Content.Span.In(large));
        }
    }
}
