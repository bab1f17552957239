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
    // A standfirst stands within so many lines of the headline: between them are authors, dates, buttons.
    private const int MaxLeadDistance = 12;

    // Between text and credits stand share buttons and tags, a line each.
    private const int MaxCreditDistance = 25;
    private const int MaxCredits = 10;

    private const double MinHeadedShare = 0.2;

    // What a page says about its outlet may be longer than a short article.
    private const double MaxFooterShare = 0.7;

    // A text below this length may be what a misread page has left.
    private const int MinTrustedChars = 300;
    private const int MaxTextDistance = 30;

    // An element that holds more than this share of a page's sentences is not left out for its name or kind.
    private const double MaxDroppedShare = 0.4;

    private readonly PageTree _tree;
    private readonly PageBlocks _blocks;
    private readonly string? _title;
    private readonly string? _description;
    private readonly Use[] _uses;
    private readonly double[] _weights;
    private readonly Dictionary<string, NameVerdict> _verdicts = new(StringComparer.Ordinal);

    // Whether names say what elements are; where they left next to nothing, they are not believed.
    private readonly bool _trustsNames;

    // The first heading that says the title; -1 where none does.
    private readonly int _titleAt;

    /// <summary>What a paragraph is taken for.</summary>
    private enum Use : byte
    {
        Open,
        Dropped,
        Caption,
        Byline,
        Lead,
    }

    private MainText(PageTree tree, PageBlocks blocks, string? title, string? description, bool trustsNames)
    {
        (_tree, _blocks, _title, _description, _trustsNames) = (tree, blocks, title, description, trustsNames);
        _uses = new Use[blocks.Blocks.Length];
        _weights = new double[blocks.Blocks.Length];
        _titleAt = TitleAt();
    }

    /// <summary>What was found.</summary>
    /// <param name="Text">The article's paragraphs, one a line.</param>
    /// <param name="Captions">Captions of the images among them.</param>
    /// <param name="Credits">Lines beside them that say where the article comes from or who worked on it.</param>
    /// <param name="LinkShare">Share of the page's characters that are links.</param>
    /// <param name="Headline">Index of the paragraph that is the headline; -1 where none is.</param>
    /// <param name="First">Index of the first paragraph of the text; -1 where there is none.</param>
    internal readonly record struct Found(string Text, IReadOnlyList<string> Captions, IReadOnlyList<string> Credits, double LinkShare, int Headline, int First);

    /// <summary>Finds the article's paragraphs.</summary>
    /// <param name="tree">The page.</param>
    /// <param name="blocks">Its paragraphs.</param>
    /// <param name="title">Its headline; null when that is not known.</param>
    /// <param name="description">What it says it is about; null when it does not.</param>
    public static Found Find(PageTree tree, PageBlocks blocks, string? title, string? description)
    {
        var found = Find(trustsNames: true);
        if (found.Text.Length >= MinTrustedChars)
        {
            return found;
        }

        // Behind a headline, names that leave a few lines hide the text.
        var other = Find(trustsNames: false);
        return other.Text.Length >= Math.Max(MinTrustedChars, 2 * found.Text.Length) && other.Headline >= 0 && other.First > other.Headline && other.First - other.Headline <= MaxTextDistance ? other : found;

        Found Find(bool trustsNames)
        {
            var reader = new MainText(tree, blocks, title, description, trustsNames);
            reader.Judge();
            return reader.Write(reader.Container());
        }
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
        if (ofClass is NameVerdict.Drop or NameVerdict.Never or NameVerdict.Body)
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

    // Of the panes of a tab bar one is shown: Bootstrap calls it active.
    private static bool IsHidden(IElement element) =>
        element.ClassName is { } names && names.Contains("tab-pane", StringComparison.Ordinal) && element.ClassList.Contains("tab-pane") && !element.ClassList.Contains("active") && !element.ClassList.Contains("show")
        || element.HasAttribute("hidden") || element.GetAttribute("aria-hidden") == "true"
        || element.GetAttribute("style") is { } style && (style.Contains("display:none", StringComparison.OrdinalIgnoreCase) || style.Contains("display: none", StringComparison.OrdinalIgnoreCase));

    // Gives every paragraph its use and its weight.
    private void Judge()
    {
        const int minArticle = 1500;
        var nodes = _tree.Nodes;
        var blocks = _blocks.Blocks;
        var sums = GoodSums();
        var total = sums[^1];
        var byName = GoodByName(sums);
        for (var i = _tree.Body + 1; i < nodes.Length;)
        {
            ref readonly var node = ref nodes[i];
            if (node.Element is not { } element || node.FirstBlock >= node.EndBlock)
            {
                i++;
                continue;
            }

            var good = sums[node.EndBlock] - sums[node.FirstBlock];
            var (use, maxShare) = UseOf(i, element, node.Tag);
            if (use == Use.Open && IsPicture(i, good))
            {
                (use, maxShare) = (Use.Caption, 0.15);
            }
            else if (use == Use.Open && IsOffer(i, good))
            {
                (use, maxShare) = (Use.Dropped, 0.3);
            }

            // What holds the headline and a good part of the sentences behind it is the article, or has it inside; a bar that repeats the headline holds few.
            if (use == Use.Dropped && _titleAt >= node.FirstBlock && _titleAt < node.EndBlock && sums[node.EndBlock] - sums[_titleAt] > MinHeadedShare * total)
            {
                use = Use.Open;
            }

            // Behind a whole article even what holds more sentences than it does is what its name says: a feed, a glossary, the comments.
            var behindArticle = use == Use.Dropped && _titleAt >= 0 && sums[node.FirstBlock] - sums[_titleAt] > minArticle && (element.ClassName is not { } name || byName.GetValueOrDefault(name) <= good);

            // A template may cut the text into many parts of one misleading name.
            if (behindArticle || use != Use.Open && (good <= maxShare * total || use is Use.Caption && good < 600 || use is Use.Byline && good < 250)
                && (use != Use.Dropped || maxShare > MaxDroppedShare || element.ClassName is not { } names || byName.GetValueOrDefault(names) <= maxShare * total))
            {
                for (var b = node.FirstBlock; b < node.EndBlock; b++)
                {
                    if (_uses[b] is Use.Open or Use.Lead || use == Use.Dropped)
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

        DropCards(sums);
        DropBoxes();
        for (var b = 0; b < blocks.Length; b++)
        {
            _weights[b] = WeightOf(blocks[b], nodes, _uses[b]);
        }
    }

    // The sentences under each class attribute that speaks for leaving out.
    private Dictionary<string, double> GoodByName(double[] sums)
    {
        var byName = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (ref readonly var node in _tree.Nodes)
        {
            if (node.Element?.ClassName is { } names && node.FirstBlock < node.EndBlock && VerdictOf(node.Element) == NameVerdict.Drop)
            {
                byName[names] = byName.GetValueOrDefault(names) + sums[node.EndBlock] - sums[node.FirstBlock];
            }
        }

        return byName;
    }

    // A summary made by a machine: its heading and the list below.
    private void DropBoxes()
    {
        for (var b = 0; b < _uses.Length; b++)
        {
            if (!Promotions.IsBox(_blocks.TextOf(_blocks.Blocks[b])))
            {
                continue;
            }

            _uses[b] = Use.Dropped;
            while (b + 1 < _uses.Length && TagOf(_blocks.Blocks[b + 1].Node) == Tag.ListItem)
            {
                _uses[++b] = Use.Dropped;
            }
        }
    }

    // Cards: neighbours of one shape, each a linked headline with a sentence or two, are a list of other articles wherever they stand.
    private void DropCards(double[] sums)
    {
        const int minFeed = 10;
        const int minArticle = 1000;
        var nodes = _tree.Nodes;
        var blocks = _blocks.Blocks;
        var total = sums[^1];
        for (var parent = _tree.Body; parent < nodes.Length; parent++)
        {
            if (nodes[parent].Element is null || nodes[parent].EndBlock - nodes[parent].FirstBlock < 3)
            {
                continue;
            }

            var (cards, others, good) = (0, 0, 0.0);
            for (var child = parent + 1; child < nodes[parent].End; child = nodes[child].End)
            {
                if (nodes[child].Element is null || nodes[child].FirstBlock >= nodes[child].EndBlock)
                {
                    continue;
                }

                if (IsCard(child, sums))
                {
                    cards++;
                    good += sums[nodes[child].EndBlock] - sums[nodes[child].FirstBlock];
                }
                else
                {
                    others++;
                }
            }

            // A long feed of other articles may hold more sentences than the article above it.
            if (cards < 3 || cards < others || good > 0.6 * total && !(cards >= minFeed && _titleAt >= 0 && sums[nodes[parent].FirstBlock] - sums[_titleAt] > minArticle))
            {
                continue;
            }

            for (var child = parent + 1; child < nodes[parent].End; child = nodes[child].End)
            {
                if (nodes[child].Element is not null && nodes[child].FirstBlock < nodes[child].EndBlock && IsCard(child, sums))
                {
                    _uses.AsSpan(nodes[child].FirstBlock, nodes[child].EndBlock - nodes[child].FirstBlock).Fill(Use.Dropped);
                }
            }
        }
    }

    private bool IsCard(int node, double[] sums)
    {
        ref readonly var card = ref _tree.Nodes[node];
        var count = card.EndBlock - card.FirstBlock;
        if (count == 1)
        {
            // A linked headline that runs on into its summary.
            ref readonly var only = ref _blocks.Blocks[card.FirstBlock];
            return only.StartsInLink && only.LinkLength >= 25 && only.LinkDensity > 0.12 && card.Tag is (Tag.ListItem or Tag.Block);
        }

        if (count > 9)
        {
            return false;
        }

        var (headlines, sentences) = (0, 0);
        for (var b = card.FirstBlock; b < card.EndBlock; b++)
        {
            ref readonly var block = ref _blocks.Blocks[b];
            headlines += block.LinkDensity > 0.9 && block.Weight >= 20 ? 1 : 0;
            sentences += sums[b + 1] > sums[b] ? 1 : 0;
        }

        return headlines >= 1 && sentences <= 2;
    }

    // An image with a line or two and nothing else: the lines are its caption, whatever the template calls them.
    private bool IsPicture(int at, double good)
    {
        const int maxNodes = 40;
        const int maxWeight = 320;
        var nodes = _tree.Nodes;
        ref readonly var node = ref nodes[at];
        var count = node.EndBlock - node.FirstBlock;
        if (node.Tag != Tag.Block || VerdictOf(node.Element!) == NameVerdict.Body || count > 3 || node.End - at > maxNodes || good > maxWeight)
        {
            return false;
        }

        var weight = 0;
        for (var b = node.FirstBlock; b < node.EndBlock; b++)
        {
            weight += _blocks.Blocks[b].Weight;
            if (TagOf(_blocks.Blocks[b].Node) is Tag.Heading or Tag.Heading1 or Tag.Quote)
            {
                return false;
            }
        }

        if (weight > maxWeight)
        {
            return false;
        }

        for (var i = at + 1; i < node.End; i++)
        {
            if (nodes[i].Element is { } element && element.LocalName is "img" or "amp-img")
            {
                return true;
            }
        }

        return false;
    }

    // A sentence or two with a button, in an element of their own: an offer to subscribe, to register, to take part.
    private bool IsOffer(int at, double good)
    {
        const int maxGood = 300;
        const int maxButtonChars = 25;
        ref readonly var node = ref _tree.Nodes[at];
        var count = node.EndBlock - node.FirstBlock;
        if (node.Tag != Tag.Block || count is not (2 or 3) || good is 0 or > maxGood)
        {
            return false;
        }

        ref readonly var button = ref _blocks.Blocks[node.EndBlock - 1];
        return button.LinkDensity > 0.9 && button.Length <= maxButtonChars && button.Punctuation == 0 && _blocks.Blocks[node.EndBlock - 2] is { LinkLength: 0 } words && IsGood(words);
    }

    // What an element's kind, state and name make of what is inside it, and up to which share of the page's sentences that is believed.
    private (Use Use, double MaxShare) UseOf(int at, IElement element, Tag tag)
    {
        switch (tag)
        {
            case Tag.Footer when _titleAt >= 0 && _titleAt < _tree.Nodes[at].FirstBlock && IsNearBody(at):
                return (Use.Dropped, MaxFooterShare);
            case Tag.Navigation or Tag.Footer or Tag.Aside or Tag.Form:
                return (Use.Dropped, MaxDroppedShare);
            case Tag.Caption or Tag.Figure:
                return (Use.Caption, 0.15);
            case Tag.Body or Tag.Inline or Tag.Emphasis or Tag.Link or Tag.Time:
                return (Use.Open, 0);
        }

        // A script shows one page of the article at a time and hides the others.
        var verdict = VerdictOf(element);
        if (verdict == NameVerdict.Pager && !IsPager(at))
        {
            return (Use.Open, 0);
        }

        if (IsHidden(element))
        {
            return (Use.Dropped, MaxDroppedShare);
        }

        return verdict switch
        {
            NameVerdict.Drop or NameVerdict.Caption or NameVerdict.Byline when !_trustsNames => (Use.Open, 0),
            NameVerdict.Never => (Use.Dropped, 0.95),
            // A post that is quoted in full is part of the text, whatever network it comes from.
            NameVerdict.Drop when IsQuotation(at) || HoldsBody(at) => (Use.Open, 0),
            NameVerdict.Caption when HoldsBody(at) && IsSentenceEnd(_blocks.TextOf(_blocks.Blocks[_tree.Nodes[at].EndBlock - 1])) => (Use.Open, 0),
            NameVerdict.Drop when IsStandfirst(at, element) => (Use.Lead, 1),
            NameVerdict.Drop => (Use.Dropped, MaxDroppedShare),
            NameVerdict.Pager => (Use.Dropped, MaxDroppedShare),
            NameVerdict.Caption => (Use.Caption, 0.15),
            NameVerdict.Byline when tag != Tag.Heading => (Use.Byline, 0.05),
            NameVerdict.Lead => (Use.Lead, 1),
            _ => (Use.Open, 0),
        };
    }

    // Templates that print all pages of an article name each of them, and its heading, after the pager below: that one is links, or hardly a sentence.
    private bool IsPager(int at)
    {
        const double minGood = 200;
        ref readonly var node = ref _tree.Nodes[at];
        var (all, links, good) = (0, 0, 0.0);
        for (var b = node.FirstBlock; b < node.EndBlock; b++)
        {
            ref readonly var block = ref _blocks.Blocks[b];
            all += block.Length;
            links += block.LinkLength;
            good += IsGood(block) ? block.Weight * (1 - block.LinkDensity) : 0;
        }

        return node.Tag == Tag.Heading ? links > 0 : good < minGood || links > all / 2;
    }

    // The page's own footer; an article's stands deeper.
    private bool IsNearBody(int at)
    {
        const int maxDepth = 3;
        var depth = 0;
        for (var node = at; node > _tree.Body && depth <= maxDepth; node = _tree.Nodes[node].Parent)
        {
            depth++;
        }

        return depth <= maxDepth;
    }

    // Whether a part of the text lies inside, by its name: the first paragraphs before an offer to subscribe, for one.
    private bool HoldsBody(int at)
    {
        const int depth = 3;
        var nodes = _tree.Nodes;
        for (var i = at + 1; i < nodes[at].End && i <= at + depth; i++)
        {
            if (nodes[i].Element is { } element && nodes[i].Tag is Tag.Block or Tag.Paragraph && VerdictOf(element) == NameVerdict.Body)
            {
                return true;
            }
        }

        return false;
    }

    // Some templates call their standfirst a teaser, as others call the cards of other articles.
    private bool IsStandfirst(int at, IElement element)
    {
        ref readonly var node = ref _tree.Nodes[at];
        if (_titleAt < 0 || node.FirstBlock <= _titleAt || node.FirstBlock - _titleAt > MaxLeadDistance || node.EndBlock - node.FirstBlock != 1
            || element.ClassName?.Contains("teaser", StringComparison.OrdinalIgnoreCase) != true)
        {
            return false;
        }

        for (var b = _titleAt + 1; b < node.FirstBlock; b++)
        {
            if (IsGood(_blocks.Blocks[b]))
            {
                return false;
            }
        }

        ref readonly var block = ref _blocks.Blocks[node.FirstBlock];
        return block.LinkLength == 0 && IsGood(block);
    }

    private bool IsQuotation(int at)
    {
        var nodes = _tree.Nodes;
        for (var i = at; i < nodes[at].End && i < at + 4; i++)
        {
            if (nodes[i].Tag == Tag.Quote)
            {
                return nodes[i].FirstBlock == nodes[at].FirstBlock && nodes[i].EndBlock == nodes[at].EndBlock;
            }
        }

        return false;
    }

    private static double WeightOf(in PageBlock block, Span<PageNode> nodes, Use use)
    {
        if (use is Use.Dropped or Use.Caption or Use.Byline)
        {
            return 0;
        }

        if (IsGood(block))
        {
            return Math.Min(block.Weight, 4000) * (1 - block.LinkDensity);
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

        return OneOf(best, sums);
    }

    // Pages that load the next article below hold several: the one with the headline is asked for, else the first.
    private int OneOf(int container, double[] sums)
    {
        var nodes = _tree.Nodes;
        var whole = sums[nodes[container].EndBlock] - sums[nodes[container].FirstBlock];
        var found = new List<int>();
        for (var i = container + 1; i < nodes[container].End;)
        {
            if (nodes[i].Tag == Tag.Article && sums[nodes[i].EndBlock] - sums[nodes[i].FirstBlock] > Math.Max(0.15 * whole, 300))
            {
                found.Add(i);
                i = nodes[i].End;
            }
            else
            {
                i++;
            }
        }

        if (found.Count < 2)
        {
            return container;
        }

        var headline = Headline(_blocks.Blocks.Length);
        foreach (var article in found)
        {
            if (headline >= nodes[article].FirstBlock && headline < nodes[article].EndBlock)
            {
                return article;
            }
        }

        return sums[nodes[found[0]].EndBlock] - sums[nodes[found[0]].FirstBlock] > 0.3 * whole ? found[0] : container;
    }

    private Found Write(int container)
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
            if (IsLead(b, b - headline <= MaxLeadDistance) && !Promotions.IsPromotion(_blocks.TextOf(blocks[b]), blocks[b].LinkDensity))
            {
                kept.Add(b);
            }
        }

        var start = headline >= first && goodAfter[headline] - goodAfter[first] < 0.2 * totalGood ? headline + 1 : first;
        var (opened, lastGood) = (0, LastOfText(start, end));
        for (var b = start; b < end; b++)
        {
            ref readonly var block = ref blocks[b];
            var text = _blocks.TextOf(block);
            if (_uses[b] == Use.Caption)
            {
                if (!Promotions.IsPromotion(text, block.LinkDensity))
                {
                    captions.Add(text.ToString());
                }

                continue;
            }

            if ((_uses[b] is Use.Dropped or Use.Byline) && !(opened == 0 && SaysDescription(b)))
            {
                continue;
            }

            var tag = TagOf(block.Node);
            if (IsCopyrightLine(block, text))
            {
                // What is behind it belongs to the outlet, not to the article; unless the paragraphs go on, and it is an image's.
                if (goodAfter[b] - goodAfter[first] > 0.5 * totalGood && !GoesOn(b, end, kept))
                {
                    break;
                }

                continue;
            }

            if (IsTailLine(block, tag, text))
            {
                if (goodAfter[end] - goodAfter[b + 1] < 0.35 * totalGood && IsListBehind(b + 1, end))
                {
                    break;
                }

                continue;
            }

            if (opened == 0 && b + 1 < end && IsDateline(tag, text) && goodAfter[b + 2] > goodAfter[b + 1])
            {
                kept.Add(b);
                continue;
            }

            if (!Keeps(block, tag, text) || opened < 2 && IsOpeningLine(b, tag, text, opened) || b > lastGood && IsClosingLine(block, tag, text, b > 0 && lastGood < end ? blocks[lastGood].Node : -1))
            {
                continue;
            }

            kept.Add(b);
            opened += goodAfter[b + 1] > goodAfter[b] && tag != Tag.Heading ? 1 : 0;
        }

        // The last paragraphs often ask to follow, to write or to subscribe: set off by their type, with a link.
        for (var pops = 0; pops < 3 && kept.Count > 2 && blocks[kept[^1]] is var closing && closing.LinkLength > 0 && closing.EmphasisLength > 0.3 * closing.Length; pops++)
        {
            kept.RemoveAt(kept.Count - 1);
        }

        // A summary or caption above the text may be one of its sentences.
        while (kept.Count > 1 && kept[0] < first && Repeats(kept))
        {
            kept.RemoveAt(0);
        }

        // A heading stands before text; where the paragraphs are set as headings between images, it is a sentence.
        var written = new StringBuilder();
        for (var k = 0; k < kept.Count; k++)
        {
            ref readonly var block = ref blocks[kept[k]];
            if (TagOf(block.Node) == Tag.Heading && _uses[kept[k]] != Use.Lead && !IsSentence(block, _blocks.TextOf(block)) && (k + 1 == kept.Count || TagOf(blocks[kept[k + 1]].Node) == Tag.Heading && Level(blocks[kept[k + 1]].Node) <= Level(block.Node)))
            {
                continue;
            }

            if (written.Length > 0)
            {
                written.Append(k == 1 && IsDateline(TagOf(blocks[kept[0]].Node), _blocks.TextOf(blocks[kept[0]])) ? ' ' : '\n');
            }

            written.Append(_blocks.TextOf(block));
        }

        return new Found(written.ToString(), captions, Credits(Math.Max(headline, 0), kept), LinkShare(), headline, kept.Count > 0 ? kept[0] : -1);
    }

    // The credits between the headline and what is a little behind the text.
    private List<string> Credits(int from, List<int> kept)
    {
        var blocks = _blocks.Blocks;
        var credits = new List<string>();
        for (var b = from; kept.Count > 0 && b < Math.Min(blocks.Length, kept[^1] + MaxCreditDistance) && credits.Count < MaxCredits; b++)
        {
            var text = _blocks.TextOf(blocks[b]);
            if (_uses[b] is not (Use.Dropped or Use.Caption) && CreditLines.IsCredit(text) && !Promotions.IsPromotion(text, blocks[b].LinkDensity) && kept.BinarySearch(b) < 0)
            {
                credits.AddRange(CreditLines.Split(text.ToString()).Except(credits));
            }
        }

        return credits;
    }

    private bool Repeats(List<int> kept)
    {
        for (var k = 1; k < kept.Count; k++)
        {
            if (_blocks.TextOf(_blocks.Blocks[kept[k]]).SequenceEqual(_blocks.TextOf(_blocks.Blocks[kept[0]])))
            {
                return true;
            }
        }

        return false;
    }

    // Whether a paragraph of sentences follows that is a neighbour of the last one before, or stands in an element of the same name.
    private bool GoesOn(int b, int end, List<int> kept)
    {
        var last = kept.FindLastIndex(k => IsGood(_blocks.Blocks[k]));
        if (last < 0)
        {
            return false;
        }

        var parent = ParentOf(kept[last]);
        for (var next = b + 1; next < end; next++)
        {
            if (_uses[next] == Use.Open && IsGood(_blocks.Blocks[next]) && (ParentOf(next) == parent || FirstName(ParentOf(next)) is { Length: > 0 } name && name.SequenceEqual(FirstName(parent))))
            {
                return true;
            }
        }

        return false;

        // Each page of an article may be an element of its own.
        ReadOnlySpan<char> FirstName(int node)
        {
            var names = _tree.Nodes[node].Element is { ClassName: { } all } ? all.AsSpan().Trim() : default;
            return names.IndexOf(' ') is var blank and > 0 ? names[..blank] : names;
        }
    }

    // Whether more links and things left out follow than sentences.
    private bool IsListBehind(int first, int end)
    {
        var (sentences, others) = (0, 0);
        for (var b = first; b < end; b++)
        {
            ref readonly var block = ref _blocks.Blocks[b];
            var text = _uses[b] is Use.Open or Use.Lead && IsGood(block) && block.LinkDensity < 0.3;
            (sentences, others) = text ? (sentences + 1, others) : (sentences, others + 1);
        }

        return others >= sentences;
    }

    // The last paragraph of sentences, or of the numbered or marked ones that go on behind it: "3. Jalan Merdeka".
    private int LastOfText(int first, int end)
    {
        var last = Last(first, end);
        if (last < end && TagOf(_blocks.Blocks[last].Node) == Tag.Paragraph)
        {
            for (var b = end - 1; b > last; b--)
            {
                if (_uses[b] == Use.Open && IsEnumerated(_blocks.TextOf(_blocks.Blocks[b])) && _blocks.Blocks[b].LinkDensity < 0.5 && ParentOf(b) == ParentOf(last))
                {
                    return b;
                }
            }
        }

        return last;
    }

    private static bool IsEnumerated(ReadOnlySpan<char> text)
    {
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        return digits is 1 or 2 && text[digits] is '.' or ')' && text.Length > digits + 2 || text.Length > 3 && text[0] is '•' or '-' or '–' && text[1] == ' ';
    }

    // The element among whose children a paragraph is; the paragraph's own where breaks part it from the others.
    private int ParentOf(int block) => _tree.Nodes[_blocks.Blocks[block].Node] is { Tag: Tag.Paragraph } paragraph ? paragraph.Parent : _blocks.Blocks[block].Node;

    // The last paragraph of sentences.
    private int Last(int first, int end)
    {
        for (var b = end - 1; b > first; b--)
        {
            var text = _blocks.TextOf(_blocks.Blocks[b]);
            if (_uses[b] is Use.Open or Use.Lead && IsGood(_blocks.Blocks[b]) && !Promotions.IsPromotion(text, _blocks.Blocks[b].LinkDensity) && !CreditLines.IsCredit(text))
            {
                return b;
            }
        }

        return end;
    }

    // Before the text stand headline, section, authors, dates and reading time; a short line there is one of them.
    private bool IsOpeningLine(int b, Tag tag, ReadOnlySpan<char> text, int opened)
    {
        ref readonly var block = ref _blocks.Blocks[b];
        if (_uses[b] == Use.Lead && block.Weight >= 40)
        {
            return false;
        }

        if (block.Weight < 120 && PageAuthors.AfterOpening(text.ToString()) is { } name && name.Length < 80 && block.Punctuation <= 3)
        {
            return true;
        }

        // The place and day that a report begins with.
        if (tag != Tag.Heading && text[^1] is '-' or '–' or '—')
        {
            return false;
        }

        if (opened > 0)
        {
            return block.Weight < 30 && _uses[b - 1] is (Use.Lead or Use.Byline or Use.Dropped) && tag != Tag.Heading && !IsSentenceEnd(text) || block.Weight < 80 && tag != Tag.Heading && PageDates.Read(text, "text") is not null && text[^1] != '.';
        }

        return tag switch
        {
            // A standfirst may be set as a heading.
            Tag.Heading => _uses[b] != Use.Lead && !SaysDescription(b) && !(block.Weight >= 80 && IsSentenceEnd(text)),
            _ => !IsGood(block) && !(tag == Tag.Paragraph && block.Weight >= 25 && IsSentenceEnd(text)) || block.Weight < 110 && PageDates.Read(text, "text") is not null && !IsSentenceEnd(text),
        };
    }

    // The place that a report begins with, set apart from its first paragraph: "Surabaya -".
    private static bool IsDateline(Tag tag, ReadOnlySpan<char> text)
    {
        const int maxChars = 60;
        return tag != Tag.Heading && text.Length is > 4 and <= maxChars && text[^1] is '-' or '–' or '—' && char.IsUpper(text[0]);
    }

    // Behind the text stand initials, agencies, notes on the broadcast and the like: short and without a sentence's end.
    private bool IsClosingLine(in PageBlock block, Tag tag, ReadOnlySpan<char> text, int lastNode) =>
        tag is Tag.ListItem or Tag.Cell ? block.Weight < 60 && !IsBesideText(block.Node, lastNode)
        : block.Weight < 40 && !IsSentenceEnd(text)
        || IsCopyrightLine(block, text) || CreditLines.IsCredit(text);

    private static bool IsCopyrightLine(in PageBlock block, ReadOnlySpan<char> text) =>
        block.Weight < 400 && text.Contains("all rights reserved", StringComparison.OrdinalIgnoreCase) || block.Weight < 160 && (text.IndexOfAny("©ⓒ") >= 0 && !text.EndsWith(".") || text.StartsWith("copyright", StringComparison.OrdinalIgnoreCase));

    // Whether a list or table stands among the paragraphs of which the last one is given.
    private bool IsBesideText(int node, int lastNode)
    {
        var nodes = _tree.Nodes;
        while (node > 0 && nodes[node].Tag is not (Tag.List or Tag.Table))
        {
            node = nodes[node].Parent;
        }

        return lastNode >= 0 && node > 0 && nodes[node].Parent == nodes[lastNode].Parent;
    }

    private static bool IsSentence(in PageBlock block, ReadOnlySpan<char> text)
    {
        const int minWeight = 60;
        return block.Weight >= minWeight && text[^1] is '.' or '。';
    }

    private static bool IsSentenceEnd(ReadOnlySpan<char> text) => text.TrimEnd("\"'”’»)」』]") is [.., var last] && last is '.' or '!' or '?' or '…' or '。' or '؟' or '۔' or '।';

    private int Level(int node)
    {
        var nodes = _tree.Nodes;
        while (node > 0 && nodes[node].Tag != Tag.Heading)
        {
            node = nodes[node].Parent;
        }

        return nodes[node].Element is { LocalName: ['h', var digit] } ? digit - '0' : 0;
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
        if (tag == Tag.Heading1 || Promotions.IsPromotion(text, block.LinkDensity) || IsTitle(text) || CreditLines.IsInitials(text) || CreditLines.IsNotice(text))
        {
            return false;
        }

        // An address written out is something to read, a linked headline is not.
        if (tag == Tag.Paragraph && (text.Contains("://", StringComparison.Ordinal) || text.StartsWith("www.", StringComparison.OrdinalIgnoreCase) || text.Contains('@')))
        {
            return true;
        }

        if (block.LinkDensity > (tag == Tag.ListItem ? 0.5 : 0.75))
        {
            return false;
        }

        if (block.LinkDensity > 0.5 && (block.Punctuation == 0 || block.Weight < 60))
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

    // A paragraph between headline and text that says what the description says, that the page calls its summary, or that is one by its place and form.
    private bool IsLead(int b, bool near)
    {
        ref readonly var block = ref _blocks.Blocks[b];
        if (block.LinkDensity > 0.5 || block.Weight < 20)
        {
            return false;
        }

        return SaysDescription(b) || block.Weight < 800 && _uses[b] switch
        {
            Use.Lead => true,
            Use.Open => near && block.Weight >= 60 && block.LinkDensity < 0.2 && IsGood(block) && TagOf(block.Node) != Tag.Quote && IsSentenceEnd(_blocks.TextOf(block)),
            _ => false,
        };
    }

    private bool SaysDescription(int b)
    {
        const int beginning = 40;
        return _description is { Length: >= beginning } && _blocks.TextOf(_blocks.Blocks[b]).StartsWith(_description.AsSpan(0, beginning), StringComparison.OrdinalIgnoreCase);
    }

    private int TitleAt()
    {
        for (var b = 0; b < _blocks.Blocks.Length; b++)
        {
            if (TagOf(_blocks.Blocks[b].Node) is Tag.Heading1 or Tag.Heading && IsTitle(_blocks.TextOf(_blocks.Blocks[b])))
            {
                return b;
            }
        }

        return -1;
    }

    // The paragraph that is the headline: the h1 that says the title, else the last h1 before the text ends.
    private int Headline(int end)
    {
        var blocks = _blocks.Blocks;
        var last = -1;
        for (var b = 0; b < Math.Min(end, blocks.Length); b++)
        {
            if (b == _titleAt)
            {
                return b;
            }

            if (TagOf(blocks[b].Node) == Tag.Heading1 && _uses[b] != Use.Dropped)
            {
                last = b;
            }
        }

        return last;
    }
}
