using System.Collections.Frozen;
using System.Text;

namespace Sikap.Formats;

/// <summary>
/// Guesses the charset of bytes that nobody declared and that are no UTF-8. Each candidate reads a sample, and what comes out is compared with how often characters stand in running text of the languages
/// the charset is for: a wrong charset gives rare characters, halves of characters and unassigned codes. The tables are small because they need to tell charsets apart, not languages.
/// </summary>
internal static class CharsetGuess
{
    // Behind the first byte outside ASCII; some hundred sentences, so a large document costs no more than that.
    private const int SampleBytes = 32 * 1024;

    // Zeros are half of ASCII in UTF-16, and stand in no other text.
    private const int WideSampleBytes = 4096;
    private const double MinWideZeros = 0.2;
    private const double MaxOtherZeros = 0.02;

    // Right charsets reach 0.6 to 0.95 on sentences, wrong ones stay below 0.3, save those that share their alphabet.
    private const double MinScore = 0.45;
    private const double MinLead = 0.06;

    // A name or two decide nothing.
    private const int MinWideUnits = 4;
    private const int MinUnits = 6;

    private const string Fallback = "windows-1252";

    private static readonly Candidate[] s_candidates =
    [
        Wide("gb18030", Chinese()), Wide("big5", Chinese()), Wide("shift_jis", Japanese()), Wide("euc-jp", Japanese()), Wide("ks_c_5601-1987", Korean()),
        // Letters in the order of their frequency class: often, sometimes, seldom. The seldom ones hold those that other alphabets have at the places of often ones.
        Single("windows-1251", "оеаинтсрвл", "кмдпуяыьгзбчйхжіїє", "шюцщэфъёґў"),
        Single("windows-1253", "αοιετσνηυρ", "πκμλωςάόίέήγδύθώχφβ", "ζξψϊϋΐΰ"),
        Single("windows-1255", "יוהלאתרבשמ", "נםכעדחקפ", "גזטסצןךףץ"),
        Single("windows-1256", "اليمنوترةب", "عدسفحقكجهأشصخىطذإ", "ضزثغظئءؤآپچژگ"),
        Single("windows-874", "านรอกเงมยลวดท่้ัี", "ตสปบคพหจิืุูแำไใโชข์ะ", "ถผซธศณญฉฐภฟฮ็"),
        Latin(Fallback, "éèàçêüöäßñóíáãõúøåæ", "âîôûëïìòùœðþýÉÈÀÇÜÖÄÑÓÍÁÚØÅÆÐÞÝ“”‘’–—«»…€°§·", "ÿ"),
        Latin("windows-1250", "ąęłćśżźńóáíéčřšžěůýťďňőűăîşţäöü", "ŁŚŻŹĆČŘŠŽÁÍÉÚĎŤŇÝâ“”„–—…", "ŕĽÔÂëĐçđôľĺ"),
        Latin("windows-1254", "ışğçöüİŞ", "ÇÖÜĞâîû“”‘’–—…", "éèàóíáñãõåæø"),
        Latin("windows-1257", "šžčėųūąįęāēīļņģķõäöü", "ŠŽČĖŲŪĄĮĘĀĒĪĻŅĢĶÕÄÖÜ“”„–—…", "éóåæøżźńł"),
    ];

    /// <summary>The charset of bytes outside ASCII and UTF-8; null where the sample does not tell.</summary>
    public static Encoding? Of(ReadOnlySpan<byte> content)
    {
        var first = content.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
        if (first < 0)
            return null;
        var sample = content[first..];
        sample = sample[..Math.Min(SampleBytes, sample.Length)];
        var ranked = new List<(double Score, Encoding Encoding)>();
        foreach (var candidate in s_candidates)
            ranked.Add((candidate.Score(candidate.Encoding.GetString(sample)), candidate.Encoding));
        var best = ranked.MaxBy(one => one.Score);
        var others = ranked.Where(one => one.Encoding != best.Encoding).Max(one => one.Score);
        return best.Score >= MinScore && best.Score - others >= MinLead && best.Encoding.WebName != Fallback ? best.Encoding : null;
    }

    /// <summary>UTF-16 without a byte order mark, told by its zeros; null for anything else.</summary>
    public static Encoding? OfWide(ReadOnlySpan<byte> content)
    {
        if (content.Length < 4 || content.Length % 2 != 0)
            return null;
        var sample = content[..(Math.Min(WideSampleBytes, content.Length) & ~1)];
        var (even, odd) = (0, 0);
        for (var i = 0; i < sample.Length; i += 2)
        {
            even += sample[i] == 0 ? 1 : 0;
            odd += sample[i + 1] == 0 ? 1 : 0;
        }

        var units = sample.Length / 2.0;
        return odd / units >= MinWideZeros && even / units <= MaxOtherZeros ? Encoding.Unicode
            : even / units >= MinWideZeros && odd / units <= MaxOtherZeros ? Encoding.BigEndianUnicode
            : null;
    }

    /// <summary>ISO-2022-JP, whose characters are pairs of ASCII between escape sequences; null where there is none, or one that it does not have.</summary>
    public static Encoding? OfEscapes(ReadOnlySpan<byte> ascii)
    {
        var isJapanese = false;
        for (var at = ascii.IndexOf((byte)0x1B); at >= 0;)
        {
            var rest = ascii[(at + 1)..];
            if (rest.StartsWith("$B"u8) || rest.StartsWith("$@"u8))
                isJapanese = true;
            else if (!rest.StartsWith("(B"u8) && !rest.StartsWith("(J"u8) && !rest.StartsWith("(I"u8))
                return null;
            var next = rest.IndexOf((byte)0x1B);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return isJapanese ? TextDecoding.Find("iso-2022-jp") : null;
    }

    private static Candidate Wide(string charset, FrozenDictionary<char, float> weights) => new(Marking(charset), text => ScoreWide(text, weights));

    // Some decoders put a character of the language in the place of what they cannot read.
    private static Encoding Marking(string charset)
    {
        var marking = (Encoding)TextDecoding.Find(charset)!.Clone();
        marking.DecoderFallback = new DecoderReplacementFallback("\uFFFD");
        return marking;
    }

    private static Candidate Single(string charset, string often, string sometimes, string seldom)
    {
        var weights = Weights(often, sometimes, seldom);
        return new(Marking(charset), text => ScoreSingle(text, weights));
    }

    private static Candidate Latin(string charset, string often, string sometimes, string seldom)
    {
        var weights = Weights(often, sometimes, seldom);
        return new(Marking(charset), text => ScoreLatin(text, weights));
    }

    private static FrozenDictionary<char, float> Weights(string often, string sometimes, string seldom) => often.Select(c => (c, 1f))
        .Concat(sometimes.Select(c => (c, 0.7f))).Concat(seldom.Select(c => (c, 0.1f))).DistinctBy(one => one.c).ToFrozenDictionary(one => one.c, one => one.Item2);

    // Characters that pages of any language may have count for nothing; those that no text has count against.
    private static double ScoreWide(string text, FrozenDictionary<char, float> weights)
    {
        var (units, hits) = (0, 0.0);
        // The sample may end within a character.
        for (var i = 0; i < text.Length - 1; i++)
        {
            var c = text[i];
            if (c < 0x80 || c is >= '\u3000' and < '\u3020' or >= '\uFF01' and < '\uFF5F')
                continue;
            units++;
            hits += weights.TryGetValue(c, out var weight) ? weight : IsBroken(c) ? -3 : 0;
        }

        return units < MinWideUnits ? 0 : hits / units;
    }

    // Letters of such alphabets stand beside each other; a capital begins a word.
    private static double ScoreSingle(string text, FrozenDictionary<char, float> weights)
    {
        var (units, hits) = (0, 0.0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c < 0x80 || char.IsPunctuation(c) || c == '\u00A0')
                continue;
            units++;
            var (before, after) = (i > 0 ? text[i - 1] : ' ', i + 1 < text.Length ? text[i + 1] : ' ');
            if (IsBroken(c))
                hits -= 3;
            else if (char.IsAsciiLetter(before) || char.IsAsciiLetter(after))
                hits -= 1;
            else if (weights.TryGetValue(c, out var weight))
                hits += weight;
            else if (char.IsUpper(c) && !(before >= 0x80 && char.IsLower(before)) && weights.TryGetValue(char.ToLowerInvariant(c), out var lower))
                hits += lower;
        }

        return units < MinUnits ? 0 : hits / units;
    }

    // Letters with marks stand among those of ASCII; signs do not stand within words.
    private static double ScoreLatin(string text, FrozenDictionary<char, float> weights)
    {
        var (units, hits) = (0, 0.0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c < 0x80 || c == '\u00A0')
                continue;
            units++;
            var (before, after) = (i > 0 ? text[i - 1] : ' ', i + 1 < text.Length ? text[i + 1] : ' ');
            var isWithin = char.IsAsciiLetter(before) || char.IsAsciiLetter(after);
            if (IsBroken(c))
                hits -= 3;
            else if (!char.IsLetter(c) && char.IsAsciiLetter(before) && char.IsAsciiLetter(after) && c is not ('’' or '–' or '—' or '·'))
                hits -= 1;
            else
                hits += weights.GetValueOrDefault(c) * (isWithin || !char.IsLetter(c) ? 1 : 0.2);
        }

        return units < MinUnits ? 0 : hits / units;
    }

    private static bool IsBroken(char c) => c is '\uFFFD' or (>= '\u0080' and < '\u00A0') or (>= '\uE000' and < '\uF900');

    private static FrozenDictionary<char, float> OfText(string common, params (char From, char To, float Weight)[] ranges)
    {
        var weights = new Dictionary<char, float>();
        foreach (var (from, to, weight) in ranges)
        {
            for (var c = from; c <= to; c++)
                weights[c] = weight;
        }

        foreach (var c in common)
            weights[c] = 1;
        return weights.ToFrozenDictionary();
    }

    // The characters that make up two thirds of running text, in simplified and traditional form.
    private static FrozenDictionary<char, float> Chinese() => OfText("""
        的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知
        全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做
        接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运渔港码居村区县省委员桥修价格警察法庭选举总统部长称表示报道记者星期
        专列移画图网片城环境保护健康育校医院卫疫病治疗药食济银融投资股票企司集团技研究项目设程输铁路航空飞船舶洋岛亚欧洲英韩朝鲜台湾香澳京广深圳江河湖山林农粮牛羊鱼鸟树花草春夏秋冬早晚昨周半夜午秒钟双单千亿零六七八九布宣谈访问协议题签署阻挡攻击炸弹武装士兵
        營養護資訊網絡專圖畫環護醫衛療藥濟銀投團技術項設輸鐵飛島亞歐韓鮮臺灣廣農糧魚鳥樹鐘雙單億宣談訪協議簽擊彈裝護歸
        這個們來為國說時會對過發後裡種經麼學當動還進樣開從實軍無與長機業將兩間問應戰頭體見產話門兒東聲論處義條係氣題爾別變總電數報結務場計資許統區隊決馬書則聽卻達強難權設記類據邊張該規萬覺術領確傳師觀讓識導爭運漁縣員橋價選舉稱
        """);

    private static FrozenDictionary<char, float> Japanese() => OfText("""
        日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨会社新者政府相発表部内閣議員選挙市民党総理経済問題調査警察事件事故地方県町村長関係
        者約明同場合最近予定計画工開始取材記述言思手分全国連続連合米英中韓朝鮮首相大統領理由説明求反対賛成住民漁師港橋的体度動化性機力目通対実現意自立公共道路使用作業所当主要第次以
        """, ('ぁ', 'ん', 1f), ('ァ', 'ー', 0.9f));

    private static FrozenDictionary<char, float> Korean() => OfText("""
        이다는을의에가고하로지은도한기를서사대자인정시일나어부원아전그리으해수있상제보구장니라들과면주공여게국성동안만계유선비적관업경중위연학할방조세생소용문물결무신호통표영까발당합실분려화예치년내오행우모간개입었했것되않없말명습와진미민최트스된던차야재
        였금저단요심속월음산러더회북남서울판직번작종교청군역형강외식준돌건현본검토의드체율권평후확불회망투급향운르마처점려터억천백십삼사오육칠팔구박김씨살마을주민부두다리
        """, ('가', '힣', 0.25f));

    private sealed record Candidate(Encoding Encoding, Func<string, double> Score);
}
