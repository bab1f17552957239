using System.Collections;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Conditions on positions, with names and words already looked up.</summary>
internal sealed class StanceFilter
{
    private readonly FilterKeys _keys = new(null, null, null, null);
    private readonly Proto.StanceLabel _label;
    private readonly string _represents = "";
    private readonly string _publisher = "";
    private readonly int _minConfidence;
    private readonly long _from;
    private readonly long _to;
    private readonly bool _dated;
    // A bit for each row: it is asked for every position there is.
    private readonly BitArray? _rows;

    private StanceFilter()
    {
    }

    /// <param name="filter">A checked filter.</param>
    /// <param name="keys">What the store found for it.</param>
    public StanceFilter(Proto.Filter filter, FilterKeys keys)
    {
        _keys = keys;
        _label = filter.Label;
        _represents = NameKey.OfRepresented(filter.Represents);
        _publisher = NameKey.Of(filter.Publisher);
        _minConfidence = (int)Math.Round(filter.MinConfidence * 1_000_000);
        _dated = filter.FromDate.Length > 0 || filter.ToDate.Length > 0;
        (_from, _to) = DateKey.Bounds(filter.FromDate, filter.ToDate);
        if (keys.Stances is { } rows)
        {
            _rows = new BitArray((int)rows.DefaultIfEmpty().Max() + 1);
            foreach (var row in rows)
            {
                _rows.Set((int)row, true);
            }
        }
        TakesWholePairs = _label == Proto.StanceLabel.Unspecified && _represents.Length == 0 && _publisher.Length == 0 && _minConfidence == 0 && !_dated
            && keys.Article is null && keys.Stances is null;
    }

    /// <summary>Takes everything.</summary>
    public static StanceFilter None { get; } = new() { TakesWholePairs = true };

    /// <summary>The issue; null when all are asked for.</summary>
    public int? Issue => _keys.Issue;

    /// <summary>The holders; null when all are asked for.</summary>
    public IReadOnlySet<int>? Holders => _keys.Actors;

    /// <summary>True when a pair that is taken is taken with all of its positions.</summary>
    public bool TakesWholePairs { get; private init; }

    public bool Takes(Pair pair) => (Issue is null || Issue == pair.Issue) && (Holders?.Contains(pair.Holder) ?? true);

    // A free slot of the table has no label.
    public bool Takes(in Position position) =>
        position.Label != Proto.StanceLabel.Unspecified
        && (TakesWholePairs
            || ((_label == Proto.StanceLabel.Unspecified || position.Label == _label)
                && position.Confidence >= _minConfidence
                && TakesDate(position.Date)
                && (_represents.Length == 0 || position.Represents == _represents)
                && (_publisher.Length == 0 || position.Publisher == _publisher)
                && (_keys.Article is null || position.Article.Key == _keys.Article)
                && (_rows is null || (position.Row < _rows.Length && _rows.Get((int)position.Row)))));

    /// <summary>True when a date may lie between the bounds: one that is known to the month or year only belongs to every range it may lie in.</summary>
    public bool TakesDate(long date) => !_dated || (date <= _to && date != DateKey.UndatedNumber && (date >= _from || DateKey.Highest(date) >= _from));
}
