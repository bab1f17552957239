namespace Sikap.ServiceDefaults;

/// <summary>Texts that others supply, cut to a size.</summary>
public static class TextLimits
{
    /// <summary>The longest beginning of <paramref name="text"/> that fits in <paramref name="maxBytes"/> bytes of UTF-8 and splits no character.</summary>
    public static string CutToUtf8Bytes(this string text, int maxBytes)
    {
        // Three bytes are the most that one UTF-16 code unit takes.
        if (text.Length <= maxBytes / 3)
            return text;
        var bytes = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > maxBytes)
                return text[..length];
            bytes += rune.Utf8SequenceLength;
            length += rune.Utf16SequenceLength;
        }

        return text;
    }
}
