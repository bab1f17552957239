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
        if (first > 0 && work.Tokens[first - 1].Is(WordClass.Preposition))
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

        // Each relative clause has a verb of its own that does not count.
        var relative = 0;
        for (var i = first; i < end && i < first + 28; i++)
        {
            ref readonly var token = ref work.Tokens[i];
            if ((token.Mark is ',' or ';' && !IsListed(i, end)) || (token.Is(WordClass.Subordinator) && !IsNow(i)) || work.IsForm(i, "terhadap") || work.IsForm(i, "tentang")
                || ((work.IsForm(i, "untuk") || work.IsForm(i, "dengan")) && (i + 1 >= end || work.Tokens[i + 1].Is(WordClass.Auxiliary) || Words.LooksVerb(work.Form(i + 1)))))
            {
                return false;
            }

            if (token.Is(WordClass.Yang))
            {
                relative++;
                continue;
            }

            // "langkah itu keliru": an adjective behind a closed noun phrase.
            if (relative == 0 && token.Is(WordClass.Determiner) && i + 1 < end && work.Tokens[i + 1].Kind == TokenKind.Word && !work.Tokens[i + 1].Is(WordClass.Function | WordClass.CueAny))
            {
                return true;
            }

            // "penumpang tetap waspada", "warga segera pergi": an adverb of manner before a bare predicate.
            if (i > first && relative == 0 && (work.IsForm(i, "tetap") || work.IsForm(i, "segera") || work.IsForm(i, "terus") || work.IsForm(i, "turut") || work.IsForm(i, "ikut") || work.IsForm(i, "jangan")))
            {
                return true;
            }

            var predicate = !token.Capital && (token.Is(WordClass.Auxiliary | WordClass.Degree) || (i > first && token.Is(WordClass.BareVerb)) || Words.LooksVerb(work.Form(i)));
            if (!predicate)
            {
                continue;
            }

            if (relative == 0)
            {
                return true;
            }

            // The predicate of the relative clause: "akan memimpin", "tidak bisa dipakai", or one verb.
            relative--;
            if (token.Is(WordClass.Auxiliary | WordClass.Degree))
            {
                while (i + 1 < end && work.Tokens[i + 1].Is(WordClass.Auxiliary | WordClass.Adverb | WordClass.Degree))
                {
                    i++;
                }

                i++;
            }
        }

        return false;
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
                continue;
            }

            // "mengatakan jalur itu aman seraya meminta ...", "... dan menambahkan bahwa ...": the speaker's next act.
            if (NextAct(i, end))
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

            // What others say or do about it: ", sementara Rini menilai ...", ", kendati ia menolak ..."; behind a label also ", yang ...".
            if (((work.IsForm(i + 1, "sementara") || work.IsForm(i + 1, "sedangkan") || work.IsForm(i + 1, "kendati")) && HasCue(i + 2, end))
                || (work.Is(i + 1, WordClass.Yang) && (cue & (WordClass.CueDescribe | WordClass.CueAsk)) != 0))
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

    /// <summary>Where the main clause begins, if the cue stands in a subordinate clause that opens the sentence ("Meski Rini mengatakan ..., Hasan menolak ..."); else the end of the sentence.</summary>
    public int MainClause(Sentence sentence, int cue, int first)
    {
        if (!work.Is(sentence.First, WordClass.Subordinator) || work.Is(sentence.First + 1, WordClass.Determiner) || Comma(sentence.First, cue) < cue)
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

    private bool NextAct(int i, int end)
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

        return verb + 1 < end && (joint ? work.Is(verb, WordClass.CueVerb) : work.Is(verb, WordClass.CueSay | WordClass.CueClaim) && (work.Is(verb + 1, WordClass.Bahwa) || work.Tokens[verb + 1].Mark == ','));
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

    /// <summary>Where the way the news came begins (", seperti dikutip ..."), else the end.</summary>
    public int CreditEnd(int first, int end)
    {
        for (var i = first + 1; i + 1 < end; i++)
        {
            if (work.Tokens[i].Mark == ',' && !work.Tokens[i].Quoted && IsCredit(i + 1))
            {
                return i;
            }
        }

        return end;
    }

    /// <summary>"saat ini", "ketika itu", "suatu saat": a time, not the start of a clause.</summary>
    public bool IsNow(int i) => ((work.IsForm(i, "saat") || work.IsForm(i, "ketika") || work.IsForm(i, "hingga") || work.IsForm(i, "sejak")) && work.Is(i + 1, WordClass.Determiner))
        || (work.IsForm(i, "saat") && i > 0 && (work.IsForm(i - 1, "suatu") || work.IsForm(i - 1, "pada")));

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
