using System.Text;

namespace Sikap.Formats.Pages;

/// <summary>Dates and authors that a page shows to its readers.</summary>
internal static class PageStamps
{
    // Between headline and text, or a little above, stand authors and dates.
    private const int LinesAbove = 4;
    private const int LinesBetween = 30;
    private const int MaxDatelineChars = 150;

    // Words that say that the date behind them is the publication's, wherever they stand.
    private static readonly string[] Labels =
        ["published", "publication date", "date", "posted", "datum", "veröffentlicht", "erstellt", "publiziert", "tanggal", "diterbitkan", "dipublikasikan", "publié", "publicado", "pubblicato", "gepubliceerd", "publicerad", "publisert", "opublikowano", "опубликовано", "yayın tarihi", "giriş tarihi"];

    /// <summary>The date shown: in an element made for it, else in a dated line near the headline, else in a line that says it is the date.</summary>
    public static Stamp? Visible(PageTree tree, PageBlocks blocks, in MainText.Found found)
    {
        return OfElements(tree, found, blocks) ?? OfLines(blocks, found) ?? OfLabels(blocks);
    }

    /// <summary>The names of author elements, else of a line between headline and text that begins with "By".</summary>
    public static IReadOnlyList<string> Authors(PageTree tree, PageBlocks blocks, in MainText.Found found)
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

        if (names.Count > 0)
        {
            return names;
        }

        var (first, end) = Around(blocks, found);
        for (var b = first; b < Math.Min(end + 2, blocks.Blocks.Length); b++)
        {
            ref readonly var block = ref blocks.Blocks[b];
            if (block.Length is > 5 and < 80 && PageAuthors.AfterOpening(blocks.TextOf(block).ToString()) is { Length: > 3 } rest && char.IsUpper(rest[0]))
            {
                return [.. PageAuthors.Split(rest)];
            }
        }

        return [];
    }

    // From a little above the headline, or above the text where no headline is known, to the text.
    private static (int First, int End) Around(PageBlocks blocks, in MainText.Found found)
    {
        var end = found.First >= 0 ? found.First : Math.Min(Math.Max(found.Headline, 0) + LinesBetween, blocks.Blocks.Length);
        var first = found.Headline >= 0 && found.Headline <= end ? found.Headline - LinesAbove : end - LinesBetween / 2;
        return (Math.Clamp(Math.Max(first, end - LinesBetween), 0, blocks.Blocks.Length), Math.Min(end, blocks.Blocks.Length));
    }

    private static Stamp? OfElements(PageTree tree, in MainText.Found found, PageBlocks blocks)
    {
        var nodes = tree.Nodes;
        Stamp? loose = null;
        for (var i = tree.Body; i < nodes.Length; i++)
        {
            if (nodes[i].Element is not { } element)
            {
                continue;
            }

            var published = element.GetAttribute("itemprop") is { } property && property.Contains("datePublished", StringComparison.OrdinalIgnoreCase);
            if (!published && nodes[i].Tag != Tag.Time)
            {
                continue;
            }

            var from = published ? "itemprop.datePublished" : "time";
            var stamp = (element.GetAttribute("datetime") ?? element.GetAttribute("content")) is { } value ? PageDates.Read(value, from) : null;
            stamp ??= TextInside(tree, i) is { } text ? PageDates.Read(text, from) : null;
            if (stamp is not null && (published || element.HasAttribute("pubdate")))
            {
                return stamp;
            }

            // Those of other articles stand before the headline or behind the text.
            loose ??= found.Headline >= 0 && nodes[i].FirstBlock < found.Headline - LinesAbove && found.Headline < blocks.Blocks.Length ? null : stamp;
        }

        return loose;
    }

    private static Stamp? OfLines(PageBlocks blocks, in MainText.Found found)
    {
        var (first, end) = Around(blocks, found);
        for (var b = Math.Max(first, found.Headline); b < end; b++)
        {
            if (OfLine(blocks, b) is { } stamp)
            {
                return stamp;
            }
        }

        for (var b = Math.Min(found.Headline, end) - 1; b >= first; b--)
        {
            if (OfLine(blocks, b) is { } stamp)
            {
                return stamp;
            }
        }

        return null;
    }

    private static Stamp? OfLine(PageBlocks blocks, int b) =>
        blocks.Blocks[b].Length <= MaxDatelineChars ? PageDates.Read(blocks.TextOf(blocks.Blocks[b]), "text") : null;

    private static Stamp? OfLabels(PageBlocks blocks)
    {
        foreach (ref readonly var block in blocks.Blocks)
        {
            if (block.Length is < 10 or > 60)
            {
                continue;
            }

            var text = blocks.TextOf(block);
            foreach (var label in Labels)
            {
                if (text.StartsWith(label, StringComparison.OrdinalIgnoreCase) && PageDates.Read(text, "text") is { } stamp)
                {
                    return stamp;
                }
            }
        }

        return null;
    }

    private static string? TextInside(PageTree tree, int node)
    {
        var nodes = tree.Nodes;
        var text = new StringBuilder();
        for (var i = node + 1; i < nodes[node].End && text.Length < 200; i++)
        {
            text.Append(nodes[i].Text).Append(' ');
        }

        return text.Length == 0 ? null : string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
