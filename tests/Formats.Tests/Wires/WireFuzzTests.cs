using Sikap.Formats.Wires;
using Sikap.TestKit;

namespace Sikap.Formats.Tests.Wires;

/// <summary>Transmissions with something changed at random, by a seed that a failure names: each is read or refused with a reason, and none costs more memory than a document of its size may.</summary>
public sealed class WireFuzzTests
{
    /// <summary>What reading one of these documents of a few hundred bytes may allocate; they take some hundred kilobytes.</summary>
    private const long MaxAllocated = 16 << 20;

    private static readonly string[] Samples =
    [
        """<?xml version="1.0" encoding="UTF-8"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="urn:kabar:1" version="3"><itemMeta><versionCreated>2024-05-03T11:30:00+07:00</versionCreated><pubStatus qcode="stat:usable"/></itemMeta><contentMeta><headline>Dermaga dibuka</headline></contentMeta><contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Isi <b>berita</b>.</p></body></html></inlineXML></contentSet></newsItem></itemSet></newsMessage>""",
        """<NewsML Version="1.2"><NewsItem><Identification><NewsIdentifier><ProviderId>kabar.example</ProviderId><DateId>20240503</DateId><NewsItemId>B-7</NewsItemId><RevisionId>2</RevisionId></NewsIdentifier></Identification><NewsManagement><FirstCreated>20240503T100000+0700</FirstCreated><Status FormalName="Usable"/></NewsManagement><NewsComponent><NewsLines><HeadLine>Dermaga dibuka</HeadLine></NewsLines><ContentItem><DataContent><p>Isi berita.</p></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>""",
        """<nitf><head><docdata><doc-id id-string="k1"/><date.issue norm="20240503T100000+0700"/></docdata></head><body><body.head><hedline><hl1>Dermaga dibuka</hl1></hedline><byline>Oleh Rini</byline></body.head><body.content><p>Isi &amp; berita.</p></body.content></body></nitf>""",
        """{"uri": "urn:kabar:1", "type": "text", "headline": "Dermaga dibuka", "versioncreated": "2024-05-03T10:00:00Z", "body_html": "<p>Isi &amp; berita.</p>", "byline": "Rini"}""",
        "\u0001KBR1001 4 pol 120 \r\n\u0002Dermaga dibuka\r\n\r\nBima, 3/5 (Kabar) - Isi berita itu.\r\n\u0003031000 GMT MAY 24\r\n\u0004",
    ];

    // Pieces that mean something to the readers, so that changes hit what they decide on.
    private static readonly string[] Pieces =
    [
        "<", ">", "</", "/>", "&", "&amp;", "&kapal;", "&#0;", "&#xD800;", "\"", "'", "<!--", "-->", "<![CDATA[", "]]>", "<?", "<!DOCTYPE a [<!ENTITY kapal \"x\">]>", "<!DOCTYPE a SYSTEM \"file:///a\">", "<p>", "</p>", "<newsItem>", "<contentSet>",
        "<NewsComponent>", "<body.content>", "xmlns=\"\"", "xmlns:x='urn:x'", "x:", "{", "}", "[", "]", ",", ":", "\\u12", "null", "1e999", "\u0001", "\u0002", "\u0003", "\u0004", "\0", "\r\n", "\uFFFE", "2024-13-99T99:99:99+99:99", "é",
    ];

    [Fact]
    public void Read_ChangedTransmissions_AreReadOrRefusedInLittleMemory()
    {
        // SIKAP_TEST_MUTANTS=100000 runs it at length.
        var mutants = int.TryParse(Environment.GetEnvironmentVariable("SIKAP_TEST_MUTANTS"), out var given) ? given : 5_000;
        for (var seed = 0; seed < mutants; seed++)
        {
            var content = Mutations.Of(Samples[seed % Samples.Length], Pieces, new Random(seed));
            var before = GC.GetAllocatedBytesForCurrentThread();
            Reading<WireDocument> reading;
            try
            {
                reading = WireReader.Read(content);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}", exception);
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MaxAllocated, $"seed {seed}");
            (reading.Value is null).ShouldBe(reading.Refusal is not null, $"seed {seed}");
            if (reading.Refusal is { } refusal)
            {
                refusal.Message.ShouldNotBeNullOrEmpty($"seed {seed}");
            }
        }
    }
}
