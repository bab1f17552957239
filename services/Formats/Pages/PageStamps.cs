namespace Sikap.Formats.Pages;

/// <summary>Dates and authors that a page shows to its readers.</summary>
internal static class PageStamps
{
    // A dateline stands within a few lines of the headline.
    private const int LinesAround = 14;
    private const int MaxDatelineChars = 150;

    /// <summary>The date shown: a time element, else a dated line near the headline.</summary>
    public static Stamp? Visible(PageTree tree, PageBlocks blocks, string? title)
    {
        var nodes = tree.Nodes;
        Stamp? loose = null;
        for (var i = tree.Body; i < nodes.Length; i++)
        {
            if (nodes[i].Element is not { } element)
            {
                continue;
            }

            var property = element.GetAttribute("itemprop");
            var published = property is not null && property.Contains("datePublished", StringComparison.OrdinalIgnoreCase);
            if (!published && nodes[i].Tag != Tag.Time)
            {
                continue;
            }

            var stamp = (element.GetAttribute("datetime") ?? element.GetAttribute("content")) is { } value ? PageDates.Read(value, published ? "itemprop.datePublished" : "time") : null;
            stamp ??= TextInside(tree, i) is { } text ? PageDates.Read(text, published ? "itemprop.datePublished" : "time") : null;
            if (stamp is not null && (published || element.HasAttribute("pubdate")))
            {
                return stamp;
            }

            loose ??= stamp;
        }

        if (loose is not null)
        {
            return loose;
        }

        var headline = 0;
        for (var b = 0; b < blocks.Blocks.Length && title is not null; b++)
        {
            if (blocks.TextOf(blocks.Blocks[b]).Equals(title, StringComparison.OrdinalIgnoreCase))
            {
                headline = b;
                break;
            }
        }

        for (var distance = 0; distance <= LinesAround; distance++)
        {
            foreach (var b in (ReadOnlySpan<int>)[headline + distance, headline - distance])
            {
                if (b >= 0 && b < blocks.Blocks.Length && blocks.Blocks[b].Length <= MaxDatelineChars && PageDates.Read(blocks.TextOf(blocks.Blocks[b]), "text") is { } stamp)
                {
                    return stamp;
                }
            }
        }

        return null;
    }

    /// <summary>The names of an author element or of a line that begins with "By".</summary>
    public static IReadOnlyList<string> Authors(PageTree tree, PageBlocks blocks)
    {
        var nodes = tree.Nodes;
        var names = new List<string>();
        for (var i = tree.Body; i < nodes.Length && names.Count < 20; i++)
        {
            if (nodes[i].Element is not { } element)
            {
                continue;
            }

            var marked = element.GetAttribute("rel") is "author" || element.GetAttribute("itemprop") is { } property && property.Contains("author", StringComparison.OrdinalIgnoreCase);
            if (marked && TextInside(tree, i) is { Length: < 120 } text)
            {
                names.AddRange(PageAuthors.Split(text).Where(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase)));
            }
        }

        if (names.Count == 0)
        {
            foreach (ref readonly var block in blocks.Blocks)
            {
                if (block.Length is > 5 and < 80 && PageAuthors.AfterOpening(blocks.TextOf(block).ToString()) is { } rest && rest.Length > 3 && char.IsUpper(rest[0]))
                {
                    return [.. PageAuthors.Split(rest)];
                }
            }
        }

        return names;
    }

    private static string? TextInside(PageTree tree, int node)
    {
        var nodes = tree.Nodes;
        var text = new System.Text.StringBuilder();
        for (var i = node + 1; i < nodes[node].End && text.Length < 200; i++)
        {
            text.Append(nodes[i].Text).Append(' ');
        }

        return text.Length == 0 ? null : string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
