using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MongoDB.Bson;

/// <summary>Numbers of all types are compared by value.</summary>
internal static class BsonNumbers
{
    internal const int Rank = 3;

    internal static int Compare(BsonValue left, BsonValue right) => (left, right) switch
    {
        (BsonInt32 a, BsonInt32 b) => a.Value.CompareTo(b.Value),
        (BsonInt32 or BsonInt64, BsonInt32 or BsonInt64) => left.ToInt64().CompareTo(right.ToInt64()),
        (BsonDecimal128 a, _) => a.Value.CompareTo(ToDecimal128(right)),
        (_, BsonDecimal128 b) => ToDecimal128(left).CompareTo(b.Value),
        (BsonDouble a, BsonDouble b) => a.Value.CompareTo(b.Value),
        (BsonDouble a, _) => -CompareExact(right.ToInt64(), a.Value),
        _ => CompareExact(left.ToInt64(), ((BsonDouble)right).Value),
    };

    // A long has more digits than a double: 2^53 + 1 is not 2^53.
    private static int CompareExact(long left, double right)
    {
        if (double.IsNaN(right))
        {
            return 1;
        }

        if (right is >= 9.2233720368547758E18 or < -9.2233720368547758E18)
        {
            return right > 0 ? -1 : 1;
        }

        var whole = left.CompareTo((long)right);
        return whole != 0 ? whole : 0.0.CompareTo(right - Math.Truncate(right));
    }

    private static Decimal128 ToDecimal128(BsonValue value) => value switch
    {
        BsonDecimal128 number => number.Value,
        BsonDouble number => Decimal128.Parse(number.Value.ToString("R", CultureInfo.InvariantCulture)),
        _ => new Decimal128(value.ToInt64()),
    };
}

public sealed class BsonInt32(int value) : BsonValue
{
    public int Value { get; } = value;

    public override BsonType BsonType => BsonType.Int32;

    private protected override int Rank => BsonNumbers.Rank;

    public override bool ToBoolean() => Value != 0;

    public override int ToInt32() => Value;

    public override long ToInt64() => Value;

    public override double ToDouble() => Value;

    public override decimal ToDecimal() => Value;

    public override bool Equals(BsonValue? other) => other is BsonInt32 number && number.Value == Value;

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private protected override int CompareSameRank(BsonValue other) => BsonNumbers.Compare(this, other);
}

public sealed class BsonInt64(long value) : BsonValue
{
    public long Value { get; } = value;

    public override BsonType BsonType => BsonType.Int64;

    private protected override int Rank => BsonNumbers.Rank;

    public override bool ToBoolean() => Value != 0;

    public override int ToInt32() => checked((int)Value);

    public override long ToInt64() => Value;

    public override double ToDouble() => Value;

    public override decimal ToDecimal() => Value;

    public override bool Equals(BsonValue? other) => other is BsonInt64 number && number.Value == Value;

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private protected override int CompareSameRank(BsonValue other) => BsonNumbers.Compare(this, other);
}

/// <summary>Equal means equal bits, so that NaN equals itself and 0.0 differs from -0.0.</summary>
public sealed class BsonDouble(double value) : BsonValue
{
    public double Value { get; } = value;

    public override BsonType BsonType => BsonType.Double;

    private protected override int Rank => BsonNumbers.Rank;

    public override bool ToBoolean() => !double.IsNaN(Value) && Value != 0;

    public override int ToInt32() => checked((int)Value);

    public override long ToInt64() => checked((long)Value);

    public override double ToDouble() => Value;

    public override decimal ToDecimal() => (decimal)Value;

    public override bool Equals(BsonValue? other) => other is BsonDouble number && BitConverter.DoubleToInt64Bits(number.Value) == BitConverter.DoubleToInt64Bits(Value);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture);

    private protected override int CompareSameRank(BsonValue other) => BsonNumbers.Compare(this, other);
}

public sealed class BsonDecimal128(Decimal128 value) : BsonValue
{
    public Decimal128 Value { get; } = value;

    public override BsonType BsonType => BsonType.Decimal128;

    private protected override int Rank => BsonNumbers.Rank;

    public override bool ToBoolean() => !Decimal128.IsNaN(Value) && Value.CompareTo(Decimal128.Zero) != 0;

    public override int ToInt32() => checked((int)ToDecimal());

    public override long ToInt64() => checked((long)ToDecimal());

    public override double ToDouble() => Decimal128.ToDouble(Value);

    public override decimal ToDecimal() => Decimal128.ToDecimal(Value);

    public override bool Equals(BsonValue? other) => other is BsonDecimal128 number && number.Value == Value;

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString();

    private protected override int CompareSameRank(BsonValue other) => BsonNumbers.Compare(this, other);
}

public sealed class BsonString : BsonValue
{
    public BsonString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Value = value;
    }

    public static BsonString Empty { get; } = new("");

    public string Value { get; }

    public override BsonType BsonType => BsonType.String;

    private protected override int Rank => 4;

    public override bool Equals(BsonValue? other) => other is BsonString text && text.Value == Value;

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;

    private protected override int CompareSameRank(BsonValue other) =>
        string.CompareOrdinal(Value, other is BsonSymbol symbol ? symbol.Name : ((BsonString)other).Value);
}

/// <summary>Deprecated in BSON; kept so that stored data comes back as it was.</summary>
public sealed class BsonSymbol(string name) : BsonValue
{
    public string Name { get; } = name;

    public override BsonType BsonType => BsonType.Symbol;

    private protected override int Rank => 4;

    public override bool Equals(BsonValue? other) => other is BsonSymbol symbol && symbol.Name == Name;

    public override int GetHashCode() => HashCode.Combine(BsonType, Name);

    private protected override int CompareSameRank(BsonValue other) =>
        string.CompareOrdinal(Name, other is BsonSymbol symbol ? symbol.Name : ((BsonString)other).Value);
}

public sealed class BsonBoolean : BsonValue
{
    private BsonBoolean(bool value)
    {
        Value = value;
    }

    public static BsonBoolean True { get; } = new(true);

    public static BsonBoolean False { get; } = new(false);

    public bool Value { get; }

    public override BsonType BsonType => BsonType.Boolean;

    private protected override int Rank => 9;

    public static BsonBoolean Create(bool value) => value ? True : False;

    public override bool ToBoolean() => Value;

    public override bool Equals(BsonValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value ? "true" : "false";

    private protected override int CompareSameRank(BsonValue other) => Value.CompareTo(((BsonBoolean)other).Value);
}

public sealed class BsonNull : BsonValue
{
    private BsonNull()
    {
    }

    public static BsonNull Value { get; } = new();

    public override BsonType BsonType => BsonType.Null;

    private protected override int Rank => 2;

    public override bool Equals(BsonValue? other) => other is BsonNull;

    public override int GetHashCode() => 1;

    private protected override int CompareSameRank(BsonValue other) => 0;
}

/// <summary>Deprecated in BSON; kept so that stored data comes back as it was.</summary>
public sealed class BsonUndefined : BsonValue
{
    private BsonUndefined()
    {
    }

    public static BsonUndefined Value { get; } = new();

    public override BsonType BsonType => BsonType.Undefined;

    private protected override int Rank => 1;

    public override bool Equals(BsonValue? other) => other is BsonUndefined;

    public override int GetHashCode() => 2;

    private protected override int CompareSameRank(BsonValue other) => 0;
}

public sealed class BsonMinKey : BsonValue
{
    private BsonMinKey()
    {
    }

    public static BsonMinKey Value { get; } = new();

    public override BsonType BsonType => BsonType.MinKey;

    private protected override int Rank => 0;

    public override bool Equals(BsonValue? other) => other is BsonMinKey;

    public override int GetHashCode() => 3;

    private protected override int CompareSameRank(BsonValue other) => 0;
}

public sealed class BsonMaxKey : BsonValue
{
    private BsonMaxKey()
    {
    }

    public static BsonMaxKey Value { get; } = new();

    public override BsonType BsonType => BsonType.MaxKey;

    private protected override int Rank => 100;

    public override bool Equals(BsonValue? other) => other is BsonMaxKey;

    public override int GetHashCode() => 4;

    private protected override int CompareSameRank(BsonValue other) => 0;
}

public sealed class BsonObjectId(ObjectId value) : BsonValue
{
    public ObjectId Value { get; } = value;

    public override BsonType BsonType => BsonType.ObjectId;

    private protected override int Rank => 8;

    public override bool Equals(BsonValue? other) => other is BsonObjectId id && id.Value == Value;

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString();

    private protected override int CompareSameRank(BsonValue other) => Value.CompareTo(((BsonObjectId)other).Value);
}

/// <summary>Milliseconds since 1970 UTC; reaches further than <see cref="DateTime"/>.</summary>
public sealed class BsonDateTime : BsonValue
{
    /// <summary>First and last millisecond of <see cref="DateTime"/>.</summary>
    private const long MinMilliseconds = -62135596800000;
    private const long MaxMilliseconds = 253402300799999;

    public BsonDateTime(long millisecondsSinceEpoch)
    {
        MillisecondsSinceEpoch = millisecondsSinceEpoch;
    }

    /// <summary>The millisecond of a time; one without a zone counts as local, as in the official driver.</summary>
    public BsonDateTime(DateTime value)
    {
        var ticks = (value.ToUniversalTime() - DateTime.UnixEpoch).Ticks;
        MillisecondsSinceEpoch = Math.DivRem(ticks, TimeSpan.TicksPerMillisecond).Quotient - (ticks % TimeSpan.TicksPerMillisecond < 0 ? 1 : 0);
    }

    public long MillisecondsSinceEpoch { get; }

    /// <summary>True where it is within the range of <see cref="DateTime"/>.</summary>
    public new bool IsValidDateTime => MillisecondsSinceEpoch is >= MinMilliseconds and <= MaxMilliseconds;

    public override BsonType BsonType => BsonType.DateTime;

    private protected override int Rank => 10;

    public override DateTime ToUniversalTime() => IsValidDateTime
        ? DateTime.UnixEpoch.AddTicks(MillisecondsSinceEpoch * TimeSpan.TicksPerMillisecond)
        : throw new ArgumentOutOfRangeException(nameof(MillisecondsSinceEpoch), MillisecondsSinceEpoch, "outside the range of DateTime");

    public override bool Equals(BsonValue? other) => other is BsonDateTime time && time.MillisecondsSinceEpoch == MillisecondsSinceEpoch;

    public override int GetHashCode() => MillisecondsSinceEpoch.GetHashCode();

    private protected override int CompareSameRank(BsonValue other) => MillisecondsSinceEpoch.CompareTo(((BsonDateTime)other).MillisecondsSinceEpoch);
}

/// <summary>A position in a server's log of operations: seconds and a counter within the second.</summary>
public sealed class BsonTimestamp(long value) : BsonValue
{
    public BsonTimestamp(int timestamp, int increment)
        : this(((long)timestamp << 32) | (uint)increment)
    {
    }

    public long Value { get; } = value;

    /// <summary>Seconds since 1970.</summary>
    public int Timestamp => (int)(Value >> 32);

    public int Increment => (int)Value;

    public override BsonType BsonType => BsonType.Timestamp;

    private protected override int Rank => 11;

    public override bool Equals(BsonValue? other) => other is BsonTimestamp time && time.Value == Value;

    public override int GetHashCode() => HashCode.Combine(BsonType, Value);

    private protected override int CompareSameRank(BsonValue other) => ((ulong)Value).CompareTo((ulong)((BsonTimestamp)other).Value);
}

public sealed class BsonRegularExpression : BsonValue
{
    public BsonRegularExpression(string pattern)
        : this(pattern, "")
    {
    }

    /// <summary>The options are kept in the order of the alphabet, as the format wants them.</summary>
    public BsonRegularExpression(string pattern, string options)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        Pattern = pattern;
        Options = options is null or "" ? "" : string.Concat(options.Order());
    }

    public BsonRegularExpression(Regex regex)
        : this(regex.ToString(), OptionLetters.Where(pair => regex.Options.HasFlag(pair.Key)).Aggregate("", (letters, pair) => letters + pair.Value))
    {
    }

    public string Pattern { get; }

    public string Options { get; }

    public override BsonType BsonType => BsonType.RegularExpression;

    private protected override int Rank => 12;

    private static FrozenDictionary<RegexOptions, char> OptionLetters { get; } = new Dictionary<RegexOptions, char>
    {
        [RegexOptions.IgnoreCase] = 'i',
        [RegexOptions.Multiline] = 'm',
        [RegexOptions.Singleline] = 's',
        [RegexOptions.IgnorePatternWhitespace] = 'x',
    }.ToFrozenDictionary();

    public override bool Equals(BsonValue? other) => other is BsonRegularExpression regex && regex.Pattern == Pattern && regex.Options == Options;

    public override int GetHashCode() => HashCode.Combine(Pattern, Options);

    private protected override int CompareSameRank(BsonValue other)
    {
        var regex = (BsonRegularExpression)other;
        var first = string.CompareOrdinal(Pattern, regex.Pattern);
        return first != 0 ? first : string.CompareOrdinal(Options, regex.Options);
    }
}

public sealed class BsonJavaScript(string code) : BsonValue
{
    public string Code { get; } = code;

    public override BsonType BsonType => BsonType.JavaScript;

    private protected override int Rank => 13;

    public override bool Equals(BsonValue? other) => other is BsonJavaScript script && script.Code == Code;

    public override int GetHashCode() => HashCode.Combine(BsonType, Code);

    private protected override int CompareSameRank(BsonValue other) => string.CompareOrdinal(Code, ((BsonJavaScript)other).Code);
}

public sealed class BsonJavaScriptWithScope(string code, BsonDocument scope) : BsonValue
{
    public string Code { get; } = code;

    public BsonDocument Scope { get; } = scope;

    public override BsonType BsonType => BsonType.JavaScriptWithScope;

    private protected override int Rank => 14;

    public override BsonValue DeepClone() => new BsonJavaScriptWithScope(Code, (BsonDocument)Scope.DeepClone());

    public override bool Equals(BsonValue? other) => other is BsonJavaScriptWithScope script && script.Code == Code && script.Scope.Equals(Scope);

    public override int GetHashCode() => HashCode.Combine(BsonType, Code, Scope);

    private protected override int CompareSameRank(BsonValue other)
    {
        var script = (BsonJavaScriptWithScope)other;
        var first = string.CompareOrdinal(Code, script.Code);
        return first != 0 ? first : Scope.CompareTo(script.Scope);
    }
}

/// <summary>A DBPointer, type 0x0C: deprecated, unknown to the official driver, kept so that every document of the format can be read and written back.</summary>
internal sealed class BsonDBPointer(string ns, ObjectId id) : BsonValue
{
    internal const BsonType Type = (BsonType)0x0c;

    public string Namespace { get; } = ns;

    public ObjectId Id { get; } = id;

    public override BsonType BsonType => Type;

    private protected override int Rank => 15;

    public override bool Equals(BsonValue? other) => other is BsonDBPointer pointer && pointer.Namespace == Namespace && pointer.Id == Id;

    public override int GetHashCode() => HashCode.Combine(Namespace, Id);

    private protected override int CompareSameRank(BsonValue other)
    {
        var pointer = (BsonDBPointer)other;
        var first = string.CompareOrdinal(Namespace, pointer.Namespace);
        return first != 0 ? first : Id.CompareTo(pointer.Id);
    }
}

/// <summary>Bytes with a meaning. The array is not copied and must not be changed.</summary>
public sealed class BsonBinaryData : BsonValue
{
    public BsonBinaryData(byte[] bytes)
        : this(bytes, BsonBinarySubType.Binary)
    {
    }

    public BsonBinaryData(byte[] bytes, BsonBinarySubType subType)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        Bytes = bytes;
        SubType = subType;
    }

    /// <exception cref="ArgumentException">Another representation than the standard one.</exception>
    public BsonBinaryData(Guid guid, GuidRepresentation guidRepresentation)
        : this(guid.ToByteArray(bigEndian: true), BsonBinarySubType.UuidStandard)
    {
        if (guidRepresentation != GuidRepresentation.Standard)
        {
            throw new ArgumentException("only the standard representation is supported", nameof(guidRepresentation));
        }
    }

    public byte[] Bytes { get; }

    public BsonBinarySubType SubType { get; }

    public override BsonType BsonType => BsonType.Binary;

    private protected override int Rank => 7;

    /// <exception cref="InvalidOperationException">Not sixteen bytes of subtype 4.</exception>
    public Guid ToGuid() => SubType == BsonBinarySubType.UuidStandard && Bytes.Length == 16
        ? new Guid(Bytes, bigEndian: true)
        : throw new InvalidOperationException($"binary data of subtype {(int)SubType} and {Bytes.Length} bytes is no standard UUID");

    public override bool Equals(BsonValue? other) => other is BsonBinaryData data && data.SubType == SubType && data.Bytes.AsSpan().SequenceEqual(Bytes);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    private protected override int CompareSameRank(BsonValue other)
    {
        var data = (BsonBinaryData)other;
        var length = Bytes.Length.CompareTo(data.Bytes.Length);
        var subType = SubType.CompareTo(data.SubType);
        return length != 0 ? length : subType != 0 ? subType : Bytes.AsSpan().SequenceCompareTo(data.Bytes);
    }
}
