using System.Text.Json;
using Sikap.Formats.Archives;
using Sikap.Formats.Tables;

namespace Sikap.Cli;

/// <summary>What a file to submit holds.</summary>
internal enum InputFormat
{
    /// <summary>One article as plain text.</summary>
    Text,

    /// <summary>One JSON object a line, or an array of them.</summary>
    JsonLines,

    /// <summary>A table with a header, fields separated by commas, semicolons, tabulators or bars.</summary>
    Csv,

    /// <summary>One HTML page.</summary>
    Html,

    /// <summary>A document of a news agency in any of the formats of <see cref="Formats.Wires.WireFormat"/>.</summary>
    Wire,

    /// <summary>WARC or ARC, packed or not.</summary>
    WebArchive,

    /// <summary>A zip file of documents.</summary>
    Zip,

    /// <summary>A tar file of documents.</summary>
    Tar,
}

/// <summary>Tells the format of a file by its first bytes; the name decides only between kinds of text.</summary>
internal static class InputFormats
{
    /// <summary>How much of the beginning of a file is looked at.</summary>
    public const int HeadBytes = 64 * 1024;

    private const int ControlBytes = 16;

    /// <summary>What a folder is searched for.</summary>
    public static readonly string[] Extensions =
    [
        ".txt", ".jsonl", ".ndjson", ".csv", ".tsv", ".html", ".htm", ".xhtml", ".xml", ".nitf", ".newsml", ".json", ".ninjs", ".iptc", ".anpa", ".warc", ".arc", ".gz", ".tgz", ".tar", ".zip",
    ];

    /// <summary>Names of <c>--input-format</c>.</summary>
    public static readonly IReadOnlyDictionary<string, InputFormat> Names = new Dictionary<string, InputFormat>
    {
        ["text"] = InputFormat.Text,
        ["jsonl"] = InputFormat.JsonLines,
        ["csv"] = InputFormat.Csv,
        ["html"] = InputFormat.Html,
        ["wire"] = InputFormat.Wire,
        ["warc"] = InputFormat.WebArchive,
        ["arc"] = InputFormat.WebArchive,
        ["zip"] = InputFormat.Zip,
        ["tar"] = InputFormat.Tar,
    };

    /// <summary>The format of unpacked content.</summary>
    /// <param name="head">The first bytes.</param>
    /// <param name="name">Name of the file, without the ending that says it was packed.</param>
    public static InputFormat Of(ReadOnlySpan<byte> head, string name)
    {
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
        {
            return InputFormat.Zip;
        }

        if (WebArchiveReader.Begins(head))
        {
            return InputFormat.WebArchive;
        }

        if (DocumentArchive.BeginsTar(head))
        {
            return InputFormat.Tar;
        }

        if (head[..Math.Min(head.Length, ControlBytes)].Contains((byte)1))
        {
            return InputFormat.Wire;
        }

        switch (Path.GetExtension(name).ToUpperInvariant())
        {
            case ".TXT":
                return InputFormat.Text;
            case ".JSONL" or ".NDJSON":
                return InputFormat.JsonLines;
            case ".CSV" or ".TSV":
                return InputFormat.Csv;
        }

        var start = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        start = start.TrimStart(" \t\r\n"u8);
        if (start.IsEmpty)
        {
            return InputFormat.Text;
        }

        return start[0] switch
        {
            (byte)'<' => IsHtml(start) ? InputFormat.Html : InputFormat.Wire,
            (byte)'{' => IsObjectWithText(start) ? InputFormat.JsonLines : InputFormat.Wire,
            (byte)'[' when JsonArrayReader.Begins(start) && IsArrayWithText(start) => InputFormat.JsonLines,
            (byte)'[' when start.Length > 1 && start[1..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..] => InputFormat.Wire,
            // XML in two bytes a character.
            0xFE or 0xFF or 0 => InputFormat.Wire,
            _ => InputFormat.Text,
        };
    }

    private static bool IsHtml(ReadOnlySpan<byte> start)
    {
        // XHTML begins with an XML declaration; comments may stand before anything.
        var text = System.Text.Encoding.Latin1.GetString(start[..Math.Min(start.Length, 4096)]);
        var html = text.IndexOf("<html", StringComparison.OrdinalIgnoreCase);
        return text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || (html >= 0 && !text.AsSpan(0, html).ContainsElement())
            || text.StartsWith("<head", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<body", StringComparison.OrdinalIgnoreCase);
    }

    // An element before another one: '<' and a letter.
    private static bool ContainsElement(this ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf('<'); at >= 0 && at + 1 < text.Length; text = text[(at + 1)..], at = text.IndexOf('<'))
        {
            if (char.IsAsciiLetter(text[at + 1]))
            {
                return true;
            }
        }

        return false;
    }

    // An array of articles: its first element has a text of its own; items of ninjs have none.
    private static bool IsArrayWithText(ReadOnlySpan<byte> start)
    {
        var reader = new Utf8JsonReader(start, isFinalBlock: false, default);
        try
        {
            // Array, object, member.
            while (reader.Read() && !(reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.EndObject))
            {
                if (reader.CurrentDepth == 2 && reader.TokenType == JsonTokenType.PropertyName && reader.GetString()!.Equals("text", StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What is wrong with it is told by its reader.
        }

        return false;
    }

    // Lines of articles; an item of ninjs has no "text", and mostly more than one line.
    private static bool IsObjectWithText(ReadOnlySpan<byte> start)
    {
        var end = start.IndexOf((byte)'\n');
        var line = end < 0 ? start : start[..end];
        try
        {
            using var document = JsonDocument.Parse(line.ToArray());
            return document.RootElement.EnumerateObject().Any(member => member.Name.Equals("text", StringComparison.OrdinalIgnoreCase));
        }
        // A name that is no UTF-8 is found out only when it is read.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A first line longer than what was looked at is one object all the same.
            return end < 0 && start.Length >= HeadBytes - 4;
        }
    }
}
