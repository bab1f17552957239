using System.Collections.Frozen;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens.Struct;

namespace Sikap.Formats.Pages;

/// <summary>Reads the article of an HTML page: its text and what the page says about it. Thread-safe; keeps nothing between pages.</summary>
public static class PageReader
{
    // Sentences that make a page an article where it does not say what it is.
    private const int MinArticleChars = 300;

    // Headlines of other articles with their teasers, a date or a section between them.
    private const int MinHeadlineChars = 20;
    private const int MaxHeadlineChars = 200;
    private const int LinesBelowLink = 2;
    private const int MinTeasers = 4;

    // Authors that are nobody in particular.
    private static readonly FrozenSet<string> Desks = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "redaksi", "tim redaksi", "newsroom", "editorial staff", "staff", "staff writer", "editor", "redaktion", "redacción", "redação", "rédaction", "redazione");

    // The resource header of the MIME Sniffing Standard.
    private const int SniffedChars = 1445;

    /// <summary>Reads a page.</summary>
    /// <param name="content">The bytes as they came, after any inflating that the transport asks for; pages that are gzip files themselves are inflated here.</param>
    /// <param name="contentType">The transport's media type with its charset; null when there is none.</param>
    /// <param name="url">Where the page came from, for relative addresses and the day in it; null when that is not known.</param>
    /// <returns>The article, also of pages without one (<see cref="PageArticle.Kind"/>); a refusal where a limit of <see cref="FormatLimits"/> is passed or the content is no text.</returns>
    public static Reading<PageArticle> Read(ReadOnlySpan<byte> content, string? contentType, Uri? url)
    {
        if (content.Length > FormatLimits.MaxPageBytes)
        {
            return new ReadingProblem(FormatLimits.MaxPageBytes, $"the page has {content.Length} bytes; {FormatLimits.MaxPageBytes} are read at most");
        }

        if (content.IsEmpty)
        {
            return new ReadingProblem(0, "the page is empty");
        }

        if (GzipFile.Begins(content))
        {
            return GzipFile.Inflate(content, FormatLimits.MaxPageBytes) is { } inflated
                ? ReadPlain(inflated, contentType, url)
                : new ReadingProblem(0, $"the page is a gzip file that is damaged or holds more than {FormatLimits.MaxPageBytes} bytes");
        }

        return ReadPlain(content, contentType, url);
    }

    private static Reading<PageArticle> ReadPlain(ReadOnlySpan<byte> content, string? contentType, Uri? url)
    {
        // They have no NUL where browsers look for one.
        if (content.TrimStart(" \t\r\n"u8).StartsWith("%PDF-"u8))
        {
            return new ReadingProblem(0, "the page is no text: it is a PDF document");
        }

        return Read(TextDecoding.Decode(content, contentType).Text, url);
    }

    /// <summary>Reads a page that is text already, such as the content of a feed's entry.</summary>
    public static Reading<PageArticle> Read(string html, Uri? url)
    {
        // Where browsers look for signs of something else than text; behind it a template's stray NUL is dropped, as they do.
        var nul = html.AsSpan(0, Math.Min(html.Length, SniffedChars)).IndexOf('\0');
        if (nul >= 0)
        {
            return new ReadingProblem(nul, "the page is no text: it contains the character NUL");
        }

        if (html.AsSpan().Trim().Trim('\uFEFF').IsEmpty)
        {
            return new ReadingProblem(0, "the page is empty");
        }

        if (XmlRoot(html) is { } root)
        {
            return new ReadingProblem(0, $"the page is no HTML: it is XML with the root element {root}");
        }

        var guard = new ParseGuard();
        try
        {
            using var document = guard.Parse(html);
            return Read(PageTree.Of(document), url);
        }
        catch (ParseGuard.LimitPassed limit)
        {
            return limit.Problem;
        }
    }

    // A feed or a sitemap in a page's place; browsers would show its source.
    private static string? XmlRoot(string html)
    {
        var rest = html.AsSpan(0, Math.Min(html.Length, SniffedChars)).Trim().Trim('\uFEFF');
        while (rest.StartsWith("<?") || rest.StartsWith("<!--"))
        {
            var end = rest.IndexOf(rest[1] == '?' ? "?>" : "-->");
            rest = end < 0 ? default : rest[(end + 2)..].TrimStart(">").TrimStart();
        }

        foreach (var root in (ReadOnlySpan<string>)["rss", "feed", "rdf:RDF", "urlset", "sitemapindex"])
        {
            if (rest.Length > root.Length + 1 && rest[0] == '<' && rest[1..].StartsWith(root, StringComparison.Ordinal) && (char.IsWhiteSpace(rest[root.Length + 1]) || rest[root.Length + 1] == '>'))
            {
                return root;
            }
        }

        return null;
    }

    private static PageArticle Read(PageTree tree, Uri? url)
    {
        var metadata = PageMetadata.Of(tree, url);
        var blocks = PageBlocks.Of(tree);
        var title = PageTitles.Of(tree, blocks, metadata);
        var found = MainText.Find(tree, blocks, title, metadata.Description);
        var text = found.Text.Length >= MinArticleChars ? found.Text : WithoutParagraphs(tree, blocks, metadata, title, found);
        var shown = PageStamps.Visible(tree, blocks, found);
        return new PageArticle
        {
            Kind = metadata.Kind != PageKind.Article && IsTeasers(blocks, found) ? PageKind.Listing
                : text.Length >= MinArticleChars || metadata.Kind == PageKind.Article && text.Length > 0 ? PageKind.Article
                : metadata.Kind == PageKind.Listing || found.LinkShare > 0.5 ? PageKind.Listing
                : PageKind.Other,
            Title = title,
            Text = text,
            Published = metadata.Published is { } told ? PageStamps.WithShownOffset(told, shown) : shown ?? EmbeddedText.Published(tree) ?? PageDates.OfAddress(url) ?? PageDates.OfAddress(metadata.CanonicalUrl),
            Modified = metadata.Modified,
            Authors = Authors(tree, blocks, metadata, found, (metadata.CanonicalUrl ?? url)?.Host),
            Publisher = Outlet(metadata.SiteName, title),
            Language = metadata.Language?.Trim().Replace('_', '-'),
            CanonicalUrl = metadata.CanonicalUrl,
            FurtherPages = text.Length > 0 ? FurtherPages.Of(tree, url, metadata.CanonicalUrl) : [],
            Captions = found.Captions,
            Credits = found.Credits,
        };
    }

    // Front pages and sections without a word of what they are: most of what was taken for the text stands right below headlines that are links. Articles have a few such lines, to others.
    private static bool IsTeasers(PageBlocks blocks, in MainText.Found found)
    {
        if (found.Text.Length == 0)
        {
            return false;
        }

        var paragraphs = found.Text.Split('\n').Where(line => line.Length >= MinHeadlineChars).ToHashSet(StringComparer.Ordinal);
        var teasers = new HashSet<string>(StringComparer.Ordinal);
        var lookup = paragraphs.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var b = Math.Max(found.First - LinesBelowLink, 0); b < blocks.Blocks.Length; b++)
        {
            if (blocks.Blocks[b] is not { Length: >= MinHeadlineChars and <= MaxHeadlineChars, LinkDensity: > 0.9 })
            {
                continue;
            }

            for (var below = b + 1; below <= Math.Min(b + LinesBelowLink, blocks.Blocks.Length - 1); below++)
            {
                if (blocks.Blocks[below].LinkDensity < 0.5 && lookup.TryGetValue(blocks.TextOf(blocks.Blocks[below]), out var paragraph))
                {
                    teasers.Add(paragraph);
                    break;
                }
            }
        }

        return teasers.Count >= MinTeasers && 2 * teasers.Count > paragraphs.Count;
    }

    // The text of a page whose elements hold next to none: what it tells search engines, what its scripts hold, or, where images are the article, their captions.
    private static string WithoutParagraphs(PageTree tree, PageBlocks blocks, PageMetadata metadata, string? title, in MainText.Found found)
    {
        var least = Math.Max(2 * found.Text.Length, MinArticleChars);
        if (metadata.ArticleBody is { } body && body.Length >= least)
        {
            var told = body.Contains("</", StringComparison.Ordinal) ? OfHtml(body, title) : Lines(body);
            if (told.Length >= least)
            {
                return told;
            }
        }

        if (EmbeddedText.Html(tree) is { } html && html.Length >= least && OfHtml(html, title) is var embedded && embedded.Length >= least)
        {
            return embedded;
        }

        return metadata.Kind == PageKind.Article && Captions(tree, blocks) is var captions && captions.Length >= least ? captions : found.Text;
    }

    // The captions of figures, which are the text of a gallery.
    private static string Captions(PageTree tree, PageBlocks blocks)
    {
        var captions = new List<string>();
        foreach (ref readonly var node in tree.Nodes)
        {
            for (var b = node.FirstBlock; node.Tag == Tag.Caption && b < node.EndBlock; b++)
            {
                var text = blocks.TextOf(blocks.Blocks[b]);
                if (blocks.Blocks[b].Weight >= 50 && !captions.Contains(text.ToString(), StringComparer.Ordinal) && captions.Count < 100)
                {
                    captions.Add(text.ToString());
                }
            }
        }

        return string.Join('\n', captions);
    }

    private static string OfHtml(string html, string? title)
    {
        using var document = new ParseGuard().Parse(html);
        var tree = PageTree.Of(document);
        return MainText.Find(tree, PageBlocks.Of(tree), title, description: null).Text;
    }

    private static string Lines(string text) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Where(line => line.Length > 0));

    // Where the outlet names itself as author, or an editor only, the names it shows to its readers are better.
    private static IReadOnlyList<string> Authors(PageTree tree, PageBlocks blocks, PageMetadata metadata, in MainText.Found found, string? host)
    {
        var named = metadata.Authors.Where(name => !Desks.Contains(name) && !IsNobody(name, host) && (metadata.SiteName is not { } outlet || !IsSame(name, outlet))).ToList();
        if (named.Count > 0)
        {
            var (authors, editors) = PageStamps.Roles(blocks, found);
            return authors.Count > 0 && named.TrueForAll(name => editors.Contains(name, StringComparer.OrdinalIgnoreCase)) ? authors : named;
        }

        var shown = PageStamps.Authors(tree, blocks, found);
        return shown.Count > 0 ? shown : metadata.Authors;
    }

    // "PT Warta Utara" is a company; so is "Warta Utara Media" at www.warta.example. Initials ("rin") are somebody, but the page may have the name.
    private static bool IsNobody(string name, string? host)
    {
        const int minLetters = 5;
        const int maxInitials = 3;
        var words = name.Split(' ');
        return name.Length <= maxInitials && name.All(char.IsAsciiLetterLower) || words.Length > 1 && words[0] is "PT" or "PT." || host is not null && words.Any(word => word.Length >= minLetters && host.Split('.').Contains(word, StringComparer.OrdinalIgnoreCase));
    }

    // Some templates give the title of the page as the name of the site.
    private static string? Outlet(string? siteName, string? title)
    {
        const int minTitleChars = 15;
        siteName = siteName?.Trim();
        if (title is { Length: >= minTitleChars } && siteName?.StartsWith(title, StringComparison.OrdinalIgnoreCase) == true)
        {
            siteName = siteName[title.Length..].Trim(' ', '|', '-', '–', '—', ':', '•', '·', '»');
        }

        return siteName is { Length: > 0 } ? siteName : null;
    }

    private static bool IsSame(string name, string outlet) => name.Contains(outlet, StringComparison.OrdinalIgnoreCase) || outlet.Contains(name, StringComparison.OrdinalIgnoreCase);
}
