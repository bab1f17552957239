using System.Xml.Linq;

namespace Sikap.Formats.Wires;

/// <summary>Elements and attributes by their local names in any case: agencies differ in the namespaces they declare and in capital letters.</summary>
internal static class XmlNames
{
    /// <summary>True when the element has that name.</summary>
    public static bool Is(this XElement element, string name) => element.Name.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The children of that name.</summary>
    public static IEnumerable<XElement> All(this XElement? element, string name) => element?.Elements().Where(child => child.Is(name)) ?? [];

    /// <summary>The first child at the end of a path; null where a step is missing.</summary>
    public static XElement? Child(this XElement? element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            element = element.All(name).FirstOrDefault();
        }

        return element;
    }

    /// <summary>The first element of that name below.</summary>
    public static XElement? Below(this XElement? element, string name) => element?.Descendants().FirstOrDefault(child => child.Is(name));

    /// <summary>An attribute's value, trimmed; null where it is missing or empty.</summary>
    public static string? Value(this XElement? element, string attribute)
    {
        var value = element?.Attributes().FirstOrDefault(candidate => candidate.Name.LocalName.Equals(attribute, StringComparison.OrdinalIgnoreCase))?.Value.Trim();
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>The text of an element on one line; null where there is none.</summary>
    public static string? Line(this XElement? element) => Paragraphs.Line(element);

    /// <summary>A number of one or more figures; null for anything else.</summary>
    public static int? Number(string? text) => int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>An absolute web address; null for anything else.</summary>
    public static Uri? Web(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    /// <summary>What stands behind the colon of a QCode, as "ninat:text" says "text".</summary>
    public static string? Code(string? qcode) => qcode is null ? null : qcode[(qcode.LastIndexOf(':') + 1)..];
}
