using System.Collections.Frozen;
using Sikap.Nlp.Languages;
using Sikap.Nlp.Names;

namespace Sikap.Nlp.Lexicons;

/// <summary>An actor of the knowledge base.</summary>
/// <param name="Name">Usual name.</param>
/// <param name="Type">Country or organisation.</param>
/// <param name="Represents">ISO code or organisation it speaks for.</param>
internal sealed record KnownActor(string Name, ActorType Type, string? Represents)
{
    /// <summary>A news agency or outlet, which is a credit and not a speaker where it is only the way the news came.</summary>
    public bool Outlet { get; init; }

    /// <summary>Comes from a user and not from the tables.</summary>
    public bool Added { get; init; }
}

/// <summary>An actor under one of its names.</summary>
internal sealed record ActorName(KnownActor Actor, MentionForm Form, bool ExactCase);

/// <summary>How a title stands to the person who bears it.</summary>
internal enum TitleKind { Office, Company, Place, Relation, Member, Rank, Honorific }

/// <summary>A head of titles.</summary>
internal sealed record TitleHead(string Form, TitleKind Kind, string? Represents, bool ExactCase);

/// <summary>What a sequence of words stands for in the tables.</summary>
internal sealed class PhraseNode
{
    public ActorName? Actor { get; set; }
    public TitleHead? Title { get; set; }
    public WordClass Noun { get; set; }
    public bool Place { get; set; }
    public Office? Office { get; set; }

    /// <summary>Name of the province.</summary>
    public string? Province { get; set; }

    public PhraseNode Copy() => (PhraseNode)MemberwiseClone();
}

/// <summary>All tables of one language, ready to look up. Immutable once built; safe for any number of threads.</summary>
internal sealed class Lexicon
{
    // Internet suffixes of outlets, so that "portal.com" stays one word where blanks after full stops are missing.
    private static readonly string[] DomainSuffixes = ["com", "co", "id", "net", "org", "go", "ac", "tv", "news", "info", "au", "uk", "my", "sg", "jp"];

    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _words;
    private readonly WordClass[] _classes;
    private readonly FrozenDictionary<long, int> _edges;
    private readonly PhraseNode?[] _nodes;
    private readonly FrozenDictionary<int, CalendarWord> _calendar;
    private readonly FrozenDictionary<int, ReportKind> _reports;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _suffixes;
    private Lexicon? _tables;
    private AddedActors? _added;

    private Lexicon(Builder builder)
    {
        Language = builder.Language;
        Names = NameModel.Of(builder.Language);
        Signs = new(builder.Words, LanguageModel.Shipped);
        _words = builder.Words.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _classes = [.. builder.Classes];
        _edges = builder.Edges.ToFrozenDictionary();
        _nodes = [.. builder.Nodes];
        _calendar = builder.Calendar.ToFrozenDictionary();
        _reports = builder.Reports.ToFrozenDictionary();
        _suffixes = DomainSuffixes.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        Boilerplate = new(builder.Boilerplate);
        Countries = builder.Countries.ToFrozenDictionary(StringComparer.Ordinal);
        Holders = builder.Holders;
        Owners = builder.Owners;
        Domestic = builder.Domestic.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>ISO 639-1 code.</summary>
    public string Language { get; }

    /// <summary>Model of names the tables do not know.</summary>
    public NameModel Names { get; }

    /// <summary>What its words say about the language of a text.</summary>
    public LanguageSigns Signs { get; }

    /// <summary>How lines outside the story are known.</summary>
    public BoilerplateTable Boilerplate { get; }

    /// <summary>Countries by alpha-3 code.</summary>
    public FrozenDictionary<string, KnownActor> Countries { get; }

    /// <summary>Known persons and the offices they held.</summary>
    public Officeholders Holders { get; private set; }

    /// <summary>Whose an office can be: countries by code, organisations and provinces by name, as they are written in a role, with whom the office speaks for.</summary>
    public IReadOnlyDictionary<string, (string Written, string Represents)> Owners { get; }

    /// <summary>For whom the holders of an owner's offices speak.</summary>
    public string Represents(string owner) => Owners.TryGetValue(owner, out var known) ? known.Represents : owner;

    /// <summary>Bodies and provinces of the country the language is of; an article that names one is about that country.</summary>
    public FrozenSet<string> Domestic { get; }

    public int WordCount => _classes.Length;

    public int NodeCount => _nodes.Length;

    /// <summary>Number of a lower-cased form; -1 when no table has it.</summary>
    public int WordOf(ReadOnlySpan<char> lower) => _words.TryGetValue(lower, out var id) || _added?.Word(lower, out id) == true ? id : -1;

    /// <summary>Classes of a form.</summary>
    public WordClass ClassOf(int word) => word < 0 ? WordClass.None : _added is not null && _added.Class(word, out var added) ? added : word < _classes.Length ? _classes[word] : WordClass.None;

    /// <summary>Month (1 to 12) or weekday (1 to 7, from Monday) of a calendar word; 0 for others.</summary>
    public int CalendarNumber(int word) => _calendar.GetValueOrDefault(word).Number;

    /// <summary>What a word says about how a report came; <see cref="ReportKind.None"/> for others.</summary>
    public ReportKind ReportOf(int word) => _reports.GetValueOrDefault(word);

    /// <summary>What a calendar word is, with its number; <see cref="CalendarKind.None"/> for others.</summary>
    public CalendarWord CalendarWord(int word) => _calendar.GetValueOrDefault(word);

    public bool IsDomainSuffix(ReadOnlySpan<char> letters) => _suffixes.Contains(letters);

    /// <summary>The node one word further; -1 when no phrase goes on so.</summary>
    public int Step(int node, int word)
    {
        var edge = ((long)node << 32) | (uint)word;
        return word < 0 ? -1 : _edges.TryGetValue(edge, out var next) || _added?.Step(edge, out next) == true ? next : -1;
    }

    /// <summary>What the phrase that ends at a node stands for; null when none ends there.</summary>
    public PhraseNode? At(int node) => _added?.At(node) ?? (node < _nodes.Length ? _nodes[node] : null);

    /// <summary>A short name in capitals ("AS", "PAN"), which is a common word in any other case.</summary>
    public static bool IsAcronym(string name) => name.Length <= 5 && name.All(c => !char.IsLetter(c) || char.IsUpper(c)) && name.Count(char.IsLetter) >= 2;

    /// <summary>Loads the tables of a language.</summary>
    /// <exception cref="InvalidOperationException">A table is missing or has a bad line.</exception>
    public static Lexicon Load(string language)
    {
        var builder = new Builder(language);
        builder.Read();
        return new(builder);
    }

    /// <summary>The tables with further actors that go before theirs, instead of those this lexicon was given before.</summary>
    public Lexicon With(IReadOnlyList<ActorEntry> actors)
    {
        var tables = _tables ?? this;
        if (actors.Count == 0)
        {
            return tables;
        }

        var result = (Lexicon)tables.MemberwiseClone();
        result._tables = tables;
        result._added = new(tables, actors);
        result.Holders = result._added.Holders;
        return result;
    }

    private sealed class Builder(string language)
    {
        public string Language { get; } = language;
        public Dictionary<string, int> Words { get; } = new(StringComparer.Ordinal);
        public List<WordClass> Classes { get; } = [];
        public Dictionary<long, int> Edges { get; } = [];
        public List<PhraseNode?> Nodes { get; } = [new PhraseNode()];
        public Dictionary<int, CalendarWord> Calendar { get; } = [];
        public Dictionary<int, ReportKind> Reports { get; } = [];
        public List<(string, string)> Boilerplate { get; } = [];
        public Dictionary<string, KnownActor> Countries { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, (string Written, string Represents)> Owners { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Domestic { get; } = new(StringComparer.Ordinal);
        public Officeholders Holders { get; private set; } = null!;

        public void Read()
        {
            foreach (var line in Table("common-words.tsv", 1))
            {
                Word(line.Fields[0], WordClass.Common);
            }

            foreach (var line in Table("office-words.tsv", 1))
            {
                Word(line.Fields[0], WordClass.Common);
            }

            foreach (var line in Table("cues.tsv", 3))
            {
                ReadCue(line);
            }

            foreach (var line in Table("grammar.tsv", 3))
            {
                ReadGrammar(line);
            }

            foreach (var line in Table("nouns.tsv", 2))
            {
                if (line.Fields[1] == "landform")
                {
                    Word(line.Fields[0], WordClass.Landform | WordClass.Common);
                    continue;
                }

                var noun = line.Fields[1] switch
                {
                    "group" => WordClass.Group,
                    "document" => WordClass.Document,
                    "org" => WordClass.OrgHead,
                    "leader" => WordClass.Leader,
                    "body" => WordClass.Body,
                    var other => throw line.Fault($"unknown noun class {other}"),
                };
                Phrase(line.Fields[0]).Noun |= noun;
            }

            foreach (var line in Table("calendar.tsv", 3))
            {
                var kind = Enum.TryParse<CalendarKind>(line.Fields[1], ignoreCase: true, out var known) && known != CalendarKind.None && !char.IsAsciiDigit(line.Fields[1][0])
                    ? known
                    : throw line.Fault($"unknown calendar class {line.Fields[1]}");
                var word = Word(line.Fields[0], kind switch
                {
                    CalendarKind.Month => WordClass.Month,
                    CalendarKind.Weekday => WordClass.Weekday,
                    _ => WordClass.Calendar,
                });
                var number = int.TryParse(line.Fields[2], out var value) && value is >= -1 and <= 12 ? value : throw line.Fault("a number from -1 to 12 is expected");
                Calendar[word] = new(kind, number);
            }

            foreach (var line in Table("report-words.tsv", 2))
            {
                Reports[Word(line.Fields[0], WordClass.Report)] = Enum.TryParse<ReportKind>(line.Fields[1], ignoreCase: true, out var report) && report != ReportKind.None && !char.IsAsciiDigit(line.Fields[1][0])
                    ? report
                    : throw line.Fault($"unknown kind {line.Fields[1]}");
            }

            foreach (var line in Table("abbreviations.tsv", 1))
            {
                Word(line.Fields[0], WordClass.Abbreviation);
            }

            foreach (var line in Table("given-names.tsv", 1))
            {
                Word(line.Fields[0], WordClass.GivenName);
            }

            foreach (var line in Table("places.tsv", 1))
            {
                Phrase(line.Fields[0]).Place = true;
            }

            foreach (var line in Table("titles.tsv", 3))
            {
                var kind = line.Fields[1] switch
                {
                    "office" => TitleKind.Office,
                    "company" => TitleKind.Company,
                    "place" => TitleKind.Place,
                    "relation" => TitleKind.Relation,
                    "member" => TitleKind.Member,
                    "rank" => TitleKind.Rank,
                    "honorific" => TitleKind.Honorific,
                    var other => throw line.Fault($"unknown title kind {other}"),
                };
                Phrase(line.Fields[0]).Title = new(line.Fields[0], kind, line.Fields[2] == "-" ? null : line.Fields[2], IsAcronym(line.Fields[0]));
            }

            ReadActors();
            ReadHolders();
            foreach (var line in Table("boilerplate.tsv", 2))
            {
                Boilerplate.Add((line.Fields[0], line.Fields[1]));
            }

        }

        private void ReadActors()
        {
            foreach (var line in Table("outlets.tsv", 3))
            {
                var actor = new KnownActor(line.Fields[0], ActorType.Organization, null) { Outlet = true };
                Name(line, line.Fields[0], actor, MentionForm.Name);
                foreach (var other in line.List(1))
                {
                    Name(line, other, actor, MentionForm.Alias);
                }
            }

            var organizations = new Dictionary<string, KnownActor>(StringComparer.Ordinal);
            foreach (var line in Table("organizations.tsv", 3))
            {
                var actor = new KnownActor(line.Fields[0], ActorType.Organization, line.Fields[2] == "-" ? line.Fields[0] : line.Fields[2]);
                organizations[actor.Name] = actor;
                Owners[actor.Name] = (actor.Name, actor.Represents!);
                Name(line, line.Fields[0], actor, MentionForm.Name);
                foreach (var other in line.List(1))
                {
                    Name(line, other, actor, MentionForm.Alias);
                }
            }

            foreach (var line in Table("metonyms.tsv", 2))
            {
                Name(line, line.Fields[0], organizations.TryGetValue(line.Fields[1], out var actor) ? actor : throw line.Fault($"no organisation is called {line.Fields[1]}"), MentionForm.Metonym);
            }

            foreach (var line in Table("countries.tsv", 4))
            {
                if (line.Fields[0].Length != 3)
                {
                    throw line.Fault("an ISO 3166-1 alpha-3 code is expected first");
                }

                var actor = new KnownActor(line.Fields[1], ActorType.Country, line.Fields[0]);
                Countries[line.Fields[0]] = actor;
                Owners[line.Fields[0]] = (actor.Name, line.Fields[0]);
                Name(line, line.Fields[1], actor, MentionForm.Name);
                foreach (var other in line.List(2))
                {
                    Name(line, other, actor, MentionForm.Alias);
                }

                foreach (var other in line.List(3))
                {
                    Name(line, other, actor, MentionForm.Metonym);
                }
            }
        }

        private void ReadHolders()
        {
            var offices = new Dictionary<string, Office>(StringComparer.Ordinal);
            foreach (var line in Table("offices.tsv", 4))
            {
                var office = new Office(line.Fields[0], line.Fields[2] != "several", line.Fields[2] == "state", line.Fields[3] == "-" ? null : line.Fields[3]);
                if (line.Fields[2] is not ("state" or "one" or "several") || (office.Of is { } of && !Owners.ContainsKey(of)) || !offices.TryAdd(office.Name, office))
                {
                    throw line.Fault("state, one or several is expected third, a known country or organisation or - last, and each office once");
                }

                foreach (var name in line.List(1).Prepend(office.Name))
                {
                    var node = Phrase(name.Replace(",", "", StringComparison.Ordinal));
                    node.Office = node.Office is null ? office : throw line.Fault($"{name} is {node.Office.Name} already");
                }
            }

            foreach (var line in Table("provinces.tsv", 2))
            {
                Owners[line.Fields[0]] = (line.Fields[0], $"Pemerintah Provinsi {line.Fields[0]}");
                foreach (var name in line.List(1).Prepend(line.Fields[0]))
                {
                    var node = Phrase(name);
                    (node.Province, node.Place) = (line.Fields[0], true);
                }
            }

            var holders = new HolderTable(offices, Owners);
            // In this order: whoever holds two offices speaks for the first.
            foreach (var table in (string[])["holders-indonesia.tsv", "holders-states.tsv", "holders-organizations.tsv", "holders-provinces.tsv", "holders-parties.tsv"])
            {
                foreach (var line in Table(table, 6))
                {
                    var of = holders.Read(line);
                    if (table is "holders-indonesia.tsv" or "holders-provinces.tsv" or "holders-parties.tsv")
                    {
                        Domestic.Add(of);
                    }
                }
            }

            Holders = new(holders.Persons, holders.Names);
        }

        private void Name(LexiconLine line, string name, KnownActor actor, MentionForm form)
        {
            var node = Phrase(name);
            if (node.Actor is { } taken && taken.Actor.Name != actor.Name && form != MentionForm.Metonym && !taken.Actor.Outlet)
            {
                throw line.Fault($"{name} already stands for {taken.Actor.Name}");
            }

            if (node.Actor is null || node.Actor.Actor.Outlet)
            {
                node.Actor = new(actor, form, IsAcronym(name));
            }
        }

        private void ReadCue(LexiconLine line)
        {
            var form = line.Fields[0];
            var kind = line.Fields[1] switch
            {
                "bare" => WordClass.CueBare,
                "say" => WordClass.CueSay,
                "claim" => WordClass.CueClaim,
                "think" => WordClass.CueThink,
                "ask" => WordClass.CueAsk,
                "passive" => WordClass.CuePassive,
                "describe" => WordClass.CueDescribe,
                "according" => WordClass.CueAccording,
                "own" => WordClass.CueNya,
                "view" => WordClass.CueView,
                "askthat" => WordClass.CueAsk | WordClass.NeedsThat,
                "nominal" => WordClass.CueAsk | WordClass.Nominal,
                "admit" => WordClass.CueClaim | WordClass.Nominal,
                "promise" => WordClass.CueAsk | WordClass.Promise,
                "deny" => WordClass.CueClaim | WordClass.Deny,
                "judged" => WordClass.CuePassive | WordClass.Judged,
                "stem" => WordClass.CueStem,
                "viewpoint" => WordClass.Viewpoint,
                "position" => WordClass.Position,
                "claimthat" => WordClass.CueClaim | WordClass.NeedsThat,
                "thinkthat" => WordClass.CueThink | WordClass.NeedsThat,
                "things" => WordClass.Things,
                "none" => WordClass.None,
                var other => throw line.Fault($"unknown cue class {other}"),
            };
            Word(form, kind | WordClass.Common);
            if (kind == WordClass.CueBare)
            {
                Word(form + "nya", WordClass.CueNya | WordClass.Common);
                // Slips of the keyboard that stand for nothing else: "ujarya", "terangnnya".
                Word(form + "ya", WordClass.CueNya | WordClass.Common);
                Word(form + "nnya", WordClass.CueNya | WordClass.Common);
            }

            // "menganggapnya sebagai ...", "mendesaknya agar ...": with its object attached.
            if ((kind & (WordClass.CueThink | WordClass.CueDescribe | WordClass.CueAsk)) != 0 && (kind & WordClass.NeedsThat) == 0 && form.StartsWith("me", StringComparison.Ordinal) && !form.EndsWith("nya", StringComparison.Ordinal))
            {
                Word(form + "nya", kind | WordClass.Common);
            }

            // "disampaikan" gives "disampaikannya" and "(ia) sampaikan".
            if ((kind & WordClass.CuePassive) != 0)
            {
                Word(form + "nya", WordClass.CueNya | WordClass.CuePassive | WordClass.Common);
                Word(form[2..], WordClass.CueStem | WordClass.Common);
            }
        }

        private void ReadGrammar(LexiconLine line)
        {
            var kind = line.Fields[1] switch
            {
                "adv" => WordClass.Adverb,
                "neg" => WordClass.Auxiliary | WordClass.Negation,
                "future" => WordClass.Auxiliary | WordClass.Future,
                "degree" => WordClass.Degree,
                "attitude" => WordClass.Attitude,
                "opinion" => WordClass.Attitude | WordClass.Opinion,
                "object" => WordClass.BareObject,
                "opener" => WordClass.Opener,
                "utterance" => WordClass.Utterance,
                "contact" => WordClass.Contact,
                "carrier" => WordClass.Carrier,
                "channel" => WordClass.Channel,
                "verb" => WordClass.BareVerb,
                "adj" => WordClass.Adjective,
                "irrealis" => WordClass.Irrealis | WordClass.Subordinator,
                "aux" => WordClass.Auxiliary,
                "prep" => WordClass.Preposition,
                "sub" => WordClass.Subordinator,
                "conj" => WordClass.Conjunction,
                "bahwa" => WordClass.Bahwa,
                "yang" => WordClass.Yang,
                "det" => WordClass.Determiner,
                "pron3" => WordClass.Pronoun3,
                "pron3pl" => WordClass.Pronoun3Plural,
                "pron1" => WordClass.Pronoun1,
                "pron2" => WordClass.Pronoun2,
                "plural" => WordClass.Plural,
                "one" => WordClass.One,
                var other => throw line.Fault($"unknown class {other}"),
            };
            if (!line.Fields[0].Contains(' ', StringComparison.Ordinal))
            {
                Word(line.Fields[0], kind | WordClass.Common);
                if ((kind & WordClass.Attitude) != 0)
                {
                    Word(line.Fields[0] + "nya", kind | WordClass.Common);
                }
            }
        }

        private List<LexiconLine> Table(string name, int fields) => LexiconTable.Load($"{Language}/{name}", fields);

        private int Word(string form, WordClass kind)
        {
            var lower = form.ToLowerInvariant();
            if (!Words.TryGetValue(lower, out var id))
            {
                id = Classes.Count;
                Words.Add(lower, id);
                Classes.Add(WordClass.None);
            }

            Classes[id] |= kind;
            return id;
        }

        private PhraseNode Phrase(string phrase)
        {
            var node = 0;
            foreach (var part in phrase.Split(' '))
            {
                var key = ((long)node << 32) | (uint)Word(part, WordClass.None);
                if (!Edges.TryGetValue(key, out var next))
                {
                    next = Nodes.Count;
                    Nodes.Add(null);
                    Edges.Add(key, next);
                    Classes[(int)(uint)key] |= node == 0 ? WordClass.OpensPhrase : WordClass.None;
                }

                node = next;
            }

            return Nodes[node] ??= new();
        }
    }
}
