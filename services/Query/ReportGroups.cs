using System.Runtime.InteropServices;

namespace Sikap.Query;

/// <summary>
/// Which articles are one report: nearly the same text, as Ingestion found, or on the same position of the same holder from the same agency within a day. The latter is told position by position, since an
/// agency sends many reports a day, and only those on the same position may be one.
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
    // By the numbers of groups of copies.
    private readonly Dictionary<int, int> _firstOf = [];

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
        JoinCopies();
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

    private void JoinCopies()
    {
        _firstOf.Clear();
        foreach (var article in _added)
        {
            if (view.Article(article).Report is var report and not 0)
            {
                ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_firstOf, report, out var known);
                if (known)
                {
                    Join(first, article);
                }
                else
                {
                    first = article;
                }
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
