namespace Sikap.Formats;

/// <summary>What a document may cost. Each limit lies far above what honest documents need and is checked before the work it bounds.</summary>
public static class FormatLimits
{
    /// <summary>Bytes of one page. The largest of some hundred news pages had 2.2 MB, most of it scripts.</summary>
    public const int MaxPageBytes = 8 * 1024 * 1024;

    /// <summary>Elements and texts of one page. Large news pages have some 20,000; a parser can be made to repeat open elements until a small page has millions.</summary>
    public const int MaxPageNodes = 300_000;

    /// <summary>Nesting of one page, in elements; what lies deeper is read as if it stood at this depth, so that walking needs little memory. Templates of real pages stay below 100.</summary>
    public const int MaxPageDepth = 400;

    /// <summary>Elements of one page that are open at the same time. Parsing HTML looks through the open ones at many tags, so that their number times the size of the page is what a hostile page can cost; templates that forget to close some have hundreds.</summary>
    public const int MaxOpenElements = 2000;

    /// <summary>Attributes of one element that are looked at; real ones have a dozen. Comparing each with all before it would otherwise cost the square of their number.</summary>
    public const int MaxAttributes = 128;

    /// <summary>Characters of one JSON-LD block. Blocks with a whole article have some 100,000.</summary>
    public const int MaxJsonLdChars = 1024 * 1024;

    /// <summary>Nesting of JSON-LD; schema.org's own examples stay below 12.</summary>
    public const int MaxJsonLdDepth = 48;

    /// <summary>Bytes of one feed or sitemap, after inflating: what the sitemap protocol allows, and some hundred times a large feed.</summary>
    public const int MaxFeedBytes = 50 * 1024 * 1024;

    /// <summary>Entries of one feed: what the sitemap protocol allows; feeds have some hundred at most.</summary>
    public const int MaxFeedEntries = 50_000;

    /// <summary>Characters of one address in a feed; the sitemap protocol allows fewer than these, and no article's page has more.</summary>
    public const int MaxAddressChars = 2048;

    /// <summary>Namespaces declared at one place of a feed, outer elements included. Each name with a prefix is looked up among them; the richest feeds have some thirty.</summary>
    public const int MaxXmlNamespaces = 256;

    /// <summary>Characters of one person's or outlet's name; what is longer is none.</summary>
    public const int MaxNameChars = 300;

    /// <summary>Characters of one document read as XML, wires included.</summary>
    public const int MaxXmlChars = MaxFeedBytes;

    /// <summary>Nesting of XML, in elements. Feeds with whole pages in XHTML stay below 60; deeper ones cost every reader that walks them recursively its stack.</summary>
    public const int MaxXmlDepth = 256;

    /// <summary>Attributes of one XML element. News formats define some twenty for their richest ones.</summary>
    public const int MaxXmlAttributes = 256;

    /// <summary>Characters of one attribute of XML. An image embedded in an address is the longest honest one.</summary>
    public const int MaxXmlAttributeChars = 1024 * 1024;

    /// <summary>Characters of one name in XML.</summary>
    public const int MaxXmlNameChars = 1024;

    /// <summary>Characters that a DTD inside the document may have; the ones that declare HTML's 250 entities have some 12,000.</summary>
    public const int MaxXmlDtdChars = 64 * 1024;

    /// <summary>Problems that a reading lists; the rest repeats them.</summary>
    public const int MaxProblems = 20;
}
