namespace Sikap.Ingestion;

/// <summary>Rows of numbers that only grow, in pieces: a million rows more must not be copied to make room for the next one.</summary>
/// <param name="width">Numbers in a row.</param>
internal sealed class ChunkedArray<T>(int width)
{
    private const int RowsPerChunk = 1 << 12;

    private readonly List<T[]> _chunks = [];

    public int Count { get; private set; }

    public Span<T> this[int row] => _chunks[row / RowsPerChunk].AsSpan(row % RowsPerChunk * width, width);

    /// <summary>Takes the last row off; its room stays.</summary>
    public void RemoveLast() => this[--Count].Clear();

    /// <summary>Adds a row of zeros.</summary>
    public Span<T> Add()
    {
        if (Count == _chunks.Count * RowsPerChunk)
            _chunks.Add(new T[RowsPerChunk * width]);
        return this[Count++];
    }
}
