using System.Globalization;
using System.Text;
using System.Xml;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>A file format for networks. Parts come in order: a window, its nodes, its edges, then perhaps the next window. Nothing is kept that was written.</summary>
internal interface INetworkFile : IDisposable
{
    /// <summary>Begins a window.</summary>
    void Begin(NetworkWindow window);

    /// <summary>A node of the window.</summary>
    void Write(NetworkNode node);

    /// <summary>An edge of the window, after all nodes.</summary>
    void Write(NetworkEdge edge);

    /// <summary>Ends the file; a file that was not finished is not whole.</summary>
    void Finish();
}

/// <summary>What formats tell of nodes and edges: name, type and value of each attribute. An attribute that does not apply to a node has no value.</summary>
internal static class NetworkAttributes
{
    /// <summary>Attributes of a node.</summary>
    public static IReadOnlyList<NetworkAttribute<NetworkNode>> OfNodes { get; } =
    [
        new("name", "string", NameOf),
        new("kind", "string", node => node.Issue is null ? "actor" : "issue"),
        new("type", "string", node => node.Actor is { Type: not ActorType.Unspecified } actor ? Wording.Of(actor.Type) : null),
        new("represents", "string", node => NullIfEmpty(node.Actor?.Represents)),
        new("issue_id", "string", node => node.Issue?.Id),
        new("proposition", "string", node => NullIfEmpty(node.Issue?.Proposition)),
        new("parent_issue", "string", node => NullIfEmpty(node.Issue?.ParentId)),
        new("frequency", "int", node => Number(node.Frequency)),
        new("support", "int", node => Number(node.Support)),
        new("oppose", "int", node => Number(node.Oppose)),
        new("neutral", "int", node => Number(node.Neutral)),
        new("articles", "int", node => Number(node.Articles)),
    ];

    /// <summary>Attributes of an edge.</summary>
    public static IReadOnlyList<NetworkAttribute<NetworkEdge>> OfEdges { get; } =
    [
        new("weight", "double", edge => Number(edge.Weight)),
        new("support", "int", edge => Number(edge.Support)),
        new("oppose", "int", edge => Number(edge.Oppose)),
        new("neutral", "int", edge => Number(edge.Neutral)),
        new("congruence", "double", edge => Number(edge.Congruence)),
        new("conflict", "double", edge => Number(edge.Conflict)),
        new("shared", "int", edge => Number(edge.Shared)),
        new("articles", "int", edge => Number(edge.Articles)),
        new("article_ids", "string", edge => edge.ArticleIds.Count == 0 ? null : string.Join(' ', edge.ArticleIds)),
    ];

    /// <summary>Attributes of a window.</summary>
    public static IReadOnlyList<NetworkAttribute<NetworkWindow>> OfWindows { get; } =
    [
        new("from", "string", window => NullIfEmpty(window.FromDate)),
        new("to", "string", window => NullIfEmpty(window.ToDate)),
        new("center", "string", window => NullIfEmpty(window.Center)),
        new("statements", "int", window => window.Statements.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The name for people.</summary>
    public static string NameOf(NetworkNode node) => node.Actor?.Name ?? (node.Issue is { Title: { Length: > 0 } title } ? title : node.Issue?.Id ?? "");

    private static string? NullIfEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <param name="Name">Name of the attribute in every format.</param>
/// <param name="Type"><c>string</c>, <c>int</c> or <c>double</c>.</param>
/// <param name="Of">The value as it is written; null for none.</param>
internal sealed record NetworkAttribute<T>(string Name, string Type, Func<T, string?> Of);

/// <summary>Edges as a table, by RFC 4180, and the nodes as a second one where there is a place for it. Column names as network programs read them.</summary>
internal sealed class CsvNetwork : INetworkFile
{
    private readonly TextWriter _edges;
    private readonly TextWriter? _nodes;
    private readonly Dictionary<string, string> _names = [];
    private string[] _window = [];

    /// <param name="edges">Where the edges go.</param>
    /// <param name="nodes">Where the nodes go; null = nowhere.</param>
    public CsvNetwork(TextWriter edges, TextWriter? nodes)
    {
        (_edges, _nodes) = (edges, nodes);
        Csv.WriteRow(edges, ["Source", "Target", "source_name", "target_name", .. NetworkAttributes.OfEdges.Select(attribute => attribute.Name), "window_from", "window_to"]);
        if (nodes is not null)
        {
            Csv.WriteRow(nodes, ["Id", "Label", .. NetworkAttributes.OfNodes.Skip(1).Select(attribute => attribute.Name), "window_from", "window_to"]);
        }
    }

    public void Begin(NetworkWindow window)
    {
        _window = [window.FromDate, window.ToDate];
        _names.Clear();
    }

    public void Write(NetworkNode node)
    {
        _names[node.Id] = NetworkAttributes.NameOf(node);
        if (_nodes is not null)
        {
            Csv.WriteRow(_nodes, [node.Id, .. NetworkAttributes.OfNodes.Select(attribute => attribute.Of(node) ?? ""), .. _window]);
        }
    }

    public void Write(NetworkEdge edge) =>
        Csv.WriteRow(_edges, [edge.Source, edge.Target, _names[edge.Source], _names[edge.Target], .. NetworkAttributes.OfEdges.Select(attribute => attribute.Of(edge) ?? ""), .. _window]);

    public void Finish()
    {
        _edges.Flush();
        _nodes?.Flush();
    }

    public void Dispose()
    {
    }
}

/// <summary>One JSON object a line: <c>{"window": ...}</c>, <c>{"node": ...}</c> or <c>{"edge": ...}</c>, each the protobuf JSON of <c>sikap.v1</c>.</summary>
internal sealed class JsonLinesNetwork(TextWriter output) : INetworkFile
{
    public void Begin(NetworkWindow window) => output.Write($"{{\"window\": {OutputFormat.Json(window)}}}\n");

    public void Write(NetworkNode node) => output.Write($"{{\"node\": {OutputFormat.Json(node)}}}\n");

    public void Write(NetworkEdge edge) => output.Write($"{{\"edge\": {OutputFormat.Json(edge)}}}\n");

    public void Finish() => output.Flush();

    public void Dispose()
    {
    }
}

/// <summary>GraphML 1.0 (graphml.graphdrawing.org): one graph, attributes as keys.</summary>
internal sealed class GraphMlNetwork(TextWriter output) : INetworkFile
{
    private const string Namespace = "http://graphml.graphdrawing.org/xmlns";

    private readonly XmlWriter _xml = XmlWriter.Create(output, XmlText.Settings);
    private bool _begun;

    public void Begin(NetworkWindow window)
    {
        _begun = true;
        _xml.WriteStartElement("graphml", Namespace);
        _xml.WriteAttributeString("xsi", "schemaLocation", "http://www.w3.org/2001/XMLSchema-instance", $"{Namespace} {Namespace}/1.0/graphml.xsd");
        Keys("graph", NetworkAttributes.OfWindows);
        Keys("node", NetworkAttributes.OfNodes);
        Keys("edge", NetworkAttributes.OfEdges);
        _xml.WriteStartElement("graph", Namespace);
        _xml.WriteAttributeString("id", "network");
        _xml.WriteAttributeString("edgedefault", "undirected");
        Data("graph", window, NetworkAttributes.OfWindows);
    }

    public void Write(NetworkNode node)
    {
        _xml.WriteStartElement("node", Namespace);
        _xml.WriteAttributeString("id", node.Id);
        Data("node", node, NetworkAttributes.OfNodes);
        _xml.WriteEndElement();
    }

    public void Write(NetworkEdge edge)
    {
        _xml.WriteStartElement("edge", Namespace);
        _xml.WriteAttributeString("source", edge.Source);
        _xml.WriteAttributeString("target", edge.Target);
        Data("edge", edge, NetworkAttributes.OfEdges);
        _xml.WriteEndElement();
    }

    public void Finish()
    {
        if (!_begun)
        {
            Begin(new NetworkWindow());
        }
        _xml.WriteEndElement();
        _xml.WriteEndElement();
        _xml.Flush();
    }

    public void Dispose() => XmlText.Dispose(_xml);

    private void Keys<T>(string about, IReadOnlyList<NetworkAttribute<T>> attributes)
    {
        foreach (var attribute in attributes)
        {
            _xml.WriteStartElement("key", Namespace);
            _xml.WriteAttributeString("id", $"{about}_{attribute.Name}");
            _xml.WriteAttributeString("for", about);
            _xml.WriteAttributeString("attr.name", attribute.Name);
            _xml.WriteAttributeString("attr.type", attribute.Type);
            _xml.WriteEndElement();
        }
    }

    private void Data<T>(string about, T item, IReadOnlyList<NetworkAttribute<T>> attributes)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Of(item) is { } value)
            {
                _xml.WriteStartElement("data", Namespace);
                _xml.WriteAttributeString("key", $"{about}_{attribute.Name}");
                _xml.WriteString(XmlText.Clean(value));
                _xml.WriteEndElement();
            }
        }
    }
}

/// <summary>GEXF 1.3 (gexf.net), as Gephi reads it.</summary>
internal sealed class GexfNetwork(TextWriter output) : INetworkFile
{
    private const string Namespace = "http://gexf.net/1.3";

    private readonly XmlWriter _xml = XmlWriter.Create(output, XmlText.Settings);
    private long _edges;
    private State _state;

    private enum State { Begin, Nodes, Edges }

    public void Begin(NetworkWindow window)
    {
        _xml.WriteStartElement("gexf", Namespace);
        _xml.WriteAttributeString("version", "1.3");
        _xml.WriteStartElement("meta", Namespace);
        _xml.WriteElementString("creator", Namespace, "Sikap");
        _xml.WriteElementString(
            "description", Namespace, string.Create(CultureInfo.InvariantCulture, $"Discourse network of {window.Statements} statements{(window.FromDate.Length > 0 ? $", {window.FromDate} to {window.ToDate}" : "")}"));
        _xml.WriteEndElement();
        _xml.WriteStartElement("graph", Namespace);
        _xml.WriteAttributeString("mode", "static");
        _xml.WriteAttributeString("defaultedgetype", "undirected");
        Keys("node", NetworkAttributes.OfNodes);
        Keys("edge", NetworkAttributes.OfEdges);
        _xml.WriteStartElement("nodes", Namespace);
        _state = State.Nodes;
    }

    public void Write(NetworkNode node)
    {
        _xml.WriteStartElement("node", Namespace);
        _xml.WriteAttributeString("id", node.Id);
        _xml.WriteAttributeString("label", XmlText.Clean(NetworkAttributes.NameOf(node)));
        Values(node, NetworkAttributes.OfNodes);
        _xml.WriteEndElement();
    }

    public void Write(NetworkEdge edge)
    {
        BeginEdges();
        _xml.WriteStartElement("edge", Namespace);
        _xml.WriteAttributeString("id", string.Create(CultureInfo.InvariantCulture, $"e{++_edges}"));
        _xml.WriteAttributeString("source", edge.Source);
        _xml.WriteAttributeString("target", edge.Target);
        _xml.WriteAttributeString("weight", edge.Weight.ToString("R", CultureInfo.InvariantCulture));
        Values(edge, NetworkAttributes.OfEdges);
        _xml.WriteEndElement();
    }

    public void Finish()
    {
        if (_state == State.Begin)
        {
            Begin(new NetworkWindow());
        }
        BeginEdges();
        for (var open = 0; open < 3; open++)
        {
            _xml.WriteEndElement();
        }
        _xml.Flush();
    }

    public void Dispose() => XmlText.Dispose(_xml);

    private void BeginEdges()
    {
        if (_state == State.Nodes)
        {
            _xml.WriteEndElement();
            _xml.WriteStartElement("edges", Namespace);
            _state = State.Edges;
        }
    }

    private void Keys<T>(string about, IReadOnlyList<NetworkAttribute<T>> attributes)
    {
        _xml.WriteStartElement("attributes", Namespace);
        _xml.WriteAttributeString("class", about);
        foreach (var attribute in attributes)
        {
            _xml.WriteStartElement("attribute", Namespace);
            _xml.WriteAttributeString("id", attribute.Name);
            _xml.WriteAttributeString("title", attribute.Name);
            _xml.WriteAttributeString("type", attribute.Type == "int" ? "integer" : attribute.Type);
            _xml.WriteEndElement();
        }
        _xml.WriteEndElement();
    }

    private void Values<T>(T item, IReadOnlyList<NetworkAttribute<T>> attributes)
    {
        _xml.WriteStartElement("attvalues", Namespace);
        foreach (var attribute in attributes)
        {
            if (attribute.Of(item) is { } value)
            {
                _xml.WriteStartElement("attvalue", Namespace);
                _xml.WriteAttributeString("for", attribute.Name);
                _xml.WriteAttributeString("value", XmlText.Clean(value));
                _xml.WriteEndElement();
            }
        }
        _xml.WriteEndElement();
    }
}

/// <summary>Text in XML.</summary>
internal static class XmlText
{
    /// <summary>Indented, UTF-8 by name; what is written to is closed by whoever opened it.</summary>
    public static XmlWriterSettings Settings { get; } = new() { Indent = true, NewLineChars = "\n", CloseOutput = false };

    /// <summary>The text with characters that XML cannot hold replaced.</summary>
    public static string Clean(string text)
    {
        if (IsClean(text))
        {
            return text;
        }
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            clean.Append(pair ? text.Substring(i++, 2) : XmlConvert.IsXmlChar(text[i]) ? text[i].ToString() : "\uFFFD");
        }
        return clean.ToString();
    }

    /// <summary>Ends a writer without making a broken document look whole.</summary>
    public static void Dispose(XmlWriter writer)
    {
        if (writer.WriteState is WriteState.Start or WriteState.Closed or WriteState.Error)
        {
            writer.Dispose();
        }
    }

    private static bool IsClean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
            }
            else if (!XmlConvert.IsXmlChar(text[i]))
            {
                return false;
            }
        }
        return true;
    }
}

/// <summary>Comma-separated values by RFC 4180, lines ended by a line feed.</summary>
internal static class Csv
{
    /// <summary>One row.</summary>
    public static void WriteRow(TextWriter output, IEnumerable<string> fields)
    {
        output.Write(string.Join(',', fields.Select(Quote)));
        output.Write('\n');
    }

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
