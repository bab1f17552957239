using Sikap.Formats.Feeds;
using Sikap.TestKit;

namespace Sikap.Formats.Tests.Feeds;

/// <summary>Feeds with something changed at random, by a seed that a failure names: none may make the reader throw, and what it gives keeps its promises.</summary>
public sealed class FeedFuzzTests
{
    private static readonly string[] Samples =
    [
        """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Kabar &amp; Teluk</title><link>https://a.example/</link><item><title><![CDATA[Kapal <b>baru</b>]]></title><link>https://a.example/1?a=1&amp;b=2</link><guid isPermaLink="false">1</guid><pubDate>Rab, 12 Jul 2023 10:00:00 +0700</pubDate><dc:creator>Ani</dc:creator><description>&lt;p&gt;Isi &amp;nbsp; lagi&lt;/p&gt;</description><media:content url="https://a.example/1.jpg"/></item></channel></rss>""",
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/x/" xml:lang="id"><title type="html">Catatan &lt;i&gt;Kota&lt;/i&gt;</title><entry><id>tag:b.example,2023:1</id><link rel="alternate" href="../y?z=1#w"/><published>2023-07-12T10:00:00.5+07:00</published><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Isi <a href="z">z</a></p></div></content><author><name>Ani</name></author></entry></feed>""",
        """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://c.example/1</loc><lastmod>2023-07-12</lastmod><news:news><news:title>Kapal</news:title></news:news></url></urlset>""",
        """{"version":"https://jsonfeed.org/version/1.1","title":"Lini","items":[{"id":"1","url":"https://d.example/1","title":"Kapal","date_published":"2023-07-12T10:00:00Z"}]}""",
        """<!DOCTYPE rss [<!ENTITY kapal "Kapal">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item rdf:about="https://e.example/1"><title mode="base64">S2FwYWw=</title><description>&kapal;</description></item></rdf:RDF>""",
    ];

    // Pieces that mean something to the reader, so that changes hit what it decides on.
    private static readonly string[] Pieces =
    [
        "<", ">", "</", "/>", "&", ";", "\"", "'", "=", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE ", "[", "]", "<!ENTITY a \"b\">", "&a;", "&#x1F600;", "&#0;", "&#xD800;", "&#99999999999;", "<item>", "</item>", "<entry>", "<title>", "<title type='xhtml'>",
        "<div>", "</div>", "<content type=\"application/xml\">", "<link href='", "<source>", "<image>", "<author>", "xmlns=\"\"", "xmlns:x='http://www.w3.org/2005/Atom'", "x:", ":", "xml:base='http://['", "\0", "\u0001", "\uFFFE", "{", "}", "[", "]", ",", "\\u12", "2023-02-30", "http://", "//", "../../..", "?", "#",
        " mode='base64'", "<channel href='x' lastmod='y'>", "<rdf:RDF>", "<svg><title>", "é", "\uD83D",
    ];

    [Fact]
    public void Read_ChangedFeeds_NeverThrowsAndKeepsItsPromises()
    {
        // SIKAP_TEST_MUTANTS=100000 runs it at length.
        var mutants = int.TryParse(Environment.GetEnvironmentVariable("SIKAP_TEST_MUTANTS"), out var given) ? given : 6_000;
        for (var seed = 0; seed < mutants; seed++)
        {
            var random = new Random(seed);
            var content = Mutations.Of(Samples[seed % Samples.Length], Pieces, random);

            Check(seed, content, random.Next(3) == 0 ? "text/xml; charset=" + Pieces[random.Next(Pieces.Length)] : null);
        }
    }

    [Fact]
    public void Read_ChangedDocumentsOfFeedparser_NeverThrows()
    {
        var seed = 0;
        foreach (var (_, content) in FeedparserArchive.Read(FeedparserArchive.RequireOrSkip()))
        {
            for (var i = 0; i < 3; i++, seed++)
            {
                var random = new Random(seed);
                var changed = (byte[])content.Clone();
                for (var change = random.Next(1, 8); change > 0 && changed.Length > 0; change--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                Check(seed, random.Next(4) == 0 ? changed[..random.Next(changed.Length + 1)] : changed, null);
            }
        }
    }

    private static void Check(int seed, byte[] content, string? contentType)
    {
        Reading<Feed> reading;
        try
        {
            reading = FeedReader.Read(content, contentType, new Uri("https://f.example/feed"));
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"seed {seed}", exception);
        }

        (reading.Value is null).ShouldBe(reading.Refusal is not null, $"seed {seed}");
        if (reading.Value is not { } feed)
        {
            return;
        }

        foreach (var entry in feed.Entries)
        {
            (entry.Link?.Scheme ?? "http").ShouldBeOneOf("http", "https");
            ((entry.Title is null) == (entry.Headline is null)).ShouldBeTrue($"seed {seed}");
        }

        feed.Problems.Count.ShouldBeLessThanOrEqualTo(FormatLimits.MaxProblems + 1, $"seed {seed}");
    }
}
