using Sikap.Benchmarks.Languages;
using Sikap.Nlp.Languages;
using Sikap.Nlp.Lexicons;
using Sikap.TestKit;

namespace Sikap.Nlp.Tests.Languages;

public sealed class LanguageReaderTests
{
    private const string Indonesian = "Menteri Kelautan Rini Wulandari mengatakan bahwa pelabuhan baru di Kalibaru akan dibuka bulan depan. Pemerintah kabupaten juga berjanji memperbaiki jalan menuju dermaga karena banyak truk melewatinya.";
    private const string Malay = "Menteri Perikanan Rahim Salleh berkata, pelabuhan baharu itu akan dibuka bulan hadapan kerana syarikat pembinaan sudah menyiapkan sebahagian besar projek. Beliau turut memaklumkan bahawa kerajaan mahu menambah baik kemudahan asas di kawasan berkenaan.";
    private const string English = "The minister of fisheries said that the new harbour would be opened next month, because most of the work has been finished by the builders.";
    private const string Javanese = "Pak lurah ngendika yen pasar anyar ing desa iku bakal dibukak sasi ngarep. Warga padha seneng amarga saiki ora perlu mlaku adoh kanggo tuku beras lan sayuran.";
    private const string Sundanese = "Pa lurah nyarios yén pasar anyar di désa éta bakal dibuka bulan hareup. Warga karesep bungah lantaran ayeuna teu kudu leumpang jauh keur meuli béas jeung sayuran.";

    [Theory]
    [InlineData("id", Indonesian)]
    [InlineData("ms", Malay)]
    [InlineData("en", English)]
    [InlineData("jv", Javanese)]
    [InlineData("su", Sundanese)]
    [InlineData("tl", "Sinabi ng alkalde na bubuksan ang bagong palengke sa susunod na buwan dahil tapos na ang mga gusali nito.")]
    [InlineData("fr", "Le maire a déclaré que le nouveau marché ouvrirait le mois prochain, car les travaux sont presque terminés.")]
    [InlineData("de", "Der Bürgermeister sagte, der neue Markt werde im nächsten Monat geöffnet, weil die Arbeiten fast beendet sind.")]
    [InlineData("es", "El alcalde dijo que el nuevo mercado se abrirá el próximo mes porque las obras están casi terminadas.")]
    [InlineData("pt", "O prefeito disse que o novo mercado será aberto no próximo mês porque as obras estão quase prontas.")]
    [InlineData("nl", "De burgemeester zei dat de nieuwe markt volgende maand opengaat omdat het werk bijna klaar is.")]
    [InlineData("it", "Il sindaco ha detto che il nuovo mercato aprirà il mese prossimo perché i lavori sono quasi finiti.")]
    [InlineData("vi", "Ông thị trưởng nói rằng khu chợ mới sẽ mở cửa vào tháng tới vì công việc gần như đã xong.")]
    [InlineData("tr", "Belediye başkanı, çalışmalar neredeyse bittiği için yeni pazarın gelecek ay açılacağını söyledi.")]
    [InlineData("ar", "قال رئيس البلدية إن السوق الجديد سيفتح في الشهر المقبل")]
    [InlineData("zh", "市长说新市场将于下个月开放，因为工程几乎已经完成。")]
    [InlineData("ja", "市長は、工事がほぼ終わったので新しい市場が来月開くと述べた。")]
    [InlineData("ko", "시장은 공사가 거의 끝났기 때문에 새 시장이 다음 달에 문을 연다고 말했다.")]
    [InlineData("th", "นายกเทศมนตรีกล่าวว่าตลาดใหม่จะเปิดในเดือนหน้า")]
    [InlineData("ru", "Мэр сказал, что новый рынок откроется в следующем месяце, потому что работы почти закончены.")]
    [InlineData("uk", "Мер сказав, що новий ринок відкриється наступного місяця, бо роботи майже завершені.")]
    [InlineData("hi", "महापौर ने कहा कि नया बाज़ार अगले महीने खुलेगा")]
    [InlineData("und", "")]
    [InlineData("und", "12/7 2023 -- 14.05 !!!")]
    public void Read_TextOfALanguage_NamesIt(string language, string text) => LanguageReader.Read(text).Language.ShouldBe(language);

    [Fact]
    public void Read_ParagraphsInOtherLanguages_AreToldApartByTheirSpans()
    {
        var text = $"{Indonesian}\n\n  {English}\r\n{Indonesian}\nقال رئيس البلدية إن السوق الجديد سيفتح";

        var reading = LanguageReader.Read(text);

        reading.Language.ShouldBe("id");
        reading.Paragraphs.Select(static p => p.Language).ShouldBe(["id", "en", "id", "ar"]);
        reading.Paragraphs.Select(p => p.Span.In(text)).ShouldBe([Indonesian, English, Indonesian, "قال رئيس البلدية إن السوق الجديد سيفتح"]);
        reading.Paragraphs.ShouldAllBe(static p => p.Confidence > 0.9);
    }

    [Fact]
    public void Read_IndonesianFrameOfALongForeignDocument_IsIndonesian()
        => LanguageReader.Read($"{Indonesian}\n{string.Join('\n', Enumerable.Repeat(English, 2))}").Language.ShouldBe("id");

    [Fact]
    public void Read_MostlyEnglishWithOneLineOfIndonesian_IsEnglish()
        => LanguageReader.Read($"{string.Join('\n', Enumerable.Repeat(English, 10))}\nBaca juga berita lain di halaman ini.").Language.ShouldBe("en");

    [Fact]
    public void Read_ForeignQuotationInAnIndonesianSentence_LeavesTheSentenceIndonesian()
    {
        var reading = LanguageReader.Read($"{Indonesian}\n\"{English}\" kata Siti Rahma kepada wartawan di Kalibaru.");

        reading.Paragraphs.Select(static p => p.Language).ShouldBe(["id", "id"]);
    }

    [Theory]
    [InlineData("Rini Wulandari")]
    [InlineData("Smith, Olsson, Fernandez (Garcia 67'), Petrov, van den Berg, O'Neill")]
    [InlineData("(rw/sr)")]
    public void Read_NamesAndInitials_AreInTheLanguageOfTheTextAround(string line)
        => LanguageReader.Read($"{Indonesian}\n{line}").Paragraphs.ShouldAllBe(static p => p.Language == "id");

    [Fact]
    public void Read_TextInNoKnownLanguage_IsUnknown()
        => LanguageReader.Read("Borgmästaren sade att den nya marknaden skulle öppnas nästa månad, eftersom arbetet nästan var färdigt och butikerna redan hade flyttat in.").Language.ShouldBe("und");

    [Fact]
    public void Read_RemainsOfAWrongCharacterSet_LeaveTheArticleItsLanguage()
        => LanguageReader.Read($"{Indonesian}\n{string.Join("", Enumerable.Repeat("Ù\u0084Ù\u008aØ£ÙÙ ", 80))}\n{Indonesian}").Language.ShouldBe("id");

    // Each word of the table must speak against the other language, whatever its row says.
    [Fact]
    public void OwnWords_ShippedTable_CountAgainstTheOtherLanguage()
    {
        var model = LanguageModel.Shipped;
        var languages = model.Languages.ToList();
        foreach (var line in LexiconTable.Load(LanguageModel.OwnWordsTable, LanguageModel.OwnWordsFields))
        {
            foreach (var word in line.List(2))
            {
                var row = model.Word(LanguageFeatures.Word(word));

                row.IsEmpty.ShouldBeFalse(word);
                ((int)row[languages.IndexOf(line.Fields[0])]).ShouldBeGreaterThan(row[languages.IndexOf(line.Fields[1])], word);
            }
        }
    }

    [Fact]
    public void OwnWords_NoWordStandsTwice()
        => LexiconTable.Load(LanguageModel.OwnWordsTable, LanguageModel.OwnWordsFields).SelectMany(static line => line.List(2)).GroupBy(static w => w).Where(static g => g.Count() > 1).Select(static g => g.Key).ShouldBeEmpty();

    [Fact]
    public void Words_CutLikeTheReaderDoes_KeepApostrophesBetweenLettersOnly()
        => LanguageFeatures.Words("'Jum’at' sore-sore, it's KEJATI 2023 é").ShouldBe(["jum'at", "sore", "sore", "it's", "kejati", "é"]);

    // Every article there is an Indonesian one; what stands in paragraphs of other languages was looked through (LANGUAGES.md).
    [Theory]
    [InlineData("data/articles/dev.jsonl.gz", 3)]
    [InlineData("data/articles/bench.jsonl.gz", 12)]
    public void Read_IndonesianNews_IsIndonesianAndItsParagraphsAre(string file, int most)
    {
        var path = SharedFolder.RequireOrSkip(file);
        var lexicon = Lexicon.Load("id");
        var others = 0;
        foreach (var (id, text) in LanguageCorpus.Articles(path))
        {
            var reading = LanguageReader.Read(text);
            reading.Language.ShouldBe("id", id);
            var foreign = reading.Paragraphs.Where(static p => p.Language != "id").Select(static p => p.Span).ToList();
            others += foreign.Count(span => !span.In(text).StartsWith("SCROLL TO", StringComparison.Ordinal));

            using var work = new ArticleWork(new() { Id = id, Text = text }, lexicon);
            var (language, left) = ArticleLanguages.Read(work);
            language.ShouldBe("id", id);
            left.Select(span => work.Source.ToOriginal(span.Start, span.End)).ShouldBe(foreign, id);
        }

        others.ShouldBeLessThanOrEqualTo(most);
    }
}
