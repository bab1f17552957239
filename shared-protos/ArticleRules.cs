using System.Buffers;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Sikap.Nlp;

namespace Sikap.Contracts;

/// <summary>What may be submitted as the text of an article. The same rules hold wherever a text comes in.</summary>
public static class ArticleRules
{
    /// <summary>Longest text in UTF-16 code units. The engine reads five times as much; what it finds in more than this does not fit a message of the bus.</summary>
    public const int MaxTextChars = 200_000;

    /// <summary>
    /// A text in which more than one code unit in this many is a control or replacement character is not a text: a binary file or a wrong encoding.
    /// A single one happens in honest articles.
    /// </summary>
    public const int StrayCharsPerMille = 10;

    // C0 without tab, line feed, vertical tab, form feed and carriage return; DEL; C1 without next line; replacement character and non-characters.
    private static readonly SearchValues<char> Stray = SearchValues.Create(
        [.. Enumerable.Range(1, 0x9F).Select(code => (char)code).Where(c => char.IsControl(c) && c is not ('\t' or '\n' or '\v' or '\f' or '\r' or '\u0085')), '\uFFFD', '\uFFFE', '\uFFFF']);

    /// <summary>Why <paramref name="text"/> cannot be an article, in English, with what would be right; null when it can.</summary>
    public static string? TextProblem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(text))
            return "must not be empty";
        if (text.Length > MaxTextChars)
            return string.Create(CultureInfo.InvariantCulture, $"has {text.Length} UTF-16 code units; at most {MaxTextChars} are allowed");
        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
            return string.Create(CultureInfo.InvariantCulture, $"has a NUL character at {nul}; only plain text is allowed");
        var surrogate = LoneSurrogate(text);
        if (surrogate >= 0)
            return string.Create(CultureInfo.InvariantCulture, $"has half a surrogate pair at {surrogate}; the text was decoded wrongly");
        var stray = CountStray(text);
        return stray * 1000L > (long)text.Length * StrayCharsPerMille
            ? string.Create(CultureInfo.InvariantCulture, $"has {stray} control or replacement characters; only decoded plain text is allowed")
            : null;
    }

    /// <summary>Why a text and its publication time cannot be an article: field and description; empty when they can.</summary>
    public static IReadOnlyList<(string Field, string Description)> Check(string text, Timestamp? publishedAt)
    {
        var problems = new List<(string, string)>();
        if (TextProblem(text) is { } problem)
            problems.Add(("text", problem));
        if (publishedAt is not null && !IsValid(publishedAt))
            problems.Add(("published_at", "must be a time of the years 1 to 9999 with 0 to 999,999,999 nanoseconds"));
        return problems;
    }

    /// <summary>True for a name that items of wires have in place of an address: a URN (RFC 8141), <c>urn:</c> with a namespace and a name in it, or a tag (RFC 4151), <c>tag:</c> with its authority and a name.</summary>
    public static bool IsItemName(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Uri.TryCreate(address, UriKind.Absolute, out var name) && (name.Scheme is "urn" or "tag") && name.AbsolutePath.Contains(':', StringComparison.Ordinal)
            && !address.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c));
    }

    private static bool IsValid(Timestamp timestamp)
        => timestamp.Nanos is >= 0 and < 1_000_000_000
            && timestamp.Seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && timestamp.Seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>True where half a surrogate pair stands alone: no Unicode text.</summary>
    public static bool HasLoneSurrogate(string text) => LoneSurrogate(text) >= 0;

    private static int LoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return i;
            i++;
        }

        return -1;
    }

    private static int CountStray(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var next = text.IndexOfAny(Stray); next >= 0; next = text.IndexOfAny(Stray))
        {
            count++;
            text = text[(next + 1)..];
        }

        return count;
    }
}
