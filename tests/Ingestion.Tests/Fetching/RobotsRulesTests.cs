using System.Text;

namespace Sikap.Ingestion.Tests;

public sealed class RobotsRulesTests
{
    [Theory]
    // The longest rule decides, whatever the order; of equally long ones the one that allows.
    [InlineData("User-agent: *\nDisallow: /\nAllow: /berita/", "/berita/1", true)]
    [InlineData("User-agent: *\nAllow: /berita/\nDisallow: /", "/lain", false)]
    [InlineData("User-agent: *\nAllow: /a\nDisallow: /a", "/a", true)]
    // An empty rule says nothing.
    [InlineData("User-agent: *\nDisallow:", "/a", true)]
    // A group of our own stands alone; without one that of all counts.
    [InlineData("User-agent: *\nDisallow: /\n\nUser-agent: Sikap\nDisallow: /rahasia", "/a", true)]
    [InlineData("User-agent: *\nDisallow: /\n\nUser-agent: sikap/1.0\nDisallow: /rahasia", "/rahasia/1", false)]
    [InlineData("User-agent: SikapLain\nDisallow: /", "/a", true)]
    // Several names head one group, several groups of one name are one.
    [InlineData("User-agent: Lain\nUser-agent: Sikap\nDisallow: /a", "/a", false)]
    [InlineData("User-agent: Sikap\nDisallow: /a\nUser-agent: Lain\nDisallow: /\nUser-agent: Sikap\nDisallow: /b", "/b", false)]
    [InlineData("User-agent: Sikap\nDisallow: /a\nUser-agent: Lain\nDisallow: /\nUser-agent: Sikap\nDisallow: /b", "/c", true)]
    // Other records between name and rules do not end the group.
    [InlineData("User-agent: *\nSitemap: https://a.example/s.xml\nDisallow: /a", "/a", false)]
    // Stars and ends.
    [InlineData("User-agent: *\nDisallow: /*.pdf$", "/dokumen/a.pdf", false)]
    [InlineData("User-agent: *\nDisallow: /*.pdf$", "/dokumen/a.pdf?x", true)]
    [InlineData("User-agent: *\nDisallow: /a$", "/ab", true)]
    [InlineData("User-agent: *\nDisallow: /*/cetak/*&halaman=", "/x/cetak/1?a=1&halaman=2", false)]
    [InlineData("User-agent: *\nDisallow: *?cari=", "/x?cari=a", false)]
    [InlineData("User-agent: *\nDisallow: /a*b*c$", "/abcbc", false)]
    // The two spellings of one path.
    [InlineData("User-agent: *\nDisallow: /é", "/%C3%A9", false)]
    [InlineData("User-agent: *\nDisallow: /%7Enama", "/~nama", false)]
    [InlineData("User-agent: *\nDisallow: /a%2fb", "/a/b", true)]
    // Case of paths counts, comments and space do not; nor does a mark of the byte order.
    [InlineData("User-agent: *\nDisallow: /A", "/a", true)]
    [InlineData("\uFEFFuser-AGENT :  *  # semua\r\n  disallow:/a # ini\r\n", "/a", false)]
    // Rules before any name belong to nobody; nonsense is passed over.
    [InlineData("Disallow: /\nUser-agent: *\nDisallow: /b", "/a", true)]
    [InlineData("<html><body>Disallow: /</body></html>", "/a", true)]
    [InlineData("", "/a", true)]
    public void Allows_ByTheRules(string file, string path, bool allowed)
        => RobotsRules.Read(Encoding.UTF8.GetBytes(file), "Sikap").Allows(new Uri("https://kabar.example" + path)).ShouldBe(allowed);

    [Theory]
    [InlineData("User-agent: *\nCrawl-delay: 2.5", 2.5)]
    [InlineData("User-agent: *\nCrawl-delay: 5\nUser-agent: Sikap\nCrawl-delay: 3", 3.0)]
    [InlineData("User-agent: *\nCrawl-delay: 1e99\nDisallow: /a", null)]
    [InlineData("User-agent: *\nCrawl-delay: 99999999999", 86_400.0)]
    [InlineData("User-agent: *\nDisallow: /a", null)]
    public void CrawlDelay_AsAsked(string file, double? seconds)
        => RobotsRules.Read(Encoding.UTF8.GetBytes(file), "Sikap").CrawlDelay.ShouldBe(seconds is { } s ? TimeSpan.FromSeconds(s) : null);

    [Fact]
    public void Read_BeyondTheLimit_LeavesTheCutLineOut()
    {
        var file = "User-agent: *\nDisallow: /a\n" + string.Concat(Enumerable.Repeat("# catatan\n", 60_000)) + "Disallow: /b";

        var rules = RobotsRules.Read(Encoding.UTF8.GetBytes(file), "Sikap");

        rules.Allows(new Uri("https://kabar.example/a")).ShouldBeFalse();
        rules.Allows(new Uri("https://kabar.example/b")).ShouldBeTrue();
    }
}
