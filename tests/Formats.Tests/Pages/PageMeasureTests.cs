using System.Globalization;
using Sikap.Formats.Pages;
using Sikap.TestKit;

namespace Sikap.Formats.Tests.Pages;

/// <summary>Floors under the measured quality, on material that is not part of the project.</summary>
public sealed class PageMeasureTests
{
    [Fact]
    public void Read_FundusPages_TextAndDaysAreRight()
    {
        var pages = PageSet.Fundus(SharedFolder.RequireOrSkip("data/html"));

        var read = pages.Select(page => (Page: page, Article: PageReader.Read(page.Content, contentType: null, page.Url).Value.ShouldNotBeNull(page.Name))).ToList();

        pages.Count.ShouldBe(258);
        ShingleScore.Of([.. read.Select(item => ShingleScore.Of(item.Page.Text, item.Article.Text))]).F1.ShouldBeGreaterThan(0.97);
        var dated = read.Where(item => item.Page.Published is not null).ToList();
        ((double)dated.Count(item => item.Article.Published?.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) == item.Page.Published) / dated.Count).ShouldBeGreaterThan(0.98);
    }

    [Fact]
    public void Read_IndonesianPages_TextAndDaysAreRight()
    {
        var pages = PageSet.Indonesian(SharedFolder.RequireOrSkip("data/html"));

        var read = pages.Select(page => (Page: page, Article: PageReader.Read(page.Content, contentType: null, page.Url).Value.ShouldNotBeNull(page.Name))).ToList();

        pages.Count.ShouldBe(13);
        ShingleScore.Of([.. read.Select(item => ShingleScore.Of(item.Page.Text, item.Article.Text))]).F1.ShouldBeGreaterThan(0.96);
        read.ShouldAllBe(item => item.Article.Published!.Value.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) == item.Page.Published);
    }

    [Fact]
    public void Of_KnownTexts_CountsAsTheBenchmarkDoes()
    {
        // Truth "a b c d e" has the shingles abcd, bcde; the prediction "a b c d x" abcd, bcdx.
        var shares = ShingleScore.Of("a b c d e", "a b c d x");

        shares.Matched.ShouldBe(1.0 / 3, 1e-9);
        shares.Extra.ShouldBe(1.0 / 3, 1e-9);
        shares.Missed.ShouldBe(1.0 / 3, 1e-9);
        ShingleScore.Of([shares]).F1.ShouldBe(0.5, 1e-9);
    }
}
