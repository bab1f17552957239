using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;

namespace Sikap.Nlp.Actors;

/// <summary>An office with its complement and, when one follows, the name of who holds it: "Wakil Ketua Komisi II DPR | Rini Wulandari".</summary>
internal struct TitlePhrase
{
    /// <summary>Longest title in tokens; a longer run is a list or a table.</summary>
    private const int MaxTokens = 22;

    public int First;
    public int TitleEnd;
    public int NameFirst;
    public int NameEnd;
    public TitleKind Kind;
    public string? Represents;
    public bool PointsBack;
    public bool Explicit;

    /// <summary>The title names no country or organisation; what it represents is the usual one.</summary>
    public bool Loose;

    /// <summary>Nothing stands between the head and the name.</summary>
    public bool Bare;

    public readonly bool HasName => NameEnd > NameFirst;

    /// <summary>Reads the title phrase that begins at a token; false when none begins there.</summary>
    public static bool Read(ArticleWork work, int at, out TitlePhrase phrase)
    {
        phrase = default;
        var head = Phrases.Title(work, at, out var length);
        if (head is null)
        {
            return false;
        }

        phrase.First = at;
        phrase.Kind = head.Kind;
        phrase.Represents = null;
        var fallback = head.Represents;
        var tokens = work.Tokens;
        // A capital at the start of a sentence says nothing: "Kepala aliansi itu" is written like "kepala aliansi itu".
        var capital = tokens[at].Capital && at + length < tokens.Length && tokens[at + length].Capital;
        var headLength = length;
        var elect = false;
        var j = at + length;
        var limit = Math.Min(tokens.Length, at + MaxTokens);
        while (j < limit && tokens[j].Breaks == 0 && !tokens[j].Dropped && tokens[j].Quoted == tokens[at].Quoted)
        {
            ref readonly var token = ref tokens[j];
            if (token.Mark == '(' && j + 1 < limit && tokens[j + 1].Capital)
            {
                var close = j + 2;
                while (close < limit && close < j + 5 && tokens[close].AllCaps)
                {
                    close++;
                }

                if (close < limit && tokens[close].Mark == ')')
                {
                    j = close + 1;
                    continue;
                }
            }

            // "Kombes Pol. Rini", "Prof. Dr. Rini": the stop of an abbreviated rank or degree.
            if (token.Mark == '.' && j + 1 < limit && tokens[j + 1].Capital && tokens[j + 1].Breaks == 0 && j > at
                && (tokens[j - 1].Is(WordClass.Abbreviation) || (j == at + length && phrase.Kind is TitleKind.Rank or TitleKind.Honorific)))
            {
                j++;
                continue;
            }

            // "Covid-19", "Daop 1", "Lingkungan Hidup/Kepala Badan": numbers and joints inside a written-out office.
            if (j > at && j + 1 < limit && tokens[j + 1].Breaks == 0
                && ((token.Kind == TokenKind.Number && token.End - token.Start <= 3 && tokens[j - 1].Capital && tokens[j + 1].Capital)
                    || (token.Mark is '-' && tokens[j + 1].Kind == TokenKind.Number && tokens[j - 1].Capital)
                    || (token.Mark is '/' or '&' && tokens[j + 1].Capital && tokens[j + 1].Is(WordClass.Common))
                    || (token.Kind == TokenKind.Number && tokens[j - 1].Mark == '-')))
            {
                j++;
                continue;
            }

            if (token.Mark == ',' && j > at + length && WiderPlace(work, j) is var wider and > 0 && wider < limit && tokens[wider].Mark == ',' && tokens[j - 1].Capital)
            {
                j = wider;
                continue;
            }

            if (token.Mark == ',' && ListEnd(work, j, limit) is var listed && listed > j)
            {
                j = listed;
                continue;
            }

            if (token.Kind != TokenKind.Word)
            {
                break;
            }

            if (Phrases.Title(work, j, out length) is { } inner && (tokens[j].Capital || !capital) && !(tokens[j].Capital && token.Is(WordClass.GivenName)))
            {
                fallback ??= inner.Represents;
                phrase.Kind = phrase.Kind is TitleKind.Honorific or TitleKind.Rank ? inner.Kind : phrase.Kind;
                j += length;
                continue;
            }

            if (Phrases.Actor(work, j, out length) is { } name)
            {
                // "Duta Besar Jepang untuk Kanada": what stands behind "untuk" is where the office is held, not for whom.
                if (!work.IsForm(j - 1, "untuk"))
                {
                    if (!phrase.Explicit || name.Actor.Type == ActorType.Country)
                    {
                        phrase.Represents = name.Actor.Represents ?? name.Actor.Name;
                    }

                    phrase.Explicit = true;
                }

                j += length;
                continue;
            }

            if (token.Capital)
            {
                if (Phrases.Longest(work, j, static node => node.Place, out length) is not null && !token.Is(WordClass.GivenName))
                {
                    j += length;
                    continue;
                }

                if (IsOrganisationHead(work, j) && TakesProperName(work, j, limit, out var after))
                {
                    phrase.Represents ??= work.Words(j, after);
                    j = after;
                    continue;
                }

                if ((token.AllCaps && token.End - token.Start <= 7) || IsNumeral(work, j) || ((token.Is(WordClass.Common) || IsDerivedNoun(work.Form(j))) && !token.Is(WordClass.GivenName)))
                {
                    if (token.AllCaps && token.Word < 0 && !IsRoman(work, j))
                    {
                        phrase.Represents ??= work.Words(j, j + 1);
                    }

                    j++;
                    continue;
                }

                break;
            }

            // "Presiden terpilih Rini Wulandari", "Wali Kota Kalibaru terpilih"
            if (work.IsForm(j, "terpilih"))
            {
                elect = true;
                j++;
                continue;
            }

            if (token.Is(WordClass.Determiner))
            {
                phrase.PointsBack = true;
                j++;
                break;
            }

            if (!Continues(work, at, j, capital, limit))
            {
                break;
            }

            var preposition = work.IsForm(j, "dari") || work.IsForm(j, "di") || work.IsForm(j, "of") || work.IsForm(j, "for") || work.IsForm(j, "on") || work.IsForm(j, "and");
            j++;
            // "pengamat dari Pusat Kajian Nusaraya, Rini": what a preposition brings is the house, not the name.
            if (preposition && Phrases.Longest(work, j, static node => node.Place || node.Actor is not null, out _) is null)
            {
                while (j < limit && tokens[j].Capital && tokens[j].Breaks == 0)
                {
                    j++;
                }
            }
        }

        phrase.TitleEnd = j;
        phrase.Bare = j == at + headLength;
        phrase.Loose = phrase.Represents is null && fallback == "IDN";
        phrase.Represents ??= fallback;
        // Who is out of office, or not yet in it, speaks for nobody by it.
        if (OfficeTitle.IsFormer(work, at) || OfficeTitle.IsCandidate(work, at) || elect)
        {
            phrase.Represents = null;
        }

        if (!phrase.PointsBack)
        {
            ReadName(work, ref phrase, limit);
        }

        return true;
    }

    private static void ReadName(ArticleWork work, ref TitlePhrase phrase, int limit)
    {
        var tokens = work.Tokens;
        var j = phrase.TitleEnd;
        if (j >= tokens.Length || tokens[j].Breaks > 0)
        {
            return;
        }

        if (NameSequence.Read(work, j, out var end))
        {
            j += FirmLength(work, phrase, j, end);
            phrase.NameFirst = j;
            phrase.NameEnd = end;
            // "CEO Nusaraya, Rini Wulandari, mengatakan": what stood behind the title was the firm.
            if (phrase.Kind == TitleKind.Place && end - j <= 2 && end < tokens.Length && tokens[end].Mark == ',' && WiderPlace(work, end) is var place and > 0)
            {
                phrase.TitleEnd = place;
                end = place;
            }

            if (phrase.Kind is TitleKind.Company or TitleKind.Place && end - j <= 5 && end + 1 < tokens.Length && tokens[end].Mark == ',' && tokens[end + 1].Breaks == 0
                && Phrases.Actor(work, end + 1, out _) is null && NameSequence.Read(work, end + 1, out var second) && second - end - 1 >= 2
                && (second >= tokens.Length || tokens[second].Mark is ',' or '.' || tokens[second].Is(WordClass.CueAny | WordClass.Adverb | WordClass.Preposition))
                && !(second + 1 < tokens.Length && tokens[second].Mark == ',' && tokens[second + 1].Is(WordClass.Conjunction)))
            {
                phrase.Represents ??= work.Words(j, end);
                phrase.TitleEnd = end;
                phrase.NameFirst = end + 1;
                phrase.NameEnd = second;
            }

            return;
        }

        // "Gubernur Jawa Tengah, Ahmad Luthfi menyatakan": a name set off by a comma, perhaps with a rank of its own.
        if (tokens[j].Mark == ',' && j + 1 < limit && phrase.Kind is TitleKind.Office or TitleKind.Company or TitleKind.Place or TitleKind.Relation or TitleKind.Member && tokens[j + 1].Breaks == 0)
        {
            var k = j + 1;
            if (Phrases.Title(work, k, out var length) is { Kind: TitleKind.Rank or TitleKind.Honorific or TitleKind.Office or TitleKind.Company or TitleKind.Place or TitleKind.Relation } && tokens[k].Capital)
            {
                k += length;
                k += k < tokens.Length && tokens[k].Mark == '.' ? 1 : 0;
            }

            if (k < tokens.Length && tokens[k].Breaks == 0 && NameSequence.Read(work, k, out end) && Phrases.Actor(work, k, out _) is null
                && (end - k >= 2 || end >= tokens.Length || tokens[end].Mark is ',' or '.' || tokens[end].Is(WordClass.CueAny | WordClass.Adverb | WordClass.Preposition))
                && !(end < tokens.Length && tokens[end].Is(WordClass.Conjunction)))
            {
                phrase.NameFirst = k;
                phrase.NameEnd = end;
            }
        }
    }

    // "Ketenagalistrikan", "Perimbangan": the circumfixes ke-an and pe(r)-an make common nouns that no list exhausts.
    private static bool IsDerivedNoun(ReadOnlySpan<char> form) =>
        form.Length >= 9 && form.EndsWith("an", StringComparison.Ordinal) && (form.StartsWith("Ke", StringComparison.Ordinal) || form.StartsWith("Pe", StringComparison.Ordinal));

    // Behind ", " a wider place ("Camat Kalibaru, Kabupaten Serang, Rini"): the token after it, or -1.
    private static int WiderPlace(ArticleWork work, int comma)
    {
        var at = comma + 1;
        if (at >= work.Tokens.Length || work.Tokens[at].Breaks > 0)
        {
            return -1;
        }

        var named = work.IsForm(at, "kabupaten") || work.IsForm(at, "kota") || work.IsForm(at, "kecamatan") || work.IsForm(at, "provinsi");
        at += named ? 1 : 0;
        if (Phrases.Longest(work, at, static node => node.Place, out var length) is not null)
        {
            return at + length;
        }

        return named && at < work.Tokens.Length && work.Tokens[at].Capital ? at + 1 : -1;
    }

    // "Kepala Biro Hukum, Data, dan Informasi ...": a list of common words that "dan" closes belongs to the office.
    private static int ListEnd(ArticleWork work, int comma, int limit)
    {
        var tokens = work.Tokens;
        var words = 0;
        for (var i = comma + 1; i < limit && i < comma + 10 && tokens[i].Breaks == 0; i++)
        {
            if (work.IsForm(i, "dan"))
            {
                return words > 0 && i + 1 < limit && tokens[i + 1].Capital && tokens[i + 1].Is(WordClass.Common) && !tokens[i + 1].Is(WordClass.GivenName) && Phrases.Title(work, i + 1, out _) is null ? i + 2 : -1;
            }

            if (tokens[i].Mark == ',')
            {
                continue;
            }

            if (!tokens[i].Capital || !tokens[i].Is(WordClass.Common) || tokens[i].Is(WordClass.GivenName) || Phrases.Title(work, i, out _) is not null)
            {
                return -1;
            }

            words++;
        }

        return -1;
    }

    // "CEO Nusaraya Rini Wulandari": the firm's name goes before a given name, or was named alone earlier in the article.
    private static int FirmLength(ArticleWork work, in TitlePhrase phrase, int first, int end)
    {
        if (end - first < 2 || work.Tokens[first].Is(WordClass.GivenName))
        {
            return 0;
        }

        // The article calls somebody by one of these words alone: that is where the name begins, or one word before its last.
        for (var i = first; i < end; i++)
        {
            if (work.AreIn(work.CalledNames, i, i + 1))
            {
                return i < end - 1 || i == first ? i - first : end - first >= 3 ? i - 1 - first : 0;
            }
        }

        if (phrase.Kind is not (TitleKind.Company or TitleKind.Place or TitleKind.Relation or TitleKind.Member))
        {
            return 0;
        }

        // A place already stood behind the title: what is left is the name.
        if (phrase.Kind == TitleKind.Place)
        {
            if (Phrases.Longest(work, first - 1, static node => node.Place, out _) is not null)
            {
                return 0;
            }

            for (var i = first + 1; i < end - 1; i++)
            {
                if (work.Tokens[i].Is(WordClass.GivenName))
                {
                    return i - first;
                }
            }

            return 0;
        }

        for (var i = first + 1; i < end; i++)
        {
            if (work.Tokens[i].Is(WordClass.GivenName) && (i < end - 1 || work.AreIn(work.LoneNames, first, i)))
            {
                return i - first;
            }
        }

        return end - first >= 3 && work.AreIn(work.LoneNames, first, first + 1) ? 1 : 0;
    }

    // A lower-case word inside a title: "Menteri Pemuda dan Olahraga", "Wakil Tetap RI untuk PBB", "pengamat politik".
    private static bool Continues(ArticleWork work, int first, int at, bool capital, int limit)
    {
        ref readonly var token = ref work.Tokens[at];
        var next = at + 1 < limit && work.Tokens[at + 1].Breaks == 0 ? at + 1 : -1;
        if (token.Is(WordClass.CueAny & ~WordClass.CueBare))
        {
            return false;
        }

        if (work.IsForm(at, "dan"))
        {
            return next > 0 && at > first + 1 && work.Tokens[next].Capital == work.Tokens[at - 1].Capital && (work.Tokens[next].Is(WordClass.Common) || work.Tokens[next].AllCaps)
                && Phrases.Title(work, next, out _) is null && !work.Tokens[next].Is(WordClass.GivenName);
        }

        if (work.IsForm(at, "untuk") || work.IsForm(at, "di") || work.IsForm(at, "dari") || work.IsForm(at, "bagi"))
        {
            return next > 0 && (at > first + 1 || work.IsForm(at, "dari")) && work.Tokens[next].Capital
                && (!work.IsForm(at, "dari") || !capital || Phrases.Longest(work, next, static node => node.Place || node.Actor is not null, out _) is not null)
                && (work.IsForm(at, "dari") || work.IsForm(at, "untuk") || PlaceThenName(work, next, limit) || IsOrganisationHead(work, next) || Phrases.Actor(work, next, out _) is { Actor.Type: ActorType.Organization });
        }

        if (work.IsForm(at, "of") || work.IsForm(at, "on") || work.IsForm(at, "for") || work.IsForm(at, "and") || work.IsForm(at, "the"))
        {
            return next > 0 && (work.Tokens[next].Capital || work.IsForm(next, "the"));
        }

        // "Wali Kota sekaligus Ketua Satgas"
        if (work.IsForm(at, "sekaligus") || work.IsForm(at, "merangkap") || work.IsForm(at, "selaku"))
        {
            return next > 0 && Phrases.Title(work, next, out _) is not null;
        }

        if (work.IsForm(at, "bidang") || work.IsForm(at, "urusan") || work.IsForm(at, "asal"))
        {
            return true;
        }

        if (capital || token.Is(WordClass.Function | WordClass.Adverb) || !token.Is(WordClass.Common) || Words.LooksVerb(work.Form(at)))
        {
            return false;
        }

        return at - first < 6;
    }

    // "Dirjen PBB di Wina Rini Wulandari"
    private static bool PlaceThenName(ArticleWork work, int at, int limit) =>
        Phrases.Longest(work, at, static node => node.Place || node.Actor is not null, out var length) is not null && at + length < limit && work.Tokens[at + length].Capital && work.Tokens[at + length].Breaks == 0;

    public static bool IsOrganisationHead(ArticleWork work, int at) =>
        work.Tokens[at].Word >= 0 && Phrases.Longest(work, at, static node => (node.Noun & WordClass.OrgHead) != 0, out _) is not null;

    // "Universitas Airlangga Rini Wulandari": the organisation takes what leaves a name of two words, else everything.
    private static bool TakesProperName(ArticleWork work, int at, int limit, out int end)
    {
        var tokens = work.Tokens;
        end = at + 1;
        // A firm takes common words too ("PT Jasa Niaga Rini ..."), up to a given name.
        if (work.IsForm(at, "pt"))
        {
            while (end < limit && tokens[end].Capital && tokens[end].Breaks == 0 && !(tokens[end].Is(WordClass.GivenName) && end > at + 1) && Phrases.Title(work, end, out _) is null)
            {
                end++;
            }

            end = end - at > 4 && !(end < limit && tokens[end].Is(WordClass.GivenName)) ? end - 2 : end;
            return end > at + 1;
        }

        while (end < limit && tokens[end].Capital && tokens[end].Breaks == 0 && tokens[end].Is(WordClass.Common) && !tokens[end].Is(WordClass.GivenName))
        {
            end++;
        }

        // A common word completed the name of the organisation ("Kementerian Keuangan | Rini").
        if (end > at + 1)
        {
            return true;
        }

        var first = end;
        while (end < limit && tokens[end].Capital && tokens[end].Breaks == 0 && !tokens[end].AllCaps && (!tokens[end].Is(WordClass.Common) || tokens[end].Is(WordClass.GivenName)))
        {
            if (end > first && tokens[end].Is(WordClass.GivenName))
            {
                return true;
            }

            end++;
        }

        end = end - first >= 3 ? end - 2 : end;
        return end > first;
    }

    private static bool IsNumeral(ArticleWork work, int at) => work.Tokens[at].End - work.Tokens[at].Start == 1 && work.Form(at)[0] is 'I' or 'V' or 'X';

    private static bool IsRoman(ArticleWork work, int at) => work.Form(at).IndexOfAnyExcept("IVX") < 0;
}
