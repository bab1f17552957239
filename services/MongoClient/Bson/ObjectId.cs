using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MongoDB.Bson;

/// <summary>Twelve bytes: seconds since 1970, five random bytes of the process, a counter. Sorts by creation, roughly.</summary>
public readonly struct ObjectId : IComparable<ObjectId>, IEquatable<ObjectId>
{
    private static readonly ulong ProcessRandom = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8)) & 0xff_ffff_ffff;
    private static int _counter = RandomNumberGenerator.GetInt32(0x100_0000);

    private readonly int _a;
    private readonly int _b;
    private readonly int _c;

    /// <exception cref="ArgumentException">Not twelve bytes.</exception>
    public ObjectId(byte[] bytes)
        : this(bytes.AsSpan())
    {
    }

    /// <exception cref="FormatException">Not 24 hexadecimal digits.</exception>
    public ObjectId(string value)
    {
        this = Parse(value);
    }

    internal ObjectId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 12)
        {
            throw new ArgumentException("an ObjectId has twelve bytes", nameof(bytes));
        }

        _a = BinaryPrimitives.ReadInt32BigEndian(bytes);
        _b = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        _c = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
    }

    public static ObjectId Empty => default;

    /// <summary>When it was made, to the second.</summary>
    public DateTime CreationTime => DateTime.UnixEpoch.AddSeconds((uint)_a);

    /// <summary>Seconds since 1970.</summary>
    public int Timestamp => _a;

    public static ObjectId GenerateNewId()
    {
        Span<byte> bytes = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var count = (ulong)Interlocked.Increment(ref _counter) & 0xff_ffff;
        BinaryPrimitives.WriteUInt64BigEndian(bytes[4..], (ProcessRandom << 24) | count);
        return new ObjectId(bytes);
    }

    /// <exception cref="FormatException">Not 24 hexadecimal digits.</exception>
    public static ObjectId Parse(string value) =>
        TryParse(value, out var id) ? id : throw new FormatException($"'{value}' is not an ObjectId of 24 hexadecimal digits");

    public static bool TryParse([NotNullWhen(true)] string? value, out ObjectId objectId)
    {
        objectId = default;
        if (value is not { Length: 24 } || !value.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        objectId = new ObjectId(Convert.FromHexString(value));
        return true;
    }

    public byte[] ToByteArray()
    {
        var bytes = new byte[12];
        Write(bytes);
        return bytes;
    }

    public int CompareTo(ObjectId other)
    {
        var first = ((uint)_a).CompareTo((uint)other._a);
        if (first != 0)
        {
            return first;
        }

        var second = ((uint)_b).CompareTo((uint)other._b);
        return second != 0 ? second : ((uint)_c).CompareTo((uint)other._c);
    }

    public bool Equals(ObjectId other) => _a == other._a && _b == other._b && _c == other._c;

    public override bool Equals(object? obj) => obj is ObjectId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_a, _b, _c);

    public override string ToString() => Convert.ToHexStringLower(ToByteArray());

    public static bool operator ==(ObjectId left, ObjectId right) => left.Equals(right);

    public static bool operator !=(ObjectId left, ObjectId right) => !left.Equals(right);

    public static bool operator <(ObjectId left, ObjectId right) => left.CompareTo(right) < 0;

    public static bool operator >(ObjectId left, ObjectId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ObjectId left, ObjectId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ObjectId left, ObjectId right) => left.CompareTo(right) >= 0;

    internal void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt32BigEndian(to, _a);
        BinaryPrimitives.WriteInt32BigEndian(to[4..], _b);
        BinaryPrimitives.WriteInt32BigEndian(to[8..], _c);
    }
}
