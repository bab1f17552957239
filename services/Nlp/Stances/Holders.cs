namespace Sikap.Nlp.Stances;

/// <summary>Finds whose position a verb of the narration reports.</summary>
internal static class Holders
{
    private const int AgentReach = 8;

    /// <summary>Tokens before a verb in which its clause is looked for.</summary>
    private const int MaxReach = 60;

    /// <summary>The actors that hold the position expressed at <paramref name="verb"/> in a clause that ends before token <paramref name="end"/>; empty when the text names none.</summary>
    public static List<Actor> Of(Passages passages, int sentence, int verb, int end)
    {
        var stream = passages.Stream;
        var token = stream.Tokens[verb];
        var relative = Relative(passages, verb);
        if (relative >= 0 && token.Form != WordForm.Passive)
        {
            // "X, yang menolak ...": only the noun right before has this verb.
            return relative > 0 && MentionEndingAt(passages, relative - 1) is { } head ? [Crowd(passages, passages.Stream.FirstFrom(head.Start), head.Role) ?? head.Actor] : [];
        }

        if (Signals.IsConveyed(passages, verb))
        {
            return After(passages, verb + 1, Math.Min(end, verb + 1 + AgentReach));
        }

        if (verb > 0 && (token.Form & WordForm.Noun) != 0 && (passages.Stream.Tokens[verb - 1].Class & FunctionWord.Light) != 0)
        {
            // "X menyampaikan dukungan": the light verb's subject.
            return Before(passages, passages.Article.Sentences[sentence], verb - 1);
        }

        if (token.Frame is { Kind: FrameKind.Open } && token.Form != WordForm.Passive)
        {
            return Before(passages, passages.Article.Sentences[sentence], verb);
        }

        if (token.Form == WordForm.Passive || token.Frame is { Kind: FrameKind.Intent } || (token.Form & (WordForm.Noun | WordForm.Agent)) != 0)
        {
            if ((token.Form & WordForm.Noun) != 0 && token.Frame is { Kind: FrameKind.Act } && !HasAgent(passages, verb, end))
            {
                // "penangkapan X": X is what it is done to.
                return [];
            }

            var reach = token.Form == WordForm.Passive || token.Frame is { Kind: FrameKind.Stand } ? AgentReach : 2;
            return After(passages, verb + Math.Max(1, token.FrameSpan), Math.Min(end, verb + Math.Max(1, token.FrameSpan) + reach));
        }

        return Before(passages, passages.Article.Sentences[sentence], verb);
    }

    /// <summary>The sources of a statement: the speaker, or each of those that a coordination joins ("Partai A dan Partai B menilai ...").</summary>
    public static IReadOnlyList<Actor> Speakers(Passages passages, Statement statement, Actor speaker)
    {
        if ((speaker.Type == ActorType.Group || char.IsLower(speaker.Name[0])) && Joined(passages, speaker) is { } joined)
        {
            return joined;
        }

        if (speaker.Type != ActorType.Group || statement.Mention is not { } source || !source.Text.Contains(" dan ", StringComparison.Ordinal))
        {
            return [speaker];
        }

        var actors = new List<Actor>();
        var mentions = passages.Article.Mentions;
        for (var m = FirstAtOrAfter(mentions, source.Start); m < mentions.Count && mentions[m].End <= source.End; m++)
        {
            if (mentions[m].Form != MentionForm.Pronoun && mentions[m].Actor != speaker)
            {
                actors.Add(mentions[m].Actor);
            }
        }

        return actors.Count > 1 ? actors : [speaker];
    }

    /// <summary>The members of "X dan Y" where the article knows each by name; null for one group.</summary>
    private static List<Actor>? Joined(Passages passages, Actor group)
    {
        if (!group.Name.Contains(" dan ", StringComparison.Ordinal))
        {
            return null;
        }

        var members = new List<Actor>();
        var known = false;
        foreach (var name in group.Name.Split([" dan ", ", "], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var member = passages.Article.Mentions.FirstOrDefault(m => m.Actor.Type != ActorType.Group && m.Actor.Name == name)?.Actor;
            if (member is null && name.AsSpan().IndexOf(' ') is > 0 and var blank && (passages.Classify(name.AsSpan(0, blank)) & FunctionWord.Crowd) != 0 && name.AsSpan(blank + 1).IndexOfAnyInRange('A', 'Z') >= 0)
            {
                // "pemerintah negara Barat dan aktivis China": two groups, each described.
                member = new Actor(name, ActorType.Group, null);
            }

            known |= member is not null;
            if (member is null && !char.IsUpper(name[0]))
            {
                return null;
            }

            members.Add(member ?? new Actor(name, ActorType.Person, null));
        }

        return known ? members : null;
    }

    /// <summary>The actor named right before a verb, auxiliaries aside; null when something else stands there or the name is behind a preposition.</summary>
    public static Actor? RightBefore(Passages passages, int verb)
    {
        for (var t = verb - 1; t >= Math.Max(0, verb - 3) && !passages.Stream.Tokens[t + 1].AfterPause; t--)
        {
            if (MentionEndingAt(passages, t) is { Form: not MentionForm.Pronoun } mention)
            {
                return IsOblique(passages, passages.Stream.FirstFrom(mention.Start)) ? null : mention.Actor;
            }

            if ((passages.Stream.Tokens[t].Class & (FunctionWord.Adverb | FunctionWord.Negator)) == 0)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Whose document speaks: "pernyataan resmi dari X", "siaran pers X"; a report or a law speaks for nobody.</summary>
    public static bool TryIssuer(Passages passages, Statement statement, ref Actor speaker)
    {
        if (statement.Mention is not { } source || !IsOwnWord(passages, passages.Stream.FirstFrom(source.Start)))
        {
            return false;
        }

        var mentions = passages.Article.Mentions;
        for (var m = FirstAtOrAfter(mentions, source.Start); m < mentions.Count && mentions[m].End <= source.End; m++)
        {
            if (mentions[m].Actor.Type is ActorType.Organization or ActorType.Country or ActorType.Person)
            {
                speaker = mentions[m].Actor;
                return true;
            }
        }

        return false;
    }

    private static bool IsOwnWord(Passages passages, int token) =>
        token < passages.Stream.Tokens.Length && passages.Stream.Lower(token) is "pernyataan" or "siaran" or "keterangan" or "rilis" or "surat" or "komunike" or "unggahan" or "cuitan" or "pengumuman";

    /// <summary>A name, not a pronoun, begins in tokens [from, to).</summary>
    public static bool AnyNamed(Passages passages, int from, int to)
    {
        for (var t = from; t < to; t++)
        {
            if (MentionAt(passages, passages.Stream.Tokens[t].Start) is { Form: not MentionForm.Pronoun })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The doer of a passive verb or the possessor of a noun: the next mention, with nothing but "oleh" and function words between.</summary>
    private static List<Actor> After(Passages passages, int from, int end)
    {
        var stream = passages.Stream;
        for (var t = from; t < end; t++)
        {
            var mention = MentionAt(passages, stream.Tokens[t].Start);
            if (mention is not null)
            {
                return WithFollowing(passages, mention);
            }

            if (stream.Lower(t) is "adalah" or "merupakan" or "menjadi")
            {
                // "yang ditangkap adalah X": X is not the doer.
                break;
            }

            if (stream.Lower(t) is "otoritas" or "aparat" or "kepolisian" or "rezim" or "kubu" or "jajaran" or "kantor" && t + 1 < end && MentionAt(passages, stream.Tokens[t + 1].Start) is { } body)
            {
                return WithFollowing(passages, body);
            }

            if ((stream.Tokens[t].Class & FunctionWord.Preposition) != 0 && !((t == from && stream.Lower(t) is "dari") || IsExample(stream, t)))
            {
                break;
            }

            if ((stream.Tokens[t].Class & FunctionWord.Crowd) != 0 && !stream.Tokens[t].Capital && !(t + 1 < end && IsExample(stream, t + 1)) && NamelessAgent(passages, t) is { } crowd)
            {
                return [crowd];
            }

            if ((stream.Tokens[t].Class & (FunctionWord.Agent | FunctionWord.Stop | FunctionWord.Adverb | FunctionWord.Crowd)) == 0 && stream.Lower(t) is not ("dari" or "berbagai") && !IsExample(stream, t) && !IsOfficeWord(stream.Tokens[t]))
            {
                break;
            }
        }

        return [];
    }

    /// <summary>Names follow who is meant: "didukung berbagai negara termasuk X, Y dan Z".</summary>
    private static bool IsExample(TokenStream stream, int t) => stream.Lower(t) is "termasuk" or "seperti" or "antara" or "yakni" or "yaitu";

    /// <summary>"oleh" stands in the next words.</summary>
    public static bool HasAgent(Passages passages, int verb, int end)
    {
        for (var t = verb + 1; t < Math.Min(end, verb + AgentReach); t++)
        {
            if ((passages.Stream.Tokens[t].Class & FunctionWord.Agent) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Titles stand between "oleh" and a name.</summary>
    private static bool IsOfficeWord(Token token) => token.Capital;

    /// <summary>People without a name after "oleh", "dari" or a noun of position: "ditolak warga desa", "kecaman sejumlah ulama".</summary>
    private static Actor? NamelessAgent(Passages passages, int t)
    {
        var tokens = passages.Stream.Tokens;
        var end = t;
        while (end + 1 < tokens.Length && end < t + 2 && !tokens[end + 1].AfterPause && !tokens[end + 1].Capital
            && (tokens[end + 1].Class & (FunctionWord.Stop | FunctionWord.Adverb | FunctionWord.Negator | FunctionWord.Preposition | FunctionWord.Break)) == 0
            && (tokens[end + 1].Form & (WordForm.Active | WordForm.Passive)) == 0)
        {
            end++;
        }

        return end == t && (tokens[t].Class & FunctionWord.Vague) != 0 ? null : new Actor(passages.Article.Text[tokens[t].Start..tokens[end].End], ActorType.Group, null);
    }

    /// <summary>The actor that a passive verb says something of: right before its "yang", else the subject of its clause; null when that is no named actor.</summary>
    public static Actor? Subject(Passages passages, int sentence, int verb)
    {
        var relative = Relative(passages, verb);
        if (relative > 0)
        {
            return MentionEndingAt(passages, relative - 1)?.Actor;
        }

        for (var t = verb - 1; t >= Math.Max(0, verb - 4) && passages.Sentence[t] == sentence; t--)
        {
            if (MentionEndingAt(passages, t) is { } mention)
            {
                return IsOblique(passages, passages.Stream.FirstFrom(mention.Start)) ? null : mention.Actor;
            }

            if ((passages.Stream.Tokens[t].Class & (FunctionWord.Adverb | FunctionWord.Negator | FunctionWord.Stop)) == 0)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The source of a statement inside the object of a verb: "mengkritik surat kabar X, yang menyebut ...".</summary>
    public static Actor? SourceBehind(Passages passages, int from, int sentence)
    {
        var tokens = passages.Stream.Tokens;
        for (var t = from; t < tokens.Length && passages.Sentence[t] == sentence; t++)
        {
            if (passages.Statement[t] is >= 0 and var statement)
            {
                var source = passages.Article.Statements[statement];
                return source.Mention is { } mention && mention.Start >= tokens[from].Start && source.Speaker is { Type: not ActorType.Document } speaker ? speaker : null;
            }

            if (t > from && !passages.Cue[t] && tokens[t] is { Form: WordForm.Active or WordForm.Passive, Capital: false } && (tokens[t].Class & (FunctionWord.Stop | FunctionWord.Root)) == 0)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The actor that a verb of position has as its object, or whose usulan, sikap or the like is its object; without such a noun a refusal says nothing of what the actor wants.</summary>
    public static Actor? Object(Passages passages, int from, int end, bool needsNoun)
    {
        var tokens = passages.Stream.Tokens;
        var noun = false;
        for (var t = from; t < Math.Min(end, from + 5); t++)
        {
            if (MentionAt(passages, tokens[t].Start) is { } mention)
            {
                return (noun || !needsNoun) && mention.Actor.Type != ActorType.Document ? mention.Actor : null;
            }

            noun |= (tokens[t].Class & FunctionWord.Anaphor) != 0 || tokens[t].Frame is { Kind: FrameKind.Intent } || passages.Stream.Lower(t) is "posisi" or "pandangan" or "respons" or "seruan" or "ajakan" or "perubahan";
            if (!tokens[t].Capital && !noun && (tokens[t].Class & (FunctionWord.Stop | FunctionWord.Adverb | FunctionWord.Crowd)) == 0)
            {
                return null;
            }
        }

        return null;
    }

    private static List<Actor> Before(Passages passages, TextSpan sentence, int verb)
    {
        var position = passages.Stream.Tokens[verb].Start;
        var inside = passages.Statement[verb];
        var clause = OwnSubjectFrom(passages, verb);
        var mentions = passages.Article.Mentions;
        for (var m = FirstAtOrAfter(mentions, position) - 1; m >= 0 && mentions[m].Start >= sentence.Start; m--)
        {
            var mention = mentions[m];
            var first = passages.Stream.FirstFrom(mention.Start);
            if (mention.Start < clause)
            {
                break;
            }

            if (passages.Statement[first] != inside || IsOblique(passages, first) || IsObjectOfEarlier(passages, first, verb))
            {
                continue;
            }

            if (inside >= 0 && mention.Form == MentionForm.Pronoun)
            {
                // "kami berupaya": in speech the speaker, who is read with the statement.
                return [];
            }

            return Crowd(passages, first, mention.Role) is { } crowd ? [crowd] : WithCoordinated(passages, mention);
        }

        return NamelessSubject(passages, verb) is { } nameless ? [nameless] : [];
    }

    /// <summary>Stands behind the predicate of an earlier clause: "X menargetkan juara Liga Y setelah menandatangani ..." says nothing of Y.</summary>
    private static bool IsObjectOfEarlier(Passages passages, int token, int verb)
    {
        var tokens = passages.Stream.Tokens;
        var boundary = false;
        for (var t = token + 1; t <= verb && !boundary; t++)
        {
            boundary = tokens[t].AfterPause || (tokens[t].Class & FunctionWord.Break) != 0 || passages.Stream.Lower(t) is "dan" or "serta";
        }

        if (!boundary)
        {
            return false;
        }

        for (var t = token - 1; t >= Math.Max(0, token - MaxReach) && !tokens[t + 1].AfterPause && passages.Sentence[t] == passages.Sentence[token]; t--)
        {
            if ((tokens[t].Class & FunctionWord.Break) != 0 || passages.Stream.Lower(t) is "bahwa")
            {
                return false;
            }

            if (!tokens[t].Capital && tokens[t].Form is WordForm.Active or WordForm.Middle or WordForm.Passive && (tokens[t].Class & (FunctionWord.Stop | FunctionWord.Root)) == 0)
            {
                return !passages.Cue[t];
            }
        }

        return false;
    }

    /// <summary>Who does what a clause of purpose names ("X bertemu Y untuk menekan Z"): the first name of the sentence that stands before its first predicate.</summary>
    public static List<Actor> MainSubject(Passages passages, int sentence, int verb)
    {
        var (from, _) = passages.TokensOf(passages.Article.Sentences[sentence]);
        var inside = passages.Statement[verb];
        Mention? subject = null;
        for (var t = from; t < verb; t++)
        {
            ref var token = ref passages.Stream.Tokens[t];
            if (passages.Statement[t] != inside)
            {
                continue;
            }

            if (subject is null && MentionAt(passages, token.Start) is { } mention)
            {
                if (mention.Form == MentionForm.Pronoun && inside >= 0 || IsOblique(passages, t) || Crowd(passages, t, mention.Role) is not null)
                {
                    return [];
                }

                subject = mention;
            }

            if (!token.Capital && token.Form is WordForm.Active or WordForm.Middle or WordForm.Passive && (token.Class & (FunctionWord.Stop | FunctionWord.Root)) == 0)
            {
                return subject is null || token.Form == WordForm.Passive ? [] : WithCoordinated(passages, subject);
            }
        }

        return [];
    }

    /// <summary>
    /// The group that a name only describes: "para pendukung Presiden X", "sejumlah warga Malaysia"; null when the name stands for itself, also where the word belongs to its office
    /// ("pemimpin oposisi X").
    /// </summary>
    private static Actor? Crowd(Passages passages, int token, string? role)
    {
        var tokens = passages.Stream.Tokens;
        for (var t = token - 1; t >= Math.Max(0, token - 4) && !tokens[t + 1].AfterPause; t--)
        {
            if ((tokens[t].Class & FunctionWord.Crowd) != 0 && tokens[t].Form != WordForm.Active && !tokens[t].Capital && !IsOfficial(passages, t))
            {
                if (role?.Contains(passages.Article.Text[tokens[t].Start..tokens[t].End], StringComparison.Ordinal) == true)
                {
                    return null;
                }

                var end = token;
                while (end + 1 < tokens.Length && tokens[end + 1].Capital && !tokens[end + 1].AfterPause)
                {
                    end++;
                }

                return new Actor(passages.Article.Text[tokens[t].Start..tokens[end].End], ActorType.Group, null);
            }

            if (!tokens[t].Capital && passages.Stream.Lower(t) is not ("sang" or "mantan" or "eks" or "bekas"))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>"pemerintah X", "anggota X", "tentara X": the institution's word is taken for the named body.</summary>
    private static bool IsOfficial(Passages passages, int t) =>
        passages.Stream.Lower(t) is "pemerintah" or "negara" or "parlemen" or "dewan" or "pasukan" or "militer" or "tentara" or "polisi" or "partai" or "fraksi" or "kelompok" or "organisasi"
            or "lembaga" or "aliansi" or "koalisi" or "anggota" or "tokoh" or "politikus" or "politisi" or "aktivis" or "pengamat" or "pakar" or "ahli" or "peneliti" or "ekonom" or "senator" or "legislator";

    /// <summary>A subject without a name in the clause of the verb: "dunia mengecam", "banyak warga menolak".</summary>
    private static Actor? NamelessSubject(Passages passages, int verb)
    {
        var tokens = passages.Stream.Tokens;
        var start = OwnSubjectFrom(passages, verb);
        if (start == 0)
        {
            return null;
        }

        for (var t = passages.Stream.FirstFrom(start); t < verb; t++)
        {
            if ((tokens[t].Class & FunctionWord.Preposition) != 0)
            {
                return null;
            }

            if ((tokens[t].Class & FunctionWord.Crowd) == 0)
            {
                if ((tokens[t].Class & (FunctionWord.Stop | FunctionWord.Break | FunctionWord.Adverb)) != 0)
                {
                    continue;
                }

                return null;
            }

            var end = t;
            while (end + 1 < verb && (tokens[end + 1].Form & (WordForm.Active | WordForm.Passive)) == 0 && (tokens[end + 1].Class & (FunctionWord.Stop | FunctionWord.Adverb | FunctionWord.Negator | FunctionWord.Preposition)) == 0 && !tokens[end + 1].AfterPause)
            {
                end++;
            }

            if (end == t && (tokens[t].Class & FunctionWord.Vague) != 0)
            {
                // "anggota", "pihak" alone name nobody; "banyak pihak" does.
                return t > 0 && passages.Stream.Lower(t - 1) is "banyak" or "sejumlah" or "berbagai" ? new Actor(passages.Article.Text[tokens[t - 1].Start..tokens[t].End], ActorType.Group, null) : null;
            }

            return new Actor(passages.Article.Text[tokens[t].Start..tokens[end].End], ActorType.Group, null);
        }

        return null;
    }

    /// <summary>
    /// Where to stop looking for the subject of a verb: when its clause has a noun of its own before the verb, a name in an earlier clause is not the subject.
    /// Returns the position where the clause begins, 0 when the clause has no subject of its own.
    /// </summary>
    private static int OwnSubjectFrom(Passages passages, int verb)
    {
        var tokens = passages.Stream.Tokens;
        var start = verb;
        while (start > Math.Max(0, verb - MaxReach) && !tokens[start].AfterPause && passages.Sentence[start - 1] == passages.Sentence[verb] && passages.Statement[start - 1] == passages.Statement[verb])
        {
            start--;
            if ((tokens[start].Class & FunctionWord.Break) != 0)
            {
                break;
            }
        }

        var oblique = false;
        for (var t = start; t < verb; t++)
        {
            oblique |= (tokens[t].Class & FunctionWord.Preposition) != 0;
            if (oblique || tokens[t].Capital || (tokens[t].Class & ~(FunctionWord.Anaphor | FunctionWord.Generic | FunctionWord.Root | FunctionWord.Crowd | FunctionWord.Vague)) != 0)
            {
                continue;
            }

            if ((tokens[t].Form & (WordForm.Bare | WordForm.Noun | WordForm.Agent)) != 0 && (tokens[t].Frame is null || (tokens[t].Class & FunctionWord.Crowd) != 0))
            {
                return tokens[start].Start;
            }
        }

        return 0;
    }

    /// <summary>Stands after a preposition or "oleh", so is no subject.</summary>
    private static bool IsOblique(Passages passages, int token)
    {
        var tokens = passages.Stream.Tokens;
        for (var t = token - 1; t >= Math.Max(0, token - 4); t--)
        {
            if (tokens[t + 1].AfterPause || passages.Statement[t] != passages.Statement[token])
            {
                return false;
            }

            if ((tokens[t].Class & (FunctionWord.Preposition | FunctionWord.Agent)) != 0)
            {
                return !IsRange(passages, t);
            }

            if (tokens[t].Frame is { Kind: FrameKind.Intent })
            {
                // "menyusul keputusan X membuka ...": X decides.
                return false;
            }

            if (t >= token - 2 && !HasOwnVerb(passages, token) && tokens[t].Form == WordForm.Active && !tokens[t].Capital && passages.Stream.Lower(t) is not "membuat" && (tokens[t].Class & FunctionWord.Stop) == 0)
            {
                // Right behind an active verb: its object.
                return true;
            }

            // Titles stand between a preposition and a name: "kepada Presiden Prancis Emmanuel Macron".
            if (!tokens[t].Capital && (tokens[t].Class & FunctionWord.Stop) == 0)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>A verb of attitude stands right behind the name: "memutuskan Partai X mendukung ..." says what X does, where "mendorong X menolak ..." says what it is asked to do.</summary>
    private static bool HasOwnVerb(Passages passages, int token)
    {
        var tokens = passages.Stream.Tokens;
        var end = token;
        while (end < tokens.Length - 1 && tokens[end].Capital && !tokens[end + 1].AfterPause)
        {
            end++;
        }

        return tokens[end] is { Frame.Kind: FrameKind.Stand, Form: WordForm.Active } && tokens[Math.Max(0, token - 1)].Frame is not { Kind: FrameKind.Demand };
    }

    /// <summary>"mulai dari X hingga Y": a subject in spite of its prepositions.</summary>
    private static bool IsRange(Passages passages, int preposition)
    {
        for (var t = preposition; t >= Math.Max(0, preposition - 8); t--)
        {
            if (passages.Stream.Lower(t) is "mulai")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The mention and those coordinated with it to the right: "didukung X, Y dan Z". A comma counts only in a list that an "dan" closes; else it opens an apposition.</summary>
    private static List<Actor> WithFollowing(Passages passages, Mention mention)
    {
        var actors = new List<Actor> { mention.Actor };
        var mentions = passages.Article.Mentions;
        var sure = 1;
        for (var m = FirstAtOrAfter(mentions, mention.End); m < mentions.Count; m++)
        {
            var between = WithoutTitle(passages, mentions[m - 1].End, mentions[m].Start);
            if (between is not ("," or "dan" or ", dan" or "serta" or ", serta" or "maupun"))
            {
                break;
            }

            actors.Add(mentions[m].Actor);
            if (between is not ",")
            {
                sure = actors.Count;
            }
        }

        actors.RemoveRange(sure, actors.Count - sure);
        return actors;
    }

    /// <summary>The mention and those coordinated with it to the left: "X dan Y".</summary>
    private static List<Actor> WithCoordinated(Passages passages, Mention mention)
    {
        var actors = new List<Actor> { mention.Actor };
        var mentions = passages.Article.Mentions;
        var current = mention;
        var joined = false;
        while (true)
        {
            var index = FirstAtOrAfter(mentions, current.Start) - 1;
            if (index < 0)
            {
                return actors;
            }

            var between = WithoutTitle(passages, mentions[index].End, current.Start);
            // A comma alone is an apposition ("pebalap Mercedes, Lewis Hamilton"); in a list an "dan" has come by before.
            if (between is "," && !joined)
            {
                return actors;
            }

            joined |= between is not ",";
            if (between is not ("dan" or "," or ", dan" or "serta" or "maupun" or "bersama" or "hingga" or "sampai"))
            {
                return actors;
            }

            actors.Insert(0, mentions[index].Actor);
            current = mentions[index];
        }
    }

    /// <summary>What stands between two names without the office before the second: "X dan Presiden Turki Y".</summary>
    private static ReadOnlySpan<char> WithoutTitle(Passages passages, int from, int to)
    {
        if (to <= from)
        {
            return default;
        }

        var first = passages.Stream.FirstFrom(from);
        var end = passages.Stream.FirstFrom(to);
        var t = end;
        while (t > first && passages.Stream.Tokens[t - 1].Capital && !passages.Stream.Tokens[t - 1].AfterPause)
        {
            t--;
        }

        return passages.Article.Text.AsSpan(from, (t < end ? passages.Stream.Tokens[t].Start : to) - from).Trim();
    }

    /// <summary>The "yang" that opens the clause of a verb, -1 when none does.</summary>
    private static int Relative(Passages passages, int verb)
    {
        var stream = passages.Stream;
        for (var t = verb - 1; t >= Math.Max(0, verb - 6) && !stream.Tokens[t + 1].AfterPause; t--)
        {
            if (stream.Lower(t) is "yang")
            {
                return t;
            }

            if (stream.Tokens[t].Form is WordForm.Active or WordForm.Middle or WordForm.Passive && (stream.Tokens[t].Class & (FunctionWord.Stop | FunctionWord.Root)) == 0 && !stream.Tokens[t].Capital)
            {
                // The relative clause has its verb already: "kelompok yang menamakan diri X memprotes".
                return -1;
            }
        }

        return -1;
    }

    private static Mention? MentionEndingAt(Passages passages, int token)
    {
        var mentions = passages.Article.Mentions;
        var index = FirstAtOrAfter(mentions, passages.Stream.Tokens[token].End) - 1;
        return index >= 0 && mentions[index].End == passages.Stream.Tokens[token].End ? mentions[index] : null;
    }

    private static Mention? MentionAt(Passages passages, int position)
    {
        var mentions = passages.Article.Mentions;
        var index = FirstAtOrAfter(mentions, position);
        return index < mentions.Count && mentions[index].Start == position ? mentions[index] : null;
    }

    private static int FirstAtOrAfter(IReadOnlyList<Mention> mentions, int position)
    {
        int low = 0, high = mentions.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (mentions[middle].Start < position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
