using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sikap.Cli;

/// <summary>
/// YAML as JSON and back. Only what JSON can say: one document, no anchors, no tags. Every scalar without quotation marks is a string besides <c>true</c>, <c>false</c> and null,
/// so that a title such as <c>2024</c> needs no marks.
/// </summary>
internal static class Yaml
{
    // Files of this kind are four levels deep.
    private const int MaxDepth = 32;

    /// <summary>The document of <paramref name="text"/>; null for an empty one.</summary>
    /// <exception cref="FormatException">It is no such YAML; the message says where and why.</exception>
    public static JsonNode? Read(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
            {
                return null;
            }

            parser.Consume<DocumentStart>();
            var node = Node(parser, 0);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _) ? node : throw Fault(parser.Current!.Start, "only one document is expected");
        }
        catch (YamlException exception)
        {
            throw Fault(exception.Start, exception.Message);
        }
    }

    /// <summary>A document that <see cref="Read"/> reads as <paramref name="node"/>, numbers as strings.</summary>
    public static string Write(JsonNode node)
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(writer, EmitterSettings.Default.WithBestWidth(int.MaxValue));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, node);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    private static JsonNode? Node(Parser parser, int depth)
    {
        if (parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
        {
            throw Fault(parser.Current.Start, "anchors and aliases are not supported");
        }

        if (depth > MaxDepth)
        {
            throw Fault(parser.Current!.Start, "too many levels");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return scalar switch
            {
                { Style: not ScalarStyle.Plain } => JsonValue.Create(scalar.Value),
                { Value: "true" } => JsonValue.Create(true),
                { Value: "false" } => JsonValue.Create(false),
                { Value: "" or "~" or "null" } => null,
                _ => JsonValue.Create(scalar.Value),
            };
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var array = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                array.Add(Node(parser, depth + 1));
            }

            return array;
        }

        var map = new JsonObject();
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            if (!map.TryAdd(key.Value, Node(parser, depth + 1)))
            {
                throw Fault(key.Start, $"'{key.Value}' is there twice");
            }
        }

        return map;
    }

    private static void Write(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart());
                foreach (var (key, value) in map)
                {
                    Write(emitter, key);
                    Write(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray array:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, array.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in array)
                {
                    Write(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                Write(emitter, value.GetValue<string>());
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    private static void Write(Emitter emitter, string text) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, NeedsMarks(text) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any, isPlainImplicit: true, isQuotedImplicit: true));

    // What other readers of YAML take for a number, a date or a truth value; and line ends, which the other styles fold.
    private static bool NeedsMarks(string text) =>
        text.Length == 0 || !(char.IsLetter(text[0]) || text[0] > 0x7F) || text.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029')
        || text.ToUpperInvariant() is "TRUE" or "FALSE" or "NULL" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N";

    private static FormatException Fault(Mark at, string what) => new($"line {at.Line}, column {at.Column}: {what}");
}
