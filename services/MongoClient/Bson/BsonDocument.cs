using System.Collections;
using System.Diagnostics.CodeAnalysis;
using MongoDB.Bson.IO;

namespace MongoDB.Bson;

/// <summary>A name and its value.</summary>
public readonly struct BsonElement : IEquatable<BsonElement>
{
    /// <exception cref="ArgumentException">The name holds a null character, which the format cannot.</exception>
    public BsonElement(string name, BsonValue value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("an element's name cannot hold a null character", nameof(name));
        }

        Name = name;
        Value = value;
    }

    public string Name { get; }

    public BsonValue Value { get; }

    public bool Equals(BsonElement other) => Name == other.Name && Value.Equals(other.Value);

    public override bool Equals(object? obj) => obj is BsonElement other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Name, Value);

    public override string ToString() => $"{Name}={Value}";

    public static bool operator ==(BsonElement left, BsonElement right) => left.Equals(right);

    public static bool operator !=(BsonElement left, BsonElement right) => !left.Equals(right);
}

/// <summary>Elements in order; a name occurs once. Not thread-safe while it is changed.</summary>
public sealed class BsonDocument : BsonValue, IEnumerable<BsonElement>
{
    /// <summary>From here on a dictionary finds names faster than reading along.</summary>
    private const int IndexThreshold = 12;

    private readonly List<BsonElement> _elements;
    private Dictionary<string, int>? _index;

    public BsonDocument()
    {
        _elements = [];
    }

    public BsonDocument(string name, BsonValue value)
        : this()
    {
        Add(name, value);
    }

    public BsonDocument(BsonElement element)
        : this()
    {
        Add(element);
    }

    public BsonDocument(IEnumerable<BsonElement> elements)
        : this()
    {
        AddRange(elements);
    }

    public BsonDocument(IEnumerable<KeyValuePair<string, object?>> dictionary)
        : this()
    {
        foreach (var (name, value) in dictionary)
        {
            Add(name, Create(value));
        }
    }

    public override BsonType BsonType => BsonType.Document;

    public int ElementCount => _elements.Count;

    public IEnumerable<BsonElement> Elements => _elements;

    public IEnumerable<string> Names => _elements.Select(element => element.Name);

    public IEnumerable<BsonValue> Values => _elements.Select(element => element.Value);

    private protected override int Rank => 5;

    /// <exception cref="KeyNotFoundException">There is no element of that name.</exception>
    public override BsonValue this[string name]
    {
        get => TryGetValue(name, out var value) ? value : throw new KeyNotFoundException($"there is no element '{name}'");
        set => Set(name, value);
    }

    public override BsonValue this[int index]
    {
        get => _elements[index].Value;
        set => _elements[index] = new BsonElement(_elements[index].Name, value);
    }

    /// <summary>Reads Extended JSON.</summary>
    /// <exception cref="FormatException">It is none, or not a document.</exception>
    public static BsonDocument Parse(string json) => ExtendedJsonReader.ReadDocument(json);

    public static bool TryParse(string s, [NotNullWhen(true)] out BsonDocument? result)
    {
        try
        {
            result = Parse(s);
            return true;
        }
        catch (FormatException)
        {
            result = null;
            return false;
        }
    }

    /// <exception cref="InvalidOperationException">There is an element of that name.</exception>
    public BsonDocument Add(string name, BsonValue value) => Add(new BsonElement(name, value));

    /// <summary>Adds only where <paramref name="condition"/> holds.</summary>
    public BsonDocument Add(string name, BsonValue value, bool condition) => condition ? Add(name, value) : this;

    /// <exception cref="InvalidOperationException">There is an element of that name.</exception>
    public BsonDocument Add(BsonElement element)
    {
        if (!TryAdd(element))
        {
            throw new InvalidOperationException($"there is an element '{element.Name}' already");
        }

        return this;
    }

    public BsonDocument AddRange(IEnumerable<BsonElement> elements)
    {
        foreach (var element in elements)
        {
            Add(element);
        }

        return this;
    }

    public BsonDocument Set(string name, BsonValue value)
    {
        var at = IndexOfName(name);
        if (at < 0)
        {
            return Add(name, value);
        }

        _elements[at] = new BsonElement(name, value);
        return this;
    }

    /// <summary>Sets each element of <paramref name="document"/>; a null value counts as nothing.</summary>
    public BsonDocument Merge(BsonDocument? document, bool overwriteExistingElements = false)
    {
        foreach (var element in document?._elements ?? [])
        {
            if (overwriteExistingElements || !Contains(element.Name))
            {
                Set(element.Name, element.Value);
            }
        }

        return this;
    }

    public BsonDocument InsertAt(int index, BsonElement element)
    {
        if (Contains(element.Name))
        {
            throw new InvalidOperationException($"there is an element '{element.Name}' already");
        }

        _elements.Insert(index, element);
        _index = null;
        return this;
    }

    public void Remove(string name)
    {
        var at = IndexOfName(name);
        if (at >= 0)
        {
            RemoveAt(at);
        }
    }

    public void RemoveAt(int index)
    {
        _elements.RemoveAt(index);
        _index = null;
    }

    public void Clear()
    {
        _elements.Clear();
        _index = null;
    }

    public bool Contains(string name) => IndexOfName(name) >= 0;

    public BsonElement GetElement(int index) => _elements[index];

    public BsonElement GetElement(string name) => IndexOfName(name) is >= 0 and var at ? _elements[at] : throw new KeyNotFoundException($"there is no element '{name}'");

    public BsonValue GetValue(string name) => this[name];

    [return: NotNullIfNotNull(nameof(defaultValue))]
    public BsonValue? GetValue(string name, BsonValue? defaultValue) => TryGetValue(name, out var value) ? value : defaultValue;

    public bool TryGetValue(string name, [NotNullWhen(true)] out BsonValue? value)
    {
        var at = IndexOfName(name);
        value = at >= 0 ? _elements[at].Value : null;
        return at >= 0;
    }

    public int IndexOfName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_elements.Count < IndexThreshold)
        {
            for (var at = 0; at < _elements.Count; at++)
            {
                if (_elements[at].Name == name)
                {
                    return at;
                }
            }

            return -1;
        }

        if (_index is null)
        {
            var index = new Dictionary<string, int>(_elements.Count, StringComparer.Ordinal);
            for (var at = 0; at < _elements.Count; at++)
            {
                index[_elements[at].Name] = at;
            }

            _index = index;
        }

        return _index.TryGetValue(name, out var found) ? found : -1;
    }

    public override BsonValue DeepClone()
    {
        var clone = new BsonDocument();
        foreach (var element in _elements)
        {
            clone._elements.Add(new BsonElement(element.Name, element.Value.DeepClone()));
        }

        return clone;
    }

    /// <summary>Same names and values in the same order.</summary>
    public override bool Equals(BsonValue? other)
    {
        if (other is not BsonDocument document || document._elements.Count != _elements.Count)
        {
            return false;
        }

        for (var at = 0; at < _elements.Count; at++)
        {
            if (!_elements[at].Equals(document._elements[at]))
            {
                return false;
            }
        }

        return true;
    }

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var element in _elements)
        {
            hash.Add(element);
        }

        return hash.ToHashCode();
    }

    public List<BsonElement>.Enumerator GetEnumerator() => _elements.GetEnumerator();

    IEnumerator<BsonElement> IEnumerable<BsonElement>.GetEnumerator() => _elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _elements.GetEnumerator();

    internal bool TryAdd(BsonElement element)
    {
        if (IndexOfName(element.Name) >= 0)
        {
            return false;
        }

        _index?.Add(element.Name, _elements.Count);
        _elements.Add(element);
        return true;
    }

    private protected override int CompareSameRank(BsonValue other)
    {
        var document = (BsonDocument)other;
        for (var at = 0; at < Math.Min(_elements.Count, document._elements.Count); at++)
        {
            var (left, right) = (_elements[at], document._elements[at]);
            var rank = left.Value.BsonType.CompareTo(right.Value.BsonType);
            if (rank != 0 && !(left.Value.IsNumeric && right.Value.IsNumeric))
            {
                return left.Value.CompareTo(right.Value);
            }

            var order = string.CompareOrdinal(left.Name, right.Name);
            order = order != 0 ? order : left.Value.CompareTo(right.Value);
            if (order != 0)
            {
                return order;
            }
        }

        return _elements.Count.CompareTo(document._elements.Count);
    }
}

/// <summary>Values in order. Not thread-safe while it is changed.</summary>
public sealed class BsonArray : BsonValue, IList<BsonValue>
{
    private readonly List<BsonValue> _items;

    public BsonArray()
    {
        _items = [];
    }

    public BsonArray(int capacity)
    {
        _items = new List<BsonValue>(capacity);
    }

    public BsonArray(IEnumerable<BsonValue> values)
    {
        _items = [.. values];
    }

    public BsonArray(IEnumerable<string> values)
        : this(values.Select(value => new BsonString(value)))
    {
    }

    public BsonArray(IEnumerable<int> values)
        : this(values.Select(value => new BsonInt32(value)))
    {
    }

    public BsonArray(IEnumerable<long> values)
        : this(values.Select(value => new BsonInt64(value)))
    {
    }

    public override BsonType BsonType => BsonType.Array;

    public int Count => _items.Count;

    public bool IsReadOnly => false;

    public IEnumerable<BsonValue> Values => _items;

    private protected override int Rank => 6;

    public override BsonValue this[int index]
    {
        get => _items[index];
        set => _items[index] = value ?? throw new ArgumentNullException(nameof(value));
    }

    public BsonArray Add(BsonValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _items.Add(value);
        return this;
    }

    void ICollection<BsonValue>.Add(BsonValue item) => Add(item);

    public BsonArray AddRange(IEnumerable<BsonValue> values)
    {
        _items.AddRange(values);
        return this;
    }

    public void Clear() => _items.Clear();

    public bool Contains(BsonValue value) => _items.Contains(value);

    public void CopyTo(BsonValue[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

    public int IndexOf(BsonValue value) => _items.IndexOf(value);

    public void Insert(int index, BsonValue value) => _items.Insert(index, value);

    public bool Remove(BsonValue value) => _items.Remove(value);

    public void RemoveAt(int index) => _items.RemoveAt(index);

    public override BsonValue DeepClone() => new BsonArray(_items.Select(item => item.DeepClone()));

    public override bool Equals(BsonValue? other) => other is BsonArray array && array._items.SequenceEqual(_items);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in _items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    public IEnumerator<BsonValue> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    private protected override int CompareSameRank(BsonValue other)
    {
        var array = (BsonArray)other;
        for (var at = 0; at < Math.Min(Count, array.Count); at++)
        {
            var order = _items[at].CompareTo(array._items[at]);
            if (order != 0)
            {
                return order;
            }
        }

        return Count.CompareTo(array.Count);
    }
}
