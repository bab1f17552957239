namespace Sikap.Ingestion;

/// <summary>Rows of numbers that only grow, in pieces: a million rows more must not be copied to make room for the next one. The oldest ones may be let go.</summary>
/// <param name="width">Numbers in a row.</param>
internal sealed class ChunkedArray<T>(int width)
{
    private const int RowsPerChunk = 1 << 12;

    private readonly List<T[]?> _chunks = [];
    private T[]? _spare;
    private int _dropped;

    public int Count { get; private set; }

    /// <summary>The first row that is still there.</summary>
    public int First => _dropped * RowsPerChunk;

    public Span<T> this[int row] => _chunks[row / RowsPerChunk]!.AsSpan(row % RowsPerChunk * width, width);

    /// <summary>Takes the last row off; its room stays.</summary>
    public void RemoveLast() => this[--Count].Clear();

    /// <summary>Adds a row of zeros.</summary>
    public Span<T> Add()
    {
        if (Count == _chunks.Count * RowsPerChunk)
        {
            _chunks.Add(_spare ?? new T[RowsPerChunk * width]);
            _spare = null;
        }

        return this[Count++];
    }

    /// <summary>Lets go of pieces all of whose rows lie more than <paramref name="rows"/> behind the end.</summary>
    public void KeepLast(int rows)
    {
        for (; (_dropped + 1) * RowsPerChunk <= Count - rows; _dropped++)
        {
            // Filled again with what comes next: pieces are large, and would lie about until the collector looks at large things.
            _spare = _chunks[_dropped]!;
            Array.Clear(_spare);
            _chunks[_dropped] = null;
        }
    }
}
