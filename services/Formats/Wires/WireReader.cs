using System.Text.Json;
using System.Xml.Linq;

namespace Sikap.Formats.Wires;

/// <summary>Reads a document of a news agency in any of the formats of <see cref="WireFormat"/>. Thread-safe.</summary>
public static class WireReader
{
    // A control character of the old formats stands within the first few bytes; some lines send a few fill characters ahead.
    private const int ControlBytes = 16;

    /// <summary>Reads a document whose format is told by its content.</summary>
    /// <returns>Its items, or why it is none of a wire.</returns>
    public static Reading<WireDocument> Read(ReadOnlySpan<byte> content)
    {
        var head = content.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? content[3..] : content;
        if (head[..Math.Min(head.Length, ControlBytes)].Contains(Transmission.StartOfHeader))
        {
            return Transmission.Read(content);
        }

        head = head.TrimStart(" \t\r\n"u8);
        return head.IsEmpty ? new ReadingProblem(0, "is empty")
            : head[0] is (byte)'{' or (byte)'[' ? NinjsReader.Read(content)
            : head[0] == '<' || content[0] is 0xFE or 0xFF or 0 ? ReadXml(content)
            : new ReadingProblem(0, "is no wire: neither XML nor JSON nor a transmission with a header");
    }

    private static Reading<WireDocument> ReadXml(ReadOnlySpan<byte> content)
    {
        var loaded = SafeXml.Load(content);
        return loaded.Value?.Root is not { } root ? loaded.Refusal ?? new ReadingProblem(0, "has no element")
            : root.Name.LocalName.ToUpperInvariant() switch
            {
                "NEWSMESSAGE" or "NEWSITEM" or "PACKAGEITEM" or "CONCEPTITEM" or "KNOWLEDGEITEM" or "PLANNINGITEM" or "CATALOGITEM" => NewsMlG2Reader.Read(root),
                "NEWSML" => NewsMl1Reader.Read(root),
                "NITF" => new WireDocument { Format = WireFormat.Nitf, Items = [NitfReader.Read(root)] },
                _ => new ReadingProblem(0, $"is no wire: XML whose first element is {root.Name.LocalName}"),
            };
    }
}
