using System.Text;
using AngleSharp.Dom;

namespace Sikap.Formats.Pages;

/// <summary>
/// Finds the paragraphs of a page's article. Every paragraph has a weight: sentences weigh for, links and scraps against; the element whose paragraphs together weigh most holds the article
/// (a maximum over subtrees, so that what surrounds the text is paid for and what parts it in two is bridged). Inside it each paragraph is judged once more by itself and by where it stands.
/// Names of elements (<see cref="ClassWords"/>) take out what is surely no text, unless that would be most of the page.
/// </summary>
internal sealed class MainText
{
    // An element that holds more than this share of a page's sentences is not left out for its name or kind.
    private const double MaxDroppedShare = 0.4;

    private readonly PageTree _tree;
    private readonly PageBlocks _blocks;
    private readonly string? _title;
    private readonly string? _description;
    private readonly Use[] _uses;
    private readonly double[] _weights;
    private readonly Dictionary<string, NameVerdict> _verdicts = new(StringComparer.Ordinal);

    /// <summary>What a paragraph is taken for.</summary>
    private enum Use : byte
    {
        Open,
        Dropped,
        Caption,
        Byline,
        Lead,
    }

    private MainText(PageTree tree, PageBlocks blocks, string? title, string? description)
    {
        (_tree, _blocks, _title, _description) = (tree, blocks, title, description);
        _uses = new Use[blocks.Blocks.Length];
        _weights = new double[blocks.Blocks.Length];
    }

    /// <summary>The article's paragraphs, one a line, and the captions.</summary>
    public static (string Text, IReadOnlyList<string> Captions, double LinkShare) Find(PageTree tree, PageBlocks blocks, string? title, string? description)
    {
        var reader = new MainText(tree, blocks, title, description);
        reader.Judge(byName: true);
        var container = reader.Container();
        var (text, captions) = reader.Write(container);
        return (text, captions, reader.LinkShare());
    }

    private double LinkShare()
    {
        var (all, links) = (0L, 0L);
        foreach (ref readonly var block in _blocks.Blocks)
        {
            all += block.Length;
            links += block.LinkLength;
        }

        return all == 0 ? 0 : (double)links / all;
    }

    private static bool IsGood(in PageBlock block) =>
        block.Weight >= 50 && block.LinkDensity < 0.5 && block.Punctuation > 0 || block.Weight >= 100 && block.LinkDensity < 0.33;

    // The sentences of each paragraph, summed up, so that any element's share is a difference.
    private double[] GoodSums()
    {
        var sums = new double[_blocks.Blocks.Length + 1];
        for (var i = 0; i < _blocks.Blocks.Length; i++)
        {
            ref readonly var block = ref _blocks.Blocks[i];
            sums[i + 1] = sums[i] + (IsGood(block) ? block.Weight * (1 - block.LinkDensity) : 0);
        }

        return sums;
    }

    private NameVerdict VerdictOf(IElement element)
    {
        var ofClass = Cached(element.ClassName);
        if (ofClass is NameVerdict.Drop or NameVerdict.Body)
        {
            return ofClass;
        }

        var ofId = Cached(element.Id);
        return ofId is NameVerdict.None ? ofClass : ofId;
    }

    private NameVerdict Cached(string? names)
    {
        if (string.IsNullOrEmpty(names))
        {
            return NameVerdict.None;
        }

        if (!_verdicts.TryGetValue(names, out var verdict))
        {
            _verdicts[names] = verdict = ClassWords.Of(names);
        }

        return verdict;
    }

    private static bool IsHidden(IElement element) =>
        element.HasAttribute("hidden") || element.GetAttribute("aria-hidden") == "true"
        || element.GetAttribute("style") is { } style && (style.Contains("display:none", StringComparison.OrdinalIgnoreCase) || style.Contains("display: none", StringComparison.OrdinalIgnoreCase));

    // Gives every paragraph its use and its weight.
    private void Judge(bool byName)
    {
        var nodes = _tree.Nodes;
        var blocks = _blocks.Blocks;
        var sums = GoodSums();
        var total = sums[^1];
        for (var i = _tree.Body + 1; i < nodes.Length;)
        {
            ref readonly var node = ref nodes[i];
            if (node.Element is not { } element || node.FirstBlock >= node.EndBlock && node.Tag is not (Tag.Inline or Tag.Emphasis or Tag.Link or Tag.Time))
            {
                i++;
                continue;
            }

            var good = sums[node.EndBlock] - sums[node.FirstBlock];
            var use = UseOf(element, node.Tag, byName);
            var allowed = use switch
            {
                Use.Dropped => good <= total * MaxDroppedShare,
                Use.Caption => good <= Math.Max(total * 0.15, 600),
                Use.Byline => good <= Math.Max(total * 0.05, 250),
                Use.Lead => true,
                _ => false,
            };
            if (allowed && node.FirstBlock < node.EndBlock)
            {
                for (var b = node.FirstBlock; b < node.EndBlock; b++)
                {
                    if (_uses[b] == Use.Open || use == Use.Dropped)
                    {
                        _uses[b] = use;
                    }
                }

                if (use is Use.Dropped)
                {
                    i = node.End;
                    continue;
                }
            }

            i++;
        }

        for (var b = 0; b < blocks.Length; b++)
        {
            _weights[b] = WeightOf(blocks[b], nodes, _uses[b]);
        }
    }

    private Use UseOf(IElement element, Tag tag, bool byName)
    {
        switch (tag)
        {
            case Tag.Navigation or Tag.Footer or Tag.Aside:
                return Use.Dropped;
            case Tag.Caption or Tag.Figure:
                return Use.Caption;
            case Tag.Body or Tag.Inline or Tag.Emphasis or Tag.Link or Tag.Text:
                return Use.Open;
            case Tag.Time:
                return Use.Open;
        }

        if (IsHidden(element))
        {
            return Use.Dropped;
        }

        if (!byName || tag == Tag.Article && element.GetAttribute("itemprop") == "articleBody")
        {
            return Use.Open;
        }

        return VerdictOf(element) switch
        {
            NameVerdict.Drop => Use.Dropped,
            NameVerdict.Caption => Use.Caption,
            NameVerdict.Byline => Use.Byline,
            NameVerdict.Lead => Use.Lead,
            _ => Use.Open,
        };
    }

    private static double WeightOf(in PageBlock block, Span<PageNode> nodes, Use use)
    {
        if (use is Use.Dropped or Use.Caption or Use.Byline)
        {
            return 0;
        }

        if (IsGood(block))
        {
            return Math.Min(block.Weight, 800) * (1 - block.LinkDensity);
        }

        if (block.LinkDensity > 0.6)
        {
            return -20 - 0.5 * Math.Min(block.Weight, 100);
        }

        return nodes[block.Node].Tag switch
        {
            Tag.Heading or Tag.Heading1 => 0,
            Tag.Paragraph or Tag.Quote => 0.3 * block.Weight,
            _ => -8,
        };
    }

    // The element whose paragraphs weigh most.
    private int Container()
    {
        var nodes = _tree.Nodes;
        var sums = new double[_weights.Length + 1];
        for (var i = 0; i < _weights.Length; i++)
        {
            sums[i + 1] = sums[i] + _weights[i];
        }

        var (best, bestWeight) = (_tree.Body, double.MinValue);
        for (var i = _tree.Body; i < nodes.Length; i++)
        {
            ref readonly var node = ref nodes[i];
            if (node.Element is not { } element || node.FirstBlock >= node.EndBlock)
            {
                continue;
            }

            var weight = sums[node.EndBlock] - sums[node.FirstBlock];
            if (weight > 0)
            {
                weight *= element.GetAttribute("itemprop") is { } property && property.Contains("articleBody", StringComparison.OrdinalIgnoreCase) ? 1.5
                    : VerdictOf(element) == NameVerdict.Body ? 1.2
                    : node.Tag switch { Tag.Article => 1.1, Tag.Main => 1.05, _ => 1 };
            }

            // Of two that weigh the same the inner one is nearer to the text.
            if (weight >= bestWeight)
            {
                (best, bestWeight) = (i, weight);
            }
        }

        return best;
    }

    private (string Text, IReadOnlyList<string> Captions) Write(int container)
    {
        var nodes = _tree.Nodes;
        var blocks = _blocks.Blocks;
        var (first, end) = (nodes[container].FirstBlock, nodes[container].EndBlock);
        var headline = Headline(end);
        var goodAfter = GoodSums();
        var totalGood = goodAfter[end] - goodAfter[first];
        var captions = new List<string>();
        var kept = new List<int>();

        // The standfirst between headline and text.
        for (var b = Math.Max(headline + 1, 0); b < first && headline >= 0; b++)
        {
            if (_uses[b] is Use.Open or Use.Lead && IsLead(b) && !Promotions.IsPromotion(_blocks.TextOf(blocks[b]), blocks[b].LinkDensity))
            {
                kept.Add(b);
            }
        }

        var start = headline >= first && goodAfter[headline] - goodAfter[first] < 0.2 * totalGood ? headline + 1 : first;
        for (var b = start; b < end; b++)
        {
            ref readonly var block = ref blocks[b];
            var text = _blocks.TextOf(block);
            if (_uses[b] == Use.Caption)
            {
                captions.Add(text.ToString());
                continue;
            }

            if (_uses[b] is Use.Dropped or Use.Byline)
            {
                continue;
            }

            var tag = TagOf(block.Node);
            if (IsTailLine(block, tag, text) && goodAfter[end] - goodAfter[b + 1] < 0.35 * totalGood)
            {
                break;
            }

            if (Keeps(block, tag, text))
            {
                kept.Add(b);
            }
        }

        // A heading stands before text.
        var written = new StringBuilder();
        for (var k = 0; k < kept.Count; k++)
        {
            ref readonly var block = ref blocks[kept[k]];
            if (TagOf(block.Node) == Tag.Heading && _uses[kept[k]] != Use.Lead && (k + 1 == kept.Count || TagOf(blocks[kept[k + 1]].Node) == Tag.Heading))
            {
                continue;
            }

            if (written.Length > 0)
            {
                written.Append('\n');
            }

            written.Append(_blocks.TextOf(block));
        }

        return (written.ToString(), captions);
    }

    private Tag TagOf(int node)
    {
        var nodes = _tree.Nodes;
        for (var depth = 0; node > 0 && depth < 4; node = nodes[node].Parent, depth++)
        {
            if (nodes[node].Tag is Tag.Heading or Tag.Heading1 or Tag.ListItem or Tag.Quote or Tag.Paragraph or Tag.Cell or Tag.Preformatted)
            {
                return nodes[node].Tag;
            }
        }

        return Tag.Block;
    }

    private static bool IsTailLine(in PageBlock block, Tag tag, ReadOnlySpan<char> text) =>
        block.Length < 60 && (tag == Tag.Heading || block.EmphasisLength > block.Length / 2 || block.Punctuation == 0 || text[^1] == ':') && Promotions.IsTail(text);

    private bool Keeps(in PageBlock block, Tag tag, ReadOnlySpan<char> text)
    {
        if (tag == Tag.Heading1 || Promotions.IsPromotion(text, block.LinkDensity) || IsTitle(text))
        {
            return false;
        }

        if (block.LinkDensity > 0.9)
        {
            return false;
        }

        if (block.LinkDensity > 0.5 && (block.Punctuation == 0 || block.Weight < 80))
        {
            return false;
        }

        return tag switch
        {
            Tag.Heading => block.LinkDensity < 0.3,
            Tag.Paragraph or Tag.ListItem or Tag.Quote or Tag.Preformatted or Tag.Cell => true,
            _ => block.Weight >= 25 && block.Punctuation > 0 || block.Weight >= 60,
        };
    }

    private bool IsTitle(ReadOnlySpan<char> text) => _title is not null && text.Length <= _title.Length + 40 && text.Length * 10 >= _title.Length * 7
        && (text.Equals(_title, StringComparison.OrdinalIgnoreCase) || text.StartsWith(_title, StringComparison.OrdinalIgnoreCase) && text.Length < _title.Length + 12);

    // A paragraph between headline and text that the page calls its summary or that says what the description says.
    private bool IsLead(int b)
    {
        ref readonly var block = ref _blocks.Blocks[b];
        if (block.LinkDensity > 0.5 || block.Weight < 20)
        {
            return false;
        }

        var text = _blocks.TextOf(block);
        return _uses[b] == Use.Lead || _description is { Length: > 20 } && (text.StartsWith(_description.AsSpan(0, Math.Min(_description.Length, 40)), StringComparison.OrdinalIgnoreCase));
    }

    // The paragraph that is the headline: the h1 that says the title, else the last h1 before the text ends.
    private int Headline(int end)
    {
        var blocks = _blocks.Blocks;
        var last = -1;
        for (var b = 0; b < Math.Min(end, blocks.Length); b++)
        {
            var tag = TagOf(blocks[b].Node);
            if (tag is Tag.Heading1 or Tag.Heading && _title is not null && IsTitle(_blocks.TextOf(blocks[b])))
            {
                return b;
            }

            if (tag == Tag.Heading1 && _uses[b] != Use.Dropped)
            {
                last = b;
            }
        }

        return last;
    }
}
