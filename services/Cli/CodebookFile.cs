using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Sikap.Contracts;
using Sikap.V1;

namespace Sikap.Cli;

/// <summary>
/// Files with issues or actors, as JSON or YAML. They have the protobuf JSON of the lists that the Gateway answers, so that what was listed or exported can be read back;
/// types of actors may also be written as people would (<c>person</c>).
/// </summary>
internal static class CodebookFile
{
    private const string TypePrefix = "ACTOR_TYPE_";

    // Set by the server, of no meaning in another codebook.
    private static readonly string[] State = ["version", "changedAt", "codebookVersion", "actorsVersion"];

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    /// <summary>The issues of a file.</summary>
    /// <exception cref="FormatException">It is not such a file; the message says what is wrong.</exception>
    public static IReadOnlyList<Issue> Issues(string text)
    {
        var issues = Read<ListIssuesResponse>(text).Issues;
        if (issues.Count == 0)
        {
            throw new FormatException("no issues in it; expected {\"issues\": [{\"id\", \"title\", \"proposition\", \"terms\"}]}");
        }

        foreach (var issue in issues)
        {
            if (issue.Id.Length == 0 || issue.Proposition.Length == 0)
            {
                throw new FormatException($"issue '{issue.Id}' lacks an id or a proposition");
            }
        }

        return issues.GroupBy(issue => issue.Id).FirstOrDefault(group => group.Skip(1).Any()) is { } doubled
            ? throw new FormatException($"issue '{doubled.Key}' is there more than once")
            : issues;
    }

    /// <summary>The actors of a file, good ones only.</summary>
    /// <exception cref="FormatException">It is not such a file, or an actor does not keep to the rules; the message says what is wrong.</exception>
    public static IReadOnlyList<ActorEntry> Actors(string text)
    {
        var actors = Read<ListActorEntriesResponse>(text).Actors;
        if (actors.Count == 0)
        {
            throw new FormatException("no actors in it; expected {\"actors\": [{\"name\", \"type\", \"aliases\", \"represents\", \"offices\": [{\"role\", \"of\", \"from\", \"until\"}]}]}");
        }

        var problems = ActorRules.Check(actors, index => $"actors[{index}]");
        return problems.Count == 0 ? actors : throw new FormatException(string.Join("\n  ", problems.Select(problem => $"{problem.Field}: {problem.Description}").Prepend("")));
    }

    /// <summary>A list as a file that <see cref="Issues"/> or <see cref="Actors"/> reads.</summary>
    public static string Write(IMessage list, bool yaml)
    {
        var node = JsonNode.Parse(Formatter.Format(list))!;
        foreach (var item in node.AsObject().SelectMany(property => property.Value as JsonArray ?? []).OfType<JsonObject>().Prepend(node.AsObject()).ToList())
        {
            foreach (var name in State)
            {
                item.Remove(name);
            }

            if (item["type"]?.GetValue<string>() is { } type)
            {
                item["type"] = type.Replace(TypePrefix, "", StringComparison.Ordinal).ToLowerInvariant();
            }
        }

        return yaml ? Yaml.Write(node) : node.ToJsonString(Indented) + "\n";
    }

    private static T Read<T>(string text)
        where T : IMessage, new()
    {
        try
        {
            // JSON begins with a brace; YAML could too, but nobody writes it so.
            var node = text.AsSpan().TrimStart() is ['{' or '[', ..] ? JsonNode.Parse(text, documentOptions: Lenient) : Yaml.Read(text);
            foreach (var actor in node is JsonObject file && file["actors"] is JsonArray actors ? actors.OfType<JsonObject>() : [])
            {
                if (actor["type"] is JsonValue type && type.TryGetValue<string>(out var name) && !name.StartsWith(TypePrefix, StringComparison.Ordinal))
                {
                    actor["type"] = TypePrefix + name.ToUpperInvariant();
                }
            }

            return (T)Parser.Parse(node?.ToJsonString() ?? "{}", new T().Descriptor);
        }
        catch (Exception exception) when (exception is JsonException or InvalidJsonException or InvalidProtocolBufferException or InvalidOperationException)
        {
            // The last is what half a surrogate pair in an escape ends in.
            throw new FormatException(exception.Message, exception);
        }
    }
}
