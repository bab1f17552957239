using System.Globalization;
using System.Text;

namespace MongoDB.Driver.Core;

/// <summary>SASLprep (RFC 4013) of passwords, with the categories of the platform's Unicode in place of those of Unicode 3.2.</summary>
internal static class SaslPrep
{
    /// <exception cref="ArgumentException">The password holds a character that no password may.</exception>
    internal static string Prepare(string password)
    {
        var mapped = new StringBuilder(password.Length);
        foreach (var rune in password.EnumerateRunes())
        {
            if (IsMappedToNothing(rune.Value))
            {
                continue;
            }

            mapped.Append(rune.Value == 0x200b || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator) ? new Rune(' ') : rune);
        }

        var prepared = mapped.ToString().Normalize(NormalizationForm.FormKC);
        bool rightToLeft = false, leftToRight = false;
        Rune? first = null, last = null;
        foreach (var rune in prepared.EnumerateRunes())
        {
            if (IsProhibited(rune))
            {
                throw new ArgumentException($"the password holds U+{rune.Value:X4}, which SASLprep prohibits", nameof(password));
            }

            first ??= rune;
            last = rune;
            rightToLeft |= IsRightToLeft(rune.Value);
            leftToRight |= !IsRightToLeft(rune.Value) && Rune.IsLetter(rune);
        }

        if (rightToLeft && (leftToRight || !IsRightToLeft(first!.Value.Value) || !IsRightToLeft(last!.Value.Value)))
        {
            throw new ArgumentException("the password mixes directions of writing in a way SASLprep prohibits", nameof(password));
        }

        return prepared;
    }

    // RFC 3454 table B.1.
    private static bool IsMappedToNothing(int value) =>
        value is 0x00ad or 0x034f or 0x1806 or (>= 0x180b and <= 0x180d) or (>= 0x200c and <= 0x200d) or 0x2060 or (>= 0xfe00 and <= 0xfe0f) or 0xfeff;

    // Tables C.1.2, C.2.1, C.2.2 and C.3 to C.9, and what is not assigned.
    private static bool IsProhibited(Rune rune)
    {
        var value = rune.Value;
        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format
            || (value != ' ' && Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator)
            || value is (>= 0xfff9 and <= 0xfffd) or (>= 0x2ff0 and <= 0x2ffb) or 0x0340 or 0x0341;
    }

    // Table D.1, by blocks.
    private static bool IsRightToLeft(int value) =>
        value is 0x05be or 0x05c0 or 0x05c3 or (>= 0x05d0 and <= 0x05f4) or 0x061b or 0x061f or (>= 0x0621 and <= 0x064a) or (>= 0x066d and <= 0x066f) or (>= 0x0671 and <= 0x06d5)
            or (>= 0x06e5 and <= 0x06e6) or (>= 0x06fa and <= 0x070d) or (>= 0x0710 and <= 0x072c) or (>= 0x0780 and <= 0x07a5) or 0x07b1 or 0x200f
            or (>= 0xfb1d and <= 0xfb4f and not 0xfb1e and not 0xfb29) or (>= 0xfb50 and <= 0xfdfb) or (>= 0xfe70 and <= 0xfefc);
}
