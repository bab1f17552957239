using System.Globalization;
using System.Text;
using AngleSharp.Html;

namespace Sikap.Formats.Feeds;

/// <summary>What <see cref="LooseXml.Read"/> found.</summary>
internal enum LooseToken
{
    /// <summary>The document is over, or was refused.</summary>
    End,

    StartTag,

    EndTag,

    /// <summary>Characters in which references still stand as they were written.</summary>
    Text,

    /// <summary>Characters without references.</summary>
    CData,
}

/// <summary>An attribute as it was written.</summary>
/// <param name="Name">With its prefix.</param>
/// <param name="Raw">The value; references still stand as they were written.</param>
internal readonly record struct LooseAttribute(string Name, string Raw);

/// <summary>
/// Splits XML into tags and text, whatever is wrong with it: the tokens of a well-formed document are those of an XML reader, those of a broken one are what its author most likely meant. Never asks for anything outside the document and
/// expands only entities that the document itself declares as plain characters; a declaration that could grow is a reason to refuse the document.
/// </summary>
internal sealed class LooseXml(string text)
{
    // What all references to declared entities together may add, so that many references to one long entity stay small (quadratic blow-up).
    private const int MaxEntityChars = 1024 * 1024;

    // Names of entities are short; a longer one is no reference.
    private const int MaxReferenceChars = 40;

    private readonly List<LooseAttribute> _attributes = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly List<(int At, string Message)> _problems = [];

    // Ends that were looked for up to the end of the document and not found: looking again from each next beginning would cost the square of the document's length.
    private readonly HashSet<string> _missing = [];
    private Dictionary<string, string>? _entities;
    private long _expanded;
    private int _position;
    private int _textStart;
    private int _textEnd;
    private bool _seenRoot;

    /// <summary>Where the last token begins.</summary>
    public int Start { get; private set; }

    /// <summary>Name of the last tag, as written.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Attributes of the last start tag; the first of several with one name counts.</summary>
    public IReadOnlyList<LooseAttribute> Attributes => _attributes;

    /// <summary>True when the last start tag ends its element as well.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>Why the document is refused; null while it is not.</summary>
    public (int At, string Message)? Refusal { get; private set; }

    /// <summary>What was wrong and read all the same; at most <see cref="FormatLimits.MaxProblems"/>.</summary>
    public IReadOnlyList<(int At, string Message)> Problems => _problems;

    /// <summary>Characters of the last text.</summary>
    public ReadOnlySpan<char> Value => text.AsSpan(_textStart, _textEnd - _textStart);

    /// <summary>Notes what was wrong and read all the same.</summary>
    public void Problem(int at, string message)
    {
        // The same in one text, again and again, is one.
        if (_problems.Count < FormatLimits.MaxProblems && (_problems.Count == 0 || _problems[^1] != (at, message)))
        {
            _problems.Add((at, message));
        }
    }

    /// <summary>Refuses the document; nothing is read after it.</summary>
    public void Refuse(int at, string message) => Refusal ??= (at, message);

    /// <summary>Moves to the next token.</summary>
    public LooseToken Read()
    {
        while (Refusal is null && _position < text.Length)
        {
            Start = _position;
            if (text[_position] != '<')
            {
                ReadText(_position + 1);
                return LooseToken.Text;
            }

            var next = _position + 1 < text.Length ? text[_position + 1] : '\0';
            if (IsNameStart(next))
            {
                return ReadStartTag();
            }

            switch (next)
            {
                case '/' when _position + 2 < text.Length && IsNameStart(text[_position + 2]):
                    return ReadEndTag();
                case '/' when _position + 2 < text.Length && text[_position + 2] == '>':
                    Problem(Start, "has an end tag without a name");
                    _position += 3;
                    continue;
                case '?':
                    SkipInstruction();
                    continue;
                case '!' when StartsWith("<!--"):
                    SkipComment();
                    continue;
                case '!' when StartsWith("<![CDATA["):
                    ReadCData();
                    return LooseToken.CData;
                case '!' when StartsWith("<!DOCTYPE"):
                    ReadDocumentType();
                    continue;
                case '!' when _position + 2 < text.Length && (char.IsAsciiLetter(text[_position + 2]) || text[_position + 2] == '['):
                    SkipDeclaration();
                    continue;
                default:
                    Problem(Start, "has a '<' that begins nothing");
                    ReadText(_position + 1);
                    return LooseToken.Text;
            }
        }

        return LooseToken.End;
    }

    /// <summary>Appends a text with its references replaced and characters that XML does not know left out.</summary>
    public void Decode(ReadOnlySpan<char> raw, StringBuilder into)
    {
        while (!raw.IsEmpty && Refusal is null)
        {
            var stop = raw.IndexOfAny(Stops);
            if (stop < 0)
            {
                into.Append(raw);
                return;
            }

            into.Append(raw[..stop]);
            if (raw[stop] != '&')
            {
                Problem(Start, "has control characters");
                raw = raw[(stop + 1)..];
                continue;
            }

            raw = raw[stop..];
            var used = Reference(raw, into);
            if (used == 0)
            {
                Problem(Start, "has an ampersand that begins no reference");
                into.Append('&');
                used = 1;
            }

            raw = raw[used..];
        }
    }

    /// <summary>The value of an attribute with its references replaced.</summary>
    public string Decode(string raw)
    {
        if (raw.AsSpan().IndexOfAny(Stops) < 0)
        {
            return raw;
        }

        var value = new StringBuilder(raw.Length);
        Decode(raw, value);
        return value.ToString();
    }

    /// <summary>The character of windows-1252 where a code of its upper control range was meant by it.</summary>
    internal static int FromWindows1252(int code) => code is >= 0x80 and <= 0x9F ? Windows1252[code - 0x80] : code;

    // Codes 0x80 to 0x9F of windows-1252; 0xFFFD where it has none.
    private const string Windows1252 = "\u20AC\uFFFD\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\uFFFD\u017D\uFFFD\uFFFD\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\uFFFD\u017E\u0178";

    private static readonly System.Buffers.SearchValues<char> Stops = System.Buffers.SearchValues.Create(
        "&\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000B\u000C\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\uFFFE\uFFFF");

    private static bool IsNameStart(char character) => char.IsLetter(character) || character == '_' || character == ':';

    private static bool IsName(char character) => char.IsLetterOrDigit(character) || character is '_' or ':' or '-' or '.' || character >= 0xB7 && !char.IsWhiteSpace(character);

    private bool StartsWith(string what) => text.AsSpan(_position).StartsWith(what, StringComparison.OrdinalIgnoreCase);

    private int Find(string end, int from)
    {
        if (_missing.Contains(end))
        {
            return -1;
        }

        var found = text.IndexOf(end, from, StringComparison.Ordinal);
        if (found < 0)
        {
            _missing.Add(end);
        }

        return found;
    }

    private void ReadText(int from)
    {
        var end = text.IndexOf('<', from);
        (_textStart, _textEnd) = (_position, end < 0 ? text.Length : end);
        _position = _textEnd;
    }

    private void ReadCData()
    {
        var from = _position + "<![CDATA[".Length;
        var end = Find("]]>", from);
        if (end >= 0)
        {
            (_textStart, _textEnd, _position) = (from, end, end + 3);
            return;
        }

        // Cut off in the middle: what is left belongs to it up to the next end tag.
        Problem(Start, "has a CDATA section that does not end");
        end = text.IndexOf("</", from, StringComparison.Ordinal);
        (_textStart, _textEnd) = (from, end < 0 ? text.Length : end);
        _position = _textEnd;
    }

    private void SkipInstruction()
    {
        var end = Find("?>", _position);
        if (end >= 0)
        {
            _position = end + 2;
            return;
        }

        Problem(Start, "has an instruction that does not end");
        end = text.IndexOf('>', _position);
        _position = end < 0 ? text.Length : end + 1;
    }

    private void SkipComment()
    {
        var end = Find("-->", Math.Min(text.Length, _position + 4));
        if (end >= 0)
        {
            _position = end + 3;
            return;
        }

        Problem(Start, "has a comment that does not end");
        end = text.IndexOf('>', _position);
        _position = end < 0 ? text.Length : end + 1;
    }

    private void SkipDeclaration()
    {
        var end = text.IndexOf('>', _position);
        _position = end < 0 ? text.Length : end + 1;
    }

    private LooseToken ReadEndTag()
    {
        _position += 2;
        Name = ReadName();
        var end = text.AsSpan(_position).IndexOfAny('<', '>');
        if (end >= 0 && text[_position + end] == '>')
        {
            _position += end + 1;
        }
        else
        {
            Problem(Start, "has an end tag that does not end");
            _position = end < 0 ? text.Length : _position + end;
        }

        return LooseToken.EndTag;
    }

    private LooseToken ReadStartTag()
    {
        _seenRoot = true;
        _position++;
        Name = ReadName();
        _attributes.Clear();
        IsEmpty = false;
        while (true)
        {
            SkipWhiteSpace();
            if (_position >= text.Length)
            {
                Problem(Start, "ends within a tag");
                return LooseToken.StartTag;
            }

            var character = text[_position];
            if (character == '>')
            {
                _position++;
                return LooseToken.StartTag;
            }

            if (character == '/')
            {
                _position++;
                IsEmpty = _position < text.Length && text[_position] == '>';
                continue;
            }

            if (character == '<')
            {
                Problem(Start, "has a tag that does not end");
                return LooseToken.StartTag;
            }

            if (IsNameStart(character))
            {
                ReadAttribute();
                if (Refusal is not null)
                {
                    return LooseToken.End;
                }
            }
            else
            {
                Problem(_position, "has a character in a tag that does not belong there");
                _position++;
            }
        }
    }

    private void ReadAttribute()
    {
        var name = ReadName();
        SkipWhiteSpace();
        var value = "";
        if (_position < text.Length && text[_position] == '=')
        {
            _position++;
            SkipWhiteSpace();
            value = ReadAttributeValue();
        }
        else
        {
            Problem(_position, "has an attribute without a value");
        }

        if (value.Length > FormatLimits.MaxXmlAttributeChars)
        {
            Refuse(Start, $"has an attribute longer than {FormatLimits.MaxXmlAttributeChars} characters");
        }
        else if (_attributes.Count == FormatLimits.MaxXmlAttributes)
        {
            Refuse(Start, $"has an element with more than {FormatLimits.MaxXmlAttributes} attributes");
        }
        else
        {
            _attributes.Add(new(name, value));
        }
    }

    private string ReadAttributeValue()
    {
        if (_position >= text.Length)
        {
            return "";
        }

        var quote = text[_position];
        if (quote is '"' or '\'')
        {
            var from = _position + 1;
            var end = Find(quote == '"' ? "\"" : "'", from);
            // A quotation mark that closes stands before a space, the tag's end or, where a space was forgotten, the next name; else the mark that belongs here is missing and the value ends with the tag.
            if (end >= 0 && (text.IndexOf('<', from, end - from) < 0 || end + 1 < text.Length && (text[end + 1] is '>' or '/' or '?' || char.IsWhiteSpace(text[end + 1]))))
            {
                _position = end + 1;
                return text[from..end];
            }

            Problem(_position, "has an attribute whose quotation mark is not closed");
            end = text.IndexOf('>', from);
            _position = end < 0 ? text.Length : end;
            return text[from.._position];
        }

        Problem(_position, "has an attribute without quotation marks");
        var start = _position;
        while (_position < text.Length && text[_position] is not ('>' or '<') && !char.IsWhiteSpace(text[_position]) && !(text[_position] == '/' && _position + 1 < text.Length && text[_position + 1] == '>'))
        {
            _position++;
        }

        return text[start.._position];
    }

    private string ReadName()
    {
        var start = _position;
        while (_position < text.Length && IsName(text[_position]))
        {
            _position++;
        }

        if (_position - start > FormatLimits.MaxXmlNameChars)
        {
            Refuse(start, $"has a name longer than {FormatLimits.MaxXmlNameChars} characters");
            return "";
        }

        var names = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        var span = text.AsSpan(start, _position - start);
        if (!names.TryGetValue(span, out var name))
        {
            name = span.ToString();
            // As many as all vocabularies of feeds together have; beyond that each name is made anew.
            if (_names.Count < 512)
            {
                _names.Add(name, name);
            }
        }

        return name;
    }

    private void SkipWhiteSpace()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position]))
        {
            _position++;
        }
    }

    // The number of characters of the reference at the beginning of raw; 0 when there is none.
    private int Reference(ReadOnlySpan<char> raw, StringBuilder into)
    {
        var end = raw[..Math.Min(raw.Length, MaxReferenceChars)].IndexOf(';');
        if (end < 2)
        {
            return 0;
        }

        var name = raw[1..end];
        if (name[0] == '#')
        {
            return Code(name[1..], into) ? end + 1 : 0;
        }

        switch (name)
        {
            case "amp":
                into.Append('&');
                return end + 1;
            case "lt":
                into.Append('<');
                return end + 1;
            case "gt":
                into.Append('>');
                return end + 1;
            case "quot":
                into.Append('"');
                return end + 1;
            case "apos":
                into.Append('\'');
                return end + 1;
        }

        if (_entities is not null && _entities.TryGetValue(name.ToString(), out var declared))
        {
            _expanded += declared.Length;
            if (_expanded > MaxEntityChars)
            {
                Refuse(Start, $"refers to entities that add more than {MaxEntityChars} characters");
                return end + 1;
            }

            into.Append(declared);
            return end + 1;
        }

        if (HtmlEntityProvider.Resolver.GetSymbol($"{name};") is { } symbol)
        {
            Problem(Start, $"refers to &{name}; without declaring it");
            into.Append(symbol);
            return end + 1;
        }

        return 0;
    }

    private bool Code(ReadOnlySpan<char> digits, StringBuilder into)
    {
        var isHex = !digits.IsEmpty && digits[0] is 'x' or 'X';
        if (!int.TryParse(isHex ? digits[1..] : digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return false;
        }

        code = FromWindows1252(code);
        if (code is < 0x20 and not (0x9 or 0xA or 0xD) || !Rune.IsValid(code))
        {
            Problem(Start, "refers to a character that XML does not know");
            return true;
        }

        into.Append(new Rune(code).ToString());
        return true;
    }

    private void ReadDocumentType()
    {
        var limit = Math.Min(text.Length, _position + FormatLimits.MaxXmlDtdChars);
        var at = _position + "<!DOCTYPE".Length;
        // Up to the subset or the end; quoted names of the DTD may hold anything.
        while (at < limit && text[at] is not ('[' or '>'))
        {
            if (text[at] is '"' or '\'')
            {
                var close = text.IndexOf(text[at], at + 1);
                at = close < 0 || close >= limit ? limit : close;
            }

            at++;
        }

        if (at >= limit)
        {
            if (limit < text.Length)
            {
                Refuse(Start, $"has a document type longer than {FormatLimits.MaxXmlDtdChars} characters");
            }

            _position = text.Length;
            return;
        }

        if (text[at] == '[' && !ReadSubset(ref at, limit))
        {
            return;
        }

        var end = text.IndexOf('>', at);
        _position = end < 0 ? text.Length : end + 1;
    }

    private bool ReadSubset(ref int at, int limit)
    {
        at++;
        while (at < limit && text[at] != ']')
        {
            if (text.AsSpan(at).StartsWith("<!--", StringComparison.Ordinal))
            {
                var close = text.IndexOf("-->", at, StringComparison.Ordinal);
                at = close < 0 ? limit : close + 3;
            }
            else if (text.AsSpan(at).StartsWith("<!ENTITY", StringComparison.Ordinal))
            {
                if (!ReadEntity(ref at, limit))
                {
                    return false;
                }
            }
            else if (text[at] is '"' or '\'')
            {
                var close = text.IndexOf(text[at], at + 1);
                at = close < 0 ? limit : close + 1;
            }
            else
            {
                at++;
            }
        }

        if (at >= limit && limit < text.Length)
        {
            Refuse(Start, $"has a document type longer than {FormatLimits.MaxXmlDtdChars} characters");
            return false;
        }

        return true;
    }

    private bool ReadEntity(ref int at, int limit)
    {
        at += "<!ENTITY".Length;
        var words = text.AsSpan(at, limit - at).TrimStart();
        at = limit - words.Length;
        if (words.StartsWith("%"))
        {
            Refuse(at, "declares a parameter entity");
            return false;
        }

        var length = words.IndexOfAny(" \t\r\n");
        if (length <= 0)
        {
            at = limit;
            return true;
        }

        var name = words[..length].ToString();
        var rest = words[length..].TrimStart();
        if (rest.IsEmpty || rest[0] is not ('"' or '\''))
        {
            if (rest.StartsWith("SYSTEM", StringComparison.Ordinal) || rest.StartsWith("PUBLIC", StringComparison.Ordinal))
            {
                Refuse(at, $"declares the external entity &{name};");
                return false;
            }

            at = limit - rest.Length;
            return true;
        }

        var end = rest[1..].IndexOf(rest[0]);
        if (end < 0)
        {
            at = limit;
            return true;
        }

        var value = rest.Slice(1, end);
        at = limit - rest.Length + end + 2;
        var replacement = new StringBuilder();
        while (!value.IsEmpty)
        {
            var amp = value.IndexOfAny('&', '%', '<');
            if (amp < 0)
            {
                replacement.Append(value);
                break;
            }

            replacement.Append(value[..amp]);
            value = value[amp..];
            var stop = value.IndexOf(';');
            if (value[0] == '&' && stop > 2 && value[1] == '#' && Code(value[2..stop], replacement))
            {
                value = value[(stop + 1)..];
                continue;
            }

            if (value[0] == '%' && !(stop > 1 && IsNameStart(value[1])))
            {
                replacement.Append('%');
                value = value[1..];
                continue;
            }

            Refuse(at, $"declares the entity &{name}; by others or with markup");
            return false;
        }

        if (_seenRoot)
        {
            Problem(Start, "declares entities after the first element");
        }

        _entities ??= new(StringComparer.Ordinal);
        _entities.TryAdd(name, replacement.ToString());
        return true;
    }
}
