namespace Sikap.Formats.Pages;

/// <summary>Finds the headline among what a page gives as its title.</summary>
internal static class PageTitles
{
    // A shorter heading may be any word of the title.
    private const int MinHeadlineBehind = 20;

    // Between a headline and the outlet's or section's name in titles.
    private static readonly string[] Separators = [" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • ", " / ", " // ", " ｜ ", "｜", " ‹ ", " « "];

    /// <summary>The headline: the first heading that the titles of the head begin with, else their best without the outlet's name.</summary>
    public static string? Of(PageTree tree, PageBlocks blocks, PageMetadata metadata)
    {
        var headings = Headings(tree, blocks);
        var shown = Clean(metadata.Meta("og:title") ?? metadata.Headline ?? metadata.Meta("twitter:title") ?? tree.TitleElement);
        if (shown is null)
        {
            return headings.FirstOrDefault();
        }

        // A heading that is the title, or the title with the outlet's name cut off.
        foreach (var heading in headings)
        {
            if (heading.Length >= 8 && (shown.Equals(heading, StringComparison.OrdinalIgnoreCase) || shown.StartsWith(heading, StringComparison.OrdinalIgnoreCase) && IsSeparator(shown.AsSpan(heading.Length))
                || heading.Length >= MinHeadlineBehind && shown.EndsWith(heading, StringComparison.OrdinalIgnoreCase) && EndsWithSeparator(shown.AsSpan(0, shown.Length - heading.Length))))
            {
                return heading;
            }
        }

        return WithoutOutlet(shown, metadata.SiteName, metadata.CanonicalUrl?.Host);
    }

    // Outlet and section may stand before the headline too.
    private static bool EndsWithSeparator(ReadOnlySpan<char> beginning)
    {
        foreach (var separator in Separators)
        {
            if (beginning.EndsWith(separator))
            {
                return true;
            }
        }

        return false;
    }

    // What follows a heading in the title of the head: a mark and a name or two.
    private static bool IsSeparator(ReadOnlySpan<char> rest)
    {
        if (rest.Length <= 40 && rest.TrimStart() is [var first, ..] && !char.IsLetterOrDigit(first))
        {
            return true;
        }

        foreach (var separator in Separators)
        {
            if (rest.StartsWith(separator) || rest.StartsWith(separator.AsSpan().TrimStart()))
            {
                return true;
            }
        }

        return false;
    }

    private static List<string> Headings(PageTree tree, PageBlocks blocks)
    {
        var headings = new List<string>();
        var nodes = tree.Nodes;
        for (var i = 0; i < nodes.Length && headings.Count < 10; i++)
        {
            if (nodes[i].Tag != Tag.Heading1 || nodes[i].FirstBlock >= nodes[i].EndBlock)
            {
                continue;
            }

            var parts = new List<string>();
            for (var b = nodes[i].FirstBlock; b < Math.Min(nodes[i].EndBlock, nodes[i].FirstBlock + 4); b++)
            {
                parts.Add(blocks.TextOf(blocks.Blocks[b]).ToString());
            }

            headings.Add(string.Join(' ', parts));
        }

        return headings;
    }

    private static string? Clean(string? title)
    {
        if (string.IsNullOrWhiteSpace(title))
        {
            return null;
        }

        // Some templates escape twice.
        title = title.Contains('&', StringComparison.Ordinal) ? System.Net.WebUtility.HtmlDecode(title) : title;
        return string.Join(' ', title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    // "Kabar Contoh" or "KabarContoh.com" at www.kabarcontoh.com.
    private static bool IsNameOf(ReadOnlySpan<char> name, string host)
    {
        const int minLetters = 4;
        var letters = string.Concat(name.ToString().Where(char.IsLetterOrDigit));
        return letters.Length >= minLetters && host.Replace(".", "", StringComparison.Ordinal).Contains(letters, StringComparison.OrdinalIgnoreCase);
    }

    private static string WithoutOutlet(string title, string? outlet, string? host)
    {
        foreach (var separator in Separators)
        {
            var at = title.LastIndexOf(separator, StringComparison.Ordinal);
            if (at < 10)
            {
                continue;
            }

            var tail = title.AsSpan(at + separator.Length).Trim();
            // The outlet by its name, or by an address; else a short tail after a long headline.
            if (host is not null && IsNameOf(tail, host) || outlet is not null && (tail.Contains(outlet, StringComparison.OrdinalIgnoreCase) || outlet.AsSpan().Contains(tail, StringComparison.OrdinalIgnoreCase)) && tail.Length < outlet.Length + 20
                || outlet is null && tail.Length < 25 && at > 25 || separator is " | " or "｜" or " ｜ " && tail.Length < 30)
            {
                return title[..at].Trim();
            }
        }

        return title;
    }
}
