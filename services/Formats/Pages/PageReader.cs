using System.Collections.Frozen;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens.Struct;

namespace Sikap.Formats.Pages;

/// <summary>Reads the article of an HTML page: its text and what the page says about it. Thread-safe; keeps nothing between pages.</summary>
public static class PageReader
{
    // Sentences that make a page an article where it does not say what it is.
    private const int MinArticleChars = 300;

    // Authors that are nobody in particular.
    private static readonly FrozenSet<string> Desks = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "redaksi", "tim redaksi", "newsroom", "editorial staff", "staff", "staff writer", "editor", "redaktion", "redacción", "redação", "rédaction", "redazione");

    // The resource header of the MIME Sniffing Standard.
    private const int SniffedChars = 1445;

    /// <summary>Reads a page.</summary>
    /// <param name="content">The bytes as they came, decompressed.</param>
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
            Kind = text.Length >= MinArticleChars || metadata.Kind == PageKind.Article && text.Length > 0 ? PageKind.Article
                : metadata.Kind == PageKind.Listing || found.LinkShare > 0.5 ? PageKind.Listing
                : PageKind.Other,
            Title = title,
            Text = text,
            Published = metadata.Published is { } told ? PageStamps.WithShownOffset(told, shown) : shown ?? PageDates.OfAddress(url) ?? PageDates.OfAddress(metadata.CanonicalUrl),
            Modified = metadata.Modified,
            Authors = Authors(tree, blocks, metadata, found),
            Publisher = metadata.SiteName?.Trim(),
            Language = metadata.Language?.Trim().Replace('_', '-'),
            CanonicalUrl = metadata.CanonicalUrl,
            FurtherPages = text.Length > 0 ? FurtherPages.Of(tree, url, metadata.CanonicalUrl) : [],
            Captions = found.Captions,
            Credits = found.Credits,
        };
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

    // Where the outlet names itself as author, the names it shows to its readers are better.
    private static IReadOnlyList<string> Authors(PageTree tree, PageBlocks blocks, PageMetadata metadata, in MainText.Found found)
    {
        var named = metadata.Authors.Where(name => !Desks.Contains(name) && (metadata.SiteName is not { } outlet || !IsSame(name, outlet))).ToList();
        if (named.Count > 0)
        {
            return named;
        }

        var shown = PageStamps.Authors(tree, blocks, found);
        return shown.Count > 0 ? shown : metadata.Authors;
    }

    private static bool IsSame(string name, string outlet) => name.Contains(outlet, StringComparison.OrdinalIgnoreCase) || outlet.Contains(name, StringComparison.OrdinalIgnoreCase);
}
