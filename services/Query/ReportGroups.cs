using System.Numerics;
using System.Runtime.InteropServices;

namespace Sikap.Query;

/// <summary>
/// Which articles are one report: nearly the same text, or on the same position of the same holder from the same agency within a day. Told pair by pair, since an agency sends
/// many reports a day, and only those on the same position may be one.
/// </summary>
internal sealed class ReportGroups(LedgerView view)
{
    // By the numbers of the articles.
    private readonly Dictionary<int, int> _parents = [];
    // Used again for each position: there are thousands, most with a handful of articles.
    private readonly List<int> _added = [];
    // What is sorted by, in one number each: tuples take ten times as long.
    private readonly List<long> _keys = [];
    private readonly List<int> _articles = [];

    /// <summary>How many independent reports <paramref name="articles"/> of one holder's position are.</summary>
    public static int Count(LedgerView view, ReadOnlySpan<int> articles)
    {
        if (articles.Length < 2)
        {
            return articles.Length;
        }
        var groups = new ReportGroups(view);
        groups.Add(articles);
        return groups._parents.Count(article => article.Key == article.Value);
    }

    /// <summary>Takes in the articles that report the position of one holder on one issue.</summary>
    public void Add(ReadOnlySpan<int> articles)
    {
        _added.Clear();
        _added.AddRange(articles);
        _added.Sort();
        var kept = 0;
        for (var i = 0; i < _added.Count; i++)
        {
            if (kept == 0 || _added[i] != _added[kept - 1])
            {
                _added[kept++] = _added[i];
            }
        }
        _added.RemoveRange(kept, _added.Count - kept);
        foreach (var article in _added)
        {
            _parents.TryAdd(article, article);
        }
        if (_added.Count < 2)
        {
            return;
        }
        JoinAgencies();
        for (var band = 0; band < TextSignature.Bands; band++)
        {
            JoinAlike(band);
        }
    }

    /// <summary>The report that each article belongs to, by the numbers of the articles: that of one of its articles.</summary>
    public IEnumerable<(int Article, int Report)> Articles() => _parents.Keys.ToList().Select(article => (article, Root(article)));

    private void JoinAgencies()
    {
        // Dates have twelve digits, which take 40 bits.
        const int DateBits = 40;
        _keys.Clear();
        _articles.Clear();
        foreach (var number in _added)
        {
            ref readonly var article = ref view.Article(number);
            if (article.Origin != 0 && article.Date != DateKey.UndatedNumber)
            {
                _keys.Add(((long)article.Origin << DateBits) | article.Date);
                _articles.Add(number);
            }
        }
        CollectionsMarshal.AsSpan(_keys).Sort(CollectionsMarshal.AsSpan(_articles));
        for (var i = 1; i < _keys.Count; i++)
        {
            var (before, article) = (_keys[i - 1], _keys[i]);
            if (before == article || (before >> DateBits == article >> DateBits && DateKey.Days(DateOf(article)).First - DateKey.Days(DateOf(before)).Last <= 1))
            {
                Join(_articles[i - 1], _articles[i]);
            }
        }

        static long DateOf(long key) => key & ((1L << DateBits) - 1);
    }

    private void JoinAlike(int band)
    {
        _keys.Clear();
        for (var place = 0; place < _added.Count; place++)
        {
            if (view.Article(_added[place]).Signature is var signature and not 0)
            {
                _keys.Add(((long)TextSignature.Band(signature, band) << 32) | (uint)place);
            }
        }
        _keys.Sort();
        for (int i = 1, first = 0; i < _keys.Count; i++)
        {
            if (_keys[i] >> 32 != _keys[first] >> 32)
            {
                first = i;
            }
            else if (_added[(int)_keys[first]] is var left && _added[(int)_keys[i]] is var right && TextSignature.AreNear(view.Article(left).Signature, view.Article(right).Signature))
            {
                Join(left, right);
            }
        }
    }

    private void Join(int left, int right) => _parents[Root(right)] = Root(left);

    private int Root(int article)
    {
        while (_parents[article] is var parent && parent != article)
        {
            // Halves the way for whoever comes next.
            article = _parents[article] = _parents[parent];
        }
        return article;
    }
}

/// <summary>
/// A number of 64 bits that nearly identical texts nearly share (Charikar's simhash over word triples): a copy with another headline or a cut last paragraph differs in a few bits, another text in about half.
/// </summary>
internal static class TextSignature
{
    /// <summary>Parts that a signature is looked up by; of texts that are near at least one part is equal.</summary>
    public const int Bands = MaxDistance + 1;

    // The usual limit for 64 bits (Manku, Jain, Das Sarma 2007).
    private const int MaxDistance = 3;

    // Shorter texts have too few triples for the bits to mean something.
    private const int MinWords = 30;
    private const int Shingle = 3;

    /// <summary>Signature of the words of a story; 0 when there are too few.</summary>
    public static long Of(IReadOnlyList<string> words)
    {
        if (words.Count < MinWords)
        {
            return 0;
        }
        // How many hashes have each bit set. Eight bits are counted at a time, each in a byte of its own, which is emptied before it can overflow.
        Span<int> set = stackalloc int[64];
        set.Clear();
        Span<ulong> counts = stackalloc ulong[8];
        counts.Clear();
        var shingles = words.Count - Shingle + 1;
        for (var i = 0; i < shingles; i++)
        {
            // FNV-1a, then a finaliser that spreads it over all bits; string.GetHashCode differs from run to run.
            var hash = 14695981039346656037UL;
            for (var w = i; w < i + Shingle; w++)
            {
                foreach (var c in words[w])
                {
                    hash = (hash ^ c) * 1099511628211UL;
                }
                hash = (hash ^ ' ') * 1099511628211UL;
            }
            hash ^= hash >> 33;
            hash *= 0xff51afd7ed558ccdUL;
            hash ^= hash >> 33;
            for (var bit = 0; bit < 8; bit++)
            {
                counts[bit] += (hash >> bit) & 0x0101010101010101UL;
            }
            if ((i + 1) % byte.MaxValue != 0 && i + 1 < shingles)
            {
                continue;
            }
            for (var bit = 0; bit < 64; bit++)
            {
                set[bit] += (byte)(counts[bit & 7] >> (bit & ~7));
            }
            counts.Clear();
        }

        var signature = 0UL;
        for (var bit = 0; bit < 64; bit++)
        {
            signature |= 2 * set[bit] > shingles ? 1UL << bit : 0;
        }
        return unchecked((long)signature);
    }

    /// <summary>The part number <paramref name="band"/> of a signature.</summary>
    public static int Band(long signature, int band) => (int)((ulong)signature >> (band * (64 / Bands))) & 0xffff;

    /// <summary>True for texts that are copies of each other.</summary>
    public static bool AreNear(long left, long right) => left != 0 && right != 0 && BitOperations.PopCount((ulong)(left ^ right)) <= MaxDistance;
}
