using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Unicode;

namespace Sikap.Formats;

/// <summary>A document's characters.</summary>
/// <param name="Text">The characters, without byte order mark; bytes that no charset explains are U+FFFD.</param>
/// <param name="Charset">IANA name of the charset they were read with.</param>
/// <param name="From">What told it: <c>bom</c>, <c>utf-8</c> (the bytes themselves), <c>http</c>, <c>meta</c>, <c>xml</c>, <c>bytes</c> (guessed from them), <c>language</c> or <c>default</c>.</param>
public readonly record struct DecodedText(string Text, string Charset, string From);

/// <summary>
/// Finds the charset of HTML and XML. Bytes speak before declarations: a byte order mark is believed, and so is text outside ASCII that is valid UTF-8, since text in any other charset practically never is,
/// while declarations are often left over from another template. Then come the transport's charset, the document's own, what the bytes look like (<see cref="CharsetGuess"/>), and what pages of the
/// declared language used before UTF-8.
/// </summary>
public static class TextDecoding
{
    // Where a declaration must stand: HTML asks for the first 1,024 bytes; scripts before it are common.
    private const int DeclarationBytes = 4096;

    // A page in UTF-8 into which another charset was pasted stays UTF-8 up to this share of wrong bytes among those outside ASCII.
    private const double MaxForeignShare = 0.2;

    /// <summary>Names that the encoding standard maps to another charset than the one they seem to name, or that the platform does not know.</summary>
    private static readonly FrozenDictionary<string, string> Labels = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = "utf-8",
        ["unicode-1-1-utf-8"] = "utf-8",
        ["ascii"] = "windows-1252",
        ["us-ascii"] = "windows-1252",
        ["iso-8859-1"] = "windows-1252",
        ["iso8859-1"] = "windows-1252",
        ["iso_8859-1"] = "windows-1252",
        ["latin1"] = "windows-1252",
        ["latin-1"] = "windows-1252",
        ["l1"] = "windows-1252",
        ["ansi"] = "windows-1252",
        ["cp1252"] = "windows-1252",
        ["x-cp1252"] = "windows-1252",
        ["cp1250"] = "windows-1250",
        ["cp1251"] = "windows-1251",
        ["win-1251"] = "windows-1251",
        ["cp1253"] = "windows-1253",
        ["cp1254"] = "windows-1254",
        ["cp1255"] = "windows-1255",
        ["cp1256"] = "windows-1256",
        ["cp1257"] = "windows-1257",
        ["cp1258"] = "windows-1258",
        ["latin2"] = "iso-8859-2",
        ["iso-8859-9"] = "windows-1254",
        ["latin5"] = "windows-1254",
        ["iso-8859-11"] = "windows-874",
        ["tis-620"] = "windows-874",
        ["gb2312"] = "gb18030",
        ["gbk"] = "gb18030",
        ["gb_2312-80"] = "gb18030",
        ["x-gbk"] = "gb18030",
        ["chinese"] = "gb18030",
        ["big5-hkscs"] = "big5",
        ["x-x-big5"] = "big5",
        ["sjis"] = "shift_jis",
        ["x-sjis"] = "shift_jis",
        ["shift-jis"] = "shift_jis",
        ["ms_kanji"] = "shift_jis",
        ["windows-31j"] = "shift_jis",
        ["x-euc-jp"] = "euc-jp",
        ["ks_c_5601-1987"] = "ks_c_5601-1987",
        ["euc-kr"] = "ks_c_5601-1987",
        ["windows-949"] = "ks_c_5601-1987",
        ["utf-16"] = "utf-16le",
        ["unicode"] = "utf-16le",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What pages in a language were mostly written in before UTF-8, as the encoding sections of the HTML standard list it.</summary>
    private static readonly FrozenDictionary<string, string> LegacyOfLanguage = new Dictionary<string, string>
    {
        ["ar"] = "windows-1256", ["fa"] = "windows-1256",
        ["ru"] = "windows-1251", ["uk"] = "windows-1251", ["be"] = "windows-1251", ["bg"] = "windows-1251", ["mk"] = "windows-1251", ["sr"] = "windows-1251",
        ["cs"] = "windows-1250", ["sk"] = "windows-1250", ["sl"] = "iso-8859-2", ["hu"] = "iso-8859-2", ["pl"] = "iso-8859-2", ["hr"] = "windows-1250",
        ["el"] = "windows-1253", ["tr"] = "windows-1254", ["az"] = "windows-1254", ["he"] = "windows-1255",
        ["et"] = "windows-1257", ["lt"] = "windows-1257", ["lv"] = "windows-1257", ["th"] = "windows-874", ["vi"] = "windows-1258",
        ["ja"] = "shift_jis", ["ko"] = "ks_c_5601-1987", ["zh-tw"] = "big5", ["zh-hk"] = "big5", ["zh-hant"] = "big5", ["zh"] = "gb18030",
    }.ToFrozenDictionary();

    // Control characters that stand in no text: all but those of white space, the end mark of old systems and the escape of charsets that switch.
    private static readonly SearchValues<byte> NoText = SearchValues.Create([.. Enumerable.Range(0, 32).Where(value => value is not (9 or 10 or 11 or 12 or 13 or 0x1A or 0x1B)).Select(value => (byte)value)]);

    private static readonly SearchValues<char> NameEnds = SearchValues.Create(" \"';,/>\t\r\n");

    private static readonly char[] Windows1252High = MakeWindows1252();

    /// <summary>Reads a document of unknown charset.</summary>
    /// <param name="content">The bytes as they came.</param>
    /// <param name="contentType">The transport's media type with its parameters, for example <c>text/html; charset=utf-8</c>; null when there is none.</param>
    public static DecodedText Decode(ReadOnlySpan<byte> content, string? contentType)
    {
        if (content.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            return new(Mixed(content[3..]), "utf-8", "bom");
        }

        if (content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
        {
            return new(Encoding.Unicode.GetString(content[2..]), "utf-16le", "bom");
        }

        if (content.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return new(Encoding.BigEndianUnicode.GetString(content[2..]), "utf-16be", "bom");
        }

        var head = Encoding.Latin1.GetString(content[..Math.Min(content.Length, DeclarationBytes)]);
        var (declared, from) = Declared(contentType, head);
        if (declared is null && content.Contains((byte)0) && CharsetGuess.OfWide(content) is { } wide)
        {
            return new(wide.GetString(content), wide.WebName == "utf-16" ? "utf-16le" : "utf-16be", "bytes");
        }

        if (!content.ContainsAnyExceptInRange((byte)0, (byte)0x7F))
        {
            // Only escape sequences and two-byte units say more than ASCII here.
            return declared is { CodePage: 50220 or 50221 or 50222 or 1200 or 1201 or 52936 } && (declared.CodePage > 2000 || content.Contains((byte)0))
                ? new(declared.GetString(content), declared.WebName, from)
                : declared is null && content.Contains((byte)0x1B) && CharsetGuess.OfEscapes(content) is { } escaped ? new(escaped.GetString(content), escaped.WebName, "bytes")
                : new(Encoding.ASCII.GetString(content), declared?.WebName ?? "utf-8", declared is null ? "default" : from);
        }

        if (Utf8.IsValid(content))
        {
            return new(Encoding.UTF8.GetString(content), "utf-8", declared?.CodePage == Encoding.UTF8.CodePage ? from : "utf-8");
        }

        // A page cannot declare in ASCII that it is UTF-16.
        if (declared is not null && !(declared.CodePage is 1200 or 1201 && from != "http") && declared.CodePage != Encoding.UTF8.CodePage)
        {
            return new(declared.GetString(content), declared.WebName, from);
        }

        if (ForeignShare(content) <= MaxForeignShare || declared is { CodePage: 65001 } && ForeignShare(content) <= 0.5)
        {
            return new(Mixed(content), "utf-8", declared is null ? "utf-8" : from);
        }

        var legacy = OfLanguage(head);
        if (declared is null && CharsetGuess.Of(content) is { } guessed)
        {
            return new(guessed.GetString(content), guessed.WebName, guessed.CodePage == legacy?.CodePage ? "language" : "bytes");
        }

        return new((legacy ?? Find("windows-1252")!).GetString(content), legacy?.WebName ?? "windows-1252", legacy is null ? "default" : "language");
    }

    /// <summary>The charset of a plain text, a table or lines, in which nothing can be declared but by a byte order mark: UTF-16 by its zeros, UTF-8 where the bytes are that, else what they look like, Windows' own of the west in doubt.</summary>
    /// <returns>Null for what is no text, and for UTF-8 into which other bytes were put: as another charset all of it would be read wrong.</returns>
    public static Encoding? OfPlainText(ReadOnlySpan<byte> content)
    {
        if ((content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? Encoding.Unicode : content.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? Encoding.BigEndianUnicode : CharsetGuess.OfWide(content)) is { } wide)
        {
            return wide;
        }

        return Utf8.IsValid(content) ? Encoding.UTF8
            : content.ContainsAny(NoText) || ForeignShare(content) <= 0.5 ? null
            : CharsetGuess.Of(content) ?? Find("windows-1252");
    }

    /// <summary>The charset that a name stands for on the web; null for an unknown one.</summary>
    internal static Encoding? Find(string label)
    {
        label = label.Trim().Trim('"', '\'').Trim();
        if (label.Length is 0 or > 40)
        {
            return null;
        }

        label = Labels.GetValueOrDefault(label, label);
        if (label is "utf-7")
        {
            return null;
        }

        try
        {
            return label switch
            {
                "utf-8" => Encoding.UTF8,
                "utf-16le" => Encoding.Unicode,
                "utf-16be" => Encoding.BigEndianUnicode,
                _ => CodePagesEncodingProvider.Instance.GetEncoding(label) ?? Encoding.GetEncoding(label),
            };
        }
        catch (ArgumentException)
        {
            // The platform has no other question to ask than "get it or throw".
            return null;
        }
    }

    private static (Encoding? Declared, string From) Declared(string? contentType, string head)
    {
        if (contentType is not null && Parameter(contentType, 0, contentType.Length) is { } transport && Find(transport) is { } ofTransport)
        {
            return (ofTransport, "http");
        }

        var start = head.AsSpan().TrimStart();
        if (start.StartsWith("<?xml", StringComparison.Ordinal) && start.IndexOf("?>", StringComparison.Ordinal) is var end and > 0
            && start[..end].IndexOf("encoding", StringComparison.Ordinal) is var at and > 0)
        {
            var value = start[(at + "encoding".Length)..end].TrimStart(" =\t\r\n\"'");
            var close = value.IndexOfAny("\"' ?");
            if (Find((close < 0 ? value : value[..close]).ToString()) is { } ofXml)
            {
                return (ofXml, "xml");
            }
        }

        for (var meta = head.IndexOf("<meta", StringComparison.OrdinalIgnoreCase); meta >= 0; meta = head.IndexOf("<meta", meta + 5, StringComparison.OrdinalIgnoreCase))
        {
            var close = head.IndexOf('>', meta);
            if (Parameter(head, meta, close < 0 ? head.Length : close) is { } name && Find(name) is { } ofMeta)
            {
                return (ofMeta, "meta");
            }
        }

        return (null, "default");
    }

    // charset=NAME, quoted or not, as it stands in a media type and in both forms of the meta element.
    private static string? Parameter(string text, int from, int to)
    {
        var at = text.IndexOf("charset", from, to - from, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var value = text.AsSpan(at + "charset".Length, to - at - "charset".Length).TrimStart();
        if (!value.StartsWith("="))
        {
            return null;
        }

        value = value[1..].TrimStart(" \"'\t\r\n");
        var end = value.IndexOfAny(NameEnds);
        return (end < 0 ? value : value[..end]).ToString();
    }

    private static Encoding? OfLanguage(string head)
    {
        var html = head.IndexOf("<html", StringComparison.OrdinalIgnoreCase);
        if (html < 0)
        {
            return null;
        }

        var close = head.IndexOf('>', html);
        var at = head.IndexOf("lang=", html, (close < 0 ? head.Length : close) - html, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var value = head.AsSpan(at + 5).TrimStart("\"'");
        var end = value.IndexOfAny("\"' >");
        var language = (end < 0 ? value : value[..end]).ToString().ToLowerInvariant();
        var legacy = LegacyOfLanguage.GetValueOrDefault(language) ?? LegacyOfLanguage.GetValueOrDefault(language.Split('-')[0]);
        return legacy is null ? null : Find(legacy);
    }

    // Of the bytes outside ASCII, the share that is no valid UTF-8.
    private static double ForeignShare(ReadOnlySpan<byte> content)
    {
        var (outside, wrong) = (0, 0);
        while (!content.IsEmpty)
        {
            var next = content.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            if (next < 0)
            {
                break;
            }

            content = content[next..];
            var status = Rune.DecodeFromUtf8(content, out _, out var consumed);
            outside += consumed;
            wrong += status == OperationStatus.Done ? 0 : consumed;
            content = content[consumed..];
        }

        return outside == 0 ? 0 : (double)wrong / outside;
    }

    // UTF-8 into which single bytes of windows-1252 were pasted: quotation marks and dashes, mostly.
    private static string Mixed(ReadOnlySpan<byte> content)
    {
        if (Utf8.IsValid(content))
        {
            return Encoding.UTF8.GetString(content);
        }

        var text = new StringBuilder(content.Length);
        while (!content.IsEmpty)
        {
            if (content[0] < 0x80)
            {
                var next = content.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
                var ascii = next < 0 ? content : content[..next];
                text.Append(Encoding.ASCII.GetString(ascii));
                content = content[ascii.Length..];
            }
            else if (Rune.DecodeFromUtf8(content, out var rune, out var consumed) == OperationStatus.Done)
            {
                text.Append(rune.ToString());
                content = content[consumed..];
            }
            else
            {
                text.Append(Windows1252High[content[0] - 0x80]);
                content = content[1..];
            }
        }

        return text.ToString();
    }

    private static char[] MakeWindows1252()
    {
        var bytes = new byte[128];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(0x80 + i);
        }

        return Find("windows-1252")!.GetString(bytes).ToCharArray();
    }
}
