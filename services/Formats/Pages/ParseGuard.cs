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

    private int _elements;

    /// <summary>The parser has no other way to be stopped than from inside.</summary>
    public sealed class LimitPassed(ReadingProblem problem) : Exception(problem.Message)
    {
        public ReadingProblem Problem { get; } = problem;
    }

    public IHtmlDocument Parse(string html)
    {
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
}
