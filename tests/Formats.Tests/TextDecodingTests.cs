using System.Text;
using Sikap.TestKit;

namespace Sikap.Formats.Tests;

/// <summary>Finding the charset of pages and feeds.</summary>
public sealed class TextDecodingTests
{
    [Theory]
    [InlineData("windows-1252", "text/html; charset=ISO-8859-1", "<p>Café “müde”</p>", "http")]
    [InlineData("windows-1252", null, "<meta charset=\"latin1\"><p>Café</p>", "meta")]
    [InlineData("windows-1251", null, "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\"><p>Рыбаки просят причал</p>", "meta")]
    [InlineData("iso-8859-2", null, "<?xml version=\"1.0\" encoding=\"ISO-8859-2\"?><p>Rybáři žádají přístav</p>", "xml")]
    [InlineData("shift_jis", "text/html; charset=Shift_JIS", "<p>漁師が新しい桟橋を求める</p>", "http")]
    [InlineData("euc-jp", null, "<meta charset='x-euc-jp'><p>漁師が新しい桟橋を求める</p>", "meta")]
    [InlineData("gb18030", null, "<meta charset='gb2312'><p>渔民要求新码头</p>", "meta")]
    [InlineData("big5", null, "<meta charset='big5'><p>漁民要求新碼頭</p>", "meta")]
    [InlineData("ks_c_5601-1987", null, "<meta charset='euc-kr'><p>어민들이 새 부두를 요구했다</p>", "meta")]
    [InlineData("windows-1251", null, "<html lang=\"ru\"><p>Рыбаки просят причал</p>", "language")]
    [InlineData("windows-874", null, "<html lang='th-TH'><p>ชาวประมงขอท่าเรือใหม่</p>", "language")]
    [InlineData("utf-16le", "text/html; charset=utf-16le", "<p>Nelayan – dermaga</p>", "http")]
    public void Decode_DeclaredOrKnownByLanguage_IsRead(string charset, string? contentType, string text, string from)
    {
        var bytes = TextDecoding.Find(charset)!.GetBytes(text);

        var decoded = TextDecoding.Decode(bytes, contentType);

        decoded.Text.ShouldBe(text);
        decoded.From.ShouldBe(from);
    }

    [Fact]
    public void Decode_ValidUtf8DeclaredAsSomethingElse_IsUtf8()
    {
        const string text = "<meta charset=\"iso-8859-1\"><p>“Dermaga” – kata nelayan</p>";

        var decoded = TextDecoding.Decode(Encoding.UTF8.GetBytes(text), "text/html; charset=windows-1252");

        decoded.Text.ShouldBe(text);
        decoded.From.ShouldBe("utf-8");
    }

    [Fact]
    public void Decode_Utf8WithPastedWindows1252_ReadsBoth()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("<meta charset='utf-8'><p>Café, naïve, über: "), 0x93, .. "dermaga"u8, 0x94, .. Encoding.UTF8.GetBytes(" é é é é é</p>")];

        TextDecoding.Decode(bytes, contentType: null).Text.ShouldContain("“dermaga” é é");
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Decode_WithByteOrderMark_BelievesItAndLeavesItOut(string charset)
    {
        var encoding = Encoding.GetEncoding(charset);

        var decoded = TextDecoding.Decode([.. encoding.GetPreamble(), .. encoding.GetBytes("<p>é</p>")], "text/html; charset=windows-1251");

        decoded.Text.ShouldBe("<p>é</p>");
        decoded.From.ShouldBe("bom");
    }

    [Theory]
    [InlineData("text/html; charset=")]
    [InlineData("text/html; charset=utf-7")]
    [InlineData("text/html; charset=no-such-charset")]
    [InlineData("charset")]
    public void Decode_UnknownCharset_IsPassedOver(string contentType) => TextDecoding.Decode("<p>+ADw-</p>"u8, contentType).Text.ShouldBe("<p>+ADw-</p>");

    [Fact]
    public void Decode_NothingDeclaredAndNoUtf8_IsWindows1252() => TextDecoding.Decode([.. "<p>Caf"u8, 0xE9, .. "</p>"u8], contentType: null).ShouldBe(new DecodedText("<p>Café</p>", "windows-1252", "default"));

    public static TheoryData<string, string> Undeclared => new()
    {
        { "gb18030", "渔民要求政府在港口东边修建一座新码头。村长说，这个问题已经讨论了三年，但是到现在还没有结果。他希望县里在下个月之前作出决定。" },
        { "big5", "漁民要求政府在港口東邊修建一座新碼頭。村長說，這個問題已經討論了三年，但是到現在還沒有結果。他希望縣裡在下個月之前作出決定。" },
        { "shift_jis", "漁師たちは港の東側に新しい桟橋を作るよう町に求めた。町長は「三年前から話し合っているが、まだ結論は出ていない」と述べ、来月までに決めたい考えを示した。" },
        { "euc-jp", "漁師たちは港の東側に新しい桟橋を作るよう町に求めた。町長は「三年前から話し合っているが、まだ結論は出ていない」と述べ、来月までに決めたい考えを示した。" },
        { "ks_c_5601-1987", "어민들은 항구 동쪽에 새 부두를 만들어 달라고 군에 요구했다. 군수는 삼 년 전부터 이야기했지만 아직 결론이 나지 않았다며 다음 달까지 결정하겠다고 말했다." },
        { "windows-1251", "Рыбаки просят власти построить новый причал на востоке гавани. Глава села сказал, что об этом говорят уже три года, но решения до сих пор нет." },
        { "windows-1253", "Οι ψαράδες ζητούν από τον δήμο να φτιάξει νέα προβλήτα στα ανατολικά του λιμανιού. Ο δήμαρχος είπε ότι το συζητούν τρία χρόνια χωρίς αποτέλεσμα." },
        { "windows-1255", "הדייגים מבקשים מהמועצה לבנות מזח חדש במזרח הנמל. ראש המועצה אמר שמדברים על כך כבר שלוש שנים ועדיין אין החלטה." },
        { "windows-1256", "يطالب الصيادون البلدية ببناء رصيف جديد في شرق الميناء. وقال رئيس البلدية إن الأمر قيد البحث منذ ثلاث سنوات ولم يتخذ قرار حتى الآن." },
        { "windows-1250", "Rybacy żądają od gminy budowy nowej przystani po wschodniej stronie portu. Wójt powiedział, że rozmowy trwają już trzy lata, a decyzji wciąż nie ma. Zapowiedział ją na początek przyszłego miesiąca." },
        { "windows-1250", "Rybáři žádají obec o stavbu nového mola na východní straně přístavu. Starosta řekl, že se o tom jedná už tři roky a rozhodnutí stále není. Příští měsíc chce mít jasno." },
        { "windows-1254", "Balıkçılar limanın doğusuna yeni bir iskele yapılmasını istiyor. Belediye başkanı üç yıldır görüşüldüğünü ama hâlâ karar çıkmadığını söyledi. Gelecek ay sonuç bekliyor." },
        { "windows-1257", "Žvejai prašo savivaldybės rytinėje uosto pusėje pastatyti naują prieplauką. Meras sakė, kad apie tai kalbama jau trejus metus, tačiau sprendimo vis dar nėra." },
        { "windows-1252", "Les pêcheurs réclament à la mairie une nouvelle jetée à l’est du port. Le maire a déclaré qu’on en parlait déjà depuis trois années et qu’aucune décision n’a été prise." },
        { "windows-1252", "Die Fischer fordern von der Gemeinde einen neuen Steg östlich des Hafens. Der Bürgermeister sagte, darüber werde schon seit drei Jahren gesprochen, die Entscheidung müsse nächsten Monat fallen." },
        { "windows-1252", "Os pescadores pedem à câmara um novo cais a leste do porto. O presidente disse que a questão já é discutida há três anos e que ainda não há decisão." },
    };

    [Theory]
    [MemberData(nameof(Undeclared))]
    public void Decode_Undeclared_IsReadByWhatTheBytesLookLike(string charset, string text)
    {
        // Pages and feeds are mostly markup; the declaration of the language is that of the template.
        foreach (var document in new[] { text, $"<html lang=\"en\"><head><title>{text[..12]}</title><script>var x = 1;</script></head><body><p class=\"a\">{text}</p></body></html>", $"<rss version=\"2.0\"><channel><item><title>{text[..20]}</title><description>{text}</description></item></channel></rss>" })
        {
            var bytes = TextDecoding.Find(charset)!.GetBytes(document);

            TextDecoding.Decode(bytes, "text/html").Text.ShouldBe(document);
            // Cut in the middle of a character.
            var cut = TextDecoding.Decode(bytes.AsSpan(0, bytes.Length * 2 / 3 | 1), contentType: null);
            cut.Charset.ShouldBe(TextDecoding.Find(charset)!.WebName);
        }
    }

    [Theory]
    [InlineData("gb18030", "港口东边的新码头")]
    [InlineData("big5", "港口東邊的新碼頭")]
    [InlineData("euc-jp", "港の東側に新しい桟橋")]
    [InlineData("shift_jis", "港の東側に新しい桟橋")]
    [InlineData("ks_c_5601-1987", "항구 동쪽에 새 부두를")]
    public void Decode_UndeclaredHeadline_IsEnough(string charset, string headline) =>
        TextDecoding.Decode(TextDecoding.Find(charset)!.GetBytes($"<title>{headline}</title>"), null).Text.ShouldBe($"<title>{headline}</title>");

    [Fact]
    public void Decode_EscapeSequencesOfIso2022Jp_AreRead()
    {
        const string text = "<p>漁師たちは新しい桟橋を求めた。</p>";
        var bytes = TextDecoding.Find("iso-2022-jp")!.GetBytes(text);

        bytes.ShouldNotContain(one => one > 0x7F);
        var decoded = TextDecoding.Decode(bytes, "text/html");
        (decoded.Text, decoded.From).ShouldBe((text, "bytes"));
        // Colours of a terminal are none.
        TextDecoding.Decode("\u001b[31mmerah\u001b[0m"u8, null).Text.ShouldBe("\u001b[31mmerah\u001b[0m");
    }

    [Theory]
    [InlineData(1200)]
    [InlineData(1201)]
    public void Decode_WideWithoutAMark_IsRead(int codePage)
    {
        const string text = "<html><body><p>Рыбаки просят причал. 渔民要求新码头。</p></body></html>";

        TextDecoding.Decode(Encoding.GetEncoding(codePage).GetBytes(text), "text/html").Text.ShouldBe(text);
    }

    [Fact]
    public void Decode_FewSigns_StayWindows1252()
    {
        TextDecoding.Decode([.. "<p>Harga 20"u8, 0xB0, .. " C, "u8, 0x93, .. "dermaga"u8, 0x94, .. "</p>"u8], null).Charset.ShouldBe("windows-1252");
        TextDecoding.Decode([.. Enumerable.Range(0, 400).Select(i => (byte)(0x80 + (i * 37 % 128)))], null).Charset.ShouldBe("windows-1252");
    }

    [Fact]
    public void Decode_PagesOfManyCountriesInTheirOldCharsets_AreReadAsTheyWere()
    {
        var folder = SharedFolder.RequireOrSkip("data/html");
        string[] charsets = ["gb18030", "big5", "shift_jis", "euc-jp", "ks_c_5601-1987", "windows-1251", "windows-1253", "windows-1255", "windows-1256", "windows-1250", "windows-1254", "windows-1257", "windows-1252"];
        var (right, wrong) = (0, new List<string>());
        foreach (var page in PageSet.Fundus(folder))
        {
            var text = page.Text.Length > 400 ? page.Text : "";
            var outside = text.Count(c => c > 0x7F && char.IsLetter(c));
            foreach (var charset in charsets)
            {
                var encoding = TextDecoding.Find(charset)!;
                var bytes = encoding.GetBytes(text.Replace('\u2011', '-').Replace("\u200b", "", StringComparison.Ordinal));
                // Only charsets that hold the language: GB18030 and the Japanese ones hold the alphabets of others too, which nobody wrote in them.
                if (outside < 30 || encoding.GetString(bytes).Count(c => c == '?') > text.Count(c => c == '?') + (outside / 50) || !Holds(charset, text))
                    continue;
                var decoded = TextDecoding.Decode(bytes, null);
                if (decoded.Charset == encoding.WebName)
                    right++;
                else
                    wrong.Add($"{page.Name} {charset} read as {decoded.Charset}");
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{right} right, {wrong.Count} wrong: {string.Join("; ", wrong)}");
        right.ShouldBeGreaterThan(100);
        ((double)right / (right + wrong.Count)).ShouldBeGreaterThan(0.97, string.Join("\n", wrong));
    }

    private static bool Holds(string charset, string text)
    {
        var letters = text.Count(char.IsLetter);
        var (han, kana, hangul) = (Share('\u4E00', '\u9FFF'), Share('\u3040', '\u30FF'), Share('\uAC00', '\uD7A3'));
        return charset switch
        {
            "gb18030" or "big5" => han > 0.5 && kana < 0.05,
            "shift_jis" or "euc-jp" => kana > 0.2,
            "ks_c_5601-1987" => hangul > 0.5,
            "windows-1251" => Share('\u0400', '\u04FF') > 0.5,
            "windows-1253" => Share('\u0370', '\u03FF') > 0.5,
            "windows-1255" => Share('\u0590', '\u05FF') > 0.5,
            "windows-1256" => Share('\u0600', '\u06FF') > 0.5,
            "windows-1250" => "ąęłěřůőű".Any(text.Contains),
            "windows-1254" => "ğış".All(text.Contains),
            "windows-1257" => "ėūųāģņ".Any(text.Contains) && "šž".All(text.Contains),
            _ => !"ąęłěřůőűğışėūųāģņ".Any(text.Contains) && Share('A', 'z') > 0.7,
        };

        double Share(char from, char to) => (double)text.Count(c => c >= from && c <= to) / Math.Max(1, letters);
    }
}
