using System.Xml;
using System.Xml.Linq;

namespace Sikap.Formats;

/// <summary>
/// The one place where an <see cref="XmlReader"/> is made. A document type is passed over without reading what it declares, nothing outside the document is ever asked for, and what a document may cost is bounded by
/// <see cref="FormatLimits"/>: characters, nesting, attributes and their length. A reference to a declared entity is therefore an error and never an expansion.
/// </summary>
public static class SafeXml
{
    /// <summary>Reads a whole document into memory.</summary>
    /// <param name="content">The bytes as they came.</param>
    /// <param name="contentType">The transport's media type, whose charset counts; null when there is none.</param>
    /// <returns>The document, or why it was refused with the byte at which that was found (-1 where the bytes are not UTF-8).</returns>
    public static Reading<XDocument> Load(ReadOnlySpan<byte> content, string? contentType = null)
    {
        if (content.Length > FormatLimits.MaxXmlChars)
        {
            return new ReadingProblem(FormatLimits.MaxXmlChars, $"is longer than {FormatLimits.MaxXmlChars} bytes");
        }

        var decoded = XmlText.Decode(content, contentType);
        return Load(decoded.Text, position => XmlText.OffsetOf(decoded, position));
    }

    /// <summary>Reads a whole document from characters; its declaration of an encoding says nothing then.</summary>
    public static Reading<XDocument> Load(string text) => Load(text, position => position);

    private static Reading<XDocument> Load(string text, Func<int, long> offset)
    {
        var document = new XDocument();
        XContainer parent = document;
        using var characters = new StringReader(text);
        using var reader = Create(characters);
        try
        {
            while (reader.Read())
            {
                switch (reader.NodeType)
                {
                    case XmlNodeType.Element:
                        if (Refuse(reader) is { } reason)
                        {
                            return new ReadingProblem(offset(PositionOf(text, reader)), reason);
                        }

                        var empty = reader.IsEmptyElement;
                        var element = ElementOf(reader);
                        if (element.Attributes().Any(attribute => attribute.Value.Length > FormatLimits.MaxXmlAttributeChars))
                        {
                            return new ReadingProblem(offset(PositionOf(text, reader)), $"has an attribute longer than {FormatLimits.MaxXmlAttributeChars} characters");
                        }

                        parent.Add(element);
                        parent = empty ? parent : element;
                        break;
                    case XmlNodeType.EndElement:
                        parent = (XContainer?)parent.Parent ?? document;
                        break;
                    case XmlNodeType.CDATA:
                        parent.Add(new XCData(reader.Value));
                        break;
                    case XmlNodeType.Text or XmlNodeType.SignificantWhitespace:
                        parent.Add(new XText(reader.Value));
                        break;
                    case XmlNodeType.Whitespace when parent is XElement:
                        parent.Add(new XText(reader.Value));
                        break;
                }
            }

            return document;
        }
        catch (XmlException exception)
        {
            return new ReadingProblem(offset(PositionOf(text, exception.LineNumber, exception.LinePosition)), $"is not well-formed: {exception.Message}");
        }
    }

    private static XmlReader Create(TextReader characters) => XmlReader.Create(characters, new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        MaxCharactersInDocument = FormatLimits.MaxXmlChars,
        // Zero would mean no limit. Nothing is expanded while document types are ignored; this holds should that ever change.
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CheckCharacters = true,
        CloseInput = false,
    });

    private static string? Refuse(XmlReader reader)
    {
        if (reader.Depth >= FormatLimits.MaxXmlDepth)
        {
            return $"has elements nested deeper than {FormatLimits.MaxXmlDepth}";
        }

        return reader.AttributeCount > FormatLimits.MaxXmlAttributes ? $"has an element with more than {FormatLimits.MaxXmlAttributes} attributes" : null;
    }

    private static XElement ElementOf(XmlReader reader)
    {
        var element = new XElement(XName.Get(reader.LocalName, reader.NamespaceURI));
        if (reader.MoveToFirstAttribute())
        {
            do
            {
                var space = reader.Prefix.Length == 0 && reader.LocalName == "xmlns" ? "" : reader.NamespaceURI;
                element.Add(new XAttribute(XName.Get(reader.LocalName, space), reader.Value));
            }
            while (reader.MoveToNextAttribute());
            reader.MoveToElement();
        }

        return element;
    }

    private static int PositionOf(string text, XmlReader reader)
    {
        var info = (IXmlLineInfo)reader;
        return PositionOf(text, info.LineNumber, info.LinePosition);
    }

    private static int PositionOf(string text, int line, int column)
    {
        var position = 0;
        for (; line > 1; line--)
        {
            var next = text.IndexOf('\n', position);
            if (next < 0)
            {
                return text.Length;
            }

            position = next + 1;
        }

        return Math.Min(text.Length, position + Math.Max(0, column - 1));
    }
}
