using System.Buffers;
using System.Buffers.Binary;

namespace MongoDB.Bson;

/// <summary>Bytes being written, in an array of the shared pool. Disposing gives the array back; nothing read from <see cref="Written"/> may be used afterwards.</summary>
internal sealed class BsonBuffer : IDisposable
{
    private byte[] _array;

    internal BsonBuffer(int capacity = 1024)
    {
        _array = ArrayPool<byte>.Shared.Rent(capacity);
    }

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    internal Span<byte> Reserve(int count)
    {
        Ensure(count);
        var span = _array.AsSpan(Length, count);
        Length += count;
        return span;
    }

    internal void Byte(byte value) => Reserve(1)[0] = value;

    internal void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), value);

    internal void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);

    internal void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    /// <summary>Text in UTF-8 without anything around it.</summary>
    /// <exception cref="FormatException">Half a surrogate pair.</exception>
    internal void Utf8(ReadOnlySpan<char> text)
    {
        Ensure(text.Length * 3);
        try
        {
            Length += BsonBinary.StrictUtf8.GetBytes(text, _array.AsSpan(Length));
        }
        catch (ArgumentException bad)
        {
            throw new FormatException("the text is not well-formed Unicode", bad);
        }
    }

    internal void PatchInt32(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(_array.AsSpan(at, 4), value);

    /// <summary>Takes back what was written after a length.</summary>
    internal void Truncate(int length) => Length = length;

    public void Dispose()
    {
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = [];
            Length = 0;
        }
    }

    private void Ensure(int count)
    {
        if (_array.Length - Length >= count)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + count), (int)Math.Min((long)_array.Length * 2, Array.MaxLength)));
        _array.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
