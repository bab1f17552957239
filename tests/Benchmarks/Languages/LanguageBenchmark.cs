using System.Diagnostics;
using System.Globalization;
using Sikap.Benchmarks.Nlp;
using Sikap.Nlp;
using Sikap.Nlp.Languages;
using Sikap.Nlp.Lexicons;

namespace Sikap.Benchmarks.Languages;

/// <summary>
/// Trains the language reader and measures it: <c>language train OUT FOLDER</c>, <c>language eval FOLDER</c>, <c>language calibration FOLDER</c>, <c>language wrong FOLDER SET</c>, <c>language articles FILE...</c>. FOLDER holds copies of
/// the public collections; LANGUAGES.md names them.
/// </summary>
internal static class LanguageBenchmark
{
    private static readonly string Shared = Path.GetFullPath(Path.Combine(NlpBenchmark.Repository, "..", "shared"));
    private static readonly int[] Lengths = [20, 50, 100, 200, 500];

    private const string About =
        "Languages of news. Trained on NTREX-128 (CC BY-SA 4.0, (c) Microsoft), SIB-200/FLORES-200 (CC BY-SA 4.0), NusaX (CC BY-SA 4.0), NusaTranslation and NusaParagraph (Apache-2.0, IndoNLP), TALPCo (CC BY 4.0, TUFS), "
        + "the Universal Declaration of Human Rights (public domain), UD Indonesian GSD and CSUI and UD Javanese CSUI (CC BY-SA 4.0) and idner-news-2k (MIT, (c) 2020 khairunnisaor). Weights only; no sentence of the material is in this file.";

    // The model measured: the shipped one, or another given by --model=FILE.
    private static LanguageModel _model = null!;
    private static Func<string, LanguageReading> _read = static text => LanguageReader.Read(text, _model);

    public static int Run(string[] args)
    {
        var given = args.FirstOrDefault(static a => a.StartsWith("--model=", StringComparison.Ordinal));
        args = [.. args.Where(a => a != given)];
        if (args is not ["train", ..])
        {
            _model = given is null ? LanguageModel.Shipped : LanguageModel.Read(given, File.OpenRead(given[8..]), LexiconTable.Load(LanguageModel.OwnWordsTable, LanguageModel.OwnWordsFields));
        }

        // Both sides of the close pair alike, without what the reader expects of its texts.
        if (args.Contains("--even"))
        {
            args = [.. args.Where(static a => a != "--even")];
            _read = static text => LanguageReader.Read(text, _model, 0);
        }

        switch (args)
        {
            case ["train", var path, var folder, .. var rest]:
                return Train(path, folder, rest);
            case ["eval", var folder]:
                Evaluate(folder);
                return 0;
            case ["calibration", var folder, .. var rest]:
                LanguageCalibration.Run(Sets(folder), rest.Contains("fit"));
                return 0;
            case ["wrong", var folder, var set]:
                foreach (var sample in Sets(folder).First(s => s.Name == set).Samples)
                {
                    var reading = _read(sample.Text);
                    if (reading.Language != sample.Language)
                    {
                        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sample.Language} as {reading.Language} {reading.Confidence:F2}: {sample.Text}"));
                    }
                }

                return 0;
            case ["articles", .. var files] when files.Length > 0:
                Articles(files);
                return 0;
            default:
                Console.Error.WriteLine("usage: Benchmarks language train OUT FOLDER [words letters epochs draws] | eval FOLDER | calibration FOLDER [fit] | wrong FOLDER SET | articles FILE.jsonl.gz...; --model=FILE in place of the shipped one, --even without what is expected of texts");
                return 2;
        }
    }

    private static int Train(string path, string folder, string[] rest)
    {
        int[] usual = [11500, 5500, 10, 4000];
        int[] numbers = [.. rest.Select(static r => int.Parse(r, CultureInfo.InvariantCulture)), .. usual[rest.Length..]];
        var watch = Stopwatch.StartNew();
        var trainer = new LanguageTrainer(LanguageCorpus.Languages, LanguageCorpus.Read(folder, Shared).Where(static s => !s.IsTest));
        var (words, letters) = trainer.Run(numbers[0], numbers[1], numbers[2], numbers[3]);
        using var stream = new MemoryStream();
        LanguageModel.Write(stream, About, LanguageCorpus.Languages, words, letters);
        File.WriteAllBytes(path, stream.ToArray());
        Console.WriteLine($"{words.Count} words, {letters.Count} letter groups, {stream.Length / 1024} KB, trained in {watch.Elapsed.TotalSeconds:F0} s");
        return 0;
    }

    private static List<(string Name, List<LanguageSample> Samples)> Sets(string folder)
    {
        var kept = LanguageCorpus.Read(folder, Shared).Where(static s => s.IsTest).ToList();
        return
        [
            .. kept.GroupBy(static s => s.Source).Select(static g => (g.Key, g.ToList())),
            ("dsl-dev", LanguageCorpus.Dsl(folder, "test-ne-gold.txt")), ("dsl", LanguageCorpus.Dsl(folder, "test-gold.txt")), ("lingua", LanguageCorpus.Lingua(folder, "sentences")), ("lingua-pairs", LanguageCorpus.Lingua(folder, "word-pairs")),
        ];
    }

    private static void Evaluate(string folder)
    {
        var sets = Sets(folder);
        Console.WriteLine("| set | language | texts | right | taken for |");
        Console.WriteLine("|---|---|---:|---:|---|");
        foreach (var (name, samples) in sets)
        {
            foreach (var group in samples.GroupBy(static s => s.Language).OrderBy(static g => Array.IndexOf(LanguageCorpus.Languages, g.Key)))
            {
                Row($"{name} | {group.Key}", group.Select(static s => (s.Language, _read(s.Text).Language)).ToList());
            }
        }

        // Neighbouring sentences of a collection together make texts of any length.
        var texts = new List<(string Language, string Text)>();
        foreach (var group in sets.Where(static s => !s.Name.StartsWith("lingua", StringComparison.Ordinal) && s.Name != "dsl-dev").SelectMany(static s => s.Samples).GroupBy(static s => (s.Source, s.Language)))
        {
            texts.AddRange(group.Chunk(10).Select(chunk => (group.Key.Language, string.Join(' ', chunk.Select(static s => s.Text)))));
        }

        var all = Lengths.Append(int.MaxValue).ToList();
        Console.WriteLine();
        Console.WriteLine($"| language | texts | {string.Join(" | ", all.Select(Title))} |");
        Console.WriteLine($"|---|---:|{string.Concat(all.Select(static _ => "---:|"))}");
        var answers = all.ToDictionary(static l => l, l => texts.Where(t => l == int.MaxValue || t.Text.Length >= l).Select(t => (t.Language, Got: _read(Cut(t.Text, l)).Language)).ToList());
        foreach (var language in LanguageCorpus.Languages)
        {
            Console.WriteLine($"| {language} | {answers[20].Count(a => a.Language == language)} | {string.Join(" | ", all.Select(l => Percent(answers[l].Where(a => a.Language == language).ToList())))} |");
        }

        Console.WriteLine();
        Console.WriteLine($"| pair | {string.Join(" | ", all.Select(Title))} |");
        Console.WriteLine($"|---|{string.Concat(all.Select(static _ => "---:|"))}");
        foreach (var other in LanguageCorpus.Languages.Skip(1))
        {
            Console.WriteLine($"| id, {other} | {string.Join(" | ", all.Select(l => Pair(answers[l], other)))} |");
        }

        static string Title(int length) => length == int.MaxValue ? "whole" : $"{length}";
    }

    private static string Pair(List<(string Language, string Got)> answers, string other)
    {
        var of = answers.Where(a => a.Language == "id" || a.Language == other).ToList();
        return of.Count == 0 ? "" : (100.0 * of.Count(a => a.Got != a.Language && (a.Got == "id" || a.Got == other)) / of.Count).ToString("F2", CultureInfo.InvariantCulture);
    }

    private static string Percent(List<(string Language, string Got)> answers) => answers.Count == 0 ? "" : (100.0 * answers.Count(static a => a.Got == a.Language) / answers.Count).ToString("F1", CultureInfo.InvariantCulture);

    private static void Row(string name, List<(string Language, string Got)> answers)
    {
        var wrong = answers.Where(static a => a.Got != a.Language).GroupBy(static a => a.Got).OrderByDescending(static g => g.Count()).Take(4).Select(static g => $"{g.Key} {g.Count()}");
        Console.WriteLine($"| {name} | {answers.Count} | {Percent(answers)} | {string.Join(", ", wrong)} |");
    }

    private static string Cut(string text, int length)
    {
        if (length >= text.Length)
        {
            return text;
        }

        var at = text.LastIndexOf(' ', length);
        return at > 0 ? text[..at] : text[..length];
    }

    private static void Articles(string[] files)
    {
        var lexicon = Lexicon.Load("id");
        int count = 0, paragraphs = 0, differing = 0;
        foreach (var (id, text) in files.SelectMany(LanguageCorpus.Articles))
        {
            count++;
            var reading = _read(text);
            paragraphs += reading.Paragraphs.Count;
            using var work = new ArticleWork(new() { Id = id, Text = text }, lexicon);
            var (language, others) = ArticleLanguages.Read(work);
            var same = reading.Paragraphs.Where(p => p.Language != reading.Language).Select(static p => p.Span).SequenceEqual(others.Select(o => work.Source.ToOriginal(o.Start, o.End)));
            differing += language == reading.Language && same ? 0 : 1;
            if (language != reading.Language || !same)
            {
                Console.WriteLine($"DIFFERS {id}: by its looked-up words {language}, {string.Join(' ', others)}");
            }

            if (reading.Language != "id")
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ARTICLE {id} {reading.Language} {reading.Confidence:F2}: {text.ReplaceLineEndings(" ")[..Math.Min(200, text.Length)]}"));
            }

            foreach (var paragraph in reading.Paragraphs.Where(p => p.Language != reading.Language))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{id} {paragraph.Language} {paragraph.Confidence:F3}: {paragraph.Span.In(text)}"));
            }
        }

        Console.WriteLine($"{count} articles, {paragraphs} paragraphs; {differing} articles read otherwise by looked-up words");
    }
}
