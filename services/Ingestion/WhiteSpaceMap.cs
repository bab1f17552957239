namespace Sikap.Ingestion;

/// <summary>Where passages of a text stand in a copy of it that has other white space, such as other line breaks. Both are the same article.</summary>
internal sealed class WhiteSpaceMap
{
    private readonly string _from;
    private readonly string _to;

    private WhiteSpaceMap(string from, string to) => (_from, _to) = (from, to);

    /// <summary>Null when the texts differ in more than white space.</summary>
    public static WhiteSpaceMap? Between(string from, string to)
    {
        if (from == to)
            return new WhiteSpaceMap(from, to);
        var other = 0;
        foreach (var c in from.Where(c => !char.IsWhiteSpace(c)))
        {
            while (other < to.Length && char.IsWhiteSpace(to[other]))
                other++;
            if (other == to.Length || to[other++] != c)
                return null;
        }

        return string.IsNullOrWhiteSpace(to[other..]) ? new WhiteSpaceMap(from, to) : null;
    }

    /// <summary>The passage from its first to its last visible character.</summary>
    /// <param name="start">First code unit in the first text.</param>
    /// <param name="end">One past the last; something visible lies before it.</param>
    public (int Start, int End) Move(int start, int end)
    {
        if (ReferenceEquals(_from, _to) || _from == _to)
            return (start, end);
        var first = _from.AsSpan(0, start).Count(IsVisible);
        var last = first + _from.AsSpan(start, end - start).Count(IsVisible) - 1;
        return (At(first), At(last) + 1);
    }

    private static bool IsVisible(char c) => !char.IsWhiteSpace(c);

    private int At(int visible)
    {
        for (var i = 0; ; i++)
        {
            if (IsVisible(_to[i]) && visible-- == 0)
                return i;
        }
    }
}

file static class SpanCount
{
    public static int Count(this ReadOnlySpan<char> text, Func<char, bool> predicate)
    {
        var count = 0;
        foreach (var c in text)
            count += predicate(c) ? 1 : 0;
        return count;
    }
}
