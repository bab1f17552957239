using System.Collections.Frozen;
using System.Text;

namespace Sikap.Formats.Pages;

/// <summary>Dates and authors that a page shows to its readers.</summary>
internal static class PageStamps
{
    // Between headline and text, or a little above, stand authors and dates.
    private const int LinesAbove = 4;
    private const int LinesBetween = 30;
    private const int MaxDatelineChars = 150;

    // A line that is a date and little else.
    private const int MaxDateChars = 40;

    private const int MaxNameChars = 80;
    private const int MaxLabelChars = 15;

    // Clocks differ from UTC by half hours, but for a few small zones and this one.
    private const int NepalMinutes = 345;

    // Names of elements that hold authors, and labels of the lines behind a text that do.
    private static readonly FrozenSet<string> AuthorNames = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "author", "authors", "byline", "writer", "penulis", "wartawan", "reporter", "jurnalis", "autor", "auteur");
    private static readonly FrozenSet<string> AuthorLabels = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "penulis", "pewarta", "reporter", "wartawan", "jurnalis", "rep", "kontributor", "writer");

    private static readonly FrozenSet<string> EditorLabels = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "editor", "penyunting", "redaktur");

    // Words that say that the date behind them is the publication's, wherever they stand.
    private static readonly string[] Labels =
        ["published", "publication date", "date", "posted", "datum", "veröffentlicht", "erstellt", "publiziert", "tanggal", "diterbitkan", "dipublikasikan", "terbit", "tayang", "publié", "publicado", "pubblicato", "gepubliceerd", "publicerad", "publisert", "opublikowano", "опубликовано", "yayın tarihi", "giriş tarihi"];

    // Words that say that the date behind them is the last change's. Where the publication's stands beside it, that one counts.
    private static readonly string[] ChangeLabels =
        ["updated", "last update", "modified", "diperbarui", "diperbaharui", "dimutakhirkan", "terakhir diubah", "aktualisiert", "mis à jour", "modifié", "actualizado", "atualizado", "aggiornato", "bijgewerkt", "uppdaterad", "oppdatert", "zaktualizowano", "обновлено", "güncelleme"];

    /// <summary>
    /// The date shown: in an element made for it, else in a dated line near the headline, else in a line that says it is the date. A time element elsewhere comes last: it may belong to a comment or another article.
    /// </summary>
    public static Stamp? Visible(PageTree tree, PageBlocks blocks, in MainText.Found found)
    {
        var (marked, near, elsewhere) = OfElements(tree, found, blocks);
        return marked ?? near ?? OfLines(blocks, found) ?? OfLabels(blocks) ?? elsewhere;
    }

    /// <summary>
    /// A point in time that the page tells machines in UTC, with the offset of the clock that the same page shows its readers, where both show the same moment: the day of publication is the readers'.
    /// </summary>
    public static Stamp WithShownOffset(Stamp told, Stamp? shown)
    {
        if (shown is not { } clock || clock.Precision == StampPrecision.Day)
        {
            return told;
        }

        // The hour of a day that the page tells alone.
        if (told.Precision == StampPrecision.Day)
        {
            return told.Value.Date == clock.Value.Date ? clock : told;
        }

        if (told.Value.Offset != TimeSpan.Zero)
        {
            return told;
        }

        // Templates write the readers' clock without its zone, or as if it were UTC.
        if (clock.Value.Offset != TimeSpan.Zero && Minutes(clock.Value.DateTime) == Minutes(told.Value.DateTime))
        {
            return told with { Value = new DateTimeOffset(told.Value.DateTime, clock.Value.Offset), IsZoneUnknown = false };
        }

        var difference = Minutes(clock.Value.DateTime) - Minutes(told.Value.UtcDateTime);
        var known = clock.IsZoneUnknown ? difference : (long)clock.Value.Offset.TotalMinutes;
        return difference == known && difference is >= -12 * 60 and <= 14 * 60 && (difference % 30 == 0 || difference == NepalMinutes)
            ? told with { Value = told.Value.ToOffset(TimeSpan.FromMinutes(difference)), IsZoneUnknown = told.IsZoneUnknown && clock.IsZoneUnknown && difference == 0 }
            : told;

        static long Minutes(DateTime time) => time.Ticks / TimeSpan.TicksPerMinute;
    }

    /// <summary>Names above the text with their roles in lines of their own, in front of them ("Reporter", "Rina Contoh") or behind ("Rina Contoh", "Penulis").</summary>
    public static (List<string> Authors, List<string> Editors) Roles(PageBlocks blocks, in MainText.Found found)
    {
        var (authors, editors) = (new List<string>(), new List<string>());
        var (first, end) = Around(blocks, found);
        end = Math.Min(end + 2, blocks.Blocks.Length);
        bool? nameFirst = null;
        for (var b = first; b < end; b++)
        {
            ref readonly var block = ref blocks.Blocks[b];
            var role = block.Length < MaxLabelChars ? blocks.TextOf(block).TrimEnd(" :") : [];
            var isEditor = EditorLabels.GetAlternateLookup<ReadOnlySpan<char>>().Contains(role);
            if (role.IsEmpty || !isEditor && !AuthorLabels.GetAlternateLookup<ReadOnlySpan<char>>().Contains(role))
            {
                continue;
            }

            nameFirst ??= b > first && Names(blocks, b - 1).Count > 0;
            (isEditor ? editors : authors).AddRange(Names(blocks, nameFirst.Value ? b - 1 : b + 1));
        }

        return (authors, editors);
    }

    private static List<string> Names(PageBlocks blocks, int b) =>
        b < blocks.Blocks.Length && blocks.Blocks[b].Length <= MaxNameChars && PageAuthors.Split(blocks.TextOf(blocks.Blocks[b]).ToString()).ToList() is var names && names.TrueForAll(PageAuthors.IsName) ? names : [];

    /// <summary>The names of author elements, else of a line between headline and text that begins with "By" or is named after authors, else of the credits behind the text.</summary>
    public static IReadOnlyList<string> Authors(PageTree tree, PageBlocks blocks, in MainText.Found found)
    {
        var nodes = tree.Nodes;
        var (names, others) = (new List<string>(), new List<string>());
        var (first, end) = Around(blocks, found);
        for (var i = tree.Body; i < nodes.Length && others.Count < 20; i++)
        {
            if (nodes[i].Element is not { } element)
            {
                continue;
            }

            var marked = element.GetAttribute("rel") is "author" || element.GetAttribute("itemprop") is { } property && property.Contains("author", StringComparison.OrdinalIgnoreCase);
            if (marked && TextInside(tree, i) is { Length: < 120 } text)
            {
                // The link to an author's other articles says the name once more; other articles have others.
                var of = nodes[i].FirstBlock >= first && nodes[i].FirstBlock <= end + 2 ? names : others;
                of.AddRange(PageAuthors.Split(text).Where(name => !of.Exists(other => name.Contains(other, StringComparison.OrdinalIgnoreCase))));
            }
        }

        if (names.Count > 0)
        {
            return names;
        }

        if (Roles(blocks, found).Authors is { Count: > 0 } labelled)
        {
            return labelled;
        }

        for (var b = first; b < Math.Min(end + 2, blocks.Blocks.Length); b++)
        {
            ref readonly var block = ref blocks.Blocks[b];
            // Section, date and author may share a line.
            if (block.Length is > 5 and < 80)
            {
                foreach (var part in CreditLines.Split(blocks.TextOf(block).ToString()))
                {
                    if (PageAuthors.AfterOpening(part) is { Length: > 3 } rest && char.IsUpper(rest[0]))
                    {
                        return [.. PageAuthors.Split(rest)];
                    }
                }
            }
        }

        for (var i = tree.Body; i < nodes.Length; i++)
        {
            if (nodes[i].FirstBlock >= first && nodes[i].FirstBlock < Math.Min(end + 2, blocks.Blocks.Length) && nodes[i].FirstBlock < nodes[i].EndBlock && nodes[i].EndBlock - nodes[i].FirstBlock <= 2
                && nodes[i].Element is { } element && (NamesAuthors(element.ClassName) || NamesAuthors(element.Id)))
            {
                var text = blocks.TextOf(blocks.Blocks[nodes[i].FirstBlock]);
                if (text.Length <= MaxNameChars && PageAuthors.Split(text.ToString()).ToList() is { Count: > 0 } named && named.TrueForAll(PageAuthors.IsName))
                {
                    return named;
                }
            }
        }

        foreach (var credit in found.Credits)
        {
            var colon = credit.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && AuthorLabels.Contains(credit[..colon].Trim()))
            {
                names.AddRange(PageAuthors.Split(credit[(colon + 1)..]));
            }
            else if (colon < 0 && PageAuthors.AfterOpening(credit.Trim('(', ')')) is { } written)
            {
                names.AddRange(PageAuthors.Split(written));
            }
        }

        return names.Count > 0 ? names : others;
    }

    private static bool NamesAuthors(string? names)
    {
        if (names is null)
        {
            return false;
        }

        foreach (var range in names.AsSpan().SplitAny(' ', '-', '_'))
        {
            if (AuthorNames.GetAlternateLookup<ReadOnlySpan<char>>().Contains(names.AsSpan(range)))
            {
                return true;
            }
        }

        return false;
    }

    // From a little above the headline, or above the text where no headline is known, to the text.
    private static (int First, int End) Around(PageBlocks blocks, in MainText.Found found)
    {
        var end = found.First >= 0 ? found.First : Math.Min(Math.Max(found.Headline, 0) + LinesBetween, blocks.Blocks.Length);
        var first = found.Headline >= 0 && found.Headline <= end ? found.Headline - LinesAbove : end - LinesBetween / 2;
        return (Math.Clamp(Math.Max(first, end - LinesBetween), 0, blocks.Blocks.Length), Math.Min(end, blocks.Blocks.Length));
    }

    // Of an element that says it is the publication's, of a time element about the headline, and of one anywhere else.
    private static (Stamp? Marked, Stamp? Near, Stamp? Elsewhere) OfElements(PageTree tree, in MainText.Found found, PageBlocks blocks)
    {
        var nodes = tree.Nodes;
        var (first, end) = Around(blocks, found);
        Stamp? near = null, elsewhere = null, changed = null;
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
            var inside = TextInside(tree, i) is { } text ? PageDates.Read(text, from) : null;
            stamp = stamp is { } told ? WithShownOffset(told, inside) : inside;
            if (stamp is not null && (published || element.HasAttribute("pubdate")))
            {
                return (stamp, near, elsewhere);
            }

            if (nodes[i].FirstBlock >= first && nodes[i].FirstBlock <= end)
            {
                if (TellsChange(element))
                {
                    changed ??= stamp;
                }
                else
                {
                    near ??= stamp;
                }
            }
            else if (nodes[i].FirstBlock > first)
            {
                elsewhere ??= stamp;
            }
        }

        return (null, near ?? changed, elsewhere);
    }

    // Of the hAtom classes, and of schema.org.
    private static bool TellsChange(AngleSharp.Dom.IElement time) =>
        time.GetAttribute("itemprop") is { } property && property.Contains("dateModified", StringComparison.OrdinalIgnoreCase)
        || time.ClassName is { } names && names.Contains("updated", StringComparison.OrdinalIgnoreCase) && !names.Contains("published", StringComparison.OrdinalIgnoreCase);

    private static Stamp? OfLines(PageBlocks blocks, in MainText.Found found)
    {
        var (first, end) = Around(blocks, found);
        Stamp? changed = null;
        for (var b = Math.Max(first, found.Headline); b < end; b++)
        {
            var (stamp, isChange) = OfLine(blocks, b);
            if (stamp is not null && !isChange)
            {
                return stamp;
            }

            changed ??= stamp;
        }

        for (var b = Math.Min(found.Headline, end) - 1; b >= first; b--)
        {
            var (stamp, isChange) = OfLine(blocks, b);
            if (stamp is not null && !isChange)
            {
                return stamp;
            }

            changed ??= stamp;
        }

        if (changed is not null)
        {
            return changed;
        }

        // Behind a standfirst, or beside the text.
        for (var b = end; found.Headline >= 0 && b < Math.Min(found.Headline + LinesBetween, blocks.Blocks.Length); b++)
        {
            if (blocks.Blocks[b].Length <= MaxDateChars && OfLine(blocks, b).Stamp is { } stamp)
            {
                return stamp;
            }
        }

        return null;
    }

    private static (Stamp? Stamp, bool IsChange) OfLine(PageBlocks blocks, int b) => blocks.Blocks[b].Length <= MaxDatelineChars ? OfLine(blocks.TextOf(blocks.Blocks[b])) : default;

    /// <summary>The date of a line, and whether it is the last change's; of a line that tells both, the publication's.</summary>
    internal static (Stamp? Stamp, bool IsChange) OfLine(ReadOnlySpan<char> line)
    {
        var change = FirstOf(line, ChangeLabels);
        if (change < 0)
        {
            return (PageDates.Read(line, "text"), false);
        }

        var told = PageDates.Read(line[..change], "text");
        if (told is null && FirstOf(line[change..], Labels) is var publication and >= 0)
        {
            told = PageDates.Read(line[(change + publication)..], "text");
        }

        return told is null ? (PageDates.Read(line, "text"), true) : (told, false);
    }

    private static int FirstOf(ReadOnlySpan<char> line, string[] words)
    {
        var first = -1;
        foreach (var word in words)
        {
            var at = line.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            first = at >= 0 && (first < 0 || at < first) && (at == 0 || !char.IsLetter(line[at - 1])) ? at : first;
        }

        return first;
    }

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
