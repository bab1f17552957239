using System.Collections.Frozen;
using System.Reflection;

namespace Sikap.Nlp.Stances;

/// <summary>What a frame word or phrase does; the file <c>stance-frames.tsv</c> explains each.</summary>
internal enum FrameKind { Stand, Demand, Act, Claim, Deny, Judge, Duty, Intent, Instead, Warn, Open, Idiom }

/// <summary>What a function word does; the file <c>stance-words.tsv</c> explains each.</summary>
[Flags]
internal enum WordClass
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
}

/// <summary>A word or phrase that shows a position.</summary>
/// <param name="Phrase">As written in the table; shown in explanations.</param>
/// <param name="Words">Its words: keys, or written forms when <paramref name="Exact"/>.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Sign">1 for, -1 against, 0 neither.</param>
/// <param name="Forms">Forms in which the first word counts.</param>
/// <param name="Exact">The words are compared as written.</param>
internal sealed record Frame(string Phrase, string[] Words, FrameKind Kind, int Sign, WordForm Forms, bool Exact);

/// <summary>The tables that stance classification works from. Immutable and thread-safe.</summary>
internal sealed class StanceLexicon
{
    private readonly FrozenDictionary<string, Frame[]> _byForm;
    private readonly FrozenDictionary<string, Frame[]>.AlternateLookup<ReadOnlySpan<char>> _formLookup;
    private readonly FrozenDictionary<string, Frame[]>.AlternateLookup<ReadOnlySpan<char>> _keyLookup;
    private readonly FrozenDictionary<string, WordClass>.AlternateLookup<ReadOnlySpan<char>> _wordLookup;

    private StanceLexicon(IEnumerable<Frame> frames, Dictionary<string, WordClass> words)
    {
        // Longest phrase first, so that "tidak setuju" is seen before "setuju".
        static FrozenDictionary<string, Frame[]> Index(IEnumerable<Frame> frames) =>
            frames.GroupBy(f => f.Words[0], StringComparer.Ordinal)
                .ToFrozenDictionary(g => g.Key, g => g.OrderByDescending(f => f.Words.Length).ToArray(), StringComparer.Ordinal);

        var all = frames.ToList();
        _byForm = Index(all.Where(f => f.Exact));
        _formLookup = _byForm.GetAlternateLookup<ReadOnlySpan<char>>();
        _keyLookup = Index(all.Where(f => !f.Exact)).GetAlternateLookup<ReadOnlySpan<char>>();
        _wordLookup = words.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        Frames = all;
    }

    /// <summary>All frames, in the order of the table.</summary>
    public IReadOnlyList<Frame> Frames { get; }

    /// <summary>Reads the tables built into the assembly.</summary>
    /// <exception cref="InvalidOperationException">A line is bad; the message names table and line.</exception>
    public static StanceLexicon Load() => Parse(Read("id/stance-frames.tsv"), Read("id/stance-words.tsv"));

    /// <summary>Reads tables from text.</summary>
    /// <exception cref="InvalidOperationException">A line is bad; the message names table and line.</exception>
    public static StanceLexicon Parse(string frames, string words)
    {
        var classes = new Dictionary<string, WordClass>(StringComparer.Ordinal);
        foreach (var (number, cells) in Lines(words))
        {
            if (cells.Length != 2 || !Enum.TryParse<WordClass>(cells[1], ignoreCase: true, out var wordClass))
            {
                throw Bad("stance-words.tsv", number, "expected words and a class");
            }

            foreach (var word in Phrases(cells[0]))
            {
                classes[word] = classes.GetValueOrDefault(word) | wordClass;
            }
        }

        return new StanceLexicon(ParseFrames(frames), classes);
    }

    /// <summary>Class of a lower-case word.</summary>
    public WordClass Classify(ReadOnlySpan<char> word) => _wordLookup.TryGetValue(word, out var wordClass) ? wordClass : WordClass.None;

    /// <summary>Frames whose first word is written like this.</summary>
    public Frame[] StartingWithForm(ReadOnlySpan<char> word) => _formLookup.TryGetValue(word, out var frames) ? frames : [];

    /// <summary>Frames whose first word has this key.</summary>
    public Frame[] StartingWithKey(ReadOnlySpan<char> key) => _keyLookup.TryGetValue(key, out var frames) ? frames : [];

    private static List<Frame> ParseFrames(string table)
    {
        var frames = new List<Frame>();
        foreach (var (number, cells) in Lines(table))
        {
            if (cells.Length != 4)
            {
                throw Bad("stance-frames.tsv", number, $"expected 4 columns, found {cells.Length}");
            }

            var sign = cells[2] switch { "+" => 1, "-" => -1, "0" => 0, _ => 2 };
            var exact = cells[3] == "exact";
            var forms = cells[3] switch
            {
                "any" or "exact" => WordForm.Any,
                "verb" => WordForm.Verb,
                "noun" => WordForm.Noun | WordForm.Agent,
                "active" => WordForm.Bare | WordForm.Active,
                "passive" => WordForm.Passive,
                "affixed" => WordForm.Active | WordForm.Passive,
                _ => WordForm.None,
            };
            if (!Enum.TryParse<FrameKind>(cells[1], ignoreCase: true, out var kind) || sign == 2 || forms == WordForm.None)
            {
                throw Bad("stance-frames.tsv", number, "unknown kind, polarity or form");
            }

            foreach (var phrase in Phrases(cells[0]))
            {
                var words = phrase.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries);
                frames.Add(new Frame(phrase, exact ? words : [.. words.Select(Stemmer.Key)], kind, sign, forms, exact));
            }
        }

        return frames;
    }

    private static IEnumerable<(int Number, string[] Cells)> Lines(string table)
    {
        var number = 0;
        foreach (var line in table.Split('\n'))
        {
            number++;
            var trimmed = line.TrimEnd('\r');
            if (trimmed.Length > 0 && trimmed[0] != '#')
            {
                yield return (number, trimmed.Split('\t'));
            }
        }
    }

    private static string[] Phrases(string cell) => cell.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static InvalidOperationException Bad(string table, int line, string reason) => new($"Lexicon {table}, line {line}: {reason}.");

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"Lexicon {name} is not built in.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
