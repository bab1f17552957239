using System.Text;
using System.Text.Json;
using AngleSharp.Dom;

namespace Sikap.Formats.Pages;

/// <summary>What a page says about itself in JSON-LD, meta and link elements.</summary>
internal sealed class PageMetadata
{
    private readonly List<JsonElement> _objects = [];
    private readonly Dictionary<string, string> _metas = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _metaAuthors = [];
    private JsonElement? _article;

    public string? Headline { get; private set; }

    public string? Description { get; private set; }

    public string? ArticleBody { get; private set; }

    public string? SiteName { get; private set; }

    public string? Language { get; private set; }

    public Uri? CanonicalUrl { get; private set; }

    public List<string> Authors { get; } = [];

    /// <summary>What the page is by its own word: an article, a list of them, or null.</summary>
    public PageKind? Kind { get; private set; }

    public Stamp? Published { get; private set; }

    public Stamp? Modified { get; private set; }

    /// <summary>The value of the first meta element of that name (name, property or itemprop).</summary>
    public string? Meta(string name) => _metas.GetValueOrDefault(name);

    public static PageMetadata Of(PageTree tree, Uri? url)
    {
        var metadata = new PageMetadata();
        metadata.ReadMetas(tree);
        foreach (var script in tree.JsonLd)
        {
            metadata.ReadJsonLd(script);
        }

        metadata.Combine(tree, url);
        return metadata;
    }

    private void ReadMetas(PageTree tree)
    {
        foreach (var meta in tree.Metas)
        {
            if (meta.GetAttribute("content") is not { Length: > 0 } content)
            {
                continue;
            }

            content = content.Trim();
            foreach (var attribute in (ReadOnlySpan<string>)["property", "name", "itemprop"])
            {
                if (meta.GetAttribute(attribute)?.Trim() is { Length: > 0 } name && content.Length > 0)
                {
                    _metas.TryAdd(name, content);
                    if (name.Equals("article:author", StringComparison.OrdinalIgnoreCase) || name.Equals("author", StringComparison.OrdinalIgnoreCase))
                    {
                        _metaAuthors.Add(content);
                    }
                }
            }
        }
    }

    private void ReadJsonLd(string script)
    {
        script = script.Trim();
        if (script.Length is 0 or > FormatLimits.MaxJsonLdChars)
        {
            return;
        }

        var options = new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = FormatLimits.MaxJsonLdDepth };
        if ((TryParse(script, options) ?? TryParse(Mended(script), options)) is { } root)
        {
            Collect(root);
        }
    }

    private static JsonElement? TryParse(string script, JsonDocumentOptions options)
    {
        try
        {
            using var document = JsonDocument.Parse(script, options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Templates print texts with raw line ends and quotation marks into strings, and wrap scripts in comments or CDATA.
    private static string Mended(string script)
    {
        var mended = new StringBuilder(script.Length);
        var (inString, escaped) = (false, false);
        var start = script.IndexOfAny(['{', '[']);
        for (var i = Math.Max(start, 0); i < script.Length; i++)
        {
            var c = script[i];
            if (inString && c < ' ')
            {
                mended.Append(' ');
                continue;
            }

            if (!inString && c == ';')
            {
                continue;
            }

            if (inString && !escaped && c == '"' && !EndsString(script.AsSpan(i + 1)))
            {
                mended.Append("\\\"");
                continue;
            }

            mended.Append(c);
            if (escaped)
            {
                escaped = false;
            }
            else if (c == '\\' && inString)
            {
                escaped = true;
            }
            else if (c == '"')
            {
                inString = !inString;
            }
        }

        var end = mended.ToString().LastIndexOfAny(['}', ']']);
        return end < 0 ? "" : mended.ToString(0, end + 1);
    }

    // Behind a string comes a colon, the end of what holds it, or a comma with the next name or value; behind a mark that was meant as a character, more of the text.
    private static bool EndsString(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        return rest.IsEmpty || rest[0] is ':' or '}' or ']' || rest[0] == ',' && rest[1..].TrimStart() is var next && (next.IsEmpty || next[0] is '"' or '{' or '[' or '}' or ']' or '-' || char.IsAsciiDigit(next[0]));
    }

    // All objects with a type, outermost first.
    private void Collect(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item);
                }

                break;
            case JsonValueKind.Object:
                if (element.TryGetProperty("@type", out _))
                {
                    _objects.Add(element);
                }

                foreach (var property in element.EnumerateObject())
                {
                    // What an article is about or beside is not the article.
                    if (property.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object
                        && property.Name is "@graph" or "mainEntity" or "mainEntityOfPage" or "hasPart" or "itemListElement" or "item" or "liveBlogUpdate")
                    {
                        Collect(property.Value);
                    }
                }

                break;
        }
    }

    private static bool HasType(JsonElement element, Func<string, bool> test)
    {
        if (!element.TryGetProperty("@type", out var type))
        {
            return false;
        }

        return type.ValueKind switch
        {
            JsonValueKind.String => test(type.GetString()!),
            JsonValueKind.Array => type.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && test(item.GetString()!)),
            _ => false,
        };
    }

    private static bool IsArticleType(string type) =>
        type.EndsWith("Article", StringComparison.OrdinalIgnoreCase) || type.EndsWith("BlogPosting", StringComparison.OrdinalIgnoreCase) || type is "Report" or "Review" or "AnalysisNewsArticle" or "SocialMediaPosting";

    private static bool IsListType(string type) => type is "CollectionPage" or "ItemList" or "SearchResultsPage";

    private void Combine(PageTree tree, Uri? url)
    {
        var title = Meta("og:title") ?? Meta("twitter:title") ?? tree.TitleElement;
        var articles = _objects.Where(item => HasType(item, IsArticleType)).ToList();
        _article = articles.Count == 0 ? null : articles.Cast<JsonElement?>().FirstOrDefault(item => SameHeadline(Text(item!.Value, "headline") ?? Text(item.Value, "name"), title)) ?? articles[0];
        var page = _objects.Cast<JsonElement?>().FirstOrDefault(item => HasType(item!.Value, type => type.EndsWith("WebPage", StringComparison.OrdinalIgnoreCase)));

        if (_article is { } article)
        {
            Headline = Text(article, "headline");
            Description = Text(article, "description");
            ArticleBody = Text(article, "articleBody");
            AddAuthors(article);
            SiteName = Name(article, "publisher");
            Published = Date(article, "datePublished") ?? Date(article, "dateCreated") ?? Date(article, "uploadDate");
            Modified = Date(article, "dateModified");
            Language = Text(article, "inLanguage");
        }

        Published ??= PublishedOfMetas() ?? (page is { } web ? Date(web, "datePublished") : null);
        Modified ??= OfMeta("article:modified_time") ?? OfMeta("og:updated_time") ?? OfMeta("dateModified") ?? OfMeta("last-modified") ?? (page is { } webPage ? Date(webPage, "dateModified") : null);
        Description = Meta("og:description") ?? Meta("description") ?? Description ?? Meta("twitter:description");
        SiteName ??= Meta("og:site_name") ?? Name(page, "publisher") ?? _objects.Where(item => HasType(item, type => type is "NewsMediaOrganization" or "Organization" or "WebSite")).Select(item => Text(item, "name")).FirstOrDefault(name => name is not null)
            ?? Meta("publisher") ?? Meta("dc.publisher") ?? Meta("application-name");
        Language = tree.Language ?? Language ?? Meta("og:locale") ?? Meta("content-language") ?? Meta("language");
        if (Authors.Count == 0)
        {
            foreach (var name in _metaAuthors.Append(Meta("parsely-author")).Append(Meta("sailthru.author")).Append(Meta("dc.creator")).Append(Meta("byl")).Append(Meta("dcterms.creator")))
            {
                AddAuthor(name);
            }
        }

        CanonicalUrl = Absolute(LinkOf(tree, "canonical"), url) ?? Absolute(Meta("og:url"), url) ?? (_article is { } known ? Absolute(Text(known, "url") ?? Text(known, "mainEntityOfPage"), url) : null);
        Kind = _article is not null || Meta("og:type") is { } kind && kind.Contains("article", StringComparison.OrdinalIgnoreCase) ? PageKind.Article
            : _objects.Any(item => HasType(item, IsListType)) ? PageKind.Listing
            : null;
    }

    /// <summary>An absolute http or https address, or null.</summary>
    public static Uri? Absolute(string? address, Uri? url)
    {
        if (string.IsNullOrWhiteSpace(address) || address.Length > 2000)
        {
            return null;
        }

        return (url is not null && Uri.TryCreate(url, address.Trim(), out var absolute) || Uri.TryCreate(address.Trim(), UriKind.Absolute, out absolute))
            && absolute.Scheme is "http" or "https" ? absolute : null;
    }

    public static string? LinkOf(PageTree tree, string relation)
    {
        foreach (var link in tree.Links)
        {
            if (link.GetAttribute("rel") is { } rel && rel.Contains(relation, StringComparison.OrdinalIgnoreCase) && rel.Split(' ').Contains(relation, StringComparer.OrdinalIgnoreCase))
            {
                return link.GetAttribute("href");
            }
        }

        return null;
    }

    private static bool SameHeadline(string? headline, string? title) =>
        headline is { Length: > 10 } && title is not null && title.Contains(headline.AsSpan(0, Math.Min(headline.Length, 40)).Trim(), StringComparison.OrdinalIgnoreCase);

    // In the order of how exactly they mean the first publication.
    private Stamp? PublishedOfMetas() =>
        OfMeta("article:published_time") ?? OfMeta("og:article:published_time") ?? OfMeta("article:published") ?? OfMeta("datePublished") ?? OfMeta("og:published_time") ?? OfMeta("cXenseParse:recs:publishtime")
        ?? OfMeta("parsely-pub-date") ?? OfMeta("sailthru.date") ?? OfMeta("article.published") ?? OfMeta("published-date") ?? OfMeta("publish-date") ?? OfMeta("publish_date") ?? OfMeta("publishdate") ?? OfMeta("pubdate")
        ?? OfMeta("pub_date") ?? OfMeta("dcterms.created") ?? OfMeta("dcterms.date") ?? OfMeta("dcterms.issued") ?? OfMeta("dc.date.issued") ?? OfMeta("dc.date.created") ?? OfMeta("dc.date") ?? OfMeta("date.issued")
        ?? OfMeta("article:created") ?? OfMeta("dateCreated") ?? OfMeta("created") ?? OfMeta("originalpublicationdate") ?? OfMeta("rnews:datePublished") ?? OfMeta("displaydate") ?? OfMeta("date");

    private Stamp? OfMeta(string name) => Meta(name) is { } value ? PageDates.Read(value, $"meta.{name}") : null;

    private static Stamp? Date(JsonElement element, string name) => Text(element, name) is { } value ? PageDates.Read(value, $"json-ld.{name}") : null;

    /// <summary>A property's text: a string, the first of several, or the value of an object.</summary>
    private static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            value = value.EnumerateArray().FirstOrDefault();
        }

        if (value.ValueKind == JsonValueKind.Object && (value.TryGetProperty("@value", out var inner) || value.TryGetProperty("@id", out inner) || value.TryGetProperty("name", out inner)))
        {
            value = inner;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String when value.GetString()!.Trim() is { Length: > 0 } text => text,
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }

    private static string? Name(JsonElement? element, string property)
    {
        if (element is not { } known || !known.TryGetProperty(property, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            value = value.EnumerateArray().FirstOrDefault();
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Object => Text(value, "name"),
            _ => null,
        };
    }

    private void AddAuthors(JsonElement article)
    {
        foreach (var property in (ReadOnlySpan<string>)["author", "creator"])
        {
            if (Authors.Count > 0 || !article.TryGetProperty(property, out var value))
            {
                continue;
            }

            foreach (var item in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().AsEnumerable() : [value])
            {
                if (item.ValueKind == JsonValueKind.String)
                {
                    AddAuthor(item.GetString());
                }
                else if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("name", out var name))
                {
                    foreach (var one in name.ValueKind == JsonValueKind.Array ? name.EnumerateArray().AsEnumerable() : [name])
                    {
                        AddAuthor(one.ValueKind == JsonValueKind.String ? one.GetString() : null);
                    }
                }
            }
        }
    }

    private void AddAuthor(string? name)
    {
        foreach (var one in PageAuthors.Split(name))
        {
            if (Authors.Count < 20 && !Authors.Contains(one, StringComparer.OrdinalIgnoreCase))
            {
                Authors.Add(one);
            }
        }
    }
}
