using System.Collections.Frozen;
using Sikap.Nlp.Lexicons;

namespace Sikap.Nlp.Stances;

/// <summary>What a frame word or phrase does; the file <c>stance-frames.tsv</c> explains each.</summary>
internal enum FrameKind { Stand, Demand, Act, Claim, Deny, Judge, Duty, Intent, Instead, Warn, Lack, Evil, Appraise, Open, Idiom }

/// <summary>What a function word does; the file <c>stance-words.tsv</c> explains each.</summary>
[Flags]
internal enum FunctionWord
{
    None = 0,
    Negator = 1,
    Hedge = 2,
    Break = 4,
    Reporter = 8,
    Anaphor = 16,
    Demonstrative = 32,
    Preposition = 64,
    Agent = 128,
    Self = 256,
    Stop = 512,
    Generic = 1024,
    Light = 2048,
    Cause = 4096,
    Root = 8192,
    Adverb = 16384,
    Crowd = 32768,
    Vague = 65536,
    Measure = 131072,
    Remedy = 262144,
    Impersonal = 524288,
    Aware = 1048576,
    Convey = 2097152,
}

/// <summary>A word or phrase that shows a position.</summary>
/// <param name="Phrase">As written in the table; shown in explanations.</param>
/// <param name="Words">Its words: keys, or written forms when <paramref name="Exact"/>.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Sign">1 for, -1 against, 0 neither.</param>
/// <param name="Forms">Forms in which the first word counts.</param>
/// <param name="Exact">The words are compared as written.</param>
internal sealed record Frame(string Phrase, string[] Words, FrameKind Kind, int Sign, WordForm Forms, bool Exact)
{
    private readonly string _suffix = Suffix(Phrase);
    /// <summary>Says that something is not so (keliru, hoaks): denies a claim, and finds fault with anything else.</summary>
    public bool Untrue { get; init; }

    /// <summary>Lays something bad to somebody (menuduh): against what is spoken of, but for a proposition that says just that.</summary>
    public bool Accuses { get; init; }

    private readonly bool _causative = Phrase.StartsWith("per", StringComparison.Ordinal);

    /// <summary>
    /// Whether a word with the right key is built like the entry: "tingkatkan" stands for meningkatkan, not for meningkat; "perkuat" for memperkuat, not for menguat.
    /// </summary>
    public bool IsBuiltLike(ReadOnlySpan<char> word) =>
        Exact || Words.Length > 1 || Forms == WordForm.Any
        || ((_suffix.Length == 0 || word.EndsWith(_suffix)) && (!_causative || word.StartsWith("memper") || word.StartsWith("memer") || word.StartsWith("diper") || word.StartsWith("per")));

    private static string Suffix(string phrase) =>
        phrase.EndsWith("kan", StringComparison.Ordinal) ? "kan" : phrase.EndsWith('i') ? "i" : "";
}

/// <summary>The tables that stance classification works from. Immutable and thread-safe.</summary>
internal sealed class StanceLexicon
{
    private const string FramesTable = "id/stance-frames.tsv";
    private const string WordsTable = "id/stance-words.tsv";
    private const string SynonymsTable = "id/stance-synonyms.tsv";

    private readonly FrozenDictionary<string, Frame[]>.AlternateLookup<ReadOnlySpan<char>> _formLookup;
    private readonly FrozenDictionary<string, Frame[]>.AlternateLookup<ReadOnlySpan<char>> _keyLookup;
    private readonly FrozenDictionary<string, FunctionWord>.AlternateLookup<ReadOnlySpan<char>> _wordLookup;

    private readonly Dictionary<string, string[]> _synonyms;

    private StanceLexicon(IEnumerable<Frame> frames, Dictionary<string, FunctionWord> words, Dictionary<string, string[]> synonyms)
    {
        _synonyms = synonyms;
        // Longest phrase first, so that "tidak setuju" is seen before "setuju".
        static FrozenDictionary<string, Frame[]> Index(IEnumerable<Frame> frames) =>
            frames.GroupBy(f => f.Words[0], StringComparer.Ordinal)
                .ToFrozenDictionary(g => g.Key, g => g.OrderByDescending(f => f.Words.Length).ToArray(), StringComparer.Ordinal);

        var all = frames.ToList();
        _formLookup = Index(all.Where(f => f.Exact)).GetAlternateLookup<ReadOnlySpan<char>>();
        _keyLookup = Index(all.Where(f => !f.Exact)).GetAlternateLookup<ReadOnlySpan<char>>();
        _wordLookup = words.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        Frames = all;
    }

    /// <summary>All frames, in the order of the table.</summary>
    public IReadOnlyList<Frame> Frames { get; }

    /// <summary>Reads the tables built into the assembly.</summary>
    /// <exception cref="InvalidOperationException">A line is bad; the message names table and line.</exception>
    public static StanceLexicon Load() => new(ReadFrames(LexiconTable.Load(FramesTable, 4)), ReadWords(LexiconTable.Load(WordsTable, 2)), ReadSynonyms(LexiconTable.Load(SynonymsTable, 1)));

    /// <summary>Reads tables from text.</summary>
    /// <exception cref="InvalidOperationException">A line is bad; the message names table and line.</exception>
    public static StanceLexicon Parse(string frames, string words) =>
        new(ReadFrames(LexiconTable.Parse(FramesTable, frames, 4)), ReadWords(LexiconTable.Parse(WordsTable, words, 2)), []);

    /// <summary>Class of a lower-case word.</summary>
    public FunctionWord Classify(ReadOnlySpan<char> word) => _wordLookup.TryGetValue(word, out var wordClass) ? wordClass : FunctionWord.None;

    /// <summary>Frames whose first word is written like this.</summary>
    public Frame[] StartingWithForm(ReadOnlySpan<char> word) => _formLookup.TryGetValue(word, out var frames) ? frames : [];

    /// <summary>Frames whose first word has this key.</summary>
    public Frame[] StartingWithKey(ReadOnlySpan<char> key) => _keyLookup.TryGetValue(key, out var frames) ? frames : [];

    /// <summary>Keys of the verbs that tell of the same deed as the one with this key; empty when none do.</summary>
    public string[] SynonymsOf(string key) => _synonyms.GetValueOrDefault(key, []);

    private static Dictionary<string, string[]> ReadSynonyms(List<LexiconLine> lines)
    {
        var groups = lines.ConvertAll(line => line.List(0).Select(Stemmer.Key).ToArray());
        return groups.SelectMany(group => group).Distinct(StringComparer.Ordinal).ToDictionary(
            key => key, key => groups.Where(group => group.Contains(key)).SelectMany(group => group).Where(other => other != key).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
    }

    private static Dictionary<string, FunctionWord> ReadWords(List<LexiconLine> lines)
    {
        var classes = new Dictionary<string, FunctionWord>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (!Enum.TryParse<FunctionWord>(line.Fields[1], ignoreCase: true, out var function))
            {
                throw line.Fault($"unknown class {line.Fields[1]}");
            }

            foreach (var word in line.List(0))
            {
                classes[word] = classes.GetValueOrDefault(word) | function;
            }
        }

        return classes;
    }

    /// <summary>The key of an entry; "keluarkan" is a verb, though alone it looks like a noun in ke-...-an.</summary>
    private static string KeyOfVerb(string word) =>
        Stemmer.Key(word.StartsWith("ke", StringComparison.Ordinal) && word.EndsWith("kan", StringComparison.Ordinal) ? "di" + word : word);

    private static List<Frame> ReadFrames(List<LexiconLine> lines)
    {
        var frames = new List<Frame>();
        foreach (var line in lines)
        {
            bool accuses = line.Fields[1] == "accuse", untrue = line.Fields[1] == "untrue";
            var kind = untrue ? FrameKind.Judge : FrameKind.Stand;
            if (!accuses && !untrue && !Enum.TryParse(line.Fields[1], ignoreCase: true, out kind))
            {
                throw line.Fault($"unknown kind {line.Fields[1]}");
            }

            int sign = line.Fields[2] switch
            {
                "+" => 1,
                "-" => -1,
                "0" => 0,
                _ => throw line.Fault("polarity is +, - or 0"),
            };
            var exact = line.Fields[3] == "exact";
            var forms = line.Fields[3] switch
            {
                "any" or "exact" => WordForm.Any,
                "verb" => WordForm.Verb,
                "noun" => WordForm.Noun | WordForm.Agent,
                "active" => WordForm.Bare | WordForm.Active | WordForm.Middle,
                "passive" => WordForm.Passive,
                "affixed" => WordForm.Active | WordForm.Passive,
                _ => throw line.Fault($"unknown form {line.Fields[3]}"),
            };
            foreach (var phrase in line.List(0))
            {
                var words = phrase.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries);
                frames.Add(new Frame(phrase, exact ? words : [.. words.Select(KeyOfVerb)], kind, sign, forms, exact) { Accuses = accuses, Untrue = untrue });
            }
        }

        return frames;
    }
}
