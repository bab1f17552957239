using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>Reads indirect and mixed speech behind an active cue: "X mengatakan bahwa ...", "X meminta agar ...".</summary>
internal sealed class ActiveSpeech(ArticleWork work, SpeakerReader reader, Drafts drafts, Clauses clauses)
{
    /// <summary>Reads the active cue at a token and adds its content, if it has both content and a source.</summary>
    public void Read(Sentence sentence, int cue)
    {
        ref readonly var token = ref work.Tokens[cue];
        if (cue > sentence.First && work.Tokens[cue - 1].Is(WordClass.Preposition) && !work.IsForm(cue - 1, "dengan"))
        {
            return;
        }

        if ((Negated(sentence.First, cue) && !token.Is(WordClass.Deny)) || (cue > sentence.First && (work.IsForm(cue - 1, "menolak") || work.IsForm(cue - 1, "batal") || work.IsForm(cue - 1, "urung"))))
        {
            return;
        }

        // "X mengatakan hal yang sama": what that is the text has told before.
        if (work.IsForm(cue + 1, "hal") && (((work.Is(cue + 3, WordClass.Determiner) || (work.Is(cue + 2, WordClass.Yang) && work.Is(cue + 4, WordClass.Determiner))) && !work.Is(cue + 2, WordClass.Determiner)) || work.IsForm(cue + 2, "senada") || work.IsForm(cue + 2, "serupa") || work.IsForm(cue + 2, "sama") || (work.Is(cue + 2, WordClass.Yang) && (work.IsForm(cue + 3, "sama") || work.IsForm(cue + 3, "serupa") || work.IsForm(cue + 3, "senada")))))
        {
            return;
        }

        // "X mengatakan hal itu saat ...": the sentence before is what X said.
        if (work.IsForm(cue + 1, "hal") && work.Is(cue + 2, WordClass.Determiner) && !token.Is(WordClass.NeedsThat)
            && (cue + 3 >= sentence.End || work.Tokens[cue + 3].Mark is '.' or ',' || work.Is(cue + 3, WordClass.Preposition | WordClass.Subordinator | WordClass.Weekday)))
        {
            if (reader.Before(sentence.First, cue, drafts.SubjectOf(sentence)) is { } teller)
            {
                drafts.Previous(cue, cue + 1, teller, overrule: false);
            }

            return;
        }

        // "pemain paling menjanjikan": an adjective.
        if (cue > sentence.First && work.Tokens[cue - 1].Is(WordClass.Degree) && token.Is(WordClass.CueClaim) && !token.Is(WordClass.CueThink))
        {
            return;
        }

        // "kata Rini menambahkan, ...", "ujarnya menjelaskan.": how it was said.
        if (cue - 2 >= sentence.First && !work.Is(cue + 1, WordClass.Bahwa)
            && (work.Tokens[cue - 1].Is(WordClass.CueNya) || (work.FoundOf[cue - 1] is var told and >= 0 && work.Found[told].After == cue && work.Found[told].OuterFirst - 1 >= sentence.First && work.Tokens[work.Found[told].OuterFirst - 1].Is(WordClass.CueBare) && drafts.IsTaken(work.Found[told].OuterFirst - 1))))
        {
            return;
        }

        if (Behind(sentence, cue))
        {
            return;
        }

        // What follows: [adverbs] [addressee, place, time] [bahwa | , | :] content
        var first = SkipDate(SkipFocus(cue + 1, sentence.End), sentence.End);
        var opened = false;
        var bahwa = -1;
        for (var i = first; i < sentence.End && i < first + 30; i++)
        {
            if (work.Tokens[i].Quoted || (i > first && work.Tokens[i].Is(WordClass.CueVerb)))
            {
                break;
            }

            if (work.Tokens[i].Is(WordClass.Bahwa))
            {
                bahwa = i;
                break;
            }
        }

        if (bahwa >= 0 && (bahwa == first || clauses.IsAddressee(first, bahwa) || (IsTold(first, bahwa) && !(token.Is(WordClass.CueThink) && token.Is(WordClass.NeedsThat))) || IsNamed(first, bahwa)))
        {
            first = bahwa + 1;
            opened = true;
        }
        else if (first < sentence.End && work.Tokens[first].Mark is ',' or ':' && token.Is(WordClass.CueThink) && token.Is(WordClass.Adjective))
        {
            return;
        }
        else if (first < sentence.End && work.Tokens[first].Mark is ',' or ':')
        {
            first++;
            opened = true;
        }
        else if (first < sentence.End && clauses.IsSetting(first) && !token.Is(WordClass.CueAsk))
        {
            // "mengatakan kepada wartawan, ..." / "mengatakan pada Rabu, ..."
            var comma = first;
            while (comma < sentence.End && work.Tokens[comma].Mark != ',' && comma - first < 14)
            {
                comma++;
            }

            // "menyinggung soal tarif, di mana ...", "menjelaskan soal pasar, yang ...": more about the thing, no content.
            if (comma + 1 < sentence.End && work.Tokens[comma].Mark == ',' && !work.Is(comma + 1, WordClass.Yang | WordClass.Conjunction) && !work.IsForm(comma + 2, "mana"))
            {
                first = comma + 1;
                opened = true;
            }
        }

        // "mengumumkan melalui laman resminya jika ...": jika instead of bahwa.
        if (!opened && token.Is(WordClass.CueSay | WordClass.CueClaim) && first < sentence.End && work.Is(first, WordClass.Preposition) && clauses.IsSetting(first))
        {
            for (var i = first + 1; i < sentence.End && i < first + 10 && work.Tokens[i].Mark != ',' && !work.Tokens[i].Is(WordClass.CueVerb); i++)
            {
                if (work.IsForm(i, "jika") || work.IsForm(i, "kalau") || work.IsForm(i, "apakah"))
                {
                    first = i;
                    opened = true;
                    break;
                }
            }
        }

        // "mengaku kepada penyidik KPK tidak diberi surat": the addressee stands before the content without a comma.
        if (!opened && work.IsForm(first, "kepada") && !token.Is(WordClass.CueAsk))
        {
            var behind = reader.Read(first + 1, sentence.End) is { } addressee ? addressee.After : first + 2;
            if (behind < sentence.End && (work.Is(behind, WordClass.Auxiliary | WordClass.Opener) || clauses.HasPredicate(behind, sentence.End)))
            {
                first = behind;
                opened = true;
            }
        }

        // "membantah tudingan itu", "menepis seluruh kabar yang beredar": the noun for what others said is no content.
        if (!opened && token.Is(WordClass.Deny) && work.Is(work.Is(first, WordClass.Plural) ? first + 1 : first, WordClass.Utterance))
        {
            return;
        }

        // "menjelaskan setelah data diperbaiki, bantuan disalurkan": the clause that opens the content is a condition or a time of its own.
        if (!opened && first < sentence.End && work.Is(first, WordClass.Subordinator) && !token.Is(WordClass.CueAsk) && !work.IsForm(first, "saat") && !work.IsForm(first, "ketika") && !work.IsForm(first, "usai")
            && clauses.Comma(first, Math.Min(sentence.End, first + 20)) + 1 is var behindClause && behindClause < sentence.End && work.IsMark(behindClause - 1, ',') && clauses.HasPredicate(behindClause, sentence.End))
        {
            opened = true;
        }

        // "menyebutkan awalnya mesin itu rusak", "mengakui memang belum ...": an adverb of the whole clause opens one.
        if (!opened && !token.Is(WordClass.CueThink | WordClass.CueAsk) && first + 2 < sentence.End && (work.IsForm(first, "awalnya") || work.IsForm(first, "mulanya") || work.IsForm(first, "kini") || work.IsForm(first, "nantinya") || work.IsForm(first, "memang")
            || work.IsForm(first, "justru") || work.IsForm(first, "ternyata") || work.IsForm(first, "rupanya") || work.IsForm(first, "sebenarnya") || work.IsForm(first, "rencananya") || work.IsForm(first, "selanjutnya")))
        {
            opened = true;
        }

        // "mengungkapkan sampai saat ini, pihaknya belum ...": a time before the clause belongs to it.
        if (!opened && first < sentence.End && (work.IsForm(first, "sampai") || work.IsForm(first, "hingga") || work.IsForm(first, "selama") || work.IsForm(first, "sejauh") || work.Is(first, WordClass.Adverb))
            && clauses.Comma(first, Math.Min(sentence.End, first + 6)) + 1 is var behindTime && behindTime < sentence.End && work.IsMark(behindTime - 1, ',') && clauses.HasPredicate(behindTime, sentence.End))
        {
            opened = true;
        }

        // "mengingatkan pada warga agar ...": a request; whom it is addressed to stays in it.
        var request = token.Is(WordClass.CueAsk);
        if (!opened && !request && (work.IsForm(first, "kepada") || work.IsForm(first, "pada") || work.IsForm(cue, "mengingatkan") || work.IsForm(cue, "menegaskan") || work.IsForm(cue, "menekankan") || work.IsForm(cue, "memperingatkan")))
        {
            for (var i = first + 1; i < sentence.End && i < first + 10 && work.Tokens[i].Mark != ','; i++)
            {
                if ((work.IsForm(i, "agar") || work.IsForm(i, "supaya")) && (work.Is(first, WordClass.Preposition) || IsNamed(first, i)))
                {
                    request = opened = true;
                    break;
                }
            }
        }

        if (!opened && work.Is(first, WordClass.BareObject))
        {
            return;
        }

        // "hal yang membuatnya yakin adalah ...": the predicate of something else.
        if (!opened && token.Is(WordClass.CueThink) && (work.IsForm(first, "adalah") || work.IsForm(first, "ialah") || work.IsForm(first, "merupakan")))
        {
            return;
        }

        // "menyadari atau tidak": no clause.
        if (!opened && work.Is(first, WordClass.Conjunction))
        {
            return;
        }

        if (!opened && (work.Is(first, WordClass.Opener) || (work.Is(first, WordClass.Preposition) && work.IsForm(first + 1, "mana"))) && !token.Is(WordClass.CueAsk))
        {
            opened = true;
        }

        if (token.Is(WordClass.NeedsThat) && !opened && !(work.IsForm(cue, "melihat") && clauses.HasVerdict(first, sentence.End)) && !HoldsQuotation(first, clauses.Comma(first, sentence.End)) && !work.IsForm(first, "agar") && !work.IsForm(first, "supaya"))
        {
            return;
        }

        if (work.IsForm(first, "agar") || work.IsForm(first, "supaya") || request)
        {
            while (first < sentence.End && (work.IsForm(first, "agar") || work.IsForm(first, "supaya") || work.IsForm(first, "untuk")))
            {
                first++;
                opened = true;
            }
        }

        first = SkipNoun(sentence, cue, first, ref opened);
        // "Rini mengaku terkejut.": one word can tell a state.
        var state = work.IsForm(cue, "mengaku") && work.Is(first, WordClass.Adjective);
        if (first >= sentence.End || (drafts.Count(first, sentence.End) < 2 && !state))
        {
            return;
        }

        var quoted = work.Tokens[first].Quoted || work.Tokens[first].Kind is TokenKind.Quote or TokenKind.SingleQuote;
        if (!opened && !quoted && !Acceptable(token.Class, first, sentence.End))
        {
            return;
        }

        if (quoted && drafts.IsTaken(first))
        {
            return;
        }

        // "Menyinggung jalan rusak di desa itu, Rini ...": the topic of what follows. "Mengklaim punya izin, Rini ...": who says so stands behind the clause.
        if (cue == sentence.First && !opened && work.IsForm(cue, "menyinggung"))
        {
            return;
        }

        var fronted = Fronted(sentence, cue) && clauses.MainClause(sentence, cue, first) is var main && main < sentence.End ? reader.Read(main + 1, sentence.End) : null;
        var speaker = fronted ?? reader.Before(sentence.First, cue, drafts.SubjectOf(sentence)) ?? Across(sentence, cue) ?? (bahwa >= 0 && opened ? NameBefore(sentence.First, cue) : null)
            ?? (token.Is(WordClass.Things) ? null : reader.Unlisted(sentence.First, cue));
        // "Ia mengaku ...": somebody says it, also where the text has not told whom "ia" means.
        if (speaker is null && !PronounBefore(sentence.First, cue))
        {
            return;
        }

        if (speaker is not { Entity.Type: ActorType.Document } && work.IsForm(cue, "menunjukkan"))
        {
            return;
        }

        // "Pernyataan itu disampaikan saat menyampaikan sambutan": a text does nothing at a time.
        if (speaker is { Entity.Type: ActorType.Document } && cue > sentence.First && work.Tokens[cue - 1].Is(WordClass.Subordinator))
        {
            return;
        }

        // "Rini, yang mengaku tidak mengenal pengusaha itu, menolak ...": the main clause goes on behind the comma.
        var inserted = cue - 1 > sentence.First && work.Is(cue - 1, WordClass.Yang) && work.Tokens[cue - 2].Mark == ',';
        var end = clauses.MainClause(sentence, cue, first);
        var noun = !opened && !quoted && token.Is(WordClass.Nominal) && !clauses.HasPredicate(first, end);
        drafts.Content(first, inserted ? clauses.RelativeEnd(first, end) : noun ? clauses.NounEnd(first, end, token.Class) : clauses.End(first, end, token.Class), cue, cue + 1, speaker, opened ? 0.92 : 0.82, state ? 1 : 2);
    }

    // "Jembatan itu ditutup sejak pagi, polisi melaporkan pada Rabu.": nothing follows the verb that could be its content, and a clause stands before its subject.
    private bool Behind(Sentence sentence, int cue)
    {
        if (!work.Is(cue, WordClass.CueSay | WordClass.CueClaim) || work.Is(cue, WordClass.NeedsThat))
        {
            return false;
        }

        var next = cue + 1;
        if (next < sentence.End && (work.Is(next, WordClass.Preposition | WordClass.Weekday)) && clauses.IsSetting(next))
        {
            next = SkipDate(next, sentence.End) is var dated && dated > next ? dated : next + 2;
            while (next < sentence.End && (work.Tokens[next].Capital || work.Is(next, WordClass.Calendar | WordClass.Weekday | WordClass.Determiner) || work.Tokens[next].Kind == TokenKind.Number))
            {
                next++;
            }
        }

        if (next < sentence.End && work.Tokens[next].Mark is not ('.' or ',') || (next < sentence.End && work.Tokens[next].Mark == ',' && !work.Is(next + 1, WordClass.Subordinator | WordClass.Conjunction)) || work.Is(next - 1, WordClass.Bahwa))
        {
            return false;
        }

        var comma = cue - 1;
        while (comma > sentence.First && cue - comma < 10 && work.Tokens[comma].Mark != ',' && !work.Tokens[comma].Quoted)
        {
            comma--;
        }

        return comma > sentence.First && work.Tokens[comma].Mark == ',' && reader.Read(comma + 1, sentence.End) is { Entity.Outlet: false } source && source.After <= cue && source.After + 2 > cue
            && drafts.Count(sentence.First, comma) >= 4 && !drafts.Overlaps(sentence.First, comma) && !work.Is(sentence.First, WordClass.Preposition | WordClass.Subordinator | WordClass.Conjunction | WordClass.Adverb)
            && clauses.HasPredicate(sentence.First, comma) && drafts.Content(sentence.First, comma, cue, cue + 1, source, 0.75);
    }

    // The cue opens the sentence, at most behind "seraya", "sambil", "dengan".
    private bool Fronted(Sentence sentence, int cue) =>
        cue == sentence.First || (cue == sentence.First + 1 && (work.IsForm(cue - 1, "seraya") || work.IsForm(cue - 1, "sambil") || work.IsForm(cue - 1, "sembari") || work.IsForm(cue - 1, "dengan")));

    private bool Negated(int first, int cue)
    {
        for (var i = cue - 1; i >= first && i >= cue - 4 && work.Tokens[i].Is(WordClass.Adverb | WordClass.Auxiliary); i--)
        {
            if (work.Tokens[i].Is(WordClass.Negation | WordClass.Future))
            {
                return true;
            }
        }

        // "tidak jelas apakah dokter itu menyadari bahwa ...": an open question.
        for (var i = cue - 1; i >= first && i > cue - 10 && work.Tokens[i].Mark != ','; i--)
        {
            if (work.IsForm(i, "apakah"))
            {
                return true;
            }
        }

        // "belum ada tim yang melaporkan": nobody did.
        if (cue > first && work.Is(cue - 1, WordClass.Yang))
        {
            for (var i = cue - 2; i > first && i > cue - 10; i--)
            {
                if (work.IsForm(i, "ada") && work.Is(i - 1, WordClass.Negation))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // "mengatakan juga", "berharap pula": belongs to the cue; other adverbs ("segera", "memang") open the content.
    private int SkipFocus(int i, int end)
    {
        while (i < end && (work.IsForm(i, "juga") || work.IsForm(i, "pula") || work.IsForm(i, "pun") || work.IsForm(i, "lagi") || work.IsForm(i, "kembali")))
        {
            i++;
        }

        return i;
    }

    private bool PronounBefore(int first, int cue)
    {
        var i = cue - 1;
        while (i > first && work.Tokens[i].Is(WordClass.Adverb | WordClass.Auxiliary))
        {
            i--;
        }

        return i >= first && work.Is(i, WordClass.Pronoun3);
    }

    // Words with capitals right before a verb with bahwa are a source, even one no table and no name rule knows.
    private Speaker? NameBefore(int first, int cue)
    {
        var end = cue;
        while (end > first && work.Tokens[end - 1].Is(WordClass.Adverb | WordClass.Auxiliary))
        {
            end--;
        }

        var start = end;
        while (start > first && work.Tokens[start - 1] is { Kind: TokenKind.Word, Capital: true, Quoted: false } && work.FoundOf[start - 1] < 0)
        {
            start--;
        }

        // One capital at the start of a sentence is any word.
        return start == end || (start == first && end - start == 1) || (start > first && work.Tokens[start - 1].Is(WordClass.Preposition))
            ? null : new Speaker(new() { Name = work.Words(start, end), Type = ActorType.Person }, start, end, end, null, 0.4);
    }

    // "X saat mendampingi kliennya pada Senin mengatakan": an adverbial clause between the subject and its verb.
    private Speaker? Across(Sentence sentence, int cue)
    {
        for (var i = cue - 1; i > sentence.First && work.Tokens[i].Mark != ','; i--)
        {
            if (work.IsForm(i, "saat") || work.IsForm(i, "ketika") || work.IsForm(i, "usai") || work.IsForm(i, "seusai") || work.IsForm(i, "setelah") || work.IsForm(i, "sebelum"))
            {
                return reader.Main(sentence.First, sentence.End) is { } main && main.After == i ? main : null;
            }
        }

        return null;
    }

    // "menepis kabar bahwa ...", "membantah keras isu yang beredar bahwa ...": the noun for what was said belongs to the cue.
    private bool IsTold(int first, int bahwa)
    {
        while (first < bahwa && (work.Tokens[first].Is(WordClass.Adverb | WordClass.Plural) || work.IsForm(first, "keras") || work.IsForm(first, "tegas") || work.IsForm(first, "soal") || work.IsForm(first, "adanya")))
        {
            first++;
        }

        return work.Is(first, WordClass.Utterance | WordClass.Attitude);
    }

    // "memperingatkan Vietnam pekan lalu bahwa ...", "meyakinkan warga bahwa ...": whom it was said to, without a preposition.
    private bool IsNamed(int first, int bahwa)
    {
        if (bahwa - first > 8)
        {
            return false;
        }

        for (var i = first; i < bahwa; i++)
        {
            if (work.Tokens[i].Mark == ',' || work.Tokens[i].Is(WordClass.Yang | WordClass.Auxiliary | WordClass.Subordinator | WordClass.CueAny | WordClass.Utterance)
                || (work.Tokens[i].Is(WordClass.Preposition) && !work.IsForm(i, "kepada") && !work.IsForm(i, "pada") && !work.IsForm(i, "di") && !work.IsForm(i, "dalam")) || (!work.Tokens[i].Capital && Words.LooksVerb(work.Form(i))))
            {
                return false;
            }
        }

        return true;
    }

    // "mengatakan pada Senin (3/5) perjanjian itu batal": the day belongs to the act of saying.
    private int SkipDate(int i, int end)
    {
        var at = i < end && work.IsForm(i, "pada") ? i + 1 : i;
        at = at < end && work.IsForm(at, "hari") ? at + 1 : at;
        if (at >= end || !work.Is(at, WordClass.Weekday))
        {
            return i;
        }

        at++;
        while (at < end && (work.Is(at, WordClass.Adverb) || work.IsForm(at, "malam") || work.IsForm(at, "pagi") || work.IsForm(at, "siang") || work.IsForm(at, "sore")))
        {
            at++;
        }

        if (work.IsMark(at, '('))
        {
            while (at < end && work.Tokens[at].Mark != ')')
            {
                at++;
            }

            at++;
        }

        return at < end && work.Tokens[at].Kind == TokenKind.Word && !work.Tokens[at].Is(WordClass.Function & ~WordClass.Auxiliary & ~WordClass.Pronoun & ~WordClass.Plural) ? at : i;
    }

    // "menyatakan kesiapannya untuk ...", "mengutarakan harapan agar ...": the noun belongs to the cue; "menegaskan dukungannya terhadap ..." is no content.
    private int SkipNoun(Sentence sentence, int cue, int first, ref bool opened)
    {
        if (opened || first + 1 >= sentence.End || !work.Tokens[first].Is(WordClass.Attitude))
        {
            return first;
        }

        var next = first + 1;
        while (next < sentence.End && (work.Tokens[next].Is(WordClass.Pronoun | WordClass.Adverb) || work.FoundOf[next] >= 0 || work.IsForm(next, "bersama") || work.IsForm(next, "kuat") || work.IsForm(next, "penuh")) && next < first + 4)
        {
            next++;
        }

        if (work.IsForm(next, "untuk") || work.IsForm(next, "agar") || work.IsForm(next, "supaya") || work.Is(next, WordClass.Bahwa))
        {
            opened = true;
            return next + 1;
        }

        // "menyatakan kekhawatiran tentang harga beras": an opinion with what it is about is content.
        if (HoldsQuotation(next, sentence.End)
            || (work.Is(first, WordClass.Opinion) && work.Is(cue, WordClass.CueSay | WordClass.CueClaim) && !work.IsForm(cue, "menegaskan") && next + 1 < sentence.End && (work.Is(next, WordClass.Preposition) || work.IsForm(next, "karena") || work.IsForm(next, "lantaran")) && !work.IsForm(next, "kepada") && !work.IsForm(next, "dalam") && !work.IsForm(next, "di") && !work.IsForm(next, "pada")))
        {
            opened = true;
            return first;
        }

        // "menyampaikan harapannya kepada petani untuk ...": whom it was said to stays in the content.
        if (work.IsForm(next, "kepada"))
        {
            for (var i = next + 1; i < sentence.End && i < next + 8 && work.Tokens[i].Mark != ','; i++)
            {
                if (work.IsForm(i, "untuk") || work.IsForm(i, "agar") || work.IsForm(i, "supaya"))
                {
                    opened = true;
                    return next;
                }
            }
        }

        return sentence.End;
    }

    private bool HoldsQuotation(int first, int end)
    {
        for (var i = first; i < end && i < first + Drafts.MaxScan; i++)
        {
            if (work.Tokens[i].Quoted)
            {
                return true;
            }
        }

        return false;
    }

    // Without bahwa, comma or quotation a claim verb needs a clause behind it, a verb of saying only words.
    private bool Acceptable(WordClass cue, int first, int end)
    {
        if ((cue & WordClass.Promise) != 0)
        {
            return true;
        }

        // "membantah adanya pertemuan itu", "menyebutkan rendahnya minat pemilih": that there is something, that it is so.
        if ((cue & (WordClass.CueSay | WordClass.CueClaim | WordClass.CueDescribe)) != 0 && (work.IsForm(first, "adanya") || IsQuality(first)) && drafts.Count(first, end) >= 3)
        {
            return true;
        }

        // "mengumumkan pembentukan badan baru"; "merekomendasikan empat arah kebijakan" only counts.
        if ((cue & WordClass.Nominal) != 0 && drafts.Count(first, end) >= 3 && !work.Tokens[first].Is(WordClass.Preposition | WordClass.Plural) && work.Tokens[first].Kind != TokenKind.Number
            && !(work.IsForm(first, "dua") || work.IsForm(first, "tiga") || work.IsForm(first, "empat") || work.IsForm(first, "lima") || work.IsForm(first, "enam") || work.IsForm(first, "tujuh")))
        {
            return true;
        }

        if ((cue & WordClass.CueAsk) != 0)
        {
            for (var i = first; i < end && i < first + 40 && (i < first + 14 || !work.Tokens[i].Is(WordClass.CueVerb | WordClass.Subordinator) || work.IsForm(i, "agar") || work.IsForm(i, "supaya")); i++)
            {
                if (work.IsForm(i, "agar") || work.IsForm(i, "supaya") || work.IsForm(i, "untuk") || (work.Tokens[i].Mark == ',' && work.Is(i + 1, WordClass.Irrealis)))
                {
                    return true;
                }
            }
        }

        if ((cue & WordClass.CueSay) != 0)
        {
            return clauses.HasPredicate(first, end) || !work.Tokens[first].Is(WordClass.Preposition) || work.IsForm(first, "di") || work.IsForm(first, "untuk");
        }

        if ((cue & WordClass.CueDescribe) != 0)
        {
            for (var i = first; i < end && i < first + 12; i++)
            {
                if (work.IsForm(i, "sebagai") || work.IsForm(i, "seperti") || work.IsForm(i, "ibarat") || (work.IsForm(i, "dengan") && i < first + 4))
                {
                    return true;
                }
            }
        }

        return clauses.HasPredicate(first, end) || ((cue & (WordClass.CueThink | WordClass.CueDescribe)) != 0 && clauses.HasJudgement(first, end));
    }

    // "rendahnya", "lemahnya": an adjective made a noun.
    private bool IsQuality(int i)
    {
        var form = work.Form(i);
        if (form.Length < 7 || form.Length > 24 || !form.EndsWith("nya", StringComparison.Ordinal))
        {
            return false;
        }

        Span<char> lower = stackalloc char[form.Length - 3];
        form[..^3].ToLowerInvariant(lower);
        return (work.Lexicon.ClassOf(work.Lexicon.WordOf(lower)) & WordClass.Adjective) != 0;
    }
}
