using System.Collections.Frozen;
using AngleSharp.Dom;

namespace Sikap.Formats.Pages;

/// <summary>What an element is to the reader of an article. Elements that only style their text are <see cref="Inline"/>, unknown ones <see cref="Block"/>.</summary>
internal enum Tag : byte
{
    Block,
    Text,
    Inline,
    Link,
    Emphasis,
    Break,
    Paragraph,
    Heading1,
    Heading,
    ListItem,
    List,
    Quote,
    Preformatted,
    Article,
    Main,
    Aside,
    Header,
    Footer,
    Navigation,
    Figure,
    Caption,
    Table,
    Cell,
    Time,
    Address,
    Form,
    Body,
    Details,

    /// <summary>Holds nothing to read: scripts, styles, controls, players.</summary>
    Skipped,
}

/// <summary>An element or a text, in document order; what lies inside an element are the nodes up to <see cref="End"/>.</summary>
internal struct PageNode
{
    /// <summary>The element; null for a text.</summary>
    public IElement? Element;

    /// <summary>The text; null for an element.</summary>
    public string? Text;

    public int Parent;

    /// <summary>The first node after this one that is not inside it.</summary>
    public int End;

    /// <summary>The paragraphs that begin inside it: from here up to <see cref="EndBlock"/>.</summary>
    public int FirstBlock;

    public int EndBlock;

    public Tag Tag;
}

/// <summary>The page as one array in document order, made in one walk that uses no call stack; what the metadata needs is collected on the way.</summary>
internal sealed class PageTree
{
    private static readonly FrozenDictionary<string, Tag> Tags = MakeTags();

    private readonly List<PageNode> _nodes = new(4096);

    public Span<PageNode> Nodes => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_nodes);

    /// <summary>Meta and link elements, wherever they stand.</summary>
    public List<IElement> Metas { get; } = [];

    public List<IElement> Links { get; } = [];

    /// <summary>Contents of the JSON-LD scripts.</summary>
    public List<string> JsonLd { get; } = [];

    /// <summary>Scripts with code or data, for pages that carry their text in one.</summary>
    public List<IElement> Scripts { get; } = [];

    public string? TitleElement { get; private set; }

    public string? Language { get; private set; }

    /// <summary>Node of the body; 0 where the page has none.</summary>
    public int Body { get; private set; }

    /// <summary>Walks a parsed page.</summary>
    public static PageTree Of(IDocument document)
    {
        var tree = new PageTree();
        if (document.DocumentElement is { } root)
        {
            tree.Walk(root);
        }

        return tree;
    }

    private void Walk(IElement root)
    {
        Language = root.GetAttribute("lang") ?? root.GetAttribute("xml:lang");
        var open = new Stack<(INodeList Children, int Next, int Node)>();
        _nodes.Add(new PageNode { Element = root, Parent = -1, Tag = Tag.Block });
        open.Push((root.ChildNodes, 0, 0));
        while (open.TryPop(out var at))
        {
            if (at.Next >= at.Children.Length)
            {
                Nodes[at.Node].End = _nodes.Count;
                continue;
            }

            open.Push((at.Children, at.Next + 1, at.Node));
            switch (at.Children[at.Next])
            {
                case IText text when !string.IsNullOrEmpty(text.Data):
                    _nodes.Add(new PageNode { Text = text.Data, Parent = at.Node, End = _nodes.Count + 1, Tag = Tag.Text });
                    break;
                case IElement element when Enter(element) is var tag and not Tag.Skipped:
                    _nodes.Add(new PageNode { Element = element, Parent = at.Node, Tag = tag });
                    open.Push((element.ChildNodes, 0, _nodes.Count - 1));
                    break;
            }
        }
    }

    private Tag Enter(IElement element)
    {
        var name = element.LocalName;
        switch (name)
        {
            case "meta":
                Metas.Add(element);
                return Tag.Skipped;
            case "link":
                Links.Add(element);
                return Tag.Skipped;
            case "script":
                if (element.GetAttribute("type") is { } type && type.Contains("ld+json", StringComparison.OrdinalIgnoreCase))
                {
                    JsonLd.Add(element.TextContent);
                }
                else
                {
                    Scripts.Add(element);
                }

                return Tag.Skipped;
            case "title":
                TitleElement ??= element.TextContent;
                return Tag.Skipped;
            case "body":
                Body = _nodes.Count;
                return Tag.Body;
            default:
                return Tags.GetValueOrDefault(name, Tag.Block);
        }
    }

    private static FrozenDictionary<string, Tag> MakeTags()
    {
        var tags = new Dictionary<string, Tag>(StringComparer.Ordinal);
        Add(Tag.Inline, "abbr acronym bdi bdo big cite code data del dfn font img ins kbd label mark nobr picture q rp rt ruby s samp small span strike sub sup tt u var wbr source track");
        Add(Tag.Emphasis, "b strong em i");
        Add(Tag.Link, "a");
        Add(Tag.Break, "br");
        Add(Tag.Paragraph, "p");
        Add(Tag.Heading1, "h1");
        Add(Tag.Heading, "h2 h3 h4 h5 h6");
        Add(Tag.ListItem, "li dd dt");
        Add(Tag.List, "ul ol dl");
        Add(Tag.Quote, "blockquote");
        Add(Tag.Preformatted, "pre");
        Add(Tag.Article, "article");
        Add(Tag.Main, "main");
        Add(Tag.Aside, "aside");
        Add(Tag.Header, "header");
        Add(Tag.Footer, "footer");
        Add(Tag.Navigation, "nav menu");
        Add(Tag.Figure, "figure");
        Add(Tag.Caption, "figcaption caption amp-caption");
        Add(Tag.Table, "table");
        Add(Tag.Cell, "td th");
        Add(Tag.Time, "time");
        Add(Tag.Address, "address");
        Add(Tag.Form, "form fieldset");
        Add(Tag.Details, "details");
        Add(Tag.Skipped, "script style noscript template svg math iframe object embed audio video canvas select option datalist textarea button input dialog map area noframes applet frame frameset progress meter base amp-ad amp-iframe amp-analytics amp-sidebar");
        return tags.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(Tag tag, string names)
        {
            foreach (var name in names.Split(' '))
            {
                tags[name] = tag;
            }
        }
    }
}
