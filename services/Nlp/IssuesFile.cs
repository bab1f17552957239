using System.Buffers;
using System.Text.Json;

namespace Sikap.Nlp;

/// <summary>Reads the issues file: <c>{"issues": [{"id", "title", "proposition", "terms": [...]}]}</c>.</summary>
public static class IssuesFile
{
    /// <summary>Most issues in one file; more is a mistake, and every article would be read against each.</summary>
    public const int MaxIssues = 10_000;

    private static readonly SearchValues<char> IdChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The issues of a file's content, in its order.</summary>
    /// <exception cref="FormatException">The content is no JSON of that form; the message says where.</exception>
    public static IReadOnlyList<Issue> Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException e)
        {
            throw new FormatException($"The issues file is no JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine}", e);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("issues", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                throw new FormatException("The issues file needs an object with an array \"issues\"");
            }

            if (list.GetArrayLength() > MaxIssues)
            {
                throw new FormatException($"The issues file has more than {MaxIssues} issues");
            }

            var issues = new List<Issue>();
            var ids = new HashSet<string>(StringComparer.Ordinal);
            foreach (var item in list.EnumerateArray())
            {
                var where = $"issues[{issues.Count}]";
                if (item.ValueKind != JsonValueKind.Object)
                {
                    throw new FormatException($"{where} is no object");
                }

                var id = Text(item, "id", where);
                if (id.Length == 0 || id.AsSpan().IndexOfAnyExcept(IdChars) >= 0)
                {
                    throw new FormatException($"{where}.id may hold lower-case letters, digits and hyphens only");
                }

                if (!ids.Add(id))
                {
                    throw new FormatException($"{where}.id {id} stands there twice");
                }

                var terms = new List<string>();
                if (item.TryGetProperty("terms", out var array))
                {
                    if (array.ValueKind != JsonValueKind.Array)
                    {
                        throw new FormatException($"{where}.terms is no array");
                    }

                    foreach (var term in array.EnumerateArray())
                    {
                        terms.Add(term.ValueKind == JsonValueKind.String ? term.GetString()! : throw new FormatException($"{where}.terms[{terms.Count}] is no string"));
                    }
                }

                issues.Add(new(id, Text(item, "title", where), Text(item, "proposition", where), terms));
            }

            return issues;
        }
    }

    private static string Text(JsonElement item, string name, string where) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"{where}.{name} is missing or no string");
}
