namespace Sikap.Formats.Pages;

/// <summary>A run of text that is shown as one paragraph.</summary>
internal struct PageBlock
{
    /// <summary>Where its characters begin in the buffer of <see cref="PageBlocks"/>.</summary>
    public int Start;

    public int Length;

    /// <summary>Of them those inside links.</summary>
    public int LinkLength;

    /// <summary>Of them those in bold or italics.</summary>
    public int EmphasisLength;

    /// <summary>Marks that end or part sentences.</summary>
    public int Punctuation;

    /// <summary>Characters of scripts written without spaces between words.</summary>
    public int Ideographs;

    /// <summary>Whether its first character is in a link.</summary>
    public bool StartsInLink;

    /// <summary>The innermost element that is no inline one.</summary>
    public int Node;

    /// <summary>The first text in it.</summary>
    public int At;

    /// <summary>Length that compares across scripts: an ideograph says about as much as three letters.</summary>
    public readonly int Weight => Length + 2 * Ideographs;

    public readonly double LinkDensity => Length == 0 ? 0 : (double)LinkLength / Length;
}

/// <summary>The paragraphs of a page in document order, white space normalised, all characters in one buffer.</summary>
internal sealed class PageBlocks
{
    private readonly List<PageBlock> _blocks = new(512);
    private char[] _characters = new char[32 * 1024];
    private int _length;

    public Span<PageBlock> Blocks => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_blocks);

    public ReadOnlySpan<char> TextOf(in PageBlock block) => _characters.AsSpan(block.Start, block.Length);

    /// <summary>Cuts the body of <paramref name="tree"/> into paragraphs and notes with each node which are inside it.</summary>
    public static PageBlocks Of(PageTree tree)
    {
        var blocks = new PageBlocks();
        blocks.Cut(tree);
        return blocks;
    }

    private PageBlock _current;
    private bool _space;
    private int _breaks;

    // The paragraph as it was before its present line, and where that line begins.
    private PageBlock _beforeLine;
    private int _lineStart;

    private void Cut(PageTree tree)
    {
        var nodes = tree.Nodes;
        if (nodes.IsEmpty)
        {
            return;
        }

        var (links, emphasis) = (0, 0);
        var open = new Stack<int>();
        _current = _beforeLine = new PageBlock { Node = tree.Body, At = -1 };
        for (var i = tree.Body; i < nodes[tree.Body].End || open.Count > 0; i++)
        {
            while (open.TryPeek(out var top) && nodes[top].End <= i)
            {
                open.Pop();
                Leave(nodes, top, ref links, ref emphasis);
            }

            if (i >= nodes[tree.Body].End)
            {
                break;
            }

            ref var node = ref nodes[i];
            switch (node.Tag)
            {
                case Tag.Text:
                    Append(node.Text!, i, links > 0, emphasis > 0);
                    continue;
                case Tag.Break:
                    // One break ends a line, two end a paragraph.
                    EndLine();
                    _space = true;
                    if (++_breaks > 1)
                    {
                        Flush(_current.Node);
                    }

                    continue;
                case Tag.Link:
                    links++;
                    break;
                case Tag.Emphasis:
                    emphasis++;
                    break;
                case Tag.Inline or Tag.Time:
                    break;
                default:
                    Flush(i);
                    break;
            }

            node.FirstBlock = _blocks.Count;
            open.Push(i);
        }
    }

    private void Leave(Span<PageNode> nodes, int at, ref int links, ref int emphasis)
    {
        ref var node = ref nodes[at];
        switch (node.Tag)
        {
            case Tag.Link:
                links--;
                break;
            case Tag.Emphasis:
                emphasis--;
                break;
            case Tag.Inline or Tag.Time:
                break;
            default:
                var parent = node.Parent;
                while (parent > 0 && nodes[parent].Tag is Tag.Inline or Tag.Time or Tag.Link or Tag.Emphasis)
                {
                    parent = nodes[parent].Parent;
                }

                Flush(Math.Max(parent, 0));
                break;
        }

        node.EndBlock = _blocks.Count;
    }

    private void Append(string text, int at, bool inLink, bool inEmphasis)
    {
        if (_length + text.Length + 1 > _characters.Length)
        {
            Array.Resize(ref _characters, Math.Max(_characters.Length * 2, _length + text.Length + 1));
        }

        foreach (var c in text)
        {
            if (c is ' ' or '\n' or '\t' or '\r' or '\u00A0' || c > '\u1000' && char.IsWhiteSpace(c))
            {
                _space = true;
                continue;
            }

            if (c is '\u200B' or '\u00AD' or '\uFEFF' or '\u2060' || c < ' ')
            {
                continue;
            }

            if (_current.At < 0)
            {
                _current.At = at;
                _current.Start = _length;
                _current.StartsInLink = inLink;
            }
            else if (_space)
            {
                _characters[_length++] = ' ';
                _current.LinkLength += inLink ? 1 : 0;
                _current.EmphasisLength += inEmphasis ? 1 : 0;
            }

            (_space, _breaks) = (false, 0);
            _characters[_length++] = c;
            _current.LinkLength += inLink ? 1 : 0;
            _current.EmphasisLength += inEmphasis ? 1 : 0;
            if (c is '.' or ',' or ';' or ':' or '?' or '!' or '\u3002' or '\u3001' or '\uFF0C' or '\uFF1F' or '\uFF01' or '\u060C' or '\u061F' or '\u06D4' or '\u0964' or '\u2026' or '\u05C3')
            {
                _current.Punctuation++;
            }
            else if (c is >= '\u3040' and <= '\u9FFF' or >= '\uAC00' and <= '\uD7AF')
            {
                _current.Ideographs++;
            }
        }
    }

    // A link to another article may stand between two breaks in the midst of a paragraph.
    private void EndLine()
    {
        if (_current.At >= 0 && _length > _lineStart && _current.LinkLength > _beforeLine.LinkLength
            && Promotions.IsPromotion(_characters.AsSpan(_lineStart, _length - _lineStart).Trim(), (double)(_current.LinkLength - _beforeLine.LinkLength) / (_length - _lineStart)))
        {
            _current = _beforeLine;
            _length = _lineStart;
        }

        (_beforeLine, _lineStart) = (_current, _length);
    }

    private void Flush(int nextNode)
    {
        if (_beforeLine.At >= 0)
        {
            EndLine();
        }

        if (_current.At >= 0)
        {
            _current.Length = _length - _current.Start;
            _blocks.Add(_current);
        }

        _current = new PageBlock { Node = nextNode, At = -1 };
        (_beforeLine, _lineStart) = (_current, _length);
        (_space, _breaks) = (false, 0);
    }
}
