using System.Globalization;
using System.Text.RegularExpressions;

namespace Sikap.Formats.Pages;

/// <summary>
/// Finds the other pages of an article that is cut into several. A link leads to one when it differs from the article's own address by a page number alone (<c>?page=2</c>, <c>/2</c>, <c>/page/2</c>)
/// and is shown as a number or a word for going on; a page with everything (<c>?page=all</c>) makes the others needless.
/// </summary>
internal static partial class FurtherPages
{
    // More parts than any article has: a list of comments or archives.
    private const int MaxPages = 40;

    private static readonly System.Collections.Frozen.FrozenSet<string> Parameters = System.Collections.Frozen.FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "page", "halaman", "hal", "pg", "p", "paged", "seite", "pagina", "sida", "side", "strona");

    private static readonly System.Collections.Frozen.FrozenSet<string> All = System.Collections.Frozen.FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "all", "semua", "full", "alle", "single");

    /// <summary>The pages behind this one in reading order, or the one page with everything; empty where the article has only this page.</summary>
    public static IReadOnlyList<Uri> Of(PageTree tree, Uri? url, Uri? canonical)
    {
        var own = url ?? canonical;
        if (own is null)
        {
            return [];
        }

        var (ownKey, ownPage) = Split(own);
        if (ownPage == 0)
        {
            return [];
        }

        var found = new SortedDictionary<int, Uri>();
        if (PageMetadata.Absolute(PageMetadata.LinkOf(tree, "next"), own) is { } next)
        {
            Add(next);
        }

        var nodes = tree.Nodes;
        for (var i = 0; i < nodes.Length; i++)
        {
            // Only what can be a page number or a word for it is resolved: links are many.
            if (nodes[i].Tag == Tag.Link && nodes[i].End - i <= 6 && nodes[i].Element!.GetAttribute("href") is { Length: > 0 and < 1000 } href && (href.Contains('?', StringComparison.Ordinal) || href.AsSpan().TrimEnd('/') is [.., >= '0' and <= '9'])
                && IsPager(tree, i) && PageMetadata.Absolute(href, own) is { } address)
            {
                Add(address);
            }
        }

        return found.TryGetValue(0, out var whole) ? [whole] : [.. found.Values];

        void Add(Uri address)
        {
            var (key, page) = Split(address);
            if (key == ownKey && page != ownPage && (page == 0 || page > ownPage) && page <= MaxPages)
            {
                found.TryAdd(page, address);
            }
        }
    }

    // The address without its page, and the page: 1 where it tells none, 0 for all in one.
    private static (string Key, int Page) Split(Uri address)
    {
        var page = 1;
        var query = new List<string>();
        foreach (var part in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (part, "") : (part[..equals], part[(equals + 1)..]);
            if (Parameters.Contains(name) && All.Contains(value))
            {
                page = 0;
            }
            else if (Parameters.Contains(name) && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1000)
            {
                page = number;
            }
            else if (!name.StartsWith("utm_", StringComparison.OrdinalIgnoreCase))
            {
                query.Add(part);
            }
        }

        var path = address.AbsolutePath.TrimEnd('/');
        if (PathPage().Match(path) is { Success: true } match)
        {
            page = int.Parse(match.Groups["n"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            path = path[..match.Index];
        }

        return ($"{address.IdnHost}{path}?{string.Join('&', query)}", page);
    }

    private static bool IsPager(PageTree tree, int link)
    {
        var nodes = tree.Nodes;
        for (var i = link + 1; i < nodes[link].End; i++)
        {
            if (nodes[i].Text is { } text && !string.IsNullOrWhiteSpace(text))
            {
                return text.Length < 60 && PagerText().IsMatch(text);
            }
        }

        return false;
    }

    [GeneratedRegex(@"/(?:page/|halaman/|seite/)?(?<n>[1-9][0-9]?)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex PathPage();

    [GeneratedRegex(@"^\W*(?:[0-9]{1,2}|(?:next|show|view|read|page|single|all|selanjutnya|berikutnya|lanjut|halaman|hal|semua|tampilkan|lihat|baca|weiter|nächste|seite|auf einer|suivant|page suivante|siguiente|página|prossima|successiva|volgende|nästa|neste|næste|następna|далее|další|sonraki)\b.*)\W*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex PagerText();
}
