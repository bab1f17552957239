using System.Buffers;
using System.Runtime.Intrinsics;

namespace Sikap.Nlp.Names;

/// <summary>Finds names in an article: the best sequence of labels over each stretch with capitals.</summary>
internal static class NameTagger
{
    private const int Forbidden = int.MinValue / 4;

    /// <summary>Tags the stretches of an article; <paramref name="labels"/> (one per token) is filled, 0 outside.</summary>
    public static void Run(ArticleWork work, NameModel model, Span<byte> labels)
    {
        labels.Clear();
        var window = ArrayPool<NameToken>.Shared.Rent(NameFeatures.MaxStretch + (2 * NameFeatures.Margin));
        var back = ArrayPool<byte>.Shared.Rent(NameFeatures.MaxStretch * model.Labels);
        try
        {
            var from = 0;
            while (NameFeatures.Stretch(work.Tokens, from, out var first, out var end))
            {
                Tag(work, model, first, end, window, back, labels);
                from = end;
            }
        }
        finally
        {
            ArrayPool<NameToken>.Shared.Return(window);
            ArrayPool<byte>.Shared.Return(back);
        }
    }

    /// <summary>Tags the tokens [first, end), at most <see cref="NameFeatures.MaxStretch"/> of them.</summary>
    public static void Tag(ArticleWork work, NameModel model, int first, int end, Span<NameToken> window, Span<byte> back, Span<byte> labels)
    {
        NameFeatures.Describe(work, model.Clusters, first, end, window);
        var count = model.Labels;
        var transitions = model.Transitions;
        Span<uint> features = stackalloc uint[NameFeatures.Max];
        Span<short> scores = stackalloc short[model.Stride];
        Span<int> before = stackalloc int[count];
        Span<int> now = stackalloc int[count];
        for (var i = first; i < end; i++)
        {
            var used = NameFeatures.Of(window, i - first + NameFeatures.Margin, features);
            Score(model, features[..used], scores);
            var row = back.Slice((i - first) * count, count);
            for (var label = 0; label < count; label++)
            {
                var best = Forbidden;
                var from = 0;
                if (i == first)
                {
                    best = NameLabels.Continues(label) ? Forbidden : transitions[(count * count) + label];
                }
                else
                {
                    for (var previous = 0; previous < count; previous++)
                    {
                        if (!NameLabels.Follows(previous, label))
                        {
                            continue;
                        }

                        var score = before[previous] + transitions[(previous * count) + label];
                        if (score > best)
                        {
                            best = score;
                            from = previous;
                        }
                    }
                }

                now[label] = best == Forbidden ? Forbidden : best + scores[label];
                row[label] = (byte)from;
            }

            now.CopyTo(before);
        }

        var top = 0;
        for (var label = 1; label < count; label++)
        {
            // A name does not stay open at the end.
            top = !NameLabels.Opens(label) && before[label] > before[top] ? label : top;
        }

        for (var i = end - 1; i >= first; i--)
        {
            labels[i] = (byte)top;
            top = back[((i - first) * count) + top];
        }
    }

    private static void Score(NameModel model, ReadOnlySpan<uint> features, Span<short> scores)
    {
        if (model.Stride == 16)
        {
            var low = Vector128<short>.Zero;
            var high = Vector128<short>.Zero;
            foreach (var feature in features)
            {
                var weights = model.Row(feature);
                if (!weights.IsEmpty)
                {
                    var (a, b) = Vector128.Widen(Vector128.Create(weights));
                    low += a;
                    high += b;
                }
            }

            low.CopyTo(scores);
            high.CopyTo(scores[8..]);
            return;
        }

        scores.Clear();
        foreach (var feature in features)
        {
            var weights = model.Row(feature);
            for (var k = 0; k < weights.Length; k++)
            {
                scores[k] += weights[k];
            }
        }
    }
}
