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

    private StanceFilter()
    {
    }

    /// <param name="filter">A checked filter.</param>
    /// <param name="keys">What the store found for it.</param>
    public StanceFilter(Proto.Filter filter, FilterKeys keys)
    {
        _keys = keys;
        _label = filter.Label;
        _represents = NameKey.Of(filter.Represents);
        _publisher = NameKey.Of(filter.Publisher);
        _minConfidence = (int)Math.Round(filter.MinConfidence * 1_000_000);
        _dated = filter.FromDate.Length > 0 || filter.ToDate.Length > 0;
        (_from, _to) = DateKey.Bounds(filter.FromDate, filter.ToDate);
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

    public bool Takes(in Position position) =>
        TakesWholePairs
        || ((_label == Proto.StanceLabel.Unspecified || position.Label == _label)
            && position.Confidence >= _minConfidence
            && TakesDate(position.Date)
            && (_represents.Length == 0 || position.Represents == _represents)
            && (_publisher.Length == 0 || position.Article.Publisher == _publisher)
            && (_keys.Article is null || position.Article.Key == _keys.Article)
            && (_keys.Stances?.Contains(position.Row) ?? true));

    /// <summary>True when a date may lie between the bounds: one that is known to the month or year only belongs to every range it may lie in.</summary>
    public bool TakesDate(long date) => !_dated || (date != DateKey.UndatedNumber && DateKey.Highest(date) >= _from && date <= _to);
}
