namespace Sikap.Formats.Feeds;

/// <summary>The format of a feed.</summary>
public enum FeedKind
{
    /// <summary>RSS 0.91 to 2.0, and the Channel Definition Format, whose elements are the same.</summary>
    Rss,
    Rdf,
    Atom,
    Json,
    Sitemap,
    NewsSitemap,

    /// <summary>A list of sitemaps: its entries are sitemaps.</summary>
    SitemapIndex,
}

/// <summary>A feed as it was read.</summary>
public sealed record Feed
{
    public required FeedKind Kind { get; init; }

    /// <summary>As the feed gives it: plain text, or HTML from which everything that runs was taken. Plain text may look like HTML, so put it into a page as text only.</summary>
    public string? Title { get; init; }

    /// <summary>Absolute http or https address of the site.</summary>
    public Uri? Link { get; init; }

    /// <summary>BCP 47 tag.</summary>
    public string? Language { get; init; }

    /// <summary>How long the publisher asks to wait between two visits (ttl, sy:updatePeriod).</summary>
    public TimeSpan? Ttl { get; init; }

    public required IReadOnlyList<FeedEntry> Entries { get; init; }

    /// <summary>What was broken and read all the same.</summary>
    public IReadOnlyList<ReadingProblem> Problems { get; init; } = [];
}

/// <summary>One entry of a feed. Null means that the feed does not tell.</summary>
public sealed record FeedEntry
{
    /// <summary>The entry's own identifier (guid, atom:id, rdf:about); else null.</summary>
    public string? Id { get; init; }

    /// <summary>As the feed gives it: plain text, or HTML from which everything that runs was taken. Plain text may look like HTML, so put it into a page as text only.</summary>
    public string? Title { get; init; }

    /// <summary>The title as plain text: without tags, references replaced, white space single.</summary>
    public string? Headline { get; init; }

    /// <summary>Absolute http or https address of the article.</summary>
    public Uri? Link { get; init; }

    public Stamp? Published { get; init; }

    public Stamp? Updated { get; init; }

    /// <summary>Short text as the feed gives it: plain, or HTML from which everything that runs was taken. As with titles, plain text may look like HTML.</summary>
    public string? Summary { get; init; }

    /// <summary>Full content as HTML, where the feed carries it; as it stands there, so nothing that runs was taken from it.</summary>
    public string? Content { get; init; }

    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>BCP 47 tag.</summary>
    public string? Language { get; init; }

    /// <summary>Name of the outlet (news:publication, source).</summary>
    public string? Publisher { get; init; }
}
