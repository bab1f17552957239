using System.Globalization;
using System.Text;

namespace Sikap.Ingestion;

/// <summary>What a robots.txt says to one program, by RFC 9309. Immutable and thread-safe.</summary>
internal sealed class RobotsRules
{
    /// <summary>Bytes that are read of a robots.txt; RFC 9309 asks for at least 500 KiB.</summary>
    public const int MaxBytes = 512_000;

    /// <summary>No rules: everything is allowed.</summary>
    public static readonly RobotsRules AllowAll = new([], null);

    private readonly IReadOnlyList<Rule> _rules;

    private RobotsRules(IReadOnlyList<Rule> rules, TimeSpan? crawlDelay)
    {
        _rules = rules;
        CrawlDelay = crawlDelay;
    }

    /// <summary>The pause asked for between two requests; null = none. No part of the RFC, but common.</summary>
    public TimeSpan? CrawlDelay { get; }

    /// <summary>Reads a robots.txt; what it does not understand is passed over.</summary>
    /// <param name="content">The file, of which the first <see cref="MaxBytes"/> count.</param>
    /// <param name="product">The program's name, as in its <c>User-Agent</c> without version.</param>
    public static RobotsRules Read(ReadOnlySpan<byte> content, string product)
    {
        // A line that is cut off by the limit could say the opposite of the whole one.
        if (content.Length > MaxBytes)
            content = content[..(content[..MaxBytes].LastIndexOfAny((byte)'\r', (byte)'\n') + 1)];
        var (ours, theirs) = (new Group(), new Group());
        var (named, forUs, forAll, lastWasAgent) = (false, false, false, false);
        foreach (var line in Encoding.UTF8.GetString(content).TrimStart('\uFEFF').AsSpan().EnumerateLines())
        {
            var bare = line.IndexOf('#') is >= 0 and var comment ? line[..comment] : line;
            var colon = bare.IndexOf(':');
            if (colon < 0)
                continue;
            var key = bare[..colon].Trim();
            var value = bare[(colon + 1)..].Trim();
            if (key.Equals("user-agent", StringComparison.OrdinalIgnoreCase))
            {
                if (!lastWasAgent)
                    (forUs, forAll) = (false, false);
                lastWasAgent = true;
                forAll |= value is "*";
                // The name counts up to its first character that is none of a product token's.
                var token = value.IndexOfAnyExcept(TokenCharacters) is >= 0 and var end ? value[..end] : value;
                forUs |= token.Equals(product, StringComparison.OrdinalIgnoreCase);
                named |= forUs;
                continue;
            }

            // Other records (sitemap, ...) neither end nor begin a group.
            var isAllow = key.Equals("allow", StringComparison.OrdinalIgnoreCase);
            var isDelay = key.Equals("crawl-delay", StringComparison.OrdinalIgnoreCase);
            if (!isAllow && !isDelay && !key.Equals("disallow", StringComparison.OrdinalIgnoreCase))
                continue;
            lastWasAgent = false;
            foreach (var group in new[] { forUs ? ours : null, forAll ? theirs : null })
            {
                if (isDelay && double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
                    group?.Delay = TimeSpan.FromSeconds(Math.Min(seconds, 86_400));
                else if (!isDelay && value.Length > 0)
                    group?.Rules.Add(new Rule(Normal(value), isAllow));
            }
        }

        var chosen = named ? ours : theirs;
        return chosen.Rules.Count == 0 && chosen.Delay is null ? AllowAll : new RobotsRules(chosen.Rules, chosen.Delay);
    }

    /// <summary>True when an address of the host may be asked: the longest rule that matches decides, of two equally long ones the one that allows.</summary>
    public bool Allows(Uri url)
    {
        var path = Normal(url.PathAndQuery);
        var (length, allows) = (-1, true);
        foreach (var rule in _rules)
        {
            var own = rule.Pattern.Length;
            if ((own > length || (own == length && rule.Allows)) && Matches(rule.Pattern, path))
                (length, allows) = (own, rule.Allows);
        }

        return allows;
    }

    // Each piece between stars is looked for once, from where the one before ended: the leftmost place is as good as any, so nothing is ever tried again.
    private static bool Matches(string pattern, string path)
    {
        var anchored = pattern.EndsWith('$');
        var rest = (anchored ? pattern[..^1] : pattern).AsSpan();
        var at = 0;
        for (var first = true; ; first = false)
        {
            var star = rest.IndexOf('*');
            var piece = star < 0 ? rest : rest[..star];
            if (star < 0 && anchored)
                return first ? path.AsSpan().SequenceEqual(piece) : path.Length - at >= piece.Length && path.AsSpan(at).EndsWith(piece);
            var found = first ? (path.AsSpan().StartsWith(piece) ? 0 : -1) : path.AsSpan(at).IndexOf(piece);
            if (found < 0)
                return false;
            if (star < 0)
                return true;
            at += found + piece.Length;
            rest = rest[(star + 1)..];
        }
    }

    /// <summary>Octets outside of ASCII percent-encoded, needless percent-encodings of unreserved characters undone, hexadecimal digits in upper case: so the two spellings of one path compare as equal.</summary>
    private static string Normal(ReadOnlySpan<char> path)
    {
        var normal = new StringBuilder(path.Length);
        Span<byte> octets = stackalloc byte[4];
        for (var i = 0; i < path.Length;)
        {
            if (path[i] == '%' && i + 2 < path.Length && byte.TryParse(path.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                if (char.IsAsciiLetterOrDigit((char)octet) || (char)octet is '-' or '.' or '_' or '~')
                    normal.Append((char)octet);
                else
                    normal.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
                i += 3;
            }
            else
            {
                Rune.DecodeFromUtf16(path[i..], out var rune, out var units);
                if (rune.IsAscii)
                {
                    normal.Append((char)rune.Value);
                }
                else
                {
                    foreach (var one in octets[..rune.EncodeToUtf8(octets)])
                        normal.Append(CultureInfo.InvariantCulture, $"%{one:X2}");
                }

                i += units;
            }
        }

        return normal.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> TokenCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private readonly record struct Rule(string Pattern, bool Allows);

    private sealed class Group
    {
        public List<Rule> Rules { get; } = [];

        public TimeSpan? Delay { get; set; }
    }
}
