using System.Numerics;

namespace Sikap.Query;

/// <summary>
/// Which articles are one report: nearly the same text, or on the same position of the same holder from the same agency within a day. Told pair by pair, since an agency sends
/// many reports a day, and only those on the same position may be one.
/// </summary>
internal sealed class ReportGroups
{
    private readonly Dictionary<LedgerArticle, LedgerArticle> _parents = [];

    /// <summary>How many independent reports <paramref name="articles"/> of one holder's position are.</summary>
    public static int Count(IEnumerable<LedgerArticle> articles)
    {
        var groups = new ReportGroups();
        groups.Add(articles);
        return groups.Groups().Count;
    }

    /// <summary>Takes in the articles that report the position of one holder on one issue.</summary>
    public void Add(IEnumerable<LedgerArticle> articles)
    {
        var added = articles.Distinct().ToList();
        foreach (var article in added)
        {
            _parents.TryAdd(article, article);
        }
        if (added.Count < 2)
        {
            return;
        }

        foreach (var agency in added.Where(article => article.Origin.Length > 0 && article.Date != DateKey.UndatedNumber).GroupBy(article => article.Origin))
        {
            LedgerArticle? before = null;
            foreach (var article in agency.OrderBy(article => article.Date))
            {
                if (before is not null && DateKey.Days(article.Date).First - DateKey.Days(before.Date).Last <= 1)
                {
                    Join(before, article);
                }
                before = article;
            }
        }
        for (var band = 0; band < TextSignature.Bands; band++)
        {
            foreach (var alike in added.Where(article => article.Signature != 0).GroupBy(article => TextSignature.Band(article.Signature, band)))
            {
                var first = alike.First();
                foreach (var article in alike.Skip(1).Where(article => TextSignature.AreNear(first.Signature, article.Signature)))
                {
                    Join(first, article);
                }
            }
        }
    }

    /// <summary>The reports, each with its articles in the order of their dates.</summary>
    public List<List<LedgerArticle>> Groups() =>
        [.. _parents.Keys.GroupBy(Root).Select(group => group.OrderBy(article => article.Date).ThenBy(article => article.Key).ToList())];

    private void Join(LedgerArticle left, LedgerArticle right) => _parents[Root(right)] = Root(left);

    private LedgerArticle Root(LedgerArticle article)
    {
        while (_parents[article] != article)
        {
            // Halves the way for whoever comes next.
            _parents[article] = _parents[_parents[article]];
            article = _parents[article];
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
        Span<int> votes = stackalloc int[64];
        for (var i = 0; i + Shingle <= words.Count; i++)
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
            for (var bit = 0; bit < 64; bit++)
            {
                votes[bit] += ((hash >> bit) & 1) == 1 ? 1 : -1;
            }
        }

        var signature = 0UL;
        for (var bit = 0; bit < 64; bit++)
        {
            signature |= votes[bit] > 0 ? 1UL << bit : 0;
        }
        return unchecked((long)signature);
    }

    /// <summary>The part number <paramref name="band"/> of a signature.</summary>
    public static int Band(long signature, int band) => (int)((ulong)signature >> (band * (64 / Bands))) & 0xffff;

    /// <summary>True for texts that are copies of each other.</summary>
    public static bool AreNear(long left, long right) => left != 0 && right != 0 && BitOperations.PopCount((ulong)(left ^ right)) <= MaxDistance;
}
