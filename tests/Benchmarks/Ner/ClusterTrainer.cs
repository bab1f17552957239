using Sikap.Nlp;
using Sikap.Nlp.Lexicons;
using Sikap.Nlp.Names;
using Sikap.Nlp.Reading;

namespace Sikap.Benchmarks.Ner;

/// <summary>
/// Word clusters by the exchange algorithm for bigram classes (Martin, Liermann, Ney 1998): each word moves to the class that makes the text most likely, until nothing moves
/// or the rounds are over. A word in capitals is another word than the same in small letters; at the start of a sentence it counts as whatever it is elsewhere.
/// </summary>
internal sealed class ClusterTrainer
{
    private const int MinCount = 4;
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<(string Form, bool Starts)[]> _sentences = [];

    public void Add(ArticleWork work)
    {
        var sentence = new List<(string, bool)>();
        for (var i = 0; i < work.Tokens.Length; i++)
        {
            ref readonly var token = ref work.Tokens[i];
            var ends = i > 0 && (token.Breaks > 0 || work.Tokens[i - 1].Mark is '.' or '!' or '?');
            if (ends && sentence.Count > 0)
            {
                _sentences.Add([.. sentence]);
                sentence.Clear();
            }

            var form = string.Create(token.End - token.Start, (work, token.Start), static (span, at) =>
            {
                at.work.Text.AsSpan(at.Start, span.Length).CopyTo(span);
                for (var k = 0; k < span.Length; k++)
                {
                    span[k] = span[k] is >= '0' and <= '9' ? '0' : span[k];
                }
            });
            var starts = sentence.Count == 0;
            sentence.Add((form, starts));
            if (!starts)
            {
                _counts[form] = _counts.GetValueOrDefault(form) + 1;
            }
        }

        if (sentence.Count > 0)
        {
            _sentences.Add([.. sentence]);
        }
    }

    /// <summary>Clusters of every word seen often enough: 1 to <paramref name="classes"/>.</summary>
    public Dictionary<string, int> Train(int classes, int rounds)
    {
        var words = _counts.Where(static p => p.Value >= MinCount).OrderByDescending(static p => p.Value).ThenBy(static p => p.Key, StringComparer.Ordinal).Select(static p => p.Key).ToArray();
        var number = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            number.Add(word, number.Count);
        }

        // One more word for the border and one for all that is rare.
        var border = words.Length;
        var rare = words.Length + 1;
        var total = words.Length + 2;
        var pairs = new Dictionary<(int, int), int>();
        foreach (var sentence in _sentences)
        {
            var previous = border;
            foreach (var (form, starts) in sentence)
            {
                var lower = starts ? form.ToLowerInvariant() : form;
                var word = starts && _counts.GetValueOrDefault(lower) > _counts.GetValueOrDefault(form) ? number.GetValueOrDefault(lower, rare) : number.GetValueOrDefault(form, rare);
                pairs[(previous, word)] = pairs.GetValueOrDefault((previous, word)) + 1;
                previous = word;
            }

            pairs[(previous, border)] = pairs.GetValueOrDefault((previous, border)) + 1;
        }

        var after = Lists(total, pairs.Select(static p => (p.Key.Item1, p.Key.Item2, p.Value)));
        var before = Lists(total, pairs.Select(static p => (p.Key.Item2, p.Key.Item1, p.Value)));
        var count = new int[total];
        foreach (var ((_, word), n) in pairs)
        {
            count[word] += n;
        }

        // Border and rare words keep classes of their own.
        var all = classes + 2;
        var of = new int[total];
        for (var i = 0; i < words.Length; i++)
        {
            of[i] = i % classes;
        }

        of[border] = classes;
        of[rare] = classes + 1;
        var joint = new int[all * all];
        var size = new int[all];
        foreach (var ((a, b), n) in pairs)
        {
            joint[(of[a] * all) + of[b]] += n;
        }

        for (var i = 0; i < total; i++)
        {
            size[of[i]] += count[i];
        }

        var next = new int[all];
        var last = new int[all];
        for (var round = 0; round < rounds; round++)
        {
            var moved = 0;
            for (var word = 0; word < words.Length; word++)
            {
                Array.Clear(next);
                Array.Clear(last);
                var self = 0;
                foreach (var (other, n) in after[word])
                {
                    if (other == word)
                    {
                        self = n;
                        continue;
                    }

                    next[of[other]] += n;
                }

                foreach (var (other, n) in before[word])
                {
                    if (other != word)
                    {
                        last[of[other]] += n;
                    }
                }

                var home = of[word];
                Shift(home, -1, self, count[word]);
                var usedNext = Enumerable.Range(0, all).Where(c => next[c] > 0).ToArray();
                var usedLast = Enumerable.Range(0, all).Where(c => last[c] > 0).ToArray();
                var best = double.MinValue;
                var target = home;
                for (var c = 0; c < classes; c++)
                {
                    var gain = 2 * (Entropy(size[c]) - Entropy(size[c] + count[word]));
                    foreach (var other in usedNext)
                    {
                        if (other != c)
                        {
                            var n = joint[(c * all) + other];
                            gain += Entropy(n + next[other]) - Entropy(n);
                        }
                    }

                    foreach (var other in usedLast)
                    {
                        if (other != c)
                        {
                            var n = joint[(other * all) + c];
                            gain += Entropy(n + last[other]) - Entropy(n);
                        }
                    }

                    var own = joint[(c * all) + c];
                    gain += Entropy(own + next[c] + last[c] + self) - Entropy(own);
                    if (gain > best + 1e-9)
                    {
                        best = gain;
                        target = c;
                    }
                }

                Shift(target, 1, self, count[word]);
                of[word] = target;
                moved += target == home ? 0 : 1;
            }

            if (moved < words.Length / 500)
            {
                break;
            }
        }

        return number.ToDictionary(static p => p.Key, p => of[p.Value] + 1, StringComparer.Ordinal);

        void Shift(int c, int sign, int self, int n)
        {
            for (var other = 0; other < all; other++)
            {
                joint[(c * all) + other] += sign * next[other];
                joint[(other * all) + c] += sign * last[other];
            }

            joint[(c * all) + c] += sign * self;
            size[c] += sign * n;
        }
    }

    private static readonly double[] Logs = [.. Enumerable.Range(0, 1 << 16).Select(static n => n == 0 ? 0 : n * Math.Log(n))];

    private static double Entropy(int n) => n < Logs.Length ? Logs[n] : n * Math.Log(n);

    private static (int Other, int Count)[][] Lists(int total, IEnumerable<(int Word, int Other, int Count)> pairs)
    {
        var lists = new List<(int, int)>[total];
        foreach (var (word, other, n) in pairs)
        {
            (lists[word] ??= []).Add((other, n));
        }

        return [.. lists.Select(static l => l is null ? [] : l.ToArray())];
    }

    /// <summary>Fine and coarse clusters of the words, as the tagger looks them up.</summary>
    public WordClusters Both(int fine, int coarse, int rounds)
    {
        var small = Train(coarse, rounds);
        return new([.. Train(fine, rounds).Select(p => (NameFeatures.Hash(p.Key), (ushort)p.Value, (ushort)small[p.Key])).DistinctBy(static w => w.Item1).OrderBy(static w => w.Item1)]);
    }
}
