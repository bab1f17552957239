using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens.Struct;

namespace Sikap.Formats.Pages;

/// <summary>Reads the article of an HTML page: its text and what the page says about it. Thread-safe; keeps nothing between pages.</summary>
public static class PageReader
{
    // Sentences that make a page an article where it does not say what it is.
    private const int MinArticleChars = 300;

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
        if (html.Contains('\0'))
        {
            return new ReadingProblem(html.IndexOf('\0'), "the page is no text: it contains the character NUL");
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
        var (text, captions, linkShare) = MainText.Find(tree, blocks, title, metadata.Description);
        var kind = text.Length >= MinArticleChars || metadata.Kind == PageKind.Article && text.Length > 0 ? PageKind.Article
            : metadata.Kind == PageKind.Listing || linkShare > 0.5 ? PageKind.Listing
            : PageKind.Other;
        var published = metadata.Published ?? PageStamps.Visible(tree, blocks, title) ?? PageDates.OfAddress(url) ?? PageDates.OfAddress(metadata.CanonicalUrl);
        return new PageArticle
        {
            Kind = kind,
            Title = title,
            Text = text,
            Published = published,
            Modified = metadata.Modified,
            Authors = metadata.Authors.Count > 0 ? metadata.Authors : PageStamps.Authors(tree, blocks),
            Publisher = metadata.SiteName?.Trim(),
            Language = metadata.Language?.Trim().Replace('_', '-'),
            CanonicalUrl = metadata.CanonicalUrl,
            FurtherPages = [],
            Captions = captions,
        };
    }
}
