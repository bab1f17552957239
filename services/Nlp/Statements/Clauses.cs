using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>Where clauses end and whether words make one.</summary>
internal sealed class Clauses(ArticleWork work)
{
    /// <summary>A predicate stands among the tokens [first, end) before the first comma or adverbial.</summary>
    public bool HasPredicate(int first, int end)
    {
        // "untuk pejabat publik seharusnya terbuka", "dengan adanya aturan itu ...": an adverbial in front of the clause.
        if (first < end && work.Tokens[first].Is(WordClass.Preposition) && !work.Is(first + 1, WordClass.Yang))
        {
            first++;
        }

        // "dari 118 warung itu, sebanyak 98 sudah tutup": the adverbial ends at a comma.
        if (first > 0 && first < end && work.Tokens[first - 1].Is(WordClass.Preposition))
        {
            for (var i = first; i + 1 < end && i < first + 8 && !work.Tokens[i].Is(WordClass.CueAny); i++)
            {
                if (work.Tokens[i].Mark == ',' && !work.Is(i + 1, WordClass.Conjunction | WordClass.Preposition))
                {
                    first = i + 1;
                    break;
                }
            }
        }

        // Behind "terhadap X", "tentang X" a verb mostly belongs to X, an auxiliary to the clause: "penetapan terhadap kliennya masih perlu diuji".
        var about = false;
        var relative = false;
        for (var i = first; i < end && i < first + 28; i++)
        {
            ref readonly var token = ref work.Tokens[i];
            if (token.Mark == ',' && AppositionEnd(i, end) is var close and > 0)
            {
                i = close;
                continue;
            }

            // "provokator yang mengajak warga untuk menarik uang ditindak": the purpose belongs to the relative clause.
            // "data yang dikumpulkan sepuluh tahun sekali, menjadi acuan": the comma closes the relative clause.
            if (relative && token.Mark == ',' && i + 2 < end && !work.Tokens[i + 1].Capital && !work.Tokens[i + 1].Is(WordClass.CueAny | WordClass.Position) && (work.Tokens[i + 1].Is(WordClass.Auxiliary) || (work.Form(i + 1).StartsWith("me", StringComparison.Ordinal) && Words.LooksVerb(work.Form(i + 1)))))
            {
                return true;
            }

            if (relative && work.IsForm(i, "untuk") && i + 1 < end && Words.LooksVerb(work.Form(i + 1)))
            {
                i++;
                continue;
            }

            if ((token.Mark is ',' or ';' && !IsListed(i, end)) || (token.Is(WordClass.Subordinator) && !IsNow(i))
                || ((work.IsForm(i, "untuk") || work.IsForm(i, "dengan")) && (i + 1 >= end || work.Tokens[i + 1].Is(WordClass.Auxiliary) || Words.LooksVerb(work.Form(i + 1)) || (work.IsForm(i + 1, "sebaliknya") || work.IsForm(i + 1, "justru")))))
            {
                return false;
            }

            if (about)
            {
                if (i + 1 < end && token.Is(WordClass.Auxiliary) && !token.Is(WordClass.Preposition))
                {
                    return true;
                }

                i = token.Is(WordClass.Yang) ? RelativePredicate(i, end) : i;
                continue;
            }

            about = work.IsForm(i, "terhadap") || work.IsForm(i, "tentang");

            // "insiden itu dan menulis: ...": what the speaker did next.
            if (i > first && token.Is(WordClass.CueSay | WordClass.CueClaim) && (work.IsForm(i - 1, "dan") || work.IsForm(i - 1, "serta") || work.IsForm(i - 1, "sambil") || work.IsForm(i - 1, "seraya")))
            {
                return false;
            }

            // Each relative clause has a predicate of its own that does not count: "yang kehabisan stok", "yang akan memimpin", "yang Rini sebut".
            if (token.Is(WordClass.Yang))
            {
                relative = true;
                i = RelativePredicate(i, end);
                continue;
            }

            // "langkah itu keliru": an adjective behind a closed noun phrase.
            if (token.Is(WordClass.Determiner) && i + 1 < end && work.Tokens[i + 1].Kind == TokenKind.Word && !work.Tokens[i + 1].Is(WordClass.Function | WordClass.CueAny))
            {
                return true;
            }

            // "ia ragu untuk datang", "kondisinya aman", "Polri profesional": so it is behind a pronoun, a possessor or a name.
            if (i + 1 < end && work.Tokens[i + 1].Is(WordClass.Adjective) && !work.Tokens[i + 1].Capital && Closes(i))
            {
                return true;
            }

            // "penumpang tetap waspada", "warga segera pergi": an adverb of manner before a bare predicate.
            if (i > first && (work.IsForm(i, "tetap") || work.IsForm(i, "segera") || work.IsForm(i, "terus") || work.IsForm(i, "turut") || work.IsForm(i, "ikut") || work.IsForm(i, "jangan")
                || ((work.IsForm(i, "hanya") || work.IsForm(i, "cuma")) && i + 1 < end && work.Tokens[i + 1].Kind == TokenKind.Number) || IsState(i)))
            {
                return true;
            }

            if (!token.Capital && (token.Is(WordClass.Auxiliary | WordClass.Degree) || (i > first && token.Is(WordClass.BareVerb)) || Words.LooksVerb(work.Form(i))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What something is judged to be stands among the tokens [first, end): "wajar jika ...", "usul itu sebagai ...", "dana parpol sesuai dengan ...".</summary>
    public bool HasJudgement(int first, int end)
    {
        // "menganggap ilegal permukiman itu": the adjective can stand before its subject.
        if (first + 1 < end && work.Tokens[first].Is(WordClass.Adjective))
        {
            return true;
        }

        for (var i = first; i < end && i < first + 16 && work.Tokens[i].Mark is not (',' or ';'); i++)
        {
            ref readonly var token = ref work.Tokens[i];
            if (i > first && work.IsForm(i, "sebagai"))
            {
                return true;
            }

            if (token.Is(WordClass.Subordinator) && !IsNow(i))
            {
                return false;
            }

            if (token.Is(WordClass.Yang))
            {
                i = RelativePredicate(i, end);
            }
            else if (i > first && token.Is(WordClass.Adjective) && !token.Capital && (i + 1 >= end || work.Tokens[i + 1].Kind == TokenKind.Punctuation || work.Tokens[i + 1].Is(WordClass.Preposition | WordClass.Subordinator | WordClass.Conjunction)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The predicate among the tokens [first, end) is no event but a verdict: "masih perlu dibenahi", "merupakan ...". Who sees that judges; who sees an event only sees it.</summary>
    public bool HasVerdict(int first, int end)
    {
        for (var i = first + 1; i < end && i < first + 16 && work.Tokens[i].Mark is not (',' or ';'); i++)
        {
            if (work.Tokens[i].Is(WordClass.Yang))
            {
                i = RelativePredicate(i, end);
            }
            else if (work.Tokens[i].Is(WordClass.Degree) || work.IsForm(i, "masih") || work.IsForm(i, "perlu") || work.IsForm(i, "harus") || work.IsForm(i, "merupakan") || work.IsForm(i, "adalah") || work.IsForm(i, "bukan") || work.IsForm(i, "bukanlah")
                || work.IsForm(i, "bisa") || work.IsForm(i, "dapat"))
            {
                return true;
            }
            else if (work.Tokens[i].Is(WordClass.Subordinator) || (!work.Tokens[i].Capital && Words.LooksVerb(work.Form(i))))
            {
                return false;
            }
        }

        return false;
    }

    // The predicate of the relative clause that begins at a token.
    private int RelativePredicate(int yang, int end)
    {
        var i = yang + 1;
        while (i < end && (work.Tokens[i].Is(WordClass.Auxiliary | WordClass.Adverb | WordClass.Degree) || work.FoundOf[i] >= 0 || IsNow(i)))
        {
            i = work.FoundOf[i] is var index and >= 0 ? Math.Max(i + 1, work.Found[index].After) : IsNow(i) ? i + 2 : i + 1;
        }

        // "yang baru itu": closed without a predicate.
        if (i < end && work.Tokens[i].Is(WordClass.Determiner))
        {
            return i - 1;
        }

        return Math.Min(i, end - 1);
    }

    // A noun phrase ends at a token: a pronoun, a possessor ("kondisinya"), a name.
    private bool Closes(int i) =>
        work.Tokens[i].Is(WordClass.Pronoun) || (work.FoundOf[i] is var index and >= 0 && work.Found[index].After == i + 1)
        || (work.Tokens[i].Kind == TokenKind.Word && work.Form(i).Length > 5 && work.Form(i).EndsWith("nya", StringComparison.Ordinal) && !work.Tokens[i].Is(WordClass.Adverb | WordClass.CueAny));

    // "dalam keadaan baik", "dalam kondisi sehat": what somebody is in.
    private bool IsState(int i) => work.IsForm(i, "dalam")
        && (work.IsForm(i + 1, "keadaan") || work.IsForm(i + 1, "kondisi") || work.IsForm(i + 1, "tahap") || work.IsForm(i + 1, "proses") || work.IsForm(i + 1, "posisi") || work.IsForm(i + 1, "bahaya") || work.IsForm(i + 1, "perjalanan"));

    // The comma that closes what is set off behind a noun ("anggota keenam, Rini, tidak ..."); 0 when nothing is.
    private int AppositionEnd(int comma, int end)
    {
        if (comma + 2 >= end || work.FoundOf[comma + 1] < 0 || work.Tokens[comma + 1].Is(WordClass.Pronoun))
        {
            return 0;
        }

        var close = work.Found[work.FoundOf[comma + 1]].After;
        return close + 1 < end && work.Tokens[close].Mark == ',' && !work.Is(close + 1, WordClass.Conjunction) && work.FoundOf[close + 1] < 0 ? close : 0;
    }

    /// <summary>A predicate begins at a token: "sudah retak", "terlalu mahal", "merupakan ...", "menutup ...".</summary>
    public bool IsPredicate(int first, int end)
    {
        if (first + 1 >= end || work.Tokens[first].Kind != TokenKind.Word || work.Tokens[first].Capital)
        {
            return false;
        }

        ref readonly var token = ref work.Tokens[first];
        return token.Is(WordClass.Auxiliary | WordClass.Degree) || work.IsForm(first, "sebagai") || (!token.Is(WordClass.Function | WordClass.CueAny) && Words.LooksVerb(work.Form(first)));
    }

    /// <summary>A predicate or an adjective begins at a token: what a thing is judged to be.</summary>
    public bool IsJudgement(int first, int end) =>
        IsPredicate(first, end) || (first < end && work.Tokens[first] is { Kind: TokenKind.Word, Capital: false } token && token.Is(WordClass.Common) && !token.Is(WordClass.Function | WordClass.CueAny | WordClass.Adverb));

    /// <summary>One past the last token of reported content that begins at a token: it ends where a clause with a speaker of its own begins.</summary>
    public int End(int first, int end, WordClass cue)
    {
        for (var i = first + 1; i < end; i++)
        {
            if (work.Tokens[i].Quoted)
            {
                // '..., "sampai menang," sementara para menteri ...': the mark closes behind the comma.
                if (i + 3 < end && work.Tokens[i].Kind == TokenKind.Quote && work.IsForm(i + 1, "sementara") && work.Is(i + 2, WordClass.Plural))
                {
                    return i + 1;
                }

                continue;
            }

            // "mengatakan jalur itu aman seraya meminta ...", "... dan menambahkan bahwa ...": the speaker's next act.
            if (NextAct(i, end, cue))
            {
                return i;
            }

            // "... namun tidak merinci lebih lanjut": what the speaker left unsaid is the reporter's.
            if (LeavesUnsaid(work.Tokens[i].Mark == ',' ? i + 1 : i, end))
            {
                return i;
            }

            // "... namun pengadilan menolak ...": what somebody else did about it.
            if (i + 3 < end && (work.IsForm(i, "namun") || work.IsForm(i, "tetapi") || work.IsForm(i, "tapi")) && work.Tokens[i - 1].Mark != ',' && Opposes(i + 1, end))
            {
                return i;
            }

            if (work.Tokens[i].Mark != ',' || i + 2 >= end)
            {
                continue;
            }

            if (IsCredit(i + 1) || IsCircumstance(i + 1, end))
            {
                return i;
            }

            // ", yang mendorong Vietnam ...", ", sementara di Hanoi ...": what came of it and what happened elsewhere.
            if ((work.Is(i + 1, WordClass.Yang) && (work.IsForm(i + 2, "mendorong") || work.IsForm(i + 2, "memicu") || work.IsForm(i + 2, "memancing") || work.IsForm(i + 2, "menuai") || work.IsForm(i + 2, "mengundang")))
                || (work.IsForm(i + 1, "sementara") && ((work.IsForm(i + 2, "di") && work.Tokens[i + 3].Capital) || work.Is(i + 2, WordClass.Determiner) || (work.Tokens[i - 1].Kind == TokenKind.Quote && work.Is(i + 2, WordClass.Plural)))))
            {
                return i;
            }

            // What others say or do about it: ", sementara Rini menilai ...", ", kendati ia menolak ..."; behind a label also ", yang ...".
            if (((work.IsForm(i + 1, "sementara") || work.IsForm(i + 1, "sedangkan") || work.IsForm(i + 1, "kendati")) && HasCue(i + 2, end))
                || (work.Is(i + 1, WordClass.Yang) && (cue & (WordClass.CueDescribe | WordClass.CueAsk)) != 0 && !work.Tokens[first].Is(WordClass.Opener | WordClass.Subordinator)))
            {
                return i;
            }

            if (NextSpeaker(i + 1, end))
            {
                return i;
            }

            if (!work.Tokens[i + 1].Is(WordClass.Subordinator | WordClass.Conjunction))
            {
                continue;
            }

            var verb = i + 2;
            while (verb < end && work.Tokens[verb].Is(WordClass.Adverb | WordClass.Auxiliary))
            {
                verb++;
            }

            var list = verb == i + 2 && (work.IsForm(i + 1, "dan") || work.IsForm(i + 1, "serta"));
            if (list && work.Is(verb, WordClass.CueClaim) && !Attributes(verb, end))
            {
                continue;
            }

            if (work.Is(verb, WordClass.Position) || (work.Is(verb, WordClass.CueVerb) && !work.Is(verb, WordClass.CueThink)))
            {
                return i;
            }

            for (var k = i + 2; k < end && k < i + 14; k++)
            {
                if (work.Tokens[k].Mark == ',' || work.Tokens[k].Quoted || work.Tokens[k].Is(WordClass.Bahwa | WordClass.Yang))
                {
                    break;
                }

                if (work.Tokens[k].Is(WordClass.CueVerb) && !work.Tokens[k].Is(WordClass.CueThink))
                {
                    return i;
                }
            }
        }

        return end;
    }

    /// <summary>As <see cref="End"/>, for a noun phrase that is content: a time or a further clause behind it is the reporter's.</summary>
    public int NounEnd(int first, int end, WordClass cue)
    {
        end = End(first, end, cue);
        for (var i = first + 1; i < end; i++)
        {
            if (work.Tokens[i].Quoted)
            {
                continue;
            }

            if (((work.IsForm(i, "sejak") || work.IsForm(i, "setelah") || work.IsForm(i, "usai") || work.IsForm(i, "sebelum") || work.IsForm(i, "saat") || work.IsForm(i, "ketika")) && !IsNow(i)) || work.IsForm(i, "menyusul")
                || (work.Tokens[i].Mark == ',' && i + 2 < end && work.IsForm(i + 1, "dan") && (work.Is(i + 2, WordClass.Preposition) || work.FoundOf[i + 2] >= 0) && HasPredicate(i + 2, end)))
            {
                return i;
            }
        }

        return end;
    }

    /// <summary>As <see cref="End"/>, for content inside a relative clause: behind the comma the predicate of the main clause follows.</summary>
    public int RelativeEnd(int first, int end)
    {
        end = End(first, end, WordClass.CueDescribe);
        for (var i = first + 1; i + 1 < end; i++)
        {
            if (work.Tokens[i].Mark == ',' && !work.Tokens[i].Quoted && (work.Tokens[i + 1].Is(WordClass.Auxiliary | WordClass.Position) || (!work.Tokens[i + 1].Is(WordClass.Function) && Words.LooksVerb(work.Form(i + 1)))))
            {
                return i;
            }
        }

        return end;
    }

    /// <summary>The first comma at or behind a token, else the end.</summary>
    public int Comma(int first, int end)
    {
        while (first < end && work.Tokens[first].Mark != ',')
        {
            first++;
        }

        return first;
    }

    /// <summary>
    /// The comma before the main clause, if the cue stands in a subordinate clause that opens the sentence ("Meski Rini mengatakan ..., Hasan menolak ...") or opens it itself
    /// ("Mengaku lelah, Rini pulang"); else the end of the sentence.
    /// </summary>
    public int MainClause(Sentence sentence, int cue, int first)
    {
        var fronted = cue == sentence.First || (cue == sentence.First + 1 && work.IsForm(sentence.First, "dengan"));
        if ((!fronted && !work.Is(sentence.First, WordClass.Subordinator)) || work.Is(sentence.First + 1, WordClass.Determiner) || Comma(sentence.First, cue) < cue)
        {
            return sentence.End;
        }

        for (var i = first; i + 2 < sentence.End; i++)
        {
            if (work.Tokens[i].Mark != ',' || work.Tokens[i].Quoted || work.FoundOf[i + 1] is not (var index and >= 0))
            {
                continue;
            }

            var verb = work.Found[index].End;
            while (verb < sentence.End && work.Tokens[verb].Is(WordClass.Adverb | WordClass.Auxiliary))
            {
                verb++;
            }

            if (verb < sentence.End && !work.Tokens[verb].Capital && (work.Tokens[verb].Is(WordClass.Position | WordClass.CueVerb) || Words.LooksVerb(work.Form(verb))))
            {
                return i;
            }
        }

        return sentence.End;
    }

    // "..., serta melanjutkan reformasi": without a clause of its own a claim verb is an act like any other.
    private bool Attributes(int verb, int end) =>
        work.Is(verb + 1, WordClass.Bahwa) || (verb + 1 < end && (work.Tokens[verb + 1].Mark == ',' || HasPredicate(verb + 1, end)));

    private bool HasCue(int first, int end)
    {
        for (var i = first; i < end && i < first + 14 && work.Tokens[i].Mark != ',' && !work.Tokens[i].Quoted; i++)
        {
            if (work.Tokens[i].Is(WordClass.CueVerb | WordClass.Position))
            {
                return true;
            }
        }

        return false;
    }

    private bool NextAct(int i, int end, WordClass cue)
    {
        var joint = work.IsForm(i, "seraya") || work.IsForm(i, "sambil") || work.IsForm(i, "sembari");
        if (!joint && !work.IsForm(i, "dan") && !work.IsForm(i, "serta"))
        {
            return false;
        }

        var verb = i + 1;
        while (verb < end && work.Tokens[verb].Is(WordClass.Adverb))
        {
            verb++;
        }

        // "menuntut kebenaran dan meminta ...": a request joined to a request; a promise is the speaker's own.
        if (!joint && verb + 3 < end && work.IsForm(i, "dan") && !work.Is(verb + 1, WordClass.Yang) && (work.Is(verb, WordClass.Promise) || ((cue & WordClass.CueAsk) != 0 && work.Is(verb, WordClass.CueAsk) && !work.Is(verb, WordClass.NeedsThat | WordClass.Things))))
        {
            return true;
        }

        return verb + 1 < end && (joint ? work.Is(verb, WordClass.CueVerb) : work.Is(verb, WordClass.CueSay | WordClass.CueClaim) && (work.Is(verb + 1, WordClass.Bahwa) || work.Tokens[verb + 1].Mark is ',' or ':' || (work.Is(verb, WordClass.CueSay) && HasPredicate(verb + 1, end))));
    }

    // ", ia lalu mencontohkan ...", ", kata peneliti yang ...": behind the comma somebody speaks.
    private bool NextSpeaker(int i, int end)
    {
        if (work.IsForm(i, "kata") || work.IsForm(i, "ujar") || work.IsForm(i, "tutur"))
        {
            return i + 1 < end && work.Tokens[i + 1].Kind == TokenKind.Word;
        }

        if (work.FoundOf[i] is not (var index and >= 0) || work.Found[index].Form != MentionForm.Pronoun)
        {
            return false;
        }

        var verb = i + 1;
        while (verb < end && work.Tokens[verb].Is(WordClass.Adverb))
        {
            verb++;
        }

        return verb + 1 < end && work.Is(verb, WordClass.CueSay | WordClass.CueClaim) && !work.Is(verb, WordClass.NeedsThat) && (work.Is(verb + 1, WordClass.Bahwa | WordClass.Opener) || HasPredicate(verb + 1, end));
    }

    private bool Opposes(int i, int end)
    {
        var past = Math.Min(end, i + 5);
        if (work.Tokens[i].Is(WordClass.Plural) || work.IsForm(i, "mayoritas"))
        {
            return false;
        }

        for (; i < past && !work.Tokens[i].Is(WordClass.Yang | WordClass.Auxiliary | WordClass.Subordinator) && work.Tokens[i].Mark != ','; i++)
        {
            if (work.Tokens[i].Is(WordClass.Position))
            {
                return true;
            }
        }

        return false;
    }

    private bool LeavesUnsaid(int i, int end)
    {
        if (i + 2 >= end || !(work.IsForm(i, "namun") || work.IsForm(i, "tetapi") || work.IsForm(i, "tapi") || work.IsForm(i, "tanpa") || work.IsForm(i, "meski") || work.IsForm(i, "dan")))
        {
            return false;
        }

        var verb = i + 1;
        var negated = work.IsForm(i, "tanpa");
        while (verb < end && (work.Tokens[verb].Is(WordClass.Adverb | WordClass.Auxiliary | WordClass.Pronoun3) || work.IsForm(verb, "menolak")))
        {
            negated |= work.Tokens[verb].Is(WordClass.Negation) || work.IsForm(verb, "menolak");
            verb++;
        }

        return negated && verb < end && (work.Is(verb, WordClass.CueClaim | WordClass.CueDescribe) || work.IsForm(verb, "berkomentar")
            || ((work.IsForm(verb, "memberikan") || work.IsForm(verb, "memberi")) && (work.IsForm(verb + 1, "rincian") || work.IsForm(verb + 1, "penjelasan") || work.IsForm(verb + 1, "keterangan") || work.IsForm(verb + 1, "detail") || work.IsForm(verb + 1, "detil"))));
    }

    // Behind a comma: how, where and to whom it was said ("saat ditemui ...", "dalam keterangan tertulis ...", "kepada wartawan").
    private bool IsCircumstance(int i, int end)
    {
        if (work.IsForm(i, "saat") || work.IsForm(i, "ketika") || work.IsForm(i, "kala"))
        {
            return work.Is(i + 1, WordClass.Contact);
        }

        if (work.IsForm(i, "dalam") || work.IsForm(i, "melalui") || work.IsForm(i, "lewat"))
        {
            return i + 1 < end && work.Is(i + 1, WordClass.Channel);
        }

        return work.IsForm(i, "kepada") && (work.IsForm(i + 1, "wartawan") || work.IsForm(i + 1, "media") || work.IsForm(i + 1, "awak"));
    }

    /// <summary>One past content that stands beside its attribution: it ends where the way the news came begins (", seperti dikutip ..."), or what was left unsaid.</summary>
    public int BesideEnd(int first, int end)
    {
        for (var i = first + 1; i + 1 < end; i++)
        {
            if (!work.Tokens[i].Quoted && ((work.Tokens[i].Mark == ',' && (IsCredit(i + 1) || NextSpeaker(i + 1, end))) || LeavesUnsaid(work.Tokens[i].Mark == ',' ? i + 1 : i, end)))
            {
                return i;
            }
        }

        return end;
    }

    /// <summary>Where the content begins, if the way the news came stands before it ("seperti dilansir dari Kyodo, ..."): behind its comma; else where it is looked for.</summary>
    public int BehindCredit(int first, int end)
    {
        if (first < end && IsCredit(first))
        {
            for (var i = first; i + 1 < end && i < first + 12; i++)
            {
                if (work.Tokens[i].Mark == ',')
                {
                    return i + 1;
                }
            }
        }

        return first;
    }

    /// <summary>"saat ini", "ketika itu", "suatu saat": a time, not the start of a clause.</summary>
    public bool IsNow(int i) => ((work.IsForm(i, "saat") || work.IsForm(i, "ketika") || work.IsForm(i, "hingga") || work.IsForm(i, "sejak")) && work.Is(i + 1, WordClass.Determiner))
        || (work.IsForm(i, "saat") && i > 0 && (work.IsForm(i - 1, "suatu") || work.IsForm(i - 1, "pada") || work.IsForm(i - 1, "hingga") || work.IsForm(i - 1, "sampai")))
        || ((work.IsForm(i, "hingga") || work.IsForm(i, "sejak")) && (work.IsForm(i + 1, "saat") || work.IsForm(i + 1, "kini") || work.IsForm(i + 1, "sekarang") || IsTime(i + 1)));

    // "hingga akhir tahun", "sejak 2019", "sejak Mei": a date, not a clause.
    private bool IsTime(int i) => i < work.Tokens.Length
        && (work.Tokens[i].Kind == TokenKind.Number || work.Tokens[i].Is(WordClass.Month | WordClass.Weekday | WordClass.Calendar) || work.IsForm(i, "akhir") || work.IsForm(i, "awal") || work.IsForm(i, "pertengahan") || work.IsForm(i, "tahun") || work.IsForm(i, "bulan"));

    // The comma of a list ("dan" with few words on both sides) or before a name: the clause goes on.
    private bool IsListed(int comma, int end)
    {
        // "kebijakan Presiden Amerika, Rudi Hartono justru membawa ...": a name set off behind its office.
        if (comma + 1 < end && work.FoundOf[comma + 1] is var index and >= 0 && work.Found[index] is { Form: MentionForm.Name, Entity.Type: ActorType.Person } && work.Tokens[comma - 1].Capital)
        {
            return true;
        }

        // The last comma of "hewan, ikan, dan sayur".
        if (comma + 1 < end && work.IsForm(comma + 1, "dan") && comma >= 3 && (work.Tokens[comma - 2].Mark == ',' || work.Tokens[comma - 3].Mark == ','))
        {
            return true;
        }

        for (var i = comma + 2; i < end && i < comma + 5; i++)
        {
            if (work.Tokens[i].Mark == ',')
            {
                return i + 1 < end && (work.IsForm(i + 1, "dan") || IsListed(i, end));
            }

            if (work.IsForm(i, "dan"))
            {
                return true;
            }
        }

        return false;
    }

    // ", demikian dikutip dari ...", ", seperti dilansir ...": the way the news came is no content.
    private bool IsCredit(int i) =>
        work.IsForm(i, "dikutip") || work.IsForm(i, "dilansir") || work.IsForm(i, "lapor") || work.IsForm(i, "melansir") || work.IsForm(i, "mengutip")
        || ((work.IsForm(i, "seperti") || work.IsForm(i, "demikian") || work.IsForm(i, "sebagaimana") || work.IsForm(i, "yang"))
            && (work.IsForm(i + 1, "dikutip") || work.IsForm(i + 1, "dilansir") || work.IsForm(i + 1, "dilaporkan") || work.IsForm(i + 1, "sebagaimana") || work.IsForm(i + 1, "diberitakan") || work.IsForm(i + 1, "dikabarkan") || work.IsForm(i + 1, "seperti")));

    /// <summary>[first, end) stands between cue and content: "kepada wartawan", "di Jakarta", "dalam keterangannya", "pada Selasa (3/5)", "lagi", "juga".</summary>
    public bool IsAddressee(int first, int end)
    {
        if (first >= end)
        {
            return true;
        }

        var i = first;
        while (i < end && work.Tokens[i].Is(WordClass.Adverb))
        {
            i++;
        }

        return i >= end || work.Tokens[i].Is(WordClass.Preposition | WordClass.Weekday | WordClass.Subordinator) || work.Tokens[i].Mark is ',' or '(';
    }

    /// <summary>Opens a phrase of addressee, place or time between cue and content; "dari", "untuk", "bagi" open content.</summary>
    public bool IsSetting(int i) =>
        (work.Tokens[i].Is(WordClass.Preposition) && !work.IsForm(i, "dari") && !work.IsForm(i, "untuk") && !work.IsForm(i, "bagi") && !work.IsForm(i, "selain")
            && !work.IsForm(i, "sebagai") && !work.IsForm(i, "dengan") && !work.IsForm(i, "selama") && !work.IsForm(i, "tanpa"))
        || work.Tokens[i].Is(WordClass.Weekday) || ((work.IsForm(i, "saat") || work.IsForm(i, "ketika") || work.IsForm(i, "usai")) && !IsNow(i)) || work.Tokens[i].Mark == '(';
}
