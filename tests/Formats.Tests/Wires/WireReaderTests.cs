using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Sikap.Formats.Wires;

namespace Sikap.Formats.Tests.Wires;

/// <summary>Each format by an example of our own.</summary>
public sealed class WireReaderTests
{
    private const string G2 = """
        <?xml version="1.0" encoding="UTF-8"?>
        <newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">
          <header><sent>2024-05-03T04:00:00Z</sent></header>
          <itemSet>
            <newsItem guid="urn:newsml:kabar.example:20240503:1001" version="3" xml:lang="id">
              <itemMeta>
                <itemClass qcode="ninat:text"/>
                <provider literal="kabar.example"/>
                <versionCreated>2024-05-03T11:30:00+07:00</versionCreated>
                <firstCreated>2024-05-03T10:00:00+07:00</firstCreated>
                <pubStatus qcode="stat:usable"/>
              </itemMeta>
              <contentMeta>
                <urgency>4</urgency>
                <by>Oleh Ratna Dewi dan Budi Santoso</by>
                <creditline>KABAR/</creditline>
                <dateline>BIMA, 3 Mei 2024</dateline>
                <headline role="hld:subHeadline">Nelayan cemas</headline>
                <headline>Gubernur menolak reklamasi Teluk Kelapa</headline>
                <language tag="id"/>
                <link rel="irel:hasPublishedVersion" href="https://kabar.example/1001"/>
              </contentMeta>
              <contentSet>
                <inlineXML contenttype="application/xhtml+xml">
                  <html xmlns="http://www.w3.org/1999/xhtml"><head><title>tidak dipakai</title></head>
                    <body><p>Bima (KABAR) - Gubernur <b>menolak</b> rencana itu.</p><figure><figcaption>Foto: pantai</figcaption></figure><p>"Kami tidak setuju," katanya.</p></body></html>
                </inlineXML>
              </contentSet>
            </newsItem>
            <packageItem guid="urn:newsml:kabar.example:20240503:paket" version="1">
              <itemMeta><itemClass qcode="ninat:composite"/></itemMeta>
              <groupSet root="G1"><group id="G1"><itemRef residref="urn:newsml:kabar.example:20240503:1001"/></group></groupSet>
            </packageItem>
            <conceptItem/>
          </itemSet>
        </newsMessage>
        """;

    private const string NewsMl1 = """
        <?xml version="1.0" encoding="UTF-8"?>
        <NewsML Version="1.2">
          <NewsEnvelope><DateAndTime>20240503T040000Z</DateAndTime></NewsEnvelope>
          <NewsItem xml:lang="id">
            <Identification><NewsIdentifier>
              <ProviderId>kabar.example</ProviderId><DateId>20240503</DateId><NewsItemId>B-7</NewsItemId><RevisionId>2</RevisionId>
              <PublicIdentifier>urn:newsml:kabar.example:20240503:B-7:2</PublicIdentifier>
            </NewsIdentifier></Identification>
            <NewsManagement>
              <FirstCreated>20240503T100000+0700</FirstCreated><ThisRevisionCreated>20240503T120000+0700</ThisRevisionCreated>
              <Status FormalName="Usable"/><Urgency FormalName="3"/>
            </NewsManagement>
            <NewsComponent>
              <NewsLines><HeadLine>Harga beras turun</HeadLine><ByLine>Ratna Dewi</ByLine><DateLine>JAKARTA, 3 Mei (KABAR) -</DateLine><CreditLine>KABAR</CreditLine></NewsLines>
              <AdministrativeMetadata><Provider><Party FormalName="Kantor Berita Kabar"/></Provider></AdministrativeMetadata>
              <DescriptiveMetadata><Language FormalName="ID"/></DescriptiveMetadata>
              <NewsComponent><ContentItem><MediaType FormalName="Photo"/></ContentItem></NewsComponent>
              <NewsComponent><ContentItem><MediaType FormalName="Text"/><DataContent><![CDATA[<p>Harga beras turun 5 persen &amp; stabil.</p><p>Menteri puas.</p>]]></DataContent></ContentItem></NewsComponent>
            </NewsComponent>
          </NewsItem>
        </NewsML>
        """;

    private const string Nitf = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE nitf SYSTEM "nitf-3-5.dtd">
        <nitf baselang="id">
          <head>
            <title>Judul cadangan</title>
            <docdata management-status="usable">
              <doc-id id-string="kabar.42" regsrc="KABAR"/>
              <urgency ed-urg="2"/>
              <date.issue norm="20240503T100000+0700"/>
              <du-key generation="2" version="1" key="reklamasi"/>
              <doc.copyright holder="PT Kabar"/>
            </docdata>
          </head>
          <body>
            <body.head>
              <hedline><hl1>Warga mendukung jalan tol</hl1><hl2>Sub</hl2></hedline>
              <byline>Oleh <person>Siti Aminah</person><byttl>Wartawan Kabar</byttl></byline>
              <distributor>KABAR</distributor>
              <dateline><location><city>Surabaya</city>, <country>Indonesia</country></location></dateline>
            </body.head>
            <body.content>
              <block>
                <p>   Warga Desa Sumber mendukung <br/>pembangunan jalan tol. <br/>Mereka menunggu ganti rugi.</p>
                <media media-type="image"><media-caption>Foto jalan</media-caption></media>
                <p/>
                <note noteclass="editorsnote"><p>Untuk redaksi saja.</p></note>
                <ul><li>Satu</li><li>Dua</li></ul>
              </block>
            </body.content>
            <body.end><tagline>tidak dipakai</tagline></body.end>
          </body>
        </nitf>
        """;

    private const string Iptc =
        "\u0001kbr0042 3 p 120  kabar 017\r\n\r\nDaerah/Reklamasi/\r\n\u00022ND LEAD\r\nGubernur menolak reklamasi\r\nTeluk Kelapa\r\nOleh Ratna Dewi, Kabar =\r\n\r\nBima (kabar) - Gubernur menolak rencana\r\nitu pada Jumat.\r\n\r\n"
        + "Ia berkata r\u00E9sum\u00E9 sudah siap.\r\n\r\n* * * *\r\nThe following is not for publication\r\nTel: 123\r\n\u0003030930 GMT Mei 24\r\n\u0004";

    private const string Anpa =
        "\u0016\u0016\u0001K1234\u001Fasian\r\nu i\u0013\u0011 BC-ID--Bay, 1st Ld     05-03 0120\r\n\u0002^BC-ID--Bay, 1st Ld,120<\r\n^Governor rejects plan for the bay<\r\n^Eds: With photos.<\r\n^By RATNA DEWI=\r\n^Kabar News=\r\n"
        + "\t   BIMA, Indonesia (KB) _ The governor rejects ``the plan.'' He\r\nsaid so again.\r\n\t   Fishermen agree.\r\n\u0003KB-WF-05-03-24 0930GMT<\r\n\u0004";

    /// <summary>Files of the shared fixtures that are no documents of a wire format, and why. The other 62 are.</summary>
    private static readonly Dictionary<string, string> NoWires = new()
    {
        ["ninjs4_mock.json"] = "addresses of pictures for a test",
        ["ritzau_news_test_ednote.xml"] = "a format of one agency alone",
        ["wenn.xml"] = "an Atom feed",
        ["wordpress_wxr_funke.xml"] = "RSS, an export of a blog",
        ["wordpress_wxr_thumb.xml"] = "RSS, an export of a blog",
    };

    [Fact]
    public void NewsMlG2_Message_HasItemsAndPackages()
    {
        var document = Read(G2);

        document.Format.ShouldBe(WireFormat.NewsMlG2);
        document.Items.Select(item => item.Kind).ShouldBe([WireKind.Text, WireKind.Composite]);
        document.Problems.ShouldHaveSingleItem().Message.ShouldContain("conceptItem");
        var item = document.Items[0];
        item.Id.ShouldBe("urn:newsml:kabar.example:20240503:1001");
        item.Version.ShouldBe("3");
        item.Headline.ShouldBe("Gubernur menolak reklamasi Teluk Kelapa");
        item.Text.ShouldBe("Bima (KABAR) - Gubernur menolak rencana itu.\n\"Kami tidak setuju,\" katanya.");
        item.Published.ShouldBe(new Stamp(new DateTimeOffset(2024, 5, 3, 10, 0, 0, TimeSpan.FromHours(7)), StampPrecision.Second, "g2.firstCreated"));
        item.Updated!.Value.Value.ShouldBe(new DateTimeOffset(2024, 5, 3, 11, 30, 0, TimeSpan.FromHours(7)));
        item.Authors.ShouldBe(["Ratna Dewi", "Budi Santoso"]);
        (item.Credit, item.Provider, item.Dateline, item.Language, item.Urgency).ShouldBe(("KABAR", "kabar.example", "BIMA", "id", 4));
        item.Url.ShouldBe(new Uri("https://kabar.example/1001"));
        document.Items[1].Members.ShouldBe(["urn:newsml:kabar.example:20240503:1001"]);
    }

    [Theory]
    [InlineData("stat:canceled", WireStatus.Withdrawn)]
    [InlineData("stat:withheld", WireStatus.Withheld)]
    [InlineData("stat:usable", WireStatus.Usable)]
    public void NewsMlG2_Status_IsTold(string code, WireStatus status) => Read(G2.Replace("stat:usable", code, StringComparison.Ordinal)).Items[0].Status.ShouldBe(status);

    [Fact]
    public void NewsMlG2_Embargo_IsTold() =>
        Read(G2.Replace("<pubStatus", "<embargoed>2024-05-04T00:00:00Z</embargoed><pubStatus", StringComparison.Ordinal)).Items[0].EmbargoedUntil!.Value.Value.ShouldBe(new DateTimeOffset(2024, 5, 4, 0, 0, 0, TimeSpan.Zero));

    // Some agencies put lines, as they were set for teleprinters, into inlineData.
    [Fact]
    public void NewsMlG2_PlainText_IsReadByLines()
    {
        var plain = G2[..G2.IndexOf("<inlineXML", StringComparison.Ordinal)] + "<inlineData contenttype=\"text/plain\">Baris pertama\nterus di sini.\n   Paragraf kedua\ndi sini.</inlineData>"
            + G2[(G2.IndexOf("</inlineXML>", StringComparison.Ordinal) + "</inlineXML>".Length)..];

        Read(plain).Items[0].Text.ShouldBe("Baris pertama terus di sini.\nParagraf kedua di sini.");
    }

    [Fact]
    public void NewsMl1_Item_IsRead()
    {
        var item = Read(NewsMl1).Items.ShouldHaveSingleItem();

        (item.Format, item.Kind, item.Id, item.Version).ShouldBe((WireFormat.NewsMl1, WireKind.Text, "urn:newsml:kabar.example:20240503:B-7", "2"));
        item.Headline.ShouldBe("Harga beras turun");
        item.Text.ShouldBe("Harga beras turun 5 persen & stabil.\nMenteri puas.");
        item.Published!.Value.Value.ShouldBe(new DateTimeOffset(2024, 5, 3, 10, 0, 0, TimeSpan.FromHours(7)));
        item.Updated!.Value.Value.ShouldBe(new DateTimeOffset(2024, 5, 3, 12, 0, 0, TimeSpan.FromHours(7)));
        (item.Byline, item.Credit, item.Provider, item.Dateline, item.Language, item.Urgency).ShouldBe(("Ratna Dewi", "KABAR", "Kantor Berita Kabar", "JAKARTA", "id", 3));
    }

    [Fact]
    public void NewsMl1_Canceled_IsWithdrawn() => Read(NewsMl1.Replace("\"Usable\"", "\"Canceled\"", StringComparison.Ordinal)).Items[0].Status.ShouldBe(WireStatus.Withdrawn);

    [Fact]
    public void Nitf_Document_IsRead()
    {
        var item = Read(Nitf).Items.ShouldHaveSingleItem();

        (item.Format, item.Id, item.Version, item.Headline).ShouldBe((WireFormat.Nitf, "kabar.42", "2.1", "Warga mendukung jalan tol"));
        item.Text.ShouldBe("Warga Desa Sumber mendukung pembangunan jalan tol.\nMereka menunggu ganti rugi.\nSatu\nDua");
        item.Authors.ShouldBe(["Siti Aminah"]);
        (item.Credit, item.Dateline, item.Language, item.Urgency).ShouldBe(("KABAR", "Surabaya", "id", 2));
        item.Published!.Value.Value.ShouldBe(new DateTimeOffset(2024, 5, 3, 10, 0, 0, TimeSpan.FromHours(7)));
    }

    [Fact]
    public void Nitf_EmbargoedWithARelease_IsUsableFromThenOn()
    {
        var item = Read(Nitf.Replace("\"usable\"", "\"embargoed\"", StringComparison.Ordinal).Replace("<du-key", "<date.release norm=\"20240504T000000+0700\"/><du-key", StringComparison.Ordinal)).Items[0];

        item.Status.ShouldBe(WireStatus.Usable);
        item.EmbargoedUntil!.Value.Value.ShouldBe(new DateTimeOffset(2024, 5, 4, 0, 0, 0, TimeSpan.FromHours(7)));
    }

    [Fact]
    public void Nitf_TemplateDates_AreNone() => Read(Nitf.Replace("20240503T100000+0700", "YYYYMMDD000000-HHMM", StringComparison.Ordinal)).Items[0].Published.ShouldBeNull();

    // The text of teleprinters in one element: blank lines part its paragraphs, line ends do not.
    [Fact]
    public void Nitf_TypesetLinesInOneElement_ArePartedAtBlankLines() =>
        Read(Nitf.Replace("<p/>", "<p>Satu baris\nsama saja.\n\n  Paragraf\nlain.</p>", StringComparison.Ordinal)).Items[0].Text.ShouldContain("Satu baris sama saja.\nParagraf lain.");

    [Fact]
    public void Ninjs1_Item_IsRead()
    {
        var item = Read("""
            {"uri": "https://kabar.example/ninjs/9", "type": "text", "version": "4", "pubstatus": "usable", "urgency": 3, "language": "id", "headline": "Bupati setuju",
             "firstcreated": "2024-05-03T03:00:00Z", "versioncreated": "2024-05-03T05:00:00+0000", "byline": "Ratna Dewi", "located": "Bima", "copyrightholder": "Kabar", "source": "KABAR",
             "body_text": "Tidak dipakai.", "body_xhtml": "<p>Bupati setuju.</p><p>Warga senang<br/>sekali.</p>"}
            """).Items.ShouldHaveSingleItem();

        (item.Id, item.Version, item.Headline, item.Text).ShouldBe(("https://kabar.example/ninjs/9", "4", "Bupati setuju", "Bupati setuju.\nWarga senang sekali."));
        (item.Credit, item.Provider, item.Dateline, item.Byline).ShouldBe(("KABAR", "Kabar", "Bima", "Ratna Dewi"));
        item.Updated!.Value.Value.ShouldBe(new DateTimeOffset(2024, 5, 3, 5, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("versioncreated", "pubstatus", "contenttype")]
    [InlineData("versionCreated", "pubStatus", "contentType")]
    public void Ninjs2And3_ListsOfHeadlinesAndBodies_AreRead(string created, string status, string type)
    {
        var item = Read($$"""
            {"uri": "urn:kabar:10", "type": "text", "{{created}}": "2024-05-03T05:00:00Z", "{{status}}": "canceled",
             "headlines": [{"role": "sub", "value": "Lain"}, {"role": "main", "value": "Bupati menolak"}],
             "bodies": [{"role": "main", "{{type}}": "text/html", "value": "<p>Satu.</p><p>Dua.</p>"}],
             "infosources": [{"name": "Kantor Berita"}], "people": [{"name": "Tokoh Berita", "rel": "about"}]}
            """).Items.ShouldHaveSingleItem();

        (item.Headline, item.Text, item.Status, item.Credit).ShouldBe(("Bupati menolak", "Satu.\nDua.", WireStatus.Withdrawn, "Kantor Berita"));
        item.Published!.Value.From.ShouldBe("ninjs.versioncreated");
        item.Authors.ShouldBeEmpty();
    }

    [Fact]
    public void Ninjs_InTheAnswerOfAService_IsFound() =>
        Read("""{"data": {"items": [{"item": {"uri": "urn:a", "headline": "A", "type": "text"}}, {"item": {"uri": "urn:b", "headline": "B", "type": "picture"}}]}}""").Items
            .Select(item => item.Kind).ShouldBe([WireKind.Text, WireKind.Picture]);

    [Fact]
    public void Iptc7901_Transmission_IsRead()
    {
        var item = WireReader.Read(Encoding.Latin1.GetBytes(Iptc)).Value!.Items.ShouldHaveSingleItem();

        (item.Format, item.Id, item.Version, item.Headline).ShouldBe((WireFormat.Iptc7901, "kbr0042:2024-05-03", "2ND LEAD", "Gubernur menolak reklamasi Teluk Kelapa"));
        item.Text.ShouldBe("Bima (kabar) - Gubernur menolak rencana itu pada Jumat.\nIa berkata r\u00E9sum\u00E9 sudah siap.");
        item.Published.ShouldBe(new Stamp(new DateTimeOffset(2024, 5, 3, 9, 30, 0, TimeSpan.Zero), StampPrecision.Minute, "iptc7901.trailer"));
        (item.Byline, item.Provider, item.Dateline, item.Urgency).ShouldBe(("Ratna Dewi, Kabar", "kabar", "Bima", 3));
        item.Authors.ShouldBe(["Ratna Dewi"]);
    }

    [Fact]
    public void Iptc7901_Kill_IsWithdrawn() => WireReader.Read(Encoding.Latin1.GetBytes(Iptc.Replace("2ND LEAD", "KILL", StringComparison.Ordinal))).Value!.Items[0].Status.ShouldBe(WireStatus.Withdrawn);

    [Fact]
    public void Anpa1312_Transmission_IsRead()
    {
        var item = WireReader.Read(Encoding.Latin1.GetBytes(Anpa)).Value!.Items.ShouldHaveSingleItem();

        (item.Format, item.Id, item.Version, item.Headline).ShouldBe((WireFormat.Anpa1312, "K1234:2024-05-03", "1st Ld", "Governor rejects plan for the bay"));
        item.Text.ShouldBe("BIMA, Indonesia (KB) \u2014 The governor rejects \u201Cthe plan.\u201D He said so again.\nFishermen agree.");
        item.Published!.Value.Value.ShouldBe(new DateTimeOffset(2024, 5, 3, 9, 30, 0, TimeSpan.Zero));
        (item.Byline, item.Provider, item.Dateline, item.Urgency).ShouldBe(("RATNA DEWI", "KB", "BIMA, Indonesia", 3));
    }

    [Fact]
    public void Transmissions_OneAfterTheOther_AreAllRead() =>
        WireReader.Read(Encoding.Latin1.GetBytes(Iptc + Iptc.Replace("0042", "0043", StringComparison.Ordinal))).Value!.Items.Select(item => item.Id).ShouldBe(["kbr0042:2024-05-03", "kbr0043:2024-05-03"]);

    [Fact]
    public void Transmission_CutOff_IsReadAndReported()
    {
        var document = WireReader.Read(Encoding.Latin1.GetBytes(Iptc[..(Iptc.IndexOf("Ia berkata", StringComparison.Ordinal) + 5)])).Value!;

        document.Items.ShouldHaveSingleItem();
        document.Problems.ShouldHaveSingleItem().Message.ShouldContain("cut off");
    }

    [Theory]
    [InlineData("")]
    [InlineData("teks biasa")]
    [InlineData("<rss version=\"2.0\"/>")]
    [InlineData("{\"a\": 1}")]
    [InlineData("{\"a\": ")]
    [InlineData("<nitf>")]
    [InlineData("\u0001tanpa teks")]
    public void NoWire_IsRefusedWithAReason(string text) => WireReader.Read(Encoding.UTF8.GetBytes(text)).Refusal!.Value.Message.ShouldNotBeNullOrEmpty();

    // ---- hostile ----

    [Fact]
    public void EntityBomb_IsNotExpanded()
    {
        var bomb = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE nitf [<!ENTITY a0 \"ha\">");
        for (var i = 1; i < 30; i++)
        {
            bomb.Append(CultureInfo.InvariantCulture, $"<!ENTITY a{i} \"&a{i - 1};&a{i - 1};\">");
        }

        var reading = WireReader.Read(Encoding.UTF8.GetBytes(bomb.Append("]><nitf><body><body.content><p>&a29;</p></body.content></body></nitf>").ToString()));

        (reading.Value?.Items[0].Text.Length ?? 0).ShouldBeLessThan(10_000);
    }

    [Fact]
    public void ExternalEntity_IsNotRead()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "rahasia");

        var reading = WireReader.Read(Encoding.UTF8.GetBytes($"<?xml version=\"1.0\"?><!DOCTYPE nitf [<!ENTITY x SYSTEM \"file://{file}\">]><nitf><body><body.content><p>isi &x;</p></body.content></body></nitf>"));

        File.Delete(file);
        (reading.Value?.Items[0].Text ?? "").ShouldNotContain("rahasia");
    }

    [Fact]
    public void DeepNesting_IsRefused() =>
        WireReader.Read(Encoding.UTF8.GetBytes("<nitf>" + string.Concat(Enumerable.Repeat("<block>", 100_000)) + string.Concat(Enumerable.Repeat("</block>", 100_000)) + "</nitf>")).Refusal.ShouldNotBeNull();

    [Fact]
    public void DeepJson_IsRefused() => WireReader.Read(Encoding.UTF8.GetBytes(new string('[', 100_000))).Refusal.ShouldNotBeNull();

    [Fact]
    public void ElementOfAThousandAttributes_IsRefused() =>
        WireReader.Read(Encoding.UTF8.GetBytes($"<nitf><head><title {string.Concat(Enumerable.Range(0, 1000).Select(i => $"a{i}=\"x\" "))}/></head></nitf>")).Refusal.ShouldNotBeNull();

    // Elements left out that never end, tags that never end: each is gone through once.
    [Theory]
    [InlineData("<figure>")]
    [InlineData("<script ")]
    [InlineData("<!--")]
    [InlineData("<a b='")]
    [InlineData("&amp")]
    public void HtmlOfOneRepeatedPiece_IsReadInOneGo(string piece) =>
        Read($$"""{"uri": "urn:a", "headline": "A", "body_html": "{{string.Concat(Enumerable.Repeat(piece, 300_000))}}"}""").Items.ShouldHaveSingleItem();

    // What patterns are matched against is bounded: none of these runs into the time that a pattern may take.
    [Theory]
    [InlineData("1")]
    [InlineData("A-")]
    [InlineData("a ")]
    [InlineData("1 ")]
    [InlineData("LEAD ")]
    [InlineData("^1stLd ")]
    public void TransmissionOfOneRepeatedPiece_IsRead(string piece)
    {
        var much = string.Concat(Enumerable.Repeat(piece, 200_000));

        WireReader.Read(Encoding.Latin1.GetBytes($"\u0001{much}\u0002{much}\n^{much}\n\u0003{much}\u0004")).Value!.Items.ShouldHaveSingleItem();
        WireReader.Read(Encoding.Latin1.GetBytes($"\u0001{much}\u001F\u0002^{much}\n^{much}\n\u0003{much}\u0004")).Value!.Items.ShouldHaveSingleItem();
    }

    [Fact]
    public void CutAtEveryByte_GivesAnAnswerOrAReason()
    {
        foreach (var sample in new[] { G2, NewsMl1, Nitf, Iptc, Anpa, """{"uri": "urn:a", "headline": "A", "body_html": "<p>a &amp; b</p>"}""" })
        {
            var bytes = Encoding.UTF8.GetBytes(sample);
            for (var length = 0; length < bytes.Length; length++)
            {
                var reading = WireReader.Read(bytes.AsSpan(0, length));

                (reading.Value is null).ShouldNotBe(reading.Refusal is null);
            }
        }
    }

    // ---- shared samples ----

    [Fact]
    public void SharedFixtures_EachIsReadOrKnownForNone()
    {
        var wires = 0;
        foreach (var (name, content) in Fixtures())
        {
            var reading = WireReader.Read(content);
            (reading.Value is not null).ShouldNotBe(NoWires.ContainsKey(name), $"{name}: {reading.Refusal?.Message}");
            wires += reading.Value is null ? 0 : 1;
            reading.Value?.Items.ShouldNotBeEmpty(name);
        }

        wires.ShouldBe(62);
    }

    // Compared with the text of each element p of the bodies, found by the framework's own reader without regard to the format.
    [Fact]
    public void SharedFixtures_TextIsTheSamplesOwn()
    {
        var compared = 0;
        foreach (var (name, content) in Fixtures())
        {
            if (WireReader.Read(content).Value is not { Format: WireFormat.Nitf or WireFormat.NewsMlG2 or WireFormat.NewsMl1 } document)
            {
                continue;
            }

            // One sample is UTF-8 and says that it is not.
            using var reader = System.Xml.XmlReader.Create(System.Text.Unicode.Utf8.IsValid(content) ? new StringReader(Encoding.UTF8.GetString(content).TrimStart('\uFEFF')) : new StreamReader(new MemoryStream(content), Encoding.Latin1), new System.Xml.XmlReaderSettings { DtdProcessing = System.Xml.DtdProcessing.Ignore, XmlResolver = null });
            var paragraphs = XDocument.Load(reader).Descendants().Where(element => element.Name.LocalName == "p" && Around(element, "body", "body.content", "DataContent") && !Around(element, "body.head", "body.end", "note", "abstract", "media")).ToList();
            foreach (var item in document.Items.Where(item => item.Text.Length > 0))
            {
                foreach (var paragraph in paragraphs)
                {
                    Squeeze(item.Text).ShouldContain(Squeeze(paragraph.Value), Case.Sensitive, name);
                    compared++;
                }

                // Nothing else: what is there besides is short (headlines within the text, lists, tables).
                if (paragraphs.Count > 0)
                {
                    Squeeze(item.Text).Length.ShouldBeLessThan((int)(paragraphs.Sum(paragraph => Squeeze(paragraph.Value).Length) * 1.5) + 500, name);
                }
            }
        }

        compared.ShouldBeGreaterThan(400);
    }

    private static bool Around(XElement element, params string[] names) => element.Ancestors().Any(ancestor => names.Contains(ancestor.Name.LocalName));

    private static string Squeeze(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c) && !char.IsControl(c) && c is not ('\u200B' or '\uFEFF' or '\u00AD')));

    private static IEnumerable<(string Name, byte[] Content)> Fixtures()
    {
        using var packed = new System.IO.Compression.GZipStream(File.OpenRead(TestKit.SharedFolder.RequireOrSkip("data/wire/io-fixtures.tar.gz")), System.IO.Compression.CompressionMode.Decompress);
        using var tar = new System.Formats.Tar.TarReader(packed);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } stream)
            {
                var content = new MemoryStream();
                stream.CopyTo(content);
                yield return (Path.GetFileName(entry.Name), content.ToArray());
            }
        }
    }

    private static WireDocument Read(string text)
    {
        var reading = WireReader.Read(Encoding.UTF8.GetBytes(text));
        reading.Refusal.ShouldBeNull();
        return reading.Value!;
    }
}
