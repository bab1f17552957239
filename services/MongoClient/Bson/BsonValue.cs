using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MongoDB.Bson;

/// <summary>
/// A BSON value. Scalars are immutable; documents and arrays are not thread-safe while they are changed.
/// <c>As…</c> throws <see cref="InvalidCastException"/> for another type; <c>To…</c> converts between numbers.
/// </summary>
public abstract class BsonValue : IComparable<BsonValue>, IEquatable<BsonValue>
{
    private protected BsonValue()
    {
    }

    public abstract BsonType BsonType { get; }

    public bool IsBoolean => this is BsonBoolean;

    public bool IsBsonArray => this is BsonArray;

    public bool IsBsonBinaryData => this is BsonBinaryData;

    public bool IsBsonDocument => this is BsonDocument;

    public bool IsBsonNull => this is BsonNull;

    public bool IsValidDateTime => this is BsonDateTime { IsValidDateTime: true };

    public bool IsDouble => this is BsonDouble;

    public bool IsInt32 => this is BsonInt32;

    public bool IsInt64 => this is BsonInt64;

    public bool IsDecimal128 => this is BsonDecimal128;

    public bool IsNumeric => this is BsonInt32 or BsonInt64 or BsonDouble or BsonDecimal128;

    public bool IsObjectId => this is BsonObjectId;

    public bool IsString => this is BsonString;

    public bool AsBoolean => Cast<BsonBoolean>().Value;

    public BsonArray AsBsonArray => Cast<BsonArray>();

    public BsonBinaryData AsBsonBinaryData => Cast<BsonBinaryData>();

    public BsonDateTime AsBsonDateTime => Cast<BsonDateTime>();

    public BsonDocument AsBsonDocument => Cast<BsonDocument>();

    public BsonTimestamp AsBsonTimestamp => Cast<BsonTimestamp>();

    public BsonRegularExpression AsBsonRegularExpression => Cast<BsonRegularExpression>();

    public byte[] AsByteArray => Cast<BsonBinaryData>().Bytes;

    public Guid AsGuid => Cast<BsonBinaryData>().ToGuid();

    public Decimal128 AsDecimal128 => this is BsonDecimal128 value ? value.Value : throw WrongType(nameof(BsonDecimal128));

    public decimal AsDecimal => Decimal128.ToDecimal(AsDecimal128);

    public double AsDouble => Cast<BsonDouble>().Value;

    public int AsInt32 => Cast<BsonInt32>().Value;

    public long AsInt64 => Cast<BsonInt64>().Value;

    public ObjectId AsObjectId => Cast<BsonObjectId>().Value;

    public string AsString => Cast<BsonString>().Value;

    public bool? AsNullableBoolean => this is BsonNull ? null : AsBoolean;

    public int? AsNullableInt32 => this is BsonNull ? null : AsInt32;

    public long? AsNullableInt64 => this is BsonNull ? null : AsInt64;

    public double? AsNullableDouble => this is BsonNull ? null : AsDouble;

    public ObjectId? AsNullableObjectId => this is BsonNull ? null : AsObjectId;

    /// <summary>Item of an array.</summary>
    public virtual BsonValue this[int index]
    {
        get => throw WrongType("document or array");
        set => throw WrongType("document or array");
    }

    /// <summary>Value of a document's element.</summary>
    public virtual BsonValue this[string name]
    {
        get => throw WrongType(nameof(BsonDocument));
        set => throw WrongType(nameof(BsonDocument));
    }

    /// <summary>The BSON value for a .NET value; null becomes <see cref="BsonNull"/>.</summary>
    /// <exception cref="ArgumentException">There is none for this type.</exception>
    public static BsonValue Create(object? value) => BsonTypeMapper.MapToBsonValue(value);

    /// <summary>True for true, for numbers other than 0, and for everything that is neither false, null nor undefined.</summary>
    public virtual bool ToBoolean() => this is not (BsonNull or BsonUndefined);

    public virtual int ToInt32() => throw WrongType("number");

    public virtual long ToInt64() => throw WrongType("number");

    public virtual double ToDouble() => throw WrongType("number");

    public virtual decimal ToDecimal() => throw WrongType("number");

    /// <summary>The point in time of a date.</summary>
    public virtual DateTime ToUniversalTime() => throw WrongType(nameof(BsonDateTime));

    public abstract bool Equals(BsonValue? other);

    public override bool Equals(object? obj) => Equals(obj as BsonValue);

    public abstract override int GetHashCode();

    /// <summary>The order in which a server sorts: by type, numbers of all types together, then by value.</summary>
    public int CompareTo(BsonValue? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byType = Rank.CompareTo(other.Rank);
        return byType != 0 ? byType : CompareSameRank(other);
    }

    /// <summary>Numbers of different types are equal when their values are.</summary>
    public static bool operator ==(BsonValue? left, BsonValue? right) =>
        left is { IsNumeric: true } && right is { IsNumeric: true } ? left.CompareTo(right) == 0 : Equals(left, right);

    public static bool operator !=(BsonValue? left, BsonValue? right) => !(left == right);

    public static bool operator <(BsonValue left, BsonValue right) => left.CompareTo(right) < 0;

    public static bool operator >(BsonValue left, BsonValue right) => left.CompareTo(right) > 0;

    public static bool operator <=(BsonValue left, BsonValue right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BsonValue left, BsonValue right) => left.CompareTo(right) >= 0;

    public static implicit operator BsonValue(bool value) => BsonBoolean.Create(value);

    public static implicit operator BsonValue(int value) => new BsonInt32(value);

    public static implicit operator BsonValue(long value) => new BsonInt64(value);

    public static implicit operator BsonValue(double value) => new BsonDouble(value);

    public static implicit operator BsonValue(decimal value) => new BsonDecimal128(value);

    public static implicit operator BsonValue(Decimal128 value) => new BsonDecimal128(value);

    public static implicit operator BsonValue(DateTime value) => new BsonDateTime(value);

    public static implicit operator BsonValue(ObjectId value) => new BsonObjectId(value);

    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator BsonValue?(string? value) => value is null ? null : new BsonString(value);

    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator BsonValue?(byte[]? value) => value is null ? null : new BsonBinaryData(value);

    public static implicit operator BsonValue(bool? value) => value is { } given ? BsonBoolean.Create(given) : BsonNull.Value;

    public static implicit operator BsonValue(int? value) => value is { } given ? new BsonInt32(given) : BsonNull.Value;

    public static implicit operator BsonValue(long? value) => value is { } given ? new BsonInt64(given) : BsonNull.Value;

    public static implicit operator BsonValue(double? value) => value is { } given ? new BsonDouble(given) : BsonNull.Value;

    public static implicit operator BsonValue(DateTime? value) => value is { } given ? new BsonDateTime(given) : BsonNull.Value;

    public static explicit operator bool(BsonValue value) => value.AsBoolean;

    public static explicit operator int(BsonValue value) => value.AsInt32;

    public static explicit operator long(BsonValue value) => value.AsInt64;

    public static explicit operator double(BsonValue value) => value.AsDouble;

    public static explicit operator DateTime(BsonValue value) => value.ToUniversalTime();

    public static explicit operator ObjectId(BsonValue value) => value.AsObjectId;

    public static explicit operator string?(BsonValue? value) => value is null or BsonNull ? null : value.AsString;

    public static explicit operator byte[](BsonValue value) => value.AsByteArray;

    /// <summary>Copy that shares no document or array.</summary>
    public virtual BsonValue DeepClone() => this;

    public override string ToString() => this.ToJson();

    private protected abstract int Rank { get; }

    private protected abstract int CompareSameRank(BsonValue other);

    private protected InvalidCastException WrongType(string wanted) => new($"a BSON {BsonType} is no {wanted}");

    private T Cast<T>()
        where T : BsonValue => this as T ?? throw WrongType(typeof(T).Name);
}

/// <summary>The BSON values of .NET values.</summary>
public static class BsonTypeMapper
{
    /// <exception cref="ArgumentException">There is none for this type.</exception>
    public static BsonValue MapToBsonValue(object? value) => value switch
    {
        null => BsonNull.Value,
        BsonValue bson => bson,
        string text => new BsonString(text),
        bool truth => BsonBoolean.Create(truth),
        int number => new BsonInt32(number),
        long number => new BsonInt64(number),
        short number => new BsonInt32(number),
        ushort number => new BsonInt32(number),
        byte number => new BsonInt32(number),
        sbyte number => new BsonInt32(number),
        uint number => new BsonInt64(number),
        double number => new BsonDouble(number),
        float number => new BsonDouble(number),
        decimal number => new BsonDecimal128(number),
        Decimal128 number => new BsonDecimal128(number),
        DateTime time => new BsonDateTime(time),
        DateTimeOffset time => new BsonDateTime(time.UtcDateTime),
        ObjectId id => new BsonObjectId(id),
        Guid guid => new BsonBinaryData(guid, GuidRepresentation.Standard),
        byte[] bytes => new BsonBinaryData(bytes),
        Enum constant => new BsonInt64(Convert.ToInt64(constant, CultureInfo.InvariantCulture)),
        IDictionary dictionary => FromDictionary(dictionary),
        IEnumerable items => new BsonArray(items.Cast<object?>().Select(MapToBsonValue)),
        _ => throw new ArgumentException($".NET type {value.GetType()} has no BSON value", nameof(value)),
    };

    private static BsonDocument FromDictionary(IDictionary dictionary)
    {
        var document = new BsonDocument();
        foreach (DictionaryEntry entry in dictionary)
        {
            document.Add((string)entry.Key, MapToBsonValue(entry.Value));
        }

        return document;
    }
}
