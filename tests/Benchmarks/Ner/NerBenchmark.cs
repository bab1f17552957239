using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Sikap.Nlp;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Names;
using Sikap.Nlp.Reading;

namespace Sikap.Benchmarks.Ner;

/// <summary>
/// Trains the name tagger and measures it: <c>ner clusters OUT</c>, <c>ner train OUT</c>, <c>ner eval [dev|test]</c>, <c>ner shipped [dev|test]</c>.
/// Everything is deterministic: the same material gives the same file.
/// </summary>
internal static class NerBenchmark
{
    private static readonly string Shared = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "..", "shared"));

    private const string About =
        "Named entities in Indonesian news. Trained on the train parts of idner-news-2k (MIT licence, (c) 2020 khairunnisaor) and NERGrit and NERP from IndoNLU (Apache-2.0), "
        + "with word clusters counted over unlabelled news text. Weights only; no sentence of the material is in this file.";

    public static int Run(string[] args)
    {
        var options = Options(args, out var words);
        if (words.Count == 0 || !Directory.Exists(Path.Combine(Shared, "data", "ner")))
        {
            Console.Error.WriteLine("usage: Benchmarks ner clusters OUT | train OUT | eval [dev|test] | shipped [dev|test]; options --clusters FILE --exclude FILE --name=value; the material is read from ../shared/data");
            return 2;
        }

        var lexicon = Lexicon.Load("id");
        var part = words.Count > 1 ? words[1] : "dev";
        switch (words[0])
        {
            case "clusters":
                using (var file = File.Create(words[1]))
                {
                    NameModel.Write(file, "clusters", 1, new short[6 * 5], Clusters(lexicon, options), [], []);
                }

                return 0;
            case "train":
                return Train(words[1], lexicon, options);
            case "eval":
                foreach (var format in new[] { NerCorpus.IdnerNews, NerCorpus.NerGrit, NerCorpus.Nerp })
                {
                    if (options.TryGetValue("only", out var only) && only != format.Name)
                    {
                        continue;
                    }

                    var watch = Stopwatch.StartNew();
                    var model = Model(Read(format, "train", lexicon), format, lexicon, options, "evaluation", out var kept);
                    var size = kept.Length;
                    Console.WriteLine($"## {format.Name} {part}: {model.Features} features, {size / 1024} KB, trained in {watch.Elapsed.TotalSeconds:F0} s");
                    Report(Read(format, part, lexicon), format, model);
                }

                return 0;
            case "shipped":
                foreach (var format in new[] { NerCorpus.IdnerNews, NerCorpus.NerGrit })
                {
                    Console.WriteLine($"## {format.Name} {part}, shipped model");
                    Report(NerCorpus.Shipped(Read(format, part, lexicon)), format, options.TryGetValue("model", out var path) ? NameModel.Read(path, File.OpenRead(path)) : NameModel.Of("id"));
                }

                return 0;
            default:
                Console.Error.WriteLine($"unknown verb {words[0]}");
                return 2;
        }
    }

    private static Dictionary<string, string> Options(string[] args, out List<string> words)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        words = [];
        foreach (var arg in args)
        {
            if (!arg.StartsWith("--", StringComparison.Ordinal))
            {
                words.Add(arg);
                continue;
            }

            var equals = arg.IndexOf('=', StringComparison.Ordinal);
            options[equals < 0 ? arg[2..] : arg[2..equals]] = equals < 0 ? "true" : arg[(equals + 1)..];
        }

        return options;
    }

    private static List<NerSentence> Read(NerCorpusFormat format, string part, Lexicon lexicon)
    {
        var folder = Path.Combine(Shared, "data", "ner");
        var file = format.Name switch
        {
            "idner-news-2k" => Path.Combine(folder, "idner-news-2k", part + ".txt"),
            "NERGrit" => Path.Combine(folder, "indonlu", "nergrit_ner-grit", (part == "dev" ? "valid" : part) + "_preprocess.txt"),
            _ => Path.Combine(folder, "indonlu", "nerp_ner-prosa", (part == "dev" ? "valid" : part) + "_preprocess.txt"),
        };
        return NerCorpus.Read(File.Exists(file) ? file : file + ".gz", format, lexicon);
    }

    private static int Train(string path, Lexicon lexicon, Dictionary<string, string> options)
    {
        List<NerSentence> sentences = [.. NerCorpus.Shipped(Read(NerCorpus.IdnerNews, "train", lexicon)), .. NerCorpus.Shipped(Read(NerCorpus.NerGrit, "train", lexicon))];
        if (!options.ContainsKey("no-nerp"))
        {
            var casing = new Casing(Texts(options).Select(t => new ArticleWork(new() { Id = "text", Text = t }, lexicon)));
            sentences.AddRange(NerCorpus.Read(Path.Combine(Shared, "data", "ner", "indonlu", "nerp_ner-prosa", "train_preprocess.txt.gz"), NerCorpus.NerpNames, lexicon, casing.Write).Select(static s => s with { Open = true }));
        }

        var model = Model(sentences, NerCorpus.IdnerNews, lexicon, options, About, out var bytes);
        File.WriteAllBytes(path, bytes);
        Console.WriteLine($"{model.Features} features, {model.Clusters.Words.Count} words in clusters, {bytes.Length / 1024} KB");
        foreach (var format in new[] { NerCorpus.IdnerNews, NerCorpus.NerGrit })
        {
            Console.WriteLine($"## {format.Name} dev");
            Report(NerCorpus.Shipped(Read(format, "dev", lexicon)), format, model);
        }

        return 0;
    }

    private static NameModel Model(List<NerSentence> sentences, NerCorpusFormat format, Lexicon lexicon, Dictionary<string, string> options, string about, out byte[] bytes)
    {
        var clusters = options.TryGetValue("clusters", out var file) ? NameModel.Read(file, File.OpenRead(file)).Clusters : Clusters(lexicon, options);
        var trainer = new ChainTrainer(format.Kinds.Length, new()
        {
            Epochs = (int)Number("epochs", 30),
            Step = Number("step", 0.1),
            Penalty = Number("penalty", 0.3),
            MinCount = (int)Number("min", 2),
            Dropout = Number("dropout", 0.5),
        });
        trainer.Train([.. sentences.SelectMany(s => Sequences(s, format.Lower, clusters))]);
        using var stream = new MemoryStream();
        trainer.Write(stream, about, clusters, (int)Number("least", 2));
        bytes = stream.ToArray();
        stream.Position = 0;
        return NameModel.Read("trained", stream);

        double Number(string name, double standard) => options.TryGetValue(name, out var value) ? double.Parse(value, CultureInfo.InvariantCulture) : standard;
    }

    private static readonly uint Organisation = Bits(0, 4) | Bits(1, 4) | Bits(3, 4) | Bits(0, 1);
    private static readonly uint OrganisationInside = Bits(1, 4);

    private static uint Bits(int position, int length) => 1u << NameLabels.Of((int)NameKind.Organisation, position, length);

    private static IEnumerable<(uint[][] Features, uint[] Allowed)> Sequences(NerSentence sentence, bool whole, WordClusters clusters)
    {
        var window = new NameToken[NameFeatures.MaxStretch + (2 * NameFeatures.Margin)];
        var features = new uint[NameFeatures.Max];
        foreach (var (first, end) in NerCorpus.Stretches(sentence.Work, whole))
        {
            NameFeatures.Describe(sentence.Work, clusters, first, end, window);
            var labels = new uint[end - first];
            for (var i = first; i < end; i++)
            {
                labels[i - first] = sentence.Open && sentence.Work.Tokens[i].Kind == TokenKind.Word ? (sentence.Work.Tokens[i].Capital ? Organisation : OrganisationInside) | 1u : 1u;
            }

            foreach (var name in sentence.Names)
            {
                var (from, to) = (Math.Max(first, name.First), Math.Min(end, name.End));
                // The corpora differ in whether a country beside an office is a name of its own.
                var outside = sentence.Open && Phrases.Actor(sentence.Work, name.First, out _) is { Actor.Type: ActorType.Country } ? 1u : 0;
                for (var i = from; i < to; i++)
                {
                    labels[i - first] = (1u << NameLabels.Of((int)name.Kind, i - from, to - from)) | outside;
                }
            }

            var rows = new uint[end - first][];
            for (var i = 0; i < rows.Length; i++)
            {
                var n = NameFeatures.Of(window, i + NameFeatures.Margin, features);
                rows[i] = features[..n];
            }

            yield return (rows, labels);
        }
    }

    private static void Report(List<NerSentence> sentences, NerCorpusFormat format, NameModel model)
    {
        var score = NerScore.Of(sentences, format, model);
        Console.WriteLine("| kind | names | precision | recall | F1 |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        foreach (var (kind, result) in score.Kinds.Select((r, i) => (format.Kinds[i], r)).Append(("all", score.All)))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {kind} | {result.Gold} | {result.Precision:F1} | {result.Recall:F1} | {result.F1:F1} |"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| mean of kinds | | | | {score.Kinds.Average(static k => k.F1):F1} |"));
    }

    private static WordClusters Clusters(Lexicon lexicon, Dictionary<string, string> options)
    {
        var trainer = new ClusterTrainer();
        foreach (var text in Texts(options))
        {
            trainer.Add(new(new() { Id = "text", Text = text }, lexicon));
        }

        foreach (var sentence in Read(NerCorpus.IdnerNews, "train", lexicon).Concat(Read(NerCorpus.NerGrit, "train", lexicon)))
        {
            trainer.Add(sentence.Work);
        }

        return trainer.Both(int.Parse(options.GetValueOrDefault("fine", "400"), CultureInfo.InvariantCulture), int.Parse(options.GetValueOrDefault("coarse", "64"), CultureInfo.InvariantCulture), 12);
    }

    private static IEnumerable<string> Texts(Dictionary<string, string> options)
    {
        var excluded = options.TryGetValue("exclude", out var list) ? File.ReadAllLines(list).ToHashSet(StringComparer.Ordinal) : [];
        foreach (var name in new[] { "dev", "bench" })
        {
            using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(Shared, "data", "articles", name + ".jsonl.gz")), CompressionMode.Decompress));
            while (reader.ReadLine() is { } line)
            {
                using var document = JsonDocument.Parse(line);
                if (!excluded.Contains(document.RootElement.GetProperty("id").ToString()))
                {
                    yield return document.RootElement.GetProperty("text").GetString()!;
                }
            }
        }
    }
}
