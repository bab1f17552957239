using System.Text;
using Sikap.Formats.Pages;

namespace Sikap.Formats.Tests.Pages;

/// <summary>What is taken out of pages, one rule a test, on pages invented for it.</summary>
public sealed class PageReaderTests
{
    private const string First = "Puluhan nelayan di pesisir utara meminta pemerintah kota membangun dermaga baru, kata ketua koperasi mereka, Sabtu, di sela musyawarah tahunan.";
    private const string Second = "Dermaga lama, menurut dia, sudah tidak sanggup menampung kapal yang datang setiap musim timur, sehingga sebagian terpaksa berlabuh di muara.";
    private const string Third = "Wali kota menjawab bahwa anggaran tahun depan sudah disusun, tetapi dinas perikanan diminta menghitung ulang kebutuhan mereka.";
    private static readonly string Body = $"<p>{First}</p><p>{Second}</p><p>{Third}</p>";
    private static readonly Uri Address = new("https://warta.example/berita/dermaga-baru");

    public static TheoryData<string, string> Promotions => new()
    {
        { "a linked one", "<p><a href='/x'>Baca juga: Harga ikan naik dua kali lipat</a></p>" },
        { "its label outside of the link", "<p><strong>Baca Juga:</strong> <a href='/x'>Harga ikan naik dua kali lipat</a></p>" },
        { "one that is not linked", "<p>Baca Juga : Harga ikan naik dua kali lipat</p>" },
        { "one in brackets", "<p><em>(Baca: <a href='/x'>Harga ikan naik dua kali lipat</a>)</em></p>" },
        { "a mark to go on to the next page", "<p>Baca di halaman berikutnya</p>" },
        { "a numbered pager", "<p>Halaman: 1 2 3 Selanjutnya</p>" },
        { "an invitation to a channel", "<p>Dapatkan berita pilihan setiap hari dari Warta. Mari bergabung di saluran WhatsApp kami dengan membuka tautan berikut, lalu tekan tombol ikuti. Aplikasinya harus sudah terpasang di ponsel Anda, dan nomornya sudah terdaftar pada layanan itu.</p>" },
        { "an invitation in its second sentence", "<p>Kabar pesisir setiap pagi! Yuk ikuti Warta Contoh di Google News.</p>" },
        { "an invitation in English", "<p>Want more news from the coast? Join our WhatsApp channel.</p>" },
        { "a notice to machines", "<p>Dilarang keras mengambil konten, melakukan crawling, atau pengindeksan otomatis di situs ini tanpa izin tertulis.</p>" },
        { "an embedded post", "<p>Lihat postingan ini di Instagram</p><p>Sebuah kiriman dibagikan oleh Warta Contoh (@warta.contoh)</p>" },
        { "an offer of the desk", "<div><h3>Rekomendasi</h3><p>Dapatkan informasi pilihan redaksi, langsung dari gawai Anda, setiap pagi.</p></div>" },
        { "a line that leads to another page", "<p>Baca artikel Warta selengkapnya <a href='/y'>di sini</a>.</p>" },
        { "a question about the article", "<p>Apakah artikel ini bermanfaat bagi Anda?</p>" },
        { "a rule for comments", "<p>Isi komentar sepenuhnya tanggung jawab pengirimnya, dan redaksi berhak menghapusnya.</p>" },
        { "a wall", "<p>To continue reading, please subscribe to Warta Contoh. You can choose a yearly plan or a weekly one.</p>" },
        { "where it is filed", "<p>Tulisan ini dipublikasikan di <a href='/k'>Kabar</a> dan ditandai <a href='/d'>dermaga</a>.</p>" },
        { "a mark of advertising", "<p>ADVERTISEMENT</p>" },
        { "a mark to go on", "<p>SCROLL TO CONTINUE WITH CONTENT</p>" },
        { "a video's link", "<p><strong>Simak Video: <a href='/v'>Nelayan turun ke jalan</a></strong></p>" },
        { "a placeholder of a video", "<p>[Gambas:Video Warta]</p>" },
        { "a newsletter box", "<div class='newsletter-box'><h3>Warta Pagi</h3><p>Dapatkan ringkasan berita setiap pagi, langsung di kotak surat Anda, gratis.</p></div>" },
        { "a share bar", "<div class='social-share'><a href='#'>Facebook</a> <a href='#'>X</a> <span>Bagikan berita ini ke kawan-kawan Anda, ya.</span></div>" },
        { "an inline list", "<div class='related-articles'><ul><li><a href='/a'>Harga ikan naik dua kali lipat</a></li><li><a href='/b'>Pasar pagi pindah ke utara</a></li></ul></div>" },
        { "cards without a telling name", "<div>" + string.Concat(Enumerable.Range(1, 4).Select(i => $"<div class='k'><h4><a href='/k{i}'>Judul berita lain nomor {i} yang panjang</a></h4><p>Ringkasan pendek tentang berita lain itu, dalam satu kalimat saja.</p></div>")) + "</div>" },
        { "a consent notice in English", "<div class='cookie-consent'><p>We use cookies to make the site work, to count visits and to show advertising.</p></div>" },
        { "a caption", "<figure><img src='f.jpg'><figcaption>Nelayan menurunkan ikan di dermaga lama, Jumat. Foto: Warta</figcaption></figure>" },
        { "a caption that is not named so", "<div class='z1'><img src='f.jpg'><div class='z2'>Nelayan menurunkan ikan di dermaga lama, Jumat.</div></div>" },
        { "a poll", "<div class='polling'><p>Setujukah Anda dengan rencana pembangunan dermaga baru di pesisir utara itu?</p><label>Setuju</label><label>Tidak</label></div>" },
        { "a form", "<form><p>Tuliskan alamat surat Anda, lalu kirim, agar kami dapat menghubungi Anda kembali.</p><input></form>" },
        { "a tooltip", "<div class='js-tooltip'><p>Simpan artikel ini di halaman Anda, supaya dapat dibaca lagi nanti, kapan saja.</p></div>" },
        { "hidden text", "<div style='display:none'><p>Kalimat yang tidak dilihat pembaca, tetapi ada di dalam halaman ini, entah mengapa.</p></div>" },
    };

    [Theory]
    [MemberData(nameof(Promotions))]
    public void Text_WithPromotionInside_LeavesItOut(string what, string promotion)
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div class='isi'><p>{First}</p>{promotion}<p>{Second}</p><p>{Third}</p></div>");

        article.Text.ShouldBe(Lines(First, Second, Third), what);
    }

    [Theory]
    // Marks to go on, and numbers of pages.
    [InlineData("Baca Selanjutnya: Harga ikan naik dua kali lipat sejak awal bulan")]
    [InlineData("Selanjutnya: Harga ikan naik dua kali lipat sejak awal bulan di pasar pagi kota utara")]
    [InlineData("Menarik Dibaca: Lima resep ikan bakar dari pesisir utara")]
    [InlineData("BACA HALAMAN BERIKUTNYA")]
    [InlineData("2 dari 4 halaman")]
    [InlineData("Halaman 1/3")]
    [InlineData("Halaman : 1 2 3 Semua Halaman")]
    [InlineData("Page 2 of 4")]
    [InlineData("Scroll untuk membaca")]
    [InlineData("Lewati Paling banyak dibaca dan lanjutkan membaca")]
    // Other articles and videos.
    [InlineData("Cek Video di Bawah Ini")]
    [InlineData("Yuk, simak juga video ini!")]
    [InlineData("Next Article: Harga ikan naik dua kali lipat")]
    [InlineData("Kamu sedang membaca: Nelayan minta dermaga")]
    [InlineData("Baca berita terkini dan terpercaya di Berita Warta")]
    [InlineData("Baca berita tanpa iklan. Gabung Warta Plus")]
    [InlineData("Artikel Berkaitan")]
    // What readers are asked to do.
    [InlineData("Tulis komentar dengan menyertakan tagar pesisir di kolom komentar. Menangkan hadiah untuk sembilan puluh pemenang!")]
    [InlineData("Ingatlah untuk menjaga komentar Anda tetap sopan di kolom warga")]
    [InlineData("Segera lengkapi data dirimu agar akunmu dapat diperiksa.")]
    [InlineData("Warta berkomitmen menghadirkan kabar jernih dari pesisir. Kirim apresiasi untuk mendukung jurnalisme kami.")]
    [InlineData("Jadikan Warta sumber pilihan Anda di Google")]
    [InlineData("Add Warta as a preferred source on Google")]
    [InlineData("Untuk mengetahui kebenaran informasi yang beredar, kirim pertanyaan ke nomor kami dengan kata kunci yang diinginkan.")]
    [InlineData("Dapatkan berita up to date dari Warta hanya dengan satu akun, dan nantikan kejutan menarik lainnya.")]
    [InlineData("Klik di sini untuk bergabung ke saluran WhatsApp Warta.")]
    [InlineData("Jangan ketinggalan kabar. Sertai saluran Telegram kami sekarang.")]
    [InlineData("Muat turun aplikasi Warta. Klik di sini!")]
    // What stands in for something, and what belongs to images.
    [InlineData("Artikel ini memuat konten yang disediakan oleh layanan lain. Kami meminta persetujuan Anda sebelum konten dimuat.")]
    [InlineData("Keterangan gambar, Nelayan menurunkan ikan")]
    [InlineData("Perbesar")]
    // Where the article appeared first, and who helped.
    [InlineData("Sebagian artikel ini telah tayang di WartaUtara.com dengan judul Nelayan minta dermaga")]
    [InlineData("Artikel ini telah tayang di WartaUtara.com dengan judul Nelayan minta dermaga baru, wali kota menjawab dengan hitungan ulang dinas perikanan, https://utara.warta.example/2026/08/16/nelayan-minta-dermaga-baru")]
    [InlineData("Rini Lestari berkontribusi dalam penulisan artikel ini.")]
    public void Text_WithALineOfTheOutletInside_LeavesItOut(string line) =>
        Read($"<h1>Nelayan minta dermaga baru</h1><div class='isi'><p>{First}</p><p>{Second}</p><p>{line}</p><p>{Third}</p></div>").Text.ShouldBe(Lines(First, Second, Third));

    [Theory]
    [InlineData("Halaman kantor itu 200 meter persegi luasnya, cukup untuk 40 kapal kecil.")]
    [InlineData("Selanjutnya, kata dia, dermaga akan dikeruk pada awal tahun depan.")]
    [InlineData("Infografis itu disusun dinas dari catatan dua belas bulan terakhir.")]
    [InlineData("Kirim saja barangnya lewat laut, kata dia, sebab jalan darat masih putus.")]
    [InlineData("Dukungan warga mengalir lewat saluran WhatsApp kota sejak pagi, kata lurah.")]
    [InlineData("\"Lihat juga keadaan di muara,\" kata ketua koperasi nelayan itu, sambil menunjuk kapal yang berlabuh.")]
    [InlineData("Warga mengeluh lewat kanal WhatsApp milik kota, tetapi belum ada yang menjawab sampai Sabtu malam.")]
    [InlineData("Ikuti saja, kata dia, arahan petugas, sebab ombak masih tinggi sampai awal pekan depan.")]
    public void Text_WithWhatOnlyLooksLikePromotion_KeepsIt(string sentence) =>
        Read($"<h1>Nelayan minta dermaga baru</h1><div class='isi'><p>{First}</p><p>{sentence}</p><p>{Second}</p></div>").Text.ShouldBe(Lines(First, sentence, Second));

    [Fact]
    public void Text_WithALinkedLineBetweenBreaks_LosesTheLineAlone()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div class='isi'><p>{First}<br><strong>Baca juga: <a href='/x'>Harga ikan naik dua kali lipat</a></strong><br>{Second}</p><p><a href='/y'>Baca juga: Pasar pagi pindah</a><br>{Third}<br><a href='/z'>Simak juga: Kapal baru tiba</a></p></div>");

        article.Text.ShouldBe(Lines($"{First} {Second}", Third));
    }

    [Theory]
    [InlineData("<strong>Kota Utara</strong> - <p>{0}</p>")]
    [InlineData("<p>Kota Utara -</p><p>{0}</p>")]
    public void Text_WhosePlaceIsSetApart_BeginsWithIt(string beginning)
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div class='isi'>{string.Format(System.Globalization.CultureInfo.InvariantCulture, beginning, First)}<p>{Second}</p><p>{Third}</p></div>");

        article.Text.ShouldBe(Lines($"Kota Utara - {First}", Second, Third));
    }

    [Fact]
    public void Captions_WithMarksOfAdvertising_LeaveThemOut()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div class='isi'><p>{First}</p><div><p class='para-caption'>ADVERTISEMENT</p><p class='para-caption'>SCROLL TO CONTINUE WITH CONTENT</p></div><p>{Second}</p><p>{Third}</p></div>");

        article.Captions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("<p>Sumber: Kantor Berita Utara</p>", "Sumber: Kantor Berita Utara")]
    [InlineData("<p>Pewarta: Rini Lestari<br>Editor: Budi Hartono</p>", "Pewarta: Rini Lestari|Editor: Budi Hartono")]
    [InlineData("<div>Penulis/Editor: Rini Lestari</div>", "Penulis/Editor: Rini Lestari")]
    [InlineData("<p>Artikel ini telah tayang di WartaUtara.com dengan judul Nelayan minta dermaga baru</p>", "Artikel ini telah tayang di WartaUtara.com dengan judul Nelayan minta dermaga baru")]
    [InlineData("<p>Pewarta: Rini Lestari<br>Editor: Budi Hartono<br>Copyright © WARTA 2026</p>", "Pewarta: Rini Lestari|Editor: Budi Hartono")]
    [InlineData("<p>[Gambas:Video Warta]</p>", "")]
    [InlineData("<p>Rep: Rini Lestari Red: Budi Hartono</p>", "Rep: Rini Lestari|Red: Budi Hartono")]
    [InlineData("<p>(Kantor Berita Utara/rl)</p>", "(Kantor Berita Utara/rl)")]
    [InlineData("<p>(WartaUtara.com/Rini Lestari/Budi Hartono)</p>", "(WartaUtara.com/Rini Lestari/Budi Hartono)")]
    [InlineData("<p>Laporan wartawan WartaUtara.com, Rini Lestari</p>", "Laporan wartawan WartaUtara.com, Rini Lestari")]
    [InlineData("<div>Bagikan</div><div>Tag</div><p>Artikel ini telah tayang di Warta Utara</p>", "Artikel ini telah tayang di Warta Utara")]
    [InlineData("<p>Harga: Rp12.000</p><p>Editorial: pekan depan</p>", "")]
    public void Credits_LinesBehindTheText_AreApart(string behind, string credits)
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div class='isi'>{Body}{behind}</div>");

        article.Credits.ShouldBe(credits.Split('|', StringSplitOptions.RemoveEmptyEntries));
        article.Text.ShouldBe(Lines(First, Second, Third));
        article.TextWithCredits.ShouldBe(credits.Length == 0 ? article.Text : article.Text + "\n\n" + credits.Replace('|', '\n'));
    }

    [Fact]
    public void Text_AmongMenusAndLists_IsTheArticle()
    {
        var links = string.Concat(Enumerable.Range(1, 30).Select(i => $"<li><a href='/{i}'>Judul berita lain nomor {i} yang cukup panjang</a></li>"));

        var article = Read($"<header><nav><ul>{links}</ul></nav></header><div><div><h1>Nelayan minta dermaga baru</h1><div>{Body}</div></div><div><ul>{links}</ul></div></div><footer><p>Hak cipta Warta Contoh, dilarang menyalin tanpa izin tertulis.</p></footer>");

        article.Text.ShouldBe(Lines(First, Second, Third));
        article.Kind.ShouldBe(PageKind.Article);
    }

    [Fact]
    public void Text_PartedByAdvertising_IsWhole()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div class='a'><div class='b'><p>{First}</p><p>{Second}</p></div><div class='ad-slot'><p>Iklan</p></div><div class='b'><p>{Third}</p></div></div>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Text_PartedByBreaks_HasItsParagraphs()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div>{First}<br><br>{Second}<br/>\n<br/>{Third}</div>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Text_InElementsOfAMisleadingName_IsKept()
    {
        // Every paragraph stands in an element named after the sidebar.
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div><div class='sidebar-grid'><p>{First}</p></div><div class='sidebar-grid'><p>{Second}</p></div><div class='sidebar-grid'><p>{Third}</p></div></div>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Theory]
    // What a WordPress post is filed under: its terms are names of its element.
    [InlineData("post-12 post type-post status-publish hentry category-komentar tag-cookies tag-video")]
    // Drupal says so of a field whose label is not shown.
    [InlineData("field field--name-body field--label-hidden")]
    [InlineData("u-overflow-hidden")]
    [InlineData("hidden-xs")]
    [InlineData("with-sticky-sidebar")]
    public void Text_InElementsWhoseNamesSpeakOfOtherThings_IsKept(string names)
    {
        var comments = string.Concat(Enumerable.Range(1, 12).Select(i => $"<div class='comment'><p>Menurut saya, dermaga lama masih cukup kalau dikeruk, tidak usah yang baru, apalagi sekarang ({i}).</p></div>"));

        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div class='{names}'>{Body}</div><div id='comments'>{comments}</div>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Text_BesideMuchThatIsHidden_IsFoundBehindItsHeadlineWhateverItsNames()
    {
        var notices = string.Concat(Enumerable.Range(1, 12).Select(i => $"<p>Penyedia nomor {i} menyimpan data kunjungan, alamat, dan pilihan Anda, selama yang diperlukan untuk tujuan tersebut.</p>"));

        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div class='promo-video'>{Body}</div><div id='cookie-notice'>{notices}</div>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Text_InAMisnamedElementThatHoldsTheHeadline_IsKept()
    {
        var comments = string.Concat(Enumerable.Range(1, 10).Select(i => $"<div class='comment'><p>Menurut saya, dermaga lama masih cukup kalau dikeruk, tidak usah yang baru, apalagi sekarang ({i}).</p></div>"));

        var article = Read($"<div class='slider'><h1>Nelayan minta dermaga baru</h1>{Body}</div><div id='comments'>{comments}</div>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Text_WhoseStandfirstIsAHeading_BeginsWithIt()
    {
        const string lead = "Koperasi nelayan menunggu jawaban wali kota sampai akhir bulan, sebelum musim timur tiba.";

        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div class='a'><h3>{lead}</h3>{Body}</div>");

        article.Text.ShouldBe(Lines(lead, First, Second, Third));
    }

    [Fact]
    public void Text_ShorterThanTheFooter_IsTheArticle()
    {
        var about = string.Concat(Enumerable.Range(1, 5).Select(i => $"<p>Warta Contoh menyiarkan kabar dari pesisir sejak lama, dan bagian nomor {i} dari keterangan ini menjelaskan syarat pemakaiannya.</p>"));

        var article = Read($"<div><h1>Nelayan minta dermaga baru</h1><div>{Body}</div></div><footer>{about}</footer>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Text_WhoseStandfirstIsCalledATeaser_BeginsWithIt()
    {
        const string lead = "Koperasi nelayan menunggu jawaban wali kota sampai akhir bulan, sebelum musim timur tiba.";

        var article = Read($"<header><h1>Nelayan minta dermaga baru</h1><div class='berita-teaser'><p>{lead}</p></div></header><div>{Body}</div><div class='teaser'><p>Harga ikan naik dua kali lipat sejak awal bulan, kata para pedagang, karena kapal tidak melaut.</p></div>");

        article.Text.ShouldBe(Lines(lead, First, Second, Third));
    }

    [Fact]
    public void Text_BesideAnImage_IsNoCaptionWhereItIsNamedAsText()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div><p>{First}</p><div class='article-image'><div class='article-body'><p>{Second}</p></div></div><p>{Third}</p><p>{First} Begitu pula tahun lalu, katanya.</p><p>{Third} Begitu pula tahun lalu, katanya.</p></div>");

        article.Text.ShouldContain(Second);
    }

    [Fact]
    public void Text_ThatBeginsWithAShortSentence_HasIt()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div><p>Dermaga itu sudah lama tua.</p>{Body}</div>");

        article.Text.ShouldBe(Lines("Dermaga itu sudah lama tua.", First, Second, Third));
    }

    [Fact]
    public void Text_WithAStrayNul_IsRead()
    {
        var article = Read($"<!--{new string('-', 2000)}--><h1>Nelayan minta dermaga baru</h1><div>{Body.Replace("Sabtu", "Sab\0tu", StringComparison.Ordinal)}</div>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Text_WithHeadings_KeepsThoseThatParagraphsFollow()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div><p>{First}</p><h2>Menunggu anggaran</h2><p>{Second}</p><p>{Third}</p><h2>Berita Terkait</h2><ul><li><a href='/a'>Harga ikan naik</a></li><li><a href='/b'>Pasar pagi pindah</a></li></ul></div>");

        article.Text.ShouldBe(Lines(First, "Menunggu anggaran", Second, Third));
    }

    [Fact]
    public void Text_AfterHeadlineBylineAndStandfirst_BeginsWithTheStandfirst()
    {
        const string lead = "Koperasi nelayan menunggu jawaban wali kota sampai akhir bulan, sebelum musim timur tiba.";

        var article = Read($"<article><h1>Nelayan minta dermaga baru</h1><div class='standfirst'>{lead}</div><div class='byline'>Oleh Rina Contoh</div><p>3 menit baca</p><p>16 Agustus 2026, 09.30 WIB</p>{Body}</article>");

        article.Text.ShouldBe(Lines(lead, First, Second, Third));
    }

    [Fact]
    public void Text_WithComments_EndsBeforeThem()
    {
        var comments = string.Concat(Enumerable.Range(1, 12).Select(i => $"<div class='comment'><p>Menurut saya, dermaga lama masih cukup kalau dikeruk, tidak usah yang baru, apalagi sekarang ({i}).</p></div>"));

        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div>{Body}</div><div id='comments'>{comments}</div>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Text_WithTheNextArticleBelow_IsTheOneOfTheHeadline()
    {
        const string other = "Harga ikan di pasar pagi naik dua kali lipat sejak awal bulan, kata para pedagang, karena kapal tidak melaut.";

        var article = Read($"<main><article><h1>Nelayan minta dermaga baru</h1>{Body}</article><article><h1>Harga ikan naik</h1><p>{other}</p><p>{other} Pembeli mengeluh.</p><p>{other} Dinas akan turun tangan.</p></article></main>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Text_OnlyInAScript_IsRead()
    {
        var escaped = Body.Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal);

        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div id='root'></div><script>self.data.push({{\"html\":\"{escaped}\"}})</script>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Text_OnlyInJsonLd_IsRead()
    {
        var article = Read($"<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"Nelayan minta dermaga baru\",\"articleBody\":\"{First}\\n{Second}\\n{Third}\"}}</script><div id='root'></div>");

        article.Text.ShouldBe(Lines(First, Second, Third));
        article.Kind.ShouldBe(PageKind.Article);
    }

    [Theory]
    // A script shows one page at a time; all are in the document, named after the pager.
    [InlineData("<div class='k paging-content' style='display:none'><h2 class='title-paging'>Anggaran</h2><p>{0}</p></div>", "Anggaran|{0}")]
    [InlineData("<div class='paging'><p>Halaman</p><a href='?page=2'>2</a><a href='?page=3'>3</a></div>", "")]
    [InlineData("<div class='pagination'>Selanjutnya: <a href='?page=2'>Anggaran dermaga baru menurut dinas perikanan kota, halaman kedua</a></div>", "")]
    public void Text_InWhatIsNamedAfterAPager_IsKeptUnlessItIsOne(string paged, string expected)
    {
        const string long1 = "Kepala dinas perikanan mengatakan hitungan itu akan selesai dalam sebulan, lalu dibahas bersama anggota dewan kota pada sidang pertama tahun depan, sebelum panitia lelang dibentuk dan gambar dermaga diumumkan kepada warga.";

        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div><div class='isi'>{Body}</div>{paged.Replace("{0}", long1, StringComparison.Ordinal)}</div>");

        article.Text.ShouldBe(Lines([First, Second, Third, .. expected.Replace("{0}", long1, StringComparison.Ordinal).Split('|', StringSplitOptions.RemoveEmptyEntries)]));
    }

    [Fact]
    public void Text_BehindTheCopyrightOfAnImage_GoesOn()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div>{Body}<div class='k'>Kanal Pesisir ©2026 Warta</div><p>{First} Begitu pula tahun lalu.</p></div><div>© 2026 Warta Contoh</div><div><p>Warta Contoh menyiarkan kabar dari pesisir sejak lama, dari kantor di kota utara.</p></div>");

        article.Text.ShouldBe(Lines(First, Second, Third, $"{First} Begitu pula tahun lalu."));
    }

    [Fact]
    public void Text_BehindTheCopyrightOfAnImageOnItsNextPage_GoesOn()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div><div class='teks awal'>{Body}</div><div class='teks'><h2>Anggaran</h2><div>©2026 Warta</div><p>{First} Begitu pula tahun lalu.</p></div></div>");

        article.Text.ShouldBe(Lines(First, Second, Third, "Anggaran", $"{First} Begitu pula tahun lalu."));
    }

    [Fact]
    public void Text_WhoseSentencesAreHeadingsBetweenImages_HasThem()
    {
        const string one = "1. Dermaga lama tampak dari menara mercusuar pada pagi hari, ketika kapal pulang.";
        const string two = "2. Para nelayan menurunkan ikan bersama keluarga mereka di atas papan yang lapuk.";

        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div>{Body}<h2>{one}</h2><figure><img src='1.jpg'></figure><h2>{two}</h2><figure><img src='2.jpg'></figure><h2>Video pilihan hari ini</h2></div>");

        article.Text.ShouldBe(Lines(First, Second, Third, one, two));
    }

    [Fact]
    public void Text_ThatEndsInShortNumberedLines_HasThem()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div>{Body}<p>Dermaga yang dikeruk</p><p>1. Muara Utara</p><p>2. Teluk Tengah</p></div>");

        article.Text.ShouldBe(Lines(First, Second, Third, "Dermaga yang dikeruk", "1. Muara Utara", "2. Teluk Tengah"));
    }

    [Theory]
    [InlineData("(rl/bh)")]
    [InlineData("[rin]")]
    [InlineData("(Ant/E-3)")]
    public void Text_WithInitialsBehindOneOfItsPages_LeavesThemOut(string initials)
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div><p>{First}</p><p>{initials}</p><p>{Second}</p><p>(Tangkapan ikan turun separuh.)</p><p>{Third}</p></div>");

        article.Text.ShouldBe(Lines(First, Second, "(Tangkapan ikan turun separuh.)", Third));
        article.Credits.ShouldBe([initials]);
    }

    [Theory]
    [InlineData("<div class='summary'><div>Jadi intinya...</div><ul><li>Nelayan meminta dermaga baru kepada kota.</li><li>Wali kota menjawab dengan hitungan ulang.</li></ul></div>")]
    [InlineData("<p><b>Ringkasan Berita:</b></p><ul><li>Nelayan meminta dermaga baru kepada kota.</li><li>Wali kota menjawab dengan hitungan ulang.</li></ul>")]
    public void Text_BelowASummaryMadeByAMachine_BeginsBehindIt(string summary) =>
        Read($"<h1>Nelayan minta dermaga baru</h1><div>{summary}{Body}</div>").Text.ShouldBe(Lines(First, Second, Third));

    [Fact]
    public void Text_WithAnOfferBehindIt_LeavesItOut()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div><div>{Body}</div><div class='k'><p>Banyak orang baik di sekitar kita, dan kisah mereka layak dibagikan. Kirimkan kisah mereka kepada kami.</p><a href='/kirim'>Kirimkan</a></div></div>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Text_BesideLongListsOfOtherTexts_IsTheArticle()
    {
        var article = $"<h1>Nelayan minta dermaga baru</h1><div>{string.Concat(Enumerable.Repeat(Body, 4))}</div>";
        var feed = string.Concat(Enumerable.Range(1, 40).Select(i => $"<li><h2><a href='/{i}'>Judul berita lain nomor {i} yang cukup panjang</a></h2><div>Kamis, 18 Juni 2026: ringkasan berita lain itu, dalam satu kalimat yang cukup panjang untuk sebuah daftar.</div></li>"));
        var glossary = string.Concat(Enumerable.Range(1, 40).Select(i => $"<li><b>Istilah {i}</b><p>Keterangan istilah nomor {i}, ditulis untuk pembaca yang belum mengenalnya, dalam satu kalimat yang cukup panjang.</p></li>"));

        Read($"<div>{article}<ul>{feed}</ul></div>").Text.ShouldBe(Lines([.. Enumerable.Repeat(Lines(First, Second, Third), 4)]));
        Read($"<div>{article}<div class='widget-rightside'><ul>{glossary}</ul></div></div>").Text.ShouldBe(Lines([.. Enumerable.Repeat(Lines(First, Second, Third), 4)]));
        Read($"<div>{article}<div class='tab-pane fade'><ul>{glossary}</ul></div></div>").Text.ShouldBe(Lines([.. Enumerable.Repeat(Lines(First, Second, Third), 4)]));
    }

    [Fact]
    public void Text_WhoseFirstSentenceIsItsSummaryToo_HasItOnce()
    {
        var article = Read($"<meta property='og:description' content='{Second}'><h1>Nelayan minta dermaga baru</h1><div class='foto'><p>{Second}</p></div><div>{Body}</div>");

        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Fact]
    public void Captions_OfImages_AreKeptApart()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div><p>{First}</p><figure><img><figcaption>Dermaga lama, Jumat.</figcaption></figure><p>{Second}</p><p>{Third}</p></div>");

        article.Captions.ShouldBe(["Dermaga lama, Jumat."]);
        article.Text.ShouldNotContain("Dermaga lama, Jumat.");
    }

    [Fact]
    public void Kind_OfAFrontPage_IsListing()
    {
        var page = Read(string.Concat(Enumerable.Range(1, 40).Select(i => $"<div><a href='/{i}'>Judul berita nomor {i} yang cukup panjang untuk sebuah judul</a></div>")));

        page.Kind.ShouldBe(PageKind.Listing);
        page.Text.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", PageKind.Listing)]
    // A round-up of articles is made in the same way, and says that it is one.
    [InlineData("<meta property='og:type' content='article'>", PageKind.Article)]
    public void Kind_OfTeasersBelowLinkedHeadlines_IsListing(string meta, PageKind kind)
    {
        var teasers = Enumerable.Range(1, 8).Select(i => $"<div><h2><a href='/{i}'>Judul berita nomor {i} dari pesisir utara</a></h2><span>{i} jam lalu</span><p>{First.Replace("Puluhan", $"Sebanyak {i * 7}", StringComparison.Ordinal)}</p></div>");

        Read($"{meta}<h1>Berita terkini</h1>{string.Concat(teasers)}").Kind.ShouldBe(kind);
    }

    [Fact]
    public void Kind_OfAnArticleWithLinesToOthers_IsArticle() =>
        Read($"<h1>Nelayan minta dermaga baru</h1><p>{First}</p><p><a href='/1'>Harga ikan naik dua kali lipat sejak Lebaran</a></p><p>{Second}</p><p><a href='/2'>Kapal asing ditangkap di perairan utara</a></p><p>{Third}</p>").Kind.ShouldBe(PageKind.Article);

    [Theory]
    [InlineData("<title>Nelayan minta dermaga baru - Warta Contoh</title><meta property='og:site_name' content='Warta Contoh'>", "Nelayan minta dermaga baru")]
    [InlineData("<title>Nelayan minta dermaga baru | Warta</title>", "Nelayan minta dermaga baru")]
    [InlineData("<link rel='canonical' href='https://www.wartacontoh.example/a'><meta property='og:site_name' content='Warta'><title>Nelayan minta dermaga baru - WartaContoh.Example</title>", "Nelayan minta dermaga baru")]
    [InlineData("<link rel='canonical' href='https://www.wartacontoh.example/a'><title>Nelayan minta dermaga baru - tempat lelang menyusul pada tahun depan</title>", "Nelayan minta dermaga baru - tempat lelang menyusul pada tahun depan")]
    [InlineData("<title>Warta - Pesisir - Nelayan minta dermaga baru</title></head><h1>Nelayan minta dermaga baru</h1>", "Nelayan minta dermaga baru")]
    [InlineData("<meta property='og:title' content='Nelayan minta dermaga baru &amp;amp; tempat lelang'>", "Nelayan minta dermaga baru & tempat lelang")]
    public void Title_WithoutHeading_LosesTheOutlet(string head, string title) => Page($"<head>{head}</head><body>{Body}</body>").Title.ShouldBe(title);

    [Fact]
    public void Metadata_OfJsonLd_IsRead()
    {
        var article = Page($$$"""
            <html lang="id-ID"><head><link rel="canonical" href="https://warta.example/kanonik"><script type="application/ld+json">
            {"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"Warta Contoh"},
            {"@type":["NewsArticle"],"headline":"Nelayan minta dermaga baru","datePublished":"2026-08-16T09:30:00+07:00","dateModified":"2026-08-17","author":[{"@type":"Person","name":"Rina Contoh"},{"@type":"Person","name":"Budi Misal (bm)"}],
            "publisher":{"@type":"Organization","name":"Warta Contoh"}},]}
            </script></head><body><h1>Nelayan minta dermaga baru</h1>{{{Body}}}</body></html>
            """);

        article.Published.ShouldBe(new Stamp(new DateTimeOffset(2026, 8, 16, 9, 30, 0, TimeSpan.FromHours(7)), StampPrecision.Second, "json-ld.datePublished"));
        article.Modified!.Value.Precision.ShouldBe(StampPrecision.Day);
        article.Authors.ShouldBe(["Rina Contoh", "Budi Misal"]);
        article.Publisher.ShouldBe("Warta Contoh");
        article.Language.ShouldBe("id-ID");
        article.CanonicalUrl.ShouldBe(new Uri("https://warta.example/kanonik"));
    }

    [Theory]
    [InlineData("<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"description\":\"baris\n baru\",\"datePublished\":\"2026-08-16\"}</script>", "json-ld.datePublished", "2026-08-16")]
    [InlineData("<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"description\":\"Kata \"sabar\", pesan \"ibu\" kota\",\"datePublished\":\"2026-08-16\"}</script>", "json-ld.datePublished", "2026-08-16")]
    [InlineData("<script>window.halaman={\"terkait\":[],\"publishedAt\":\"2026-08-16T09:30:00+07:00\"}</script>", "script.publishedAt", "2026-08-16")]
    [InlineData("<script>self.data.push([1,\"{\\\"published_date\\\":\\\"2026-08-16 09:30:00\\\"}\"])</script>", "script.published_date", "2026-08-16")]
    [InlineData("<time class='updated' datetime='2026-08-18'>18 Agustus</time><time class='entry-date published' datetime='2026-08-16'>16 Agustus</time>", "time", "2026-08-16")]
    [InlineData("<div>Diperbarui: 18 Agustus 2026, 10:00 WIB | Tayang: 16 Agustus 2026, 09:12 WIB</div>", "text", "2026-08-16")]
    [InlineData("<div>16 Agustus 2026, 09:12 WIB | Diperbarui 18 Agustus 2026</div>", "text", "2026-08-16")]
    [InlineData("<div>Updated August 18, 2026</div><div>August 16, 2026</div>", "text", "2026-08-16")]
    [InlineData("<div>Terakhir diubah 16 Agustus 2026</div>", "text", "2026-08-16")]
    [InlineData("<meta property='article:published_time' content='2026-08-16T01:00:00Z'>", "meta.article:published_time", "2026-08-16")]
    [InlineData("<time datetime='2026-08-16T09:30+07:00'>kemarin</time>", "time", "2026-08-16")]
    [InlineData("<span itemprop='datePublished'>16 Agustus 2026</span>", "itemprop.datePublished", "2026-08-16")]
    [InlineData("<div>Minggu, 16 Agustus 2026 | 09:30 WIB</div>", "text", "2026-08-16")]
    public void Published_FromEachPlace_NamesIt(string dated, string from, string day)
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1>{dated}<div>{Body}</div>");

        article.Published.ShouldNotBeNull();
        article.Published.Value.From.ShouldBe(from);
        article.Published.Value.Value.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture).ShouldBe(day);
    }

    [Fact]
    public void Published_InScriptsOfSeveralArticles_IsNotGuessed() =>
        Read($"<h1>Nelayan minta dermaga baru</h1><div>{Body}</div><script>var terkait=[{{\"publishedAt\":\"2026-08-16\"}},{{\"publishedAt\":\"2026-08-14\"}}]</script>").Published.ShouldBeNull();

    [Theory]
    [InlineData("2026-08-16T09:30:00", "", true)]
    [InlineData("2026-08-16T09:30:00Z", "", false)]
    [InlineData("2026-08-16T09:30:00+07:00", "", false)]
    [InlineData("2026-08-16T09:30:00", "Minggu, 16 Agustus 2026 09:30 WIB", false)]
    [InlineData("2026-08-16T09:30:00", "Minggu, 16 Agustus 2026 09:30", true)]
    public void Published_WithoutAZone_SaysSo(string told, string shown, bool isUnknown) =>
        Read($"<meta property='article:published_time' content='{told}'><h1>Nelayan minta dermaga baru</h1><div>{shown}</div><div>{Body}</div>").Published!.Value.IsZoneUnknown.ShouldBe(isUnknown);

    [Fact]
    public void Published_OnlyInTheAddress_IsADay()
    {
        var article = Page($"<h1>Nelayan minta dermaga baru</h1>{Body}", new Uri("https://warta.example/2026/08/16/dermaga"));

        article.Published.ShouldBe(new Stamp(new DateTimeOffset(2026, 8, 16, 0, 0, 0, TimeSpan.Zero), StampPrecision.Day, "url"));
    }

    [Theory]
    [InlineData("2026-08-15T18:05:40Z", "Minggu, 16 Agustus 2026 01:05 WIB", "2026-08-16T01:05:40+07:00")]
    [InlineData("2026-08-15T18:05:40Z", "Minggu, 16 Agustus 2026 02:05", "2026-08-16T02:05:40+08:00")]
    // The readers' clock, written as if it were UTC.
    [InlineData("2026-08-16T01:05:40Z", "Minggu, 16 Agustus 2026 01:05 WIB", "2026-08-16T01:05:40+07:00")]
    // Another moment, such as that of a change, says nothing of the clock.
    [InlineData("2026-08-15T18:05:40Z", "Minggu, 16 Agustus 2026 09:17 WIB", "2026-08-15T18:05:40+00:00")]
    [InlineData("2026-08-15T18:05:40Z", "Minggu, 16 Agustus 2026 02:17", "2026-08-15T18:05:40+00:00")]
    [InlineData("2026-08-15T23:05:40+02:00", "Minggu, 16 Agustus 2026 04:05", "2026-08-15T23:05:40+02:00")]
    public void Published_ToldInUtc_HasTheOffsetOfTheClockShown(string told, string shown, string expected)
    {
        var article = Read($"<meta property='article:published_time' content='{told}'><h1>Nelayan minta dermaga baru</h1><div>{shown}</div><div>{Body}</div>");

        article.Published!.Value.Value.ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture).ShouldBe(expected);
    }

    [Fact]
    public void Published_BesideTimesOfOtherArticles_IsThatNearTheHeadline()
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div>Terbit 16 Agustus 2026</div><div>{Body}</div><ul><li><a href='/x'>Harga ikan naik dua kali lipat</a> <time datetime='2026-08-20'>20 Agustus</time></li></ul>");

        article.Published!.Value.Value.Day.ShouldBe(16);
    }

    [Fact]
    public void Published_BehindTheStandfirst_IsFound()
    {
        var article = Read($"<article><h1>Nelayan minta dermaga baru</h1><h2>Koperasi nelayan menunggu jawaban wali kota sampai akhir bulan, sebelum musim timur tiba.</h2><div class='d'>16 Agustus 2026</div>{Body}</article>");

        article.Published!.Value.Value.Day.ShouldBe(16);
    }

    [Theory]
    [InlineData("<div class='detail-author'>Rina Contoh - kabarContoh</div>", "", "Rina Contoh")]
    [InlineData("<a rel='author' href='/r'>Rina Mei</a>", "", "Rina Mei")]
    [InlineData("<a rel='author' href='/r'>Rina Contoh, 16 Agustus 2026 09:30</a><a rel='author' href='/r'>Semua tulisan Rina Contoh</a>", "", "Rina Contoh")]
    [InlineData("<span itemprop='author'>admin</span>", "<p>Pewarta: Rina Contoh<br>Editor: Budi Misal</p>", "Rina Contoh")]
    [InlineData("<meta name='author' content='9Kabar Redaksi'>", "", "9Kabar Redaksi")]
    [InlineData("<div>Reporter</div><p>Rina Contoh</p><div>Editor</div><p>Budi Misal</p>", "", "Rina Contoh")]
    [InlineData("", "<p>(Ditulis oleh Rina Contoh)</p>", "Rina Contoh")]
    [InlineData("<div id='penulis'>Rina Contoh</div>", "", "Rina Contoh")]
    [InlineData("<p>Penulis: Rina Contoh | Editor: Budi Misal</p>", "", "Rina Contoh")]
    [InlineData("<meta name='author' content='Redaksi'><p>Oleh Rina Contoh</p>", "", "Rina Contoh")]
    [InlineData("<div class='penulis'>Kirim tulisan Anda di sini</div>", "", "")]
    public void Authors_OfTheByline_AreNamesAlone(string byline, string behind, string expected)
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1>{byline}<div>{Body}{behind}</div><div class='lain'><h4>Tulisan lain</h4><a rel='author' href='/b'>Budi Misal</a></div>".Replace("<a rel='author' href='/b'>", expected.Length == 0 ? "<a href='/b'>" : "<a rel='author' href='/b'>", StringComparison.Ordinal));

        article.Authors.ShouldBe(expected.Length == 0 ? [] : [expected]);
    }

    [Theory]
    // A company, and an outlet known by its address alone.
    [InlineData("PT. WARTA UTARA", "<div>Oleh : Rina Contoh</div>")]
    [InlineData("Warta Media Utara", "<div>Oleh : Rina Contoh</div>")]
    [InlineData("rin", "<div class='author'>Rina Contoh - kabar</div>")]
    // Roles in lines of their own, behind the names or in front of them.
    [InlineData("Budi Misal", "<h6>Rina Contoh</h6><h6>Penulis</h6><h6>Budi Misal</h6><h6>Editor</h6>")]
    [InlineData("Budi Misal", "<div>Penulis</div><div>Rina Contoh</div><div>Editor</div><div>Budi Misal</div>")]
    [InlineData("Warta Media Utara", "<div>Rina Contoh</div><div>Jurnalis</div><ul><li>Share on Facebook</li></ul>")]
    // One line for several things.
    [InlineData("Warta Media Utara", "<div>KABAR | 16 Agustus 2026 10:15 Reporter : Rina Contoh</div>")]
    [InlineData("Warta Media Utara", "<div>Laporan Wartawan Warta.example, Rina Contoh</div>")]
    public void Authors_WhereTheMetadataNameOthers_AreThoseShown(string told, string shown) =>
        Read($"<meta name='author' content='{told}'><h1>Nelayan minta dermaga baru</h1>{shown}{Body}").Authors.ShouldBe(["Rina Contoh"]);

    [Theory]
    [InlineData("Nelayan minta dermaga baru :: Warta Utara", "Warta Utara")]
    [InlineData("Nelayan minta dermaga baru", null)]
    [InlineData(" ", null)]
    public void Publisher_ThatRepeatsTheTitle_IsWhatIsLeft(string siteName, string? publisher) =>
        Read($"<meta property='og:site_name' content='{siteName}'><h1>Nelayan minta dermaga baru</h1>{Body}").Publisher.ShouldBe(publisher);

    [Theory]
    [InlineData("Minggu, 16 Agustus 2026 | 10:15 WIB", "2026-08-16T10:15+07:00")]
    [InlineData("Senin, 17 Agustus 2026 | 10:15 WIB", "2026-08-16T00:00+00:00")]
    public void Published_ToldAsADay_HasTheHourShown(string shown, string expected) =>
        Read($"<meta name='publishdate' content='2026-08-16'><h1>Nelayan minta dermaga baru</h1><div>{shown}</div>{Body}").Published!.Value.Value.ToString("yyyy-MM-dd'T'HH:mmzzz", System.Globalization.CultureInfo.InvariantCulture).ShouldBe(expected);

    [Theory]
    [InlineData("2 jam lalu")]
    [InlineData("2 jam yang lalu")]
    [InlineData("Kemarin, 10:15 WIB")]
    public void Published_ShownRelativeToNow_IsUnknown(string shown) =>
        Read($"<h1>Nelayan minta dermaga baru</h1><div>{shown}</div>{Body}").Published.ShouldBeNull();

    [Fact]
    public void Authors_WhereTheOutletNamesItself_AreThoseOfTheByline()
    {
        var article = Read($"<meta property='og:site_name' content='Warta Contoh'><meta name='author' content='Warta Contoh'><h1>Nelayan minta dermaga baru</h1><p>Oleh: Rina Contoh dan Budi Misal</p>{Body}");

        article.Authors.ShouldBe(["Rina Contoh", "Budi Misal"]);
        article.Text.ShouldBe(Lines(First, Second, Third));
    }

    [Theory]
    [InlineData("<a href='?page=2'>2</a><a href='?page=3'>3</a><a href='?page=2'>Selanjutnya</a>", "?page=2 ?page=3")]
    [InlineData("<a href='?page=2'>2</a><a href='?page=all'>Tampilkan semua</a>", "?page=all")]
    [InlineData("<a href='/berita/dermaga-baru/2'>Halaman 2</a>", "/berita/dermaga-baru/2")]
    [InlineData("<a href='/berita/lain?page=2'>2</a>", "")]
    [InlineData("<a href='?page=2'>Nelayan turun ke jalan</a>", "")]
    [InlineData("<a href='/berita/dermaga-baru?komentar=2'>2</a>", "")]
    [InlineData("<a href='/'>1</a>", "")]
    public void FurtherPages_DifferByTheirNumberAlone(string links, string expected)
    {
        var article = Read($"<h1>Nelayan minta dermaga baru</h1><div>{Body}</div><div class='paging'>{links}</div>");

        article.FurtherPages.ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(address => new Uri(Address, address)));
    }

    [Fact]
    public void FurtherPages_OfThePageWithEverything_AreNone()
    {
        var article = Page($"<h1>Nelayan minta dermaga baru</h1><div>{Body}</div><a href='?page=2'>2</a>", new Uri(Address, "?page=all"));

        article.FurtherPages.ShouldBeEmpty();
    }

    private static PageArticle Read(string body) => Page($"<html><head><title>Nelayan minta dermaga baru</title></head><body>{body}</body></html>");

    private static PageArticle Page(string html, Uri? url = null) => PageReader.Read(Encoding.UTF8.GetBytes(html), "text/html; charset=utf-8", url ?? Address).Value.ShouldNotBeNull();

    private static string Lines(params string[] lines) => string.Join('\n', lines);
}
