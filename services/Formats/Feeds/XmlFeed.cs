using System.Buffers.Text;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sikap.Formats.Feeds;

/// <summary>Reads RSS, RDF, Atom, CDF and sitemaps in one pass over the tags. One object reads one document.</summary>
internal sealed partial class XmlFeed
{
    /// <summary>What an element is for; the same in all formats where they mean the same.</summary>
    private enum Role
    {
        /// <summary>Not known here; what stands in it may be.</summary>
        Other,
        Root,
        Channel,
        Item,
        Title,
        MediaTitle,
        Link,
        Id,
        Published,
        Updated,

        /// <summary>The one date of a Dublin Core description: of publication, in feeds.</summary>
        Date,
        Summary,
        OtherSummary,
        Content,

        /// <summary>Prose that is not needed; its markup must not be taken for the feed's own.</summary>
        Prose,
        Author,
        AuthorText,
        Name,
        Publisher,
        Language,
        Ttl,
        UpdatePeriod,
        UpdateFrequency,
        Source,

        /// <summary>An image or a search box with a title and link of its own.</summary>
        Aside,
        PublisherName,
        Markup,
    }

    /// <summary>What a value belongs to.</summary>
    private enum Place
    {
        Feed,
        Entry,
        Source,
        Aside,
        Author,
    }

    private enum Form
    {
        Text,
        Html,
        Xhtml,
    }

    // Which vocabulary a namespace belongs to; "" for the formats themselves, since their elements mean the same and are often mixed. Keys are in small letters, since capitals differ in feeds.
    private static readonly FrozenDictionary<string, string> Families = new Dictionary<string, string>
    {
        [""] = "",
        ["http://backend.userland.com/rss"] = "",
        ["http://backend.userland.com/rss2"] = "",
        ["http://blogs.law.harvard.edu/tech/rss"] = "",
        ["http://purl.org/rss/1.0/"] = "",
        ["http://my.netscape.com/rdf/simple/0.9/"] = "",
        ["http://channel.netscape.com/rdf/simple/0.9/"] = "",
        ["http://purl.org/rss/1.0/modules/rss091#"] = "",
        ["http://example.com/newformat#"] = "",
        ["http://example.com/necho"] = "",
        ["http://purl.org/echo/"] = "",
        ["uri/of/echo/namespace#"] = "",
        ["http://purl.org/pie/"] = "",
        ["http://purl.org/atom/ns#"] = "",
        ["http://www.w3.org/2005/atom"] = "",
        ["http://www.sitemaps.org/schemas/sitemap/0.9"] = "",
        ["https://www.sitemaps.org/schemas/sitemap/0.9"] = "",
        ["http://www.google.com/schemas/sitemap/0.84"] = "",
        ["http://www.google.com/schemas/sitemap-news/0.9"] = "news",
        ["http://purl.org/dc/elements/1.1/"] = "dc",
        ["http://purl.org/dc/terms/"] = "dcterms",
        ["http://purl.org/rss/1.0/modules/content/"] = "content",
        ["http://purl.org/rss/1.0/modules/syndication/"] = "sy",
        ["http://www.itunes.com/dtds/podcast-1.0.dtd"] = "itunes",
        ["http://search.yahoo.com/mrss"] = "media",
        ["http://search.yahoo.com/mrss/"] = "media",
        ["http://www.w3.org/1999/02/22-rdf-syntax-ns#"] = "rdf",
        ["http://www.w3.org/1999/xhtml"] = "xhtml",
        ["http://www.w3.org/xml/1998/namespace"] = "xml",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, (Role Role, string From)> Roles = new Dictionary<string, (Role, string)>
    {
        ["rss"] = (Role.Root, ""),
        ["rdf:rdf"] = (Role.Root, ""),
        ["feed"] = (Role.Root, ""),
        ["channel"] = (Role.Channel, ""),
        ["item"] = (Role.Item, ""),
        ["entry"] = (Role.Item, ""),
        ["title"] = (Role.Title, ""),
        ["dc:title"] = (Role.Title, ""),
        ["media:title"] = (Role.MediaTitle, ""),
        ["link"] = (Role.Link, ""),
        ["guid"] = (Role.Id, ""),
        ["id"] = (Role.Id, ""),
        ["published"] = (Role.Published, "atom.published"),
        ["issued"] = (Role.Published, "atom.issued"),
        ["pubdate"] = (Role.Published, "rss.pubDate"),
        ["dcterms:issued"] = (Role.Published, "dcterms.issued"),
        ["updated"] = (Role.Updated, "atom.updated"),
        ["modified"] = (Role.Updated, "atom.modified"),
        ["lastbuilddate"] = (Role.Updated, "rss.lastBuildDate"),
        ["dcterms:modified"] = (Role.Updated, "dcterms.modified"),
        ["dc:date"] = (Role.Date, "dc.date"),
        ["description"] = (Role.Summary, ""),
        ["dc:description"] = (Role.Summary, ""),
        ["summary"] = (Role.Summary, ""),
        ["abstract"] = (Role.Summary, ""),
        ["itunes:summary"] = (Role.OtherSummary, ""),
        ["media:description"] = (Role.OtherSummary, ""),
        ["content"] = (Role.Content, ""),
        ["content:encoded"] = (Role.Content, ""),
        ["fullitem"] = (Role.Content, ""),
        ["body"] = (Role.Content, ""),
        ["xhtml:body"] = (Role.Content, ""),
        ["subtitle"] = (Role.Prose, ""),
        ["itunes:subtitle"] = (Role.Prose, ""),
        ["tagline"] = (Role.Prose, ""),
        ["rights"] = (Role.Prose, ""),
        ["dc:rights"] = (Role.Prose, ""),
        ["copyright"] = (Role.Prose, ""),
        ["info"] = (Role.Prose, ""),
        ["author"] = (Role.Author, ""),
        ["contributor"] = (Role.Aside, ""),
        ["dc:contributor"] = (Role.Aside, ""),
        ["dc:creator"] = (Role.AuthorText, ""),
        ["dc:author"] = (Role.AuthorText, ""),
        ["itunes:author"] = (Role.AuthorText, ""),
        ["name"] = (Role.Name, ""),
        ["dc:publisher"] = (Role.Publisher, ""),
        ["language"] = (Role.Language, ""),
        ["dc:language"] = (Role.Language, ""),
        ["ttl"] = (Role.Ttl, ""),
        ["sy:updateperiod"] = (Role.UpdatePeriod, ""),
        ["sy:updatefrequency"] = (Role.UpdateFrequency, ""),
        ["source"] = (Role.Source, ""),
        ["image"] = (Role.Aside, ""),
        ["textinput"] = (Role.Aside, ""),
        ["itunes:owner"] = (Role.Aside, ""),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, (Role Role, string From)> SitemapRoles = new Dictionary<string, (Role, string)>
    {
        ["urlset"] = (Role.Root, ""),
        ["sitemapindex"] = (Role.Root, ""),
        ["url"] = (Role.Item, ""),
        ["sitemap"] = (Role.Item, ""),
        ["loc"] = (Role.Link, ""),
        ["lastmod"] = (Role.Updated, "sitemap.lastmod"),
        ["news:publication_date"] = (Role.Published, "news.publication_date"),
        ["news:title"] = (Role.Title, ""),
        ["news:name"] = (Role.PublisherName, ""),
        ["news:language"] = (Role.Language, ""),
    }.ToFrozenDictionary();

    private readonly LooseXml _source;
    private readonly string? _address;
    private readonly List<Frame> _frames = [];
    private readonly List<(string Prefix, string Address)> _namespaces = [];
    private readonly Dictionary<string, string> _canonical = new(StringComparer.Ordinal);
    private readonly HashSet<string> _undeclared = new(StringComparer.Ordinal);
    private bool _beforeDeclarations;
    private readonly List<Entry> _entries = [];
    private readonly Entry _feed = new();
    private FrozenDictionary<string, (Role Role, string From)> _roles = Roles;
    private FeedKind? _kind;
    private bool _isAtom10;
    private string? _root;
    private int _depth;
    private int _content = -1;
    private Entry? _entry;
    private double _periodHours;
    private int _frequency = 1;
    private TimeSpan? _ttl;

    // As many as help whoever has to choose.
    private const int MaxFeedsNamed = 3;

    private static readonly FrozenSet<string> FeedTypes = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json");

    private XmlFeed(string text, Uri? url)
    {
        _source = new LooseXml(text);
        _address = url is null ? null : FeedUrls.ToWeb(url.OriginalString)?.OriginalString;
    }

    /// <summary>Reads a document of which nothing is known but that it begins like XML.</summary>
    public static Reading<Feed> Read(DecodedText document, Uri? url)
    {
        var feed = new XmlFeed(document.Text, url);
        feed.ReadAll();
        if (feed._source.Refusal is { } refusal)
        {
            return new ReadingProblem(XmlText.OffsetOf(document, refusal.At), refusal.Message);
        }

        if (feed._kind is not { } kind)
        {
            return new ReadingProblem(0, feed._root is null ? "is no feed: it has no elements" : feed.IsHtml ? $"is no feed but an HTML page{feed.FeedsOfPage()}" : $"is no feed: its first element is <{feed._root}>");
        }

        return feed.Make(kind, document);
    }

    private bool IsHtml => _kind is null && _root is not null && _root.Equals("html", StringComparison.OrdinalIgnoreCase);

    // Where the head of a page says that its feeds are: the address of a site was given in place of its feed's.
    private string FeedsOfPage()
    {
        var feeds = new List<string>();
        for (var token = _source.Read(); token != LooseToken.End && feeds.Count < MaxFeedsNamed; token = _source.Read())
        {
            if (token != LooseToken.StartTag)
            {
                continue;
            }

            if (_source.Name.Equals("body", StringComparison.OrdinalIgnoreCase))
            {
                break;
            }

            if (_source.Name.Equals("link", StringComparison.OrdinalIgnoreCase) && Attribute("", "rel") is { } rel && rel.Contains("alternate", StringComparison.OrdinalIgnoreCase)
                && Attribute("", "type") is { } type && FeedTypes.Contains(type.Split(';')[0].Trim()) && Attribute("", "href") is { Length: > 0 } address)
            {
                var feed = FeedUrls.Join(_address, address);
                // Of comments there is a feed on every page of some systems.
                if (feed.Length <= FormatLimits.MaxAddressChars && !feeds.Contains(feed, StringComparer.Ordinal) && !feed.Contains("comments", StringComparison.OrdinalIgnoreCase))
                {
                    feeds.Add(feed);
                }
            }
        }

        return feeds.Count == 0 ? ", which names none" : $", which names {string.Join(" and ", feeds)}";
    }

    private void ReadAll()
    {
        for (var token = _source.Read(); token != LooseToken.End; token = _source.Read())
        {
            switch (token)
            {
                case LooseToken.StartTag:
                    Start();
                    break;
                case LooseToken.EndTag:
                    End(_source.Name);
                    break;
                case LooseToken.Text or LooseToken.CData:
                    Text(token == LooseToken.CData);
                    break;
            }

            if (IsHtml)
            {
                return;
            }
        }

        if (_depth > 0 && _source.Refusal is null)
        {
            _source.Problem(_source.Start, $"ends within <{_frames[_depth - 1].Name}>");
            // Cut off in the middle of a value: half an address leads elsewhere, half a text passes for a whole one.
            foreach (var frame in _frames.Take(_depth))
            {
                frame.Captures = false;
            }
        }

        CloseTo(0);
    }

    private Feed Make(FeedKind kind, DecodedText document)
    {
        var entries = new FeedEntry[_entries.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = _entries[i];
            // What Atom says of the feed holds for entries that say nothing.
            IReadOnlyList<string> authors = entry.Authors.Count > 0 || kind != FeedKind.Atom ? entry.Authors : _feed.Authors;
            entries[i] = new FeedEntry
            {
                Id = entry.Id.Value,
                Title = entry.Title.Value,
                Headline = entry.Headline,
                Link = entry.Link.Value ?? entry.LinkOfId,
                Published = entry.Published.Value ?? entry.Date,
                Updated = entry.Updated.Value,
                Summary = entry.Summary.Value ?? entry.OtherSummary,
                Content = entry.Content,
                Authors = authors,
                Language = entry.Language,
                Publisher = entry.Publisher,
            };
        }

        return new Feed
        {
            Kind = kind,
            Title = _feed.Title.Value,
            Link = _feed.Link.Value ?? _feed.LinkOfId,
            Language = _feed.Language,
            Ttl = _ttl ?? (_periodHours > 0 ? TimeSpan.FromHours(_periodHours / _frequency) : null),
            Entries = entries,
            Problems = [.. _source.Problems.Select(problem => new ReadingProblem(XmlText.OffsetOf(document, problem.At), problem.Message))],
        };
    }

    private void Start()
    {
        if (_content >= 0 && !ClosesContent())
        {
            StartMarkup();
            return;
        }

        // What the element itself declares is not known yet.
        _beforeDeclarations = true;
        var isItem = _roles.GetValueOrDefault(Canonical(_source.Name)).Role == Role.Item;
        _beforeDeclarations = false;
        if (isItem)
        {
            CloseItem();
        }

        var frame = Push(_source.Name);
        ReadNamespaces();
        var name = Canonical(_source.Name);
        if (_root is null)
        {
            _root = _source.Name;
            ChooseKind(name);
        }

        if ((Attribute("xml", "base") ?? Attribute("", "base")) is { } address)
        {
            frame.Base = FeedUrls.ToBase(frame.Base, address);
        }

        var language = Attribute("xml", "lang");
        frame.Language = language ?? frame.Language;
        (frame.Role, frame.From) = _roles.GetValueOrDefault(name, (Role.Other, ""));
        StartRole(frame, name);
        if (_source.IsEmpty)
        {
            CloseTo(_depth - 1);
        }
    }

    private void ChooseKind(string name) => (_kind, _roles) = name switch
    {
        "rss" or "channel" or "item" => (FeedKind.Rss, Roles),
        "rdf:rdf" or "rdf" => (FeedKind.Rdf, Roles),
        "feed" or "entry" => (FeedKind.Atom, Roles),
        "urlset" => (FeedKind.Sitemap, SitemapRoles),
        "sitemapindex" => (FeedKind.SitemapIndex, SitemapRoles),
        _ => ((FeedKind?)null, Roles),
    };

    private void StartRole(Frame frame, string name)
    {
        switch (frame.Role)
        {
            case Role.Root:
                _kind ??= name switch { "rss" => FeedKind.Rss, "rdf:rdf" => FeedKind.Rdf, _ => FeedKind.Atom };
                _feed.Language ??= Tag(frame.Language);
                break;
            case Role.Channel:
                _kind ??= FeedKind.Rss;
                _feed.Language ??= Tag(frame.Language);
                ReadDefinitionFormat(frame, _feed);
                break;
            case Role.Item:
                StartItem(frame);
                break;
            case Role.Title or Role.MediaTitle:
                StartContent(frame, Form.Text);
                break;
            case Role.Summary:
                // What RSS calls description is HTML by custom, a summary is text unless it says otherwise.
                StartContent(frame, name is "description" or "dc:description" ? Form.Html : Form.Text);
                break;
            case Role.OtherSummary or Role.Prose:
                StartContent(frame, Form.Text);
                break;
            case Role.Content:
                StartContent(frame, name switch { "content:encoded" or "fullitem" => Form.Html, "body" or "xhtml:body" => Form.Xhtml, _ => Form.Text });
                break;
            case Role.Link:
                StartLink(frame);
                break;
            case Role.Id:
                // An identifier of RSS is an address unless it says that it is none; whether it then is one, its own form tells.
                frame.IsPermalink = Attribute("", "ispermalink") is not { } permalink || permalink.Trim().Equals("true", StringComparison.OrdinalIgnoreCase);
                frame.IsDeclared = Attribute("", "ispermalink") is not null || _kind == FeedKind.Atom;
                frame.Captures = true;
                break;
            case Role.Source when frame.Place == Place.Entry:
                frame.Place = Place.Source;
                frame.Captures = true;
                break;
            case Role.Aside:
                frame.Place = Place.Aside;
                break;
            case Role.Author when frame.Place != Place.Aside:
                frame.Place = frame.Place == Place.Source ? Place.Aside : Place.Author;
                frame.Captures = true;
                break;
            case Role.Published or Role.Updated or Role.Date or Role.AuthorText or Role.Name or Role.Publisher or Role.PublisherName or Role.Language or Role.Ttl or Role.UpdatePeriod or Role.UpdateFrequency:
                frame.Captures = true;
                break;
            case Role.Other when name == "news:news" && _kind == FeedKind.Sitemap:
                _kind = FeedKind.NewsSitemap;
                break;
        }
    }

    // An item begins within an item: the end tag of the first is missing.
    private void CloseItem()
    {
        for (var i = _depth - 1; i >= 0; i--)
        {
            if (_frames[i].Role == Role.Item)
            {
                _source.Problem(_source.Start, $"has <{_source.Name}> within <{_frames[i].Name}>");
                CloseTo(i);
                return;
            }
        }
    }

    private void StartItem(Frame frame)
    {
        if (_entries.Count == FormatLimits.MaxFeedEntries)
        {
            _source.Refuse(_source.Start, $"has more than {FormatLimits.MaxFeedEntries} entries");
            return;
        }

        _entry = new Entry { Language = Tag(frame.Language) };
        _entries.Add(_entry);
        frame.Place = Place.Entry;
        if (Attribute("rdf", "about") is { } about)
        {
            _entry.Id.Set(about.Trim(), _depth);
        }

        ReadDefinitionFormat(frame, _entry);
    }

    // The Channel Definition Format keeps address and date in attributes.
    private void ReadDefinitionFormat(Frame frame, Entry target)
    {
        if (Attribute("", "href") is { } href && FeedUrls.ToWeb(FeedUrls.Join(frame.Base, href)) is { } link)
        {
            target.Link.Set(link, _depth);
        }

        if (Attribute("", "lastmod") is { } modified && FeedDates.TryParse(modified, "cdf.lastmod", out var stamp))
        {
            target.Updated.Set(stamp, _depth);
        }
    }

    private void StartLink(Frame frame)
    {
        var href = Attribute("", "href") ?? Attribute("", "url") ?? Attribute("", "uri");
        if (href is null)
        {
            frame.Captures = true;
            return;
        }

        var relation = Attribute("", "rel") ?? "alternate";
        var type = Attribute("", "type") ?? "text/html";
        if (relation.Equals("alternate", StringComparison.OrdinalIgnoreCase)
            && (type.Equals("text/html", StringComparison.OrdinalIgnoreCase) || type.Equals("html", StringComparison.OrdinalIgnoreCase) || type.Equals("application/xhtml+xml", StringComparison.OrdinalIgnoreCase)))
        {
            SetLink(frame, href);
        }
    }

    private void SetLink(Frame frame, string address)
    {
        var target = Target(frame);
        if (target is not null && address.Length > 0)
        {
            if (FeedUrls.ToWeb(FeedUrls.Join(frame.Base, address)) is { } link)
            {
                target.Link.Set(link, _depth);
            }
            else
            {
                _source.Problem(_source.Start, "has a link that is no web address");
            }
        }
    }

    private void StartContent(Frame frame, Form form)
    {
        var type = Attribute("", "type")?.Trim().ToLowerInvariant();
        frame.Form = type switch
        {
            null => form,
            "html" or "text/html" => Form.Html,
            "xhtml" => Form.Xhtml,
            _ when type.EndsWith("xml", StringComparison.Ordinal) => Form.Xhtml,
            _ => Form.Text,
        };
        // Atom 0.3 says so, Atom 1.0 leaves it to media types that are no text.
        frame.IsBase64 = Attribute("", "mode") is { } mode
            ? mode.Equals("base64", StringComparison.OrdinalIgnoreCase)
            : type is not null && type.Contains('/', StringComparison.Ordinal) && !type.StartsWith("text/", StringComparison.Ordinal) && !type.EndsWith("/xml", StringComparison.Ordinal) && !type.EndsWith("+xml", StringComparison.Ordinal);
        frame.IsDeclaredXhtml = frame.Form == Form.Xhtml;
        frame.Captures = true;
        _content = _depth - 1;
    }

    // A tag within prose is its markup, unless it can only be the next element of a feed whose author forgot an end tag.
    private bool ClosesContent()
    {
        var content = _frames[_content];
        if (content.IsDeclaredXhtml)
        {
            return false;
        }

        var role = _roles.GetValueOrDefault(Canonical(_source.Name)).Role;
        var closes = role is Role.Item or Role.Published or Role.Channel || role == Role.Id && _source.Name.Equals("guid", StringComparison.OrdinalIgnoreCase)
            || content.Role == Role.Title && role is Role.Title or Role.Link or Role.Summary or Role.Content or Role.Id && !_source.Name.Contains(':', StringComparison.Ordinal) && !content.Name.Contains(':', StringComparison.Ordinal);
        if (closes)
        {
            _source.Problem(_source.Start, $"does not close <{content.Name}>");
            CloseTo(_content);
        }

        return closes;
    }

    private void StartMarkup()
    {
        var content = _frames[_content];
        var colon = _source.Name.IndexOf(':', StringComparison.Ordinal);
        var name = _source.Name[(colon + 1)..].ToLowerInvariant();
        var frame = Push(_source.Name);
        frame.Role = Role.Markup;
        if (content.Form != Form.Xhtml)
        {
            // Some programs wrap what they call text in one element.
            if (name == "div")
            {
                if (_source.IsEmpty)
                {
                    CloseTo(_depth - 1);
                }

                return;
            }

            content.Form = Form.Xhtml;
        }

        frame.Markup = name;
        if (Attribute("xml", "base") is { } address)
        {
            frame.Base = content.Base = FeedUrls.ToBase(frame.Base, address);
        }

        if (content.Role != Role.Prose)
        {
            var text = content.Text;
            text.Append('<').Append(name);
            foreach (var attribute in _source.Attributes)
            {
                if (attribute.Name.StartsWith("xmlns", StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                text.Append(' ').Append(attribute.Name.ToLowerInvariant()).Append("=\"");
                var value = _source.Decode(attribute.Raw);
                foreach (var character in value)
                {
                    _ = character switch
                    {
                        '&' => text.Append("&amp;"),
                        '<' => text.Append("&lt;"),
                        '>' => text.Append("&gt;"),
                        '"' => text.Append("&quot;"),
                        _ => text.Append(character),
                    };
                }

                text.Append('"');
            }

            text.Append('>');
        }

        if (_source.IsEmpty)
        {
            CloseTo(_depth - 1);
        }
    }

    private void Text(bool isLiteral)
    {
        if (_depth == 0)
        {
            return;
        }

        var frame = _content >= 0 ? _frames[_content] : _frames[_depth - 1];
        if (!frame.Captures || frame.Role == Role.Prose)
        {
            return;
        }

        if (frame.Form != Form.Xhtml || _content < 0)
        {
            if (isLiteral)
            {
                frame.Text.Append(_source.Value);
            }
            else
            {
                _source.Decode(_source.Value, frame.Text);
            }

            return;
        }

        var plain = new StringBuilder();
        if (isLiteral)
        {
            plain.Append(_source.Value);
        }
        else
        {
            _source.Decode(_source.Value, plain);
        }

        foreach (var chunk in plain.GetChunks())
        {
            FeedMarkup.AppendEscaped(chunk.Span, frame.Text);
        }
    }

    private void End(string name)
    {
        for (var i = _depth - 1; i >= 0; i--)
        {
            if (_frames[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                if (i < _depth - 1)
                {
                    _source.Problem(_source.Start, $"has </{name}> where </{_frames[_depth - 1].Name}> belongs");
                }

                CloseTo(i);
                return;
            }
        }

        _source.Problem(_source.Start, $"has </{name}> without a start tag");
    }

    private void CloseTo(int depth)
    {
        while (_depth > depth)
        {
            var frame = _frames[_depth - 1];
            if (_source.Refusal is null)
            {
                Close(frame);
            }

            if (frame.Namespaces < _namespaces.Count)
            {
                _namespaces.RemoveRange(frame.Namespaces, _namespaces.Count - frame.Namespaces);
                _canonical.Clear();
            }

            _depth--;
        }
    }

    private void Close(Frame frame)
    {
        if (frame.Role == Role.Markup)
        {
            if (frame.Markup is not null && _frames[_content].Role != Role.Prose)
            {
                _frames[_content].Text.Append("</").Append(frame.Markup).Append('>');
            }

            return;
        }

        if (_content == _depth - 1)
        {
            _content = -1;
        }

        if (frame.Role == Role.Item)
        {
            _entry = null;
            return;
        }

        if (!frame.Captures || frame.Role == Role.Prose)
        {
            return;
        }

        var target = Target(frame);
        switch (frame.Role)
        {
            case Role.Source:
                Publisher(Trimmed(frame));
                return;
            case Role.Title when frame.Place == Place.Source:
                Publisher(FeedMarkup.ToText(Trimmed(frame)));
                return;
            case Role.Name:
                if (frame.Place == Place.Author && Trimmed(frame) is { Length: > 0 and <= FormatLimits.MaxNameChars } authorName)
                {
                    AuthorsHere().Add(authorName);
                }

                return;
            case Role.Author or Role.AuthorText:
                if (frame.Place is not (Place.Aside or Place.Source) && PersonName(Trimmed(frame)) is { Length: > 0 } person && !AuthorsHere().Contains(person))
                {
                    AuthorsHere().Add(person);
                }

                return;
        }

        if (target is null)
        {
            return;
        }

        var text = Trimmed(frame);
        if (text.Length == 0)
        {
            // An entry that says to have no title does not get that of its picture.
            if (frame.Role == Role.Title && target.TitleRank == 0)
            {
                (target.TitleRank, target.Title.Value, target.Headline) = (1, null, null);
            }

            return;
        }

        switch (frame.Role)
        {
            case Role.Title or Role.MediaTitle:
                SetTitle(frame, target, text);
                break;
            case Role.Link:
                SetLink(frame, text);
                break;
            case Role.Id:
                SetId(frame, target, text);
                break;
            case Role.Published:
                SetDate(frame, ref target.Published, text);
                break;
            case Role.Updated:
                SetDate(frame, ref target.Updated, text);
                break;
            case Role.Date:
                if (FeedDates.TryParse(text, frame.From, out var date))
                {
                    target.Date = date;
                }

                break;
            case Role.Summary:
                if (target.Summary.Value is null)
                {
                    target.Summary.Set(Prose(frame, text), _depth);
                }
                else
                {
                    // Two descriptions: the second is the longer one by custom.
                    target.Content ??= Html(frame, text);
                }

                break;
            case Role.OtherSummary:
                target.OtherSummary ??= Prose(frame, text);
                break;
            case Role.Content:
                target.Content ??= Html(frame, text);
                break;
            case Role.Publisher or Role.PublisherName when text.Length <= FormatLimits.MaxNameChars:
                target.Publisher ??= text;
                break;
            case Role.Language:
                target.Language = Tag(text) ?? target.Language;
                break;
            case Role.Ttl when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes > 0:
                _ttl = TimeSpan.FromMinutes(minutes);
                break;
            case Role.UpdatePeriod:
                _periodHours = text.ToLowerInvariant() switch { "hourly" => 1, "daily" => 24, "weekly" => 7 * 24, "monthly" => 30 * 24, "yearly" => 365 * 24, _ => 0 };
                break;
            case Role.UpdateFrequency when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var times) && times > 0:
                _frequency = times;
                break;
        }
    }

    private void SetTitle(Frame frame, Entry target, string text)
    {
        // A title of the format itself counts more than one of a picture, the outer one more than an inner one, the first more than a second.
        var rank = frame.Role == Role.Title ? 1 : 0;
        if (rank < target.TitleRank || target.Title.Value is not null && rank == target.TitleRank && _depth >= target.Title.Depth)
        {
            return;
        }

        var title = Prose(frame, text);
        target.Title.Value = title;
        target.Title.Depth = _depth;
        target.TitleRank = rank;
        // A single <br> proves nothing, but no headline speaks of it either.
        target.Headline = frame.Form != Form.Text || _kind != FeedKind.Atom && FeedMarkup.HasTags(title) ? FeedMarkup.ToText(title) : FeedMarkup.SingleSpaces(title);
    }

    private void SetId(Frame frame, Entry target, string text)
    {
        text = Repair(text);
        if (frame.IsPermalink)
        {
            // Without a word on it, only what looks like an address is one; numbers and the like are left as they are.
            if (frame.IsDeclared || text[0] == '/')
            {
                text = FeedUrls.Join(frame.Base, text);
            }

            target.LinkOfId ??= FeedUrls.ToWeb(text);
        }

        target.Id.Set(text, _depth);
    }

    private void SetDate(Frame frame, ref Slot<Stamp?> slot, string text)
    {
        if (FeedDates.TryParse(text, frame.From, out var stamp))
        {
            slot.Set(stamp, int.MaxValue);
        }
        else
        {
            _source.Problem(_source.Start, $"has a date in <{frame.Name}> that is none");
        }
    }

    private void Publisher(string name)
    {
        if (_entry is not null && name.Length is > 0 and <= FormatLimits.MaxNameChars)
        {
            _entry.Publisher ??= name;
        }
    }

    private List<string> AuthorsHere() => (_entry ?? _feed).Authors;

    // The object a value in this place belongs to; null where it belongs to none that is kept.
    private Entry? Target(Frame frame) => frame.Place switch
    {
        Place.Feed => _feed,
        Place.Entry => _entry,
        _ => null,
    };

    private static string Trimmed(Frame frame)
    {
        var text = frame.Text.ToString().Trim();
        if (frame.IsBase64 && text.Length > 0)
        {
            text = FromBase64(text) ?? text;
        }

        return text;
    }

    // Text or HTML that may be shown.
    private string Prose(Frame frame, string text)
    {
        text = Unwrapped(frame, text);
        if (frame.Form == Form.Text && _kind != FeedKind.Atom && FeedMarkup.LooksLikeHtml(text))
        {
            frame.Form = Form.Html;
        }

        return Repair(frame.Form == Form.Text ? text : FeedMarkup.Clean(text, frame.Base));
    }

    private string Html(Frame frame, string text)
    {
        text = Unwrapped(frame, text);
        if (frame.Form == Form.Text && !FeedMarkup.LooksLikeHtml(text))
        {
            var escaped = new StringBuilder(text.Length);
            FeedMarkup.AppendEscaped(text, escaped);
            text = escaped.ToString();
        }

        return Repair(text);
    }

    // Atom 1.0 wants XHTML in one div that is no part of it.
    private string Unwrapped(Frame frame, string text)
    {
        if (!_isAtom10 || frame.Form != Form.Xhtml || !text.StartsWith("<div", StringComparison.Ordinal) || !text.EndsWith("</div>", StringComparison.Ordinal))
        {
            return text;
        }

        var open = text.IndexOf('>', StringComparison.Ordinal);
        var depth = 0;
        for (var i = 0; i < text.Length - "</div>".Length; i++)
        {
            if (text[i] == '<')
            {
                depth += text[i + 1] == '/' ? -1 : 1;
                if (depth == 0)
                {
                    // It ends before the text does: two of them.
                    return text;
                }
            }
        }

        return text[(open + 1)..^"</div>".Length].Trim();
    }

    // UTF-8 that was taken for Latin-1 and encoded once more, and characters of windows-1252 that were passed on as control characters.
    private static string Repair(string text)
    {
        var high = text.AsSpan().IndexOfAnyInRange('\u0080', '\u00FF');
        if (high < 0)
        {
            return text;
        }

        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF'))
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            if (System.Text.Unicode.Utf8.IsValid(bytes))
            {
                return Encoding.UTF8.GetString(bytes);
            }
        }

        if (!text.AsSpan().ContainsAnyInRange('\u0080', '\u009F'))
        {
            return text;
        }

        return string.Create(text.Length, text, (span, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                var meant = LooseXml.FromWindows1252(from[i]);
                span[i] = meant == 0xFFFD ? from[i] : (char)meant;
            }
        });
    }

    private static string? FromBase64(string text)
    {
        var source = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(source.Length)];
        return Base64.DecodeFromUtf8(source, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, written))
            ? Encoding.UTF8.GetString(bytes, 0, written).Trim()
            : null;
    }

    // RSS asks for an address of mail with the name in brackets; most feeds have a name alone.
    private static string PersonName(string text)
    {
        if (text.Length > FormatLimits.MaxNameChars)
        {
            return "";
        }

        var match = Mail().Match(text);
        if (!match.Success)
        {
            return text;
        }

        var rest = text.Remove(match.Index, match.Length).Replace("()", "", StringComparison.Ordinal).Replace("<>", "", StringComparison.Ordinal).Replace("mailto:", "", StringComparison.OrdinalIgnoreCase).Trim();
        return rest.TrimStart('(').TrimEnd(')').Trim();
    }

    [GeneratedRegex(@"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9.-]{1,255}", RegexOptions.None, 1000)]
    private static partial Regex Mail();

    private static string? Tag(string? language)
    {
        language = language?.Trim().Replace('_', '-');
        return language is { Length: > 0 and <= 35 } ? language : null;
    }

    private Frame Push(string name)
    {
        if (_depth == FormatLimits.MaxXmlDepth)
        {
            _source.Refuse(_source.Start, $"has elements nested deeper than {FormatLimits.MaxXmlDepth}");
        }

        if (_depth == _frames.Count)
        {
            _frames.Add(new Frame());
        }

        var frame = _frames[_depth];
        var parent = _depth > 0 ? _frames[_depth - 1] : null;
        frame.Reset(name, parent, parent is null ? _address : parent.Base, _namespaces.Count);
        _depth++;
        return frame;
    }

    private void ReadNamespaces()
    {
        foreach (var attribute in _source.Attributes)
        {
            if (!attribute.Name.StartsWith("xmlns", StringComparison.OrdinalIgnoreCase) || attribute.Name.Length > 5 && attribute.Name[5] != ':')
            {
                continue;
            }

            var prefix = attribute.Name.Length > 5 ? attribute.Name[6..].ToLowerInvariant() : "";
            var address = _source.Decode(attribute.Raw).Trim().ToLowerInvariant();
            if (_namespaces.Count == FormatLimits.MaxXmlNamespaces)
            {
                _source.Refuse(_source.Start, $"declares more than {FormatLimits.MaxXmlNamespaces} namespaces at one place");
                return;
            }

            _namespaces.Add((prefix, address));
            _canonical.Clear();
            _isAtom10 |= address == "http://www.w3.org/2005/atom" && (_root is null || _root == _source.Name);
        }
    }

    // The name with the usual prefix of its vocabulary, in small letters: "dc:date" whatever the document calls it.
    private string Canonical(string name)
    {
        if (_canonical.TryGetValue(name, out var canonical))
        {
            return canonical;
        }

        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var prefix = colon < 0 ? "" : name[..colon].ToLowerInvariant();
        var local = name[(colon + 1)..].ToLowerInvariant();
        var family = Family(prefix);
        canonical = family.Length == 0 ? local : $"{family}:{local}";
        if (_canonical.Count < 512 && !_beforeDeclarations)
        {
            _canonical[name] = canonical;
        }

        return canonical;
    }

    // A prefix that is not declared, or for a namespace not known here, is taken by its name.
    private string Family(string prefix)
    {
        for (var i = _namespaces.Count - 1; i >= 0; i--)
        {
            if (_namespaces[i].Prefix == prefix)
            {
                var address = _namespaces[i].Address;
                return Families.TryGetValue(address, out var family) ? family : address.Contains("backend.userland.com/rss", StringComparison.Ordinal) ? "" : prefix;
            }
        }

        if (prefix.Length > 0 && prefix != "xml" && !_beforeDeclarations && _undeclared.Count < FormatLimits.MaxProblems && _undeclared.Add(prefix))
        {
            _source.Problem(_source.Start, $"uses the prefix {prefix} without declaring it");
        }

        return prefix;
    }

    private string? Attribute(string family, string name)
    {
        foreach (var attribute in _source.Attributes)
        {
            var colon = attribute.Name.IndexOf(':', StringComparison.Ordinal);
            if (attribute.Name.AsSpan(colon + 1).Equals(name, StringComparison.OrdinalIgnoreCase)
                && (colon < 0 ? family.Length == 0 : Family(attribute.Name[..colon].ToLowerInvariant()) == family))
            {
                return _source.Decode(attribute.Raw);
            }
        }

        return null;
    }

    /// <summary>A value and how deep it stood: the outer one of two counts, and of two at one depth the later.</summary>
    private struct Slot<T>
    {
        public T? Value;
        public int Depth;

        public void Set(T value, int depth)
        {
            if (Value is null || depth <= Depth)
            {
                (Value, Depth) = (value, depth);
            }
        }
    }

    private sealed class Entry
    {
        public Slot<string> Id;
        public Slot<string> Title;
        public int TitleRank;
        public string? Headline;
        public Slot<Uri> Link;
        public Uri? LinkOfId;
        public Slot<Stamp?> Published;
        public Slot<Stamp?> Updated;
        public Stamp? Date;
        public Slot<string> Summary;
        public string? OtherSummary;
        public string? Content;
        public string? Language;
        public string? Publisher;

        public List<string> Authors { get; } = [];
    }

    private sealed class Frame
    {
        public string Name = "";
        public Role Role;
        public string From = "";
        public Place Place;
        public string? Base;
        public string? Language;
        public int Namespaces;
        public bool Captures;
        public Form Form;
        public bool IsDeclaredXhtml;
        public bool IsBase64;
        public bool IsPermalink;
        public bool IsDeclared;
        public string? Markup;

        public StringBuilder Text { get; } = new();

        public void Reset(string name, Frame? parent, string? baseAddress, int namespaces)
        {
            Name = name;
            Role = Role.Other;
            From = "";
            Place = parent?.Place ?? Place.Feed;
            Base = baseAddress;
            Language = parent?.Language;
            Namespaces = namespaces;
            Captures = IsDeclaredXhtml = IsBase64 = IsPermalink = IsDeclared = false;
            Form = Form.Text;
            Markup = null;
            Text.Clear();
        }
    }
}
