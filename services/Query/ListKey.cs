using System.Globalization;

namespace Sikap.Query;

/// <summary>Place of an item in a list: four numbers compared one after the other, the last of them unique.</summary>
internal readonly record struct ListKey(long First, long Second, long Third, long Fourth) : IComparable<ListKey>
{
    public int CompareTo(ListKey other) =>
        First != other.First ? First.CompareTo(other.First)
        : Second != other.Second ? Second.CompareTo(other.Second)
        : Third != other.Third ? Third.CompareTo(other.Third)
        : Fourth.CompareTo(other.Fourth);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First} {Second} {Third} {Fourth}");

    public static ListKey Parse(string text)
    {
        var parts = text.Split(' ').Select(part => long.Parse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)).ToArray();
        return new ListKey(parts[0], parts[1], parts[2], parts[3]);
    }
}

/// <summary>Picks the items of one page out of a stream in any order: what it holds never grows beyond the page, and its key, not its number, says where the next one begins.</summary>
internal sealed class PagePicker<T>(PageRequest page)
{
    private readonly PriorityQueue<(ListKey Key, T Item), ListKey> _picked = new(Comparer<ListKey>.Create(static (left, right) => right.CompareTo(left)));
    private readonly ListKey? _after = page.After is null ? null : ListKey.Parse(page.After);
    // Above it nothing is picked any more: known once there is one more than the page, which tells whether there is another page.
    private ListKey _last = new(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue);
    private long _total;

    public void Add(in ListKey key, in T item)
    {
        _total++;
        if (key.CompareTo(_last) >= 0 || (_after is { } after && key.CompareTo(after) <= 0))
        {
            return;
        }
        if (_picked.Count <= page.Size)
        {
            _picked.Enqueue((key, item), key);
        }
        else
        {
            _picked.DequeueEnqueue((key, item), key);
        }
        if (_picked.Count > page.Size && _picked.TryPeek(out _, out var last))
        {
            _last = last;
        }
    }

    public Page<T> Take()
    {
        var more = _picked.Count > page.Size;
        if (more)
        {
            _picked.Dequeue();
        }
        var items = new (ListKey Key, T Item)[_picked.Count];
        for (var i = items.Length - 1; i >= 0; i--)
        {
            items[i] = _picked.Dequeue();
        }
        return new Page<T>([.. items.Select(item => item.Item)], more ? items[^1].Key.ToString() : null, _total);
    }
}
