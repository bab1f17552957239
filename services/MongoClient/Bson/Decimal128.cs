using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace MongoDB.Bson;

/// <summary>
/// An IEEE 754-2008 decimal floating point number of 34 digits, binary integer coding, as BSON stores it. Equal means the same bits:
/// 1.0 and 1.00 differ, as they do in a document. No arithmetic; <see cref="decimal"/> does that within its range.
/// </summary>
public readonly struct Decimal128 : IEquatable<Decimal128>, IComparable<Decimal128>
{
    private const int MaxDigits = 34;
    private const int ExponentBias = 6176;
    private const int MaxExponent = 6111;
    private const int MinExponent = -6176;
    private static readonly UInt128 MaxSignificand = UInt128.Parse("9999999999999999999999999999999999", CultureInfo.InvariantCulture);

    private readonly ulong _high;
    private readonly ulong _low;

    /// <summary>A number with the digits of <paramref name="value"/>, trailing zeros included.</summary>
    public Decimal128(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var significand = ((UInt128)(uint)bits[2] << 64) | ((UInt128)(uint)bits[1] << 32) | (uint)bits[0];
        this = Finite(bits[3] < 0, significand, -((bits[3] >> 16) & 0xff));
    }

    private Decimal128(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    public static Decimal128 Zero { get; } = new(0m);

    public static Decimal128 PositiveInfinity { get; } = new(0x7800_0000_0000_0000, 0);

    public static Decimal128 NegativeInfinity { get; } = new(0xf800_0000_0000_0000, 0);

    public static Decimal128 QNaN { get; } = new(0x7c00_0000_0000_0000, 0);

    private bool IsNegativeSign => (_high & 0x8000_0000_0000_0000) != 0;

    public static bool IsNaN(Decimal128 d) => (d._high & 0x7c00_0000_0000_0000) == 0x7c00_0000_0000_0000;

    public static bool IsInfinity(Decimal128 d) => (d._high & 0x7c00_0000_0000_0000) == 0x7800_0000_0000_0000;

    /// <summary>From the two halves of the sixteen bytes, most significant first.</summary>
    public static Decimal128 FromIEEEBits(ulong highBits, ulong lowBits) => new(highBits, lowBits);

    public ulong GetIEEEHighBits() => _high;

    public ulong GetIEEELowBits() => _low;

    /// <exception cref="FormatException">Not a number, or one that would have to be rounded or is out of range.</exception>
    public static Decimal128 Parse(string s) => TryParse(s, out var result) ? result : throw new FormatException($"'{s}' is not an exact Decimal128");

    public static bool TryParse([NotNullWhen(true)] string? s, out Decimal128 result)
    {
        result = default;
        if (string.IsNullOrEmpty(s))
        {
            return false;
        }

        var at = 0;
        var negative = false;
        if (s[0] is '+' or '-')
        {
            negative = s[0] == '-';
            at = 1;
        }

        var rest = s.AsSpan(at);
        if (rest.Equals("inf", StringComparison.OrdinalIgnoreCase) || rest.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            result = negative ? NegativeInfinity : PositiveInfinity;
            return true;
        }

        if (rest.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            result = negative ? new Decimal128(0xfc00_0000_0000_0000, 0) : QNaN;
            return true;
        }

        var digits = new StringBuilder();
        var any = false;
        var exponent = 0L;
        var point = false;
        for (; at < s.Length; at++)
        {
            var c = s[at];
            if (char.IsAsciiDigit(c))
            {
                any = true;
                if (digits.Length > 0 || c != '0')
                {
                    digits.Append(c);
                }

                if (point)
                {
                    exponent--;
                }
            }
            else if (c == '.' && !point)
            {
                point = true;
            }
            else
            {
                break;
            }
        }

        if (!any)
        {
            return false;
        }

        if (at < s.Length)
        {
            // An exponent too long for a long is out of range whatever its digits say; zeros are clamped.
            if (s[at] is not ('e' or 'E') || !TryParseExponent(s.AsSpan(at + 1), out var written))
            {
                return false;
            }

            exponent += written;
        }

        return TryFinite(negative, digits, exponent, out result);
    }

    /// <summary>As IEEE 754 writes it: all digits, an exponent where it is positive or the number very small.</summary>
    public override string ToString()
    {
        if (IsNaN(this))
        {
            return "NaN";
        }

        var sign = IsNegativeSign ? "-" : "";
        if (IsInfinity(this))
        {
            return sign + "Infinity";
        }

        Split(out var significand, out var exponent);
        var digits = significand.ToString(CultureInfo.InvariantCulture);
        var adjusted = exponent + digits.Length - 1;
        if (exponent > 0 || adjusted < -6)
        {
            var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}E{adjusted:+0;-0;+0}");
        }

        if (exponent == 0)
        {
            return sign + digits;
        }

        var whole = digits.Length + exponent;
        return whole > 0
            ? $"{sign}{digits[..whole]}.{digits[whole..]}"
            : $"{sign}0.{new string('0', -whole)}{digits}";
    }

    /// <exception cref="OverflowException">Not finite, or out of the range of a decimal.</exception>
    public static decimal ToDecimal(Decimal128 d)
    {
        if (IsNaN(d) || IsInfinity(d))
        {
            throw new OverflowException($"{d} is not a decimal");
        }

        return decimal.Parse(d.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    public static double ToDouble(Decimal128 d) => double.Parse(d.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    public static explicit operator decimal(Decimal128 value) => ToDecimal(value);

    public static implicit operator Decimal128(decimal value) => new(value);

    public static bool operator ==(Decimal128 left, Decimal128 right) => left.Equals(right);

    public static bool operator !=(Decimal128 left, Decimal128 right) => !left.Equals(right);

    public bool Equals(Decimal128 other) => _high == other._high && _low == other._low;

    public override bool Equals(object? obj) => obj is Decimal128 other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_high, _low);

    /// <summary>By value; NaN is below all.</summary>
    public int CompareTo(Decimal128 other)
    {
        if (IsNaN(this) || IsNaN(other))
        {
            return IsNaN(other).CompareTo(IsNaN(this));
        }

        var (left, right) = (SignOf(), other.SignOf());
        if (left != right || left == 0)
        {
            return left.CompareTo(right);
        }

        return left > 0 ? CompareMagnitude(this, other) : CompareMagnitude(other, this);
    }

    private static int CompareMagnitude(Decimal128 left, Decimal128 right)
    {
        if (IsInfinity(left) || IsInfinity(right))
        {
            return IsInfinity(left).CompareTo(IsInfinity(right));
        }

        left.Split(out var a, out var x);
        right.Split(out var b, out var y);
        var (p, q) = (a.ToString(CultureInfo.InvariantCulture), b.ToString(CultureInfo.InvariantCulture));
        var order = (p.Length + x).CompareTo(q.Length + y);
        return order != 0 ? order : Math.Sign(string.CompareOrdinal(p.PadRight(MaxDigits, '0'), q.PadRight(MaxDigits, '0')));
    }

    private static bool TryParseExponent(ReadOnlySpan<char> text, out long exponent)
    {
        exponent = 0;
        var negative = text is ['-', ..];
        if (text is ['+' or '-', ..])
        {
            text = text[1..];
        }

        if (text.IsEmpty)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            exponent = Math.Min((exponent * 10) + (c - '0'), int.MaxValue);
        }

        exponent = negative ? -exponent : exponent;
        return true;
    }

    private static bool TryFinite(bool negative, StringBuilder digits, long exponent, out Decimal128 result)
    {
        result = default;
        if (digits.Length == 0)
        {
            result = Finite(negative, 0, (int)Math.Clamp(exponent, MinExponent, MaxExponent));
            return true;
        }

        // Zeros at the end are digits like others unless they stand in the way of range or precision.
        while ((digits.Length > MaxDigits || exponent < MinExponent) && digits.Length > 1 && digits[^1] == '0')
        {
            digits.Length--;
            exponent++;
        }

        while (exponent > MaxExponent && digits.Length < MaxDigits)
        {
            digits.Append('0');
            exponent--;
        }

        if (digits.Length > MaxDigits || exponent is > MaxExponent or < MinExponent)
        {
            return false;
        }

        result = Finite(negative, UInt128.Parse(digits.ToString(), CultureInfo.InvariantCulture), (int)exponent);
        return true;
    }

    private static Decimal128 Finite(bool negative, UInt128 significand, int exponent)
    {
        var high = (ulong)(significand >> 64) | ((ulong)(exponent + ExponentBias) << 49) | (negative ? 0x8000_0000_0000_0000 : 0);
        return new Decimal128(high, (ulong)significand);
    }

    private int SignOf()
    {
        if (!IsInfinity(this))
        {
            Split(out var significand, out _);
            if (significand == 0)
            {
                return 0;
            }
        }

        return IsNegativeSign ? -1 : 1;
    }

    private void Split(out UInt128 significand, out int exponent)
    {
        if ((_high & 0x6000_0000_0000_0000) == 0x6000_0000_0000_0000)
        {
            // The second form could only hold significands above the largest, which count as zero.
            exponent = (int)((_high >> 47) & 0x3fff) - ExponentBias;
            significand = 0;
            return;
        }

        exponent = (int)((_high >> 49) & 0x3fff) - ExponentBias;
        significand = ((UInt128)(_high & 0x1_ffff_ffff_ffff) << 64) | _low;
        if (significand > MaxSignificand)
        {
            significand = 0;
        }
    }
}
