using Sikap.Nlp.Actors;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Reading;
using Sikap.Nlp.Sentences;

namespace Sikap.Nlp.Statements;

/// <summary>Reads attributions that stand beside their content: "menurut X, ...", "..., kata X, ...", "menurutnya, ...".</summary>
internal sealed class AttributionBeside(ArticleWork work, Discourse discourse, SpeakerReader reader, Drafts drafts, Clauses clauses)
{
    /// <summary>Reads the attribution whose cue stands at a token; false when the cue makes none.</summary>
    public bool Read(Sentence sentence, int cue)
    {
        ref readonly var token = ref work.Tokens[cue];
        if (token.Is(WordClass.CueAccording) && According(sentence, cue))
        {
            return true;
        }

        // "Dalam pandangan Rini, ...", "Di mata Rini, ...": the view of an organisation too.
        if (token.Is(WordClass.Viewpoint))
        {
            return cue == sentence.First + 1 && work.Is(sentence.First, WordClass.Preposition) && reader.Read(cue + 1, sentence.End) is { } holder && work.IsMark(holder.After, ',')
                && Read(sentence, cue, holder.After, holder);
        }

        if (token.Is(WordClass.CueView) && cue <= sentence.First + 1 && reader.Read(cue + 1, sentence.End) is { Entity.Type: ActorType.Person } viewer && work.IsMark(viewer.After, ','))
        {
            Read(sentence, cue, viewer.After, viewer);
            return true;
        }

        if (token.Is(WordClass.CueNya))
        {
            // "pejabat yang menurutnya menjadi ...": what follows is the content.
            if (cue > sentence.First && work.Is(cue - 1, WordClass.Yang) && Own(cue) is { } own)
            {
                drafts.Content(cue + 1, clauses.RelativeEnd(cue + 1, sentence.End), cue, cue + 1, own, 0.7);
                return true;
            }

            if (token.Is(WordClass.CuePassive))
            {
                return PassiveNya(sentence, cue);
            }

            // "..., ujarnya", "Lanjutnya, ..."; "tanggung jawabnya", "jelasnya aturan itu" are nouns.
            var set = cue == sentence.First || work.Tokens[cue - 1].Mark == ',' || (cue == sentence.First + 1 && work.Tokens[cue - 1].Is(WordClass.Conjunction | WordClass.Adverb)) || work.IsForm(cue - 1, "begitu") || work.IsForm(cue - 1, "demikian");
            if (((set || work.IsForm(cue, "menurutnya")) && Read(sentence, cue, cue + 1, Own(cue))) || (!set && Within(sentence, cue)))
            {
                return true;
            }
        }

        return token.Is(WordClass.CueBare) && BareCue(sentence, cue);
    }

    // "Kabar itu lanjutnya justru menimbulkan keresahan": no commas, and the predicate follows.
    private bool Within(Sentence sentence, int cue) =>
        cue > sentence.First + 1 && (work.IsForm(cue, "lanjutnya") || work.IsForm(cue, "katanya") || work.IsForm(cue, "ujarnya") || work.IsForm(cue, "tambahnya") || work.IsForm(cue, "imbuhnya") || work.IsForm(cue, "tuturnya") || work.IsForm(cue, "ucapnya"))
        && work.Tokens[cue - 1].Kind == TokenKind.Word && !work.Tokens[cue - 1].Is(WordClass.Function & ~WordClass.Determiner) && !Words.LooksVerb(work.Form(cue - 1)) && (clauses.IsPredicate(cue + 1, sentence.End) || work.Is(cue + 1, WordClass.Adverb))
        && Own(cue) is { } own && drafts.Content(cue + 1, clauses.End(cue + 1, sentence.End, WordClass.None), cue, cue + 1, own, 0.7);

    // "Diungkapkannya, ..." between commas attributes; "hal itu dikatakannya di ..." speaks of the sentence before; "usulan itu dinilainya terlalu mahal" judges.
    private bool PassiveNya(Sentence sentence, int cue)
    {
        if (Own(cue) is not { } own)
        {
            return false;
        }

        var opens = cue == sentence.First || work.Tokens[cue - 1].Mark == ',' || work.Tokens[cue - 1].Is(WordClass.Conjunction);
        if (opens && work.IsMark(cue + 1, ','))
        {
            return Read(sentence, cue, cue + 1, own);
        }

        if (cue == sentence.First + 2 && work.IsForm(sentence.First, "hal") && work.Is(sentence.First + 1, WordClass.Determiner))
        {
            return drafts.Previous(cue, cue + 1, own);
        }

        return !opens && clauses.IsJudgement(cue + 1, sentence.End) && drafts.Content(cue + 1, clauses.End(cue + 1, sentence.End, WordClass.CueDescribe), cue, cue + 1, own, 0.7);
    }

    private Speaker? Own(int cue)
    {
        // "Menurutnya, ..." is about whoever the text has come to, who need not have spoken yet.
        var entity = work.Is(cue, WordClass.CueNya) && work.Form(cue).StartsWith("menurut", StringComparison.OrdinalIgnoreCase) ? discourse.Pronoun(plural: false) : discourse.Same();
        return entity is null ? null : new Speaker(entity, cue, cue + 1, cue + 1, null, 0.8);
    }

    /// <summary>A cue without a source of its own at the start of a sentence: whoever has the word goes on.</summary>
    public bool Continues(Sentence sentence, int cue) => Own(cue) is { Entity.Type: ActorType.Person } own && Read(sentence, cue, cue + 1, own);

    // "Menurut Staf Umum Utara, ...": words with capitals up to the comma are a source, even one no table and no name rule knows.
    private Speaker? Named(int at, int end)
    {
        var i = at;
        while (i < end && i < at + 6 && work.Tokens[i] is { Kind: TokenKind.Word, Capital: true, Quoted: false })
        {
            i++;
        }

        return i > at && i < end && work.Tokens[i].Mark == ',' ? new Speaker(new() { Name = work.Words(at, i), Type = ActorType.Group }, at, i, i, null, 0.4) : null;
    }

    // "draf resolusi yang dilihat Reuters": the outlet only saw it.
    private bool Described(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            if (work.Tokens[i].Is(WordClass.Yang))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The name behind words no title table has: "Menurut humas dari pengadilan itu, Rini Wulandari, ...", "Disampaikan pendiri &amp; perancang Nusafon Rini Wulandari, ...";
    /// it ends at the comma, or stands between two.
    /// </summary>
    public Speaker? Introduced(int at, int end)
    {
        var comma = clauses.Comma(at, Math.Min(end, at + 14));
        if (comma <= at || comma + 2 >= end || !work.IsMark(comma, ','))
        {
            return null;
        }

        for (var i = at; i < comma; i++)
        {
            if (work.Tokens[i].Quoted || work.Tokens[i].Is(WordClass.CueAny | WordClass.Auxiliary | WordClass.Bahwa | WordClass.Subordinator) || (!work.Tokens[i].Capital && Words.LooksVerb(work.Form(i))))
            {
                return null;
            }
        }

        if (work.FoundOf[comma - 1] is var last and >= 0 && work.Found[last] is { Form: MentionForm.Name, Entity.Type: ActorType.Person } && work.Found[last].After == comma
            && !work.Is(work.Found[last].OuterFirst - 1, WordClass.Preposition))
        {
            return reader.Read(work.Found[last].OuterFirst, end);
        }

        return work.FoundOf[comma + 1] is var index and >= 0 && work.Found[index] is { Form: MentionForm.Name, Entity.Type: ActorType.Person } && work.IsMark(work.Found[index].After, ',')
            ? reader.Read(comma + 1, end) : null;
    }

    // "Menurut orator, ...", "..., menurut nota itu.": a noun no table has, set off by marks.
    private Speaker? Unlisted(Sentence sentence, int cue) =>
        work.Is(cue, WordClass.CueAccording) && !work.IsForm(cue, "berdasarkan") && reader.AnyNoun(cue + 1, sentence.End) is { } noun && noun.After < sentence.End && work.Tokens[noun.After].Mark is ',' or '.'
            && (noun.Entity.Type == ActorType.Person || !work.Form(cue + 1).EndsWith("an", StringComparison.Ordinal))
            && !work.IsForm(cue + 1, "warta") && !work.IsForm(cue + 1, "rencana") && !work.IsForm(cue + 1, "jadwal") && !work.IsForm(cue + 1, "agenda") && !work.IsForm(cue + 1, "jenis") && !work.IsForm(cue + 1, "waktu") ? noun : null;

    // "..., kata X." / "..., kata X, ..." / "Namun, kata dia, ..." / "Kata X, ..." / "Sebetulnya kata X, ..."
    private bool BareCue(Sentence sentence, int cue)
    {
        var first = sentence.First;
        while (first < cue && work.Tokens[first].Is(WordClass.Conjunction | WordClass.Adverb))
        {
            first++;
        }

        var opens = first == cue;
        if (work.Tokens[cue].Capital && !opens)
        {
            return false;
        }

        var set = opens || work.Tokens[cue - 1].Mark == ',' || work.IsForm(cue - 1, "begitu") || work.IsForm(cue - 1, "demikian") || work.Tokens[cue - 1].Is(WordClass.Conjunction);
        // Without a comma before it only the plainest verbs are no nouns, and not behind a verb or preposition ("memakai kata Rini").
        if (!set && (!IsPlain(cue) || work.Tokens[cue - 1].Is(WordClass.Preposition | WordClass.Yang) || Words.LooksVerb(work.Form(cue - 1))))
        {
            return false;
        }

        var speaker = reader.Read(cue + 1, sentence.End) ?? (set && IsPlain(cue) ? Introduced(cue + 1, sentence.End) ?? reader.AnyNoun(cue + 1, sentence.End) : null);
        if (speaker is not { } known || (!set && known.Entity.Type != ActorType.Person))
        {
            return false;
        }

        // "Begitu kata X", "Demikian kata X" as a sentence: what stands before is what X said.
        if (cue == sentence.First + 1 && (work.IsForm(sentence.First, "begitu") || work.IsForm(sentence.First, "demikian")))
        {
            return drafts.Previous(cue, cue + 1, known);
        }

        if (opens)
        {
            if (work.IsMark(known.After, ',') && Read(sentence, cue, known.After, known))
            {
                return true;
            }

            // "Kata Rini di Surabaya." as a sentence: the quotation before it, whose stop stands behind the mark.
            return cue == sentence.First && work.Tokens[cue].Capital && drafts.Previous(cue, cue + 1, known);
        }

        // "Saat ini, kata Rini pihaknya masih menunggu": no comma behind the source, and the longer part follows it.
        if (set && (IsPlain(cue) || work.IsForm(cue, "lanjut") || work.IsForm(cue, "tambah") || work.IsForm(cue, "imbuh") || work.IsForm(cue, "ungkap")) && known.After < sentence.End && StartsClause(known.After) && clauses.HasPredicate(known.After, sentence.End)
            && drafts.Count(known.After, sentence.End) > drafts.Count(sentence.First, cue))
        {
            return drafts.Content(known.After, clauses.End(known.After, sentence.End, WordClass.None), cue, cue + 1, known, 0.8);
        }

        if (!set && !work.IsMark(known.After, ','))
        {
            // "Bergabungnya Rini kata Hasan tidak mengubah ...": the predicate behind the attribution is the content.
            return clauses.IsPredicate(known.After, sentence.End) && drafts.Content(known.After, clauses.End(known.After, sentence.End, WordClass.None), cue, cue + 1, known, 0.75);
        }

        return Read(sentence, cue, known.After, known);
    }

    private bool IsPlain(int cue) => work.IsForm(cue, "kata") || work.IsForm(cue, "ujar") || work.IsForm(cue, "tutur") || work.IsForm(cue, "ucap");

    private bool According(Sentence sentence, int cue)
    {
        var at = cue + 1;
        if (work.Is(cue, WordClass.CueAccording) && work.IsForm(at, "para") is false && at < sentence.End && work.IsForm(at, "rencana"))
        {
            return false;
        }

        if ((reader.Read(at, sentence.End) ?? Named(at, sentence.End) ?? Introduced(at, sentence.End) ?? Unlisted(sentence, cue)) is not { } speaker)
        {
            return false;
        }

        // "menurut Nusafon Price Index": more than the outlet's name.
        if (speaker.Entity.Outlet && speaker.After < sentence.End && work.Tokens[speaker.After] is { Kind: TokenKind.Word, Capital: true, Breaks: 0 })
        {
            var past = speaker.After;
            while (past < sentence.End && work.Tokens[past] is { Kind: TokenKind.Word, Capital: true })
            {
                past++;
            }

            speaker = new(new() { Name = work.Words(speaker.First, past), Type = ActorType.Document }, speaker.First, past, past, null, 0.5);
        }

        // "menurut Reuters", "menurut laporan AFP": the way the news came, no speaker.
        if (speaker.Entity.Outlet || (speaker.Entity.Type == ActorType.Document && !work.IsForm(at, "survei") && !work.IsForm(at, "riset") && !work.IsForm(at, "jajak") && !work.IsForm(at, "polling") && work.FoundOf[speaker.End - 1] is var owner and >= 0 && work.Found[owner].Entity is { Outlet: true } && !Described(at, speaker.End)))
        {
            return true;
        }

        // "Berdasarkan data itu, kata Rini, ...", "Berdasarkan data itu, Rini menyebut ...": who cites the paper speaks.
        if (speaker.After + 1 < sentence.End && work.IsMark(speaker.After, ',') && (work.Is(speaker.After + 1, WordClass.CueBare | WordClass.CueNya)
            || (work.IsForm(cue, "berdasarkan") && work.FoundOf[speaker.After + 1] is var teller and >= 0 && work.Is(work.Found[teller].After, WordClass.CueVerb))))
        {
            return false;
        }

        // "..., yang menurut para pengungsi ditujukan untuk ...": what follows is the content.
        if (cue > sentence.First && work.Is(cue - 1, WordClass.Yang) && speaker.After < sentence.End)
        {
            return drafts.Content(speaker.After, clauses.RelativeEnd(speaker.After, sentence.End), cue, cue + 1, speaker, 0.75);
        }

        if (work.IsForm(cue, "berdasarkan") && (speaker.Entity.Type != ActorType.Document || (cue > sentence.First && work.Tokens[cue - 1].Mark != ',') || (work.IsForm(at, "data") && speaker.After <= at + 1)))
        {
            return false;
        }

        return Read(sentence, cue, speaker.After, speaker);
    }

    /// <summary>Reads an attribution that stands at [cue, after); the content is the longer part beside it.</summary>
    public bool Read(Sentence sentence, int cue, int after, Speaker? speaker)
    {
        // Somebody says it, also where the text has not told whom "katanya" means.
        if (speaker is null && !work.Is(cue, WordClass.CueNya))
        {
            return false;
        }

        // The attribution ends at the next comma; what stands between is place, time, apposition.
        var close = after;
        while (close < sentence.End && work.Tokens[close].Mark != ',' && !work.Tokens[close].Quoted && close - after < 30)
        {
            close++;
        }

        var comma = close < sentence.End && work.Tokens[close].Mark == ',';
        // "Menurut Rini, seorang pengamat laut, ...": the apposition is no content.
        if (comma && close + 1 < sentence.End && (work.Is(close + 1, WordClass.One | WordClass.Yang | WordClass.Weekday) || (!work.Tokens[close + 1].Capital && Phrases.Title(work, close + 1, out _) is not null)))
        {
            for (var i = close + 2; i < sentence.End && i < close + 20 && !work.Tokens[i].Quoted; i++)
            {
                if (work.Tokens[i].Mark == ',')
                {
                    close = i;
                    break;
                }
            }
        }

        var left = cue;
        while (left > sentence.First && (work.Tokens[left - 1].Mark == ',' || work.IsForm(left - 1, "begitu") || work.IsForm(left - 1, "demikian")
            || (work.Is(cue, WordClass.CuePassive) && (work.IsForm(left - 1, "seperti") || work.IsForm(left - 1, "sebagaimana") || (work.Is(left - 1, WordClass.Yang) && (work.IsForm(left - 2, "seperti") || work.IsForm(left - 2, "sebagaimana")))))))
        {
            left--;
        }

        // "Menurut Rini jembatan itu sudah retak", "Karena itu, menurutnya warga perlu mengungsi": no comma between the source and a clause of its own.
        // A person's name with words behind it and no comma anywhere can only be followed by its content.
        var starts = after < close && StartsClause(after);
        var whole = left == cue && !comma && speaker is { Entity.Type: ActorType.Person } && close == sentence.End && !work.Tokens[after - 1].Is(WordClass.Determiner) && drafts.Count(after, sentence.End) >= 5;
        if (IsAccording(cue) && starts && (whole || clauses.HasPredicate(after, close)))
        {
            var leading = Count(sentence, left);
            if (left == cue ? leading <= 2 && (!comma || after == cue + 1 || drafts.Count(close, sentence.End) < drafts.Count(after, close)) : work.Tokens[cue - 1].Mark == ',' && (leading <= 2 || work.Is(sentence.First, WordClass.Preposition | WordClass.Adverb)))
            {
                return drafts.Content(after, clauses.End(after, sentence.End, WordClass.None), cue, cue + 1, speaker, 0.8);
            }

            // "Syarat itu menurut Rini adalah ...": the predicate behind the source.
            if (left == cue && clauses.IsPredicate(after, sentence.End))
            {
                return drafts.Content(after, clauses.End(after, sentence.End, WordClass.None), cue, cue + 1, speaker, 0.75);
            }
        }

        // "Kota itu, lanjutnya juga belum berencana ...": no comma behind the cue, and the longer part follows it.
        if (!comma && left < cue && after == cue + 1 && work.Is(cue, WordClass.CueNya) && after < sentence.End && (clauses.IsPredicate(after, sentence.End) || clauses.HasPredicate(after, sentence.End) || work.Is(after, WordClass.Adverb))
            && drafts.Count(after, sentence.End) > drafts.Count(sentence.First, left))
        {
            return drafts.Content(after, clauses.End(after, sentence.End, WordClass.None), cue, cue + 1, speaker, 0.75);
        }

        var leftWords = drafts.Count(sentence.First, left);
        var rightFirst = comma ? clauses.BehindCredit(close + 1, sentence.End) : after;
        var rightWords = comma ? drafts.Count(rightFirst, sentence.End) : 0;
        var cueEnd = cue + 1;
        if (rightWords >= 3 && (rightWords > leftWords || work.Is(sentence.First, WordClass.Preposition)))
        {
            return drafts.Content(rightFirst, clauses.BesideEnd(rightFirst, sentence.End), cue, cueEnd, speaker, 0.9);
        }

        if (leftWords >= 3 && !drafts.Overlaps(sentence.First, left))
        {
            return drafts.Content(sentence.First, left, cue, cueEnd, speaker, 0.88);
        }

        return false;
    }

    private bool StartsClause(int i) => work.Tokens[i].Kind == TokenKind.Word
        && (work.Tokens[i].Is(WordClass.Plural | WordClass.Pronoun) || !work.Tokens[i].Is((WordClass.Function & ~WordClass.Auxiliary) | WordClass.CueAny | WordClass.Weekday));

    private bool IsAccording(int cue) => work.Is(cue, WordClass.CueAccording) || work.IsForm(cue, "menurutnya");

    private int Count(Sentence sentence, int end) => drafts.Count(sentence.First, end);
}
