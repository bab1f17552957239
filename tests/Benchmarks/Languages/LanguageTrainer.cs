using System.Numerics;
using Sikap.Nlp.Languages;

namespace Sikap.Benchmarks.Languages;

/// <summary>
/// Trains the weights of the language reader: multinomial logistic regression by AdaGrad over stretches of sentences of many lengths. A word counts by its own row and by those of its letter groups; some
/// words are taken by their letters alone, so that those can stand for words that were not seen. In the end a word's rows are added up, so that reading needs one look-up.
/// Deterministic: the same material gives the same weights.
/// </summary>
internal sealed class LanguageTrainer
{
    private const int Stride = LanguageModel.Stride;
    /// <summary>How often a collection teaches about its <see cref="Source.Untold"/> language all the same: what only Indonesian news says is some evidence.</summary>
    private const double Told = 0.15;

    private static readonly int[] Stretches = [2, 3, 4, 6, 8, 12, 16, 24, 40];

    private readonly string[] _languages;
    private readonly List<List<Source>> _material = [];
    private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);
    private readonly List<string> _forms = [];
    private readonly List<int> _counts = [];
    private int[][] _letters = [];
    private uint[] _hashes = [];
    private bool[] _hasRow = [];
    private float[] _weights = [];
    private float[] _squares = [];
    private ulong _random = 0x9E3779B97F4A7C15;

    public LanguageTrainer(string[] languages, IEnumerable<LanguageSample> samples)
    {
        _languages = languages;
        foreach (var _ in languages)
        {
            _material.Add([]);
        }

        var groups = samples.GroupBy(static s => (s.Language, s.Source)).OrderBy(static g => g.Key).ToList();
        foreach (var group in groups)
        {
            var language = Array.IndexOf(languages, group.Key.Language);
            var close = language > 1 || groups.Any(g => g.Key == (languages[1 - language], group.Key.Source)) ? -1 : 1 - language;
            _material[language].Add(new([.. group.Select(s => Cut(s.Text)).Where(static words => words.Length > 0)], close));
        }
    }

    /// <summary>Sentences of one collection in one language.</summary>
    /// <param name="Sentences">Their words.</param>
    /// <param name="Untold">
    /// The language it teaches nothing about; -1 for none. Of the close pair, Indonesian has collections that Malay lacks; they would teach that whatever is told in Indonesian news makes a text Indonesian.
    /// </param>
    private sealed record Source(List<int[]> Sentences, int Untold);

    /// <summary>Trains, leaves out what tells least, trains the rest again, and returns the rows by hash, one byte per language.</summary>
    public (Dictionary<uint, sbyte[]> Words, Dictionary<uint, sbyte[]> Letters) Run(int words, int letters, int epochs, int perLanguage)
    {
        Features(null);
        Train(epochs, perLanguage);
        var keep = new HashSet<uint>();
        var use = new Dictionary<uint, (double Worth, int Feature)>();
        var uses = new int[_hashes.Length];
        for (var w = 0; w < _forms.Count; w++)
        {
            foreach (var feature in _letters[w])
            {
                uses[feature] += _counts[w];
            }
        }

        for (var f = 0; f < _hashes.Length; f++)
        {
            use[_hashes[f]] = (Spread(_forms.Count + f) * Math.Sqrt(uses[f]), f);
        }

        foreach (var (hash, _) in use.OrderByDescending(static pair => pair.Value.Worth).ThenBy(static pair => pair.Key).Take(letters))
        {
            keep.Add(hash);
        }

        var rank = Enumerable.Range(0, _forms.Count).Where(w => _hasRow[w]).OrderByDescending(w => Spread(w) * Math.Sqrt(_counts[w])).ThenBy(w => _forms[w], StringComparer.Ordinal).Take(words).ToHashSet();
        for (var w = 0; w < _forms.Count; w++)
        {
            _hasRow[w] = rank.Contains(w);
        }

        Features(keep);
        Train(epochs, perLanguage);
        return (Rows(Enumerable.Range(0, _forms.Count).Where(w => _hasRow[w]).Select(w => (LanguageFeatures.Word(_forms[w]), Summed(w)))), Rows(Enumerable.Range(0, _hashes.Length).Select(f => (_hashes[f], Row(_forms.Count + f)))));
    }

    private int[] Cut(string text)
    {
        var result = new List<int>();
        foreach (var word in LanguageFeatures.Words(text).Where(static w => w.Length > 1))
        {
            if (!_words.TryGetValue(word, out var id))
            {
                _words[word] = id = _forms.Count;
                _forms.Add(word);
                _counts.Add(0);
            }

            _counts[id]++;
            result.Add(id);
        }

        return [.. result];
    }

    // Letter groups per word; in the first round those that occur often enough, in the second those kept.
    private void Features(HashSet<uint>? keep)
    {
        if (keep is null)
        {
            _hasRow = [.. _counts.Select(static count => count >= 3)];
            var uses = new Dictionary<uint, int>();
            for (var w = 0; w < _forms.Count; w++)
            {
                foreach (var hash in Groups(_forms[w]))
                {
                    uses[hash] = uses.GetValueOrDefault(hash) + Math.Min(_counts[w], 3);
                }
            }

            keep = [.. uses.Where(static pair => pair.Value >= 12).Select(static pair => pair.Key)];
        }

        _hashes = [.. keep.Order()];
        var index = _hashes.Select(static (hash, i) => (hash, i)).ToDictionary(static pair => pair.hash, static pair => pair.i);
        _letters = [.. _forms.Select(form => Groups(form).Where(index.ContainsKey).Select(hash => index[hash]).ToArray())];
        _weights = new float[(_forms.Count + _hashes.Length) * Stride];
        _squares = new float[_weights.Length];
    }

    private static IEnumerable<uint> Groups(string form)
    {
        var bounded = LanguageFeatures.Bound + form + LanguageFeatures.Bound;
        for (var last = 1; last < bounded.Length; last++)
        {
            for (var count = 2; count <= LanguageFeatures.MaxGroup && count <= last + 1; count++)
            {
                yield return LanguageFeatures.Letters(bounded, last, count);
            }
        }
    }

    private void Train(int epochs, int perLanguage)
    {
        var features = new List<int>();
        Span<float> scores = stackalloc float[Stride];
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            double loss = 0;
            for (var i = 0; i < perLanguage; i++)
            {
                for (var language = 0; language < _languages.Length; language++)
                {
                    // The pair that matters most and is hardest is seen more often.
                    for (var times = language < 2 ? 3 : 1; times > 0; times--)
                    {
                        loss += Step(language, Draw(language, features), features, scores);
                    }
                }
            }

            Console.Error.WriteLine($"epoch {epoch + 1}: loss {loss / perLanguage / (_languages.Length + 4):F4}");
        }
    }

    private int Draw(int language, List<int> features)
    {
        features.Clear();
        var sources = _material[language];
        var total = sources.Sum(static s => Math.Sqrt(s.Sentences.Count));
        var at = Uniform() * total;
        var source = sources[^1];
        foreach (var candidate in sources)
        {
            at -= Math.Sqrt(candidate.Sentences.Count);
            if (at < 0)
            {
                source = candidate;
                break;
            }
        }

        var sentence = source.Sentences[(int)(Uniform() * source.Sentences.Count)];
        var length = Math.Min(sentence.Length, Stretches[(int)(Uniform() * Stretches.Length)]);
        var start = (int)(Uniform() * (sentence.Length - length + 1));
        for (var i = start; i < start + length; i++)
        {
            var word = sentence[i];
            if (_hasRow[word] && Uniform() > 0.25)
            {
                features.Add(word);
            }

            foreach (var letters in _letters[word])
            {
                features.Add(_forms.Count + letters);
            }
        }

        return Uniform() < Told ? -1 : source.Untold;
    }

    private float Step(int language, int untold, List<int> features, Span<float> scores)
    {
        const float Rate = 0.15f;
        const float Decay = 2e-6f;
        scores.Clear();
        var wide = Vector<float>.Count;
        foreach (var feature in features)
        {
            for (var i = 0; i < Stride; i += wide)
            {
                (new Vector<float>(scores[i..]) + new Vector<float>(_weights, (feature * Stride) + i)).CopyTo(scores[i..]);
            }
        }

        var max = float.MinValue;
        for (var i = 0; i < _languages.Length; i++)
        {
            max = Math.Max(max, scores[i]);
        }

        var sum = 0f;
        for (var i = 0; i < _languages.Length; i++)
        {
            scores[i] = i == untold ? 0 : MathF.Exp(scores[i] - max);
            sum += scores[i];
        }

        for (var i = 0; i < Stride; i++)
        {
            scores[i] = i < _languages.Length ? scores[i] / sum : 0;
        }

        var loss = -MathF.Log(Math.Max(scores[language], 1e-9f));
        if (scores[language] > 0.999f)
        {
            return loss;
        }

        scores[language] -= 1;
        foreach (var feature in features)
        {
            for (var i = 0; i < Stride; i += wide)
            {
                var at = (feature * Stride) + i;
                var weight = new Vector<float>(_weights, at);
                var slope = new Vector<float>(scores[i..]) + (weight * Decay);
                var square = new Vector<float>(_squares, at) + (slope * slope);
                square.CopyTo(_squares, at);
                (weight - (slope * Rate / (Vector.SquareRoot(square) + new Vector<float>(1e-3f)))).CopyTo(_weights, at);
            }
        }

        return loss;
    }

    private double Uniform()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (_random >> 11) * (1.0 / (1UL << 53));
    }

    private double Spread(int feature)
    {
        var row = Row(feature);
        var mean = row.Average();
        return Math.Sqrt(row.Sum(x => (x - mean) * (x - mean)));
    }

    private float[] Row(int feature) => _weights.AsSpan(feature * Stride, _languages.Length).ToArray();

    private float[] Summed(int word)
    {
        var row = Row(word);
        foreach (var letters in _letters[word])
        {
            for (var i = 0; i < row.Length; i++)
            {
                row[i] += _weights[((_forms.Count + letters) * Stride) + i];
            }
        }

        return row;
    }

    // Only differences within a row count: the middle weight becomes 0, and weights near it too, which packs best.
    private static Dictionary<uint, sbyte[]> Rows(IEnumerable<(uint Hash, float[] Row)> rows)
    {
        var result = new Dictionary<uint, sbyte[]>();
        foreach (var (hash, row) in rows)
        {
            var middle = row.Order().ElementAt(row.Length / 2);
            result[hash] = [.. row.Select(w => Math.Round((w - middle) * LanguageModel.UnitsPerNat)).Select(static w => (sbyte)(Math.Abs(w) < 2 ? 0 : Math.Clamp(w, -127, 127)))];
        }

        return result;
    }
}
