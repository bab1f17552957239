using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Names;
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

    private bool _capital;
    private int _headLength;
    private int _rankEnd;
    private int _rankFirst;
    private bool _elect;

    /// <summary>One past the office alone: a rank or degree before the name is no part of it ("Kapolsek Kalibaru | Kompol | Rini").</summary>
    public readonly int RoleEnd => HasName && _rankFirst > First && _rankEnd == TitleEnd ? _rankFirst : TitleEnd;

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
        phrase._capital = tokens[at].Capital && at + length < tokens.Length && tokens[at + length].Capital;
        phrase._headLength = length;
        phrase._rankEnd = head.Kind == TitleKind.Rank ? at + length : -1;
        var limit = Math.Min(tokens.Length, at + MaxTokens);
        phrase.TitleEnd = phrase.Extend(work, at + length, limit, ref fallback);
        phrase.Bare = phrase.TitleEnd == at + length;
        phrase.Loose = phrase.Represents is null && fallback == "IDN";
        phrase.Represents ??= fallback;
        if (!phrase.PointsBack)
        {
            ReadName(work, ref phrase, limit);
            Prolong(work, ref phrase, limit, ref fallback);
        }

        // Who is out of office, or not yet in it, speaks for nobody by it.
        if (OfficeTitle.IsFormer(work, at) || OfficeTitle.IsCandidate(work, at) || phrase._elect)
        {
            phrase.Represents = null;
        }

        return true;
    }

    // What looked like the name was part of the office: "Kapolsek Kalibaru | Komisaris Rini", "Ketua Tim Lumbung Hijau (TLH) | Rini",
    // "peneliti Lumbung dari Universitas Kalibaru, | Rini". Kept only where a name comes of it.
    private static void Prolong(ArticleWork work, ref TitlePhrase phrase, int limit, ref string? fallback)
    {
        var longer = phrase;
        for (var more = Complement(work, longer, limit); more > 0 && more < limit; more = Complement(work, longer, limit))
        {
            longer.NameFirst = longer.NameEnd = 0;
            longer.TitleEnd = longer.Extend(work, more, limit, ref fallback);
            longer.Bare = false;
            if (longer.PointsBack)
            {
                return;
            }

            ReadName(work, ref longer, limit);
            // "koordinator Forwaka wilayah Kalibaru itu": the determiner closes an office without a name.
            if (longer.PointsBack)
            {
                phrase = longer;
                return;
            }

            // "Ketua KPU dan Rini Wulandari": a name right behind the joint is somebody else.
            if (longer.HasName && !(longer.NameFirst == more && work.Tokens[more - 1] is { Capital: false, Kind: TokenKind.Word }))
            {
                phrase = longer;
            }
            else if (!longer.HasName && longer.TitleEnd == more)
            {
                return;
            }
        }
    }

    // Where the office goes on behind what was read as the name, or where none was; -1 when it does not.
    private static int Complement(ArticleWork work, in TitlePhrase phrase, int limit)
    {
        var tokens = work.Tokens;
        var at = phrase.HasName ? phrase.NameEnd : phrase.TitleEnd;
        if (phrase.Kind == TitleKind.Honorific || at + 1 >= limit || tokens[at].Breaks > 0 || tokens[at + 1].Breaks > 0 || tokens[at].Quoted != tokens[phrase.First].Quoted || (phrase.HasName && Known(work, phrase)))
        {
            return -1;
        }

        if (tokens[at].Mark == ',')
        {
            // "Kepala Puskesmas Kalibaru, Jakarta Utara, Rini", "Kepala Bagian Humas, Rumah Sakit Kalibaru, Rini"
            return phrase.NameEnd - phrase.NameFirst <= 3 && tokens[at + 1].Capital ? House(work, at + 1, limit) : -1;
        }

        // "Gugus Tugas Covid - 19 Kalibaru", "Koalisi Warga Kalibaru - Sumut"
        if (tokens[at].Mark is '-' or '/' && (tokens[at + 1].Kind == TokenKind.Number || (tokens[at + 1].Capital && (IsPlace(work, at + 1) || tokens[at].Mark == '/'))))
        {
            return tokens[at + 1].Kind == TokenKind.Number || tokens[at].Mark == '/' ? at + 2 : at + 1;
        }

        if (tokens[at].Mark == '(')
        {
            return BracketEnd(work, at, limit);
        }

        if (!tokens[at].Capital)
        {
            // "Kepala Dinas Pekerjaan Umum dan Bina Marga ...", "peneliti Lumbung dari UNK", "Kepala Biro pada Kementerian ...", "ahli gizi yang juga Ketua ..."
            if (!tokens[at + 1].Capital)
            {
                return work.IsForm(at, "yang") && work.IsForm(at + 1, "juga") && at + 2 < limit && Phrases.Title(work, at + 2, out _) is not null ? at + 2 : -1;
            }

            if (work.IsForm(at, "dan") || work.IsForm(at, "serta"))
            {
                return Phrases.Title(work, at + 1, out _) is null && Phrases.Actor(work, at + 1, out _) is null or { Actor.Type: ActorType.Country } ? at + 1 : -1;
            }

            if (work.IsForm(at, "dari") || work.IsForm(at, "bidang") || work.IsForm(at, "wilayah") || work.IsForm(at, "cabang"))
            {
                return at + 1;
            }

            if (work.IsForm(at, "pada") || work.IsForm(at, "di"))
            {
                if (tokens[at + 1].Is(WordClass.Weekday | WordClass.Month))
                {
                    return -1;
                }

                return work.IsForm(at, "pada") || IsOrganisationHead(work, at + 1) || work.IsForm(at + 1, "desa") || work.IsForm(at + 1, "kelurahan") || work.IsForm(at + 1, "kecamatan") || (!phrase.Bare && !phrase.HasName && tokens[at + 1].Is(WordClass.Common | WordClass.Landform)) ? at + 1 : -1;
            }

            return phrase.HasName && Phrases.Title(work, at, out _) is { Kind: TitleKind.Honorific } ? at : -1;
        }

        // A rank, a further office, an organisation, a country or a place right behind: no name is followed by these.
        return !tokens[at].Is(WordClass.Weekday | WordClass.Month | WordClass.GivenName)
            && (Phrases.Title(work, at, out _) is { Kind: TitleKind.Rank or TitleKind.Office or TitleKind.Company or TitleKind.Place or TitleKind.Honorific }
                || Phrases.Actor(work, at, out _) is not null || IsOrganisationHead(work, at) || IsPlace(work, at)) ? at : -1;
    }

    private static bool Plain(ArticleWork work, int at) => !work.Tokens[at].AllCaps && !work.Tokens[at].Is(WordClass.Common) && !IsPlace(work, at) && Phrases.Actor(work, at, out _) is null;

    private static bool IsPlace(ArticleWork work, int at) => Phrases.Longest(work, at, static node => node.Place, out _) is not null;

    // Somebody the article calls by one of these words, or a given name among them: a name it is.
    private static bool Known(ArticleWork work, in TitlePhrase phrase)
    {
        for (var i = phrase.NameFirst; i < phrase.NameEnd; i++)
        {
            if (work.Tokens[i].Is(WordClass.GivenName) || work.AreIn(work.CalledNames, i, i + 1))
            {
                return true;
            }
        }

        return false;
    }

    // Behind a comma places or one organisation, then a comma or the name: the token after the comma, or -1.
    private static int House(ArticleWork work, int at, int limit)
    {
        var place = at - 1;
        while (place > 0 && place < limit && work.Tokens[place].Mark == ',' && WiderPlace(work, place) is var wider and > 0)
        {
            place = wider;
        }

        if (place > at && place + 1 < limit && work.Tokens[place].Breaks == 0)
        {
            return work.Tokens[place].Mark == ',' || work.Tokens[place].Capital ? place : -1;
        }

        return IsOrganisationHead(work, at) || Phrases.Actor(work, at, out _) is { Actor.Type: ActorType.Organization } ? at : -1;
    }

    // "(KPU)", "(Kadin)", "(LPS - HAM)" inside an office that goes on: the token behind the bracket, or -1.
    private static int BracketEnd(ArticleWork work, int open, int limit)
    {
        var tokens = work.Tokens;
        var close = open + 1;
        var allCaps = true;
        while (close < limit && close < open + 7 && tokens[close].Mark != ')' && tokens[close].Breaks == 0)
        {
            if (tokens[close].Kind == TokenKind.Word ? !tokens[close].Capital : tokens[close].Mark is not ('-' or '/' or '&'))
            {
                return -1;
            }

            allCaps &= tokens[close].AllCaps;
            close++;
        }

        if (close == open + 1 || close >= limit || tokens[close].Mark != ')')
        {
            return -1;
        }

        // "Ketua Forum Warga Kalibaru (Forwaka), Rini": an acronym of syllables closes the house as one of letters does, where the name stands behind the comma.
        return allCaps || (close + 1 < limit && tokens[close + 1].Capital && tokens[close + 1].Breaks == 0)
            || (close == open + 2 && close + 2 < limit && tokens[close + 1].Mark == ',' && tokens[close + 2] is { Capital: true, Kind: TokenKind.Word, Breaks: 0 }
                && tokens[open - 1].Capital && Phrases.Actor(work, open + 1, out _) is null && Syllables(work, open)) ? close + 1 : -1;
    }

    // The acronym in a bracket begins as one of the words right before it does: "Forum Warga Kalibaru (Forwaka)", no party behind a name ("Rini (Golkar)").
    private static bool Syllables(ArticleWork work, int open)
    {
        var acronym = work.Form(open + 1);
        for (var i = open - 1; i >= 0 && i > open - 10 && work.Tokens[i] is { Kind: TokenKind.Word, Breaks: 0 }; i--)
        {
            if (work.Tokens[i].Capital && work.Form(i)[0] == acronym[0] && work.Tokens[i].Is(WordClass.Common))
            {
                return true;
            }
        }

        return false;
    }

    // Reads on through the complement of the office from a token; where it ends.
    private int Extend(ArticleWork work, int j, int limit, ref string? fallback)
    {
        var tokens = work.Tokens;
        int length;
        while (j < limit && tokens[j].Breaks == 0 && !tokens[j].Dropped && tokens[j].Quoted == tokens[First].Quoted)
        {
            ref readonly var token = ref tokens[j];
            if (token.Mark == '(' && j + 1 < limit && tokens[j + 1].Capital)
            {
                if (BracketEnd(work, j, limit) is var close and > 0)
                {
                    j = close;
                    continue;
                }
            }

            // "Kombes Pol. Rini", "Prof. Dr. Rini": the stop of an abbreviated rank or degree.
            if (token.Mark == '.' && j + 1 < limit && tokens[j + 1].Capital && tokens[j + 1].Breaks == 0 && j > First
                && (tokens[j - 1].Is(WordClass.Abbreviation) || (j == First + _headLength && Kind is TitleKind.Rank or TitleKind.Honorific)))
            {
                j++;
                _rankEnd += _rankEnd == j - 1 ? 1 : 0;
                continue;
            }

            // "Covid-19", "Daop 1", "Lingkungan Hidup/Kepala Badan": numbers and joints inside a written-out office.
            if (j > First && j + 1 < limit && tokens[j + 1].Breaks == 0
                && ((token.Kind == TokenKind.Number && token.End - token.Start <= 3 && tokens[j - 1].Capital && (tokens[j + 1].Capital || tokens[j + 1].Is(WordClass.Determiner) || (work.IsForm(j + 1, "yang") && work.IsForm(j + 2, "juga"))))
                    || (token.Mark is '-' && tokens[j + 1].Kind == TokenKind.Number && tokens[j - 1].Capital)
                    || (token.Mark is '/' or '&' && tokens[j + 1].Capital && (tokens[j + 1].Is(WordClass.Common) || !token.Space))
                    || (token.Kind == TokenKind.Number && tokens[j - 1].Mark == '-')))
            {
                j++;
                // "Kepala SMAN 1 Kalibaru, Rini": behind the number of a house stands its place, where a comma sets off the name.
                if (token.Kind == TokenKind.Number && j + 2 < limit && tokens[j] is { Capital: true, Kind: TokenKind.Word } && !tokens[j].Is(WordClass.GivenName) && tokens[j + 1].Mark == ',' && tokens[j + 2] is { Capital: true, Breaks: 0 })
                {
                    j++;
                }

                continue;
            }

            // "Presiden berusia 39 tahun itu", "menteri 45 tahun tersebut"
            if ((token.Kind == TokenKind.Number || work.IsForm(j, "berusia") || work.IsForm(j, "berumur")) && j >= First + _headLength
                && (token.Kind == TokenKind.Number ? j : j + 1) is var age && age + 2 < tokens.Length && tokens[age].Kind == TokenKind.Number && work.IsForm(age + 1, "tahun") && tokens[age + 2].Is(WordClass.Determiner))
            {
                PointsBack = true;
                j = age + 3;
                break;
            }

            // "mantan Ketua Mahkamah Niaga 2008 - 2013 itu"
            if (token.Kind == TokenKind.Number && token.End - token.Start == 4 && j > First + _headLength && Years(work, j, limit) is var years and > 0)
            {
                j = years;
                continue;
            }

            if (token.Mark == ',' && j > First + _headLength && WiderPlace(work, j) is var wider and > 0 && wider < limit && tokens[wider].Mark == ',' && tokens[j - 1].Capital)
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

            // "Kolonel Inf Rini", "Letnan Kolonel Laut Rini": the corps behind a rank.
            if (token.Capital && _rankEnd == j && work.Form(j) is "Inf" or "Czi" or "Arm" or "Kav" or "Laut" or "Mar" or "Pnb" or "Pas" or "Tek" or "Lek" or "Chb" or "Cpl" or "Cba" or "Caj" or "Ckm" or "Chk" or "Cke" or "Ctp" or "Pol" or "Polisi")
            {
                j++;
                _rankEnd = j;
                continue;
            }

            // "Bupati Raja Ampat": a place of several words, though the first is an office.
            if (token.Capital && Phrases.Longest(work, j, static node => node.Place, out length) is not null && length > 1)
            {
                j += length;
                continue;
            }

            if (Phrases.Title(work, j, out length) is { } inner && (tokens[j].Capital || !_capital) && !(tokens[j].Capital && token.Is(WordClass.GivenName)))
            {
                fallback ??= inner.Represents;
                Kind = Kind is TitleKind.Honorific or TitleKind.Rank ? inner.Kind : Kind;
                j += length;
                if (inner.Kind is TitleKind.Rank or TitleKind.Honorific)
                {
                    _rankFirst = _rankEnd == j - length ? _rankFirst : j - length;
                    _rankEnd = j;
                }

                continue;
            }

            if (Phrases.Actor(work, j, out length) is { } name)
            {
                // "Duta Besar Jepang untuk Kanada": what stands behind "untuk" is where the office is held, not for whom.
                if (!work.IsForm(j - 1, "untuk"))
                {
                    if (!Explicit || name.Actor.Type == ActorType.Country)
                    {
                        Represents = name.Actor.Represents ?? name.Actor.Name;
                    }

                    Explicit = true;
                }

                j += length;
                continue;
            }

            if (token.Capital)
            {
                if (IsReduplication(work, j))
                {
                    j += 3;
                    continue;
                }

                if (Phrases.Longest(work, j, static node => node.Place, out length) is not null && !token.Is(WordClass.GivenName))
                {
                    j += length;
                    continue;
                }

                if (IsOrganisationHead(work, j) && TakesProperName(work, j, limit, out var after))
                {
                    Represents ??= work.Words(j, after);
                    j = after;
                    continue;
                }

                if ((token.AllCaps && token.End - token.Start <= 7) || IsNumeral(work, j) || ((token.Is(WordClass.Common) || IsDerivedNoun(work.Form(j))) && !token.Is(WordClass.GivenName)))
                {
                    if (token.AllCaps && token.Word < 0 && !IsRoman(work, j))
                    {
                        Represents ??= work.Words(j, j + 1);
                    }

                    j++;
                    continue;
                }

                break;
            }

            // "Presiden terpilih Rini Wulandari", "Wali Kota Kalibaru terpilih"
            if (work.IsForm(j, "terpilih"))
            {
                _elect = true;
                j++;
                continue;
            }

            if (token.Is(WordClass.Determiner))
            {
                PointsBack = true;
                j++;
                break;
            }

            if (!Continues(work, First, j, _capital, limit))
            {
                break;
            }

            var preposition = work.IsForm(j, "dari") || work.IsForm(j, "di") || work.IsForm(j, "of") || work.IsForm(j, "for") || work.IsForm(j, "on") || work.IsForm(j, "and");
            // "bidang Agraria, Tata Ruang, dan ...": the field is no name.
            var field = work.IsForm(j, "bidang") || work.IsForm(j, "urusan");
            j++;
            if (field && j < limit && tokens[j].Capital && tokens[j].Breaks == 0 && !tokens[j].Is(WordClass.GivenName))
            {
                j++;
            }

            // "pengamat dari Pusat Kajian Nusaraya, Rini": what a preposition brings is the house, not the name.
            if (preposition && Phrases.Longest(work, j, static node => node.Place || node.Actor is not null, out _) is null)
            {
                var house = j;
                while (j < limit && tokens[j].Capital && tokens[j].Breaks == 0 && !(j > house && (tokens[j].Is(WordClass.GivenName) || IsOrganisationHead(work, j) || work.AreIn(work.CalledNames, j, j + 1))))
                {
                    j++;
                }

                // "Head of Nusaraya Rini Wulandari": the last two words are the name where no comma sets one off.
                if (j - house >= 3 && j < limit && tokens[j].Mark != ',' && !tokens[j].Is(WordClass.GivenName) && Plain(work, j - 1) && Plain(work, j - 2))
                {
                    j -= 2;
                }
            }
        }

        return j;
    }

    private static void ReadName(ArticleWork work, ref TitlePhrase phrase, int limit)
    {
        var tokens = work.Tokens;
        var j = phrase.TitleEnd;
        if (j >= tokens.Length || tokens[j].Breaks > 0)
        {
            return;
        }

        if (House(work, ref phrase, j, limit))
        {
            j = phrase.TitleEnd;
            if (phrase.PointsBack || j >= tokens.Length || tokens[j].Breaks > 0)
            {
                return;
            }

            if (Phrases.Title(work, j, out var rank) is { Kind: TitleKind.Rank or TitleKind.Honorific } && tokens[j].Capital)
            {
                j += rank;
            }
        }

        if (NameSequence.Read(work, j, out var end))
        {
            j += FirmLength(work, phrase, j, end);
            phrase.NameFirst = j;
            phrase.NameEnd = end;
            // "guru besar Unika itu", "Ketua Alumni 98 itu": the house of somebody named before, no name.
            var past = end + 1 < tokens.Length && tokens[end].Kind == TokenKind.Number && tokens[end].End - tokens[end].Start <= 4 ? end + 1 : end;
            if (past < tokens.Length && tokens[past].Is(WordClass.Determiner) && tokens[past].Breaks == 0 && phrase.Kind is not (TitleKind.Honorific or TitleKind.Rank) && !Known(work, phrase))
            {
                phrase.Represents ??= work.Words(j, past);
                phrase.NameFirst = phrase.NameEnd = 0;
                phrase.TitleEnd = past + 1;
                phrase.PointsBack = true;
                return;
            }

            // "CEO Nusaraya, Rini Wulandari, mengatakan": what stood behind the title was the firm.
            if (phrase.Kind == TitleKind.Place && end - j <= 2 && end < tokens.Length && tokens[end].Mark == ',' && WiderPlace(work, end) is var place and > 0)
            {
                phrase.TitleEnd = place;
                end = place;
            }

            // "peneliti senior Nusaraya, Rini Wulandari, mengatakan" as well, where nobody is called by what stands before the comma; "pengacara Hasan, Rini Wulandari, mengatakan" in any case.
            if ((phrase.Kind is TitleKind.Company or TitleKind.Place || (phrase.Kind is TitleKind.Member or TitleKind.Relation && end - j <= 2 && (!Known(work, phrase) || (phrase.Kind == TitleKind.Relation && end - j == 1 && phrase.Bare)))) && end - j <= 5 && end + 1 < tokens.Length && tokens[end].Mark == ',' && tokens[end + 1].Breaks == 0
                && Phrases.Actor(work, end + 1, out _) is null && !IsPlace(work, end + 1) && NameSequence.Read(work, end + 1, out var second) && second - end - 1 >= 2
                && (second >= tokens.Length || tokens[second].Mark is ',' or '.' || tokens[second].Is(WordClass.CueAny | WordClass.Adverb | WordClass.Preposition | WordClass.Position))
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
        if (tokens[j].Mark == ',' && j + 1 < limit && (phrase.Kind is TitleKind.Office or TitleKind.Company or TitleKind.Place or TitleKind.Relation or TitleKind.Member || (phrase.Kind == TitleKind.Rank && !phrase.Bare)) && tokens[j + 1].Breaks == 0)
        {
            var k = j + 1;
            if (Phrases.Title(work, k, out var length) is { Kind: TitleKind.Rank or TitleKind.Honorific or TitleKind.Office or TitleKind.Company or TitleKind.Place or TitleKind.Relation } && tokens[k].Capital)
            {
                k += length;
                k += k < tokens.Length && tokens[k].Mark == '.' ? 1 : 0;
            }

            if (k < tokens.Length && tokens[k].Breaks == 0 && NameSequence.Read(work, k, out end) && Phrases.Actor(work, k, out _) is null && !IsPlace(work, k)
                && (end - k >= 2 || end >= tokens.Length || tokens[end].Mark is ',' or '.' || tokens[end].Is(WordClass.CueAny | WordClass.Adverb | WordClass.Preposition | WordClass.Position | WordClass.Subordinator))
                && !(end < tokens.Length && tokens[end].Is(WordClass.Conjunction)))
            {
                phrase.NameFirst = k;
                phrase.NameEnd = end;
            }
        }
    }

    // "Bupati Kalibaru", "pelatih Persatuan Kalibaru itu": what the model takes for a place or an organisation belongs to the title; the name may stand behind it.
    // Where capitals go on that begin no name the model has cut the house short, and it is left alone.
    private static bool House(ArticleWork work, ref TitlePhrase phrase, int at, int limit)
    {
        var tokens = work.Tokens;
        var model = work.NameAt(at);
        if (phrase.Kind is TitleKind.Rank or TitleKind.Honorific || model.Kind is not (NameKind.Place or NameKind.Organisation) || tokens[at].Is(WordClass.GivenName) || work.AreIn(work.CalledNames, at, at + 1))
        {
            return false;
        }

        var end = model.End;
        end = end < tokens.Length && tokens[end].Mark == ',' && WiderPlace(work, end) is var wider and > 0 && wider < limit && tokens[wider].Mark == ',' ? wider : end;
        var more = end < tokens.Length && tokens[end].Breaks == 0;
        if (more && tokens[end].Capital && !NameSequence.Read(work, end, out _) && Phrases.Title(work, end, out _) is not { Kind: TitleKind.Rank or TitleKind.Honorific })
        {
            return false;
        }

        // "kata Camat Rini Wulandari": where no name follows, two words that no table has as a place are the name.
        if (phrase.Kind == TitleKind.Place && model.Kind == NameKind.Place && end - at >= 2 && !(end < tokens.Length && tokens[end].Is(WordClass.Determiner))
            && !NameSequence.Read(work, end < tokens.Length && tokens[end].Mark == ',' ? end + 1 : end, out _))
        {
            return false;
        }

        if (model.Kind == NameKind.Organisation)
        {
            phrase.Represents ??= work.Words(at, model.End);
        }

        phrase.PointsBack = more && tokens[end].Is(WordClass.Determiner);
        phrase.TitleEnd = phrase.PointsBack ? end + 1 : end;
        return true;
    }

    // "Ketenagalistrikan", "Perimbangan": the circumfixes ke-an and pe(r)-an make common nouns that no list exhausts; so do the endings of fields ("Epidemiologi").
    private static bool IsDerivedNoun(ReadOnlySpan<char> form) =>
        form.Length >= 9 && form.EndsWith("an", StringComparison.Ordinal) && (form.StartsWith("Ke", StringComparison.Ordinal) || form.StartsWith("Pe", StringComparison.Ordinal))
        || form.Length >= 7 && (form.EndsWith("ologi", StringComparison.Ordinal) || form.EndsWith("ografi", StringComparison.Ordinal) || form.EndsWith("onomi", StringComparison.Ordinal) || form.EndsWith("isasi", StringComparison.Ordinal));

    // A year or two before "itu": one past them, or -1.
    private static int Years(ArticleWork work, int at, int limit)
    {
        var end = at + 1;
        if (end + 1 < limit && work.Tokens[end].Mark is '-' or '–' && work.Tokens[end + 1].Kind == TokenKind.Number)
        {
            end += 2;
        }

        return end < limit && work.Tokens[end].Is(WordClass.Determiner) ? end : -1;
    }

    // Behind ", " a wider place ("Camat Kalibaru, Kabupaten Serang, Rini"): the token after it, or -1.
    private static int WiderPlace(ArticleWork work, int comma)
    {
        var at = comma + 1;
        if (at >= work.Tokens.Length || work.Tokens[at].Breaks > 0)
        {
            return -1;
        }

        var named = work.IsForm(at, "kabupaten") || work.IsForm(at, "kota") || work.IsForm(at, "kecamatan") || work.IsForm(at, "provinsi") || work.IsForm(at, "kelurahan") || work.IsForm(at, "desa") || work.IsForm(at, "distrik");
        at += named ? 1 : 0;
        if (Phrases.Longest(work, at, static node => node.Place, out var length) is not null)
        {
            return at + length;
        }

        if (!named)
        {
            return -1;
        }

        // "Kelurahan Sumber Agung, ...": every capital up to the next comma.
        var end = at;
        while (end < work.Tokens.Length && work.Tokens[end].Capital && work.Tokens[end].Breaks == 0 && end < at + 4)
        {
            end++;
        }

        return end < work.Tokens.Length && work.Tokens[end].Mark == ',' ? end : work.Tokens[at].Capital ? at + 1 : -1;
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
                return (words > 0 || i == comma + 1) && i + 1 < limit && tokens[i + 1].Capital && (tokens[i + 1].Is(WordClass.Common) || IsDerivedNoun(work.Form(i + 1))) && !tokens[i + 1].Is(WordClass.GivenName) && Phrases.Title(work, i + 1, out _) is null ? i + 2 : -1;
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
        if (end - first < 2 || work.Tokens[first].Is(WordClass.GivenName) || (work.Form(first) is "I" or "Ni" or "Ida" && IsBalinese(work, first + 1)))
        {
            return 0;
        }

        // "Managing Partner Nusa APAC Rini Wulandari": an acronym in capitals stands in no person's name.
        for (var i = first; i < end - 1; i++)
        {
            if (work.Tokens[i].AllCaps && work.Tokens[i].End - work.Tokens[i].Start >= 4 && !IsRoman(work, i) && !work.Tokens[i + 1].AllCaps && phrase.Kind is TitleKind.Company or TitleKind.Member or TitleKind.Relation)
            {
                return i + 1 - first;
            }
        }

        // "Camat Kalibaru Rini Wulandari": the head of a place is named behind the place, and the model tells where a person's name begins.
        for (var i = first + 1; phrase.Kind == TitleKind.Place && i < end - 1; i++)
        {
            if (work.NameAt(i) is { Kind: NameKind.Person } person && person.End >= end)
            {
                return i - first;
            }
        }

        // The article calls somebody by one of these words alone: that is where the name begins, or one word before its last.
        for (var i = first; i < end; i++)
        {
            if (work.AreIn(work.CalledNames, i, i + 1))
            {
                return i < end - 1 || i == first ? i - first : end - first >= 3 ? WordBefore(work, i, first) - first : 0;
            }
        }

        if (phrase.Kind is not (TitleKind.Company or TitleKind.Place or TitleKind.Relation or TitleKind.Member) || (!phrase.Bare && Settled(work, first)))
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

            // Of three words or more the first is the place.
            return end - first >= 3 && phrase.Bare ? 1 : 0;
        }

        for (var i = first + 1; i < end; i++)
        {
            if (work.Tokens[i].Is(WordClass.GivenName) && (i < end - 1 || work.AreIn(work.LoneNames, first, i)))
            {
                return i - first;
            }
        }

        // "Pendiri Rumah Literasi Rini Wulandari", where "Rumah Literasi" was named before.
        for (var i = end - 1; i > first + 1; i--)
        {
            if (work.AreIn(work.LoneNames, first, i))
            {
                return i - first;
            }
        }

        return end - first >= 3 && work.AreIn(work.LoneNames, first, first + 1) ? 1 : 0;
    }

    // The word before the last of a name, with the initials between: "Sapto W. | Wijaya".
    private static int WordBefore(ArticleWork work, int last, int first)
    {
        var at = last - 1;
        while (at > first && (work.Tokens[at].Mark == '.' || work.Tokens[at].End - work.Tokens[at].Start == 1))
        {
            at--;
        }

        return Math.Max(at, first);
    }

    // The complement ends in a bracket, an acronym, a place or an organisation that the tables know: what follows is the name.
    private static bool Settled(ArticleWork work, int first)
    {
        if (work.Tokens[first - 1].Mark == ')' || (work.Tokens[first - 1].AllCaps && !IsRoman(work, first - 1)))
        {
            return true;
        }

        for (var back = 1; back <= 3 && back <= first; back++)
        {
            if (Phrases.Longest(work, first - back, static node => node.Place || node.Actor is not null, out var length) is not null && length == back)
            {
                return true;
            }
        }

        return false;
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
            // "ekonom dan pemerhati kebijakan Rini": two trades of one person.
            if (next > 0 && !work.Tokens[next].Capital && Phrases.Title(work, next, out _) is { Kind: TitleKind.Member } && Phrases.Title(work, first, out _) is { Kind: TitleKind.Member } && !work.Tokens[first].Capital)
            {
                return true;
            }

            return next > 0 && at > first + 1 && work.Tokens[next].Capital == work.Tokens[at - 1].Capital && (work.Tokens[next].Is(WordClass.Common) || work.Tokens[next].AllCaps || IsReduplication(work, next))
                && Phrases.Title(work, next, out _) is null && !work.Tokens[next].Is(WordClass.GivenName);
        }

        if (work.IsForm(at, "untuk") || work.IsForm(at, "di") || work.IsForm(at, "dari") || work.IsForm(at, "bagi"))
        {
            return next > 0 && (at > first + 1 || work.IsForm(at, "dari")) && work.Tokens[next].Capital
                && (!work.IsForm(at, "dari") || !capital || Phrases.Longest(work, next, static node => node.Place || node.Actor is not null, out _) is not null)
                && (work.IsForm(at, "dari") || work.IsForm(at, "untuk") || PlaceThenName(work, next, limit) || IsOrganisationHead(work, next) || Phrases.Actor(work, next, out _) is { Actor.Type: ActorType.Organization });
        }

        if (work.IsForm(at, "of") || work.IsForm(at, "on") || work.IsForm(at, "for") || work.IsForm(at, "and") || work.IsForm(at, "the") || work.IsForm(at, "to") || work.IsForm(at, "at"))
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

        // "analis perkarantinaan Balai ...": a word that no table knows, between a title in small letters and a capital.
        if (!capital && next > 0 && (work.Tokens[next].Capital || work.Tokens[next].Is(WordClass.Yang) || work.IsForm(next, "dari")) && at <= first + 2 && work.Tokens[at].Class == WordClass.None && !Words.LooksVerb(work.Form(at)))
        {
            return true;
        }

        if (capital || token.Is(WordClass.Function | WordClass.Adverb) || !token.Is(WordClass.Common) || Words.LooksVerb(work.Form(at)))
        {
            return false;
        }

        return at - first < 6;
    }

    // "Perundang - undangan": a word doubled in part, with the blanks that some sources put around the hyphen.
    private static bool IsReduplication(ArticleWork work, int at) =>
        at + 2 < work.Tokens.Length && work.Tokens[at + 1].Mark == '-' && work.Tokens[at + 1].Breaks == 0 && work.Tokens[at + 2] is { Kind: TokenKind.Word, Capital: false, Breaks: 0 }
        && work.Form(at + 2) is { Length: >= 4 } second && work.Form(at).Contains(second[..4], StringComparison.OrdinalIgnoreCase);

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
        var called = -1;
        // "Ketua Panitia Rini Wulandari": a given name right behind is the name, but for houses that are named after people.
        if (end < limit && tokens[end].Is(WordClass.GivenName) && !tokens[end].Is(WordClass.Common) && !NamedAfterPeople(work, at))
        {
            return true;
        }

        while (end < limit && tokens[end].Capital && tokens[end].Breaks == 0 && !tokens[end].AllCaps && (!tokens[end].Is(WordClass.Common) || tokens[end].Is(WordClass.GivenName)))
        {
            if (end > first && tokens[end].Is(WordClass.GivenName))
            {
                return true;
            }

            called = called < 0 && work.AreIn(work.CalledNames, end, end + 1) ? end : called;
            end++;
        }

        // "Ketua Pansus Teuku Wijaya", whom the article goes on to call Wijaya: the organisation is the Pansus.
        if (called >= 0)
        {
            end = called < end - 1 ? called : WordBefore(work, called, first);
            return true;
        }

        end = end - first >= 3 ? end - 2 : end;
        return end > first;
    }

    private static bool NamedAfterPeople(ArticleWork work, int head) => work.Form(head) is "Universitas" or "Yayasan" or "Sakit" or "RS" or "RSUD" or "RSUP" or "Rumah" or "Bank" or "Sekolah" or "SMA" or "SMP" or "SMK"
        or "Institut" or "Akademi" or "Politeknik" or "Stasiun" or "Museum" or "Pesantren" or "Pondok" or "Klub" or "Grup" or "Partai" or "Koperasi" or "Perum" or "Masjid" or "Gereja" or "Lembaga" or "Pusat" or "UIN" or "IAIN" or "Kodam" or "PT" or "Resimen";

    // "Komisi I"; but "I Gusti ...", "I Made ..." open a Balinese name.
    private static bool IsNumeral(ArticleWork work, int at) => work.Tokens[at].End - work.Tokens[at].Start == 1 && work.Form(at)[0] is 'I' or 'V' or 'X' && !IsBalinese(work, at + 1);

    private static bool IsBalinese(ArticleWork work, int at) => at < work.Tokens.Length && work.Tokens[at].Breaks == 0
        && work.Form(at) is "Gusti" or "Made" or "Wayan" or "Nyoman" or "Ketut" or "Putu" or "Komang" or "Kadek" or "Gede" or "Dewa" or "Nengah" or "Gde" or "Wayan" or "Luh";

    private static bool IsRoman(ArticleWork work, int at) => work.Form(at).IndexOfAnyExcept("IVX") < 0;
}
