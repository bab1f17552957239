using System.IO.Compression;
using System.Text;
using Sikap.Nlp;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Names;

namespace Sikap.Benchmarks.Ner;

/// <summary>A sentence of a corpus as the engine reads it, with the corpus' names on the engine's tokens.</summary>
/// <param name="Work">The sentence, read by the engine.</param>
/// <param name="Names">Names in order, as engine tokens.</param>
/// <param name="Gold">Names in order, as tokens of the corpus; null where the engine's tokens count.</param>
/// <param name="TokenOf">Per engine token the first token of the corpus it lies in and one past the last.</param>
/// <param name="Open">The corpus marks persons and places only: whatever else is written large may be an organisation.</param>
internal sealed record NerSentence(ArticleWork Work, IReadOnlyList<NameSpan> Names, IReadOnlyList<NameSpan>? Gold, (int First, int End)[] TokenOf, bool Open = false);

/// <summary>How a corpus is read.</summary>
/// <param name="Name">Name in reports.</param>
/// <param name="Kinds">The corpus' kinds; the position (from 1) is the number of the kind. Several spellings between bars count as one kind.</param>
/// <param name="JoinHyphens">The corpus sets every hyphen between blanks; the text had none.</param>
/// <param name="Lower">The corpus is all lower case: every token is tagged, not only those near capitals.</param>
internal sealed record NerCorpusFormat(string Name, string[] Kinds, bool JoinHyphens, bool Lower);

/// <summary>Reads files with one token a line, the label last, blank lines between sentences.</summary>
internal static class NerCorpus
{
    public static readonly NerCorpusFormat IdnerNews = new("idner-news-2k", ["PER", "ORG", "LOC"], JoinHyphens: false, Lower: false);
    public static readonly NerCorpusFormat NerGrit = new("NERGrit", ["PERSON", "ORGANISATION", "PLACE"], JoinHyphens: true, Lower: false);
    public static readonly NerCorpusFormat NerpNames = new("NERP", ["PPL", "-", "PLC"], JoinHyphens: true, Lower: false);
    public static readonly NerCorpusFormat Nerp = new("NERP", ["PPL", "IND", "PLC", "EVT", "FNB"], JoinHyphens: false, Lower: true);

    /// <summary>Reads a corpus; <paramref name="write"/> gives a word the case it has in running text where the corpus has none.</summary>
    public static List<NerSentence> Read(string file, NerCorpusFormat format, Lexicon lexicon, Func<string, string, bool, string>? write = null)
    {
        var sentences = new List<NerSentence>();
        var tokens = new List<(string Text, string Label)>();
        using var reader = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(File.OpenRead(file), CompressionMode.Decompress) : File.OpenRead(file));
        while (true)
        {
            var line = reader.ReadLine();
            var fields = line?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
            if (fields.Length >= 2)
            {
                tokens.Add((write?.Invoke(fields[0], fields[^1], tokens.Count == 0) ?? fields[0], fields[^1]));
                continue;
            }

            if (tokens.Count > 0)
            {
                sentences.Add(Sentence(tokens, format, lexicon));
                tokens.Clear();
            }

            if (line is null)
            {
                return sentences;
            }
        }
    }

    private static NerSentence Sentence(List<(string Text, string Label)> tokens, NerCorpusFormat format, Lexicon lexicon)
    {
        var text = new StringBuilder();
        var starts = new int[tokens.Count + 1];
        for (var i = 0; i < tokens.Count; i++)
        {
            var joined = i == 0 || (format.JoinHyphens && ((tokens[i].Text == "-" && IsWord(tokens[i - 1].Text)) || (tokens[i - 1].Text == "-" && i > 1 && IsWord(tokens[i - 2].Text) && IsWord(tokens[i].Text))));
            if (!joined)
            {
                text.Append(' ');
            }

            starts[i] = text.Length;
            text.Append(tokens[i].Text);
        }

        starts[^1] = text.Length;
        var work = new ArticleWork(new() { Id = "sentence", Text = text.ToString() }, lexicon);
        var tokenOf = new (int, int)[work.Tokens.Length];
        for (int i = 0, k = 0; i < tokenOf.Length; i++)
        {
            var span = work.Source.ToOriginal(work.Tokens[i].Start, work.Tokens[i].End);
            while (starts[k + 1] <= span.Start)
            {
                k++;
            }

            var end = k + 1;
            while (end < tokens.Count && starts[end] < span.End)
            {
                end++;
            }

            tokenOf[i] = (k, end);
        }

        var gold = Gold(tokens, format);
        var names = new List<NameSpan>();
        foreach (var name in gold)
        {
            var first = Array.FindIndex(tokenOf, t => t.Item2 > name.First);
            var end = Array.FindLastIndex(tokenOf, t => t.Item1 < name.End) + 1;
            if (first < 0 || first >= end)
            {
                continue;
            }

            // Brackets and quotation marks around a name are not part of it.
            while (first < end - 1 && work.Tokens[first].Mark != '\0')
            {
                first++;
            }

            while (end - 1 > first && work.Tokens[end - 1].Mark != '\0')
            {
                end--;
            }

            if (names.Count == 0 || names[^1].End <= first)
            {
                names.Add(new(first, end, name.Kind));
            }
        }

        return new(work, names, gold, tokenOf);
    }

    private static bool IsWord(string token) => char.IsLetterOrDigit(token[0]);

    private static List<NameSpan> Gold(List<(string Text, string Label)> tokens, NerCorpusFormat format)
    {
        var gold = new List<NameSpan>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Label == "O")
            {
                continue;
            }

            var kind = Kind(tokens[i].Label);
            var end = i + 1;
            while (end < tokens.Count && tokens[end].Label[0] == 'I' && Kind(tokens[end].Label) == kind)
            {
                end++;
            }

            if (kind != NameKind.None)
            {
                gold.Add(new(i, end, kind));
            }

            i = end - 1;
        }

        return gold;

        NameKind Kind(string label) => label.Length < 3 ? NameKind.None : (NameKind)(Array.FindIndex(format.Kinds, k => k.Split('|').Contains(label[2..])) + 1);
    }

    /// <summary>The names in the labels of the engine's tokens.</summary>
    public static List<NameSpan> Names(ReadOnlySpan<byte> labels)
    {
        var names = new List<NameSpan>();
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == 0)
            {
                continue;
            }

            var end = i + 1;
            while (end < labels.Length && NameLabels.Continues(labels[end]) && NameLabels.Opens(labels[end - 1]))
            {
                end++;
            }

            names.Add(new(i, end, (NameKind)NameLabels.Kind(labels[i])));
            i = end - 1;
        }

        return names;
    }

    /// <summary>Names on the engine's tokens as names on the corpus' tokens.</summary>
    public static NameSpan ToCorpus(NerSentence sentence, NameSpan name) => new(sentence.TokenOf[name.First].First, sentence.TokenOf[name.End - 1].End, name.Kind);

    /// <summary>
    /// The scheme of the shipped model, on the engine's tokens: an acronym in brackets is a name of its own, not the end of the name before it.
    /// </summary>
    public static List<NerSentence> Shipped(List<NerSentence> sentences) => [.. sentences.Select(static s => s with { Names = Split(s), Gold = null })];

    private static List<NameSpan> Split(NerSentence sentence)
    {
        var result = new List<NameSpan>();
        foreach (var name in sentence.Names)
        {
            var open = name.First + 1;
            while (open < name.End && sentence.Work.Tokens[open].Mark != '(')
            {
                open++;
            }

            if (open >= name.End - 1)
            {
                result.Add(name);
                continue;
            }

            result.Add(name with { End = open });
            result.Add(name with { First = open + 1 });
        }

        return result;
    }

    /// <summary>What is tagged of a sentence.</summary>
    public static List<(int First, int End)> Stretches(ArticleWork work, bool whole)
    {
        var result = new List<(int, int)>();
        if (whole)
        {
            for (var i = 0; i < work.Tokens.Length; i += NameFeatures.MaxStretch)
            {
                result.Add((i, Math.Min(work.Tokens.Length, i + NameFeatures.MaxStretch)));
            }

            return result;
        }

        var from = 0;
        while (NameFeatures.Stretch(work.Tokens, from, out var first, out var end))
        {
            result.Add((first, end));
            from = end;
        }

        return result;
    }
}
