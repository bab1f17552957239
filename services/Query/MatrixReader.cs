using System.Globalization;
using System.Runtime.InteropServices;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Some rows of a matrix.</summary>
/// <param name="Rows">Those with most stances first.</param>
/// <param name="NextKey">Where the next rows begin; null when there are none.</param>
/// <param name="Total">Rows of the whole matrix.</param>
internal sealed record MatrixPage(IReadOnlyList<MatrixRowCount> Rows, string? NextKey, long Total);

/// <param name="Holder">A holder of the row.</param>
/// <param name="Represents">Comparable name of whom the row's holders speak for; empty for a holder by itself.</param>
/// <param name="Cells">Its cells, by issue and period.</param>
internal sealed record MatrixRowCount(Proto.Actor Holder, string Represents, IReadOnlyList<MatrixCellCount> Cells);

/// <summary>Stances of one row on one issue in one period.</summary>
internal sealed class MatrixCellCount(int issue, string period, bool countReports = false)
{
    private readonly PairSide[] _sides = new PairSide[4];
    private readonly List<LedgerArticle> _articles = [];

    public int Issue { get; } = issue;

    public string Period { get; } = period;

    /// <summary>Independent reports; 0 unless they are counted.</summary>
    public int Reports => ReportGroups.Count(_articles);

    public int this[Proto.StanceLabel label] => _sides[(int)label].Count;

    /// <summary>The label of most confidence; the latest wins a tie.</summary>
    public Proto.StanceLabel Prevailing
    {
        get
        {
            var best = 1;
            for (var label = 2; label < _sides.Length; label++)
            {
                var (side, other) = (_sides[label], _sides[best]);
                best = side.Confidence > other.Confidence || (side.Confidence == other.Confidence && side.Latest > other.Latest) ? label : best;
            }
            return (Proto.StanceLabel)best;
        }
    }

    /// <summary>Best evidence of the prevailing label.</summary>
    public Position Best => _sides[(int)Prevailing].Best;

    public void Add(in Position position)
    {
        _sides[(int)position.Label].Add(position);
        if (countReports)
        {
            _articles.Add(position.Article);
        }
    }

    /// <summary>Adds all positions of a pair.</summary>
    public void Add(ReadOnlySpan<PairSide> sides)
    {
        for (var label = 0; label < sides.Length; label++)
        {
            _sides[label].Add(sides[label]);
        }
    }
}

/// <summary>What is counted of positions with one label.</summary>
internal struct PairSide
{
    public int Count { get; private set; }

    public long Confidence { get; private set; }

    /// <summary>Date of the latest; 0 when none has one.</summary>
    public long Latest { get; private set; }

    /// <summary>The best evidence.</summary>
    public Position Best { get; private set; }

    public void Add(in Position position)
    {
        if (Count == 0 || position.IsBetterThan(Best))
        {
            Best = position;
        }
        Latest = Math.Max(Latest, position.Date == DateKey.UndatedNumber ? 0 : position.Date);
        Confidence += position.Confidence;
        Count++;
    }

    public void Add(in PairSide other)
    {
        if (other.Count == 0)
        {
            return;
        }
        if (Count == 0 || other.Best.IsBetterThan(Best))
        {
            Best = other.Best;
        }
        Latest = Math.Max(Latest, other.Latest);
        Confidence += other.Confidence;
        Count += other.Count;
    }
}

/// <summary>Counts a matrix: all rows by their stances first, then the cells of those that are shown.</summary>
internal static class MatrixReader
{
    private const long MinutesDigits = 10_000;

    public static MatrixPage Read(LedgerView view, StanceFilter filter, Proto.RollUp rollUp, Proto.Period period, bool countReports, PageRequest page, int maxCells)
    {
        // Rows with equal counts stand in the order in which their first holder came into the ledger.
        var picker = new PagePicker<Row>(page);
        foreach (var row in Rows(view, filter, rollUp))
        {
            picker.Add(row.Place, row);
        }
        var picked = picker.Take();

        // A row has a cell for each of its issues at least: those that cannot be shown any more are not counted.
        var shown = picked.Items.Take(Math.Max(1, FittingRows(picked.Items, maxCells))).ToList();
        Fill(view, filter, shown, period, countReports);
        var left = maxCells;
        var fitting = shown.TakeWhile((row, place) => (left -= row.Cells.Count) >= 0 || place == 0).ToList();
        return new MatrixPage(
            [.. fitting.Select(row => new MatrixRowCount(Name(view, row), row.Represents, [.. row.Cells.Values.OrderBy(cell => cell.Issue).ThenBy(cell => cell.Period, StringComparer.Ordinal)]))],
            fitting.Count < picked.Items.Count ? fitting[^1].Place.ToString() : picked.NextKey,
            picked.Total!.Value);
    }

    private static List<Row> Rows(LedgerView view, StanceFilter filter, Proto.RollUp rollUp)
    {
        var rows = new List<Row>();
        var byName = new Dictionary<string, Row>(StringComparer.Ordinal);
        var counts = view.Count(filter);
        foreach (var pairs in view.ByHolder(filter))
        {
            Row? row = null;
            foreach (var pair in pairs)
            {
                if (filter.Takes(pair) && (counts is null ? pair.Count : counts[pair.Number]) is var count and > 0)
                {
                    (row ??= RowOf(pair.Holder)).Add(pair, count);
                }
            }
        }
        return rows;

        Row RowOf(int holder)
        {
            var represents = rollUp == Proto.RollUp.Represents ? NameKey.Of(view.Actor(holder).Represents) : "";
            if (!byName.TryGetValue(represents, out var row))
            {
                rows.Add(row = new Row(represents));
                if (represents.Length > 0)
                {
                    byName.Add(represents, row);
                }
            }
            return row;
        }
    }

    private static int FittingRows(IEnumerable<Row> rows, int maxCells) => rows.TakeWhile(row => (maxCells -= row.Pairs.Select(pair => pair.Issue).Distinct().Count()) >= 0).Count();

    /// <summary>Counts the cells of some rows in one pass.</summary>
    private static void Fill(LedgerView view, StanceFilter filter, List<Row> rows, Proto.Period period, bool countReports)
    {
        if (filter.TakesWholePairs && period == Proto.Period.Unspecified && !countReports)
        {
            foreach (var row in rows)
            {
                foreach (var pair in row.Pairs)
                {
                    pair.AddTo(row.Cell(pair.Issue, "", countReports: false));
                }
            }
            return;
        }

        var rowOfPair = view.ByNumber<Row>(rows.SelectMany(row => row.Pairs, (row, pair) => (pair, row)));
        // Reading every position once costs less than looking up those of most pairs.
        var stretches = rows.Sum(row => row.Pairs.Sum(pair => (long)pair.Count)) < view.Positions / 2 ? rows.SelectMany(row => row.Pairs).Select(pair => pair.Positions) : view.Stretches(filter);
        var periods = new Dictionary<long, string>();
        (int Pair, string Period, Row? Row, MatrixCellCount? Cell) last = (-1, "", null, null);
        foreach (var stretch in stretches)
        {
            foreach (ref readonly var position in stretch.Span)
            {
                if (!filter.Takes(position))
                {
                    continue;
                }
                // Positions of one pair mostly lie together.
                if (position.Pair != last.Pair)
                {
                    last = (position.Pair, "", rowOfPair[position.Pair], null);
                }
                if (last.Row is null)
                {
                    continue;
                }
                var name = PeriodOf(position.Date);
                if (last.Cell is null || !ReferenceEquals(name, last.Period))
                {
                    last.Period = name;
                    last.Cell = last.Row.Cell(view.Pair(position.Pair).Issue, name, countReports);
                }
                last.Cell.Add(position);
            }
        }

        string PeriodOf(long date)
        {
            if (period == Proto.Period.Unspecified)
            {
                return "";
            }
            ref var name = ref CollectionsMarshal.GetValueRefOrAddDefault(periods, date / MinutesDigits, out _);
            return name ??= MatrixReader.PeriodOf(date, period);
        }
    }

    /// <summary>The period that a date lies in; a date that is known less exactly stands as it is.</summary>
    private static string PeriodOf(long date, Proto.Period period)
    {
        if (date == DateKey.UndatedNumber)
        {
            return "";
        }
        var (year, month, day) = DateKey.Parts(date);
        return (period, month, day) switch
        {
            (Proto.Period.Year, _, _) or (_, 0, _) => string.Create(CultureInfo.InvariantCulture, $"{year:D4}"),
            (Proto.Period.Quarter, _, _) => string.Create(CultureInfo.InvariantCulture, $"{year:D4}-Q{(month + 2) / 3}"),
            (Proto.Period.Month, _, _) or (_, _, 0) => string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}"),
            (Proto.Period.Week, _, _) => Week(new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified)),
            _ => string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}-{day:D2}"),
        };

        static string Week(DateTime date) => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(date):D4}-W{ISOWeek.GetWeekOfYear(date):D2}");
    }

    /// <summary>The country or organisation of a rolled-up row, under its own name where it is a holder itself.</summary>
    private static Proto.Actor Name(LedgerView view, Row row)
    {
        if (row.Represents.Length == 0)
        {
            return view.Actor(row.First);
        }
        var actors = row.Pairs.Select(pair => pair.Holder).Distinct().Select(view.Actor).ToList();
        var itself = actors.Find(actor => actor.Type == Proto.ActorType.Country) ?? actors.Find(actor => NameKey.Of(actor.Name) == row.Represents);
        return itself ?? new Proto.Actor { Name = actors[0].Represents, Represents = actors[0].Represents };
    }

    private sealed class Row(string represents)
    {
        private long _total;

        /// <summary>Comparable name of whom its holders speak for; empty for a holder by itself.</summary>
        public string Represents { get; } = represents;

        public List<Pair> Pairs { get; } = [];

        /// <summary>The holder that came into the ledger first.</summary>
        public int First { get; private set; } = int.MaxValue;

        public ListKey Place => new(-_total, First, 0, 0);

        public Dictionary<(int Issue, string Period), MatrixCellCount> Cells { get; } = [];

        public void Add(Pair pair, int count)
        {
            Pairs.Add(pair);
            First = Math.Min(First, pair.Holder);
            _total += count;
        }

        public MatrixCellCount Cell(int issue, string period, bool countReports)
        {
            ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(Cells, (issue, period), out _);
            return cell ??= new MatrixCellCount(issue, period, countReports);
        }
    }
}
