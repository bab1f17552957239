using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens.Struct;

namespace Sikap.Formats.Pages;

/// <summary>Parses one page and stops where it would cost more than a page may.</summary>
internal sealed class ParseGuard
{
    private static readonly System.Collections.Frozen.FrozenSet<string> Attributes = System.Collections.Frozen.FrozenSet.Create(
        "class", "id", "href", "itemprop", "itemtype", "property", "name", "content", "datetime", "rel", "lang", "xml:lang", "type", "hidden", "style", "aria-hidden", "role", "pubdate", "charset", "http-equiv", "title");

    private static readonly System.Collections.Frozen.FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> AttributeLookup = Attributes.GetAlternateLookup<ReadOnlySpan<char>>();

    // Elements without content, and those that the next one of their kind ends.
    private static readonly System.Collections.Frozen.FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NeedsNoEnd = System.Collections.Frozen.FrozenSet.Create(
        "br", "img", "input", "meta", "link", "hr", "area", "base", "col", "embed", "source", "track", "wbr", "param", "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot")
        .GetAlternateLookup<ReadOnlySpan<char>>();

    // What drawings consist of; in them "/>" ends an element. Names are cut as they are read, at twelve characters.
    private static readonly System.Collections.Frozen.FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> OfDrawings = System.Collections.Frozen.FrozenSet.Create(
        "g", "path", "rect", "circle", "line", "ellipse", "polygon", "polyline", "text", "tspan", "use", "defs", "symbol", "mask", "clippath", "lineargradie", "radialgradie", "stop", "filter", "image", "pattern", "marker",
        "animate", "animatetrans", "style", "switch", "view", "a", "fegaussianbl", "fecolormatri", "feblend", "feoffset", "feflood", "fecomposite", "femerge", "femergenode", "metadata", "set")
        .GetAlternateLookup<ReadOnlySpan<char>>();

    private int _elements;

    /// <summary>The parser has no other way to be stopped than from inside.</summary>
    public sealed class LimitPassed(ReadingProblem problem) : Exception(problem.Message)
    {
        public ReadingProblem Problem { get; } = problem;
    }

    public IHtmlDocument Parse(string html)
    {
        if (TooManyOpenAt(html) is var at and >= 0)
        {
            throw new LimitPassed(new ReadingProblem(-1, $"the page has more than {FormatLimits.MaxOpenElements} elements open at character {at}"));
        }

        var options = new HtmlParserOptions
        {
            MaximumDepth = FormatLimits.MaxPageDepth,
            SkipComments = true,
            SkipProcessingInstructions = true,
            DisableElementPositionTracking = true,
            IsNotSupportingFrames = true,
            ShouldEmitAttribute = static (ref StructHtmlToken token, ReadOnlyMemory<char> name) => token.Attributes.Count < FormatLimits.MaxAttributes && AttributeLookup.Contains(name.Span),
            OnCreated = (_, _) =>
            {
                if (++_elements > FormatLimits.MaxPageNodes)
                {
                    throw new LimitPassed(new ReadingProblem(-1, $"the page has more than {FormatLimits.MaxPageNodes} elements"));
                }
            },
        };
        return new HtmlParser(options).ParseDocument(html);
    }

    // Counts beginnings against ends, without the elements that need no end. Linear, and before the parser, which is not.
    private static int TooManyOpenAt(string html)
    {
        Span<char> name = stackalloc char[12];
        var (open, tagEnd, drawings, drawingsOutside) = (0, -1, 0, 0);
        for (var at = html.IndexOf('<', StringComparison.Ordinal); at >= 0 && at + 1 < html.Length; at = html.IndexOf('<', at + 1))
        {
            var end = html[at + 1] == '/';
            var rest = html.AsSpan(at + (end ? 2 : 1));
            var length = 0;
            while (length < name.Length && length < rest.Length && char.IsAsciiLetterOrDigit(rest[length]))
            {
                name[length] = char.ToLowerInvariant(rest[length]);
                length++;
            }

            if (length == 0 || !char.IsAsciiLetter(name[0]) || NeedsNoEnd.Contains(name[..length]))
            {
                continue;
            }

            var word = name[..length];
            if (word is "svg")
            {
                drawings = Math.Max(0, drawings + (end ? -1 : 1));
            }
            else if (drawings + drawingsOutside > 0 && word is ("title" or "desc"))
            {
                // Inside a drawing's title stands HTML again.
                (drawings, drawingsOutside) = end ? (drawingsOutside, 0) : (0, drawings + drawingsOutside);
            }
            else if (drawings > 0 && !OfDrawings.Contains(word))
            {
                // Any other element ends the drawing, as the parser has it.
                drawings = 0;
            }
            else if (drawings > 0)
            {
                tagEnd = tagEnd > at ? tagEnd : html.IndexOf('>', at);
                if (tagEnd > 0 && html[tagEnd - 1] == '/')
                {
                    continue;
                }
            }
            else if (!end && word is ("script" or "style" or "textarea" or "title"))
            {
                at = html.IndexOf($"</{word}", at, StringComparison.OrdinalIgnoreCase);
                if (at < 0)
                {
                    return -1;
                }

                continue;
            }

            open = end ? Math.Max(0, open - 1) : open + 1;
            if (open > FormatLimits.MaxOpenElements)
            {
                return at;
            }
        }

        return -1;
    }
}
