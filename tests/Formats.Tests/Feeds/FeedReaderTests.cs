using System.Text;
using Sikap.Formats.Feeds;

namespace Sikap.Formats.Tests.Feeds;

/// <summary>Feeds in the shapes that outlets publish, with invented outlets and news.</summary>
public sealed class FeedReaderTests
{
    [Fact]
    public void Read_Rss20OfAnIndonesianOutlet_GivesEverythingItTells()
    {
        var feed = Read(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
              <channel>
                <title>Kabar Teluk - Nasional</title>
                <atom:link href="https://www.kabarteluk.example/rss/nasional" rel="self" type="application/rss+xml" />
                <link>https://www.kabarteluk.example/nasional</link>
                <description>Berita nasional</description>
                <language>id-ID</language>
                <lastBuildDate>Rab, 12 Jul 2023 10:30:00 +0700</lastBuildDate>
                <ttl>15</ttl>
                <image><url>https://img.kabarteluk.example/logo.png</url><title>Logo Kabar Teluk</title><link>https://www.kabarteluk.example/logo</link></image>
                <item>
                  <title><![CDATA[Menteri: "Subsidi & bantuan" nelayan tetap]]></title>
                  <link>https://www.kabarteluk.example/nasional/read/2023/07/12/100000/subsidi?utm_source=rss&amp;utm_medium=feed</link>
                  <guid isPermaLink="false">kt-3301</guid>
                  <pubDate>Rab, 12 Jul 2023 10:00:00 +0700</pubDate>
                  <dc:creator><![CDATA[Rina Lestari]]></dc:creator>
                  <media:content url="https://img.kabarteluk.example/3301.jpg" medium="image"><media:title>Kapal nelayan di pelabuhan</media:title></media:content>
                  <description><![CDATA[<img src="https://img.kabarteluk.example/3301.jpg" align="left" onload="x()">Pemerintah <b>mempertahankan</b> subsidi.]]></description>
                  <content:encoded><![CDATA[<p>Pemerintah mempertahankan subsidi.</p><script>x()</script>]]></content:encoded>
                </item>
              </channel>
            </rss>
            """);

        feed.Kind.ShouldBe(FeedKind.Rss);
        feed.Title.ShouldBe("Kabar Teluk - Nasional");
        feed.Link!.OriginalString.ShouldBe("https://www.kabarteluk.example/nasional");
        feed.Language.ShouldBe("id-ID");
        feed.Ttl.ShouldBe(TimeSpan.FromMinutes(15));
        feed.Problems.ShouldBeEmpty();
        var entry = feed.Entries.ShouldHaveSingleItem();
        entry.Id.ShouldBe("kt-3301");
        entry.Title.ShouldBe("Menteri: \"Subsidi & bantuan\" nelayan tetap");
        entry.Link!.OriginalString.ShouldBe("https://www.kabarteluk.example/nasional/read/2023/07/12/100000/subsidi?utm_source=rss&utm_medium=feed");
        entry.Published.ShouldBe(new Stamp(new(2023, 7, 12, 10, 0, 0, TimeSpan.FromHours(7)), StampPrecision.Second, "rss.pubDate"));
        entry.Authors.ShouldBe(["Rina Lestari"]);
        entry.Summary.ShouldBe("<img align=\"left\" src=\"https://img.kabarteluk.example/3301.jpg\" />Pemerintah <b>mempertahankan</b> subsidi.");
        entry.Content.ShouldBe("<p>Pemerintah mempertahankan subsidi.</p><script>x()</script>");
    }

    [Fact]
    public void Read_TitleWithReferencesEscapedTwice_HeadlineIsPlain()
    {
        var entry = Read("<rss><channel><item><title>Harga &amp;quot;beras&amp;quot; naik &amp;amp; gula  turun</title></item></channel></rss>").Entries[0];

        entry.Title.ShouldBe("Harga &quot;beras&quot; naik &amp; gula  turun");
        entry.Headline.ShouldBe("Harga \"beras\" naik & gula turun");
    }

    [Fact]
    public void Read_TitleWithASingleTag_HeadlineIsWithoutIt()
    {
        var entry = Read("<rss><channel><item><title>Subsidi tetap,&lt;br&gt;nelayan lega</title></item></channel></rss>").Entries[0];

        entry.Title.ShouldBe("Subsidi tetap,<br>nelayan lega");
        entry.Headline.ShouldBe("Subsidi tetap, nelayan lega");
    }

    [Fact]
    public void Read_TitleThatSpeaksOfBrackets_StaysPlain()
    {
        var entry = Read("<rss><channel><item><title>Tanda &lt;Kabinet&gt; dan 1 &lt; 2</title></item></channel></rss>").Entries[0];

        entry.Title.ShouldBe("Tanda <Kabinet> dan 1 < 2");
        entry.Headline.ShouldBe("Tanda <Kabinet> dan 1 < 2");
    }

    [Fact]
    public void Read_Rdf_DateOfTheDescriptionIsOfPublication()
    {
        var feed = Read(
            """
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
              <channel rdf:about="https://suara.example/"><title>Suara Hulu</title><link>https://suara.example/</link><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency></channel>
              <item rdf:about="https://suara.example/7"><title>Bendungan diresmikan</title><link>https://suara.example/7</link><dc:date>2023-07-12T10:00+07:00</dc:date><dc:publisher>Suara Hulu</dc:publisher></item>
            </rdf:RDF>
            """);

        feed.Kind.ShouldBe(FeedKind.Rdf);
        feed.Ttl.ShouldBe(TimeSpan.FromMinutes(15));
        var entry = feed.Entries.ShouldHaveSingleItem();
        entry.Id.ShouldBe("https://suara.example/7");
        entry.Published.ShouldBe(new Stamp(new(2023, 7, 12, 10, 0, 0, TimeSpan.FromHours(7)), StampPrecision.Minute, "dc.date"));
        entry.Publisher.ShouldBe("Suara Hulu");
    }

    [Fact]
    public void Read_Atom_TakesTheAlternateLinkTheFeedsAuthorAndTheContentWithoutItsWrapper()
    {
        var feed = Read(
            """
            <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="id" xml:base="https://catatan.example/arsip/">
              <title type="text">Catatan Kota</title>
              <link rel="self" href="https://catatan.example/atom.xml"/><link href="../"/>
              <author><name>Redaksi</name></author>
              <entry>
                <id>tag:catatan.example,2023:1</id>
                <title type="html">Wali kota: &lt;em&gt;tidak&lt;/em&gt; setuju</title>
                <link rel="enclosure" type="audio/mpeg" href="a.mp3"/><link rel="alternate" type="text/html" href="2023/tidak-setuju.html"/>
                <published>2023-07-12T09:00:00Z</published><updated>2023-07-12T11:00:00Z</updated>
                <summary>Penolakan &amp; alasan.</summary>
                <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Ia <b>menolak</b> 1 &lt; 2.</p></div></content>
                <source><title>Kantor Berita Hilir</title><id>x</id></source>
              </entry>
            </feed>
            """);

        feed.Kind.ShouldBe(FeedKind.Atom);
        feed.Link!.OriginalString.ShouldBe("https://catatan.example/");
        feed.Language.ShouldBe("id");
        var entry = feed.Entries.ShouldHaveSingleItem();
        entry.Id.ShouldBe("tag:catatan.example,2023:1");
        entry.Title.ShouldBe("Wali kota: <em>tidak</em> setuju");
        entry.Headline.ShouldBe("Wali kota: tidak setuju");
        entry.Link!.OriginalString.ShouldBe("https://catatan.example/arsip/2023/tidak-setuju.html");
        entry.Published!.Value.From.ShouldBe("atom.published");
        entry.Updated!.Value.Value.Hour.ShouldBe(11);
        entry.Summary.ShouldBe("Penolakan & alasan.");
        entry.Content.ShouldBe("<p>Ia <b>menolak</b> 1 &lt; 2.</p>");
        entry.Authors.ShouldBe(["Redaksi"]);
        entry.Publisher.ShouldBe("Kantor Berita Hilir");
    }

    [Theory]
    [InlineData("<guid>https://a.example/1</guid>", "https://a.example/1")]
    [InlineData("<guid isPermaLink='true'>/1</guid>", "https://a.example/1")]
    [InlineData("<guid isPermaLink='false'>https://a.example/1</guid>", null)]
    [InlineData("<guid>12345</guid>", null)]
    [InlineData("<guid>urn:uuid:1</guid>", null)]
    [InlineData("<guid>https://a.example/1</guid><link>https://a.example/2</link>", "https://a.example/2")]
    [InlineData("<link>https://a.example/2</link><guid>https://a.example/1</guid>", "https://a.example/2")]
    [InlineData("<link>javascript:alert(1)</link>", null)]
    [InlineData("<link>file:///etc/passwd</link>", null)]
    [InlineData("<link>data:text/html,x</link>", null)]
    [InlineData("<link>\n   https://a.example/panjang/\n   sekali </link>", "https://a.example/panjang/sekali")]
    [InlineData("<link>//b.example/3</link>", "https://b.example/3")]
    [InlineData("<link>?p=3</link>", "https://a.example/rss?p=3")]
    public void Read_GuidAndLink_GiveTheAddress(string elements, string? expected)
    {
        var feed = Read($"<rss><channel><item><title>a</title>{elements}</item></channel></rss>", url: "https://a.example/rss?all=1");

        feed.Entries[0].Link?.OriginalString.ShouldBe(expected);
        (feed.Entries[0].Link is null).ShouldBe(expected is null);
    }

    [Fact]
    public void Read_JsonFeed_GivesItsItems()
    {
        var feed = Read(
            """
            {"version": "https://jsonfeed.org/version/1.1", "title": "Lini Pagi", "home_page_url": "https://lini.example/", "language": "id", "authors": [{"name": "Redaksi"}],
             "items": [{"id": 7, "url": "/7", "title": "Kapal baru", "summary": "Ringkas", "content_html": "<p>Isi</p>", "date_published": "2023-07-12T10:00:00+07:00"},
                       {"id": "https://lini.example/8", "content_text": "1 < 2", "authors": [{"name": "Budi"}, {"name": "Ani"}]}, "bukan objek"]}
            """, url: "https://lini.example/feed.json");

        feed.Kind.ShouldBe(FeedKind.Json);
        feed.Problems.ShouldHaveSingleItem().Message.ShouldContain("no object");
        feed.Entries.Count.ShouldBe(2);
        feed.Entries[0].ShouldSatisfyAllConditions(
            entry => entry.Id.ShouldBe("7"),
            entry => entry.Link!.OriginalString.ShouldBe("https://lini.example/7"),
            entry => entry.Published!.Value.From.ShouldBe("json.date_published"),
            entry => entry.Authors.ShouldBe(["Redaksi"]));
        feed.Entries[1].ShouldSatisfyAllConditions(
            entry => entry.Link!.OriginalString.ShouldBe("https://lini.example/8"),
            entry => entry.Content.ShouldBe("1 &lt; 2"),
            entry => entry.Authors.ShouldBe(["Budi", "Ani"]));
    }

    [Fact]
    public void Read_JsonFeedCutOff_KeepsWhatWasWhole()
    {
        var feed = Read("""{"version": "https://jsonfeed.org/version/1", "title": "Lini", "items": [{"id": "1", "title": "a"}, {"id": "2", "ti""");

        feed.Entries.ShouldHaveSingleItem().Id.ShouldBe("1");
        feed.Problems.ShouldHaveSingleItem().Message.ShouldContain("JSON");
    }

    [Fact]
    public void Read_NewsSitemap_GivesTitlesAndPublication()
    {
        var feed = Read(
            """
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
              <url><loc>https://kabar.example/1</loc><lastmod>2023-07-12T11:00:00+07:00</lastmod>
                <news:news><news:publication><news:name>Kabar</news:name><news:language>id</news:language></news:publication><news:publication_date>2023-07-12T10:00:00+07:00</news:publication_date><news:title>Kapal &amp; pelabuhan</news:title></news:news>
                <image:image><image:loc>https://img.kabar.example/1.jpg</image:loc><image:title>Foto</image:title></image:image></url>
            </urlset>
            """);

        feed.Kind.ShouldBe(FeedKind.NewsSitemap);
        var entry = feed.Entries.ShouldHaveSingleItem();
        entry.Link!.OriginalString.ShouldBe("https://kabar.example/1");
        entry.Title.ShouldBe("Kapal & pelabuhan");
        entry.Publisher.ShouldBe("Kabar");
        entry.Language.ShouldBe("id");
        entry.Published!.Value.From.ShouldBe("news.publication_date");
        entry.Updated!.Value.From.ShouldBe("sitemap.lastmod");
    }

    [Fact]
    public void Read_SitemapIndex_EntriesAreSitemaps()
    {
        var feed = Read("""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://kabar.example/a.xml.gz</loc><lastmod>2023-07-12</lastmod></sitemap></sitemapindex>""");

        feed.Kind.ShouldBe(FeedKind.SitemapIndex);
        feed.Entries.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            entry => entry.Link!.OriginalString.ShouldBe("https://kabar.example/a.xml.gz"),
            entry => entry.Updated!.Value.Precision.ShouldBe(StampPrecision.Day));
    }

    [Fact]
    public void Read_SitemapOfText_IsAListOfAddresses()
    {
        var feed = Read("https://kabar.example/1\r\nhttps://kabar.example/2\r\n");

        feed.Kind.ShouldBe(FeedKind.Sitemap);
        feed.Entries.Select(entry => entry.Link!.OriginalString).ShouldBe(["https://kabar.example/1", "https://kabar.example/2"]);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("   \n", "empty")]
    [InlineData("bukan apa-apa", "neither XML nor JSON")]
    [InlineData("<!DOCTYPE html><html><head><title>404</title></head></html>", "HTML page, which names none")]
    [InlineData("<opml version='2.0'><body/></opml>", "<opml>")]
    [InlineData("<!-- nothing -->", "no elements")]
    [InlineData("{\"error\": \"not found\"}", "without version or title and items")]
    [InlineData("{", "JSON")]
    public void Read_NoFeed_IsRefusedWithTheReason(string text, string reason)
    {
        var reading = FeedReader.Read(Encoding.UTF8.GetBytes(text));

        reading.Value.ShouldBeNull();
        reading.Refusal!.Value.Message.ShouldContain(reason);
    }

    [Fact]
    public void Read_APageInAFeedsPlace_SaysWhichFeedsItNames()
    {
        var page = """
            <!DOCTYPE html><html lang=id><head><meta charset=utf-8><link rel="stylesheet" href="a.css"><LINK REL='alternate' TYPE='application/rss+xml' HREF='/rss.xml'>
            <link rel="alternate" type="application/rss+xml" href="/comments/feed"><link rel="alternate" hreflang="en" href="/en"><script>if (a < b && c) {}</script>
            <link rel="alternate" type="application/atom+xml" href="https://kabar.example/atom"></head><body><link rel="alternate" type="application/rss+xml" href="/lain"></body></html>
            """;

        FeedReader.Read(Encoding.UTF8.GetBytes(page), url: new Uri("https://kabar.example/berita")).Refusal!.Value.Message
            .ShouldBe("is no feed but an HTML page, which names https://kabar.example/rss.xml and https://kabar.example/atom");
    }

    [Theory]
    [InlineData("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><item rdf:about='a'><title>Kapal</title></item></rdf:RDF>")]
    [InlineData("<rss><channel><item><title>Kapal</title><atom:link xmlns:atom='http://www.w3.org/2005/Atom' href='https://a.example/1'/></item></channel></rss>")]
    public void Read_PrefixDeclaredWhereItIsUsed_IsNoProblem(string text) => Read(text).Problems.ShouldBeEmpty();

    [Fact]
    public void Read_TheSameProblemAtOnePlace_IsToldOnce() =>
        Read("<rss><channel><item><title>a && b && c &&&& d</title></item></channel></rss>").Problems.Count.ShouldBe(1);

    [Theory]
    // What is broken, and a word of the problem that is reported.
    [InlineData("sampah <?xml version='1.0'?><rss><channel><item><title>Kapal</title><link>https://a.example/1</link></item></channel></rss>", "")]
    [InlineData("<rss><channel><item><title>Kapal</title><link>https://a.example/1</link></item>", "ends within")]
    [InlineData("<rss><channel><item><title>Kapal<link>https://a.example/1</link></item></channel></rss>", "title")]
    [InlineData("<rss><channel><item><title>Kapal</title><link>https://a.example/1<guid>x</guid></item></channel></rss>", "link")]
    [InlineData("<rss><channel><item><title>Kapal</titel><link>https://a.example/1</link></item></channel></rss>", "titel")]
    [InlineData("<rss><channel><item><title>Kapal</title><link>https://a.example/1</link><foo:bar>x</foo:bar></item></channel></rss>", "prefix foo")]
    [InlineData("<rss><channel><item><title>Kapal\u0001\u0008</title><link>https://a.example/1</link></item></channel></rss>", "control")]
    [InlineData("<rss><channel><item><title>Kapal</title><link>https://a.example/1</link><description>a & b &nbsp; &bogus; c</description></item></channel></rss>", "ampersand")]
    [InlineData("<rss version=2.0><channel><item><title>Kapal</title><link>https://a.example/1</link></item></channel></rss>", "quotation")]
    [InlineData("<rss version=\"2.0><channel><item><title>Kapal</title><link>https://a.example/1</link></item></channel></rss>", "quotation")]
    [InlineData("<rss><channel><item><title><![CDATA[Kapal</title><link>https://a.example/1</link></item></channel></rss>", "CDATA")]
    [InlineData("<RSS><Channel><ITEM><Title>Kapal</TITLE><LINK>https://a.example/1</LINK></ITEM></Channel></RSS>", "")]
    [InlineData("<rss><channel><item><title>Kapal</title><link>https://a.example/1</link><description>x <!-- y</description></item></channel></rss>", "comment")]
    [InlineData("<rss><channel><item><title>Kapal</title><link>https://a.example/1</link><pubDate>besok pagi</pubDate></item></channel></rss>", "pubDate")]
    [InlineData("<rss><channel><item><title>Kapal</title><link>https://a.example/1</link></item></channel></rss><p>iklan</p>", "")]
    public void Read_BrokenDocument_IsReadAndTheProblemNamed(string text, string problem)
    {
        var feed = Read(text);

        var entry = feed.Entries.ShouldHaveSingleItem();
        entry.Title.ShouldBe("Kapal");
        entry.Link!.OriginalString.ShouldBe("https://a.example/1");
        if (problem.Length > 0)
        {
            feed.Problems.ShouldContain(one => one.Message.Contains(problem));
        }
    }

    [Theory]
    [InlineData("<rss><channel><item><title>Kapal</title><link>https://a.example/1</link></item><item><title>Harga</title><link>https://a.exam")]
    [InlineData("<rss><channel><item><title>Kapal</title><link>https://a.example/1</link></item><item><title>Harga</title><guid>https://a.exam")]
    [InlineData("<rss><channel><item><title>Kapal</title><link>https://a.example/1</link></item><item><title>Harga</title><content:encoded>Setengah")]
    public void Read_DocumentCutOff_DoesNotTrustTheValueItEndsIn(string text)
    {
        var feed = Read(text);

        feed.Entries.Count.ShouldBe(2);
        feed.Entries[1].ShouldBe(new FeedEntry { Title = "Harga", Headline = "Harga", Authors = feed.Entries[1].Authors });
        feed.Problems.ShouldContain(problem => problem.Message.StartsWith("ends within"));
    }

    [Theory]
    [InlineData("<media:title>Foto</media:title><title/>", null)]
    [InlineData("<title/><media:title>Foto</media:title>", null)]
    [InlineData("<media:title>Foto</media:title>", "Foto")]
    [InlineData("<media:title>Foto</media:title><title>Kapal</title>", "Kapal")]
    [InlineData("<title>Kapal</title><title>Lain</title>", "Kapal")]
    [InlineData("<image><title>Foto</title></image><title>Kapal</title>", "Kapal")]
    public void Read_SeveralTitles_TheEntrysOwnCounts(string titles, string? expected)
    {
        var feed = Read($"<rss xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><item>{titles}</item></channel></rss>");

        feed.Entries[0].Title.ShouldBe(expected);
        feed.Entries[0].Headline.ShouldBe(expected);
    }

    [Fact]
    public void Read_GzipFile_IsInflated()
    {
        var content = Gzip("<urlset><url><loc>https://kabar.example/1</loc></url></urlset>"u8.ToArray());

        FeedReader.Read(content, "application/x-gzip").Value!.Entries.ShouldHaveSingleItem().Link!.OriginalString.ShouldBe("https://kabar.example/1");
        FeedReader.Read(Gzip(new byte[FormatLimits.MaxFeedBytes + 1])).Refusal!.Value.Message.ShouldContain("gzip");
        FeedReader.Read([0x1F, 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).Refusal!.Value.Message.ShouldContain("gzip");
    }

    [Fact]
    public void Read_ItemsWithoutEndTags_AreItemsOfTheirOwn()
    {
        var items = string.Concat(Enumerable.Range(1, 600).Select(number => $"<item><title>Berita {number}</title><link>https://a.example/{number}</link>"));

        var feed = Read($"<rss><channel>{items}</channel></rss>");

        feed.Entries.Count.ShouldBe(600);
        feed.Entries[599].Title.ShouldBe("Berita 600");
    }

    [Fact]
    public void Read_Problem_TellsTheByte()
    {
        var feed = Read("<rss><channel><title>é</title><item>&</item></channel></rss>".Replace("<item>&", "<item><title>&", StringComparison.Ordinal));

        feed.Problems[0].Offset.ShouldBe("<rss><channel><title>é</title><item><title>".Length + 1);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    [InlineData("windows-1252")]
    [InlineData("iso-8859-1")]
    public void Read_DeclaredCharset_IsFollowed(string charset)
    {
        var text = $"<?xml version='1.0' encoding='{charset}'?><rss><channel><title>Café naïf</title></channel></rss>";

        var bytes = Encoding.GetEncoding(charset == "windows-1252" ? "iso-8859-1" : charset).GetBytes(text);

        FeedReader.Read(bytes).Value!.Title.ShouldBe("Café naïf");
    }

    [Fact]
    public void Read_CharsetOfTheTransport_GoesBeforeTheDeclaration()
    {
        var bytes = Encoding.Latin1.GetBytes("<?xml version='1.0' encoding='koi8-r'?><rss><channel><title>Café</title></channel></rss>");

        FeedReader.Read(bytes, "application/rss+xml; charset=iso-8859-1").Value!.Title.ShouldBe("Café");
    }

    [Fact]
    public void Read_Utf8TakenForLatin1AndEncodedAgain_IsRepaired()
    {
        Read("<rss><channel><title>CafÃ© di Padang</title></channel></rss>").Title.ShouldBe("Café di Padang");
        Read("<rss><channel><title>\u0093Kata\u0094 ia</title></channel></rss>").Title.ShouldBe("“Kata” ia");
    }

    [Fact]
    public void Read_SvgTitleInContent_IsNoTitle()
    {
        var feed = Read("""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Peta</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="http://www.w3.org/2000/svg"><title>Gambar</title></svg></div></content></entry></feed>""");

        feed.Entries[0].Title.ShouldBe("Peta");
    }

    [Theory]
    [InlineData("<a href=\"javascript:x()\" onclick=\"x()\">teks</a>", "<a href=\"\">teks</a>")]
    [InlineData("<a href=\"java&#10;script:x()\">teks</a>", "<a href=\"\">teks</a>")]
    [InlineData("<script>x()</script>teks<style>p{}</style>", "teks")]
    [InlineData("<iframe src=\"https://b.example\">teks</iframe>", "teks")]
    [InlineData("<p style=\"position:fixed\">teks</p>", "<p>teks</p>")]
    [InlineData("<a href=\"berita/1\">teks</a>", "<a href=\"https://a.example/berita/1\">teks</a>")]
    [InlineData("teks & lagi &nbsp; &bogus; <br>", "teks & lagi &nbsp; &amp;bogus; <br />")]
    public void Read_Summary_HasNothingThatRuns(string html, string expected)
    {
        var feed = Read($"<rss><channel><item><description><![CDATA[{html}]]></description></item></channel></rss>", url: "https://a.example/rss");

        feed.Entries[0].Summary.ShouldBe(expected);
    }

    private static Feed Read(string text, string? url = null)
    {
        var reading = FeedReader.Read(Encoding.UTF8.GetBytes(text), null, url is null ? null : new Uri(url));
        reading.Refusal?.Message.ShouldBeNull();
        return reading.Value.ShouldNotBeNull();
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
