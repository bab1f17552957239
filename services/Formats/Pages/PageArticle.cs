namespace Sikap.Formats.Pages;

/// <summary>What a page holds.</summary>
public enum PageKind
{
    /// <summary>One article.</summary>
    Article,

    /// <summary>A list of links: a front page, a section, a topic.</summary>
    Listing,

    /// <summary>Neither: a video or gallery without text, an error, an empty page.</summary>
    Other,
}

/// <summary>The article of a page. Null means that the page does not tell.</summary>
public sealed record PageArticle
{
    public required PageKind Kind { get; init; }

    /// <summary>The headline without the outlet's name.</summary>
    public string? Title { get; init; }

    /// <summary>The article's own paragraphs in their order, one a line, without title, byline, captions, promotion, share bars, comments and lists of related articles; empty where there is no article.</summary>
    public required string Text { get; init; }

    /// <summary>First publication.</summary>
    public Stamp? Published { get; init; }

    /// <summary>Last change.</summary>
    public Stamp? Modified { get; init; }

    /// <summary>Names of the authors in the order of the byline.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>Name of the outlet.</summary>
    public string? Publisher { get; init; }

    /// <summary>The language that the page itself declares, as a BCP 47 tag; what the text is written in is decided by the engine.</summary>
    public string? Language { get; init; }

    /// <summary>Absolute http or https address under which the outlet wants the article to be known.</summary>
    public Uri? CanonicalUrl { get; init; }

    /// <summary>Addresses of the other pages of the same article, in reading order; a page with all of it in one comes alone.</summary>
    public IReadOnlyList<Uri> FurtherPages { get; init; } = [];

    /// <summary>Captions of images, apart from the text.</summary>
    public IReadOnlyList<string> Captions { get; init; } = [];

    /// <summary>Lines beside the text that say where it comes from or who worked on it (<c>Sumber: ...</c>, <c>(Reuters)</c>), in their order; no part of <see cref="Text"/>.</summary>
    public IReadOnlyList<string> Credits { get; init; } = [];

    /// <summary>The text with its credits behind it: what whoever reads sources and attributions needs.</summary>
    public string TextWithCredits => Credits.Count == 0 || Text.Length == 0 ? Text : $"{Text}\n\n{string.Join('\n', Credits)}";
}
