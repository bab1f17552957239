using System.Collections;
using Proto = Sikap.V1;

namespace Sikap.Query;

/// <summary>Conditions on positions, with names and words already looked up.</summary>
internal sealed class StanceFilter
{
    private readonly FilterKeys _keys = new(null, null, null, null, null);
    private readonly Proto.StanceLabel _label;
    // Numbers of names; 0 where nothing is asked for.
    private readonly int _represents;
    private readonly int _publisher;
    private readonly int _minConfidence;
    private readonly long _from;
    private readonly long _to;
    private readonly bool _dated;
    // A bit for each row: it is asked for every position there is.
    private readonly BitArray? _rows;
    private readonly BitArray? _group;

    private StanceFilter(Proto.Filter filter)
    {
        _dated = filter.FromDate.Length > 0 || filter.ToDate.Length > 0;
        (_from, _to) = DateKey.Bounds(filter.FromDate, filter.ToDate);
    }

    /// <param name="filter">A checked filter.</param>
    /// <param name="keys">What the store found for it.</param>
    /// <param name="view">The positions that it is for.</param>
    public StanceFilter(Proto.Filter filter, FilterKeys keys, LedgerView view)
        : this(filter)
    {
        _keys = keys;
        _label = filter.Label;
        _represents = view.NumberOf(NameKey.OfRepresented(filter.Represents));
        _publisher = view.NumberOf(NameKey.Of(filter.Publisher));
        _minConfidence = (int)Math.Round(filter.MinConfidence * 1_000_000);
        _rows = Bits(keys.Stances);
        _group = Bits(keys.Group);
        TakesWholePairs = _label == Proto.StanceLabel.Unspecified && _represents == 0 && _publisher == 0 && _minConfidence == 0 && !_dated
            && keys.Article is null && keys.Stances is null && keys.Group is null;
    }

    private static BitArray? Bits(IReadOnlyCollection<long>? keys)
    {
        if (keys is null)
        {
            return null;
        }
        var bits = new BitArray((int)keys.DefaultIfEmpty().Max() + 1);
        foreach (var key in keys)
        {
            bits.Set((int)key, true);
        }
        return bits;
    }

    /// <summary>The dates of a filter alone.</summary>
    public static StanceFilter Dates(Proto.Filter filter) => new(filter);

    /// <summary>The issue; null when all are asked for.</summary>
    public int? Issue => _keys.Issue;

    /// <summary>The holders; null when all are asked for.</summary>
    public IReadOnlySet<int>? Holders => _keys.Actors;

    /// <summary>True when a pair that is taken is taken with all of its positions.</summary>
    public bool TakesWholePairs { get; }

    /// <summary>True for a position that its own properties do not rule out; issue and holders are those of its pair.</summary>
    // A free slot of the table has no label.
    public bool Takes(in Entry entry) =>
        entry.Label != Proto.StanceLabel.Unspecified
        && (TakesWholePairs
            || ((_label == Proto.StanceLabel.Unspecified || entry.Label == _label)
                && entry.Confidence >= _minConfidence
                && TakesDate(entry.Date)
                && (_represents == 0 || entry.Represents == _represents)
                && (_publisher == 0 || entry.Publisher == _publisher)
                && (_keys.Article is null || entry.ArticleKey == _keys.Article)
                && (_group is null || (entry.ArticleKey < _group.Length && _group.Get((int)entry.ArticleKey)))
                && (_rows is null || (entry.Row < _rows.Length && _rows.Get((int)entry.Row)))));

    /// <summary>True when a date may lie between the bounds: one that is known to the month or year only belongs to every range it may lie in.</summary>
    public bool TakesDate(long date) => !_dated || (date <= _to && date != DateKey.UndatedNumber && (date >= _from || DateKey.Highest(date) >= _from));
}
