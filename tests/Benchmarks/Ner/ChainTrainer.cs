using Sikap.Nlp.Names;

namespace Sikap.Benchmarks.Ner;

/// <summary>How a model is trained.</summary>
internal sealed record ChainOptions
{
    public int Epochs { get; init; } = 30;

    /// <summary>First step of the gradient descent.</summary>
    public double Step { get; init; } = 0.1;

    /// <summary>Strength of the quadratic penalty per sequence, relative to the number of sequences.</summary>
    public double Penalty { get; init; } = 0.3;

    /// <summary>Features seen less often are left out.</summary>
    public int MinCount { get; init; } = 2;

    /// <summary>Share of the features that are hidden from an update, so that no single one is leaned on.</summary>
    public double Dropout { get; init; } = 0.5;

    public ulong Seed { get; init; } = 20231121;
}

/// <summary>
/// A linear-chain conditional random field, trained by stochastic gradient descent with a quadratic penalty, weights averaged over the second half of the epochs.
/// The same input and options give the same model.
/// </summary>
internal sealed class ChainTrainer
{
    private readonly int _labels;
    private readonly ChainOptions _options;
    private readonly Dictionary<uint, int> _index = [];
    private readonly List<uint> _hashes = [];
    private readonly List<(int[][] Features, uint[] Allowed)> _sequences = [];
    private float[] _weights = [];
    private float[] _transitions = [];
    private ulong _state;

    public ChainTrainer(int kinds, ChainOptions options)
    {
        Kinds = kinds;
        _labels = NameLabels.Count(kinds);
        _options = options;
        _state = options.Seed;
    }

    public int Kinds { get; }

    public int Sequences => _sequences.Count;

    /// <summary>
    /// Learns the weights of sequences: per token its features, and the labels it may have as bits. With one bit a token is labelled; with several the material leaves open which
    /// of them is right, and what the model itself expects among them counts.
    /// </summary>
    public void Train(IReadOnlyList<(uint[][] Features, uint[] Allowed)> sequences)
    {
        var counts = new Dictionary<uint, int>();
        foreach (var feature in sequences.SelectMany(static s => s.Features).SelectMany(static f => f))
        {
            counts[feature] = counts.GetValueOrDefault(feature) + 1;
        }

        foreach (var (features, allowed) in sequences)
        {
            _sequences.Add(([.. features.Select(token => token.Where(f => counts[f] >= _options.MinCount).Select(Index).ToArray())], allowed));
        }

        _weights = new float[_hashes.Count * _labels];
        _transitions = new float[(_labels + 1) * _labels];
        var sum = new double[_weights.Length];
        var transitionSum = new double[_transitions.Length];
        var averaged = 0;
        var order = Enumerable.Range(0, _sequences.Count).ToArray();
        var decay = _options.Penalty / _sequences.Count;
        var scale = 1.0;
        long steps = 0;
        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            Shuffle(order);
            foreach (var at in order)
            {
                var step = _options.Step / (1 + (decay * _options.Step * steps++));
                // Weights are kept as value times scale, so that the penalty costs one multiplication.
                scale *= 1 - (step * decay);
                Update(_sequences[at], step, scale);
                if (scale < 1e-5)
                {
                    Rescale(ref scale);
                }
            }

            Rescale(ref scale);
            if (epoch >= _options.Epochs / 2)
            {
                averaged++;
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += _weights[i];
                }

                for (var i = 0; i < transitionSum.Length; i++)
                {
                    transitionSum[i] += _transitions[i];
                }
            }
        }

        for (var i = 0; i < sum.Length; i++)
        {
            _weights[i] = (float)(sum[i] / averaged);
        }

        for (var i = 0; i < transitionSum.Length; i++)
        {
            _transitions[i] = (float)(transitionSum[i] / averaged);
        }
    }

    /// <summary>Writes the model, weights quantised to a byte; features whose weights all round to less than <paramref name="least"/> steps are left out.</summary>
    public int Write(Stream stream, string about, WordClusters clusters, int least)
    {
        var top = _weights.Max(Math.Abs);
        // A few very strong weights may be cut so that the many small ones keep their steps.
        var sorted = _weights.Select(Math.Abs).Order().ToArray();
        top = Math.Min(top, sorted[(int)(sorted.Length * 0.9999)] * 1.5f);
        var unit = top / 127;
        var hashes = new List<uint>();
        var weights = new List<sbyte>();
        foreach (var at in Enumerable.Range(0, _hashes.Count).OrderBy(i => _hashes[i]))
        {
            var row = Enumerable.Range(0, _labels).Select(label => (sbyte)Math.Clamp(MathF.Round(_weights[(at * _labels) + label] / unit), -127, 127)).ToArray();
            if (row.Max(w => Math.Abs((int)w)) >= least)
            {
                hashes.Add(_hashes[at]);
                weights.AddRange(row);
            }
        }

        var transitions = _transitions.Select(w => (short)Math.Clamp(MathF.Round(w / unit), short.MinValue, short.MaxValue)).ToArray();
        NameModel.Write(stream, about, Kinds, transitions, clusters, [.. hashes], [.. weights]);
        return hashes.Count;
    }

    private int Index(uint feature)
    {
        feature = feature == 0 ? 1 : feature;
        if (!_index.TryGetValue(feature, out var index))
        {
            index = _hashes.Count;
            _index.Add(feature, index);
            _hashes.Add(feature);
        }

        return index;
    }

    private void Rescale(ref double scale)
    {
        for (var i = 0; i < _weights.Length; i++)
        {
            _weights[i] *= (float)scale;
        }

        for (var i = 0; i < _transitions.Length; i++)
        {
            _transitions[i] *= (float)scale;
        }

        scale = 1;
    }

    private double[] _emission = [];
    private double[] _forward = [];
    private double[] _backward = [];
    private double[] _pairs = [];

    private void Update((int[][] Features, uint[] Allowed) sequence, double step, double scale)
    {
        var (features, allowed) = sequence;
        var n = allowed.Length;
        var count = _labels;
        if (_emission.Length < n * count || _pairs.Length == 0)
        {
            _emission = new double[n * count];
            _forward = new double[n * count];
            _backward = new double[n * count];
            _pairs = new double[count * count];
        }

        var used = new int[n][];
        var keep = 1 / (1 - _options.Dropout);
        for (var i = 0; i < n; i++)
        {
            used[i] = _options.Dropout > 0 ? Array.FindAll(features[i], _ => Next() >= _options.Dropout) : features[i];
            var row = _emission.AsSpan(i * count, count);
            row.Clear();
            foreach (var feature in used[i])
            {
                var weights = _weights.AsSpan(feature * count, count);
                for (var label = 0; label < count; label++)
                {
                    row[label] += weights[label];
                }
            }

            var top = double.MinValue;
            for (var label = 0; label < count; label++)
            {
                row[label] *= scale * keep;
                top = Math.Max(top, row[label]);
            }

            for (var label = 0; label < count; label++)
            {
                row[label] = Math.Exp(row[label] - top);
            }
        }

        var chain = new double[(count + 1) * count];
        for (var from = 0; from <= count; from++)
        {
            for (var to = 0; to < count; to++)
            {
                var follows = from == count ? !NameLabels.Continues(to) : NameLabels.Follows(from, to);
                chain[(from * count) + to] = follows ? Math.Exp(_transitions[(from * count) + to] * scale) : 0;
            }
        }

        // What the model expects freely is taken away, what it expects among the allowed labels is added.
        var gain = step / scale;
        Expect(used, chain, null, n, -gain, keep);
        Expect(used, chain, allowed, n, gain, keep);
    }

    private void Expect(int[][] used, double[] chain, uint[]? allowed, int n, double gain, double keep)
    {
        var count = _labels;
        for (var i = 0; i < n; i++)
        {
            var sum = 0.0;
            for (var to = 0; to < count; to++)
            {
                var value = 0.0;
                if (allowed is null || (allowed[i] >> to & 1) != 0)
                {
                    if (i == 0)
                    {
                        value = chain[(count * count) + to];
                    }
                    else
                    {
                        for (var from = 0; from < count; from++)
                        {
                            value += _forward[((i - 1) * count) + from] * chain[(from * count) + to];
                        }
                    }

                    value *= _emission[(i * count) + to];
                }

                _forward[(i * count) + to] = value;
                sum += value;
            }

            // Nothing allowed has any weight left: the sequence teaches nothing.
            if (sum <= 0)
            {
                return;
            }

            for (var to = 0; to < count; to++)
            {
                _forward[(i * count) + to] /= sum;
            }
        }

        for (var label = 0; label < count; label++)
        {
            _backward[((n - 1) * count) + label] = NameLabels.Opens(label) ? 0 : 1;
        }

        for (var i = n - 2; i >= 0; i--)
        {
            var sum = 0.0;
            for (var from = 0; from < count; from++)
            {
                var value = 0.0;
                for (var to = 0; to < count; to++)
                {
                    if (allowed is null || (allowed[i + 1] >> to & 1) != 0)
                    {
                        value += chain[(from * count) + to] * _emission[((i + 1) * count) + to] * _backward[((i + 1) * count) + to];
                    }
                }

                _backward[(i * count) + from] = value;
                sum += value;
            }

            for (var from = 0; from < count; from++)
            {
                _backward[(i * count) + from] /= sum;
            }
        }

        Span<double> marginal = stackalloc double[count];
        for (var i = 0; i < n; i++)
        {
            var sum = 0.0;
            for (var label = 0; label < count; label++)
            {
                marginal[label] = _forward[(i * count) + label] * _backward[(i * count) + label];
                sum += marginal[label];
            }

            if (sum <= 0)
            {
                return;
            }

            for (var label = 0; label < count; label++)
            {
                marginal[label] *= gain / sum;
            }

            foreach (var feature in used[i])
            {
                var weights = _weights.AsSpan(feature * count, count);
                for (var label = 0; label < count; label++)
                {
                    weights[label] += (float)(marginal[label] * keep);
                }
            }

            if (i == 0)
            {
                for (var label = 0; label < count; label++)
                {
                    _transitions[(count * count) + label] += (float)marginal[label];
                }

                continue;
            }

            var total = 0.0;
            for (var from = 0; from < count; from++)
            {
                for (var to = 0; to < count; to++)
                {
                    var value = allowed is not null && (allowed[i] >> to & 1) == 0 ? 0
                        : _forward[((i - 1) * count) + from] * chain[(from * count) + to] * _emission[(i * count) + to] * _backward[(i * count) + to];
                    _pairs[(from * count) + to] = value;
                    total += value;
                }
            }

            for (var k = 0; k < _pairs.Length; k++)
            {
                _transitions[k] += (float)(_pairs[k] / total * gain);
            }
        }
    }

    private void Shuffle(int[] order)
    {
        for (var i = order.Length - 1; i > 0; i--)
        {
            var k = (int)(Next() * (i + 1));
            (order[i], order[k]) = (order[k], order[i]);
        }
    }

    // A generator of our own: the same numbers on every run and version of the platform.
    private double Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
