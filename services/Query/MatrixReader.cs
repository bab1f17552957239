using System.Buffers;
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
/// <param name="issue">The issue.</param>
/// <param name="period">The period.</param>
/// <param name="keepsArticles">True when independent reports are to be counted.</param>
internal sealed class MatrixCellCount(int issue, string period, bool keepsArticles = false)
{
    private readonly PairSide[] _sides = new PairSide[PairSide.Labels];
    private readonly List<int> _articles = [];

    public int Issue { get; } = issue;

    public string Period { get; } = period;

    /// <summary>Independent reports; 0 unless they are counted.</summary>
    public int Reports { get; private set; }

    public int this[Proto.StanceLabel label] => _sides[(int)label].Count;

    /// <summary>The label of most confidence; the latest wins a tie.</summary>
    public Proto.StanceLabel Prevailing
    {
        get
        {
            var best = 1;
            for (var label = 2; label < _sides.Length; label++)
            {
                ref readonly var side = ref _sides[label];
                ref readonly var other = ref _sides[best];
                best = side.Confidence > other.Confidence || (side.Confidence == other.Confidence && side.Latest > other.Latest) ? label : best;
            }
            return (Proto.StanceLabel)best;
        }
    }

    /// <summary>Best evidence of the prevailing label.</summary>
    public Entry Best => _sides[(int)Prevailing].Best;

    public void Add(in Entry entry)
    {
        _sides[(int)entry.Label].Add(entry);
        if (keepsArticles)
        {
            _articles.Add(entry.Article);
        }
    }

    public void CountReports(LedgerView view) => Reports = keepsArticles ? ReportGroups.Count(view, CollectionsMarshal.AsSpan(_articles)) : 0;

    /// <summary>Adds all positions of a pair.</summary>
    public void Add(Pair pair) => pair.AddTo(_sides);

    /// <summary>Adds what is counted already.</summary>
    public void Add(ReadOnlySpan<PairSide> sides)
    {
        for (var label = 0; label < sides.Length; label++)
        {
            _sides[label].Add(sides[label]);
        }
    }
}

/// <summary>Counts a matrix: all rows by their stances first, then the cells of those that are shown.</summary>
internal static class MatrixReader
{
    private const long MinutesDigits = 10_000;

    public static MatrixPage Read(LedgerView view, StanceFilter filter, Proto.RollUp rollUp, Proto.Period period, bool countReports, PageRequest page, int maxCells)
    {
        var rollsUp = rollUp == Proto.RollUp.Represents;
        var isCounted = filter.TakesWholePairs && filter.Holders is null;
        var counts = isCounted ? null : view.Count(filter);
        try
        {
            var rows = isCounted ? CountedRows(view, filter.Issue, rollsUp) : FilteredRows(view, counts!, rollsUp);
            // Rows with equal counts stand in the order in which their first holder came into the ledger.
            var picker = new PagePicker<Row>(page);
            foreach (var row in rows)
            {
                picker.Add(row.Place, row);
            }
            var picked = picker.Take();

            // A row has a cell for each of its issues at least: those that cannot be shown any more are not counted.
            if (counts is not null)
            {
                FindIssues(view, counts, picked.Items);
            }
            var left = maxCells;
            var shown = picked.Items.TakeWhile((row, place) => (left -= row.CountIssues(view, filter.Issue)) >= 0 || place == 0).ToList();
            if (isCounted && period == Proto.Period.Unspecified && !countReports)
            {
                Fill(view, filter.Issue, shown);
            }
            else
            {
                Fill(view, filter, shown, period, countReports);
            }
            left = maxCells;
            var fitting = shown.TakeWhile((row, place) => (left -= row.Cells.Count) >= 0 || place == 0).ToList();
            foreach (var cell in fitting.SelectMany(row => row.Cells.Values))
            {
                cell.CountReports(view);
            }
            return new MatrixPage(
                [.. fitting.Select(row => new MatrixRowCount(Name(view, row), row.Group is null ? "" : view.Name(row.Group.Name), [.. row.Cells.Values]))],
                fitting.Count < picked.Items.Count ? fitting[^1].Place.ToString() : picked.NextKey,
                picked.Total!.Value);
        }
        finally
        {
            if (counts is not null)
            {
                ArrayPool<int>.Shared.Return(counts);
            }
        }
    }

    /// <summary>The rows of everything, or of an issue: their counts are there.</summary>
    private static List<Row> CountedRows(LedgerView view, int? issue, bool rollsUp)
    {
        var rows = new RowSet(rollsUp);
        if (issue is { } one)
        {
            foreach (var pair in view.PairsOn(one))
            {
                rows.Add(pair.Holder, pair.Count);
            }
        }
        else
        {
            foreach (var holder in view.Holders)
            {
                rows.Add(holder, holder.Count);
            }
        }
        return rows.Rows;
    }

    private static List<Row> FilteredRows(LedgerView view, int[] counts, bool rollsUp)
    {
        var totals = new int[view.Holders.Count];
        var holders = view.HolderOfPair;
        for (var pair = 0; pair < holders.Length; pair++)
        {
            totals[holders[pair]] += counts[pair];
        }
        var rows = new RowSet(rollsUp);
        foreach (var holder in view.Holders)
        {
            rows.Add(holder, totals[holder.Number]);
        }
        return rows.Rows;
    }

    /// <summary>Tells rows the issues that they have positions on.</summary>
    private static void FindIssues(LedgerView view, int[] counts, IReadOnlyList<Row> rows)
    {
        var rowOfHolder = RowOfHolder(view, rows);
        var holders = view.HolderOfPair;
        var issues = view.IssueOfPair;
        for (var pair = 0; pair < holders.Length; pair++)
        {
            if (counts[pair] > 0)
            {
                rowOfHolder[holders[pair]]?.Issues.Add(issues[pair]);
            }
        }
    }

    private static Row?[] RowOfHolder(LedgerView view, IReadOnlyList<Row> rows)
    {
        var rowOfHolder = new Row?[view.Holders.Count];
        foreach (var row in rows)
        {
            foreach (var holder in row.Holders)
            {
                rowOfHolder[holder.Number] = row;
            }
        }
        return rowOfHolder;
    }

    /// <summary>Fills the cells with the counts that are there.</summary>
    private static void Fill(LedgerView view, int? issue, List<Row> rows)
    {
        foreach (var row in rows)
        {
            if (row.Group is { } group)
            {
                foreach (var one in issue is { } asked ? [asked] : group.Issues)
                {
                    var sides = group.Sides(one, view.PairsOn(one));
                    if (sides.Any(side => side.Count > 0))
                    {
                        row.Cell(one, "", keepsArticles: false).Add(sides);
                    }
                }
            }
            else
            {
                foreach (var pair in row.Holders[0].Pairs.Where(pair => pair.Count > 0 && (issue is null || pair.Issue == issue)))
                {
                    row.Cell(pair.Issue, "", keepsArticles: false).Add(pair);
                }
            }
        }
    }

    /// <summary>Counts the cells of some rows in one pass.</summary>
    private static void Fill(LedgerView view, StanceFilter filter, List<Row> rows, Proto.Period period, bool countReports)
    {
        var rowOfHolder = RowOfHolder(view, rows);
        // Reading every position once costs less than looking up those of most holders.
        var stretches = filter.Issue is null && rows.Sum(row => row.Holders.Sum(holder => (long)holder.Count)) < view.Positions / 2
            ? rows.SelectMany(row => row.Holders).SelectMany(holder => holder.Pairs).Select(pair => pair.Entries)
            : view.Stretches(filter);
        var periods = new Dictionary<long, string>();
        var holders = view.HolderOfPair;
        (int Pair, string Period, Row? Row, MatrixCellCount? Cell) last = (-1, "", null, null);
        (long Day, string Period) lastDay = (-1, "");
        foreach (var stretch in stretches)
        {
            foreach (ref readonly var entry in stretch.Span)
            {
                // Positions of one pair mostly lie together.
                if (entry.Pair != last.Pair)
                {
                    last = (entry.Pair, "", rowOfHolder[holders[entry.Pair]], null);
                }
                if (last.Row is null || !filter.Takes(entry))
                {
                    continue;
                }
                var name = PeriodOf(entry.Date);
                if (last.Cell is null || name != last.Period)
                {
                    last.Period = name;
                    last.Cell = last.Row.Cell(view.Pair(entry.Pair).Issue, name, countReports);
                }
                last.Cell.Add(entry);
            }
        }

        string PeriodOf(long date)
        {
            if (period == Proto.Period.Unspecified)
            {
                return "";
            }
            var day = date / MinutesDigits;
            if (day != lastDay.Day)
            {
                ref var name = ref CollectionsMarshal.GetValueRefOrAddDefault(periods, day, out _);
                lastDay = (day, name ??= MatrixReader.PeriodOf(date, period));
            }
            return lastDay.Period;
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
        if (row.Group is null)
        {
            return row.Holders[0].Actor!;
        }
        // The one that came into the ledger first, in whatever order they were counted.
        var itself = row.Holders.Where(holder => holder.Actor!.Type == Proto.ActorType.Country).MinBy(holder => holder.Key)
            ?? row.Holders.Where(holder => holder.Name == row.Group.Name).MinBy(holder => holder.Key);
        var represents = row.Holders.MinBy(holder => holder.Key)!.Actor!.Represents;
        return itself?.Actor ?? new Proto.Actor { Name = represents, Represents = represents };
    }

    /// <summary>Rows by their holders.</summary>
    private sealed class RowSet(bool rollsUp)
    {
        private readonly Dictionary<HolderGroup, Row> _byGroup = [];

        public List<Row> Rows { get; } = [];

        public void Add(Holder holder, int count)
        {
            if (count == 0)
            {
                return;
            }
            Row? row;
            if (!rollsUp || holder.Group is not { } group)
            {
                Rows.Add(row = new Row(null));
            }
            else if (!_byGroup.TryGetValue(group, out row))
            {
                Rows.Add(row = new Row(group));
                _byGroup.Add(group, row);
            }
            row.Add(holder, count);
        }
    }

    /// <param name="group">The holders of a rolled-up row; null for a holder by itself.</param>
    private sealed class Row(HolderGroup? group)
    {
        private long _total;
        private int _first = int.MaxValue;

        public HolderGroup? Group { get; } = group;

        /// <summary>Those with a position that counts.</summary>
        public List<Holder> Holders { get; } = [];

        public ListKey Place => new(-_total, _first, 0, 0);

        public Dictionary<(int Issue, string Period), MatrixCellCount> Cells { get; } = [];

        public void Add(Holder holder, int count)
        {
            Holders.Add(holder);
            _first = Math.Min(_first, holder.Key);
            _total += count;
        }

        /// <summary>Issues that it has positions on that count; empty where all count.</summary>
        public HashSet<int> Issues { get; } = [];

        /// <summary>How many issues it has positions on that count.</summary>
        /// <param name="view">All positions.</param>
        /// <param name="issue">The only issue; null for all.</param>
        public int CountIssues(LedgerView view, int? issue) =>
            issue is not null ? 1
            : Issues.Count > 0 ? Issues.Count
            : Group is not null ? Group.Issues.Count(one => Group.Sides(one, view.PairsOn(one)).Any(side => side.Count > 0))
            : Holders[0].Pairs.Count(pair => pair.Count > 0);

        public MatrixCellCount Cell(int issue, string period, bool keepsArticles)
        {
            ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(Cells, (issue, period), out _);
            return cell ??= new MatrixCellCount(issue, period, keepsArticles);
        }
    }
}
