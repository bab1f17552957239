using Sikap.TestKit;

namespace Sikap.Nlp.Tests;

/// <summary>Frame, credits, dates and outlets of the seed articles, as a person reads them there.</summary>
public sealed class SeedFrameTests
{
    private static readonly Engine Engine = Engine.Create();

    [Theory]
    [InlineData("000", "ANTARA | Vilnius | 2023 copyright", "agency Reuters; translator M Razi Rahman; editor Anton Santoso")]
    [InlineData("001", "informasiterpercaya.com | AMERIKA SERIKAT | 2023-07-13 latest-full-date", "contributor DTK; agency AFP")]
    [InlineData("002", "ANTARA | Istanbul | 2023-05-03 dateline-weekday", "agency Anadolu; translator Cindy Frishanti Octavia; editor Atman Ahdiat; agency Nikkei")]
    [InlineData("003", "CNN Indonesia | Jakarta | 2024-07-09 weekday-fits-year", "agency CNNINDONESIA; agency South China Morning Post")]
    [InlineData("004", "ANDALPOST.COM | - | 2023-06-14 latest-full-date", "photographer Kimimasa Mayama/AFP; agency Nikkei")]
    public async Task Extract_Seed_GivesFrameAndCredits(string seed, string frame, string credits)
    {
        var article = await Extract(seed);

        $"{article.Publisher} | {article.Dateline ?? "-"} | {article.Published?.Value} {article.Published?.From}".ShouldBe(frame);
        string.Join("; ", article.Credits.Select(c => $"{c.Role} {c.Name}")).ShouldBe(credits);
    }

    [Theory]
    [InlineData("000", "Rabu - unresolved-publication-not-known-to-the-day; Mei 2023-05 month-of-publication-year")]
    [InlineData("001", "Kamis (13/7/2023) 2023-07-13 date; tahun 2035 2035 year; Selasa lalu 2023-07-11 weekday-before-publication")]
    [InlineData("002", "Rabu (3/5) 2023-05-03 weekday-date; Januari 2023-01 month-before-publication; Juli 2023-07 month-after-publication; "
        + "Juni lalu 2022-06 month-before-publication; Maret 2023-03 month-before-publication; Bulan lalu 2023-04 last-month")]
    [InlineData("003", "Selasa (9/7) 2024-07-09 weekday-date; Selasa-Kamis 2024-07-09/2024-07-11 weekday-before-publication; Senin 2024-07-08 weekday-before-publication; "
        + "Kamis (11/7) 2024-07-11 weekday-date; Februari 2022 2022-02 month-year")]
    [InlineData("004", "tahun 2024 2024 year; Selasa (13/6/2023) 2023-06-13 date; Mei 2023-05 month-before-publication; Januari 2023-01 month-before-publication; "
        + "April 2023-04 month-before-publication; Rabu (14/6/2023) 2023-06-14 date; Juli 2023-07 month-after-publication")]
    public async Task Extract_Seed_GivesEveryDateOfTheStory(string seed, string dates)
    {
        var article = await Extract(seed);

        string.Join("; ", article.Dates.Select(d => $"{d.Span.In(article.Text)} {d.Value ?? "-"} {d.Rule}")).ShouldBe(dates);
    }

    [Theory]
    [InlineData("000", "China 2023-05; Emmanuel Macron 2023 publication-own-unresolved", "")]
    [InlineData("001", "pemimpin NATO 2023-07-11", "")]
    [InlineData("002", "laporan media 2023-05-03; China 2022-06; Qin Gang 2023-03", "")]
    [InlineData("003", "Michael Carpenter 2024-07-09; Lin Jian 2024-07-08", "South China Morning Post")]
    [InlineData("004", "Fumio Kishida 2023-06-14; NATO 2023-04; Jens Stoltenberg 2023-01", "")]
    public async Task Extract_Seed_DatesStatementsAndNamesTheirOutlets(string seed, string dated, string via)
    {
        var article = await Extract(seed);

        foreach (var expected in dated.Split("; "))
        {
            article.Statements.ShouldContain(s => s.Speaker != null && s.Date != null && s.Date.From != "publication"
                && (expected == $"{s.Speaker.Name} {s.Date.Value}" || expected == $"{s.Speaker.Name} {s.Date.Value} {s.Date.From}"), expected);
        }

        string.Join("; ", article.Statements.SelectMany(s => s.Via).Distinct()).ShouldBe(via);
    }

    private static async Task<ExtractedArticle> Extract(string seed)
    {
        var file = Directory.EnumerateFiles(SharedFolder.RequireOrSkip("seeds"), $"{seed}_*.txt").Single();
        return Engine.Extract(new() { Id = seed, Text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) });
    }
}
