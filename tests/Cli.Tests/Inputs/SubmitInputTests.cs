using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Sikap.TestKit;

namespace Sikap.Cli.Tests.Inputs;

/// <summary>What <c>sikap submit</c> makes of files of each format, how it goes on after an interruption, and how it watches a folder.</summary>
public sealed class SubmitInputTests : IAsyncLifetime
{
    private const string Page = """
        <!DOCTYPE html><html lang="id"><head><title>Gubernur menolak reklamasi - Kabar Bima</title><meta property="og:site_name" content="Kabar Bima"><meta property="og:type" content="article">
        <meta property="article:published_time" content="2024-05-03T10:00:00+07:00"></head><body><nav><a href="/">Beranda</a></nav><article><h1>Gubernur menolak reklamasi</h1>
        <p>Gubernur Andi Rahman menolak rencana reklamasi Teluk Kelapa dalam rapat bersama para nelayan di kantor gubernur pada hari Jumat pagi itu.</p>
        <p>Ia mengatakan bahwa rencana tersebut akan merugikan ribuan keluarga nelayan yang selama ini menggantungkan hidup mereka pada teluk itu.</p>
        <p>Pemerintah pusat belum menanggapi penolakan tersebut, tetapi seorang pejabat kementerian berkata bahwa kajian lingkungan masih berjalan.</p></article></body></html>
        """;

    private const string Nitf = """
        <nitf><head><docdata><doc-id id-string="kabar.42"/><date.issue norm="20240503T100000+0700"/><du-key version="2"/></docdata></head>
        <body><body.head><hedline><hl1>Warga mendukung jalan tol</hl1></hedline><distributor>KABAR</distributor></body.head><body.content><p>Warga mendukung jalan tol.</p></body.content></body></nitf>
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sikap-inputs-").FullName;
    private FakeGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await FakeGateway.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Wire_Item_KeepsItsIdVersionAndDate()
    {
        Write("item", Nitf);

        var run = await _gateway.RunAsync("submit", PathOf("item"));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        var request = _gateway.Submitted.Single();
        (request.Text, request.Title, request.Publisher, request.ClientRef).ShouldBe(("Warga mendukung jalan tol.", "Warga mendukung jalan tol", "KABAR", "kabar.42 version 2"));
        request.Published.ShouldBe("2024-05-03T10:00:00+07:00");
    }

    [Fact]
    public async Task Wire_WithdrawnAndEmbargoedItems_AreNotSent()
    {
        Write("a.xml", Nitf.Replace("<docdata>", "<docdata management-status=\"canceled\">", StringComparison.Ordinal));
        Write("b.xml", Nitf.Replace("<docdata>", "<docdata management-status=\"embargoed\"><date.release norm=\"29990101T000000Z\"/>", StringComparison.Ordinal));

        var run = await _gateway.RunAsync("submit", _folder);

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Out.Trim().ShouldBe("0 accepted, 0 already known, 1 rejected, 1 passed over");
        run.Error.ShouldContain("must not be published before 2999-01-01");
        run.Error.ShouldContain("1 withdrawn item without a name that versions share");
    }

    [Fact]
    public async Task Wire_WithdrawnItemWithAName_IsReplacedByANotice()
    {
        var named = Nitf.Replace("kabar.42", "urn:newsml:kabar.example:20240503:42", StringComparison.Ordinal);
        Write("a.xml", named);
        Write("b.xml", named.Replace("<docdata>", "<docdata management-status=\"canceled\">", StringComparison.Ordinal));

        var run = await _gateway.RunAsync("submit", PathOf("a.xml"), PathOf("b.xml"));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        _gateway.Submitted.Select(request => (request.Url, request.Publisher)).Distinct().ShouldBe([("urn:newsml:kabar.example:20240503:42", "KABAR")]);
        var notice = _gateway.Submitted.Single(request => request.Title == "Berita ditarik");
        notice.Text.ShouldBe("Berita urn:newsml:kabar.example:20240503:42 telah ditarik oleh KABAR dan tidak boleh disiarkan lagi.");
        notice.Published.ShouldNotBe("2024-05-03T10:00:00+07:00");
    }

    [Fact]
    public async Task Wire_IdThatOnlyLooksLikeAName_IsNoAddress()
    {
        Write("a.xml", Nitf.Replace("kabar.42", "urn:kabar 42", StringComparison.Ordinal));

        var run = await _gateway.RunAsync("submit", PathOf("a.xml"));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        _gateway.Submitted.Single().Url.ShouldBe("");
    }

    [Fact]
    public async Task WebArchive_PagesAreSentAndTheRestCounted()
    {
        var broken = Record("response", "https://kabar.example/rusak", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nx", length: "-1");
        byte[][] records =
        [
            Record("warcinfo", null, "software: contoh"),
            Record("response", "https://kabar.example/1", $"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{Page}"),
            Record("response", "https://kabar.example/gambar", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nx"),
            Record("response", "https://kabar.example/hilang", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\nx"),
            broken,
        ];
        File.WriteAllBytes(PathOf("crawl.warc.gz"), [.. records.SelectMany(Gzip)]);

        var run = await _gateway.RunAsync("submit", PathOf("crawl.warc.gz"));

        run.Code.ShouldBe(ExitCode.ItemsFailed, run.Error);
        run.Out.Trim().ShouldBe("1 accepted, 0 already known, 1 rejected, 3 passed over");
        run.Error.ShouldContain($"crawl.warc.gz@{records[..4].Sum(record => Gzip(record).Length)}: the record's Content-Length '-1'");
        run.Error.ShouldContain("passed over: 1 image/png, 1 status 404, 1 warcinfo record");
        var request = _gateway.Submitted.Single();
        request.Page.Content.ToStringUtf8().ShouldBe(Page);
        (request.Page.MediaType, request.Publisher, request.Url).ShouldBe(("text/html; charset=utf-8", "", "https://kabar.example/1"));
        request.ClientRef.ShouldEndWith($"crawl.warc.gz@{Gzip(records[0]).Length}");
    }

    [Fact]
    public async Task Html_PageAndFrontPage()
    {
        Write("a.html", Page);
        Write("b.html", $"<!DOCTYPE html><html><body><ul>{string.Concat(Enumerable.Range(0, 40).Select(i => $"<li><a href=\"/berita/{i}\">Judul berita nomor {i}</a></li>"))}</ul></body></html>");

        var run = await _gateway.RunAsync("submit", _folder, "--publisher", "KABAR");

        run.Out.Trim().ShouldBe("1 accepted, 0 already known, 0 rejected, 1 passed over");
        // What the page says of its outlet holds.
        (_gateway.Submitted.Single().Page.Content.ToStringUtf8(), _gateway.Submitted.Single().Publisher).ShouldBe((Page, ""));
    }

    [Theory]
    [InlineData(",", "utf-8")]
    [InlineData(";", "utf-8")]
    [InlineData("\t", "windows-1252")]
    [InlineData("|", "utf-16")]
    public async Task Table_WithAMapping_IsRead(string delimiter, string charset)
    {
        var table = "Headline,Body,Date,No\n\"Harga, naik\",\"Baris \"\"satu\"\".\nBaris dua caf\u00E9.\",03/05/2024 10:00,7\n".Replace(",", delimiter, StringComparison.Ordinal).Replace($"Harga{delimiter}", "Harga,", StringComparison.Ordinal);
        var encoding = charset == "windows-1252" ? Encoding.Latin1 : Encoding.GetEncoding(charset);
        File.WriteAllBytes(PathOf("artikel.csv"), [.. encoding.Preamble.ToArray(), .. encoding.GetBytes(table)]);

        var run = await _gateway.RunAsync("submit", PathOf("artikel.csv"), "--map", "text=Body,title=Headline,published=Date,published-format=dd/MM/yyyy HH:mm,publisher=@Kabar Pagi, Bima,id={No}-{Date}");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        var request = _gateway.Submitted.Single();
        (request.Title, request.Text, request.Publisher, request.ClientRef).ShouldBe(("Harga, naik", "Baris \"satu\".\nBaris dua caf\u00E9.", "Kabar Pagi, Bima", "7-03/05/2024 10:00"));
        request.Published.ShouldBe("2024-05-03T10:00:00+00:00");
    }

    [Theory]
    [InlineData("03/05/2024", "dd/MM/yyyy")]
    [InlineData("2024-05-03", "dd/MM/yyyy")]
    public async Task Table_WithDays_SaysNothingOfTheHour(string date, string format)
    {
        Write("artikel.csv", $"text,published\nWarga mendukung jalan tol.,{date}\n");

        var run = await _gateway.RunAsync("submit", PathOf("artikel.csv"), "--map", $"text=text,published=published,published-format={format}");

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        _gateway.Submitted.Single().Published.ShouldBe("2024-05-03");
    }

    [Fact]
    public async Task Table_ThatStatesItsDelimiter_IsReadWithIt()
    {
        Write("sheet.csv", "sep=|\r\ntext|title, long\r\n\"Warga, kata dia, mendukung.\"|A\r\n");

        var run = await _gateway.RunAsync("submit", PathOf("sheet.csv"));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        _gateway.Submitted.Single().Text.ShouldBe("Warga, kata dia, mendukung.");
    }

    [Theory]
    [InlineData("a.csv", "text\n\"Warga “setuju” – kata Renée.\"\n", "utf-16")]
    [InlineData("a.csv", "text\n\"Warga “setuju” – kata Renée.\"\n", "windows-1252")]
    [InlineData("a.jsonl", "{\"text\": \"Warga “setuju” – kata Renée.\"}\n", "utf-16")]
    [InlineData("a.jsonl", "{\"text\": \"Warga “setuju” – kata Renée.\"}\n", "windows-1252")]
    [InlineData("a.txt", "Warga “setuju” – kata Renée.", "utf-16")]
    [InlineData("a.txt", "Warga “setuju” – kata Renée.", "windows-1252")]
    public async Task Charset_ThatNobodyDeclares_IsToldByTheBytes(string name, string content, string charset)
    {
        // The one without a byte order mark.
        var encoding = charset == "utf-16" ? new UnicodeEncoding(bigEndian: false, byteOrderMark: false) : CodePagesEncodingProvider.Instance.GetEncoding(charset)!;
        File.WriteAllBytes(PathOf(name), encoding.GetBytes(content));

        var run = await _gateway.RunAsync("submit", PathOf(name));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        _gateway.Submitted.Single().Text.ShouldBe("Warga “setuju” – kata Renée.");
    }

    [Fact]
    public async Task Charset_OfUtf8WithAWrongByte_IsNotGuessed()
    {
        File.WriteAllBytes(PathOf("a.txt"), [.. "Renée, Zoë dan José setuju."u8, 0xE9, .. " Ya."u8]);

        (await _gateway.RunAsync("submit", PathOf("a.txt"))).Error.ShouldContain("a.txt: is not UTF-8 text");
    }

    [Fact]
    public async Task JsonArray_IsReadElementByElement()
    {
        Write("export.json", "[\n {\"text\": \"Warga setuju, kata dia, ] dan } pun.\"},\n 5,\n {\"text\": \"Lurah \\\"menolak\\\", katanya.\", \"tags\": [{\"a\": 1}]}\n]\n");

        var run = await _gateway.RunAsync("submit", PathOf("export.json"));

        run.Out.Trim().ShouldBe("2 accepted, 0 already known, 1 rejected");
        run.Error.ShouldContain("export.json@54: is no JSON object with a text");
        _gateway.Submitted.Select(request => request.Text).ShouldBe(["Warga setuju, kata dia, ] dan } pun.", "Lurah \"menolak\", katanya."]);
    }

    [Fact]
    public async Task Table_BadRows_AreReportedByLine()
    {
        Write("artikel.csv", "text,title\nSatu.,A\n\"tidak ditutup,B\nDua.,C\na,b,c\n");

        var run = await _gateway.RunAsync("submit", PathOf("artikel.csv"));

        run.Out.Trim().ShouldBe("2 accepted, 0 already known, 2 rejected");
        run.Error.ShouldContain("artikel.csv:3: has a quotation mark that is not closed");
        run.Error.ShouldContain("artikel.csv:5: has 3 fields, the header 2");
    }

    [Fact]
    public async Task Table_WithoutTheColumn_SaysWhichThereAre()
    {
        Write("artikel.csv", "Isi,Judul\na,b\n");

        var run = await _gateway.RunAsync("submit", PathOf("artikel.csv"));

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Error.ShouldContain("no column text; it has Isi, Judul");
    }

    [Fact]
    public async Task JsonLines_WithAMappingFile_AreRead()
    {
        Write("peta.yaml", "text: \"{lead}\\n{isi.teks}\"\npublisher: \"@KABAR\"\n");
        Write("artikel.jsonl", "{\"lead\": \"Satu.\", \"isi\": {\"teks\": \"Dua.\"}}\n");

        var run = await _gateway.RunAsync("submit", PathOf("artikel.jsonl"), "--map", PathOf("peta.yaml"));

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        (_gateway.Submitted.Single().Text, _gateway.Submitted.Single().Publisher).ShouldBe(("Satu.\nDua.", "KABAR"));
    }

    [Theory]
    [InlineData("title=Judul")]
    [InlineData("text=a,isi=b")]
    [InlineData("tidak-ada.yaml")]
    public async Task BadMapping_IsWrongUsage(string map)
    {
        Write("a.txt", "Artikel.");

        (await _gateway.RunAsync("submit", PathOf("a.txt"), "--map", map)).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task ZipAndTar_DocumentsAreReadByTheirContent()
    {
        using (var zip = ZipFile.Open(PathOf("a.zip"), ZipArchiveMode.Create))
        {
            AddTo(zip, "satu.txt", "Artikel satu.");
            AddTo(zip, "wire/dua.xml", Nitf);
            AddTo(zip, "../jahat.txt", "Jahat.");
            AddTo(zip, "dalam.zip", "PK\u0003\u0004");
        }

        using (var stream = new GZipStream(File.Create(PathOf("b.tar.gz")), CompressionLevel.Fastest))
        using (var tar = new TarWriter(stream))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "tiga.jsonl") { DataStream = new MemoryStream("{\"text\": \"Artikel tiga.\"}\n{\"text\": \"Artikel empat.\"}"u8.ToArray()) });
        }

        var run = await _gateway.RunAsync("submit", _folder);

        _gateway.Submitted.Select(request => request.Text).ShouldBe(["Artikel satu.", "Warga mendukung jalan tol.", "Artikel tiga.", "Artikel empat."]);
        run.Out.Trim().ShouldBe("4 accepted, 0 already known, 2 rejected");
        run.Error.ShouldContain("a.zip/../jahat.txt: is refused: its name leads out of the archive");
        run.Error.ShouldContain("a.zip/dalam.zip: an archive within an archive is not opened");
    }

    [Fact]
    public async Task PackedLines_AreRead()
    {
        File.WriteAllBytes(PathOf("artikel.jsonl.gz"), Gzip("{\"text\": \"Satu.\"}\n{\"text\": \"Dua.\"}\n"u8.ToArray()));

        (await _gateway.RunAsync("submit", PathOf("artikel.jsonl.gz"))).Out.Trim().ShouldBe("2 accepted, 0 already known, 0 rejected");
    }

    [Fact]
    public async Task PackedBomb_IsReported()
    {
        File.WriteAllBytes(PathOf("bom.txt.gz"), Gzip(new byte[40_000_000]));

        var run = await _gateway.RunAsync("submit", PathOf("bom.txt.gz"));

        run.Code.ShouldBe(ExitCode.ItemsFailed);
        run.Error.ShouldContain("bom.txt.gz: ");
    }

    [Fact]
    public async Task InputFormat_Overrules()
    {
        Write("a.txt", "{\"text\": \"Dari baris.\"}");

        await _gateway.RunAsync("submit", PathOf("a.txt"), "--input-format", "jsonl");

        _gateway.Submitted.Single().Text.ShouldBe("Dari baris.");
    }

    [Fact]
    public async Task NoWire_SaysWhatItIs()
    {
        Write("a.xml", "<rss version=\"2.0\"><channel/></rss>");

        (await _gateway.RunAsync("submit", _folder)).Error.ShouldContain("is no wire: XML whose first element is rss");
    }

    // ---- checkpoint ----

    [Fact]
    public async Task Checkpoint_AfterAnInterruption_GoesOnBehindTheLastAnswer()
    {
        Write("artikel.jsonl", string.Concat(Enumerable.Range(0, 200).Select(i => $"{{\"text\": \"Artikel {i}.\"}}\n")));
        string[] command = ["submit", PathOf("artikel.jsonl"), "--checkpoint", PathOf("maju.json")];
        _gateway.BreakAfter = 60;
        (await _gateway.RunAsync(command)).Code.ShouldBe(ExitCode.Unreachable);
        var state = JsonDocument.Parse(File.ReadAllBytes(PathOf("maju.json"))).RootElement.GetProperty("files")[0];
        state.GetProperty("units").GetInt64().ShouldBe(60);
        state.GetProperty("ended").GetBoolean().ShouldBeFalse();

        _gateway.BreakAfter = null;
        var run = await _gateway.RunAsync(command);

        run.Code.ShouldBe(ExitCode.Ok, run.Error);
        run.Out.Trim().ShouldBe("140 accepted, 0 already known, 0 rejected");
        _gateway.Submitted.Select(request => request.Text).ShouldBe(Enumerable.Range(0, 200).Select(i => $"Artikel {i}."));

        (await _gateway.RunAsync(command)).Out.Trim().ShouldBe("0 accepted, 0 already known, 0 rejected");
    }

    [Fact]
    public async Task Interrupted_SaysWhatWasStoredAndHowToGoOn()
    {
        Write("artikel.jsonl", string.Concat(Enumerable.Range(0, 200).Select(i => $"{{\"text\": \"Artikel {i}.\"}}\n")));
        _gateway.HangAfter = 60;
        using var interrupt = new CancellationTokenSource();
        var running = CommandLineRun.OfAsync(["submit", PathOf("artikel.jsonl"), "--checkpoint", PathOf("maju.json"), "--gateway", _gateway.Address], cancellation: interrupt.Token);
        await UntilAsync(() => _gateway.Submitted.Count >= 60);

        await interrupt.CancelAsync();

        var run = await running;
        run.Code.ShouldBe(ExitCode.Interrupted);
        run.Error.ShouldContain("interrupted: ");
        run.Error.ShouldContain("The same command goes on behind them.");
    }

    [Fact]
    public async Task Checkpoint_OfAWebArchive_GoesOnBehindTheLastRecord()
    {
        File.WriteAllBytes(PathOf("crawl.warc"), [.. Enumerable.Range(0, 30).SelectMany(i =>
            Record("response", $"https://kabar.example/{i}", $"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{Page.Replace("hari Jumat", $"hari ke-{i}", StringComparison.Ordinal)}"))]);
        string[] command = ["submit", PathOf("crawl.warc"), "--checkpoint", PathOf("maju.json")];
        _gateway.BreakAfter = 11;
        await _gateway.RunAsync(command);

        _gateway.BreakAfter = null;
        var run = await _gateway.RunAsync(command);

        run.Out.Trim().ShouldBe("19 accepted, 0 already known, 0 rejected");
        _gateway.Submitted.Select(request => request.Url).ShouldBe(Enumerable.Range(0, 30).Select(i => $"https://kabar.example/{i}"));
    }

    [Fact]
    public async Task Checkpoint_FileThatGrew_GoesOn()
    {
        Write("artikel.jsonl", "{\"text\": \"Satu.\"}\n");
        string[] command = ["submit", PathOf("artikel.jsonl"), "--checkpoint", PathOf("maju.json")];
        await _gateway.RunAsync(command);
        File.AppendAllText(PathOf("artikel.jsonl"), "{\"text\": \"Dua.\"}\n");

        (await _gateway.RunAsync(command)).Out.Trim().ShouldBe("1 accepted, 0 already known, 0 rejected");
        _gateway.Submitted.Select(request => request.Text).ShouldBe(["Satu.", "Dua."]);
    }

    [Fact]
    public async Task Checkpoint_OfAnotherFile_IsRefused()
    {
        Write("artikel.jsonl", "{\"text\": \"Satu.\"}\n");
        string[] command = ["submit", PathOf("artikel.jsonl"), "--checkpoint", PathOf("maju.json")];
        await _gateway.RunAsync(command);
        Write("artikel.jsonl", "{\"text\": \"Lain.\"}\n");

        var run = await _gateway.RunAsync(command);

        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("is not the file");
        _gateway.Submitted.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Checkpoint_OfStandardInputOrOfSomethingElse_IsWrongUsage()
    {
        (await _gateway.RunAsync("submit", "-", "--checkpoint", PathOf("maju.json"))).Code.ShouldBe(ExitCode.Usage);
        Write("bukan.json", "bukan");
        Write("a.txt", "Artikel.");
        (await _gateway.RunAsync("submit", PathOf("a.txt"), "--checkpoint", PathOf("bukan.json"))).Code.ShouldBe(ExitCode.Usage);
    }

    // ---- watched folders ----

    [Fact]
    public async Task Watch_SubmitsEachFileOnceAndRemembers()
    {
        Write("masuk/1.txt", "Artikel satu.");
        Write("masuk/tulis.txt.part", "Belum selesai.");
        await WatchAsync([], async () =>
        {
            await UntilAsync(() => _gateway.Submitted.Count == 1);
            Write("masuk/2.txt", "Artikel dua.");
            // Stopped before the answer is noted, it would submit the file again, which the server recognises.
            await UntilAsync(() => EndedIn("masuk/.sikap-submit") == 2);
        });
        await WatchAsync([], async () =>
        {
            Write("masuk/3.txt", "Artikel tiga.");
            await UntilAsync(() => _gateway.Submitted.Count == 3);
        });

        _gateway.Submitted.Select(request => request.Text).ShouldBe(["Artikel satu.", "Artikel dua.", "Artikel tiga."]);
        File.Exists(PathOf("masuk/1.txt")).ShouldBeTrue();
    }

    [Fact]
    public async Task Watch_WithDone_MovesWhatWasAcceptedAndLeavesWhatWasNot()
    {
        Write("masuk/baik.txt", "Artikel baik.");
        Write("masuk/kosong.txt", " ");
        Write("selesai/baik.txt", "Artikel lama.");

        await WatchAsync(["--done", PathOf("selesai")], () => UntilAsync(() => File.Exists(PathOf("selesai/baik-2.txt")) && _gateway.Submitted.Count == 2));

        File.Exists(PathOf("masuk/baik.txt")).ShouldBeFalse();
        File.Exists(PathOf("masuk/kosong.txt")).ShouldBeTrue();
        File.ReadAllText(PathOf("selesai/baik.txt")).ShouldBe("Artikel lama.");
    }

    // A file that changes from look to look is still being written.
    [Fact]
    public async Task Watch_FileThatGrows_IsLeftUntilItSettles()
    {
        Directory.CreateDirectory(PathOf("masuk"));
        var time = new SteppedTime();
        using var stop = new CancellationTokenSource();
        var watching = WatchAsync([], time, stop.Token);
        for (var i = 0; i < 5; i++)
        {
            File.AppendAllText(PathOf("masuk/besar.jsonl"), $"{{\"text\": \"Artikel {i}.\"}}\n");
            await time.StepAsync();
            _gateway.Submitted.ShouldBeEmpty();
        }

        await time.StepAsync();
        await UntilAsync(() => _gateway.Submitted.Count == 5);
        await stop.CancelAsync();
        await watching;
    }

    [Fact]
    public async Task Watch_WithFilesOrWithoutAFolder_IsWrongUsage()
    {
        (await _gateway.RunAsync("submit", "--watch", PathOf("tidak-ada"))).Code.ShouldBe(ExitCode.Usage);
        (await _gateway.RunAsync("submit", "a.txt", "--watch", _folder)).Code.ShouldBe(ExitCode.Usage);
        (await _gateway.RunAsync("submit", "a.txt", "--done", _folder)).Code.ShouldBe(ExitCode.Usage);
        (await _gateway.RunAsync("submit")).Code.ShouldBe(ExitCode.Usage);
    }

    private int EndedIn(string checkpoint) => File.Exists(PathOf(checkpoint)) ? File.ReadAllText(PathOf(checkpoint)).Split("true").Length - 1 : 0;

    private static Task UntilAsync(Func<bool> condition) => Eventually.IsTrueAsync(condition);

    private async Task WatchAsync(string[] options, Func<Task> meanwhile)
    {
        using var stop = new CancellationTokenSource();
        var run = CommandLineRun.OfAsync(["submit", "--watch", PathOf("masuk"), "--interval", "0.05", "--gateway", _gateway.Address, .. options], cancellation: stop.Token);
        await meanwhile();
        await stop.CancelAsync();
        (await run).Code.ShouldBe(ExitCode.Interrupted);
    }

    private async Task WatchAsync(string[] options, TimeProvider time, CancellationToken cancellation)
    {
        using var terminal = new Terminal(new StringWriter(), new StringWriter(), () => new MemoryStream(), null, errorIsTerminal: false, _ => null);
        await CommandTree.RunAsync(["submit", "--watch", PathOf("masuk"), "--gateway", _gateway.Address, .. options], terminal, time, cancellation);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    private static void AddTo(ZipArchive zip, string name, string text)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(Encoding.UTF8.GetBytes(text));
    }

    private static byte[] Record(string type, string? url, string block, string? length = null)
    {
        var bytes = Encoding.UTF8.GetBytes(block);
        return [.. Encoding.UTF8.GetBytes($"WARC/1.0\r\nWARC-Type: {type}\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2024-05-03T01:02:03Z\r\n{(url is null ? "" : $"WARC-Target-URI: {url}\r\nContent-Type: application/http\r\n")}Content-Length: {length ?? $"{bytes.Length}"}\r\n\r\n"), .. bytes, .. "\r\n\r\n"u8];
    }

    private static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    /// <summary>A clock whose timers fire when the test says so.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private readonly Channel<Action> _waiting = Channel.CreateUnbounded<Action>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == TimeSpan.FromSeconds(2))
            {
                _waiting.Writer.TryWrite(() => callback(state));
                return new Idle();
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }

        /// <summary>Lets the pause end that is waited for now.</summary>
        public async Task StepAsync() => (await _waiting.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)))();

        private sealed class Idle : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
