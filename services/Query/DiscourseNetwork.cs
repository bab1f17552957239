using System.Runtime.InteropServices;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>How a network is made of statements.</summary>
/// <param name="Kind">What its nodes are.</param>
/// <param name="Qualifier">What becomes of the labels.</param>
/// <param name="Normalization">What weights are divided by.</param>
/// <param name="Levels">The labels that are told apart, from opposition to support.</param>
/// <param name="WithArticles">True when edges tell the articles behind them.</param>
internal sealed record NetworkRules(
    Proto.NetworkKind Kind, Proto.QualifierAggregation Qualifier, Proto.Normalization Normalization, IReadOnlyList<Proto.StanceLabel> Levels, bool WithArticles)
{
    /// <summary>The two labels of a boolean qualifier.</summary>
    public static IReadOnlyList<Proto.StanceLabel> TwoLevels { get; } = [Proto.StanceLabel.Oppose, Proto.StanceLabel.Support];

    /// <summary>
    /// The labels that <paramref name="statements"/> have to tell apart: both sides, or, where neutral ones count, those that occur, which as of an integer qualifier also decides what the greatest distance is.
    /// </summary>
    public static IReadOnlyList<Proto.StanceLabel> LevelsOf(ReadOnlySpan<NetworkStatement> statements, bool neutral)
    {
        if (!neutral)
        {
            return TwoLevels;
        }
        var levels = new HashSet<Proto.StanceLabel>();
        foreach (ref readonly var statement in statements)
        {
            levels.Add(statement.Label);
        }
        return [.. levels.OrderBy(ValueOf)];
    }

    /// <summary>-1, 0 or 1.</summary>
    public static int ValueOf(Proto.StanceLabel label) => label switch { Proto.StanceLabel.Support => 1, Proto.StanceLabel.Oppose => -1, _ => 0 };
}

/// <summary>An edge between two nodes.</summary>
/// <param name="Row">Number of the first node: the actor, or of a one-mode network the one with the lower number.</param>
/// <param name="Column">Number of the second node.</param>
/// <param name="Weight">Not 0.</param>
internal sealed record NetworkLink(int Row, int Column, double Weight)
{
    /// <summary>Two-mode: statements by label.</summary>
    public LabelCounts Counts { get; init; }

    /// <summary>One-mode: sum of products that agree, before normalisation.</summary>
    public double Congruence { get; init; }

    /// <summary>One-mode: sum of products that disagree, before normalisation.</summary>
    public double Conflict { get; init; }

    /// <summary>One-mode: nodes of the other kind that both have a statement with.</summary>
    public int Shared { get; init; }

    /// <summary>Keys of the articles behind it, rising; empty unless asked for.</summary>
    public IReadOnlyList<int> Articles { get; init; } = [];
}

/// <summary>Statements by label.</summary>
internal readonly record struct LabelCounts(int Support, int Oppose, int Neutral)
{
    public int Total => Support + Oppose + Neutral;

    public int this[Proto.StanceLabel label] => label switch { Proto.StanceLabel.Support => Support, Proto.StanceLabel.Oppose => Oppose, _ => Neutral };

    public LabelCounts With(Proto.StanceLabel label) => label switch
    {
        Proto.StanceLabel.Support => this with { Support = Support + 1 },
        Proto.StanceLabel.Oppose => this with { Oppose = Oppose + 1 },
        _ => this with { Neutral = Neutral + 1 },
    };

    public LabelCounts With(LabelCounts other) => new(Support + other.Support, Oppose + other.Oppose, Neutral + other.Neutral);
}

/// <summary>
/// A discourse network over statements, by the definitions of Discourse Network Analyzer (Leifeld; the exporter of version 3). Edges are worked out row by row, so that of the
/// network only one row is in memory at a time.
/// </summary>
internal sealed class DiscourseNetwork
{
    private readonly NetworkRules _rules;
    private readonly ReadOnlyMemory<NetworkStatement> _statements;
    // Statement numbers, those of one cell together.
    private readonly int[] _byCell;
    // By row, then column; rows and columns are counted from 0 in the order of their nodes.
    private readonly List<Cell> _cells = [];
    private readonly List<Line> _rows = [];
    private readonly Dictionary<int, Line> _columns = [];
    private readonly double[,] _distances;

    /// <param name="statements">All that count, duplicates left out.</param>
    /// <param name="rules">How to count them.</param>
    public DiscourseNetwork(ReadOnlyMemory<NetworkStatement> statements, NetworkRules rules)
    {
        _rules = rules;
        _statements = statements;
        _byCell = new int[statements.Length];
        var all = statements.Span;
        // Row above column in one number: a third of the time of comparing them one after the other.
        var keys = new long[statements.Length];
        for (var i = 0; i < all.Length; i++)
        {
            _byCell[i] = i;
            keys[i] = rules.Kind == Proto.NetworkKind.Issues ? KeyOf(all[i].Issue, all[i].Actor) : KeyOf(all[i].Actor, all[i].Issue);
        }
        Array.Sort(keys, _byCell);
        for (var first = 0; first < keys.Length;)
        {
            var (row, column) = ((int)(keys[first] >> 32), (int)keys[first]);
            var next = first;
            var counts = default(LabelCounts);
            for (; next < keys.Length && keys[next] == keys[first]; next++)
            {
                counts = counts.With(all[_byCell[next]].Label);
            }
            if (_rows.Count == 0 || _rows[^1].Node != row)
            {
                _rows.Add(new Line(row));
            }
            var line = CollectionsMarshal.GetValueRefOrAddDefault(_columns, column, out _) ??= new Line(column);
            var cell = new Cell(_rows.Count - 1, line, counts, first, next - first);
            _rows[^1].Add(_cells.Count, counts.Total);
            line.Add(_cells.Count, counts.Total);
            line.Rows.Add((_rows.Count - 1, counts));
            _cells.Add(cell);
            first = next;
        }

        var levels = rules.Levels;
        double range = levels.Count < 2 ? 1 : NetworkRules.ValueOf(levels[^1]) - NetworkRules.ValueOf(levels[0]);
        _distances = new double[levels.Count, levels.Count];
        for (var left = 0; left < levels.Count; left++)
        {
            for (var right = 0; right < levels.Count; right++)
            {
                _distances[left, right] = Math.Abs(NetworkRules.ValueOf(levels[left]) - NetworkRules.ValueOf(levels[right])) / range;
            }
        }

        static long KeyOf(int row, int column) => ((long)row << 32) | (uint)column;
    }

    /// <summary>Nodes of <paramref name="issues"/> or actors with their statements and articles.</summary>
    public IReadOnlyDictionary<int, (LabelCounts Counts, int Articles)> Nodes(bool issues)
    {
        // One node after the other, so that only its own articles are in memory.
        var articles = new List<int>();
        var lines = issues == (_rules.Kind == Proto.NetworkKind.Issues) ? _rows : [.. _columns.Values];
        return lines.ToDictionary(line => line.Node, line =>
        {
            var counts = default(LabelCounts);
            articles.Clear();
            foreach (var cell in line.Cells.Select(number => _cells[number]))
            {
                counts = counts.With(cell.Counts);
                AddArticles(cell, articles);
            }
            articles.Sort();
            return (counts, articles.Index().Count(article => article.Index == 0 || articles[article.Index - 1] != article.Item));
        });
    }

    /// <summary>The edges by row and column.</summary>
    public IEnumerable<NetworkLink> Links(CancellationToken cancellationToken) =>
        _rules.Kind == Proto.NetworkKind.TwoMode ? TwoMode(cancellationToken) : OneMode(cancellationToken);

    private IEnumerable<NetworkLink> TwoMode(CancellationToken cancellationToken)
    {
        foreach (var cell in _cells)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double weight = _rules.Qualifier switch
            {
                Proto.QualifierAggregation.Subtract => cell.Counts.Support - cell.Counts.Oppose,
                Proto.QualifierAggregation.Combine => Combination(cell.Counts),
                _ => cell.Counts.Total,
            };
            weight /= _rules.Normalization switch
            {
                Proto.Normalization.Activity => _rows[cell.Row].Statements,
                Proto.Normalization.Prominence => cell.Column.Statements,
                _ => 1,
            };
            if (weight != 0)
            {
                yield return new NetworkLink(_rows[cell.Row].Node, cell.Column.Node, weight) { Counts = cell.Counts, Articles = _rules.WithArticles ? ArticlesOf([cell]) : [] };
            }
        }
    }

    /// <summary>Which labels occur, as a binary number whose last digit is the last level.</summary>
    private int Combination(LabelCounts counts) => _rules.Levels.Aggregate(0, (number, level) => (number * 2) + (counts[level] > 0 ? 1 : 0));

    private IEnumerable<NetworkLink> OneMode(CancellationToken cancellationToken)
    {
        var sums = new PairSum[_rows.Count];
        var touched = new List<int>();
        for (var row = 0; row < _rows.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            touched.Clear();
            foreach (var number in _rows[row].Cells)
            {
                var cell = _cells[number];
                // Rows above this one have had their turn: what is left of the column begins behind this cell.
                foreach (ref readonly var against in CollectionsMarshal.AsSpan(cell.Column.Rows)[++cell.Column.Done..])
                {
                    ref var sum = ref sums[against.Row];
                    if (sum.Shared == 0)
                    {
                        touched.Add(against.Row);
                    }
                    Sum(ref sum, cell.Counts, against.Counts);
                }
            }
            touched.Sort();
            foreach (var other in touched)
            {
                var sum = sums[other];
                sums[other] = default;
                var raw = _rules.Qualifier switch
                {
                    Proto.QualifierAggregation.Congruence => sum.Congruence,
                    Proto.QualifierAggregation.Conflict => sum.Conflict,
                    Proto.QualifierAggregation.Subtract => sum.Congruence - sum.Conflict,
                    _ => sum.All,
                };
                if (raw != 0)
                {
                    yield return new NetworkLink(_rows[row].Node, _rows[other].Node, raw / Norm(_rows[row].Statements, _rows[other].Statements, sum))
                    {
                        Congruence = sum.Congruence,
                        Conflict = sum.Conflict,
                        Shared = sum.Shared,
                        Articles = _rules.WithArticles ? ArticlesOf(SharedCells(_rows[row], _rows[other])) : [],
                    };
                }
            }
        }
    }

    private void Sum(ref PairSum sum, LabelCounts left, LabelCounts right)
    {
        var levels = _rules.Levels;
        sum.Shared++;
        sum.All += (double)left.Total * right.Total;
        if (ReferenceEquals(levels, NetworkRules.TwoLevels))
        {
            // The usual case, written out: the two sides are as far apart as can be.
            var both = ((double)left.Support * right.Support) + ((double)left.Oppose * right.Oppose);
            sum.Congruence += both;
            sum.Conflict += ((double)left.Support * right.Oppose) + ((double)left.Oppose * right.Support);
            sum.Both += both;
            if (left.Support > 0 && right.Support > 0)
            {
                sum.MineShared += left.Support;
                sum.TheirsShared += right.Support;
            }
            if (left.Oppose > 0 && right.Oppose > 0)
            {
                sum.MineShared += left.Oppose;
                sum.TheirsShared += right.Oppose;
            }
            return;
        }
        for (var l = 0; l < levels.Count; l++)
        {
            double mine = left[levels[l]];
            if (mine == 0)
            {
                continue;
            }
            for (var r = 0; r < levels.Count; r++)
            {
                var product = mine * right[levels[r]];
                sum.Congruence += product * (1 - _distances[l, r]);
                sum.Conflict += product * _distances[l, r];
                if (l == r && product > 0)
                {
                    sum.Both += product;
                    sum.MineShared += mine;
                    sum.TheirsShared += right[levels[r]];
                }
            }
        }
    }

    private double Norm(double mine, double theirs, in PairSum sum) => _rules.Normalization switch
    {
        Proto.Normalization.Average => (mine + theirs) / 2,
        Proto.Normalization.Jaccard => theirs - sum.TheirsShared + (mine - sum.MineShared) + sum.Both,
        Proto.Normalization.Cosine => mine * theirs,
        _ => 1,
    };

    private IEnumerable<Cell> SharedCells(Line left, Line right)
    {
        var theirs = right.Cells.ToDictionary(number => _cells[number].Column, number => _cells[number]);
        foreach (var mine in left.Cells.Select(number => _cells[number]))
        {
            if (theirs.TryGetValue(mine.Column, out var other))
            {
                yield return mine;
                yield return other;
            }
        }
    }

    private List<int> ArticlesOf(IEnumerable<Cell> cells)
    {
        var articles = new List<int>();
        foreach (var cell in cells)
        {
            AddArticles(cell, articles);
        }
        return [.. articles.Distinct().Order()];
    }

    private void AddArticles(Cell cell, List<int> articles)
    {
        var all = _statements.Span;
        for (var i = cell.First; i < cell.First + cell.Count; i++)
        {
            articles.Add(all[_byCell[i]].Article);
        }
    }

    /// <summary>The statements of one row on one column: <paramref name="Count"/> of them from <paramref name="First"/> on in the order of cells.</summary>
    private readonly record struct Cell(int Row, Line Column, LabelCounts Counts, int First, int Count);

    /// <summary>A row or a column.</summary>
    private sealed class Line(int node)
    {
        public int Node { get; } = node;

        /// <summary>Numbers of its cells, rising.</summary>
        public List<int> Cells { get; } = [];

        public int Statements { get; private set; }

        /// <summary>Of a column: its cells' rows and counts. One after the other in memory: whoever compares all rows of a column reads nothing else.</summary>
        public List<(int Row, LabelCounts Counts)> Rows { get; } = [];

        /// <summary>Of a column: cells of rows that have had their turn.</summary>
        public int Done { get; set; }

        public void Add(int cell, int statements)
        {
            Cells.Add(cell);
            Statements += statements;
        }
    }

    private struct PairSum
    {
        public int Shared;
        public double All;
        public double Congruence;
        public double Conflict;
        // Sums over what both say with the same label, for Jaccard.
        public double Both;
        public double MineShared;
        public double TheirsShared;
    }
}
