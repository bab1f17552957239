using System.Collections.Frozen;
using System.Net;
using System.Text;
using System.Xml.Linq;

namespace Sikap.Formats.Wires;

/// <summary>
/// The paragraphs of marked-up text, one a line. The bodies of wires are simple HTML, NITF, or text that is set in lines; what does not belong to the running text (captions, scripts, footnotes for editors) is left out.
/// Runs through its input once, whatever that is.
/// </summary>
internal sealed class Paragraphs
{
    private static readonly FrozenSet<string> Blocks = new[]
    {
        "p", "div", "block", "body", "body.content", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "bq", "pre", "table", "tr", "caption", "hr", "q",
        "lead", "header", "footer", "main", "credit", "note", "nitf-table", "fn",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> LeftOut = new[]
    {
        "script", "style", "head", "figure", "media", "iframe", "object", "video", "audio", "svg", "noscript", "template", "nitf-table-metadata",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private const int LongestTypeset = 120;
    private const int Indent = 2;

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _paragraph = new();
    private bool _blank;
    private bool _break;

    /// <summary>The paragraphs of an element.</summary>
    public static string Of(XElement? element)
    {
        if (element is null)
        {
            return "";
        }

        var paragraphs = new Paragraphs();
        paragraphs.Add(element);
        return paragraphs.End();
    }

    /// <summary>The paragraphs of HTML, a whole page or a piece of one.</summary>
    public static string OfHtml(string html)
    {
        var paragraphs = new Paragraphs();
        paragraphs.AddHtml(html);
        return paragraphs.End();
    }

    /// <summary>The text of an element on one line; null where there is none.</summary>
    public static string? Line(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        var text = Of(element).Replace('\n', ' ');
        return text.Length == 0 ? null : text;
    }

    /// <summary>
    /// The paragraphs of text set in lines. A blank line ends a paragraph and an indented one begins the next; where there is neither, and a line is longer than typesetters make them, each line is a paragraph.
    /// </summary>
    public static string OfLines(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var each = !BlankBetween(lines) && !lines.Any(IsIndented) && lines.Any(line => line.Length > LongestTypeset);
        var paragraphs = new Paragraphs();
        paragraphs.AddLines(lines, each);
        return paragraphs.End();
    }

    private static bool IsIndented(string line) => line.StartsWith('\t') || (line.Length > Indent && line.AsSpan(0, Indent).Trim().IsEmpty && !line.AsSpan().Trim().IsEmpty);

    // A blank line between two that are not.
    private static bool BlankBetween(ReadOnlySpan<string> lines)
    {
        var (seen, blank) = (false, false);
        foreach (var line in lines)
        {
            if (line.AsSpan().Trim().IsEmpty)
            {
                blank = true;
            }
            else if (seen && blank)
            {
                return true;
            }
            else
            {
                (seen, blank) = (true, false);
            }
        }

        return false;
    }

    private void AddLines(ReadOnlySpan<string> lines, bool each)
    {
        foreach (var line in lines)
        {
            if (each || line.AsSpan().Trim().IsEmpty || IsIndented(line))
            {
                Break();
            }

            Text(line);
            Text(" ");
        }
    }

    // Text set in lines is put into XML as it is; the lines of mixed content that was indented for reading have none between them that is blank.
    private void AddText(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        if (lines.Length > 2 && BlankBetween(lines))
        {
            AddLines(lines, each: false);
        }
        else
        {
            Text(text);
        }
    }

    private void Add(XElement element)
    {
        var name = element.Name.LocalName;
        if (LeftOut.Contains(name) || IsForEditors(element))
        {
            return;
        }

        Open(name);
        foreach (var node in element.Nodes())
        {
            switch (node)
            {
                case XText text:
                    AddText(text.Value);
                    break;
                case XElement child:
                    Add(child);
                    break;
            }
        }

        Close(name);
    }

    private static bool IsForEditors(XElement element) => element.Name.LocalName == "note" && (string?)element.Attribute("noteclass") == "editorsnote";

    private void AddHtml(string html)
    {
        // Names of elements left out whose end was looked for in vain: looking again would cost the square of the length.
        HashSet<string>? unclosed = null;
        for (var at = 0; at < html.Length;)
        {
            var open = html.IndexOf('<', at);
            Text(WebUtility.HtmlDecode(open < 0 ? html[at..] : html[at..open]));
            if (open < 0)
            {
                return;
            }

            if (string.CompareOrdinal(html, open, "<!--", 0, 4) == 0)
            {
                var end = html.IndexOf("-->", open, StringComparison.Ordinal);
                at = end < 0 ? html.Length : end + 3;
                continue;
            }

            var nameAt = open + 1;
            var closes = nameAt < html.Length && html[nameAt] == '/';
            nameAt += closes ? 1 : 0;
            var nameEnd = nameAt;
            while (nameEnd < html.Length && (char.IsAsciiLetterOrDigit(html[nameEnd]) || html[nameEnd] is '.' or '-' or ':'))
            {
                nameEnd++;
            }

            if (nameEnd == nameAt && !(nameAt < html.Length && html[nameAt] is '!' or '?'))
            {
                // "< 5" is text.
                Text("<");
                at = open + 1;
                continue;
            }

            var name = html[nameAt..nameEnd];
            at = TagEnd(html, nameEnd);
            if (closes)
            {
                Close(name);
                continue;
            }

            if (LeftOut.Contains(name) && html[at - 2] != '/' && unclosed?.Contains(name) != true)
            {
                var close = html.IndexOf($"</{name}", at, StringComparison.OrdinalIgnoreCase);
                if (close >= 0)
                {
                    at = TagEnd(html, close + 2 + name.Length);
                    continue;
                }

                (unclosed ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase)).Add(name);
            }

            Open(name);
        }
    }

    // Behind the '>' that ends a tag; quotation marks may hold others.
    private static int TagEnd(string html, int at)
    {
        var quote = '\0';
        var start = at;
        for (; at < html.Length; at++)
        {
            var c = html[at];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'' && at > start && html[at - 1] == '=')
            {
                quote = c;
            }
            else if (c == '>')
            {
                return at + 1;
            }
        }

        return html.Length;
    }

    private void Open(string name)
    {
        if (name.Equals("br", StringComparison.OrdinalIgnoreCase))
        {
            // Once it may only wrap a line, as transmissions did; twice, or behind the end of a sentence, it begins a paragraph.
            if (_break || (_paragraph.Length > 0 && _paragraph[^1] is '.' or '!' or '?' or ':' or ';' or '"' or '\u201D'))
            {
                Break();
            }

            _break = true;
            _blank = _paragraph.Length > 0;
        }
        else if (Blocks.Contains(Local(name)))
        {
            Break();
        }
        else if (name is "td" or "th" or "TD" or "TH")
        {
            _blank = _paragraph.Length > 0;
        }
    }

    private void Close(string name)
    {
        if (Blocks.Contains(Local(name)))
        {
            Break();
        }
    }

    private static string Local(string name) => name.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? name[(colon + 1)..] : name;

    private void Text(string text)
    {
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                _blank = _paragraph.Length > 0;
                continue;
            }

            if (c is '\u200B' or '\uFEFF' or '\u00AD')
            {
                continue;
            }

            if (_blank)
            {
                _paragraph.Append(' ');
                _blank = false;
            }

            _break = false;
            _paragraph.Append(c);
        }
    }

    private void Break()
    {
        _blank = false;
        if (_paragraph.Length > 0)
        {
            _text.Append(_text.Length > 0 ? "\n" : "").Append(_paragraph);
            _paragraph.Clear();
        }
    }

    private string End()
    {
        Break();
        return _text.ToString();
    }
}
