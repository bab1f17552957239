using System.Collections.Frozen;
using System.Text;
using AngleSharp.Html;

namespace Sikap.Formats.Feeds;

/// <summary>HTML inside titles and summaries: what may be shown of it, and its text.</summary>
internal static class FeedMarkup
{
    /// <summary>Elements that show or order text. Everything that runs, loads or asks for input is not among them, nor what belongs to a page's head.</summary>
    private static readonly FrozenSet<string> Elements = (
        "a abbr acronym address area article aside audio b big blockquote br button canvas caption center cite code col colgroup dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form "
        + "h1 h2 h3 h4 h5 h6 header hr i img input ins kbd label legend li map mark menu meter nav noscript ol optgroup option output p pre progress q s samp section select small source span strike strong sub summary sup "
        + "table tbody td textarea tfoot th thead time tr tt u ul var video wbr").Split(' ').ToFrozenSet();

    private static readonly FrozenSet<string> Attributes = (
        "abbr accept accept-charset accesskey action align alt axis bgcolor border cellpadding cellspacing char charoff charset checked cite class clear color cols colspan compact controls coords datetime dir disabled enctype face for frame "
        + "headers height high href hreflang hspace id ismap label lang list longdesc loop low max maxlength media method min multiple name nohref noshade nowrap open optimum pattern placeholder poster preload prompt readonly rel required rev rows rowspan rules "
        + "scope selected shape size span src start step summary tabindex target title type usemap valign value vspace width wrap").Split(' ').ToFrozenSet();

    private static readonly FrozenSet<string> Addresses = ["href", "src", "cite", "action", "longdesc", "poster", "usemap"];

    private static readonly FrozenSet<string> Schemes = ["http", "https", "mailto", "ftp", "tel", "news", "magnet"];

    // Their content is no text.
    private static readonly FrozenSet<string> Silent = ["script", "style", "applet"];

    private static readonly FrozenSet<string> Void = ["area", "br", "col", "hr", "img", "input", "source", "wbr"];

    // Elements that part words when they are taken away.
    private static readonly FrozenSet<string> Blocks = ["address", "article", "blockquote", "br", "dd", "div", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "p", "pre", "section", "td", "th", "tr"];

    /// <summary>The part of some HTML that may be shown: known elements and attributes in one spelling, addresses absolute, nothing that runs.</summary>
    /// <param name="html">HTML as the feed has it.</param>
    /// <param name="baseAddress">What relative addresses are seen from; null when that is not known.</param>
    public static string Clean(string html, string? baseAddress)
    {
        if (html.AsSpan().IndexOfAny('<', '&') < 0)
        {
            return html;
        }

        var source = new LooseXml(html);
        var clean = new StringBuilder(html.Length);
        string? silent = null;
        for (var token = source.Read(); token != LooseToken.End; token = source.Read())
        {
            if (silent is not null)
            {
                if (token == LooseToken.EndTag && source.Name.Equals(silent, StringComparison.OrdinalIgnoreCase))
                {
                    silent = null;
                }

                continue;
            }

            switch (token)
            {
                case LooseToken.Text:
                    AppendText(source.Value, clean);
                    break;
                case LooseToken.CData:
                    clean.Append("&lt;![CDATA[");
                    AppendEscaped(source.Value, clean);
                    clean.Append("]]&gt;");
                    break;
                case LooseToken.StartTag:
                    var name = source.Name.ToLowerInvariant();
                    if (Silent.Contains(name))
                    {
                        silent = source.IsEmpty ? null : name;
                    }
                    else if (Elements.Contains(name))
                    {
                        AppendTag(name, source, baseAddress, clean);
                    }

                    break;
                case LooseToken.EndTag:
                    var end = source.Name.ToLowerInvariant();
                    if (Elements.Contains(end) && !Void.Contains(end))
                    {
                        clean.Append("</").Append(end).Append('>');
                    }

                    break;
            }
        }

        return clean.ToString().Trim().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>The text of some HTML: without tags, references replaced, white space single.</summary>
    public static string ToText(string html)
    {
        if (html.AsSpan().IndexOfAny('<', '&') < 0)
        {
            return SingleSpaces(html);
        }

        var source = new LooseXml(html);
        var text = new StringBuilder(html.Length);
        string? silent = null;
        for (var token = source.Read(); token != LooseToken.End; token = source.Read())
        {
            if (silent is not null)
            {
                silent = token == LooseToken.EndTag && source.Name.Equals(silent, StringComparison.OrdinalIgnoreCase) ? null : silent;
                continue;
            }

            switch (token)
            {
                case LooseToken.Text:
                    source.Decode(source.Value, text);
                    break;
                case LooseToken.CData:
                    text.Append(source.Value);
                    break;
                case LooseToken.StartTag or LooseToken.EndTag:
                    var name = source.Name.ToLowerInvariant();
                    if (token == LooseToken.StartTag && !source.IsEmpty && Silent.Contains(name))
                    {
                        silent = name;
                    }
                    else if (Blocks.Contains(name))
                    {
                        text.Append(' ');
                    }

                    break;
            }
        }

        return SingleSpaces(text.ToString());
    }

    /// <summary>
    /// Whether a text that is nominally plain is HTML in truth: it has an end tag or a reference, every tag is one of HTML's and every reference has a known name. A text that speaks of <c>&lt;Kabinet&gt;</c> stays plain.
    /// </summary>
    public static bool LooksLikeHtml(ReadOnlySpan<char> text) => Inspect(text).IsCertain;

    /// <summary>Whether a text has tags and all of them are HTML's.</summary>
    public static bool HasTags(ReadOnlySpan<char> text) => Inspect(text).HasTags;

    private static (bool IsCertain, bool HasTags) Inspect(ReadOnlySpan<char> text)
    {
        var (certain, hasTags) = (false, false);
        Span<char> lower = stackalloc char[16];
        while (true)
        {
            var next = text.IndexOfAny('<', '&');
            if (next < 0)
            {
                return (certain, hasTags);
            }

            var isTag = text[next] == '<';
            text = text[(next + 1)..];
            if (isTag)
            {
                var isEnd = !text.IsEmpty && text[0] == '/';
                if (isEnd)
                {
                    text = text[1..];
                }

                var length = Word(text);
                if (length == 0)
                {
                    continue;
                }

                if (!Elements.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Lower(text[..Math.Min(length, 16)], lower)))
                {
                    return (false, false);
                }

                hasTags = true;
                certain |= isEnd && length < text.Length && text[length] == '>';
                text = text[length..];
            }
            else if (text.StartsWith("#"))
            {
                var length = Word(text[1..]);
                certain |= length > 0 && length + 1 < text.Length && text[length + 1] == ';';
            }
            else
            {
                var length = Word(text);
                if (length > 0 && length < text.Length && text[length] == ';')
                {
                    if (length > 40 || HtmlEntityProvider.Resolver.GetSymbol($"{text[..length]};") is null)
                    {
                        return (false, false);
                    }

                    certain = true;
                }
            }
        }
    }

    /// <summary>Appends characters so that they mean themselves in XML and HTML.</summary>
    public static void AppendEscaped(ReadOnlySpan<char> text, StringBuilder into)
    {
        foreach (var character in text)
        {
            _ = character switch
            {
                '&' => into.Append("&amp;"),
                '<' => into.Append("&lt;"),
                '>' => into.Append("&gt;"),
                _ => into.Append(character),
            };
        }
    }

    private static void AppendTag(string name, LooseXml source, string? baseAddress, StringBuilder clean)
    {
        clean.Append('<').Append(name);
        var kept = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in source.Attributes)
        {
            var key = attribute.Name.ToLowerInvariant();
            if (!Attributes.Contains(key))
            {
                continue;
            }

            var value = attribute.Raw;
            if (Addresses.Contains(key))
            {
                value = FeedUrls.Join(baseAddress, source.Decode(value));
                var colon = value.IndexOf(':', StringComparison.Ordinal);
                var path = value.AsSpan().IndexOfAny('/', '?', '#');
                // Letters of the scheme may be parted by characters that browsers overlook.
                if (colon >= 0 && (path < 0 || colon < path) && !Schemes.Contains(value[..colon].ToLowerInvariant()))
                {
                    value = "";
                }
            }
            else if (key is "rel" or "type")
            {
                value = value.ToLowerInvariant();
            }

            kept[key] = value;
        }

        foreach (var (key, value) in kept)
        {
            clean.Append(' ').Append(key).Append("=\"");
            AppendAttribute(value, clean);
            clean.Append('"');
        }

        clean.Append(Void.Contains(name) ? " />" : source.IsEmpty ? $"></{name}>" : ">");
    }

    private static void AppendAttribute(ReadOnlySpan<char> value, StringBuilder clean)
    {
        for (var i = 0; i < value.Length; i++)
        {
            _ = value[i] switch
            {
                '<' => clean.Append("&lt;"),
                '>' => clean.Append("&gt;"),
                '"' => clean.Append("&quot;"),
                '&' when !IsReference(value[i..]) => clean.Append("&amp;"),
                var character => clean.Append(character),
            };
        }
    }

    private static bool IsReference(ReadOnlySpan<char> text)
    {
        var from = text.Length > 1 && text[1] == '#' ? 2 : 1;
        var length = Word(text[from..]);
        return length > 0 && from + length < text.Length && text[from + length] == ';';
    }

    // References stay as they were written, so that nothing is escaped that was not, or unescaped twice; an ampersand that begins none is written as one.
    private static void AppendText(ReadOnlySpan<char> text, StringBuilder clean)
    {
        Span<char> lower = stackalloc char[16];
        while (!text.IsEmpty)
        {
            var next = text.IndexOf('&');
            if (next < 0)
            {
                clean.Append(text);
                return;
            }

            clean.Append(text[..next]);
            text = text[(next + 1)..];
            var isCode = text.StartsWith("#");
            var name = text[(isCode ? 1 : 0)..];
            var length = Word(name);
            if (length == 0 || !isCode && !char.IsAsciiLetter(name[0]))
            {
                clean.Append('&');
                continue;
            }

            var isClosed = length < name.Length && name[length] == ';';
            var word = name[..length];
            if (isCode)
            {
                if (!isClosed)
                {
                    clean.Append('&');
                    continue;
                }

                _ = word switch
                {
                    "39" => clean.Append('\''),
                    "34" => clean.Append('"'),
                    _ => clean.Append("&#").Append(Lower(word[..Math.Min(length, 16)], lower)).Append(';'),
                };
                text = name[(length + 1)..];
                continue;
            }

            var isKnown = length <= 40 && HtmlEntityProvider.Resolver.GetSymbol($"{word};") is not null;
            clean.Append(isKnown ? "&" : "&amp;").Append(word).Append(isKnown || isClosed ? ";" : "");
            text = name[(length + (isClosed ? 1 : 0))..];
        }
    }

    private static int Word(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsLetterOrDigit(text[length]) || text[length] == '_'))
        {
            length++;
        }

        return length;
    }

    private static ReadOnlySpan<char> Lower(ReadOnlySpan<char> word, Span<char> into) => into[..word.ToLowerInvariant(into)];

    /// <summary>A text with every run of white space as one space and none around it.</summary>
    public static string SingleSpaces(string text)
    {
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return parts is [var only] ? only : string.Join(' ', parts);
    }
}
