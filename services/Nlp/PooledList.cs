using System.Buffers;
using System.Runtime.CompilerServices;

namespace Sikap.Nlp;

/// <summary>
/// A list on a rented array, for what an article has hundreds of and no caller sees: half of all bytes the engine once allocated were such arrays and the lists they grew in.
/// A struct with mutable state: keep it in a field or local, never copy it while it grows.
/// </summary>
internal struct PooledList<T> : IDisposable
{
    private T[] _array;

    /// <param name="capacity">Items expected.</param>
    public PooledList(int capacity) => _array = ArrayPool<T>.Shared.Rent(capacity);

    /// <summary>Items added so far.</summary>
    public int Count { get; private set; }

    /// <summary>The items; valid until the next <see cref="Add"/> or <see cref="Dispose"/>.</summary>
    public readonly Span<T> Items => _array.AsSpan(0, Count);

    /// <summary>Appends an item.</summary>
    public void Add(in T item)
    {
        if (Count == _array.Length)
        {
            var larger = ArrayPool<T>.Shared.Rent(_array.Length * 2);
            Items.CopyTo(larger);
            Return();
            _array = larger;
        }

        _array[Count++] = item;
    }

    /// <summary>Gives the array back; the list is empty afterwards.</summary>
    public void Dispose()
    {
        if (_array.Length > 0)
        {
            Return();
            _array = [];
            Count = 0;
        }
    }

    private readonly void Return() => ArrayPool<T>.Shared.Return(_array, RuntimeHelpers.IsReferenceOrContainsReferences<T>());
}
