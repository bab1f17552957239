using Sikap.Nlp.Names;

namespace Sikap.Benchmarks.Ner;

/// <summary>Names found: a name is right when its tokens and its kind are. Figures in percent.</summary>
internal readonly record struct NerResult(int Right, int Found, int Gold)
{
    public double Precision => Found == 0 ? 0 : 100.0 * Right / Found;
    public double Recall => Gold == 0 ? 0 : 100.0 * Right / Gold;
    public double F1 => Found + Gold == 0 ? 0 : 200.0 * Right / (Found + Gold);
}

/// <summary>How well a model finds the names of a corpus, by kind and in all.</summary>
internal sealed record NerScore(IReadOnlyList<NerResult> Kinds, NerResult All)
{
    public static NerScore Of(List<NerSentence> sentences, NerCorpusFormat format, NameModel model)
    {
        var window = new NameToken[NameFeatures.MaxStretch + (2 * NameFeatures.Margin)];
        var back = new byte[NameFeatures.MaxStretch * model.Labels];
        var kinds = new NerResult[format.Kinds.Length];
        foreach (var sentence in sentences)
        {
            var labels = new byte[sentence.Work.Tokens.Length];
            foreach (var (first, end) in NerCorpus.Stretches(sentence.Work, format.Lower))
            {
                NameTagger.Tag(sentence.Work, model, first, end, window, back, labels);
            }

            var expected = sentence.Gold ?? sentence.Names;
            var names = NerCorpus.Names(labels).Select(n => sentence.Gold is null ? n : NerCorpus.ToCorpus(sentence, n)).ToHashSet();
            foreach (var name in names)
            {
                kinds[(int)name.Kind - 1] = kinds[(int)name.Kind - 1] with { Found = kinds[(int)name.Kind - 1].Found + 1 };
            }

            foreach (var name in expected)
            {
                var kind = kinds[(int)name.Kind - 1];
                kinds[(int)name.Kind - 1] = kind with { Gold = kind.Gold + 1, Right = kind.Right + (names.Contains(name) ? 1 : 0) };
            }
        }

        return new(kinds, new(kinds.Sum(static k => k.Right), kinds.Sum(static k => k.Found), kinds.Sum(static k => k.Gold)));
    }
}
