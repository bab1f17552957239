namespace Sikap.Nlp.Stances;

/// <summary>A word of an issue: which issue, which of its words.</summary>
/// <param name="Issue">Index of the issue in the codebook.</param>
/// <param name="Word">Index of the word in the issue.</param>
internal readonly record struct Posting(int Issue, int Word);

/// <summary>A word that an issue is told by.</summary>
/// <param name="Key">See <see cref="Stemmer"/>.</param>
/// <param name="Weight">How much it says that a passage is about the issue, 0 to 1.</param>
/// <param name="Orientation">
/// For a predicate of the proposition 1 as the proposition affirms it, -1 where it negates it; for a polar word of a term 1 when it speaks for the proposition,
/// -1 against; 0 for words that take no side.
/// </param>
/// <param name="Own">A predicate of the proposition itself, not only a polar word of a term.</param>
/// <param name="Deed">A noun that names what the proposition does, alone or with a light verb ("menjatuhkan sanksi": sanksi).</param>
/// <param name="Patient">Names what the proposition's predicate is done to.</param>
/// <param name="Nominal">A noun made from a verb (penggabungan); the verb itself (menggabungkan) speaks for the matter.</param>
internal readonly record struct IssueWord(string Key, double Weight, int Orientation, bool Nominal, bool Deed, bool Patient, bool Own);

/// <summary>A term of an issue, as the set of its words.</summary>
/// <param name="Words">Indices of the issue's words.</param>
/// <param name="Window">Tokens within which they must stand, in any order.</param>
/// <param name="Weight">How much the term says that a passage is about the issue.</param>
internal readonly record struct IssueTerm(int[] Words, int Window, double Weight);

/// <summary>An issue, made ready for matching.</summary>
/// <param name="Issue">As defined.</param>
/// <param name="Words">What it is told by.</param>
/// <param name="Terms">Its terms.</param>
/// <param name="Sign">1 when the proposition is for its matter, -1 when it is against ("... harus dihentikan").</param>
/// <param name="Addressee">Keys of the name that the proposition demands something of ("Israel harus ..."); to blame it is to side with the demand. Empty when none.</param>
/// <param name="Names">Proper names of the proposition, each as its words: an article that names too few of them is about another matter, whatever words it shares. Empty when the proposition names nobody.</param>
/// <param name="LaysBlame">The proposition calls something bad; it does not say what ought to be done.</param>
/// <param name="Blames">The addressee is blamed ("X bersalah atas ..."), not only asked for something.</param>
/// <param name="Claim">The proposition says that something is so or was done; to assert it is to be for it, to deny it against, whatever one thinks of the thing itself.</param>
/// <param name="Deed">
/// The proposition tells of a deed against something ("Spanyol mencabut otonomi ..."): words that do not name what it is done to go to the deed, the others to that.
/// </param>
internal sealed record CompiledIssue(Issue Issue, IssueWord[] Words, IssueTerm[] Terms, int Sign, string[] Addressee, string[][] Names, bool Blames, bool LaysBlame, bool Claim, bool Deed)
{
    /// <summary>The actor of this name is the addressee or a body of it.</summary>
    public bool IsAddressee(Actor actor) => IsAddressee(actor.Name) || (CountryNames.OfCode(actor.Represents) is { } country && IsAddressee(country));

    private bool IsAddressee(string name) => Bears(name, Addressee);

    private static bool Bears(string name, string[] keys)
    {
        if (keys.Length == 0)
        {
            return false;
        }

        Span<char> key = stackalloc char[Stemmer.MaxLength];
        foreach (var part in name.AsSpan().Split(' '))
        {
            if (key[..Stemmer.Reduce(name.AsSpan(part), key, out _)].SequenceEqual(keys[0]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Weight of all words together.</summary>
    public double Weight { get; } = Words.Sum(w => w.Weight);

    /// <summary>Per word the indices of the terms it belongs to.</summary>
    public int[][] TermsOfWord { get; } =
        [.. Enumerable.Range(0, Words.Length).Select(w => Enumerable.Range(0, Terms.Length).Where(t => Terms[t].Words.Contains(w)).ToArray())];
}

/// <summary>The issues of a codebook, made ready for matching in one pass over a text. Immutable and thread-safe.</summary>
internal sealed class CompiledCodebook
{
    /// <summary>Weight of a word that fits too many matters.</summary>
    private const double GenericWeight = 0.35;

    /// <summary>Words of one issue that are looked at; keeps the per-stretch working memory on the stack small.</summary>
    private const int MaxWords = 256;

    private const double PropositionWeight = 0.6;
    private const double TitleWeight = 0.4;

    private readonly Dictionary<string, Posting[]>.AlternateLookup<ReadOnlySpan<char>> _postings;

    private CompiledCodebook(CompiledIssue[] issues, Dictionary<string, Posting[]> postings)
    {
        Issues = issues;
        _postings = postings.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>In the order of the codebook.</summary>
    public CompiledIssue[] Issues { get; }

    /// <summary>Issue words with this key.</summary>
    public Posting[]? Find(ReadOnlySpan<char> key) => _postings.TryGetValue(key, out var postings) ? postings : null;

    /// <summary>Prepares a codebook.</summary>
    public static CompiledCodebook Compile(Codebook codebook, StanceLexicon lexicon)
    {
        var frequency = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var issue in codebook.Issues)
        {
            foreach (var key in issue.Terms.Append(issue.Proposition).SelectMany(text => ContentKeys(text, lexicon)).Distinct(StringComparer.Ordinal))
            {
                frequency[key] = frequency.GetValueOrDefault(key) + 1;
            }
        }

        var issues = codebook.Issues.Select(issue => CompileIssue(issue, lexicon, frequency)).ToArray();
        var postings = issues
            .SelectMany((issue, i) => issue.Words.Select((word, w) => (word.Key, Posting: new Posting(i, w))))
            .GroupBy(p => p.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(p => p.Posting).ToArray(), StringComparer.Ordinal);
        return new CompiledCodebook(issues, postings);
    }

    private static CompiledIssue CompileIssue(Issue issue, StanceLexicon lexicon, Dictionary<string, int> frequency)
    {
        var words = new List<IssueWord>();
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        using var proposition = TokenStream.Read(issue.Proposition, lexicon, null);
        var deeds = new HashSet<string>(StringComparer.Ordinal);
        var sign = PropositionSign(proposition, out var predicates, deeds);
        var addressee = Addressee(proposition, out var blames);
        var accuses = Accuses(proposition);
        if (accuses)
        {
            // "X mendukung terorisme": words against the matter speak for what the proposition says of X.
            sign = -1;
            blames = true;
            addressee = SubjectNames(proposition);
        }

        var patients = new HashSet<string>(StringComparer.Ordinal);
        var deed = sign < 0 && !accuses && TryPatients(proposition, patients);
        if (TryJustified(proposition, patients, out var justified))
        {
            // "penangkapan X dapat dibenarkan": who speaks or acts against X is for it.
            (sign, deed) = (-1, true);
            predicates[justified] = 1;
            deeds.Add(justified);
        }

        void Add(string text, double role)
        {
            using var stream = TokenStream.Read(text, lexicon, null);
            for (var i = 0; i < stream.Tokens.Length; i++)
            {
                if (!IsContent(stream, i))
                {
                    continue;
                }

                var key = stream.Key(i).ToString();
                if (index.ContainsKey(key) || words.Count == MaxWords)
                {
                    continue;
                }

                index[key] = words.Count;
                var weight = role / Math.Pow(frequency.GetValueOrDefault(key, 1), 0.25);
                weight *= (stream.Tokens[i].Class & FunctionWord.Generic) != 0 ? GenericWeight : 1;
                var flip = IsNegated(stream, i) ? -1 : 1;
                var named = stream.Tokens[i].Capital && !stream.Tokens[i].AfterPause;
                words.Add(new IssueWord(key, weight, predicates.TryGetValue(key, out var orientation) ? orientation : flip * sign * Side(stream.Tokens[i], deed), !named && IsNominal(stream.Tokens[i]), deeds.Contains(key), patients.Contains(key), predicates.ContainsKey(key)));
            }
        }

        foreach (var term in issue.Terms)
        {
            Add(term, 1);
        }

        Add(issue.Proposition, PropositionWeight);
        Add(issue.Title, TitleWeight);
        foreach (var (key, orientation) in predicates)
        {
            foreach (var synonym in lexicon.SynonymsOf(key))
            {
                if (words.Count < MaxWords && index.TryAdd(synonym, words.Count))
                {
                    // Without weight: the passage must be about the issue by its own words.
                    words.Add(new IssueWord(synonym, 0, orientation, false, deeds.Contains(key), false, true));
                }
            }
        }

        var terms = issue.Terms
            .Select(term => CompileTerm(term, lexicon, index, words))
            .Where(term => term.Words.Length > 0)
            .Take(MaxWords)
            .ToArray();
        return new CompiledIssue(issue, [.. words], terms, sign, addressee, Names(proposition), blames, accuses || LaysBlame(proposition), accuses || IsClaim(proposition), deed);
    }

    /// <summary>A negator stands before a word, perhaps with an auxiliary between: "tidak bisa dibuka".</summary>
    private static bool IsNegated(TokenStream stream, int i)
    {
        var before = i - 1;
        while (before >= 0 && (stream.Tokens[before].Frame is { Kind: FrameKind.Duty } || (stream.Tokens[before].Class & FunctionWord.Adverb) != 0))
        {
            before--;
        }

        return before >= 0 && (stream.Tokens[before].Class & FunctionWord.Negator) != 0;
    }

    private static IssueTerm CompileTerm(string term, StanceLexicon lexicon, Dictionary<string, int> index, List<IssueWord> words)
    {
        var members = ContentKeys(term, lexicon).Distinct(StringComparer.Ordinal).Where(index.ContainsKey).Select(key => index[key]).ToArray();
        var weight = Math.Min(1.2, members.Sum(w => words[w].Weight));
        return new IssueTerm(members, members.Length + 3, weight);
    }

    /// <summary>Whether the proposition speaks for or against its matter, and its predicates with the sign the proposition gives them.</summary>
    private static int PropositionSign(TokenStream stream, out Dictionary<string, int> predicates, HashSet<string> deeds)
    {
        predicates = new Dictionary<string, int>(StringComparer.Ordinal);
        var sign = 1;
        var negated = false;
        var decided = false;
        var contrasted = false;
        var signed = false;
        var attributes = new List<string>();
        var start = MainPredicate(stream);
        for (var i = 0; i < stream.Tokens.Length; i++)
        {
            ref var token = ref stream.Tokens[i];
            if (i < start)
            {
                continue;
            }

            if ((IsVerb(token) || token.Frame is not null) && IsAttribute(stream, i) && (predicates.Count > 0 || HasMainVerb(stream, i + 1)))
            {
                // "kebijakan yang membatasi impor dijalankan", "... para tahanan yang mogok": tells which matter, not whether it is to be.
                if (IsVerb(token) && (token.Class & (FunctionWord.Stop | FunctionWord.Generic)) == 0)
                {
                    attributes.Add(stream.Key(i).ToString());
                }

                continue;
            }

            // "... tidak dapat diterima dan harus ditarik": the first predicate gives the sign, the rest are known by their own words.
            decided |= predicates.Count > 0 && (token.AfterPause || stream.Lower(i) is "dan" or "atau" || (token.Class & FunctionWord.Break) != 0);
            if (token.AfterPause && i > 0 && stream.Lower(i) is "bukan" or "tidak")
            {
                // "..., bukan sekadar dijemput": what the proposition sets itself off from.
                negated = contrasted = true;
            }

            if (token.Frame is { Kind: FrameKind.Idiom or FrameKind.Appraise })
            {
                if (token.Form != WordForm.Bare)
                {
                    predicates.TryAdd(stream.Key(i).ToString(), negated ? -1 : 1);
                    negated = false;
                }

                continue;
            }

            if ((token.Class & FunctionWord.Negator) != 0 && token.Frame is null)
            {
                negated |= i == 0 || stream.Lower(i - 1) is not "yang";
                continue;
            }

            var predicate = (token.Frame is { Kind: not (FrameKind.Duty or FrameKind.Intent or FrameKind.Evil) } && (token.Form & (WordForm.Noun | WordForm.Agent)) == 0)
                || (token.Form & (WordForm.Active | WordForm.Middle | WordForm.Passive | WordForm.Stative)) != 0;
            if (!predicate || (token.Class & (FunctionWord.Stop | FunctionWord.Generic)) != 0 || (token.Capital && i > 0))
            {
                continue;
            }

            if (decided && token.Frame is { Kind: FrameKind.Judge or FrameKind.Lack })
            {
                // "... dan menyelesaikan krisis itu": a word of blame behind the predicate only names the matter.
                continue;
            }

            if (decided && !signed && token.Frame is { Kind: FrameKind.Act or FrameKind.Stand, Sign: < 0 })
            {
                // "... harus diselidiki dan dicegah": the first predicate takes no side, the second does.
                sign = -sign;
                signed = true;
            }

            if (decided)
            {
            }
            else if (token.Frame is { Sign: not 0, Accuses: false } frame)
            {
                sign *= negated ? -frame.Sign : frame.Sign;
                signed = true;
            }
            else if (negated)
            {
                signed = true;
                sign = -sign;
            }

            predicates.TryAdd(stream.Key(i).ToString(), negated ? -1 : 1);
            for (var inside = i + 1; inside < i + token.FrameSpan && token.Frame is { Kind: FrameKind.Act or FrameKind.Demand }; inside++)
            {
                deeds.Add(stream.Key(inside).ToString());
                predicates.TryAdd(stream.Key(inside).ToString(), negated ? -1 : 1);
            }

            negated = false;
        }

        foreach (var attribute in attributes)
        {
            predicates.TryAdd(attribute, 1);
        }

        if (sign > 0 && IsRemedy(stream))
        {
            // "program X harus dievaluasi": whoever finds fault with X is for it.
            return -1;
        }

        // "... tidak bisa menjadi pelapor": what is denied is a noun.
        return negated && !contrasted && !decided && predicates.Count == 0 ? -sign : sign;
    }

    /// <summary>The first verb behind a word of duty is one of looking into or mending.</summary>
    private static bool IsRemedy(TokenStream stream)
    {
        var duty = false;
        for (var i = 0; i < stream.Tokens.Length; i++)
        {
            if (!duty && IsVerb(stream.Tokens[i]) && !IsAttribute(stream, i))
            {
                // "X dievaluasi", without a word of duty: to look again is to find fault; to settle or to lessen something is not.
                return stream.Lower(i) is "mengevaluasi" or "dievaluasi" or "meninjau" or "ditinjau" or "merevisi" or "direvisi" or "mengkaji" or "dikaji";
            }

            if (duty && IsVerb(stream.Tokens[i]))
            {
                return (stream.Tokens[i].Class & FunctionWord.Remedy) != 0;
            }

            duty |= stream.Tokens[i].Frame is { Kind: FrameKind.Duty };
        }

        return false;
    }

    /// <summary>A verb behind "yang" or "untuk".</summary>
    private static bool IsAttribute(TokenStream stream, int i) => i > 0 && stream.Lower(i - 1) is "yang" or "untuk";

    /// <summary>A verb follows that is neither an attribute nor subordinate.</summary>
    private static bool HasMainVerb(TokenStream stream, int from)
    {
        for (var i = from; i < stream.Tokens.Length; i++)
        {
            if ((stream.Tokens[i].Class & (FunctionWord.Break | FunctionWord.Hedge)) != 0 || stream.Lower(i) is "dengan")
            {
                return false;
            }

            if (IsVerb(stream.Tokens[i]) && !IsAttribute(stream, i) && stream.Lower(i - 1) is not ("dan" or "atau" or "serta"))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> ContentKeys(string text, StanceLexicon lexicon)
    {
        using var stream = TokenStream.Read(text, lexicon, null);
        for (var i = 0; i < stream.Tokens.Length; i++)
        {
            if (IsContent(stream, i))
            {
                yield return stream.Key(i).ToString();
            }
        }
    }

    /// <summary>Where the predicate of a proposition begins: at "harus", "perlu", "layak" and the like, else behind the subject; a relative clause of the subject is passed over.</summary>
    private static int MainPredicate(TokenStream stream)
    {
        var subject = true;
        for (var i = 1; i < stream.Tokens.Length; i++)
        {
            if (stream.Lower(i) is "yang")
            {
                subject = false;
            }
            else if (subject && (stream.Tokens[i].Form & (WordForm.Middle | WordForm.Active)) != 0 && !stream.Tokens[i].Capital && (stream.Tokens[i].Class & FunctionWord.Root) == 0)
            {
                // "X bertanggung jawab atas ... dan patut dikucilkan": what ought to be is the second predicate.
                return BehindAttribute(stream);
            }

            if (stream.Tokens[i].Frame is { Kind: FrameKind.Duty })
            {
                var negated = (stream.Tokens[i - 1].Class & FunctionWord.Negator) != 0;
                return negated ? i - 1 : i;
            }
        }

        return 0;
    }

    /// <summary>
    /// "aksi menolak X diteruskan", "langkah membatasi Y adalah ...": an active verb right behind a noun of doing tells which, and the passive verb or copula behind it is the predicate; 0 when it is not so.
    /// </summary>
    private static int BehindAttribute(TokenStream stream)
    {
        if (stream.Tokens.Length == 0 || !((stream.Tokens[0].Class & FunctionWord.Anaphor) != 0 || stream.Tokens[0].Form == WordForm.Noun))
        {
            return 0;
        }

        var active = -1;
        for (var i = 1; i < stream.Tokens.Length; i++)
        {
            ref var token = ref stream.Tokens[i];
            if ((token.AfterPause && active >= 0) || (token.Class & (FunctionWord.Break | FunctionWord.Hedge | FunctionWord.Negator)) != 0 || stream.Lower(i) is "yang" or "untuk" or "agar" or "supaya" or "dengan")
            {
                return 0;
            }

            if (active < 0)
            {
                active = IsVerb(token) && token.Form == WordForm.Active ? i : -1;
                if (active < 0 && IsVerb(token))
                {
                    return 0;
                }
            }
            else if (stream.Lower(i) is "adalah" or "merupakan" || (token is { Form: WordForm.Passive, Capital: false } && stream.Lower(i - 1) is not ("dan" or "atau" or "serta")))
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>The name before "harus", "wajib", "seharusnya" or a word of blame, when nothing but names stands there.</summary>
    private static string[] Addressee(TokenStream stream, out bool blames)
    {
        blames = false;
        var keys = new List<string>();
        for (var i = 0; i < stream.Tokens.Length; i++)
        {
            if (stream.Tokens[i].Frame is { Kind: FrameKind.Duty } duty)
            {
                return duty.Phrase is "harus" or "wajib" or "seharusnya" or "perlu" or "patut" ? [.. keys] : [];
            }

            if (stream.Tokens[i].Frame is { Kind: FrameKind.Judge, Sign: < 0 })
            {
                // "X bersalah atas ...", "X bertanggung jawab atas ...": it is X who is blamed.
                blames = true;
                return [.. keys];
            }

            if (!stream.Tokens[i].Capital)
            {
                return [];
            }

            keys.Add(stream.Key(i).ToString());
        }

        return [];
    }

    /// <summary>Names of the proposition, word by word; its first word only when it is written in capitals, since every sentence begins with one.</summary>
    private static string[][] Names(TokenStream stream)
    {
        var names = new List<string[]>();
        var name = new List<string>();
        for (var i = 0; i <= stream.Tokens.Length; i++)
        {
            if (i < stream.Tokens.Length && IsName(stream, i) && (name.Count == 0 || !stream.Tokens[i].AfterPause))
            {
                name.Add(stream.Word(i));
                continue;
            }

            if (name.Count > 0)
            {
                names.Add([.. name]);
                name.Clear();
            }
        }

        return [.. names];
    }

    /// <summary>"X mendukung terorisme", "X memerintah secara otoriter": lays something bad to somebody without saying what ought to be done. To fight or settle a bad thing is none.</summary>
    private static bool Accuses(TokenStream stream)
    {
        foreach (ref readonly var token in stream.Tokens)
        {
            if (token.Frame is { Kind: FrameKind.Duty })
            {
                return false;
            }
        }

        var predicate = -1;
        for (var i = 0; i < stream.Tokens.Length; i++)
        {
            ref readonly var token = ref stream.Tokens[i];
            if (((token.Class & FunctionWord.Negator) != 0 && token.Frame is null) || (token.AfterPause && i > 0) || stream.Lower(i) is "yang" || (token.Class & FunctionWord.Break) != 0)
            {
                return false;
            }

            if (stream.Lower(i) is "adalah" or "merupakan")
            {
                predicate = i;
            }
            else if (predicate < 0 && IsVerb(token))
            {
                if (token.Form == WordForm.Passive || token.Frame is { Kind: FrameKind.Act or FrameKind.Stand or FrameKind.Demand, Sign: < 0 })
                {
                    return false;
                }

                predicate = i;
            }

            if (predicate >= 0 && !token.InsideFrame && token.Frame is { Kind: FrameKind.Judge or FrameKind.Evil, Sign: < 0 } && (token.Class & (FunctionWord.Stop | FunctionWord.Measure)) == 0)
            {
                return predicate > 0;
            }
        }

        return false;
    }

    /// <summary>What a proposition without a word of duty says that something is done to: behind an active verb, before a passive one. False where it is no such proposition.</summary>
    private static bool TryPatients(TokenStream stream, HashSet<string> patients)
    {
        var verb = -1;
        for (var i = 0; i < stream.Tokens.Length; i++)
        {
            ref readonly var token = ref stream.Tokens[i];
            if (token.Frame is { Kind: FrameKind.Duty or FrameKind.Judge or FrameKind.Evil } || (token.Class & FunctionWord.Negator) != 0)
            {
                return false;
            }

            if (verb < 0 && IsVerb(token) && !IsAttribute(stream, i))
            {
                verb = i;
            }
        }

        if (verb < 0)
        {
            return false;
        }

        var passive = stream.Tokens[verb].Form == WordForm.Passive;
        for (var i = passive ? 0 : verb + stream.Tokens[verb].FrameSpan + (stream.Tokens[verb].Frame is null ? 1 : 0); i < (passive ? verb : stream.Tokens.Length); i++)
        {
            if (IsContent(stream, i))
            {
                patients.Add(stream.Key(i).ToString());
            }
        }

        return true;
    }

    /// <summary>A proposition that approves of a hostile deed: "kritik terhadap X dapat dibenarkan". What it is done to stands behind "terhadap", else is the name behind the noun.</summary>
    private static bool TryJustified(TokenStream stream, HashSet<string> patients, out string deed)
    {
        deed = stream.Tokens.Length == 0 ? "" : stream.Key(0).ToString();
        if (stream.Tokens.Length < 3 || !(stream.Tokens[0].Frame is { Sign: < 0, Kind: FrameKind.Act or FrameKind.Stand } || (stream.Tokens[0].Class & FunctionWord.Measure) != 0) || (stream.Tokens[0].Form & WordForm.Active) != 0)
        {
            return false;
        }

        var approves = 0;
        var toward = 0;
        for (var i = 1; i < stream.Tokens.Length && approves == 0; i++)
        {
            if ((stream.Tokens[i].Class & FunctionWord.Negator) != 0)
            {
                return false;
            }

            toward = stream.Lower(i) is "terhadap" ? i : toward;
            if (stream.Lower(i) is "dibenarkan" or "diterima" or "dimaklumi" || stream.Tokens[i].Frame is { Kind: FrameKind.Judge, Sign: > 0 })
            {
                approves = i;
            }
        }

        for (var i = toward + 1; i < approves; i++)
        {
            if (IsContent(stream, i) && (stream.Tokens[i].Capital || (toward > 0 && i == toward + 1)))
            {
                patients.Add(stream.Key(i).ToString());
            }
        }

        return approves > 0 && patients.Count > 0;
    }

    private static bool IsVerb(Token token) =>
        token.Form is WordForm.Active or WordForm.Middle or WordForm.Passive && !token.Capital && (token.Class & (FunctionWord.Stop | FunctionWord.Root)) == 0;

    /// <summary>Names before the predicate.</summary>
    private static string[] SubjectNames(TokenStream stream)
    {
        var keys = new List<string>();
        for (var i = 0; i < stream.Tokens.Length; i++)
        {
            if (!stream.Tokens[i].Capital)
            {
                if (keys.Count > 0 || (stream.Tokens[i].Form & (WordForm.Active | WordForm.Middle | WordForm.Passive)) != 0)
                {
                    break;
                }
            }
            else if (i > 0 || (stream.Tokens[0].Class == FunctionWord.None && (stream.Tokens[0].Form & (WordForm.Noun | WordForm.Agent)) == 0))
            {
                keys.Add(stream.Key(i).ToString());
            }
        }

        return [.. keys];
    }

    /// <summary>Says that something is so or has been done: "telah", "masih", "pernah", "benar-benar" without a word of duty.</summary>
    private static bool IsClaim(TokenStream stream)
    {
        var marked = false;
        for (var i = 0; i < stream.Tokens.Length; i++)
        {
            if (stream.Tokens[i].Frame is { Kind: FrameKind.Duty })
            {
                return false;
            }

            marked |= stream.Lower(i) is "telah" or "sudah" or "pernah" or "sempat" or "masih" or "benar" or "terbukti" or "diduga" or "merupakan" or "adalah" or "hanyalah" or "bermotif" or "bermotivasi";
        }

        return marked;
    }

    private static bool LaysBlame(TokenStream stream)
    {
        foreach (ref readonly var token in stream.Tokens)
        {
            if (token.Frame is { Kind: FrameKind.Duty or FrameKind.Judge } first)
            {
                return first is { Kind: FrameKind.Judge, Sign: < 0 };
            }
        }

        return false;
    }

    private static bool IsName(TokenStream stream, int i) =>
        IsContent(stream, i) && stream.Tokens[i].Capital && (i > 0 || stream.Word(i).Length > 1 && stream.Word(i).All(letter => !char.IsLower(letter)));

    /// <summary>A noun made from a verb that is itself the matter; "keputusan" or "tuntutan" only frame one.</summary>
    private static bool IsNominal(Token token) =>
        token.Form == WordForm.Noun && (token.Class & FunctionWord.Anaphor) == 0 && token.Frame is not { Kind: FrameKind.Demand or FrameKind.Intent };

    /// <summary>
    /// What a polar word of a term says; nothing where the proposition tells of a deed against something: "menolak" and "terburu-buru" may be what the deed meets with as well as what moves it.
    /// </summary>
    private static int Side(Token token, bool deed) =>
        token.Frame is { Kind: FrameKind.Stand or FrameKind.Act or FrameKind.Deny or FrameKind.Judge } frame && !(deed && frame.Kind is FrameKind.Stand or FrameKind.Judge) && (token.Form & (WordForm.Noun | WordForm.Agent)) == 0 ? frame.Sign : 0;

    private static bool IsContent(TokenStream stream, int i) => (stream.Tokens[i].Class & FunctionWord.Stop) == 0;
}
