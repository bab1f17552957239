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
internal sealed class MatrixCellCount(int issue, string period)
{
    private readonly Side[] _sides = [new(), new(), new(), new()];
    private readonly List<LedgerArticle> _articles = [];

    public int Issue { get; } = issue;

    public string Period { get; } = period;

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
        var side = _sides[(int)position.Label];
        side.Best = side.Count == 0 || position.IsBetterThan(side.Best) ? position : side.Best;
        side.Latest = Math.Max(side.Latest, position.Date == DateKey.UndatedNumber ? 0 : position.Date);
        side.Confidence += position.Confidence;
        side.Count++;
        _articles.Add(position.Article);
    }

    private sealed class Side
    {
        public int Count { get; set; }

        public long Confidence { get; set; }

        public long Latest { get; set; }

        public Position Best { get; set; }
    }
}

/// <summary>Counts a matrix: all rows by their stances first, then the cells of those that are shown.</summary>
internal static class MatrixReader
{
    public static MatrixPage Read(LedgerView view, StanceFilter filter, Proto.RollUp rollUp, Proto.Period period, PageRequest page, int maxCells)
    {
        var rows = new Dictionary<RowKey, (long Total, List<Pair> Pairs)>();
        foreach (var pair in view.Pairs(filter))
        {
            if (Count(pair, filter) is var count and > 0)
            {
                ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, KeyOf(view, pair.Holder, rollUp), out _);
                row.Pairs ??= [];
                row.Pairs.Add(pair);
                row.Total += count;
            }
        }

        // Rows with equal counts stand in the order in which their first holder came into the ledger.
        var picker = new PagePicker<(RowKey Key, List<Pair> Pairs, ListKey Place)>(page);
        foreach (var (key, row) in rows)
        {
            var place = new ListKey(-row.Total, row.Pairs.Min(pair => pair.Holder), 0, 0);
            picker.Add(place, (key, row.Pairs, place));
        }
        var picked = picker.Take();

        var shown = new List<MatrixRowCount>();
        var last = "";
        foreach (var (key, pairs, place) in picked.Items)
        {
            var cells = Cells(pairs, filter, period);
            maxCells -= cells.Count;
            if (maxCells < 0 && shown.Count > 0)
            {
                return new MatrixPage(shown, last, picked.Total!.Value);
            }
            shown.Add(new MatrixRowCount(Name(view, key, pairs), key.Represents, cells));
            last = place.ToString();
        }
        return new MatrixPage(shown, picked.NextKey, picked.Total!.Value);
    }

    private static int Count(Pair pair, StanceFilter filter)
    {
        if (filter.TakesWholePairs)
        {
            return pair.Positions.Length;
        }
        var count = 0;
        foreach (ref readonly var position in pair.Positions)
        {
            count += filter.Takes(position) ? 1 : 0;
        }
        return count;
    }

    private static List<MatrixCellCount> Cells(List<Pair> pairs, StanceFilter filter, Proto.Period period)
    {
        var cells = new SortedDictionary<(int Issue, string Period), MatrixCellCount>(
            Comparer<(int Issue, string Period)>.Create(static (left, right) =>
                left.Issue != right.Issue ? left.Issue.CompareTo(right.Issue) : string.CompareOrdinal(left.Period, right.Period)));
        foreach (var pair in pairs)
        {
            foreach (ref readonly var position in pair.Positions)
            {
                if (filter.Takes(position))
                {
                    var key = (pair.Issue, PeriodOf(position.Date, period));
                    if (!cells.TryGetValue(key, out var cell))
                    {
                        cells.Add(key, cell = new MatrixCellCount(key.Issue, key.Item2));
                    }
                    cell.Add(position);
                }
            }
        }
        return [.. cells.Values];
    }

    /// <summary>The period that a date lies in; a date that is known less exactly stands as it is.</summary>
    private static string PeriodOf(long date, Proto.Period period)
    {
        if (period == Proto.Period.Unspecified || date == DateKey.UndatedNumber)
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

    private static RowKey KeyOf(LedgerView view, int holder, Proto.RollUp rollUp) =>
        rollUp == Proto.RollUp.Represents && NameKey.Of(view.Actor(holder).Represents) is { Length: > 0 } represents ? new RowKey(0, represents) : new RowKey(holder, "");

    /// <summary>The country or organisation of a rolled-up row, under its own name where it is a holder itself.</summary>
    private static Proto.Actor Name(LedgerView view, RowKey key, List<Pair> pairs)
    {
        var actors = pairs.Select(pair => view.Actor(pair.Holder)).ToList();
        if (key.Represents.Length == 0)
        {
            return actors[0];
        }
        var itself = actors.Find(actor => actor.Type == Proto.ActorType.Country) ?? actors.Find(actor => NameKey.Of(actor.Name) == key.Represents);
        return itself ?? new Proto.Actor { Name = actors[0].Represents, Represents = actors[0].Represents };
    }

    private readonly record struct RowKey(int Holder, string Represents);
}
